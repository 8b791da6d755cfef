"""Load the lexicon, the packaged files and a site's own; check every entry, and make it ready to run."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from commentkit.shaming.model import CATEGORIES, CLEARING, LIKELY, TIERS
from commentkit.shaming.notation import COMMON, Compiled, Notation, NotationError
from commentkit.shaming.source import Entry, LexiconError, Source
from commentkit.shaming.words import Speller

RULE_KEYS = frozenset(
    {"id", "tier", "third", "reason", "instead", "patterns", "frames", "N", "A", "flag", "ok"}
)
STANCE_KEYS = frozenset({"id", "stance", "where", "reach", "patterns", "target"})
PLACES = ("before", "after", "around", "next")
THIRD = ("ignore", "possible", "same")
WHOLE = "whole."
"""Ids of what is found by weighing whole sentences: `whole.body_shaming` and so on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that shames, and the patterns it is recognised by.

    Attributes:
        third: what it means of an absent person: ignore, possible, or the same.
        flag, ok: examples of its own that it must find, and must leave alone.
    """

    id: str
    category: str
    tier: str
    third: str
    reason: str
    instead: str
    patterns: tuple[Compiled, ...]
    flag: tuple[str, ...] = ()
    ok: tuple[str, ...] = ()


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
class About:
    """What a category is told with, where no single rule has words for it."""

    reason: str
    instead: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule's pattern, as it is looked up by the words it needs."""

    number: int
    rule: Rule
    pattern: Compiled
    rest: tuple[frozenset[str], ...]  # what it needs besides the word that it was looked up by


@dataclass(frozen=True)
class Lexicon:
    """Everything the reader knows.

    Attributes:
        about: words for each category.
        own: ids of the rules that a site brought itself; no weighing changes what they say.
        off: ids that are switched off.
    """

    rules: tuple[Rule, ...]
    stances: tuple[StanceRule, ...]
    speller: Speller
    by_word: Mapping[str, tuple[Trigger, ...]]
    about: Mapping[str, About]
    own: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

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


def build(
    files: Mapping[str, str], *, own: Mapping[str, str] | None = None, off: Collection[str] = ()
) -> Lexicon:
    """Make a lexicon of TOML files, given as name and content.

    Args:
        own: a site's own files. They may use the classes and frames of the others.
        off: ids of rules to leave out.
    Raises:
        LexiconError: something can't be read; the message names the file and the line.
    """
    sources = [Source(name, content) for name, content in sorted(files.items())]
    theirs = [Source(name, content) for name, content in (own or {}).items()]
    classes: dict[str, list[str]] = {}
    frames: dict[str, list[str]] = {}
    short: dict[str, str] = {}
    about: dict[str, About] = {}
    for source in (*sources, *theirs):
        for table, known, kind in (
            ("classes", classes, list),
            ("frames", frames, list),
            ("short", short, str),
        ):
            for key, value in source.table(table, kind).items():
                if key in known:
                    raise LexiconError(f"{source.at(key)}: {table}.{key} is defined twice")
                known[key] = value
    notation = Notation(classes)
    rules: dict[str, Rule] = {}
    stances: dict[str, StanceRule] = {}
    for source in (*sources, *theirs):
        for entry in source.entries("rule"):
            rule = _rule(source, entry, about, frames, notation)
            _add(rules, rule.id, rule, entry)
        for entry in source.entries("stance"):
            stance = _stance(entry, notation)
            _add(stances, stance.id, stance, entry)
    known_ids = {*rules, *stances, *(WHOLE + category for category in CATEGORIES)}
    if strange := sorted(set(off) - known_ids):
        raise LexiconError(f"there is no rule called {', '.join(strange)}")
    kept = [rule for rule in rules.values() if rule.id not in off]
    order = {stance: index for index, stance in enumerate(("asserted", *CLEARING))}
    ordered = sorted(
        (stance for stance in stances.values() if stance.id not in off), key=lambda one: order[one.stance]
    )
    return Lexicon(
        rules=tuple(kept),
        stances=tuple(ordered),
        speller=_speller(notation, kept, classes, short),
        by_word=_by_word(kept),
        about=about,
        own=frozenset(entry.id for source in theirs for entry in source.entries("rule")),
        off=frozenset(off),
    )


def with_own(paths: Iterable[Path], off: Collection[str] = ()) -> Lexicon:
    """The packaged lexicon with a site's own files beside it, without what is switched off.

    Raises:
        LexiconError: a file can't be read, or something in it.
    """
    own = {}
    for path in paths:
        try:
            own[str(path)] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = (
                "isn't UTF-8"
                if isinstance(error, UnicodeDecodeError)
                else (error.strerror or "can't be read")
            )
            raise LexiconError(f"{path}: {why}") from None
    return build(_packaged_files(), own=own, off=off) if own or off else packaged()


@lru_cache(maxsize=1)
def packaged() -> Lexicon:
    """The lexicon that comes with the package, loaded once."""
    return build(_packaged_files())


def _packaged_files() -> dict[str, str]:
    folder = resources.files("commentkit.shaming") / "lexicon"
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def _rule(
    source: Source,
    entry: Entry,
    about: dict[str, About],
    frames: Mapping[str, list[str]],
    notation: Notation,
) -> Rule:
    category = source.data.get("category")
    if category not in CATEGORIES:
        raise LexiconError(
            f"{source.at('category')}: category {category!r} is not one of {', '.join(CATEGORIES)}"
        )
    told = about.setdefault(category, About(source.data.get("reason", ""), source.data.get("instead", "")))
    entry.must(RULE_KEYS, ("id", "reason"))
    tier = entry.choice("tier", TIERS, LIKELY)
    third = entry.choice("third", THIRD, "ignore")
    slots: dict[str, str] = {key: entry.text(key) for key in ("N", "A") if key in entry.data}
    texts = list(entry.texts("patterns"))
    for frame in entry.texts("frames"):
        if frame not in frames:
            raise entry.wrong(f"no frame is called {frame!r}", frame)
        texts.extend(frames[frame])
    if not texts:
        raise entry.wrong("has neither patterns nor frames")
    return Rule(
        entry.id,
        category,
        tier,
        third,
        entry.text("reason"),
        entry.text("instead") or source.data.get("instead", "") or told.instead,
        _compile(entry, texts, notation, slots),
        entry.texts("flag"),
        entry.texts("ok"),
    )


def _stance(entry: Entry, notation: Notation) -> StanceRule:
    entry.must(STANCE_KEYS, ("id", "stance", "where", "patterns"))
    stance = entry.choice("stance", ("asserted", *CLEARING), "")
    where = entry.choice("where", PLACES, "")
    target = entry.choice("target", ("any", "you", "other"), "any")
    patterns = _compile(entry, entry.texts("patterns"), notation, {})
    return StanceRule(entry.id, stance, where, entry.number("reach", 6), target, patterns)


def _compile(
    entry: Entry, texts: Iterable[str], notation: Notation, slots: Mapping[str, str]
) -> tuple[Compiled, ...]:
    compiled = []
    for text in texts:
        try:
            compiled.append(notation.compile(text, slots))
        except NotationError as problem:
            raise entry.wrong(str(problem), text) from problem
    return tuple(compiled)


def _add(known: dict[str, Any], ident: str, made: object, entry: Entry) -> None:
    if ident in known:
        raise entry.wrong(f"{ident!r} is the id of two rules")
    known[ident] = made


def _by_word(rules: Iterable[Rule]) -> dict[str, tuple[Trigger, ...]]:
    by_word: dict[str, list[Trigger]] = {}
    number = 0
    for rule in rules:
        for pattern in rule.patterns:
            number += 1
            trigger = Trigger(number, rule, pattern, pattern.needs[1:])
            for word in pattern.needs[0]:
                by_word.setdefault(word, []).append(trigger)
    return {word: tuple(found) for word, found in by_word.items()}


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
