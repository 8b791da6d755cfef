"""What every test can ask for. People in these tests have names: Mo moderates, Robin Vale is the guest author."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from babel import Locale
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from commentkit import Comments, Settings, language
from commentkit.migrate import migrate
from commentkit.service.house import House
from commentkit.store.database import Database
from commentkit.testing import AkismetStandIn, FakeClock, serving
from tests.foreign import FOREIGN, write_catalogue
from tests.site import Site, make_settings

# No deadline: how long an example takes on a shared machine says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

if TYPE_CHECKING:  # pytest rewrites its plugins' assertions, so it has to be the first to import them
    from tests.postgres import Postgres

pytest_plugins = ["tests.absent", "tests.postgres", "tests.browser", "tests.elsewhere", "tests.mailserver"]


# Their statements are few, and others like them run on PostgreSQL each time.
POSTGRES_LATER = ("test_known.py", "test_reading.py", "test_data_kept.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these files' second run, on PostgreSQL, to the long tests."""
    for item in items:
        given = getattr(item, "callspec", None)
        if item.path.name in POSTGRES_LATER and given and given.params.get("database_url") == "postgres":
            item.add_marker(pytest.mark.long)


@pytest.fixture
def anyio_backend() -> str:
    """commentkit runs on asyncio."""
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    """Noon of 1 May 2026, until it is moved."""
    return FakeClock()


def _bring_up_to_date(url: str) -> None:
    async def work() -> None:
        db = Database(make_settings(url).database_url)
        await migrate(db)
        await db.close()

    # Playwright may hold this thread's event loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A database file with our tables, to be copied: migrating anew for every test would take most of its time."""
    path: Path = tmp_path_factory.mktemp("template") / "comments.db"
    _bring_up_to_date(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: "Postgres") -> str:
    """The same on PostgreSQL."""
    name = postgres.create()
    _bring_up_to_date(postgres.url(name))
    return name


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path | None) -> str:
    """A database file of its own."""
    path = tmp_path / "comments.db"
    if sqlite_template is not None:
        shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """Settings with a database of their own and high limits."""
    return make_settings(sqlite_url)


@pytest.fixture
def akismet() -> AkismetStandIn:
    """A stand-in for Akismet that accepts any key."""
    return AkismetStandIn()


class Switch:
    """One server for all tests: starting one for each would take a tenth of their time. `to` is this test's own."""

    to: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.to if scope["type"] == "http" else Starlette())(scope, receive, send)


@pytest.fixture(scope="session")
def akismet_server() -> Iterator[tuple[Switch, str]]:
    """Where the stand-ins of all tests are reached, over real HTTP."""
    switch = Switch()
    with serving(switch) as url:
        yield switch, url


@pytest.fixture
def akismet_url(akismet: AkismetStandIn, akismet_server: tuple[Switch, str]) -> str:
    """The stand-in, over real HTTP."""
    switch, url = akismet_server
    switch.to = akismet
    return url


@pytest.fixture
async def house(database_url: str, akismet_url: str, clock: FakeClock) -> AsyncIterator[House]:
    """The house on each database, with Akismet, without a worker: tests say when jobs are done."""
    settings = make_settings(database_url, akismet_key="abc123", akismet_url=akismet_url)
    async with Comments(settings, clock=clock, work=False) as comments:
        yield comments.house


@pytest.fixture
def site(settings: Settings, clock: FakeClock) -> Iterator[Site]:
    """A blog with a post, commentkit mounted below /comments, no Akismet."""
    with Site(settings, clock=clock) as started:
        yield started


@pytest.fixture
def checked_site(sqlite_url: str, akismet_url: str, clock: FakeClock) -> Iterator[Site]:
    """The same, with Akismet."""
    settings = make_settings(sqlite_url, akismet_key="abc123", akismet_url=akismet_url)
    with Site(settings, clock=clock) as started:
        yield started


@pytest.fixture(scope="session")
def foreign_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the catalogue of `foreign`."""
    return write_catalogue(tmp_path_factory.mktemp("locale")).parent


@pytest.fixture
def foreign(foreign_words: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tag of one more language, in which each sentence is the English one between « and »."""
    monkeypatch.setattr(language, "FOLDER", foreign_words)
    monkeypatch.setitem(language.LANGUAGES, FOREIGN, Locale(FOREIGN))
    return FOREIGN
