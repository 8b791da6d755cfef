"""How a process learns that a thread has changed: PostgreSQL says so, a SQLite file has to be looked at."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.store.database import Database

_CHANNEL = "commentkit"
_LOOK_SECONDS = 1.0
_LISTEN_SECONDS = 15.0  # a connection that died silently isn't listened to for longer


async def tell(connection: AsyncConnection, thread_id: int) -> None:
    """Let other processes know, once this transaction is committed: by the thread's id and nothing else."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(_CHANNEL, str(thread_id))))


@asynccontextmanager
async def listening(db: Database) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What waits until something may have changed. From here on nothing is missed."""
    if db.is_sqlite:

        async def look() -> None:
            await asyncio.sleep(_LOOK_SECONDS)

        yield look
        return
    async with db.read() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql(f"LISTEN {_CHANNEL}")
        driver: Any = (await connection.get_raw_connection()).driver_connection

        async def wait() -> None:
            async for _ in driver.notifies(timeout=_LISTEN_SECONDS, stop_after=1):
                pass

        try:
            yield wait
        finally:
            await connection.invalidate()  # nobody else shall get a connection that listens
