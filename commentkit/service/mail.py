"""Answers by mail: asked for with a comment, confirmed by whoever holds the address, ended by one click.

An address is sent one mail that it didn't confirm: the one to confirm by, once its comment is published, and it holds
nothing that a stranger wrote. An answer is told about when it can be read by everybody, and only then.
"""

from datetime import datetime, timedelta

from commentkit import signing
from commentkit.errors import NotFound
from commentkit.model import Comment, Letter, Mailbox, Status, Told
from commentkit.service.house import House
from commentkit.store import comments, mail, outbox, threads
from commentkit.store.database import Connection
from commentkit.store.mail import Watch

CONFIRM_DAYS = 7
"""How long a link to confirm is good; an address that wasn't confirmed by then is forgotten."""

RECEIVER = "mail"
_CONFIRM, _ANSWERS = "confirm", "answers"
_DIGEST = timedelta(days=1)
_GONE = "This link isn't good any more. No mails are sent because of it."


def offered(house: House) -> bool:
    """Whether this site sends mails at all."""
    return house.mailer is not None


async def watch(house: House, connection: Connection, comment_id: int, address: str) -> None:
    """Let an address be told about the answers to a comment, once it has confirmed that it wants to."""
    signer, once, of_watch = house.signer, signing.random_id(), signing.random_id()
    box = await mail.ensure(
        connection,
        house.site,
        mark=signer.mailbox(address),
        sealed=signer.seal("mailbox", {"email": address}),
        once=once,
        confirm_hash=signing.token_hash(signer.link("confirm", once)),
        stop_hash=signing.token_hash(signer.link("stop all", once)),
    )
    stop_hash = signing.token_hash(signer.link("stop", of_watch))
    await mail.add_watch(connection, comment_id, box.id, of_watch, stop_hash)


async def published(house: House, connection: Connection, comment: Comment) -> None:
    """A comment can be read now: its writer may be asked to confirm, and whom it answers is told."""
    if not offered(house):
        return
    now = house.clock()
    own = await mail.watch_of(connection, comment.id)
    if own is not None and own.mailbox.confirmed_at is None and own.mailbox.asked_at is None:
        await mail.change(connection, own.mailbox.id, asked_at=now)
        await _put(house, connection, own.mailbox, _CONFIRM, now)
    answered = await mail.watch_of(connection, comment.parent_id) if comment.parent_id is not None else None
    if answered is None or await _same_writer(house, connection, comment, answered):
        return
    box = answered.mailbox
    if await mail.add_notice(connection, comment.id, answered.id) and box.confirmed_at is not None:
        await _put(house, connection, box, _ANSWERS, now + _DIGEST if box.daily else now)


async def _same_writer(house: House, connection: Connection, comment: Comment, answered: Watch) -> bool:
    """Nobody is told about their own answer to themselves."""
    sealed = await comments.sealed_email(connection, comment.id)
    address = (house.signer.unseal("email", sealed) or {}).get("email", "") if sealed else ""
    return bool(address) and signing.same(house.signer.mailbox(address), answered.mailbox.mark)


async def _put(house: House, connection: Connection, box: Mailbox, what: str, due_at: datetime) -> None:
    """A mail to be sent. The job holds no address; it belongs to no comment, since it may tell about several."""
    await outbox.put(
        connection,
        house.site,
        outbox.MAIL,
        receiver=RECEIVER,
        due_at=due_at,
        payload={"mailbox": box.id, "what": what},
    )


async def send(house: House, job: outbox.Job) -> None:
    """The worker's part: one mail, with the same name each time it is tried."""
    if house.mailer is None:
        return
    confirms = job.payload["what"] == _CONFIRM
    async with house.db.write() as connection:
        box = await mail.get(connection, job.payload["mailbox"])
        if box is None or confirms == (box.confirmed_at is not None):
            return  # stopped meanwhile, or confirmed
        told = [] if confirms else await _told(house, connection, box, job.id)
    address = (house.signer.unseal("mailbox", box.sealed) or {}).get("email", "")
    if not address or not (confirms or told):
        return
    secret = house.signer.link("confirm" if confirms else "stop all", box.once)
    if len(told) == 1:
        secret = told[0].stop
    name = house.signer.fingerprint("mail", str(job.id))
    arrived = await house.mailer.deliver(Letter(address, name, house.clock(), secret, told))
    async with house.db.write() as connection:
        if arrived:
            await mail.sent(connection, [each.answer.id for each in told], house.clock())
        else:  # there is no such address
            await mail.forget(connection, box.id)


async def _told(house: House, connection: Connection, box: Mailbox, job_id: int) -> list[Told]:
    """The answers that this mail tells about: all that nobody has told yet and that can be read at this moment."""
    found = []
    for each in await mail.take(connection, box.id, job_id):
        own = await comments.get(connection, each.comment_id)
        answer = await comments.get(connection, each.answer_id)
        if own is None or answer is None or answer.status is not Status.PUBLISHED:
            await mail.drop_notice(connection, each.answer_id)
            continue
        thread = await threads.get(connection, answer.thread_id)
        found.append(Told(thread, own, answer, house.signer.link("stop", each.once)))
    return found


async def to_confirm(house: House, token: str) -> Mailbox:
    """The address that a link confirms; looking changes nothing.

    Raises:
        NotFound: the link has expired or never was one.
    """
    async with house.db.read() as connection:
        return await _to_confirm(house, connection, token)


async def _to_confirm(house: House, connection: Connection, token: str) -> Mailbox:
    box = await mail.by_confirm_hash(connection, house.site, signing.token_hash(token))
    since = house.clock() - timedelta(days=CONFIRM_DAYS)
    if box is None or box.asked_at is None or (box.confirmed_at is None and box.asked_at < since):
        raise NotFound(_GONE)
    return box


async def confirm(house: House, token: str, *, daily: bool) -> None:
    """Whoever holds the address wants to be told, at once or once a day; what came meanwhile is told now.

    Raises:
        NotFound: as for `to_confirm`.
    """
    now = house.clock()
    async with house.db.write() as connection:
        box = await _to_confirm(house, connection, token)
        await mail.change(connection, box.id, daily=daily, confirmed_at=box.confirmed_at or now)
        if box.confirmed_at is None:
            await _put(house, connection, box, _ANSWERS, now)


async def to_stop(house: House, token: str) -> tuple[Mailbox, int | None]:
    """The address to which a link ends mails, and about which comment; about all where that is None.

    Raises:
        NotFound: they have ended, or it never was such a link.
    """
    async with house.db.read() as connection:
        return await _to_stop(house, connection, token)


async def _to_stop(house: House, connection: Connection, token: str) -> tuple[Mailbox, int | None]:
    hashed = signing.token_hash(token)
    found = await mail.watch_by_stop_hash(connection, house.site, hashed)
    if found is not None:
        return found.mailbox, found.comment_id
    box = await mail.by_stop_hash(connection, house.site, hashed)
    if box is None:
        raise NotFound(_GONE)
    return box, None


async def stop(house: House, token: str, *, everything: bool = False) -> None:
    """End the mails that a link is about. An address that is told about nothing any more is forgotten.

    Args:
        everything: end all mails to the address.
    Raises:
        NotFound: as for `to_stop`.
    """
    async with house.db.write() as connection:
        box, comment_id = await _to_stop(house, connection, token)
        if comment_id is None or everything:
            await mail.forget(connection, box.id)
        else:
            await mail.end_watch(connection, comment_id)


async def choose(house: House, token: str, *, daily: bool) -> None:
    """One mail a day, or one for each answer.

    Raises:
        NotFound: as for `to_stop`.
    """
    async with house.db.write() as connection:
        box, _ = await _to_stop(house, connection, token)
        await mail.change(connection, box.id, daily=daily)
