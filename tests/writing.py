"""What people and their machines do in the house, without a browser between: for tests of the inner rooms."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import MetaData, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine

from commentkit import Comments, Finding, Submission
from commentkit.draft import Draft
from commentkit.hooks import Check
from commentkit.model import Comment, Move, Order, Thread, Visit, Visitor
from commentkit.service import editing, moderator, reading, writer
from commentkit.service.house import House
from commentkit.service.writer import Origin, Posted
from commentkit.signing import ActStamp, FormStamp, random_id, token_hash
from commentkit.store import comments, threads
from commentkit.testing import FakeClock
from commentkit.tree import Node
from commentkit.worker import Worker
from tests.site import POST, TITLE, make_settings

ADDRESS = "203.0.113.77"
EMAIL = "wren.canary@example.org"
AGENT = "Canary Browser 7"
REFERRER = "http://testserver/from-canary"
PAGE = f"http://testserver{POST}"


@asynccontextmanager
async def a_house(
    database_url: str,
    clock: FakeClock | None = None,
    *,
    checks: Sequence[Check] = (),
    listeners: Any = None,
    engine: Any = None,
    **settings: Any,
) -> AsyncIterator[House]:
    """A house of one's own, without a worker."""
    chosen = make_settings(database_url, **settings)
    more = {"checks": checks, "listeners": listeners, "engine": engine, "clock": clock or FakeClock()}
    async with Comments(chosen, work=False, **more) as started:
        yield started.house


def stamp(house: House, key: str = POST, once: str = "") -> FormStamp:
    """What a form for this thread is signed with."""
    made = int(house.clock().timestamp()) - 60
    return FormStamp(house.site, key, TITLE, key, "", once or secrets.token_hex(15), made)


def draft(house: House, body: str, **fields: str) -> Draft:
    """A form, filled in."""
    return Draft.parse({"body": body, **fields}, house.limits())


async def post(
    house: House,
    body: str = "An honest word.",
    *,
    key: str = POST,
    once: str = "",
    guest: Visit | None = None,
    trap: str = "",
    age: float | None = 60,
    confirmed: bool = True,
    **fields: str,
) -> Posted:
    """Send a comment, from one and the same browser; its writer wants no advice unless a test says so."""
    origin = Origin(Visitor(ADDRESS, AGENT, REFERRER), PAGE, age, trap)
    return await writer.submit(
        house, stamp(house, key, once), draft(house, body, **fields), origin, guest, confirmed=confirmed
    )


async def edit(
    house: House,
    posted: Posted | str,
    body: str,
    *,
    seen: int | None = None,
    confirmed: bool = True,
    shown: bool = False,
    warning: str | None = None,
) -> Comment:
    """A comment's writer sends another text for it, by their receipt, and wants no advice unless a test says so."""
    receipt = posted if isinstance(posted, str) else posted.receipt
    form = ActStamp(token_hash(receipt), random_id(), int(house.clock().timestamp()), shown)
    origin = Origin(Visitor(ADDRESS, AGENT, REFERRER), PAGE)
    given = draft(house, body)
    return await editing.edit(
        house, receipt, form, given, origin, seen=seen, confirmed=confirmed, warning=warning
    )


async def now(house: House, posted: Posted) -> Comment:
    """A comment as it stands now."""
    async with house.db.read() as connection:
        found = await comments.get(connection, posted.comment.id)
    assert found is not None
    return found


async def seen(house: House, posted: Posted) -> moderator.Entry:
    """A comment as the desk shows it now."""
    return await moderator.entry(house, posted.comment.public_id)


async def move(house: House, posted: Posted, to: Move, actor: str = "Mo", **more: Any) -> Comment:
    """A moderator decides, whatever they saw."""
    return await moderator.decide(house, actor, posted.comment.public_id, to, version=None, **more)


async def undo(house: House, posted: Posted, actor: str = "Mo") -> Comment:
    """A moderator takes the last decision back."""
    return await moderator.undo(house, actor, posted.comment.public_id, version=None)


async def work(house: House) -> int:
    """Do the jobs that are due now."""
    return await Worker(house).once()


async def jobs(house: House, kind: str = "") -> list[dict[str, Any]]:
    """The jobs that aren't done, oldest first."""
    found = (await every_row(house)).get("commentkit_outbox", [])
    waiting = [row for row in found if row["done_at"] is None and (not kind or row["kind"] == kind)]
    return sorted(waiting, key=lambda row: int(row["id"]))


async def add_thread(house: House, key: str, **values: Any) -> Thread:
    """A thread as its owner makes it."""
    async with house.db.write() as connection:
        made = await threads.ensure(connection, Thread(0, house.site, key), house.clock())
        await threads.change(connection, made.id, **values)
        return await threads.get(connection, made.id)


async def nodes_of(house: House, thread: Thread) -> list[Node]:
    """A whole thread as its first page shows it."""
    return list((await reading.page(house, thread, reading.Wanted(Order.OLDEST, 1000))).nodes)


async def every_row(house: House) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that the database has, read as a stranger would who found it."""
    engine = create_async_engine(house.settings.database_url)
    found: dict[str, list[dict[str, Any]]] = {}
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda inner: inspect(inner).get_table_names())
        metadata = MetaData()
        await connection.run_sync(lambda inner: metadata.reflect(inner, only=names))
        for name in names:
            rows = await connection.execute(select(metadata.tables[name]))
            found[name] = [dict(row._mapping) for row in rows]
    await engine.dispose()
    return found


async def where(house: House, *words: str) -> list[str]:
    """The columns in which any of these words stands in clear."""
    return sorted(
        {
            f"{table}.{column}"
            for table, rows in (await every_row(house)).items()
            for row in rows
            for column, value in row.items()
            if any(word in str(value) for word in words)
        }
    )


class Says:
    """A check that reports what it is told to, and remembers what it was asked."""

    def __init__(self, *findings: Finding, name: str = "says") -> None:
        self.name = name
        self.findings = findings
        self.asked: list[Submission] = []

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Say it."""
        self.asked.append(submission)
        return self.findings


class Waits(Says):
    """A check that answers when it is let go."""

    def __init__(self, *findings: Finding, name: str = "waits") -> None:
        super().__init__(*findings, name=name)
        self.started = asyncio.Event()
        self.go = asyncio.Event()

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Wait, then say it."""
        self.started.set()
        await self.go.wait()
        return await super().examine(submission)


class Fails(Says):
    """A check that raises as long as it has something to raise."""

    def __init__(self, error: BaseException | None, name: str = "fails") -> None:
        super().__init__(name=name)
        self.error = error

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Raise it."""
        found = await super().examine(submission)
        if self.error is not None:
            raise self.error
        return found


async def cancel(task: "asyncio.Task[Any]") -> None:
    """End a task as the end of its process would."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
