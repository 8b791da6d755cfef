"""The writer takes along all that is kept about their comment."""

from collections.abc import Mapping, Sequence
from typing import Any

from commentkit.language import _
from commentkit.model import Decision, Finding
from commentkit.service import before
from commentkit.service.editing import mine
from commentkit.service.house import MACHINE, WRITER, House
from commentkit.service.mail import email_of
from commentkit.store import comments, copies, desk, edits, findings, mail, outbox, reports, threads
from commentkit.store.mail import Watch


async def everything(house: House, receipt: str) -> dict[str, Any]:
    """All that is kept about a comment, for its writer to take along, as values that JSON can hold.

    Raises:
        NotFound: no comment has this receipt.
    """
    now = house.clock()
    async with house.db.read() as connection:
        comment = await mine(connection, house, receipt)
        thread = await threads.get(connection, comment.thread_id)
        parents = await comments.parents_of(connection, [comment])
        history = (await desk.history(connection, [comment.id]))[comment.id]
        found = (await findings.of(connection, [comment.id]))[comment.id]
        texts = (await edits.of(connection, [comment.id]))[comment.id]
        found_in = {each.id: await findings.of_edit(connection, each.id) for each in texts}
        sealed = await copies.all_kept(connection, comment.id, now)
        jobs = await outbox.of_comment(connection, comment.id)
        reported = (await reports.of(connection, [comment.id]))[comment.id]
        email = await email_of(house, connection, comment.id)
        watch = await mail.watch_of(connection, comment.id)
    parent = parents.get(comment.parent_id or 0)
    return {
        "site": house.settings.site_name,
        "thread": {"key": thread.key, "title": thread.title, "url": thread.url},
        "comment": {
            "id": comment.public_id,
            "posted_at": comment.created_at.isoformat(),
            "in_reply_to": parent.public_id if parent else None,
            "state": comment.status,
            "why": comment.reason,
            "asked_again_at": comment.asked_at.isoformat() if comment.asked_at else None,
            "name": comment.name,
            "email": email,
            "website": comment.website,
            "content_warning": comment.warning,
            "thanks": comment.thanks,
            "text": comment.body,
            "html": comment.html,
            "as_guest_author": comment.by_guest,
            "seed_of_the_avatar": comment.seed,
            "pointed_out_before_posting": _pointed_out(house, comment.body, found),
        },
        "answers_by_mail": _told(watch) if watch else None,
        "other_texts": [
            {
                "state": each.status,
                "why": each.reason,
                "sent_at": each.created_at.isoformat(),
                "text": each.body,
                "html": each.html,
                "pointed_out_before_posting": _pointed_out(house, each.body, found_in[each.id]),
                "checks_were_sent": _opened(house, each.sent if each.shred_at > now else {}),
            }
            for each in texts
        ],
        "decisions": [
            {"at": line.at.isoformat(), "by": _by(line), "what": line.move, "before": line.before,
             "after": line.after, "content_warning": line.warning_after}
            for line in history
        ],
        "checks_were_sent": _opened(house, sealed),
        "background_jobs": [{"kind": job.kind, "about": dict(job.payload)} for job in jobs],
        "reports": [{"at": each.at.isoformat(), "reason": each.reason} for each in reported],
        "not_in_this_file": _(
            "What is kept and is somebody else's: whether and when the holder of the e-mail address confirmed it, how "
            "often they want mails, and which answers they were told about (the links in those mails tell); what "
            "readers who reported the comment wrote to the moderators; which moderator decided, and their notes; codes "
            "by which devices that thanked can take that back; that somebody was told about it by e-mail. Which words "
            "or signs a check pointed out to moderators only, so that checks "
            "can't be tried out. The receipt and the form that the comment came by, which are kept as codes only."
        ),
    }  # fmt: skip


def _pointed_out(house: House, body: str, found: Sequence[Finding]) -> list[dict[str, str]]:
    """Of what was found, that which its writer is shown before posting: it is no secret from them."""
    places = {(each.code, each.start, each.end) for each in found}
    return [
        {"words": body[each.start : each.end], "why": each.reason}
        for each in before.advice(house, body)
        if (each.code, each.start, each.end) in places
    ]


def _told(asked_for: Watch) -> dict[str, Any]:
    return {
        "told_about_answers": asked_for.answers,
        "known_again": asked_for.known,
        "language": asked_for.tongue.language,
    }


def _by(line: Decision) -> str:
    return {MACHINE: "the checks", WRITER: "you"}.get(line.actor, "a moderator")


def _opened(house: House, sealed: Mapping[str, str]) -> dict[str, dict[str, str] | None]:
    """Sealed copies, opened; None where the key has changed since."""
    return {check: house.signer.unseal("sent", blob) for check, blob in sealed.items()}
