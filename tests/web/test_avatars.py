"""One writer has one picture in one thread: it is drawn from a random number that this device has for that thread."""

import re

from tests.site import ORIGIN, POST, Site
from tests.writing import every_row

OTHER = "/guest/second-light"


def seeds(site: Site) -> list[str]:
    """What the avatars of all comments are drawn from, oldest first."""
    rows = site.run(every_row)["commentkit_comment"]
    return [row["seed"] for row in sorted(rows, key=lambda row: int(row["id"]))]


def test_what_a_device_posts_in_a_thread_under_one_name_has_one_picture(site: Site) -> None:
    for body in ("One.", "Two.", "Three."):
        site.post(body, name="Wren")
    assert len(set(seeds(site))) == 1


def test_another_device_has_another_whatever_the_name_and_the_address(site: Site) -> None:
    site.post("One.", name="Wren", email="wren@example.org")
    site.client.cookies.clear()
    site.post("Two.", name="Wren", email="wren@example.org")
    assert len(set(seeds(site))) == 2


def test_a_second_pseudonym_cannot_be_joined_to_the_first(site: Site) -> None:
    site.post("One.", name="Wren")
    site.post("Two.")
    assert len(set(seeds(site))) == 2


def test_nothing_is_the_same_in_two_threads(site: Site) -> None:
    site.post("One.", name="Wren")
    site.post("Two.", path=OTHER, name="Wren")
    assert len(set(seeds(site))) == 2
    tokens = {name: value for name, value in site.client.cookies.items() if "_writer" in name}
    assert len(tokens) == len(set(tokens.values())) == 2
    rows = str(site.run(every_row))
    assert not [token for token in tokens.values() if token in rows]


def test_a_cookie_is_set_by_posting_and_by_nothing_else(site: Site) -> None:
    site.read()
    site.send({**site.form(), "body": "Only a preview.", "action": "preview"})
    site.send({**site.form(), "body": ""})
    assert not site.client.cookies
    site.send({**site.form(), "body": "Posted."})
    assert [re.sub(r"\d", "", name) for name in site.client.cookies] == ["commentkit_main_writer"]


def test_a_program_gets_no_cookie_and_a_new_picture_each_time(site: Site) -> None:
    site.enter_as_guest()  # makes the thread
    site.client.cookies.clear()
    for body in ("One.", "Two."):
        token = site.client.get("/comments/api/v1/form", params={"key": POST}).json()["token"]
        sent = {"token": token, "name": "Wren", "body": body}
        answer = site.client.post("/comments/api/v1/comments", json=sent, headers={"Origin": ORIGIN})
        assert answer.status_code == 201
        assert "set-cookie" not in answer.headers
    assert len(set(seeds(site))) == 2


def test_the_guest_author_keeps_one_picture_without_another_cookie(site: Site) -> None:
    site.enter_as_guest()
    site.post("One.")
    site.post("Two.")
    assert len(set(seeds(site))) == 1
    assert [re.sub(r"\d", "", name) for name in site.client.cookies] == ["commentkit_main_guest"]
