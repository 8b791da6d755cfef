"""How commands reach the house: settings from the environment, tables up to date, no worker."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from commentkit.service.house import House

T = TypeVar("T")

MOUNT = "/comments"


def with_house(work: Callable[[House], Awaitable[T]]) -> T:
    """Open the house that the environment's settings describe, do something in it, and close it."""
    from commentkit.app import Comments
    from commentkit.settings import Settings

    async def run() -> T:
        async with Comments(Settings.from_env(), work=False) as comments:
            return await work(comments.house)

    return asyncio.run(run())


def address(house: House, path: str, base: str | None) -> str:
    """A whole address of a page of ours.

    Args:
        base: as given on the command line; else as set, else a guess that says what to replace.
    """
    return f"{(base or house.settings.public_url or f'http://127.0.0.1:8000{MOUNT}').rstrip('/')}{path}"
