"""A lexicon file and its entries, read with the line on which each thing stands."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

TABLES = frozenset({"category", "reason", "instead", "rule", "stance", "classes", "frames", "short"})


TOLD = ("reason", "instead")
"""What a file or a rule in it tells the writer of the words that it finds."""


class LexiconError(ValueError):
    """The lexicon says something that cannot be read; the message names the file, the line and the rule."""


class Source:
    """One TOML file.

    Raises:
        LexiconError: it is no TOML.
    """

    def __init__(self, name: str, content: str) -> None:
        self.name = name
        self._lines = content.splitlines()
        try:
            self.data: dict[str, Any] = tomllib.loads(content)
        except tomllib.TOMLDecodeError as problem:
            raise LexiconError(f"{name}: {problem}") from problem
        for key in self.data.keys() - TABLES:
            raise LexiconError(f"{self.at(key)}: does not know {key}; there are {', '.join(sorted(TABLES))}")
        for key in ("category", "reason", "instead"):
            if not isinstance(self.data.get(key, ""), str):
                raise LexiconError(f"{self.at(key)}: {key} must be a text")

    def table(self, name: str, kind: type) -> Mapping[str, Any]:
        """A table of the file, empty where there is none: of texts, or of lists of texts."""
        found = self.data.get(name, {})
        if not isinstance(found, dict):
            raise LexiconError(f"{self.at(name)}: {name} must be a table")
        for key, value in found.items():
            parts = [value] if kind is str else value if isinstance(value, list) else [None]
            if not all(isinstance(part, str) for part in parts):
                what = "a text" if kind is str else "a list of texts"
                raise LexiconError(f"{self.at(key)}: {name}.{key} must be {what}")
        return found

    def entries(self, kind: str) -> "Iterator[Entry]":
        """The entries written as `[[kind]]`."""
        found = self.data.get(kind, ())
        if not isinstance(found, list | tuple) or not all(isinstance(each, dict) for each in found):
            raise LexiconError(f"{self.at(kind)}: write each {kind} below a line [[{kind}]]")
        heads = [
            number
            for number, line in enumerate(self._lines, 1)
            if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)
        ]
        for index, data in enumerate(found):
            yield Entry(self, kind, data, heads[index] if index < len(heads) else 1)

    def at(self, words: str, since: int = 1) -> str:
        """The file and the first line, from `since` on, on which these words stand."""
        for number in range(since, len(self._lines) + 1):
            if words and words in self._lines[number - 1]:
                return f"{self.name}:{number}"
        return f"{self.name}:{since}"


class Entry:
    """One rule or stance of a file."""

    def __init__(self, source: Source, kind: str, data: Mapping[str, Any], line: int) -> None:
        self.source, self.kind, self.data, self._line = source, kind, data, line

    @property
    def id(self) -> str:
        """Its id, or what stands for one in a complaint."""
        return str(self.data.get("id", "(without id)"))

    def wrong(self, what: str, words: str = "") -> LexiconError:
        """A complaint about this entry, at the line where the words stand."""
        place = self.source.at(words, self._line) if words else f"{self.source.name}:{self._line}"
        return LexiconError(f"{place}: {self.kind} {self.id!r}: {what}")

    def must(self, known: Collection[str], needed: Collection[str]) -> None:
        """Check the names of its fields.

        Raises:
            LexiconError: one is missing or strange.
        """
        for key in needed:
            if not self.data.get(key):
                raise self.wrong(f"{key} is missing")
        if strange := sorted(set(self.data) - set(known)):
            raise self.wrong(f"does not know {', '.join(strange)}", strange[0])

    def text(self, key: str) -> str:
        """A field that is a text, empty where there is none."""
        value = self.data.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(f"{key} must be a text", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A field that is a list of texts."""
        value = self.data.get(key, ())
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            raise self.wrong(f"{key} must be a list of texts", key)
        return tuple(value)

    def number(self, key: str, default: int) -> int:
        """A field that is a whole number."""
        value = self.data.get(key, default)
        if not isinstance(value, int):
            raise self.wrong(f"{key} must be a whole number", key)
        return value

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """A field that is one of a few words."""
        value = self.data.get(key, default)
        if value not in allowed:
            raise self.wrong(f"{key} {value!r} is not one of {', '.join(allowed)}", key)
        return str(value)


def messages(file: IO[bytes], *_asked: object, **_more: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """What a file tells writers, to be translated: Babel's method of extraction for the lexicon."""
    source = Source(file.name, file.read().decode())
    for part in (source.data, *source.data.get("rule", ())):
        for key in TOLD:
            if key in part:
                yield 1, None, part[key], []
