"""Findings + settings -> where a comment goes; and the one table of what a moderator may do. Pure.

Shaming language can make a comment wait and never more: `decide` treats only a spam check's word as spam, and
nothing here deletes.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from commentkit.model import Finding, Judged, Move, Publishing, Reason, Status, Weight

MOVES: Mapping[tuple[Status, Move], Status] = MappingProxyType(
    {
        (Status.PENDING, Move.PUBLISH): Status.PUBLISHED,
        (Status.PENDING, Move.HIDE): Status.HIDDEN,
        (Status.PENDING, Move.SPAM): Status.SPAM,
        (Status.PUBLISHED, Move.HIDE): Status.HIDDEN,
        (Status.PUBLISHED, Move.SPAM): Status.SPAM,
        (Status.HIDDEN, Move.PUBLISH): Status.PUBLISHED,
        (Status.HIDDEN, Move.SPAM): Status.SPAM,
        (Status.SPAM, Move.NOT_SPAM): Status.PUBLISHED,
    }
)

COULD_NOT_CHECK = "could-not-check"
"""Code of the finding that stands for a check that failed or was late."""


def moves(status: Status) -> tuple[Move, ...]:
    """The moves that a moderator has where a comment stands."""
    return tuple(move for at, move in MOVES if at is status)


def after(status: Status, move: Move) -> Status | None:
    """Where `move` takes a comment that stands at `status`; None where it isn't allowed."""
    return MOVES.get((status, move))


def decide(
    findings: Iterable[Finding],
    publishing: Publishing,
    *,
    by_guest: bool,
    hold_points: int,
    known: bool = False,
) -> Judged:
    """Judge one comment.

    The heaviest finding counts; notes add up to a hold at `hold_points`. The guest author is known to the site, so
    "everyone waits" isn't meant for them; the checks are.

    Args:
        known: its writer has proved who they are, and had a comment published before.
    """
    seen = list(findings)
    spam = [finding for finding in seen if finding.weight is Weight.SPAM]
    if spam:
        return Judged(Status.SPAM, Reason.SPAM_CHECK)
    held = [finding for finding in seen if finding.weight is Weight.HOLD]
    asked = [finding for finding in held if finding.code != COULD_NOT_CHECK]
    if asked:
        words = any(finding.start is not None for finding in asked)
        return Judged(Status.PENDING, Reason.WORDS if words else Reason.PERSON_DECIDES)
    if sum(finding.points for finding in seen) >= hold_points:
        return Judged(Status.PENDING, Reason.EVIDENCE)
    if not by_guest and publishing is Publishing.HOLD_ALL:
        return Judged(Status.PENDING, Reason.EVERYONE_WAITS)
    if not (by_guest or known) and publishing is Publishing.HOLD_FIRST:
        return Judged(Status.PENDING, Reason.FIRST_WAITS)
    if held:
        return Judged(Status.PENDING, Reason.CHECK_LATE)
    return Judged(Status.PUBLISHED, Reason.NONE)


def unfinished(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Names of the checks that must be asked again."""
    return tuple(finding.check for finding in findings if finding.code == COULD_NOT_CHECK)
