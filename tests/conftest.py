"""What every test can ask for. People in these tests have names: Mo moderates, Robin Vale is the guest author."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from commentkit import Comments, Settings
from commentkit.service.house import House
from commentkit.testing import AkismetStandIn, FakeClock, serving
from tests.site import Site, make_settings

# No deadline: how long an example takes on a shared machine says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

pytest_plugins = ["tests.absent", "tests.postgres", "tests.browser"]


@pytest.fixture
def anyio_backend() -> str:
    """commentkit runs on asyncio."""
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    """Noon of 1 May 2026, until it is moved."""
    return FakeClock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database file of its own."""
    return f"sqlite:///{tmp_path / 'comments.db'}"


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


@pytest.fixture
def akismet_url(akismet: AkismetStandIn) -> Iterator[str]:
    """The stand-in, over real HTTP."""
    with serving(akismet) as url:
        yield url


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
