"""A writer erases text, identity or both: gone from every column, and what answers it keeps its sense."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from sqlalchemy import text

from commentkit import Finding, Status, Submission, Weight
from commentkit.errors import NotFound, Refused
from commentkit.model import Erasure, Move, Reason, ReportReason
from commentkit.service import moderator, reader, receipt, reports, thanks
from commentkit.service.house import House
from commentkit.service.writer import Posted
from commentkit.store import comments
from commentkit.testing import AkismetStandIn, FakeClock, Mode
from commentkit.tree import walk
from tests.site import POST
from tests.writing import (
    Says,
    Waits,
    a_house,
    edit,
    every_row,
    move,
    nodes_of,
    now,
    post,
    seen,
    where,
    work,
)

SHAMING = "You're not really poly if you get jealous"
CANARY: dict[str, Any] = {
    "name": "Canaryname",
    "email": "canarymail@example.org",
    "website": "https://canarysite.example",
}


async def _full(house: House) -> tuple[Posted, Posted]:
    """A comment with everything that can hang from one, and an answer to it."""
    posted = await post(house, "canarybody one", **CANARY)
    await edit(house, posted, "canarybody two")
    await edit(house, posted, SHAMING + " canarybody three")
    answer = await post(house, "An answer.", parent=posted.comment.public_id)
    await work(house)
    return posted, answer


class _Tells(Says):
    """A check that repeats what one writer told."""

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        found = await super().examine(submission)
        return found if submission.name == CANARY["name"] else []


def _checked(url: str) -> dict[str, Any]:
    told = Finding("", "quote", "It is by Canaryname.", Weight.NOTE, data={"said": "Canaryname"})
    return {"akismet_key": "abc123", "akismet_url": url, "checks": [_Tells(told)]}


async def test_everything_erased_is_gone_from_every_column(database_url: str, akismet_url: str) -> None:
    async with a_house(database_url, **_checked(akismet_url)) as house:
        posted, answer = await _full(house)
        assert await where(house, "canary", "Canary") != []
        await receipt.erase(house, posted.receipt, Erasure.BOTH)
        assert await where(house, "canary", "Canary", "not really poly") == []
        rows = await every_row(house)
        for table in ("sealed", "finding", "edit"):
            mine = [row for row in rows[f"commentkit_{table}"] if row["comment_id"] == posted.comment.id]
            assert mine == [], table
        tree = await nodes_of(house, await reader.known_thread(house, POST))
        drawn = [step.node for step in walk(tree) if step.opens]
        assert [(node.public_id, node.comment is None, node.left) for node in drawn] == [
            (posted.comment.public_id, True, ""),
            (answer.comment.public_id, False, ""),
        ]
        before = await every_row(house)
        for what in Erasure:
            await receipt.erase(house, posted.receipt, what)
        assert await every_row(house) == before
        for act in (receipt.withdraw, receipt.put_back, receipt.ask):
            with pytest.raises(Refused):
                await act(house, posted.receipt)


async def test_a_text_erased_alone_leaves_the_name_at_its_place(database_url: str, akismet_url: str) -> None:
    async with a_house(database_url, **_checked(akismet_url)) as house:
        posted, _ = await _full(house)
        await receipt.erase(house, posted.receipt, Erasure.TEXT)
        assert await where(house, "canarybody", "not really poly") == []
        mine = await receipt.look(house, posted.receipt)
        assert (mine.comment.status, mine.comment.name, mine.has_email) == (Status.ERASED, "Canaryname", True)
        tree = await nodes_of(house, await reader.known_thread(house, POST))
        assert (tree[0].comment, tree[0].left) == (None, "Canaryname")
        await receipt.erase(house, posted.receipt, Erasure.IDENTITY)
        assert await where(house, "canary", "Canary") == []
        assert not (await receipt.look(house, posted.receipt)).has_identity


async def test_a_name_erased_alone_leaves_the_text_where_it_stands(
    database_url: str, akismet_url: str
) -> None:
    async with a_house(database_url, **_checked(akismet_url)) as house:
        posted, _ = await _full(house)
        before = await now(house, posted)
        await receipt.erase(house, posted.receipt, Erasure.IDENTITY)
        assert await where(house, "Canaryname", "canarymail", "canarysite") == []
        after = await now(house, posted)
        assert (after.status, after.body) == (before.status, before.body)
        assert after.seed != before.seed
        rows = await every_row(house)
        assert [row for row in rows["commentkit_sealed"] if row["comment_id"] == posted.comment.id] == []
        assert {row["sent"] for row in rows["commentkit_edit"]} == {"{}"}
        entry = await seen(house, posted)
        assert [each.check for each in entry.text_findings] == ["shaming"]  # words are still marked


async def test_an_owner_can_erase_the_name_that_a_writer_left(house: House) -> None:
    posted = await post(house, **CANARY)
    await receipt.erase(house, posted.receipt, Erasure.TEXT)
    await moderator.erase(house, "Mo", posted.comment.public_id)
    assert await where(house, "canary", "Canary") == []
    with pytest.raises(NotFound):
        await moderator.erase(house, "Mo", posted.comment.public_id)


async def test_a_comment_whose_name_is_erased_before_its_check_answered_waits_for_a_person(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    posted = await post(house, **CANARY)
    await receipt.erase(house, posted.receipt, Erasure.IDENTITY)
    akismet.mode = Mode.NORMAL
    akismet.received.clear()
    clock.move(minutes=10)
    await work(house)
    after = await now(house, posted)
    assert (after.status, after.reason, akismet.received) == (Status.PENDING, Reason.PERSON_DECIDES, [])


async def test_a_check_that_answers_after_the_name_was_erased_leaves_nothing_about_who_it_was(
    database_url: str,
) -> None:
    told = Finding("", "quote", "It is by canarymail.", Weight.NOTE, data={"said": "canarymail"})
    check = Waits(told)
    async with a_house(database_url, checks=[check]) as house:
        posting = asyncio.create_task(post(house, once="o" * 30, email=CANARY["email"]))  # who gave no name
        await check.started.wait()
        await receipt.erase(house, house.signer.receipt("o" * 30), Erasure.IDENTITY)
        check.go.set()
        posted = await posting
        assert posted.comment.status is Status.PENDING
        assert await where(house, "canarymail") == []


async def _all_wait(house: House, number: int) -> None:
    """Until so many wait for somebody's lock. With SQLite nobody even begins while another writes."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(20):
        while not house.db.is_sqlite:
            async with house.db.read() as connection:
                if await connection.scalar(waiting) == number:
                    return
            await asyncio.sleep(0.01)


async def test_nothing_hangs_itself_to_a_comment_while_it_is_erased(database_url: str) -> None:
    async with a_house(database_url) as house:
        public_id = (posted := await post(house)).comment.public_id
        async with house.db.write() as connection:
            await comments.erase(connection, posted.comment.id)
            late = [
                asyncio.create_task(thanks.say(house, "device", public_id, back=False)),
                asyncio.create_task(
                    reports.report(house, public_id, ReportReason.HURTS, "canarytext", "203.0.113.9")
                ),
            ]
            await _all_wait(house, len(late))
        answers = await asyncio.gather(*late, return_exceptions=True)
        assert [type(answer) for answer in answers] == [NotFound, NotFound]
        assert await where(house, "canarytext") == []
        assert (await every_row(house))["commentkit_thanks"] == []


async def test_answers_and_new_comments_with_an_address_come_while_another_with_it_is_erased(
    database_url: str,
) -> None:
    mails: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "mail_from": "comments@blog.example",
        "public_url": "https://blog.example/comments",
    }
    wren: dict[str, Any] = {"email": "wren@example.org", "answers": "yes"}
    async with a_house(database_url, publishing="hold-all", **mails) as house:
        for number in range(8):
            mine = await post(house, **wren)
            await move(house, mine, Move.PUBLISH)
            answers = [await post(house, parent=mine.comment.public_id) for _ in range(2)]
            erasing = asyncio.create_task(receipt.erase(house, mine.receipt, Erasure.BOTH))
            posting = asyncio.create_task(post(house, **wren))
            moved = await asyncio.gather(*(move(house, each, Move.PUBLISH) for each in answers))
            await erasing
            newer = await posting
            assert [each.status for each in moved] == [Status.PUBLISHED, Status.PUBLISHED]
            watches = (await every_row(house))["commentkit_watch"]
            assert [each["comment_id"] for each in watches] == [newer.comment.id], number
            await receipt.erase(house, newer.receipt, Erasure.BOTH)


async def test_no_erased_text_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    async with a_house(f"sqlite:///{tmp_path / 'x.db'}") as house:
        for number in range(3):
            posted = await post(house, f"canarybody{number} " * 300, **CANARY)
            await edit(house, posted, f"canarybody{number} changed " * 300)
            await receipt.erase(house, posted.receipt, Erasure.BOTH)
    left = await to_thread.run_sync(lambda: b"".join(path.read_bytes() for path in tmp_path.iterdir()))
    assert b"commentkit" in left
    assert b"canary" not in left.lower()
