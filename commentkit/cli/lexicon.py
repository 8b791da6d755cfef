"""`lexicon`: the rules for shaming language, and a test of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from commentkit.cli.house import with_house
from commentkit.errors import CommentkitError

app = typer.Typer(help="The rules for shaming language.", no_args_is_help=True)

Files = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="A file with rules of your own; may be given several times."),
]


@app.command("list")
def listed(rules: Files = None) -> None:
    """Print every rule: its id, category and tier, and what it says."""
    from commentkit.shaming import CATEGORIES, WHOLE, LexiconError, with_own

    try:
        lexicon = with_own(rules or ())
    except LexiconError as error:
        raise CommentkitError(str(error)) from None
    for rule in lexicon.rules:
        typer.echo(f"{rule.id}\t{rule.category}\t{rule.tier}\t{rule.reason}")
    for category in CATEGORIES:
        typer.echo(f"{WHOLE}{category}\t{category}\tlikely\t{lexicon.about[category].reason}")


@app.command("test")
def test(
    files: Annotated[list[Path], typer.Argument(help="Files with rules of your own, and examples in them.")],
) -> None:
    """Check files of your own, and run the examples that their rules carry.

    A rule finds each text in its list `flag` and leaves alone each in its list `ok`.
    """
    from commentkit.shaming import LexiconError, failures, with_own

    try:
        lexicon = with_own(files)
    except LexiconError as error:
        raise CommentkitError(str(error)) from None
    own = [rule for rule in lexicon.rules if rule.id in lexicon.own]
    failed = [line for rule in own for line in failures(lexicon, rule)]
    for line in failed:
        typer.echo(line)
    examples = sum(len(rule.flag) + len(rule.ok) for rule in own)
    typer.echo(f"{len(own)} rules, {examples} examples, {len(failed)} of them not as they should be.")
    if failed:
        raise typer.Exit(1)


@app.command("answers")
def answers() -> None:
    """Print what writers did who were shown advice before posting, by rule."""
    from commentkit.model import Answer
    from commentkit.service import before

    counted = with_house(before.counts)
    typer.echo("\t".join(("rule", *Answer)))
    for code, by_answer in counted.items():
        typer.echo("\t".join((code, *(str(by_answer[answer]) for answer in Answer))))
