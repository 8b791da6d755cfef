"""Runs an ASGI application in the foreground: says when it is ready, stops cleanly, believes no headers.

Needs the extra `serve`.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from commentkit.errors import SettingsError
from commentkit.service.live import Live

# Who left without a word (a phone that lost its network) keeps a stream for so long, not for the kernel's quarter of
# an hour.
_SILENT_MS = 60_000


def bind(host: str, port: int) -> socket.socket:
    """Take a port.

    Args:
        port: 0 takes any free one.
    Raises:
        SettingsError: it is taken, or may not be used.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; its connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_MS)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(f"Port {port} on {host} can't be used: {error.strerror}.") from None
    return listener


class Server(uvicorn.Server):
    """Uvicorn with manners.

    Args:
        app: what to serve.
        listener: a bound socket.
        ready: called once connections are accepted, with the server's address.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket, ready: Callable[[str], None]) -> None:
        # proxy_headers=False: else anyone on this machine could claim any address; `trusted_proxies` decides that.
        # access_log=False: receipts and links have their secret in the path.
        super().__init__(
            uvicorn.Config(app, log_level="warning", access_log=False, proxy_headers=False, lifespan="auto")
        )
        self._listener = listener
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            host, port = self._listener.getsockname()[:2]
            self._ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; a stream of news would be waited for as long as its reader stays."""
        Live.end_all()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and Ctrl-C. Uvicorn would raise the signal again when it is done; we end normally."""
        loop = asyncio.get_running_loop()
        stops = (signal.SIGINT, signal.SIGTERM)
        for stop in stops:
            loop.add_signal_handler(stop, self.handle_exit, stop, None)
        try:
            yield
        finally:
            for stop in stops:
                loop.remove_signal_handler(stop)

    def serve_until_stopped(self) -> None:
        """Serve in the foreground.

        Raises:
            SettingsError: the application did not start; its log says why.
        """
        self.run(sockets=[self._listener])
        if not self.started:
            raise SettingsError("The server did not start; see above.")
