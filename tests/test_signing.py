"""What is signed can't be changed, what is sealed can't be read, and nothing stands in for anything else."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentkit.errors import TokenInvalid
from commentkit.signing import (
    ActStamp,
    FormStamp,
    Signer,
    TokenExpired,
    random_id,
    random_token,
    same,
    token_hash,
)

SECRET = "a secret for the tests, forty letters...."
SIGNER = Signer(SECRET)
FORM = FormStamp("main", "/guest/a", "A title — ü", "/guest/a", "Robin Vale", "o" * 30, 1_000_000)
ANYTHING = st.text(st.characters(), max_size=60)
DAY = 86_400.0


def read(token: str, signer: Signer = SIGNER, now: float = 1_000_100) -> FormStamp:
    """Read a form's token, soon after it was made."""
    return signer.read_stamp(token, now=now, lifetime=DAY)


def test_a_form_comes_back_as_it_was_signed_and_fits_into_an_address() -> None:
    assert read(SIGNER.stamp(FORM)) == FORM
    assert re.fullmatch(r"[\w.-]+", SIGNER.stamp(FORM))


@given(st.builds(FormStamp, *[st.text(max_size=20)] * 6, st.integers(999_000, 1_000_000)))
def test_any_form_comes_back_as_it_was_signed(form: FormStamp) -> None:
    assert read(SIGNER.stamp(form)) == form


@given(ANYTHING)
def test_nothing_that_somebody_makes_up_is_a_form(token: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        read(token)
    assert not isinstance(refused.value, TokenExpired)


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_no_letter_of_a_form_can_be_changed(place: int, letter: str) -> None:
    token = SIGNER.stamp(FORM)
    place %= len(token) - 1  # the last letter holds bits that mean nothing
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(TokenInvalid):
            read(changed)


def test_a_form_of_another_secret_or_site_is_not_even_an_expired_one() -> None:
    for other in (Signer(SECRET + "!"), Signer(SECRET, site="other")):
        with pytest.raises(TokenInvalid) as refused:
            read(SIGNER.stamp(FORM), other, now=10**9)
        assert not isinstance(refused.value, TokenExpired)


def test_a_form_is_good_for_its_time_and_says_afterwards_for_which_thread_it_was() -> None:
    token = SIGNER.stamp(FORM)
    assert read(token, now=FORM.made + DAY) == FORM
    assert read(token, now=FORM.made - 60) == FORM  # clocks differ a little
    for moment in (FORM.made + DAY + 1, FORM.made - 61):
        with pytest.raises(TokenExpired) as expired:
            read(token, now=moment)
        assert expired.value.form == FORM


def test_what_is_signed_for_one_purpose_is_nothing_for_another() -> None:
    made = [SIGNER.receipt("x"), SIGNER.csrf("x"), SIGNER.network("x"), SIGNER.fingerprint("x")]
    assert len(set(made)) == len(made)
    for token in made:
        with pytest.raises(TokenInvalid):
            read(token)


def test_keyed_hashes_stay_the_same_and_depend_on_the_secret() -> None:
    again, other = Signer(SECRET), Signer(SECRET + "!")
    for name in ("receipt", "csrf", "network", "fingerprint"):
        mine = getattr(SIGNER, name)("203.0.113.7")
        assert mine == getattr(again, name)("203.0.113.7")
        assert mine != getattr(other, name)("203.0.113.7")
        assert "203.0" not in mine


def test_a_fingerprint_keeps_its_parts_apart() -> None:
    assert SIGNER.fingerprint("ab", "c") != SIGNER.fingerprint("a", "bc")
    assert SIGNER.fingerprint("a", "") != SIGNER.fingerprint("a")


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_what_is_sealed_opens_with_its_key_and_for_its_own_purpose_alone(values: dict[str, str]) -> None:
    sealed = SIGNER.seal("email", values)
    assert SIGNER.unseal("email", sealed) == values
    assert SIGNER.unseal("remember", sealed) is None
    assert Signer(SECRET + "!").unseal("email", sealed) is None


def test_a_seal_shows_nothing_and_is_never_the_same_twice() -> None:
    sealed = [SIGNER.seal("email", {"email": "wren@example.org"}) for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert not any("wren" in each for each in sealed)


def test_the_seal_outlives_a_new_secret_when_it_has_a_key_of_its_own() -> None:
    sealed = Signer(SECRET, "seal key").seal("email", {"a": "b"})
    assert Signer(SECRET + "!", "seal key").unseal("email", sealed) == {"a": "b"}
    assert Signer(SECRET, "another seal key").unseal("email", sealed) is None


@given(ANYTHING)
def test_nothing_that_somebody_makes_up_can_be_opened(sealed: str) -> None:
    assert SIGNER.unseal("email", sealed) is None


@given(ANYTHING, ANYTHING)
def test_two_texts_are_the_same_when_they_are(one: str, other: str) -> None:
    assert same(one, one)
    assert same(one, other) is (one == other)
    assert (token_hash(one) == token_hash(other)) is (one == other)


def test_half_a_character_is_told_apart_from_a_question_mark() -> None:
    assert not same("\ud800", "?")
    assert token_hash("\ud800") != token_hash("?")


def test_ids_and_tokens_are_too_many_to_guess() -> None:
    assert len({random_token() for _ in range(100)} | {random_id() for _ in range(100)}) == 200
    assert len(random_token()) * 6 >= 256
    assert re.fullmatch("[0-9a-f]{30}", random_id())


def test_a_form_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FORM.key = "/other"  # type: ignore[misc]  # that is what is tried here


def test_a_form_on_a_receipts_page_is_good_for_that_receipt_for_a_while_and_for_nothing_else() -> None:
    act = ActStamp(token_hash("mine"), "o" * 30, 1_000_000, shown=True)
    token = SIGNER.act(act)

    def read_act(
        token: str, receipt: str = "mine", now: float = 1_000_100, signer: Signer = SIGNER
    ) -> ActStamp:
        return signer.read_act(token, token_hash(receipt), now=now, lifetime=DAY)

    assert read_act(token) == act
    for wrong in (
        {"token": SIGNER.stamp(FORM)},
        {"token": token[:-3]},
        {"token": token, "receipt": "another's"},
        {"token": token, "now": 1_000_000 + DAY + 1},
        {"token": token, "signer": Signer(SECRET, site="other")},
    ):
        with pytest.raises(TokenInvalid):
            read_act(**wrong)
    with pytest.raises(TokenInvalid):
        read(token)


def test_an_address_is_known_again_in_capitals_and_no_other_is_taken_for_it() -> None:
    signer = Signer("a secret for the tests, forty letters....")
    mark = signer.mailbox("wren@straße.example")
    assert mark == signer.mailbox("Wren@STRAßE.example")
    for other in ("wren@strasse.example", "wren@straẞe.example", "wren\u0301@straße.example"):
        assert mark != signer.mailbox(other)
