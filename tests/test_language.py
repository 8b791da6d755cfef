"""The words of other languages: which one is spoken, and whether every catalogue has all of them."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from commentkit.language import (
    ENGLISH,
    FOLDER,
    LANGUAGES,
    N_,
    Unit,
    _,
    format_duration,
    locale,
    plural,
    plurals,
    speaking,
    spoken,
    understood,
)

ROOT = Path(__file__).parent.parent
OTHERS = [each for each in LANGUAGES if each != ENGLISH]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-at", "de"),
        ("en; q=0.8 , de ; Q=0.9", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de;q=0.8,en;q=0.9", "en"),
        ("tlh,de;q=0.5", "de"),
        ("tlh", "en"),
        ("de;q=0,en;q=0.1", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("de;q=much,en", "en"),
        (",,;;q=", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_a_browser_gets_the_first_language_that_it_asks_for_and_we_have(accept: str, language: str) -> None:
    assert understood(accept) == language


def test_english_is_spoken_where_nobody_says_another() -> None:
    assert spoken() == ENGLISH
    assert locale().language == ENGLISH
    assert _("Anonymous") == "Anonymous"


def test_a_language_is_spoken_inside_its_block_and_no_further() -> None:
    with speaking("de"):
        assert (spoken(), _("Anonymous")) == ("de", "Anonym")
        with speaking("en"):
            assert _("Anonymous") == "Anonymous"
        assert _("Anonymous") == "Anonym"
    assert spoken() == ENGLISH


def test_after_an_error_the_old_language_is_spoken_again() -> None:
    with pytest.raises(RuntimeError), speaking("de"):
        raise RuntimeError
    assert spoken() == ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_length_of_time_is_said_in_words_of_the_language(language: str) -> None:
    with speaking(language):
        for unit in get_args(Unit):
            assert "duration" not in format_duration(7, unit)
    with speaking("fa"):
        assert format_duration(600, "minute") == "10 دقیقه"


def test_a_message_in_a_table_is_said_when_it_is_shown() -> None:
    table = {"nobody": N_("Anonymous")}
    with speaking("de"):
        assert table["nobody"] == "Anonymous"
        assert _(table["nobody"]) == "Anonym"


def test_values_stand_where_the_sentence_has_them_and_are_not_read_again() -> None:
    with speaking("de"):
        assert _("Comments on %(title)s", title="100 % %(name)s") == "Kommentare zu 100 % %(name)s"


def test_no_words_are_no_words_in_every_language() -> None:
    with speaking("de"):
        assert _("") == ""


def test_what_nobody_has_translated_is_said_in_english() -> None:
    with speaking("de"):
        assert _("No catalogue has %(what)s.", what="this") == "No catalogue has this."


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", 1, "1 new comment"),
        ("en", 0, "0 new comments"),
        ("en", 2, "2 new comments"),
        ("de", 1, "1 neuer Kommentar"),
        ("de", 7, "7 neue Kommentare"),
    ],
)
def test_a_number_is_said_as_its_language_says_it(language: str, number: int, words: str) -> None:
    with speaking(language):
        assert plural("%(num)s new comment", "%(num)s new comments", number) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_gets_a_sentence_for_every_kind_of_number_there_is(language: str) -> None:
    with speaking(language):
        forms = plurals("%(num)s new comment", "%(num)s new comments")
        assert "other" in forms
        category = locale().plural_form
        for number in range(150):
            said = plural("%(num)s new comment", "%(num)s new comments", number)
            assert forms[category(number)] % {"num": number} == said


# --- the catalogues ---


@cache
def messages() -> Catalog:
    """All that is said to readers, as it stands in code and templates."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    options = {
        each["pattern"]: {name: value for name, value in each.items() if name not in {"pattern", "method"}}
        for each in mappings
    }
    keywords = {**DEFAULT_KEYWORDS, "N_": None, "plural": (1, 2), "plurals": (1, 2)}
    found = Catalog()
    for folder in ("commentkit", "templates"):
        inside = [(pattern, method) for pattern, method in methods if pattern.startswith(folder)]
        for __, ___, message, comments, context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in inside],
            {pattern.removeprefix(f"{folder}/"): given for pattern, given in options.items()},
            keywords,
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


@cache
def catalogue(language: str) -> Catalog:
    """The words of a language, as its file has them."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def said(catalog: Catalog) -> Iterator[Message]:
    """The messages of a catalogue, its header left out."""
    return (each for each in catalog if each.id)


def forms(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or the one for each kind of number."""
    return ("",) if words is None else (words,) if isinstance(words, str) else tuple(words)


def placeholders(words: str) -> set[str]:
    """The values that a text takes; what else has a per cent sign can't be said."""
    rest = re.sub(r"%\((\w+)\)s", "", words)
    assert "%" not in rest.replace("%%", ""), words
    return set(re.findall(r"%\((\w+)\)s", words))


class Tags(HTMLParser):
    """The tags of a text, with their attributes."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(words)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"</{tag}>")


def test_the_messages_are_found() -> None:
    ids = {forms(each.id)[0] for each in said(messages())}
    # in code, in a table, for a script, with a number, in a template, in an expression of one
    assert {
        "Anonymous",
        "Oldest first",
        "Cancel",
        "%(num)s new comment",
        "Read the post",
        "Leave a comment",
    } <= ids


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    wanted = {each.id for each in said(messages())}
    there = {each.id for each in said(catalogue(language))}
    assert sorted(map(str, wanted - there)) == [], "`make words` puts them in"
    assert sorted(map(str, there - wanted)) == [], "`make words` takes them out"
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_says_every_message_in_full(language: str) -> None:
    catalog = catalogue(language)
    unsaid = [
        each.id
        for each in said(catalog)
        if each.fuzzy
        or not all(forms(each.string))
        or (each.pluralizable and len(forms(each.string)) != catalog.num_plurals)
    ]
    assert unsaid == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_loses_a_value_or_a_tag(language: str) -> None:
    for each in said(catalogue(language)):
        one, *many = forms(each.id)
        whole = many[0] if many else one
        for words in filter(None, forms(each.string)):
            # a form for one or two things may say the number in words
            wanted, there = placeholders(whole), placeholders(words)
            assert there | ({"num"} & wanted if many else set()) == wanted, words
            assert sorted(Tags(words).found) == sorted(Tags(whole).found), words
            assert words.strip() == words, "no spaces at either end"
