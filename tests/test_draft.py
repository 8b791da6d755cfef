"""What a stranger sends is rebuilt field by field: refused with a reason or kept whole, never cut."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentkit.draft import Draft, Limits
from commentkit.errors import InvalidDraft
from commentkit.language import speaking
from tests.foreign import marked

FIELDS = ("name", "email", "website", "body", "parent", "warning")
ANYTHING = st.text(st.characters(), max_size=40)  # lone surrogates and NUL, too
DEFAULT = Limits()
SMALL = Limits(name=10, email=20, website=25, body=30)
LINE = "A line of an honest story that somebody needed years to write down, at last.\n"


def parse(fields: dict[str, str], limits: Limits) -> tuple[Draft | None, dict[str, str]]:
    """The draft, or the codes of what is wrong by field."""
    try:
        return Draft.parse(fields, limits), {}
    except InvalidDraft as refused:
        return None, {field: problem.code for field, problem in refused.problems.items()}


def problems(fields: dict[str, str], limits: Limits = DEFAULT) -> dict[str, str]:
    """What is wrong with a form that has a comment."""
    return parse({"body": "Hello.", **fields}, limits)[1]


def test_a_comment_alone_is_enough() -> None:
    assert Draft.parse({"body": "Hello."}, DEFAULT) == Draft("", "", "", "Hello.", "")


def test_fields_that_a_stranger_may_not_set_do_not_exist() -> None:
    sent = {"body": "Hello.", "status": "published", "by_guest": "true", "html": "<script>", "id": "1"}
    assert {field.name for field in dataclasses.fields(Draft.parse(sent, DEFAULT))} == {
        *FIELDS,
        "answers",
        "known",
    }


def test_every_field_is_trimmed_and_composed() -> None:
    draft = Draft.parse(
        {
            "name": "  Zoe\u0308 \u200b ",
            "email": " zoe@example.org\n",
            "website": " https://zoe.example/ ",
            "body": "\n\nCafe\u0301\r\n",
            "parent": " abc-1_2 ",
        },
        DEFAULT,
    )
    assert draft == Draft("Zoë", "zoe@example.org", "https://zoe.example/", "Café", "abc-1_2")


@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
def test_what_is_just_short_enough_is_kept_and_one_more_is_refused(field: str) -> None:
    longest = {
        "name": "n" * 80,
        "email": f"{'e' * 60}@{'e' * 189}.org",
        "website": "https://w.example/" + "w" * 482,
        "body": "b" * 20_000,
    }[field]
    assert len(longest) == getattr(DEFAULT, field)
    assert getattr(Draft.parse({"body": "Hello.", field: longest}, DEFAULT), field) == longest
    more = longest.replace("@", "@e") if field == "email" else longest + "x"
    assert problems({field: more}) == {field: "too-long"}


def test_what_is_too_long_is_refused_with_both_numbers() -> None:
    with pytest.raises(InvalidDraft, match="20,001 characters; there is room for 20,000"):
        Draft.parse({"body": "x" * 20_001}, DEFAULT)


def test_nothing_hides_behind_what_is_cleaned_away() -> None:
    assert problems({"name": "a" + "\u200b" * 200}) == {"name": "too-long"}


def test_new_lines_count_as_one_character_however_a_browser_sends_them() -> None:
    story = (LINE * 300)[:19_900].strip()
    sent = story.replace("\n", "\r\n")
    assert len(sent) > 20_000
    assert Draft.parse({"body": sent}, DEFAULT).body == story


def test_an_accented_letter_counts_as_one_character_however_a_system_writes_it() -> None:
    typed = unicodedata.normalize("NFD", "é" * 15_000)
    assert Draft.parse({"body": typed}, DEFAULT).body == "é" * 15_000


@pytest.mark.parametrize(
    "email", ["a", "a@", "@b", "a b@c.example", "a@b@c", "a@b c", '"a"@b.example', "a@[127.0.0.1]", "a@b,c@d"]
)
def test_what_is_no_email_is_refused(email: str) -> None:
    assert problems({"email": email}) == {"email": "not-an-email"}


@pytest.mark.parametrize("email", ["a@b", "a.b+c@d.example", "o'neil@example.org", "a@bücher.example"])
def test_what_could_be_an_email_is_believed(email: str) -> None:
    assert Draft.parse({"body": "x", "email": email}, DEFAULT).email == email


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "file:///x"])
def test_a_website_is_a_web_address_or_nothing(website: str) -> None:
    assert list(problems({"website": website})) == ["website"]


@pytest.mark.parametrize("parent", ["a b", "../x", "a/b", "é", "a'--", "x" * 65])
def test_what_can_be_no_comments_number_answers_nothing(parent: str) -> None:
    assert list(problems({"parent": parent})) == ["parent"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_what_can_not_be_stored_is_refused_in_every_field(field: str, bad: str) -> None:
    [(wrong, code)] = problems({field: f"https://a{bad}b.example"}).items()
    assert wrong == field
    assert code in {"invalid-character", "invalid-website", "unknown"}


def test_all_wrong_fields_are_told_at_once_with_a_sentence_each() -> None:
    limits = Limits(require_name=True, require_email=True)
    with pytest.raises(InvalidDraft) as refused:
        Draft.parse({"name": " ", "body": "\n", "website": "javascript:x"}, limits)
    assert refused.value.problems.keys() == {"name", "email", "website", "body"}
    assert all(len(problem.message.split()) > 3 for problem in refused.value.problems.values())


def test_a_wrong_required_field_has_one_problem_not_two() -> None:
    assert problems({"email": "nobody"}, Limits(require_email=True)) == {"email": "not-an-email"}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)))
def test_any_input_is_refused_field_by_field_or_kept_within_bounds(fields: dict[str, str]) -> None:
    draft, wrong = parse(fields, SMALL)
    if draft is None:
        assert wrong
        assert wrong.keys() <= set(FIELDS)
        return
    kept = dataclasses.asdict(draft)
    assert (kept.pop("answers"), kept.pop("known")) == (False, False)  # nobody offered them
    for name, value in kept.items():
        assert len(value) <= getattr(SMALL, name, 64)
        assert unicodedata.is_normalized("NFC", value)
        assert value.encode().decode() == value
        assert "\0" not in value
    for name in ("name", "email", "website", "parent"):
        assert all(unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"} for char in kept[name])
    assert draft.body
    assert Draft.parse(kept, SMALL) == draft


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 81, "email": "x" * 250 + "@x.example", "body": "x" * 20_001},
        {"website": "https://x.example/" + "x" * 600, "parent": "x" * 65, "warning": "none such"},
        {"email": "nobody", "website": "ftp://x.example", "parent": "two words"},
        {"name": "half \ud800", "email": "a NUL \0", "website": "https://me@x.example"},
        {"answers": "yes"},
        {},
    ],
)
def test_each_problem_is_told_in_the_language_that_is_spoken(foreign: str, fields: dict[str, str]) -> None:
    asks_for_all = Limits(answers=True, require_name=not fields, require_email=not fields)
    with speaking(foreign), pytest.raises(InvalidDraft) as refused:
        Draft.parse(fields, asks_for_all)
    for name, problem in refused.value.problems.items():
        assert marked(problem.message), name
    assert refused.value.problems.keys() >= fields.keys() - {"answers"}


def test_numbers_are_written_as_the_language_writes_them(foreign: str) -> None:
    with speaking(foreign), pytest.raises(InvalidDraft) as refused:
        Draft.parse({"body": "x" * 20_001}, Limits())
    assert "20\u00a0001 characters" in refused.value.problems["body"].message


@pytest.mark.parametrize("body", [" ", "\n\n\t", "\u00a0\u3000", "\u2800", "\u200b", "\u3164 \ufe0f"])
def test_a_comment_of_blanks_is_told_so_and_an_empty_one_that_it_is_empty(body: str) -> None:
    for typed, words in ((body, "only blanks"), ("", "no comment yet")):
        with pytest.raises(InvalidDraft) as refused:
            Draft.parse({"body": typed}, Limits())
        assert words in refused.value.problems["body"].message
