"""Traps gather evidence; a little of it publishes, much of it waits, none of it condemns."""

import pytest

from commentkit import Status
from commentkit.checks.traps import Traps
from commentkit.model import Reason, Submission, Visitor, Weight
from tests.test_tree import START
from tests.writing import a_house, post, seen


def sent(html: str = "<p>Hello</p>", trap: str = "", age: float | None = 60) -> Submission:
    return Submission(
        "id", "/", "", "", "", "…", html, START, False, False, visitor=Visitor(None), trap=trap, age=age
    )


@pytest.mark.parametrize(
    ("submission", "found"),
    [
        (sent(), {}),
        (sent(trap="x"), {"trap-filled": 3}),
        (sent(age=2.9), {"hurried": 2}),
        (sent(age=3.0), {}),
        (sent(age=0), {"hurried": 2}),
        (sent(age=-5), {"hurried": 2}),
        (sent(age=None), {}),
        (sent('<a href="/">l</a>' * 3), {}),
        (sent('<a href="/">l</a>' * 4), {"links": 2}),
        (sent('<a href="/">l</a>' * 9), {"links": 2}),
        (sent('<a href="/">l</a>' * 10), {"links": 4}),
        (sent('<a href="/">l</a>' * 10, trap="x", age=1), {"trap-filled": 3, "hurried": 2, "links": 4}),
    ],
)
async def test_each_trap_has_its_points_and_no_weight(submission: Submission, found: dict[str, int]) -> None:
    seen_now = await Traps(hurried_seconds=3, links_free=3).examine(submission)
    assert {finding.code: finding.points for finding in seen_now} == found
    assert all(finding.weight is Weight.NOTE for finding in seen_now)


async def test_one_trap_publishes_and_two_wait_for_a_person(sqlite_url: str) -> None:
    async with a_house(sqlite_url, hurried_seconds=3) as house:
        one = await post(house, trap="filled in by a helpful browser")
        two = await post(house, trap="x", age=0.5)
        assert one.comment.status is Status.PUBLISHED
        assert (two.comment.status, two.comment.reason) == (Status.PENDING, Reason.EVIDENCE)
        assert {finding.code for finding in (await seen(house, two)).findings} == {"trap-filled", "hurried"}


async def test_links_count_as_readers_get_them(sqlite_url: str) -> None:
    links = " ".join(f"https://example.org/{number}" for number in range(30))
    async with a_house(sqlite_url, hold_points=4) as house:
        assert (await post(house, links)).comment.reason is Reason.EVIDENCE
        assert (await post(house, f"`{links}`")).comment.status is Status.PUBLISHED
