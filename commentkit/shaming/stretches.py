"""Stretches: a few sentences of one paragraph that are weighed together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commentkit.shaming.clauses import Sentence
from commentkit.shaming.words import BREAK

LONGEST = 5  # sentences: about what people write before they turn to something else


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences that have words, what follows each, and all their words with the marks that end them."""

    sentences: tuple[Sentence, ...]
    following: tuple[tuple[Sentence, ...], ...]
    words: tuple[str, ...]


def of(sentences: Sequence[Sentence]) -> Iterator[Stretch]:
    """Cut sentences into stretches. No stretch reaches over the end of a paragraph."""
    held: list[int] = []
    for index, sentence in enumerate(sentences):
        if sentence.tokens:
            held.append(index)
        if held and (sentence.ends_in == BREAK or len(held) == LONGEST):
            yield _make(sentences, held)
            held = []
    if held:
        yield _make(sentences, held)


def _make(sentences: Sequence[Sentence], held: Sequence[int]) -> Stretch:
    own = tuple(sentences[index] for index in held)
    following = tuple(tuple(sentences[index + 1 : index + 2]) for index in held)
    return Stretch(own, following, tuple(word for each in own for word in words(each)))


def words(sentence: Sentence, low: int = 0, high: int | None = None) -> list[str]:
    """The words of a sentence, or of a part of it, with the mark that it ends in."""
    return [*(token.word for token in sentence.tokens[low:high]), mark(sentence)]


def mark(sentence: Sentence) -> str:
    """The mark that a sentence is weighed with."""
    return sentence.ends_in if sentence.ends_in in {"!", "?"} else "."
