"""`serve` and `migrate`."""

import importlib.util
from typing import Annotated

import typer

from commentkit.errors import SettingsError


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
) -> None:
    """Serve commentkit by itself, below /comments, for sites made of static files."""
    if importlib.util.find_spec("uvicorn") is None:
        raise SettingsError("The server isn't installed. Type: pip install 'commentkit[serve]'")
    from commentkit.asgi import MOUNT, create
    from commentkit.server import Server, bind

    app = create()

    def ready(url: str) -> None:
        typer.echo(f"serving: {url}{MOUNT}/")

    Server(app, bind(host, port), ready).serve_until_stopped()


def migrate() -> None:
    """Bring commentkit's own tables up to date."""
    import asyncio

    from commentkit.migrate import migrate as bring_up_to_date
    from commentkit.settings import Settings
    from commentkit.store.database import Database

    async def run() -> None:
        db = Database(Settings.from_env().database_url)
        try:
            await bring_up_to_date(db)
        finally:
            await db.close()

    asyncio.run(run())
    typer.echo("The tables are up to date.")
