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
from itertools import pairwise

WORD_BITS = 19
SPELLING_BITS = 18
TOPIC_BITS = 14
_WORDS = (1 << WORD_BITS) - 1
_SPELLINGS = (1 << SPELLING_BITS) - 1
_TOPICS = (1 << TOPIC_BITS) - 1
_LONGEST = 40  # letters of a word that count
_SHORT = 100  # features; what is shorter is not weighed heavier for it
_YOU = frozenset({"you", "your", "yourself", "yours", "yourselves"})
_US = frozenset({"i", "my", "me", "we", "us", "our", "myself"})


@lru_cache(maxsize=16384)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=16384)
def _spelling(word: str) -> "array[int]":
    """The word's beginnings, endings and middles of three to five bytes. An array: it takes a fifth of a tuple."""
    found = array("i")
    if len(word) < 3:
        return found
    framed = f"<{word}>".encode("utf-8", "surrogatepass")
    for size in (3, 4, 5):
        if len(framed) > size:
            found.extend(
                [zlib.crc32(framed[at : at + size]) & _SPELLINGS for at in range(len(framed) - size + 1)]
            )
    return found


def _address(words: Sequence[str]) -> int:
    """Who speaks to whom here: the same word weighs differently with "you", with "I", and in a question."""
    known = set(words)
    asks = words[-1] == "?"
    return (4 * (not _YOU.isdisjoint(known)) + 2 * (not _US.isdisjoint(known)) + asks + 1) * 0x9E3779B1


def _of_words(words: Sequence[str]) -> tuple[list[int], ...]:
    """Four features of each word: itself, in this address, with the next word, with the next two."""
    numbers = [_number(word[:_LONGEST]) for word in words]
    address = _address(words)
    return (
        [one & _WORDS for one in numbers],
        [(one * 13 + address) & _WORDS for one in numbers],
        [(one * 3 + two * 0x85EBCA6B + 1) & _WORDS for one, two in pairwise(numbers)],
        [
            (one * 5 + two * 0x27D4EB2F + three * 0xC2B2AE35 + 2) & _WORDS
            for one, two, three in zip(numbers, numbers[1:], numbers[2:], strict=False)
        ],
    )


def features(words: Sequence[str]) -> tuple[set[int], set[int]]:
    """The features of a stretch of words, which isn't empty: of words, and of spellings."""
    return set().union(*_of_words(words)), set().union(*(_spelling(word[:_LONGEST]) for word in set(words)))


def topics(words: Iterable[str]) -> set[int]:
    """The features that tell the categories apart."""
    return {
        feature & _TOPICS
        for word in (word[:_LONGEST] for word in words)
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
        alone: how much more a sentence must weigh that is taken by itself out of a stretch.
        doubt: the margin below which what a rule takes for likely is only marked.
        quiet: the margin below which no rule but a site's own is asked.
        likely, possible: margins from which on a stretch is taken for shaming, or marked.
    """

    words: "array[int]"
    spellings: "array[int]"
    categories: dict[str, "array[int]"]
    unit: float
    bias: float
    rules: dict[str, float]
    alone: float
    doubt: float
    quiet: float
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
        shares = [
            float(sum(self.spellings[feature] for feature in _spelling(word[:_LONGEST]))) for word in words
        ]
        for kind in _of_words(words):
            for index, feature in enumerate(kind):
                shares[index] += self.words[feature]
        return shares

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
        alone=facts["alone"],
        doubt=facts["doubt"],
        quiet=facts["quiet"],
        likely=facts["likely"],
        possible=facts["possible"],
    )
