"""A guest author is let into one thread; the badge comes from that visit alone."""

from collections.abc import AsyncIterator

import pytest

from commentkit.errors import InvalidDraft, NotFound, Refused
from commentkit.model import Thread
from commentkit.service import guest, reader, signin
from commentkit.service.house import House
from commentkit.testing import FakeClock
from tests.site import GUEST, POST, TITLE
from tests.writing import a_house, every_row, post, where

OTHER = "/guest/another"


@pytest.fixture
async def house(database_url: str, clock: FakeClock) -> AsyncIterator[House]:
    """The house on each database; nobody here needs Akismet."""
    async with a_house(database_url, clock) as started:
        yield started


def descriptor(house: House, key: str = POST) -> Thread:
    return Thread(0, house.site, key, TITLE, key)


async def test_one_link_opens_the_thread_on_several_devices(house: House) -> None:
    thread, token = await guest.make_link(house, descriptor(house), f" {GUEST} ")
    assert (await guest.link_thread(house, token))[1] == GUEST
    cookies = [(await guest.enter(house, token))[1] for _ in range(3)]
    assert len(set(cookies)) == 3
    for cookie in cookies:
        visit = await guest.visit(house, cookie, thread)
        assert visit is not None
        posted = await post(house, name="Somebody Else", guest=visit)
        assert (posted.comment.by_guest, posted.comment.name) == (True, GUEST)
    assert (await reader.known_thread(house, POST)).guest == GUEST


async def test_in_another_thread_the_guest_is_a_reader_like_others(house: House) -> None:
    thread, token = await guest.make_link(house, descriptor(house), GUEST)
    await post(house, key=OTHER)
    other = await reader.known_thread(house, OTHER)
    _, cookie = await guest.enter(house, token)
    assert await guest.visit(house, cookie, other) is None
    assert await guest.visit(house, cookie, descriptor(house, "/nobody-was-here")) is None
    visit = await guest.visit(house, cookie, thread)
    posted = await post(house, key=OTHER, name=GUEST, guest=visit)
    assert (posted.comment.by_guest, posted.comment.name) == (False, GUEST)


async def test_a_name_gives_no_badge(house: House) -> None:
    await guest.make_link(house, descriptor(house), GUEST)
    with pytest.raises(InvalidDraft):
        await post(house, name=GUEST)
    assert not (await post(house, name=f"{GUEST} (reader)")).comment.by_guest


async def test_link_and_visit_expire(house: House, clock: FakeClock) -> None:
    thread, token = await guest.make_link(house, descriptor(house), GUEST)
    _, cookie = await guest.enter(house, token)
    clock.move(days=house.settings.guest_link_days)
    assert await guest.visit(house, cookie, thread) is None
    for act in (guest.link_thread(house, token), guest.enter(house, token)):
        with pytest.raises(NotFound):
            await act


async def test_ending_signs_the_guest_out_and_spoils_the_links_of_that_thread_alone(house: House) -> None:
    thread, token = await guest.make_link(house, descriptor(house), GUEST)
    other, other_token = await guest.make_link(house, descriptor(house, OTHER), GUEST)
    _, cookie = await guest.enter(house, token)
    _, other_cookie = await guest.enter(house, other_token)
    await guest.end(house, POST)
    assert await guest.visit(house, cookie, thread) is None
    with pytest.raises(NotFound):
        await guest.enter(house, token)
    assert await guest.visit(house, other_cookie, other) is not None
    with pytest.raises(NotFound):
        await guest.end(house, "/never-heard-of")


async def test_a_guest_is_no_moderator_and_a_moderator_no_guest(house: House) -> None:
    thread, token = await guest.make_link(house, descriptor(house), GUEST)
    _, cookie = await guest.enter(house, token)
    assert await signin.visit(house, cookie) is None
    with pytest.raises(NotFound):
        await signin.enter_by_link(house, token)
    await signin.add_moderator(house, "Mo")
    link = await signin.one_time_link(house, "Mo")
    with pytest.raises(NotFound):
        await guest.enter(house, link)
    mo = await signin.enter_by_link(house, link)
    assert await guest.visit(house, mo, thread) is None


async def test_a_new_name_is_the_threads_and_of_new_visits(house: House) -> None:
    thread, old = await guest.make_link(house, descriptor(house), "R. Vale")
    renamed, new = await guest.make_link(house, descriptor(house), GUEST)
    assert renamed.id == thread.id
    assert (await reader.known_thread(house, POST)).guest == GUEST
    assert [(await guest.link_thread(house, token))[1] for token in (old, new)] == ["R. Vale", GUEST]


async def test_a_guests_name_has_its_bounds(house: House) -> None:
    for name in ("", "  ", "x" * 81):
        with pytest.raises(Refused):
            await guest.make_link(house, descriptor(house), name)
    assert (await every_row(house))["commentkit_thread"] == []


async def test_a_long_name_that_the_settings_allow_can_be_a_guests(database_url: str) -> None:
    async with a_house(database_url, name_max=500) as house:
        thread, token = await guest.make_link(house, descriptor(house), "x" * 500)
        _, cookie = await guest.enter(house, token)
        posted = await post(house, guest=await guest.visit(house, cookie, thread))
        assert posted.comment.name == "x" * 500


async def test_neither_links_nor_cookies_are_in_the_database(house: House) -> None:
    _, token = await guest.make_link(house, descriptor(house), GUEST)
    _, cookie = await guest.enter(house, token)
    assert await where(house, token, cookie) == []
