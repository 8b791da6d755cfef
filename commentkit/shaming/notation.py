"""The small notation in which rules are written, and its translation into regular expressions.

    you are            these words, one after the other
    {insult}           any word or phrase of the class
    {insult:s}         the same in the plural; {insult:*} either
    {fill*}            up to four of the class, or none
    (a|b c)            one of these
    x?  (a b)?  {c?}   may be missing
    (a|b)*             up to four of these, or none
    ..  ..6            a gap of up to three (six) words, the shortest that fits
    ^   $              start or end of the sentence
    , . ! ?            may be written as words: , DOT BANG ASK

A sentence is matched as its words with one space after each, so no word can match half of another, gaps
are bounded, and no repetition contains another that could eat the same letters.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

_PIECE = re.compile(
    r"\s+|(?P<gap>\.\.(?P<size>\d*))|(?P<name>\{(?P<cls>[a-z_]+)(?::(?P<form>s|\*))?(?P<rep>[?*]?)\})"
    r"|(?P<mark>[()|?*^$])|(?P<word>[a-z0-9',;:-]+|DOT|BANG|ASK)"
)
_HYPHEN = re.compile(r"(?<=[a-z0-9])-(?=[a-z0-9])")
_POSSESSIVE = re.compile(r"([a-z])'s(?![a-z])")
_MARKS = {"DOT": ".", "BANG": "!", "ASK": "?"}
_GAP_WORD = r"[a-z0-9'-]+ "
CAPTURES = frozenset({"who", "whom", "whose", "other", "neg", "group", "end", "_stop_end"})

Branches = list[list["Node"]]


class NotationError(ValueError):
    """A pattern that cannot be read."""


@dataclass(slots=True)
class Node:
    """One piece of a pattern: its regular expression, the words one of which it needs, how it can begin."""

    regex: str
    needs: list[frozenset[str]]
    first: frozenset[str]
    optional: bool = False


@dataclass(frozen=True)
class Compiled:
    """A pattern ready to run: it can only match where a first word stands and each need is met."""

    source: str
    first: frozenset[str]
    needs: tuple[frozenset[str], ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled when it is first wanted: most patterns never are in one process's life."""
        return re.compile(self.source)


# Words too common to single a rule out.
COMMON = frozenset(
    [
        "you",
        "your",
        "i",
        "a",
        "an",
        "the",
        "am",
        "are",
        "is",
        "was",
        "were",
        "be",
        "been",
        "not",
        "no",
        "to",
        "of",
        "in",
        "on",
        "it",
        "that",
        "this",
        "and",
        "or",
        "if",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "will",
        "would",
        "can",
        "could",
        "should",
        "for",
        "with",
        "as",
        "at",
        "who",
        "what",
        "how",
        "why",
        "just",
        "so",
        "he",
        "she",
        "they",
        "we",
        "me",
        "him",
        "her",
        "them",
        "us",
        "my",
        "get",
        "got",
        "all",
        "any",
        "some",
        "one",
        "people",
        "like",
        ",",
        ".",
        "!",
        "?",
        "-",
        "'s",
        "never",
        "really",
        "too",
        "more",
        "being",
        "by",
        "from",
    ]
)


def plural(word: str) -> str:
    """The plural of an English noun or noun phrase (the last word changes)."""
    if word.endswith(("man", "men")) and not word.endswith("human"):
        return word[:-3] + "men"
    if word.endswith("person"):
        return word[:-6] + "people"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("wife"):
        return word[:-2] + "ves"
    return word + "s"


class Notation:
    """Compiles patterns against named classes of words."""

    def __init__(self, classes: Mapping[str, Iterable[str]]) -> None:
        self._raw = {name: tuple(words) for name, words in classes.items()}
        self._nodes: dict[tuple[str, str], Node] = {}
        self._open: set[str] = set()

    def words(self) -> set[str]:
        """Every single word that some class names."""
        found: set[str] = set()
        for name, entries in self._raw.items():
            for form in ("", "s"):
                for entry in map(open_hyphens, entries):
                    if "{" not in entry and "(" not in entry:
                        found.update((plural(entry) if form and not name.startswith("_") else entry).split())
        return found

    def compile(self, pattern: str, slots: Mapping[str, str] | None = None) -> Compiled:
        """Translate one pattern; slots stand in for `{X}` and the like."""
        for slot, text in (slots or {}).items():
            if not re.fullmatch(r"\{[a-z_]+\}", text):
                raise NotationError(f"{slot} must name one class, not {text!r}")
            pattern = pattern.replace("{" + slot + "}", text).replace("{" + slot + ":", text[:-1] + ":")
        node = self._parse(pattern)
        if node.optional:
            raise NotationError(f"could match nothing: {pattern!r}")
        for capture in CAPTURES:
            if node.regex.count(f"(?P<{capture}>") > 1:
                raise NotationError(f"{{{capture}}} stands twice in {pattern!r}")
        needs = tuple(sorted(node.needs, key=_cost))
        if not needs and not node.first:
            raise NotationError(f"needs no word at all: {pattern!r}")
        return Compiled(node.regex, node.first, needs or (node.first,))

    def _parse(self, pattern: str) -> Node:
        stack: list[Branches] = [[[]]]
        position = 0
        while position < len(pattern):
            piece = _PIECE.match(pattern, position)
            if piece is None:
                raise NotationError(f"cannot read {pattern[position : position + 12]!r} in {pattern!r}")
            position = piece.end()
            self._take(piece, stack, pattern)
        if len(stack) != 1:
            raise NotationError(f"unclosed bracket in {pattern!r}")
        return _either(stack[0])

    def _take(self, piece: re.Match[str], stack: list[Branches], pattern: str) -> None:
        here = stack[-1][-1]
        if piece["gap"]:
            size = int(piece["size"] or 3)
            here.append(Node(f"(?:{_GAP_WORD}){{0,{size}}}?", [], frozenset(), True))
        elif piece["name"]:
            node = self._class(piece["cls"], piece["form"] or "")
            if piece["cls"] in CAPTURES:
                node = Node(f"(?P<{piece['cls']}>{node.regex})", node.needs, node.first)
            here.append(_repeat(node, piece["rep"], pattern) if piece["rep"] else node)
        elif piece["word"]:
            word = piece["word"]
            here.extend(_word(one) for one in open_hyphens(_MARKS.get(word, word)).split())
        elif piece["mark"]:
            self._mark(piece["mark"], stack, pattern)

    def _mark(self, mark: str, stack: list[Branches], pattern: str) -> None:
        here = stack[-1][-1]
        if mark == "(":
            stack.append([[]])
        elif mark == "|":
            stack[-1].append([])
        elif mark == ")":
            if len(stack) == 1:
                raise NotationError(f"stray bracket in {pattern!r}")
            stack[-2][-1].append(_either(stack.pop()))
        elif mark in "?*":
            if not here:
                raise NotationError(f"nothing before {mark!r} in {pattern!r}")
            here.append(_repeat(here.pop(), mark, pattern))
        else:
            here.append(Node("\\A" if mark == "^" else "\\Z", [], frozenset(), True))

    def _class(self, name: str, form: str) -> Node:
        known = self._nodes.get((name, form))
        if known is not None:
            return known
        if name not in self._raw:
            raise NotationError(f"unknown class {{{name}}}")
        if name in self._open:
            raise NotationError(f"class {{{name}}} contains itself")
        self._open.add(name)
        try:
            plain: set[str] = set()
            nodes: list[Node] = []
            for entry in map(open_hyphens, self._raw[name]):
                if re.fullmatch(r"[a-z0-9' -]+", entry):
                    if form != "s":
                        plain.add(entry)
                    if form:
                        plain.add(plural(entry))
                elif form and re.fullmatch(r"\{[a-z_]+\}", entry):
                    nodes.append(self._class(entry[1:-1], form))
                else:
                    nodes.append(self._parse(entry))
        finally:
            self._open.discard(name)
        if plain:
            heads = frozenset(word.split()[0] for word in plain)
            needs = frozenset(
                min(word.split(), key=lambda part: (part in COMMON, -len(part))) for word in plain
            )
            nodes.append(Node(_trie(plain), [needs], heads))
        node = _either([[one] for one in nodes])
        self._nodes[name, form] = node
        return node


def open_hyphens(words: str) -> str:
    """The same with a space for each hyphen inside a word, which is how comments are read too."""
    return _POSSESSIVE.sub(r"\1 's", _HYPHEN.sub(" ", words))


def _word(word: str) -> Node:
    return Node(re.escape(word) + " ", [frozenset({word})], frozenset({word}))


def _repeat(node: Node, mark: str, pattern: str) -> Node:
    if mark == "?":
        return Node(f"(?:{node.regex})?", [], node.first, True)
    if "{0," in node.regex:
        raise NotationError(f"a repetition inside a repetition in {pattern!r}")
    return Node(f"(?:{node.regex}){{0,4}}", [], node.first, True)


def _either(branches: Branches) -> Node:
    joined = [_sequence(branch) for branch in branches]
    if len(joined) == 1:
        return joined[0]
    needs: list[frozenset[str]] = []
    if all(node.needs for node in joined):
        needs = [frozenset().union(*(min(node.needs, key=_cost) for node in joined))]
    return Node(
        "(?:" + "|".join(node.regex for node in joined) + ")",
        needs,
        frozenset().union(*(node.first for node in joined)),
        any(node.optional for node in joined),
    )


def _sequence(nodes: list[Node]) -> Node:
    first: frozenset[str] = frozenset()
    optional = True
    needs: list[frozenset[str]] = []
    for node in nodes:
        needs.extend(node.needs)
        if optional:
            first |= node.first
            optional = node.optional
    return Node("".join(node.regex for node in nodes), needs, first, optional)


def _cost(words: frozenset[str]) -> int:
    return sum(100 if word in COMMON else 1 for word in words)


class _Tree(dict[str, "_Tree"]):
    """Phrases by their letters; an empty key says that a phrase may end here."""


def _trie(phrases: Iterable[str]) -> str:
    """One expression for many phrases, longest first, sharing beginnings so that a miss is found quickly."""
    tree = _Tree()
    for phrase in phrases:
        level = tree
        for letter in phrase + " ":
            level = level.setdefault(letter, _Tree())
        level[""] = _Tree()
    return _branch(tree)


def _branch(level: _Tree) -> str:
    ends = "" in level
    options = [re.escape(letter) + _branch(level[letter]) for letter in sorted(key for key in level if key)]
    if not options:
        return ""
    inner = options[0] if len(options) == 1 and not ends else "(?:" + "|".join(options) + ")"
    return inner + "?" if ends else inner
