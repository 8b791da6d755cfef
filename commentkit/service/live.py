"""Readers who are told at once that a thread has new comments. They learn numbers and ids; texts they fetch."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from weakref import WeakSet

import anyio

from commentkit.model import Thread
from commentkit.service.house import House
from commentkit.store import live, reading, threads

log = logging.getLogger(__name__)

_PER_NETWORK = 30
_PAUSE_SECONDS = 5.0

_running: "WeakSet[Live]" = WeakSet()


@dataclass(frozen=True)
class News:
    """How a thread stands: its version, how many comments can be read, and the newest one's public id."""

    version: int
    count: int
    newest: str


class Live:
    """One process's readers who follow threads. However slow one is, only the newest state waits for them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._followers: dict[int, set[asyncio.Event]] = {}
        self._latest: dict[int, News] = {}
        self._networks: dict[str, int] = {}
        self._count = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

    def start(self) -> None:
        """Take followers."""
        self._ended = False
        self._anyone = asyncio.Event()
        self.stopping = anyio.Event()  # set by whoever sees first that a server stops which isn't ours
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._end_in_time())]
        self._loop = asyncio.get_running_loop()
        _running.add(self)

    async def stop(self) -> None:
        """End every stream, and listen no more."""
        self.end()
        _running.discard(self)
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    def end(self) -> None:
        """End every stream; a server that stops waits for them."""
        self._ended = True
        for followers in self._followers.values():
            for each in followers:
                each.set()

    async def _end_in_time(self) -> None:
        await self.stopping.wait()
        self.end()

    @staticmethod
    def end_all() -> None:
        """End the streams of every site on this event loop."""
        loop = asyncio.get_running_loop()
        for each in list(_running):
            if each._loop is loop:
                each.end()

    def has_room(self, network: str) -> bool:
        """Whether one more reader may follow.

        Args:
            network: stands for where they come from; '' where that isn't known.
        """
        most = self._house.settings.live_most
        return not self._ended and self._count < most and self._networks.get(network, 0) < _PER_NETWORK

    async def follow(self, thread: Thread, network: str) -> AsyncGenerator[News]:
        """How the thread stands now, and again whenever that changes, until the reader goes or the house ends."""
        with self._following(thread.id, network) as changed:
            await self._look([thread.id])
            latest, seen = self._latest.get(thread.id), None
            while not self._ended:
                if latest is not None and latest != seen:
                    yield latest
                    seen = latest
                await changed.wait()
                changed.clear()
                latest = self._latest.get(thread.id)

    @contextmanager
    def _following(self, thread_id: int, network: str) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()
        self._followers.setdefault(thread_id, set()).add(changed)
        self._count += 1
        if network:
            self._networks[network] = self._networks.get(network, 0) + 1
        self._anyone.set()
        try:
            yield changed
        finally:
            self._count -= 1
            if network:
                self._networks[network] -= 1
                if not self._networks[network]:
                    del self._networks[network]
            followers = self._followers[thread_id]
            followers.discard(changed)
            if not followers:
                del self._followers[thread_id]
                self._latest.pop(thread_id, None)
            if not self._followers:
                self._anyone.clear()

    async def _run(self) -> None:
        while True:
            await self._anyone.wait()
            try:
                async with live.listening(self._house.db) as wait:
                    while self._followers:
                        await self._look(list(self._followers))
                        await wait()
            except Exception as error:
                # Whatever a database says when it fails: this must outlive it, and its message may hold anything.
                log.warning("changes of threads can't be followed: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _look(self, thread_ids: Sequence[int]) -> None:
        """How threads stand; those who follow one that has changed are told."""
        async with self._house.db.read() as connection:
            for thread in await threads.some(connection, thread_ids):
                latest = self._latest.get(thread.id)
                if latest is not None and latest.version == thread.version:
                    continue
                newest = await reading.newest(connection, self._house.site, 1, thread.id)
                if thread.id in self._followers:
                    public_id = newest[0].public_id if newest else ""
                    self._latest[thread.id] = News(thread.version, thread.published, public_id)
                    for each in self._followers[thread.id]:
                        each.set()
