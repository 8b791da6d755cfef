"""The blog as a Starlette application: this is all that a site needs to have comments."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from commentkit import Comments, Settings
from example_site.posts import HERE, POSTS, templates


def create(settings: Settings) -> Starlette:
    """The blog, with its comments below `/comments`."""
    comments = Comments(settings)

    async def front(request: Request) -> Response:
        return templates.TemplateResponse(request, "front.html", {"posts": POSTS.values()})

    async def guest_post(request: Request) -> Response:
        post = POSTS.get(request.path_params["slug"])
        if post is None:
            raise HTTPException(404)
        thread = await comments.html(request, post.key, title=post.title, guest=post.guest)
        return templates.TemplateResponse(request, post.template, {"post": post, "thread": thread})

    return Starlette(
        routes=[
            Route("/", front),
            Route("/guest/{slug}", guest_post),
            Mount("/comments", comments),
            Mount("/static-site", StaticFiles(directory=HERE / "static_site", html=True)),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        lifespan=comments.lifespan,
    )
