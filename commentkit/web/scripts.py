"""What the scripts on our pages say. They are files, the same for everybody: their words come with the page, as JSON in
an attribute, in the language that it speaks."""

import json
from functools import cache

from commentkit.language import _, plurals, spoken


def form_words() -> str:
    """The words of `thread.js`, on the form."""
    return _form_words(spoken())


def reading_words() -> str:
    """The words of `reading.js`, on the thread. A sentence about a number is one for each plural category."""
    return _reading_words(spoken())


@cache
def _form_words(_language: str) -> str:
    words = {
        "cancel": _("Cancel"),
        "sending": _("Sending…"),
        "draft": _("A draft is kept on this device until you post it."),
        "forget": _("Delete the draft"),
        "forgotten": _("The draft is deleted."),
        "kept": _("a draft is kept"),
        "hide": _("Hide the preview"),
        "preview": _("Preview: not posted yet"),
        "lost": _(
            "The connection was lost, or the server did not answer. Your text is still here. Please try again."
        ),
        "broken": _("Something went wrong on the server."),
        "safe": _("Your text is still here."),
    }
    return json.dumps(words, ensure_ascii=False)


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
    return json.dumps(words, ensure_ascii=False)
