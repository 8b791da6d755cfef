"""Nobody can have mails sent to somebody else again and again, and what was forgotten is sent nothing."""

from commentkit.service import moderator
from commentkit.testing import FakeClock
from tests.mailserver import WREN, MailServer, answer, erase, link, mail_settings, press
from tests.site import Site
from tests.writing import every_row


def test_a_stranger_who_gives_a_confirmed_address_has_one_mail_a_day_sent_to_it_at_most(
    confirmed: Site, server: MailServer, clock: FakeClock
) -> None:
    confirmed.post("Not Wren's.", **WREN)
    confirmed.client.cookies.clear()
    strangers = confirmed.ids()[0]
    for number in range(4):
        confirmed.reply(strangers, f"Buy this, {number}.", name="Kit")
        confirmed.client.cookies.clear()
        confirmed.work()
    assert server.mails == []
    clock.move(days=1, minutes=1)
    confirmed.work()
    assert len(server.mails) == 1


def test_posting_and_erasing_again_and_again_sends_one_mail(
    sqlite_url: str, server: MailServer, clock: FakeClock
) -> None:
    with Site(mail_settings(sqlite_url, server), clock=clock) as site:
        for _ in range(3):
            receipt = site.post("Mine, for now.", **WREN).url.path
            site.work()
            erase(site, receipt)
            site.work()
        assert len(server.mails) == 1
        [row] = site.run(every_row)["commentkit_mailbox"]
        assert row["sealed"] == ""
        confirm = link(server.mails[0], "confirm")
        assert site.client.get(confirm).status_code == 404  # there is nothing to confirm
        site.post("Mine, to stay.", **WREN)
        press(site, confirm, when="each")
        assert site.run(every_row)["commentkit_mailbox"][0]["confirmed_at"] is not None


def test_what_is_kept_for_that_is_forgotten_when_its_time_is_over(posted: Site, clock: FakeClock) -> None:
    receipt = posted.post("Mine too.", **WREN).url.path
    first = posted.ids()[-1]
    posted.run(lambda house: moderator.erase(house, "Mo", first))
    erase(posted, receipt)
    assert len(posted.run(every_row)["commentkit_mailbox"]) == 1
    clock.move(days=7, minutes=30)
    posted.work()
    assert posted.run(every_row)["commentkit_mailbox"] == []


def test_mails_that_wait_for_a_forgotten_address_go_with_it_and_to_nobody_else(
    sqlite_url: str, server: MailServer, clock: FakeClock
) -> None:
    with Site(mail_settings(sqlite_url, server, publishing="hold-all"), clock=clock) as site:
        server.says = "451 Later"
        receipt = site.post("Mine.", **WREN).url.path
        site.sign_in()
        site.move(site.ids("waiting")[0], "publish")
        site.work()
        erase(site, receipt)
        assert [row for row in site.run(every_row)["commentkit_outbox"] if row["kind"] == "mail"] == []
        clock.move(days=8)
        site.work()
        server.says = ""
        site.post("Somebody else's, which waits.", name="Kit", email="kit@example.org", answers="yes")
        clock.move(days=1)
        site.work()
        assert server.mails == []


def test_no_two_mails_have_one_name_though_numbers_are_used_again(
    confirmed: Site, server: MailServer, clock: FakeClock
) -> None:
    for _ in range(3):
        answer(confirmed)
        clock.move(days=31)
        confirmed.work()  # nothing is left in the outbox
        assert confirmed.run(every_row)["commentkit_outbox"] == []
    assert len({mail["Message-ID"] for mail in server.mails}) == 3
