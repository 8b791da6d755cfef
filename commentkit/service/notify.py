"""Listeners, and whoever waits for answers by mail, are told through the outbox: stored with the change itself,
delivered after it, at least once.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from commentkit.model import Comment, Event, Status, Thread
from commentkit.service import mail
from commentkit.service.house import House
from commentkit.store import outbox
from commentkit.store.database import Connection


async def announce(
    connection: Connection, house: House, kind: str, thread: Thread, comment: Comment, status: Status
) -> None:
    """Store an event for every listener, in the transaction that makes it true.

    Args:
        kind: ``judged`` (settled by its checks), ``moved`` (by a moderator), ``erased``, ``edited``, ``edit-waits`` (a
            changed text needs a person), ``withdrawn``, ``put-back``, ``asked`` (for another look) or ``reported``
            (by a reader).
    """
    if status is Status.PUBLISHED:
        await mail.published(house, connection, comment)
    event = Event(kind, house.site, thread.key, comment.public_id, status)
    for name in house.listeners:
        await outbox.put(
            connection,
            house.site,
            outbox.TELL,
            receiver=name,
            comment_id=comment.id,
            due_at=house.clock(),
            payload=asdict(event),
        )


async def tell(house: House, listener: str, payload: Mapping[str, Any]) -> None:
    """Deliver one event; a listener that is gone since has nothing to be told."""
    receiver = house.listeners.get(listener)
    if receiver is not None:
        await receiver(Event(**{**payload, "status": Status(payload["status"])}))
