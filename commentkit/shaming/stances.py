"""Decide in which stance a trigger stands, from the clause around it."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from commentkit.shaming.clauses import LONGEST, Sentence
from commentkit.shaming.lexicon import Lexicon, StanceRule
from commentkit.shaming.model import ASSERTED, SAID, Look

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trigger stands: its sentence, what follows it, its own tokens, its clause."""

    here: Sentence
    after: tuple[Sentence, ...]
    first: int
    last: int
    low: int
    high: int
    words: frozenset[str]

    @classmethod
    def of(cls, here: Sentence, after: tuple[Sentence, ...], first: int, last: int) -> "Place":
        """The place of the tokens from `first` up to `last`."""
        low, high = here.clause(first)
        return cls(
            here, after, first, last, low, max(high, last), frozenset(token.word for token in here.tokens)
        )


Found = tuple[Sentence, int, int]
"""Words that tell a stance: their sentence, the first token and the one after the last."""


def stance(
    lexicon: Lexicon, place: Place, match: re.Match[str], kind: str, quoted: bool
) -> tuple[str, tuple[tuple[StanceRule, Found], ...]]:
    """The stance of one match, and the rules that told it; none where the grammar itself told."""
    here, first, last = place.here, place.first, place.last
    told: tuple[StanceRule, Found] | None = None
    decided = "quoted" if quoted or all(token.quoted for token in here.tokens[first:last]) else ""
    asking = (
        here.ends_in == "?"
        and kind != "you"
        and place.words.isdisjoint(_YOURS)
        and _ASKING.match(_open(here, place.low))
    )
    endorsed: tuple[StanceRule, Found] | None = None
    for rule in lexicon.stances:
        if decided and rule.stance != ASSERTED:
            break
        if not _speaks_of(rule, kind):
            continue
        if found := _fits(rule, place):
            if rule.stance == ASSERTED:
                endorsed = (rule, found)
            else:
                decided, told = rule.stance, (rule, found)
                break
    groups = match.groupdict()
    denied = groups.get("neg") or kind == "first" or decided not in {"", "quoted", "reported"}
    if (
        endorsed and not denied
    ):  # agreeing with a denial, or with what somebody says of themselves, shames nobody
        return ASSERTED, tuple(each for each in (told, endorsed) if each)
    because = (told,) if told else ()
    if groups.get("other") and not decided:
        decided = "reported"
    if decided in {"quoted", "reported", "countered", "hypothetical"}:
        return decided, because
    if asking:
        return "asking_help", ()
    if groups.get("neg"):
        return "negated", ()
    if decided:
        return decided, because
    if kind == "first":
        return ("asking_help" if here.ends_in == "?" else "first_person"), ()
    return ASSERTED, ()


def endorsement(lexicon: Lexicon, after: tuple[Sentence, ...]) -> tuple[StanceRule, Found] | None:
    """What agrees with words that stand just before."""
    for rule in lexicon.stances:
        if rule.stance == ASSERTED and rule.where == "next" and (found := _next(rule, after)):
            return rule, found
    return None


def missed(lexicon: Lexicon, place: Place, kind: str) -> list[tuple[StanceRule, Found]]:
    """Rules that would clear what stands here, if their words were nearer: in another clause, or too far off."""
    wide = Place(place.here, (), place.first, place.last, 0, len(place.here.tokens), place.words)
    found = []
    for rule in lexicon.stances:
        if rule.stance == ASSERTED or rule.where == "next" or not _speaks_of(rule, kind):
            continue
        if words := _fits(rule, wide, LONGEST):
            found.append((rule, words))
    return found


def looks(
    text: str, stance: str, because: tuple[tuple[StanceRule, Found], ...], far: list[tuple[StanceRule, Found]]
) -> tuple[Look, ...]:
    """What was looked at, told with the words of the text."""
    told = [
        Look(words_of(text, found), rule.id, rule.stance, True, f"makes it read {SAID[rule.stance]}.")
        if rule.stance == stance
        else Look(
            words_of(text, found),
            rule.id,
            rule.stance,
            False,
            f"would make it read {SAID[rule.stance]}, but it is agreed with.",
        )
        for rule, found in because
    ]
    if not because:
        told.append(Look("", "grammar", stance, True, f"reads {SAID[stance]}."))
    told += [
        Look(
            words_of(text, found),
            rule.id,
            rule.stance,
            False,
            f"would make it read {SAID[rule.stance]}, but stands in another clause or too far away.",
        )
        for rule, found in far
        if rule not in {known for known, _ in because}
    ]
    return tuple(told)


def words_of(text: str, found: Found) -> str:
    """The words as they stand in the text."""
    sentence, first, last = found
    return text[sentence.tokens[first].start : sentence.tokens[max(first, last - 1)].end]


def _speaks_of(rule: StanceRule, kind: str) -> bool:
    if rule.target == "you":
        return kind in {"you", "group", "open"}
    return rule.target != "other" or kind != "you"


def _open(here: Sentence, low: int) -> str:
    begin = here.starts[low] if low < len(here.starts) else 0
    return here.line[begin:]


def _next(rule: StanceRule, after: tuple[Sentence, ...]) -> Found | None:
    for following in after:
        for pattern in rule.patterns:
            if following.tokens and following.tokens[0].word in pattern.first:
                found = pattern.regex.match(following.line)
                if found is not None:
                    return following, 0, bisect_left(following.starts, found.end())
    return None


def _fits(rule: StanceRule, place: Place, reach: int = 0) -> Found | None:
    if rule.where == "next":
        return _next(rule, place.after)
    here, first, last = place.here, place.first, place.last
    reach = reach or rule.reach
    for pattern in rule.patterns:
        if any(need.isdisjoint(place.words) for need in pattern.needs):
            continue
        begin, end = place.low, place.high
        if rule.where == "after":
            begin, end = last, min(len(here.tokens), last + reach + 1)
        elif rule.where == "before":
            begin, end = max(begin, first - reach - 8), first
        for index in range(begin, end):
            if here.tokens[index].word not in pattern.first:
                continue
            found = pattern.regex.match(here.line, here.starts[index])
            if found is None:
                continue
            reached = bisect_left(here.starts, found.end())
            if rule.where == "before":
                if first - reached > reach:
                    continue
                if rule.stance == "negated" and any(
                    token.word == "," for token in here.tokens[reached:first]
                ):
                    continue  # "it is not X, it is Y" says Y
            return here, index, reached
    return None
