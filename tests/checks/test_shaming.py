"""The stance reader as a check: it marks words and makes a comment wait, never more."""

import gc
import weakref

import pytest

from commentkit import Status
from commentkit.checks.shaming import Shaming
from commentkit.model import Reason, Weight
from commentkit.shaming import Reader, Reading, packaged_weights, with_own
from tests.site import Site, comment_form, make_settings
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


class Seen(Reading):
    """A reading that can be pointed at without being held."""


class Counts(Reader):
    """A reader that counts, and can tell which of its readings are still held by anybody."""

    def __init__(self) -> None:
        super().__init__(with_own([], ()), packaged_weights())
        self.texts: list[str] = []
        self._readings: list[weakref.ref[Seen]] = []

    def read(self, text: str, *, thorough: bool = False) -> Reading:
        """Read, and remember that."""
        read = super().read(text, thorough=thorough)
        found = Seen(read.findings, read.cleared)
        self.texts.append(text)
        self._readings.append(weakref.ref(found))
        return found

    def held(self) -> int:
        """How many readings are still in memory."""
        gc.collect()
        return sum(each() is not None for each in self._readings)


@pytest.fixture
def counts() -> Counts:
    """A reader of one's own."""
    return Counts()


def test_a_comment_is_read_once_on_its_way_and_its_reading_kept_no_longer(
    sqlite_url: str, counts: Counts
) -> None:
    kind = "I was jealous once.\n\nIt passed, and I am glad that I asked."
    with Site(make_settings(sqlite_url, shaming=False), checks=[Shaming(counts)]) as site:
        site.post(kind)
        assert counts.texts == [kind]
        assert counts.held() == 0
        shown = site.send({**site.form(), "body": SHAMING})
        assert "ck-before" in shown.text
        assert counts.texts[1:] == [SHAMING]
        assert counts.held() == 0  # between being shown it and deciding, nobody keeps it
        site.send(comment_form(shown.text))
        assert counts.texts[2:] == [SHAMING]
        assert counts.held() == 0
        assert len(site.ids("waiting")) == 1


async def test_another_text_is_read_anew(sqlite_url: str, counts: Counts) -> None:
    async with a_house(sqlite_url, shaming=False, checks=[Shaming(counts)]) as house:
        first = await post(house, "A kind word.", confirmed=False)
        second = await post(house, f"A word. {SHAMING}")
        assert counts.texts == [first.comment.body, second.comment.body]
        assert (first.comment.status, second.comment.status) == (Status.PUBLISHED, Status.PENDING)
