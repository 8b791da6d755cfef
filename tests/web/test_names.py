"""The badge is the proof: a name that looks like a guest author's is asked to add something; nobody is locked out."""

from html import unescape

import pytest

from commentkit.service import guest
from tests.site import GUEST, ORIGIN, POST, Site, comment_form

API = "/comments/api/v1"
TYPED = {
    "email": "vale@example.org",
    "website": "https://vale.example",
    "body": "I happen to be called that.",
}


@pytest.mark.parametrize("name", [GUEST, GUEST.upper(), "Rоbin Vаle", "Robin\u200b  Va1e"])
def test_a_name_that_looks_like_the_guests_is_asked_to_add_something(site: Site, name: str) -> None:
    answer = site.send({**site.form(), **TYPED, "name": name})
    assert answer.status_code == 422
    assert 'id="ck-name-problem"' in answer.text
    assert "(reader)”, for example." in unescape(answer.text)
    fields = comment_form(answer.text)
    assert {each: fields[each] for each in TYPED} == TYPED
    assert fields["name"] == name
    assert site.ids() == []
    assert site.send({**fields, "name": f"{name} (reader)"}).status_code == 303
    assert len(site.ids()) == 1


def test_programs_are_told_the_same(site: Site) -> None:
    site.enter_as_guest()
    site.client.cookies.clear()
    token = site.client.get(f"{API}/form", params={"key": POST}).json()["token"]
    sent = {"token": token, "name": "robin vale", "body": "Kept."}
    answer = site.client.post(f"{API}/comments", json=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["code"]) == ("name", "name-of-a-guest")
    assert "“robin vale (reader)”" in problem["detail"]


def test_whoever_has_a_link_for_the_thread_is_meant_too(site: Site) -> None:
    site.enter_as_guest("Amy")
    site.client.cookies.clear()
    assert site.send({**site.form(), "name": "Аmy", "body": "Not her."}).status_code == 422


def test_the_badge_stays_the_proof_when_the_sign_in_is_over(site: Site) -> None:
    site.enter_as_guest("Amy")
    site.post("It is me.")
    site.client.cookies.clear()

    site.run(lambda house: guest.end(house, POST))
    site.enter_as_guest("Somebody else")
    site.client.cookies.clear()
    assert site.send({**site.form(), "name": "amy", "body": "Not her."}).status_code == 422


def test_the_guest_with_the_badge_is_not_asked(site: Site) -> None:
    site.enter_as_guest()
    site.post("It is me.")
    assert '<span class="ck-badge">' in site.read()


def test_the_same_name_is_free_in_other_threads(site: Site) -> None:
    site.enter_as_guest("Amy")
    site.client.cookies.clear()
    site.post("Another post.", path="/guest/second-light", name="Amy")
    assert len(site.ids()) == 1


def test_a_form_sent_twice_is_one_comment_even_if_a_guest_of_that_name_came_meanwhile(site: Site) -> None:
    fields = {**site.form(), "name": "Amy", "body": "Mine."}
    first = site.send(fields)
    site.enter_as_guest("Amy")
    site.client.cookies.clear()
    assert site.send(fields).headers["location"] == first.headers["location"]


def test_a_long_name_gets_a_suggestion_that_fits(site: Site) -> None:
    name = "Amy " + "a" * 76
    site.enter_as_guest(name)
    site.client.cookies.clear()
    answer = site.send({**site.form(), "name": name, "body": "Long."})
    suggested = unescape(answer.text).partition("tell you apart: “")[2].partition("”")[0]
    assert len(suggested) == 80
    assert site.send({**site.form(), "name": suggested, "body": "Long."}).status_code == 303
