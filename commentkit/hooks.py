"""Everything you may plug in. Each is a shape, not a base class: give `Comments` any object that has it.

A check looks at a comment and reports; it may neither publish nor delete. A check that also has `learn` is told
when a person overturns it; one that also has `advise` speaks to the writer before anything is stored. A listener is
told what happened, after it happened, at least once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from commentkit.advice import Advice
from commentkit.letter import Letter
from commentkit.model import Event, Finding, Submission

Clock = Callable[[], datetime]
"""Tells the time, with its zone. Tests hand in one that they can move."""


def system_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Check(Protocol):
    """Looks at a comment before it is settled.

    Attributes:
        name: short and stable; findings carry it.
    """

    @property
    def name(self) -> str: ...

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Report what you see, or raise `errors.CheckFailed` when you can't tell: the comment then waits."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A check that needs what it was sent again later: for a second look and for feedback.

    What `remember` returns is kept sealed for `Settings.akismet_keep_days` and handed back as `Submission.sent`.
    """

    def remember(self, submission: Submission) -> Mapping[str, str]:
        """The fields that will be sent to the outside for this comment."""
        ...


@runtime_checkable
class Learner(Protocol):
    """A check that wants to know when a person overturned it."""

    async def learn(self, sent: Mapping[str, str], *, spam: bool) -> None:
        """Tell the outside that the comment was spam or was not; raise `errors.CheckFailed` to be asked again."""
        ...


@runtime_checkable
class Adviser(Protocol):
    """A check that can tell writers something about their own text before it is posted, without asking anybody."""

    def advise(self, body: str) -> Sequence[Advice]:
        """What the writer may want to see. It is shown once; they may post the text as it is."""
        ...


class Mailer(Protocol):
    """Brings mails on their way."""

    async def deliver(self, letter: Letter) -> bool:
        """Send it; False when there is no such address. When it raises, it is called again later."""
        ...


Listener = Callable[[Event], Awaitable[None]]
"""Told about an event after it is stored. When it raises it is called again later, with growing pauses."""
