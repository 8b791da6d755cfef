"""All checks at once, each with patience. A check that fails or is late makes the comment wait, never vanish."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from commentkit.errors import CheckFailed
from commentkit.hooks import Check
from commentkit.model import Finding, Submission, Weight
from commentkit.policy import COULD_NOT_CHECK

log = logging.getLogger(__name__)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CODE_MAX = 120
_POINTS_MAX = 1_000_000


async def run(checks: Sequence[Check], submission: Submission, patience: float) -> list[Finding]:
    """Ask every check.

    Args:
        patience: seconds that each check has.
    Returns:
        What they found, in the order of the checks; a finding `could-not-check` for each that gave no answer.
    """
    found = await asyncio.gather(*(_ask(check, submission, patience) for check in checks))
    return [finding for findings in found for finding in findings]


async def _ask(check: Check, submission: Submission, patience: float) -> list[Finding]:
    try:
        async with asyncio.timeout(patience):
            found = [_sound(each, check, submission) for each in await check.examine(submission)]
    except TimeoutError:
        return [_unknown(check, "It did not answer in time.")]
    except CheckFailed as error:
        return [_unknown(check, str(error), error.retry_after)]
    except Exception as error:
        # A plug-in may raise anything, and its message may hold the comment: only the type is told.
        log.error("check %s broke on a comment: %s", check.name, type(error).__name__)
        return [_unknown(check, "It broke on this comment.")]
    return found


def _sound(finding: Finding, check: Check, submission: Submission) -> Finding:
    """A finding in the check's name, if it can be stored and shown: a plug-in may return anything."""
    words = (finding.code, finding.reason, *finding.data, *finding.data.values())
    if any(_UNSTORABLE.search(word) for word in words):
        raise ValueError("a text that can't be stored")
    if len(finding.code) > _CODE_MAX or abs(finding.points) > _POINTS_MAX:
        raise ValueError("a code or points beyond all bounds")
    span = (finding.start, finding.end)
    if span != (None, None) and not 0 <= (span[0] or 0) < (span[1] or 0) <= len(submission.body):
        raise ValueError("words that aren't in the comment")
    return replace(finding, check=check.name, weight=Weight(finding.weight))


def _unknown(check: Check, why: str, retry_after: int | None = None) -> Finding:
    data = {} if retry_after is None else {"retry_after": str(retry_after)}
    return Finding(
        check.name,
        COULD_NOT_CHECK,
        f"The check {check.name!r} gave no verdict. {why}",
        Weight.HOLD,
        data=data,
    )
