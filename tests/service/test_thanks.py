"""Thanks count once for each device and comment, can be taken back, and tell nobody who thanked."""

import asyncio

import pytest

from commentkit.errors import NotFound, Refused
from commentkit.model import Move
from commentkit.service import reader, thanks
from commentkit.service.house import House
from commentkit.testing import FakeClock
from commentkit.worker import sweep
from tests.site import POST
from tests.writing import a_house, every_row, move, post, where


async def test_a_device_counts_once_and_can_take_it_back(house: House) -> None:
    posted = await post(house)
    public_id = posted.comment.public_id
    for device, back, count in (
        ("one", False, 1),
        ("one", False, 1),
        ("two", False, 2),
        ("three", True, 2),
        ("one", True, 1),
        ("one", True, 1),
        ("one", False, 2),
    ):
        _, comment = await thanks.say(house, device, public_id, back=back)
        assert comment.thanks == count
    assert await thanks.said(house, "one", [public_id, "0" * 30]) == {public_id}
    assert await thanks.said(house, "three", [public_id]) == set()


async def test_many_at_once_are_all_counted(house: House) -> None:
    posted = await post(house)
    devices = [f"device {number % 8}" for number in range(16)]
    await asyncio.gather(
        *(thanks.say(house, device, posted.comment.public_id, back=False) for device in devices)
    )
    _, comment = await thanks.say(house, "device 0", posted.comment.public_id, back=False)
    assert comment.thanks == 8


async def test_nothing_tells_that_two_thanks_are_one_readers(house: House) -> None:
    first, second = await post(house), await post(house)
    for each in (first, second):
        await thanks.say(house, "canary-device", each.comment.public_id, back=False)
    rows = (await every_row(house))["commentkit_thanks"]
    assert len({row["mark"] for row in rows}) == 2
    assert await where(house, "canary-device") == []


async def test_the_list_is_made_anew_only_when_the_number_changes(house: House) -> None:
    posted = await post(house)
    versions = []
    for back in (False, False, True, True):
        thread, _ = await thanks.say(house, "one", posted.comment.public_id, back=back)
        versions.append(thread.version)
    assert versions[0] == versions[1] < versions[2] == versions[3]


async def test_a_mark_is_shredded_after_its_time_and_the_number_stays(
    database_url: str, clock: FakeClock
) -> None:
    async with a_house(database_url, clock, thanks_days=3) as house:
        posted = await post(house)
        await thanks.say(house, "one", posted.comment.public_id, back=False)
        clock.move(days=2)
        await sweep(house)
        assert len((await every_row(house))["commentkit_thanks"]) == 1
        clock.move(days=2)
        await sweep(house)
        assert (await every_row(house))["commentkit_thanks"] == []
        [(comment, _)] = await reader.recent(house, 1)
        assert comment.thanks == 1


async def test_only_what_is_published_can_be_thanked_for(house: House) -> None:
    hidden = await post(house)
    await move(house, hidden, Move.HIDE)
    for public_id in (hidden.comment.public_id, "0" * 30, "é", "\0"):
        with pytest.raises(NotFound):
            await thanks.say(house, "one", public_id, back=False)
    assert (await reader.known_thread(house, POST)).published == 0


async def test_a_site_may_have_no_thanks(database_url: str) -> None:
    async with a_house(database_url, thanks="off") as house:
        posted = await post(house)
        with pytest.raises(Refused):
            await thanks.say(house, "one", posted.comment.public_id, back=False)
