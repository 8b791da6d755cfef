"""The URL map on one screen, and the layers around it."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from commentkit.errors import CommentkitError
from commentkit.web import api, desk, embed, entry, feeds, layers, live, mail, reader, receipt, report, thanks
from commentkit.web.api.openapi import openapi
from commentkit.web.errors import no_route, refused
from commentkit.web.face import Face
from commentkit.web.mount import API, LIVE

STATIC = Path(__file__).parent.parent / "static"

ROUTES: list[BaseRoute] = [
    Route("/", reader.index),
    Route("/thread", reader.thread),
    Route("/post", reader.post, methods=["POST"]),
    Route("/c/{id}", reader.permalink),
    Route("/c/{id}/reply", reader.reply),
    Route("/c/{id}/thanks", thanks.thank, methods=["POST"]),
    Route("/c/{id}/report", report.form),
    Route("/c/{id}/report", report.send, methods=["POST"]),
    Route("/feed", feeds.feed),
    Route(LIVE, live.stream),
    Route("/embed.js", embed.script),
    Route("/receipt/{receipt}", receipt.show),
    Route("/receipt/{receipt}/everything.json", receipt.everything),
    Route("/receipt/{receipt}/edit", receipt.edit_form),
    Route("/receipt/{receipt}/edit", receipt.edit, methods=["POST"]),
    Route("/receipt/{receipt}/{act}", receipt.act, methods=["POST"]),
    Route("/mail/confirm/{token}", mail.confirm_form),
    Route("/mail/confirm/{token}", mail.confirm, methods=["POST"]),
    Route("/mail/stop/{token}", mail.stop_form),
    Route("/mail/stop/{token}", mail.stop, methods=["POST"]),
    Route("/data", reader.data_page),
    Route("/guest/{token}", entry.guest_form),
    Route("/guest/{token}", entry.guest_enter, methods=["POST"]),
    Route("/desk", desk.listed),
    Route("/desk/sign-in", entry.sign_in_form),
    Route("/desk/sign-in", entry.sign_in, methods=["POST"]),
    Route("/desk/link/{token}", entry.link_form),
    Route("/desk/link/{token}", entry.link, methods=["POST"]),
    Route("/desk/sign-out", desk.sign_out, methods=["POST"]),
    Route("/desk/history", desk.history),
    Route("/desk/people", desk.people),
    Route("/desk/people/guest", desk.guest_link, methods=["POST"]),
    Route("/desk/people/end", desk.end_visit, methods=["POST"]),
    Route("/desk/comments/{id}", desk.one),
    Route("/desk/comments/{id}", desk.move, methods=["POST"]),
    Route("/desk/{list}", desk.listed),
    Mount(
        API,
        routes=[
            Route("/openapi.json", openapi),
            *(Route(each.path, each.run, methods=[each.method]) for each in api.OPERATIONS),
        ],
    ),
    Mount("/static", StaticFiles(directory=STATIC)),
]


def application(face: Face) -> Starlette:
    """All routes of one instance, as an ASGI application to be mounted."""
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(layers.Mounted),
            Middleware(layers.Spoken, face=face),
            Middleware(layers.Headers),
            Middleware(layers.Cors, face=face),
            Middleware(layers.LastResort),
        ],
        exception_handlers={CommentkitError: refused, HTTPException: no_route},
    )
    app.state.face = face
    return app
