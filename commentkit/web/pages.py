"""Templates and what they are given. The only room that trusts HTML, and only HTML that `text` has made safe."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from babel import Locale
from babel.dates import format_date, format_time
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from commentkit.advice import Advice
from commentkit.errors import Problem
from commentkit.language import ENGLISH, N_, _, direction, gettext, locale, ngettext, spoken
from commentkit.model import Comment, Finding, Reason, ReportReason, Status, Thanks, Thread
from commentkit.service.house import MACHINE, WRITER, comment_page, thread_page
from commentkit.text import SafeHtml, plain, restore, safe_url
from commentkit.tree import Node, walk
from commentkit.web.scripts import form_words, reading_words

Html = Markup
"""Finished HTML, as the other rooms hand it on."""

_ENGLISH = Locale("en", "GB")  # day before month, 24 hours


def folder() -> Path:
    """Where the templates are: inside the installed package, else one step up in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@dataclass(frozen=True)
class Avatar:
    """A small drawing from a random seed: half of a 5 × 5 pattern, mirrored, in one of many hues."""

    hue: int
    cells: Sequence[tuple[int, int]]


def avatar(seed: str) -> Avatar:
    """The drawing for a comment. It is derived from nothing that its writer is or told."""
    bits = int(seed or "0", 16)
    half = [(x, y) for x in range(3) for y in range(5) if bits >> (x * 5 + y) & 1]
    cells = sorted({*half, *((4 - x, y) for x, y in half)})
    return Avatar(hue=(bits >> 20) % 360, cells=cells)


@dataclass(frozen=True)
class CommentView:
    """A comment as `comment.html` shows it. `moment` is machine-readable, `said` is for people.

    Attributes:
        answers_to: address and name of its true parent, where the indentation can't show that.
        thank: where thanks are sent; '' where they can't be.
        thanked: how many there are, to be shown.
        said_so: this device has thanked.
        report: where it can be reported; '' where it can't be.
        warning: what it is collapsed behind; '' for nothing.
    """

    id: str
    name: str
    website: str
    html: Markup
    moment: str
    said: str
    avatar: Avatar
    by_guest: bool
    permalink: str
    reply: str
    answers_to: tuple[str, str] | None = None
    thank: str = ""
    thanked: int = 0
    said_so: bool = False
    report: str = ""
    warning: str = ""


@dataclass(frozen=True)
class FormView:
    """The form with all that was typed into it, what is wrong with it, and what the reader must know.

    Attributes:
        chosen: the content warnings that were.
        first_waits: it is worth confirming an address: first comments wait here, and none was on this device.
    """

    action: str
    token: str
    key: str
    parent: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    problem: str = ""
    guest: str = ""
    remembered: bool = False
    edit_first: str = ""
    chosen: Sequence[str] = ()
    first_waits: bool = False


def who(actor: str) -> str:
    """Who did something, for a line of the history."""
    return {MACHINE: "The checks", WRITER: "Its writer"}.get(actor, actor)


def anonymous(name: str) -> str:
    """How a comment is signed."""
    return name or _("Anonymous")


def warned(comment: Comment) -> str:
    """What is shown instead of a comment's text where it can't be collapsed; '' where it needs no warning."""
    return _("Content warning: %(warning)s.", warning=comment.warning) if comment.warning else ""


def said(moment: datetime) -> str:
    """A moment for people, the same for every reader: 3 May 2026, 14:05 UTC."""
    way = _ENGLISH if spoken() == ENGLISH else locale()
    date, time = format_date(moment, "long", way), format_time(moment, "short", locale=way)
    return _("%(date)s, %(time)s UTC", date=date, time=time)


def view(
    comment: Comment,
    base: str,
    *,
    open_thread: bool = True,
    answers_to: Comment | None = None,
    here: Collection[str] = (),
    thanks: Thanks = Thanks.OFF,
    report: bool = False,
) -> CommentView:
    """What the template needs of a comment.

    Args:
        base: the address below which commentkit is mounted.
        open_thread: whether it can be answered.
        answers_to: its true parent, where the indentation can't show that.
        here: the ids of the comments on this page.
        report: whether it can be reported.
    """
    answered = answers_to.public_id if answers_to else ""
    permalink = f"{base}/c/{comment.public_id}"
    return CommentView(
        id=comment.public_id,
        name=anonymous(comment.name),
        website=comment.website if safe_url(comment.website) else "",
        html=trusted(restore(comment.html)),
        moment=comment.created_at.isoformat(timespec="seconds"),
        said=said(comment.created_at),
        avatar=avatar(comment.seed),
        by_guest=comment.by_guest,
        permalink=permalink,
        reply=f"{permalink}/reply" if open_thread else "",
        answers_to=(
            f"#c-{answered}" if answered in here else f"{base}/c/{answered}",
            anonymous(answers_to.name),
        )
        if answers_to
        else None,
        thank=thank_address(base, comment.public_id) if thanks is not Thanks.OFF else "",
        thanked=comment.thanks if thanks is Thanks.COUNTED else 0,
        report=f"{permalink}/report" if report else "",
        warning=comment.warning,
    )


def thank_address(base: str, public_id: str) -> str:
    """Where thanks for a comment are sent."""
    return f"{base}/c/{public_id}/thanks"


def trusted(html: SafeHtml) -> Markup:
    """HTML that `text` has made safe, for a template."""
    return Markup(html)  # noqa: S704  (the type says where it comes from)


def steps(
    nodes: Sequence[Node], base: str, *, open_thread: bool, thanks: Thanks
) -> list[tuple[str, CommentView | None, Node]]:
    """The tree as the template walks it: ("open" or "close", the comment or None for a tombstone, its node)."""
    walked = walk(nodes)
    here = {step.node.public_id for step in walked if not step.node.before}
    return [
        (
            "open" if step.opens else "close",
            view(
                step.node.comment,
                base,
                open_thread=open_thread,
                answers_to=step.node.answers_to,
                here=here,
                thanks=thanks,
                report=True,
            )
            if step.opens and step.node.comment
            else None,
            step.node,
        )
        for step in walked
    ]


@dataclass(frozen=True)
class RecentView:
    """A new comment as a sidebar shows it: its beginning (or only its content warning), and where to read on."""

    id: str
    name: str
    excerpt: str
    moment: str
    said: str
    permalink: str
    thread: str
    thread_url: str
    warning: str = ""


_EXCERPT = 160


def recent_view(comment: Comment, thread: Thread, base: str) -> RecentView:
    """A comment in short."""
    words = warned(comment) or " ".join(plain(restore(comment.html)).split())
    if len(words) > _EXCERPT:
        words = words[:_EXCERPT].rpartition(" ")[0] + " …"
    return RecentView(
        id=comment.public_id,
        name=anonymous(comment.name),
        excerpt=words,
        moment=comment.created_at.isoformat(timespec="seconds"),
        said=said(comment.created_at),
        permalink=comment_page(base, thread, comment.public_id),
        thread=thread.title or thread.key,
        thread_url=thread_page(base, thread),
        warning=comment.warning,
    )


Spanned = TypeVar("Spanned", Finding, Advice)


def marked(body: str, findings: Iterable[Spanned]) -> list[tuple[str, tuple[Spanned, ...]]]:
    """A raw text cut into pieces, each with the findings about it: those that have any are shown marked."""
    about = [each for each in findings if each.start is not None and each.end is not None]
    edges = {0, len(body)}
    for each in about:
        edges |= {min(each.start or 0, len(body)), min(each.end or 0, len(body))}
    cuts = sorted(edges)
    return [
        (
            body[start:end],
            tuple(each for each in about if (each.start or 0) <= start and end <= (each.end or 0)),
        )
        for start, end in pairwise(cuts)
    ]


STATE_WORDS: Mapping[Status, str] = {
    Status.PENDING: N_("Your comment is waiting"),
    Status.PUBLISHED: N_("Your comment is published"),
    Status.HIDDEN: N_("Your comment is not shown"),
    Status.SPAM: N_("Your comment is not shown"),
    Status.WITHDRAWN: N_("You took your comment back"),
    Status.ERASED: N_("Your comment was erased"),
}

REASON_WORDS: Mapping[Reason, str] = {
    Reason.NONE: "",
    Reason.EVERYONE_WAITS: N_(
        "On this page a moderator reads every comment before it appears. It has nothing to do with what you wrote."
    ),
    Reason.FIRST_WAITS: N_(
        "A moderator reads comments here before they appear, except those of people who had one published before and "
        "have confirmed their e-mail address on the device that they write with. It has nothing to do with what you "
        "wrote."
    ),
    Reason.WORDS: N_(
        "Some of its words could be read as putting somebody down. That is easily misjudged, also when you only tell "
        "what was said to you, so a person reads it "
        "and decides. Nothing is deleted."
    ),
    Reason.SPAM_CHECK: N_(
        "The spam filter took it for advertising. It can be wrong; the moderators can see the comment and put that "
        "right. Nothing is deleted."
    ),
    Reason.EVIDENCE: N_(
        "Something about the way it was sent looked like a robot: very fast, many links, or a hidden field that was "
        "filled in. A person reads it and decides."
    ),
    Reason.CHECK_LATE: N_(
        "The spam check has not answered yet. It is asked again by itself; if it finds nothing, your comment appears "
        "without anybody having to do anything."
    ),
    Reason.PERSON_DECIDES: N_(
        "One of the checks here leaves the decision to a person. Somebody reads it and decides. Nothing is deleted."
    ),
    Reason.MODERATOR: N_("A moderator has read it and decided so."),
    Reason.ASKED: N_(
        "You asked for another look. A person reads it once more and decides; where there are several moderators, "
        "another one than before is asked."
    ),
}


REPORT_WORDS: Mapping[ReportReason, str] = {
    ReportReason.HURTS: N_("It shames, insults or threatens somebody"),
    ReportReason.PRIVATE: N_("It tells something private about somebody else"),
    ReportReason.WORRIES: N_("I am worried about somebody"),
    ReportReason.WARNING: N_("It needs a content warning"),
    ReportReason.SPAM: N_("It is advertising"),
    ReportReason.OTHER: N_("Something else"),
}


class Pages:
    """Renders templates; a host's file of the same name comes before ours.

    Args:
        overrides: the host's template folders; `commentkit/form.html` in one of them replaces ours.
    """

    def __init__(self, overrides: Sequence[str | Path]) -> None:
        loaders = [FileSystemLoader(str(path)) for path in (*overrides, folder())]
        # Everything is escaped, whatever the file is called; a misspelt name is an error, not an empty string.
        self._environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # its extension adds it
        self._environment.globals.update(
            spoken=spoken, direction=direction, form_words=form_words, reading_words=reading_words
        )
        self._environment.filters.update(said=said, anonymous=anonymous, who=who)

    def show(self, **values: Any) -> None:
        """What every template sees."""
        self._environment.globals.update(values)

    def render(self, template: str, **values: Any) -> Markup:
        """A template of ours (`thread.html` means `commentkit/thread.html`) as HTML."""
        return Markup(self._environment.get_template(f"commentkit/{template}").render(**values))  # noqa: S704

    def static_thread(self, thread: Thread, nodes: Sequence[Node], base: str, page: str) -> Markup:
        """A thread to read only, as a piece of HTML for a page of files.

        Args:
            page: the address where it can be answered.
        """
        listed = self.thread_list(thread, nodes, base, Thanks.OFF, read_only=True)
        return self.render("static.html", thread=thread, comments=listed, base=base, page=page)

    def thread_list(
        self, thread: Thread, nodes: Sequence[Node], base: str, thanks: Thanks, *, read_only: bool = False
    ) -> Markup:
        """The comments of a page, the same for every reader of this version of the thread."""
        open_thread = not thread.closed and not read_only
        return self.render(
            "comments.html",
            thread=thread,
            steps=steps(nodes, base, open_thread=open_thread, thanks=thanks),
        )

    def with_thanks(self, html: str, base: str, public_ids: Iterable[str]) -> Html:
        """What `thread_list` made, with buttons to take back the thanks that this device gave for these comments."""
        for public_id in public_ids:
            address = thank_address(base, public_id)
            give, back = (
                self.render("thank.html", address=address, id=public_id, said=said) for said in (False, True)
            )
            html = html.replace(str(give), str(back), 1)
        return Markup(html)  # noqa: S704
