"""`threads`: add, list, change, close."""

from typing import Annotated, Any

import typer

from commentkit.cli.house import with_house
from commentkit.errors import NotFound, SettingsError
from commentkit.model import Publishing, Thread
from commentkit.service.house import House

app = typer.Typer(help="The threads of a site.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="The thread's key, such as /guest/a-post.")]


def wanted(house: House, key: str, title: str, url: str) -> Thread:
    """A thread as its owner describes it.

    Raises:
        SettingsError: the key or the address can't be one.
    """
    from commentkit.text import clean_line

    if not 1 <= len(key) <= 500 or "\0" in key:
        raise SettingsError("A thread's key has 1 to 500 characters.")
    if url and not url.startswith(("http://", "https://", "/")):
        raise SettingsError("The address of a page starts with https:// (or with / on this site).")
    if len(title) > 300 or len(url) > 2000:
        raise SettingsError("A title has up to 300 characters, an address up to 2,000.")
    return Thread(0, house.site, key, clean_line(title), url)


@app.command("add")
def add(
    key: Key,
    title: Annotated[str, typer.Option(help="The post's title.")] = "",
    url: Annotated[str, typer.Option(help="The post's address.")] = "",
) -> None:
    """Add a thread, for pages that commentkit can't see by itself."""

    async def work(house: House) -> None:
        from commentkit.store import threads

        async with house.db.write() as connection:
            described = wanted(house, key, title, url)
            thread = await threads.ensure(connection, described, house.clock())
            named = (("title", described.title), ("url", described.url))
            given = {name: value for name, value in named if value}
            if given:
                await threads.change(connection, thread.id, **given)

    with_house(work)
    typer.echo(f"The thread {key} is there.")


@app.command("list")
def listed() -> None:
    """Print all threads: comments, key, rule, title."""

    async def work(house: House) -> list[Thread]:
        from commentkit.store import threads

        async with house.db.read() as connection:
            return await threads.of_site(connection, house.site)

    for thread in with_house(work):
        rule = "closed" if thread.closed else (thread.publishing or "-")
        typer.echo(f"{thread.published}\t{thread.key}\t{rule}\t{thread.title}")


@app.command("fragment")
def fragment(
    key: Key,
    base: Annotated[
        str | None,
        typer.Option(help="Where readers reach commentkit, such as https://talk.example/comments."),
    ] = None,
) -> None:
    """Print a thread as a piece of HTML for a page of files: to read, with a link to where it can be answered."""

    async def work(house: House) -> str:
        from commentkit.language import ENGLISH, speaking
        from commentkit.service import reader, reading
        from commentkit.service.house import own_page
        from commentkit.web.pages import Pages

        place = (base or house.settings.public_url).rstrip("/")
        if not place.startswith(("http://", "https://")):
            raise SettingsError("The links need a whole address: give --base or set COMMENTKIT_PUBLIC_URL.")
        thread = await reader.known_thread(house, key)
        whole = reading.Wanted(house.settings.order, max(1, thread.published))
        nodes = (await reading.page(house, thread, whole)).nodes
        with speaking(house.settings.language or ENGLISH):
            return str(Pages(()).static_thread(thread, nodes, place, own_page(place, thread)))

    typer.echo(with_house(work), nl=False)


def _change(key: str, values: dict[str, Any]) -> None:
    async def work(house: House) -> None:
        from commentkit.store import threads

        async with house.db.write() as connection:
            thread = await threads.find(connection, house.site, key)
            if thread is None:
                raise NotFound(f"There is no thread {key!r}. Add it first: commentkit threads add {key}")
            await threads.change(connection, thread.id, **values)

    with_house(work)


@app.command("publishing")
def publishing(
    key: Key,
    rule: Annotated[
        str, typer.Argument(help="publish, hold-first, hold-all, or site for the site's own rule.")
    ],
) -> None:
    """Say what a thread publishes before a moderator has read it."""
    if rule != "site" and rule not in {each.value for each in Publishing}:
        raise SettingsError("The rule is publish, hold-first, hold-all or site.")
    _change(key, {"publishing": None if rule == "site" else rule})
    typer.echo(f"{key}: {rule}")


@app.command("close")
def close(key: Key, reason: Annotated[str, typer.Option(help="What readers are told.")]) -> None:
    """Close a thread: it can be read, and says why it takes no more comments."""
    if not 1 <= len(reason) <= 500:
        raise SettingsError("Readers are told why: give a reason of up to 500 characters.")
    _change(key, {"closed": reason})
    typer.echo(f"{key} is closed.")


@app.command("open")
def reopen(key: Key) -> None:
    """Open a closed thread again."""
    _change(key, {"closed": ""})
    typer.echo(f"{key} is open.")
