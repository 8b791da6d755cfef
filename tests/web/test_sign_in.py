"""Ways in and out: password, one-time link, sign-out, other browsers, a guest author's link."""

import pytest
from httpx2 import Response

from commentkit import Settings
from commentkit.model import Thread
from commentkit.service import guest, signin
from commentkit.service.house import House
from commentkit.testing import FakeClock
from tests.site import GUEST, ORIGIN, POST, TITLE, Site, forms, make_settings
from tests.walk import dump

PASSWORD = "a long enough password"
DESK = "/comments/desk"


def with_password(site: Site, name: str = "Mo") -> None:
    """A moderator who has a password."""

    async def add(house: House) -> None:
        await signin.add_moderator(house, name)
        await signin.set_password(house, name, PASSWORD)

    site.run(add)


def try_in(site: Site, name: str, password: str) -> Response:
    """Fill in the sign-in page."""
    data = {"name": name, "password": password}
    return site.client.post(f"{DESK}/sign-in", data=data, headers={"Origin": ORIGIN}, follow_redirects=False)


def signed_in(site: Site) -> bool:
    """Whether this browser sees the desk."""
    return site.client.get(DESK, follow_redirects=False).status_code == 200


def guest_link(site: Site) -> str:
    """A guest author's link."""

    async def make(house: House) -> str:
        _, token = await guest.make_link(house, Thread(0, house.site, POST, TITLE, POST), GUEST)
        return f"/comments/guest/{token}"

    return site.run(make)


def test_name_and_password_open_the_desk(site: Site) -> None:
    with_password(site)
    answer = try_in(site, "Mo", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, DESK)
    assert signed_in(site)
    assert site.client.get(f"{DESK}/sign-in", follow_redirects=False).headers["location"] == DESK


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Mo", "wrong"),
        ("Nobody", PASSWORD),
        ("", ""),
        ("Mo", ""),
        ("Link only", PASSWORD),
        ("Mo", "p" * 100_000),
    ],
)
def test_a_wrong_name_or_password_looks_the_same(site: Site, name: str, password: str) -> None:
    with_password(site)
    site.run(lambda house: signin.add_moderator(house, "Link only"))
    answer = try_in(site, name, password)
    assert answer.status_code == 403
    assert "Name or password are not right." in answer.text
    assert "set-cookie" not in answer.headers
    assert not password or password not in answer.text
    assert not signed_in(site)


def test_a_name_that_cannot_be_is_refused(site: Site) -> None:
    assert try_in(site, "M\0", PASSWORD).status_code == 422


def test_guessing_is_slowed_down_by_network_and_by_name(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, login_limit="2/hour")) as site:
        with_password(site)
        assert [try_in(site, "Mo", f"guess {number}").status_code for number in range(3)] == [403, 403, 429]
        answer = try_in(site, "Mo", PASSWORD)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 3600
        assert "many tries" in answer.text
        assert not signed_in(site)


def test_a_one_time_link_works_once_and_looking_does_not_use_it_up(site: Site) -> None:
    async def make(house: House) -> str:
        await signin.add_moderator(house, "Mo")
        return await signin.one_time_link(house, "Mo")

    path = f"{DESK}/link/{site.run(make)}"
    for _ in range(3):
        assert "Mo" in site.read(path)
    assert not signed_in(site)
    assert site.client.post(path, headers={"Origin": ORIGIN}, follow_redirects=False).status_code == 303
    assert signed_in(site)
    site.client.cookies.clear()
    assert site.client.get(path).status_code == 404
    assert site.client.post(path, headers={"Origin": ORIGIN}).status_code == 404
    assert not signed_in(site)


def test_a_one_time_link_that_waited_too_long_is_none(site: Site, clock: FakeClock) -> None:
    async def make(house: House) -> str:
        await signin.add_moderator(house, "Mo")
        return await signin.one_time_link(house, "Mo")

    path = f"{DESK}/link/{site.run(make)}"
    clock.move(minutes=16)
    assert site.client.get(path).status_code == 404
    assert site.client.post(path, headers={"Origin": ORIGIN}).status_code == 404


def test_no_link_is_another_kind_of_link(site: Site) -> None:
    token = guest_link(site).rpartition("/")[2]
    assert site.client.get(f"{DESK}/link/{token}").status_code == 404
    assert site.client.post(f"{DESK}/link/{token}", headers={"Origin": ORIGIN}).status_code == 404
    assert not signed_in(site)


def test_signing_out_ends_the_visit_on_the_server_too(site: Site) -> None:
    site.sign_in()
    kept = dict(site.client.cookies)
    path, fields = next(each for each in forms(site.read(DESK)) if each[0].endswith("/sign-out"))
    out = site.client.post(path, data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)
    assert (out.status_code, out.headers["location"]) == (303, f"{DESK}/sign-in")
    assert not site.client.cookies
    site.client.cookies.update(kept)  # as a thief would
    assert not signed_in(site)
    again = site.client.post(path, data=fields, headers={"Origin": ORIGIN})
    assert again.status_code == 403


def test_another_browser_can_be_signed_out(site: Site) -> None:
    site.sign_in()
    lost = dict(site.client.cookies)
    site.client.cookies.clear()
    site.sign_in()
    page = site.read(f"{DESK}/people")
    assert page.count("this browser") == 1
    ends = [(path, fields) for path, fields in forms(page) if path.endswith("/people/end")]
    assert len(ends) == 2
    for path, fields in ends:
        if int(fields["visit"]) == min(int(each["visit"]) for _, each in ends):
            gone = site.client.post(path, data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)
            assert gone.status_code == 303
    assert signed_in(site)
    site.client.cookies.clear()
    site.client.cookies.update(lost)
    assert not signed_in(site)


@pytest.mark.parametrize("visit", ["", "x", "-1", "9" * 30, "²"])
def test_ending_a_visit_that_is_none_is_refused(site: Site, visit: str) -> None:
    site.sign_in()
    csrf = next(fields["csrf"] for _, fields in forms(site.read(DESK)) if "csrf" in fields)
    data = {"csrf": csrf, "visit": visit}
    assert site.client.post(f"{DESK}/people/end", data=data, headers={"Origin": ORIGIN}).status_code == 400
    assert signed_in(site)


def test_a_visit_ends_by_itself(site: Site, clock: FakeClock) -> None:
    site.sign_in()
    clock.move(days=13)
    assert signed_in(site)
    clock.move(days=2)
    assert not signed_in(site)


def test_a_guests_link_is_good_for_one_thread_and_looking_changes_nothing(
    site: Site, settings: Settings
) -> None:
    path = guest_link(site)
    before = dump(settings.database_url)
    assert GUEST in site.read(path)
    assert dump(settings.database_url) == before
    assert site.client.post(path, headers={"Origin": ORIGIN}, follow_redirects=False).status_code == 303
    assert "You answer as" in site.read()
    assert "You answer as" not in site.read("/guest/another")


def test_a_guests_link_works_on_all_their_devices_until_it_expires(site: Site, clock: FakeClock) -> None:
    path = guest_link(site)
    for _ in range(2):
        site.client.cookies.clear()
        assert site.client.post(path, headers={"Origin": ORIGIN}, follow_redirects=False).status_code == 303
        assert "You answer as" in site.read()
    clock.move(days=31)
    assert site.client.get(path).status_code == 404
    assert "You answer as" not in site.read()


def test_a_guests_link_that_was_ended_ends_their_visits(site: Site) -> None:
    path = guest_link(site)
    site.client.post(path, headers={"Origin": ORIGIN})
    site.run(lambda house: guest.end(house, POST))
    assert "You answer as" not in site.read()
    assert site.client.get(path).status_code == 404


def test_who_enters_again_gets_a_new_cookie(site: Site) -> None:
    with_password(site)
    try_in(site, "Mo", PASSWORD)
    first = dict(site.client.cookies)
    try_in(site, "Mo", PASSWORD)
    assert dict(site.client.cookies) != first


def test_a_link_for_no_thread_says_how_to_choose_one(site: Site) -> None:
    site.sign_in("Mo")
    csrf = next(fields["csrf"] for _, fields in forms(site.read(f"{DESK}/people")) if "csrf" in fields)
    answer = site.client.post(
        f"{DESK}/people/guest",
        data={"csrf": csrf, "key": "first", "name": "Robin"},
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 404
    assert "choose it from the list" in answer.text
    assert 'value="Robin"' in answer.text
