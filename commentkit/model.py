"""Every noun of commentkit: frozen dataclasses and closed lists of words. No behaviour that needs the outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Status(StrEnum):
    """Where a comment stands. Readers see `PUBLISHED` ones only."""

    PENDING = "pending"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Move(StrEnum):
    """What a moderator may do with a comment; which move is allowed where is one table in `policy`."""

    PUBLISH = "publish"
    HIDE = "hide"
    SPAM = "spam"
    NOT_SPAM = "not-spam"


class Publishing(StrEnum):
    """What a site or a thread publishes before a moderator has read it."""

    PUBLISH = "publish"
    HOLD_FIRST = "hold-first"
    HOLD_ALL = "hold-all"


class Order(StrEnum):
    """How the top comments of a thread are sorted; what was answered stays below each, in order."""

    OLDEST = "oldest"
    NEWEST = "newest"
    THANKED = "thanked"


class Thanks(StrEnum):
    """Whether readers can say that a comment rings true, and whether their number shows."""

    COUNTED = "counted"
    UNCOUNTED = "uncounted"
    OFF = "off"


class Weight(IntEnum):
    """What a finding asks for. A `NOTE` may carry points; enough points together hold a comment."""

    NOTE = 0
    HOLD = 1
    SPAM = 2


class Reason(StrEnum):
    """Why a comment waits or isn't shown, as its writer is told."""

    NONE = "none"
    EVERYONE_WAITS = "everyone-waits"
    FIRST_WAITS = "first-waits"
    WORDS = "words"
    SPAM_CHECK = "spam-check"
    EVIDENCE = "evidence"
    CHECK_LATE = "check-late"
    PERSON_DECIDES = "person-decides"
    MODERATOR = "moderator"
    ASKED = "asked-again"


class Security(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class EditStatus(StrEnum):
    """Where a changed text stands. Until it is `DONE`, readers see the text that it would take the place of."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    REPLACED = "replaced"


class Erasure(StrEnum):
    """What a writer erases for good: the text, who they said they are (name, website, e-mail), or both."""

    TEXT = "text"
    IDENTITY = "identity"
    BOTH = "both"


class ReportReason(StrEnum):
    """Why a reader reports a comment."""

    HURTS = "hurts"
    PRIVATE = "private"
    WORRIES = "worries"
    WARNING = "warning"
    SPAM = "spam"
    OTHER = "other"


@dataclass(frozen=True)
class Finding:
    """What one check saw. Checks report; only `policy` and people decide.

    Attributes:
        check: the check's name, e.g. ``"akismet"``.
        code: stable id of the rule, e.g. ``"gatekeeping-not-really"``.
        reason: a sentence for the moderator (and, for words, for their writer).
        weight: what it asks for.
        points: evidence; the points of all findings are added up.
        start, end: half-open span in code points of the raw body, where the finding is about words.
        data: further facts, JSON-able strings only (stance, category, tier, guid …).
    """

    check: str
    code: str
    reason: str
    weight: Weight = Weight.NOTE
    points: int = 0
    start: int | None = None
    end: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Thread:
    """The comments below one page. `id` is 0 while nobody has commented: reading stores nothing.

    Attributes:
        version: grows with every change that readers can see.
        published: how many comments can be read.
    """

    id: int
    site: str
    key: str
    title: str = ""
    url: str = ""
    guest: str = ""
    publishing: Publishing | None = None
    closed: str = ""
    version: int = 0
    published: int = 0


@dataclass(frozen=True)
class Comment:
    """One comment as it is stored.

    Attributes:
        id: internal, counts up; never shown. `public_id` is random and shown.
        depth: how many ancestors it has (0 for a top comment), whatever the page shows.
        body: the raw source as typed; never shown unescaped. `html` is what `text.render` made of it.
        seed: random, draws the avatar; derived from nothing.
        version: grows with each decision and each text; decisions name the version that they saw.
        asked_at: when its writer asked for another look, which they may do once.
        above: the internal ids of what it stands below, from the top comment on; at most `ABOVE_MAX` of them.
        thanks: how many readers said that it rings true.
        warning: the content warnings it stands behind, separated by commas; '' where it has none.
    """

    id: int
    public_id: str
    thread_id: int
    parent_id: int | None
    depth: int
    status: Status
    reason: Reason
    name: str
    website: str
    body: str
    html: str
    by_guest: bool
    seed: str
    created_at: datetime
    version: int
    asked_at: datetime | None = None
    above: tuple[int, ...] = ()
    thanks: int = 0
    warning: str = ""


ABOVE_MAX = 63
"""Deeper replies are kept in order as if they stood at this depth: no page indents that far, and rows stay small."""


@dataclass(frozen=True)
class Edit:
    """The other text of a comment: the proposed one, and once that is `DONE`, the one whose place it took.

    Attributes:
        reason: why it waits.
        sent: sealed copies of what checks were sent about this text, by check, until `shred_at`.
    """

    id: int
    comment_id: int
    status: EditStatus
    reason: Reason
    body: str
    html: str
    created_at: datetime
    sent: Mapping[str, str]
    shred_at: datetime


@dataclass(frozen=True)
class Judged:
    """What `policy.decide` makes of all findings: where the comment goes, and why."""

    status: Status
    reason: Reason


@dataclass(frozen=True)
class Decision:
    """One line of the history, which only grows: who moved a comment from where to where, and when.

    Attributes:
        warning_before, warning_after: the content warning, on lines about it; None on others.
    """

    id: int
    comment_id: int
    actor: str
    move: str
    before: Status
    after: Status
    note: str
    at: datetime
    undoes: int | None = None
    edit_id: int | None = None
    warning_before: str | None = None
    warning_after: str | None = None


@dataclass(frozen=True)
class Report:
    """A reader's report of a comment. Nothing tells whose it is.

    Attributes:
        text: what they added in their own words.
        settled: a moderator has decided since.
    """

    id: int
    comment_id: int
    reason: ReportReason
    text: str
    at: datetime
    settled: bool


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in at the desk."""

    id: int
    name: str
    password_hash: str | None


@dataclass(frozen=True)
class Visit:
    """A signed-in browser: a moderator's, or a guest author's for one thread.

    Attributes:
        token_hash: SHA-256 of the cookie; the cookie itself is stored nowhere.
    """

    id: int
    token_hash: str
    person_id: int | None
    thread_id: int | None
    name: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Visitor:
    """Who stands behind one request, as far as it matters. `address` is None where it can't be known."""

    address: str | None
    user_agent: str = ""
    referrer: str = ""


@dataclass(frozen=True)
class Submission:
    """A comment on its way to the checks, with what the request told about its sender.

    It lives in memory only. What Akismet is sent is kept sealed by the store (see `Settings.akismet_keep_days`).

    Attributes:
        permalink: address of the page with the thread.
        trap: what was typed into the field that people can't see.
        age: seconds between the form's making and its sending; None where that isn't known.
        sent: the form fields that Akismet was sent first, where they are known; rechecks and feedback repeat them.
    """

    public_id: str
    permalink: str
    name: str
    email: str
    website: str
    body: str
    html: str
    created_at: datetime
    is_reply: bool
    by_guest: bool
    visitor: Visitor
    trap: str = ""
    age: float | None = None
    sent: Mapping[str, str] | None = None
    again: bool = False


@dataclass(frozen=True)
class Event:
    """Something happened to a comment: ids only, so that no event can leak a text."""

    kind: str
    site: str
    thread_key: str
    comment: str
    status: Status
