"""What every request passes: size, type, encoding, where it comes from, how often, and who may be believed."""

import ipaddress
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from limits import parse as parse_limit
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from commentkit.errors import Malformed, NotFound, Refused, TooLarge, TooMany, WrongType
from commentkit.language import N_, _
from commentkit.model import Visitor
from commentkit.settings import Settings
from commentkit.signing import Signer

KEY_MAX = 500

SHOWN_AGAIN = 256 * 1024
"""A text up to this size is shown again when it is refused; above, the request isn't read."""

_FORM_BODY = 3 * SHOWN_AGAIN + 16 * 1024  # a form writes a byte that isn't ASCII as three characters
_JSON_BODY = 2 * SHOWN_AGAIN
_MANY_FIELDS = 40
_SIGN_INS = "There were many tries to sign in. Please try again in a few minutes."  # moderators read English
_TOO_LARGE = N_("This is more than can be read here. A comment of that size needs a page of its own.")


def address_of(request: Request, settings: Settings) -> str | None:
    """The reader's network address, if it can be known.

    A header is believed only from the proxies that the settings name. Port 0 means that the server in front put
    a header's address there (uvicorn does, for anyone who connects from the same machine): nobody vouches for it.
    """
    client = request.client
    if client is None or (client.port == 0 and not settings.trusted_proxies):
        return None
    hops = [part.strip() for value in request.headers.getlist("x-forwarded-for") for part in value.split(",")]
    address = _ip(client.host)
    while address is not None and hops and any(address in network for network in settings.trusted_proxies):
        nearer = _ip(hops.pop())
        if nearer is None:
            break
        address = nearer
    return str(address) if address else None


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(address: str | None) -> str:
    """What limits count by: an IPv4 address, or the /64 of an IPv6 one (one household has that many)."""
    if address is None:
        return "unknown"
    ip = ipaddress.ip_address(address)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def visitor_of(request: Request, settings: Settings) -> Visitor:
    """Who sends this request, as far as the checks may know."""
    return Visitor(
        address=address_of(request, settings),
        user_agent=request.headers.get("user-agent", "")[:500],
        referrer=request.headers.get("referer", "")[:2000],
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write an origin; '' when it isn't an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_own_origin(request: Request, settings: Settings, origin: str) -> bool:
    """Whether an origin is the one that serves this page.

    With `public_url` set it must be that one. Else the host must be the one asked for; the scheme may differ,
    since a proxy in front may have taken TLS off.
    """
    if settings.public_url:
        return origin.lower() == origin_of(settings.public_url)
    host = origin_of(origin).partition("://")[2]
    return host != "" and host == request.headers.get("host", "").lower()


def is_listed_origin(settings: Settings, origin: str) -> bool:
    """Whether an origin is one of the site's listed ones."""
    return origin.lower() in settings.origins


def check_origin(
    request: Request, settings: Settings, *, own_only: bool = False, by_token: bool = False
) -> None:
    """Refuse a state change that another site's page has sent.

    Browsers send `Origin` with every POST. A page without referrers sends "null": it counts as our own only when
    the browser itself says so (`Sec-Fetch-Site`, W3C Fetch Metadata). Without any of these headers it isn't a
    browser, and the form's token decides.

    Args:
        own_only: listed origins are refused too.
        by_token: the form stands on a page without referrers, such as a receipt; a browser that says no more than
            "null" is believed, since the form's token is a secret of that page.
    Raises:
        Refused: it comes from elsewhere.
    """
    site = request.headers.get("sec-fetch-site", "").lower()
    origin = request.headers.get("origin")
    if origin is None:
        referrer = request.headers.get("referer")
        fine = site in {"", "same-origin", "none"} and (
            referrer is None or _allowed(request, settings, origin_of(referrer), own_only)
        )
    elif origin.lower() == "null":
        fine = site == "same-origin" or (by_token and not site)
    elif is_own_origin(request, settings, origin):
        fine = site != "cross-site"
    else:
        fine = not own_only and is_listed_origin(settings, origin)
    if not fine:
        raise Refused(_("This came from a page of another site, which may not do that here."))


def _allowed(request: Request, settings: Settings, origin: str, own_only: bool) -> bool:
    return is_own_origin(request, settings, origin) or (not own_only and is_listed_origin(settings, origin))


def read_key(request: Request) -> str:
    """The key of a thread that an address asks for.

    Raises:
        NotFound: no thread can have it.
    """
    key = request.query_params.get("key", "")
    if not key or len(key) > KEY_MAX or "\0" in key:
        raise NotFound(_("There is no such thread."))
    return key


async def _read(request: Request, limit: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise TooLarge(_(_TOO_LARGE))
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(_(_TOO_LARGE))
        chunks.append(chunk)
    return b"".join(chunks)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_form(request: Request) -> bool:
    """Whether what came is an ordinary web form."""
    return _media_type(request) == "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an HTML form.

    Raises:
        WrongType, TooLarge, Malformed: with words for a person.
    """
    if not is_form(request):
        raise WrongType(_("This address takes an ordinary web form."))
    body = await _read(request, _FORM_BODY)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MANY_FIELDS,
        )
    except UnicodeDecodeError:
        raise Malformed(_("The text isn't valid UTF-8, so some of its letters can't be read.")) from None
    except ValueError:
        raise Malformed(_("The form can't be read.")) from None
    fields = _no_twins(pairs)
    for value in fields.values():
        if len(value.encode("utf-8", "surrogatepass")) > SHOWN_AGAIN:
            raise TooLarge(_(_TOO_LARGE))
    return fields


async def read_json(request: Request) -> dict[str, Any]:
    """A JSON object.

    Raises:
        WrongType, TooLarge, Malformed: with words for a person.
    """
    if _media_type(request) != "application/json":
        raise WrongType(_("This address takes application/json."))
    body = await _read(request, _JSON_BODY)
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Malformed(_("The text isn't valid UTF-8, so some of its letters can't be read.")) from None
    except (ValueError, RecursionError):
        raise Malformed(_("This isn't JSON that can be read.")) from None
    if not isinstance(value, dict):
        raise Malformed(_("A JSON object was expected."))
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed(_("A field is there twice, and it can't be known which is meant."))
    "".join(found).encode()  # a name with half a character in it (JSON can write that) can't even be repeated
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


class Limits:
    """Counts tries in this process's memory, by a keyed hash of the network; nothing of it is stored."""

    def __init__(self, settings: Settings, signer: Signer) -> None:
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._signer = signer
        self._post = parse_limit(settings.post_limit)
        self._thanks = parse_limit(settings.thanks_limit)
        self._login = parse_limit(settings.login_limit)

    async def post(self, address: str | None) -> None:
        """Count a comment.

        Raises:
            TooMany: from this network came too many already.
        """
        await self._count(
            self._post,
            "post",
            network_of(address),
            _("Many comments came from your network just now. Please try again in a few minutes."),
        )

    async def report(self, address: str | None) -> None:
        """Count a report; there may be as many as comments.

        Raises:
            TooMany: from this network came too many already.
        """
        await self._count(
            self._post,
            "report",
            network_of(address),
            _("Many reports came from your network just now. Please try again in a few minutes."),
        )

    async def thanks(self, address: str | None) -> None:
        """Count thanks.

        Raises:
            TooMany: from this network came too many already.
        """
        await self._count(
            self._thanks,
            "thanks",
            network_of(address),
            _("Many thanks came from your network just now. Please try again in a few minutes."),
        )

    async def login(self, address: str | None, name: str) -> None:
        """Count a try to sign in, for the network and for the name: guessing from many networks is slow too.

        Raises:
            TooMany: there were too many already.
        """
        for kind, value in (("login", network_of(address)), ("name", name.casefold())):
            await self._count(self._login, kind, value, _SIGN_INS)

    async def _count(self, limit: Any, kind: str, value: str, message: str) -> None:
        key = self._signer.network(f"{kind} {value}")
        if not await self._counter.hit(limit, kind, key):
            wait = max(1, min(limit.get_expiry(), 3600))
            raise TooMany(message, retry_after=wait)
