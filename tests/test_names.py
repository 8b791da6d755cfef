"""Names that look the same have the same skeleton, whoever wrote them with whatever letters."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commentkit.names import looks_like, skeletons

LATIN = "aceopxyis"
CYRILLIC = "асеорхуіѕ"
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
UNSEEN = st.sampled_from(
    ["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u3164", " ", "\u00a0", "\u3000"]
)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Amy", "amy"),
        ("Amy", "Аmу"),  # Cyrillic
        ("Amy", "ΑΜΥ"),  # Greek
        ("Amy", "Ａｍｙ"),
        ("Amy", "𝒜𝓂𝓎"),
        ("Amy", "Arny"),
        ("Amy", "A\u200bmy"),
        ("Robin Vale", "Robin\u3000 Vale"),
        ("Robin Vale", "ROBIN VALE"),
        ("Robin Vale", "Rob1n Va|e"),
        ("Ivy", "lvy"),
        ("Оля", "Oля"),  # one Latin letter
        ("ВОВА", "BOBA"),
        ("Կարո", "ԿԱՐՈ"),
        ("Straße", "STRASSE"),
        ("Ηλένα", "ηλένα"),
    ],
)
def test_names_that_look_the_same_are_taken_for_each_other(name: str, other: str) -> None:
    assert looks_like(name, [other])
    assert looks_like(other, [name])


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Amy (reader)", "Amy"),
        ("Amy K.", "Amy"),
        ("Ami", "Amy"),
        ("Robin", "Robin Vale"),
        ("Оля", "Коля"),
        ("美咲", "美香"),
        ("नीता", "नीना"),
        ("", "Amy"),
        ("Amy", ""),
        ("", ""),
    ],
)
def test_other_names_are_not(name: str, other: str) -> None:
    assert not looks_like(name, [other])


@given(NAMES)
def test_a_name_looks_like_itself_in_every_case(name: str) -> None:
    assume(skeletons(name))
    for other in (name, name.upper(), name.casefold(), unicodedata.normalize("NFD", name)):
        assert looks_like(name, [other])


@given(
    st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 40), UNSEEN), max_size=8),
)
def test_what_cannot_be_seen_makes_no_difference(name: str, unseen: list[tuple[int, str]]) -> None:
    assume(skeletons(name))
    other = name
    for place, char in unseen:
        other = other[:place] + char + other[place:]
    assert looks_like(other, [name])


@given(st.text(st.sampled_from(LATIN), min_size=1, max_size=20), st.data())
def test_any_letters_of_another_script_make_no_difference(name: str, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    swap = dict(zip(LATIN, CYRILLIC, strict=True))
    other = "".join(swap[char] if change else char for char, change in zip(name, chosen, strict=True))
    assert looks_like(other, [name])
    assert looks_like(other.upper(), [name])


@given(NAMES)
def test_a_name_with_something_added_is_another(name: str) -> None:
    assume(skeletons(name))
    assert not looks_like(f"{name} (reader)", [name])


@given(NAMES, NAMES)
def test_looking_alike_goes_both_ways(name: str, other: str) -> None:
    assert looks_like(name, [other]) == looks_like(other, [name])
