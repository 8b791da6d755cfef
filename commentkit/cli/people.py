"""`moderator` and `guest`: who gets in."""

import sys
from typing import Annotated

import typer

from commentkit.cli.house import address, with_house
from commentkit.service import guest as guests
from commentkit.service import signin
from commentkit.service.house import House
from commentkit.service.reader import known_thread

moderator = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)
guest = typer.Typer(help="Guest authors, who answer below their own post.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The moderator's name.")]
Base = Annotated[
    str | None,
    typer.Option("--base", help="Where commentkit is reached, if COMMENTKIT_PUBLIC_URL isn't set."),
]


@moderator.command("add")
def add(
    name: Name,
    password_stdin: Annotated[
        bool, typer.Option(help="Read a password from standard input instead of making a link.")
    ] = False,
    base: Base = None,
) -> None:
    """Add a moderator, and print a one-time link (or set a password)."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None

    async def work(house: House) -> str:
        await signin.add_moderator(house, name)
        if password is not None:
            await signin.set_password(house, name, password)
            return f"{name} can sign in at {address(house, '/desk', base)}"
        return address(house, f"/desk/link/{await signin.one_time_link(house, name)}", base)

    typer.echo(with_house(work))


@moderator.command("link")
def link(name: Name, base: Base = None) -> None:
    """Print a link that signs a moderator in, once."""

    async def work(house: House) -> str:
        return address(house, f"/desk/link/{await signin.one_time_link(house, name)}", base)

    typer.echo(with_house(work))


@moderator.command("password")
def password(name: Name) -> None:
    """Set a moderator's password; all their browsers are signed out."""
    if sys.stdin.isatty():
        typed = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
    with_house(lambda house: signin.set_password(house, name, typed))
    typer.echo("The password is set.")


@moderator.command("list")
def listed() -> None:
    """Print all moderators."""
    for person in with_house(signin.moderators):
        typer.echo(f"{person.name}\t{'password' if person.password_hash else 'links only'}")


@moderator.command("sign-out")
def sign_out(name: Name) -> None:
    """Sign a moderator out everywhere."""
    with_house(lambda house: signin.sign_out_everywhere(house, name))
    typer.echo(f"{name} is signed out everywhere.")


@moderator.command("remove")
def remove(name: Name) -> None:
    """Remove a moderator. Their decisions stay in the history."""
    with_house(lambda house: signin.remove_moderator(house, name))
    typer.echo(f"{name} is no moderator any more.")


@guest.command("link")
def guest_link(
    key: Annotated[str, typer.Argument(help="The thread's key, such as /guest/a-post.")],
    name: Annotated[str, typer.Option(help="The guest author's name, as the badge shows it.")],
    title: Annotated[str, typer.Option(help="The post's title; needed where nobody has commented yet.")] = "",
    url: Annotated[str, typer.Option(help="The post's address, if nobody has commented yet.")] = "",
    base: Base = None,
) -> None:
    """Print a link by which a guest author answers in one thread, with a badge."""
    from commentkit.cli.threads import wanted

    async def work(house: House) -> str:
        described = wanted(house, key, title, url)
        if not title:
            described = await known_thread(house, key)  # a slip of the finger must not make a new thread
        _, token = await guests.make_link(house, described, name)
        return address(house, f"/guest/{token}", base)

    typer.echo(with_house(work))


@guest.command("end")
def guest_end(key: Annotated[str, typer.Argument(help="The thread's key.")]) -> None:
    """Sign a thread's guest out everywhere and spoil their links."""
    with_house(lambda house: guests.end(house, key))
    typer.echo("The guest is signed out, and the links no longer work.")
