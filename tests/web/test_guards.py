"""Where a request may come from, and which network address is believed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from commentkit import Settings
from commentkit.testing import AkismetStandIn, serving
from tests.site import ORIGIN, Site, forms, make_settings
from tests.walk import dump

LISTED = "https://blog.example"
FOREIGN = "https://elsewhere.example"
API = "/comments/api/v1"
SITES = (None, "same-origin", "same-site", "cross-site", "none")

# What may change a thread, by Origin and Sec-Fetch-Site; the desk takes the same without the listed origins.
ALLOWED = {
    *((ORIGIN, site) for site in (None, "same-origin", "same-site", "none")),
    *((LISTED, site) for site in SITES),
    ("null", "same-origin"),
    *((None, site) for site in (None, "same-origin", "none")),
}
MATRIX = [(origin, site) for origin in (ORIGIN, LISTED, FOREIGN, "null", None) for site in SITES]


def said(origin: str | None, site: str | None) -> dict[str, str]:
    """A browser's headers."""
    return {
        name: value for name, value in (("Origin", origin), ("Sec-Fetch-Site", site)) if value is not None
    }


@pytest.fixture(scope="module")
def long_open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The blog, with another origin listed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('guards') / 'comments.db'}"
    with Site(make_settings(url, origins=LISTED)) as started:
        yield started


@pytest.fixture
def open_site(long_open: Site) -> Site:
    """The same, visited by nobody who is known."""
    long_open.client.cookies.clear()
    return long_open


@pytest.mark.parametrize(("origin", "site"), MATRIX)
def test_a_comment_is_taken_from_own_and_listed_pages_only(
    open_site: Site, origin: str | None, site: str | None
) -> None:
    form = {"token": open_site.form()["token"], "body": "By the form."}
    json = {"token": open_site.form()["token"], "body": "By the API."}
    before = len(open_site.ids())
    headers = said(origin, site)
    by_form = open_site.client.post("/comments/post", data=form, headers=headers, follow_redirects=False)
    by_api = open_site.client.post(f"{API}/comments", json=json, headers=headers)
    fine = (origin, site) in ALLOWED
    assert (by_form.status_code, by_api.status_code) == ((303, 201) if fine else (403, 403))
    assert len(open_site.ids()) - before == (2 if fine else 0)


@pytest.mark.parametrize(("origin", "site"), MATRIX)
def test_the_desk_takes_nothing_from_another_origin_listed_or_not(
    open_site: Site, origin: str | None, site: str | None
) -> None:
    open_site.post("To be hidden.")
    comment = open_site.ids()[0]
    open_site.sign_in()
    page = open_site.read(f"/comments/desk/comments/{comment}")
    path, fields = next(each for each in forms(page) if each[0].endswith(comment))
    sent = {**fields, "move": "hide"}
    answer = open_site.client.post(path, data=sent, headers=said(origin, site), follow_redirects=False)
    fine = (origin, site) in ALLOWED and origin != LISTED
    assert answer.status_code == (303 if fine else 403)
    assert (comment in open_site.ids("hidden")) is fine


@pytest.mark.parametrize(
    "place", ["/desk/sign-in", "/desk/sign-out", "/desk/people/guest", "/desk/people/end"]
)
@pytest.mark.parametrize("origin", [LISTED, FOREIGN, "null"])
def test_no_other_origin_signs_anybody_in_or_out(open_site: Site, place: str, origin: str) -> None:
    open_site.sign_in()
    people = open_site.read("/comments/desk/people")
    csrf = next(fields["csrf"] for _, fields in forms(people) if "csrf" in fields)
    before = dump(open_site.comments.house.settings.database_url)
    data = {"csrf": csrf, "visit": "1", "name": "Robin", "key": "/x", "password": "p"}
    assert (
        open_site.client.post(f"/comments{place}", data=data, headers={"Origin": origin}).status_code == 403
    )
    assert dump(open_site.comments.house.settings.database_url) == before


@pytest.mark.parametrize(
    ("referrer", "fine"),
    [
        (f"{ORIGIN}/guest/x", True),
        (f"{LISTED}/a?b", True),
        (f"{FOREIGN}/", False),
        (f"{LISTED}.evil/", False),
    ],
)
def test_without_an_origin_the_referrer_counts(open_site: Site, referrer: str, fine: bool) -> None:
    data = {**open_site.form(), "body": "By an old browser."}
    headers = {"Referer": referrer}
    answer = open_site.client.post("/comments/post", data=data, headers=headers, follow_redirects=False)
    assert answer.status_code == (303 if fine else 403)


@pytest.mark.parametrize(
    "almost",
    [
        f"{LISTED}:8443",
        "http://blog.example",
        "https://blog.example.evil",
        "https://evil-blog.example",
        "blog.example",
    ],
)
def test_what_only_looks_like_a_listed_origin_is_foreign(open_site: Site, almost: str) -> None:
    data = {**open_site.form(), "body": "Almost."}
    assert open_site.client.post("/comments/post", data=data, headers={"Origin": almost}).status_code == 403


@pytest.mark.parametrize(
    ("origin", "listed"), [(LISTED, True), (FOREIGN, False), ("null", False), (ORIGIN, False)]
)
def test_only_listed_origins_may_read_the_api_and_never_with_cookies(
    open_site: Site, origin: str, listed: bool
) -> None:
    open_site.post("Hello.")
    ask = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = open_site.client.options(f"{API}/comments", headers=ask)
    read = open_site.client.get(f"{API}/thread?key=/guest/first-light", headers={"Origin": origin})
    missing = open_site.client.get(f"{API}/nowhere", headers={"Origin": origin})
    refused = open_site.client.post(f"{API}/comments", json={}, headers={"Origin": origin})
    assert preflight.status_code == 204
    for answer in (preflight, read, missing, refused):
        assert answer.headers.get("access-control-allow-origin") == (origin if listed else None)
        assert "origin" in answer.headers["vary"].lower()
        assert "access-control-allow-credentials" not in answer.headers
    assert ("access-control-allow-methods" in preflight.headers) is listed


@pytest.mark.parametrize("path", ["/comments/", "/comments/desk/sign-in", "/comments/data", "/comments/post"])
def test_no_page_may_be_read_from_another_origin(open_site: Site, path: str) -> None:
    ask = {"Origin": LISTED, "Access-Control-Request-Method": "POST"}
    for answer in (
        open_site.client.options(path, headers=ask),
        open_site.client.get(path, headers={"Origin": LISTED}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


# --- the network address ---------------------------------------------------------------------------------


@dataclass
class From:
    """Puts the application behind a connection from `peer`."""

    app: Site
    peer: tuple[str, int] | None = ("203.0.113.9", 40_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app.app({**scope, "client": self.peer}, receive, send)


def behind(settings: Settings) -> tuple[Site, From]:
    """The blog, and the handle to choose from where it is visited."""
    site = Site(settings)
    peer = From(site)
    site.client = TestClient(peer, raise_server_exceptions=False)
    return site, peer


HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP", "CF-Connecting-IP", "True-Client-IP")


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8"])
def test_no_header_from_a_stranger_escapes_the_limit(sqlite_url: str, trusted: str) -> None:
    site, source = behind(make_settings(sqlite_url, post_limit="2/hour", trusted_proxies=trusted))
    with site:
        for last, header in enumerate(HEADERS, 1):
            source.peer = (f"203.0.113.{last}", 40_000)
            codes = []
            for number in range(4):
                value = f"for=198.51.100.{number}" if header == "Forwarded" else f"198.51.100.{number}"
                fields = {**site.form(), "body": f"Number {number}."}
                sent = site.client.post(
                    "/comments/post", data=fields, headers={header: value}, follow_redirects=False
                )
                codes.append(sent.status_code)
            assert codes == [303, 303, 429, 429], header


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, From, AkismetStandIn]]:
    """The blog behind proxies of its own, and the Akismet that it asks."""
    database = f"sqlite:///{tmp_path_factory.mktemp('asking') / 'comments.db'}"
    akismet = AkismetStandIn()
    with serving(akismet) as url:
        options = {"akismet_key": "abc123", "akismet_url": url, "trusted_proxies": "10.0.0.0/8"}
        site, source = behind(make_settings(database, **options))
        with site:
            yield site, source, akismet


PEER = "203.0.113.9"
PROXY = "10.0.0.2"
READER = "203.0.113.5"


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        (PEER, [], PEER),
        (PEER, ["198.51.100.1"], PEER),
        (PROXY, [READER], READER),
        (PROXY, [f"198.51.100.1, {READER}"], READER),
        (PROXY, [f"198.51.100.1,{READER} , 10.0.0.9"], READER),
        (PROXY, ["198.51.100.1", READER], READER),
        (PROXY, [], PROXY),
        (PROXY, ["rubbish"], PROXY),
        (PROXY, [f"{READER}, rubbish"], PROXY),
        (PROXY, [f"{READER},"], PROXY),
        (PROXY, ["10.0.0.3"], "10.0.0.3"),
        (PROXY, [f"::ffff:{READER}"], READER),
        (PROXY, ["2001:db8::5"], "2001:db8::5"),
        (PROXY, ["fe80::1%eth0"], "fe80::1%eth0"),
        (f"::ffff:{PROXY}", [READER], READER),
        (f"::ffff:{PEER}", [READER], PEER),
        ("2001:db8::1", [READER], "2001:db8::1"),
        ("testclient", [READER], "0.0.0.0"),
        (None, [READER], "0.0.0.0"),
    ],
)
def test_akismet_is_told_the_rightmost_address_that_no_proxy_of_ours_has(
    asking: tuple[Site, From, AkismetStandIn], peer: str | None, forwarded: list[str], believed: str
) -> None:
    site, source, akismet = asking
    source.peer = (peer, 40_000) if peer else None
    headers = [("X-Forwarded-For", value) for value in forwarded]
    fields = {**site.form(), "body": "Where am I?"}
    assert site.client.post("/comments/post", data=fields, headers=headers).status_code == 200
    assert akismet.calls("comment-check")[-1]["user_ip"] == believed


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.9", "::ffff:203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_limits_count_ipv4_addresses_and_ipv6_networks(
    sqlite_url: str, first: str, second: str, together: bool
) -> None:
    site, source = behind(make_settings(sqlite_url, post_limit="1/hour"))
    with site:
        source.peer = (first, 1234)
        assert site.post("One.").status_code == 200
        source.peer = (second, 1234)
        answer = site.send({**site.form(), "body": "Two."})
        assert answer.status_code == (429 if together else 303)


def test_a_server_that_believes_headers_from_its_own_machine_lets_nobody_escape_the_limit(
    sqlite_url: str,
) -> None:
    """Uvicorn as it comes: it takes a header's address from anybody on this machine, and marks it with port 0."""
    environment = {
        **os.environ,
        "COMMENTKIT_SECRET_KEY": "k" * 40,
        "COMMENTKIT_DATABASE_URL": sqlite_url,
        "COMMENTKIT_ORIGINS": LISTED,
        "COMMENTKIT_POST_LIMIT": "2/hour",
    }
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        command = [sys.executable, "-m", "uvicorn", "--factory", "commentkit.asgi:create", "--fd"]
        server = subprocess.Popen(
            [*command, str(listener.fileno())],
            env=environment,
            pass_fds=[listener.fileno()],
            stderr=subprocess.PIPE,
        )
        try:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}{API}"
            codes = []
            with httpx.Client(
                base_url=url, headers={"Origin": LISTED}, timeout=60, trust_env=False
            ) as client:
                for number in range(4):
                    token = client.get("/form?key=/x").json()["token"]
                    spoofed = {"X-Forwarded-For": f"198.51.100.{number}"}
                    given = {"token": token, "body": f"Number {number}."}
                    codes.append(client.post("/comments", json=given, headers=spoofed).status_code)
            assert codes == [201, 201, 429, 429]
        finally:
            server.terminate()
            server.communicate()
