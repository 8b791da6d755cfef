"""Stretches: a few sentences of one paragraph that are weighed together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commentkit.shaming.clauses import Sentence
from commentkit.shaming.words import BREAK

LONGEST = 5  # sentences: about what people write before they turn to something else


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences that have words, and all their words with the marks that end them."""

    sentences: tuple[Sentence, ...]
    words: tuple[str, ...]

    @property
    def start(self) -> int:
        """Where it begins in the original text."""
        return self.sentences[0].tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.sentences[-1].tokens[-1].end


def of(sentences: Sequence[Sentence]) -> Iterator[Stretch]:
    """Cut sentences into stretches. No stretch reaches over the end of a paragraph."""
    held: list[Sentence] = []
    for sentence in sentences:
        if sentence.tokens:
            held.append(sentence)
        if held and (sentence.ends_in == BREAK or len(held) == LONGEST):
            yield make(held)
            held = []
    if held:
        yield make(held)


def make(sentences: Sequence[Sentence]) -> Stretch:
    """The stretch of these sentences."""
    words = [word for each in sentences for word in (*(token.word for token in each.tokens), mark(each))]
    return Stretch(tuple(sentences), tuple(words))


def mark(sentence: Sentence) -> str:
    """The mark that a sentence is weighed with."""
    return sentence.ends_in if sentence.ends_in in {"!", "?"} else "."
