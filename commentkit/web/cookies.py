"""Our cookies: what each is called, and how it is set and taken away. None is ever needed to read or to post."""

from starlette.requests import Request
from starlette.responses import Response

from commentkit.settings import Settings

DESK = "desk"
KNOWN = "known"
REMEMBER = "remember"
THANKS = "thanks"
MOST = 3800
"""Characters; browsers drop cookies above 4,096 with name and attributes (RFC 6265, 6.1)."""


def guest(thread_id: int) -> str:
    """A guest's cookie is one thread's: a guest of two threads has two."""
    return f"guest{thread_id}"


def writer(thread_id: int) -> str:
    """So is a writer's: no two threads share one."""
    return f"writer{thread_id}"


def read(request: Request, settings: Settings, purpose: str) -> str:
    """What a cookie says; '' where there is none."""
    return request.cookies.get(_name(request, settings, purpose), "")[:MOST]


def put(
    request: Request, response: Response, settings: Settings, purpose: str, value: str, days: int
) -> None:
    """Set a cookie for some days."""
    response.set_cookie(
        _name(request, settings, purpose),
        value,
        max_age=days * 86_400,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request, settings),
    )


def drop(request: Request, response: Response, settings: Settings, purpose: str) -> None:
    """Take a cookie away, if there is one."""
    name = _name(request, settings, purpose)
    if name in request.cookies:
        response.delete_cookie(
            name, path="/", httponly=True, samesite="lax", secure=_is_secure(request, settings)
        )


def _name(request: Request, settings: Settings, purpose: str) -> str:
    """Bound to this host on HTTPS (`__Host-`, RFC 6265bis), and to the site."""
    prefix = "__Host-" if _is_secure(request, settings) else ""
    return f"{prefix}commentkit_{settings.site}_{purpose}"


def _is_secure(request: Request, settings: Settings) -> bool:
    """Whether readers come over HTTPS."""
    return settings.public_url.startswith("https://") or request.url.scheme == "https"
