"""Fold a text to plain lower-case letters, and remember where each letter came from."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# One code point for one: these keep the offsets as they are.
_ONE_TO_ONE = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "´": "'", "′": "'", "＇": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"',
        "‹": '"', "›": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-",
        "…": ".", "。": ".", "！": "!", "？": "?", "\u00a0": " ", "\u2009": " ", "\u202f": " ",
        "\t": " ", "\x0b": " ", "\x0c": " ", "\u2028": "\n", "\u2029": "\n", "\x85": "\n",
        # letters of other scripts that pass for ours
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "ԁ": "d",
        "А": "a", "Е": "e", "О": "o", "Р": "p", "С": "c", "У": "y", "Х": "x", "І": "i", "Ѕ": "s",
        "α": "a", "ο": "o", "ι": "i", "ν": "v", "ρ": "p", "τ": "t", "κ": "k", "ı": "i", "ⅼ": "l",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text; letter i came from the code points origin[i] up to after[i]."""

    text: str
    origin: Sequence[int]
    after: Sequence[int]


def fold(text: str) -> Folded:
    """Fold a text: quotes made straight, accents and invisible characters dropped, lower case, LF."""
    plain = text.translate(_ONE_TO_ONE)
    if plain.isascii() and "\r" not in plain:
        return Folded(plain.lower(), range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    origin: list[int] = []
    after: list[int] = []
    for index, char in enumerate(plain):
        if char == "\r":
            folded = "" if plain[index + 1 : index + 2] == "\n" else "\n"
        else:
            folded = char.lower() if char.isascii() else _fold_one(char)
        if not folded:
            if after and unicodedata.category(char) in {"Mn", "Me", "Cf"}:
                after[-1] = index + 1  # an accent belongs to the letter before it
            continue
        for letter in folded:
            letters.append(letter)
            origin.append(index)
            after.append(index + 1)
    return Folded("".join(letters), origin, after)


@lru_cache(maxsize=4096)
def _fold_one(char: str) -> str:
    kept = []
    for part in unicodedata.normalize("NFKD", char.translate(_ONE_TO_ONE)):
        if unicodedata.category(part) in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            continue
        kept.append(part.translate(_ONE_TO_ONE).lower())
    folded = unicodedata.normalize("NFKD", "".join(kept).casefold())
    return "".join(part for part in folded if unicodedata.category(part) not in {"Mn", "Me", "Cf", "Cc"})
