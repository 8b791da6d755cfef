"""Names, bodies and addresses are kept as their writers need them; rendering takes linear time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentkit.errors import TextRefused
from commentkit.language import speaking
from commentkit.text import Bounds, clean_body, clean_line, clean_website, render, safe_url
from tests.foreign import marked

# --- time ------------------------------------------------------------------------------------------------

UNITS = [
    "<b x=1><b x=2>", "[", "![", "&", "<em><p>", "[a](", "*a ", "**", "_", "`", "~~", "> ", "- ", "1. ",
    "<", "<!--", "<a ", "<a href=", "&#", "&amp", "&amp;", "\\", "\\*", "http://", "<p>", "<blockquote>",
    "<ul><li>", "[x]: y", "(((", "<b>*", "</b>", '"', "www.", "a@b.", '<b title=">', "]", "](", "[[]](",
    "<code>", "x*y_", "\n", '> "q"\n', "a\n", "*_", "**_", "\u2019*", "\u4e2d*", "*!", "*a* ", "~~a~~ ",
    "`a`", "[a](http://b.c)", '[a](http://b.c "', "[a](<", "http://a.bc ", "http://a.bc/&& ", "http://a(",
    "<http://a.b>", "<a@b.cd>", "<b>a</b>", "<a href=http://a.b>x</a>", "<br>", "<li>a\n\n", "<pre>\n",
    "</pre>\n", "</pre>x\n", "```\n", "***\n", "- a\n", "- a\n\n", "- - - a\n", "  - a\n", "\ta\n", "a\n\n",
    "a\\\n", "[![a](http://b.c)](http://d.e)", "\u202a", "\u2066\u2069", "\u0301", "e\u0301", "<svg><p>",
    "<![CDATA[", '<a b="', "<a b='\">", "<a a a a a a", '<a b="" ', "<b>&</b>", "x\u2028", "[`](", "-\n",
    ">\n", "1986. a\n", "> ---\n*a* > - a\n", "- > ---\n  *a*\n", "* a\n  * b\n    * c\n", "<b\n>", "&#60;",
    "(https://a.b)", "[*a*](http://b.c)\n\n", "".join("`" * n + " " for n in range(1, 60)),
]  # fmt: skip


def cost(text: str, runs: int = 2) -> tuple[float, bool]:
    """Least CPU milliseconds of several runs, and whether the text was accepted."""
    times, accepted = [], True
    for _ in range(runs):
        begin = time.process_time()
        try:
            render(text)
        except TextRefused:
            accepted = False
        times.append(time.process_time() - begin)
    return min(times) * 1000, accepted


def repeat(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    measured = {length: cost(repeat(unit, length)) for length in (5_000, 10_000, 20_000)}
    for length in (5_000, 10_000):
        (short, _), (long, accepted) = measured[length], measured[2 * length]
        ratio = long / max(short, 12)
        for _ in range(3):  # a noisy machine gets more chances, a quadratic one fails them all
            if accepted and ratio > 2.5:
                long, short = cost(repeat(unit, 2 * length), 5)[0], cost(repeat(unit, length), 5)[0]
                ratio = long / max(short, 12)
        assert not accepted or ratio <= 2.5
    for time_taken, accepted in measured.values():
        assert time_taken <= (
            250 if accepted else 60
        )  # 100 and 20 on a quiet machine; generous for a busy one


def test_mixtures_of_markup_stay_cheap() -> None:
    chance = random.Random(7)
    for _ in range(40):
        unit = "".join(chance.choices(UNITS, k=chance.randint(2, 5)))
        time_taken, accepted = cost(repeat(unit, chance.choice((4_000, 8_000, 20_000))))
        assert time_taken <= (250 if accepted else 60), unit


HONEST = {
    "links": "I have read [this story](https://example.com/a) about them, yes. ",
    "bare links": "I have read https://example.com/a/b?c=1&d=2 about them. ",
    "typed links": 'I have read <a href="https://example.com/a">it</a> about it. ',
    "emphases": "It was *not* what I **meant** when I said that I'd leave. ",
    "quotes": "> What you said there, in so many words, has hurt.\n",
    "answers": "> What you said there.\n\nIt's what I had to say.\n\n",
    "apostrophes": "It's what we'd call 'love', isn't it? ",
    "brackets": "He (that's [sic] him) said {so}. ",
    "separators": "A paragraph of a story with its words.\n\n***\n\n",
    "signs": "R&D & me <3 you, 1 < 2 > 1. ",
    "list": "- one thing that matters *a lot* to me\n",
    "verses": "a line of verse that breaks off here\n",
}


@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_long_text_is_accepted_and_quick(kind: str) -> None:
    text = (HONEST[kind] * 300 + "\n\n" + "Plain words follow, as in any story. " * 600)[:20_000]
    time_taken, accepted = cost(text)
    assert accepted
    assert time_taken <= 250


def test_a_refusal_says_which_kind_of_markup_there_is_too_much_of() -> None:
    with pytest.raises(TextRefused, match="HTML tags") as refusal:
        render("<b>" * 3_000)
    assert refusal.value.code == "markup-too-heavy"
    with pytest.raises(TextRefused, match="links"):
        render("[a](http://b.c)" * 1_000)
    with pytest.raises(TextRefused, match="deep"):
        render("> " * 40 + "a")


def test_what_is_too_long_is_refused_before_and_after() -> None:
    for text in ("a" * 20_001, "a" * 1_000_000, "&" * 20_000):
        with pytest.raises(TextRefused) as refusal:
            render(text)
        assert refusal.value.code == "too-long"
    assert render("a" * 30_000, Bounds(characters=40_000))


# --- lines, bodies, addresses ----------------------------------------------------------------------------

NAMES = [
    ("  Ada \t Lovelace\n", "Ada Lovelace"), ("Jose\u0301", "Jos\u00e9"), ("a\u200bb\u200d\ufeff", "ab"),
    ("\u202eevil\u202c", "evil"), ("\u2066a\u2069\u200e\u200f\u061c", "a"), ("\u3164", ""),
    ("\u2800\u115f\u1160\uffa0\u00ad\u034f", ""), ("a\u2028b\u2029c", "a b c"), ("a\x07b\x7f\x85", "ab"),
    ("\ue000a\U000e0041\ufe0f", "a"), ("\U0010ffff\ufdd0", ""),
    ("Nguy\u1ec5n V\u0103n", "Nguy\u1ec5n V\u0103n"), ("Z" + "\u0317" * 50 + "o", "Z" + "\u0317" * 4 + "o"),
    ("\u05d3\u05b8\u05bc\u05d5\u05d3", "\u05d3\u05b8\u05bc\u05d5\u05d3"),
    ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."), ("\u00a0 a \u3000 b", "a b"),
    ("\U0001f600", "\U0001f600"), ("<b>", "<b>"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_a_name_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean_line(typed).replace("\x85", "") == kept


@given(st.text(max_size=60))
def test_cleaning_a_name_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = clean_line(typed)
    except TextRefused:
        return
    assert clean_line(once) == once
    assert "\n" not in once


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "\udfff"])
def test_what_no_database_takes_is_refused_in_plain_words(bad: str) -> None:
    for clean in (clean_line, clean_body, render):
        with pytest.raises(TextRefused, match="can't be stored") as refusal:
            clean(bad)
        assert refusal.value.code == "invalid-character"
    with pytest.raises(TextRefused):
        clean_website(f"https://x.org/{bad}")


BODIES = [
    ("\r\n\r\n a\r\nb\rc \n\n", " a\nb\nc"), ("a\x07b\x0cc\x9f", "abc"), ("a\tb", "a\tb"),
    ("e\u0301", "\u00e9"), ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
    ("\u05d0\u200f!", "\u05d0\u200f!"), ("\u202ea", "a"), ("a\u202c", "a"),
    ("\u2067\u05d0\u2069", "\u2067\u05d0\u2069"), ("\u2067\u05d0\nb\u2069", "\u05d0\nb"),
    ("\u202b\u2066a\u202c\u2069", "\u2066a\u2069"), ("a\u2028b", "a\nb"), (" \n\t\n", ""), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), BODIES)
def test_a_body_keeps_what_its_writer_needs(typed: str, kept: str) -> None:
    assert clean_body(typed) == kept
    assert clean_body(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""), ("  ", ""), ("example.com/x", "https://example.com/x"), ("http://a.org", "http://a.org"),
        ("a.org:8080/x", "https://a.org:8080/x"), ("//a.org", "https://a.org"),
        ("HTTPS://A.org/?q=1#b", "HTTPS://A.org/?q=1#b"),
        ("https://\u00fc.example", "https://\u00fc.example"),
        ("https://medium.com/@me", "https://medium.com/@me"), ("localhost:8000", "https://localhost:8000"),
    ],
)  # fmt: skip
def test_a_website_is_completed(typed: str, kept: str) -> None:
    assert clean_website(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JavaScript://x.org/%0aalert(1)", "data:text/html,x", "ftp://a.org",
        "mailto:a@b.org", "https://", "https:///x", "https://me:secret@a.org", "https://me@a.org",
        "a b.org", "https://a.org/\tb", "https:\\\\a.org", "https://a.org\\@b.org", "nothing",
        "https://a.org/\u202e", "https://a.org/\"x", "https://a.org/'x", "https://a.org/<b>", "https://[a",
        "https://a.org:x", "https://a..org", "https://.org", "/relative", "?x",
        "https://a.org/" + "a" * 3_000, "javascript&colon;alert(1)", "https://a.org/\x7f",
        "https://a\u3000.org",
    ],
)  # fmt: skip
def test_a_website_that_leads_nowhere_good_is_refused_in_plain_words(typed: str) -> None:
    with pytest.raises(TextRefused, match=r"^The website's address .*\.$"):
        clean_website(typed)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.org", True), ("HTTP://a.org/b?c=d&e", True), ("mailto:a@b.org", True),
        ("https://a.org/?a=1&copy=2", True), ("", False), ("javascript:1", False),
        (" java\nscript:1", False), ("java&#115;cript:1", False), ("&#106avascript:1", False),
        ("//a.org", False), ("/a", False), ("a", False), ("data:,x", False), ("javascript&colon;1", False),
        ("http&colon;//a.org", False), ("https:a", False), ("&amp;#106;avascript:1", False),
        ("tel:1", False), ("https://me@a.org", False), ("view-source:https://a.org", False),
        ("mailto:", False),
    ],
)  # fmt: skip
def test_only_web_and_mail_addresses_are_safe(url: str, good: bool) -> None:
    assert safe_url(url) is good


@pytest.mark.parametrize(
    "body",
    [
        "http://a " * 1_000,
        "<b>" * 3_000,
        "*a* " * 4_000,
        "`" + "\\` " * 6_000,
        "---\n" * 3_000,
        "a\n" * 4_000,
        "a\n\n" * 3_000,
        "&lt;" * 5_000,
        "> a\n" * 2_000,
        "<a href='http://x.example'>x</a>" + "<" * 3_000,
        "> " * 9 + "a",
        "&" * 19_000,
        "x" * 20_001,
        "x" * 50_000,
    ],
    ids=lambda body: body[:12],
)
def test_what_makes_a_text_too_heavy_is_told_in_the_language_that_is_spoken(foreign: str, body: str) -> None:
    with speaking(foreign), pytest.raises(TextRefused) as refused:
        render(body)
    assert marked(refused.value)


@pytest.mark.parametrize(
    "website",
    ["ftp://x.example", "https://x .example", "https://me@x.example", "nowhere", "https://[x", "x" * 3_000],
)
def test_what_is_wrong_with_a_website_is_told_in_the_language_that_is_spoken(
    foreign: str, website: str
) -> None:
    with speaking(foreign), pytest.raises(TextRefused) as refused:
        clean_website(website)
    assert marked(refused.value)
