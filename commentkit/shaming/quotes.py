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
_FEET = re.compile(
    r"""(?<![\w.])[0-9]{1,2} ?'(?= ?[0-9]{1,2}(?:"|''))|(?<=[0-9])''"""
    r"""|(?<![\w.])[0-9]{1,3}'(?= (?:tall|long|wide|high|deep|by|x) )"""
)
_MEASURES = re.compile(r"""[0-9] ?['"]""")


@dataclass(frozen=True, slots=True)
class Quotes:
    """Spans of folded text: voices are read on their own, words stay in their sentence."""

    voices: Spans
    words: Spans


def find(text: str) -> Quotes:
    """The quotations in folded text."""
    if _MEASURES.search(text):
        text = _FEET.sub(lambda feet: feet.group().replace("'", " "), text)
        text = "\n".join(map(_without_inches, text.split("\n")))
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


def _without_inches(line: str) -> str:
    """A line with spaces for marks of inches (a 7" record), which quote nothing.

    After a number, a mark ends a quotation where one is open and no mark but those after numbers would end it later.
    """
    letters = list(line)
    ends_later, measures = False, set[int]()
    marks = [at for at, letter in enumerate(letters) if letter == '"']
    for at in reversed(marks):
        if line[at - 1 : at].isdigit():
            if ends_later:
                measures.add(at)
        else:
            ends_later = at > 0 and line[at - 1] not in " ([-"
    is_open = False
    for at in marks:
        if line[at - 1 : at].isdigit() and (not is_open or at in measures):
            letters[at] = " "
        else:
            is_open = not is_open
    return "".join(letters)
