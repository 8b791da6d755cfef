"""A comment belongs to its writer: taken back, put back, erased, asked about and taken along, by the receipt alone."""

import asyncio
import json
import random
from itertools import pairwise
from typing import Any

import pytest

from commentkit import Status
from commentkit.errors import CommentkitError, Conflict, NotFound, Refused
from commentkit.model import Erasure, Move, Reason
from commentkit.service import moderator, reader, receipt, takeout
from commentkit.service.house import WRITER, House
from commentkit.service.moderator import NOBODY
from commentkit.testing import AkismetStandIn, FakeClock, Mode
from tests.site import POST
from tests.writing import (
    ADDRESS,
    a_house,
    edit,
    move,
    nodes_of,
    now,
    post,
    seen,
    undo,
    work,
)

SHAMING = "You're not really poly if you get jealous"
CANARY: dict[str, Any] = {
    "name": "Canaryname",
    "email": "canarymail@example.org",
    "website": "https://canarysite.example",
}


async def test_a_receipt_follows_its_comment_and_opens_no_other(house: House) -> None:
    posted, other = await post(house, "Mine."), await post(house, "Another's.")
    mine = await receipt.look(house, posted.receipt)
    assert (mine.thread.key, mine.comment.body) == (POST, "Mine.")
    await move(house, posted, Move.SPAM)
    assert (await receipt.look(house, posted.receipt)).comment.status is Status.SPAM
    assert posted.receipt != other.receipt
    for wrong in ("", "x", posted.comment.public_id, posted.receipt[:-1], "\ud800"):
        for act in (receipt.look, receipt.withdraw, receipt.put_back, receipt.ask, takeout.everything):
            with pytest.raises(NotFound):
                await act(house, wrong)
        with pytest.raises(NotFound):
            await receipt.erase(house, wrong, Erasure.BOTH)


WAYS: dict[Status, list[Move]] = {
    Status.PENDING: [],
    Status.PUBLISHED: [Move.PUBLISH],
    Status.HIDDEN: [Move.HIDE],
    Status.SPAM: [Move.SPAM],
}


@pytest.mark.parametrize("status", WAYS)
async def test_what_is_taken_back_is_moved_by_nobody_and_put_back_where_it_stood(
    sqlite_url: str, status: Status
) -> None:
    async with a_house(sqlite_url) as house:
        posted = await post(house, SHAMING)
        for way in WAYS[status]:
            await move(house, posted, way)
        before = await now(house, posted)
        await receipt.withdraw(house, posted.receipt)
        await receipt.withdraw(house, posted.receipt)  # pressed twice
        assert (await now(house, posted)).status is Status.WITHDRAWN
        assert (await seen(house, posted)).moves == ()
        for wanted in Move:
            with pytest.raises(Refused, match="taken this comment back"):
                await move(house, posted, wanted)
        with pytest.raises(Refused):
            await undo(house, posted)
        with pytest.raises(NotFound):
            await reader.in_place(house, posted.comment.public_id)
        assert await nodes_of(house, await reader.known_thread(house, POST)) == []
        await receipt.put_back(house, posted.receipt)
        await receipt.put_back(house, posted.receipt)
        after = await now(house, posted)
        assert (after.status, after.reason) == (before.status, before.reason)
        lines = [line.move for line in (await seen(house, posted)).history]
        assert lines[-2:] == ["withdraw", "put-back"]


async def test_a_moderators_decision_can_still_be_undone_after_the_writer_came_and_went(house: House) -> None:
    posted = await post(house, SHAMING)
    await move(house, posted, Move.PUBLISH)
    await receipt.withdraw(house, posted.receipt)
    await receipt.put_back(house, posted.receipt)
    assert (await undo(house, posted)).status is Status.PENDING


async def test_a_comment_that_was_taken_back_before_its_check_answered_is_checked_when_it_is_back(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    posted = await post(house, "An honest word.")
    await receipt.withdraw(house, posted.receipt)
    akismet.mode = Mode.NORMAL
    clock.move(minutes=10)
    await work(house)
    assert (await now(house, posted)).status is Status.WITHDRAWN
    await receipt.put_back(house, posted.receipt)
    await work(house)
    assert (await now(house, posted)).status is Status.PUBLISHED


async def test_another_look_is_asked_for_once_and_goes_to_a_person(house: House) -> None:
    posted = await post(house, "A word.")
    await move(house, posted, Move.HIDE)
    assert (await receipt.look(house, posted.receipt)).may_ask
    await receipt.ask(house, posted.receipt)
    after = await now(house, posted)
    assert (after.status, after.reason) == (Status.PENDING, Reason.ASKED)
    entry = await seen(house, posted)
    assert entry.asked
    assert entry.decided_first is not None
    assert entry.decided_first.actor == "Mo"
    assert entry.undoable is None
    with pytest.raises(Refused, match="once"):
        await receipt.ask(house, posted.receipt)
    await move(house, posted, Move.HIDE, actor="Kit")
    assert not (await seen(house, posted)).asked
    assert not (await receipt.look(house, posted.receipt)).may_ask
    with pytest.raises(Refused, match="once"):
        await receipt.ask(house, posted.receipt)
    back = await undo(house, posted, "Kit")
    assert (back.status, back.reason) == (Status.PENDING, Reason.ASKED)


async def test_a_hold_by_words_is_looked_at_anyway_and_no_check_decides_after_an_ask(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    posted = await post(house, SHAMING)
    assert not (await receipt.look(house, posted.receipt)).may_ask
    await move(house, posted, Move.HIDE)
    await receipt.ask(house, posted.receipt)
    akismet.mode = Mode.NORMAL
    clock.move(minutes=10)
    await work(house)
    assert (await now(house, posted)).reason is Reason.ASKED
    changed = await edit(house, posted, "I was jealous, and it hurt.")
    assert (changed.status, changed.reason) == (Status.PENDING, Reason.ASKED)  # a person was asked for


async def test_there_is_nothing_to_ask_where_nobody_decided(sqlite_url: str) -> None:
    async with a_house(sqlite_url) as house:
        fine, gone = await post(house), await post(house)
        await receipt.withdraw(house, gone.receipt)
        for posted in (fine, gone):
            assert not (await receipt.look(house, posted.receipt)).may_ask
            with pytest.raises(Refused, match="no decision"):
                await receipt.ask(house, posted.receipt)
    async with a_house(sqlite_url, publishing="hold-all") as house:
        with pytest.raises(Refused, match="no decision"):
            await receipt.ask(house, (await post(house)).receipt)


async def test_what_only_a_machine_took_for_spam_stays_sorted_out(house: House) -> None:
    posted = await post(house, name="akismet-guaranteed-spam")
    with pytest.raises(Refused):
        await receipt.ask(house, posted.receipt)


async def test_a_refused_text_can_be_asked_about_while_the_other_stays(house: House) -> None:
    posted = await post(house, "A kind word.")
    await edit(house, posted, SHAMING)
    await moderator.decide_text(house, "Mo", posted.comment.public_id, publish=False, version=None)
    await receipt.ask(house, posted.receipt)
    assert (await now(house, posted)).status is Status.PUBLISHED
    [entry] = await moderator.listed(house, Status.PENDING, limit=10)
    assert entry.asked
    assert entry.decided_first is not None
    assert entry.decided_first.actor == "Mo"
    assert entry.undoable is None
    await moderator.decide_text(house, "Kit", posted.comment.public_id, publish=True, version=None)
    assert not (await seen(house, posted)).asked


async def test_what_is_asked_for_again_stands_first_beside_flagged_words(sqlite_url: str) -> None:
    async with a_house(sqlite_url, publishing="hold-all") as house:
        await post(house)
        flagged, asked = await post(house, SHAMING), await post(house)
        await move(house, asked, Move.HIDE)
        await receipt.ask(house, asked.receipt)
        listed = await moderator.listed(house, Status.PENDING, limit=2)
        assert [each.comment.id for each in listed] == [flagged.comment.id, asked.comment.id]


async def test_what_is_taken_along_holds_everything_but_what_is_somebody_elses(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    parent = await post(house, "The question.")
    posted = await post(house, SHAMING, parent=parent.comment.public_id, **CANARY)
    await move(house, posted, Move.HIDE, note="canarynote", actor="Canarymo")
    await receipt.ask(house, posted.receipt)
    await edit(house, posted, "It hurt.")
    found = await takeout.everything(house, posted.receipt)
    comment = found["comment"]
    assert {name: comment[name] for name in ("name", "email", "website")} == CANARY
    assert (comment["text"], comment["state"], comment["in_reply_to"]) == (
        "It hurt.",
        "pending",
        parent.comment.public_id,
    )
    assert [each["text"] for each in found["other_texts"]] == [SHAMING]
    asked = [sent for sent in akismet.calls("comment-check") if sent["comment_content"] != "The question."]
    told = [found["other_texts"][0]["checks_were_sent"]["akismet"], found["checks_were_sent"]["akismet"]]
    assert [{**each, "x": 0} for each in told] == [
        {**{name: sent.get(name, "") for name in each}, "x": 0}
        for sent, each in zip(asked, told, strict=True)
    ]
    assert told[1]["user_ip"] == ADDRESS
    assert [(line["by"], line["what"]) for line in found["decisions"]] == [
        ("the checks", "judge"),
        ("a moderator", "hide"),
        ("you", "ask"),
        ("you", "edit"),
        ("the checks", "judge"),
    ]
    text = json.dumps(found)
    for secret in ("Canarymo", "canarynote", "gatekeeping", posted.receipt):
        assert secret not in text
    clock.move(days=house.settings.akismet_keep_days)
    later = await takeout.everything(house, posted.receipt)
    assert later["checks_were_sent"] == later["other_texts"][0]["checks_were_sent"] == {}
    await receipt.erase(house, posted.receipt, Erasure.BOTH)
    empty = json.dumps(await takeout.everything(house, posted.receipt))
    assert "canary" not in empty.lower()


async def test_all_at_once_the_writer_and_two_moderators_leave_a_history_that_fits(database_url: str) -> None:
    async with a_house(database_url) as house:
        for _ in range(4):
            posted = await post(house, SHAMING)
            await asyncio.gather(
                receipt.withdraw(house, posted.receipt),
                move(house, posted, Move.PUBLISH),
                move(house, posted, Move.HIDE, actor="Kit"),
                receipt.ask(house, posted.receipt),
                edit(house, posted, "It hurt."),
                return_exceptions=True,
            )
            lines = (await seen(house, posted)).history
            assert all(one.after is next_.before for one, next_ in pairwise(lines))
            assert lines[-1].after is (await now(house, posted)).status


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_they_do_nobody_oversteps_their_moves(
    sqlite_url: str, seed: int, clock: FakeClock
) -> None:
    """A walk at random through all that a writer, two moderators and the checks can do with one comment."""
    chance = random.Random(seed)
    texts = ["A word.", SHAMING, "Another word.", "The last word."]
    async with a_house(sqlite_url, clock, edit_minutes=600) as house:
        posted = await post(house, texts[seed % 2])
        sent = {texts[seed % 2]}
        for _ in range(30):
            before = await seen(house, posted)
            actor = chance.choice(["writer", "Mo", "Kit"])
            try:
                if actor == "writer":
                    act = chance.choice([receipt.withdraw, receipt.put_back, receipt.ask, edit])
                    if act is edit:
                        body = chance.choice(texts)
                        await edit(house, posted, body)
                        sent.add(body)
                    else:
                        await act(house, posted.receipt)  # type: ignore[operator]  # the others take a receipt
                elif chance.random() < 0.3:
                    await undo(house, posted, actor)
                elif chance.random() < 0.5:
                    publish = chance.random() < 0.5
                    await moderator.decide_text(
                        house, actor, posted.comment.public_id, publish=publish, version=None
                    )
                else:
                    await move(house, posted, chance.choice(list(Move)), actor)
            except (Refused, Conflict):
                assert await seen(house, posted) == before
                continue
            except CommentkitError as error:
                raise AssertionError(str(error)) from error
            after = await seen(house, posted)
            new = after.history[len(before.history) :]
            taken = before.comment.status is Status.WITHDRAWN
            if taken and after.comment.status is not Status.WITHDRAWN:
                assert [line.actor for line in new] == [WRITER]
            if (
                before.comment.status in {Status.HIDDEN, Status.SPAM}
                and after.comment.status is Status.PUBLISHED
            ):
                assert any(line.actor not in NOBODY for line in new)
            # Every text that was sent is there, once shown or kept; none comes from nowhere.
            assert {after.comment.body, *(each.body for each in after.texts)} <= sent
            if after.comment.status is Status.PUBLISHED and after.comment.body == SHAMING:
                decided = [line for line in after.history if line.actor not in NOBODY]
                assert decided, "shaming words were published and no person had read them"
