"""The same post in FastAPI, with a lifespan of its own.

uvicorn --factory example_site.fastapi_site:create --no-proxy-headers    (COMMENTKIT_SECRET_KEY must be set)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.staticfiles import StaticFiles

from commentkit import Comments, Settings
from example_site.posts import HERE, POSTS, templates


def create(settings: Settings | None = None) -> FastAPI:
    """The blog; its settings come from the environment when none are given."""
    comments = Comments(settings or Settings.from_env())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with comments:
            yield

    app = FastAPI(lifespan=lifespan)
    app.mount("/comments", comments)
    app.mount("/static", StaticFiles(directory=HERE / "static"))

    @app.get("/guest/{slug}")
    async def guest_post(request: Request, slug: str) -> Response:
        if slug not in POSTS:
            raise HTTPException(404)
        post = POSTS[slug]
        thread = await comments.html(request, post.key, title=post.title, guest=post.guest)
        return templates.TemplateResponse(request, post.template, {"post": post, "thread": thread})

    return app
