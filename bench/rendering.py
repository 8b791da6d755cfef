"""What a comment costs to render, against the promises: 100 ms accepted, 20 ms refused; and against bleach alone."""

from functools import partial

import bleach
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.clock import cpu_ms
from commentkit.errors import TextRefused
from commentkit.text import render

SIZE = 20_000

HONEST = {
    "plain prose": "It took me years to say it, and then it took one evening. ",
    "emphasis": "I was *so* afraid, and **so** tired of being afraid, every single day of it. ",
    "links": "Somebody wrote it down at https://example.org/a-long-path and I cried over it. ",
    "quotes": "> that is what you wrote\n\nand I felt it in my bones when I read it.\n\n",
}
HOSTILE = (
    "<b x=1>", "[", "![", "&", "<em><p>", "[a](", "*a ", "**", "_", "`", "~~", "> ", "- ", "<!--", "<a href=",
    "&#", "http://a.b ", "<blockquote>", "* a\n  * b\n", "[*a*](http://b.c)", "_!", "<li>a\n\n", "](", "www.a.b ",
)  # fmt: skip


def _filled(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE].strip()


def _try(text: str) -> str:
    try:
        render(text)
    except TextRefused:
        return "refused"
    return "accepted"


def main() -> None:
    """Print the table."""
    table = Table(
        "text of 20,000 characters",
        "outcome",
        "CPU ms",
        "promise ms",
        "bleach.clean alone, ms",
        title="Rendering",
    )
    for name, unit in (*HONEST.items(), *((repr(unit), unit) for unit in HOSTILE)):
        text = _filled(unit)
        outcome = _try(text)
        spent = cpu_ms(partial(_try, text))
        alone = cpu_ms(partial(bleach.clean, text), runs=1)
        promise = 100 if outcome == "accepted" else 20
        style = "red" if spent > promise else ""
        table.add_row(escape(name), outcome, f"{spent:.1f}", str(promise), f"{alone:.1f}", style=style)
    Console().print(table)
