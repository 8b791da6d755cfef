"""The blog as a Starlette application: this is all that a site needs to have comments."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
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

    async def elsewhere(request: Request) -> Response:
        # A file knows where its comments live. This one lies beside them and learns it here, whatever the port.
        page = (HERE / "static_site" / "elsewhere.html").read_text(encoding="utf-8")
        return HTMLResponse(page.replace("https://talk.example", settings.site_url))

    return Starlette(
        routes=[
            Route("/", front),
            Route("/guest/{slug}", guest_post),
            Mount("/comments", comments),
            Route("/static-site/elsewhere.html", elsewhere),
            Mount("/static-site", StaticFiles(directory=HERE / "static_site", html=True)),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        lifespan=comments.lifespan,
    )
