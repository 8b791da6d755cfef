"""The stance reader as a check. What it finds makes a comment wait or only marks it; it is never spam.

A comment is asked about twice, before it is stored and after, and read once: the first reading is left in the context
of the request (PEP 567), where the second finds it, and ends with that request. Nothing of a text stays in the check,
which lives as long as the application: what somebody thought better of posting is nobody's any more.
"""

from collections.abc import Sequence
from contextvars import ContextVar

from commentkit.advice import Advice
from commentkit.model import Finding, Submission, Weight
from commentkit.shaming import LIKELY, Flag, Reader, Reading, packaged_reader

MOST = 50  # findings that are kept: a person has seen enough by then
_SHOWN = 8  # and a writer by then

_LAST: ContextVar[tuple[Reader, str, Reading] | None] = ContextVar("commentkit_shaming", default=None)


class Shaming:
    """Marks words that shame somebody, with the reason that their writer and the moderator are told.

    Args:
        reader: reads with a site's own rules, or without some; the built-in ones when None.
    """

    name = "shaming"

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader or packaged_reader()

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """A *likely* finding asks for a hold, a *possible* one is a note."""
        found = self._read(submission.body).findings
        heaviest = sorted(found, key=lambda flag: flag.tier != LIKELY)[:MOST]
        return [self._finding(flag) for flag in sorted(heaviest, key=lambda flag: flag.start)]

    def advise(self, body: str) -> Sequence[Advice]:
        """What *likely* words do, and how it might be said."""
        likely = [flag for flag in self._read(body).findings if flag.tier == LIKELY]
        return [
            Advice(flag.rule, flag.reason, flag.instead, flag.start, flag.end, flag.category, held=True)
            for flag in likely[:_SHOWN]
        ]

    def _read(self, body: str) -> Reading:
        last = _LAST.get()
        if last is None or last[:2] != (self._reader, body):
            last = self._reader, body, self._reader.read(body)
            _LAST.set(last)
        return last[2]

    def _finding(self, flag: Flag) -> Finding:
        return Finding(
            self.name,
            flag.rule,
            flag.reason,
            Weight.HOLD if flag.tier == LIKELY else Weight.NOTE,
            start=flag.start,
            end=flag.end,
            data={
                "category": flag.category,
                "stance": flag.stance,
                "tier": flag.tier,
                "looked": " ".join(look.said() for look in flag.looked),
            },
        )
