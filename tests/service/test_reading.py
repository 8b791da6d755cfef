"""A thread is read page by page: every comment once, in the order wanted, with what it answers in sight."""

import pytest

from commentkit.errors import InvalidDraft
from commentkit.model import Move, Order
from commentkit.service import moderator, reader, reading, thanks
from commentkit.service.house import House
from commentkit.service.reading import Page, Wanted
from commentkit.service.writer import Posted
from commentkit.tree import walk
from tests.site import POST
from tests.writing import a_house, every_row, move, post

SHAMING = "You're not really poly if you get jealous"


async def answer(house: House, parent: Posted, body: str) -> Posted:
    return await post(house, body, parent=parent.comment.public_id)


def drawn(page: Page) -> list[str]:
    """Bodies in page order; a tombstone is a cross, what is named again from an earlier page has brackets."""
    lines = []
    for node in (step.node for step in walk(page.nodes) if step.opens):
        body = node.comment.body if node.comment else "†"
        lines.append("-" * node.level + (f"({body})" if node.before else body))
    return lines


async def pages(house: House, order: Order, limit: int) -> list[Page]:
    """The whole thread as somebody reads it who always goes on."""
    thread = await reader.known_thread(house, POST)
    found = [await reading.page(house, thread, Wanted(order, limit))]
    while found[-1].next:
        found.append(await reading.page(house, thread, Wanted(order, limit, after=found[-1].next)))
        assert len(found) < 100
    return found


async def a_thread(house: House) -> dict[str, Posted]:
    """Three small branches, a giant one, and one more."""
    made = {name: await post(house, name) for name in ("a", "b", "c")}
    made["a1"] = await answer(house, made["a"], "a1")
    made["c1"] = await answer(house, made["c"], "c1")
    made["big"] = await post(house, "big")
    for number in range(6):
        made[f"b{number}"] = await answer(house, made["big"], f"b{number}")
    made["b0x"] = await answer(house, made["b0"], "b0x")
    made["last"] = await post(house, "last")
    return made


async def test_branches_stay_together_and_a_giant_one_is_cut(house: House) -> None:
    await a_thread(house)
    found = await pages(house, Order.OLDEST, 5)
    assert [drawn(each) for each in found] == [
        ["a", "-a1", "b", "c", "-c1"],
        ["big", "-b0", "--b0x", "-b1", "-b2"],
        ["(big)", "-b3", "-b4", "-b5", "last"],
    ]
    assert [(each.more, each.answers, each.first) for each in found] == [
        (5, False, True),
        (3, True, False),
        (0, False, False),
    ]


async def test_a_small_branch_without_room_goes_to_the_next_page_whole(house: House) -> None:
    await a_thread(house)
    found = await pages(house, Order.NEWEST, 5)
    assert [drawn(each) for each in found] == [
        ["last", "big", "-b0", "--b0x", "-b1"],
        ["(big)", "-b2", "-b3", "-b4", "-b5"],
        ["c", "-c1", "b", "a", "-a1"],
    ]
    assert [drawn(each)[0] for each in await pages(house, Order.OLDEST, 9)] == ["a", "big"]


async def test_a_page_goes_on_below_an_answer_that_was_read_before(house: House) -> None:
    made = await a_thread(house)
    deep = made["b0x"]
    for number in range(4):
        deep = await answer(house, deep, f"d{number}")
    found = await pages(house, Order.OLDEST, 5)
    assert drawn(found[2])[:4] == ["(big)", "-(b0)", "--(b0x)", "---(d0)"]
    assert drawn(found[2])[4:] == ["----d2", "----d3", "-b1", "-b2", "-b3"]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [5, 6, 7, 100])
async def test_every_comment_is_read_once_in_any_order(house: House, order: Order, limit: int) -> None:
    made = await a_thread(house)
    for body in ("c", "b", "b4"):
        await thanks.say(house, f"device {body}", made[body].comment.public_id, back=False)
    await move(house, made["big"], Move.HIDE)
    await move(house, made["c1"], Move.HIDE)
    found = await pages(house, order, limit)
    read = [line.lstrip("-") for each in found for line in drawn(each)]
    bodies = [line for line in read if not line.startswith(("(", "†"))]
    assert sorted(bodies) == sorted(made.keys() - {"big", "c1"})
    assert all(len(each.nodes) <= limit for each in found)
    told = [each.more for each in found[:-1]]
    came = [sum(not line.strip("-").startswith(("(", "†")) for line in drawn(each)) for each in found[1:]]
    for number, each in enumerate(found[:-1]):
        assert told[number] == came[number] or (each.answers and told[number] <= came[number])


async def test_the_most_thanked_come_first_and_then_the_newest(house: House) -> None:
    made = {name: await post(house, name) for name in ("one", "two", "three")}
    for device in ("x", "y"):
        await thanks.say(house, device, made["two"].comment.public_id, back=False)
    assert [drawn(each) for each in await pages(house, Order.THANKED, 100)] == [["two", "three", "one"]]


async def test_a_comment_is_found_on_its_page(house: House) -> None:
    made = await a_thread(house)
    thread = await reader.known_thread(house, POST)

    async def holding(name: str) -> Page:
        wanted = Wanted(Order.OLDEST, 5, comment=made[name].comment.public_id)
        return await reading.page(house, thread, wanted)

    assert (await holding("a1")).first
    assert drawn(await holding("last")) == ["last"]
    assert drawn(await holding("b5")) == ["(big)", "-b3", "-b4", "-b5", "last"]
    for name in made:
        assert name in [line.lstrip("-") for line in drawn(await holding(name))], name


async def test_a_place_that_is_not_in_the_thread_is_refused(house: House) -> None:
    posted, waiting = await post(house, "here"), await post(house, SHAMING)
    elsewhere = await post(house, "elsewhere", key="/other")
    thread = await reader.known_thread(house, POST)
    for public_id in (elsewhere.comment.public_id, "0" * 30, "x' --", "é", "\0"):
        for name in ("after", "comment"):
            with pytest.raises(InvalidDraft):
                await reading.page(house, thread, Wanted(Order.OLDEST, 5, **{name: public_id}))
    with pytest.raises(InvalidDraft):
        await reading.page(house, thread, Wanted(Order.OLDEST, 5, comment=waiting.comment.public_id))
    after = Wanted(Order.OLDEST, 5, after=posted.comment.public_id)
    await move(house, posted, Move.HIDE)  # a page that was open when it went still leads on
    assert drawn(await reading.page(house, thread, after)) == []


async def test_a_conversation_deeper_than_any_page_keeps_its_order(database_url: str) -> None:
    async with a_house(database_url, max_depth=2) as house:
        parent = await post(house, "0")
        chain = [parent]
        for number in range(1, 70):
            parent = await answer(house, parent, str(number))
            chain.append(parent)
        found = await pages(house, Order.OLDEST, 40)
        read = [line.lstrip("-") for each in found for line in drawn(each)]
        assert [line for line in read if not line.startswith("(")] == [str(number) for number in range(70)]
        place = await reader.in_place(house, chain[66].comment.public_id)
        assert [node.comment.body for node in place.replies if node.comment] == ["67", "68", "69"]


async def test_the_numbers_that_are_kept_are_true_after_every_move(house: House) -> None:
    made = await a_thread(house)
    held = await post(house, SHAMING)
    await move(house, held, Move.PUBLISH)
    await move(house, made["a"], Move.HIDE)
    await move(house, made["b5"], Move.SPAM)
    await move(house, made["b5"], Move.NOT_SPAM)
    await moderator.undo(house, "Mo", made["a"].comment.public_id, version=None)
    await moderator.erase(house, "Mo", made["b0"].comment.public_id)
    await thanks.say(house, "device", made["c"].comment.public_id, back=False)
    await moderator.erase(house, "Mo", made["c"].comment.public_id)
    rows = await every_row(house)
    some = rows["commentkit_comment"]
    published = [row for row in some if row["status"] == "published"]
    for row in some:
        family = [each for each in published if each["root_id"] == row["id"]]
        assert row["branch"] == len(family), row["body"]
    assert [row["published"] for row in rows["commentkit_thread"]] == [len(published)]
    assert rows["commentkit_thanks"] == []
    assert {row["thanks"] for row in some} == {0}


async def test_recent_comments_are_the_newest_published_ones(house: House) -> None:
    await post(house, "first")
    await post(house, SHAMING)
    await post(house, "second", key="/other")
    found = await reader.recent(house, 5)
    assert [(comment.body, thread.key) for comment, thread in found] == [
        ("second", "/other"),
        ("first", POST),
    ]
    assert [comment.body for comment, _ in await reader.recent(house, 5, POST)] == ["first"]
    assert len(await reader.recent(house, 1)) == 1
    assert await reader.recent(house, 5, "/never") == []
