"""The form for a comment: its fields, what it remembers, the preview, and that no typed text is ever lost."""

import os
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from commentkit import Settings
from commentkit.service import moderator
from commentkit.service.house import House
from commentkit.store import threads
from commentkit.testing import FakeClock
from tests.site import POST, Site, comment_form, make_settings
from tests.walk import dump

WREN = {"name": "Wren", "email": "wren@example.org", "website": "https://wren.example"}


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A blog for many examples."""
    url = f"sqlite:///{tmp_path_factory.mktemp('form') / 'comments.db'}"
    with Site(make_settings(url, post_limit="100000/minute"), clock=FakeClock()) as started:
        yield started


def close(site: Site, why: str) -> None:
    """Close the post's thread, as its owner can."""

    async def closing(house: House) -> None:
        async with house.db.write() as connection:
            found = await threads.find(connection, house.site, POST)
            assert found is not None
            await threads.change(connection, found.id, closed=why)

    site.run(closing)


def label(page: str, field: str) -> str:
    """What stands in a field's label."""
    found = re.search(rf'<label for="ck-{field}">(.*?)</label>', page)
    assert found is not None, field
    return found[1]


def test_it_asks_for_what_a_comment_needs_and_says_what_is_not_published(site: Site) -> None:
    fields = site.form()
    assert {"name", "email", "website", "body", "token", "thread"} <= fields.keys()
    assert "remember" not in fields  # off until chosen
    page = site.read()
    assert "A pseudonym is fine" in page
    assert "Your e-mail address will not be published." in page


@pytest.mark.parametrize("required", [{"name"}, {"email"}, {"name", "email"}, set()])
def test_required_fields_are_marked_and_asked_for(sqlite_url: str, required: set[str]) -> None:
    changes = {f"require_{field}": True for field in required}
    with Site(make_settings(sqlite_url, **changes)) as site:
        page = site.read()
        marked = {field for field in ("body", "name", "email", "website") if "*" in label(page, field)}
        assert marked == {"body", *required}
        answer = site.send({**site.form(), "body": "Nothing else."})
        assert answer.status_code == (422 if required else 303)
        for field in required:
            assert f'id="ck-{field}-problem"' in answer.text
        assert site.send({**site.form(), **WREN, "body": "All of it."}).status_code == 303


def test_what_is_remembered_is_sealed_prefilled_and_forgotten_again(site: Site) -> None:
    receipt = site.send({**site.form(), **WREN, "body": "Remember me.", "remember": "yes"})
    cookie = receipt.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    for secret in ("Wren", "wren", "example"):
        assert secret not in cookie
    fields = site.form()
    assert {name: fields[name] for name in WREN} == WREN
    assert fields["remember"] == "yes"  # ticked, since it was chosen before
    assert fields["body"] == ""
    del fields["remember"]
    site.send({**fields, "body": "Forget me."})
    assert not [name for name in site.client.cookies if "remember" in name]
    assert site.form()["name"] == ""


def test_a_remembering_cookie_that_was_changed_is_as_good_as_none(site: Site) -> None:
    site.send({**site.form(), **WREN, "body": "Remember me.", "remember": "yes"})
    [name] = (name for name in site.client.cookies if "remember" in name)
    site.client.cookies.set(name, "A" * 200, domain="testserver.local", path="/")
    assert site.form()["name"] == ""


def test_a_preview_shows_the_comment_and_stores_nothing(site: Site, settings: Settings) -> None:
    before = dump(settings.database_url)
    page = site.send({**site.form(), **WREN, "body": "So *much* to say.", "action": "preview"})
    assert page.status_code == 200
    assert "So <em>much</em> to say." in page.text
    fields = comment_form(page.text)
    assert fields["body"] == "So *much* to say."
    assert {name: fields[name] for name in WREN} == WREN
    assert dump(settings.database_url) == before
    assert site.send({**fields, "action": "post"}).status_code == 303
    assert "So <em>much</em> to say." in site.read()


@pytest.mark.parametrize(
    ("text", "code"),
    [("y" * 20_001, 422), ("é" * 100_000, 422), ("y" * 262_144, 422), ("𝄞" * 65_536, 422), ("", 422)],
)
def test_what_is_refused_is_shown_again_in_full(site: Site, settings: Settings, text: str, code: int) -> None:
    before = dump(settings.database_url)
    answer = site.send({**site.form(), **WREN, "body": text, "remember": "yes"})
    assert answer.status_code == code
    fields = comment_form(answer.text)
    assert fields["body"] == text
    assert {name: fields[name] for name in WREN} == WREN
    assert fields["remember"] == "yes"
    assert "set-cookie" not in answer.headers
    assert dump(settings.database_url) == before


@pytest.mark.parametrize("text", ["y" * 262_145, "𝄞" * 65_537])
def test_a_text_beyond_256_kilobytes_is_refused(site: Site, settings: Settings, text: str) -> None:
    before = dump(settings.database_url)
    answer = site.send({**site.form(), "body": text})
    assert answer.status_code == 413
    assert dump(settings.database_url) == before


def test_every_wrong_field_is_named_at_once_beside_its_field(site: Site) -> None:
    answer = site.send(
        {**site.form(), "name": "n" * 81, "email": "wren", "website": "javascript:1", "body": ""}
    )
    assert answer.status_code == 422
    for field in ("name", "email", "website", "body"):
        assert f'id="ck-{field}-problem"' in answer.text
        assert f'href="#ck-{field}"' in answer.text


def test_a_form_that_was_open_too_long_comes_back_with_its_text_and_works(
    site: Site, clock: FakeClock
) -> None:
    fields = {**site.form(), **WREN, "body": "I thought about it for two days."}
    clock.move(days=2)
    answer = site.send(fields)
    assert answer.status_code == 403
    again = comment_form(answer.text)
    assert again["token"] != fields["token"]
    assert {**fields, "token": ""} == {**again, "token": ""}
    assert site.send(again).status_code == 303
    assert "two days" in site.read()


def test_a_forged_token_on_a_known_thread_brings_a_fresh_form(site: Site) -> None:
    site.post("Here first.")
    fields = {**site.form(), "body": "By a damaged form."}
    answer = site.send({**fields, "token": fields["token"][:-3] + "AAA"})
    assert answer.status_code == 403
    assert "By a damaged form." in answer.text
    assert site.send(comment_form(answer.text)).status_code == 303


@pytest.mark.parametrize("thread", [POST, "/nowhere", "x" * 600, "a\0b", ""])
def test_a_forged_token_on_an_unknown_thread_still_shows_the_text(
    site: Site, settings: Settings, thread: str
) -> None:
    before = dump(settings.database_url)
    answer = site.send({"token": "forged", "thread": thread, "body": "Keep <this>."})
    assert answer.status_code == 403
    assert "Keep &lt;this&gt;." in answer.text
    assert dump(settings.database_url) == before


def test_what_was_answered_and_is_gone_leaves_a_text_that_can_stand_alone(site: Site) -> None:
    site.post("Soon hidden.")
    [parent] = site.ids()
    fields = {**site.form(f"/comments/c/{parent}/reply"), "body": "An answer to it."}
    site.sign_in()
    assert site.move(parent, "hide").status_code == 303
    answer = site.send(fields)
    assert answer.status_code == 422
    assert "isn&#39;t there any more" in answer.text
    assert "Soon hidden." not in answer.text
    again = comment_form(answer.text)
    assert "parent" not in again
    assert again["body"] == "An answer to it."
    assert site.send(again).status_code == 303


@pytest.mark.parametrize("parent", ["another thread's", "0" * 30, "not an id", "a\0b", "p" * 70])
def test_a_parent_that_is_not_in_this_thread_is_refused_with_the_text(site: Site, parent: str) -> None:
    site.post("Elsewhere.", path="/guest/other")
    [other] = site.ids()
    answer = site.send({**site.form(), "body": "Under what?", "parent": other if "'" in parent else parent})
    assert answer.status_code == 422
    assert comment_form(answer.text)["body"] == "Under what?"
    assert len(site.ids()) == 1


def test_an_expired_form_with_an_impossible_parent_keeps_its_text(site: Site, clock: FakeClock) -> None:
    fields = {**site.form(), "body": "Still here.", "parent": "a\0b"}
    clock.move(days=2)
    assert "Still here." in site.send(fields).text


def test_a_thread_that_was_closed_meanwhile_says_why_and_keeps_the_text(site: Site) -> None:
    site.post("Here first.")
    fields = {**site.form(), "body": "A little late."}
    close(site, "Robin asked for quiet.")
    answer = site.send(fields)
    assert answer.status_code == 403
    assert "Robin asked for quiet." in answer.text
    assert comment_form(answer.text)["body"] == "A little late."
    page = site.read()
    assert "This thread is closed." in page
    assert "<textarea" not in page
    assert "A little late." not in page


def test_who_posts_too_much_is_asked_to_wait_and_keeps_the_text(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, post_limit="2/hour")) as site:
        site.post("One.")
        site.post("Two.")
        answer = site.send({**site.form(), "body": "Three."})
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 3600
        assert comment_form(answer.text)["body"] == "Three."
        assert len(site.ids()) == 2


def test_a_database_that_another_program_holds_is_a_503_that_keeps_the_text(
    site: Site, settings: Settings
) -> None:
    site.post("Here first.")
    fields = {**site.form(), "body": "While it is locked."}
    other = sqlite3.connect(settings.database_url.partition("///")[2], isolation_level=None)
    other.execute("begin exclusive")
    answer = site.send(fields)
    other.close()
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    again = comment_form(answer.text)
    assert again["body"] == "While it is locked."
    assert site.send(again).status_code == 303
    assert len(site.ids()) == 2


def test_a_database_that_is_gone_is_a_503_that_still_shows_the_text(site: Site, settings: Settings) -> None:
    site.post("Here first.")
    fields = {**site.form(), "body": "When nothing can be read."}
    site.run(lambda house: house.db.engine.dispose())
    path = Path(settings.database_url.partition("///")[2])
    for each in path.parent.glob(f"{path.name}*"):
        os.rename(each, f"{each}.away")
    path.mkdir()
    answer = site.send(fields)
    assert answer.status_code == 503
    assert "When nothing can be read." in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_a_hidden_field_that_was_filled_in_is_evidence_and_no_verdict(site: Site) -> None:
    trap = next(iter(site.form().keys() - {"name", "email", "website", "body", "token", "thread"}))
    site.post("I fill in everything.", **{trap: "x" * 1000})
    [comment] = site.ids()
    found = site.run(lambda house: moderator.entry(house, comment))
    assert [finding.code for finding in found.findings] == ["trap-filled"]


def bare(text: str) -> str:
    """The characters that anybody can see."""
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    return "".join(
        char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) not in unseen
    )


def lines(text: str) -> str:
    """Line ends as HTML has them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {"body": st.text()},
        optional={name: st.text() for name in ("name", "email", "website", "parent", "remember", "action")},
    )
)
def test_whatever_is_typed_is_stored_whole_or_shown_again_whole(lasting: Site, typed: dict[str, str]) -> None:
    lasting.client.cookies.clear()
    answer = lasting.send({**lasting.form(), **typed})
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        shown = comment_form(answer.text)
        for name in typed.keys() & {"body", "name", "email", "website"}:
            assert lines(shown[name]) == lines(typed[name])
    else:
        lasting.client.cookies.clear()
        newest = max(
            (comment for status in ("published", "waiting", "spam") for comment in lasting.ids(status)),
            key=lambda each: lasting.run(lambda house: moderator.entry(house, each)).comment.id,
        )
        stored = lasting.run(lambda house: moderator.entry(house, newest)).comment
        assert bare(stored.body) == bare(typed["body"])
