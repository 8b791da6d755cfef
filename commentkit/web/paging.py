"""Which page of a thread an address asks for, and the links from one to another: plain ones, on whatever page it is.

The parameters begin with `ck-`, since on a host's page they stand beside its own, which every link keeps.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from starlette.requests import Request

from commentkit.language import N_, _
from commentkit.model import Order, Thanks, Thread
from commentkit.service.house import COMMENT
from commentkit.service.reading import Page, Wanted
from commentkit.settings import Settings
from commentkit.tree import walk

ORDER = "ck-order"
AFTER = "ck-after"
_OURS = (ORDER, AFTER, COMMENT)
_ID_MAX = 64

ORDER_WORDS: Mapping[Order, str] = {
    Order.OLDEST: N_("Oldest first"),
    Order.NEWEST: N_("Newest first"),
    Order.THANKED: N_("Most thanked first"),
}


@dataclass(frozen=True)
class Asked:
    """What was asked for, where, and with which parameters of the host's."""

    page: Wanted
    usual: Order
    offered: Sequence[Order]
    here: str
    others: Sequence[tuple[str, str]]

    def link(self, **ours: str) -> str:
        """The address of this page with other parameters of ours."""
        given = [(name, value) for name, value in ours.items() if value]
        query = urlencode([*self.others, *((f"ck-{name}", value) for name, value in given)])
        return f"{self.here}?{query}" if query else self.here


def asked(request: Request, settings: Settings, here: str) -> Asked:
    """What an address asks for. An order that there is not is the usual one."""
    given = request.query_params
    offered = [each for each in Order if each is not Order.THANKED or settings.thanks is not Thanks.OFF]
    usual = settings.order if settings.order in offered else Order.OLDEST
    wanted = given.get(ORDER, "")
    order = Order(wanted) if wanted in offered else usual
    after, comment = given.get(AFTER, ""), given.get(COMMENT, "")
    page = Wanted(order, settings.page_comments, after[:_ID_MAX], "" if after else comment[:_ID_MAX])
    others = [each for each in given.multi_items() if each[0] not in _OURS]
    return Asked(page, usual, offered, here, others)


@dataclass(frozen=True)
class Listed:
    """A page of comments, finished.

    Attributes:
        next, more, answers, first: as in `service.reading.Page`.
        ids: of the comments on it.
    """

    html: str
    next: str
    more: int
    answers: bool
    first: bool
    ids: Sequence[str]

    @classmethod
    def of(cls, page: Page, html: str) -> Self:
        """A page as it has just been made."""
        shown = [step.node for step in walk(page.nodes) if step.opens and not step.node.before]
        ids = [node.public_id for node in shown if node.comment]
        return cls(html, page.next, page.more, page.answers, page.first, ids)

    def written(self) -> str:
        """As one text, to be kept."""
        facts = [self.next, self.more, self.answers, self.first, self.ids]
        return f"{json.dumps(facts)}\n{self.html}"

    @classmethod
    def read(cls, text: str) -> Self:
        """What `written` made."""
        facts, _, html = text.partition("\n")
        return cls(html, *json.loads(facts))


@dataclass(frozen=True)
class Links:
    """The links around a page of a thread.

    Attributes:
        orders: address, words, and whether it is the present one.
        comment: address of the page on which a comment stands, without its id at the end.
    """

    orders: Sequence[tuple[str, str, bool]]
    first: str
    next: str
    comment: str


def links_of(wanted: Asked, listed: Listed, thread: Thread) -> Links:
    """The links for a page; there is nothing to sort with fewer than two comments."""
    order = wanted.page.order if wanted.page.order is not wanted.usual else ""
    orders = [
        (
            wanted.link(order=each if each is not wanted.usual else "") + "#commentkit",
            _(ORDER_WORDS[each]),
            each is wanted.page.order,
        )
        for each in wanted.offered
    ]
    return Links(
        orders=orders if thread.published > 1 else (),
        first=wanted.link(order=order) + "#commentkit",
        next=wanted.link(order=order, after=listed.next) + "#commentkit" if listed.next else "",
        comment=wanted.link(order=order, comment="-").removesuffix("-"),
    )
