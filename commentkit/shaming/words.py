"""Cut folded text into plain words: contractions opened, text-speak and disguises undone."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from commentkit.shaming.normalise import Folded
from commentkit.shaming.spans import Spans

_TOKEN = re.compile(
    r"[^\W_]+(?:['*@$!|][^\W_]+|\*+[^\W_]*)*'?|(?<=\s)'[^\W_]+|[@$][^\W_]+(?:[*@$!][^\W_]+)*"
    r"|\n[ ]*\n\s*|\n|[.!?]+|[,;:()\"~]|-+|>|[*_]+|[^\s\w]"
)
_BROKEN = re.compile(r"(?<![a-z0-9'])[a-z0-9@$](?:[ .*_-]{1,2}[a-z0-9@$]){2,40}(?![a-z0-9'])")
_GAPS = re.compile(r"[ .*_-]")
_RUN = re.compile(r"(.)\1\1+")
_DISGUISED = re.compile(r"[0-9@$!|*]")

BREAK = "\n"  # a paragraph ends
_LONGEST_WORD = 40
NEGATED = {"can't": "can", "cant": "can", "won't": "will", "wont": "will", "shan't": "shall", "ain't": "is"}
ENDINGS = {"'re": "are", "'m": "am", "'ve": "have", "'ll": "will", "'d": "would"}
IS_AFTER = frozenset(
    [
        "he",
        "she",
        "it",
        "that",
        "this",
        "there",
        "here",
        "what",
        "who",
        "how",
        "where",
        "when",
        "why",
        "which",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "nobody",
        "one",
        "everything",
        "nothing",
        "something",
        "so",
    ]
)
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s",
                       "!": "i", "|": "l"})  # fmt: skip
_LEET_L = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "l"}
)


class Token(NamedTuple):
    """One plain word (or mark) and the code points of the original text that it stands for."""

    word: str
    start: int
    end: int
    quoted: bool = False


class Speller:
    """Knows the plain spelling of disguised, shortened and misspelt words, for one vocabulary."""

    def __init__(
        self, vocabulary: Collection[str], long_words: Collection[str], short: Mapping[str, str]
    ) -> None:
        self.vocabulary = frozenset(vocabulary)
        self.short = dict(short)
        self._near: dict[str, str] = {}
        for word in sorted(long_words):
            for cut in _cuts(word):
                self._near.setdefault(cut, word)
        self._starred: dict[tuple[int, str], list[str]] = {}
        for word in sorted(self.vocabulary):
            if len(word) > 3:
                self._starred.setdefault((len(word), word[0]), []).append(word)
        self.plain = lru_cache(maxsize=8192)(self._plain)

    def spell(self, word: str) -> tuple[str, ...]:
        """The plain words for one token as typed. What is too long for a word is left as it is, and not kept."""
        if len(word) > _LONGEST_WORD or word.count("'") > 2:
            return (word,)
        return self.plain(word)

    def _plain(self, word: str) -> tuple[str, ...]:
        if word in self.short:
            return tuple(self.short[word].split())
        if "'" in word:
            opened = self._open(word.translate(_LEET) if _DISGUISED.search(word) else word)
            if opened is not None:
                return opened
        if word in self.vocabulary or not word.isascii() or len(word) < 3:
            return (word,)
        if word.endswith("nt") and word[:-2] in _AUXILIARIES:
            return (_AUXILIARIES[word[:-2]], "not")
        return (self._respell(word),)

    def _open(self, word: str) -> tuple[str, ...] | None:
        if word in NEGATED:
            return (NEGATED[word], "not")
        if word.endswith("n't") and len(word) > 4:
            return (word[:-3], "not")
        for ending, opened in ENDINGS.items():
            if word.endswith(ending) and len(word) > len(ending):
                return (*self._plain(word[: -len(ending)]), opened)
        if word.endswith("'s") and len(word) > 2:
            stem = word[:-2]
            return (stem, "is") if stem in IS_AFTER else (*self._plain(stem), "'s")
        if word.endswith("'"):
            return self._plain(word[:-1])
        if word.startswith("'"):
            return self._plain(word[1:])
        return None

    def _respell(self, word: str) -> str:
        known = self.vocabulary
        if _DISGUISED.search(word) and not word.isdigit():
            for table in (_LEET, _LEET_L):
                guess = self._unstretch(word.translate(table))
                if guess in known:
                    return guess
            if "*" in word:
                return self._unstar(word)
        guess = self._unstretch(word)
        if guess in known or not word.isalpha():
            return guess
        for wrong, right in (("shun", "tion"), ("ck", "k"), ("ph", "f"), ("z", "s")):
            other = guess.replace(wrong, right)
            if other in known:
                return other
        if len(guess) >= 6 and guess.isalpha():
            for cut in (guess, *_cuts(guess)):
                near = self._near.get(cut)
                if near is not None and abs(len(near) - len(guess)) <= 1 and near[0] == guess[0]:
                    return near
        if len(guess) == 4 and guess[-1] == guess[-2] and guess[:-1] in {"not", "are", "you", "slut"}:
            return guess[:-1]
        return guess

    def _unstretch(self, word: str) -> str:
        if not _RUN.search(word):
            return word
        for kept in (r"\1\1", r"\1"):
            shorter = _RUN.sub(kept, word)
            if shorter in self.vocabulary:
                return shorter
        return _RUN.sub(r"\1\1", word)

    def _unstar(self, word: str) -> str:
        if len(word) > 3 and word.count("*") == 1 and word[:-1] in self.vocabulary:
            return word[:-1]  # not*: a mark at a whole word
        candidates = self._starred.get((len(word), word[0]), ())
        shape = re.compile(re.escape(word).replace(r"\*", "[a-z]")) if candidates else re.compile("")
        for candidate in candidates:
            if shape.fullmatch(candidate):
                return candidate
        return word

    def join(self, letters: str) -> tuple[str, ...] | None:
        """Words made of letters that were typed apart, or None when they make none."""
        letters = self._unstretch(letters) if letters not in self.vocabulary else letters
        for table in ({}, _LEET, _LEET_L):
            guess = letters.translate(table)
            if guess in self.vocabulary:
                return (guess,)
        letters = letters.translate(_LEET)
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 16), end):
                before = best[start]
                piece = letters[start:end]
                if before is not None and (piece in self.vocabulary and (len(piece) > 1 or piece in "aiu")):
                    now = best[end]
                    if now is None or len(before) + 1 < len(now):
                        best[end] = (*before, piece)
        found = best[-1]
        return found if found and any(len(word) > 2 for word in found) else None


_AUXILIARIES = {
    "do": "do", "does": "does", "did": "did", "is": "is", "are": "are", "was": "was", "were": "were",
    "have": "have", "has": "has", "had": "had", "could": "could", "should": "should", "would": "would",
    "ai": "is", "ca": "can", "wo": "will",
}  # fmt: skip


# "your not", "ur a": what can only follow "you are"
_AFTER_YOU_ARE = frozenset(
    [
        "not",
        "a",
        "an",
        "such",
        "just",
        "too",
        "no",
        "nothing",
        "being",
        "clearly",
        "obviously",
        "jealous",
        "pathetic",
    ]
)


def _cuts(word: str) -> list[str]:
    """The word with each inner letter left out, one at a time."""
    if len(word) < 7:
        return []
    return [word[:index] + word[index + 1 :] for index in range(1, len(word))]


def cut(folded: Folded, speller: Speller, start: int, end: int, quoted: Spans) -> list[Token]:
    """The tokens of folded.text[start:end]; quoted lists the short quotations that stay readable."""
    text, origin, after = folded.text, folded.origin, folded.after
    apart = _typed_apart(text, start, end, speller)
    tokens: list[Token] = []
    skip = start
    plain = speller.spell
    for piece in _TOKEN.finditer(text, start, end):
        begin, stop = piece.span()
        if begin < skip:
            continue
        typed = piece.group()
        if typed.isalpha():
            words = plain(typed)
        elif typed == "-" and text[begin - 1 : begin].isalnum() and text[stop : stop + 1].isalnum():
            continue  # well-known: two words
        else:
            words = _mark_or_words(typed, plain)
        if begin in apart:
            stop, words = apart[begin]
            skip = stop
        inside = bool(quoted) and quoted.touch(begin, stop)
        for word in words:
            if word in _AFTER_YOU_ARE and tokens and tokens[-1].word == "your":
                last = tokens.pop()
                tokens.append(last._replace(word="you"))
                tokens.append(last._replace(word="are"))
            tokens.append(Token(word, origin[begin], after[stop - 1], inside))
    return tokens


def _typed_apart(text: str, start: int, end: int, speller: Speller) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Where words are typed letter by letter: their end, and the words they make."""
    apart: dict[int, tuple[int, tuple[str, ...]]] = {}
    for run in _BROKEN.finditer(text, start, end):
        letters = _GAPS.sub("", run.group())
        if not letters.isdigit() and (words := speller.join(letters)):
            apart[run.start()] = (run.end(), words)
    return apart


def _mark_or_words(piece: str, plain: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    head = piece[0]
    if head.isalnum() or (head in "'@$" and len(piece) > 1):
        return plain(piece)
    if head == "\n":
        return (BREAK,) if piece.count("\n") > 1 else ()
    if head in ".!?":
        return ("?",) if "?" in piece else ("!",) if "!" in piece else (".",)
    if head == "-":
        return ("-",)
    if head in ",;:()":
        return (head,) if head != "(" else (",",)
    return ()
