"""Before a comment is posted: what its writer may want to see first, once. Nothing of the text is stored."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from commentkit.advice import Advice, Answer
from commentkit.draft import Draft
from commentkit.errors import CommentkitError
from commentkit.hooks import Adviser
from commentkit.language import _
from commentkit.service.house import House
from commentkit.signing import FormStamp
from commentkit.store import comments, prompts
from commentkit.store.database import Connection

log = logging.getLogger(__name__)


class BeforePosting(CommentkitError):
    """The writer may want to look at something first. Sent again, the comment is posted.

    Attributes:
        advice: what there is to see, in the order of the text and in the language spoken now.
    """

    code = "before-posting"

    def __init__(self, advice: Sequence[Advice]) -> None:
        super().__init__(_("Before you post: please look at this once more."))
        self.advice = advice


async def look(
    house: House,
    stamp: FormStamp,
    draft: Draft,
    possible: Callable[[Connection], Awaitable[object]] | None = None,
) -> None:
    """Show the writer what the checks would tell them.

    Args:
        possible: raises what stands against posting at all: nobody is asked to think about words in vain.
    Raises:
        BeforePosting: there is something to see, and the form doesn't say that its writer has been shown it.
    """
    found = [] if stamp.shown else advice(house, draft.body)
    if not found:
        return
    async with house.db.write() as connection:
        if await comments.by_once(connection, house.site, stamp.once):
            return  # the same form, sent again after it was posted
        if possible is not None:
            await possible(connection)
        shown = _fingerprint(house, draft)
        codes = (each.code for each in found)
        await prompts.show(connection, house.site, stamp.once, shown, codes, house.clock())
    raise BeforePosting(found)


def advice(house: House, body: str) -> list[Advice]:
    """What a text's writer is shown before it is posted, in the order of the text and in the language spoken now."""
    found = [
        _said(each)
        for check in house.checks
        if house.settings.advise and isinstance(check, Adviser)
        for each in _asked(check, body)
        if 0 <= each.start < each.end <= len(body)
    ]
    return sorted(found, key=lambda each: (each.start, each.end))


def _said(advice: Advice) -> Advice:
    """Advice in the language spoken now. A site's own rules and checks say theirs as they are written."""
    return replace(advice, reason=_(advice.reason), instead=_(advice.instead))


def _asked(check: Adviser, body: str) -> Sequence[Advice]:
    try:
        return list(check.advise(body))
    except Exception as error:
        # A plug-in may raise anything, and its message may hold the text: only the type is told.
        log.error("a check's advice broke on a comment: %s", type(error).__name__)
        return ()


async def answered(house: House, connection: Connection, stamp: FormStamp, draft: Draft) -> None:
    """A comment is being stored: if its writer was shown advice, count what they made of it."""
    await prompts.answered(connection, house.site, stamp.once, _fingerprint(house, draft))


async def counts(house: House) -> dict[str, dict[Answer, int]]:
    """What writers did who were shown advice, by the rule that it came from."""
    async with house.db.read() as connection:
        return await prompts.counts(connection, house.site)


def _fingerprint(house: House, draft: Draft) -> str:
    return house.signer.fingerprint("shown", draft.body)
