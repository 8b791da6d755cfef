"""Read a comment: find what may shame, and let the stance of its clause decide."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from commentkit.shaming import quotes
from commentkit.shaming.clauses import Sentence, sentences
from commentkit.shaming.lexicon import Lexicon, Trigger, packaged
from commentkit.shaming.model import ASSERTED, LIKELY, POSSIBLE, Flag, Reading
from commentkit.shaming.normalise import Folded, fold
from commentkit.shaming.spans import Spans
from commentkit.shaming.stances import stance, target
from commentkit.shaming.words import Token, cut

VOICE = "qqvoice"  # stands for a quotation in the sentence that holds it
_TAILS = frozenset({"if", "unless", "until", "because"})
_LONGEST_TAIL = 10
_NOTHING = Reading()


def read(text: str) -> Reading:
    """What in this text shames somebody, and what was found but cleared."""
    return read_with(packaged(), text)


def read_with(lexicon: Lexicon, text: str) -> Reading:
    """The same with a lexicon of one's own."""
    folded = fold(text)
    quotations = quotes.find(folded.text)
    flags: list[Flag] = []
    after: dict[int, tuple[Sentence, ...]] = {}
    main = list(sentences(_outside(folded, lexicon, quotations)))
    for index, here in enumerate(main):
        following = tuple(main[index + 1 : index + 2])
        flags.extend(_flags(lexicon, here, following, False))
        for token in here.tokens:
            if token.word == VOICE:
                rest = [one for one in here.tokens if one.start > token.start]
                after[token.start] = _tail(rest, following)
    for low, high in quotations.voices:
        tokens = cut(folded, lexicon.speller, low, high, Spans())
        if tokens:
            closing = after.get(folded.origin[low], ())
            for here in sentences(tokens):
                flags.extend(_flags(lexicon, here, closing, True))
    return _sort(flags) if flags else _NOTHING


def _outside(folded: Folded, lexicon: Lexicon, quotations: quotes.Quotes) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    for low, high in quotations.voices:
        tokens.extend(cut(folded, lexicon.speller, position, low, quotations.words))
        tokens.append(Token(VOICE, folded.origin[low], folded.after[high - 1], True))
        position = high
    tokens.extend(cut(folded, lexicon.speller, position, len(folded.text), quotations.words))
    return tokens


def _tail(rest: list[Token], following: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """What is said right after a quotation: the rest of its sentence and the next one."""
    words = [token for token in rest if token.word not in {",", "-", ":"}]
    return (*sentences(words), *following)


def _flags(lexicon: Lexicon, here: Sentence, after: tuple[Sentence, ...], quoted: bool) -> Iterator[Flag]:
    if not here.tokens:
        return
    words = {token.word for token in here.tokens}
    candidates = lexicon.candidates(words)
    if not candidates:
        return
    first: dict[str, list[Trigger]] = {}
    for trigger in candidates:
        for word in trigger.pattern.first & words:
            first.setdefault(word, []).append(trigger)
    for index, token in enumerate(here.tokens):
        for trigger in first.get(token.word, ()):
            flag = _try(lexicon, here, after, index, trigger, quoted)
            if flag is not None:
                yield flag


def _try(
    lexicon: Lexicon, here: Sentence, after: tuple[Sentence, ...], index: int, trigger: Trigger, quoted: bool
) -> Flag | None:
    match = trigger.pattern.regex.match(here.line, here.starts[index])
    if match is None or match.end() == match.start():
        return None
    rule = trigger.rule
    kind = target(match).kind
    last = _last(here, match)
    found, _ = stance(lexicon, here, after, match, (index, last + 1), kind, quoted)
    tier = rule.tier
    if kind in {"third", "thing"} and rule.third != "same":
        if rule.third == "ignore" and found == ASSERTED:
            return None
        tier = POSSIBLE
    _, high = here.clause(index)
    following = here.tokens[last + 1 : high]
    if following and following[0].word in _TAILS and len(following) <= _LONGEST_TAIL:
        last = max(last, high - 1)
    return Flag(
        here.tokens[index].start, max(token.end for token in here.tokens[index : last + 1]),
        rule.category, rule.id, rule.reason, found, tier,
    )  # fmt: skip


def _last(here: Sentence, match: re.Match[str]) -> int:
    """The last token that belongs to the match, without the word that only shows that it ends there."""
    groups = match.re.groupindex
    end = match.end()
    for name in ("end", "_stop_end"):
        if name in groups and match.start(name) > match.start():
            end = match.start(name)
    last = bisect_left(here.starts, end) - 1
    while here.tokens[last].word in {",", "-"} and here.starts[last] > match.start():
        last -= 1
    return last


def _sort(flags: list[Flag]) -> Reading:
    """Keep the strongest flag of those that overlap; what stands covers what was cleared."""
    findings: list[Flag] = []
    cleared: list[Flag] = []
    taken = Spans()
    for flag in sorted(
        flags, key=lambda one: (one.stance != ASSERTED, one.tier != LIKELY, one.start - one.end, one.start)
    ):
        if taken.add(flag.start, flag.end):
            (findings if flag.stance == ASSERTED else cleared).append(flag)
    findings.sort(key=lambda one: one.start)
    cleared.sort(key=lambda one: one.start)
    return Reading(tuple(findings), tuple(cleared))
