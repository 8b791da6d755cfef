"""`check --jsonl` and `render --jsonl`: contracts that other programs build on, driven through real pipes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COMMAND = str(Path(sys.executable).parent / "commentkit")


class Talk:
    """A running command: a line in, a line out."""

    def __init__(self, command: str, folder: Path) -> None:
        # Nothing in the environment, and a folder that can't be written to: no settings, no database.
        folder.chmod(0o500)
        self.process = subprocess.Popen(
            [COMMAND, command, "--jsonl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"PYTHONWARNINGS": "error"},
        )

    def say(self, line: bytes) -> bytes:
        """Send a line and wait for its answer, before another is sent."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def ask(self, value: object) -> Any:
        """Send a value as JSON and read the answer."""
        answer = self.say(json.dumps(value).encode())
        assert answer.isascii()
        assert answer.endswith(b"\n")
        return json.loads(answer)

    def end(self) -> tuple[int, bytes]:
        """End the input; the exit code and what was complained of."""
        _, complaints = self.process.communicate(timeout=20)
        return self.process.returncode, complaints


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """`commentkit check --jsonl`, which ends well whatever it was sent."""
    talk = Talk("check", tmp_path_factory.mktemp("check"))
    yield talk
    assert talk.end() == (0, b"")


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """`commentkit render --jsonl`, likewise."""
    talk = Talk("render", tmp_path_factory.mktemp("render"))
    yield talk
    assert talk.end() == (0, b"")


def test_check_tells_span_category_rule_reason_stance_and_tier(check: Talk) -> None:
    text = "😀 Well. You're not really poly if you get jealous."
    answer = check.ask({"id": "a", "text": text})
    assert set(answer) == {"id", "flagged", "findings", "cleared"}
    assert answer["id"] == "a"
    assert answer["flagged"] is True
    [finding] = answer["findings"]
    told = {"start", "end", "category", "rule", "reason", "stance", "tier", "instead", "looked"}
    assert set(finding) == told
    assert [look["counts"] for look in finding["looked"]] == [True]
    assert text[finding["start"] : finding["end"]] == "You're not really poly if you get jealous"
    assert (finding["category"], finding["stance"], finding["tier"]) == ("gatekeeping", "asserted", "likely")


def test_check_tells_what_was_looked_at_and_left_alone(check: Talk) -> None:
    answer = check.ask({"id": 2, "text": "People told me I'm not really poly."})
    assert (answer["flagged"], answer["findings"]) == (False, [])
    [cleared] = answer["cleared"]
    assert cleared["stance"] == "reported"
    assert [look["said"] for look in cleared["looked"]] == [
        "“told me” makes it read as told of somebody else."
    ]


@pytest.mark.parametrize("ident", [None, True, 0, -1.5, "é", [1, {"a": 2}], {"b": None}, 10**30])
def test_any_id_comes_back_as_it_was(check: Talk, render: Talk, ident: object) -> None:
    assert check.ask({"id": ident, "text": ""})["id"] == ident
    assert render.ask({"id": ident, "fields": {"body": "x"}})["id"] == ident


BROKEN = [
    (b"", None),
    (b"  ", None),
    (b"nonsense", None),
    (b"\xff\xfe", None),
    (b"[]", None),
    (b"5", None),
    (b'{"id": 1', None),
    (b"[" * 100_000, None),
    (b'{"id": 7}', 7),
    (b'{"id": 7, "text": 5, "fields": 5}', 7),
    (b'{"id": 7, "text": null, "fields": {"body": null}}', 7),
    (b'{"id": 7, "text": "\\ud800", "fields": []}', 7),
    (b'{"id": NaN, "text": 1}', None),
    (b'{"id": "\\ud800", "text": 1}', "\ud800"),
    (b"9" * 5000, None),
    (b'{"id": 1e999, "text": "x", "fields": {"body": "x"}}', None),
    (b'{"id": ' + b"[" * 5_000 + b"]" * 5_000 + b', "text": "x", "fields": {"body": "x"}}', None),
]


@pytest.mark.parametrize(("line", "ident"), BROKEN)
def test_a_broken_line_gets_an_error_and_the_next_its_answer(
    check: Talk, render: Talk, line: bytes, ident: object
) -> None:
    for talk, fine in ((check, {"id": 9, "text": "x"}), (render, {"id": 9, "fields": {"body": "x"}})):
        answer = json.loads(talk.say(line), parse_constant=pytest.fail)
        assert set(answer) == {"id", "error"}
        assert answer["id"] == ident
        assert answer["error"]
        assert talk.ask(fine)["id"] == 9


def test_equal_fields_give_equal_bytes_with_one_marked_element(render: Talk) -> None:
    fields = {
        "body": "I *am*.",
        "name": "Wren <b>",
        "website": "https://wren.example",
        "email": "w@example.org",
    }
    first, second = render.ask({"id": 1, "fields": fields}), render.ask({"id": 2, "fields": fields})
    assert set(first) == {"id", "html", "ms"}
    assert first["html"] == second["html"]
    assert first["html"].startswith("<article")
    assert first["html"].endswith("</article>")
    assert "<em>am</em>" in first["html"]
    assert first["html"].count("data-xss-body") == first["html"].count("data-xss-name") == 1
    assert "w@example.org" not in first["html"]
    assert 0 <= first["ms"] < 1000


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"body": "a\0b"},
        {"body": "x", "name": "\ud800"},
        {"body": "x", "website": "javascript:alert(1)"},
        {"body": "x", "email": "nobody"},
        {"body": "x" * 20_001},
        {"body": "x", "title": "\0"},
        {"body": "<b x=1>" * 2800},
    ],
)
def test_what_could_not_be_posted_is_rejected_with_the_reason(render: Talk, fields: dict[str, str]) -> None:
    answer = render.ask({"id": 3, "fields": fields})
    assert set(answer) == {"id", "rejected"}
    assert len(answer["rejected"]) > 10


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=300))
def test_any_text_at_all_gets_an_answer(check: Talk, render: Talk, text: str) -> None:
    found = check.ask({"id": 1, "text": text})
    assert found.keys() & {"findings", "error"}
    made = render.ask({"id": 1, "fields": {"body": text, "name": text, "title": text}})
    assert made.keys() & {"html", "rejected"}


def test_people_get_words_instead(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "check", "You're not really poly if you get jealous"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONWARNINGS": "error"},
        check=False,
    )
    assert done.returncode == 0
    assert "A moderator would read it first." in done.stdout
    shown = subprocess.run(
        [COMMAND, "render"],
        input="I *am*.",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={},
        check=False,
    )
    assert "<em>am</em>" in shown.stdout
