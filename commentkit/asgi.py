"""The ready server: commentkit alone, below `/comments`, for sites that are made of static files.

    uvicorn --factory commentkit.asgi:create --no-proxy-headers

`--no-proxy-headers`: the settings say which proxies may name a reader's address; a server that believes such headers
from everyone on the same machine would undo that.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from commentkit.app import Comments
from commentkit.settings import Settings

MOUNT = "/comments"


async def _to_comments(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}{MOUNT}/", 303)


def create(settings: Settings | None = None) -> Starlette:
    """The application.

    Args:
        settings: read from the environment when None.
    Raises:
        SettingsError: a setting is missing or wrong.
    """
    comments = Comments(settings or Settings.from_env())
    routes = [Route("/", _to_comments), Mount(MOUNT, comments)]
    return Starlette(routes=routes, lifespan=comments.lifespan)
