"""What a program can do with a receipt, sent as a bearer token."""

import pytest

from tests.site import POST, Site
from tests.web.test_receipt import SHAMING, receipt

API = "/comments/api/v1/state"


def bearer(path: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {path.rpartition('/')[2]}"}


def test_a_program_can_do_with_a_receipt_what_its_page_can(site: Site) -> None:
    path = receipt(site, "The first.", name="Wren")
    mine = bearer(path)
    state = site.client.get(API, headers=mine).json()
    assert (state["body"], state["may_withdraw"], state["may_ask"]) == ("The first.", True, False)
    changed = site.client.post(f"{API}/text", json={"body": "The second."}, headers=mine)
    assert (changed.status_code, changed.json()["body"]) == (200, "The second.")
    advice = site.client.post(f"{API}/text", json={"body": SHAMING}, headers=mine)
    assert (advice.status_code, advice.json()["code"], advice.json()["body"]) == (
        409,
        "before-posting",
        SHAMING,
    )
    sent = site.client.post(f"{API}/text", json={"body": SHAMING, "confirm": True}, headers=mine).json()
    assert (sent["body"], sent["proposed"]["body"], sent["proposed"]["status"]) == (
        "The second.",
        SHAMING,
        "waiting",
    )
    assert not sent["may_ask"]  # somebody looks anyway
    for act, status in (("withdraw", "withdrawn"), ("put-back", "published")):
        answer = site.client.post(f"{API}/{act}", headers=mine)
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert site.client.post(f"{API}/ask", headers=mine).status_code == 403
    everything = site.client.get(f"{API}/everything", headers=mine).json()
    assert everything["comment"]["name"] == "Wren"
    erased = site.client.post(f"{API}/erase", json={"what": "both"}, headers=mine)
    assert erased.json()["status"] == "erased"
    assert "Wren" not in site.client.get(f"{API}/everything", headers=mine).text


@pytest.mark.parametrize("act", ["text", "withdraw", "put-back", "ask", "erase", "everything"])
def test_a_program_needs_a_receipt_for_everything(site: Site, act: str) -> None:
    receipt(site)
    method = "GET" if act == "everything" else "POST"
    for headers in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic x"}):
        answer = site.client.request(method, f"{API}/{act}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "receipt-needed")


@pytest.mark.parametrize(
    ("act", "given", "field"),
    [
        ("text", {}, "body"),
        ("text", {"body": 1}, "body"),
        ("text", {"body": "x", "name": "Wren"}, "name"),
        ("text", {"body": "x", "confirm": "yes"}, "confirm"),
        ("erase", {}, "what"),
        ("erase", {"what": "all"}, "what"),
        ("erase", {"what": ["both"]}, "what"),
        ("erase", {"what": "both", "sure": True}, "sure"),
    ],
)
def test_a_program_is_told_what_is_wrong_by_field(
    site: Site, act: str, given: dict[str, object], field: str
) -> None:
    path = receipt(site)
    answer = site.client.post(f"{API}/{act}", json=given, headers=bearer(path))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert "The first." in site.read()


def test_a_program_is_told_by_a_conflict_how_to_change_the_first(site: Site) -> None:
    site.post("So that there is a thread.")
    token = site.client.get("/comments/api/v1/form", params={"key": POST}).json()["token"]
    post = "/comments/api/v1/comments"
    first = site.client.post(post, json={"token": token, "body": "The first."}).json()
    second = site.client.post(post, json={"token": token, "body": "A second thought."})
    assert second.status_code == 409
    assert second.json()["first"]["receipt"] == first["receipt"]
    mine = {"Authorization": f"Bearer {first['receipt']}"}
    assert (
        site.client.post(f"{API}/text", json={"body": second.json()["body"]}, headers=mine).status_code == 200
    )
    assert "A second thought." in site.read()
