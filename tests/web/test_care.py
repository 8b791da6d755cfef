"""Content warnings stand before a text wherever it is shown; guidelines above the form; a closed thread says why."""

import re
from collections.abc import Iterator

import pytest

from commentkit import Comments, SettingsError
from commentkit.service.house import House
from commentkit.store import threads
from tests.site import POST, Site, comment_form, forms, make_settings

API = "/comments/api/v1"
WARNING = "sexual violence"
TEXT = "What happened to me."


@pytest.fixture
def warning_site(sqlite_url: str) -> Iterator[Site]:
    """A blog with content warnings and guidelines."""
    settings = make_settings(
        sqlite_url, warnings=("violence", WARNING), guidelines="Be *kind* & <b>slow</b>."
    )
    with Site(settings) as site:
        yield site


def test_a_writer_chooses_and_readers_open_it(warning_site: Site) -> None:
    warning_site.post(TEXT, name="Wren", **{f"warning.{WARNING}": "yes"})
    [comment] = warning_site.ids()
    for path in (
        POST,
        f"/comments/c/{comment}",
        f"/comments/c/{comment}/reply",
        f"/comments/c/{comment}/report",
    ):
        [inside] = re.findall(
            r'<details class="ck-warned">(.*?)</details>', warning_site.read(path), re.DOTALL
        )
        assert f"Content warning: <bdi>{WARNING}</bdi>" in inside
        assert TEXT in inside


def test_programs_feeds_and_sidebars_get_the_warning_first(warning_site: Site) -> None:
    warning_site.post(TEXT, name="Wren", **{f"warning.{WARNING}": "yes", "warning.violence": "yes"})
    both = f"violence, {WARNING}"
    [comment] = warning_site.client.get(f"{API}/thread", params={"key": POST}).json()["comments"]
    assert comment["warning"] == both
    [recent] = warning_site.client.get(f"{API}/recent").json()["comments"]
    assert (recent["warning"], recent["excerpt"]) == (both, f"Content warning: {both}.")
    for path in ("/comments/feed", f"/comments/feed?key={POST}"):
        feed = warning_site.read(path)
        assert TEXT not in feed
        assert f'<content type="text">Content warning: {both}.</content>' in feed


def test_a_program_posts_with_one_of_the_sites_list(warning_site: Site) -> None:
    warning_site.post("The first.")
    form = warning_site.client.get(f"{API}/form", params={"key": POST}).json()
    assert form["warnings"] == ["violence", WARNING]
    assert form["guidelines"] == "<p>Be <em>kind</em> &amp; <b>slow</b>.</p>"
    given = {"token": form["token"], "body": TEXT, "confirm": True}
    wrong = warning_site.client.post(f"{API}/comments", json={**given, "warning": "spiders"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "warning")
    sent = warning_site.client.post(f"{API}/comments", json={**given, "warning": f"{WARNING}, violence"})
    assert sent.status_code == 201
    thread = warning_site.client.get(f"{API}/thread", params={"key": POST}).json()
    assert [each["warning"] for each in thread["comments"]] == ["", f"violence, {WARNING}"]


def test_what_was_chosen_stays_chosen_when_the_form_comes_again(warning_site: Site) -> None:
    chosen = {**warning_site.form(), "body": TEXT, f"warning.{WARNING}": "yes"}
    preview = warning_site.send({**chosen, "action": "preview"})
    assert comment_form(preview.text)[f"warning.{WARNING}"] == "yes"
    assert "warning.violence" not in comment_form(preview.text)
    gone = warning_site.send({**chosen, "warning.spiders": "yes"})
    assert gone.status_code == 422
    assert "no such content warning" in gone.text
    assert comment_form(gone.text)[f"warning.{WARNING}"] == "yes"


def test_a_moderator_sets_it_and_takes_it_away(warning_site: Site) -> None:
    warning_site.post(TEXT)
    [comment] = warning_site.ids()
    warning_site.sign_in()
    tag = warning_site.client.get(f"{API}/thread", params={"key": POST}).headers["etag"]
    moved = warning_site.move(comment, "warn", **{f"warning.{WARNING}": "yes", "warning.spiders": "yes"})
    assert moved.status_code == 303
    assert f"Content warning: <bdi>{WARNING}</bdi>" in warning_site.read(POST)
    assert warning_site.client.get(f"{API}/thread", params={"key": POST}).headers["etag"] != tag
    page = warning_site.read(f"/comments/desk/comments/{comment}")
    assert f"Readers see a content warning first: <strong><bdi>{WARNING}</bdi></strong>" in page
    assert "changed the content warning" in page
    assert f"(now: <bdi>{WARNING}</bdi>; before: <bdi>none</bdi>)" in page
    own = next(given for action, given in forms(page) if action.endswith(f"/desk/comments/{comment}"))
    assert own[f"warning.{WARNING}"] == "yes"


def test_a_site_without_a_list_has_no_warnings(site: Site) -> None:
    assert "ck-warning" not in site.read()
    assert site.send({**site.form(), "body": TEXT, "warning.violence": "yes"}).status_code == 422


def test_guidelines_stand_above_every_form(warning_site: Site) -> None:
    warning_site.post("Hello.")
    [comment] = warning_site.ids()
    for path in (POST, f"/comments/c/{comment}/reply"):
        page = warning_site.read(path)
        assert (
            '<div class="ck-guidelines" dir="auto"><p>Be <em>kind</em> &amp; <b>slow</b>.</p></div>' in page
        )
        assert page.index("ck-guidelines") < page.index('name="body"')


def test_guidelines_may_be_a_page(sqlite_url: str) -> None:
    address = "https://blog.example/how(we)talk"
    with Site(make_settings(sqlite_url, guidelines=f" {address} ")) as site:
        assert f'<a href="{address}"' in site.read()
        assert "community guidelines</a> before you write." in site.read()


def test_without_guidelines_there_is_nothing(site: Site) -> None:
    assert "ck-guidelines" not in site.read()


def test_guidelines_that_cannot_be_shown_stop_the_start(sqlite_url: str) -> None:
    with pytest.raises(SettingsError, match="COMMENTKIT_GUIDELINES"):
        Comments(make_settings(sqlite_url, guidelines="> " * 1900))


def test_a_closed_thread_says_why_wherever_it_is_met(site: Site) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    form = site.form()
    why = "Robin is on holiday."

    async def close(house: House) -> None:
        async with house.db.write() as connection:
            found = await threads.find(connection, house.site, POST)
            assert found is not None
            await threads.change(connection, found.id, closed=why)

    site.run(close)
    for path in (
        POST,
        f"/comments/thread?key={POST}",
        f"/comments/c/{comment}",
        f"/comments/c/{comment}/reply",
    ):
        assert why in site.read(path), path
    assert site.client.get(f"{API}/thread", params={"key": POST}).json()["closed"] == why
    late = site.send({**form, "body": "My text."})
    assert late.status_code == 403
    assert why in late.text
    assert "My text." in late.text
