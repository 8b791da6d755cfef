"""The headers of every kind of answer: what may run, who may frame it, who may keep it; and the cookies."""

import re

import pytest
from httpx2 import Response

from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import links

API = "/comments/api/v1"


def answers(site: Site) -> dict[str, Response]:
    """One answer of every kind, by what it is."""
    site.post("Hello there.")
    [comment] = site.ids()
    fields = site.form()
    receipt = site.send({**fields, "body": "Once."}).headers["location"]
    given = {
        "index": site.client.get("/comments/"),
        "thread": site.client.get(f"/comments/thread?key={POST}"),
        "permalink": site.client.get(f"/comments/c/{comment}"),
        "reply": site.client.get(f"/comments/c/{comment}/reply"),
        "report": site.client.get(f"/comments/c/{comment}/report"),
        "receipt": site.client.get(receipt),
        "data": site.client.get("/comments/data"),
        "style": site.client.get("/comments/static/commentkit.css"),
        "redirect": site.send({**fields, "body": "Once."}),
        "preview": site.send({**site.form(), "body": "x", "action": "preview"}),
        "refused field": site.send({**site.form(), "body": ""}),
        "conflict": site.send({**fields, "body": "Twice."}),
        "lost form": site.send({"token": "forged", "body": "x"}),
        "not found": site.client.get("/comments/nowhere"),
        "wrong method": site.client.delete("/comments/data"),
        "foreign": site.send({**site.form(), "body": "x"}, Origin="https://foreign.example"),
        "too large": site.send({**site.form(), "body": "x" * 300_000}),
        "sign-in": site.client.get("/comments/desk/sign-in"),
        "to sign-in": site.client.get("/comments/desk", follow_redirects=False),
        "api thread": site.client.get(f"{API}/thread?key={POST}"),
        "api form": site.client.get(f"{API}/form?key={POST}"),
        "api counts": site.client.get(f"{API}/counts?key={POST}"),
        "api document": site.client.get(f"{API}/openapi.json"),
        "api not found": site.client.get(f"{API}/nowhere"),
        "api refused": site.client.post(f"{API}/comments", json={}),
        "api state": site.client.get(f"{API}/state"),
    }
    site.sign_in()
    for name in ("", "/spam", "/history", "/people", f"/comments/{comment}", "/nowhere"):
        given[f"desk{name}"] = site.client.get(f"/comments/desk{name}")
    given["moderator's permalink"] = site.client.get(f"/comments/c/{comment}")
    return given


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Response]:
    """All of them."""
    with Site(make_settings(f"sqlite:///{tmp_path_factory.mktemp('headers') / 'comments.db'}")) as site:
        return answers(site)


WRITING = {"thread", "permalink", "reply", "preview", "refused field", "conflict", "lost form", "redirect"}


def test_our_own_script_runs_where_comments_are_written_and_nothing_else_anywhere(
    given: dict[str, Response],
) -> None:
    for name, answer in given.items():
        policy = answer.headers["content-security-policy"]
        if name in WRITING | {"report", "foreign", "too large", "moderator's permalink"}:
            assert "; script-src 'self'; " in policy, name
            assert "; connect-src 'self'" in policy, name
            assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy, name
        elif name == "receipt":  # where a script copies the private link, and can send it nowhere
            assert "; script-src 'self'; " in policy, name
            assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy, name
            assert "default-src 'none'" in policy, name
            assert "connect-src" not in policy, name
        else:
            assert "script-src" not in policy, name


def test_everything_forbids_what_it_does_not_need_and_nobody_frames_it(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'", name
        assert policy["frame-ancestors"] == "'none'", name
        assert policy["base-uri"] == "'none'", name
        assert policy["form-action"] == "'self'", name
        assert "unsafe" not in str(policy), name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}, name
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", name


def test_no_page_has_anything_that_the_policy_would_stop(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        if "html" not in answer.headers.get("content-type", ""):
            continue
        inline = r"<script(?! src=\"[^\"]+\" defer></script>)|<style|<iframe|<object|<base|\sstyle=|\son\w+="
        assert not re.search(inline + "|javascript:", answer.text), name
        assert not [link for link in links(answer.text) if "//" in link and not link.startswith(ORIGIN)], name


def test_what_is_private_is_kept_by_nobody(given: dict[str, Response]) -> None:
    private = {"receipt", "sign-in", "api form", "api state", "moderator's permalink"}
    for name, answer in given.items():
        if name in private or name.startswith("desk") or answer.status_code >= 400:
            assert "no-store" in answer.headers["cache-control"], name


def test_a_page_of_a_reader_is_theirs_alone_and_asked_for_anew(given: dict[str, Response]) -> None:
    for name in ("index", "thread", "permalink", "reply", "data", "preview"):
        assert given[name].headers["cache-control"] == "private, no-cache", name
    for name in ("api thread", "style"):
        assert given[name].headers["cache-control"] == "no-cache", name


def test_search_engines_may_show_threads_and_nothing_else(given: dict[str, Response]) -> None:
    shown = {name for name, answer in given.items() if "x-robots-tag" not in answer.headers}
    assert {"thread", "permalink", "data"} <= shown
    assert not shown & {"receipt", "reply", "report", "sign-in", "lost form", "api thread", "redirect"}
    assert not {name for name in shown if name.startswith("desk")}


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_every_cookie_is_out_of_reach_for_scripts_and_other_sites(sqlite_url: str, secure: bool) -> None:
    changes = {"public_url": "https://testserver/comments"} if secure else {}
    with Site(make_settings(sqlite_url, **changes)) as site:
        origin = "https://testserver" if secure else ORIGIN
        set_: list[str] = []
        site.client.event_hooks = {
            "response": [lambda answer: set_.extend(answer.headers.get_list("set-cookie"))]
        }
        fields = {**site.form(), "body": "Hello.", "remember": "yes", "name": "Wren"}
        assert site.send(fields, Origin=origin).status_code == 303
        if not secure:
            site.sign_in()
            site.enter_as_guest()
            assert len(set_) == 4
        for cookie in set_:
            name, *parts = [part.strip().lower() for part in cookie.split(";")]
            assert name.startswith("__host-" if secure else "commentkit_")
            assert {"httponly", "samesite=lax", "path=/"} <= set(parts)
            assert ("secure" in parts) is secure
            assert not [part for part in parts if part.startswith("domain")]
            assert [part for part in parts if part.startswith("max-age")]
