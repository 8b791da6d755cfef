"""Starts the blog on this machine: `python -m example_site`. `PORT` says where; everything it keeps is in `.run/`."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn

from commentkit import Comments, Settings
from commentkit.errors import CommentkitError
from commentkit.service import signin
from commentkit.testing import AkismetStandIn, serving
from example_site import seed
from example_site.posts import POSTS
from example_site.site import create

KEPT = Path(".run")


def main() -> None:
    """Listen, put settings together, plant the first comments, serve."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    listener = _listen(os.environ.get("PORT") or "8000")
    site = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with listener, ExitStack() as open_until_the_end:
        environ = {
            "COMMENTKIT_SITE_NAME": "The Long Table",
            "COMMENTKIT_SITE_URL": site,
            "COMMENTKIT_DATABASE_URL": f"sqlite:///{KEPT}/comments.db",
            "COMMENTKIT_ORIGINS": site.replace("127.0.0.1", "localhost"),  # the same files, as another site
            "COMMENTKIT_WARNINGS": "sexual violence, eating disorders, self-harm",
            "COMMENTKIT_GUIDELINES": "Tell what happened to *you*, and leave other people's lives to them.",
            **os.environ,
        }
        KEPT.mkdir(mode=0o700, exist_ok=True)
        if not environ.get("COMMENTKIT_SECRET_KEY"):
            environ["COMMENTKIT_SECRET_KEY"] = _secret(KEPT / "secret")
        if not environ.get("COMMENTKIT_AKISMET_KEY"):
            stand_in = open_until_the_end.enter_context(serving(AkismetStandIn()))
            environ |= {"COMMENTKIT_AKISMET_KEY": "standin", "COMMENTKIT_AKISMET_URL": stand_in}
            say = f"no COMMENTKIT_AKISMET_KEY: a stand-in for Akismet on {stand_in} checks comments"
            print(say, file=sys.stderr)
        try:
            asyncio.run(_serve(Settings.from_env(environ), listener, site))
        except CommentkitError as error:
            sys.exit(f"example_site: {error}")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _listen(port: str) -> socket.socket:
    """The socket, before anything is written: a taken port changes nothing."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", int(port)))
        listener.listen()
    except (ValueError, OverflowError, OSError) as error:
        listener.close()
        why = error.strerror if isinstance(error, OSError) else "it is not a port"
        sys.exit(f"example_site: port {port} can't be used ({why}). Another one: PORT=9000")
    return listener


def _secret(path: Path) -> str:
    """The key that signs forms and links: random, made once, readable by its owner only."""
    if not path.exists():
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(made, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")


async def _serve(settings: Settings, listener: socket.socket, site: str) -> None:
    await seed.plant(settings)
    # Without `proxy_headers=False`, anyone on this machine could claim any network address.
    config = uvicorn.Config(
        create(settings), proxy_headers=False, access_log=False, log_level="warning", lifespan="on"
    )
    await _Server(config, settings, site).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Says where everything is as soon as it accepts."""

    def __init__(self, config: uvicorn.Config, settings: Settings, site: str) -> None:
        super().__init__(config)
        self._settings, self._site = settings, site

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        base = self._settings.public_url or f"{self._site}/comments"
        async with Comments(self._settings, work=False) as comments:
            await signin.add_moderator(comments.house, "moderator")
            token = await signin.one_time_link(comments.house, "moderator")
        for post in POSTS.values():
            print(f"post: {self._site}{post.key}")
        print(f"desk: {base}/desk/link/{token}")
        print(f"api: {base}/api/v1/openapi.json", flush=True)


if __name__ == "__main__":
    main()
