"""Content warnings: a writer's and a moderator's, who may take away what, and undo."""

import asyncio

import pytest

from commentkit.errors import NotFound, Refused
from commentkit.model import Comment, Erasure, Move, Status
from commentkit.service import care, editing, receipt
from commentkit.service.decisions import TooLate
from commentkit.service.house import House
from commentkit.service.writer import Posted
from commentkit.testing import FakeClock
from tests.writing import (
    Says,
    Waits,
    a_house,
    cancel,
    edit,
    every_row,
    move,
    now,
    post,
    seen,
    undo,
    where,
    work,
)

LIST = ("violence", "self-harm", "food")


async def warn(house: House, posted: Posted, warning: str, actor: str = "Mo") -> Comment:
    """A moderator sets it, whatever they saw."""
    return await care.warn(house, actor, posted.comment.public_id, warning, version=None)


async def warning(house: House, posted: Posted) -> str:
    """The content warning that readers see now."""
    return (await now(house, posted)).warning


async def test_content_warnings_are_set_counted_as_a_change_and_kept_in_the_history(
    database_url: str,
) -> None:
    async with a_house(database_url, warnings=LIST) as house:
        posted = await post(house, warning="self-harm")
        assert await warning(house, posted) == "self-harm"
        public_id = posted.comment.public_id
        version = (await now(house, posted)).version
        await care.warn(house, "Mo", public_id, "violence, self-harm", version=version, note="Look.")
        assert await warning(house, posted) == "violence, self-harm"
        line = (await seen(house, posted)).history[-1]
        assert (line.warning_before, line.warning_after, line.note) == (
            "self-harm",
            "violence, self-harm",
            "Look.",
        )
        with pytest.raises(TooLate):
            await care.warn(house, "Ada", public_id, "", version=version)
        lines = len((await seen(house, posted)).history)
        await warn(house, posted, "violence, self-harm", "Ada")
        assert len((await seen(house, posted)).history) == lines
        await receipt.erase(house, posted.receipt, Erasure.TEXT)
        assert await warning(house, posted) == ""
        assert await where(house, "self-harm") == []  # nor does the history tell what the text was about


async def test_a_moderators_content_warning_is_undone_and_then_what_was_decided_before(
    database_url: str,
) -> None:
    async with a_house(database_url, warnings=LIST) as house:
        posted = await post(house, warning="food")
        await move(house, posted, Move.HIDE)
        await warn(house, posted, "violence")
        await warn(house, posted, "")
        for expected in ("violence", "food"):
            await undo(house, posted)
            assert await warning(house, posted) == expected
            assert (await now(house, posted)).status is Status.HIDDEN
        await undo(house, posted)
        assert (await now(house, posted)).status is Status.PUBLISHED
        assert (await seen(house, posted)).undoable is None


async def test_undo_is_not_offered_once_its_writer_has_chosen_another(house: House) -> None:
    async with a_house(house.settings.database_url, warnings=LIST) as warned:
        posted = await post(warned)
        await move(warned, posted, Move.HIDE)
        await warn(warned, posted, "violence")
        await editing.warn(warned, posted.receipt, "food")
        last = (await seen(warned, posted)).undoable
        assert last is not None
        assert last.move == "hide"  # what stands still can be undone


async def test_a_writer_chooses_their_content_warning_at_any_time_without_being_judged_again(
    database_url: str, clock: FakeClock
) -> None:
    check = Says()
    async with a_house(database_url, clock, checks=[check], warnings=LIST) as house:
        posted = await post(house, warning="food")
        clock.move(days=3)
        await editing.warn(house, posted.receipt, "self-harm, violence")
        assert await warning(house, posted) == "violence, self-harm"  # as the list has them
        await editing.warn(house, posted.receipt, "")
        assert await warning(house, posted) == ""
        assert (await now(house, posted)).status is Status.PUBLISHED
        assert len(check.asked) == 1
        assert [line.warning_after for line in (await seen(house, posted)).history][1:] == [
            "violence, self-harm",
            "",
        ]


async def test_what_a_moderator_has_set_stays_and_more_can_be_added(house: House) -> None:
    async with a_house(house.settings.database_url, warnings=LIST) as warned:
        posted = await post(warned, warning="food")
        await warn(warned, posted, "violence, food")
        for chosen, expected in (
            ("", "violence, food"),
            ("self-harm", "violence, self-harm, food"),
            ("", "violence, food"),
        ):
            await editing.warn(warned, posted.receipt, chosen)
            assert await warning(warned, posted) == expected
        assert list((await receipt.look(warned, posted.receipt)).warned) == ["violence", "food"]
        await undo(warned, posted)
        assert list((await receipt.look(warned, posted.receipt)).warned) == []
        await editing.warn(warned, posted.receipt, "")
        assert await warning(warned, posted) == ""


async def test_a_warning_that_left_the_list_is_not_lost_by_choosing_another(
    sqlite_url: str, clock: FakeClock
) -> None:
    async with a_house(sqlite_url, clock, warnings=LIST) as house:
        posted = await post(house, warning="food")
    async with a_house(sqlite_url, clock, warnings=("violence",)) as house:
        await editing.warn(house, posted.receipt, "violence")
        assert await warning(house, posted) == "violence, food"


async def test_text_and_content_warning_change_together_or_not_at_all(house: House, clock: FakeClock) -> None:
    async with a_house(house.settings.database_url, clock, warnings=LIST) as warned:
        posted = await post(warned, "The first.")
        await edit(warned, posted, "The second.", warning="food")
        assert ((await now(warned, posted)).body, await warning(warned, posted)) == ("The second.", "food")
        await edit(warned, posted, "The second.", warning="violence", confirmed=False)
        assert await warning(warned, posted) == "violence"
        clock.move(hours=3)
        with pytest.raises(Refused):
            await edit(warned, posted, "The third.", warning="")
        assert await warning(warned, posted) == "violence"


async def test_nobody_warns_of_what_was_erased_or_with_a_wrong_receipt(house: House) -> None:
    async with a_house(house.settings.database_url, warnings=LIST) as warned:
        posted = await post(warned)
        with pytest.raises(NotFound):
            await editing.warn(warned, "wrong", "food")
        await receipt.erase(warned, posted.receipt, Erasure.TEXT)
        with pytest.raises(Refused):
            await editing.warn(warned, posted.receipt, "food")


async def test_a_comment_whose_warning_was_changed_is_put_back_to_where_it_stood(house: House) -> None:
    async with a_house(house.settings.database_url, warnings=LIST) as warned:
        posted = await post(warned)
        await receipt.withdraw(warned, posted.receipt)
        await warn(warned, posted, "food")
        await receipt.put_back(warned, posted.receipt)
        assert (await now(warned, posted)).status is Status.PUBLISHED


async def test_a_content_warning_does_not_stand_for_the_checks(sqlite_url: str, clock: FakeClock) -> None:
    """Its judging died with its process; a moderator who only warned has not read it for the checks."""
    waits = Waits()
    async with a_house(sqlite_url, clock, checks=[waits], warnings=LIST) as house:
        posting = asyncio.create_task(post(house))
        await waits.started.wait()
        await cancel(posting)
    asked = Says()
    async with a_house(sqlite_url, clock, checks=[asked], warnings=LIST) as house:
        [row] = (await every_row(house))["commentkit_comment"]
        await care.warn(house, "Mo", row["public_id"], "food", version=None)
        clock.move(minutes=5)
        await work(house)
        assert len(asked.asked) == 1
