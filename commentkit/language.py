"""The language that readers are spoken to in: which ones there are, which one is spoken now, and its words.

Every sentence for readers passes `_` where it is said, or `N_` where it only stands in a table and is said later.
The words of other languages are in `locale/*.po` (GNU gettext); English stands in the code.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from babel.units import format_unit

ENGLISH = "en"
FOLDER = Path(__file__).parent / "locale"

LANGUAGES: Mapping[str, Locale] = {
    ENGLISH: Locale(ENGLISH),
    **{path.stem: Locale.parse(path.stem) for path in sorted(FOLDER.glob("*.po"))},
}
"""Tag (BCP 47, as in `<html lang>`) -> what Babel knows of it."""

_SPOKEN: ContextVar[str] = ContextVar("commentkit_language", default=ENGLISH)


@cache
def _words(language: str) -> NullTranslations:
    """The catalogue of a language, read when it is first spoken."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = io.BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def spoken() -> str:
    """The tag of the language that is spoken now."""
    return _SPOKEN.get()


def locale() -> Locale:
    """What Babel knows of the language that is spoken now."""
    return LANGUAGES[spoken()]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language, one of `LANGUAGES`, inside this block."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def understood(accept: str) -> str:
    """The language of ours that a browser asks for first; English when it asks for none of them.

    Args:
        accept: the value of its `Accept-Language` (RFC 9110, 12.5.4).
    """
    wanted: list[tuple[float, str]] = []
    for part in accept[:400].split(","):
        tag, _, weight = "".join(part.split()).lower().partition(";q=")
        try:
            rank = float(weight or 1)
        except ValueError:
            continue
        if rank > 0:
            wanted.append((-rank, tag))
    asked = [tag for _, tag in sorted(wanted, key=lambda each: each[0])]
    known = {each.lower(): each for each in LANGUAGES}  # tags are the same in capitals (RFC 5646, 2.1.1)
    return known.get(negotiate_locale(asked, list(known), sep="-") or "", ENGLISH)


def N_(message: str) -> str:
    """Mark a message in a table, to be said with `_` later."""
    return message


def gettext(message: str) -> str:
    """A sentence in the language spoken now, its placeholders untouched: what Jinja asks for."""
    if not message:
        return ""  # the empty one is a catalogue's own header
    said: str = _words(spoken()).gettext(message)
    return said


def ngettext(one: str, many: str, number: int) -> str:
    """The same of a sentence about a number of things."""
    said: str = _words(spoken()).ngettext(one, many, number)
    return said


def _(message: str, **values: object) -> str:
    """A sentence in the language spoken now; `%(name)s` in it takes the value of that name."""
    return gettext(message) % values if values else gettext(message)


def plural(one: str, many: str, number: int, **values: object) -> str:
    """A sentence about a number of things; `%(num)s` in it is the number."""
    return ngettext(one, many, number) % {"num": number, **values}


def format_number(number: int) -> str:
    """A number as it is written in the language spoken now: "1,234" in English."""
    return format_decimal(number, locale=locale())


def format_duration(number: int, unit: str) -> str:
    """A length of time in the language spoken now: "10 minutes".

    Args:
        unit: its English name: second, minute, hour, day, month or year.
    """
    name = f"duration-{unit}"
    said = format_unit(number, name, locale=locale())
    # The CLDR leaves out a long form that is the same as the short one (in Persian); Babel then says the bare name.
    return format_unit(number, name, "short", locale=locale()) if name in said else said


def plurals(one: str, many: str) -> Mapping[str, str]:
    """The same for a script, which learns the number later: plural category (CLDR) -> sentence with `%(num)s`."""
    category = locale().plural_form
    return {category(number): ngettext(one, many, number) for number in range(200, -1, -1)}
