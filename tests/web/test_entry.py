"""Ways in, and the ways around them that must not be."""

import pytest

from tests.site import ORIGIN, POST, Site, comment_form, make_settings


def test_a_name_with_invisible_letters_is_counted_as_the_name_it_signs_in_as(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, login_limit="3/minute", trusted_proxies="127.0.0.1/32")) as site:
        codes = []
        for number, name in enumerate(("Mo", "Mo ", " mo", "M\u200bo", "Mo\u2060")):
            sent = {"name": name, "password": "a guess of some length"}
            headers = {"Origin": ORIGIN, "X-Forwarded-For": f"198.51.100.{number}"}
            codes.append(site.client.post("/comments/desk/sign-in", data=sent, headers=headers).status_code)
        assert codes[-1] == 429


def test_what_a_database_holds_sealed_opens_nothing_as_a_cookie(site: Site) -> None:
    sealed = site.comments.house.signer.seal("email", {"email": "wren@example.org"})
    site.client.cookies.set("commentkit_main_remember", sealed)
    assert "wren@example.org" not in site.read()


@pytest.mark.parametrize("reference", ["&#" + "1" * 5000 + ";", "&#" + "0" * 5000 + "65;"])
@pytest.mark.parametrize("around", ["[a]({})", '<a href="{}">a</a>', '<abbr title="{}">a</abbr>', "{}"])
def test_endless_character_references_are_only_text(site: Site, reference: str, around: str) -> None:
    answer = site.send({**site.form(), "body": f"Kept. {around.format(reference)}"})
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert "Kept." in comment_form(answer.text)["body"]


def test_a_remembering_cookie_never_grows_beyond_what_browsers_keep(site: Site) -> None:
    fields = {**site.form(), "body": "x", "remember": "yes", "name": " " * 100_000 + "W"}
    assert len(site.send(fields).headers.get("set-cookie", "")) < 4096


def test_a_guest_who_posts_keeps_what_their_device_remembers(site: Site) -> None:
    site.post("As myself.", name="Robin at home", remember="yes")
    site.enter_as_guest()
    assert "set-cookie" not in site.send({**site.form(POST), "body": "As the guest."}).headers


def test_a_receipts_address_is_told_to_no_page_it_leads_to(site: Site) -> None:
    receipt = site.post("Where am I?")
    assert receipt.headers["referrer-policy"] == "no-referrer"
