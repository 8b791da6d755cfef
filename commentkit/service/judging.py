"""Judging: checks are asked about a text, and what they find settles it. Nothing is open while one is waited for.

A new comment and a changed text of one pass the same way: `weigh` asks, and whoever keeps the text settles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from commentkit import policy
from commentkit.checks.run import run
from commentkit.hooks import Check, Remembers
from commentkit.model import (
    Comment,
    Decision,
    Finding,
    Judged,
    Reason,
    Status,
    Submission,
    Thread,
    Visitor,
    Weight,
)
from commentkit.service import mail
from commentkit.service.decisions import decided, record
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.notify import announce
from commentkit.store import comments, copies, desk, findings, outbox, threads
from commentkit.store.database import Connection

GRACE = timedelta(seconds=5)  # a comment whose judging died with its process is looked at again after this
SECOND_PATIENCE = 15.0  # seconds; nobody waits for a second look

JUDGE = "judge"
"""The line in the history that says where the checks' findings took a comment."""

EDIT = "edit"
"""The line in the history that says that a comment's writer changed its text."""


@dataclass(frozen=True)
class Look:
    """One look at a text.

    Attributes:
        checks: who is asked.
        patience: seconds that each has.
        earlier: what was found before by checks that aren't asked now.
        attempts: how often it was tried before.
        judged_before: it has been settled at least once; only a change is then worth a line in the history.
    """

    checks: Sequence[Check]
    patience: float
    earlier: Sequence[Finding] = ()
    attempts: int = 0
    judged_before: bool = False


@dataclass(frozen=True)
class Weighed:
    """What came of a look.

    Attributes:
        found: by the checks that were asked.
        findings: those together with what was found before.
        late: the checks that still have to be asked again.
        pause: how long until then.
    """

    found: Sequence[Finding]
    findings: Sequence[Finding]
    late: Sequence[str]
    pause: timedelta

    async def finish(self, house: House, connection: Connection, comment_id: int, kind: str) -> None:
        """Have the checks that were late asked again; the job is done when there are none."""
        if self.late:
            due_at = house.clock() + self.pause
            await outbox.check_again(connection, comment_id, due_at, ", ".join(self.late), kind)
        else:
            await outbox.checked(connection, comment_id, house.clock(), kind)


def first_look(house: House) -> Look:
    """Everybody is asked, while the writer waits."""
    return Look(house.checks, house.settings.check_patience)


def second_look(
    house: House, found: Sequence[Finding], sent: Mapping[str, str | None], attempts: int, *, settled: bool
) -> Look:
    """Those are asked again who gave no answer; everybody, if a text was never judged.

    Args:
        found: what is stored about the text.
        sent: sealed copies of what checks were sent, by check, as far as they are kept.
        settled: somebody has settled the text since it was written.
    """
    there = {check.name for check in house.checks}
    # A check that was taken out of the settings can't be waited for any longer.
    earlier = [each for each in found if each.check in there or each.code != policy.COULD_NOT_CHECK]
    judged = bool(earlier) or settled
    failed = policy.unfinished(earlier)
    again = [
        Again(check, house.signer.unseal("sent", sent.get(check.name) or ""))
        for check in house.checks
        if not judged or check.name in failed
    ]
    return Look(again, SECOND_PATIENCE, earlier, attempts, judged)


async def weigh(submission: Submission, look: Look) -> Weighed:
    """Ask the checks and put what they find together with what was found before."""
    found = await run(look.checks, submission, look.patience)
    asked = {check.name for check in look.checks}
    findings = [finding for finding in look.earlier if finding.check not in asked] + found
    return Weighed(found, findings, policy.unfinished(findings), _pause(found, look.attempts))


def _pause(found: Sequence[Finding], attempts: int) -> timedelta:
    """How long until failed checks are asked again: as they asked, else 30 s, 2 min, 8 min … up to 6 h."""
    asked = [int(finding.data["retry_after"]) for finding in found if "retry_after" in finding.data]
    return timedelta(seconds=max(asked) if asked else min(30 * 4 ** min(attempts, 8), 6 * 3600))


async def judge(
    house: House, thread: Thread, comment: Comment, submission: Submission, look: Look
) -> Comment:
    """Have a comment looked at, then transaction 2: settle if nobody was quicker. Returns it as it then stands."""
    weighed = await weigh(submission, look)
    async with house.db.write() as connection:
        judged = await decided(house, connection, thread, comment, weighed.findings)
        current = await comments.get(connection, comment.id, lock=True)
        if current is None or current.status is Status.ERASED:
            return current or comment  # its jobs went with it, and no finding may come after
        if (current.body, current.seed) != (comment.body, comment.seed):
            # This was about a text or a person that isn't there any more (who erases who they are gets a new seed);
            # the job that is left looks at what is.
            return current
        if current.asked_at is not None:
            judged = Judged(Status.PENDING, Reason.ASKED)  # its writer asked for a person
        await findings.put(connection, comment.id, weighed.found)
        if look.judged_before and judged == Judged(current.status, current.reason):
            # Nothing has changed: no line in the history, and a moderator who is looking isn't disturbed.
            await weighed.finish(house, connection, comment.id, outbox.CHECK)
        elif await comments.settle(connection, comment, judged):
            await record(connection, house, comment, MACHINE, JUDGE, judged.status)
            await threads.bump(connection, thread.id)
            await announce(connection, house, "judged", thread, comment, judged.status)
            await weighed.finish(house, connection, comment.id, outbox.CHECK)
        # Else somebody was quicker, and that stands; the job that is left sees so when it is due.
        return await comments.get(connection, comment.id) or comment


async def judge_again(
    house: House, comment_id: int, page: str, age: float | None, trap: bool, attempts: int
) -> None:
    """The worker's second look at a comment whose checks failed, were late, or died with their process."""
    now = house.clock()
    async with house.db.read() as connection:
        comment = await comments.get(connection, comment_id)
        waits = comment is not None and comment.status is Status.PENDING
        if comment is not None and waits:
            thread = await threads.get(connection, comment.thread_id)
            found = (await findings.of(connection, [comment_id]))[comment_id]
            settled = _settled((await desk.history(connection, [comment_id]))[comment_id])
            kept = await copies.all_kept(connection, comment_id, now)
            submission = await submission_of(house, connection, comment, page)
    if comment is None or not waits:
        async with house.db.write() as connection:
            await outbox.checked(connection, comment_id, now)
        return
    submission = replace(submission, trap="filled in" if trap else "", age=age)
    look = second_look(house, found, kept, attempts, settled=settled)
    await judge(house, thread, comment, submission, look)


def _settled(history: Sequence[Decision]) -> bool:
    """Whether somebody has settled the comment since its writer last changed it."""
    edits = [place for place, line in enumerate(history) if (line.actor, line.move) == (WRITER, EDIT)]
    since = history[edits[-1] if edits else 0 :]
    return any(line.actor != WRITER and line.warning_after is None for line in since)


async def submission_of(house: House, connection: Connection, comment: Comment, page: str) -> Submission:
    """A stored comment, for checks that look at it again: what its sender's request told is gone."""
    return Submission(
        public_id=comment.public_id,
        permalink=page,
        name=comment.name,
        email=await mail.email_of(house, connection, comment.id),
        website=comment.website,
        body=comment.body,
        html=comment.html,
        created_at=comment.created_at,
        is_reply=comment.parent_id is not None,
        by_guest=comment.by_guest,
        visitor=Visitor(address=None),
        again=True,
    )


def sealed_copies(house: House, submission: Submission) -> dict[str, str]:
    """What each check that remembers will be sent, sealed, by check."""
    return {
        check.name: house.signer.seal("sent", check.remember(submission))
        for check in house.checks
        if isinstance(check, Remembers)
    }


@dataclass(frozen=True)
class Again:
    """A check that is asked again with what it was sent first; without that copy, only a person can decide."""

    check: Check
    sent: dict[str, str] | None

    @property
    def name(self) -> str:
        return self.check.name

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        if isinstance(self.check, Remembers) and self.sent is None:
            reason = (
                "What this check was sent is no longer kept, so it can't be asked again. A person decides."
            )
            return [Finding(self.name, "copy-gone", reason, Weight.HOLD)]
        return await self.check.examine(replace(submission, sent=self.sent))
