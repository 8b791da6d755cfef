"""The content warning on a receipt's edit page: chosen with the text or alone, kept whatever goes wrong."""

from collections.abc import Iterator

import pytest
from httpx2 import Response

from commentkit.testing import FakeClock
from tests.site import ORIGIN, Site, forms, make_settings

SHAMING = "You're not really poly if you get jealous"
WARNINGS = ("violence", "self-harm", "food")


@pytest.fixture
def warned(sqlite_url: str, clock: FakeClock) -> Iterator[Site]:
    """A blog with content warnings."""
    with Site(make_settings(sqlite_url, warnings=WARNINGS), clock=clock) as started:
        yield started


def receipt(site: Site, body: str = "The first.", **fields: str) -> str:
    """Post; the receipt's path."""
    return str(site.post(body, **fields).url).removeprefix(ORIGIN)


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form on the edit page."""
    return next(fields for action, fields in forms(page) if "/edit" in action)


def change(site: Site, path: str, body: str, **more: str) -> Response:
    """Open the form, change it, send it; answers where that leads."""
    sent = {**fields_of(site.read(f"{path}/edit")), "body": body, **more}
    return site.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN})


def ticked(page: str) -> set[str]:
    """The content warnings that a page's form for the text has."""
    return {name.removeprefix("warning.") for name in fields_of(page) if name.startswith("warning.")}


def test_a_writer_changes_the_content_warning_with_the_text_or_alone(warned: Site) -> None:
    path = receipt(warned, "The first.", **{"warning.food": "yes"})
    form = warned.read(f"{path}/edit")
    assert ticked(form) == {"food"}
    fields = fields_of(form)
    del fields["warning.food"]
    sent = {**fields, "warning.violence": "yes"}
    answer = warned.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN})
    assert str(answer.url).endswith(path)
    assert "Content warning: <bdi>violence</bdi>" in warned.read()
    change(warned, path, "The second.", **{"warning.food": "yes"})
    thread = warned.read()
    assert "Content warning: <bdi>violence, food</bdi>" in thread
    assert "The second." in thread


def test_the_content_warning_is_kept_in_the_form_whatever_goes_wrong(warned: Site) -> None:
    path = receipt(warned, "The first.", **{"warning.food": "yes"})
    for action, body in (("preview", "The second."), ("post", " "), ("post", SHAMING)):
        page = change(warned, path, body, action=action, **{"warning.violence": "yes"}).text
        assert ticked(page) == {"violence", "food"}
    wrong = change(warned, path, "The second.", **{"warning.spiders": "yes"})
    assert wrong.status_code == 422
    assert "no such content warning" in wrong.text
    assert fields_of(wrong.text)["body"] == "The second."
    assert "The first." in warned.read()


def test_it_can_be_changed_when_the_text_no_longer_can(warned: Site, clock: FakeClock) -> None:
    path = receipt(warned, "The first.")
    clock.move(days=2)
    assert "Change its content warning" in warned.read(path)
    form = warned.read(f"{path}/edit")
    assert "that time is over" in form
    sent = {**fields_of(form), "action": "warn", "warning.food": "yes"}
    assert "body" not in sent
    answer = warned.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN})
    assert str(answer.url).endswith(path)
    assert "Content warning: <bdi>food</bdi>" in warned.read()


def test_what_a_moderator_has_set_is_shown_to_stay(warned: Site) -> None:
    path = receipt(warned, "The first.")
    [comment] = warned.ids()
    warned.sign_in()
    warned.move(comment, "warn", **{"warning.violence": "yes"})
    form = warned.read(f"{path}/edit")
    assert "A moderator set this, and it stays: <bdi>violence</bdi>" in form
    sent = {name: value for name, value in fields_of(form).items() if not name.startswith("warning.")}
    warned.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN})
    assert "Content warning: <bdi>violence</bdi>" in warned.read()
    desk = warned.read(f"/comments/desk/comments/{comment}")
    assert "Undo “change the content warning”" in desk
    assert warned.move(comment, "undo").status_code == 303
    assert "<bdi>violence</bdi>" not in warned.read()
    assert "(now: <bdi>none</bdi>; before: <bdi>violence</bdi>)" in warned.read("/comments/desk/history")


def test_programs_change_the_content_warning_too(warned: Site) -> None:
    path = receipt(warned, "The first.")
    headers = {"Authorization": f"Bearer {path.rpartition('/')[2]}"}
    place = "/comments/api/v1/state/text"
    same = warned.client.post(place, json={"body": "The first.", "warning": "food"}, headers=headers)
    assert (same.status_code, same.json()["warning"]) == (200, "food")
    other = warned.client.post(place, json={"body": "The second."}, headers=headers)
    assert (other.json()["body"], other.json()["warning"]) == ("The second.", "food")
    wrong = warned.client.post(place, json={"body": "x", "warning": "spiders"}, headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "warning")
