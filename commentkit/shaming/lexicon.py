"""Load the packaged lexicon, check it, and make it ready to run."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from commentkit.shaming.model import CATEGORIES, CLEARING, LIKELY, TIERS
from commentkit.shaming.notation import COMMON, Compiled, Notation, NotationError
from commentkit.shaming.words import Speller

RULE_KEYS = frozenset({"id", "tier", "third", "reason", "patterns", "frames", "N", "A", "clears"})
STANCE_KEYS = frozenset({"id", "stance", "where", "reach", "patterns", "target"})
PLACES = ("before", "after", "around", "next")
THIRD = ("ignore", "possible", "same")


class LexiconError(ValueError):
    """The lexicon says something that cannot be read; the message names the file and the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that shames, and the patterns it is recognised by."""

    id: str
    category: str
    tier: str
    third: str  # what it means of an absent person: ignore, possible, or the same
    reason: str
    patterns: tuple[Compiled, ...]


@dataclass(frozen=True, slots=True)
class StanceRule:
    """Words that tell in which stance a trigger stands."""

    id: str
    stance: str
    where: str
    reach: int
    target: str  # any, you, other
    patterns: tuple[Compiled, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule's pattern, as it is looked up by the words it needs."""

    number: int
    rule: Rule
    pattern: Compiled
    rest: tuple[frozenset[str], ...]  # what it needs besides the word that it was looked up by


@dataclass(frozen=True)
class Lexicon:
    """Everything the reader knows."""

    rules: tuple[Rule, ...]
    stances: tuple[StanceRule, ...]
    speller: Speller
    by_word: Mapping[str, tuple[Trigger, ...]]

    def candidates(self, words: frozenset[str] | set[str]) -> list[Trigger]:
        """The triggers all of whose needed words are there."""
        found: dict[int, Trigger] = {}
        by_word = self.by_word
        for word in words:
            if word in by_word:
                for trigger in by_word[word]:
                    for need in trigger.rest:
                        if need.isdisjoint(words):
                            break
                    else:
                        found[trigger.number] = trigger
        return [found[number] for number in sorted(found)]


def build(files: Mapping[str, str]) -> Lexicon:
    """Make a lexicon of TOML files, given as name and content."""
    data: dict[str, dict[str, Any]] = {}
    for name, content in sorted(files.items()):
        try:
            data[name] = tomllib.loads(content)
        except tomllib.TOMLDecodeError as problem:
            raise LexiconError(f"{name}: {problem}") from problem
    classes: dict[str, list[str]] = {}
    frames: dict[str, list[str]] = {}
    short: dict[str, str] = {}
    for name, tables in data.items():
        for table, known in (("classes", classes), ("frames", frames), ("short", short)):
            for key, value in tables.get(table, {}).items():
                if key in known:
                    raise LexiconError(f"{name}: {table}.{key} is defined twice")
                known[key] = value
    notation = Notation(classes)
    rules: list[Rule] = []
    stances: list[StanceRule] = []
    for name, tables in data.items():
        for entry in tables.get("rule", ()):
            rules.append(_rule(name, tables, entry, frames, notation))
        for entry in tables.get("stance", ()):
            stances.append(_stance(name, entry, notation))
    _unique(rules)
    _unique(stances)
    by_word: dict[str, list[Trigger]] = {}
    number = 0
    for rule in rules:
        for pattern in rule.patterns:
            number += 1
            trigger = Trigger(number, rule, pattern, pattern.needs[1:])
            for word in pattern.needs[0]:
                by_word.setdefault(word, []).append(trigger)
    order = {stance: index for index, stance in enumerate(("asserted", *CLEARING))}
    stances.sort(key=lambda one: order[one.stance])
    frozen = {word: tuple(found) for word, found in by_word.items()}
    return Lexicon(tuple(rules), tuple(stances), _speller(notation, rules, classes, short), frozen)


@lru_cache(maxsize=1)
def packaged() -> Lexicon:
    """The lexicon that comes with the package, loaded once."""
    folder = resources.files("commentkit.shaming") / "lexicon"
    return build(
        {
            file.name: file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.endswith(".toml")
        }
    )


def _rule(
    file: str, tables: dict[str, Any], entry: dict[str, Any], frames: dict[str, list[str]], notation: Notation
) -> Rule:
    name = f"{file}: rule {entry.get('id', '(without id)')!r}"
    category = tables.get("category")
    if category not in CATEGORIES:
        raise LexiconError(f"{file}: category {category!r} is not one of {', '.join(CATEGORIES)}")
    _keys(name, entry, RULE_KEYS, ("id", "reason"))
    tier = entry.get("tier", LIKELY)
    third = entry.get("third", "ignore")
    if tier not in TIERS:
        raise LexiconError(f"{name}: tier {tier!r} is not one of {', '.join(TIERS)}")
    if third not in THIRD:
        raise LexiconError(f"{name}: third {third!r} is not one of {', '.join(THIRD)}")
    slots: dict[str, str] = {key: entry[key] for key in ("N", "A") if key in entry}
    texts: list[str] = list(entry.get("patterns", ()))
    for frame in entry.get("frames", ()):
        if frame not in frames:
            raise LexiconError(f"{name}: no frame is called {frame!r}")
        texts.extend(frames[frame])
    if not texts:
        raise LexiconError(f"{name}: has neither patterns nor frames")
    return Rule(entry["id"], category, tier, third, entry["reason"], _compile(name, texts, notation, slots))


def _stance(file: str, entry: dict[str, Any], notation: Notation) -> StanceRule:
    name = f"{file}: stance {entry.get('id', '(without id)')!r}"
    _keys(name, entry, STANCE_KEYS, ("id", "stance", "where", "patterns"))
    if entry["stance"] not in (*CLEARING, "asserted"):
        raise LexiconError(f"{name}: {entry['stance']!r} is not a stance")
    if entry["where"] not in PLACES:
        raise LexiconError(f"{name}: where {entry['where']!r} is not one of {', '.join(PLACES)}")
    patterns = _compile(name, entry["patterns"], notation, {})
    reach, target = int(entry.get("reach", 6)), entry.get("target", "any")
    if target not in {"any", "you", "other"}:
        raise LexiconError(f"{name}: target {target!r} is not any, you or other")
    return StanceRule(entry["id"], entry["stance"], entry["where"], reach, target, patterns)


def _compile(
    name: str, texts: Iterable[str], notation: Notation, slots: Mapping[str, str]
) -> tuple[Compiled, ...]:
    try:
        return tuple(notation.compile(text, slots) for text in texts)
    except NotationError as problem:
        raise LexiconError(f"{name}: {problem}") from problem


def _keys(name: str, entry: dict[str, Any], known: frozenset[str], needed: Iterable[str]) -> None:
    for key in needed:
        if not entry.get(key):
            raise LexiconError(f"{name}: {key} is missing")
    if strange := sorted(set(entry) - known):
        raise LexiconError(f"{name}: does not know {', '.join(strange)}")


def _unique(entries: Iterable[Rule] | Iterable[StanceRule]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise LexiconError(f"{entry.id!r} is the id of two rules")
        seen.add(entry.id)


def _speller(
    notation: Notation, rules: Iterable[Rule], classes: Mapping[str, Iterable[str]], short: Mapping[str, str]
) -> Speller:
    vocabulary = set(notation.words()) | COMMON
    for rule in rules:
        for pattern in rule.patterns:
            vocabulary.update(pattern.first, *pattern.needs)
    content = {name: words for name, words in classes.items() if not name.startswith("_")}
    long_words = {word for word in Notation(content).words() if len(word) >= 7 and word.isalpha()}
    return Speller(vocabulary, long_words, short)
