"""A comment's body is shown as its writer means it, and nothing of it can come alive."""

import html
import re
import threading
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentkit.errors import TextRefused
from commentkit.text import SafeHtml, clean_body, plain, render, restore

ALLOWED = {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "acronym": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "q": {"cite"},
    **{
        tag: set()
        for tag in (
            "b",
            "br",
            "cite",
            "code",
            "em",
            "hr",
            "i",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "strike",
            "strong",
            "ul",
        )
    },
}
REL = "nofollow ugc noopener"


class Reader(HTMLParser):
    """Reads the result as a stranger to our code would."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.faults.append(f"attribute {tag} {name}")
            if name in ("href", "cite"):
                self.links.append(value or "")
        if tag == "a" and dict(attrs).get("rel") != REL:
            self.faults.append("link without rel")
        if tag == "a" and "a" in self.open:
            self.faults.append("link in a link")
        if tag in ("p", "ul", "ol", "blockquote", "pre", "hr") and "p" in self.open:
            self.faults.append(f"{tag} in p")
        if tag == "li" and (not self.open or self.open[-1] not in ("ul", "ol")):
            self.faults.append("li outside of a list")
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unbalanced {tag}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("instruction")

    def unknown_decl(self, data: str) -> None:
        self.faults.append("unknown declaration")


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


def assert_safe(markup: SafeHtml) -> None:
    reader = read(markup)
    assert reader.faults == []
    assert reader.open == []
    for link in reader.links:
        assert re.match(r"(?:https?://[^/?#@\s]+|mailto:)", link, re.I), link
        assert not re.search(r"[\x00-\x20\"'<>\\`]", link)
    again = nh3.clean(markup, tags=set(ALLOWED), attributes=ALLOWED, link_rel=None)
    assert again == markup, "a sanitiser would change it"
    assert restore(markup) == markup


# --- what people mean ------------------------------------------------------------------------------------

MEANT = [
    ("*I'm* sure", "<p><em>I'm</em> sure</p>"),
    ("**really** _so_", "<p><strong>really</strong> <em>so</em></p>"),
    ("a\nb", "<p>a<br>b</p>"),
    ("a\n\nb", "<p>a</p><p>b</p>"),
    ("~10 years, ~~no~~", "<p>~10 years, <del>no</del></p>"),
    ("#1 reason", "<p>#1 reason</p>"),
    ("# a title", "<p># a title</p>"),
    ("I <3 you", "<p>I &lt;3 you</p>"),
    ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
    ("<me> and </you>", "<p>&lt;me&gt; and &lt;/you&gt;</p>"),
    ("f**k and s**t", "<p>f**k and s**t</p>"),
    ("2*3*4 snake_case_name", "<p>2*3*4 snake_case_name</p>"),
    ("\u201cdon\u2019t\u201d \u2014 \u2026", "<p>\u201cdon\u2019t\u201d \u2014 \u2026</p>"),
    ("1986. A good year", "<p>1986. A good year</p>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("- a *b* *c*\n- d", "<ul><li>a <em>b</em> <em>c</em></li><li>d</li></ul>"),
    ("> a\n\nb", "<blockquote><p>a</p></blockquote><p>b</p>"),
    ("a\n\n***\n\nb", "<p>a</p><hr><p>b</p>"),
    ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
    ("```\n<b> *x*\n```", "<pre><code>&lt;b&gt; *x*\n</code></pre>"),
    ("<pre>\n a*b*c\n\n d</pre>", "<pre><code> a*b*c\n\n d</code></pre>"),
    ("    indented story", "<p>indented story</p>"),
    ("\u3053**\u5f37\u8abf**\u3067", "<p>\u3053<strong>\u5f37\u8abf</strong>\u3067</p>"),
    ("&copy; &amp;lt;", "<p>\u00a9 &amp;lt;</p>"),
    ("<b>a</b> <i>b</i> <cite>c</cite><br>d", "<p><b>a</b> <i>b</i> <cite>c</cite><br>d</p>"),
    ("<b>a <i>b</b> c</i>", "<p><b>a <i>b</i></b> c</p>"),
    ("<blockquote>a\n\nb</blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"),
    ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
    ('<abbr title="a>b">x</abbr>', '<p><abbr title="a&gt;b">x</abbr></p>'),
    ("|a|b|\n|-|-|", "<p>|a|b|<br>|-|-|</p>"),
    ("<div class=x>a</div>", "<p>&lt;div class=x&gt;a&lt;/div&gt;</p>"),
    ("> a </blockquote> b", "<blockquote><p>a  b</p></blockquote>"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "shown"), MEANT)
def test_a_text_is_shown_as_its_writer_means_it(typed: str, shown: str) -> None:
    assert render(typed) == shown
    assert_safe(render(typed))


LINKED = [
    ("[a](https://x.org/b_(c))", "https://x.org/b_(c)", "a"),
    ("see https://x.org/a_b*c, yes", "https://x.org/a_b*c", "https://x.org/a_b*c"),
    ("(https://x.org/a_(b))", "https://x.org/a_(b)", "https://x.org/a_(b)"),
    ("**https://x.org/a**", "https://x.org/a", "https://x.org/a"),
    ("www.x.org/a.", "https://www.x.org/a", "www.x.org/a"),
    ("<https://x.org/a>", "https://x.org/a", "https://x.org/a"),
    ("<me@x.org>", "mailto:me@x.org", "me@x.org"),
    ("![a cat](https://x.org/c.png)", "https://x.org/c.png", "a cat"),
    ("[](https://x.org/)", "https://x.org/", "https://x.org/"),
    ('<a href="https://x.org/?a=1&amp;b=2">a</a>', "https://x.org/?a=1&b=2", "a"),
    ("[a `]` b](https://x.org/)", "https://x.org/", "a ] b"),
    ("[a [b] c](https://x.org/)", "https://x.org/", "a [b] c"),
    ("https://\u00fc.example/\u00e4", "https://\u00fc.example/\u00e4", "https://\u00fc.example/\u00e4"),
]


@pytest.mark.parametrize(("typed", "address", "words"), LINKED)
def test_a_link_leads_where_it_says(typed: str, address: str, words: str) -> None:
    markup = render(typed)
    assert read(markup).links == [address]
    assert f">{html.escape(words, quote=False)}</a>" in re.sub("</?code>", "", markup)
    assert_safe(markup)


@pytest.mark.parametrize(
    "typed",
    [
        "[a](/b)", "[a](//x.org)", "[a](b)", "[a](#b)", '<a href="/b">a</a>', "<a href=//x.org>a</a>",
        "http://", "www.", "`https://x.org`", "[a](https://me@x.org)", "[a](https:x.org)",
        "[a](https:\\\\x.org)", "me@x.org",
    ],
)  # fmt: skip
def test_what_should_be_no_link_is_none(typed: str) -> None:
    assert read(render(typed)).links == []


def test_a_link_is_never_inside_another() -> None:
    for typed in ("[a https://x.org b](https://y.org)", "<a href=https://x.org>a [b](https://y.org)</a>"):
        assert len(read(render(typed)).links) == 1
        assert_safe(render(typed))
    assert_safe(render("[a [b](https://x.org)](https://y.org)"))


# --- what must not come alive ----------------------------------------------------------------------------

TRICKS = [
    "<script>alert(1)</script>", "<ScRiPt >alert(1)", "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<plaintext><b>x",
    "<textarea><b>x</textarea><img src=x onerror=alert(1)>", "<title><img src=x onerror=alert(1)>",
    "<noembed><img src=x></noembed>", "<noframes><script>1</script>",
    "<template><script>1</script></template>", "<iframe srcdoc='<script>1</script>'>",
    "<style>@import '//x'</style>", "<base href=//x>", "<meta http-equiv=refresh>",
    "<form action=//x><input name=body>", "<b onclick=alert(1)>x</b>",
    "<b style='x:expression(1)' id=a class=b>x</b>", "<a href=javascript:alert(1)>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>", "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>", "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='javascript:123'>x</a>", "<a href=' \u00a0javascript:1'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>", "<a href=vbscript:x>x</a>",
    "<a href=feed:javascript:1>x</a>", "<a href=blob:https://x/1>x</a>", "<a href='file:///etc'>x</a>",
    "<a href='ht&Tab;tps:1'>", "<q cite=javascript:1>x</q>", "<blockquote cite='data:x'>x</blockquote>",
    "<a href=https:javascript:1>x</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))", "[x](javascript&colon;alert(1))", "[x](\\javascript:1)",
    "[x](<javascript:1>)", "[x](data:text/html;base64,xx)", "[x](vbscript:1)", "[x]: javascript:1\n[x]",
    "<javascript:alert(1)>", "<data:x>", '[x](https://a.b "t\\" onclick=alert(1) ")',
    "[x](https://a.b 't\" onmouseover=1 ')", '[x](https://a.b/"onclick=alert(1)//)',
    "[x](https://a.b/<script>)", 'https://a.b/"onclick=alert(1)//', "https://a.b/'><b>",
    "<https://a.b/\"onclick=1>", "https://a.b/<script>alert(1)</script>", "![x](javascript:1)",
    "![x](https://a.b\"onerror=1)", "<!-- <img src=x onerror=1> -->", "<!--><script>1</script>-->",
    "<![CDATA[<script>1</script>]]>", "<?xml <b> ?>", "<!DOCTYPE x>",
    "```\n</code></pre><script>1</script>\n```", "`</code><script>1</script>`",
    "<pre></code></pre><script>1</script>\n</pre>", "```\"onclick=1 x\ny\n```",
    "</p></div></article><h1>x</h1>", "</blockquote></li></ul>x", "<li>x</li></ul></div>",
    "<a href=https://a.b title='\"><script>1</script>'>x</a>",
    "<a href=https://a.b title=\"'><img src=x>\">x</a>",
    "<a href=https://a.b target=_blank rel=opener ping=//x>x</a>",
    "<a href=https://a.b href=javascript:1>x</a>", "<a href=javascript:1 href=https://a.b>x</a>",
    "<a\u00a0href=javascript:1>x</a>", "<a/href=javascript:1>x</a>", "<b <script>alert(1)</script>",
    "<<b>script>alert(1)<</b>/script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "\\<script>1</script>",
    "&#60;script&#62;1", "<p><table><p>", "<p title='&#0;'>x", "<ul><ul><li><p></ul>x",
    "<b><p><b><p>x</b></b>", "<i></p></i><b></i>", "**<b>**</b>", "*<a href=https://a.b>*x</a>",
    "[<b>](https://a.b)</b>", "[x](https://a.b)<a href=https://c.d>", "<a href='https://a.b", "&#8238;x",
    "<form id=x><form><math><mtext></form><form><mglyph><style></math><img src onerror=1>",
    "<p/onclick=1>x",
]  # fmt: skip


@pytest.mark.parametrize("typed", TRICKS)
def test_nothing_that_a_stranger_types_comes_alive(typed: str) -> None:
    for text in (
        typed,
        f"> {typed}",
        f"- {typed}\n- b",
        f"*a {typed} b*",
        f"<b>{typed}",
        f"[{typed}](https://a.b)",
        typed * 3,
    ):
        assert_safe(render(text))


PIECES = [
    "*", "**", "_", "~~", "`", "```\n", "[", "]", "](https://a.b)", "](javascript:1)", "![", "<b>", "</b>",
    "<i>", "</i>", "<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<ol>", "<blockquote>", "</blockquote>",
    "<a href=https://a.b>", "</a>", "<br>", "<hr>", "<pre>", "</pre>\n", "<code>", "</code>",
    "<q cite='https://a.b'>", "<script>", "</script>", "<!--", "-->", "<svg>", "<style>", "\n", "\n\n",
    "\n> ", "\n- ", "\n1. ", "\n7. ", "    ", " ", "x", "word ", "&", "&amp;", "&lt;", "<", ">", '"', "'",
    "\\", "https://a.b/c", "www.a.b", "<https://a.b>", "<a@b.cd>", "\u202e", "\u2069", "\u00a0", "\u4e2d",
    "e\u0301", "***\n", "<abbr title='&quot;>'>", "\t", "(", ")",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_soup_of_markup_becomes_balanced_allowed_tags(typed: str) -> None:
    try:
        markup = render(typed)
    except TextRefused:
        return
    assert_safe(markup)
    assert "word" in plain(markup) or "word" not in typed


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300))
def test_any_text_at_all_is_safe(typed: str) -> None:
    assert_safe(render(typed))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.from_regex(r"[a-zA-Z\u00e0-\u00ff'\u2019]{1,9}[.,;!?&<]?", fullmatch=True), max_size=60),
    st.data(),
)
def test_every_word_of_plain_prose_survives(words: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from([" ", "\n", "\n\n", " - "])) for _ in words]
    typed = "x " + "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    assert plain(render(typed)).split() == clean_body(typed).split()


def test_threads_do_not_mix_their_texts() -> None:
    wrong: list[str] = []

    def write(name: str) -> None:
        for _ in range(40):
            if render(f"<b>{name}</b> [l](https://{name}.org)").count(name) != 2:
                wrong.append(name)

    threads = [threading.Thread(target=write, args=(f"n{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_html_from_a_store_is_read_again_before_it_is_believed() -> None:
    assert restore("<p>a</p>") == "<p>a</p>"
    for bad in (
        "<script>1</script>", "<a href='javascript:1'>x</a>",
        '<a href="javascript:1" rel="' + REL + '">x</a>', "<p>", '<p onclick="x">a</p>', "<b></i>",
    ):  # fmt: skip
        assert "<" not in restore(bad)


def test_an_excerpt_has_words_and_no_tags() -> None:
    assert plain(render('a <abbr title="x>y">b</abbr>\n\n> c &amp; d\n\n- e\n- <f>')) == "a b\nc & d\ne\n<f>"
