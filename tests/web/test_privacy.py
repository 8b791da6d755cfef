"""What nobody may see is nowhere to be seen; GET changes nothing; every answer has its headers."""

import logging
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from commentkit.testing import AkismetStandIn
from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import dump, links

SECRETS = {
    "email": "wren.canary@example.org",
    "address": "203.0.113.77",
    "waiting": "You're not really poly, canarywaiting",
    "hidden": "canaryhidden text",
    "spam": "canaryspam text",
    "note": "canarynote by Mo",
    "hidden name": "Canaryhiddenname",
}


@pytest.fixture
def told(
    sqlite_url: str, akismet_url: str, akismet: AkismetStandIn, caplog: pytest.LogCaptureFixture
) -> Iterator[Site]:
    """A blog behind a proxy, with one comment of every kind, each holding something that is nobody's business.

    Everything that is logged meanwhile is kept, down to the last detail.
    """
    caplog.set_level(logging.DEBUG)
    settings = make_settings(
        sqlite_url, akismet_key="canarykey123", akismet_url=akismet_url, trusted_proxies="127.0.0.1/32"
    )
    with Site(settings) as site:
        site.client = TestClient(
            site.app,
            raise_server_exceptions=False,
            client=("127.0.0.1", 50000),
            headers={"X-Forwarded-For": SECRETS["address"]},
        )
        with site.client:
            site.post("A published one.", name="Wren", email=SECRETS["email"])
            [published] = site.ids()
            site.reply(published, SECRETS["hidden"], name=SECRETS["hidden name"])
            hidden = site.ids()[0]
            site.reply(hidden, "An answer that stays.", name="Kit")
            site.post(SECRETS["waiting"], email=SECRETS["email"])
            site.post(SECRETS["spam"], name="akismet-guaranteed-spam")
            site.sign_in()
            site.move(hidden, "hide", note=SECRETS["note"])
            site.client.cookies.clear()
            assert any(each.fields.get("user_ip") == SECRETS["address"] for each in akismet.received)
            yield site


def crawl(site: Site, start: list[str]) -> dict[str, str]:
    """Every page that links lead to from here (GET only), with headers, by address."""
    seen: dict[str, str] = {}
    queue = list(start)
    while queue:
        address = queue.pop().partition("#")[0].removeprefix(ORIGIN)
        if address in seen or not address.startswith("/"):
            continue
        answer = site.client.get(address)
        seen[address] = f"{answer.status_code}\n{answer.headers}\n{answer.text}"
        if "html" in answer.headers.get("content-type", ""):
            queue += links(answer.text)
    return seen


API = "/comments/api/v1"
STARTS = [
    POST,
    "/comments/",
    "/comments/data",
    f"/comments/thread?key={POST}",
    f"{API}/thread?key={POST}",
    f"{API}/counts?key={POST}",
    f"{API}/openapi.json",
    f"{API}/form?key={POST}",
    "/comments/desk",
    "/comments/nowhere",
    "/comments/receipt/nothing",
    "/comments/desk/link/nothing",
    "/comments/guest/nothing",
]


def test_a_reader_sees_nothing_that_is_nobodys_business(told: Site, caplog: pytest.LogCaptureFixture) -> None:
    receipt = str(told.post("One more that waits: " + SECRETS["waiting"]).url).rpartition("/")[2]
    told.sign_in("Ada")
    secrets = {**SECRETS, "key": "canarykey123", "receipt": receipt, **dict(told.client.cookies)}
    told.client.cookies.clear()
    ids = [each for name in ("waiting", "hidden", "spam") for each in told.ids(name)]
    pages = crawl(
        told,
        [*STARTS, *(f"/comments/c/{each}" for each in ids), *(f"/comments/c/{each}/reply" for each in ids)],
    )
    assert len(pages) > 15
    everything = "\n".join(pages.values()).lower()
    assert "a published one." in everything
    # The client of these tests logs the addresses it asks for; a server's own log isn't kept (see `server`).
    lines = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.name != "httpx2"
    ]
    assert len(lines) > 50
    logged = "\n".join(lines).lower()
    for what, secret in secrets.items():
        assert secret.lower() not in everything.replace("&#39;", "'"), what
        assert secret.lower() not in logged, what


def test_reading_changes_nothing_for_readers_and_for_moderators(told: Site, sqlite_url: str) -> None:
    told.sign_in()
    before = dump(sqlite_url)
    pages = crawl(told, [*STARTS, "/comments/desk/history", "/comments/desk/people"])
    assert len(pages) > 25
    assert dump(sqlite_url) == before


def test_every_page_carries_its_headers_and_asks_nobody_else(told: Site) -> None:
    told.sign_in()
    for address, page in crawl(told, STARTS).items():
        if not address.startswith("/comments"):
            continue
        assert "'x-content-type-options': 'nosniff'" in page, address
        assert "'content-security-policy': \"default-src 'none'" in page, address
        assert "unsafe" not in page.partition("\n")[2].partition("\n")[0], address
        policy = "no-referrer" if "/receipt/" in address else "same-origin"
        assert f"'referrer-policy': '{policy}'" in page, address
        if "/desk" in address or page.startswith("404"):
            assert "no-store" in page, address
        if "application/atom+xml" in page:
            continue  # its links are whole, and nothing is loaded by them
        loaded = re.findall(r'<(?:link|script|img|iframe)[^>]*(?:href|src)="(?:https?:)?//', page)
        assert loaded == [], address


def test_a_page_with_a_form_is_this_readers_alone(site: Site) -> None:
    for address in (f"/comments/thread?key={POST}",):
        site.post("So that there is a thread.")
        assert "private" in site.client.get(address).headers["cache-control"]


def test_cookies_are_bound_to_the_host_on_https(sqlite_url: str) -> None:
    settings = make_settings(sqlite_url, public_url="https://blog.example/comments")
    with Site(settings) as site:
        fields = {**site.form(), "body": "Remember me.", "remember": "yes", "email": SECRETS["email"]}
        answer = site.send(fields, Origin="https://blog.example")
        cookies = answer.headers.get_list("set-cookie")
        assert all(each.startswith("__Host-commentkit_main_") for each in cookies)
        [cookie] = (each for each in cookies if each.startswith("__Host-commentkit_main_remember="))
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
        assert "wren" not in cookie


def test_the_data_page_names_exactly_the_fields_that_akismet_gets(
    told: Site, akismet: AkismetStandIn
) -> None:
    site = told
    [first, *_] = site.ids()
    site.reply(first, "With everything.", name="Kit", website="https://kit.example", email="kit@example.org")
    sent = set(akismet.calls("comment-check")[-1]) - {"api_key", "blog"}
    page = site.read("/comments/data")
    named = set(re.findall(r"<li>[^<]*<code>(\w+)</code>", page))
    assert sent <= named
    assert named - sent <= {"user_agent", "referrer"}
    assert "comment_author_email" not in named
    assert "15 days" in page


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({"akismet_send_email": True}, "comment_author_email", "not</strong> sent: your e-mail"),
        ({"akismet_send_address": False}, "your network address", "user_ip"),
        ({"akismet_keep_days": 3}, "3 days", "15 days"),
        ({"publishing": "hold-all"}, "reads every comment", "appear at once"),
        ({"akismet_key": None}, "Nobody.", "Akismet"),
    ],
)
def test_the_data_page_changes_with_the_settings(
    sqlite_url: str, changes: dict[str, object], said: str, unsaid: str
) -> None:
    with Site(make_settings(sqlite_url, **{"akismet_key": "abc123", **changes})) as site:
        page = site.read("/comments/data")
        assert said in page
        assert unsaid not in page
