"""The set the lexicon was developed on: floors, so that nothing gets lost unnoticed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from commentkit.shaming import CATEGORIES, read

ITEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "dev.jsonl").read_text(encoding="utf-8").splitlines()
]
SHAMING = [item for item in ITEMS if item["label"] == "flag"]
FINE = [item for item in ITEMS if item["label"] == "ok"]


def test_what_is_flagged_ought_to_be() -> None:
    flagged = [item for item in ITEMS if read(item["text"]).flagged]
    right = sum(item["label"] == "flag" for item in flagged)
    assert right / len(flagged) >= 0.97


def test_what_ought_to_be_flagged_is() -> None:
    found = sum(read(item["text"]).flagged for item in SHAMING)
    assert found / len(SHAMING) >= 0.95


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_is_found(category: str) -> None:
    items = [item for item in SHAMING if item["category"] == category]
    found = sum(read(item["text"]).flagged for item in items)
    assert found / len(items) >= 0.85


@pytest.mark.parametrize("form", sorted({item["functionality"] for item in SHAMING}))
def test_each_form_is_found(form: str) -> None:
    items = [item for item in SHAMING if item["functionality"] == form]
    found = sum(read(item["text"]).flagged for item in items)
    assert found / len(items) >= 0.8


@pytest.mark.parametrize("kind", sorted({item["functionality"] for item in FINE}))
def test_each_kind_of_harmless_comment_is_left_alone(kind: str) -> None:
    items = [item for item in FINE if item["functionality"] == kind]
    wrong = [item["text"] for item in items if read(item["text"]).flagged]
    assert len(wrong) / len(items) <= 0.1, wrong


def test_a_finding_usually_names_the_right_category() -> None:
    counts: Counter[bool] = Counter()
    for item in SHAMING:
        findings = read(item["text"]).findings
        if findings:
            counts[any(flag.category == item["category"] for flag in findings)] += 1
    assert counts[True] / counts.total() >= 0.9
