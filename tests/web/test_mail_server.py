"""The way to the mail server: encrypted as was set, to a server that proves who it is, or not gone at all."""

from contextlib import AbstractContextManager
from pathlib import Path
from ssl import SSLContext

import pytest

from commentkit.testing import FakeClock
from tests.mailserver import WREN, MailServer, certificate, mail_server, mail_settings
from tests.site import Site
from tests.writing import every_row

LOGIN = ("blog", "hush hush")
KNOWN = {"smtp_user": LOGIN[0], "smtp_password": LOGIN[1]}


def speaking(
    security: str, context: SSLContext, login: tuple[str, str] | None = None
) -> AbstractContextManager[MailServer]:
    """A mail server that speaks nothing in clear."""
    return mail_server(login, starttls=context) if security == "starttls" else mail_server(login, tls=context)


def post(url: str, server: MailServer, clock: FakeClock, **settings: str) -> int:
    """A comment is posted and its mail sent; how many jobs are left to be tried again."""
    with Site(mail_settings(url, server, **settings), clock=clock) as site:
        site.post("I have felt this too.", **WREN)
        site.work()
        jobs = site.run(every_row)["commentkit_outbox"]
        return len([job for job in jobs if job["kind"] == "mail" and job["done_at"] is None])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_encrypted_with_its_login_to_a_server_that_can_be_trusted(
    sqlite_url: str, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    login = LOGIN if security == "starttls" else None  # the test's server offers no login inside TLS
    with speaking(security, context, login) as server:
        assert post(sqlite_url, server, clock, smtp_security=security, **(KNOWN if login else {})) == 0
        assert server.encrypted == [True]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing_and_is_tried_again(
    sqlite_url: str, clock: FakeClock, tmp_path: Path, security: str
) -> None:
    context, _ = certificate(tmp_path)
    with speaking(security, context) as server:
        assert post(sqlite_url, server, clock, smtp_security=security) == 1
        assert (server.mails, server.tries) == ([], 0)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_machine_is_not_enough(
    sqlite_url: str, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context, trusted = certificate(tmp_path, "192.0.2.7")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with speaking(security, context) as server:
        assert post(sqlite_url, server, clock, smtp_security=security) == 1
        assert server.mails == []


def test_nothing_goes_in_clear_where_that_was_not_said(sqlite_url: str, clock: FakeClock) -> None:
    with mail_server() as server:  # it offers no STARTTLS: perhaps somebody between has taken that away
        assert post(sqlite_url, server, clock, smtp_security="starttls", **KNOWN) == 1
        assert (server.mails, server.tries) == ([], 0)


def test_a_wrong_password_keeps_the_mail_to_be_tried_again(
    sqlite_url: str, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(LOGIN, starttls=context) as server:
        wrong = {"smtp_user": "blog", "smtp_password": "guessed"}
        assert post(sqlite_url, server, clock, smtp_security="starttls", **wrong) == 1
        assert server.mails == []


def test_in_clear_only_where_the_site_says_so(sqlite_url: str, clock: FakeClock) -> None:
    with mail_server() as server:
        assert post(sqlite_url, server, clock, smtp_security="none") == 0
        assert server.encrypted == [False]
