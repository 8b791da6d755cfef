"""`Comments`: one site's comments as an ASGI application to mount, and `html` to show a thread in your own page."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from commentkit.checks.akismet import Akismet
from commentkit.checks.selfcheck import SelfCheck
from commentkit.checks.shaming import Shaming
from commentkit.checks.traps import TRAP_FIELD, Traps
from commentkit.errors import SettingsError, TextRefused
from commentkit.hooks import Check, Clock, Listener, system_clock
from commentkit.language import LANGUAGES, speaking
from commentkit.migrate import migrate
from commentkit.model import Thread
from commentkit.service import reader
from commentkit.service.house import House
from commentkit.service.live import Live
from commentkit.service.mail import offered
from commentkit.settings import Settings
from commentkit.shaming import LexiconError, Reader, packaged_weights, with_own
from commentkit.signing import Signer
from commentkit.store.database import Database, storable
from commentkit.text import clean_line
from commentkit.web import application
from commentkit.web.data import guidelines, notice
from commentkit.web.face import Face, ListCache
from commentkit.web.guards import Limits
from commentkit.web.letters import Postman
from commentkit.web.pages import Html, Pages, RecentView, recent_view, trusted
from commentkit.worker import Worker


class Comments:
    """One site's comments.

    Mount it anywhere (``Mount("/comments", comments)``, or FastAPI's ``app.mount``) and run its lifespan: a mounted
    application's own lifespan never runs. Either pass ``lifespan=comments.lifespan`` to the outer application, or,
    if that has a lifespan already, write ``async with comments: yield`` in it.

    Args:
        settings: of this site.
        checks: yours, beside the built-in ones (traps; Akismet with a key; shaming language; the self-check).
        listeners: told what happened, by a name of their own that stays the same between starts.
        engine: your own SQLAlchemy engine, if commentkit's tables (all called ``commentkit_…``) shall live in your
            database. It is never closed.
        templates: folders with your own ``commentkit/….html``, which come before ours.
        clock: tells the time; tests hand in their own.
        work: do the outbox's jobs in this process. With a worker process elsewhere, say False.
    Raises:
        SettingsError: Akismet has a key but no site address, or a mail server no address to send from; two checks
            have the same name, or one is too long.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        checks: Sequence[Check] = (),
        listeners: Mapping[str, Listener] | None = None,
        engine: AsyncEngine | None = None,
        templates: Sequence[str | Path] = (),
        clock: Clock = system_clock,
        work: bool = True,
    ) -> None:
        if settings.smtp_host:
            for name in ("mail_from", "public_url"):
                # A link in a mail must not be made from what some request says about this host.
                if not getattr(settings, name):
                    raise SettingsError(
                        f"COMMENTKIT_{name.upper()}: mails can't be sent without; please set it."
                    )
        pages = Pages(templates)
        seal = settings.seal_key.get_secret_value() if settings.seal_key else None
        self.house = House(
            settings=settings,
            db=Database(settings.database_url, engine),
            signer=Signer(settings.secret_key.get_secret_value(), seal, settings.site),
            checks=(*_built_in(settings), *checks),
            listeners=dict(listeners or {}),
            clock=clock,
            mailer=Postman(settings, pages) if settings.smtp_host else None,
        )
        names = [check.name for check in self.house.checks]
        if len(set(names)) < len(names) or not all(0 < len(name) <= 60 for name in names):
            raise SettingsError("Every check needs a name of its own, of up to 60 characters.")
        if not all(0 < len(name) <= 120 for name in self.house.listeners):
            raise SettingsError("Every listener needs a name of up to 120 characters.")
        _guidelines(settings)  # one that can't be shown is told of now, not to a reader
        pages.show(
            settings=settings,
            trap=TRAP_FIELD,
            notice=partial(notice, self.house),
            mail=offered(self.house),
            guidelines=partial(_guidelines, settings),
        )
        self._face = Face(
            house=self.house,
            pages=pages,
            limits=Limits(settings, self.house.signer),
            lists=ListCache(settings.cache_bytes),
            live=Live(self.house),
        )
        self._app = application(self._face)
        self._work = work
        self._started = 0
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._must_be_started()
        await self._app(scope, receive, send)

    def _must_be_started(self) -> None:
        if not self._started:
            raise SettingsError(
                "commentkit was mounted but not started. Pass lifespan=comments.lifespan to the application, or "
                "write `async with comments: yield` in its own lifespan."
            )

    async def __aenter__(self) -> Self:
        self._started += 1
        if self._started == 1:
            try:
                if self.house.settings.migrate_on_start:
                    await migrate(self.house.db)
            except BaseException:
                self._started -= 1
                raise
            self._face.live.start()
            if self._work:
                self._worker = asyncio.create_task(Worker(self.house).run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._started -= 1
        if self._started:
            return
        await self._face.live.stop()
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None
        await self.house.db.close()

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """For ``Starlette(lifespan=comments.lifespan)`` and FastAPI's argument of the same name."""
        async with self:
            yield

    async def html(
        self,
        request: Request,
        key: str,
        *,
        title: str = "",
        url: str = "",
        guest: str = "",
        language: str = "",
    ) -> Html:
        """A thread with its form, to stand in your own page. Works without JavaScript; stores nothing.

        Args:
            request: the one that your page answers.
            key: names the thread for good: a path such as ``/guest/compersion``, or any string up to 500 characters.
            title: of the page, for moderators.
            url: of the page; the request's path when empty. A whole address (https://…) is one that can't show the
                thread itself: links to comments then lead to the thread's own page.
            guest: the guest author's name, for the badge's explanation.
            language: of the page, one of `commentkit.language.LANGUAGES`; as set, or the browser's choice, when empty.
        Raises:
            SettingsError: it can't be found where commentkit is mounted (set ``public_url`` then), or its lifespan
                isn't running.
            ValueError: the key is empty or too long, or there is no such language.
        """
        self._must_be_started()
        if not key or len(key) > 500 or not storable(key):
            raise ValueError("a thread's key has 1 to 500 characters")
        base = self._base(request, language)
        # Two slashes at its beginning would lead to another host.
        path = quote("/" + str(request.scope["path"]).lstrip("/"), safe="/:@!$&'()*+,;=~")
        page = url or path
        wanted = Thread(
            id=0,
            site=self.house.site,
            key=key,
            title=clean_line(title)[:300],
            url=page if len(page) <= 2000 else "",  # without one, the thread has its own page
            guest=clean_line(guest)[: self.house.settings.name_max],
        )
        thread = await reader.thread_of(self.house, wanted)
        with speaking(language or self._face.language(request)):
            return await self._face.fragment(request, thread, base, path)

    async def recent(
        self, request: Request, *, limit: int = 5, key: str = "", language: str = ""
    ) -> list[RecentView]:
        """The newest comments, for a sidebar of your own: `name`, `excerpt`, `said` (the time), `permalink`, `thread`.

        Args:
            request: the one that your page answers.
            limit: how many, up to 100.
            key: of one thread; all threads of the site when empty.
            language: as for `html`.
        Raises:
            SettingsError, ValueError: as for `html`.
        """
        self._must_be_started()
        found = await reader.recent(self.house, max(1, min(limit, 100)), key)
        base = self._base(request, language)
        with speaking(language or self._face.language(request)):
            return [recent_view(comment, thread, base) for comment, thread in found]

    def _base(self, request: Request, language: str) -> str:
        if language and language not in LANGUAGES:
            raise ValueError(f"the languages are {', '.join(LANGUAGES)}")
        root = str(request.scope.get("app_root_path", request.scope.get("root_path", ""))).rstrip("/")
        base = self.house.settings.public_url or root + self._mounted_at(request)
        return f"{base}/~{language}" if language else base

    def _mounted_at(self, request: Request) -> str:
        # The outermost router: the page may stand in another mounted application than we do.
        path = _find(request.scope["router"].routes, self, "")
        if path is None:
            raise SettingsError(
                "It can't be seen from this page where commentkit is mounted; set COMMENTKIT_PUBLIC_URL."
            )
        return path


def _find(routes: Sequence[BaseRoute], comments: Comments, prefix: str) -> str | None:
    for route in routes:
        if isinstance(route, Mount):
            path = prefix + route.path
            if route.app is comments:
                return path
            below = _find(route.routes or (), comments, path)
            if below is not None:
                return below
    return None


def _reader(settings: Settings) -> Reader:
    try:
        lexicon = with_own([Path(name) for name in settings.shaming_files], settings.shaming_off)
    except LexiconError as error:
        raise SettingsError(f"The rules for shaming language can't be used. {error}") from None
    return Reader(lexicon, packaged_weights())


def _guidelines(settings: Settings) -> Html:
    try:
        return trusted(guidelines(settings))
    except TextRefused as error:
        raise SettingsError(f"COMMENTKIT_GUIDELINES: {error}") from None


def _built_in(settings: Settings) -> list[Check]:
    checks: list[Check] = [Traps(settings.hurried_seconds, settings.links_free)]
    if settings.akismet_key is not None:
        if not settings.site_url:
            raise SettingsError("COMMENTKIT_SITE_URL: Akismet knows your site by its address; please set it.")
        checks.append(
            Akismet(
                settings.akismet_key.get_secret_value(),
                settings.site_url,
                base_url=settings.akismet_url,
                send_address=settings.akismet_send_address,
                send_email=settings.akismet_send_email,
            )
        )
    if settings.shaming:
        checks.append(Shaming(_reader(settings)))
    if settings.self_check:
        checks.append(SelfCheck())
    return checks
