"""What our scripts say. Each script is a file, the same for everybody; its words come to it in the reader's language.

`thread.js` and `reading.js` have theirs from the page, as JSON in an attribute. `embed.js` has the few first ones
written into it, and asks for the rest by the API. `%(name)s` stands for a value, and what is between `<a>` and `</a>`
is a link: the script makes both itself.
"""

import json
from collections.abc import Mapping
from functools import cache

from commentkit.language import ENGLISH, N_, _, direction, plurals, spoken

_FORM = {
    "preview": N_("Preview: not posted yet"),
    "hide": N_("Hide the preview"),
    "cancel": N_("Cancel"),
    "sending": N_("Sending…"),
    "draft": N_("A draft is kept on this device until you post it."),
    "forget": N_("Delete the draft"),
    "forgotten": N_("The draft is deleted."),
    "kept": N_("a draft is kept"),
    "lost": N_(
        "The connection was lost, or the server did not answer. Your text is still here. Please try again."
    ),
    "broken": N_("Something went wrong on the server."),
    "safe": N_("Your text is still here."),
}

_FIRST = {
    "thread": N_("Comments"),
    "loading": N_("The comments are being fetched…"),
    "down": N_("The comments can't be reached right now."),
    "again": N_("Try again"),
}

_REST = {
    **_FORM,
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
    "data": N_("Learn what happens to your comment and its data"),
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


def form_words() -> str:
    """The words of `thread.js`, on the form."""
    return _json(_said(_FORM))


def reading_words() -> str:
    """The words of `reading.js`, on the thread. A sentence about a number is one for each plural category."""
    return _reading_words(spoken())


def embed_first() -> str:
    """The language, and what `embed.js` says before anything else is there, as a literal for it."""
    # Numbers and dates as the server's own pages have them: 3 May 2026 in English, no other calendar in any language.
    written = "en-GB" if spoken() == ENGLISH else f"{spoken()}-u-ca-gregory-nu-latn"
    return _json({"lang": spoken(), "dir": direction(), "dates": written, **_said(_FIRST)})


def embed_rest() -> Mapping[str, str]:
    """What else it says."""
    return _said(_REST)


def embed_count() -> Mapping[str, str]:
    """How many comments there are: plural category -> sentence."""
    return plurals("One comment", "%(num)s comments")


@cache
def _reading_words(_language: str) -> str:
    words = {
        "new": _("New"),
        "since": plurals("%(num)s new since your last visit", "%(num)s new since your last visit"),
        "next": _("Next new comment"),
        "news": plurals("%(num)s new comment", "%(num)s new comments"),
        # Translators: the button below; what is heard instead of it must begin with the same word.
        "hide": _("Hide"),
        "hide_all": _("Hide all comments by %(name)s on this device"),
        "hide_who": _("Hide this person's comments on this device"),
        "hidden": plurals(
            "%(num)s comment hidden on this device:", "%(num)s comments hidden on this device:"
        ),
        "show": _("show"),
        "thank": _("This rings true"),
        "thanked": _("You said this rings true. Take it back"),
    }
    return _json(words)


def _said(table: Mapping[str, str]) -> dict[str, str]:
    return {name: _(message) for name, message in table.items()}


def _json(words: Mapping[str, object]) -> str:
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))
