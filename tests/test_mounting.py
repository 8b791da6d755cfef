"""Mounting: in Starlette and FastAPI, below any path, beside a host that has a lifespan and a database of its own."""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from commentkit import Comments, Settings, SettingsError
from tests.site import ORIGIN, Site, forms, make_settings
from tests.walk import links, write_and_find

KEY = "/guest/first-light"


@pytest.fixture
def comments(settings: Settings) -> Comments:
    """Not started yet."""
    return Comments(settings, work=False)


def page_of(comments: Comments) -> Route:
    """A page with a thread, at /x."""

    async def show(request: Request) -> HTMLResponse:
        return HTMLResponse(await comments.html(request, KEY, title="First light"))

    return Route("/x", show)


def count(url: str, table: str) -> int:
    """Rows of a table, seen by another program."""
    with closing(sqlite3.connect(url.partition("///")[2])) as other:
        number: int = other.execute(f"select count(*) from {table}").fetchone()[0]
        return number


def test_a_host_shows_recent_comments_in_its_own_template(comments: Comments) -> None:
    async def sidebar(request: Request) -> HTMLResponse:
        lines = [
            f'<li><a href="{each.permalink}">{each.name} on {each.thread}: {each.excerpt}</a></li>'
            for each in await comments.recent(request, limit=1)
        ]
        return HTMLResponse("".join(lines))

    routes = [page_of(comments), Route("/side", sidebar), Mount("/comments", comments)]
    with TestClient(Starlette(routes=routes, lifespan=comments.lifespan)) as client:
        assert client.get("/side").text == ""
        write_and_find(client, "/x", "An older one.")
        [(action, fields)] = [each for each in forms(client.get("/x").text) if each[0].endswith("/post")]
        client.post(action, data={**fields, "body": "A newer one."}, headers={"Origin": ORIGIN})
        side = client.get("/side").text
        assert "Anonymous on First light: A newer one." in side
        assert "older" not in side
        [address] = links(side)
        assert "A newer one." in client.get(address).text


@pytest.mark.parametrize("path", ["/comments", "/a/very/deep/place", "/", ""])
def test_it_works_below_any_path(comments: Comments, path: str) -> None:
    app = Starlette(routes=[page_of(comments), Mount(path, comments)], lifespan=comments.lifespan)
    with TestClient(app) as client:
        assert write_and_find(client, "/x") == f"{path.rstrip('/')}/post"


def test_it_works_in_mounts_inside_mounts(comments: Comments) -> None:
    inner = [page_of(comments), Mount("/talk", comments)]
    app = Starlette(routes=[Mount("/blog", routes=[Mount("/en", routes=inner)])], lifespan=comments.lifespan)
    with TestClient(app) as client:
        assert write_and_find(client, "/blog/en/x") == "/blog/en/talk/post"


def test_a_mounted_application_may_hold_both_page_and_comments(comments: Comments) -> None:
    blog = Starlette(routes=[page_of(comments), Mount("/talk", comments)])
    with TestClient(Starlette(routes=[Mount("/blog", blog)], lifespan=comments.lifespan)) as client:
        assert write_and_find(client, "/blog/x") == "/blog/talk/post"


def test_the_page_may_stand_in_another_mounted_application(comments: Comments) -> None:
    blog = Starlette(routes=[page_of(comments)])
    routes = [Mount("/blog", blog), Mount("/talk", comments)]
    with TestClient(Starlette(routes=routes, lifespan=comments.lifespan)) as client:
        assert write_and_find(client, "/blog/x") == "/talk/post"


def test_fastapi_mounts_it_within_its_own_lifespan(comments: Comments) -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        told.append("up")
        async with comments:
            yield
        told.append("down")

    app = FastAPI(lifespan=lifespan)
    app.mount("/comments", comments)

    @app.get("/x", response_class=HTMLResponse)
    async def show(request: Request) -> str:
        return await comments.html(request, KEY)

    with TestClient(app) as client:
        assert write_and_find(client, "/x") == "/comments/post"
        assert client.get("/openapi.json").status_code == 200
    assert told == ["up", "down"]


def test_fastapi_takes_its_lifespan_as_an_argument_too(comments: Comments) -> None:
    app = FastAPI(lifespan=comments.lifespan)
    app.mount("/comments", comments)
    with TestClient(app) as client:
        assert client.get("/comments/data").status_code == 200


def test_behind_a_proxy_with_a_root_path_every_link_has_it(comments: Comments) -> None:
    routes = [page_of(comments), Mount("/comments", comments)]
    app = Starlette(routes=routes, lifespan=comments.lifespan)
    with TestClient(app, root_path="/people/wren") as client:
        action = write_and_find(client, "/people/wren/x")
        assert action == "/people/wren/comments/post"
        page = client.get("/people/wren/comments/").text
        assert all(link.startswith(("/people/wren/", "http://testserver", "#")) for link in links(page))
        answer = client.get(f"/people/wren/comments/api/v1/thread?key={KEY}").json()
        assert answer["comments"][0]["permalink"].startswith("/people/wren/comments/c/")
        missing = client.get("/people/wren/comments/api/v1/nowhere")
        assert missing.headers["content-type"] == "application/problem+json"


def test_a_public_url_is_in_every_link(sqlite_url: str) -> None:
    comments = Comments(make_settings(sqlite_url, public_url="https://talk.example/c/"), work=False)
    routes = [page_of(comments), Mount("/comments", comments)]
    with TestClient(Starlette(routes=routes, lifespan=comments.lifespan)) as client:
        page = client.get("/x").text
        [(action, fields)] = forms(page)
        assert action == "https://talk.example/c/post"
        assert 'href="https://talk.example/c/static/commentkit.css"' in page
        sent = client.post(
            "/comments/post",
            data={**fields, "body": "Hello."},
            headers={"Origin": "https://talk.example"},
            follow_redirects=False,
        )
        assert sent.headers["location"].startswith("https://talk.example/c/receipt/")
        foreign = client.post("/comments/post", data={**fields, "body": "Hello."}, headers={"Origin": ORIGIN})
        assert foreign.status_code == 403


def test_what_was_mounted_but_not_started_says_how_to_start_it(comments: Comments) -> None:
    client = TestClient(Starlette(routes=[page_of(comments), Mount("/comments", comments)]))
    for path in ("/comments/", "/x"):
        with pytest.raises(SettingsError, match=r"lifespan=comments\.lifespan"):
            client.get(path)


def test_a_page_that_cannot_see_the_mount_says_what_to_set(comments: Comments, sqlite_url: str) -> None:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await comments(scope, receive, send)

    app = Starlette(routes=[page_of(comments), Mount("/c", wrapped)], lifespan=comments.lifespan)
    with TestClient(app) as client, pytest.raises(SettingsError, match="COMMENTKIT_PUBLIC_URL"):
        client.get("/x")


@pytest.mark.parametrize("key", ["", "x" * 501, "a\0b"])
def test_a_key_that_cannot_be_is_a_mistake_of_the_page(comments: Comments, key: str) -> None:
    async def show(request: Request) -> HTMLResponse:
        return HTMLResponse(await comments.html(request, key))

    routes = [Route("/x", show), Mount("/comments", comments)]
    with TestClient(Starlette(routes=routes, lifespan=comments.lifespan)) as client:
        with pytest.raises(ValueError, match="1 to 500"):
            client.get("/x")


def test_a_path_that_looks_like_another_host_stays_a_path_of_this_one(comments: Comments) -> None:
    async def show(request: Request) -> HTMLResponse:
        return HTMLResponse(await comments.html(request, "everything"))

    routes = [Mount("/comments", comments), Route("/{path:path}", show)]
    with TestClient(Starlette(routes=routes, lifespan=comments.lifespan), base_url=ORIGIN) as client:
        [(action, fields)] = forms(client.get(f"{ORIGIN}//foreign.example/%C3%A9").text)
        receipt = client.post(action, data={**fields, "body": "Where am I?"}, headers={"Origin": ORIGIN})
        assert '"/foreign.example/%C3%A9?ck-comment=' in receipt.text
        assert "//foreign" not in receipt.text


def test_the_hosts_engine_and_tables_stay_the_hosts(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'host.db'}"
    engine = create_async_engine(url)
    comments = Comments(make_settings(f"sqlite:///{tmp_path / 'own.db'}"), engine=engine, work=False)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.execute(text("create table post (id integer primary key, title text)"))
            await connection.execute(text("create table alembic_version (version_num varchar(32))"))
            await connection.execute(text("insert into alembic_version values ('the host''s own')"))
        async with comments:
            yield
        async with engine.connect() as connection:  # still open: it is the host's
            left = await connection.scalar(text("select version_num from alembic_version"))
            assert left == "the host's own"
        await engine.dispose()

    app = Starlette(routes=[page_of(comments), Mount("/comments", comments)], lifespan=lifespan)
    with TestClient(app) as client:
        write_and_find(client, "/x")
    with closing(sqlite3.connect(tmp_path / "host.db")) as other:
        tables = {row[0] for row in other.execute("select name from sqlite_master where type = 'table'")}
    foreign = {name for name in tables if not name.startswith(("commentkit_", "sqlite_"))}
    assert foreign == {"post", "alembic_version"}
    assert count(url, "commentkit_comment") == 1
    assert not (tmp_path / "own.db").exists()  # the settings' own database isn't even made


@pytest.fixture(params=["one database", "two databases"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TestClient, Comments, Comments]]:
    """Two sites in one process."""
    second = "one.db" if request.param == "one database" else "two.db"
    one = Comments(make_settings(f"sqlite:///{tmp_path}/one.db", site="one", site_name="One"), work=False)
    two = Comments(make_settings(f"sqlite:///{tmp_path}/{second}", site="two", site_name="Two"), work=False)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with one, two:
            yield

    routes = [
        Mount("/one", routes=[page_of(one), Mount("/comments", one)]),
        Mount("/two", routes=[page_of(two), Mount("/comments", two)]),
    ]
    with TestClient(Starlette(routes=routes, lifespan=lifespan)) as client:
        yield client, one, two


def test_two_instances_in_one_process_know_nothing_of_each_other(
    two: tuple[TestClient, Comments, Comments],
) -> None:
    client, _, _ = two
    assert write_and_find(client, "/one/x", "Written on one.") == "/one/comments/post"
    assert write_and_find(client, "/two/x", "Written on two.") == "/two/comments/post"
    for mine, other in (("one", "two"), ("two", "one")):
        page = client.get(f"/{mine}/x").text
        assert f"Written on {mine}." in page
        assert f"Written on {other}." not in page
        [permalink] = {link for link in links(page) if re.search(r"/c/[0-9a-f]+$", link)}
        assert client.get(permalink.replace(f"/{mine}/", f"/{other}/")).status_code == 404
        kept = client.get(f"/{mine}/comments/api/v1/thread?key={KEY}").json()
        assert [each["html"] for each in kept["comments"]] == [f"<p>Written on {mine}.</p>"]


def test_a_form_of_one_instance_is_refused_by_the_other_with_its_text(
    two: tuple[TestClient, Comments, Comments],
) -> None:
    client, _, _ = two
    [(_, fields)] = forms(client.get("/one/x").text)
    sent = client.post(
        "/two/comments/post", data={**fields, "body": "Wrong door."}, headers={"Origin": ORIGIN}
    )
    assert sent.status_code == 403
    assert "Wrong door." in sent.text
    assert "Wrong door." not in client.get("/two/x").text


def test_reading_stores_nothing_and_the_first_comment_makes_the_thread(
    site: Site, settings: Settings
) -> None:
    for _ in range(2):
        site.read()
    assert count(settings.database_url, "commentkit_thread") == 0
    refused = site.send({**site.form(), "body": ""})
    assert refused.status_code == 422
    assert count(settings.database_url, "commentkit_thread") == 0
    site.post("The first one.")
    assert count(settings.database_url, "commentkit_thread") == 1
    assert "The first one." in site.read(f"/comments/thread?key={KEY}")
    site.post("The second one.")
    assert count(settings.database_url, "commentkit_thread") == 1


def test_one_instance_may_be_started_twice_and_stops_with_the_last(comments: Comments) -> None:
    app = Starlette(routes=[Mount("/comments", comments)], lifespan=comments.lifespan)
    with TestClient(app) as outer:
        with TestClient(app) as inner:
            assert inner.get("/comments/data").status_code == 200
        assert outer.get("/comments/data").status_code == 200
