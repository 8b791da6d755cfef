"""What it costs to read a thread of 100 comments, against the same application sending fixed bytes."""

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
from commentkit.model import Visitor
from commentkit.service import writer
from commentkit.signing import FormStamp, random_id

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


def main() -> None:
    """Print the table."""
    asyncio.run(_run())
