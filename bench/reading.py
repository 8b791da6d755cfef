"""What it costs to read: a thread of 100 comments against fixed bytes, and one of 10,000 against one of 100."""

import asyncio
import tempfile
import time

import httpx
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from commentkit import Comments, Settings
from commentkit.draft import Draft
from commentkit.model import Comment, Judged, Order, Reason, Status, Thread, Visitor
from commentkit.service import writer
from commentkit.signing import FormStamp, random_id
from commentkit.store import comments as store
from commentkit.store import threads

COMMENTS = 100
READS = 300
KEY = "/post"
TEXT = ("I was *afraid* of this for years, and then one evening I said it out loud to somebody. " * 5)[:400]


async def _fill(comments: Comments) -> None:
    house = comments.house
    for _ in range(COMMENTS):
        stamp = FormStamp(house.site, KEY, "A post", KEY, "", random_id(), int(house.clock().timestamp()))
        draft = Draft("Wren", "", "", TEXT, "")
        await writer.submit(house, stamp, draft, writer.Origin(Visitor(None), KEY, 60.0), None)


async def _cpu_per_1000(client: httpx.AsyncClient, path: str) -> tuple[float, float]:
    await client.get(path)
    began, wall = time.process_time(), time.perf_counter()
    for _ in range(READS):
        response = await client.get(path)
        response.raise_for_status()
    return (time.process_time() - began) / READS * 1000, (time.perf_counter() - wall) / READS * 1000


async def _run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {"secret_key": "b" * 40, "database_url": f"sqlite:///{folder}/bench.db", "hurried_seconds": 0}
        )
        comments = Comments(settings, work=False)
        fixed = b""

        async def page(request: Request) -> HTMLResponse:
            return HTMLResponse(await comments.html(request, KEY, title="A post"))

        async def same(request: Request) -> HTMLResponse:
            return HTMLResponse(fixed)

        app = Starlette(routes=[Mount("/comments", comments), Route(KEY, page), Route("/fixed", same)])
        async with comments:
            await _fill(comments)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
                fixed = (await client.get(KEY)).content
                # Interleaved, so that a busy minute on the machine hits all of them.
                paths = {
                    "fixed bytes of the same size (ceiling)": "/fixed",
                    "the page: list kept ready, fresh form": KEY,
                    "the API's thread, kept ready": f"/comments/api/v1/thread?key={KEY}",
                }
                best: dict[str, tuple[float, float]] = {}
                for _ in range(3):
                    for name, path in paths.items():
                        best[name] = min(best.get(name, (1e9, 1e9)), await _cpu_per_1000(client, path))
    ceiling = next(iter(best.values()))[0]
    table = Table(
        "a thread of 100 comments", "CPU s per 1,000", "wall ms each", "times the ceiling", title="Reading"
    )
    for name, (cpu, wall) in best.items():
        table.add_row(name, f"{cpu:.2f}", f"{wall:.2f}", f"{cpu / ceiling:.1f}")
    Console().print(table)


async def _fill_at_once(comments: Comments, key: str, count: int) -> None:
    """A thread of so many comments, every third an answer, written as rows: posting them would take minutes."""
    house = comments.house
    async with house.db.write() as connection:
        thread = await threads.ensure(connection, Thread(0, house.site, key, "A post", key), house.clock())
        parent: Comment | None = None
        for number in range(count):
            below = parent if number % 3 else None
            made = await store.add(
                connection,
                store.NewComment(
                    site=house.site,
                    thread_id=thread.id,
                    parent_id=below.id if below else None,
                    public_id=random_id(),
                    once=random_id(),
                    fingerprint="",
                    receipt_hash=random_id(),
                    depth=1 if below else 0,
                    name="Wren",
                    email_sealed="",
                    website="",
                    body=TEXT,
                    html=f"<p>{TEXT}</p>",
                    by_guest=False,
                    seed=random_id(),
                    created_at=house.clock(),
                ),
            )
            assert made is not None
            await store.settle(connection, made, Judged(Status.PUBLISHED, Reason.NONE))
            parent = below or made


async def _run_large() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {"secret_key": "b" * 40, "database_url": f"sqlite:///{folder}/bench.db", "cache_bytes": 0}
        )
        comments = Comments(settings, work=False)
        table = Table("first page", "of 100, CPU ms", "of 10,000, CPU ms", "ratio", title="A large thread")
        async with comments:
            await _fill_at_once(comments, "/small", 100)
            await _fill_at_once(comments, "/large", 10_000)
            app = Starlette(routes=[Mount("/comments", comments)])
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
                for order in Order:
                    small, large = 1e9, 1e9
                    for _ in range(5):
                        small = min(small, await _cpu(client, "/small", order))
                        large = min(large, await _cpu(client, "/large", order))
                    table.add_row(order, f"{small:.1f}", f"{large:.1f}", f"{large / small:.2f}")
        Console().print(table)


async def _cpu(client: httpx.AsyncClient, key: str, order: Order) -> float:
    """CPU milliseconds of a thread's own page, made anew each time since no list is kept."""
    began = time.process_time()
    for _ in range(4):
        response = await client.get("/comments/thread", params={"key": key, "ck-order": order})
        response.raise_for_status()
    return (time.process_time() - began) / 4 * 1000


def main() -> None:
    """Print the tables."""
    asyncio.run(_run())
    asyncio.run(_run_large())
