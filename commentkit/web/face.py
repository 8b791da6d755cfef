"""What the routes share: one instance's house, templates, limits and finished lists, and how answers look."""

import sys
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from commentkit import signing
from commentkit.draft import Draft
from commentkit.errors import InvalidDraft, Problem
from commentkit.language import spoken, understood
from commentkit.model import Comment, Publishing, Thread, Visit
from commentkit.service import guest, reading, signin, thanks
from commentkit.service.house import House
from commentkit.service.live import Live
from commentkit.service.reading import Wanted
from commentkit.signing import FormStamp
from commentkit.web import cookies, guards
from commentkit.web.fields import chosen_warnings
from commentkit.web.mount import TONGUE, root_of
from commentkit.web.pages import FormView, Html, Pages
from commentkit.web.paging import Asked, Listed, asked, links_of

_AT_ONCE = timedelta(minutes=1)
_DEVICE_MAX = 100


class ListCache:
    """Finished lists of comments, the longest unused dropped first when their bytes are too many."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._kept: OrderedDict[tuple[object, ...], str] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> str | None:
        """A kept list, if there is one."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: tuple[object, ...], value: str) -> None:
        """Keep a list."""
        if key in self._kept:
            self._held -= sys.getsizeof(self._kept.pop(key))
        self._kept[key] = value
        self._held += sys.getsizeof(value)
        while self._held > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._held -= sys.getsizeof(dropped)


@dataclass(frozen=True)
class Face:
    """One `Comments` as its routes see it."""

    house: House
    pages: Pages
    limits: guards.Limits
    lists: ListCache = field(repr=False)
    live: Live = field(repr=False)

    def base(self, request: HTTPConnection) -> str:
        """The address below which this instance is reached: as set, else the path that the request came by."""
        public = self.house.settings.public_url
        return public + request.scope.get(TONGUE, "") if public else root_of(request.scope)

    def language(self, request: HTTPConnection) -> str:
        """The language to speak where no address says: the site's, else the one that the browser asks for."""
        return self.house.settings.language or understood(request.headers.get("accept-language", ""))

    def absolute(self, request: Request, address: str) -> str:
        """An address with scheme and host, to be copied or sent on."""
        return urljoin(str(request.base_url), address)

    async def moderator(self, request: Request) -> Visit | None:
        """The moderator who is signed in, if one is."""
        cookie = self.cookie(request, cookies.DESK)
        return await signin.visit(self.house, cookie) if cookie else None

    async def guest(self, request: Request, thread: Thread) -> Visit | None:
        """The guest author of this thread, if they are signed in."""
        cookie = self.cookie(request, cookies.guest(thread.id)) if thread.id else ""
        return await guest.visit(self.house, cookie, thread) if cookie else None

    def cookie(self, request: Request, purpose: str) -> str:
        """What one of this device's cookies says; '' where there is none."""
        return cookies.read(request, self.house.settings, purpose)

    def writer(self, request: Request, thread: Thread, guest: Visit | None) -> str:
        """The random token that this device has in this thread if it has posted in it before; else ''."""
        if guest is not None:
            return guest.token_hash
        return self.cookie(request, cookies.writer(thread.id))[:_DEVICE_MAX] if thread.id else ""

    def know_writer(self, request: Request, response: Response, thread: Thread, token: str) -> None:
        """Let this device have a token in this thread."""
        settings = self.house.settings
        cookies.put(request, response, settings, cookies.writer(thread.id), token, settings.writer_days)

    def proof(self, request: Request) -> str:
        """What this device got when an e-mail address was confirmed on it; '' where none was."""
        return self.cookie(request, cookies.KNOWN)

    def prove(self, request: Request, response: Response, proof: str) -> None:
        """Let this device prove the e-mail address that was confirmed on it."""
        settings = self.house.settings
        cookies.put(request, response, settings, cookies.KNOWN, proof, settings.remember_days)

    def remembered(self, request: Request) -> dict[str, str]:
        """What this device was asked to remember for the form."""
        cookie = self.cookie(request, cookies.REMEMBER)
        return (self.house.signer.unseal(cookies.REMEMBER, cookie) or {}) if cookie else {}

    def remember(self, request: Request, response: Response, draft: Draft, *, ticked: bool) -> None:
        """Set the cookie if that was ticked; take it away if it wasn't."""
        settings = self.house.settings
        values = {"name": draft.name, "email": draft.email, "website": draft.website}
        sealed = self.house.signer.seal(cookies.REMEMBER, values)
        if ticked and len(sealed) <= cookies.MOST:
            cookies.put(request, response, settings, cookies.REMEMBER, sealed, settings.remember_days)
        else:
            cookies.drop(request, response, settings, cookies.REMEMBER)

    def has_sent(
        self,
        request: Request,
        stamp: FormStamp,
        thread: Thread,
        guest: Visit | None,
        comment: Comment,
        *,
        again: bool = False,
    ) -> bool:
        """Whether the comment that came with a form is known to be this device's.

        A host may keep its page ready for all readers, and their forms are then one and the same: such a form alone
        proves nothing about who sent it first. The token that drew the comment's picture does.

        Args:
            again: the very same text came, which within a minute is one person's second press of the button.
        """
        if stamp.alone or (again and self.house.clock() - comment.created_at <= _AT_ONCE):
            return True
        device = self.writer(request, thread, guest)
        return bool(device) and signing.same(
            self.house.signer.seed(device, thread.key, comment.name), comment.seed
        )

    def stamp(self, thread: Thread, *, alone: bool = False) -> str:
        """A fresh form token for a thread.

        Args:
            alone: it is handed to one program, and stands on no page.
        """
        return self.house.signer.stamp(
            FormStamp(
                site=self.house.site,
                key=thread.key,
                title=thread.title,
                url=thread.url,
                guest=thread.guest,
                once=signing.random_id(),
                made=int(self.house.clock().timestamp()),
                alone=alone,
            )
        )

    async def form(
        self,
        request: Request,
        thread: Thread,
        base: str,
        *,
        token: str = "",
        typed: Mapping[str, str] | None = None,
        problems: Mapping[str, Problem] | None = None,
        problem: str = "",
        parent: str = "",
    ) -> FormView:
        """The form for a thread: with what was typed, or with what this device remembers."""
        visit = await self.guest(request, thread)
        remembered = self.remembered(request)
        return FormView(
            action=f"{base}/post",
            token=token or self.stamp(thread),
            key=thread.key,
            parent=parent,
            values=typed if typed is not None else remembered,
            problems=problems or {},
            problem=problem,
            guest=visit.name if visit else "",
            remembered=bool(typed.get("remember") if typed is not None else remembered),
            chosen=chosen_warnings(typed or {}),
            first_waits=self.house.publishing(thread) is Publishing.HOLD_FIRST and not self.proof(request),
        )

    async def fragment(self, request: Request, thread: Thread, base: str, here: str) -> Html:
        """A thread as HTML: the page of it that was asked for, its comments as kept ready, and a fresh form.

        Args:
            here: the path of the page around it, for links to other pages of the thread.
        """
        wanted = asked(request, self.house.settings, here)
        listed, lost = await self._listed(thread, base, wanted)
        device = self.device(request)
        said = await thanks.said(self.house, device, listed.ids) if device and listed.ids else ()
        return self.pages.render(
            "thread.html",
            thread=thread,
            base=base,
            comments=self.pages.with_thanks(listed.html, base, said),
            listed=listed,
            lost=lost,
            links=links_of(wanted, listed, thread),
            now=self.house.clock(),
            form=None if thread.closed else await self.form(request, thread, base),
        )

    async def _listed(self, thread: Thread, base: str, wanted: Asked) -> tuple[Listed, bool]:
        """A page of the thread; its beginning, and True, when there is no such place in it."""
        try:
            return await self.list(thread, base, wanted.page), False
        except InvalidDraft:
            return await self.list(thread, base, replace(wanted.page, after="", comment="")), True

    async def list(self, thread: Thread, base: str, wanted: Wanted) -> Listed:
        """The comments of a page: made once for each version of the thread.

        Raises:
            InvalidDraft: there is no such place in the thread.
        """
        key = (thread.id, thread.version, thread.title, base, spoken(), wanted)
        kept = self.lists.get(key) if thread.id else None
        if kept is not None:
            return Listed.read(kept)
        page = await reading.page(self.house, thread, wanted)
        html = str(self.pages.thread_list(thread, page.nodes, base, self.house.settings.thanks))
        listed = Listed.of(page, html)
        if thread.id:
            self.lists.put(key, listed.written())
        return listed

    def device(self, request: Request) -> str:
        """The random token that this device has if it has thanked before."""
        return self.cookie(request, cookies.THANKS)[:_DEVICE_MAX]

    def page(
        self, request: Request, template: str, status: int = 200, *, store: bool = False, **values: Any
    ) -> HTMLResponse:
        """A whole page of ours. It is this reader's alone; with `store` their browser may keep it for Back."""
        html = self.pages.render(template, base=self.base(request), **values)
        caching = "private, no-cache" if store else "private, no-store"
        return HTMLResponse(html, status, headers={"Cache-Control": caching})


def face_of(request: Request) -> Face:
    """The instance that this request came to."""
    found: Face = request.app.state.face
    return found
