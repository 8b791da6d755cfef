"""Moderators get in by a password or a link that works once; every way in can be shut."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from commentkit.errors import NotFound, Refused
from commentkit.service import signin
from commentkit.service.house import House
from commentkit.testing import FakeClock
from tests.writing import a_house, every_row, where, work

PASSWORD = "correct horse battery"


@pytest.fixture
async def house(sqlite_url: str, clock: FakeClock) -> AsyncIterator[House]:
    """Hashing passwords takes its time, on whatever database; who races takes both."""
    async with a_house(sqlite_url, clock) as started:
        yield started


async def test_a_wrong_name_and_a_wrong_password_are_told_alike(house: House) -> None:
    await signin.add_moderator(house, "Mo")
    await signin.add_moderator(house, "Links only")
    await signin.set_password(house, "Mo", PASSWORD)
    said = set()
    for name, password in [
        ("Mo", "wrong"),
        ("Mo", ""),
        ("Mo", PASSWORD + "x"),
        ("Mo", PASSWORD * 60),
        ("Mo", "\ud800"),
        ("Nobody", PASSWORD),
        ("", PASSWORD),
        ("Links only", PASSWORD),
        ("Links only", ""),
    ]:
        with pytest.raises(Refused) as refused:
            await signin.enter_by_password(house, name, password)
        said.add(str(refused.value))
    assert len(said) == 1


async def test_the_right_password_starts_a_visit_that_expires(house: House, clock: FakeClock) -> None:
    await signin.add_moderator(house, "Mo")
    await signin.set_password(house, "Mo", PASSWORD)
    cookie = await signin.enter_by_password(house, "  Mo ", PASSWORD)
    visit = await signin.visit(house, cookie)
    assert visit is not None
    assert visit.name == "Mo"
    assert await signin.visit(house, cookie + "x") is None
    clock.move(days=house.settings.session_days, seconds=-1)
    assert await signin.visit(house, cookie) is not None
    clock.move(seconds=1)
    assert await signin.visit(house, cookie) is None


async def test_a_new_password_signs_out_everywhere_and_spoils_open_links(house: House) -> None:
    for name in ("Mo", "Kit"):
        await signin.add_moderator(house, name)
        await signin.set_password(house, name, PASSWORD)
    mine = [await signin.enter_by_password(house, "Mo", PASSWORD) for _ in range(2)]
    other = await signin.enter_by_password(house, "Kit", PASSWORD)
    link = await signin.one_time_link(house, "Mo")
    await signin.set_password(house, "Mo", PASSWORD + "!")
    assert [await signin.visit(house, cookie) for cookie in mine] == [None, None]
    assert await signin.visit(house, other) is not None
    with pytest.raises(NotFound):
        await signin.enter_by_link(house, link)
    with pytest.raises(Refused):
        await signin.enter_by_password(house, "Mo", PASSWORD)
    await signin.enter_by_password(house, "Mo", PASSWORD + "!")


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1001, "half a char\ud800"])
async def test_a_password_has_its_bounds(house: House, password: str) -> None:
    await signin.add_moderator(house, "Mo")
    with pytest.raises(Refused):
        await signin.set_password(house, "Mo", password)


async def test_a_link_works_once_even_for_two_at_once(database_url: str) -> None:
    async with a_house(database_url) as house:
        await signin.add_moderator(house, "Mo")
        for _ in range(3):
            token = await signin.one_time_link(house, "Mo")
            entering = (signin.enter_by_link(house, token) for _ in range(5))
            answers = await asyncio.gather(*entering, return_exceptions=True)
            assert sum(isinstance(answer, str) for answer in answers) == 1
            assert sum(isinstance(answer, NotFound) for answer in answers) == 4
        assert len(await signin.visits(house)) == 3


async def test_looking_at_a_link_does_not_use_it_up(house: House) -> None:
    await signin.add_moderator(house, "Mo")
    token = await signin.one_time_link(house, "Mo")
    assert [await signin.link_name(house, token) for _ in range(2)] == ["Mo", "Mo"]
    assert await signin.visit(house, await signin.enter_by_link(house, token)) is not None
    with pytest.raises(NotFound):
        await signin.link_name(house, token)


async def test_a_link_expires(house: House, clock: FakeClock) -> None:
    await signin.add_moderator(house, "Mo")
    token = await signin.one_time_link(house, "Mo")
    clock.move(minutes=house.settings.signin_link_minutes)
    for act in (signin.link_name(house, token), signin.enter_by_link(house, token)):
        with pytest.raises(NotFound):
            await act


async def test_one_visit_can_be_ended_and_all_of_a_moderators(house: House) -> None:
    await signin.add_moderator(house, "Mo")
    cookies = [await signin.enter_by_link(house, await signin.one_time_link(house, "Mo")) for _ in range(3)]
    first = await signin.visit(house, cookies[0])
    assert first is not None
    await signin.sign_out(house, first.id)
    assert [await signin.visit(house, cookie) is None for cookie in cookies] == [True, False, False]
    await signin.sign_out_everywhere(house, "Mo")
    assert await signin.visits(house) == []


async def test_a_removed_moderator_is_out_at_once_and_for_good(house: House) -> None:
    await signin.add_moderator(house, "Mo")
    await signin.set_password(house, "Mo", PASSWORD)
    cookie = await signin.enter_by_password(house, "Mo", PASSWORD)
    link = await signin.one_time_link(house, "Mo")
    await signin.remove_moderator(house, "Mo")
    assert await signin.visit(house, cookie) is None
    with pytest.raises(NotFound):
        await signin.enter_by_link(house, link)
    with pytest.raises(Refused):
        await signin.enter_by_password(house, "Mo", PASSWORD)
    for act in (signin.one_time_link(house, "Mo"), signin.remove_moderator(house, "Mo")):
        with pytest.raises(NotFound, match="Mo"):
            await act


async def test_adding_a_moderator_twice_at_once_is_one_moderator(database_url: str) -> None:
    async with a_house(database_url) as house:
        added = await asyncio.gather(
            *(signin.add_moderator(house, name) for name in ("Mo", " Mo", "M\u200bo"))
        )
        assert len({person.id for person in added}) == 1
        assert [person.name for person in await signin.moderators(house)] == ["Mo"]


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 81])
async def test_a_moderator_has_a_name(house: House, name: str) -> None:
    with pytest.raises(Refused):
        await signin.add_moderator(house, name)


async def test_neither_cookies_nor_links_nor_passwords_are_in_the_database(house: House) -> None:
    await signin.add_moderator(house, "Mo")
    await signin.set_password(house, "Mo", PASSWORD)
    link = await signin.one_time_link(house, "Mo")
    cookies = [await signin.enter_by_password(house, "Mo", PASSWORD)]
    cookies.append(await signin.enter_by_link(house, await signin.one_time_link(house, "Mo")))
    assert await where(house, link, *cookies, PASSWORD) == []


async def test_the_worker_sweeps_out_what_has_expired(house: House, clock: FakeClock) -> None:
    await signin.add_moderator(house, "Mo")
    await signin.enter_by_link(house, await signin.one_time_link(house, "Mo"))
    await signin.one_time_link(house, "Mo")
    clock.move(days=house.settings.session_days)
    await work(house)
    rows = await every_row(house)
    assert rows["commentkit_visit"] == rows["commentkit_link"] == []


async def test_a_wrong_name_costs_as_much_time_as_a_wrong_password(sqlite_url: str) -> None:
    async with a_house(sqlite_url) as house:
        await signin.add_moderator(house, "Mo")
        await signin.set_password(house, "Mo", PASSWORD)
        [row] = (await every_row(house))["commentkit_person"]
    # argon2 writes what a check costs in front of the hash
    cost = [hashed.split("$")[:4] for hashed in (row["password_hash"], signin._NOBODY)]
    assert cost[0] == cost[1]
