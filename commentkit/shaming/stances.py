"""Decide in which stance a trigger stands, from the clause around it."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from commentkit.shaming.clauses import Sentence
from commentkit.shaming.lexicon import Lexicon, StanceRule
from commentkit.shaming.model import ASSERTED

_FIRST = frozenset({"i", "we", "me", "us", "myself", "my", "our"})
_THIRD = frozenset({"he", "she", "they", "him", "her", "them", "his", "their", "it", "that", "this"})
_YOURS = frozenset({"your", "yourself"})
_ASKING = re.compile(
    r"\A(?:so |and |but |sorry |honest question |question |hi |also |please |, )*"
    r"(?:am i |are we |was i |were we |do i |does it |is it |is that |is this |would i |did i |did we |have i |must i "
    r"|will (?:people|they|he|she|it|i|we) |would you say (?:i|we|it) |do you (?:all )?think (?:i|we|it|that i) "
    r"|(?:could|can) (?:i|we|it) |how (?:do|can|could|should|would) (?:i|we) |should (?:i|we) "
    r"|why (?:am|do|are|did|was) (?:i|we) |what if (?:i|we) |(?:is|are|was) (?:my|our) |has anyone |does anyone "
    r"|does (?:this|that|it|my|our|wanting|having|being|feeling|liking) |anyone else "
    r"|(?:is|are|does|do|can|was|were) (?!you |there |not |no ))"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a trigger speaks of: you, the writer of the comment, somebody absent, a group or nobody named."""

    kind: str


def target(match: re.Match[str]) -> Target:
    """Whom the matched words speak of."""
    groups = match.groupdict()
    if groups.get("group"):
        return Target("group")
    for name in ("who", "whom", "whose", "other"):
        word = (groups.get(name) or "").strip()
        if word in _FIRST:
            return Target("first")
        if word in {"it", "that", "this"}:
            return Target("thing")
        if word in _THIRD:
            return Target("third")
        if word:
            return Target("you")
    return Target("open")


def stance(
    lexicon: Lexicon,
    here: Sentence,
    after: tuple[Sentence, ...],
    match: re.Match[str],
    span: tuple[int, int],
    kind: str,
    quoted: bool,
) -> tuple[str, str]:
    """The stance of one match, and the id of what decided it."""
    first, last = span
    low, high = here.clause(first)
    high = max(high, last)
    words = {token.word for token in here.tokens}
    endorsed = ""
    decided = ("quoted", "") if quoted or all(token.quoted for token in here.tokens[first:last]) else None
    asking = (
        here.ends_in == "?" and kind != "you" and words.isdisjoint(_YOURS) and _ASKING.match(_open(here, low))
    )
    for rule in lexicon.stances:
        if rule.target == "you" and kind not in {"you", "group", "open"}:
            continue
        if rule.target == "other" and kind == "you":
            continue
        if decided is not None and rule.stance != ASSERTED:
            break
        if _fits(rule, here, after, words, (first, last, low, high)):
            if rule.stance == ASSERTED:
                endorsed = rule.id
            else:
                decided = (rule.stance, rule.id)
                break
    if endorsed:
        return ASSERTED, endorsed
    if match.groupdict().get("other") and not decided:
        decided = ("reported", "")
    if decided is not None and decided[0] in {"quoted", "reported", "countered", "hypothetical"}:
        return decided
    if asking:
        return "asking_help", ""
    if match.groupdict().get("neg"):
        return "negated", ""
    if decided is not None:
        return decided
    if kind == "first":
        return ("asking_help" if here.ends_in == "?" else "first_person"), ""
    return ASSERTED, ""


def _open(here: Sentence, low: int) -> str:
    begin = here.starts[low] if low < len(here.starts) else 0
    return here.line[begin:]


def _fits(
    rule: StanceRule,
    here: Sentence,
    after: tuple[Sentence, ...],
    words: set[str],
    where: tuple[int, int, int, int],
) -> bool:
    first, last, low, high = where
    if rule.where == "next":
        return any(
            pattern.regex.match(following.line) is not None
            for following in after
            for pattern in rule.patterns
            if following.tokens and following.tokens[0].word in pattern.first
        )
    for pattern in rule.patterns:
        if any(need.isdisjoint(words) for need in pattern.needs):
            continue
        begin, end = low, high
        if rule.where == "after":
            begin = last
            end = len(here.tokens)
        elif rule.where == "before":
            begin, end = max(low, first - rule.reach - 8), last
        for index in range(begin, end):
            if rule.where == "before" and index >= first:
                break
            if here.tokens[index].word not in pattern.first:
                continue
            if rule.where == "after" and index - last > rule.reach:
                break
            found = pattern.regex.match(here.line, here.starts[index])
            if found is None:
                continue
            if rule.where != "before":
                return True
            reached = bisect_left(here.starts, found.end())
            if first - reached > rule.reach:
                continue
            if rule.stance == "negated" and any(token.word == "," for token in here.tokens[reached:first]):
                continue  # "it is not X, it is Y" says Y
            return True
    return False
