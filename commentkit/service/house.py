"""What every use case is handed: settings, database, keys, checks, listeners and a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from commentkit.draft import Limits
from commentkit.hooks import Check, Clock, Listener, Mailer
from commentkit.model import Publishing, Thread
from commentkit.settings import Settings
from commentkit.signing import Signer
from commentkit.store.database import Database

COMMENT = "ck-comment"
"""The query parameter, on any page with a thread, that names the comment to be shown."""

MACHINE = ""
"""The actor of decisions that no person took: no person's name is empty."""

WRITER = " "
"""The actor of what a comment's own writer did: no person's name is only a space."""


@dataclass(frozen=True)
class House:
    """One site's comments, assembled. Without a `mailer` nobody is offered any mail."""

    settings: Settings
    db: Database
    signer: Signer
    checks: Sequence[Check]
    listeners: Mapping[str, Listener]
    clock: Clock
    mailer: Mailer | None = None

    @property
    def site(self) -> str:
        """The site's short name."""
        return self.settings.site

    def limits(self) -> Limits:
        """What a form's fields may hold."""
        chosen = self.settings
        return Limits(
            name=chosen.name_max,
            email=chosen.email_max,
            website=chosen.website_max,
            body=chosen.body_max,
            require_name=chosen.require_name,
            require_email=chosen.require_email,
            answers=self.mailer is not None,
            warnings=chosen.warnings,
        )

    def publishing(self, thread: Thread) -> Publishing:
        """What this thread publishes unseen."""
        return thread.publishing or self.settings.publishing


def comment_page(base: str, thread: Thread, public_id: str) -> str:
    """Where readers find a comment among the others: on the page of its thread that holds it."""
    page = thread_page(base, thread)
    return f"{page}{'&' if '?' in page else '?'}{urlencode({COMMENT: public_id})}#c-{public_id}"


def thread_page(base: str, thread: Thread) -> str:
    """Where readers find a thread: the page it stands on, else its own page below `base`.

    A whole address is a page elsewhere, which can't show the thread itself.
    """
    return thread.url if thread.url.startswith("/") else own_page(base, thread)


def own_page(base: str, thread: Thread) -> str:
    """A thread's own page below `base`."""
    return f"{base}/thread?{urlencode({'key': thread.key})}"
