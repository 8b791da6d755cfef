"""A transaction is all or nothing, nobody waits for ever, and an error tells nobody's words."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from commentkit import SettingsError
from commentkit.model import Thread
from commentkit.store import threads
from commentkit.store.database import Database, DatabaseBusy, insert_once
from commentkit.store.tables import thread
from commentkit.testing import FakeClock
from tests.writing import a_house, add_thread, every_row


async def test_a_transaction_that_fails_leaves_nothing(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock) as house:

        async def fail() -> None:
            async with house.db.write() as connection:
                await threads.ensure(connection, Thread(0, "main", "/a"), clock())
                raise RuntimeError("in the middle")

        with pytest.raises(RuntimeError, match="in the middle"):
            await fail()
        assert (await every_row(house))["commentkit_thread"] == []


async def test_a_transaction_that_is_cancelled_leaves_nothing_and_holds_nobody_up(
    database_url: str, clock: FakeClock
) -> None:
    async with a_house(database_url, clock) as house:
        inside = asyncio.Event()

        async def never_done() -> None:
            async with house.db.write() as connection:
                await threads.ensure(connection, Thread(0, "main", "/a"), clock())
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(never_done())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await add_thread(house, "/b")
        assert [row["key"] for row in (await every_row(house))["commentkit_thread"]] == ["/b"]


async def test_writers_that_read_first_wait_for_each_other(database_url: str) -> None:
    async with a_house(database_url) as house:
        made = await add_thread(house, "/a")

        async def count_up() -> None:
            async with house.db.write() as connection:
                row = select(thread.c.version).where(thread.c.id == made.id).with_for_update()
                version = await connection.scalar(row)
                await asyncio.sleep(0)
                await connection.execute(thread.update().values(version=(version or 0) + 1))

        await asyncio.gather(*(count_up() for _ in range(20)))
        async with house.db.read() as connection:
            assert (await threads.get(connection, made.id)).version == made.version + 20


async def test_a_value_that_is_there_already_is_no_error(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock) as house:
        made = await add_thread(house, "/a")
        async with house.db.write() as connection:
            values: dict[str, Any] = {
                "site": "main",
                "key": "/a",
                "title": "",
                "url": "",
                "guest": "",
                "closed": "",
            }
            values |= {"version": 0, "created_at": clock()}
            assert await insert_once(connection, thread, values) is None
            assert (await threads.find(connection, "main", "/a")) == made


async def test_an_error_of_the_database_does_not_tell_what_somebody_wrote(database_url: str) -> None:
    async with a_house(database_url) as house:
        with pytest.raises(DBAPIError) as failed:
            async with house.db.write() as connection:
                await connection.execute(
                    text("INSERT INTO commentkit_thread (key) VALUES (:key)"), {"key": "canary"}
                )
        assert "canary" not in str(failed.value).partition("DETAIL")[0]
        assert "hide_parameters" in str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////nowhere/at/all.db",
        "postgresql+psycopg://nobody:canary@127.0.0.1:9/x?connect_timeout=2",
    ],
)
async def test_a_database_that_is_not_there_is_told_in_one_plain_line(url: str) -> None:
    db = Database(url)
    for opening in (db.read, db.write):
        with pytest.raises(DatabaseBusy) as busy:
            async with opening() as connection:
                await connection.execute(text("SELECT 1"))
        assert str(busy.value) == "The database can't answer just now."
    await db.close()


async def test_a_file_that_is_no_database_is_not_taken_for_one(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, " * 500, encoding="utf-8")
    db = Database(f"sqlite+aiosqlite:///{letter}")
    with pytest.raises(DatabaseBusy):
        async with db.write() as connection:
            await connection.execute(text("CREATE TABLE x (y INTEGER)"))
    await db.close()
    assert letter.read_text(encoding="utf-8").startswith("Dear reader")


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://me:canary@host:port/x", "sqlite+aiosqlite://me@host/x.db", "nonsense"]
)
def test_an_address_that_can_not_be_read_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^COMMENTKIT_DATABASE_URL: ") as refused:
        Database(url)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("key", ["a\0b", "half \ud800"])
async def test_a_key_that_no_database_can_be_asked_about_is_no_thread(database_url: str, key: str) -> None:
    async with a_house(database_url) as house, house.db.read() as connection:
        assert await threads.find(connection, "main", key) is None
        assert await threads.counts(connection, "main", [key, "/a"]) == {key: 0, "/a": 0}


async def test_when_every_connection_is_taken_for_too_long_it_is_busy(database_url: str) -> None:
    async with a_house(database_url) as house:
        engine = create_async_engine(
            house.settings.database_url, pool_size=1, max_overflow=0, pool_timeout=0.1
        )
        db = Database("", engine)
        async with db.read():
            with pytest.raises(DatabaseBusy):
                async with db.read():
                    pass
        await engine.dispose()


async def test_sqlite_is_set_up_to_keep_what_it_acknowledged_and_to_overwrite_what_it_deleted(
    sqlite_url: str,
) -> None:
    async with a_house(sqlite_url) as house, house.db.read() as connection:
        expected = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
        for name, value in expected.items():
            assert await connection.scalar(text(f"PRAGMA {name}")) == value, name


async def test_a_moment_keeps_its_zone_and_needs_one(database_url: str, clock: FakeClock) -> None:
    async with a_house(database_url, clock) as house:
        await add_thread(house, "/a")
        async with house.db.read() as connection:
            stored = await connection.scalar(select(thread.c.created_at))
        assert stored == clock()
        assert stored.tzinfo is not None
        with pytest.raises(Exception, match="time zone"):
            async with house.db.write() as connection:
                await connection.execute(thread.update().values(created_at=datetime(2026, 5, 1)))  # noqa: DTZ001


async def test_closing_ends_our_own_engine_and_leaves_the_hosts(database_url: str) -> None:
    async with a_house(database_url) as house:
        engine = create_async_engine(house.settings.database_url)
        await Database("", engine).close()
        held = await engine.connect()
        await Database("", engine).close()
        assert await held.scalar(text("SELECT 1")) == 1
        await held.close()
        await engine.dispose()
