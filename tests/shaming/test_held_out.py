"""Sentences of writers who knew neither the rules nor the rest: floors a little below what is measured there."""

import json
from pathlib import Path

import pytest

from commentkit.shaming import read

ROOT = Path(__file__).parent.parent.parent
ITEMS = [
    json.loads(line) for line in (ROOT / "corpus/held_out.jsonl").read_text(encoding="utf-8").splitlines()
]
READ = [(item, read(item["text"]).flagged) for item in ITEMS]
FINE = sorted({item["functionality"] for item in ITEMS if item["label"] == "ok"})


def share(items: list[tuple[dict[str, str], bool]]) -> float:
    """How many of these are flagged."""
    return sum(flagged for _, flagged in items) / len(items)


def test_what_is_flagged_ought_to_be() -> None:
    flagged = [item for item, found in READ if found]
    assert sum(item["label"] == "flag" for item in flagged) / len(flagged) >= 0.94


def test_two_in_three_that_ought_to_be_flagged_are() -> None:
    assert share([each for each in READ if each[0]["label"] == "flag"]) >= 0.67


def test_harmless_comments_are_left_alone() -> None:
    assert share([each for each in READ if each[0]["label"] == "ok"]) <= 0.035


@pytest.mark.parametrize("stance", FINE)
def test_nine_in_ten_of_every_stance_are_left_alone(stance: str) -> None:
    own = [each for each in READ if each[0]["label"] == "ok" and each[0]["functionality"] == stance]
    assert share(own) <= 0.1  # which ones isn't told: who tunes the reader must not see them
