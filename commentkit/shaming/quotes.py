"""Find what is quoted: whole voices of somebody else, and single words in scare quotes."""

import re
from dataclasses import dataclass

from commentkit.shaming.spans import Spans

_BLOCK = re.compile(r"^[ ]{0,3}>[^\n]*(?:\n[ ]{0,3}>[^\n]*)*", re.M)
_DOUBLE = re.compile(r'"([^"\n]{1,1500})"')
_SINGLE = re.compile(
    r"(?<![^\s(\[-])'(?=[a-z0-9])([^'\n]{0,400}(?:(?<=[a-z])'(?=[a-z])[^'\n]{0,400}){0,12})'(?![a-z0-9])"
)
_WORDS = re.compile(r"[^\W_]+")
_SPOKEN = re.compile(
    r"(?<!so-)(?<!so )\b(?:told|said|saying|says|say|telling|calling|shouting|writing|tell|tells|asked|called|calls"
    r"|wrote|shouted|was|were|like|replied"
    r"|hissed|snapped|muttered|texted)\b[^.!?\n]{0,30}[,:]?\s*$"
)
SHORT = 3


@dataclass(frozen=True, slots=True)
class Quotes:
    """Spans of folded text: voices are read on their own, words stay in their sentence."""

    voices: Spans
    words: Spans


def find(text: str) -> Quotes:
    """The quotations in folded text."""
    voices, words, taken = Spans(), Spans(), Spans()
    if ">" in text:
        for block in _BLOCK.finditer(text):
            voices.add(*block.span())
            taken.add(*block.span())
    for mark, pattern in (('"', _DOUBLE), ("'", _SINGLE)):
        if mark not in text:
            continue
        for quote in pattern.finditer(text):
            start, end = quote.span(1)
            if not taken.add(start, end):
                continue
            long = len(_WORDS.findall(quote.group(1)[:80])) > SHORT
            sentence = quote.group(1).rstrip()[-1:] in {".", "!", "?"}
            spoken = _SPOKEN.search(text, max(0, start - 60), start - 1)
            (voices if long or sentence or spoken else words).add(start, end)
    return Quotes(voices, words)
