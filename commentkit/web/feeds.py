"""Atom feeds (RFC 4287): the newest comments of one thread, or of the site. What isn't published isn't in them."""

import re
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from commentkit.language import _
from commentkit.service import reader
from commentkit.service.house import comment_page, thread_page
from commentkit.text import restore
from commentkit.web import guards
from commentkit.web.face import face_of
from commentkit.web.pages import anonymous, warned

_ENTRIES = 50
_NOT_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def feed(request: Request) -> Response:
    """The feed of one thread, or of the whole site without a key."""
    face = face_of(request)
    house, base = face.house, face.base(request)
    key = guards.read_key(request) if request.query_params.get("key") else ""
    thread = await reader.known_thread(house, key) if key else None
    found = await reader.recent(house, _ENTRIES, key)
    entries = [
        {
            "id": face.absolute(request, f"{base}/c/{comment.public_id}"),
            "link": face.absolute(request, comment_page(base, about, comment.public_id)),
            "title": _("%(name)s on %(title)s", name=anonymous(comment.name), title=about.title or about.key),
            "name": anonymous(comment.name),
            "moment": _moment(comment.created_at),
            "html": "" if comment.warning else restore(comment.html),
            "warned": warned(comment),
        }
        for comment, about in found
    ]
    page = thread_page(base, thread) if thread else house.settings.site_url or f"{base}/"
    text = face.pages.render(
        "feed.xml",
        title=_("Comments on %(title)s", title=thread.title or thread.key)
        if thread
        else house.settings.site_name,
        id=face.absolute(request, f"{base}/feed" + (f"?{urlencode({'key': key})}" if key else "")),
        page=face.absolute(request, page),
        moment=entries[0]["moment"] if entries else _moment(datetime.fromtimestamp(0, house.clock().tzinfo)),
        entries=entries,
    )
    body = _NOT_XML.sub("", text)
    tag = f'"{house.signer.fingerprint("feed", body)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/atom+xml")


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
