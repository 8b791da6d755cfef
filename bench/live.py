"""Many readers of one thread at once: what each open stream costs, and how soon all of them are told."""

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from rich.table import Table

from commentkit import Comments, Settings
from commentkit.asgi import create
from commentkit.model import Thread
from commentkit.store import threads
from commentkit.testing import serving

READERS = 400
ROUNDS = 3
KEY = "/bench"
LIVE = f"/comments/live?key={KEY}"
_CHUNK = 50  # so many connect at once


async def _follow(url: str, number: int, pipe: Connection) -> None:
    """One reader after the other opens a stream; then say how long after each word the last of them was told."""
    place = urlsplit(url)
    told = asyncio.Semaphore(0)

    async def read(reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"data:"):
                told.release()

    async def come(who: int) -> asyncio.StreamWriter:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        # every reader from a network of their own
        address = f"10.0.{who // 250}.{who % 250 + 1}"
        head = (f"GET {LIVE} HTTP/1.1", f"Host: {place.netloc}", f"X-Forwarded-For: {address}", "", "")
        writer.write("\r\n".join(head).encode())
        reading.append(asyncio.create_task(read(reader)))
        return writer

    async def all_told() -> None:
        for _ in range(number):
            await told.acquire()

    reading: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []
    for first in range(0, number, _CHUNK):
        writers += await asyncio.gather(*(come(who) for who in range(first, min(first + _CHUNK, number))))
    await all_told()
    for _ in range(ROUNDS):
        pipe.send("ready")
        await all_told()
    pipe.send("done")
    for writer in writers:
        writer.close()
    await asyncio.wait(reading, timeout=10)


def _readers(url: str, number: int, pipe: Connection) -> None:
    asyncio.run(_follow(url, number, pipe))


def _memory_kb() -> float:
    """The most memory that this process has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform == "darwin" else most


async def _add_thread(settings: Settings) -> None:
    async with Comments(settings, work=False) as comments:
        house = comments.house
        async with house.db.write() as connection:
            await threads.ensure(connection, Thread(0, house.site, KEY, "A post", KEY), house.clock())


def _post(client: httpx.Client, number: int) -> None:
    form = client.get("/comments/api/v1/form", params={"key": KEY}).json()
    text = {"token": form["token"], "body": f"Number {number}."}
    client.post("/comments/api/v1/comments", json=text).raise_for_status()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {
                "secret_key": "b" * 40,
                "database_url": f"sqlite:///{folder}/bench.db",
                "hurried_seconds": 0,
                "post_limit": "1000/minute",
                "trusted_proxies": "127.0.0.1/32",
            }
        )
        asyncio.run(_add_thread(settings))
        with serving(create(settings)) as url, httpx.Client(base_url=url, headers={"Origin": url}) as client:
            _post(client, 0)
            polled = _polls(client)
            before = _memory_kb()
            ours, theirs = multiprocessing.Pipe()
            began, wall = time.process_time(), time.perf_counter()
            readers = multiprocessing.get_context("spawn").Process(
                target=_readers, args=(url, READERS, theirs)
            )
            readers.start()
            ours.recv()
            opened = time.process_time() - began, time.perf_counter() - wall
            each = (_memory_kb() - before) / READERS
            told = min(_tell(client, ours, number) for number in range(1, ROUNDS + 1))
            readers.join(20)
    table = Table("", "CPU ms", "wall ms", "times a poll", title=f"{READERS} readers of one thread")
    for name, (cpu, wall) in {
        "asking by poll": polled,
        "opening streams": opened,
        "telling all": told,
    }.items():
        table.add_row(name, f"{cpu * 1000:.0f}", f"{wall * 1000:.0f}", f"{cpu / polled[0]:.2f}")
    Console().print(table, f"An open stream takes {each:.0f} kB.")


def _polls(client: httpx.Client) -> tuple[float, float]:
    """CPU and wall seconds of so many readers asking once (with this process's own asking, about half of it)."""
    began, wall = time.process_time(), time.perf_counter()
    for _ in range(READERS):
        client.get("/comments/api/v1/counts", params={"key": KEY}).raise_for_status()
    return time.process_time() - began, time.perf_counter() - wall


def _tell(client: httpx.Client, pipe: Connection, number: int) -> tuple[float, float]:
    """The same from a post until all have been told of it; SQLite is looked at once a second."""
    _post(client, number)
    began, wall = time.process_time(), time.perf_counter()
    pipe.recv()
    return time.process_time() - began, time.perf_counter() - wall


if __name__ == "__main__":
    main()
