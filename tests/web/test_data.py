"""The data page and the notice below the form can't lie: they say what this configuration really does."""

import re
from html import unescape

import pytest

from commentkit.testing import AkismetStandIn
from tests.site import Site, make_settings

TRANSPORT = {"api_key", "blog"}  # whose site asks; nothing of the reader


@pytest.mark.parametrize("email", [False, True])
@pytest.mark.parametrize("address", [False, True])
def test_akismet_gets_exactly_the_fields_that_the_page_names(
    sqlite_url: str, akismet: AkismetStandIn, akismet_url: str, email: bool, address: bool
) -> None:
    options = {"akismet_send_email": email, "akismet_send_address": address, "trusted_proxies": "0.0.0.0/0"}
    chosen = make_settings(sqlite_url, akismet_key="abc123", akismet_url=akismet_url, **options)
    with Site(chosen) as site:
        site.client.headers.update({"Referer": "http://testserver/guest/first-light"})
        given = {"name": "Wren", "email": "wren@example.org", "website": "https://wren.example"}
        site.post("With everything.", **given)
        page = unescape(site.read("/comments/data"))
    named = set(re.findall(r"<code>(\w+)</code>", page.partition("</ul>")[0]))
    [sent] = akismet.calls("comment-check")
    untold = {name for name, value in sent.items() if value == "0.0.0.0"}
    assert named - {"user_ip"} == sent.keys() - TRANSPORT - {"user_ip"}
    assert ("comment_author_email" in named) is email
    assert ("user_ip" in named) is address
    assert untold <= {"user_ip"}
    never = page.partition("<strong>not</strong> sent:")[2].partition("</p>")[0]
    assert ("your e-mail address" in never) is not email
    assert ("your network address" in never) is not address
    assert ("sent to Akismet" in page) is email


def test_a_stand_in_for_akismet_is_called_one(checked_site: Site) -> None:
    assert "a stand-in for Akismet that runs on this very machine" in checked_site.read()
    assert "a stand-in on this machine" in checked_site.read("/comments/data")


def test_akismet_itself_is_named_below_the_form_and_on_the_page(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, akismet_key="abc123")) as site:
        page = site.read()
        assert "This site uses Akismet to reduce spam." in page
        assert 'href="/comments/data"' in page
        assert "stand-in" not in page
        assert "rest.akismet.com" in site.read("/comments/data")


def test_without_akismet_nobody_is_named(site: Site) -> None:
    assert "Akismet" not in site.read()
    assert "Nobody. Comments and what comes with them stay on this server." in site.read("/comments/data")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"remember_days": 7}, "7 days, or until you post without the tick"),
        ({"session_days": 3}, "3 days"),
        ({"guest_link_days": 5}, "5 days"),
        ({"post_limit": "4/hour"}, "for 1 hour; in that time 4 comments"),
        ({"publishing": "hold-first"}, "A moderator reads comments before they appear"),
        ({"publishing": "hold-all"}, "A moderator reads every comment before it appears."),
        ({"shaming": True}, "looks for words that shame somebody"),
    ],
)
def test_what_is_kept_and_read_follows_the_settings(
    sqlite_url: str, changes: dict[str, object], said: str
) -> None:
    with Site(make_settings(sqlite_url)) as before:
        usual = unescape(before.read("/comments/data"))
    with Site(make_settings(sqlite_url, **changes)) as site:
        assert said in unescape(site.read("/comments/data"))
    if "shaming" in changes:
        with Site(make_settings(sqlite_url, shaming=False)) as site:
            assert said not in site.read("/comments/data")
    else:
        assert said not in usual


def test_every_cookie_that_is_set_is_named(site: Site) -> None:
    site.send({**site.form(), "body": "Hello.", "remember": "yes"})
    site.sign_in()
    site.enter_as_guest()
    page = site.read("/comments/data").partition("Cookies</h2>")[2]
    purposes = {re.sub(r"\d", "", name.rpartition("_")[2]) for name in site.client.cookies}
    assert purposes == {"remember", "writer", "desk", "guest"}
    for purpose in purposes:
        assert f'<th scope="row">{purpose}</th>' in page
