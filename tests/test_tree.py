"""Flat comments become a thread: nothing is lost or doubled, nothing hidden shows, no depth is too deep."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentkit import tree
from commentkit.model import ABOVE_MAX, Comment, Reason, Status
from commentkit.tree import Node, walk

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
UNSEEN = [status for status in Status if status is not Status.PUBLISHED]


def comment(
    number: int, parent: int | None = None, status: Status = Status.PUBLISHED, depth: int = 0
) -> Comment:
    return Comment(
        id=number,
        public_id=f"c{number}",
        thread_id=1,
        parent_id=parent,
        depth=depth,
        status=status,
        reason=Reason.NONE,
        name=f"n{number}",
        website="",
        body=f"b{number}",
        html=f"<p>b{number}</p>",
        by_guest=False,
        seed="5eed",
        created_at=START + timedelta(minutes=number),
        version=0,
    )


def nest(some: Sequence[Comment], max_depth: int) -> list[Node]:
    """The thread, of comments that are told where they stand."""
    above: dict[int | None, tuple[int, ...]] = {None: ()}
    placed = []
    for each in some:
        if each.parent_id is not None:
            above[each.id] = (*above[each.parent_id], each.parent_id)[:ABOVE_MAX]
        else:
            above[each.id] = ()
        placed.append(replace(each, above=above[each.id]))
    return tree.nest(placed, max_depth)


def drawn(nodes: Sequence[Node]) -> list[str]:
    """The thread as lines: dashes for the level, `†` for a tombstone, `→` for the parent that it names."""
    lines = []
    for step in walk(nodes):
        if step.opens:
            node = step.node
            to = f" → {node.answers_to.public_id}" if node.answers_to else ""
            lines.append("-" * node.level + node.public_id + ("" if node.comment else " †") + to)
    return lines


@st.composite
def threads(draw: st.DrawFn) -> list[Comment]:
    """Any thread: each comment answers an earlier one or none, and stands anywhere."""
    found: list[Comment] = []
    for number in range(1, draw(st.integers(0, 40)) + 1):
        parent = draw(st.none() | st.integers(1, number - 1)) if number > 1 else None
        depth = found[parent - 1].depth + 1 if parent else 0
        found.append(comment(number, parent, draw(st.sampled_from(Status)), depth))
    return found


def test_replies_stand_below_what_they_answer_in_the_order_of_their_coming() -> None:
    some = [comment(1), comment(2), comment(3, 1), comment(4, 2), comment(5, 1), comment(6, 3)]
    assert drawn(nest(some, 4)) == ["c1", "-c3", "--c6", "-c5", "c2", "-c4"]


def test_beyond_the_depth_limit_replies_stand_beside_their_parent_and_name_it() -> None:
    some = [comment(1), comment(2, 1), comment(3, 2), comment(4, 3), comment(5, 2), comment(6, 1)]
    assert drawn(nest(some, 1)) == ["c1", "-c2", "-c3 → c2", "-c4 → c3", "-c5 → c2", "-c6"]


def test_a_depth_of_zero_is_one_flat_list() -> None:
    some = [comment(1), comment(2, 1), comment(3), comment(4, 2)]
    assert drawn(nest(some, 0)) == ["c1", "c2 → c1", "c3", "c4 → c2"]


@pytest.mark.parametrize("status", UNSEEN)
def test_what_is_not_published_leaves_a_tombstone_only_where_an_answer_is_visible(status: Status) -> None:
    some = [comment(1, None, status), comment(2, 1), comment(3, None, status), comment(4, 3, status)]
    assert drawn(nest(some, 4)) == ["c1 †", "-c2"]


def test_a_chain_of_tombstones_holds_up_the_one_answer_at_its_end() -> None:
    hidden = Status.HIDDEN
    some = [comment(1, None, hidden), comment(2, 1, hidden), comment(3, 2), comment(4, 3, hidden)]
    assert drawn(nest(some, 4)) == ["c1 †", "-c2 †", "--c3"]


def test_a_reply_beyond_the_limit_to_a_tombstone_names_nobody() -> None:
    some = [comment(1), comment(2, 1, Status.ERASED), comment(3, 2)]
    assert drawn(nest(some, 1)) == ["c1", "-c2 †", "-c3"]


@pytest.mark.parametrize("max_depth", [0, 4, 20])
def test_a_chain_of_five_thousand_replies_is_no_problem(max_depth: int) -> None:
    chain = [comment(number, number - 1 or None) for number in range(1, 5_001)]
    steps = walk(nest(chain, max_depth))
    assert [step.node.public_id for step in steps if step.opens] == [each.public_id for each in chain]
    assert len(steps) == 10_000


@given(threads(), st.integers(0, 6))
def test_every_published_comment_appears_once_and_nothing_else_shows(
    some: list[Comment], max_depth: int
) -> None:
    nodes = [step.node for step in walk(nest(some, max_depth)) if step.opens]
    shown = [node.comment.id for node in nodes if node.comment]
    assert sorted(shown) == [each.id for each in some if each.status is Status.PUBLISHED]
    assert len({node.public_id for node in nodes}) == len(nodes)


@given(threads(), st.integers(0, 6))
def test_levels_keep_the_limit_and_the_true_parent_is_always_told(
    some: list[Comment], max_depth: int
) -> None:
    by_public = {each.public_id: each for each in some}
    by_id = {each.id: each for each in some}
    open_nodes: list[Node] = []
    for step in walk(nest(some, max_depth)):
        if not step.opens:
            assert open_nodes.pop() is step.node
            continue
        node = step.node
        assert node.level == len(open_nodes) == min(by_public[node.public_id].depth, max_depth)
        parent_id = by_public[node.public_id].parent_id
        if parent_id is not None and by_id[parent_id].depth < max_depth:
            assert open_nodes[-1].public_id == by_id[parent_id].public_id
        elif parent_id is not None and by_id[parent_id].status is Status.PUBLISHED:
            assert node.answers_to
            assert node.answers_to.public_id == by_id[parent_id].public_id
        open_nodes.append(node)
    assert not open_nodes


@given(threads(), st.integers(0, 6))
def test_a_tombstone_always_has_a_visible_answer(some: list[Comment], max_depth: int) -> None:
    parents = {each.id: each.parent_id for each in some}
    held_up: set[int | None] = set()
    for each in some:
        if each.status is Status.PUBLISHED:
            above = parents[each.id]
            while above is not None:
                held_up.add(above)
                above = parents[above]
    public_ids = {each.public_id: each.id for each in some}
    for step in walk(nest(some, max_depth)):
        assert step.node.comment or public_ids[step.node.public_id] in held_up


@given(threads(), st.integers(0, 6))
def test_siblings_keep_the_order_in_which_they_came(some: list[Comment], max_depth: int) -> None:
    came = {each.public_id: each.id for each in some}
    top = nest(some, max_depth)
    lists = [top, *(step.node.replies for step in walk(top) if step.opens)]
    for siblings in lists:
        order = [came[node.public_id] for node in siblings]
        assert order == sorted(order)
