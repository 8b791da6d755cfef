"""The badge is the proof: a name without it must not look like one that has it."""

from commentkit.draft import Draft
from commentkit.errors import InvalidDraft, Problem
from commentkit.language import _
from commentkit.names import looks_like
from commentkit.service.house import House
from commentkit.signing import FormStamp
from commentkit.store import comments, people, threads


async def free(house: House, stamp: FormStamp, draft: Draft) -> None:
    """Ask for more of a name that looks like a guest author's. Whoever is really called so adds something.

    Raises:
        InvalidDraft: somebody could take its writer for a guest author of this thread.
    """
    if not draft.name:
        return
    async with house.db.read() as connection:
        if await comments.by_once(connection, house.site, stamp.once):
            return  # the same form, sent again after it was posted
        thread = await threads.find(connection, house.site, stamp.key)
        badged = {stamp.guest if thread is None else thread.guest}
        if thread is not None:
            badged |= await people.badged(connection, thread.id)
    if looks_like(draft.name, badged):
        said = _(
            "Somebody who answers here with a badge has a name that looks the same. Please add something, so that "
            "readers can tell you apart: “%(suggestion)s”, for example.",
            suggestion=_suggestion(draft.name, house.settings.name_max),
        )
        raise InvalidDraft({"name": Problem("name-of-a-guest", said)})


def _suggestion(name: str, most: int) -> str:
    """A name with something added, that fits."""
    room = most - len(_("%(name)s (reader)", name=""))
    return _("%(name)s (reader)", name=name[: max(0, room)].rstrip())
