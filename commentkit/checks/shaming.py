"""The stance reader as a check. What it finds makes a comment wait or only marks it; it is never spam."""

from collections.abc import Sequence

from commentkit.advice import Advice
from commentkit.model import Finding, Submission, Weight
from commentkit.shaming import LIKELY, Flag, Reader, packaged_reader

MOST = 50  # findings that are kept: a person has seen enough by then
_SHOWN = 8  # and a writer by then


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
        found = self._reader.read(submission.body).findings
        heaviest = sorted(found, key=lambda flag: flag.tier != LIKELY)[:MOST]
        return [self._finding(flag) for flag in sorted(heaviest, key=lambda flag: flag.start)]

    def advise(self, body: str) -> Sequence[Advice]:
        """What *likely* words do, and how it might be said."""
        likely = [flag for flag in self._reader.read(body).findings if flag.tier == LIKELY]
        return [
            Advice(flag.rule, flag.reason, flag.instead, flag.start, flag.end, flag.category, held=True)
            for flag in likely[:_SHOWN]
        ]

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
