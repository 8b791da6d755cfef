"""The moderators' desk, through its pages."""

import re

import pytest

from commentkit.testing import AkismetStandIn, FakeClock
from tests.site import ORIGIN, POST, Site, forms, make_settings

SHAMING = "You're not really poly if you get jealous"


def waiting_comment(site: Site, text: str = SHAMING, **fields: str) -> str:
    """Post a comment that waits; its id."""
    site.post(text, **fields)
    return site.ids("waiting")[-1]


def test_the_desk_asks_for_a_sign_in(site: Site) -> None:
    answer = site.client.get("/comments/desk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/comments/desk/sign-in")
    comment = waiting_comment(site)
    sent = {"move": "publish", "version": "1", "csrf": "x"}
    refused = site.client.post(
        f"/comments/desk/comments/{comment}", data=sent, headers={"Origin": ORIGIN}, follow_redirects=False
    )
    assert refused.status_code == 403
    assert site.ids("waiting") == [comment]


@pytest.mark.parametrize("csrf", ["", "wrong", "ünglücklich"])
def test_a_move_without_the_desks_own_token_is_refused(site: Site, csrf: str) -> None:
    comment = waiting_comment(site)
    site.sign_in()
    assert site.move(comment, "publish", csrf=csrf).status_code == 403
    assert site.ids("waiting") == [comment]


def test_a_token_of_another_sign_in_is_refused(site: Site) -> None:
    comment = waiting_comment(site)
    site.sign_in("Mo")
    page = site.read(f"/comments/desk/comments/{comment}")
    old = next(fields["csrf"] for action, fields in forms(page) if action.endswith(comment))
    site.sign_in("Sam")
    assert site.move(comment, "publish", csrf=old).status_code == 403


@pytest.mark.parametrize(
    ("moves", "list_name"),
    [
        (["publish"], "published"),
        (["hide"], "hidden"),
        (["spam"], "spam"),
        (["publish", "hide"], "hidden"),
        (["publish", "spam", "not-spam"], "published"),
        (["hide", "publish", "undo"], "hidden"),
        (["spam", "undo", "undo"], "waiting"),
    ],
)
def test_every_button_does_what_it_says(site: Site, moves: list[str], list_name: str) -> None:
    comment = waiting_comment(site)
    site.sign_in()
    answers = [site.move(comment, move).status_code for move in moves]
    # the last case ends with nothing left to undo, and says so
    assert set(answers) <= {303, 403}
    assert answers[0] == 303
    assert site.ids(list_name) == [comment]
    page = site.read(f"/comments/desk/{list_name}")
    assert "really poly" in page


def test_a_button_that_is_not_there_is_refused_in_words(site: Site) -> None:
    comment = waiting_comment(site)
    site.sign_in()
    answer = site.move(comment, "not-spam")
    assert answer.status_code == 403
    assert site.move(comment, "erase").status_code == 400


def test_flagged_words_come_first_then_the_longest_waiting(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, publishing="hold-all")) as site:
        for text in ("first", "second", SHAMING):
            site.post(text)
        site.sign_in()
        page = site.read("/comments/desk")
        places = [page.index(f">{word}") for word in ("You", "first", "second") if f">{word}" in page]
        order = [page.index("not really poly"), page.index(">first<"), page.index(">second<")]
        assert order == sorted(order)
        assert places


def test_words_are_marked_where_they_stand_whatever_comes_before(site: Site) -> None:
    waiting_comment(site, f"😀 <b>kind</b> & long. {SHAMING}! 😀 And kind again.")
    site.sign_in()
    raw = re.search(r'class="ck-raw"[^>]*>(.*?)</div>', site.read("/comments/desk"), re.DOTALL)
    assert raw is not None
    assert "<mark>You&#39;re not really poly if you get jealous</mark>! 😀" in raw[1]
    assert "&lt;b&gt;kind&lt;/b&gt; &amp; long." in raw[1]


def test_an_entry_has_the_parent_the_reason_and_akismets_verdict(checked_site: Site) -> None:
    checked_site.post("The comment above.", name="Wren")
    [wren] = checked_site.ids()
    checked_site.reply(wren, SHAMING, name="Pat")
    checked_site.sign_in()
    page = checked_site.read("/comments/desk")
    assert "The comment above." in page
    assert "Akismet does not think that this is spam." in page
    assert "The writer was told" in page


def test_a_note_is_kept_for_the_other_moderators_and_shown_to_no_reader(site: Site) -> None:
    comment = waiting_comment(site)
    site.sign_in()
    site.move(comment, "publish", note="Let us be <kind> & watch.")
    assert "Let us be &lt;kind&gt; &amp; watch." in site.read("/comments/desk/history")
    site.client.cookies.clear()
    assert "watch" not in site.read() + site.read(f"/comments/c/{comment}")


def test_who_comes_second_is_told_who_was_quicker_and_nothing_happens(site: Site) -> None:
    comment = waiting_comment(site)
    site.sign_in("Sam")
    page = site.read(f"/comments/desk/comments/{comment}")
    sams = next(fields for action, fields in forms(page) if action.endswith(comment))
    sam = dict(site.client.cookies)
    site.sign_in("Mo")
    site.move(comment, "hide")
    site.client.cookies.clear()
    site.client.cookies.update(sam)
    late = site.client.post(
        f"/comments/desk/comments/{comment}",
        data={**sams, "move": "publish", "note": "my note"},
        headers={"Origin": ORIGIN},
    )
    assert late.status_code == 409
    assert "Mo was quicker and hid it" in late.text
    assert "my note" in late.text
    assert site.ids("hidden") == [comment]


def test_after_a_move_the_list_says_so_and_offers_the_undo(site: Site) -> None:
    comment = waiting_comment(site, name="Pat")
    site.sign_in()
    answer = site.move(comment, "hide", list="waiting")
    page = site.read(answer.headers["location"])
    assert "The comment by <bdi>Pat</bdi>" in page
    [undo] = [fields for action, fields in forms(page) if action.endswith(comment)]
    site.client.post(
        f"/comments/desk/comments/{comment}", data={**undo, "move": "undo"}, headers={"Origin": ORIGIN}
    )
    assert site.ids("waiting") == [comment]


def test_lists_have_pages(site: Site) -> None:
    for number in range(33):
        site.post(f"Comment number {number}.")
    site.sign_in()
    first, second = site.read("/comments/desk/published"), site.read("/comments/desk/published?page=2")
    assert first.count('<article class="ck-entry') == 30
    assert second.count('<article class="ck-entry') == 3
    for odd in ("0", "-1", "x", "²", "99999999999999999999"):
        assert site.client.get(f"/comments/desk/published?page={odd}").status_code == 200


def test_signing_out_ends_it_on_the_server(site: Site) -> None:
    site.sign_in()
    cookies = dict(site.client.cookies)
    page = site.read("/comments/desk")
    csrf = next(fields["csrf"] for action, fields in forms(page) if action.endswith("sign-out"))
    site.client.post("/comments/desk/sign-out", data={"csrf": csrf}, headers={"Origin": ORIGIN})
    site.client.cookies.update(cookies)
    assert site.client.get("/comments/desk", follow_redirects=False).status_code == 303


def test_a_browser_can_be_signed_out_from_another(site: Site) -> None:
    site.sign_in("Mo")
    lost = dict(site.client.cookies)
    site.sign_in("Sam")
    page = site.read("/comments/desk/people")
    [other] = [fields for action, fields in forms(page) if "visit" in fields and "/end" in action][-1:]
    site.client.post("/comments/desk/people/end", data=other, headers={"Origin": ORIGIN})
    site.client.cookies.clear()
    site.client.cookies.update(lost)
    assert site.client.get("/comments/desk", follow_redirects=False).status_code == 303


def test_a_guests_link_can_be_made_at_the_desk(site: Site) -> None:
    site.post("So that there is a thread.")
    site.sign_in()
    page = site.read("/comments/desk/people")
    fields = next(fields for action, fields in forms(page) if action.endswith("/guest"))
    made = site.client.post(
        "/comments/desk/people/guest",
        data={**fields, "key": POST, "name": "Robin Vale"},
        headers={"Origin": ORIGIN},
    )
    link = re.search(r"http://testserver(/comments/guest/[\w-]+)", made.text)
    assert link is not None
    assert "Hello, <bdi>Robin Vale</bdi>" in site.read(link[1])
    unknown = site.client.post(
        "/comments/desk/people/guest",
        data={**fields, "key": "/nowhere", "name": "Robin Vale"},
        headers={"Origin": ORIGIN},
    )
    assert unknown.status_code == 404
    assert "/nowhere" in unknown.text


def test_only_moderators_can_hide_from_a_permalink_and_see_what_is_not_published(site: Site) -> None:
    site.post("Here for now.")
    [comment] = site.ids()
    assert "Hide this comment" not in site.read(f"/comments/c/{comment}")
    site.sign_in()
    page = site.read(f"/comments/c/{comment}")
    [hide] = [fields for action, fields in forms(page) if action.endswith(comment)]
    sent = {**hide, "move": "hide"}
    site.client.post(f"/comments/desk/comments/{comment}", data=sent, headers={"Origin": ORIGIN})
    assert "Here for now." in site.read(f"/comments/c/{comment}")
    site.client.cookies.clear()
    hidden, absent = site.client.get(f"/comments/c/{comment}"), site.client.get(f"/comments/c/{'0' * 30}")
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_overturning_akismet_teaches_it_and_undo_teaches_it_back(
    checked_site: Site, akismet: AkismetStandIn
) -> None:
    checked_site.post("A kind word.", name="akismet-guaranteed-spam")
    [comment] = checked_site.ids("spam")
    checked_site.sign_in()
    checked_site.move(comment, "not-spam")
    checked_site.work()
    checked_site.move(comment, "undo")
    checked_site.work()
    assert [each.endpoint for each in akismet.received] == ["comment-check", "submit-ham", "submit-spam"]
    assert akismet.received[0].fields == akismet.received[1].fields == akismet.received[2].fields


def test_guessing_passwords_is_slowed_down(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, login_limit="3/minute")) as site:
        codes = [
            site.client.post(
                "/comments/desk/sign-in",
                data={"name": "Mo", "password": f"guess number {number}"},
                headers={"Origin": ORIGIN},
            ).status_code
            for number in range(4)
        ]
        assert codes == [403, 403, 403, 429]


def test_a_sign_in_ends_by_itself(site: Site, clock: FakeClock) -> None:
    site.sign_in()
    clock.move(days=13)
    assert site.client.get("/comments/desk").status_code == 200
    clock.move(days=2)
    assert site.client.get("/comments/desk", follow_redirects=False).status_code == 303
