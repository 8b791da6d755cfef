"""The stance reader as a check: it marks words and makes a comment wait, never more."""

from commentkit import Status
from commentkit.model import Reason, Weight
from tests.writing import a_house, post, seen

SHAMING = "You're not really poly if you get jealous"


async def test_words_wait_for_a_person_with_their_place_and_reason(sqlite_url: str) -> None:
    async with a_house(sqlite_url) as house:
        posted = await post(house, f"Well. 😀 {SHAMING}.")
        assert (posted.comment.status, posted.comment.reason) == (Status.PENDING, Reason.WORDS)
        [found] = (await seen(house, posted)).findings
        assert (found.check, found.weight) == ("shaming", Weight.HOLD)
        assert posted.comment.body[found.start : found.end] == SHAMING
        assert found.reason
        assert found.data.keys() == {"category", "stance", "tier", "looked"}


async def test_words_in_the_guests_own_reply_wait_too(sqlite_url: str) -> None:
    from commentkit.model import Thread
    from commentkit.service import guest
    from tests.site import GUEST, POST

    async with a_house(sqlite_url) as house:
        thread, token = await guest.make_link(house, Thread(0, house.site, POST), GUEST)
        _, cookie = await guest.enter(house, token)
        visit = await guest.visit(house, cookie, thread)
        posted = await post(house, SHAMING, guest=visit)
        assert (posted.comment.by_guest, posted.comment.status) == (True, Status.PENDING)


async def test_many_possible_words_do_not_crowd_out_a_likely_one(sqlite_url: str) -> None:
    async with a_house(sqlite_url) as house:
        posted = await post(house, "You're crazy.\n\n" * 60 + SHAMING)
        assert (posted.comment.status, posted.comment.reason) == (Status.PENDING, Reason.WORDS)


async def test_the_check_can_be_switched_off(sqlite_url: str) -> None:
    async with a_house(sqlite_url, shaming=False) as house:
        assert (await post(house, SHAMING)).comment.status is Status.PUBLISHED
