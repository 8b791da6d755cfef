"""The data page and the notice below the form can't lie: they say what this configuration really does."""

import re
from html import unescape

import pytest

from commentkit.store.tables import PREFIX, metadata
from commentkit.testing import AkismetStandIn
from commentkit.web import STATIC
from tests.mailserver import mail_server, mail_settings
from tests.site import ORIGIN, Site, make_settings

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
    thank = f"/comments/c/{site.ids()[0]}/thanks"
    site.client.post(thank, data={"thanks": "give"}, headers={"Origin": ORIGIN}, follow_redirects=False)
    page = site.read("/comments/data").partition("Cookies</h2>")[2]
    purposes = {re.sub(r"\d", "", name.rpartition("_")[2]) for name in site.client.cookies}
    assert purposes == {
        "remember",
        "writer",
        "desk",
        "guest",
        "thanks",
    }  # and `known`: tests/web/test_known.py
    for purpose in purposes:
        assert f'<th scope="row">{purpose}</th>' in page


# What each column holds of a reader -> how the page calls it. A new column needs a place here, and words on the page.
OF_READERS = {
    "Your comment, name and website": {
        "comment": "name website body html depth parent_id root_id path created_at public_id seed warning once "
        "status version",
    },
    "Your e-mail address, if you give one": {"comment": "email_sealed"},
    "A copy of what was sent to the spam check": {"sealed": "check blob shred_at", "edit": "sent shred_at"},
    "What the checks found, and what moderators decided, with their notes": {
        "comment": "reason",
        "finding": "check code reason weight points start end data edit_id",
        "decision": "actor move before after note at undoes edit_id warning_before warning_after site id",
    },
    "Other texts of a comment that its writer changed": {
        "edit": "status reason body html created_at settled_at"
    },
    "When you took your comment back, put it back or asked for another look": {"comment": "asked_at"},
    "A keyed code of the form's content": {"comment": "fingerprint"},
    "How old the form was, whether its hidden field was filled in": {
        "outbox": "kind receiver payload due_at attempts error done_at",
    },
    "The secret of your private link": {"comment": "receipt_hash"},
    "That you were shown a page before posting": {"prompt": "once fingerprint codes shown_at"},
    "Your e-mail address, if you asked to be told about answers": {
        "mailbox": "mark sealed once confirm_hash stop_hash daily asked_at confirmed_at",
        "watch": "mailbox_id once stop_hash answers",
    },
    "Your e-mail address, if you asked to confirm it": {"watch": "known proven"},
    "The language in which you were spoken to": {"watch": "language prefix"},
    "Which answers you were told about": {"notice": "watch_id job sent_at"},
    "That you reported a comment": {"report": "reason text at network shred_at decision_id settled_at"},
    "That you said a comment rings true": {"thanks": "mark shred_at", "comment": "thanks"},
    # cookies of guest authors and moderators
    "only for a guest author who came by their link": {
        "visit": "token_hash thread_id name created_at expires_at",
        "link": "token_hash thread_id name expires_at",
        "comment": "by_guest",
    },
    "only for moderators who sign in": {
        "person": "name password_hash created_at",
        "visit": "person_id",
        "link": "person_id",
    },
}
OF_THREADS = {
    "thread": "key title url guest publishing closed version published created_at",
    "comment": "thread_id branch",
    "prompt_count": "code answer count",
}
WHOSE = {"id", "site", "comment_id"}  # says what a row belongs to


def test_the_page_tells_of_every_column_that_there_is(sqlite_url: str, akismet_url: str) -> None:
    with mail_server() as server:
        more = {"akismet_key": "abc123", "akismet_url": akismet_url, "shaming": True}
        with Site(mail_settings(sqlite_url, server, **more)) as site:
            page = unescape(site.read("/comments/data"))
    assert [words for words in OF_READERS if words not in page] == []
    placed: dict[str, set[str]] = {}
    for columns in (*OF_READERS.values(), OF_THREADS):
        for table, names in columns.items():
            placed.setdefault(table, set()).update(names.split())
    there = {
        table.name.removeprefix(PREFIX): {column.name for column in table.columns} - WHOSE
        for table in metadata.sorted_tables
    }
    assert {name: columns - WHOSE for name, columns in placed.items()} == there


# The beginning of a key in the reader's own browser -> how the page calls what is kept under it.
ON_THE_DEVICE = {
    "commentkit seen": "when you last saw each thread",
    "commentkit hidden": "whose comments you hide",
    "commentkit": "it keeps a draft of what you type on your own device",
}


def test_the_page_tells_of_everything_that_scripts_keep_on_a_device(site: Site) -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    assert not re.search(r"sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.", scripts)
    found = re.findall(r"[`\"'](commentkit(?: [a-z]+)?) (?=\$)", scripts)
    assert set(found) == ON_THE_DEVICE.keys()
    assert len(re.findall(r"\.setItem\(", scripts)) == len(ON_THE_DEVICE) + 1  # drafts: in both scripts
    page = unescape(site.read("/comments/data"))
    assert [words for words in ON_THE_DEVICE.values() if words not in page] == []
