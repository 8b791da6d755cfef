"""Who follows a thread is told what changes, also by another process; numbers and ids, and nothing after the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import pytest

from commentkit.model import Move
from commentkit.service import moderator, reader
from commentkit.service.house import House
from commentkit.service.live import Live, News
from commentkit.service.writer import Posted
from tests.site import POST
from tests.writing import a_house, move, post

T = TypeVar("T")
SHAMING = "You're not really poly if you get jealous"


async def soon(waiting: Awaitable[T]) -> T:
    return await asyncio.wait_for(waiting, 20)


@pytest.fixture
async def first(house: House) -> Posted:
    """A comment, so that there is a thread."""
    return await post(house, "The first.")


@pytest.fixture
async def live(house: House) -> AsyncIterator[Live]:
    """Who tells the readers of this house."""
    started = Live(house)
    started.start()
    yield started
    await started.stop()


async def test_who_follows_learns_how_it_stands_and_what_another_process_changes(
    house: House, first: Posted, live: Live
) -> None:
    following = live.follow(await reader.known_thread(house, POST), "")
    now = await soon(anext(following))
    assert (now.count, now.newest) == (1, first.comment.public_id)
    async with a_house(house.settings.database_url.replace("+aiosqlite", "")) as other:
        second = await post(other, "The second.")
        news = await soon(anext(following))
        assert (news.count, news.newest) == (2, second.comment.public_id)
        assert news.version > now.version
        await moderator.erase(other, "Mo", second.comment.public_id)
        gone = await soon(anext(following))
        assert (gone.count, gone.newest) == (1, first.comment.public_id)
    await following.aclose()


async def test_what_nobody_may_see_is_not_told(house: House, first: Posted, live: Live) -> None:
    following = live.follow(await reader.known_thread(house, POST), "")
    before = await soon(anext(following))
    held = await post(house, SHAMING)
    await post(house, "On another page.", key="/other")
    told = await soon(anext(following))
    assert (told.count, told.newest) == (before.count, before.newest)
    await move(house, held, Move.PUBLISH)
    published = await soon(anext(following))
    assert (published.count, published.newest) == (2, held.comment.public_id)
    await following.aclose()


async def test_a_slow_reader_is_told_the_newest_state_only(house: House, first: Posted, live: Live) -> None:
    thread = await reader.known_thread(house, POST)
    slow, quick = live.follow(thread, ""), live.follow(thread, "")
    await soon(anext(slow))
    news: News = await soon(anext(quick))
    for number in range(3):
        await post(house, f"Number {number}.")
    while news.count < 4:
        news = await soon(anext(quick))
    assert (await soon(anext(slow))).count == 4
    await slow.aclose()
    await quick.aclose()


async def test_streams_end_with_the_house_and_there_are_only_so_many(house: House, first: Posted) -> None:
    live = Live(house)
    live.start()
    thread = await reader.known_thread(house, POST)
    following = [live.follow(thread, "one network") for _ in range(30)]
    for each in following:
        await soon(anext(each))
    assert not live.has_room("one network")
    assert live.has_room("another")
    await following[0].aclose()
    assert live.has_room("one network")
    waiting = asyncio.ensure_future(anext(following[1]))
    await asyncio.sleep(0)
    await live.stop()
    with pytest.raises(StopAsyncIteration):
        await soon(waiting)
    assert not live.has_room("another")
    for each in following:
        await each.aclose()
