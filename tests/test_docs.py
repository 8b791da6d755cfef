"""The README and docs/ say what is true: snippets run, commands work, every setting is named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

import commentkit
from commentkit import Settings
from commentkit.settings import PREFIX

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    """All fenced blocks of a language, each with a name for the report."""
    found = []
    for page in PAGES:
        for number, (kind, code) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), 1):
            if kind == language:
                found.append((f"{page.name}-{number}", code))
    return found


def environment(folder: Path) -> dict[str, str]:
    """A shell with the commands of this environment, a secret, and nothing else of ours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(folder), f"{PREFIX}SECRET_KEY": "k" * 40, "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in blocks("python")])
def test_every_python_snippet_runs_and_its_app_shows_a_thread(code: str, tmp_path: Path) -> None:
    visit = """
if "app" in globals():
    from starlette.testclient import TestClient

    with TestClient(app) as client:
        page = client.get("/guest/first-light")
        assert page.status_code == 200, page.text
        assert "No comments yet" in page.text
        assert client.get("/comments/data").status_code == 200
"""
    (tmp_path / "app.py").write_text(code + visit, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def plan(block: str) -> list[str]:
    """What of a shell block can run to its end in a test: servers, installs and make are looked at elsewhere."""
    lines = []
    for line in block.splitlines():
        word = line.partition(" ")[0]
        if word == "make":
            assert re.search(rf"^{line.split()[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
        elif word == "pip":
            assert line == 'pip install ".[serve]"', "test_wheel.py installs; keep the two alike"
        elif word == "uvicorn":
            assert line == "uvicorn app:app --no-proxy-headers"
        elif line != "commentkit serve":
            lines.append(line)
    return lines


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.name, marks=[] if page.name == "README.md" else pytest.mark.long)
        for page in PAGES
    ],
)
def test_every_command_in_a_page_works_in_the_order_it_stands(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    script = [line for kind, code in BLOCK.findall(text) if kind == "sh" for line in plan(code)]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def settings_table() -> str:
    """docs/settings.md's table, as the settings themselves tell it."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is PydanticUndefined:
            shown = "*must be set*"
        elif default is None or default in ((), ""):
            shown = "*none*"
        else:
            assert not isinstance(default, SecretStr)
            shown = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_page_has_every_setting_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert settings_table() in page


def test_what_the_package_offers_is_sorted_and_told_in_the_docs() -> None:
    assert list(commentkit.__all__) == sorted(commentkit.__all__)
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    plugs = {"Check", "Learner", "Listener", "Remembers"}  # shapes: told by what they do
    assert [name for name in commentkit.__all__ if name not in told and name not in plugs] == [
        "CommentkitError",
        "Publishing",
        "SettingsError",
        "Status",
    ]


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
