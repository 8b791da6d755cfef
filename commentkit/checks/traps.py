"""Traps for robots: a field nobody sees, the age of the form, the number of links. Evidence, never a verdict."""

from collections.abc import Sequence

from commentkit.model import Finding, Submission

TRAP_FIELD = "mirrel"
"""The field that people can't see. A word that means nothing: browsers fill in `website`, `url` or `company`."""

_TRAP_POINTS = 3
_HURRIED_POINTS = 2
_LINKS_POINTS = 2
_MANY_LINKS_POINTS = 4


class Traps:
    """Looks at how a comment was sent.

    Args:
        hurried_seconds: a form sent faster than this is evidence.
        links_free: more links than this are evidence; three times as many weigh double.
    """

    name = "traps"

    def __init__(self, hurried_seconds: float, links_free: int) -> None:
        self._hurried = hurried_seconds
        self._links = links_free

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Report evidence, with points."""
        found = []
        if submission.trap:
            found.append(
                Finding(
                    self.name,
                    "trap-filled",
                    "A field that people can't see was filled in.",
                    points=_TRAP_POINTS,
                )
            )
        if submission.age is not None and submission.age < self._hurried:
            found.append(
                Finding(
                    self.name,
                    "hurried",
                    f"The form was sent {submission.age:.1f} seconds after it was opened.",
                    points=_HURRIED_POINTS,
                )
            )
        links = submission.html.count("<a ")
        if links > self._links:
            points = _MANY_LINKS_POINTS if links > 3 * self._links else _LINKS_POINTS
            found.append(Finding(self.name, "links", f"The comment has {links} links.", points=points))
        return found
