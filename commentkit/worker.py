"""Does what the outbox holds: second looks, feedback to checks, events for listeners, mails; and shreds what is due."""

import asyncio
import logging
from datetime import timedelta

from commentkit.service import editing, judging, lessons, mail, notify
from commentkit.service.house import House
from commentkit.store import copies, edits, outbox, people, prompts, reports, thanks
from commentkit.store import mail as mailboxes

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=2)
_JOB_SECONDS = 60.0
_GIVE_UP = 12  # tries: with the pauses below, about fifteen hours
_SWEEP_EVERY = timedelta(minutes=10)
_ANSWER_WITHIN = timedelta(days=1)  # advice that was shown and not answered for longer made its writer leave


class Worker:
    """One loop over the outbox. Several may run: each job is leased to one of them."""

    def __init__(self, house: House, poll_seconds: float = 1.0) -> None:
        self._house = house
        self._poll = poll_seconds
        self._next_sweep = house.clock()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                busy = await self.once()
            except Exception as error:
                # Whatever a database says when it fails: this loop must outlive it, and its message may hold a text.
                log.warning("the outbox can't be read: %s", type(error).__name__)
                busy = 0
            if not busy:
                await asyncio.sleep(self._poll)

    async def once(self) -> int:
        """Do every job that is due now; how many there were."""
        house = self._house
        now = house.clock()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_EVERY
            await sweep(house)
        done = 0
        while job := await self._claim():
            await self._do(job)
            done += 1
        return done

    async def _claim(self) -> outbox.Job | None:
        """Take one job: its lease begins when the work on it does."""
        house = self._house
        now = house.clock()
        async with house.db.read() as connection:
            if not await outbox.is_due(connection, house.site, now):
                return None
        async with house.db.write() as connection:
            jobs = await outbox.claim(connection, house.site, now, now + _LEASE, 1)
        return jobs[0] if jobs else None

    async def _do(self, job: outbox.Job) -> None:
        try:
            # A listener that hangs must not keep the other jobs, or the shredding, waiting.
            async with asyncio.timeout(_JOB_SECONDS):
                finished = await self._carry_out(job)
        except Exception as error:
            # A listener may raise anything, and its message may hold anything: only the type is kept.
            await self._failed(job, type(error).__name__)
        else:
            if finished:
                async with self._house.db.write() as connection:
                    await outbox.done(connection, job.id, self._house.clock())

    async def _carry_out(self, job: outbox.Job) -> bool:
        """Do a job; False where the job itself says when it is done."""
        house = self._house
        if job.kind == outbox.CHECK and job.comment_id is not None:
            given = job.payload
            await judging.judge_again(
                house, job.comment_id, given["page"], given["age"], given["trap"], job.attempts
            )
            return False  # `judge_again` has said itself when it is due again, or that it is done
        if job.kind == outbox.EDIT and job.comment_id is not None:
            await editing.judge_again(house, job.comment_id, job.payload["page"], job.attempts)
            return False  # likewise
        if job.kind == outbox.LEARN and job.comment_id is not None:
            await lessons.teach(house, job.receiver, job.comment_id, spam=job.payload["spam"])
        elif job.kind == outbox.TELL:
            await notify.tell(house, job.receiver, job.payload)
        elif job.kind == outbox.MAIL:
            await mail.send(house, job)
        return True

    async def _failed(self, job: outbox.Job, error: str) -> None:
        house = self._house
        now = house.clock()
        log.warning(
            "job %s for %s failed (%s), try %d", job.kind, job.receiver or "checks", error, job.attempts
        )
        async with house.db.write() as connection:
            if job.attempts >= _GIVE_UP:
                await outbox.done(connection, job.id, now, error=f"given up: {error}")
            else:
                pause = timedelta(seconds=min(15 * 2**job.attempts, 6 * 3600))
                await outbox.again(connection, job.id, now + pause, error)


async def sweep(house: House) -> dict[str, int]:
    """Shred what is kept no longer, as the data page promises; what it was, and how many of each."""
    now = house.clock()
    long_ago = now - timedelta(days=house.settings.history_days)
    async with house.db.write() as connection:
        return {
            "sealed copies": await copies.shred(connection, now) + await edits.shred(connection, now),
            "sign-ins and links": await people.sweep(connection, now),
            "unanswered advice": await prompts.sweep(connection, now - _ANSWER_WITHIN),
            "unconfirmed addresses": await mailboxes.sweep(
                connection, now - timedelta(days=mail.CONFIRM_DAYS)
            ),
            "marks of thanks": await thanks.sweep(connection, now),
            "reports": await reports.sweep(connection, house.site, now, long_ago),
            "other texts": await edits.sweep(connection, house.site, long_ago),
            "done jobs": await outbox.sweep(connection, house.site, long_ago),
        }


async def drain(house: House) -> int:
    """Do all that waits but daily mails, due or not, once; for the command line. How many jobs there were."""
    async with house.db.write() as connection:
        await outbox.hurry(connection, house.site, house.clock())
    worker, total = Worker(house), 0
    while done := await worker.once():
        total += done
    return total
