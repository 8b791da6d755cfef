"""What holds for any text at all."""

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentkit.shaming import CATEGORIES, STANCES, Reading, read

PIECES = [
    "You're not really poly", "you’re a slut", "ugly cow", "she told me", "“", "”", '"', "> ", "\r\n", "\n\n", "café",
    "naïve", "Ärger", "но", "你好", "😀", "\u200b", "\u0301", "and she's right", "but", "if", "?", ".", "s l u t",
    "p0ly", "n o t", "'", "I'm", "not", "Am I", " ", "a", "*", "İ", "ﬃ", "한국어", "é", "you", "are", "-", "ß",
    "**", "_", "~~", "`", "[", "](http://a.com/b)", "<em>", "</em>", "<blockquote>", "</blockquote>", "<q>", "<br>",
    "\\", "&quot;", "&#39;", "&gt;", "www.a.com/you-slut", "a@b.org", '7"', "6' 2",
]  # fmt: skip

LONG_WORDS = ["x" * 3000, "a" + "'re" * 700, "s" + "*" * 500, "u " * 900]

soup = st.one_of(
    st.sampled_from(LONG_WORDS),
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def flags(reading: Reading) -> list[tuple[str, str]]:
    return [(flag.rule, flag.stance) for flag in (*reading.findings, *reading.cleared)]


@given(soup)
@settings(max_examples=400, deadline=None)
def test_spans_lie_inside_the_text_and_name_known_things(text: str) -> None:
    reading = read(text)
    for flag in (*reading.findings, *reading.cleared):
        assert 0 <= flag.start < flag.end <= len(text)
        assert flag.category in CATEGORIES
        assert flag.stance in STANCES
        assert flag.tier in {"likely", "possible"}
    assert all(flag.stance == "asserted" for flag in reading.findings)
    assert all(flag.stance != "asserted" for flag in reading.cleared)


@given(soup)
@settings(max_examples=300, deadline=None)
def test_composed_and_decomposed_letters_read_alike(text: str) -> None:
    nfc, nfd = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    one, other = read(nfc), read(nfd)
    assert flags(one) == flags(other)
    for here, there in zip(one.findings, other.findings, strict=True):
        words = unicodedata.normalize("NFC", nfd[there.start : there.end])
        assert words == nfc[here.start : here.end]


@given(soup)
@settings(max_examples=200, deadline=None)
def test_line_endings_make_no_difference(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    dos = unix.replace("\n", "\r\n")
    one, other = read(unix), read(dos)
    assert flags(one) == flags(other)
    for here, there in zip(one.findings, other.findings, strict=True):
        assert dos[there.start : there.end].replace("\r\n", "\n") == unix[here.start : here.end]


@given(soup)
@settings(max_examples=100, deadline=None)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(text) == read(text)


ITEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "dev.jsonl").read_text(encoding="utf-8").splitlines()
]
SHAMING = [
    item["text"]
    for item in ITEMS
    if item["label"] == "flag"
    and item["functionality"] != "embedded"
    and not set('“”"\n') & set(item["text"])
]
KIND = [item["text"] for item in ITEMS if item["functionality"] in {"praise_kind", "ordinary", "advice"}]
SAYS = ["My sister told me", "The man at the bar said", "Her boss kept saying", "A stranger wrote to me"]
AGREES = ["And she's right.", "I agree.", "So true.", "And honestly he had a point."]

shaming = st.sampled_from(SHAMING)


@given(shaming, st.sampled_from(SAYS))
@settings(max_examples=200, deadline=None)
def test_quoted_after_a_reporting_verb_it_is_cleared(text: str, says: str) -> None:
    assert read(text).flagged
    assert not read(f"{says}: “{text}”").flagged
    assert not read(f'{says}: "{text}" I left.').flagged


@given(shaming, st.sampled_from(SAYS), st.sampled_from(AGREES))
@settings(max_examples=200, deadline=None)
def test_agreed_with_it_is_flagged_again(text: str, says: str, agrees: str) -> None:
    assert read(f"{says}: “{text}” {agrees}").flagged


@given(shaming, st.lists(st.sampled_from(KIND), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_kind_paragraph_before_it_changes_nothing(text: str, kind: list[str]) -> None:
    before = " ".join(kind) + "\n\n"
    plain, longer = read(text), read(before + text)
    own = [flag for flag in longer.findings if flag.start >= len(before)]
    assert [(flag.start - len(before), flag.end - len(before), flag.rule, flag.tier) for flag in own] == [
        (flag.start, flag.end, flag.rule, flag.tier) for flag in plain.findings
    ]


@given(
    st.lists(st.sampled_from([item["text"] for item in ITEMS]), min_size=1, max_size=5),
    st.sampled_from(" \n"),
)
@settings(max_examples=300, deadline=None)
def test_being_thorough_finds_nothing_more(texts: list[str], between: str) -> None:
    text = (between * (1 + (between == "\n"))).join(texts)
    assert read(text, thorough=True).findings == read(text).findings


def quickest(text: str) -> float:
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        read(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.long
def test_long_comments_cost_in_proportion() -> None:
    for piece in (
        "you are not a ",
        '"a ',
        "'a ",
        "she said you are a slut ",
        "a b ",
        "> x\n",
        "ugly. ",
        "é ",
        "abcdefghij",
        "a're" + "'re" * 3,
        "*a ",
        "*a* ",
        "**a *",
        "`a ",
        "[a ",
        "[a](b.c ",
        "[a](b.c(d)",
        "[a](b.c 'd",
        "[[a](b.c)",
        "<b ",
        "<blockquote>\n",
        "&amp;",
        "\\*",
        "a.b+",
        "a.com/",
        "a.com ",
        "a@b.",
        "www.a)",
        "https://a.b*",
        '7" "a ',
        "6' 2",
    ):
        short, long = piece * (5000 // len(piece)), piece * (20000 // len(piece))
        read(short)
        assert quickest(long) <= 10 * quickest(short) + 0.02, piece
