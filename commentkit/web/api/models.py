"""What the JSON API takes and answers: the schemas of its document."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from commentkit.model import EditStatus, Order, Status


class AvatarOut(BaseModel):
    """A small drawing: which cells of a 5 × 5 pattern (column, row) have a colour of this hue."""

    hue: int
    cells: list[tuple[int, int]]


class CommentOut(BaseModel):
    """A published comment; `name` is None where a comment isn't shown any more but has answers.

    `thanks` is None where thanks aren't counted for all to see. Where there is a `warning`, show it first, and `html`
    only to who wants to see it.
    """

    id: str
    parent: str | None
    level: int
    name: str | None
    website: str
    html: str
    created_at: datetime | None
    by_guest: bool
    permalink: str
    thanks: int | None
    warning: str
    avatar: AvatarOut | None


class ThreadOut(BaseModel):
    """A page of a thread, in page order; `parent` may be on an earlier one. `count` is of the whole thread.

    `next` is what to ask for `after` this page, None at the end.
    """

    key: str
    title: str
    url: str
    closed: str
    count: int
    order: Order
    next: str | None
    comments: list[CommentOut]


class FormOut(BaseModel):
    """What a form needs. `trap` names a field that people must not see; send it along, empty.

    `required` are the fields that must be filled in; `notice` is to be shown with the form, and so are
    the `guidelines` (HTML of the same small form as a comment's). `warnings` can be chosen from, and with `answers`
    their writer can ask to be told about answers by e-mail.
    """

    token: str
    expires_in: int
    trap: str
    required: list[str]
    notice: str
    guidelines: str
    warnings: list[str]
    answers: bool


class WordsOut(BaseModel):
    """What the script for any page says in a language. `count` is by plural category (CLDR), `%(num)s` the number."""

    lang: str
    dir: str
    words: Mapping[str, str]
    count: Mapping[str, str]


class PreviewOut(BaseModel):
    """How a text would be shown: HTML of the same small form as a comment's."""

    html: str


class CountsOut(BaseModel):
    """Published comments by key; 0 for unknown threads."""

    counts: dict[str, int]


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class StateOut(BaseModel):
    """Where a comment stands, in a word and in plain sentences. `receipt` is its writer's secret."""

    id: str
    status: Status
    message: str
    why: str
    thread: str
    permalink: str | None
    receipt: str | None = None
    receipt_url: str | None = None


class ProposedOut(BaseModel):
    """A changed text that readers don't see: it is waiting, or was refused."""

    status: EditStatus
    why: str
    body: str


class MineOut(StateOut):
    """A comment as its writer sees it, and what they can do with it."""

    body: str
    warning: str
    editable_until: datetime | None
    proposed: ProposedOut | None
    may_withdraw: bool
    may_ask: bool


class EverythingOut(BaseModel):
    """All that is kept about a comment."""

    site: str
    thread: dict[str, str]
    comment: dict[str, Any]
    answers_by_mail: dict[str, Any] | None
    other_texts: list[dict[str, Any]]
    decisions: list[dict[str, str | None]]
    checks_were_sent: dict[str, dict[str, str] | None]
    background_jobs: list[dict[str, Any]]
    reports: list[dict[str, str]]
    not_in_this_file: str


class AdviceOut(BaseModel):
    """Something about the text for its writer alone. `start` and `end` count code points of `body`."""

    start: int
    end: int
    code: str
    category: str
    reason: str
    instead: str
    held: bool


class ProblemOut(BaseModel):
    """Problem details (RFC 9457) with a stable `code`.

    A 409 also has the text and a token to send it with: with code `before-posting` there is advice for its writer,
    otherwise the token was used before, for the comment in `first`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    first: StateOut | None = None
    advice: list[AdviceOut] = []
    body: str | None = None
    token: str | None = None


class RecentCommentOut(BaseModel):
    """A new comment in short; `excerpt` is plain text. Where there is a `warning`, it says only that."""

    id: str
    name: str
    excerpt: str
    created_at: datetime
    permalink: str
    thread: str
    thread_url: str
    warning: str


class RecentOut(BaseModel):
    """The newest comments of a thread or a site, each with its beginning."""

    comments: list[RecentCommentOut]


class ThanksIn(BaseModel):
    """Which comment rings true; with `back`, that it shall not count any more.

    `device` is what an earlier answer gave: it is how thanks are taken back, and why nobody counts twice.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    comment: str = Field(pattern=r"^[0-9a-f]{30}$")
    device: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")
    back: bool = False


class ThanksOut(BaseModel):
    """How a comment is thanked for now; `device` is this device's random token, to be kept on it."""

    comment: str
    said: bool
    thanks: int | None
    device: str
