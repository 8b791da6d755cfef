"""Cut tokens into sentences, and sentences into clauses where the stance can turn."""

from collections.abc import Iterator
from dataclasses import dataclass

from commentkit.shaming.words import BREAK, Token

LONGEST = 120  # tokens; a longer sentence is read in pieces
TURNS = frozenset({"but", "however", "though", "although", ";", "nevertheless", "nonetheless"})
_TURNS_AFTER_COMMA = frozenset({"still", "yet"})
_ENDS = frozenset({".", "!", "?", BREAK})


@dataclass(slots=True)
class Sentence:
    """Tokens up to a full stop, joined to one string with a space after each word."""

    tokens: list[Token]
    line: str
    starts: list[int]
    ends_in: str

    def clause(self, token: int) -> tuple[int, int]:
        """The clause around one token, as token numbers: from the last turn before it to the next after."""
        low = 0
        high = len(self.tokens)
        for index, one in enumerate(self.tokens):
            if self._turns(index, one.word):
                if index <= token:
                    low = index
                else:
                    high = index
                    break
        return low, high

    def _turns(self, index: int, word: str) -> bool:
        if word in TURNS:
            return True
        if word in _TURNS_AFTER_COMMA:
            return index == 0 or self.tokens[index - 1].word in {",", "-", "and"}
        return False


def sentences(tokens: list[Token]) -> Iterator[Sentence]:
    """Cut the tokens at full stops and paragraph ends."""
    bucket: list[Token] = []
    for token in tokens:
        if token.word in _ENDS:
            if bucket:
                yield _sentence(bucket, token.word)
            elif token.word == BREAK:
                yield _sentence([], BREAK)
            bucket = []
        else:
            bucket.append(token)
            if len(bucket) >= LONGEST:
                yield _sentence(bucket, "")
                bucket = []
    if bucket:
        yield _sentence(bucket, "")


def _sentence(tokens: list[Token], ends_in: str) -> Sentence:
    starts = []
    position = 0
    for token in tokens:
        starts.append(position)
        position += len(token.word) + 1
    return Sentence(tokens, "".join([token.word + " " for token in tokens]), starts, ends_in)
