"""What checks learn from people: where a moderator disagrees with one, it is told, by a job of its own."""

from commentkit import policy
from commentkit.hooks import Learner
from commentkit.model import Comment, Status, Weight
from commentkit.service.house import House
from commentkit.store import copies, findings, outbox
from commentkit.store.database import Connection


async def overturn(connection: Connection, house: House, comment: Comment, after: Status) -> None:
    """Where a person disagrees with what a check believes, the check is told; so is an undo of that."""
    found = (await findings.of(connection, [comment.id]))[comment.id]
    for check in house.checks:
        if not isinstance(check, Learner):
            continue
        verdicts = [
            finding
            for finding in found
            if finding.check == check.name and finding.code != policy.COULD_NOT_CHECK
        ]
        verdict = any(finding.weight is Weight.SPAM for finding in verdicts)
        spam = verdict if after is Status.PENDING else after is Status.SPAM
        told = await outbox.last_lesson(connection, comment.id, check.name)
        believed = verdict if told is None else told
        kept = await copies.kept(connection, comment.id, check.name, house.clock())
        if spam != believed and kept is not None:
            await outbox.put(
                connection,
                house.site,
                outbox.LEARN,
                receiver=check.name,
                comment_id=comment.id,
                due_at=house.clock(),
                payload={"spam": spam},
            )


async def teach(house: House, receiver: str, comment_id: int, *, spam: bool) -> None:
    """The worker's part of overturning a check: tell it, with the fields that it was sent first."""
    check = next((check for check in house.checks if check.name == receiver), None)
    async with house.db.read() as connection:
        sealed = await copies.kept(connection, comment_id, receiver, house.clock())
        last = await outbox.last_lesson(connection, comment_id, receiver)
    sent = house.signer.unseal("sent", sealed) if sealed else None
    overtaken = last is not None and last != spam  # a person has changed their mind; the later lesson is told
    if isinstance(check, Learner) and sent is not None and not overtaken:
        await check.learn(sent, spam=spam)
