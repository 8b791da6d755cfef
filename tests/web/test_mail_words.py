"""What stands in mails: content warnings instead of texts, the language that their reader was spoken to in."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from commentkit.service.house import House
from commentkit.testing import FakeClock
from tests.mailserver import (
    ADDRESS,
    WREN,
    MailServer,
    answer,
    link,
    mail_settings,
    press,
    words,
)
from tests.site import ORIGIN, Site, comment_form
from tests.writing import every_row

WARNED = {"warning.sexual violence": "yes"}
GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def site(database_url: str, server: MailServer, clock: FakeClock) -> Iterator[Site]:
    """A site with a content warning that sends mails."""
    settings = mail_settings(database_url, server, warnings="sexual violence, health")
    with Site(settings, clock=clock) as started:
        yield started


def confirmed(site: Site, server: MailServer, when: str = "each") -> None:
    """A comment whose writer is told about answers."""
    site.post("I have felt this too.", **WREN)
    site.work()
    press(site, link(server.mails[0], "confirm"), when=when)
    site.work()
    site.client.cookies.clear()
    server.mails.clear()


def test_a_content_warning_stands_in_the_mail_instead_of_the_text(site: Site, server: MailServer) -> None:
    confirmed(site, server)
    public_id = answer(site, "It was *him* again.", **WARNED)
    [mail] = server.mails
    for kind in ("plain", "html"):
        shown = words(mail, kind)
        assert "Content warning: sexual violence." in shown
        assert "him" not in shown
        assert f"?ck-comment={public_id}" in shown


def test_in_the_mail_of_a_day_only_those_texts_are_left_out_that_have_one(
    site: Site, server: MailServer, clock: FakeClock
) -> None:
    confirmed(site, server, "daily")
    answer(site, "It was *him* again.", **WARNED)
    answer(site, "Thank you for this.")
    clock.move(days=1, minutes=1)
    site.work()
    [mail] = server.mails
    for kind in ("plain", "html"):
        shown = words(mail, kind)
        assert shown.count("Content warning:") == 1
        assert "him" not in shown
        assert "Thank you for this." in shown


def test_a_warning_that_a_moderator_set_before_the_mail_went_counts(
    site: Site, server: MailServer, clock: FakeClock
) -> None:
    confirmed(site, server, "daily")
    public_id = answer(site, "It was *him* again.")
    site.sign_in()
    site.move(public_id, "warn", **WARNED)
    clock.move(days=1, minutes=1)
    site.work()
    assert "Content warning: sexual violence." in words(server.mails[0])
    assert "him" not in words(server.mails[0])


def test_nothing_in_a_mail_is_fetched_from_anywhere(site: Site, server: MailServer) -> None:
    confirmed(site, server)
    answer(site, "See ![this](https://elsewhere.example/x.png) and https://elsewhere.example/.")
    html = words(server.mails[0], "html")
    assert not re.search(r"<(img|link|style|script|iframe|object|video|audio|svg)|src=|url\(", html)


def spoken(site: Site, server: MailServer, page: str, **headers: str) -> tuple[set[str], set[str]]:
    """Somebody posts from a page of the thread, confirms and is answered: languages and beginnings of the links."""
    fields = comment_form(site.client.get(page, headers=headers).text)
    action = page.partition("/thread")[0] + "/post"
    given = {"Origin": ORIGIN, **headers}
    sent = site.client.post(action, data={**fields, **WREN, "body": "Mine."}, headers=given)
    assert sent.status_code == 200, sent.text
    site.work()
    press(site, link(server.mails[0], "confirm"), when="each")
    site.client.cookies.clear()
    site.reply(site.ids()[0], "So have I.", name="Kit")
    site.work()
    assert len(server.mails) == 3
    languages = {str(mail["Content-Language"]) for mail in server.mails}
    for mail in server.mails:
        assert f'<html lang="{mail["Content-Language"]}" dir="ltr">' in words(mail, "html")
    found = re.findall(
        r"http://testserver(/comments\S*?)/(?:mail|receipt)/", "".join(words(mail) for mail in server.mails)
    )
    return languages, set(found)


@pytest.fixture
def thread(site: Site) -> str:
    """The thread's own page, in no language."""
    site.post("The very first.")
    site.client.cookies.clear()
    return "/thread?key=/guest/first-light"


def test_mails_speak_the_language_that_the_address_had_chosen_and_their_links_too(
    site: Site, server: MailServer, thread: str
) -> None:
    found = spoken(site, server, f"/comments/~de{thread}", **{"Accept-Language": "en"})
    assert found == ({"de"}, {"/comments/~de"})


def test_a_language_that_the_browser_asked_for_leaves_the_links_as_they_are(
    site: Site, server: MailServer, thread: str
) -> None:
    assert spoken(site, server, f"/comments{thread}", **GERMAN) == ({"de"}, {"/comments"})


def test_mails_are_english_for_whoever_was_spoken_to_in_english(
    site: Site, server: MailServer, thread: str
) -> None:
    assert spoken(site, server, f"/comments{thread}", **{"Accept-Language": "en"}) == ({"en"}, {"/comments"})


def test_a_language_that_is_there_no_more_is_english(site: Site, server: MailServer) -> None:
    async def forget(house: House) -> None:
        async with house.db.write() as connection:
            await connection.execute(text("UPDATE commentkit_watch SET language = 'tlh', prefix = '/~tlh'"))

    confirmed(site, server)
    site.run(forget)
    answer(site)
    [mail] = server.mails
    assert mail["Content-Language"] == "en"
    assert "~tlh" not in words(mail)


def test_what_is_kept_of_it_is_the_language_alone(site: Site, server: MailServer) -> None:
    confirmed(site, server)
    [row] = site.run(every_row)["commentkit_watch"]
    assert (row["language"], row["prefix"]) == ("en", "")
    assert ADDRESS not in str(row)
