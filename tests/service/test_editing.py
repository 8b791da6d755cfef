"""A changed text is judged like a new one; what readers see stays until then, and no text is lost."""

import asyncio
from typing import Any

import pytest

from commentkit import Finding, Status, Weight
from commentkit.errors import Refused
from commentkit.model import Comment, EditStatus, Move, Reason
from commentkit.service import moderator, receipt
from commentkit.service.before import BeforePosting
from commentkit.service.decisions import TooLate
from commentkit.service.editing import ChangedMeanwhile
from commentkit.service.house import House
from commentkit.service.writer import Posted
from commentkit.testing import AkismetStandIn, FakeClock, Mode
from tests.writing import (
    Fails,
    Says,
    Waits,
    a_house,
    cancel,
    edit,
    every_row,
    jobs,
    move,
    now,
    post,
    seen,
    undo,
    where,
    work,
)

SHAMING = "You're not really poly if you get jealous"
WORDS = Finding("", "words", "Somebody should look.", Weight.HOLD, start=0, end=1)


async def decide(
    house: House, posted: Posted, *, publish: bool, actor: str = "Mo", version: int | None = None
) -> Comment:
    """A moderator decides about the changed text."""
    return await moderator.decide_text(
        house, actor, posted.comment.public_id, publish=publish, version=version
    )


async def test_a_clean_text_takes_the_place_of_the_published_one_which_moderators_keep(
    house: House, akismet: AkismetStandIn
) -> None:
    posted = await post(house, "The frist word.", name="Wren")
    changed = await edit(house, posted, "The *first* word.")
    assert (changed.status, changed.body) == (Status.PUBLISHED, "The *first* word.")
    assert "<em>first</em>" in changed.html
    entry = await seen(house, posted)
    assert [(each.status, each.body) for each in entry.texts] == [(EditStatus.DONE, "The frist word.")]
    assert [(line.actor, line.move) for line in entry.history[-2:]] == [(" ", "edit"), ("", "publish-edit")]
    assert [sent["comment_content"] for sent in akismet.calls("comment-check")] == [
        "The frist word.",
        "The *first* word.",
    ]
    assert await jobs(house) == []


async def test_a_text_that_needs_a_person_waits_and_the_published_one_stays(house: House) -> None:
    posted = await post(house, "A kind word.")
    assert (await edit(house, posted, SHAMING)).body == "A kind word."
    mine = await receipt.look(house, posted.receipt)
    assert mine.proposed is not None
    assert (mine.proposed.body, mine.proposed.reason) == (SHAMING, Reason.WORDS)
    [entry] = await moderator.listed(house, Status.PENDING, limit=10)
    assert entry.comment.body == "A kind word."
    assert entry.proposed is not None
    assert entry.proposed.body == SHAMING
    assert [each.check for each in entry.text_findings if each.start is not None] == ["shaming"]
    assert [each for each in entry.findings if each.start is not None] == []
    assert (await moderator.totals(house))[Status.PENDING] == 1


@pytest.mark.parametrize("publish", [True, False])
async def test_a_decision_about_a_text_is_one_move_and_can_be_undone(house: House, publish: bool) -> None:
    posted = await post(house, "A kind word.")
    await edit(house, posted, SHAMING)
    found = (await seen(house, posted)).text_findings
    after = await decide(house, posted, publish=publish)
    assert (after.status, after.body) == (Status.PUBLISHED, SHAMING if publish else "A kind word.")
    assert await moderator.listed(house, Status.PENDING, limit=10) == []
    entry = await seen(house, posted)
    assert {each.code for each in found} == {
        each.code for each in (entry.findings if publish else entry.text_findings)
    }
    assert {entry.comment.body, entry.texts[-1].body} == {SHAMING, "A kind word."}
    with pytest.raises(Refused):
        await decide(house, posted, publish=publish)
    back = await undo(house, posted)
    assert (back.status, back.body) == (Status.PUBLISHED, "A kind word.")
    entry = await seen(house, posted)
    assert entry.proposed is not None
    assert (entry.proposed.body, entry.text_findings) == (SHAMING, found)
    with pytest.raises(Refused):
        await undo(house, posted)


async def test_a_decision_is_not_undone_once_the_writer_has_sent_another_text(house: House) -> None:
    posted = await post(house, "A kind word.")
    await edit(house, posted, SHAMING)
    await decide(house, posted, publish=False)
    await edit(house, posted, SHAMING + "!")
    with pytest.raises(Refused, match="no decision"):
        await undo(house, posted)


async def test_who_saw_another_text_decides_nothing(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house, "A kind word.")
        await edit(house, posted, SHAMING)
        version = (await now(house, posted)).version
        await edit(house, posted, SHAMING + " So there.")
        for act in (
            decide(house, posted, publish=True, version=version),
            moderator.decide(house, "Mo", posted.comment.public_id, Move.HIDE, version=version),
        ):
            with pytest.raises(TooLate):
                await act
        entry = await seen(house, posted)
        assert [each.status for each in entry.texts] == [EditStatus.REPLACED, EditStatus.WAITING]


async def test_of_two_moderators_at_once_one_decides_about_a_text(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house, "A kind word.")
        await edit(house, posted, SHAMING)
        version = (await now(house, posted)).version
        answers = await asyncio.gather(
            *(decide(house, posted, publish=each, version=version) for each in (True, False)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, TooLate) for answer in answers) == 1
        entry = await seen(house, posted)
        assert {entry.comment.body, entry.texts[-1].body} == {"A kind word.", SHAMING}
        assert len([line for line in entry.history if line.actor == "Mo"]) == 1


async def test_a_text_that_nobody_has_read_is_changed_at_once_and_judged_anew(
    database_url: str, clock: FakeClock
) -> None:
    async with a_house(database_url, clock) as house:
        posted = await post(house, SHAMING)
        assert (await now(house, posted)).status is Status.PENDING
        changed = await edit(house, posted, "I was jealous, and I did not know what to do.")
        assert (changed.status, changed.reason) == (Status.PUBLISHED, Reason.NONE)
        entry = await seen(house, posted)
        assert entry.findings == []
        assert [each.body for each in entry.texts] == [SHAMING]


async def test_two_checks_at_once_never_publish_a_text_unseen(sqlite_url: str, clock: FakeClock) -> None:
    """The first text is still being judged when the second is sent."""
    slow = Waits()
    async with a_house(sqlite_url, clock, checks=[slow], check_patience=30) as house:
        posting = asyncio.create_task(post(house, "The first.", once="o" * 30))
        await slow.started.wait()
        slow.started.clear()
        sending = asyncio.create_task(edit(house, house.signer.receipt("o" * 30), SHAMING))
        await slow.started.wait()
        slow.go.set()
        await posting
        changed = await sending
        assert (changed.status, changed.reason, changed.body) == (Status.PENDING, Reason.WORDS, SHAMING)


async def test_a_changed_text_whose_judging_died_with_its_process_is_judged_later(
    database_url: str, clock: FakeClock
) -> None:
    for first in ("Fine.", SHAMING):
        slow = Waits(WORDS)
        async with a_house(database_url, clock, checks=[slow], check_patience=30) as house:
            slow.go.set()
            slow.findings = ()
            posted = await post(house, first, key=f"/{len(first)}")
            slow.go.clear()
            slow.started.clear()
            slow.findings = (WORDS,)
            task = asyncio.create_task(edit(house, posted, "Hm. And more."))
            await slow.started.wait()
            await cancel(task)
            slow.go.set()
            clock.move(minutes=1)
            await work(house)
            mine = await receipt.look(house, posted.receipt)
            if first == "Fine.":
                assert mine.comment.body == first
                assert mine.proposed is not None
                assert mine.proposed.reason is Reason.WORDS
            else:
                assert (mine.comment.body, mine.comment.status) == ("Hm. And more.", Status.PENDING)
                assert mine.comment.reason is Reason.WORDS
            assert await jobs(house) == []


async def test_a_late_check_is_asked_again_and_then_the_text_is_published(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    posted = await post(house, "The first.")
    akismet.mode = Mode.BROKEN
    await edit(house, posted, "The second.")
    mine = await receipt.look(house, posted.receipt)
    assert mine.proposed is not None
    assert (mine.comment.body, mine.proposed.reason) == ("The first.", Reason.CHECK_LATE)
    akismet.mode = Mode.NORMAL
    clock.move(minutes=2)
    await work(house)
    assert (await now(house, posted)).body == "The second."
    first, *_, last = [
        sent for sent in akismet.calls("comment-check") if sent["comment_content"] == "The second."
    ]
    assert last == {**first, "recheck_reason": "recheck"}
    assert await jobs(house) == []


async def test_a_person_beats_a_late_check_of_a_text(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    posted = await post(house, "The first.")
    akismet.mode = Mode.BROKEN
    await edit(house, posted, "The second.")
    await decide(house, posted, publish=False)
    akismet.mode = Mode.NORMAL
    clock.move(minutes=2)
    await work(house)
    assert (await now(house, posted)).body == "The first."


async def test_a_text_that_looks_like_spam_only_waits_and_akismet_hears_of_the_text_that_is_shown(
    house: House, akismet: AkismetStandIn
) -> None:
    posted = await post(house, "A word.", name="akismet-guaranteed-spam")
    await move(house, posted, Move.NOT_SPAM)
    await edit(house, posted, "Another word.")
    mine = await receipt.look(house, posted.receipt)
    assert mine.proposed is not None
    assert (mine.comment.body, mine.proposed.reason) == ("A word.", Reason.SPAM_CHECK)
    await decide(house, posted, publish=True)
    await move(house, posted, Move.SPAM)
    await work(house)
    assert [sent["comment_content"] for sent in akismet.calls("submit-spam")] == ["Another word."]


async def test_the_window_is_counted_from_posting_and_can_be_closed(
    database_url: str, clock: FakeClock
) -> None:
    async with a_house(database_url, clock, edit_minutes=10) as house:
        posted = await post(house, "The first.")
        clock.move(minutes=9)
        await edit(house, posted, "The second.")
        clock.move(minutes=1)
        with pytest.raises(Refused, match="10 minutes"):
            await edit(house, posted, "The third.")
        assert (await receipt.look(house, posted.receipt)).editable_until is None
    async with a_house(database_url, clock, edit_minutes=0) as house:
        posted = await post(house, "The first.")
        with pytest.raises(Refused, match="can't be changed"):
            await edit(house, posted, "The second.")


@pytest.mark.parametrize("taken", [Move.HIDE, Move.SPAM])
async def test_what_a_moderator_took_away_is_not_brought_back_by_changing_it(
    house: House, taken: Move
) -> None:
    posted = await post(house, "The first.")
    await move(house, posted, taken)
    with pytest.raises(Refused):
        await edit(house, posted, "The second.")


async def test_the_same_text_again_changes_nothing(house: House, akismet: AkismetStandIn) -> None:
    posted = await post(house, "The first.")
    before = await every_row(house)
    await edit(house, posted, "The first.")
    assert await every_row(house) == before
    await edit(house, posted, SHAMING, seen=0)
    before = await every_row(house)
    await edit(house, posted, SHAMING, seen=0)  # the same form, sent twice
    assert await every_row(house) == before


async def test_a_form_that_was_open_while_another_text_was_sent_is_told_so(house: House) -> None:
    posted = await post(house, "The first.")
    await edit(house, posted, "The second.", seen=0)
    with pytest.raises(ChangedMeanwhile):
        await edit(house, posted, "The third.", seen=0)
    assert (await now(house, posted)).body == "The second."


async def test_two_texts_at_once_are_both_kept(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house, "The first.")
        await asyncio.gather(*(edit(house, posted, f"Number {each}.") for each in range(3)))
        entry = await seen(house, posted)
        assert {entry.comment.body, *(each.body for each in entry.texts)} == {
            "The first.",
            "Number 0.",
            "Number 1.",
            "Number 2.",
        }


async def test_a_changed_text_gets_advice_once_before_anything_is_stored(house: House) -> None:
    posted = await post(house, "The first.")
    before = await every_row(house)
    with pytest.raises(BeforePosting) as shown:
        await edit(house, posted, SHAMING, confirmed=False)
    assert shown.value.advice[0].held
    after = await every_row(house)
    assert {name for name in after if after[name] != before[name]} == {"commentkit_prompt"}
    await edit(house, posted, SHAMING, confirmed=False, shown=True)
    assert (await receipt.look(house, posted.receipt)).proposed is not None


async def test_other_texts_are_kept_for_a_while_and_then_swept_out(house: House, clock: FakeClock) -> None:
    posted = await post(house, "canaryfirst")
    await edit(house, posted, "The second.")
    await edit(house, posted, SHAMING + " canarythird")
    clock.move(days=house.settings.history_days - 1)
    await work(house)
    assert len((await seen(house, posted)).texts) == 2
    clock.move(days=2)
    await work(house)
    assert await where(house, "canaryfirst") == []
    [waiting] = (await seen(house, posted)).texts
    assert waiting.status is EditStatus.WAITING


async def test_a_sealed_copy_of_a_changed_text_is_shredded_in_time(house: House, clock: FakeClock) -> None:
    posted = await post(house, "The first.")
    await edit(house, posted, SHAMING)
    assert (await every_row(house))["commentkit_edit"][0]["sent"] != "{}"
    clock.move(days=house.settings.akismet_keep_days)
    await work(house)
    assert (await every_row(house))["commentkit_edit"][0]["sent"] == "{}"


async def test_every_site_and_guest_waits_for_a_moderator_where_the_rules_say_so(sqlite_url: str) -> None:
    async with a_house(sqlite_url, publishing="hold-all") as house:
        posted = await post(house, "The first.")
        await move(house, posted, Move.PUBLISH)
        await edit(house, posted, "The second.")
        mine = await receipt.look(house, posted.receipt)
        assert mine.proposed is not None
        assert (mine.comment.body, mine.proposed.reason) == ("The first.", Reason.EVERYONE_WAITS)


async def test_listeners_are_told_that_a_text_waits_and_that_it_changed(sqlite_url: str) -> None:
    heard: list[str] = []

    async def ear(event: Any) -> None:
        heard.append(event.kind)

    async with a_house(sqlite_url, listeners={"ear": ear}) as house:
        posted = await post(house, "The first.")
        await edit(house, posted, "The second.")
        await edit(house, posted, SHAMING)
        await decide(house, posted, publish=True)
        await work(house)
        assert heard == ["judged", "edited", "edit-waits", "edited"]


async def test_a_check_that_breaks_on_a_text_keeps_it_back(sqlite_url: str, clock: FakeClock) -> None:
    check = Fails(None)
    async with a_house(sqlite_url, clock, checks=[check, Says(name="says")]) as house:
        posted = await post(house, "The first.")
        check.error = RuntimeError()
        await edit(house, posted, "The second.")
        assert (await now(house, posted)).body == "The first."
        for _ in range(2):
            clock.move(minutes=10)
            await work(house)
        lines = [line.move for line in (await seen(house, posted)).history]
        assert lines == ["judge", "edit"]
        check.error = None
        clock.move(hours=1)
        await work(house)
        assert (await now(house, posted)).body == "The second."
