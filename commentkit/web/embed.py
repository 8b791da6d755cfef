"""The script that puts a thread on any page, at a short address that pages can keep for good."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from commentkit.language import spoken
from commentkit.web import scripts

_FILE = Path(__file__).parent.parent / "static" / "embed.js"
_FOR_PEOPLE = re.compile(
    r"^ */\*.*?\*/\n|^ *//[^\n]*\n|  // [^\n]*$|^ +", re.DOTALL | re.MULTILINE
)  # an eighth of it
_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"


@dataclass(frozen=True)
class _Script:
    tag: str
    plain: bytes
    packed: bytes


@cache
def _script(language: str) -> _Script:
    """The script in the language that is spoken now."""
    written = _FOR_PEOPLE.sub("", _FILE.read_text(encoding="utf-8"))
    plain = written.replace("FIRST_WORDS", scripts.embed_first()).encode()
    return _Script(f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"', plain, gzip.compress(plain, mtime=0))


async def script(request: Request) -> Response:
    """The script: the same for all who speak a language, kept for an hour, and loaded by pages of any site."""
    found = _script(spoken())
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
