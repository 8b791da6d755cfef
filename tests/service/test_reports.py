"""Reports wait for a moderator, tell nobody who reported, and change nothing by themselves."""

import pytest

from commentkit.errors import NotFound, Refused
from commentkit.model import Comment, Erasure, Move, ReportReason, Status
from commentkit.service import care, moderator, receipt, reports, takeout
from commentkit.service.decisions import TooLate
from commentkit.service.house import House
from commentkit.service.reports import ReportedBefore
from commentkit.service.writer import Posted
from commentkit.testing import FakeClock
from commentkit.worker import sweep
from tests.writing import ADDRESS, a_house, every_row, move, now, post, seen, undo, where


async def report(house: House, posted: Posted, text: str = "", network: str | None = ADDRESS) -> None:
    """A reader reports a comment."""
    await reports.report(house, posted.comment.public_id, ReportReason.HURTS, text, network)


async def dismiss(house: House, posted: Posted, upto: int | None = None) -> Comment:
    """Mo leaves it as it is."""
    return await care.dismiss(house, "Mo", posted.comment.public_id, version=None, upto=upto)


async def waiting(house: House) -> list[str]:
    """The comments whose reports wait, in order."""
    entries = await moderator.reported(house, limit=10)
    assert await moderator.total_reported(house) == len(entries)
    return [entry.comment.public_id for entry in entries]


async def test_a_report_shows_at_the_desk_and_the_comment_stays(house: House) -> None:
    first, second = await post(house, "One."), await post(house, "Two.")
    for posted in (second, first):
        await report(house, posted, f"About {posted.comment.body}")
    await report(house, second, network="198.51.100.1")
    assert await waiting(house) == [second.comment.public_id, first.comment.public_id]
    entry = await seen(house, second)
    assert [each.text for each in entry.reported] == ["About Two.", ""]
    assert (await now(house, second)).status is Status.PUBLISHED


async def test_one_network_counts_once_for_each_comment(house: House) -> None:
    first, second = await post(house), await post(house)
    await report(house, first)
    with pytest.raises(ReportedBefore):
        await report(house, first, "Once more.")
    await report(house, second)
    for _ in range(2):
        await report(house, first, network=None)
    assert len((await seen(house, first)).reported) == 3


async def test_nothing_tells_who_reported(house: House) -> None:
    first, second = await post(house), await post(house)
    for posted in (first, second):
        await report(house, posted)
    assert await where(house, ADDRESS) == []
    rows = (await every_row(house))["commentkit_report"]
    assert len({row["network"] for row in rows}) == 2


async def test_the_code_of_a_network_is_shredded_after_its_time(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock, report_days=3) as house:
        posted = await post(house)
        await report(house, posted)
        clock.move(days=4)
        await sweep(house)
        [row] = (await every_row(house))["commentkit_report"]
        assert row["network"] is None
        await report(house, posted)
        assert len((await seen(house, posted)).reported) == 2


async def test_reports_are_shredded_some_time_after_a_decision(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock, history_days=3) as house:
        decided, open_ = await post(house), await post(house)
        for posted in (decided, open_):
            await report(house, posted)
        await dismiss(house, decided)
        clock.move(days=4)
        await sweep(house)
        assert await waiting(house) == [open_.comment.public_id]
        assert len((await every_row(house))["commentkit_report"]) == 1


async def test_dismissed_it_waits_no_longer_until_that_is_undone(house: House) -> None:
    posted = await post(house)
    await report(house, posted)
    await dismiss(house, posted)
    assert await waiting(house) == []
    last = (await seen(house, posted)).history[-1]
    assert (last.actor, last.move, last.after) == ("Mo", "dismiss", Status.PUBLISHED)
    with pytest.raises(Refused):
        await dismiss(house, posted)
    await undo(house, posted)
    assert await waiting(house) == [posted.comment.public_id]
    with pytest.raises(Refused):
        await undo(house, posted)


async def test_hiding_it_settles_its_reports_and_undoing_that_opens_them(house: House) -> None:
    posted = await post(house)
    await report(house, posted)
    await move(house, posted, Move.HIDE)
    assert (await seen(house, posted)).reported == []
    await undo(house, posted)
    assert await waiting(house) == [posted.comment.public_id]


async def test_a_report_that_came_meanwhile_stays_open(house: House) -> None:
    posted = await post(house)
    await report(house, posted, "The first.")
    [old] = (await seen(house, posted)).reported
    await report(house, posted, "Meanwhile.", "198.51.100.1")
    await dismiss(house, posted, upto=old.id)
    assert [each.text for each in (await seen(house, posted)).reported] == ["Meanwhile."]


async def test_who_decides_second_is_told_so(house: House) -> None:
    posted = await post(house)
    await report(house, posted)
    version = (await now(house, posted)).version
    await care.dismiss(house, "Mo", posted.comment.public_id, version=version)
    with pytest.raises(TooLate):
        await care.dismiss(house, "Ada", posted.comment.public_id, version=version)


async def test_only_what_is_published_can_be_reported(house: House) -> None:
    posted = await post(house)
    await move(house, posted, Move.HIDE)
    for public_id in (posted.comment.public_id, "0" * 30, "é", "\0"):
        with pytest.raises(NotFound):
            await reports.report(house, public_id, ReportReason.SPAM, "", ADDRESS)


async def test_its_writer_learns_that_and_why_but_not_the_words(house: House) -> None:
    posted = await post(house)
    await report(house, posted, "secret words")
    everything = await takeout.everything(house, posted.receipt)
    assert [each["reason"] for each in everything["reports"]] == ["hurts"]
    assert "secret words" not in str(everything)


async def test_erased_with_the_comment(house: House) -> None:
    posted = await post(house)
    await report(house, posted)
    await receipt.erase(house, posted.receipt, Erasure.TEXT)
    assert (await every_row(house))["commentkit_report"] == []
