"""A stranger's input, rebuilt: only the fields a stranger may set exist here, each trimmed, NFC and within bounds."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commentkit.errors import InvalidDraft, Problem, TextRefused
from commentkit.language import N_, _, format_number
from commentkit.text import clean_body, clean_line, clean_website

# What a mail address looks like to a person; whether it works only a mail can tell. Deliberately narrower than
# RFC 5322: no quoted local parts, no comments, no address literals.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,255}")

_TOO_LONG = {
    "name": N_("The name has %(length)s characters; there is room for %(room)s."),
    "email": N_("The e-mail address has %(length)s characters; there is room for %(room)s."),
    "website": N_("The website has %(length)s characters; there is room for %(room)s."),
    "body": N_("The comment has %(length)s characters; there is room for %(room)s."),
    "parent": N_(
        "The number of the comment that you answer has %(length)s characters; there is room for %(room)s."
    ),
}

VISIBLE = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""A pattern for one character that is more than white space, a control or nothing to see."""


@dataclass(frozen=True)
class Limits:
    """Lengths in code points, which fields must be there, whether mail is offered, and which warnings."""

    name: int = 80
    email: int = 254
    website: int = 500
    body: int = 20_000
    require_name: bool = False
    require_email: bool = False
    answers: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What a reader wrote, ready to be rendered and stored.

    Attributes:
        parent: the public id of a comment, or ''.
        answers: tell the e-mail address about answers.
        known: its writer wants to be known again by the e-mail address.
        warning: content warnings of the site's list, separated by a comma and a space.
    """

    name: str
    email: str
    website: str
    body: str
    parent: str
    answers: bool = False
    warning: str = ""
    known: bool = False

    @classmethod
    def parse(cls, fields: Mapping[str, str], limits: Limits) -> "Draft":
        """Rebuild the fields `name email website body parent answers known warning`.

        Missing ones are empty, others ignored.

        Nothing is truncated: what doesn't fit is refused.

        Raises:
            InvalidDraft: with one problem for every wrong field.
        """
        problems: dict[str, Problem] = {}

        def take(field: str, clean: Callable[[str], str], longest: int) -> str:
            given = fields.get(field, "")
            try:
                value = clean(given)
            except TextRefused as error:
                problems[field] = Problem(error.code, str(error))
                return ""
            # Measured before and after: cleaning may lengthen or shorten, and neither may smuggle. Browsers send
            # two characters for a new line, and some systems two for an accented letter; people count one.
            typed = unicodedata.normalize("NFC", given.replace("\r\n", "\n")).strip()
            length = max(len(value), len(typed))
            if length > longest:
                said = _(_TOO_LONG[field], length=format_number(length), room=format_number(longest))
                problems[field] = Problem("too-long", said)
            return value

        name = take("name", clean_line, limits.name)
        email = take("email", _clean_email, limits.email)
        website = take("website", clean_website, limits.website)
        body = take("body", clean_body, limits.body)
        parent = take("parent", _clean_id, 64)
        warning = _warning(fields.get("warning", ""), limits.warnings, problems)
        if limits.require_name and not re.search(VISIBLE, name) and "name" not in problems:
            problems["name"] = Problem("required", _("Please give a name. A pseudonym is fine."))
        if limits.require_email and not email and "email" not in problems:
            problems["email"] = Problem(
                "required", _("Please give an e-mail address. It will not be published.")
            )
        answers = limits.answers and fields.get("answers", "") == "yes"
        if answers and not email and "email" not in problems:
            problems["email"] = Problem(
                "required",
                _("Please give the e-mail address that is to be told about answers, or untick that."),
            )
        known = limits.answers and fields.get("known", "") == "yes"
        if known and not email and "email" not in problems:
            problems["email"] = Problem(
                "required", _("Please give the e-mail address to confirm, or untick that.")
            )
        if not re.search(VISIBLE, body) and "body" not in problems:
            problems["body"] = Problem("required", _nothing_in(fields.get("body", "")))
        if problems:
            raise InvalidDraft(problems)
        return cls(name, email, website, body, parent, answers, warning, known)


def _nothing_in(body: str) -> str:
    if body:
        return _("Your comment has only blanks or signs that nobody can see in it: please write something.")
    return _("There is no comment yet: please write something.")


def _warning(given: str, there: tuple[str, ...], problems: dict[str, Problem]) -> str:
    """Content warnings in the order of the site's list."""
    chosen = {part.strip() for part in given.split(",")} - {""}
    if chosen - set(there):
        problems["warning"] = Problem(
            "unknown", _("This site has no such content warning; please choose again.")
        )
    return ", ".join(name for name in there if name in chosen)


def _clean_email(value: str) -> str:
    cleaned = clean_line(value)
    if cleaned and not _EMAIL.fullmatch(cleaned):
        raise TextRefused("not-an-email", _("This doesn't look like an e-mail address (name@example.org)."))
    return cleaned


def _clean_id(value: str) -> str:
    cleaned = clean_line(value)
    if cleaned and not re.fullmatch(r"[A-Za-z0-9_-]+", cleaned):
        raise TextRefused("not-an-id", _("The comment that you answer can't be found."))
    return cleaned
