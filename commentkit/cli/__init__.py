"""The command line. Commands load what they need when they run, so that `check` starts without a database."""

import sys

import typer

from commentkit.cli import lexicon, lines, people, queue, server, threads
from commentkit.errors import CommentkitError

app = typer.Typer(
    name="commentkit",
    help="Comment threads for personal writing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(server.serve)
app.command("migrate")(server.migrate)
app.add_typer(people.moderator, name="moderator")
app.add_typer(people.guest, name="guest")
app.add_typer(threads.app, name="threads")
app.add_typer(queue.app, name="queue")
app.add_typer(lexicon.app, name="lexicon")
app.command("recheck")(queue.recheck)
app.command("purge")(queue.purge)
app.command("check")(lines.check)
app.command("render")(lines.render)


def main() -> None:
    """Run the command line. What was raised on purpose is one plain line, and exit code 1."""
    try:
        if any("\ud800" <= char <= "\udfff" for char in "".join(sys.argv)):
            raise CommentkitError("What was typed isn't valid UTF-8.")
        app()
    except CommentkitError as error:
        print(f"commentkit: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
