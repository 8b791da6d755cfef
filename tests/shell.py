"""Commands as typed into a shell: each a process of its own, forked from one that has the package loaded already.

Loading it anew for every command would take most of the tests' time. The program that people type is run as it is
installed by the tests of the docs and of the wheel.
"""

import multiprocessing
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from commentkit import app, asgi, cli, migrate  # noqa: F401  (loaded before anything is forked)
from commentkit.shaming import reader

reader.packaged()
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    returncode: int | None
    stdout: str
    stderr: str


def run(words: tuple[str, ...], folder: Path, environment: dict[str, str], given: str = "") -> Done:
    """Run `commentkit` with these words to its end, every warning an error."""
    with TemporaryDirectory() as kept:
        streams = [Path(kept, name) for name in ("in", "out", "err")]
        streams[0].write_text(given, encoding="utf-8")
        process = _FORKED.Process(target=_command, args=(words, folder, environment, streams))
        process.start()
        process.join()
        said = [stream.read_text(encoding="utf-8") if stream.exists() else "" for stream in streams[1:]]
        return Done(process.exitcode, *said)


def _command(words: tuple[str, ...], folder: Path, environment: dict[str, str], streams: list[Path]) -> None:
    for number, (stream, mode) in enumerate(zip(streams, ("r", "w", "w"), strict=True)):
        with stream.open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, m) for n, m in ((0, "r"), (1, "w"), (2, "w")))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["commentkit", *words]
    warnings.simplefilter("error")
    cli.main()
