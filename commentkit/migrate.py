"""Brings commentkit's own tables up to date. The host's tables and its own Alembic are never touched."""

import asyncio
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from commentkit.errors import SettingsError
from commentkit.store.database import Database, DatabaseBusy

_PG_LOCK = 0x636F6D6D656E74  # any fixed number: two processes that start at once migrate one after the other


def folder() -> Path:
    """Where the migrations are: inside the installed package, else one step up in a checkout."""
    here = Path(__file__).parent
    inside = here / "migrations"
    return inside if inside.is_dir() else here.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without any ini file."""
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


# Alembic keeps its context in globals, so migrations of one process take turns. Waiting by polling works between event
# loops and threads alike.
_turn = threading.Lock()


async def migrate(db: Database) -> None:
    """Upgrade to the newest revision in one transaction; other processes wait.

    Raises:
        SettingsError: the database was made by a newer commentkit, or refuses a table.
    """
    while not _turn.acquire(blocking=False):  # noqa: ASYNC110  (no event reaches from one loop to another)
        await asyncio.sleep(0.02)
    try:
        async with db.write() as connection:
            await connection.run_sync(_upgrade)
    except DatabaseBusy as error:
        place = db.engine.url.render_as_string(hide_password=True)
        raise SettingsError(f"The database {place} can't be opened or doesn't answer.") from error
    finally:
        _turn.release()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PG_LOCK})
    try:
        command.upgrade(configuration(connection), "head")
    except DBAPIError as error:
        raise SettingsError(f"The tables can't be made: {error.orig}") from error
    except CommandError as error:
        raise SettingsError(
            f"The database can't be brought up to date: {error}. Was it made by a newer commentkit?"
        ) from None


def newest() -> str:
    """The newest revision's name."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    return head or ""
