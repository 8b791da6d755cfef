"""Who reads sees what is published, where it stands, and changes nothing."""

import asyncio
from dataclasses import replace

import pytest

from commentkit import Status
from commentkit.errors import NotFound
from commentkit.model import Move, Thread
from commentkit.service import moderator, reader
from commentkit.service.house import House
from commentkit.service.writer import Posted
from commentkit.tree import Node, walk
from tests.site import POST
from tests.writing import a_house, add_thread, every_row, move, nodes_of, post

SHAMING = "You're not really poly if you get jealous"


def drawn(nodes: list[Node]) -> list[str]:
    """Bodies in page order; a tombstone is a cross."""
    steps = [step.node for step in walk(nodes) if step.opens]
    return ["-" * node.level + (node.comment.body if node.comment else "†") for node in steps]


async def answer(house: House, parent: Posted, body: str) -> Posted:
    return await post(house, body, parent=parent.comment.public_id)


async def test_reading_an_unknown_thread_stores_nothing(house: House) -> None:
    wanted = Thread(0, house.site, "/never", "Never", "/never")
    assert await reader.thread_of(house, wanted) == wanted
    assert await nodes_of(house, wanted) == []
    assert await reader.counts(house, ["/never"]) == {"/never": 0}
    with pytest.raises(NotFound):
        await reader.known_thread(house, "/never")
    assert (await every_row(house))["commentkit_thread"] == []


async def test_what_the_page_says_of_itself_now_is_what_readers_get(house: House) -> None:
    await post(house)
    stored = await reader.known_thread(house, POST)
    wanted = Thread(0, house.site, POST, "A better title", "/moved", "Robin Vale")
    shown = await reader.thread_of(house, wanted)
    assert shown == replace(stored, title="A better title", url="/moved", guest="Robin Vale")
    assert await reader.thread_of(house, Thread(0, house.site, POST)) == stored


async def test_the_thread_shows_what_is_published_and_tombstones_above_it(house: House) -> None:
    first = await post(house, "one")
    second = await answer(house, first, "two")
    await answer(house, second, "three")
    await answer(house, second, SHAMING)
    await move(house, second, Move.HIDE)
    thread = await reader.known_thread(house, POST)
    assert drawn(await nodes_of(house, thread)) == ["one", "-†", "--three"]


async def test_the_depth_is_the_settings(database_url: str) -> None:
    async with a_house(database_url, max_depth=1) as house:
        parent = await post(house, "0")
        for number in range(1, 4):
            parent = await answer(house, parent, str(number))
        thread = await reader.known_thread(house, POST)
        assert drawn(await nodes_of(house, thread)) == ["0", "-1", "-2", "-3"]


async def test_a_comment_in_its_place_has_its_parent_and_all_answers_however_deep(house: House) -> None:
    top = await post(house, "top")
    middle = await answer(house, top, "middle")
    await answer(house, top, "beside")
    below = await answer(house, middle, "below")
    await answer(house, below, "deeper")
    await answer(house, middle, "second")
    place = await reader.in_place(house, middle.comment.public_id)
    assert place.parent is not None
    assert (place.comment.body, place.parent.body) == ("middle", "top")
    assert drawn(list(place.replies)) == ["below", "-deeper", "second"]
    await move(house, top, Move.HIDE)
    assert (await reader.in_place(house, middle.comment.public_id)).parent is None


async def test_unpublished_and_absent_look_the_same_to_a_reader(house: House) -> None:
    waiting, hidden, erased = await post(house, SHAMING), await post(house), await post(house)
    await move(house, hidden, Move.HIDE)
    await moderator.erase(house, "Mo", erased.comment.public_id)
    said = set()
    for public_id in [each.comment.public_id for each in (waiting, hidden, erased)] + ["0" * 30, "", "\0"]:
        with pytest.raises(NotFound) as refused:
            await reader.in_place(house, public_id)
        said.add(str(refused.value))
    assert len(said) == 1
    place = await reader.in_place(house, hidden.comment.public_id, moderator=True)
    assert place.comment.status is Status.HIDDEN


async def test_counts_tell_published_comments_for_every_key_that_was_asked(house: House) -> None:
    await asyncio.gather(*(post(house, f"Number {number}.") for number in range(3)))
    await move(house, await post(house), Move.HIDE)
    await post(house, SHAMING, key="/held")
    await add_thread(house, "/empty")
    keys = [POST, "/held", "/empty", "/never", "'; --"]
    assert await reader.counts(house, keys) == {POST: 3, "/held": 0, "/empty": 0, "/never": 0, "'; --": 0}
    assert await reader.counts(house, []) == {}


async def test_every_write_changes_the_threads_version_and_reading_does_not(house: House) -> None:
    posted = await post(house)
    versions = [(await reader.known_thread(house, POST)).version]
    for wanted in (Move.HIDE, Move.PUBLISH, Move.SPAM, Move.NOT_SPAM):
        await move(house, posted, wanted)
        versions.append((await reader.known_thread(house, POST)).version)
    await moderator.erase(house, "Mo", posted.comment.public_id)
    versions.append((await reader.known_thread(house, POST)).version)
    assert versions == sorted(set(versions))
    await nodes_of(house, await reader.known_thread(house, POST))
    assert (await reader.known_thread(house, POST)).version == versions[-1]
