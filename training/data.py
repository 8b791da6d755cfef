"""Texts as the reader cuts them up: stretches with what the rules found in each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commentkit.shaming import LIKELY, lexicon, stretches
from commentkit.shaming.reader import Reader, kind_of
from commentkit.shaming.stretches import Stretch

HARMLESS = "ordinary"
ALSO = "also"
FOLDS = 5  # the ordinary comments, cut into as many writers


@dataclass(frozen=True)
class Item:
    """A text. `kinds` says for each stretch what the rules found in it."""

    stretches: tuple[Stretch, ...]
    kinds: tuple[str, ...]
    shames: bool
    category: str
    writer: str


@dataclass(frozen=True)
class Corpus:
    """All items."""

    items: tuple[Item, ...]


def load(labelled: Iterable[Path], harmless: Iterable[Path], also: Iterable[Path] = ()) -> Corpus:
    """Read the files.

    Args:
        harmless: ordinary comments, one a line.
        also: rougher texts that are hardly ever about anybody present; what a rule takes for likely is left out.
    """
    reader = Reader(lexicon.packaged(), None)
    items = []
    for path in labelled:
        for line in path.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            items.append(
                _item(reader, given["text"], given["label"] == "flag", given["category"], given["writer"])
            )
    for path in harmless:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            items.append(_item(reader, line, False, "none", f"{HARMLESS}-{number % FOLDS}"))
    for path in also:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            item = _item(reader, line, False, "none", f"{ALSO}-{number % FOLDS}")
            if LIKELY not in item.kinds:
                items.append(item)
    return Corpus(tuple(item for item in items if item.stretches))


def _item(reader: Reader, text: str, shames: bool, category: str, writer: str) -> Item:
    found = tuple(stretches.of(reader.cut(text).own))
    kinds = tuple(kind_of(reader.flags(text, each)) for each in found)
    return Item(found, kinds, shames, category, writer)
