"""Markdown, typed tags, addresses and inches: they hide no words, and add none."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentkit.shaming import Reading, read

ITEMS = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "dev.jsonl").read_text(encoding="utf-8").splitlines()
]
PLAIN = [text for text in ITEMS if not set("*_~`[]<>&\\\n") & set(text)]
UNQUOTED = [text for text in PLAIN if not set("\"“”‘'’") & set(text)]
MARKS = [
    ("*", "*"), ("**", "**"), ("***", "***"), ("_", "_"), ("~~", "~~"), ("`", "`"), ("<em>", "</em>"), ("<B>", "</B>"),
    ("[", "](https://example.com/nobody-says-she-told-me)"), ("[", '](<https://example.com/a_(b)> "You are ugly.")'),
    ('<a href="https://example.com/you-ugly-slut">', "</a>"),
]  # fmt: skip
ADDRESSES = [
    "https://example.com/youre-a-slut", "<https://example.com/nobody-says/she-told-me?if=not>", "www.example.org/ugly",
    "blog.example.co.uk/you-are-a-slut/#whore", "you-are-a-slut@example.net",
]  # fmt: skip

WHOLE = [text for text in PLAIN if not re.search(r"\b\w \w\b", text)]  # nothing typed letter by letter

words = st.sampled_from(PLAIN)


def kinds(reading: Reading) -> list[tuple[str, str, str]]:
    return [(flag.rule, flag.stance, flag.tier) for flag in (*reading.findings, *reading.cleared)]


@pytest.mark.parametrize(
    "text",
    [
        "You're [not really](https://example.com/poly) poly.",
        "You're *not really* poly.",
        "**You** aren't really poly.",
        "**You** are ***not really*** ~~poly~~.",
        "You're **not *really* poly**.",
        "You're `not really` poly.",
        "You're <strong>not really</strong> poly.",
        "You&#39;re not really poly.",
        "You're \\*not\\* really poly.",
        "You`re not really poly.",
        "You're really* not really poly.",
    ],
)
def test_marks_hide_no_words(text: str) -> None:
    (flag,) = read(text).findings
    assert flag.rule == "gate.not-really"
    assert text[flag.start : flag.end].endswith("poly")


def test_a_span_points_into_the_text_as_it_was_typed() -> None:
    text = "Well. You're [not really](https://example.com/a) **poly**!"
    (flag,) = read(text).findings
    assert text[flag.start : flag.end] == "You're [not really](https://example.com/a) **poly"


def test_stars_within_a_word_still_stand_for_letters() -> None:
    assert read("You're a sl*t and a **wh*re**.").flagged


@pytest.mark.parametrize(
    "text",
    [
        "> You're *not really* poly.\n\nNo.",
        "> You're\n> [not really](https://example.com) poly.\n\nNo.",
        "<blockquote>You're not really poly.\n\nYou're a slut.</blockquote>No.",
        "She told me <q>You're not really poly.</q>",
        '*"You\'re not really poly."* was said to me.',
        "She said &quot;You're not really poly.&quot;",
    ],
)
def test_what_is_quoted_stays_quoted(text: str) -> None:
    reading = read(text, thorough=True)
    assert not reading.findings
    assert {flag.stance for flag in reading.cleared} == {"quoted"}


def test_after_a_quotation_has_ended_words_are_ones_own() -> None:
    assert read("<blockquote>You're a saint.</blockquote>You're not really poly.").flagged


@pytest.mark.parametrize(
    "text",
    [
        "He is 6' 2\" tall. You're not really poly. I am 5'10\" tall.",
        'I own a 7" record. You\'re not really poly. And a 12" one.',
        "'Cause he's 6' tall, you're not really poly, at 6' 2''.",
        '"I\'m 17" she said. You\'re not really poly. "I\'m 18" she said.',
    ],
)
def test_inches_and_feet_quote_nothing(text: str) -> None:
    assert "gate.not-really" in {flag.rule for flag in read(text).findings}


@pytest.mark.parametrize(
    "text",
    [
        'She told me "You\'re not really poly, and a 7" record is no LP."',
        'He is 6\'2". "You\'re not really poly" was said to me.',
        'I was told "you\'re not really poly at 17".',
    ],
)
def test_numbers_within_a_quotation_do_not_end_it_early(text: str) -> None:
    assert not read(text).findings


@given(words, st.data())
@settings(max_examples=400, deadline=None)
def test_emphasis_and_links_around_any_words_change_nothing(text: str, data: st.DataObject) -> None:
    marked = text.split(" ")
    first = data.draw(st.integers(0, len(marked) - 1))
    last = data.draw(st.integers(first, len(marked) - 1))
    opens, closes = data.draw(st.sampled_from(MARKS))
    marked[first] = opens + marked[first]
    marked[last] += closes
    typed = " ".join(marked)
    plain, reading = read(text, thorough=True), read(typed, thorough=True)
    assert reading.flagged is plain.flagged
    assert kinds(reading) == kinds(plain)
    for here, there in zip(reading.findings, plain.findings, strict=True):
        shown = typed[here.start : here.end].replace(opens, "").replace(closes, "")
        assert shown == text[there.start : there.end]


@given(st.sampled_from(WHOLE), st.sampled_from(ADDRESSES), st.data())
@settings(max_examples=300, deadline=None)
def test_an_address_anywhere_changes_nothing(text: str, address: str, data: st.DataObject) -> None:
    typed = text.split(" ")
    typed.insert(data.draw(st.integers(0, len(typed))), address)
    assert kinds(read(" ".join(typed), thorough=True)) == kinds(read(text, thorough=True))


@given(st.sampled_from(UNQUOTED))
@settings(max_examples=100, deadline=None)
def test_measures_around_words_change_nothing(text: str) -> None:
    typed = f'He is 6\' 2" tall. {text} I own a 7" record.'
    assert kinds(read(typed, thorough=True)) == kinds(
        read(typed.replace("'", "").replace('"', ""), thorough=True)
    )
