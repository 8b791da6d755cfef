"""Serves an ASGI application over real HTTP on this machine, in a thread, for as long as a `with` lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from commentkit.server import Server, bind


class _InThread(Server):
    """Signals belong to the main thread."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


@contextmanager
def serving(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve `app` on 127.0.0.1.

    Args:
        port: 0 takes any free one.
    Yields:
        The address, such as ``http://127.0.0.1:53124``.
    Raises:
        SettingsError: the port is taken.
        RuntimeError: the application didn't start within 20 seconds.
    """
    listener = bind("127.0.0.1", port)
    ready = threading.Event()
    address: list[str] = []

    def started(url: str) -> None:
        address.append(url)
        ready.set()

    server = _InThread(app, listener, started)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        if not ready.wait(20):
            raise RuntimeError("the application did not start; its log says why")
        yield address[0]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
