"""All checks are asked at once, each with patience, and none can harm another."""

import asyncio

import pytest

from commentkit import Comments, Finding, Settings, SettingsError, Status, Submission, Weight
from commentkit.checks.run import run
from commentkit.model import Visitor
from commentkit.policy import COULD_NOT_CHECK
from tests.test_tree import START
from tests.writing import Fails, Says, Waits, a_house, post, work

SUBMISSION = Submission(
    "id",
    "/",
    "",
    "",
    "",
    "A body.",
    "<p>A body.</p>",
    START,
    is_reply=False,
    by_guest=False,
    visitor=Visitor(None),
)


async def test_findings_come_in_the_order_of_the_checks_and_in_their_names() -> None:
    forged = Finding("akismet", "spam", "In another's name.", Weight.SPAM)
    checks = [Says(Finding("", "b", "B"), name="second"), Says(forged, Finding("", "a", "A"), name="first")]
    found = await run(checks, SUBMISSION, 5)
    assert [(each.check, each.code) for each in found] == [("second", "b"), ("first", "spam"), ("first", "a")]


async def test_checks_are_asked_at_once() -> None:
    one, other = Waits(name="one"), Waits(name="other")
    asking = asyncio.create_task(run([one, other], SUBMISSION, 30))
    await one.started.wait()
    await other.started.wait()
    one.go.set()
    other.go.set()
    assert await asking == []


async def test_a_late_check_keeps_nobody_else_from_being_heard() -> None:
    found = await run([Waits(name="late"), Says(Finding("", "a", "A"))], SUBMISSION, 0.05)
    assert [(each.check, each.code) for each in found] == [("late", COULD_NOT_CHECK), ("says", "a")]


async def test_what_a_broken_check_says_is_not_repeated() -> None:
    [found] = await run([Fails(RuntimeError("canary: A body."))], SUBMISSION, 5)
    assert (found.code, found.weight) == (COULD_NOT_CHECK, Weight.HOLD)
    assert "canary" not in found.reason


async def test_a_check_that_returns_nonsense_is_a_broken_check() -> None:
    for nonsense in (None, 7, [7], ["spam"], {"a": 1}):
        check = Says()
        check.findings = nonsense  # type: ignore[assignment]  # a plug-in's mistake
        [found] = await run([check], SUBMISSION, 5)
        assert found.code == COULD_NOT_CHECK


async def test_a_weight_given_as_a_number_weighs_the_same() -> None:
    [found] = await run([Says(Finding("", "spam", "Spam.", 2))], SUBMISSION, 5)  # type: ignore[arg-type]  # as above
    assert found.weight is Weight.SPAM


async def test_an_ended_request_ends_its_checks() -> None:
    check = Waits()
    asking = asyncio.create_task(run([check], SUBMISSION, 30))
    await check.started.wait()
    asking.cancel()
    try:
        await asking
    except asyncio.CancelledError:
        pass
    else:
        raise AssertionError("a cancelled look must not give a verdict")


@pytest.mark.parametrize("names", [("same", "same"), ("traps",), ("",), ("x" * 61,)])
def test_every_check_has_a_short_name_of_its_own(settings: Settings, names: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="name of its own"):
        Comments(settings, checks=[Says(name=name) for name in names])


async def test_the_longest_names_can_be_stored(database_url: str) -> None:
    async def hear(event: object) -> None:
        """Nothing."""

    check = Fails(RuntimeError(), name="x" * 60)
    async with a_house(database_url, checks=[check], listeners={"y" * 120: hear}) as house:
        posted = await post(house)
        assert (posted.comment.status, await work(house)) == (Status.PENDING, 1)
