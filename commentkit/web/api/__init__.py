"""The JSON API below `api/v1`: reading, posting, and what a receipt can do.

`OPERATIONS` is its one table: routes and the OpenAPI document are made from it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from commentkit.web import fields, guards
from commentkit.web.api import posting, reading, receipt
from commentkit.web.api.models import (
    CountsOut,
    EverythingOut,
    FormOut,
    MineOut,
    PreviewOut,
    ProblemOut,
    RecentOut,
    StateOut,
    ThanksIn,
    ThanksOut,
    ThreadOut,
    WordsOut,
)


@dataclass(frozen=True)
class Parameter:
    """A query parameter."""

    name: str
    longest: int
    pattern: str = fields.NO_NUL
    required: bool = False
    many: int = 0


@dataclass(frozen=True)
class Operation:
    """One thing that the API does.

    Attributes:
        takes: what it is sent, where that isn't a comment.
    """

    id: str
    method: str
    path: str
    run: Callable[[Request], Awaitable[Response]]
    answers: Mapping[int, type[BaseModel] | None]
    parameters: Sequence[Parameter] = ()
    takes: str | type[BaseModel] = ""
    takes_receipt: bool = False


_KEY = Parameter("key", guards.KEY_MAX, required=True)
_PAGE = (_KEY, Parameter("title", reading.TITLE_MAX), Parameter("url", reading.URL_MAX, reading.URL_PATTERN))
_LIMIT = Parameter("limit", 3, reading.LIMIT_PATTERN)
_P = ProblemOut
_MINE: dict[int, type[BaseModel] | None] = {200: MineOut, 401: _P, 503: _P}
_ACTS = _MINE | dict.fromkeys((403, 409), _P)
_READS: dict[int, type[BaseModel] | None] = {404: _P, 422: _P, 503: _P}

OPERATIONS = (
    Operation(
        "readThread",
        "GET",
        "/thread",
        reading.thread,
        {200: ThreadOut, 304: None} | _READS,
        (
            *_PAGE,
            Parameter("order", 10, reading.ORDER_PATTERN),
            Parameter("after", reading.AFTER_MAX, reading.AFTER_PATTERN),
            _LIMIT,
        ),
    ),
    Operation(
        "listRecent",
        "GET",
        "/recent",
        reading.recent,
        {200: RecentOut, 422: _P, 503: _P},
        (Parameter("key", guards.KEY_MAX), _LIMIT),
    ),
    Operation(
        "thank",
        "POST",
        "/thanks",
        reading.thank,
        {200: ThanksOut} | dict.fromkeys((400, 403, 404, 413, 415, 422, 429, 503), _P),
        takes=ThanksIn,
    ),
    Operation("getForm", "GET", "/form", posting.form, {200: FormOut} | _READS, _PAGE),
    Operation(
        "postComment",
        "POST",
        "/comments",
        posting.post,
        {200: StateOut, 201: StateOut} | dict.fromkeys((400, 403, 409, 413, 415, 422, 429, 503), _P),
        takes="NewComment",
    ),
    Operation(
        "preview",
        "POST",
        "/preview",
        posting.preview,
        {200: PreviewOut} | dict.fromkeys((400, 403, 413, 415, 422), _P),
        takes="NewText",
    ),
    Operation(
        "countComments",
        "GET",
        "/counts",
        reading.counts,
        {200: CountsOut, 422: _P, 503: _P},
        (Parameter("key", guards.KEY_MAX, required=True, many=reading.KEYS_MAX),),
    ),
    Operation("readWords", "GET", "/words", reading.read_words, {200: WordsOut, 304: None}),
    Operation("readState", "GET", "/state", receipt.state, _MINE, takes_receipt=True),
    Operation(
        "changeText",
        "POST",
        "/state/text",
        receipt.change_text,
        _MINE | dict.fromkeys((400, 403, 409, 413, 415, 422, 429), _P),
        takes="NewText",
        takes_receipt=True,
    ),
    Operation("withdraw", "POST", "/state/withdraw", receipt.withdraw, _ACTS, takes_receipt=True),
    Operation("putBack", "POST", "/state/put-back", receipt.put_back, _ACTS, takes_receipt=True),
    Operation("askAgain", "POST", "/state/ask", receipt.ask, _ACTS, takes_receipt=True),
    Operation(
        "erase",
        "POST",
        "/state/erase",
        receipt.erase,
        _ACTS | dict.fromkeys((400, 413, 415, 422), _P),
        takes="Erasure",
        takes_receipt=True,
    ),
    Operation(
        "takeAlong",
        "GET",
        "/state/everything",
        receipt.everything,
        {200: EverythingOut, 401: _P, 503: _P},
        takes_receipt=True,
    ),
)
