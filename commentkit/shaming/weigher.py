"""Weighs a stretch of text as a whole: a linear model over its words, pairs, triples and spellings.

The rules know what they were told; this knows what several thousand labelled sentences have in common. It is a plain
logistic regression over hashed features (Weinberger and others, 2009), so its verdict is a sum that can be taken apart
again: each word has its share. The weights and where they come from stand in `weights/`.
"""

import json
import math
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

WORD_BITS = 19
SPELLING_BITS = 18
TOPIC_BITS = 14
_WORDS = (1 << WORD_BITS) - 1
_SPELLINGS = (1 << SPELLING_BITS) - 1
_TOPICS = (1 << TOPIC_BITS) - 1
_SHORT = 100  # features; what is shorter is not weighed heavier for it
_YOU = frozenset({"you", "your", "yourself", "yours", "yourselves"})
_US = frozenset({"i", "my", "me", "we", "us", "our", "myself"})


@lru_cache(maxsize=16384)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=16384)
def _spelling(word: str) -> tuple[int, ...]:
    """The word's beginnings, endings and middles of three to five letters."""
    if len(word) < 3:
        return ()
    framed = f"<{word[:40]}>"
    return tuple(
        zlib.crc32(framed[start : start + size].encode("utf-8", "surrogatepass")) & _SPELLINGS
        for size in (3, 4, 5)
        for start in range(len(framed) - size + 1)
        if len(framed) > size
    )


def _address(words: Sequence[str]) -> int:
    """Who speaks to whom here: the same word weighs differently with "you", with "I", and in a question."""
    known = set(words)
    asks = words[-1] == "?"
    return (4 * (not _YOU.isdisjoint(known)) + 2 * (not _US.isdisjoint(known)) + asks + 1) * 0x9E3779B1


def by_word(words: Sequence[str]) -> list[tuple[int, ...]]:
    """The features of each word: itself, in this address, with the next one, with the next two."""
    numbers = [_number(word) for word in words]
    address = _address(words)
    last = len(numbers) - 1
    found: list[tuple[int, ...]] = []
    for index, one in enumerate(numbers):
        alone = (one & _WORDS, (one * 13 + address) & _WORDS)
        if index == last:
            found.append(alone)
            continue
        two = numbers[index + 1]
        pair = (one * 3 + two * 0x85EBCA6B + 1) & _WORDS
        if index + 1 == last:
            found.append((*alone, pair))
            continue
        three = (one * 5 + two * 0x27D4EB2F + numbers[index + 2] * 0xC2B2AE35 + 2) & _WORDS
        found.append((*alone, pair, three))
    return found


def features(words: Sequence[str]) -> tuple[set[int], set[int]]:
    """The features of a stretch of words, which isn't empty: of words, and of spellings."""
    return set().union(*by_word(words)), set().union(*map(_spelling, words))


def topics(words: Iterable[str]) -> set[int]:
    """The features that tell the categories apart."""
    return {
        feature & _TOPICS
        for word in words
        for feature in (_number(word), *(spelt * 7 + 1 for spelt in _spelling(word)))
    }


def length(count: int) -> float:
    """What a sum over `count` features is divided by."""
    return math.sqrt(max(count, _SHORT))


@dataclass(frozen=True)
class Weigher:
    """The model, ready to use.

    Attributes:
        words, spellings: the weights by feature, in units of `unit`.
        categories: for each category its weights by topic feature.
        bias: the margin of a text that has no known feature.
        rules: what the rules' findings in a stretch add to its margin, by the strongest of them.
        doubt: the margin below which what a rule takes for likely is only marked.
        likely, possible: margins from which on a stretch is taken for shaming, or marked.
    """

    words: "array[int]"
    spellings: "array[int]"
    categories: dict[str, "array[int]"]
    unit: float
    bias: float
    rules: dict[str, float]
    doubt: float
    likely: float
    possible: float

    def margin(self, words: Sequence[str]) -> float:
        """How much speaks for shaming, in log-odds; 0 is even."""
        of_words, of_spellings = features(words)
        one = sum(map(self.words.__getitem__, of_words)) / length(len(of_words))
        other = sum(map(self.spellings.__getitem__, of_spellings)) / length(len(of_spellings))
        return self.bias + self.unit * (one + other)

    def shares(self, words: Sequence[str]) -> list[float]:
        """What each word adds to the margin, itself and with those after it; only their order matters."""
        return [
            float(
                sum(map(self.words.__getitem__, own)) + sum(map(self.spellings.__getitem__, _spelling(word)))
            )
            for word, own in zip(words, by_word(words), strict=True)
        ]

    def category(self, words: Sequence[str]) -> str:
        """The category that these words fit best."""
        known = topics(words)
        return max(
            self.categories,
            key=lambda name: sum(map(self.categories[name].__getitem__, known)),
        )


@lru_cache(maxsize=1)
def packaged() -> Weigher:
    """The weights that come with the package, loaded once."""
    folder = resources.files("commentkit.shaming") / "weights"
    facts = json.loads((folder / "weights.json").read_text(encoding="utf-8"))
    raw = array("h")
    raw.frombytes(zlib.decompress((folder / "weights.bin").read_bytes()))
    at = 0

    def take(count: int) -> "array[int]":
        nonlocal at
        at += count
        return raw[at - count : at]

    words, spellings = take(_WORDS + 1), take(_SPELLINGS + 1)
    return Weigher(
        words=words,
        spellings=spellings,
        categories={name: take(_TOPICS + 1) for name in facts["categories"]},
        unit=facts["unit"],
        bias=facts["bias"],
        rules=facts["rules"],
        doubt=facts["doubt"],
        likely=facts["likely"],
        possible=facts["possible"],
    )
