"""The script that puts a thread on any page, at a short address that pages can keep for good."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FILE = Path(__file__).parent.parent / "static" / "embed.js"
_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"


@dataclass(frozen=True)
class _Script:
    tag: str
    plain: bytes
    packed: bytes


@cache
def _script() -> _Script:
    plain = _FILE.read_bytes()
    return _Script(f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"', plain, gzip.compress(plain, mtime=0))


async def script(request: Request) -> Response:
    """The script: the same for everyone, kept for an hour, and loaded by pages of any site."""
    found = _script()
    headers = {
        "Cache-Control": _AN_HOUR,
        "ETag": found.tag,
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = found.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], body = "gzip", found.packed
    return Response(body, headers=headers, media_type="text/javascript")
