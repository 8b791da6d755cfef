"""A real mail server on this machine, and what arrived there."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from commentkit.testing import FakeClock
from tests.site import ORIGIN, Site, forms, make_settings


@dataclass
class MailServer:
    """Takes mails, or answers each recipient with `says` while that is set."""

    port: int = 0
    says: str = ""
    needs_login: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    tries: int = 0
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse them."""
        self.tries += 1
        if self.says:
            return self.says
        if self.needs_login and not session.authenticated:
            return "530 Authentication required"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("cipher") is not None)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address."""
        return [mail for mail in self.mails if mail["To"] == address]


def words(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail, plain or html."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link(mail: EmailMessage, what: str) -> str:
    """The path of the link in a mail that leads to what: confirm, stop or receipt."""
    found = re.search(rf"http://[^/\s]+(/comments/(?:~\w+/)?(?:mail/)?{what}/\S+)", words(mail))
    assert found, words(mail)
    return found[1]


class _AnyPort(Controller):
    """Takes any free port; what it is, is known when it listens."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # theirs


@contextmanager
def mail_server(
    login: tuple[str, str] | None = None, *, starttls: SSLContext | None = None, tls: SSLContext | None = None
) -> Iterator[MailServer]:
    """A mail server that runs.

    Args:
        login: it takes mails from this user alone, with this password; with `starttls` only once that is done.
        starttls: its certificate; it then speaks nothing but STARTTLS first.
        tls: its certificate, where it speaks TLS from the beginning.
    """
    server = MailServer(needs_login=login is not None)

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and login is not None
        fits = right and (given.login.decode(), given.password.decode()) == login
        return AuthResult(success=fits, handled=False)  # the server tells the client which

    more: dict[str, Any] = {"ssl_context": tls} if tls else {}
    if login:
        more |= {"authenticator": knows, "auth_require_tls": starttls is not None}
    if starttls:
        more |= {"tls_context": starttls, "require_starttls": True}
    controller = _AnyPort(server, hostname="127.0.0.1", port=0, **more)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[SSLContext, Path]:
    """A fresh certificate for this machine, as a server uses it, and the file by which clients can trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    public, secret = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, public


ADDRESS = "wren.canary@example.org"
WREN = {"name": "Wren", "email": ADDRESS, "answers": "yes"}


def mail_settings(url: str, server: MailServer, **changes: Any) -> Any:
    """Settings of a site that sends mails."""
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "mail_from": "comments@blog.example",
        "public_url": f"{ORIGIN}/comments",
        "site_name": "The Blog",
        **changes,
    }
    return make_settings(url, **given)


def press(site: Site, path: str, **fields: str) -> str:
    """Open a page from a mail, and press a button there."""
    [(action, given)] = forms(site.read(path))
    headers = {
        "Origin": ORIGIN,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",  # as browsers say also of an empty form
    }
    answer = site.client.post(action or path, data={**given, **fields}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def answer(site: Site, body: str = "So have I.", **fields: str) -> str:
    """Somebody answers the first comment; the answer's id."""
    before = set(site.ids())
    site.reply(site.ids()[-1], body, **{"name": "Kit", **fields})
    site.client.cookies.clear()
    site.work()
    return next(iter(set(site.ids()) - before), "")


def erase(site: Site, receipt: str, what: str = "both") -> None:
    """A comment's writer erases it."""
    act = next(fields["act"] for action, fields in forms(site.read(receipt)) if action.endswith("/erase"))
    given = {"act": act, "what": what, "sure": "yes"}
    assert site.client.post(f"{receipt}/erase", data=given, headers={"Origin": ORIGIN}).status_code == 200


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as started:
        yield started


@pytest.fixture
def posted(sqlite_url: str, server: MailServer, clock: FakeClock) -> Iterator[Site]:
    """A blog that sends mails, with a comment whose writer asked to be told about answers."""
    with Site(mail_settings(sqlite_url, server), clock=clock) as site:
        site.post("I have felt this too.", **WREN)
        site.client.cookies.clear()
        site.work()
        yield site


@pytest.fixture
def confirmed(posted: Site, server: MailServer) -> Site:
    """The same, and she has confirmed."""
    [mail] = server.mails
    press(posted, link(mail, "confirm"), when="each")
    posted.work()
    server.mails.clear()
    posted.client.cookies.clear()
    return posted
