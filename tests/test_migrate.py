"""Our tables come and grow by themselves; what belongs to the host is never touched."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from commentkit import SettingsError, Status
from commentkit.migrate import configuration, migrate, newest
from commentkit.model import Move, ReportReason
from commentkit.service import care, reports, thanks
from commentkit.store.database import Database
from commentkit.store.tables import PREFIX, VERSION_TABLE, metadata
from tests.postgres import Postgres
from tests.site import make_settings
from tests.writing import a_house, edit, every_row, move, now, post, undo

HOSTS = ("alembic_version", "host_post")
SHAMING = "You're not really poly if you get jealous"


@pytest.fixture(scope="session")
def sqlite_template() -> None:
    """These tests begin with a file that isn't there."""


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """These tests begin with an empty database."""
    return "template1"


def driven(url: str) -> str:
    """The address with its driver, as the settings make it."""
    return make_settings(url).database_url


async def made(url: str) -> dict[str, Any]:
    """Tables, columns and rows of a database, whoever made them."""
    async with a_house(url, migrate_on_start=False) as house:
        return await every_row(house)


def differences(connection: Connection) -> list[Any]:
    """Where the tables in the database differ from those in the code."""

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or (name or "").startswith(PREFIX)

    options = {"version_table": VERSION_TABLE, "include_name": ours, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_a_fresh_database_gets_all_tables_and_they_are_those_in_the_code(database_url: str) -> None:
    db = Database(driven(database_url))
    await migrate(db)
    async with db.read() as connection:
        assert await connection.run_sync(differences) == []
    await db.close()
    found = await made(database_url)
    assert found.keys() == {*metadata.tables, VERSION_TABLE}
    assert found[VERSION_TABLE] == [{"version_num": newest()}]


async def test_the_comparison_notices_a_difference(database_url: str) -> None:
    db = Database(driven(database_url))
    await migrate(db)
    async with db.write() as connection:
        await connection.execute(text("ALTER TABLE commentkit_comment ADD COLUMN extra INTEGER"))
        await connection.execute(text("DROP INDEX ix_commentkit_comment_desk"))
    async with db.read() as connection:
        assert len(await connection.run_sync(differences)) == 2
    await db.close()


async def test_a_second_run_changes_nothing(database_url: str) -> None:
    async with a_house(database_url) as house:
        await post(house, "Here to stay.")
        before = await every_row(house)
        await migrate(house.db)
        await migrate(house.db)
        assert await every_row(house) == before


async def test_comments_from_before_pages_find_their_places(database_url: str) -> None:
    async with a_house(database_url) as house:
        parent = ""
        for number in range(70):  # deeper than a path is long
            parent = (await post(house, f"Level {number}.", parent=parent)).comment.public_id
        top = (await post(house, "Beside it.", key="/other")).comment.public_id
        hidden = await post(house, "Hidden.", key="/other", parent=top)
        await move(house, hidden, Move.HIDE)
        before = await every_row(house)
        async with house.db.write() as connection:
            await connection.run_sync(lambda inner: command.downgrade(configuration(inner), "0004-1"))
        await migrate(house.db)
        after = await every_row(house)
        for table in ("commentkit_thread", "commentkit_comment"):
            assert by_id(after[table]) == by_id(before[table])


def by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in one order."""
    return sorted(rows, key=lambda row: int(row["id"]))


async def test_the_hosts_tables_and_its_own_alembic_stay_as_they_are(database_url: str) -> None:
    engine = create_async_engine(driven(database_url))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO alembic_version VALUES ('host123')"))
        await connection.execute(text("CREATE TABLE host_post (id INTEGER PRIMARY KEY, title VARCHAR(10))"))
        await connection.execute(text("INSERT INTO host_post VALUES (1, 'First')"))
    await engine.dispose()
    async with a_house(database_url) as house:
        await post(house)
        found = await every_row(house)
        assert found["alembic_version"] == [{"version_num": "host123"}]
        assert found["host_post"] == [{"id": 1, "title": "First"}]
        assert found.keys() == {*metadata.tables, VERSION_TABLE, *HOSTS}
        async with house.db.read() as connection:
            assert await connection.run_sync(differences) == []


async def test_four_tasks_that_migrate_at_once_wait_for_each_other(database_url: str) -> None:
    several = [Database(driven(database_url)) for _ in range(4)]
    await asyncio.gather(*(migrate(db) for db in several))
    await asyncio.gather(*(db.close() for db in several))
    assert (await made(database_url))[VERSION_TABLE] == [{"version_num": newest()}]


async def test_four_processes_that_migrate_at_once_wait_for_each_other(database_url: str) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "COMMENTKIT_SECRET_KEY": "a secret for the tests, forty letters....",
        "COMMENTKIT_DATABASE_URL": database_url,
    }
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "commentkit", "migrate", env=environ, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    said = [(await process.communicate())[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0], said
    assert (await made(database_url))[VERSION_TABLE] == [{"version_num": newest()}]


async def test_two_sites_in_one_process_may_start_at_once(tmp_path: Path, postgres: Postgres) -> None:
    names = [postgres.create(), postgres.create()]
    urls = [f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}", *map(postgres.url, names)]
    several = [Database(driven(url)) for url in urls]
    try:
        await asyncio.gather(*(migrate(db) for db in several))
        for db in several:
            async with db.read() as connection:
                assert await connection.run_sync(differences) == []
    finally:
        await asyncio.gather(*(db.close() for db in several))
        for name in names:
            postgres.drop(name)


async def test_a_database_from_a_newer_commentkit_is_refused_in_plain_words(database_url: str) -> None:
    async with a_house(database_url) as house:
        async with house.db.write() as connection:
            await connection.execute(text("UPDATE commentkit_version SET version_num = '9999'"))
        before = await every_row(house)
        with pytest.raises(SettingsError, match="newer commentkit") as refused:
            await migrate(house.db)
        assert "9999" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert await every_row(house) == before


async def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    db = Database(driven(database_url))
    async with db.write() as connection:
        await connection.execute(text("CREATE TABLE commentkit_outbox (id INTEGER PRIMARY KEY)"))
    with pytest.raises(SettingsError, match="commentkit_outbox"):
        await migrate(db)
    await db.close()
    assert (await made(database_url)).keys() == {"commentkit_outbox"}


async def test_the_hosts_own_engine_does_and_is_not_closed(database_url: str) -> None:
    engine = create_async_engine(driven(database_url))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE host_post (id INTEGER PRIMARY KEY)"))
    held = await engine.connect()
    async with a_house("sqlite:///:memory:", engine=engine) as house:
        posted = await asyncio.gather(*(post(house, f"Number {number}.") for number in range(6)))
        assert {(await now(house, each)).status for each in posted} == {Status.PUBLISHED}
    assert await held.scalar(text("SELECT count(*) FROM commentkit_comment")) == 6
    await held.close()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM host_post")) == 0
    await engine.dispose()


async def test_a_database_with_comments_and_their_history_is_brought_up_to_date(database_url: str) -> None:
    async with a_house(database_url) as house:
        posted = await post(house, SHAMING)
        await move(house, posted, Move.HIDE)
        await undo(house, posted)
        db = house.db

        async def to(version: str) -> None:
            async with db.write() as connection:
                await connection.run_sync(lambda inner: command.downgrade(configuration(inner), version))

        before = await every_row(house)
        await to("0002")
        assert "commentkit_edit" not in await every_row(house)
        await migrate(db)
        assert await every_row(house) == before
        await edit(house, posted, "It hurt.")
        assert (await now(house, posted)).body == "It hurt."


@pytest.mark.parametrize(
    "version", ["0002", *(pytest.param(f"000{number}", marks=pytest.mark.long) for number in range(3, 8))]
)
async def test_whatever_it_comes_from_a_database_with_rows_is_as_one_made_anew(
    database_url: str, version: str
) -> None:
    mails: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "mail_from": "comments@blog.example",
        "public_url": "https://blog.example/comments",
        "site_name": "The Blog",
    }
    async with a_house(database_url, publishing="hold-first", warnings="grief", **mails) as house:
        first = await post(house, SHAMING, email="wren@example.org", answers="yes", known="yes")
        await move(house, first, Move.PUBLISH)
        second = await post(house, "Second.", parent=first.comment.public_id)
        await move(house, second, Move.PUBLISH)
        await edit(house, first, "First, changed.")
        await care.warn(house, "Mo", first.comment.public_id, "grief", version=None)
        await reports.report(house, first.comment.public_id, ReportReason.OTHER, "Look.", "203.0.113.9")
        await thanks.say(house, "device", first.comment.public_id, back=False)
        made_anew = await every_row(house)
        empty = {table for table, rows in made_anew.items() if not rows}
        assert empty <= {
            f"commentkit_{name}" for name in ("person", "visit", "link", "prompt", "prompt_count", "sealed")
        }
        async with house.db.write() as connection:
            await connection.run_sync(lambda inner: command.downgrade(configuration(inner), version))
        await migrate(house.db)
        after = await every_row(house)
        lost = {"warning", "thanks", "asked_at"}  # what the older tables had no room for
        for table in ("commentkit_thread", "commentkit_comment"):
            kept = [{name: row[name] for name in row.keys() - lost} for row in by_id(made_anew[table])]
            assert [{name: row[name] for name in row.keys() - lost} for row in by_id(after[table])] == kept
        if version >= "0005":
            [watch] = after["commentkit_watch"]
            assert (bool(watch["answers"]), bool(watch["proven"]), watch["language"]) == (True, False, "en")
        async with house.db.read() as connection:
            assert await connection.run_sync(differences) == []
        third = await post(
            house, "Third.", parent=first.comment.public_id, email="kit@example.org", answers="yes"
        )
        assert (await move(house, third, Move.PUBLISH)).status is Status.PUBLISHED
