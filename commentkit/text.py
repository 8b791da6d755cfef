"""What people type -> what is safe to show. The only maker of `SafeHtml` and the only user of bleach and nh3.

A body goes: `clean_body`, a count of its markup (linear; refuses what would be slow), markdown-it-py with our
own rules, a writer whose tags always balance, bleach over everything that holds a typed tag or an attribute,
nh3 over the whole, and last our own reading of every tag and URL of the result.
Tags that are not on the list stay readable as text: nobody loses a word, and nothing of it is live.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import bleach.sanitizer
import nh3

from commentkit.errors import TextRefused
from commentkit.language import N_, _
from commentkit.markdown import to_html
from commentkit.markup import (
    ATTRIBUTES,
    MAX_URL,
    REL,
    SCHEMES,
    TAGS,
    UNSEEN,
    URL_ATTRIBUTES,
    VOID,
    safe_url,
    unescape,
)

__all__ = [
    "BOUNDS",
    "Bounds",
    "SafeHtml",
    "clean_body",
    "clean_line",
    "clean_website",
    "plain",
    "render",
    "restore",
    "safe_url",
]


class SafeHtml(str):
    """HTML that this module has made and checked. It has no `__html__`: pages decide where it is trusted."""

    __slots__ = ()


@dataclass(frozen=True)
class Bounds:
    """How much one body may hold. The markup is bounded, not the prose.

    Attributes:
        characters: code points of the source.
        effort: microseconds of rendering that its marks may cost by the measured `_WEIGHTS`: 300 links,
            300 emphases or 300 quoted lines fit easily.
        depth: quotes and lists inside each other at the start of one line.
        indent: columns before the mark of a quote or list.
        output: code points of the result.
    """

    characters: int = 20_000
    effort: int = 60_000
    depth: int = 8
    indent: int = 24
    output: int = 150_000


BOUNDS = Bounds()

# --- characters ------------------------------------------------------------------------------------------

_NUL = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATES, _EMBEDDINGS = "\u2066\u2067\u2068", "\u202a\u202b\u202d\u202e"
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # look like nothing, though not Cf
_GONE = frozenset(("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
_MARKS_IN_A_ROW = 4  # Vietnamese, pointed Hebrew and Thai need up to three after NFC


def _refuse_unstorable(value: str) -> None:
    if bad := _NUL.search(value):
        said = (
            _("The text holds a NUL character, which can't be stored. Please remove it.")
            if bad.group() == "\x00"
            else _(
                "The text holds half of a character (a lone surrogate), which can't be stored. Please remove it."
            )
        )
        raise TextRefused("invalid-character", said)


def _is_variation_selector(char: str) -> bool:
    return (
        "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or "\u180b" <= char <= "\u180f"
    )


def clean_line(value: str) -> str:
    """One-line text such as a name or a title.

    NFC (Unicode Standard Annex 15), trimmed, white space in it made one space. What is invisible or turns
    the direction of writing is removed (general categories Cc, Cf, Co, Cn, variation selectors, blanks
    such as U+3164), as are combining marks after the fourth in a row.

    Raises:
        TextRefused: ``invalid-character`` for NUL and lone surrogates.
    """
    _refuse_unstorable(value)
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", value):
        category = unicodedata.category(char)
        if char.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
            marks = 0
            continue
        if category in _GONE or char in _BLANK or _is_variation_selector(char):
            continue
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _balance_direction(line: str) -> str:
    """Removes embeddings, overrides and isolates that aren't closed on their line, and closers of nothing."""
    if not _BIDI.search(line):
        return line
    drop: set[int] = set()
    opened: list[int] = []
    for found in _BIDI.finditer(line):
        at, char = found.start(), found.group()
        if char in _ISOLATES or char in _EMBEDDINGS:
            opened.append(at)
        elif opened and (line[opened[-1]] in _ISOLATES) == (char == "\u2069"):
            opened.pop()
        else:
            drop.add(at)
    drop.update(opened)
    return "".join(char for at, char in enumerate(line) if at not in drop)


def clean_body(value: str) -> str:
    """A body as it is kept: NFC, lines end in LF, no blank lines at its ends.

    Controls other than newline and tab are removed; U+2028 and U+2029 become newlines. Joiners and direction
    marks stay, since honest languages need them; embeddings, overrides and isolates (Unicode Annex 9) stay
    only where they are closed on the same line.

    Raises:
        TextRefused: ``invalid-character`` for NUL and lone surrogates.
    """
    _refuse_unstorable(value)
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    value = unicodedata.normalize("NFC", _CONTROL.sub("", value))
    if _BIDI.search(value):
        value = "\n".join(map(_balance_direction, value.split("\n")))
    lines = value.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    last = next((at for at in range(len(lines), first, -1) if lines[at - 1].strip()), first)
    return "\n".join(lines[first:last]).rstrip()


def clean_website(value: str) -> str:
    """A person's website: empty, or an http(s) URL (RFC 3986) with a host; a missing `https://` is added.

    Raises:
        TextRefused: ``invalid-website`` with a sentence that says what is wrong.
    """
    value = value.strip()
    if not value:
        return ""
    if len(value) > MAX_URL:
        raise TextRefused(
            "invalid-website", _("The website's address is longer than %(most)s characters.", most=MAX_URL)
        )
    if (
        _NUL.search(value)
        or UNSEEN.search(value)
        or re.search(r"[\\\"'<>`]", value)
        or _CONTROL.search(value)
    ):
        raise TextRefused(
            "invalid-website", _("The website's address holds a character that addresses can't have.")
        )
    value = unicodedata.normalize("NFC", value)
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.\-]*):(?!\d+(?:[/?#]|$))", value)
    if scheme is None:
        value = "https://" + value.removeprefix("//")
    elif scheme.group(1).lower() not in ("http", "https"):
        raise TextRefused(
            "invalid-website", _("The website's address has to begin with http:// or https://.")
        )
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        raise TextRefused("invalid-website", _("The website's address isn't complete.")) from None
    if "@" in parts.netloc:
        raise TextRefused("invalid-website", _("The website's address can't hold a user name or a password."))
    host = parts.hostname or ""
    if (
        not (host == "localhost" or "." in host.strip(".") or ":" in host)
        or ".." in host
        or host.startswith(".")
    ):
        raise TextRefused("invalid-website", _("The website's address has no host such as example.com."))
    if not safe_url(value):
        raise TextRefused("invalid-website", _("The website's address isn't one that a link can lead to."))
    return value


# --- bodies ----------------------------------------------------------------------------------------------

_WORD = r"[^\W_\u2e80-\U0010ffff]"
_MARK = r"[ \t]*+(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))"
_RUN = r"(?:\*++|_++|~++)"
_TYPED_TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?=[\s/>])", re.IGNORECASE)
_LINK = re.compile(r"\]\(|(?<!\]\()https?://|(?<!//)www\.|<[\w.+\-]{1,64}@", re.IGNORECASE)
_TYPED_LINK = re.compile(r"<a href=(?:\"https?://[^\"<\s]++\"|'https?://[^'<\s]++')>")  # counted as tags
_LINKS = N_("There are too many links in this text to show it quickly.")
_HTML_TAGS = N_("There are too many HTML tags in this text to show it quickly.")
_QUOTING = N_("There are too many lines that start a quote or a list in this text to show it quickly.")
_ESCAPED = N_(
    "There are too many ampersands and angle brackets beside links or tags in this text to show it quickly."
)
_WEIGHTS = (  # (microseconds for one, what is counted, what its writer is told of too many)
    (130, _LINK, _LINKS),
    (50, _TYPED_TAG, _HTML_TAGS),
    (
        20,
        re.compile(rf"(?<!\s){_RUN}(?!{_WORD})|(?<!{_WORD}){_RUN}(?!\s)"),
        N_("There are too many asterisks, underlines or tildes in this text to show it quickly."),
    ),
    (
        10,
        re.compile(r"`++|\\(?=[!-/:-@\[-`{-~\n])"),
        N_("There are too many backticks or backslashes in this text to show it quickly."),
    ),
    (
        30,
        re.compile(r"^[ \t>]*+(?:---|___|\*\*\*|```|<pre)", re.IGNORECASE | re.MULTILINE),
        N_("There are too many lines across or blocks of code in this text to show it quickly."),
    ),
    (
        18,
        re.compile(r"^[ \t]*+\S", re.MULTILINE),
        N_("There are too many lines in this text to show it quickly."),
    ),
    (
        12,
        re.compile(r"\n[ \t]*+\n"),
        N_("There are too many paragraphs in this text to show it quickly."),
    ),
    (
        12,
        re.compile(r"&(?=[A-Za-z#][A-Za-z0-9]*+;)"),
        N_("There are too many HTML character references such as &amp; in this text to show it quickly."),
    ),
)
_WEIGHT_OF_BLOCK_MARK, _WEIGHT_OF_ESCAPED = 35, 30  # the second only where bleach reads the text
_DEEP_LINE = re.compile(rf"^(?:{_MARK})++", re.MULTILINE)
_BLOCK_MARK = re.compile(_MARK)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*+\n){3,}+")


def _longer(bounds: Bounds) -> TextRefused:
    most = bounds.characters
    return TextRefused("too-long", _("The text is longer than %(most)s characters.", most=most))


def _weigh(source: str, bounds: Bounds) -> None:
    """Counts what makes rendering slow, before anything slow happens. Linear."""
    if len(source) > bounds.characters:
        raise _longer(bounds)
    escaped = source.count("&") + source.count("<") + source.count(">")
    if 2 * (len(source) + 5 * escaped) > bounds.output:
        raise TextRefused(
            "too-long", _("The text would become too long once its &, < and > are written for the web.")
        )
    costs: dict[str, int] = {}
    for weight, pattern, said in _WEIGHTS:
        costs[said] = weight * len(pattern.findall(source))
    costs[_LINKS] -= _WEIGHTS[0][0] * len(_TYPED_LINK.findall(source))
    deep = 0
    for line in _DEEP_LINE.findall(source):
        marks = len(_BLOCK_MARK.findall(line))
        columns = line.expandtabs(4)
        if marks > bounds.depth or len(columns) - len(columns.lstrip()) > bounds.indent:
            sentence = _(
                "Quotes or lists stand too deep in each other (more than %(most)s).", most=bounds.depth
            )
            raise TextRefused("markup-too-heavy", sentence)
        deep += marks
    costs[_QUOTING] = deep * _WEIGHT_OF_BLOCK_MARK
    if costs[_LINKS] or costs[_HTML_TAGS]:
        costs[_ESCAPED] = max(0, escaped - 2 * costs[_HTML_TAGS] // 50) * _WEIGHT_OF_ESCAPED
    if sum(costs.values()) > bounds.effort:
        raise TextRefused("markup-too-heavy", _(max(costs, key=lambda said: costs[said])))


def _first_pass(pieces: list[str]) -> list[str]:
    """bleach over every element that a stranger typed or gave an address, all in one call.

    The pieces balance, so a character between them that none of them holds comes back between them; if not,
    they come back as text. A Cleaner isn't thread-safe: each call makes its own.
    """
    joined = "".join(pieces)
    divider = next((char for char in map(chr, range(0xE000, 0xF900)) if char not in joined), "")
    if not divider or not pieces:
        return [html.escape(piece) for piece in pieces]
    attributes = {tag: sorted(names) for tag, names in ATTRIBUTES.items()}
    cleaner = bleach.sanitizer.Cleaner(tags=TAGS, attributes=attributes, protocols=SCHEMES)
    cleaned = str(cleaner.clean(divider.join(pieces))).split(divider)
    return cleaned if len(cleaned) == len(pieces) else [html.escape(piece) for piece in pieces]


def _second_pass(markup: str) -> str:
    return nh3.clean(markup, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(SCHEMES), link_rel=None)


_PIECE = re.compile(r'<(/?)([a-z]+)((?: [a-z]+="[^"]*+")*+)>')
_OWN_PAIR = re.compile(r' ([a-z]+)="([^"]*+)"')


def _is_ours(markup: str) -> bool:
    """Our own reading, which trusts neither sanitiser: every `<` starts a tag of the list with attributes of
    the list and safe addresses, every link has our rel, and all tags balance."""
    opened: list[str] = []
    at = 0
    while (start := markup.find("<", at)) >= 0:
        piece = _PIECE.match(markup, start)
        if piece is None or ">" in markup[at:start]:
            return False
        at = piece.end()
        close, tag, rest = piece.groups()
        if tag not in TAGS or (close and (rest or not opened or opened.pop() != tag)):
            return False
        if close:
            continue
        pairs = dict(_OWN_PAIR.findall(rest))
        if not pairs.keys() <= ATTRIBUTES.get(tag, set()) or (tag == "a" and pairs.get("rel") != REL):
            return False
        if not all(safe_url(unescape(pairs[name])) for name in pairs.keys() & URL_ATTRIBUTES):
            return False
        if tag not in VOID:
            opened.append(tag)
    return not opened and ">" not in markup[at:]


def render(source: str, bounds: Bounds = BOUNDS) -> SafeHtml:
    """A comment's body as safe HTML: Markdown and a short list of tags.

    Emphasis, strong, `~~struck~~`, links, lists, quotes, code, and every newline a line break. No headings,
    tables, pictures: their text stays as typed. Links carry `rel="nofollow ugc noopener"`. Linear time.

    Args:
        source: what was typed; it is cleaned as by `clean_body`.
        bounds: how much markup it may hold.

    Raises:
        TextRefused: ``invalid-character``, ``too-long`` or ``markup-too-heavy``; the message says of what.
    """
    if len(source) > 2 * bounds.characters:  # nothing that cleaning removes makes up for that
        raise _longer(bounds)
    body = _BLANK_LINES.sub("\n\n\n", clean_body(source))
    _weigh(body, bounds)
    markup = _second_pass(to_html(body, _first_pass))
    if not _is_ours(markup):
        markup = "<p>" + html.escape(body, quote=False).replace("\n", "<br>") + "</p>"
    if len(markup) > bounds.output:
        raise TextRefused("too-long", _("The text would become too long once it is written for the web."))
    return SafeHtml(markup)


def restore(stored: str) -> SafeHtml:
    """HTML that `render` made and a store kept. What doesn't pass our reading comes back as escaped text."""
    return SafeHtml(stored if _is_ours(stored) else html.escape(stored))


_ENDS = re.compile(r"<(?:br|hr|/p|/li|/pre|/blockquote)>")
_ANY_TAG = re.compile(r'<[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>')


def plain(markup: SafeHtml) -> str:
    """Its words without tags, for excerpts and mails; lines and paragraphs end in a newline. Linear."""
    text = unescape(_ANY_TAG.sub("", _ENDS.sub("\n", markup)))
    return re.sub(r"\s*\n\s*", "\n", text).strip()
