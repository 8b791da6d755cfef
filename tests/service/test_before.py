"""Before a comment is posted its writer is shown what the checks would say: once, and nothing of it is kept."""

from collections.abc import Sequence

import pytest

from commentkit import Finding, Status, Submission
from commentkit.advice import Advice, Answer
from commentkit.errors import ThreadClosed
from commentkit.service import before
from commentkit.service.before import BeforePosting
from commentkit.service.house import House
from commentkit.testing import FakeClock
from commentkit.worker import sweep
from tests.site import POST
from tests.writing import Says, a_house, add_thread, draft, every_row, post, stamp, where

SHAMING = "You're not really poly if you get jealous"


class Advises(Says):
    """A check that has something to say about every text."""

    def __init__(self, *advice: Advice) -> None:
        super().__init__(name="advises")
        self.advice = advice

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Nothing is found later."""
        self.asked.append(submission)
        return ()

    def advise(self, body: str) -> Sequence[Advice]:
        """Say it."""
        return self.advice


async def answers(house: House) -> dict[str, dict[Answer, int]]:
    """What was counted, without the zeros."""
    counted = await before.counts(house)
    return {code: {answer: n for answer, n in each.items() if n} for code, each in counted.items()}


async def test_nothing_is_stored_or_sent_before_the_writer_has_decided(
    database_url: str, clock: FakeClock
) -> None:
    says = Says()
    async with a_house(database_url, clock, checks=[says]) as house:
        with pytest.raises(BeforePosting) as caught:
            await post(house, f"Kind words. {SHAMING}.", once="a", confirmed=False)
        [advice] = caught.value.advice
        assert (advice.start, advice.end) == (12, 12 + len(SHAMING))
        assert advice.reason
        assert advice.instead
        assert advice.held
        rows = await every_row(house)
        assert rows["commentkit_comment"] == rows["commentkit_outbox"] == rows["commentkit_thread"] == []
        assert says.asked == []
        assert await where(house, "poly", "Kind") == []


async def test_it_comes_once_for_a_form_and_the_same_form_is_then_posted(
    database_url: str, clock: FakeClock
) -> None:
    async with a_house(database_url, clock) as house:
        for _ in range(2):  # sent twice by a double click, it is shown all the same
            with pytest.raises(BeforePosting):
                await post(house, SHAMING, once="a", confirmed=False)
        posted = await post(house, SHAMING, once="a")
        assert posted.comment.status is Status.PENDING
        again = await post(house, SHAMING, once="a", confirmed=False)
        assert (again.again, again.comment.id) == (True, posted.comment.id)


async def test_what_writers_do_is_counted_for_each_rule(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock) as house:
        for once in "abc":
            with pytest.raises(BeforePosting):
                await post(house, SHAMING, once=once, confirmed=False)
        await post(house, SHAMING, once="a")
        await post(house, "I would feel jealous too.", once="b", confirmed=False)
        [code] = await answers(house)
        assert await answers(house) == {code: {Answer.AS_IT_WAS: 1, Answer.CHANGED: 1}}
        clock.move(hours=23)
        await sweep(house)
        assert await answers(house) == {code: {Answer.AS_IT_WAS: 1, Answer.CHANGED: 1}}
        clock.move(hours=2)
        await sweep(house)
        assert await answers(house) == {code: dict.fromkeys(Answer, 1)}
        assert (await every_row(house))["commentkit_prompt"] == []


async def test_a_form_that_says_it_was_shown_is_not_shown_again(sqlite_url: str, clock: FakeClock) -> None:
    async with a_house(sqlite_url, clock) as house:
        form = stamp(house)
        shown = type(form)(**{**form.__dict__, "shown": True})
        await before.look(house, shown, draft(house, SHAMING))
        with pytest.raises(BeforePosting):
            await before.look(house, form, draft(house, SHAMING))


async def test_a_writer_may_want_no_advice_and_a_site_may_give_none(
    sqlite_url: str, clock: FakeClock
) -> None:
    async with a_house(sqlite_url, clock) as house:
        assert (await post(house, SHAMING, confirmed=True)).comment.status is Status.PENDING
    async with a_house(sqlite_url, clock, advise=False) as house:
        assert (await post(house, SHAMING, confirmed=False)).comment.status is Status.PENDING


async def test_any_check_can_advise_and_all_advice_comes_at_once(sqlite_url: str, clock: FakeClock) -> None:
    about = Advice("phone", "There is a telephone number.", "You could leave it out.", 0, 4)
    async with a_house(sqlite_url, clock, checks=[Advises(about)]) as house:
        with pytest.raises(BeforePosting) as caught:
            await post(house, f"0123 {SHAMING}", confirmed=False)
        first, second = caught.value.advice
        assert (first.code, second.category) == ("phone", "gatekeeping")


class Breaks(Advises):
    """A check whose advice raises, or points outside the text."""

    def advise(self, body: str) -> Sequence[Advice]:
        """Raise, unless there is something wrong to say."""
        if not self.advice:
            raise RuntimeError(body)
        return self.advice


@pytest.mark.parametrize("advice", [(), (Advice("far", "Far.", "", 5, 500),)])
async def test_a_check_whose_advice_is_broken_stops_nobody(
    sqlite_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture, advice: tuple[Advice, ...]
) -> None:
    async with a_house(sqlite_url, clock, checks=[Breaks(*advice)]) as house:
        posted = await post(house, "An honest canary.", confirmed=False)
        assert posted.comment.status is Status.PUBLISHED
        assert "canary" not in caplog.text


async def test_nobody_is_asked_to_think_about_words_that_cannot_be_posted(
    sqlite_url: str, clock: FakeClock
) -> None:
    async with a_house(sqlite_url, clock) as house:
        await add_thread(house, POST, closed="It is over.")
        with pytest.raises(ThreadClosed):
            await post(house, SHAMING, confirmed=False)


async def test_possible_words_are_no_reason_to_stop_anybody(sqlite_url: str, clock: FakeClock) -> None:
    async with a_house(sqlite_url, clock) as house:
        assert (await post(house, "You're crazy.", confirmed=False)).comment.status is Status.PUBLISHED
