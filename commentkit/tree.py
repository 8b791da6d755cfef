"""Flat comments -> a nested thread, with a depth limit and tombstones. Pure, and never recursive."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from commentkit.model import Comment, Status


@dataclass
class Node:
    """A comment in its place.

    Attributes:
        comment: None where it isn't for readers but has visible answers: a tombstone stands there.
        public_id: of the comment or of what was there.
        answers_to: the true parent, named where the page can't indent any further.
        parent: the true parent's public id, '' for a top comment.
        before: it stands on an earlier page, and is only named here because its answers go on.
        left: the name that a writer left at a tombstone when they erased their text alone.
    """

    public_id: str
    comment: Comment | None
    level: int
    answers_to: Comment | None = None
    parent: str = ""
    before: bool = False
    left: str = ""
    replies: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One event of a walk through the tree, in page order: a node opens, or its list of replies ends."""

    node: Node
    opens: bool


def nest(
    comments: Iterable[Comment], max_depth: int, *, below: int = 0, before: Collection[int] = ()
) -> list[Node]:
    """Build what readers see of a thread.

    Published comments appear; any other is a tombstone if an answer to it is visible, else absent.

    Args:
        comments: of one thread, in page order; parents before their replies. What they stand below is there too.
        max_depth: deeper replies stand beside their parent at this level, and say whom they answer.
        below: at this depth stand the comments that are to be at the top.
        before: ids of those that stand on an earlier page.
    """
    by_id = {comment.id: comment for comment in comments}
    needed: set[int | None] = set()
    for comment in by_id.values():
        if comment.status is Status.PUBLISHED and comment.id not in before:
            needed.update(comment.above, (comment.parent_id,))
    top: list[Node] = []
    nodes: dict[int, Node] = {}
    for comment in by_id.values():
        above = comment.above[below:]
        visible, earlier = comment.status is Status.PUBLISHED, comment.id in before
        if earlier and (comment.id not in needed or len(above) >= max_depth):
            continue
        if not visible and comment.id not in needed:
            continue
        level = min(len(above), max_depth)
        parent = by_id.get(comment.parent_id) if comment.parent_id is not None else None
        beside = parent is not None and (level == 0 or above[level - 1] != parent.id)
        node = Node(
            comment.public_id,
            comment if visible else None,
            level,
            parent if beside and parent is not None and parent.status is Status.PUBLISHED else None,
            parent.public_id if parent is not None else "",
            earlier,
            comment.name if comment.status is Status.ERASED else "",
        )
        (nodes[above[level - 1]].replies if level else top).append(node)
        nodes[comment.id] = node
    return top


def walk(nodes: Sequence[Node]) -> list[Step]:
    """The tree in page order as a flat list of openings and closings: templates needn't recurse, however deep."""
    steps: list[Step] = []
    stack = [Step(node, True) for node in reversed(nodes)]
    while stack:
        step = stack.pop()
        steps.append(step)
        if step.opens:
            stack.append(Step(step.node, False))
            stack.extend(Step(reply, True) for reply in reversed(step.node.replies))
    return steps
