"""Find what is quoted: whole voices of somebody else, and single words in scare quotes."""

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^[ ]{0,3}>[^\n]*(?:\n[ ]{0,3}>[^\n]*)*", re.M)
_DOUBLE = re.compile(r'"([^"\n]{1,1500})"')
_SINGLE = re.compile(
    r"(?<![^\s(\[-])'(?=[a-z0-9])([^'\n]{0,400}(?:(?<=[a-z])'(?=[a-z])[^'\n]{0,400}){0,12})'(?![a-z0-9])"
)
_WORDS = re.compile(r"[^\W_]+")
_SPOKEN = re.compile(r"\b(?:told|said|says|say|tell|tells|asked|called|calls|wrote|shouted|was|were|like|replied|hissed"
                     r"|snapped|muttered|texted)\b[^.!?\n]{0,30}[,:]?\s*$")  # fmt: skip
SHORT = 3


@dataclass(frozen=True, slots=True)
class Quotes:
    """Spans of folded text: voices are read on their own, words stay in their sentence."""

    voices: list[tuple[int, int]]
    words: list[tuple[int, int]]


def find(text: str) -> Quotes:
    """The quotations in folded text."""
    voices: list[tuple[int, int]] = []
    words: list[tuple[int, int]] = []
    if ">" in text:
        voices.extend(block.span() for block in _BLOCK.finditer(text))
    for mark, pattern in (('"', _DOUBLE), ("'", _SINGLE)):
        if mark not in text:
            continue
        for quote in pattern.finditer(text):
            span = quote.span(1)
            if any(low < span[1] and span[0] < high for low, high in (*voices, *words)):
                continue
            long = len(_WORDS.findall(quote.group(1)[:80])) > SHORT
            sentence = quote.group(1).rstrip()[-1:] in {".", "!", "?"}
            spoken = _SPOKEN.search(text, max(0, span[0] - 60), span[0] - 1)
            (voices if long or sentence or spoken else words).append(span)
    return Quotes(sorted(voices), sorted(words))
