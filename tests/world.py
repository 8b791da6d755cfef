"""A blog in which everything has happened that can: for tests of how its pages look."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from commentkit.model import Comment, Move, Thread
from commentkit.service import guest, signin
from commentkit.service.house import House
from commentkit.service.writer import Posted
from commentkit.testing import FakeClock, serving
from tests.elsewhere import ELEMENT, KEY, SCRIPT
from tests.mailserver import MailServer, link, mail_server
from tests.site import GUEST, ORIGIN, TITLE, Site, forms, make_settings
from tests.writing import add_thread, edit, move, post

SHAMING = "You're not really poly if you get jealous"
LONG_NAME = "Wilhelmina-Alexandrina von und zu Hohenstein-Oberleutensdorf the Younger of W."
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
PERSIAN = "سلام، من هم همین را تجربه کرده‌ام. ممنون که نوشتی."
WARNING = "violence in a relationship"
RICH = f"""I have felt *this* too, and it took **years**.

> You asked how it was.
>
> > And I answered.

- one thing
- another thing, which is longer than a line on a small screen and therefore goes on in the next

1. first
2. second

```
code that is far too long for any screen that is only three hundred and sixty pixels wide
```

https://blog.example/{"a-long-path/" * 12}

{LONG_WORD}"""
MIXED = f"An English paragraph comes first.\n\n{PERSIAN}\n\nAnd English: `git push`.\n\n- {PERSIAN}\n- one"
STORY = "The rain had stopped by then, and nobody in the kitchen said a word for a long while. " * 177
HOST = (
    f"<!doctype html><html lang=en><title>{TITLE}</title><meta name=viewport content='width=device-width'>"
    "<meta name=color-scheme content='light dark'><link rel=icon href='data:,'><link rel=stylesheet href=/host.css>"
)

HOST_STYLE = "body { background: Canvas; margin: 1rem } main { margin: auto; max-width: 44rem }"


@dataclass
class World:
    """The blog. `client` does what people do there, `url` is for browsers; `strict_url` shows the same comments
    with deeper replies and stricter limits, `foreign_url` on a page of another site.

    Attributes:
        paths: what was made: name -> address.
    """

    client: Site
    clock: FakeClock
    url: str = ""
    strict_url: str = ""
    foreign_url: str = ""
    paths: dict[str, str] = field(default_factory=dict)

    def go(self, page: Page, path: str) -> None:
        """Open a page of the blog."""
        page.goto(self.url + path)

    def at_the_desk(self, page: Page, path: str) -> None:
        """Open a page of the desk as Mo."""
        cookies = [(name, value) for name, value in self.client.client.cookies.items() if "desk" in name]
        page.context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies])
        self.go(page, f"/comments/desk{path}")

    def fresh(self) -> str:
        """A post that nobody has answered."""
        key = f"/guest/fresh-{secrets.token_hex(4)}"
        self.close(key, "")
        return key

    def close(self, key: str, reason: str) -> None:
        """Close a thread, as its owner does at the command line; without a reason it is open."""
        self.client.run(lambda house: add_thread(house, key, title=TITLE, url=key, closed=reason))

    def post(self, body: str, key: str, **more: Any) -> Posted:
        """Somebody writes."""
        self.clock.move(minutes=1)
        return self.client.run(lambda house: post(house, body, key=key, **more))

    def move(self, posted: Posted, to: Move, note: str = "") -> Comment:
        """Mo decides."""
        return self.client.run(lambda house: move(house, posted, to, note=note))

    def edit(self, posted: Posted, body: str) -> Comment:
        """A writer changes their text."""
        return self.client.run(lambda house: edit(house, posted, body))

    def press(self, posted: Posted, act: str, **more: str) -> None:
        """A writer presses a button of their receipt."""
        path = f"/comments/receipt/{posted.receipt}"
        fields = next(given for action, given in forms(self.client.read(path)) if action.endswith(f"/{act}"))
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        answer = self.client.client.post(f"{path}/{act}", data={**fields, **more}, headers=headers)
        assert answer.status_code == 200, answer.text

    def report(self, posted: Posted, text: str) -> None:
        """A reader reports a comment."""
        path = f"/comments/c/{posted.comment.public_id}/report"
        fields = {"reason": "hurts", "text": text}
        assert self.client.client.post(path, data=fields, headers={"Origin": ORIGIN}).status_code == 200

    def guest_link(self, key: str) -> str:
        """A fresh link for the guest author."""

        async def make(house: House) -> str:
            _, token = await guest.make_link(house, Thread(0, house.site, key, TITLE, key), GUEST)
            return token

        return f"/comments/guest/{self.client.run(make)}"

    def sign_in_link(self) -> str:
        """A fresh link for a moderator."""
        return f"/comments/desk/link/{self.client.run(lambda house: signin.one_time_link(house, 'Mo'))}"


class HostSite(Site):
    """The blog as browsers see it."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.app.router.routes += [Route("/host.css", self._style), Route("/favicon.ico", self._icon)]

    async def _icon(self, _request: Request) -> Response:
        return Response(status_code=204)

    async def _style(self, _request: Request) -> Response:
        return Response(HOST_STYLE, media_type="text/css")

    async def _post_page(self, request: Request) -> HTMLResponse:
        thread = await self.comments.html(request, request.url.path, title=TITLE, guest=GUEST)
        return HTMLResponse(f"{HOST}<main><h1>{TITLE}</h1><p>A post.</p>{thread}</main>")


def _threads(world: World) -> None:
    """What readers see."""
    few = "/guest/few"
    wren = world.post(RICH, few, name=LONG_NAME, website="https://wren.example/about/me")
    parent = wren.comment.public_id
    _, token = world.client.run(
        lambda house: guest.make_link(house, Thread(0, house.site, few, TITLE, few), GUEST)
    )
    cookie = world.client.run(lambda house: guest.enter(house, token))[1]
    thread = wren.thread
    visit = world.client.run(lambda house: guest.visit(house, cookie, thread))
    world.post("Thank you for writing this down.", few, parent=parent, guest=visit)
    world.post(MIXED, few, name="نگار")
    gone = world.post("I take this back.", few, name="Kit")
    world.post("I answer what is gone.", few, parent=gone.comment.public_id, name="Pat")
    world.press(gone, "withdraw")
    world.clock.move(minutes=1)
    world.client.post(
        "It was bad.", path=few, name="Pat", **{f"warning.{WARNING}": "yes", "warning.grief": "yes"}
    )
    world.paths["a comment"] = f"/comments/c/{parent}"
    above = ""
    for level in range(40):
        answer = world.post(f"Level {level}. {LONG_WORD}", "/guest/deep", name="Wren", parent=above)
        above = answer.comment.public_id
    world.paths["deep comment"] = f"/comments/c/{above}"
    for number in range(105):
        world.post(f"Number {number}. A short word.", "/guest/many", name="Wren" if number % 3 else "")
    world.post(STORY, "/guest/long", name="Wren")
    world.post("Before it was closed.", "/guest/closed", name="Wren")
    world.close("/guest/closed", "Robin has answered all she could. Thank you, everybody.")
    world.close(KEY, "")
    world.close("/guest/nobody", "")


def _receipts(world: World) -> None:
    """What writers see, and what moderators have to decide."""
    key = "/guest/receipts"

    def kept(name: str, posted: Posted) -> Posted:
        world.paths[name] = f"/comments/receipt/{posted.receipt}"
        world.paths[f"{name}, desk"] = f"/comments/{posted.comment.public_id}"
        return posted

    mails = {"email": "wren@example.org", "answers": "yes"}
    published = kept("published", world.post(RICH, key, name=LONG_NAME, **mails))
    answer = {"parent": published.comment.public_id}
    kept("waiting", world.post(f"Kind of you. {SHAMING}. {LONG_WORD}", key, name="Pat", **answer))
    hidden = kept("hidden", world.post(f"{SHAMING}, dear.", key, name="Pat"))
    world.move(hidden, Move.HIDE, "Not kind.")
    asked = kept("asked", world.post(f"{SHAMING}, I say.", key, name="Pat"))
    world.move(asked, Move.HIDE)
    world.press(asked, "ask")
    world.move(kept("spam", world.post(f"Buy {LONG_WORD}", key, name="Sal")), Move.SPAM)
    world.press(kept("withdrawn", world.post("I take this back.", key, name="Kit")), "withdraw")
    erased = kept("erased", world.post("This too.", key, name="Kit", email="kit@example.org"))
    world.press(erased, "erase", sure="yes", what="text")
    world.edit(kept("changed", world.post(MIXED, key, name="نگار")), f"Changed. {SHAMING}.")
    reported = kept("reported", world.post("Somebody minds this.", key, name="Ash", **answer))
    world.report(reported, f"It hurts. {LONG_WORD}")
    world.report(reported, PERSIAN)
    dismissed = kept("dismissed", world.post("Nobody minds this.", key, name="Ash"))
    world.move(dismissed, Move.HIDE, f"A note. {LONG_WORD}")
    world.move(dismissed, Move.PUBLISH, PERSIAN)


def _mails(world: World, server: MailServer) -> None:
    """The pages that links in mails lead to."""

    key = "/guest/mails"
    mails = {"email": "wren@example.org", "answers": "yes"}
    first = world.post("Tell me.", key, name="Wren", **mails)
    world.client.work()
    world.paths["confirm"] = link(server.mails[-1], "confirm")
    headers = {"Origin": ORIGIN}
    answer = world.client.client.post(world.paths["confirm"], data={"when": "each"}, headers=headers)
    assert answer.status_code == 200
    world.post("I tell you.", key, name="Kit", parent=first.comment.public_id)
    world.client.work()
    world.paths["stop"] = link(server.mails[-1], "stop")


def _a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def a_world(database_url: str) -> Iterator[World]:
    """Make the blog and serve it."""
    clock = FakeClock()
    port = _a_free_port()
    with ExitStack() as stack:
        foreign: list[str] = []

        async def page(_request: Request) -> HTMLResponse:
            return HTMLResponse(foreign[0])

        async def style(_request: Request) -> Response:
            return Response(HOST_STYLE, media_type="text/css")

        routes = [Route("/", page), Route("/host.css", style)]
        elsewhere = stack.enter_context(serving(Starlette(routes=routes))).replace("127.0.0.1", "localhost")
        mails = stack.enter_context(mail_server())
        given: dict[str, Any] = {
            "site_name": "The Blog of Long Evenings",
            "origins": (elsewhere,),
            "warnings": (WARNING, "grief", "food", "a break-up"),
            "guidelines": "Be *kind*. Speak of yourself.\n\n- No advice unless somebody asks for it.",
            "smtp_host": "127.0.0.1",
            "smtp_port": mails.port,
            "smtp_security": "none",
            "mail_from": "comments@blog.example",
        }
        inside = make_settings(database_url, public_url=f"{ORIGIN}/comments", **given)
        made = World(stack.enter_context(Site(inside, clock=clock)), clock)
        _threads(made)
        _receipts(made)
        _mails(made, mails)
        made.client.sign_in("Mo")
        made.client.run(lambda house: signin.add_moderator(house, "Ada"))
        outside = make_settings(database_url, public_url=f"http://127.0.0.1:{port}/comments", **given)
        made.url = stack.enter_context(serving(HostSite(outside, clock=clock).app, port=port))
        strict = make_settings(
            database_url, max_depth=20, post_limit="1/hour", require_name=True, require_email=True
        )
        made.strict_url = stack.enter_context(serving(HostSite(strict, clock=clock).app))
        made.foreign_url = elsewhere
        foreign.append(f"{HOST}<main><h1>{TITLE}</h1>{ELEMENT}{SCRIPT}</main>".replace("{talk}", made.url))
        yield made
