"""How well and how fast shaming language is read, beside a plain list of words in the same run.

Quality is told for held-out sentences, whose writers knew neither the rules nor the rest of the corpus, and for those
that the weights were learned from: the gap between the two is what memory adds. `python -m bench.shaming FILE` also
reads ordinary comments, one a line, and tells how many are flagged.
"""

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.clock import cpu_ms
from commentkit.shaming import packaged_reader, read

ROOT = Path(__file__).parent.parent
SETS = {
    "held out": "corpus/held_out.jsonl",
    "learned from": "corpus/develop.jsonl",
    "first set (learned from)": "tests/shaming/dev.jsonl",
}
# What many moderation tools offer: words that make a comment suspect.
SUSPECT = re.compile(
    r"\b(slut|whore|slag|tramp|freak|pervert|weirdo|sicko|frigid|prude|crazy|mental|psycho|nutter|insane|lunatic"
    r"|fat|ugly|disgusting|gross|pathetic|stupid|idiot|moron|loser|cheater|greedy|fake|attention seeking"
    r"|get over it|grow up|not really|real (?:man|woman)|your own fault|asking for it)\b",
    re.IGNORECASE,
)
SIZE = 400
Item = dict[str, str]
Flags = Callable[[str], bool]


def _load(path: str) -> list[Item]:
    return [json.loads(line) for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]


def _reads(text: str) -> bool:
    return read(text).flagged


def _lists(text: str) -> bool:
    return SUSPECT.search(text) is not None


def _all(flags: Flags, texts: Sequence[str]) -> list[bool]:
    return [flags(each) for each in texts]


def _quality(items: Sequence[Item], flags: Flags) -> tuple[float, float, float]:
    """Precision, recall and the share of harmless ones that are flagged."""
    found = [(item["label"] == "flag", flags(item["text"])) for item in items]
    right = sum(shames and flagged for shames, flagged in found)
    flagged = sum(flagged for _, flagged in found)
    shaming = sum(shames for shames, _ in found)
    return right / max(1, flagged), right / shaming, (flagged - right) / (len(found) - shaming)


def _sets() -> None:
    table = Table("set", "items", "by", "precision", "recall", "harmless flagged", title="Shaming: quality")
    for name, path in SETS.items():
        items = _load(path)
        for by, flags in (("commentkit", _reads), ("a list of words", _lists)):
            precision, recall, wrong = _quality(items, flags)
            table.add_row(name, str(len(items)), by, f"{precision:.3f}", f"{recall:.3f}", f"{wrong:.3f}")
    Console().print(table)


def _by(field: str, items: Iterable[Item], title: str) -> None:
    right: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for item in items:
        shames = item["label"] == "flag"
        right[item["label"], item[field]].append(
            (_reads(item["text"]) is shames, _lists(item["text"]) is shames)
        )
    table = Table("label", field, "items", "right", "a list of words", title=title)
    for (label, kind), each in sorted(right.items()):
        ours, theirs = (sum(column) / len(each) for column in zip(*each, strict=True))
        table.add_row(label, kind, str(len(each)), f"{ours:.0%}", f"{theirs:.0%}")
    Console().print(table)


def _overlap() -> None:
    """How much of each held-out sentence stands in its nearest neighbour among those that were learned from."""
    where: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, item in enumerate(_load(SETS["learned from"])):
        for triple in _triples(item["text"]):
            where[triple].add(number)
    shares = []
    for item in _load(SETS["held out"]):
        triples = _triples(item["text"])
        shared: dict[int, int] = defaultdict(int)
        for triple in triples:
            for number in where.get(triple, ()):
                shared[number] += 1
        shares.append(max(shared.values(), default=0) / max(1, len(triples)))
    shares.sort()
    quantiles = [shares[int(len(shares) * part)] for part in (0.5, 0.9, 0.99)]
    print(
        "Triples of words shared with the nearest sentence learned from: "
        f"median {quantiles[0]:.0%}, nine in ten at most {quantiles[1]:.0%}, "
        f"ninety-nine in a hundred {quantiles[2]:.0%}"
    )


def _triples(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    return set(zip(words, words[1:], words[2:], strict=False))


def _speed(ordinary: Sequence[str]) -> None:
    shaming = " ".join(item["text"] for item in _load(SETS["held out"]) if item["label"] == "flag")
    texts = {
        "ordinary prose": _pieces(" ".join(ordinary)),
        "shaming in every sentence": _pieces(shaming),
    }
    began = time.process_time()
    packaged_reader()
    print(f"Built in {(time.process_time() - began) * 1000:.0f} ms of CPU")
    table = Table(
        "comments of 400 characters", "a CPU second", "a list of words", "ratio", title="Shaming: speed"
    )
    for name, pieces in texts.items():
        rates = [len(pieces) / cpu_ms(partial(_all, flags, pieces), 3) * 1000 for flags in (_reads, _lists)]
        table.add_row(name, f"{rates[0]:,.0f}", f"{rates[1]:,.0f}", f"1 : {rates[1] / rates[0]:.0f}")
    Console().print(table)
    lengths = {size: cpu_ms(partial(read, (shaming * 2)[:size])) for size in (5_000, 10_000, 20_000)}
    told = ", ".join(f"{size:,} characters {spent:.0f} ms" for size, spent in lengths.items())
    print(f"One long comment: {told}")


def _pieces(text: str) -> list[str]:
    return [text[start : start + SIZE] for start in range(0, min(len(text), 400_000) - SIZE, SIZE)]


def main(ordinary: Path | None = None) -> None:
    """Print the tables.

    Args:
        ordinary: a file of ordinary comments, one a line.
    """
    harmless = [item["text"] for item in _load(SETS["learned from"]) if item["functionality"] == "ordinary"]
    _speed(ordinary.read_text(encoding="utf-8").splitlines() if ordinary else harmless)
    _sets()
    held_out = _load(SETS["held out"])
    _by("functionality", held_out, "Held out, by form and stance")
    _by("category", held_out, "Held out, by category")
    _by("writer", held_out, "Held out, by writer")
    _overlap()
    if ordinary:
        comments = ordinary.read_text(encoding="utf-8").splitlines()
        flagged = sum(map(_reads, comments)), sum(map(_lists, comments))
        print(
            f"Of {len(comments):,} ordinary comments {flagged[0]} are flagged ({flagged[0] / len(comments):.2%}); "
            f"by the list of words {flagged[1]} ({flagged[1] / len(comments):.2%})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
