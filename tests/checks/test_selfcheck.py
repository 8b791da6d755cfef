"""What tells who or where somebody is gets pointed out to its writer, and to nobody else; few alarms are false."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commentkit.checks.selfcheck import SelfCheck
from commentkit.hooks import Adviser, Check

CHECK = SelfCheck()


def found(body: str) -> list[tuple[str, str]]:
    """The kind of each finding and its words."""
    return [(each.code.removeprefix("personal."), body[each.start : each.end]) for each in CHECK.advise(body)]


TELLING = [
    ("Call me on +44 20 7946 0958 please.", ("phone", "+44 20 7946 0958")),
    ("It's 0049 171 1234567.", ("phone", "0049 171 1234567")),
    ("Reach me: (555) 123-4567", ("phone", "(555) 123-4567")),
    ("Reach me: 555-123-4567.", ("phone", "555-123-4567")),
    ("Meine Nummer ist 0171 1234567", ("phone", "0171 1234567")),
    ("Berlin, 030/12345678", ("phone", "030/12345678")),
    ("Appelle-moi au 06 12 34 56 78 !", ("phone", "06 12 34 56 78")),
    ("London 020 7946 0958", ("phone", "020 7946 0958")),
    ("text me at 07700900123", ("phone", "07700900123")),
    ("My number is 5551234567", ("phone", "5551234567")),
    ("Write to wren.hollow+poly@mail.example.org.", ("email", "wren.hollow+poly@mail.example.org")),
    ("(wren@example.org)", ("email", "wren@example.org")),
    ("zoë@bücher.example", ("email", "zoë@bücher.example")),
    ("We live at 12 Baker Street now.", ("address", "12 Baker Street")),
    ("We live at 221b Old Mill Rd. now.", ("address", "221b Old Mill Rd.")),
    ("I live at 1999 Main Street", ("address", "1999 Main Street")),
    ("Besuch mich, Hauptstraße 12a, 2. Stock", ("address", "Hauptstraße 12a")),
    ("12 rue de la Paix, Paris", ("address", "12 rue de la Paix")),
    ("Vivo en la Calle Mayor, 14", ("address", "Calle Mayor, 14")),
    ("My name is Wren Hollow and I wept.", ("name", "Wren Hollow")),
    ("my real name's Zoë van der Berg.", ("name", "Zoë van der Berg")),
    ("Hello, I'm Wren Hollow.", ("name", "Wren Hollow")),
    ("Hello, I’m Wren Hollow from Leeds.", ("name", "Wren Hollow")),
    ("Ich heiße Anna Schmidt.", ("name", "Anna Schmidt")),
    ("Je m'appelle Zoé Dupont et voilà", ("name", "Zoé Dupont")),
    ("It was good.\n\nBest,\nWren Hollow", ("name", "Wren Hollow")),
    ("It was good.\n\n— Wren J. Hollow", ("name", "Wren J. Hollow")),
]


@pytest.mark.parametrize(("body", "expected"), TELLING)
def test_it_finds_what_tells_who_or_where_somebody_is(body: str, expected: tuple[str, str]) -> None:
    assert found(body) == [expected]


HARMLESS = [
    "We met on 12.03.2019, or 2019-03-12, or 12/03/2019, or 03-12-2019 at 10:30.",
    "It went on from 1998-2004, then 2010 – 2020, and on the phone 2020-2021.",
    "I am 47, she is 32, and we have 3 children aged 4, 6 and 11.",
    "It cost $1,200.50, then 1 200 000 euros, and 300 000 1000 dollars.",
    "Order 112-1234567-1234567 never came; ticket #4567890123, invoice no. 0171 1234567.",
    "ISBN 978-3-16-148410-0 and ISBN 0-306-40615-2; doi 10.1000/182.",
    "See https://example.org/t/0171-1234567/555-123-4567?mail=a@example.org",
    "Read www.example.org/+44-20-7946-0958 first.",
    "Version 1.2.3.4 on 192.168.100.200 with id 550e8400-e29b-41d4-a716-446655440000.",
    "> My name is Wren Hollow, call +44 20 7946 0958\n\nThat moved me.",
    "Esther Perel and Dan Savage say the same. Jessica Fern wrote Polysecure.",
    "I'm Roman Catholic. I'm African American. I'm North Korean. I'm Bisexual.",
    "I'm New York based, I'm Wren, I'm Very Tired.",
    "My name is Wren. My name is not important. My name is on the list",
    "“Love is not a pie.”\n— Esther Perel",
    "> Love is not a pie.\n\n— Esther Perel",
    "It was good.\n\nBest,\nWren",
    "In 1969 Abbey Road came out. We took 5 Steps forward on the road, 2 nights on the street.",
    "After 10 years of Memory Lane, 3 of my partners met; 12 people in the street.",
    "She is @wren on that site, 3@2 and a@b; meet @ 5.",
    "Ten thousand steps: 10 000 or 10000000 or 007.",
    "I rang the bell 12 times, called 3 friends, and texted 2.",
    "I told her: this is Monday. This is Not Fine. I am So Tired.",
    "",
]


@pytest.mark.parametrize("body", HARMLESS)
def test_dates_prices_ages_orders_and_other_peoples_names_are_none(body: str) -> None:
    assert found(body) == []


def test_it_is_told_to_the_writer_alone_and_holds_nothing() -> None:
    assert isinstance(CHECK, Adviser)
    check: Check = CHECK
    assert check.name == "self-check"
    [advice] = CHECK.advise("wren@example.org")
    assert not advice.held
    assert "Everybody can read it" in advice.reason
    assert "leave it out" in advice.instead


def test_a_list_of_numbers_is_pointed_out_in_part_only() -> None:
    assert len(CHECK.advise("+44 20 7946 0958, " * 100)) == 8


PIECES = st.sampled_from(
    ["my name is ", "I'm ", "Wren ", "van ", "0", "+", "49 ", "555-", "(", ")", "@", ".", "a", "12 ", "Street", "\n",
     ">", "— ", "https://", "call ", "-", "Straße", "ß", "\ud7ff", "😀", " "]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
@example("Best,\n—")
@example("— Wren Hollow")
def test_every_finding_lies_in_the_text_and_none_overlap(body: str) -> None:
    advice = sorted(CHECK.advise(body), key=lambda each: each.start)
    for each in advice:
        assert 0 <= each.start < each.end <= len(body)
    assert all(one.end <= other.start for one, other in pairwise(advice))


@pytest.mark.parametrize(
    "piece",
    ["0", "+1", "1 ", "a.", "a@", "a.b@c.", "My name is ", "I'm A ", "Wren ", "12 Wren ", "call ", "(0", "-", "0171 ",
     "Straße ", "rue de la ", "Calle Wren ", "\n— ", ">", "www."],
)  # fmt: skip
def test_its_time_grows_with_the_text_alone(piece: str) -> None:
    def seconds(size: int) -> float:
        body = (piece * size)[:size]
        times = []
        for _ in range(3):
            began = time.perf_counter()
            CHECK.advise(body)
            times.append(time.perf_counter() - began)
        return min(times)

    assert seconds(20_000) < 0.5
    assert seconds(20_000) < 40 * seconds(2_000) + 0.01
