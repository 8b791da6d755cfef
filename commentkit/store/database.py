"""Opens transactions on SQLite or PostgreSQL: `read` to look, `write` for all or nothing."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from commentkit.errors import CommentkitError, SettingsError
from commentkit.language import _

# The server is gone, the file is locked, or every connection is busy for too long.
_UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)

Connection = AsyncConnection
"""An open transaction, as the other rooms hand it on."""


class DatabaseBusy(CommentkitError):
    """The database can't be reached or is locked by someone else; trying again later can work."""

    code = "database-busy"


class Database:
    """An engine of our own, or the host's.

    Args:
        url: made into an engine, which `close` ends.
        engine: the host's; used as it is and never closed.
    """

    def __init__(self, url: str, engine: AsyncEngine | None = None) -> None:
        self._own = engine is None
        self.engine = engine if engine is not None else _make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading."""
        try:
            async with self.engine.connect() as connection:
                yield connection
        except _UNREACHABLE as error:
            raise DatabaseBusy(_("The database can't answer just now.")) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, or rolled back when anything raises.

        Raises:
            DatabaseBusy: another process holds the database, or it is gone.
        """
        try:
            async with self.engine.begin() as connection:
                if self.is_sqlite:
                    await _take_the_write_lock(connection)
                yield connection
        except _UNREACHABLE as error:
            raise DatabaseBusy(_("The database can't answer just now.")) from error

    async def close(self) -> None:
        """Close our own engine; the host's stays open."""
        if self._own:
            await self.engine.dispose()


async def _take_the_write_lock(connection: AsyncConnection) -> None:
    """Lock for writing at the start.

    A transaction that reads first and writes later can't wait for another writer: SQLite refuses it at once
    (SQLITE_BUSY_SNAPSHOT). The driver begins only before the first change, so we begin ourselves; a host's engine
    may have begun already.
    """
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is not None and not driver.in_transaction:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_engine(url: str) -> AsyncEngine:
    # More than a few connections only queue up at SQLite's one write lock; the default pool collapses at 16.
    pool: dict[str, Any] = (
        {"pool_size": 4, "max_overflow": 0} if url.startswith("sqlite") else {"pool_pre_ping": True}
    )
    try:
        # `hide_parameters`: an error's message would hold what somebody wrote.
        engine = create_async_engine(url, hide_parameters=True, **pool)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "COMMENTKIT_DATABASE_URL: this can't be read; write it like sqlite:////folder/file.db or "
            "postgresql://user@host:5432/name"
        ) from None
    except ModuleNotFoundError:
        raise SettingsError(
            "PostgreSQL's driver isn't installed. Type: pip install 'commentkit[postgres]'"
        ) from None
    if engine.dialect.name != "sqlite":
        return engine
    # At DEBUG the driver tells every value, whatever `hide_parameters` says.
    driver_log = logging.getLogger("aiosqlite")
    if driver_log.level == logging.NOTSET:
        driver_log.setLevel(logging.INFO)

    @event.listens_for(engine.sync_engine, "do_connect")
    def look_first(_dialect: object, _record: object, arguments: Any, options: Any) -> None:
        # When the driver can't open a file, its thread goes on for a moment and complains of the loop that is gone.
        with closing(sqlite3.connect(arguments[0], uri=options.get("uri", False))) as probe:
            try:
                probe.execute("PRAGMA schema_version")
            except sqlite3.DatabaseError as error:
                raise sqlite3.OperationalError(str(error)) from error

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: what was acknowledged is on disk, also after a power cut. Never inherited: builds differ.
        cursor.execute("PRAGMA synchronous=FULL")
        # What is deleted is overwritten: an erased text must not be left in the file.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    return engine


def storable(text: str) -> bool:
    """Whether a database can even be asked about this text: none takes half characters, PostgreSQL takes no NUL."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


async def insert_once(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any]
) -> Row[Any] | None:
    """Insert and return the row, or None where a unique column already has the value: no error, no race."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table).values(**values).on_conflict_do_nothing().returning(*table.c)
    return (await connection.execute(statement)).one_or_none()
