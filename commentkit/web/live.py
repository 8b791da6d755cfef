"""The stream of a thread's news (server-sent events). Who can't have one is refused, and asks now and then instead."""

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from commentkit.errors import NotFound, TooMany
from commentkit.language import _
from commentkit.model import Thread
from commentkit.service import reader
from commentkit.service.live import Live
from commentkit.web import guards
from commentkit.web.face import face_of

_PING_SECONDS = 25
_SLOWEST = 30.0  # seconds in which a reader must have taken an event
_FAREWELL = (
    3.0  # seconds in which a stream ends by itself once its server stops; cut off, servers call it an error
)
_AGAIN_MS = 10_000


async def stream(request: Request) -> Response:
    """How many comments a thread has and which is the newest, as often as that changes."""
    face = face_of(request)
    settings = face.house.settings
    if not settings.live:
        raise NotFound(_("This site tells nothing at once."))
    found = await reader.known_thread(face.house, guards.read_key(request))
    address = guards.address_of(request, settings)
    network = face.house.signer.network(f"live {guards.network_of(address)}") if address else ""
    if not face.live.has_room(network):
        raise TooMany(_("Many readers are being told at once already."), retry_after=300)
    return EventSourceResponse(
        _events(face.live, found, network),
        ping=_PING_SECONDS,
        send_timeout=_SLOWEST,
        shutdown_event=face.live.stopping,
        shutdown_grace_period=_FAREWELL,
    )


async def _events(live: Live, thread: Thread, network: str) -> AsyncIterator[ServerSentEvent]:
    async for news in live.follow(thread, network):
        data = json.dumps({"count": news.count, "newest": news.newest})
        yield ServerSentEvent(data, event="comments", id=str(news.version), retry=_AGAIN_MS)
