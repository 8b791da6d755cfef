"""Markdown as comments need it: markdown-it-py with our own rules, all of linear time."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence
from markdown_it.rules_inline import StateInline

from commentkit.markup import TAGS, Writer, address, unescape

_ATTRIBUTE = r"\s++[A-Za-z_:][\w:.\-]*+(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'=<>`]++))?+"
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]*+)((?:{_ATTRIBUTE}){{0,20}}+)\s*+/?>", re.ASCII)
_ANGLE = re.compile(
    r"<((?:https?://|mailto:)[^\s<>]{1,2000}+|[\w.+\-]{1,64}+@[\w\-]++(?:\.[\w\-]++)+)>", re.I
)
_URL_START = r"(?<![A-Za-z0-9_/])(?:https?://|www\.)(?=[^\W_])"
_URL = re.compile(_URL_START + r"[^\s<>\"\[\]\\`{|}^]++", re.IGNORECASE)
_SPECIAL = re.compile(r"[\n\\`\[<&]|\*++|_++|~++|" + _URL_START, re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}+|#[xX][0-9a-fA-F]{1,6}+|[A-Za-z][A-Za-z0-9]{1,31}+);")
_LINK_MARK = re.compile(r"\\.|`++|[<\[\]]", re.DOTALL)
_TARGET = re.compile(
    r"\([ \n]*+(?:<([^<>\n]*+)>|((?:[^\s()\\<>]|\\.|\((?:[^\s()\\]|\\.)*+\))*+))"
    r"(?:[ \n]++(?:\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'))?+[ \n]*+\)"
)
_PRE = re.compile(r"<pre(?:\s[^<>]*+)?+>(?:<code(?:\s[^<>]*+)?+>)?+\n?", re.IGNORECASE)
_PRE_END = re.compile(r"(?:</code>)?</pre>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNWELCOME = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_Link = tuple[int, int, str, str]  # end of the label, end of all, address, title


def _is_word(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"  # scripts without spaces may well put emphasis inside a word


def _is_inert(src: str, at: int, run: str) -> bool:
    """Whether this run of `*`, `_` or `~` is only itself: alone, inside a word (2*3, f**k), or too long."""
    before, after = src[at - 1 : at] or " ", src[at + len(run) : at + len(run) + 1] or " "
    if (before.isspace() and after.isspace()) or (_is_word(before) and _is_word(after)):
        return True
    return len(run) != 2 if run[0] == "~" else len(run) > 3


def _allowed_tag(src: str, at: int) -> re.Match[str] | None:
    found = _TAG.match(src, at)
    return found if found and found.group(2).lower() in TAGS and found.group(2).lower() != "pre" else None


def _reference(src: str, at: int) -> tuple[str, int] | None:
    found = _REFERENCE.match(src, at)
    char = unescape(found.group()) if found else ""
    if found is None or char == found.group() or _UNWELCOME.search(char):
        return None
    return char, found.end()


def _links(state: StateInline) -> dict[int, _Link]:
    """Where in this block links begin: one pass, brackets matched on a stack, inner links first."""
    known: dict[str, dict[int, _Link]] = state.env.setdefault("links", {})
    src = state.src
    if src in known:
        return known[src]
    found: dict[int, _Link] = {}
    known[src] = found
    if "](" not in src:
        return found
    ticks: dict[int, list[int]] = {}
    for run in re.finditer("`+", src):
        ticks.setdefault(len(run.group()), []).append(run.start())
    opened: list[int] = []
    at = 0
    while mark := _LINK_MARK.search(src, at):
        start, at, char = mark.start(), mark.end(), mark.group()
        if char[0] == "`":
            runs = ticks.get(len(char), [])
            if (next_run := bisect_left(runs, at)) < len(runs):
                at = runs[next_run] + len(char)
        elif char == "<":
            skip = _allowed_tag(src, start) or _ANGLE.match(src, start)
            at = skip.end() if skip else at
        elif char == "[":
            opened.append(start)
        elif char == "]" and opened:
            label = opened.pop()
            if target := _TARGET.match(src, at):
                url = unescape(_ESCAPED.sub(r"\1", target.group(1) or target.group(2) or ""))
                if leads := address(url):
                    title = unescape(_ESCAPED.sub(r"\1", target.group(3) or target.group(4) or ""))
                    found[label] = (start, target.end(), leads, title)
                    opened.clear()
                    at = target.end()
    return found


def _words(state: StateInline, silent: bool) -> bool:
    """Takes all up to the next mark that means something; the rest of the rules never see the others."""
    src, start, end = state.src, state.pos, state.posMax
    at = start
    while found := _SPECIAL.search(src, at, end):
        at, run = found.start(), found.group()
        char = run[0]
        if (
            char in "\n`hHwW"
            or (char == "[" and at in _links(state))
            or (char == "<" and (_allowed_tag(src, at) or _ANGLE.match(src, at)))
            or (char == "&" and _reference(src, at))
            or (char == "\\" and _ESCAPED.match(src, at))
            or (char == "\\" and src.startswith("\n", at + 1))
            or (char in "*_~" and not _is_inert(src, at, run))
        ):
            break
        at = found.end()
    else:
        at = end
    if at <= start:
        return False
    if not silent:
        state.append_pending(src[start:at])
    state.pos = at
    return True


def _push_link(state: StateInline, href: str, shown: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1)


def _bare_url(state: StateInline, silent: bool) -> bool:
    """`https://…` and `www.…` in running text, without the punctuation that ends a sentence or a bracket."""
    if state.src[state.pos] not in "hHwW" or not (found := _URL.match(state.src, state.pos, state.posMax)):
        return False
    url = found.group()
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in ".,;:!?'*_~\u2019\u201d\u2026" or (url[end - 1] == ")" and surplus > 0)):
        surplus -= url[end - 1] == ")"
        end -= 1
    url = url[:end]
    href = address(url if url[:4].lower() == "http" else "https://" + url)
    if not href or (url[:4].lower() == "www." and "." not in url[4:].split("/")[0]):
        state.append_pending(url)
    else:
        _push_link(state, href, url)
    state.pos += len(url)
    return True


def _link(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or not (link := _links(state).get(state.pos)) or link[1] > state.posMax:
        return False
    label_end, end, href, title = link
    if (pending := state.pending).endswith("!"):  # a picture: we show none, its description leads to it
        state.pending = pending[:-1]
    if label_end == state.pos + 1:
        _push_link(state, href, href)
    else:
        state.push("link_open", "a", 1).attrs = {"href": href, "title": title}
        state.pos, state.posMax, after = state.pos + 1, label_end, state.posMax
        state.md.inline.tokenize(state)
        state.posMax = after
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    """A typed tag of the list, or `<https://…>` and `<me@example.com>`."""
    if state.src[state.pos] != "<":
        return False
    if found := _allowed_tag(state.src, state.pos):
        if found.end() > state.posMax:
            return False
        state.push("html_inline", found.group(2).lower(), 0).meta = {
            "close": bool(found.group(1)),
            "rest": found[3],
        }
    elif found := _ANGLE.match(state.src, state.pos, state.posMax):
        shown = found.group(1)
        href = address(shown if ":" in shown else "mailto:" + shown)
        if not href:
            return False
        _push_link(state, href, shown)
    else:
        return False
    state.pos = found.end()
    return True


def _entity(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "&" or not (found := _reference(state.src, state.pos)):
        return False
    state.append_pending(found[0])
    state.pos = found[1]
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines that begin with `>`, and only those: an answer typed right below a quotation is not part of it.

    CommonMark's lazy lines would make it one, and looking for them takes quadratic time.
    """
    src = state.src
    columns: list[tuple[int, int, int, int]] = []
    for line in range(start, end):
        at = state.bMarks[line] + state.tShift[line]
        if state.sCount[line] < state.blkIndent or at >= state.eMarks[line] or src[at] != ">":
            break
        if silent:
            return True
        columns.append((state.bMarks[line], state.tShift[line], state.sCount[line], state.bsCount[line]))
        at += 2 if src.startswith((" ", "\t"), at + 1) else 1
        rest = src[at : state.eMarks[line]]
        indent = len(rest) - len(rest.lstrip(" \t"))
        wide = len(rest[:indent].expandtabs(4))
        state.bMarks[line], state.tShift[line], state.sCount[line], state.bsCount[line] = at, indent, wide, 0
    if not columns:
        return False
    after = start + len(columns)
    kept = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType, state.blkIndent = after, "blockquote", 0
    state.push("blockquote_open", "blockquote", 1)
    state.md.block.tokenize(state, start, after)
    state.push("blockquote_close", "blockquote", -1)
    state.lineMax, state.parentType, state.blkIndent = kept
    for line, was in enumerate(columns, start):
        state.bMarks[line], state.tShift[line], state.sCount[line], state.bsCount[line] = was
    state.line = after
    return True


def _typed_pre(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`<pre>` at the start of a line, to a `</pre>` that ends one: kept as typed, like a fence."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.level or not (found := _PRE.match(state.src, begin)):
        return False
    if "pre" not in state.env:
        state.env["pre"] = [(match.start(), match.end()) for match in _PRE_END.finditer(state.src)]
    ends = state.env["pre"]
    which = bisect_left(ends, (found.end(), 0))
    if which == len(ends):
        return False
    if not silent:
        state.line = bisect_right(state.bMarks, ends[which][0]) or 1
        state.push("fence", "code", 0).content = state.src[found.end() : ends[which][0]]
    return True


def _no_tildes(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Only backticks fence code: people draw lines of ~~~~ across a text."""
    return state.src.startswith("`", state.bMarks[start] + state.tShift[start]) and fence(
        state, start, end, silent
    )


def _parser() -> MarkdownIt:
    rules = [
        "blockquote",
        "fence",
        "hr",
        "list",
        "paragraph",
        "newline",
        "escape",
        "backticks",
        "emphasis",
        "link",
    ]
    parser = MarkdownIt("zero", {"maxNesting": 100}).enable(
        [*rules, "strikethrough", "linkify", "html_inline", "entity"]
    )
    parser.core.ruler.disable("linkify")
    parser.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.at("fence", _no_tildes, {"alt": ["paragraph", "blockquote", "list"]})
    parser.block.ruler.before("fence", "pre", _typed_pre, {"alt": ["paragraph"]})
    for name, rule in (("text", _words), ("linkify", _bare_url), ("link", _link)):
        parser.inline.ruler.at(name, rule)
    parser.inline.ruler.at("html_inline", _tag)
    parser.inline.ruler.at("entity", _entity)
    return parser


_PARSER = _parser()  # holds no state of a text: threads may share it


def to_html(source: str, sift: Callable[[list[str]], list[str]]) -> str:
    """Markdown with typed tags -> balanced HTML.

    Args:
        source: a cleaned body whose markup has been counted.
        sift: cleans balanced fragments: the elements that were typed or have attributes.
    """
    return Writer(sift).write(_PARSER.parse(source, {}))
