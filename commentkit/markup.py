"""Which tags, attributes and addresses a comment may hold, and the writer whose tags always balance.

What comes out isn't trusted yet: `commentkit.text` sanitises it.
"""

import html
import re
from collections.abc import Callable, Sequence

from markdown_it.token import Token

ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "acronym": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "q": {"cite"},
}
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "cite", "code", "del", "em", "i", "q", "s", "strike", "strong")
)
_BLOCK = frozenset(("blockquote", "li", "ol", "p", "ul"))
VOID = frozenset(("br", "hr"))
TAGS = _INLINE | _BLOCK | VOID | {"pre"}
REL = "nofollow ugc noopener"
SCHEMES = frozenset(("http", "https", "mailto"))
URL_ATTRIBUTES = frozenset(("href", "cite"))


# --- addresses -------------------------------------------------------------------------------------------

UNSEEN = re.compile(r"[\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*+):")
_WEB = re.compile(r"https?://[^/?#\\@\s]++(?![@\\])", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^@\s]++@[^@\s]", re.IGNORECASE)
_PAIR = re.compile(
    r"\s([A-Za-z_:][\w:.\-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++))", re.ASCII
)
_TO_PERCENT = re.compile(r"[\s\x00-\x20\"'<>\\^`{|}\x7f-\xa0]")
MAX_URL = 2_000


def _allowed(url: str) -> bool:
    bare = UNSEEN.sub("", url)
    scheme = _SCHEME.match(bare)
    if scheme is None or scheme.group(1).lower() not in SCHEMES:
        return False
    return bool(_MAIL.match(bare) or _WEB.match(bare))


# Python refuses to read a number of more than some thousand digits, and says so with a bare ValueError.
_LEADING_ZEROS = re.compile(r"&#0+(?=[0-9])")
_TOO_LARGE = re.compile(r"&#[0-9]{8,};?")


def unescape(text: str) -> str:
    """Character references as the characters they stand for (HTML, 13.2.5.72 on), however long they are."""
    return html.unescape(_TOO_LARGE.sub("\ufffd", _LEADING_ZEROS.sub("&#", text)))


def safe_url(url: str) -> bool:
    """Whether a link may lead there: http, https (with a host, nobody's name before it) or mailto (RFC 6068).

    Asked of the text as it stands and as it reads once its character references are undone, each time without
    white space, controls and invisible characters; relative addresses are never safe in a stranger's comment.
    """
    for _ in range(4):
        if len(url) > MAX_URL or not _allowed(url):
            return False
        decoded = unescape(url)
        if decoded == url:
            return True
        url = decoded
    return False


def address(value: str) -> str:
    """The address in the form we write it, or nothing when it isn't safe."""
    value = re.sub(r"[\t\n\r]", "", value).strip()
    value = _TO_PERCENT.sub(lambda c: "".join(f"%{byte:02X}" for byte in c.group().encode()), value)
    return value if safe_url(value) else ""


# --- the writer ------------------------------------------------------------------------------------------

_DEPTH = 30  # tags inside each other that a text may make; deeper ones are left out, their words stay


def _plain_lists(tokens: Sequence[Token]) -> set[int]:
    """Numbered lists that aren't 1, 2, 3… or 1, 1, 1…: "1986. A good year" is a sentence, not a list."""
    plain: set[int] = set()
    opened: list[tuple[int, list[str]]] = []
    for at, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            opened.append((at, []))
        elif token.type == "list_item_open" and tokens[opened[-1][0]].tag == "ol":
            opened[-1][1].append(token.info)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            begin, numbers = opened.pop()
            if numbers not in ([str(n) for n in range(1, len(numbers) + 1)], ["1"] * len(numbers)):
                plain.add(begin)
    return plain


class Writer:
    """Writes tokens as HTML whose tags balance. `_open` holds (tag, typed): a typed end tag never closes
    what Markdown opened. Elements that were typed or have attributes go, with all they hold, through `sift`.
    """

    def __init__(self, sift: Callable[[list[str]], list[str]]) -> None:
        self._sift = sift
        self._done: list[str] = []
        self._foreign: list[str] = []
        self._foreign_from: int | None = None
        self._places: list[int] = []
        self._open: list[tuple[str, bool]] = []
        self._loose = True
        self._break = False
        self._prefix = ""

    def write(self, tokens: Sequence[Token]) -> str:
        plain = _plain_lists(tokens)
        lists: list[bool] = []
        for at, token in enumerate(tokens):
            kind = token.type
            if kind == "inline":
                for child in token.children or ():
                    self._inline(child)
            elif kind == "paragraph_open":
                self._end_inline()
                self._loose = not token.hidden or (bool(lists) and lists[-1])
            elif kind == "paragraph_close":
                self._end_inline()
            elif kind in ("bullet_list_open", "ordered_list_open"):
                lists.append(at in plain)
                if not lists[-1]:
                    self._begin_block(token.tag, typed=False)
            elif kind in ("bullet_list_close", "ordered_list_close"):
                if not lists.pop():
                    self._end_block(token.tag)
            elif kind in ("list_item_open", "list_item_close") and lists[-1]:
                if kind == "list_item_open":
                    self._end_inline()
                    self._loose, self._prefix = True, f"{token.info}{token.markup} "
                else:
                    self._text("")
                    self._end_inline()
            elif kind in ("blockquote_open", "list_item_open"):
                self._begin_block(token.tag, typed=False)
                self._loose = kind == "blockquote_open"
            elif kind in ("blockquote_close", "list_item_close"):
                self._end_block(token.tag)
            elif kind in ("fence", "hr"):
                self._end_inline()
                self._item_in_list()
                code = f"<pre><code>{html.escape(token.content, quote=False)}</code></pre>"
                self._emit(code if kind == "fence" else "<hr>")
        while self._open:
            self._pop()
        for at, clean in zip(self._places, self._sift([self._done[at] for at in self._places]), strict=True):
            self._done[at] = clean
        return "".join(self._done)

    def _inline(self, token: Token) -> None:
        kind = token.type
        if kind in ("text", "text_special"):
            self._text(token.content)
        elif kind in ("softbreak", "hardbreak"):
            self._break = self._takes_words()
        elif kind == "code_inline":
            self._place()
            self._emit(f"<code>{html.escape(token.content, quote=False)}</code>")
        elif kind == "html_inline":
            self._typed(token.tag, token.meta["close"], token.meta["rest"])
        elif token.nesting > 0:
            self._begin_inline("del" if token.tag == "s" else token.tag, token.attrs, typed=False)
        elif token.nesting < 0:
            self._close_inline("del" if token.tag == "s" else token.tag, typed=False)

    def _typed(self, tag: str, close: bool, rest: str) -> None:
        attributes: dict[str, str | int | float] = {}
        for typed_name, double, single, bare in _PAIR.findall(rest):
            value = unescape(double or single or bare)
            name = typed_name.lower()
            if name in URL_ATTRIBUTES:
                value = address(value)
            if name in ATTRIBUTES.get(tag, ()) and name != "rel" and value:
                attributes.setdefault(name, value)
        if tag == "br":
            self._break = self._takes_words()
        elif tag == "hr":
            self._end_inline()
            self._item_in_list()
            self._emit("<hr>")
        elif tag == "p":
            self._end_inline()
            self._loose = True
        elif tag in _BLOCK and close:
            if (tag, True) in self._open[self._barrier() :]:
                self._end_block(tag, typed=True)
        elif tag in _BLOCK:
            if len(self._open) < _DEPTH:
                self._begin_block(tag, typed=True, attributes=attributes)
                self._loose = tag == "blockquote"
        elif close:
            self._close_inline(tag, typed=True)
        else:
            self._begin_inline(tag, attributes, typed=True)

    def _barrier(self) -> int:
        """From where on typed end tags may close what is open: after Markdown's own innermost block."""
        at = len(self._open)
        while at and (
            self._open[at - 1][1] or self._open[at - 1][0] not in _BLOCK or self._open[at - 1][0] == "p"
        ):
            at -= 1
        return at

    def _emit(self, markup: str) -> None:
        (self._done if self._foreign_from is None else self._foreign).append(markup)

    def _pop(self) -> tuple[str, bool]:
        tag, typed = self._open.pop()
        self._emit(f"</{tag}>")
        if tag in _BLOCK:
            self._break = False
        if self._foreign_from == len(self._open):
            self._places.append(len(self._done))
            self._done.append("".join(self._foreign))
            self._foreign.clear()
            self._foreign_from = None
        return tag, typed

    def _end_inline(self) -> None:
        """Closes words and paragraph: what is open then are quotes, lists and items."""
        while self._open and (self._open[-1][0] == "p" or self._open[-1][0] in _INLINE):
            self._pop()
        self._break = False

    def _takes_words(self) -> bool:
        """Whether words may follow at once, without a paragraph or item opened for them."""
        tag = self._open[-1][0] if self._open else "blockquote"
        return tag not in ("blockquote", "ol", "ul") and not (tag == "li" and self._loose)

    def _item_in_list(self) -> None:
        if self._open and self._open[-1][0] in ("ol", "ul"):
            self._push("li", self._open[-1][1])

    def _push(self, tag: str, typed: bool, attributes: dict[str, str | int | float] | None = None) -> None:
        pairs = "".join(
            f' {name}="{html.escape(str(value))}"' for name, value in (attributes or {}).items() if value
        )
        if self._foreign_from is None and (typed or pairs):
            self._foreign_from = len(self._open)
        self._open.append((tag, typed))
        self._emit(f"<{tag}{pairs}>")

    def _begin_block(
        self, tag: str, typed: bool, attributes: dict[str, str | int | float] | None = None
    ) -> None:
        self._end_inline()
        if tag == "li" and typed:
            inner = self._open[self._barrier() :]
            if ("li", True) in inner and inner[-1][0] == "li":
                self._end_block("li", typed=True)
            if not self._open or self._open[-1][0] not in ("ol", "ul"):
                self._push("ul", typed)
        elif tag != "li":
            self._item_in_list()
        self._push(tag, typed, attributes)

    def _end_block(self, tag: str, typed: bool = False) -> None:
        self._end_inline()
        while self._open and self._pop() != (tag, typed):
            pass

    def _begin_inline(self, tag: str, attributes: dict[str, str | int | float], typed: bool) -> None:
        inside = {name for name, _ in self._open if name == "a"}
        if len(self._open) >= _DEPTH or (tag == "a" and ("href" not in attributes or inside)):
            return
        self._place()
        if tag == "a":
            attributes = {**attributes, "rel": REL}
        self._push(tag, typed, attributes)

    def _close_inline(self, tag: str, typed: bool) -> None:
        at = len(self._open)
        while at and self._open[at - 1][0] in _INLINE:
            at -= 1
            if self._open[at] == (tag, typed):
                while len(self._open) > at:
                    self._pop()
                return

    def _place(self) -> None:
        """Before words: opens the paragraph or item they belong to, and writes the line break that waits."""
        self._item_in_list()
        if not self._takes_words():
            self._push("p", typed=False)
        if self._break:
            self._emit("<br>")
            self._break = False
        if self._prefix:
            self._emit(self._prefix)
            self._prefix = ""

    def _text(self, text: str) -> None:
        if self._prefix or (text and (self._takes_words() or not text.isspace())):
            self._place()
            self._emit(html.escape(text, quote=False))
