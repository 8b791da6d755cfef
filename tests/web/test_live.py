"""News of a thread over real HTTP: as server-sent events, refused in plain words, ended with the server."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from commentkit.server import bind
from commentkit.testing import serving
from tests.site import ORIGIN, POST, Site, make_settings

LIVE = f"/comments/live?key={POST}"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A blog with a comment, some of whose readers may be told at once."""
    with Site(make_settings(sqlite_url, live_most=1, origins="https://blog.example")) as started:
        started.post("The first.")
        yield started


def events(answer: httpx2.Response) -> Iterator[dict[str, object]]:
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_stream_tells_numbers_and_ids_and_ends_with_the_server(site: Site) -> None:
    second = Site(site.comments.house.settings)
    with httpx2.Client(timeout=20) as client, serving(second.app) as url:
        with client.stream("GET", url + LIVE, headers={"Origin": "https://blog.example"}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["access-control-allow-origin"] == "https://blog.example"
            told = events(answer)
            assert next(told) == {"count": 1, "newest": site.ids()[0]}
            refused = client.get(url + LIVE)
            assert refused.status_code == 429
            assert refused.headers["retry-after"]
            site.post("The second.")
            assert next(told) == {"count": 2, "newest": site.ids()[0]}
            assert client.head(url + LIVE).status_code in {200, 429}
        again = client.build_request("GET", url + LIVE)
        open_still = client.send(again, stream=True)
        assert next(events(open_still))["count"] == 2
    open_still.close()


def test_a_thread_that_is_not_there_has_no_news(site: Site) -> None:
    for key in ("/never", "", "x" * 999, "%00"):
        assert site.client.get(f"/comments/live?key={key}").status_code == 404


def test_a_site_may_tell_nothing_at_once(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, live=False)) as site:
        site.post("Hello.")
        assert site.client.get(LIVE, headers={"Origin": ORIGIN}).status_code == 404
        assert "data-ck-live" not in site.read()


def test_who_vanishes_makes_room_for_the_next(site: Site) -> None:
    second = Site(site.comments.house.settings)
    with serving(second.app) as url, httpx2.Client(timeout=20) as client:
        place = httpx2.URL(url)
        for _ in range(3):
            with socket.create_connection((place.host, place.port or 0), timeout=20) as gone:
                gone.sendall(f"GET {LIVE} HTTP/1.1\r\nHost: {place.netloc.decode()}\r\n\r\n".encode())
                while b"data:" not in gone.recv(4096):
                    pass
                assert client.get(url + LIVE).status_code == 429
                # closed like this, nothing more is said: the other side gets a reset
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            assert any(is_let_in(client, url) for _ in range(1000))


def is_let_in(client: httpx2.Client, url: str) -> bool:
    """Whether there is room for one more."""
    with client.stream("GET", url + LIVE) as answer:
        return answer.status_code == 200


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux can say how long it waits")
def test_who_falls_silent_is_not_waited_for_longer_than_a_minute() -> None:
    with bind("127.0.0.1", 0) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


OTHER_SERVER = """
import sys, uvicorn
from tests.site import Site, make_settings
uvicorn.run(Site(make_settings(sys.argv[1])).app, fd=int(sys.argv[2]), access_log=False)
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_another_server_stops_at_once_and_quietly_while_streams_are_open(
    site: Site, stop: signal.Signals
) -> None:
    database = site.comments.house.settings.database_url.replace("+aiosqlite", "")
    with bind("127.0.0.1", 0) as listener, ExitStack() as stack:
        listener.listen()
        address = "http://{}:{}".format(*listener.getsockname())
        command = [sys.executable, "-c", OTHER_SERVER, database, str(listener.fileno())]
        root = Path(__file__).parent.parent.parent
        server = stack.enter_context(
            subprocess.Popen(
                command,
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(root)},
                pass_fds=[listener.fileno()],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(server.kill)
        client = stack.enter_context(httpx2.Client(timeout=60))
        reading = []
        for _ in range(5):
            answer = stack.enter_context(client.stream("GET", address + LIVE))
            reading.append(events(answer))
            assert next(reading[-1])["count"] == 1
        server.send_signal(stop)
        _, said = server.communicate(timeout=20)
        assert [list(each) for each in reading] == [[]] * 5
        assert "Finished server process" in said
        assert "Traceback" not in said
        assert "ERROR" not in said
