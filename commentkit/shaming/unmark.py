"""See through Markdown, typed tags and addresses: what is left of a folded text are the words that a person reads.

It follows `commentkit.markdown` where that decides what is a mark and what is a word (`f**k`, `2*3`), but needs no
tree: marks are taken away in one pass, and each letter left still knows where it came from.
"""

import re

from commentkit.markup import TAGS, unescape
from commentkit.shaming.normalise import Folded, fold

_ENDINGS = "com|org|net|edu|gov|info|io|blog|uk|ie|de|fr|es|nl|eu|ca|au|nz"
_HOST = re.compile(rf"\.(?:{_ENDINGS})(?![a-z0-9])")
_SOME = re.compile(r"[*_~`\\]|\]\(|</?[a-z]|&[#a-z]|://|www\.")
_MARKS = (
    r"(?P<paragraph>\n(?=[ ]*+\n))|(?P<line>\n)|(?P<escape>\\)(?=[^\w\s>])|(?P<run>\*+|_+|~+|`+)"
    r"|(?P<open>!?\[)|(?P<close>\])"
    r"|<(?P<end>/?)(?P<tag>[a-z]{1,10}+)(?:\s[^<>]*+|/)?+>"
    r"|(?P<reference>&(?:#[0-9]{1,7}+|#x[0-9a-f]{1,6}+|[a-z]{2,31}+);)"
    r"|(?P<url>(?<![a-z0-9_/])(?:https?://|www\.)(?=[^\W_])[^\s<>\"\[\]\\`{|}^]++)"
)
_MARK = re.compile(rf"(?=[\n\\*_~`!\[\]<&hw])(?:{_MARKS})")  # one look passes over most letters
_MARK_OR_HOST = re.compile(
    _MARKS + r"|(?<![\w.@+-])(?P<bare>(?:[a-z0-9_+-]{1,64}+(?:\.[a-z0-9_+-]{1,64}+)*+@)?"
    r"(?P<host>[a-z0-9-]{1,63}+(?:\.[a-z0-9-]{1,63}+)++))"
)
_TARGET = re.compile(
    r"\([ \n]*+<?+(?=[^\s()<>:/#.]*+[:/#.])[^\s()<>]++(?:\([^\s()<>]*+\)[^\s()<>]*+)*+>?+"
    r"(?:[ \n]++(?:\"[^\"\n]*+\"|'[^'\n]*+'))?+[ \n]*+\)"
)
_PATH = re.compile(r"(?:[/?#][^\s<>\"\[\]\\`{|}^]*+)?+")
_AFTER = ".,;:!?'*_~"
_BLOCK = {**dict.fromkeys(("p", "ul", "ol", "li", "pre", "hr", "blockquote"), "\n\n"), "br": "\n", "q": '"'}
_LONGEST = 3  # marks of emphasis in a row; more of them are a line drawn across the text


def unmark(folded: Folded) -> Folded:
    """The folded text without marks. An address leaves a space, whatever words are in it."""
    hosts = _HOST.search(folded.text) is not None
    if not hosts and not _SOME.search(folded.text):
        return folded
    return _Marks(folded).left(_MARK_OR_HOST if hosts else _MARK)


class _Marks:
    """One pass over a text: what is replaced, by what."""

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._text = folded.text
        self._edits: list[tuple[int, int, str]] = []
        self._brackets: list[tuple[int, int]] = []
        self._runs: dict[str, list[tuple[int, int]]] = {"*": [], "_": [], "~": [], "`": []}
        self._quoted = 0

    def left(self, marks: re.Pattern[str]) -> Folded:
        """The text without these marks."""
        at = 0
        while mark := marks.search(self._text, at):
            at = max(self._see(mark), mark.start() + 1)
        folded, pieces = self._folded, list[str]()
        origin, after = list[int](), list[int]()
        done = 0
        for start, end, new in (*sorted(self._edits), (len(self._text), len(self._text), "")):
            pieces += (self._text[done:start], new)
            origin += folded.origin[done:start]
            after += folded.after[done:start]
            if new:
                origin += [folded.origin[start]] * len(new)
                after += [folded.after[end - 1]] * len(new)
            done = end
        return Folded("".join(pieces).replace("`", "'"), origin, after)

    def _see(self, mark: re.Match[str]) -> int:
        """Note what becomes of one mark, and say where to go on."""
        start, end = mark.span()
        kind = mark.lastgroup
        if kind in {"line", "paragraph"}:
            if kind == "paragraph":  # no mark reaches over its end
                self._brackets.clear()
                for opened in self._runs.values():
                    opened.clear()
            if self._quoted:
                self._edits.append((start, end, "\n> "))
        elif kind == "escape":
            self._edits.append((start, end, ""))
            return end + 1
        elif kind == "run":
            self._run(start, end)
        elif kind == "open":
            self._brackets.append((start, end))
        elif kind == "close":
            return self._close(start, end)
        elif kind == "tag":
            self._tag(start, end, mark["tag"], closes=bool(mark["end"]))
        elif kind == "reference":
            char = unescape(mark["reference"])
            if char != mark["reference"]:
                seen = fold(char).text
                self._edits.append((start, end, seen if seen not in {">", "\n"} else " "))
        elif kind == "url":
            return self._address(start, end)
        elif _HOST.fullmatch(mark["host"], mark["host"].rindex(".")):
            path = _PATH.match(self._text, end)
            return self._address(start, path.end() if path else end)
        return end

    def _run(self, start: int, end: int) -> None:
        """Emphasis, strikethrough and code: gone where they stand in pairs around words."""
        text, char = self._text, self._text[start]
        before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
        size = end - start
        if char == "`" and size > 1:
            self._edits.append((start, end, ""))
        elif size == 2 if char == "~" else size <= _LONGEST:
            if not before.isspace() and not after.isalnum():
                end = self._pair(char, start, end)
            if end > start and not after.isspace() and not before.isalnum():
                self._runs[char].append((start, end))

    def _pair(self, char: str, start: int, end: int) -> int:
        """Take marks of this run away together with those that opened, innermost first; say where it ends now."""
        opened = self._runs[char]
        while opened and end > start:
            low, high = opened.pop()
            size = min(high - low, end - start)
            self._edits += ((high - size, high, ""), (end - size, end, ""))
            if low < high - size:
                opened.append((low, high - size))
            end -= size
        return end

    def _close(self, start: int, end: int) -> int:
        if self._brackets:
            low, high = self._brackets.pop()
            if target := _TARGET.match(self._text, end):
                self._edits += ((low, high, ""), (start, target.end(), ""))
                return target.end()
        return end

    def _tag(self, start: int, end: int, tag: str, *, closes: bool) -> None:
        if tag not in TAGS:
            return
        new = _BLOCK.get(tag, "")
        if tag == "blockquote":
            self._quoted = max(0, self._quoted + (-1 if closes else 1))
        self._edits.append((start, end, new.replace("\n", "\n> ") if self._quoted else new))

    def _address(self, start: int, end: int) -> int:
        """Take an address away, but not the punctuation that ends a sentence or a bracket after it."""
        text = self._text
        surplus = text.count(")", start, end) - text.count("(", start, end)
        while text[end - 1] in _AFTER or (text[end - 1] == ")" and surplus > 0):
            surplus -= text[end - 1] == ")"
            end -= 1
        self._edits.append((start, end, " "))
        return end
