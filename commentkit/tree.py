"""Flat comments -> a nested thread, with a depth limit and tombstones. Pure, and never recursive."""

from collections.abc import Iterable, Sequence
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
        left: the name that a writer left at a tombstone when they erased their text alone.
    """

    public_id: str
    comment: Comment | None
    level: int
    answers_to: Comment | None = None
    parent: str = ""
    left: str = ""
    replies: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One event of a walk through the tree, in page order: a node opens, or its list of replies ends."""

    node: Node
    opens: bool


def nest(comments: Iterable[Comment], max_depth: int) -> list[Node]:
    """Build the thread that readers see.

    Published comments appear; any other is a tombstone if an answer to it is visible, else absent.

    Args:
        comments: of one thread, in the order in which they came; parents before their replies.
        max_depth: deeper replies stand beside their parent at this level, and say whom they answer.
    """
    everything = list(comments)
    by_id = {comment.id: comment for comment in everything}
    needed: set[int] = set()
    for comment in reversed(everything):  # replies come after their parents, so one pass marks every ancestor
        if (comment.status is Status.PUBLISHED or comment.id in needed) and comment.parent_id is not None:
            needed.add(comment.parent_id)
    top: list[Node] = []
    nodes: dict[int, Node] = {}
    holders: dict[int, Node] = {}  # whose list a reply to this comment joins
    for comment in everything:
        visible = comment.status is Status.PUBLISHED
        if not visible and comment.id not in needed:
            continue
        shown = comment if visible else None
        parent = nodes.get(comment.parent_id) if comment.parent_id is not None else None
        if parent is None:
            node = Node(comment.public_id, shown, 0)
            top.append(node)
        elif parent.level < max_depth:
            node = Node(comment.public_id, shown, parent.level + 1, parent=parent.public_id)
            parent.replies.append(node)
            holders[comment.id] = parent
        else:
            holder = holders.get(by_id[comment.parent_id].id) if comment.parent_id is not None else None
            node = Node(comment.public_id, shown, parent.level, parent.comment, parent.public_id)
            (holder.replies if holder else top).append(node)
            if holder:
                holders[comment.id] = holder
        node.left = comment.name if comment.status is Status.ERASED else ""
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
