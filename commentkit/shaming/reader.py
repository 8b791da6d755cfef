"""Read a comment: find what may shame, let the stance of its clause decide, and weigh each stretch as a whole."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from commentkit.shaming import lexicon as lexicons
from commentkit.shaming import quotes, stretches, weigher
from commentkit.shaming.clauses import Sentence, sentences
from commentkit.shaming.lexicon import WHOLE, Lexicon, Trigger
from commentkit.shaming.model import ASSERTED, LIKELY, POSSIBLE, Flag, Look, Reading
from commentkit.shaming.normalise import Folded, fold
from commentkit.shaming.spans import Spans
from commentkit.shaming.stances import Place, endorsement, looks, missed, stance, target
from commentkit.shaming.stretches import Stretch
from commentkit.shaming.unmark import unmark
from commentkit.shaming.weigher import Weigher
from commentkit.shaming.words import Token, cut

VOICE = "qqvoice"  # stands for a quotation in the sentence that holds it
_TAILS = frozenset({"if", "unless", "until", "because"})
_LONGEST_TAIL = 10
_NOTHING = Reading()


@dataclass(frozen=True)
class Text:
    """A comment, cut up: its own sentences, and the quotations in it, each with what is said right after it."""

    raw: str
    folded: Folded
    own: Sequence[Sentence]
    voices: Sequence[tuple[Sequence[Sentence], tuple[Sentence, ...]]]


@lru_cache(maxsize=1)
def packaged() -> "Reader":
    """The reader with the rules and weights that come with the package."""
    return Reader(lexicons.packaged(), weigher.packaged())


def read(text: str, *, thorough: bool = False) -> Reading:
    """What in this text shames somebody, and what was found but cleared: see `Reader.read`."""
    return packaged().read(text, thorough=thorough)


class Reader:
    """Reads comments with one lexicon.

    Args:
        lexicon: the rules.
        weigher: weighs whole stretches beside the rules; without one, only the rules are asked.
    """

    def __init__(self, lexicon: Lexicon, weigher: Weigher | None) -> None:
        self._lexicon = lexicon
        self._weigher = weigher

    def read(self, text: str, *, thorough: bool = False) -> Reading:
        """What in this text shames somebody, and what was found but cleared.

        Args:
            thorough: ask every rule about every sentence, also where the weighing leaves no doubt that nobody is
                shamed: it finds no more, but tells of all that was cleared.
        """
        cut = self.cut(text)
        flags = [*self._said(text, cut.own, thorough)]
        for said, after in cut.voices:
            agreed = endorsement(self._lexicon, after)
            if agreed or thorough:
                flags += self._said(text, said, thorough, after, cleared="" if agreed else "quoted")
        return _sort(flags, self._lexicon.own, cut.folded) if flags else _NOTHING

    def cut(self, text: str) -> Text:
        """The text in sentences."""
        folded = unmark(fold(text))
        quotations = quotes.find(folded.text)
        own = list(sentences(self._outside(folded, quotations)))
        if not quotations.voices:
            return Text(text, folded, own, ())
        after: dict[int, tuple[Sentence, ...]] = {}
        for index, here in enumerate(own):
            for token in here.tokens:
                if token.word == VOICE:
                    rest = [one for one in here.tokens if one.start > token.start]
                    after[token.start] = _tail(rest, tuple(own[index + 1 : index + 2]))
        voices = []
        for low, high in quotations.voices:
            if tokens := cut(folded, self._lexicon.speller, low, high, Spans()):
                voices.append((list(sentences(tokens)), after.get(folded.origin[low], ())))
        return Text(text, folded, own, voices)

    def flags(self, raw: str, stretch: Stretch) -> list[Flag]:
        """What the rules alone find in a stretch, standing or cleared."""
        return [*self._rules(raw, stretch, None, False)]

    def _said(
        self,
        raw: str,
        said: Sequence[Sentence],
        thorough: bool,
        after: tuple[Sentence, ...] | None = None,
        cleared: str = "",
    ) -> Iterator[Flag]:
        """What is found in sentences.

        Args:
            after: what is said right after them, where they are a quotation.
            cleared: the stance that clears them all.
        """
        weigher = self._weigher
        for stretch in stretches.of(said):
            if weigher is None:
                yield from self._rules(raw, stretch, after, False)
                continue
            margin = heaviest(weigher, stretch)
            quiet = margin < weigher.quiet
            within = [*self._rules(raw, stretch, after, quiet and not thorough)]
            if quiet:  # what a rule finds all the same doesn't stand
                own = self._lexicon.own
                yield from (flag for flag in within if flag.stance != ASSERTED or flag.rule in own)
                continue
            if not cleared:
                yield from self._judged(weigher, raw, stretch, within, margin)
                continue
            yield from within
            if margin >= weigher.likely:
                yield from self._whole(weigher, raw, stretch, LIKELY, cleared, looks(raw, cleared, (), []))

    def _rules(
        self, raw: str, stretch: Stretch, after: tuple[Sentence, ...] | None, quiet: bool
    ) -> Iterator[Flag]:
        if quiet and not self._lexicon.own:
            return
        quoted = after is not None
        for here, following in zip(stretch.sentences, stretch.following, strict=True):
            yield from self._flags(raw, here, following if after is None else after, quoted, quiet)

    def _outside(self, folded: Folded, quotations: quotes.Quotes) -> list[Token]:
        tokens: list[Token] = []
        position = 0
        speller = self._lexicon.speller
        for low, high in quotations.voices:
            tokens.extend(cut(folded, speller, position, low, quotations.words))
            tokens.append(Token(VOICE, folded.origin[low], folded.after[high - 1], True))
            position = high
        tokens.extend(cut(folded, speller, position, len(folded.text), quotations.words))
        return tokens

    def _flags(
        self, raw: str, here: Sentence, after: tuple[Sentence, ...], quoted: bool, quiet: bool
    ) -> Iterator[Flag]:
        """The flags of one sentence. Where it is quiet, only a site's own rules are asked."""
        words = {token.word for token in here.tokens}
        candidates = self._lexicon.candidates(words)
        if quiet:
            candidates = [each for each in candidates if each.rule.id in self._lexicon.own]
        if not candidates:
            return
        first: dict[str, list[Trigger]] = {}
        for trigger in candidates:
            for word in trigger.pattern.first & words:
                first.setdefault(word, []).append(trigger)
        for index, token in enumerate(here.tokens):
            for trigger in first.get(token.word, ()):
                flag = self._try(raw, here, after, index, trigger, quoted)
                if flag is not None:
                    yield flag

    def _try(
        self,
        raw: str,
        here: Sentence,
        after: tuple[Sentence, ...],
        index: int,
        trigger: Trigger,
        quoted: bool,
    ) -> Flag | None:
        match = trigger.pattern.regex.match(here.line, here.starts[index])
        if match is None or match.end() == match.start():
            return None
        rule = trigger.rule
        kind = target(match).kind
        last = _last(here, match)
        place = Place.of(here, after, index, last + 1)
        found, because = stance(self._lexicon, place, match, kind, quoted)
        tier = rule.tier
        if kind in {"third", "thing"} and rule.third != "same":
            if rule.third == "ignore" and found == ASSERTED:
                return None
            tier = POSSIBLE
        far = missed(self._lexicon, place, kind) if found == ASSERTED else []
        following = here.tokens[last + 1 : place.high]
        if following and following[0].word in _TAILS and len(following) <= _LONGEST_TAIL:
            last = max(last, place.high - 1)
        return Flag(
            here.tokens[index].start, max(token.end for token in here.tokens[index : last + 1]),
            rule.category, rule.id, rule.reason, found, tier, rule.instead, looks(raw, found, because, far),
        )  # fmt: skip

    def _judged(
        self, weigher: Weigher, raw: str, stretch: Stretch, within: Sequence[Flag], margin: float
    ) -> Iterator[Flag]:
        """The flags with the tier that they have when their stretch is weighed, and those of whole sentences."""
        kind = kind_of(within)
        margin += weigher.rules[kind]
        standing = [flag for flag in within if flag.stance == ASSERTED]
        tier = LIKELY if margin >= weigher.likely else POSSIBLE
        for flag in within:
            if flag.stance != ASSERTED or flag.rule in self._lexicon.own:
                yield flag
            elif flag.tier == POSSIBLE:
                yield _retold(flag, tier) if kind == POSSIBLE else flag
            else:
                doubted = max(margin, _alone(weigher, stretch, flag)) < weigher.doubt
                yield _retold(flag, POSSIBLE if doubted else LIKELY)
        # Where the clause has cleared something, a doubt about the whole is no reason to mark it all the same.
        if not standing and margin >= (weigher.likely if within else weigher.possible):
            yield from self._whole(weigher, raw, stretch, tier)

    def _whole(
        self,
        weigher: Weigher,
        raw: str,
        stretch: Stretch,
        tier: str,
        stands: str = ASSERTED,
        told: tuple[Look, ...] = (),
    ) -> Iterator[Flag]:
        """The sentences of a stretch that weigh most, as flags."""
        alone = [(sentence, stretches.words(sentence)) for sentence in stretch.sentences]
        margins = [weigher.margin(words) for _, words in alone]
        for (sentence, words), margin in zip(alone, margins, strict=True):
            if margin < min(max(margins), weigher.likely):
                continue
            category = weigher.category(words)
            rule = f"{WHOLE}{category}"
            if rule in self._lexicon.off:
                continue
            about = self._lexicon.about[category]
            look = Look(
                _heaviest(weigher, raw, sentence, words),
                WHOLE.rstrip("."),
                ASSERTED,
                stands == ASSERTED,
                _WEIGHS_MOST,
            )
            yield Flag(
                sentence.tokens[0].start,
                sentence.tokens[-1].end,
                category,
                rule,
                about.reason,
                stands,
                tier,
                about.instead,
                (*told, look),
            )


_WEIGHS_MOST = "weighs most in a sentence that, taken as a whole, reads like others that put somebody down."
_RUN = 4  # words
_HOPELESS = 2.0  # this far below quiet, the sentences of a stretch are not weighed one by one
TOO_FEW = 8  # words and marks: nothing can be weighed against a rule


def heaviest(weigher: Weigher, stretch: Stretch) -> float:
    """The margin of a stretch, or of a sentence in it that by itself weighs more: a kind one beside it hides nothing.

    A sentence alone lacks what the others say about it, so it must weigh more by `Weigher.alone` to count as much. One
    of a few words can't be weighed at all, and is left to the rules.
    """
    margins = [weigher.margin(stretch.words)]
    if margins[0] < weigher.quiet - _HOPELESS:
        return margins[0]
    if len(stretch.sentences) > 1:
        for sentence in stretch.sentences:
            words = stretches.words(sentence)
            margins.append(weigher.margin(words) - weigher.alone if len(words) > TOO_FEW else weigher.quiet)
    elif len(stretch.words) <= TOO_FEW:
        margins.append(weigher.quiet)
    return max(margins)


def kind_of(flags: Sequence[Flag]) -> str:
    """What the rules say of a stretch: the strongest of "likely", "possible", "cleared" and "nothing"."""
    standing = {flag.tier for flag in flags if flag.stance == ASSERTED}
    for tier in (LIKELY, POSSIBLE):
        if tier in standing:
            return tier
    return "cleared" if flags else "nothing"


def _alone(weigher: Weigher, stretch: Stretch, flag: Flag) -> float:
    """The margin of the clause that a flag stands in."""
    here = next(each for each in reversed(stretch.sentences) if each.tokens[0].start <= flag.start)
    first = next(index for index, token in enumerate(here.tokens) if token.end > flag.start)
    low, high = here.clause(first)
    words = stretches.words(here, low, high)
    return weigher.margin(words) if len(words) > TOO_FEW else weigher.doubt


def _retold(flag: Flag, tier: str) -> Flag:
    if flag.tier == tier:
        return flag
    why = (
        "stands in a sentence that, taken as a whole, weighs more than the rule alone."
        if tier == LIKELY
        else "stands in a sentence that, taken as a whole, doesn't read like shaming."
    )
    return replace(flag, tier=tier, looked=(*flag.looked, Look("", WHOLE.rstrip("."), ASSERTED, False, why)))


def _heaviest(weigher: Weigher, raw: str, sentence: Sentence, words: Sequence[str]) -> str:
    """The few words in a row that add most."""
    tokens = sentence.tokens
    shares = weigher.shares(words)[: len(tokens)]
    runs = [(sum(shares[first : first + _RUN]), first) for first in range(max(1, len(tokens) - _RUN + 1))]
    _, first = max(runs)
    return raw[tokens[first].start : tokens[min(first + _RUN, len(tokens)) - 1].end]


def _tail(rest: list[Token], following: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """What is said right after a quotation: the rest of its sentence and the next one."""
    words = [token for token in rest if token.word not in {",", "-", ":"}]
    return (*sentences(words), *following)


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


def _sort(flags: list[Flag], own: Collection[str], folded: Folded) -> Reading:
    """Keep the strongest flag of those that overlap; what stands covers what was cleared, a site's own rule ours."""
    # The longer one is stronger, by what is read of it: neither blanks nor what marks and addresses left count.
    letters = [
        place for place, letter in zip(folded.origin, folded.text, strict=True) if not letter.isspace()
    ]
    findings: list[Flag] = []
    cleared: list[Flag] = []
    taken = Spans()

    def weight(one: Flag) -> tuple[bool, bool, bool, int, int]:
        return (
            one.stance != ASSERTED,
            one.tier != LIKELY,
            one.rule not in own,
            bisect_left(letters, one.start) - bisect_left(letters, one.end),
            one.start,
        )

    for flag in sorted(flags, key=weight):
        if taken.add(flag.start, flag.end):
            (findings if flag.stance == ASSERTED else cleared).append(flag)
    findings.sort(key=lambda one: one.start)
    cleared.sort(key=lambda one: one.start)
    return Reading(tuple(findings), tuple(cleared))
