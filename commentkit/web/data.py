"""The page that says where every field goes and for how long: made from what runs, so that it can't lie."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from limits import parse as parse_limit

from commentkit.checks.akismet import NO_ADDRESS
from commentkit.checks.traps import TRAP_FIELD
from commentkit.hooks import Remembers
from commentkit.language import N_, Unit, _, format_duration, format_number, plural
from commentkit.model import Submission, Thanks, Visitor
from commentkit.service import mail
from commentkit.service.house import House
from commentkit.settings import Settings
from commentkit.text import SafeHtml, render

_MEANING = {
    "user_ip": N_("the network address that your comment came from"),
    "user_agent": N_("the name of your browser"),
    "referrer": N_("the address of the page you came from, as your browser told it"),
    "permalink": N_("the address of the page that you commented on"),
    "comment_type": N_("whether it is a comment or a reply"),
    "comment_author": N_("the name you gave"),
    "comment_author_email": N_("your e-mail address"),
    "comment_author_url": N_("your website"),
    "comment_content": N_("your comment"),
    "comment_date_gmt": N_("the time"),
    "blog_charset": N_("the text's encoding"),
    "honeypot_field_name": N_("the name of the form's hidden field"),
    TRAP_FIELD: N_("what was filled into the form's hidden field, which only robots see"),
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
            _(
                "This site uses a stand-in for Akismet that runs on this very machine, to try things out: "
                "nothing is sent anywhere."
            )
            if is_stand_in(house.settings.akismet_url)
            else _("This site uses Akismet to reduce spam.")
        )
    if house.settings.shaming:
        said.append(_("Words that could shame somebody are read by a moderator first."))
    return " ".join(said)


def guidelines(settings: Settings) -> SafeHtml:
    """What stands above the form; '' for nothing.

    Raises:
        TextRefused: the text has more markup than can be shown.
    """
    given = settings.guidelines.strip()
    if re.fullmatch(r"https?://[^\s<>]+", given):
        given = _("Please read the [community guidelines](<%(address)s>) before you write.", address=given)
    return _rendered(given)


_rendered = lru_cache(maxsize=32)(render)  # one text in each language, for every form


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
                where=_("a stand-in on this machine")
                if check.name == "akismet" and is_stand_in(house.settings.akismet_url)
                else where,
                fields=[(name, _(_MEANING[name]) if name in _MEANING else name) for name in sent],
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
    limit = parse_limit(settings.post_limit)
    rows = [
        Kept(
            _("Your comment, name and website"),
            _("to show them below the page; your text also as you typed it"),
            _("until it is erased: by your private link you can erase text, name or both at any time"),
        ),
        Kept(
            _("Your e-mail address, if you give one"),
            _(
                "sealed (encrypted); it is never published, not even as a picture or a code made from it; it is sent "
                "to %(names)s",
                names=get_email,
            )
            if get_email
            else _("sealed (encrypted); it is never published, not even as a picture or a code made from it"),
            _("until the comment is erased"),
        ),
        Kept(
            _("Your network address"),
            _(
                "as a keyed code in memory, to limit how many comments come from one network; never stored in clear"
            ),
            _(
                "for %(time)s; in that time %(most)s comments may come from one network",
                time=format_duration(limit.get_expiry(), cast(Unit, limit.GRANULARITY.name)),
                most=format_number(limit.amount),
            ),
        ),
    ]
    if told:
        rows.append(
            Kept(
                _("A copy of what was sent to the spam check, network address included")
                if any(each.gets_address for each in told)
                else _("A copy of what was sent to the spam check"),
                _("sealed (encrypted); opened only to ask again or to report a mistake of the spam check"),
                plural(
                    "%(num)s day, or until the comment is erased",
                    "%(num)s days, or until the comment is erased",
                    settings.akismet_keep_days,
                ),
            )
        )
    rows += [
        Kept(
            _("What the checks found, and what moderators decided, with their notes"),
            _("so that decisions can be understood and undone"),
            _("findings until the comment is erased; the list of decisions stays"),
        ),
        Kept(
            _("Other texts of a comment that its writer changed"),
            _("so that moderators can see what was changed, and put it right"),
            plural(
                "%(num)s day after they were replaced or refused, or until the comment is erased",
                "%(num)s days after they were replaced or refused, or until the comment is erased",
                settings.history_days,
            ),
        ),
        Kept(
            _("When you took your comment back, put it back or asked for another look"),
            _("so that moderators don't undo what you did, and know what they are asked"),
            _("with the list of decisions"),
        ),
        Kept(
            _("A keyed code of the form's content"),
            _("so that a form sent twice is one comment"),
            _("until the comment is erased"),
        ),
        Kept(
            _("How old the form was, whether its hidden field was filled in, and the page's address"),
            _("so that a check can be asked again"),
            plural(
                "%(num)s day after the checks are done, or until the comment is erased",
                "%(num)s days after the checks are done, or until the comment is erased",
                settings.history_days,
            ),
        ),
        Kept(
            _("The secret of your private link"),
            _("only as a code that can't be turned back into the link"),
            _("as long as the comment's place"),
        ),
    ]
    if settings.shaming or settings.self_check:
        rows.append(
            Kept(
                _("That you were shown a page before posting"),
                _(
                    "what it was about, and a keyed code of your text, never the text; so that it can be counted how "
                    "often people change something then"
                ),
                _("until you post, at most a day; the numbers stay"),
            )
        )
    if mail.offered(house):
        rows += _kept_for_mail()
    rows.append(
        Kept(
            _("That you reported a comment"),
            _(
                "your reason and text, for the moderators; and a keyed code of your network for that one comment, so "
                "that it counts once. Nothing else tells who you are"
            ),
            # Translators: both are times such as "30 days".
            _(
                "the code for %(code)s; reason and text until the comment is erased, or %(after)s after a moderator "
                "decided",
                code=_days(settings.report_days),
                after=_days(settings.history_days),
            ),
        )
    )
    if settings.thanks is not Thanks.OFF:
        rows.append(
            Kept(
                _("That you said a comment rings true"),
                _(
                    "its number, and a keyed code of your device's random number for that one comment: it tells "
                    "neither who you are nor what else you thanked for"
                ),
                plural(
                    "the code for %(num)s day, or until you take it back; the number as long as the comment",
                    "the code for %(num)s days, or until you take it back; the number as long as the comment",
                    settings.thanks_days,
                ),
            )
        )
    return rows


def _kept_for_mail() -> list[Kept]:
    return [
        Kept(
            _("Your e-mail address, if you asked to confirm it so that your next comments need not wait"),
            _(
                "sealed (encrypted), with a keyed code to know it again, and which of your comments came with it and "
                "were yours; one that is taken for spam ends it"
            ),
            plural(
                "until you erase those comments, or your name and address in them; %(num)s day after the mail to "
                "confirm it by if you don't confirm",
                "until you erase those comments, or your name and address in them; %(num)s days after the mail to "
                "confirm it by if you don't confirm",
                mail.CONFIRM_DAYS,
            ),
        ),
        Kept(
            _("The language in which you were spoken to, if you asked for any of that"),
            _("so that the mails are in it"),
            _("as long as the address"),
        ),
        Kept(
            _("Your e-mail address, if you asked to be told about answers"),
            _(
                "sealed (encrypted), with a keyed code to know it again, and which comments it is told about; opened "
                "only to send you a mail. It gets one mail to confirm by when your comment is published, and no "
                "other before you have confirmed"
            ),
            plural(
                "until you end the mails by the link in each of them, or the comment is erased; %(num)s day after "
                "that first mail if you don't confirm",
                "until you end the mails by the link in each of them, or the comment is erased; %(num)s days after "
                "that first mail if you don't confirm",
                mail.CONFIRM_DAYS,
            ),
        ),
        Kept(
            _("That the mail to confirm it by was sent to an address"),
            _(
                "as a keyed code of the address, so that nobody can have that mail sent to it again and again, by "
                "erasing a comment and posting it anew"
            ),
            plural(
                "for %(num)s day, also if the comment is erased before the address was confirmed",
                "for %(num)s days, also if the comment is erased before the address was confirmed",
                mail.CONFIRM_DAYS,
            ),
        ),
        Kept(
            _("Which answers you were told about"),
            _("as numbers of comments, so that no answer is told twice"),
            _("as long as the address"),
        ),
    ]


def _days(number: int) -> str:
    return plural("%(num)s day", "%(num)s days", number)


def cookies(house: House) -> list[Kept]:
    """Which cookies there are."""
    settings = house.settings
    proof = Kept(
        "known",
        _(
            "a sealed code that proves that you confirmed an e-mail address on this device; set when you press the "
            "button behind the link of our mail"
        ),
        plural(
            "%(num)s day, or until that address is forgotten here",
            "%(num)s days, or until that address is forgotten here",
            settings.remember_days,
        ),
    )
    return [
        *([proof] if mail.offered(house) else []),
        Kept(
            "remember",
            _(
                "your name, e-mail and website for the form, sealed; only if you tick “remember me on this device”"
            ),
            plural(
                "%(num)s day, or until you post without the tick",
                "%(num)s days, or until you post without the tick",
                settings.remember_days,
            ),
        ),
        Kept(
            "writer",
            _(
                "a random number for one thread, set when you post in it, so that your comments there have one "
                "picture as long as you keep the name; every thread has another"
            ),
            _days(settings.writer_days),
        ),
        Kept(
            "thanks",
            _(
                "a random number, set when you first say that a comment rings true, so that you can take it back"
            ),
            _days(settings.thanks_days),
        ),
        Kept(
            _("none, but kept by your browser"),
            _(
                "when you last saw each thread, to mark what is new; it stays on your device and is not sent here"
            ),
            _("until you clear this site's data in your browser"),
        ),
        Kept(
            _("none, but kept by your browser"),
            _(
                "whose comments you hide, by their names, for each thread; it stays on your device and is not sent "
                "here"
            ),
            _("until you show them again, or clear this site's data in your browser"),
        ),
        Kept(
            "guest",
            _("only for a guest author who came by their link"),
            _days(settings.guest_link_days),
        ),
        Kept("desk", _("only for moderators who sign in"), _days(settings.session_days)),
    ]
