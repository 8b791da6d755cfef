"""Bad input: whatever comes, the answer is a clear refusal, never a breakdown, and nothing is stored."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from commentkit import Settings
from commentkit.asgi import create
from commentkit.testing import serving
from tests.postgres import Postgres
from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import dump

API = "/comments/api/v1"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A blog for many requests."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bad') / 'comments.db'}"
    with Site(make_settings(url)) as started:
        yield started


@pytest.fixture
def site(lasting: Site) -> Site:
    """The same, visited by nobody who is known."""
    lasting.client.cookies.clear()
    return lasting


@pytest.fixture
def settings(lasting: Site) -> Settings:
    """Its settings."""
    return lasting.comments.house.settings


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A blog on each database, which differ in what they can't store."""
    if request.param == "sqlite":
        with Site(make_settings(f"sqlite:///{tmp_path_factory.mktemp('bad') / 'comments.db'}")) as started:
            yield started
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    try:
        with Site(make_settings(server.url(name))) as started:
            yield started
    finally:
        server.drop(name)


@pytest.fixture
def either(both: Site) -> Site:
    """The same, visited by nobody who is known."""
    both.client.cookies.clear()
    return both


def token(site: Site) -> str:
    """A token that is good."""
    return site.form()["token"]


@pytest.mark.parametrize("field", ["body", "name", "email", "website", "parent"])
@pytest.mark.parametrize("char", ["\0", "\ud800"], ids=["NUL", "half a character"])
def test_a_character_that_cannot_be_stored_is_refused_by_its_field(
    either: Site, field: str, char: str
) -> None:
    given = {"token": token(either), "body": "Hello.", field: f"a{char}b"}
    answer = either.client.post(
        f"{API}/comments", content=json.dumps(given), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert either.ids() == []
    if char == "\0":
        assert either.send(given).status_code == 422
        assert either.ids() == []


@pytest.mark.parametrize(
    "path",
    [
        "/c/%00", "/c/%00/reply", "/c/" + "x" * 5000, "/c/%ED%A0%80", "/receipt/%00", "/guest/%00", "/desk/link/%00",
        "/thread?key=%00", "/thread?key=" + "k" * 501, "/thread", "/thread?key=%ED%A0%80", "/static/%00",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/" + "x" * 5000, "/nowhere", "/desk/nowhere/else",
        "/api/v1/nowhere", "/api/v1/thread?key=%FF%FE",
    ],
)  # fmt: skip
def test_an_impossible_address_is_not_found(either: Site, path: str) -> None:
    answer = either.client.get(f"/comments{path}")
    assert answer.status_code == 404
    if not path.startswith("/api"):
        assert "<h1" in answer.text


@pytest.mark.parametrize("path", ["/desk/comments/%00", "/desk/comments/nowhere", "/desk/nowhere", "/c/%00"])
def test_an_impossible_address_is_not_found_for_moderators_either(either: Site, path: str) -> None:
    either.sign_in()
    assert either.client.get(f"/comments{path}").status_code == 404


@pytest.mark.parametrize("page", ["-1", "0", "²", "1e3", "99999999999999999999", "", "%00"])
def test_a_page_number_that_is_none_is_the_first_or_an_empty_page(site: Site, page: str) -> None:
    site.sign_in()
    for place in ("desk", "desk/history"):
        assert site.client.get(f"/comments/{place}?page={page}").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"body=%FF%FE&token=x", 400),
        (b"\xff\xfe", 400),
        (b"body=%ED%A0%80", 400),
        (b"body=one&body=two", 400),
        (b"token=a&token=a&body=x", 400),
        (b"no-equals-sign&body=x", 400),
        (urlencode({f"field{n}": "x" for n in range(1000)}).encode(), 400),
        (b"&".join([b"a=b"] * 1000), 400),
        (b"", 403),
        (b"token=" + b"t" * 200_000, 403),
        (b"token=" + b"t" * 300_000, 413),
        (b"%00=%00", 403),
        (b"a" * 900_000, 413),
    ],
    ids=lambda given: str(given)[:24],
)
def test_a_form_that_cannot_be_read_is_refused(
    site: Site, settings: Settings, body: bytes, code: int
) -> None:
    before = dump(settings.database_url)
    answer = site.client.post(
        "/comments/post", content=body, headers={"Content-Type": FORM, "Origin": ORIGIN}
    )
    assert answer.status_code == code
    assert "<h1" in answer.text
    assert dump(settings.database_url) == before


def test_fields_that_the_form_does_not_have_set_nothing(site: Site) -> None:
    evil = {
        "status": "published",
        "by_guest": "1",
        "id": "1",
        "seed": "f" * 30,
        "guest": "Robin Vale",
        "site": "x",
    }
    site.post("Just a comment.", **evil)
    page = site.read().partition("<form")[0]
    assert "Just a comment." in page
    assert "ck-badge" not in page


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", "", "x/" * 99]
)
def test_a_form_of_another_content_type_is_refused(site: Site, settings: Settings, kind: str) -> None:
    before = dump(settings.database_url)
    content = urlencode({**site.form(), "body": "Hello."})
    for path in ("/post", "/desk/sign-in"):
        answer = site.client.post(
            f"/comments{path}", content=content, headers={"Content-Type": kind, "Origin": ORIGIN}
        )
        assert answer.status_code == 415
    assert dump(settings.database_url) == before


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", FORM, "text/plain", "", "application/jsonx"]
)
def test_a_program_must_say_that_it_sends_json(site: Site, settings: Settings, kind: str) -> None:
    before = dump(settings.database_url)
    content = json.dumps({"token": token(site), "body": "Hello."})
    answer = site.client.post(f"{API}/comments", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong-content-type")
    assert dump(settings.database_url) == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b"\xff\xfe", 400), (b"NaN", 400),
        (b'{"body": NaN}', 400), (b'{"body":"a","body":"b"}', 400), (b"[" * 100_000, 400), (b'{"a":' * 50_000, 400),
        (b'{"n":' + b"9" * 5000 + b"}", 400), (b'{"\\ud800": "x"}', 400), (b'{"a":{"\\udfff":1}}', 400),
        (b'{"body": 1}', 422), (b'{"token": null, "body": ["x"]}', 422), (b'{"unknown": 1, "token": "x"}', 422),
        (b'{"body": "x"}', 422), (b'{"token": "x", "body": "x"}', 403), (b'{"token": "\\ud800", "body": "x"}', 403),
        (b'{"token": "' + b"t" * 600_000 + b'"}', 413),
    ],
    ids=lambda given: str(given)[:24],
)  # fmt: skip
def test_json_that_cannot_be_a_comment_is_refused_with_a_code(
    site: Site, settings: Settings, content: bytes, code: int
) -> None:
    before = dump(settings.database_url)
    answer = site.client.post(
        f"{API}/comments", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()
    assert dump(settings.database_url) == before


def test_half_a_character_in_the_hidden_field_troubles_no_spam_check(checked_site: Site) -> None:
    trap = next(iter(checked_site.form().keys() - {"name", "email", "website", "body", "token", "thread"}))
    content = json.dumps({"token": token(checked_site), "body": "Hello.", trap: "\ud800\0"})
    answer = checked_site.client.post(
        f"{API}/comments", content=content, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["status"]) == (201, "published")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/post", "POST"),
        ("PUT", "/post", "POST"),
        ("DELETE", "/data", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("DELETE", "/guest/token", "GET, HEAD, POST"),
        ("PATCH", "/desk/sign-in", "GET, HEAD, POST"),
        ("PUT", "/desk/comments/x", "GET, HEAD, POST"),
        ("POST", "/static/commentkit.css", "GET, HEAD"),
        ("GET", "/api/v1/comments", "POST"),
        ("TRACE", "/api/v1/thread", "GET, HEAD"),
        ("OPTIONS", "/api/v1/thread", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(site: Site, method: str, path: str, allowed: str) -> None:
    answer = site.client.request(method, f"/comments{path}", headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    expected = "application/problem+json" if "/api/" in path else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == expected


@pytest.mark.parametrize("header", ["Origin", "Referer"])
@pytest.mark.parametrize(
    "value", ["http://[", "//", "\x80\xff", "http://a b", "x" * 9000, "null,null", "http://"]
)
def test_an_origin_that_is_none_is_another_one(
    site: Site, settings: Settings, header: str, value: str
) -> None:
    before = dump(settings.database_url)
    data = {**site.form(), "body": "From nowhere."}
    for path in ("/post", "/desk/sign-in"):
        answer = site.client.post(
            f"/comments{path}", data=data, headers={header.encode(): value.encode("latin-1")}
        )
        assert answer.status_code == 403
    assert dump(settings.database_url) == before


@pytest.mark.parametrize("declared", [True, False], ids=["its length is told", "in chunks"])
def test_what_is_too_large_is_refused_before_it_has_come(sqlite_url: str, declared: bool) -> None:
    with serving(create(make_settings(sqlite_url))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        length = "Content-Length: 1000000000" if declared else "Transfer-Encoding: chunked"
        lines = [
            "POST /comments/post HTTP/1.1",
            f"Host: {host}:{port}",
            f"Content-Type: {FORM}",
            length,
            "",
            "",
        ]
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall("\r\n".join(lines).encode())
            if not declared:
                for _ in range(16):
                    client.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            assert client.recv(12) == b"HTTP/1.1 413"


def test_a_reader_sees_the_thread_after_all_of_that(site: Site) -> None:
    for content in (b"\xff", b"body=x&body=y", b"x" * 900_000):
        site.client.post("/comments/post", content=content, headers={"Content-Type": FORM, "Origin": ORIGIN})
    site.post("Still standing.")
    assert "Still standing." in site.read(POST)
