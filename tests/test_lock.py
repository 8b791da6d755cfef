"""The lock holds what `pyproject.toml` asks for, by content and not by address."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", LOCK, re.MULTILINE)


def asked_for() -> list[Requirement]:
    """Every requirement of the project, its extras and its development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        lines += extra
    return [Requirement(line) for line in (*lines, *project["build-system"]["requires"])]


def test_the_lock_holds_what_the_project_asks_for() -> None:
    missing = [
        str(wanted)
        for wanted in asked_for()
        if not any(
            name == canonicalize_name(wanted.name) and wanted.specifier.contains(version)
            for name, version in PINNED
        )
    ]
    assert missing == [], "type: make lock"


def test_the_lock_names_contents_and_no_addresses() -> None:
    assert len(PINNED) > 50
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)
    assert [
        block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block
    ] == []
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links).*", LOCK) == []
