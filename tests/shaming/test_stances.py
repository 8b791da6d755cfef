"""The same words, told, quoted, denied, asked or played with: only who does it is flagged."""

import pytest

from commentkit.shaming import STANCES, read

SHAMES = [
    "You're not really poly if you get jealous.",
    "You're a disgusting pervert.",
    "Your thighs are hideous.",
    "You have nobody to blame but yourself.",
    "Bisexuals are just confused.",
    "You should be over it by now.",
]


@pytest.mark.parametrize("words", SHAMES)
def test_said_plainly_it_stands(words: str) -> None:
    assert read(words).flagged


@pytest.mark.parametrize("words", SHAMES)
def test_quoted_after_she_told_me_it_is_cleared(words: str) -> None:
    reading = read(f"She told me “{words}”", thorough=True)
    assert not reading.findings
    assert {flag.stance for flag in reading.cleared} == {"quoted"}


@pytest.mark.parametrize("words", SHAMES)
def test_in_a_block_quotation_it_is_cleared(words: str) -> None:
    reading = read(f"> {words}\n\nNo.", thorough=True)
    assert not reading.findings
    assert reading.cleared


@pytest.mark.parametrize("words", SHAMES)
@pytest.mark.parametrize(
    "endorsement",
    [
        "And she's right.",
        "And honestly she had a point.",
        "I agree.",
        "So true.",
        "And it's true.",
        "She was right.",
    ],
)
def test_an_endorsement_after_a_quotation_flags_again(words: str, endorsement: str) -> None:
    assert read(f"She told me “{words}” {endorsement}").flagged


@pytest.mark.parametrize(
    "told", ["people told me", "she said", "my aunt used to say", "I was told", "or so I was always told"]
)
@pytest.mark.parametrize(
    "words", ["You're not really poly if you get jealous", "You should be ashamed of yourself"]
)
def test_who_said_it_may_stand_at_the_very_end(words: str, told: str) -> None:
    reading = read(f"{words}, {told}.", thorough=True)
    assert not reading.findings
    assert {flag.stance for flag in reading.cleared} == {"reported"}
    assert read(f"{words}, {told}. And they are right.").flagged


@pytest.mark.parametrize("words", SHAMES)
def test_a_denial_after_a_quotation_does_not_flag(words: str) -> None:
    assert not read(f"She told me “{words}” And she's not right.").flagged


@pytest.mark.parametrize("words", SHAMES)
def test_a_kind_paragraph_before_it_changes_nothing(words: str) -> None:
    kind = "Thank you for this, it made me cry in a good way.\n\n"
    plain, longer = read(words), read(kind + words)
    shifted = [(flag.start - len(kind), flag.end - len(kind), flag.rule) for flag in longer.findings]
    assert shifted == [(flag.start, flag.end, flag.rule) for flag in plain.findings]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("People told me I'm not really poly.", "reported"),
        ("My brother thinks we're perverts.", "reported"),
        ("Everyone at school called me a slut.", "reported"),
        ("According to my ex, jealous people are pathetic.", "reported"),
        ("> you're not really poly", "quoted"),
        ("Am I not really poly?", "asking_help"),
        ("I'm not really poly, I suppose.", "first_person"),
        ("You're not stupid for asking.", "negated"),
        ("It doesn't make you a slut.", "negated"),
        ("Nobody gets to say that you're a whore.", "countered"),
        ("It's cruel to tell anyone that they're a freak.", "countered"),
        ("If someone says you're a freak, tell us.", "hypothetical"),
        ("We're proud sluts, all of us.", "reclaimed"),
        ("In the scene I am his filthy whore.", "play"),
    ],
)
def test_the_stance_that_cleared_it_is_told(text: str, stance: str) -> None:
    reading = read(text, thorough=True)
    assert not reading.findings
    assert stance in {flag.stance for flag in reading.cleared}
    assert stance in STANCES


@pytest.mark.parametrize(
    "text",
    [
        "You're not really allowed to park there.",
        "You're no less polyamorous if it doesn't come to you easily.",
        "I disagree with the second half.",
        "What a shitty week, this helped.",
        "That's a stupid law.",
        "You're crazy talented.",
        "You lucky cow, I wanted those tickets!",
        "She sat on my face for an hour.",
        "You have every right to be jealous.",
        "Even if you're a slut, which is fine, wear a coat.",
        "It was never your fault.",
        "",
    ],
)
def test_what_is_not_about_shame_is_no_trigger(text: str) -> None:
    assert not read(text).findings


def test_a_scare_quote_is_a_sneer() -> None:
    assert read("Enjoy your so-called “polyamory”.").flagged


def test_a_clause_turns_at_but() -> None:
    assert read("I'm not saying that you're a bad person, but you're a slut.").flagged
    assert read("He called me a prude, however you're a frigid cow.").flagged


def test_its_words_are_marked() -> None:
    text = "Lovely post! You’re not really poly if you get jealous. Bye."
    (flag,) = read(text).findings
    assert text[flag.start : flag.end] == "You’re not really poly if you get jealous"
    assert (flag.category, flag.stance, flag.tier) == ("gatekeeping", "asserted", "likely")
    assert flag.reason


def test_a_possible_finding_does_not_flag() -> None:
    reading = read("You're crazy.")
    assert [flag.tier for flag in reading.findings] == ["possible"]
    assert not reading.flagged


@pytest.mark.parametrize(
    "text",
    ["ur such a sl4g", "you s l u t", "You f.r.e.a.k", "you're a wh0re", "youre a sluuuut", "You’re a ѕlut",
     "you're a s\u200blut", "YOU ARE A SLUT", "you are a sl*t", "u r not a real dom"],
)  # fmt: skip
def test_disguises_are_seen_through(text: str) -> None:
    assert read(text).flagged


@pytest.mark.parametrize("words", SHAMES)
def test_every_finding_tells_what_was_looked_at_and_how_it_might_be_said(words: str) -> None:
    for flag in read(words).findings:
        assert flag.instead.endswith(".")
        assert all(look.said().endswith(".") for look in flag.looked)
        assert any(look.counts for look in flag.looked)


def test_words_that_would_clear_it_elsewhere_are_told() -> None:
    (flag,) = read("He told me that I'm a prude, but you're a frigid cow.").findings
    assert any("told me" in look.words and not look.counts for look in flag.looked)


def test_a_whole_sentence_without_any_rule_is_found_and_tells_what_weighed() -> None:
    text = "Bless, somebody gave the toddler a keyboard."
    (flag,) = read(text).findings
    assert flag.rule == "whole.condescension"
    assert text[flag.start : flag.end] == text.rstrip(".")
    assert flag.looked[-1].words in text


@pytest.mark.parametrize(
    "text",
    [
        "Du bist gar nicht wirklich poly.",
        "Tu n'es pas vraiment bi.",
        "أنت لست",
        "你不是真的",
        "Ты шлюха.",
        "😀😀😀",
    ],
)
def test_other_languages_are_left_alone(text: str) -> None:
    assert not read(text).flagged


@pytest.mark.parametrize(
    "text",
    [
        "My ex told me “you're not really poly if you get jealous.” I disagree.",
        "> You're a slut.\n\nI really can't agree with this.",
        "My mum says you're not a real lesbian, and I disagree.",
        "You're not a slut. She's right.",
        "Nobody gets to say that you're not queer enough. I agree.",
        "I'm such a prude. So true.",
        "She said “You're a slut.” You are right to be angry.",
        "“You're a slut,” he wrote. They are right to ban him.",
        "“You're not really poly.” I agree with you that this is rude.",
    ],
)
def test_disagreeing_or_agreeing_with_a_denial_shames_nobody(text: str) -> None:
    assert not read(text).flagged


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for this. You're not really poly if you get jealous. I mean that kindly. Bye now.",
        "Thanks for this. You're not really poly if you get jealous.\n\nSee you then.",
        "You're such a slut, and not really poly.",
        "You're such a filthy slut!",
        "What a lovely garden. You are a disgusting pervert. Is the recipe in the book?",
    ],
)
def test_kind_company_hides_nothing(text: str) -> None:
    assert read(text).flagged
