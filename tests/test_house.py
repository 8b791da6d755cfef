"""The rules of the house. Each is shown to hold, and shown to notice a small wrong."""

import ast
import subprocess
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from tests import house, house_words

ROOT = Path(__file__).parent.parent
SIDES = ("commentkit", "tests", "example_site", "bench")
DOCUMENTED = ("hooks", "settings", "text", "signing", "testing")


def module_name(path: Path) -> str:
    """`commentkit/web/__init__.py` is the module `commentkit.web`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_name(path): path for path in sorted((ROOT / "commentkit").rglob("*.py"))}
SOURCES = {module: path.read_text(encoding="utf-8") for module, path in PATHS.items()}
PACKAGES = {module for module, path in PATHS.items() if path.name == "__init__.py"}


def of_all(checker: Callable[..., list[str]], *, knows_packages: bool = False) -> list[str]:
    """What a checker says of every module of the package."""
    complaints = []
    for module, source in SOURCES.items():
        more = {"is_package": module in PACKAGES} if knows_packages else {}
        complaints += checker(source, module, **more)
    return complaints


def tracked() -> list[Path]:
    """The files that are part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_every_module_has_a_place_in_the_street() -> None:
    assert [complaint for module in SOURCES for complaint in house.unknown_room(module)] == []


def test_a_module_imports_only_from_rooms_before_its_own() -> None:
    assert of_all(house.wrong_way_imports, knows_packages=True) == []


def test_modules_of_a_room_import_each_other_in_no_circle() -> None:
    assert house.circles(SOURCES) == []


def test_nobody_inside_imports_from_the_bare_package() -> None:
    assert of_all(house.bare_package_imports, knows_packages=True) == []


def test_only_commands_import_inside_functions() -> None:
    assert of_all(house.imports_inside_functions) == []


def test_pure_rooms_know_neither_web_nor_database_nor_machine() -> None:
    assert of_all(house.impure_imports) == []


def test_text_is_made_safe_in_one_place() -> None:
    assert of_all(house.sanitiser_imports) == []


def test_sql_stays_in_the_store() -> None:
    assert of_all(house.sql_imports) == []


def test_markup_is_trusted_in_one_place() -> None:
    assert of_all(house.markup_uses) == []


def test_only_the_settings_read_the_environment() -> None:
    assert of_all(house.environment_reads) == []


def test_what_readers_are_told_can_be_said_in_any_language() -> None:
    assert of_all(house_words.english_only) == []


@pytest.mark.parametrize("side", SIDES)
def test_no_module_is_longer_than_400_lines(side: str) -> None:
    modules = sorted((ROOT / side).rglob("*.py"))
    complaints = [
        house.too_long(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))) for path in modules
    ]
    assert list(chain.from_iterable(complaints)) == []


def test_nothing_is_put_off_or_silenced_without_a_word() -> None:
    modules = [path for path in tracked() if path.suffix == ".py"]
    complaints = [
        house.loose_ends(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))) for path in modules
    ]
    assert list(chain.from_iterable(complaints)) == []


def test_no_file_is_tied_to_one_machine_or_registry() -> None:
    complaints = [
        house.ties_to_a_machine(
            path.read_text(encoding="utf-8", errors="replace"), str(path.relative_to(ROOT))
        )
        for path in tracked()
    ]
    assert list(chain.from_iterable(complaints)) == []


def test_the_public_face_says_what_it_is_for() -> None:
    complaints = []
    for module, source in SOURCES.items():
        if house.room_of(module) in DOCUMENTED:
            complaints += house.without_docstring(source, module)
    for name, module in house.public_names(SOURCES.get("commentkit", "")).items():
        defined = house.without_docstring(SOURCES.get(module, ""), module)
        complaints += [complaint for complaint in defined if f" {name} has" in complaint]
    assert sorted(set(complaints)) == []


# Each rule notices a small wrong: the checker, the module it stands in, the source, a word of the complaint.
WRONGS = {
    "an import from further down": (
        house.wrong_way_imports,
        "commentkit.store.threads",
        "from commentkit.web.pages import x",
        "'web'",
    ),
    "a relative import from further down": (
        house.wrong_way_imports,
        "commentkit.store.threads",
        "from ..app import Comments",
        "'app'",
    ),
    "a room from further down": (
        house.wrong_way_imports,
        "commentkit.store.threads",
        "from commentkit import app",
        "'app'",
    ),
    "an import for types from further down": (
        house.wrong_way_imports,
        "commentkit.model",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from commentkit.app import Comments",
        "'app'",
    ),
    "an import of the package": (
        house.bare_package_imports,
        "commentkit.web.api",
        "import commentkit",
        "bare",
    ),
    "an import from the package": (
        house.bare_package_imports,
        "commentkit.web.api",
        "from commentkit import Comments",
        "Comments",
    ),
    "an import inside a function": (
        house.imports_inside_functions,
        "commentkit.worker",
        "async def work():\n    import json",
        "json",
    ),
    "a pure room that asks the web": (house.impure_imports, "commentkit.policy", "import httpx", "httpx"),
    "a hook that knows a request": (
        house.impure_imports,
        "commentkit.hooks",
        "from starlette.requests import Request",
        "starlette",
    ),
    "a pure package that opens files": (
        house.impure_imports,
        "commentkit.shaming.lexicon",
        "import os.path",
        "os.path",
    ),
    "a second sanitiser": (house.sanitiser_imports, "commentkit.web.pages", "import nh3", "nh3"),
    "SQL in a service": (
        house.sql_imports,
        "commentkit.service.writer",
        "from sqlalchemy import select",
        "select",
    ),
    "SQL in the app": (house.sql_imports, "commentkit.app", "from sqlalchemy import select", "select"),
    "Markup in a service": (
        house.markup_uses,
        "commentkit.service.reader",
        "from markupsafe import Markup",
        "Markup",
    ),
    "Markup by its module": (
        house.markup_uses,
        "commentkit.web.desk",
        "import jinja2\nx = jinja2.Markup('')",
        "2",
    ),
    "a knob beside the settings": (
        house.environment_reads,
        "commentkit.worker",
        "import os\nx = os.environ['X']",
        "2",
    ),
    "a getenv": (house.environment_reads, "commentkit.cli", "from os import getenv", "environment"),
    "an option with its own variable": (
        house.environment_reads,
        "commentkit.cli.main",
        "x = typer.Option(None, envvar='X')",
        "environment",
    ),
    "a reader who is told something in English": (
        house_words.english_only,
        "commentkit.service.reader",
        "raise NotFound('There is no such thread.')",
        "say it",
    ),
    "a field that is told something in English": (
        house_words.english_only,
        "commentkit.draft",
        "problems['name'] = Problem('required', 'Please give a name.' if new else _('Give it again.'))",
        "say it",
    ),
    "an English sentence by its name": (
        house_words.english_only,
        "commentkit.web.guards",
        "_TOO_LARGE = 'This is too much.'\ndef read():\n    raise TooLarge(_TOO_LARGE)",
        "say it",
    ),
    "a marked sentence that is never said": (
        house_words.english_only,
        "commentkit.service.guest",
        "_GONE = N_('It is gone.')\ndef enter():\n    raise NotFound(_GONE)",
        "say it",
    ),
    "an error that knows English only": (
        house_words.english_only,
        "commentkit.signing",
        "class Old(TokenInvalid):\n    def __init__(self):\n        super().__init__('It is old.')",
        "say it",
    ),
    "a sentence put together": (
        house_words.english_only,
        "commentkit.text",
        "raise TextRefused('too-long', f'It is longer than {most}.')",
        "say it",
    ),
    "a message put together": (
        house_words.english_only,
        "commentkit.web.pages",
        "words = _(f'{count} comments')",
        "put together",
    ),
    "a plural put together": (
        house_words.english_only,
        "commentkit.web.pages",
        "words = plural('one comment', '{} comments'.format(count), count)",
        "put together",
    ),
    "a long module": (house.too_long, "bench/all.py", "x = 1\n" * 401, "401"),
    "work put off": (house.loose_ends, "x.py", "x = 1  # TO" + "DO: later", "puts work off"),
    "a silenced type": (house.loose_ends, "x.py", "x = 1  # type: ig" + "nore", "reason"),
    "a silenced type without a reason": (
        house.loose_ends,
        "x.py",
        "x = 1  # type: ig" + "nore[misc]",
        "reason",
    ),
    "a silenced linter": (house.loose_ends, "x.py", "x = 1  # no" + "qa", "CODE"),
    "a registry": (house.ties_to_a_machine, "x.md", "see https://py" + "pi.org/x", "names py"),
    "a folder of one's own": (house.ties_to_a_machine, "x.md", "cd /ho" + "me/ann/x", "path"),
    "a silent function": (house.without_docstring, "commentkit.signing", "async def sign(): ...", "sign"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_the_rules_notice(wrong: str) -> None:
    checker, module, source, word = WRONGS[wrong]
    assert [complaint for complaint in checker(source, module) if word in complaint]


RIGHTS = {
    "an import from before": (
        house.wrong_way_imports,
        "commentkit.store.threads",
        "from commentkit.model import Thread",
    ),
    "a room by its name": (
        house.bare_package_imports,
        "commentkit.web.api",
        "from commentkit import signing",
    ),
    "an import within the room": (house.wrong_way_imports, "commentkit.web.api", "from .pages import page"),
    "a command that loads what it needs": (
        house.imports_inside_functions,
        "commentkit.cli.serve",
        "def serve():\n    import uvicorn",
    ),
    "the host's engine": (
        house.sql_imports,
        "commentkit.app",
        "from sqlalchemy.ext.asyncio import AsyncEngine",
    ),
    "SQL in the store": (house.sql_imports, "commentkit.store.threads", "import sqlalchemy as sa"),
    "a reason": (
        house.loose_ends,
        "x.py",
        "x = 1  # type: ig" + "nore[misc]  # the stub is wrong\ny = 1  # no" + "qa: E501",
    ),
    "an address": (house.ties_to_a_machine, "x.md", "https://blog.example/ho" + "me/x and ~/wo" + "rk/x"),
    "a sentence for readers": (
        house_words.english_only,
        "commentkit.web.guards",
        "_LARGE = N_('Too much.')\nraise TooLarge(_(_LARGE))\nraise Refused(_('Not %(name)s.', name=name))",
    ),
    "a sentence that came from elsewhere": (
        house_words.english_only,
        "commentkit.web.report",
        "problems['text'] = Problem(error.code, str(error))\nraise ThreadClosed(thread.closed)",
    ),
    "a sentence for moderators": (
        house_words.english_only,
        "commentkit.service.moderator",
        "raise Refused('There is no decision to undo.')",
    ),
    "an inner function": (house.without_docstring, "commentkit.signing", "def _inner(): ..."),
}


@pytest.mark.parametrize("right", RIGHTS)
def test_the_rules_let_pass(right: str) -> None:
    checker, module, source = RIGHTS[right]
    assert checker(source, module) == []


def test_a_module_without_a_place_is_told_where_to_go() -> None:
    (complaint,) = house.unknown_room("commentkit.utils")
    assert "put it into ROOMS" in complaint


def test_a_circle_within_a_room_is_noticed() -> None:
    sources = {
        "commentkit.web": "from commentkit.web import api",
        "commentkit.web.api": "from commentkit.web.pages import page",
        "commentkit.web.pages": "from . import api",
    }
    assert house.circles(sources) == ["commentkit.web.api -> commentkit.web.pages -> commentkit.web.api"]
    assert house.circles({**sources, "commentkit.web.pages": ""}) == []


def test_the_public_names_are_found_where_they_are_defined() -> None:
    source = "from commentkit.app import Comments\nfrom .hooks import Check\n__all__ = ['Check', 'Comments']"
    assert house.public_names(source) == {"Check": "commentkit.hooks", "Comments": "commentkit.app"}


def test_the_rooms_are_in_one_order_and_every_pure_one_is_a_room() -> None:
    assert len(set(house.ROOMS)) == len(house.ROOMS)
    assert set(house.PURE) <= set(house.ROOMS)
    assert all(isinstance(ast.parse(source), ast.Module) for source in SOURCES.values())
