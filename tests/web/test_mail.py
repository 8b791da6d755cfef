"""Answers by mail, as readers ask for them and as they arrive at a real mail server."""

import re
from html import unescape

import pytest

from commentkit import Comments, SettingsError
from commentkit.service import moderator
from commentkit.testing import FakeClock
from commentkit.worker import drain
from tests.mailserver import (
    ADDRESS,
    WREN,
    MailServer,
    answer,
    erase,
    link,
    mail_server,
    mail_settings,
    press,
    words,
)
from tests.site import ORIGIN, Site, comment_form
from tests.writing import every_row


def test_without_a_mail_server_nothing_is_offered(site: Site) -> None:
    assert 'name="answers"' not in site.read()
    site.post("Told or not?", **WREN)
    assert site.run(every_row)["commentkit_mailbox"] == []


@pytest.mark.parametrize("missing", ["mail_from", "public_url"])
def test_a_mail_server_alone_is_not_enough(sqlite_url: str, server: MailServer, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^COMMENTKIT_{missing.upper()}: "):
        Comments(mail_settings(sqlite_url, server, **{missing: ""}))


def test_whoever_ticks_the_box_must_say_where_and_loses_nothing(posted: Site) -> None:
    refused = posted.send({**posted.form(), "body": "Tell me.", "answers": "yes"})
    assert refused.status_code == 422
    assert "Please give the e-mail address that is to be told" in refused.text
    assert comment_form(refused.text)["answers"] == "yes"
    assert comment_form(refused.text)["body"] == "Tell me."


def test_the_first_mail_asks_to_confirm_and_holds_nothing_that_a_stranger_wrote(
    posted: Site, server: MailServer
) -> None:
    [mail] = server.to(ADDRESS)
    assert mail["Subject"] == "Please confirm your e-mail address: The Blog"
    assert mail["From"] == "The Blog <comments@blog.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert server.envelopes == [("comments@blog.example", [ADDRESS])]
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "/comments/mail/confirm/" in text
        assert not re.search("Wren|felt this|First light|first-light", text)


def test_nothing_else_is_sent_before_that_is_done(posted: Site, server: MailServer) -> None:
    answer(posted)
    posted.post("Another one.", **WREN)
    posted.work()
    assert len(server.mails) == 1
    press(posted, link(server.mails[0], "confirm"), when="each")
    posted.work()
    [told] = [mail for mail in server.mails if mail["Subject"] == "An answer to you on The Blog"]
    assert "So have I." in words(told)  # what came meanwhile isn't lost


def test_opening_the_links_changes_nothing(posted: Site, server: MailServer) -> None:
    before = posted.run(every_row)
    posted.read(link(server.mails[0], "confirm"))
    assert posted.run(every_row) == before


def test_an_answer_is_told_with_its_words_its_place_and_a_way_out(
    confirmed: Site, server: MailServer
) -> None:
    public_id = answer(confirmed, "So have *I*. <b>1 < 2</b>")
    [mail] = server.mails
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "An answer to you on The Blog"
    assert "So have I." in words(mail)
    assert "Kit answered your comment below “First light”" in words(mail)
    assert "So have <em>I</em>." in words(mail, "html")
    assert f"http://testserver/guest/first-light?ck-comment={public_id}#c-{public_id}" in words(mail)
    assert mail["List-Unsubscribe"] == f"<http://testserver{link(mail, 'stop')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    confirmed.work()
    assert len(server.mails) == 1


def test_one_click_in_a_mail_program_ends_them(confirmed: Site, server: MailServer) -> None:
    answer(confirmed)
    path = link(server.mails[0], "stop")
    confirmed.read(path)
    one_click = {"List-Unsubscribe": (None, "One-Click")}
    assert (
        confirmed.client.post(path, files=one_click).status_code == 200
    )  # RFC 8058: multipart, from no page
    answer(confirmed, "One more.")
    assert len(server.mails) == 1
    assert confirmed.run(every_row)["commentkit_mailbox"] == []
    assert confirmed.client.get(path).status_code == 404


def test_the_other_kind_of_form_does_so_too(confirmed: Site, server: MailServer) -> None:
    answer(confirmed)
    path = link(server.mails[0], "stop")
    assert confirmed.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert confirmed.run(every_row)["commentkit_watch"] == []


def test_a_page_of_another_site_ends_nothing(confirmed: Site, server: MailServer) -> None:
    answer(confirmed)
    path = link(server.mails[0], "stop")
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert confirmed.client.post(path, data={"what": "all"}, headers=headers).status_code == 403
    assert len(confirmed.run(every_row)["commentkit_watch"]) == 1


def test_all_mails_can_be_ended_at_once(confirmed: Site, server: MailServer) -> None:
    confirmed.post("A second one of hers.", path="/guest/second-light", **WREN)
    confirmed.client.cookies.clear()
    answer(confirmed)
    assert "No more mails" in press(confirmed, link(server.mails[0], "stop"), what="all")
    rows = confirmed.run(every_row)
    assert [rows[f"commentkit_{name}"] for name in ("mailbox", "watch", "notice")] == [[], [], []]


def test_a_confirmed_address_needs_no_second_mail_to_confirm(confirmed: Site, server: MailServer) -> None:
    confirmed.post("A second one of hers.", path="/guest/second-light", **WREN)
    confirmed.work()
    assert server.mails == []


def test_an_answer_that_waits_is_told_when_it_is_published_and_once(
    sqlite_url: str, server: MailServer, clock: FakeClock
) -> None:
    with Site(mail_settings(sqlite_url, server, publishing="hold-all"), clock=clock) as site:
        receipt = site.post("Mine.", **WREN)
        assert "Once your comment is published, you get a mail" in unescape(receipt.text)
        site.work()
        assert server.mails == []  # no robot can have mails sent to others
        site.sign_in()
        [mine] = site.ids("waiting")
        site.move(mine, "publish")
        site.work()
        [mail] = server.mails
        assert "You get a mail to confirm your e-mail address by" in site.read(str(receipt.url.path))
        press(site, link(mail, "confirm"), when="each")
        site.work()
        server.mails.clear()
        site.reply(mine, "An answer that waits.", name="Kit")
        site.work()
        assert server.mails == []
        [theirs] = site.ids("waiting")
        for move in ("publish", "hide", "publish"):
            site.move(theirs, move)
            site.work()
        assert len(server.mails) == 1


def test_an_answer_that_was_hidden_before_the_mail_went_is_not_told(
    confirmed: Site, server: MailServer
) -> None:
    confirmed.reply(confirmed.ids()[-1], "A slip.", name="Kit")
    confirmed.sign_in()
    confirmed.move(confirmed.ids()[0], "hide")
    confirmed.work()
    assert server.mails == []


def test_nobody_is_told_about_their_own_answer(confirmed: Site, server: MailServer) -> None:
    answer(confirmed, "To add to that.", name="Wren", email=ADDRESS.upper())
    assert server.mails == []


def test_one_mail_a_day_can_be_chosen(posted: Site, server: MailServer, clock: FakeClock) -> None:
    press(posted, link(server.mails[0], "confirm"), when="daily")
    posted.work()
    server.mails.clear()
    for body in ("First answer.", "Second answer."):
        answer(posted, body)
    posted.run(drain)  # not even when all that waits is to be done
    assert server.mails == []
    clock.move(days=1, minutes=1)
    posted.work()
    [mail] = server.mails
    assert mail["Subject"] == "2 answers to you on The Blog"
    assert words(mail).index("First answer.") < words(mail).index("Second answer.")
    posted.client.post(mail["List-Unsubscribe"].strip("<>").removeprefix(ORIGIN))
    assert posted.run(every_row)["commentkit_mailbox"] == []


def test_it_is_one_mail_a_day_on_every_day(posted: Site, server: MailServer, clock: FakeClock) -> None:
    press(posted, link(server.mails[0], "confirm"), when="daily")
    posted.work()
    server.mails.clear()
    for hour in range(0, 72, 3):
        answer(posted, f"Answer {hour}.")
        clock.move(hours=3)
        posted.work()
    assert len(server.mails) == 3
    told = " ".join(words(mail) for mail in server.mails)
    assert all(told.count(f"Answer {hour}.") == 1 for hour in range(0, 72, 3))


def test_how_often_can_be_changed_from_any_mail(confirmed: Site, server: MailServer) -> None:
    answer(confirmed)
    assert "at most one mail a day" in press(confirmed, link(server.mails[0], "stop"), what="daily")
    answer(confirmed, "One more.")
    assert len(server.mails) == 1


def test_an_address_that_does_not_confirm_is_forgotten(
    posted: Site, server: MailServer, clock: FakeClock
) -> None:
    clock.move(days=7, minutes=30)
    path = link(server.mails[0], "confirm")
    assert posted.client.get(path).status_code == 404
    assert posted.client.post(path, data={"when": "each"}, headers={"Origin": ORIGIN}).status_code == 404
    posted.work()
    assert posted.run(every_row)["commentkit_mailbox"] == []


@pytest.mark.parametrize("what", ["text", "identity", "both"])
def test_erasing_a_comment_ends_its_mails(confirmed: Site, server: MailServer, what: str) -> None:
    receipt = confirmed.post("To be erased.", **WREN).url.path
    answer(confirmed)
    first = confirmed.ids()[-1]
    confirmed.run(lambda house: moderator.erase(house, "Mo", first))
    assert len(confirmed.run(every_row)["commentkit_watch"]) == 1
    erase(confirmed, receipt, what)
    rows = confirmed.run(every_row)
    assert [rows[f"commentkit_{name}"] for name in ("mailbox", "watch", "notice")] == [[], [], []]


def test_what_is_kept_about_it_can_be_taken_along(confirmed: Site) -> None:
    receipt = confirmed.post("Mine.", **WREN).url.path
    told = confirmed.client.get(f"{receipt}/everything.json").json()["answers_by_mail"]
    assert told == {"told_about_answers": True, "known_again": False, "language": "en"}


def test_a_mail_server_that_is_busy_gets_the_same_mail_again(
    confirmed: Site, server: MailServer, clock: FakeClock
) -> None:
    server.says = "451 Later"
    answer(confirmed)
    assert server.mails == []
    server.says = ""
    clock.move(minutes=5)
    confirmed.work()
    [mail] = server.mails
    assert re.fullmatch(r"<[\w-]+@blog\.example>", mail["Message-ID"])


def test_an_address_that_does_not_exist_is_tried_once_and_forgotten(
    confirmed: Site, server: MailServer, clock: FakeClock
) -> None:
    server.says, server.tries = "550 No such person", 0
    answer(confirmed)
    clock.move(days=1)
    confirmed.work()
    assert server.tries == 1
    assert confirmed.run(every_row)["commentkit_mailbox"] == []


def test_addresses_and_links_are_nowhere_in_clear(
    confirmed: Site, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.says = "451 Later, wren.canary@example.org"
    answer(confirmed, "Canary answer.")
    server.says = ""
    confirmed.run(drain)
    [mail] = server.mails
    secret = link(mail, "stop").rpartition("/")[2]
    rows = str(confirmed.run(every_row))
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name != "httpx2")
    assert "job mail for mailbox 1 failed (SMTPRecipientsRefused)" in logged
    for text in (ADDRESS, "wren.canary", secret):
        assert text not in rows
        assert text not in logged
    assert "Canary answer" not in logged


@pytest.mark.parametrize("email", ["wren@bücher.example", "wren@" + "a" * 70 + ".example", "wren@x..example"])
def test_strange_addresses_are_written_right_or_given_up(
    sqlite_url: str, server: MailServer, email: str
) -> None:
    with Site(mail_settings(sqlite_url, server)) as site:
        site.post("From afar.", name="Wren", email=email, answers="yes")
        site.work()
        assert [mail["To"] for mail in server.mails] in ([], ["wren@xn--bcher-kva.example"])
        assert len(server.mails) == ("ü" in email)


def test_a_mail_server_with_a_password_is_told_it(sqlite_url: str) -> None:
    with mail_server(("blog", "hush hush")) as server:
        login = {"smtp_user": "blog", "smtp_password": "hush hush"}
        with Site(mail_settings(sqlite_url, server, **login)) as site:
            site.post("Mine.", **WREN)
            site.work()
        assert len(server.mails) == 1


def test_a_name_or_title_cannot_write_headers(confirmed: Site, server: MailServer) -> None:
    answer(confirmed, "Hello.\r\nBcc: all@example.org", name="Kit\r\nBcc: all@example.org")
    [mail] = server.mails
    assert mail["Bcc"] is None
    assert {to for _, tos in server.envelopes for to in tos} == {ADDRESS}


def test_the_data_page_tells_about_it(posted: Site, site: Site) -> None:
    page = unescape(posted.read("/comments/data"))
    assert "Your e-mail address, if you asked to be told about answers" in page
    assert "(127.0.0.1)" in page
    assert "asked to be told about answers" not in site.read("/comments/data")
