"""Any reader can report a comment on a small page, without an account; moderators decide at the desk."""

import re
import sqlite3
from html import unescape

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from commentkit.model import Move
from commentkit.service import moderator
from commentkit.settings import Settings
from tests.site import ORIGIN, POST, Site, forms, make_settings

DESK = "/comments/desk"


def report(site: Site, comment: str, **fields: str) -> Response:
    """Open the page and send its form."""
    path = f"/comments/c/{comment}/report"
    [(action, given)] = forms(site.read(path))
    assert action == f"{path}?send=yes"
    return site.client.post(
        path, data={**given, **fields}, headers={"Origin": ORIGIN}, follow_redirects=False
    )


def test_every_published_comment_has_a_link_to_report_it(site: Site) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    for path in (POST, f"/comments/c/{comment}", f"/comments/thread?key={POST}"):
        assert f'href="/comments/c/{comment}/report" rel="nofollow"' in site.read(path)
    page = site.read(f"/comments/c/{comment}/report")
    assert "Hello." in page
    assert "You need no account" in page


def test_a_report_waits_at_the_desk_with_reason_and_words(site: Site) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    sent = report(site, comment, reason="hurts", text="It *hurts* <me>.")
    assert sent.status_code == 303
    assert "Thank you" in site.read(sent.headers["location"])
    assert "Hello." in site.read(POST)
    site.sign_in()
    page = site.read(f"{DESK}/reported")
    assert 'reported" aria-current="page">Reported <span class="ck-count">1<' in page
    assert "A reader reported this comment. It is still shown." in page
    assert "It shames, insults or threatens somebody" in page
    assert "It *hurts* &lt;me&gt;." in page
    assert "hurts" not in site.read(POST)


def test_a_report_that_can_not_be_kept_now_keeps_its_text(site: Site, settings: Settings) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    other = sqlite3.connect(settings.database_url.partition("///")[2], isolation_level=None)
    other.execute("begin exclusive")
    answer = report(site, comment, reason="hurts", text="It hurts me.")
    other.close()
    assert answer.status_code == 503
    [(_, again)] = forms(answer.text)
    assert (again["reason"], again["text"]) == ("hurts", "It hurts me.")


def test_a_report_of_a_comment_that_is_gone_by_now_shows_its_text(site: Site) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    [(path, fields)] = forms(site.read(f"/comments/c/{comment}/report"))
    site.run(lambda house: moderator.decide(house, "Mo", comment, Move.HIDE, version=1))
    sent = {**fields, "reason": "hurts", "text": "It hurts me."}
    answer = site.client.post(path, data=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 404
    assert "It hurts me." in answer.text
    assert site.client.post(path, data={**fields, "reason": "hurts"}).status_code == 404


def test_a_moderator_dismisses_and_can_undo_that(site: Site) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    report(site, comment, reason="spam")
    site.sign_in()
    page = site.read(f"{DESK}/reported")
    path, fields = next(each for each in forms(page) if each[0].endswith(f"/comments/{comment}"))
    sent = {**fields, "move": "dismiss"}
    done = site.client.post(path, data=sent, headers={"Origin": ORIGIN}, follow_redirects=False)
    assert done.headers["location"].startswith(f"{DESK}/reported?done=")
    page = site.read(done.headers["location"])
    assert "No report is waiting." in page
    undo = next(fields for action, fields in forms(page) if action.endswith(f"/comments/{comment}"))
    undo = {**undo, "move": "undo"}
    assert site.client.post(path, data=undo, headers={"Origin": ORIGIN}, follow_redirects=False).is_redirect
    assert "A reader reported this comment" in site.read(f"{DESK}/reported")
    assert "Mo</bdi> dismissed the reports" in site.read(f"{DESK}/comments/{comment}")
    assert site.move(comment, "dismiss", upto="9" * 40).status_code == 303
    assert site.move(comment, "dismiss", upto="x").status_code == 400
    assert site.ids() == [comment]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Please choose why you report it."),
        ({"reason": "nonsense"}, "Please choose why you report it."),
        ({"reason": "hurts", "text": "t" * 2001}, "there is room for 2,000"),
        ({"reason": "hurts", "text": "a\0b"}, "Something is missing or needs another look."),
    ],
)
def test_what_is_wrong_is_said_and_the_words_are_shown_again(
    site: Site, fields: dict[str, str], said: str
) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    answer = report(site, comment, **{"text": "My words.", **fields})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert fields.get("text", "My words.").partition("\0")[0] in answer.text
    if fields.get("reason") == "hurts":
        assert re.search(r'value="hurts" required checked', answer.text)
    site.sign_in()
    assert "No report is waiting." in site.read(f"{DESK}/reported")


def test_a_second_report_from_one_network_is_not_counted_and_that_is_said(sqlite_url: str) -> None:
    site = Site(make_settings(sqlite_url))
    site.client = TestClient(site.app, client=("203.0.113.7", 5000))
    with site:
        site.post("Hello.")
        [comment] = site.ids()
        assert report(site, comment, reason="hurts").status_code == 303
        again = report(site, comment, reason="other", text="Once more.")
        assert again.status_code == 409
        assert "reported from your network before" in again.text
        assert "Once more." in again.text


def test_reports_are_limited_like_comments_and_nothing_is_lost(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, post_limit="2/minute")) as site:
        for number in range(2):
            site.post(f"Number {number}.")
        one, two = site.ids()
        codes = [report(site, each, reason="spam", text="Kept.") for each in (one, two, one)]
        assert codes[-1].status_code == 429
        assert "retry-after" in codes[-1].headers
        assert "Kept." in codes[-1].text


def test_it_takes_no_report_from_another_site_or_of_what_is_not_there(site: Site) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    path = f"/comments/c/{comment}/report"
    foreign = site.client.post(path, data={"reason": "spam"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    site.sign_in()
    site.move(comment, "hide")
    assert site.client.get(path).status_code == 404
    answer = site.client.post(path, data={"reason": "spam"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 404


def test_a_hidden_comment_has_no_link_to_report_it(site: Site) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    site.sign_in()
    site.move(comment, "hide")
    assert "/report" not in site.read(f"/comments/c/{comment}")
