"""What people install is the wheel, so it is built, installed away from the checkout, and used."""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
START_SECONDS = 30
SERVE = ("serve", "--port", "{port}")
ADD_THREAD = ("threads", "add", "/hello", "--title", "Hello")
THREAD_URL = "http://127.0.0.1:{port}/comments/thread?key=/hello"
ENVIRONMENT = {
    "COMMENTKIT_SECRET_KEY": "only-for-this-test-0123456789abcdef0123456789",
    "COMMENTKIT_DATABASE_URL": "sqlite:///./x.db",
}


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command to its end; what it said is part of the failure."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without asking the network."""
    out = tmp_path_factory.mktemp("wheel")
    # from elsewhere: a folder `build` in the checkout would stand in for the program
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel; what commentkit depends on is lent by this one.

    The `.pth` files of a folder lent through a `.pth` file aren't read, so the checkout stays out of sight.
    """
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "--disable-pip-version-check",
        "install",
        "--quiet",
    )
    run(*pip, "--no-index", "--no-deps", wheel, cwd=place)
    (packages,) = place.glob("lib/python*/site-packages")
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "lent.pth").write_text("\n".join(sorted(lent)) + "\n", encoding="utf-8")
    return place / "bin"


def clean_environment() -> dict[str, str]:
    """This environment without anything that leads back to the checkout or sets commentkit up."""
    ours = ("COMMENTKIT_", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | ENVIRONMENT


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(commentkit: Path, folder: Path) -> Iterator[int]:
    """`commentkit serve` in a folder; gives its port once it answers there."""
    port = free_port()
    log = folder / "serve.log"
    with log.open("wb") as output:
        command = [str(commentkit), *(word.format(port=port) for word in SERVE)]
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, f"{command} ended with {process.returncode}\n{log.read_text()}"
            assert time.monotonic() < until, f"{command} didn't listen in time\n{log.read_text()}"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert process.returncode in {0, -15}, f"{command} ended with {process.returncode}\n{log.read_text()}"


def test_the_wheel_holds_what_the_package_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"commentkit"}
    listed = subprocess.run(
        ["git", "ls-files", "-z", "commentkit", "templates", "migrations"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    expected = {name if name.startswith("commentkit/") else f"commentkit/{name}" for name in listed if name}
    assert expected - set(names) == set()


def test_the_installed_package_is_the_one_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "import commentkit, json, sys; print(json.dumps([commentkit.__file__, sys.path]))"
    file, path = json.loads(run(installed / "python", "-c", code, cwd=tmp_path, env=clean_environment()))
    assert Path(file).is_relative_to(installed.parent)
    assert str(ROOT) not in path


def test_commentkit_serves_a_thread_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    commentkit = installed / "commentkit"
    with served(commentkit, tmp_path) as port:
        run(commentkit, *ADD_THREAD, cwd=tmp_path, env=clean_environment())
        try:
            with urllib.request.urlopen(THREAD_URL.format(port=port), timeout=10) as answer:
                assert answer.status == 200
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            pytest.fail(f"{error.code} {said}\n{(tmp_path / 'serve.log').read_text()}")
