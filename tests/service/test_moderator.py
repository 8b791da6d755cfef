"""A moderator decides once, can take it back, and is never overwritten unseen; what is erased is gone."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from commentkit import Finding, Status, Weight
from commentkit.errors import NotFound, Refused
from commentkit.model import Move, Reason, Thread
from commentkit.policy import MOVES, after
from commentkit.service import guest, moderator, reader, receipt
from commentkit.service.decisions import TooLate
from commentkit.service.house import House
from commentkit.service.writer import OnceUsed, Posted
from commentkit.testing import AkismetStandIn, FakeClock, Mode
from commentkit.tree import walk
from tests.site import GUEST, POST
from tests.writing import EMAIL, Says, a_house, every_row, move, nodes_of, now, post, seen, undo, where, work

SHAMING = "You're not really poly if you get jealous"
# how a comment comes to stand somewhere
WAYS = {
    Status.PENDING: [],
    Status.PUBLISHED: [Move.PUBLISH],
    Status.HIDDEN: [Move.HIDE],
    Status.SPAM: [Move.SPAM],
}


async def standing(house: House, status: Status) -> Posted:
    posted = await post(house, SHAMING)
    for way in WAYS[status]:
        await move(house, posted, way)
    assert (await now(house, posted)).status is status
    return posted


@pytest.mark.parametrize("status", WAYS)
async def test_every_move_does_what_the_table_says_or_is_refused(sqlite_url: str, status: Status) -> None:
    async with a_house(sqlite_url) as house:
        for wanted in Move:
            posted = await standing(house, status)
            expected = after(status, wanted)
            before = await seen(house, posted)
            if expected is None:
                with pytest.raises(Refused):
                    await move(house, posted, wanted)
                assert await seen(house, posted) == before
            else:
                moved = await move(house, posted, wanted, note="I know them.")
                assert moved.status is expected
                assert moved.reason is (Reason.NONE if expected is Status.PUBLISHED else Reason.MODERATOR)
                line = (await seen(house, posted)).history[-1]
                assert (line.actor, line.move, line.note) == ("Mo", wanted.value, "I know them.")
                assert (line.before, line.after, line.at) == (status, expected, house.clock())


async def test_an_entry_offers_exactly_the_moves_that_work(sqlite_url: str) -> None:
    async with a_house(sqlite_url) as house:
        for status in WAYS:
            entry = await seen(house, await standing(house, status))
            assert set(entry.moves) == {wanted for at, wanted in MOVES if at is status}


async def test_who_comes_too_late_is_told_who_was_quicker_and_what_they_did(house: House) -> None:
    posted = await post(house, SHAMING)
    version = (await now(house, posted)).version
    await moderator.decide(house, "Mo", posted.comment.public_id, Move.HIDE, version=version, note="Unkind.")
    for act in (
        moderator.decide(house, "Kit", posted.comment.public_id, Move.PUBLISH, version=version),
        moderator.undo(house, "Kit", posted.comment.public_id, version=version),
    ):
        with pytest.raises(TooLate) as late:
            await act
        assert late.value.comment.status is Status.HIDDEN
        assert late.value.last is not None
        assert (late.value.last.actor, late.value.last.move, late.value.last.note) == (
            "Mo",
            "hide",
            "Unkind.",
        )


async def test_of_two_moderators_at_once_one_wins_and_the_other_is_told(database_url: str) -> None:
    async with a_house(database_url) as house:
        for _ in range(5):
            posted = await post(house, SHAMING)
            version = (await now(house, posted)).version
            answers = await asyncio.gather(
                moderator.decide(house, "Mo", posted.comment.public_id, Move.HIDE, version=version),
                moderator.decide(house, "Kit", posted.comment.public_id, Move.PUBLISH, version=version),
                moderator.decide(house, "Lou", posted.comment.public_id, Move.SPAM, version=None),
                return_exceptions=True,
            )
            won = [answer for answer in answers if not isinstance(answer, BaseException)]
            lost = [answer for answer in answers if isinstance(answer, TooLate | Refused)]
            people = [line.actor for line in (await seen(house, posted)).history if line.actor]
            assert len(won) + len(lost) == 3
            assert len(people) == len(won)
            late = [answer for answer in lost if isinstance(answer, TooLate)]
            assert all(answer.last is not None and answer.last.actor in people for answer in late)


async def test_undo_takes_back_one_decision_after_the_other(house: House) -> None:
    posted = await post(house, SHAMING)
    first = await now(house, posted)
    for wanted in (Move.PUBLISH, Move.HIDE, Move.SPAM, Move.NOT_SPAM):
        await move(house, posted, wanted)
    back = [(await undo(house, posted, "Kit")).status for _ in range(4)]
    assert back == [Status.SPAM, Status.HIDDEN, Status.PUBLISHED, Status.PENDING]
    last = await now(house, posted)
    assert (last.status, last.reason) == (first.status, first.reason) == (Status.PENDING, Reason.WORDS)
    with pytest.raises(Refused):
        await undo(house, posted)


async def test_after_an_undo_a_new_decision_can_be_taken_back_too(house: House) -> None:
    posted = await post(house)
    await move(house, posted, Move.HIDE)
    await undo(house, posted)
    await move(house, posted, Move.SPAM)
    assert (await undo(house, posted)).status is Status.PUBLISHED
    with pytest.raises(Refused):
        await undo(house, posted)


async def test_what_a_machine_decided_is_not_undone_but_overruled(house: House) -> None:
    for posted in (await post(house), await post(house, name="akismet-guaranteed-spam")):
        with pytest.raises(Refused):
            await undo(house, posted)


async def test_two_undos_at_once_take_back_one_decision(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house)
        await move(house, posted, Move.HIDE)
        await move(house, posted, Move.SPAM)
        version = (await now(house, posted)).version
        undoing = (
            moderator.undo(house, who, posted.comment.public_id, version=version) for who in ("Mo", "Kit")
        )
        answers = await asyncio.gather(*undoing, return_exceptions=True)
        assert sum(isinstance(answer, TooLate) for answer in answers) == 1
        assert (await now(house, posted)).status is Status.HIDDEN


async def test_history_only_grows(house: House) -> None:
    posted = await post(house)
    earlier: list[object] = []
    acts = [Move.HIDE, None, Move.SPAM, Move.NOT_SPAM, None, None]
    for wanted in acts:
        await (undo(house, posted) if wanted is None else move(house, posted, wanted))
        lines = (await every_row(house))["commentkit_decision"]
        assert lines[: len(earlier)] == earlier
        assert len(lines) == len(earlier) + (2 if not earlier else 1)
        earlier = [*lines]
    said = [line.move for line, _, _ in await moderator.history(house, limit=50)]
    assert said == [
        "undo",
        "undo",
        "not-spam",
        "spam",
        "undo",
        "hide",
    ]  # the machine's own line stands with its comment


async def test_overturning_akismet_tells_it_with_exactly_the_first_fields(
    house: House, akismet: AkismetStandIn
) -> None:
    spam = await post(
        house, name="akismet-guaranteed-spam", email=EMAIL, trap="x", website="https://w.example"
    )
    ham = await post(house, "A clever advertisement.", parent="")
    await move(house, spam, Move.NOT_SPAM)
    await move(house, ham, Move.SPAM)
    await work(house)
    asked_spam, asked_ham = akismet.calls("comment-check")
    assert akismet.calls("submit-ham") == [asked_spam]
    assert akismet.calls("submit-spam") == [asked_ham]


async def test_undoing_what_akismet_was_told_tells_it_the_opposite(
    house: House, akismet: AkismetStandIn
) -> None:
    posted = await post(house)
    await move(house, posted, Move.SPAM)
    await work(house)
    await undo(house, posted)
    await work(house)
    [asked] = akismet.calls("comment-check")
    assert akismet.calls("submit-spam") == akismet.calls("submit-ham") == [asked]
    await move(house, posted, Move.SPAM)
    await work(house)
    assert len(akismet.calls("submit-spam")) == 2


async def test_akismets_last_word_is_the_moderators_last_word(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    posted = await post(house)
    akismet.mode = Mode.BROKEN
    await move(house, posted, Move.SPAM)
    await work(house)  # fails and is put off
    akismet.mode = Mode.NORMAL
    akismet.received.clear()
    await undo(house, posted)
    for _ in range(4):
        await work(house)
        clock.move(minutes=5)
    assert [each.endpoint for each in akismet.received][-1:] == ["submit-ham"]


async def test_two_lessons_at_once_are_told_in_their_order(house: House, akismet: AkismetStandIn) -> None:
    posted = await post(house)
    for _ in range(6):
        await move(house, posted, Move.SPAM)
        await undo(house, posted)
    while await work(house):
        pass
    assert [each.endpoint for each in akismet.received][-1] == "submit-ham"


async def test_akismet_is_told_nothing_where_nobody_disagrees(house: House, akismet: AkismetStandIn) -> None:
    waiting, open_one = await post(house, SHAMING), await post(house)
    await move(house, waiting, Move.PUBLISH)
    await move(house, open_one, Move.HIDE)
    await move(house, open_one, Move.PUBLISH)
    await undo(house, open_one)
    await work(house)
    assert {each.endpoint for each in akismet.received} == {"comment-check"}


async def test_akismet_is_told_nothing_once_the_sealed_copy_is_shredded(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    early, late = await post(house), await post(house)
    akismet.mode = Mode.BROKEN
    await move(house, early, Move.SPAM)
    await work(house)
    akismet.mode = Mode.NORMAL
    akismet.received.clear()
    clock.move(days=15)
    await move(house, late, Move.SPAM)
    await work(house)
    clock.move(days=1)
    await work(house)
    assert akismet.received == []


async def test_what_is_erased_is_gone_from_every_column_and_leaves_a_tombstone(
    database_url: str, akismet_url: str, clock: FakeClock
) -> None:
    check = Says(Finding("", "quote", "It says canarybody.", Weight.NOTE, data={"said": "canarybody"}))
    keys: dict[str, Any] = {"akismet_key": "abc123", "akismet_url": akismet_url}
    async with a_house(database_url, clock, checks=[check], listeners={"ear": _nobody}, **keys) as house:
        fields: dict[str, Any] = {
            "name": "Canaryname",
            "email": "canarymail@example.org",
            "website": "https://canarysite.example",
        }
        posted = await post(house, "canarybody", **fields)
        check.findings = ()
        answer = await post(house, "An answer.", parent=posted.comment.public_id)
        await move(house, posted, Move.SPAM)
        await move(house, posted, Move.NOT_SPAM)
        assert await where(house, "canarybody", "Canaryname", "canarysite") != []
        await moderator.erase(house, "Mo", posted.comment.public_id)
        assert await where(house, "canary", "Canary") == []
        rows = await every_row(house)
        for table in ("sealed", "finding", "outbox"):
            mine = [row for row in rows[f"commentkit_{table}"] if row["comment_id"] == posted.comment.id]
            assert [row for row in mine if row.get("kind") != "tell"] == []
        [told] = [row for row in rows["commentkit_outbox"] if row["comment_id"] == posted.comment.id]
        assert json.loads(told["payload"])["kind"] == "erased"
        thread = await reader.known_thread(house, POST)
        drawn = [step.node for step in walk(await nodes_of(house, thread)) if step.opens]
        assert [(node.public_id, node.comment is None) for node in drawn] == [
            (posted.comment.public_id, True),
            (answer.comment.public_id, False),
        ]
        kept = (await receipt.look(house, posted.receipt)).comment
        assert (kept.status, kept.body, kept.name) == (Status.ERASED, "", "")


async def test_an_erased_text_is_not_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    async with a_house(f"sqlite:///{tmp_path / 'x.db'}") as house:
        bodies = [f"canarybody{number} " * 400 for number in range(5)]
        for body in bodies:
            posted = await post(house, body, name="Canaryname")
            await moderator.erase(house, "Mo", posted.comment.public_id)
    left = await to_thread.run_sync(lambda: b"".join(path.read_bytes() for path in tmp_path.iterdir()))
    assert b"commentkit" in left
    assert b"canarybody" not in left
    assert b"Canaryname" not in left


async def _nobody(event: object) -> None:
    """Hears an event and does nothing."""


async def test_what_is_erased_can_be_neither_moved_nor_found_again(house: House) -> None:
    posted = await post(house)
    public_id = posted.comment.public_id
    await moderator.erase(house, "Mo", public_id)
    for act in (
        moderator.decide(house, "Mo", public_id, Move.PUBLISH, version=None),
        moderator.undo(house, "Mo", public_id, version=None),
        moderator.erase(house, "Mo", public_id),
        moderator.entry(house, public_id),
        reader.in_place(house, public_id),
    ):
        with pytest.raises(NotFound):
            await act


async def test_two_erasures_at_once_are_one_line_of_history(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house)
        erasing = (moderator.erase(house, who, posted.comment.public_id) for who in ("Mo", "Kit", "Lou"))
        answers = await asyncio.gather(*erasing, return_exceptions=True)
        assert [type(answer) for answer in answers].count(NotFound) == 2
        lines = (await every_row(house))["commentkit_decision"]
        assert [line["move"] for line in lines].count("erase") == 1


async def test_the_form_of_an_erased_comment_can_not_bring_it_back(house: House) -> None:
    posted = await post(house, "Gone.", once="o" * 30)
    await moderator.erase(house, "Mo", posted.comment.public_id)
    with pytest.raises(OnceUsed):
        await post(house, "Gone.", once="o" * 30)
    assert (await now(house, posted)).status is Status.ERASED


async def test_the_lists_hold_each_comment_where_it_stands_flagged_words_first(house: House) -> None:
    clean = await post(house)
    late = await post(house, "Wait.", key="/held")
    flagged = await post(house, SHAMING)
    spam = await post(house, name="akismet-guaranteed-spam")
    await move(house, late, Move.HIDE)
    for status, expected in {
        Status.PUBLISHED: [clean],
        Status.PENDING: [flagged],
        Status.HIDDEN: [late],
        Status.SPAM: [spam],
    }.items():
        listed = await moderator.listed(house, status, limit=10)
        assert [entry.comment.public_id for entry in listed] == [each.comment.public_id for each in expected]
    totals = await moderator.totals(house)
    assert totals == {**dict.fromkeys(Status, 1), Status.WITHDRAWN: 0, Status.ERASED: 0}


async def test_flagged_words_come_before_what_waits_longer(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock, publishing="hold-all") as house:
        first, flagged, last = await post(house), await post(house, SHAMING), await post(house)
        listed = await moderator.listed(house, Status.PENDING, limit=10)
        ids = [entry.comment.public_id for entry in listed]
        assert ids == [each.comment.public_id for each in (flagged, first, last)]
        page = await moderator.listed(house, Status.PENDING, limit=1, offset=1)
        assert [entry.comment.public_id for entry in page] == [first.comment.public_id]


async def test_an_entry_has_the_parent_and_the_thread_in_sight(house: House) -> None:
    thread, _ = await guest.make_link(house, Thread(0, house.site, POST, "First light", POST), GUEST)
    parent = await post(house, "The question.")
    entry = await seen(house, await post(house, SHAMING, parent=parent.comment.public_id))
    assert entry.parent is not None
    assert (entry.parent.body, entry.thread.title, entry.thread.id) == (
        "The question.",
        "First light",
        thread.id,
    )


async def test_sites_in_one_database_do_not_see_each_other(database_url: str) -> None:
    async with a_house(database_url, site="one") as one, a_house(database_url, site="two") as two:
        posted = await post(one)
        assert await moderator.listed(two, Status.PUBLISHED, limit=10) == []
        with pytest.raises(NotFound):
            await moderator.decide(two, "Mo", posted.comment.public_id, Move.HIDE, version=None)
        with pytest.raises(NotFound):
            await reader.known_thread(two, POST)
