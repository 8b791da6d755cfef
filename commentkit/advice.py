"""What a writer is told about their own text before it is posted, and what they made of it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Advice:
    """Something about a text that its writer may want to see before it is posted. Told to nobody else.

    Attributes:
        code: stable id of the rule.
        reason: a sentence for the writer.
        instead: how it might be said, or what else could be done.
        start, end: half-open span in code points of the raw body.
        category: for programs, e.g. ``"gatekeeping"``.
        held: posted as it is, the comment waits for a moderator.
    """

    code: str
    reason: str
    instead: str
    start: int
    end: int
    category: str = ""
    held: bool = False


class Answer(StrEnum):
    """What a writer did who was shown advice."""

    CHANGED = "changed"
    AS_IT_WAS = "as-it-was"
    LEFT = "left"
