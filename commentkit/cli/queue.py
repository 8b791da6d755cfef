"""`queue`, `recheck` and `purge`: the desk without a browser."""

import getpass
from typing import Annotated

import typer

from commentkit.cli.house import with_house
from commentkit.errors import SettingsError
from commentkit.model import Move, Status
from commentkit.service import care, moderator
from commentkit.service.decisions import DISMISS
from commentkit.service.editing import PUBLISH_EDIT, REFUSE_EDIT
from commentkit.service.house import MACHINE, WRITER, House

app = typer.Typer(help="What waits, and the moderators' moves.", no_args_is_help=True)

LISTS = {
    "waiting": Status.PENDING,
    "published": Status.PUBLISHED,
    "hidden": Status.HIDDEN,
    "spam": Status.SPAM,
}

REPORTED = "reported"

Id = Annotated[str, typer.Argument(help="The comment's id, as lists and permalinks show it.")]


def _who(actor: str) -> str:
    """The name for the history: as given, else the one that this shell runs under."""
    from commentkit.text import clean_line

    name = clean_line(actor or getpass.getuser())
    if not 1 <= len(name) <= 80:
        raise SettingsError("A name has 1 to 80 characters.")
    return name


@app.command("list")
def listed(
    which: Annotated[str, typer.Argument(help="waiting, reported, published, hidden or spam.")] = "waiting",
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 50,
) -> None:
    """Print a list: id, thread, name, why."""
    if which not in {REPORTED, *LISTS}:
        raise SettingsError(f"The lists are {', '.join([*LISTS, REPORTED])}.")

    async def read(house: House) -> list[moderator.Entry]:
        if which == REPORTED:
            return await moderator.reported(house, limit=limit)
        return await moderator.listed(house, LISTS[which], limit=limit)

    for entry in with_house(read):
        comment = entry.comment
        fields = (comment.public_id, entry.thread.key, comment.name or "Anonymous", comment.reason.value)
        typer.echo("\t".join(fields))


@app.command("show")
def show(comment: Id) -> None:
    """Print a comment with what was found and decided."""
    from rich.console import Console
    from rich.text import Text

    entry = with_house(lambda house: moderator.entry(house, comment))
    console = Console()
    people = {MACHINE: "the checks", WRITER: "its writer"}
    body = Text(entry.comment.body)
    for found in entry.findings:
        if found.start is not None and found.end is not None:
            body.stylize("black on yellow", found.start, found.end)
    console.print(
        Text(f"{entry.comment.name or 'Anonymous'} on {entry.thread.key}: {entry.comment.status}\n")
    )
    console.print(body)
    for found in entry.findings:
        console.print(Text(f"- {found.check}: {found.reason}"))
    for report in entry.reported:
        console.print(Text(f"- a reader reported it ({report.reason}): {report.text}"))
    if entry.proposed:
        console.print(Text(f"\nIts writer changed it to this, which waits:\n{entry.proposed.body}\n"))
    for line in entry.history:
        note = f" ({line.note})" if line.note else ""
        console.print(
            Text(
                f"- {line.at:%Y-%m-%d %H:%M} {people.get(line.actor, line.actor)}: {line.before} -> {line.after}{note}"
            )
        )


@app.command("move")
def move(
    comment: Id,
    to: Annotated[
        str, typer.Argument(help="publish, hide, spam, not-spam, publish-edit, refuse-edit, dismiss or undo.")
    ],
    note: Annotated[str, typer.Option(help="A note for the other moderators.")] = "",
    actor: Annotated[str, typer.Option("--as", help="Who decides, for the history.")] = "",
) -> None:
    """Decide about a comment, or take the last decision back."""
    who = _who(actor)
    texts = {PUBLISH_EDIT: True, REFUSE_EDIT: False}
    if to not in {moderator.UNDO, DISMISS, *texts, *(each.value for each in Move)}:
        raise SettingsError(
            "The moves are publish, hide, spam, not-spam and undo; for a changed text publish-edit and refuse-edit; "
            "for reports dismiss."
        )

    async def work(house: House) -> str:
        if to == moderator.UNDO:
            return (await moderator.undo(house, who, comment, version=None)).status
        if to == DISMISS:
            return (await care.dismiss(house, who, comment, version=None, note=note)).status
        if to in texts:
            publish = texts[to]
            return (
                await moderator.decide_text(house, who, comment, publish=publish, version=None, note=note)
            ).status
        return (await moderator.decide(house, who, comment, Move(to), version=None, note=note)).status

    typer.echo(f"{comment} is now {with_house(work)}.")


@app.command("erase")
def erase(
    comment: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    actor: Annotated[str, typer.Option("--as", help="Who decides, for the history.")] = "",
) -> None:
    """Erase a comment for good: text, name, e-mail, website and the sealed copy. It can't be undone."""
    if not yes:
        typer.confirm("Erase it for good?", abort=True)
    with_house(lambda house: moderator.erase(house, _who(actor), comment))
    typer.echo("It is erased.")


def purge() -> None:
    """Delete, now, all that is kept no longer. The server does the same by itself, every ten minutes."""
    from commentkit.worker import sweep

    for what, number in with_house(sweep).items():
        typer.echo(f"{what}: {number}")


def recheck() -> None:
    """Ask the checks again, now, that failed or were late; and do all else that waits, daily mails excepted."""
    from commentkit.worker import drain

    typer.echo(f"{with_house(drain)} jobs done.")
