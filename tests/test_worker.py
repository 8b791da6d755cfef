"""What must happen after a comment is stored happens: once where all goes well, again where it doesn't."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from commentkit import Comments, Event, Status
from commentkit.model import Move
from commentkit.service import moderator
from commentkit.service.house import House
from commentkit.testing import AkismetStandIn, FakeClock, Mode
from commentkit.worker import Worker, drain
from tests.site import POST, make_settings
from tests.writing import Fails, Says, a_house, cancel, every_row, jobs, move, now, post, seen, work


class Ear:
    """A listener that can be made to fail."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.error: Exception | None = None

    async def __call__(self, event: Event) -> None:
        self.heard.append(event)
        if self.error is not None:
            raise self.error


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that a task of its own does."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  (what is waited for tells nobody)
            await asyncio.sleep(0.01)


async def test_a_listener_is_told_what_happened_by_ids_alone(database_url: str) -> None:
    ear = Ear()
    async with a_house(database_url, listeners={"ear": ear}) as house:
        posted = await post(house, "A canary.", name="Canary")
        await move(house, posted, Move.HIDE)
        await moderator.erase(house, "Mo", posted.comment.public_id)
        assert ear.heard == []
        await work(house)
        public_id = posted.comment.public_id
        erased = Event("erased", "main", POST, public_id, Status.ERASED)
        assert ear.heard == [erased]  # what came before went with the comment
        second = await post(house)
        await move(house, second, Move.HIDE)
        await work(house)
        assert [(event.kind, event.status) for event in ear.heard[1:]] == [
            ("judged", Status.PUBLISHED),
            ("moved", Status.HIDDEN),
        ]


async def test_a_listener_that_raises_is_told_again_with_growing_pauses(
    database_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    ear.error = RuntimeError("canary")
    async with a_house(database_url, clock, listeners={"ear": ear}) as house:
        await post(house)
        assert await work(house) == 1
        pauses = []
        for _ in range(3):
            [job] = await jobs(house)
            pauses.append((job["due_at"].replace(tzinfo=clock.now.tzinfo) - clock.now).total_seconds())
            clock.move(seconds=pauses[-1] - 1)
            assert await work(house) == 0
            clock.move(seconds=1)
            assert await work(house) == 1
        assert pauses == [30, 60, 120]
        ear.error = None
        clock.move(hours=1)
        assert await work(house) == 1
        assert await jobs(house) == []
    assert len(ear.heard) == 5
    assert len(set(ear.heard)) == 1
    assert "canary" not in caplog.text


async def test_a_job_is_given_up_after_two_days_and_its_end_is_kept(
    sqlite_url: str, clock: FakeClock
) -> None:
    ear = Ear()
    ear.error = RuntimeError("canary")
    async with a_house(sqlite_url, clock, listeners={"ear": ear}) as house:
        start = clock.now
        await post(house)
        while await work(house):
            clock.move(hours=6)
            if not await jobs(house):
                break
        assert len(ear.heard) == 12
        assert 1 < (clock.now - start).days < 4
        ends = [row for row in (await every_row(house))["commentkit_outbox"] if row["kind"] == "tell"]
        assert [row["error"] for row in ends] == ["given up: RuntimeError"]


async def test_a_worker_that_dies_with_a_job_leaves_it_to_the_next(
    database_url: str, clock: FakeClock
) -> None:
    begun, heard = asyncio.Event(), []

    async def ear(event: Event) -> None:
        heard.append(event)
        begun.set()
        if len(heard) == 1:
            await asyncio.Event().wait()

    async with a_house(database_url, clock, listeners={"ear": ear}) as house:
        await post(house)
        dying = asyncio.create_task(Worker(house).once())
        await begun.wait()
        await cancel(dying)
        assert await work(house) == 0  # leased: it might still be at work
        clock.move(minutes=2)
        assert await work(house) == 1
        assert len(heard) == 2


async def test_two_workers_do_each_job_once(database_url: str) -> None:
    ear = Ear()
    async with (
        a_house(database_url, listeners={"ear": ear}) as house,
        a_house(database_url, listeners={"ear": ear}) as other,
    ):
        await asyncio.gather(*(post(house, f"Number {number}.") for number in range(30)))
        done = 0
        while some := sum(await asyncio.gather(*(work(each) for each in (house, other, house, other)))):
            done += some
        assert done == 30
        assert len(ear.heard) == len(set(ear.heard)) == 30


async def test_one_listener_that_fails_holds_nobody_else_up(sqlite_url: str) -> None:
    deaf, ear = Ear(), Ear()
    deaf.error = RuntimeError()
    async with a_house(sqlite_url, listeners={"deaf": deaf, "ear": ear}) as house:
        await post(house)
        assert await work(house) == 2
        assert len(ear.heard) == 1
        assert [job["receiver"] for job in await jobs(house)] == ["deaf"]


async def test_a_listener_that_is_gone_since_has_nothing_to_be_told(sqlite_url: str) -> None:
    async with a_house(sqlite_url, listeners={"ear": Ear()}) as house:
        await post(house)
    async with a_house(sqlite_url) as house:
        assert await work(house) == 1
        assert await jobs(house) == []


async def test_a_worker_does_the_jobs_of_its_own_site_alone(database_url: str) -> None:
    ear = Ear()
    async with a_house(database_url, site="one", listeners={"ear": ear}) as one:
        async with a_house(database_url, site="two", listeners={"ear": ear}) as two:
            await post(one)
            assert await work(two) == 0
            assert await work(one) == 1


async def test_done_jobs_are_kept_for_a_while_and_then_swept_out(house: House, clock: FakeClock) -> None:
    await post(house)
    await work(house)
    clock.move(days=house.settings.history_days - 1)
    await work(house)
    assert len((await every_row(house))["commentkit_outbox"]) == 1
    clock.move(days=2)
    await work(house)
    rows = await every_row(house)
    assert rows["commentkit_outbox"] == rows["commentkit_sealed"] == []


async def test_each_sites_done_jobs_are_kept_as_long_as_its_own_data_page_says(
    database_url: str, clock: FakeClock
) -> None:
    async with (
        a_house(database_url, clock, history_days=60) as patient,
        a_house(database_url, clock, site="other", history_days=1) as brief,
    ):
        await post(patient)
        await post(brief)
        await work(patient)
        await work(brief)
        clock.move(days=31)
        await work(brief)
        assert {row["site"] for row in (await every_row(brief))["commentkit_outbox"]} == {patient.site}


async def test_drain_does_all_that_waits_due_or_not(
    database_url: str, akismet_url: str, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    ear = Ear()
    ear.error = RuntimeError()
    keys: dict[str, Any] = {"akismet_key": "abc123", "akismet_url": akismet_url}
    async with a_house(database_url, clock, listeners={"ear": ear}, **keys) as house:
        ham = await post(house)
        await move(house, ham, Move.SPAM)
        akismet.mode = Mode.BROKEN
        late = await post(house)
        await work(house)
        assert {job["kind"] for job in await jobs(house)} == {"check", "learn", "tell"}
        akismet.mode, ear.error = Mode.NORMAL, None
        assert await drain(house) > 0
        assert await jobs(house) == []
        assert (await now(house, late)).status is Status.PUBLISHED
        assert len(akismet.calls("submit-spam")) == 2


async def test_drain_ends_though_a_check_fails_on(sqlite_url: str, clock: FakeClock) -> None:
    check = Fails(RuntimeError())
    async with a_house(sqlite_url, clock, checks=[check]) as house:
        posted = await post(house)
        assert await drain(house) == 1
        assert (await now(house, posted)).status is Status.PENDING


async def test_a_second_look_asks_only_those_who_gave_no_verdict(sqlite_url: str, clock: FakeClock) -> None:
    steady, fails = Says(name="steady"), Fails(RuntimeError())
    async with a_house(sqlite_url, clock, checks=[steady, fails]) as house:
        posted = await post(house)
        fails.error = None
        clock.move(minutes=1)
        await work(house)
        assert (len(steady.asked), len(fails.asked)) == (1, 2)
        assert [line.after for line in (await seen(house, posted)).history] == [
            Status.PENDING,
            Status.PUBLISHED,
        ]


async def test_an_application_does_its_own_jobs_while_it_runs(database_url: str) -> None:
    ear = Ear()
    async with Comments(make_settings(database_url), listeners={"ear": ear}) as comments:
        await post(comments.house)
        await until(lambda: len(ear.heard) == 1)


async def test_a_worker_outlives_a_database_that_fails_it(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    async with a_house(database_url, listeners={"ear": ear}) as house:
        await post(house)
        async with house.db.write() as connection:
            await connection.execute(text("ALTER TABLE commentkit_outbox RENAME TO away"))
        working = asyncio.create_task(Worker(house, poll_seconds=0.01).run())
        await until(lambda: "the outbox can't be read" in caplog.text)
        async with house.db.write() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO commentkit_outbox"))
        await until(lambda: len(ear.heard) == 1 or working.done())
        assert not working.done()
        await cancel(working)
