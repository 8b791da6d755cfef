"""Errors as people and programs see them: kind words, a stable code, and nothing that is nobody's business."""

import inspect
import logging
from pathlib import Path

import pytest

from commentkit import errors
from commentkit.errors import CheckFailed, CommentkitError, SettingsError
from commentkit.language import speaking
from commentkit.service.decisions import TooLate
from commentkit.service.writer import OnceUsed
from commentkit.signing import TokenExpired
from commentkit.store.database import DatabaseBusy
from commentkit.web.errors import status_of
from tests.foreign import marked
from tests.site import POST, Site, make_settings

KINDS = [
    kind
    for kind in (*vars(errors).values(), OnceUsed, TooLate, TokenExpired, DatabaseBusy)
    if inspect.isclass(kind) and issubclass(kind, CommentkitError)
]
NOBODYS_FAULT_BUT_OURS = {CommentkitError, SettingsError, CheckFailed}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_that_a_request_can_cause_has_a_number_of_its_own(kind: type[CommentkitError]) -> None:
    status, title = status_of(kind.__new__(kind))
    assert title
    assert status in ({500} if kind in NOBODYS_FAULT_BUT_OURS else {*range(400, 500), 503})


@pytest.mark.parametrize(
    "address", ["/comments/nowhere", "/comments/c/0", "/comments/receipt/x", "/comments/guest/x"]
)
def test_a_page_that_is_not_there_says_so_and_leads_on(site: Site, address: str) -> None:
    answer = site.client.get(address)
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert 'href="/comments/data"' in answer.text


@pytest.mark.parametrize("address", ["/comments/api/v1/nowhere", "/comments/api/v1/thread?key=nowhere"])
def test_a_program_is_told_by_problem_details(site: Site, address: str) -> None:
    answer = site.client.get(address)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["type"], told["status"], told["code"]) == ("about:blank", 404, "not-found")
    assert told["title"]
    assert told["detail"]


def test_what_breaks_says_sorry_and_tells_its_place_to_the_log_alone(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "commentkit").mkdir()
    (tmp_path / "commentkit" / "index.html").write_text("{{ 'a secret: ' + 1 }}", encoding="utf-8")
    with Site(make_settings(sqlite_url), templates=[tmp_path]) as site:
        answer = site.client.get("/comments/")
        assert answer.status_code == 500
        assert "Something went wrong here" in answer.text
        assert "It isn&#39;t your fault" in answer.text
        assert "TypeError" not in answer.text
        assert "no-store" in answer.headers["cache-control"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert line.startswith("GET failed: TypeError at ")
    assert "secret" not in line
    assert str(tmp_path) in line


def test_a_hosts_own_template_comes_before_ours(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "commentkit").mkdir()
    own = '{% extends "commentkit/page.html" %}{% block main %}<h1>{{ title }}, says the host</h1>{% endblock %}'
    (tmp_path / "commentkit" / "error.html").write_text(own, encoding="utf-8")
    with Site(make_settings(sqlite_url), templates=[tmp_path]) as site:
        assert "<h1>Not found, says the host</h1>" in site.client.get("/comments/nowhere").text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_title_in_the_language_that_is_spoken(
    kind: type[CommentkitError], foreign: str
) -> None:
    with speaking(foreign):
        assert marked(status_of(kind.__new__(kind))[1])


@pytest.mark.parametrize(
    ("method", "address", "code"),
    [
        ("GET", "/nowhere", "not-found"),
        ("GET", "/thread?key=", "required"),
        ("GET", "/recent?limit=x", "invalid"),
        ("GET", "/counts", "invalid"),
        ("GET", "/state", "receipt-needed"),
        ("PUT", "/thread", "method-not-allowed"),
        ("POST", "/comments", "wrong-content-type"),
    ],
)
def test_programs_are_told_in_the_language_they_ask_for_and_the_code_stays(
    site: Site, foreign: str, method: str, address: str, code: str
) -> None:
    asked = site.client.request(
        method, f"/comments/api/v1{address}", headers={"Accept-Language": f"{foreign}, en;q=0.5"}
    ).json()
    below = site.client.request(method, f"/comments/~{foreign}/api/v1{address}").json()
    for answer in (asked, below):
        assert marked(answer["title"])
        assert marked(answer["detail"])
        assert all(marked(each["detail"]) for each in answer.get("errors", []))
        assert code in {answer["code"], *(each["code"] for each in answer.get("errors", []))}


def test_a_refused_form_says_so_in_the_language_of_its_address(site: Site, foreign: str) -> None:
    site.post("The first.")
    form = site.form()
    headers = {"Origin": "http://testserver"}
    answer = site.client.post(f"/comments/~{foreign}/post", data={**form, "body": ""}, headers=headers)
    assert answer.status_code == 422
    assert "«There is no comment yet: please write something.»" in answer.text
    assert "«Something is missing or needs another look.»" in answer.text
    answer = site.client.post(
        f"/comments/~{foreign}/post",
        data={**form, "body": "Mine.", "token": "x", "thread": POST},
        headers=headers,
    )
    assert "Nothing is lost: your text is below. Please send it again.»" in answer.text


@pytest.mark.parametrize(
    "wrong", [{}, {"comment": 1}, {"comment": "x"}, {"comment": "0" * 30, "back": "yes"}, {"more": 1}]
)
def test_programs_that_thank_wrongly_are_told_so_in_their_language(
    site: Site, foreign: str, wrong: dict[str, object]
) -> None:
    answer = site.client.post("/comments/api/v1/thanks", json=wrong, headers={"Accept-Language": foreign})
    assert answer.status_code == 422
    assert all(marked(each["detail"]) for each in answer.json()["errors"])
