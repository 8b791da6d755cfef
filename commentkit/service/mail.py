"""What an address is given for: answers by mail, one's private link, to be known again. Only its holder confirms it.

An address is sent one mail that it didn't confirm: the one to confirm by, once its comment is published, and it holds
nothing that a stranger wrote. An answer is told about when it can be read by everybody, and only then. A private link
is mailed to an address that its holder has confirmed: to a mistyped one it would give a comment away.

Whoever confirms an address gets a cookie that proves it on that device. A comment that comes with the proof and the
address together is known to be theirs; the address alone proves nothing, and nobody is told whether it is known.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from commentkit import signing
from commentkit.draft import Draft
from commentkit.errors import NotFound
from commentkit.language import LANGUAGES, N_, _, spoken
from commentkit.letter import Confirm, Letter, Mailbox, Private, Told, Tongue
from commentkit.model import Comment, Publishing, Status, Thread
from commentkit.service.house import House
from commentkit.store import comments, mail, outbox, reading, threads
from commentkit.store.database import Connection
from commentkit.store.mail import Watch

CONFIRM_DAYS = 7
"""How long a link to confirm is good; an address that wasn't confirmed by then is forgotten. No address is sent two
such mails within this time."""

_CONFIRM, _ANSWERS, _OWN = "confirm", "answers", "own"
_DIGEST = timedelta(days=1)
_PROOF = "known"
_GONE = N_("This link isn't good any more. No mails are sent because of it.")


def offered(house: House) -> bool:
    """Whether this site sends mails at all."""
    return house.mailer is not None


async def asked(
    house: House,
    connection: Connection,
    thread: Thread,
    comment_id: int,
    draft: Draft,
    proof: str,
    prefix: str,
) -> None:
    """Note what a comment's writer asked for with their address.

    Args:
        proof: what this device got when an address was confirmed on it; '' where none was.
        prefix: as for `Tongue`.
    """
    if not offered(house) or not draft.email:
        return
    proven = await _proves(house, connection, draft.email, proof)
    known = draft.known or (proven and house.publishing(thread) is Publishing.HOLD_FIRST)
    if not (draft.answers or known):
        return
    signer, once, of_watch = house.signer, signing.random_id(), signing.random_id()
    box = await mail.ensure(
        connection,
        house.site,
        mark=signer.mailbox(draft.email),
        sealed=signer.seal("mailbox", {"email": draft.email}),
        once=once,
        confirm_hash=signing.token_hash(signer.link("confirm", once)),
        stop_hash=signing.token_hash(signer.link("stop all", once)),
    )
    tongue = Tongue(spoken(), prefix)
    new = Watch(0, comment_id, box, of_watch, draft.answers, known, proven, tongue)
    await mail.add_watch(connection, new, signing.token_hash(signer.link("stop", of_watch)))
    if proven and (draft.answers or draft.known):
        await _put(house, connection, box, _OWN, house.clock(), [comment_id])


async def _proves(house: House, connection: Connection, address: str, proof: str) -> bool:
    held = (house.signer.unseal(_PROOF, proof) or {}).get("once", "") if proof else ""
    box = await mail.by_mark(connection, house.site, house.signer.mailbox(address)) if held else None
    return box is not None and box.confirmed_at is not None and signing.same(held, box.once)


async def email_of(house: House, connection: Connection, comment_id: int) -> str:
    """A comment's e-mail address, opened from its seal; '' where none was given."""
    sealed = await comments.sealed_email(connection, comment_id)
    return (house.signer.unseal("email", sealed) or {}).get("email", "") if sealed else ""


async def is_known(connection: Connection, comment_id: int) -> bool:
    """Whether a comment is known to be by somebody who had one published before: this very one counts for its edits."""
    own = await mail.watch_of(connection, comment_id)
    return (
        own is not None and own.known and own.proven and await mail.has_standing(connection, own.mailbox.id)
    )


async def published(house: House, connection: Connection, comment: Comment) -> None:
    """A comment can be read now: its writer may be asked to confirm, and whom it answers is told."""
    if not offered(house):
        return
    now = house.clock()
    await mail.hold(connection, [each for each in (comment.id, comment.parent_id) if each is not None])
    own = await mail.watch_of(connection, comment.id)
    if own is not None and _unproven(own) and not _asked_lately(own.mailbox, now):
        await mail.change(connection, own.mailbox.id, asked_at=now)
        await _put(house, connection, own.mailbox, _CONFIRM, now)
    answered = await mail.watch_of(connection, comment.parent_id) if comment.parent_id is not None else None
    if answered is None or not answered.answers or await _same_writer(house, connection, comment, answered):
        return
    await _tell(house, connection, comment.id, answered)


async def _tell(house: House, connection: Connection, answer_id: int, answered: Watch) -> None:
    """Note an answer for whom it answers, and see that there is a mail to tell it in.

    Who gave the address with the comment without a proof may not be its holder: then it comes once a day at most, as
    where that was chosen.
    """
    box = answered.mailbox
    on_its_way = await mail.is_waiting(connection, box.id)
    if not await mail.add_notice(connection, answer_id, answered.id) or box.confirmed_at is None:
        return
    if answered.proven and not box.daily:
        await _put(house, connection, box, _ANSWERS, house.clock())
    elif not on_its_way:
        await _put(house, connection, box, _ANSWERS, house.clock() + _DIGEST)


def _unproven(own: Watch) -> bool:
    """Whether there is something to confirm. To be told about answers, an address confirms once for all."""
    return not own.proven and (own.known or own.mailbox.confirmed_at is None)


def _asked_lately(box: Mailbox, now: datetime) -> bool:
    return box.asked_at is not None and box.asked_at >= now - timedelta(days=CONFIRM_DAYS)


async def _same_writer(house: House, connection: Connection, comment: Comment, answered: Watch) -> bool:
    """Nobody is told about their own answer to themselves."""
    address = await email_of(house, connection, comment.id)
    return bool(address) and signing.same(house.signer.mailbox(address), answered.mailbox.mark)


async def _put(
    house: House,
    connection: Connection,
    box: Mailbox,
    what: str,
    due_at: datetime,
    about: Sequence[int] = (),
) -> None:
    """A mail to be sent. The job holds no address; it belongs to no comment, since it may tell about several."""
    await outbox.put(
        connection,
        house.site,
        outbox.MAIL,
        receiver=mail.receiver(box.id),
        due_at=due_at,
        payload={"mailbox": box.id, "what": what, "comments": list(about), "name": signing.random_id()},
    )


async def send(house: House, job: outbox.Job) -> None:
    """The worker's part: one mail, with the same name each time it is tried."""
    if house.mailer is None:
        return
    async with house.db.write() as connection:
        box = await mail.get(connection, job.payload["mailbox"], lock=True)
        letter = await _letter(house, connection, box, job) if box is not None else None
    if box is None or letter is None:
        return  # nothing is left to be told
    arrived = await house.mailer.deliver(letter)
    async with house.db.write() as connection:
        if arrived:
            await mail.sent(connection, [each.answer.id for each in letter.answers], house.clock())
        else:  # there is no such address
            await mail.forget(connection, box.id)


async def _letter(house: House, connection: Connection, box: Mailbox, job: outbox.Job) -> Letter | None:
    """What a job is to send as it stands now; None where that has been settled meanwhile."""
    signer, what = house.signer, job.payload["what"]
    letter = Letter(
        to=(signer.unseal("mailbox", box.sealed) or {}).get("email", ""),
        name=job.payload["name"],
        at=house.clock(),
        secret=signer.link("confirm" if what == _CONFIRM else "stop all", box.once),
        tongue=Tongue(),
    )
    if not letter.to:
        return None
    if what == _CONFIRM:
        new = [each for each in await mail.watches(connection, box) if _unproven(each)]
        return replace(letter, tongue=_there(new[-1].tongue), confirm=_about(new)) if new else None
    if box.confirmed_at is None:
        return None
    if what == _OWN:
        return await _own(house, connection, letter, box, job.payload["comments"])
    return await _answers(house, connection, letter, box, job.id)


def _there(tongue: Tongue) -> Tongue:
    """A language, if it is still one of ours."""
    return tongue if tongue.language in LANGUAGES else Tongue()


async def _own(
    house: House, connection: Connection, letter: Letter, box: Mailbox, about: Sequence[int]
) -> Letter | None:
    """The private links of these comments, as far as they are there and their own."""
    for each in about:
        asked_for = await mail.watch_of(connection, each)
        comment = await comments.get(connection, each)
        if comment is None or asked_for is None or asked_for.mailbox.id != box.id or not asked_for.proven:
            continue
        thread = await threads.get(connection, comment.thread_id)
        receipt = house.signer.receipt(await mail.once_of(connection, each))
        private = Private(thread, comment, receipt)
        letter = replace(letter, own=(*letter.own, private), tongue=_there(asked_for.tongue))
    return letter if letter.own else None


async def _answers(
    house: House, connection: Connection, letter: Letter, box: Mailbox, job_id: int
) -> Letter | None:
    """The answers that this mail tells about: all that nobody has told yet and that can be read at this moment."""
    for each in await mail.take(connection, box.id, job_id):
        own = await comments.get(connection, each.comment_id)
        answer = await comments.get(connection, each.answer_id)
        if own is None or answer is None or answer.status is not Status.PUBLISHED:
            await mail.drop_notice(connection, each.answer_id)
            continue
        thread = await threads.get(connection, answer.thread_id)
        told = Told(thread, own, answer, house.signer.link("stop", each.once))
        letter = replace(letter, answers=(*letter.answers, told), tongue=_there(each.tongue))
    if len(letter.answers) == 1:
        return replace(letter, secret=letter.answers[0].stop)
    return letter if letter.answers else None


async def to_confirm(house: House, token: str) -> tuple[Mailbox, Confirm]:
    """The address that a link confirms, and for what; looking changes nothing.

    Raises:
        NotFound: the link has expired or never was one.
    """
    async with house.db.read() as connection:
        box, given = await _to_confirm(house, connection, token)
    return box, _about(given)


def _about(given: Sequence[Watch]) -> Confirm:
    return Confirm(any(each.answers for each in given), any(each.known for each in given))


async def _to_confirm(
    house: House, connection: Connection, token: str, *, lock: bool = False
) -> tuple[Mailbox, list[Watch]]:
    box = await mail.by_confirm_hash(connection, house.site, signing.token_hash(token), lock=lock)
    if box is None or not _asked_lately(box, house.clock()):
        raise NotFound(_(_GONE))
    return box, await mail.watches(connection, box)


async def confirm(house: House, token: str, *, daily: bool | None = None) -> tuple[Confirm, str]:
    """Whoever holds the address says that it is theirs; what came meanwhile is told now, and private links are mailed.

    On each device that they do it on they get a proof, as long as the link is good. Only what everybody can read is
    theirs by that: a stranger's comment that came with the address and waits, or was refused, gets nothing from it.

    Args:
        daily: one mail a day rather than one for each answer; None to leave that as it is.
    Returns:
        What they have confirmed it for, and the proof.
    Raises:
        NotFound: as for `to_confirm`.
    """
    now = house.clock()
    async with house.db.write() as connection:
        box, given = await _to_confirm(house, connection, token, lock=True)
        some = await reading.by_ids(connection, [each.comment_id for each in given])
        read = {each.id for each in some if each.status is Status.PUBLISHED}
        new = [each for each in given if _unproven(each) and each.comment_id in read]
        await mail.prove(connection, [each.id for each in new])
        daily = box.daily if daily is None else daily
        await mail.change(connection, box.id, daily=daily, confirmed_at=box.confirmed_at or now)
        if new:
            await _put(house, connection, box, _OWN, now, [each.comment_id for each in new])
        if box.confirmed_at is None:
            await _put(house, connection, box, _ANSWERS, now)
    return _about(given), house.signer.seal(_PROOF, {"once": box.once})


async def to_stop(house: House, token: str) -> tuple[Mailbox, Watch | None]:
    """The address to which a link ends mails, and for which comment; for all where that is None.

    Raises:
        NotFound: they have ended, or it never was such a link.
    """
    async with house.db.read() as connection:
        return await _to_stop(house, connection, token)


async def _to_stop(house: House, connection: Connection, token: str) -> tuple[Mailbox, Watch | None]:
    hashed = signing.token_hash(token)
    found = await mail.watch_by_stop_hash(connection, house.site, hashed)
    if found is not None:
        return found.mailbox, found
    box = await mail.by_stop_hash(connection, house.site, hashed)
    if box is None:
        raise NotFound(_(_GONE))
    return box, None


async def stop(house: House, token: str, *, everything: bool = False) -> None:
    """End the mails that a link is about. An address that is used for nothing any more is forgotten.

    Whom it let know again is still known: that sends no mails, and erasing their name and address ends it.

    Args:
        everything: end all mails to the address.
    Raises:
        NotFound: as for `to_stop`.
    """
    async with house.db.write() as connection:
        box, one = await _to_stop(house, connection, token)
        await mail.end_answers(connection, box.id, None if everything or one is None else one.id)


async def choose(house: House, token: str, *, daily: bool) -> None:
    """One mail a day, or one for each answer.

    Raises:
        NotFound: as for `to_stop`.
    """
    async with house.db.write() as connection:
        box, _one = await _to_stop(house, connection, token)
        await mail.change(connection, box.id, daily=daily)
