"""Mails: their words from templates, as plain text and as HTML, and the way to the mail server."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

import aiosmtplib

from commentkit.language import _, plural, speaking
from commentkit.letter import Letter, Private, Told
from commentkit.model import Security
from commentkit.service.house import comment_page
from commentkit.service.mail import CONFIRM_DAYS
from commentkit.settings import Settings
from commentkit.text import plain, restore
from commentkit.web.pages import Pages, anonymous, said, trusted, warned

_SECONDS = 30.0


@dataclass(frozen=True)
class Postman:
    """Brings letters to the site's mail server. A relay that is not there or busy is tried again by the outbox."""

    settings: Settings
    pages: Pages

    async def deliver(self, letter: Letter) -> bool:
        """Hand a letter to the mail server; False when there is no such address, now or later.

        Raises:
            aiosmtplib.SMTPException, OSError: the mail server didn't take it this time.
        """
        try:
            message = self.message(letter)
        except (UnicodeError, ValueError):
            return False  # nothing that a mail could be sent to
        chosen = self.settings
        try:
            await aiosmtplib.send(
                message,
                hostname=chosen.smtp_host,
                port=chosen.smtp_port,
                use_tls=chosen.smtp_security is Security.TLS,
                start_tls=chosen.smtp_security is Security.STARTTLS,
                username=chosen.smtp_user or None,
                password=chosen.smtp_password.get_secret_value() if chosen.smtp_password else None,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(each.code >= 500 for each in error.recipients):
                return False
            raise
        return True

    def message(self, letter: Letter) -> EmailMessage:
        """A letter with its words and headers, in the language that its reader was spoken to in.

        Raises:
            UnicodeError, ValueError: its address can't be written in a mail.
        """
        with speaking(letter.tongue.language):
            return self._message(letter)

    def _message(self, letter: Letter) -> EmailMessage:
        chosen = self.settings
        base = chosen.public_url + letter.tongue.prefix
        template, subject = _kind(letter, chosen.site_name)
        message = EmailMessage(SMTP)
        message["From"] = Address(chosen.site_name, addr_spec=chosen.mail_from)
        message["To"] = Address(addr_spec=_ascii(letter.to))
        message["Subject"] = subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.name}@{chosen.mail_from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
        stop = f"{base}/mail/stop/{letter.secret}"
        if letter.confirm is None:
            message["List-Unsubscribe"] = f"<{stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        values: dict[str, Any] = {
            "subject": subject,
            "confirm": f"{base}/mail/confirm/{letter.secret}",
            "about": letter.confirm,
            "days": CONFIRM_DAYS,
            "stop": stop,
            "answers": [_answer(each, base) for each in letter.answers],
            "own": [_own(each, base) for each in letter.own],
        }
        message.set_content(str(self.pages.render(f"mail/{template}.txt", **values)))
        message.add_alternative(str(self.pages.render(f"mail/{template}.html", **values)), subtype="html")
        message["Content-Language"] = (
            letter.tongue.language
        )  # RFC 3282; at last, or it goes to the first part alone
        return message


def _answer(told: Told, base: str) -> Mapping[str, Any]:
    """An answer as its mail shows it: with a content warning instead of its text where it has one."""
    warning = warned(told.answer)
    return {
        "name": anonymous(told.answer.name),
        "by_guest": told.answer.by_guest,
        "said": said(told.answer.created_at),
        "title": told.thread.title or told.thread.key,
        "warning": warning,
        "text": "" if warning else plain(restore(told.answer.html)).strip(),
        "html": "" if warning else trusted(restore(told.answer.html)),
        "page": urljoin(base, comment_page(base, told.thread, told.answer.public_id)),
        "stop": f"{base}/mail/stop/{told.stop}",
    }


def _own(private: Private, base: str) -> Mapping[str, str]:
    return {
        "said": said(private.comment.created_at),
        "title": private.thread.title or private.thread.key,
        "page": f"{base}/receipt/{private.receipt}",
    }


def _kind(letter: Letter, site_name: str) -> tuple[str, str]:
    """Which templates, and the subject: it may be read over a shoulder, so it names no page and no person."""
    if letter.confirm is not None:
        return "confirm", _("Please confirm your e-mail address: %(site)s", site=site_name)
    if letter.own:
        return "own", plural(
            "Your private link on %(site)s",
            "Your private links on %(site)s",
            len(letter.own),
            site=site_name,
        )
    return "answers", plural(
        "An answer to you on %(site)s",
        "%(num)s answers to you on %(site)s",
        len(letter.answers),
        site=site_name,
    )


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
