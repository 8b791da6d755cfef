"""`check` and `render`: for people, and as contracts for programs (one JSON object a line, no settings needed)."""

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commentkit.cli.lexicon import Files, as_set

if TYPE_CHECKING:
    from commentkit.shaming import Flag, Reader

Answer = Callable[[dict[str, Any]], dict[str, Any]]

JsonLines = Annotated[
    bool, typer.Option("--jsonl", help="Read a JSON object a line, answer each with a JSON object a line.")
]


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class _Bad(Exception):
    """A line that can't be answered; the message says why."""


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _Bad(f"{name} must be a string")
    if any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        raise _Bad(f"{name} has a lone surrogate, which is no character")
    return value


def _line(reply: dict[str, Any]) -> str:
    return json.dumps(reply, ensure_ascii=True, allow_nan=False)


def _no_constant(name: str) -> float:
    raise _Bad(f"{name} is no JSON")


def _number(written: str) -> float:
    number = float(written)
    if number in {float("inf"), float("-inf")}:
        raise _Bad("a number is larger than any that can be answered")
    return number


def _loop(answer: Answer) -> None:
    """Answer every line before the next one is read. A broken line gets an error, and the next one its answer."""
    out = sys.stdout
    for raw in sys.stdin.buffer:
        ident: Any = None
        try:
            given = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, parse_float=_number)
            if not isinstance(given, dict):
                raise _Bad("a JSON object was expected")
            ident = given.get("id")
            line = _line({"id": ident, **answer(given)})
        except _Bad as error:
            line = _line({"id": ident, "error": str(error)})
        except UnicodeDecodeError:
            line = _line({"id": None, "error": "the line is not valid UTF-8"})
        except (ValueError, RecursionError):
            line = _line({"id": None, "error": "the line is not JSON that can be read"})
        out.write(line + "\n")
        out.flush()


def check(
    text: Annotated[str, typer.Argument(help="The text; standard input when left out.")] = "",
    jsonl: JsonLines = False,
    rules: Files = None,
) -> None:
    """Look for shaming language, as a posted comment is looked at: which words, why, and what was looked at."""
    from commentkit.shaming import Reader, packaged_weights

    reader = Reader(as_set(rules), packaged_weights())
    if not jsonl:
        _show(reader, text or sys.stdin.read())
        return

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        reading = reader.read(_text(given.get("text"), "text"), thorough=True)
        return {
            "flagged": reading.flagged,
            "findings": [_told(flag) for flag in reading.findings],
            "cleared": [_told(flag) for flag in reading.cleared],
        }

    _loop(answer)


def _told(flag: "Flag") -> dict[str, Any]:
    return {**asdict(flag), "looked": [{**asdict(look), "said": look.said()} for look in flag.looked]}


def _show(reader: "Reader", text: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from commentkit.shaming import LIKELY

    reading = reader.read(text, thorough=True)
    text = _CONTROLS.sub(
        "\N{SYMBOL FOR SUBSTITUTE}", text
    )  # one for one, so that the marks stay where they belong
    shown = Text(text)
    for flag in reading.cleared:
        shown.stylize("underline", flag.start, flag.end)
    for flag in reading.findings:
        shown.stylize("black on yellow" if flag.tier == LIKELY else "bold yellow", flag.start, flag.end)
    console = Console()
    console.print(shown)
    for flag in (*reading.findings, *reading.cleared):
        stands = flag.tier if flag in reading.findings else "left alone"
        words = Text(f"\n“{text[flag.start : flag.end]}”", style="bold")
        console.print(words, Text(f"{stands}: {flag.reason}"))
        for look in flag.looked:
            console.print(Text(f"  {look.said()}"))
        if flag in reading.findings and flag.instead:
            console.print(Text(f"  {flag.instead}"))
        console.print(Text(f"  {flag.category.replace('_', ' ')}, rule {flag.rule}", style="dim"))
    verdict = (
        "A moderator would read it first." if reading.flagged else "Nothing keeps it from being published."
    )
    console.print(Text(f"\n{verdict}", style="bold"))


_FIELDS = ("body", "name", "website", "email", "title")


def render(
    body: Annotated[str, typer.Argument(help="The comment; standard input when left out.")] = "",
    jsonl: JsonLines = False,
) -> None:
    """Show a comment's HTML exactly as a reader's page has it."""
    from datetime import UTC, datetime

    from commentkit.draft import Draft, Limits
    from commentkit.errors import InvalidDraft, TextRefused
    from commentkit.model import Comment, Reason, Status
    from commentkit.text import clean_line
    from commentkit.text import render as to_html
    from commentkit.web.pages import Pages, view

    pages = Pages(())

    def html(fields: dict[str, str]) -> str:
        draft = Draft.parse(fields, Limits())
        clean_line(fields.get("title", ""))
        comment = Comment(
            id=1,
            public_id="0" * 30,
            thread_id=1,
            parent_id=None,
            depth=0,
            status=Status.PUBLISHED,
            reason=Reason.NONE,
            name=draft.name,
            website=draft.website,
            body=draft.body,
            html=to_html(draft.body),
            by_guest=False,
            seed="5eed" * 7,
            created_at=datetime(2026, 1, 1, 12, tzinfo=UTC),
            version=1,
        )
        return str(pages.render("comment.html", comment=view(comment, "/comments"))).strip()

    html({"body": "warm"})  # so that the first answer's time isn't the template's compilation

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        fields = given.get("fields")
        if not isinstance(fields, dict):
            raise _Bad("fields must be an object")
        known = {name: _text_field(fields, name) for name in _FIELDS}
        began = time.process_time()
        try:
            made = html(known)
        except (InvalidDraft, TextRefused) as error:
            return {"rejected": str(error)}
        return {"html": made, "ms": round((time.process_time() - began) * 1000, 3)}

    if jsonl:
        _loop(answer)
    else:
        typer.echo(html({"body": body or sys.stdin.read()}))


def _text_field(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise _Bad(f"{name} must be a string")
    return value
