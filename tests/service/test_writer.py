"""A comment is saved first and judged second; no helper's failure publishes or loses one."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from commentkit import CheckFailed, Finding, Publishing, Status, Submission, Weight
from commentkit.errors import InvalidDraft, ThreadClosed
from commentkit.model import Move, Reason
from commentkit.service import moderator, reader
from commentkit.service.house import House
from commentkit.service.writer import OnceUsed
from commentkit.testing import AkismetStandIn, FakeClock
from tests.site import POST
from tests.writing import (
    ADDRESS,
    EMAIL,
    Fails,
    Says,
    Waits,
    a_house,
    add_thread,
    cancel,
    every_row,
    jobs,
    move,
    nodes_of,
    now,
    post,
    seen,
    where,
    work,
)


class Looks:
    """A check that looks into the database through its own connection while it examines."""

    name = "looks"

    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(url)
        self.rows: dict[str, int] = {}
        self.status = ""
        self.open_transactions = -1

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        async with self.engine.connect() as connection:
            for table in ("comment", "sealed", "outbox"):
                count = await connection.scalar(text(f"SELECT count(*) FROM commentkit_{table}"))
                self.rows[table] = count or 0
            self.status = await connection.scalar(text("SELECT status FROM commentkit_comment")) or ""
            if self.engine.dialect.name == "postgresql":
                others = text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
                )
                self.open_transactions = await connection.scalar(others) or 0
            else:
                await connection.rollback()
                await connection.exec_driver_sql("PRAGMA busy_timeout=0")
                await connection.exec_driver_sql("BEGIN EXCLUSIVE")  # fails while anyone else writes
                self.open_transactions = 0
        return []


async def test_a_comment_is_saved_with_its_job_and_sealed_copy_before_any_check_is_asked(
    database_url: str, akismet_url: str
) -> None:
    check = Looks(database_url.replace("sqlite:", "sqlite+aiosqlite:"))
    keys: dict[str, Any] = {"akismet_key": "abc123", "akismet_url": akismet_url}
    async with a_house(database_url, checks=[check], **keys) as house:
        posted = await post(house)
        await check.engine.dispose()
        assert check.rows == {"comment": 1, "sealed": 1, "outbox": 1}
        assert check.status == "pending"
        assert check.open_transactions == 0
        assert posted.comment.status is Status.PUBLISHED


async def test_a_comment_whose_process_dies_while_it_is_judged_is_judged_by_the_worker(
    database_url: str, clock: FakeClock
) -> None:
    check = Waits()
    async with a_house(database_url, clock, checks=[check], check_patience=30) as house:
        dying = asyncio.create_task(post(house, age=7, trap=""))
        await check.started.wait()
        await cancel(dying)
        check.go.set()
        assert await work(house) == 0  # its process might be alive
        clock.move(seconds=36)
        assert await work(house) == 1
        [again] = check.asked
        assert (again.age, again.again) == (7, True)
        thread = await reader.known_thread(house, POST)
        [node] = await nodes_of(house, thread)
        assert node.comment is not None
        assert await jobs(house, "check") == []


async def test_the_same_form_twice_at_once_is_one_comment(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await asyncio.gather(*(post(house, "Once.", once="o" * 30) for _ in range(6)))
        assert len({each.comment.public_id for each in posted}) == 1
        assert len({each.receipt for each in posted}) == 1
        assert [each.again for each in posted].count(False) == 1
        assert len((await every_row(house))["commentkit_comment"]) == 1


async def test_the_same_form_with_another_text_is_refused_and_the_first_one_stands(house: House) -> None:
    first = await post(house, "The first.", once="o" * 30)
    for changed in (
        {"body": "The second."},
        {"name": "Wren"},
        {"email": EMAIL},
        {"website": "https://w.example"},
    ):
        given: dict[str, Any] = {"body": "The first.", **changed}
        with pytest.raises(OnceUsed) as refused:
            await post(house, once="o" * 30, **given)
        assert refused.value.comment.public_id == first.comment.public_id
    assert (await now(house, first)).body == "The first."
    assert len((await every_row(house))["commentkit_comment"]) == 1


async def test_two_texts_in_one_form_at_once_are_one_comment_and_one_refusal(database_url: str) -> None:
    async with a_house(database_url) as house:
        sent = (post(house, body, once="o" * 30) for body in ("This.", "That."))
        answers = await asyncio.gather(*sent, return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers) == ["OnceUsed", "Posted"]


async def test_first_comments_at_once_make_one_thread(database_url: str) -> None:
    async with a_house(database_url) as house:
        await asyncio.gather(*(post(house, f"Number {number}.") for number in range(8)))
        rows = await every_row(house)
        assert len(rows["commentkit_thread"]) == 1
        assert len(rows["commentkit_comment"]) == 8


async def test_a_reply_keeps_its_true_parent_however_deep(house: House) -> None:
    parent = await post(house, "Zero.")
    for depth in range(1, 8):
        reply = await post(house, "Deeper.", parent=parent.comment.public_id)
        assert (reply.comment.depth, reply.comment.parent_id) == (depth, parent.comment.id)
        parent = reply


async def test_only_what_is_visible_in_the_same_thread_can_be_answered(house: House) -> None:
    elsewhere = await post(house, key="/another")
    hidden = await post(house, "To be hidden.")
    await move(house, hidden, Move.HIDE)
    waiting = await post(house, "You're not really poly if you get jealous")
    assert waiting.comment.status is Status.PENDING
    before = len((await every_row(house))["commentkit_comment"])
    parents = [elsewhere.comment.public_id, hidden.comment.public_id, waiting.comment.public_id, "0" * 30]
    for parent in parents:
        with pytest.raises(InvalidDraft) as refused:
            await post(house, "An answer.", parent=parent)
        assert list(refused.value.problems) == ["parent"]
    assert len((await every_row(house))["commentkit_comment"]) == before


async def test_a_refused_first_comment_makes_no_thread(house: House) -> None:
    with pytest.raises(InvalidDraft):
        await post(house, "An answer.", parent="0" * 30)
    with pytest.raises(InvalidDraft):
        await post(house, "<b>" * 5_000)
    assert all(rows == [] for name, rows in (await every_row(house)).items() if name != "commentkit_version")


async def test_a_closed_thread_takes_nothing_and_says_why_but_knows_what_came_before(house: House) -> None:
    first = await post(house, "In time.", once="o" * 30)
    await add_thread(house, POST, closed="The guest is on holiday.")
    with pytest.raises(ThreadClosed, match="The guest is on holiday"):
        await post(house, "Too late.")
    again = await post(house, "In time.", once="o" * 30)
    assert again.again
    assert again.comment.public_id == first.comment.public_id


@pytest.mark.parametrize(
    ("site", "thread", "status"),
    [
        ("publish", None, Status.PUBLISHED),
        ("publish", "hold-all", Status.PENDING),
        ("hold-all", "publish", Status.PUBLISHED),
        ("hold-first", None, Status.PENDING),
    ],
)
async def test_a_thread_may_have_its_own_rule(
    sqlite_url: str, site: str, thread: str | None, status: Status
) -> None:
    async with a_house(sqlite_url, publishing=Publishing(site)) as house:
        await add_thread(house, POST, publishing=thread)
        first, second = (
            await post(house, name="Wren", email=EMAIL),
            await post(house, name="Wren", email=EMAIL),
        )
        assert [first.comment.status, second.comment.status] == [status, status]


async def test_a_late_check_holds_and_the_worker_publishes_without_a_person(
    database_url: str, clock: FakeClock
) -> None:
    check = Waits()
    async with a_house(database_url, clock, checks=[check], check_patience=0.05) as house:
        posted = await post(house)
        assert (posted.comment.status, posted.comment.reason) == (Status.PENDING, Reason.CHECK_LATE)
        check.go.set()
        assert await work(house) == 0
        clock.move(seconds=31)
        assert await work(house) == 1
        comment = await now(house, posted)
        assert (comment.status, comment.reason) == (Status.PUBLISHED, Reason.NONE)
        assert await jobs(house, "check") == []


async def test_a_late_check_that_finds_something_keeps_the_comment_waiting_for_a_person(
    database_url: str, clock: FakeClock
) -> None:
    check = Waits(Finding("", "ask", "It names a street.", Weight.HOLD))
    async with a_house(database_url, clock, checks=[check], check_patience=0.05) as house:
        posted = await post(house)
        check.go.set()
        clock.move(seconds=31)
        await work(house)
        comment = await now(house, posted)
        assert (comment.status, comment.reason) == (Status.PENDING, Reason.PERSON_DECIDES)
        assert await jobs(house, "check") == []


@pytest.mark.parametrize(
    ("to", "status"), [(Move.HIDE, Status.HIDDEN), (Move.PUBLISH, Status.PUBLISHED), (Move.SPAM, Status.SPAM)]
)
async def test_a_moderator_is_quicker_than_a_late_machine_and_stays_right(
    database_url: str, clock: FakeClock, to: Move, status: Status
) -> None:
    against = Weight.SPAM if to is Move.PUBLISH else Weight.NOTE
    check = Waits(Finding("", "verdict", "The machine's own mind.", against))
    async with a_house(database_url, clock, checks=[check], check_patience=30) as house:
        posting = asyncio.create_task(post(house))
        await check.started.wait()
        [row] = (await every_row(house))["commentkit_comment"]
        await moderator.decide(house, "Mo", row["public_id"], to, version=None)
        check.go.set()
        posted = await posting
        assert posted.comment.status is status
        clock.move(hours=1)
        await work(house)
        assert (await now(house, posted)).status is status
        assert [line.actor for line in (await seen(house, posted)).history] == ["Mo"]
        assert await jobs(house, "check") == []


async def test_a_comment_erased_while_a_check_is_waited_for_stays_erased_to_the_last_finding(
    database_url: str, clock: FakeClock
) -> None:
    check = Waits(Finding("", "quote", "It says canary.", Weight.HOLD, start=0, end=4))
    async with a_house(database_url, clock, checks=[check], check_patience=30) as house:
        posting = asyncio.create_task(post(house, "A canary sings."))
        await check.started.wait()
        [row] = (await every_row(house))["commentkit_comment"]
        await moderator.erase(house, "Mo", row["public_id"])
        check.go.set()
        posted = await posting
        assert posted.comment.status is Status.ERASED
        clock.move(hours=1)
        await work(house)
        assert await where(house, "canary") == []
        assert (await every_row(house))["commentkit_finding"] == []


@pytest.mark.parametrize(
    "error",
    [
        CheckFailed("The filter is away."),
        RuntimeError("canary"),
        ValueError(),
        TimeoutError(),
        KeyError("canary"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_check_that_breaks_holds_the_comment_and_is_asked_again(
    sqlite_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    check, steady = Fails(error), Says(name="steady")
    async with a_house(sqlite_url, clock, checks=[check, steady]) as house:
        posted = await post(house, "A word.")
        assert (posted.comment.status, posted.comment.reason) == (Status.PENDING, Reason.CHECK_LATE)
        for pause in (31, 121, 481):
            clock.move(seconds=pause)
            assert await work(house) == 1
        assert (await now(house, posted)).status is Status.PENDING
        check.error = None
        clock.move(seconds=1921)
        assert await work(house) == 1
        assert (await now(house, posted)).status is Status.PUBLISHED
        assert (len(check.asked), len(steady.asked)) == (5, 1)
        assert "canary" not in caplog.text
        assert await where(house, "canary") == []


async def test_what_a_check_says_that_can_not_be_stored_holds_the_comment(
    database_url: str, clock: FakeClock
) -> None:
    odd = [
        Finding("", "nul", "a \0 in it"),
        Finding("", "half", "half a \ud800 character"),
        Finding("", "c" * 200, "long code"),
        Finding("", "data", "no string", data={"x": object()}),  # type: ignore[dict-item]  # a plug-in's mistake
        Finding("", "span", "beyond the text", start=0, end=2**41),
        Finding("", "half a span", "no end", start=0),
        Finding("", "points", "too many", points=2**40),
        Finding("", "weight", "too heavy", 7),  # type: ignore[arg-type]  # another mistake
    ]
    for number, finding in enumerate(odd):
        check = Says(finding, name=f"odd-{number}")
        async with a_house(database_url, clock, checks=[check]) as house:
            posted = await post(house)
            assert posted.comment.status is Status.PENDING, finding.code
            [found] = [each for each in (await seen(house, posted)).findings if each.check == check.name]
            assert found.code == "could-not-check"


async def test_the_network_address_and_the_email_are_nowhere_in_clear(house: House) -> None:
    posted = await post(house, name="Wren", email=EMAIL)
    assert await where(house, ADDRESS, "203.0.113", EMAIL, "wren.canary", posted.receipt) == []
    assert await where(house, "o" * 30) == []


async def test_akismets_copy_is_told_what_the_browser_told(house: House, akismet: AkismetStandIn) -> None:
    await post(house, name="Wren", email=EMAIL)
    [asked] = akismet.calls("comment-check")
    assert asked["user_ip"] == ADDRESS
    assert "comment_author_email" not in asked
