"""Which names look alike: skeletons after UTS 39 (Unicode Security Mechanisms), of whole names. Pure.

The table is Unicode's own `confusables.txt`, from the package `confusable-homoglyphs`.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from confusable_homoglyphs.confusables import confusables_data

_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"}
# They have a category that shows, and show nothing: Hangul fillers, the grapheme joiner, a braille blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_DEEPEST = 8  # how often a letter is looked up anew; the table is two deep


@lru_cache(maxsize=8192)
def _prototype(char: str) -> str:
    """What a character looks like: the one that stands for all that look like it, or several ("rn" for "m")."""
    alike = [each["c"] for each in confusables_data.get(char, ())]
    if len(alike) != 1:
        return char  # nothing looks like it, or it stands for the others itself
    [other] = alike
    # In a pair each of the two names the other; both have to lead to the same one.
    return str(
        other if len(confusables_data.get(other, ())) > 1 else min(char, other, key=lambda it: (len(it), it))
    )


def _visible(text: str) -> str:
    return "".join(
        char
        for char in unicodedata.normalize("NFKD", text)
        if unicodedata.category(char) not in _INVISIBLE
        and char not in _BLANK
        and not "\ufe00" <= char <= "\ufe0f"
    )


def skeleton(text: str) -> str:
    """What a text looks like, without spaces and what can't be seen. The same skeleton: confusable."""
    seen = _visible(text)
    for _ in range(_DEEPEST):
        folded = _visible("".join(_prototype(char) for char in seen))
        if folded == seen:
            break
        seen = folded
    return seen


def _caseless(text: str) -> str:
    """A skeleton in which case makes no difference."""
    seen = skeleton(text)
    for _ in range(_DEEPEST):
        folded = skeleton(seen.casefold())
        if folded == seen:
            break
        seen = folded
    return seen


def skeletons(name: str) -> frozenset[str]:
    """What a name looks like as it is written, in small letters and in capitals; '' isn't among them."""
    return frozenset(_caseless(each) for each in (name, name.casefold(), name.upper())) - {""}


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether somebody could take a name for one of these."""
    own = skeletons(name)
    return any(own & skeletons(other) for other in others)
