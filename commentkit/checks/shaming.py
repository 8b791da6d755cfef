"""The stance reader as a check. What it finds makes a comment wait or only marks it; it is never spam."""

from collections.abc import Sequence

from commentkit.model import Finding, Submission, Weight
from commentkit.shaming import read

LIKELY = "likely"

MOST = 50  # findings that are kept: a person has seen enough by then


class Shaming:
    """Marks words that shame somebody, with the reason that their writer and the moderator are told."""

    name = "shaming"

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """A *likely* finding asks for a hold, a *possible* one is a note."""
        return [
            Finding(
                self.name,
                flag.rule,
                flag.reason,
                Weight.HOLD if flag.tier == LIKELY else Weight.NOTE,
                start=flag.start,
                end=flag.end,
                data={"category": flag.category, "stance": flag.stance, "tier": flag.tier},
            )
            for flag in read(submission.body).findings[:MOST]
        ]
