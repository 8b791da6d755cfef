"""What the script for any page says. The few first words are written into it; the rest it asks for by the API.

`%(name)s` stands for a value, and what is between `<a>` and `</a>` is a link: the script makes both itself.
"""

import json
from collections.abc import Mapping

from commentkit.language import ENGLISH, N_, _, plurals, spoken
from commentkit.web.pages import direction

_FIRST = {
    "thread": N_("Comments"),
    "loading": N_("The comments are being fetched…"),
    "down": N_("The comments can't be reached right now."),
    "again": N_("Try again"),
}

_REST = {
    "none": N_("No comments yet"),
    "empty": N_("Be the first to answer. Long stories are welcome."),
    "gone": N_("A comment that stood here is not shown."),
    "more": N_("Show more comments"),
    "badge": N_("Guest author"),
    "link": N_("Link to this comment by %(name)s, %(when)s"),
    "to": N_("in reply to %(name)s"),
    "warned": N_("Content warning: %(warning)s"),
    "reply": N_("Reply"),
    "replyTo": N_("Reply to %(name)s"),
    "report": N_("Report"),
    "reportBy": N_("Report the comment by %(name)s"),
    "write": N_("Leave a comment"),
    "closed": N_("This thread is closed."),
    "marks": N_("Required fields are marked *. You can write *emphasis*, quote with > and paste links."),
    "body": N_("Comment"),
    "warning": N_("Content warning"),
    "warningHint": N_("With one, readers see the warning first and open the comment only if they want to."),
    "name": N_("Name"),
    "nameHint": N_("A pseudonym is fine."),
    "email": N_("E-mail"),
    "emailHint": N_("Your e-mail address will not be published."),
    "website": N_("Website"),
    "answers": N_("Tell me about answers by e-mail"),
    "post": N_("Post comment"),
    "look": N_("Preview"),
    "preview": N_("Preview: not posted yet"),
    "hide": N_("Hide the preview"),
    "cancel": N_("Cancel"),
    "sending": N_("Sending…"),
    "draft": N_("A draft is kept on this device until you post it."),
    "forget": N_("Delete the draft"),
    "forgotten": N_("The draft is deleted."),
    "kept": N_("a draft is kept"),
    "data": N_("Learn what happens to your comment and its data"),
    "lost": N_(
        "The connection was lost, or the server did not answer. Your text is still here. Please try again."
    ),
    "broken": N_("Something went wrong on the server."),
    "safe": N_("Your text is still here."),
    "before": N_("Nothing is posted yet. Please look at the marked words once more."),
    "decide": N_("A program found this, and it can be wrong. You decide."),
    "change": N_("Change it"),
    "asItIs": N_("Post it as it is"),
    "held": N_("Posted as it is, a moderator reads it first."),
    "another": N_("Post this as another comment"),
    "first": N_("Edit the first"),
    "see": N_("See it on its own page"),
    "keep": N_(
        "<a>Your private link</a> always tells how your comment stands. "
        "Keep its address, and keep it to yourself."
    ),
}


def first() -> str:
    """The language, and what is said before anything else is there, as a literal for the script."""
    # Numbers and dates as the server's own pages have them: 3 May 2026 in English, no other calendar in any language.
    written = "en-GB" if spoken() == ENGLISH else f"{spoken()}-u-ca-gregory-nu-latn"
    page = {"lang": spoken(), "dir": direction(), "dates": written}
    return json.dumps(page | _said(_FIRST), ensure_ascii=False, separators=(",", ":"))


def rest() -> Mapping[str, str]:
    """What else it says."""
    return _said(_REST)


def count() -> Mapping[str, str]:
    """How many comments there are: plural category -> sentence."""
    return plurals("One comment", "%(num)s comments")


def _said(table: Mapping[str, str]) -> dict[str, str]:
    return {name: _(message) for name, message in table.items()}
