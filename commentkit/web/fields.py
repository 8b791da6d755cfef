"""What a program may send in each field of a comment: one table, checked on the way in and stated in the schema.

Narrower than what the form takes. People leave out `https://` or type a space too many and are helped; a schema
can say exactly what is taken only where nothing is mended first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commentkit.checks.traps import TRAP_FIELD
from commentkit.draft import VISIBLE, Limits
from commentkit.errors import Problem
from commentkit.language import N_, _, format_number

_WARNING_MAX = 800

CONFIRM = "confirm"
"""The one field that is no text: true posts without advice."""

NO_NUL = r"^[^\u0000]*$"
_EMAIL = r"^$|^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$"
_PORT = r"(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
_WEBSITE = rf"^$|^https?://([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+{_PORT}([/?#][A-Za-z0-9._~!$&()*+,;=:@%/?#-]*)?$"
_SOMETHING = rf"^[^\u0000]*{VISIBLE}[^\u0000]*$"

_ANSWERS = (
    "yes: tell the e-mail address (it must be there) about answers, once it has confirmed that it wants to."
)


_KNOWN = (
    "yes: mail the e-mail address (it must be there) a link to confirm it by, so that this writer is known again where "
    "first comments wait."
)

_WARNING = "warning."


def chosen_warnings(fields: Mapping[str, str]) -> list[str]:
    """The content warnings that were ticked in a form: each has a field of its own."""
    return [name.removeprefix(_WARNING) for name in fields if name.startswith(_WARNING)]


@dataclass(frozen=True)
class Text:
    """A field that takes a text. `longest` and `shortest` count code points; `wrong` says what `pattern` asks."""

    longest: int | None = None
    shortest: int = 0
    pattern: str = ""
    wrong: str = ""
    about: str = ""

    def problem(self, value: str) -> Problem | None:
        """What is wrong with a value."""
        if self.longest is not None and len(value) > self.longest:
            return Problem(
                "too-long", _("There is room for %(room)s characters.", room=format_number(self.longest))
            )
        if self.pattern and not re.fullmatch(self.pattern, value):
            return Problem("wrong-pattern", _(self.wrong))
        return None


def of_comment(limits: Limits) -> Mapping[str, Text]:
    """The fields of a posted comment."""
    unreadable = N_("There has to be something that can be read.")
    asked_for = {"answers": _ANSWERS, "known": _KNOWN}
    offered = {
        name: Text(pattern=r"^(yes)?$", wrong=N_("yes or nothing."), about=about)
        for name, about in asked_for.items()
    }
    return {
        "token": Text(about="From the form address; good for one comment."),
        "name": Text(
            limits.name,
            shortest=int(limits.require_name),
            pattern=_SOMETHING if limits.require_name else NO_NUL,
            wrong=unreadable,
        ),
        "email": Text(
            limits.email,
            shortest=int(limits.require_email),
            pattern=_EMAIL,
            wrong=N_(
                "An e-mail address in ASCII (RFC 5321; other domains as xn--…), without spaces around it."
            ),
        ),
        "website": Text(
            limits.website,
            pattern=_WEBSITE,
            wrong=N_("A whole web address in ASCII (RFC 3986), from http:// or https:// on, without spaces."),
        ),
        "body": Text(limits.body, shortest=1, pattern=_SOMETHING, wrong=unreadable),
        "parent": Text(64, pattern=r"^[A-Za-z0-9_-]*$", wrong=N_("The id of a comment, or nothing.")),
        "warning": Text(
            _WARNING_MAX if limits.warnings else 0,
            pattern=_one_or_more(limits.warnings),
            wrong=N_(
                "Content warnings of the site's list (see the form's warnings), separated by a comma and a space."
            ),
        ),
        TRAP_FIELD: Text(about="People can't see this field; leave it empty."),
        **(offered if limits.answers else {}),
    }


def _one_or_more(names: Sequence[str]) -> str:
    """Matches some of these names; the settings let them hold nothing that means more in a pattern."""
    one = f"({'|'.join(names)})"
    return rf"^$|^{one}(, {one})*$" if names else "^$"


def of_text(limits: Limits) -> Mapping[str, Text]:
    """The fields of a changed text."""
    whole = of_comment(limits)
    return {name: whole[name] for name in ("body", "warning")}


def wrong_types(
    given: Mapping[str, object], rules: Mapping[str, Text], confirmed: object
) -> dict[str, Problem]:
    """Fields that don't exist or aren't texts, and a `confirm` that is neither true nor false."""
    problems = {
        name: Problem("unknown-field", _("There is no such field.")) for name in given.keys() - rules.keys()
    } | {
        name: Problem("wrong-type", _("This field takes a text."))
        for name in given.keys() & rules.keys()
        if not isinstance(given[name], str)
    }
    if not isinstance(confirmed, bool):
        problems[CONFIRM] = Problem("wrong-type", _("This field takes true or false."))
    return problems


def required(limits: Limits) -> list[str]:
    """The fields that must be there."""
    given = {"name": limits.require_name, "email": limits.require_email}
    return ["token", "body", *(name for name, wanted in given.items() if wanted)]
