"""The page that says where every field goes and for how long: made from what runs, so that it can't lie."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from commentkit.checks.akismet import NO_ADDRESS
from commentkit.checks.traps import TRAP_FIELD
from commentkit.hooks import Remembers
from commentkit.model import Submission, Thanks, Visitor
from commentkit.service import mail
from commentkit.service.house import House
from commentkit.settings import Settings
from commentkit.text import SafeHtml, render

_MEANING = {
    "user_ip": "the network address that your comment came from",
    "user_agent": "the name of your browser",
    "referrer": "the address of the page you came from, as your browser told it",
    "permalink": "the address of the page that you commented on",
    "comment_type": "whether it is a comment or a reply",
    "comment_author": "the name you gave",
    "comment_author_email": "your e-mail address",
    "comment_author_url": "your website",
    "comment_content": "your comment",
    "comment_date_gmt": "the time",
    "blog_charset": "the text's encoding",
    "honeypot_field_name": "the name of the form's hidden field",
    TRAP_FIELD: "what was filled into the form's hidden field, which only robots see",
}


# Nobody has these; where they turn up in what a check would send, it gets the real ones of real comments.
_EMAIL = "reader@data-page.example"
_ADDRESS = "192.0.2.1"


@dataclass(frozen=True)
class Receiver:
    """Somebody outside who is sent something about a comment."""

    name: str
    where: str
    fields: Sequence[tuple[str, str]]
    gets_email: bool
    gets_address: bool

    @property
    def not_sent(self) -> Sequence[str]:
        """What it isn't told."""
        told = ((self.gets_email, "your e-mail address"), (self.gets_address, "your network address"))
        return [what for gets, what in told if not gets]


@dataclass(frozen=True)
class Kept:
    """One thing that is kept: what, for what, how long."""

    what: str
    why: str
    how_long: str


def is_stand_in(url: str) -> bool:
    """Whether Akismet's address is this very machine: a stand-in, not Akismet."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}


def notice(house: House) -> str:
    """What stands below the form: who looks at a comment before people read it."""
    said = []
    if any(check.name == "akismet" for check in house.checks):
        said.append(
            "This site uses a stand-in for Akismet that runs on this very machine, to try things out: "
            "nothing is sent anywhere."
            if is_stand_in(house.settings.akismet_url)
            else "This site uses Akismet to reduce spam."
        )
    if house.settings.shaming:
        said.append("Words that could shame somebody are read by a moderator first.")
    return " ".join(said)


def guidelines(settings: Settings) -> SafeHtml:
    """What stands above the form; '' for nothing.

    Raises:
        TextRefused: the text has more markup than can be shown.
    """
    given = settings.guidelines.strip()
    if re.fullmatch(r"https?://[^\s<>]+", given):
        given = f"Please read the [community guidelines](<{given}>) before you write."
    return render(given)


def receivers(house: House) -> list[Receiver]:
    """Who is sent what: each check is asked what it would send about a comment that has everything."""
    full = Submission(
        public_id="-",
        permalink="-",
        name="-",
        email=_EMAIL,
        website="-",
        body="-",
        html="-",
        created_at=datetime(2000, 1, 1, tzinfo=UTC),
        is_reply=True,
        by_guest=False,
        visitor=Visitor(address=_ADDRESS, user_agent="-", referrer="-"),
        trap="-",
    )
    found = []
    for check in house.checks:
        if not isinstance(check, Remembers):
            continue
        sent = {name: value for name, value in check.remember(full).items() if value != NO_ADDRESS}
        told = "\n".join(sent.values())
        where = urlsplit(house.settings.akismet_url).hostname or "" if check.name == "akismet" else ""
        found.append(
            Receiver(
                name="Akismet" if check.name == "akismet" else check.name,
                where="a stand-in on this machine"
                if check.name == "akismet" and is_stand_in(house.settings.akismet_url)
                else where,
                fields=[(name, _MEANING.get(name, name)) for name in sent],
                gets_email=_EMAIL in told,
                gets_address=_ADDRESS in told,
            )
        )
    return found


def kept(house: House) -> list[Kept]:
    """What is kept here, and for how long."""
    settings = house.settings
    told = receivers(house)
    get_email = ", ".join(each.name for each in told if each.gets_email)
    rows = [
        Kept(
            "Your comment, name and website",
            "to show them below the page; your text also as you typed it",
            "until it is erased: by your receipt you can erase text, name or both at any time",
        ),
        Kept(
            "Your e-mail address, if you give one",
            "sealed (encrypted); it is never published, not even as a picture or a code made from it"
            + (f"; it is sent to {get_email}" if get_email else ""),
            "until the comment is erased",
        ),
        Kept(
            "Your network address",
            "as a keyed code in memory, to limit how many comments come from one network; never stored in clear",
            f"for the time of the limit ({settings.post_limit})",
        ),
        Kept(
            "What the checks found, and what moderators decided, with their notes",
            "so that decisions can be understood and undone",
            "findings until the comment is erased; the list of decisions stays",
        ),
        Kept(
            "Other texts of a comment that its writer changed",
            "so that moderators can see what was changed, and put it right",
            f"{settings.history_days} days after they were replaced or refused, or until the comment is erased",
        ),
        Kept(
            "When you took your comment back, put it back or asked for another look",
            "so that moderators don't undo what you did, and know what they are asked",
            "with the list of decisions",
        ),
        Kept(
            "A keyed code of the form's content",
            "so that a form sent twice is one comment",
            "until the comment is erased",
        ),
        Kept(
            "How old the form was, whether its hidden field was filled in, and the page's address",
            "so that a check can be asked again",
            f"{settings.history_days} days after the checks are done, or until the comment is erased",
        ),
        Kept(
            "The secret of your receipt link",
            "only as a code that can't be turned back into the link",
            "as long as the comment's place",
        ),
    ]
    if mail.offered(house):
        rows += [
            Kept(
                "Your e-mail address, if you asked to confirm it so that your next comments need not wait",
                "sealed (encrypted), with a keyed code to know it again, and which of your comments came with it and "
                "were yours; one that is taken for spam ends it",
                f"until you erase those comments, or your name and address in them; {mail.CONFIRM_DAYS} days after "
                "the mail to confirm it by if you don't confirm",
            ),
            Kept(
                "The language in which you were spoken to, if you asked for any of that",
                "so that the mails are in it",
                "as long as the address",
            ),
            Kept(
                "Your e-mail address, if you asked to be told about answers",
                "sealed (encrypted), with a keyed code to know it again, and which comments it is told about; opened "
                "only to send you a mail. It gets one mail to confirm by when your comment is published, and no "
                "other before you have confirmed",
                f"until you end the mails by the link in each of them, or the comment is erased; "
                f"{mail.CONFIRM_DAYS} days after that first mail if you don't confirm",
            ),
            Kept(
                "Which answers you were told about",
                "as numbers of comments, so that no answer is told twice",
                "as long as the address",
            ),
        ]
    rows.append(
        Kept(
            "That you reported a comment",
            "your reason and text, for the moderators; and a keyed code of your network for that one comment, so that "
            "it counts once. Nothing else tells who you are",
            f"the code for {settings.report_days} days; reason and text until the comment is erased, or "
            f"{settings.history_days} days after a moderator decided",
        )
    )
    if settings.thanks is not Thanks.OFF:
        rows.append(
            Kept(
                "That you said a comment rings true",
                "its number, and a keyed code of your device's random number for that one comment: it tells neither "
                "who you are nor what else you thanked for",
                f"the code for {settings.thanks_days} days, or until you take it back; the number as long as the "
                "comment",
            )
        )
    if told:
        rows.insert(
            3,
            Kept(
                "A copy of what was sent to the spam check"
                + (", network address included" if any(each.gets_address for each in told) else ""),
                "sealed (encrypted); opened only to ask again or to report a mistake of the spam check",
                f"{settings.akismet_keep_days} days, or until the comment is erased",
            ),
        )
    return rows


def cookies(house: House) -> list[Kept]:
    """Which cookies there are."""
    settings = house.settings
    proof = Kept(
        "known",
        "a sealed code that proves that you confirmed an e-mail address on this device; set when you press the "
        "button behind the link of our mail",
        f"{settings.remember_days} days, or until that address is forgotten here",
    )
    return [
        *([proof] if mail.offered(house) else []),
        Kept(
            "remember",
            "your name, e-mail and website for the form, sealed; only if you tick “remember me on this device”",
            f"{settings.remember_days} days, or until you post without the tick",
        ),
        Kept(
            "writer",
            "a random number for one thread, set when you post in it, so that your comments there have one picture as "
            "long as you keep the name; every thread has another",
            f"{settings.writer_days} days",
        ),
        Kept(
            "thanks",
            "a random number, set when you first say that a comment rings true, so that you can take it back",
            f"{settings.thanks_days} days",
        ),
        Kept(
            "none, but kept by your browser",
            "when you last saw each thread, to mark what is new; it stays on your device and is not sent here",
            "until you clear this site's data in your browser",
        ),
        Kept(
            "none, but kept by your browser",
            "whose comments you hide, by their names, for each thread; it stays on your device and is not sent here",
            "until you show them again, or clear this site's data in your browser",
        ),
        Kept("guest", "only for a guest author who came by their link", f"{settings.guest_link_days} days"),
        Kept("desk", "only for moderators who sign in", f"{settings.session_days} days"),
    ]
