"""`lexicon`: the rules for shaming language, and a test of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commentkit.cli.house import with_house
from commentkit.errors import CommentkitError

if TYPE_CHECKING:
    from commentkit.shaming import Lexicon

app = typer.Typer(help="The rules for shaming language.", no_args_is_help=True)

Files = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="A file with rules of your own; may be given several times."),
]


def as_set(rules: list[Path] | None) -> "Lexicon":
    """The rules as the site's settings have them, with some files more.

    Raises:
        CommentkitError: a file can't be read, or something in it.
    """
    from commentkit.settings import Settings
    from commentkit.shaming import LexiconError, with_own

    files, off = Settings.shaming_rules()
    try:
        return with_own((*map(Path, files), *(rules or ())), off)
    except LexiconError as error:
        raise CommentkitError(str(error)) from None


@app.command("list")
def listed(rules: Files = None) -> None:
    """Print every rule: its id, category and tier, and what it says."""
    from commentkit.shaming import CATEGORIES, WHOLE

    lexicon = as_set(rules)
    for rule in lexicon.rules:
        typer.echo(f"{rule.id}\t{rule.category}\t{rule.tier}\t{rule.reason}")
    for category in CATEGORIES:
        if f"{WHOLE}{category}" not in lexicon.off:
            typer.echo(f"{WHOLE}{category}\t{category}\tlikely\t{lexicon.about[category].reason}")


@app.command("test")
def test(
    files: Annotated[list[Path], typer.Argument(help="Files with rules of your own, and examples in them.")],
) -> None:
    """Check files of your own, and run the examples that their rules carry.

    A rule finds each text in its list `flag` and leaves alone each in its list `ok`. Where a stronger rule finds the
    same words, that one is named: it is what a writer is told.
    """
    from commentkit.shaming import LexiconError, covered, failures, with_own

    try:
        lexicon = with_own(files)
    except LexiconError as error:
        raise CommentkitError(str(error)) from None
    own = [rule for rule in lexicon.rules if rule.id in lexicon.own]
    failed = [line for rule in own for line in failures(lexicon, rule)]
    for line in (*failed, *(line for rule in own for line in covered(lexicon, rule))):
        typer.echo(line)
    examples = sum(len(rule.flag) + len(rule.ok) for rule in own)
    typer.echo(f"Rules: {len(own)}. Examples: {examples}. Not as they should be: {len(failed)}.")
    for rule in own:
        if not rule.flag or not rule.ok:
            typer.echo(
                f"{rule.id}: has no examples of what it shall {'leave alone' if rule.flag else 'find'}"
            )
    if failed:
        raise typer.Exit(1)


@app.command("answers")
def answers() -> None:
    """Print what writers did who were shown advice before posting, by rule."""
    from commentkit.advice import Answer
    from commentkit.service import before

    counted = with_house(before.counts)
    typer.echo("\t".join(("rule", *Answer)))
    for code, by_answer in counted.items():
        typer.echo("\t".join((code, *(str(by_answer[answer]) for answer in Answer))))
