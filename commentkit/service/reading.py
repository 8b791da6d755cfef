"""The reader who reads a thread page by page. Nothing is written, and no page needs more than itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from commentkit.errors import InvalidDraft, Problem
from commentkit.language import _
from commentkit.model import Comment, Order, Status, Thread
from commentkit.service.house import House
from commentkit.store import reading
from commentkit.store.comments import path_of
from commentkit.store.database import Connection
from commentkit.tree import Node, nest


@dataclass(frozen=True)
class Wanted:
    """Which page of a thread.

    Attributes:
        after: public id of the last comment that was read; '' for the first page.
        comment: public id of a comment: the page on which it stands.
    """

    order: Order
    limit: int
    after: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        next: what to ask for `after` it; '' at the end.
        more: how many comments come with the next page.
        answers: the next page goes on in the middle of a branch.
        first: the thread begins here.
    """

    nodes: Sequence[Node]
    next: str = ""
    more: int = 0
    answers: bool = False
    first: bool = True


@dataclass(frozen=True)
class _Cut:
    """Published comments in page order, and what of the thread comes after them."""

    comments: Sequence[Comment]
    more: int
    answers: bool


async def page(house: House, thread: Thread, wanted: Wanted) -> Page:
    """One page of a thread: top comments in the order wanted, each with all its answers.

    A branch that fits no page is cut, and the next page goes on in it.

    Raises:
        InvalidDraft: it isn't in this thread what the page shall come after, or hold.
    """
    async with house.db.read() as connection:
        start, path = None, b""
        if wanted.after:
            spot = await _spot(connection, house, thread, "after", wanted.after)
            start, path = spot.top, spot.path
        elif wanted.comment:
            spot = await _spot(connection, house, thread, "comment", wanted.comment, published=True)
            cut = await _cut(connection, thread, wanted, None, b"")
            if any(each.public_id == wanted.comment for each in cut.comments):
                return await _page(connection, house, cut, b"", first=True)
            start = spot.top
            if start.branch > wanted.limit:
                path = await reading.some_before(connection, start.id, spot.path, wanted.limit // 2)
        elif not thread.id:
            return Page([])
        cut = await _cut(connection, thread, wanted, start, path)
        return await _page(connection, house, cut, path, first=start is None)


async def _spot(
    connection: Connection,
    house: House,
    thread: Thread,
    name: str,
    public_id: str,
    *,
    published: bool = False,
) -> reading.Spot:
    found = await reading.spot(connection, house.site, public_id)
    if found is None or found.thread_id != thread.id or (published and not found.published):
        raise InvalidDraft({name: Problem("invalid", _("There is no such place in this thread."))})
    return found


async def _cut(
    connection: Connection, thread: Thread, wanted: Wanted, start: reading.Top | None, path: bytes
) -> _Cut:
    """What one page holds.

    Args:
        start: the top comment in whose branch the page begins; None for the first page.
        path: the place in that branch after which it does; empty to begin with the branch.
    """
    limit = wanted.limit
    found: list[Comment] = []
    if start:
        found = await reading.answers(connection, start.id, path, limit + 1)
        if len(found) > limit:
            return await _in_branch(connection, found[:limit], start.id, limit)
    # Those after the page tell how many the next one has.
    coming = await reading.tops(connection, thread.id, wanted.order, start, 2 * limit + 2)
    whole, room = _fitting(coming, limit - len(found))
    found += await reading.branches(connection, [each.id for each in whole]) if whole else []
    coming = coming[len(whole) :]
    if coming and room and coming[0].branch > limit:
        found += await reading.answers(connection, coming[0].id, b"", room)
        return await _in_branch(connection, found, coming[0].id, limit)
    following, left = _fitting(coming, limit)
    giant = len(following) < len(coming) and coming[len(following)].branch > limit
    return _Cut(found, limit if giant else limit - left, answers=False)


def _fitting(tops: Sequence[reading.Top], room: int) -> tuple[list[reading.Top], int]:
    """The first of these whose branches have room together, and the room that is left."""
    fitting = []
    for top in tops:
        if top.branch > room:
            break
        room -= top.branch
        fitting.append(top)
    return fitting, room


async def _in_branch(connection: Connection, found: Sequence[Comment], root: int, limit: int) -> _Cut:
    return _Cut(found, await reading.rest(connection, root, path_of(found[-1]), limit), answers=True)


async def _page(connection: Connection, house: House, cut: _Cut, path: bytes, *, first: bool) -> Page:
    """The comments of a page with what they stand below.

    Args:
        path: of the last comment on the page before, if its branch goes on; what that stands below is named again.
    """
    there = {each.id for each in cut.comments}
    above = {one for each in cut.comments for one in (*each.above, each.parent_id) if one is not None}
    missing = await reading.by_ids(connection, above - there)
    before = {
        each.id for each in missing if each.status is Status.PUBLISHED or path.startswith(path_of(each))
    }
    nodes = nest(_in_order(cut.comments, missing), house.settings.max_depth, before=before)
    last = cut.comments[-1].public_id if cut.comments and cut.more else ""
    return Page(nodes, last, cut.more, cut.answers, first)


def _in_order(comments: Sequence[Comment], missing: Collection[Comment]) -> list[Comment]:
    """All of them, branch by branch as on the page; a path within a branch sorts parents before replies."""
    place: dict[int, int] = {}
    for each in comments:
        place.setdefault((*each.above, each.id)[0], len(place))
    return sorted(
        [*comments, *missing], key=lambda each: (place[(*each.above, each.id)[0]], *each.above, each.id)
    )
