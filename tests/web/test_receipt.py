"""A receipt's pages: GET shows, POST acts with the page's own token and no cookie, and no text is ever lost."""

import json
import re
from html import unescape

import pytest
from httpx2 import Response

from commentkit.service import moderator, signin
from commentkit.testing import FakeClock
from tests.site import ORIGIN, POST, Site, forms, make_settings
from tests.walk import dump, links

SHAMING = "You're not really poly if you get jealous"
KEPT = "Nothing is lost: your text is below."


def receipt(site: Site, body: str = "The first.", **fields: str) -> str:
    """Post; the receipt's path."""
    return str(site.post(body, **fields).url).removeprefix(ORIGIN)


def read(site: Site) -> str:
    """The post's page without its form's token, in which chance writes any word."""
    return re.sub(r'name="token" value="[^"]*"', "", site.read())


def fields_of(page: str, act: str) -> dict[str, str]:
    """The fields of one of the page's forms."""
    return next(fields for action, fields in forms(page) if action.partition("?")[0].endswith(f"/{act}"))


def press(site: Site, path: str, act: str, **more: str) -> Response:
    """Press a button on a receipt, as a browser does from a page without referrers; answers where it leads."""
    fields = fields_of(site.read(path), act)
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    return site.client.post(f"{path}/{act}", data={**fields, **more}, headers=headers)


def change(site: Site, path: str, body: str, **more: str) -> Response:
    """Open the form for the text, change it, send it; answers where that leads."""
    fields = fields_of(site.read(f"{path}/edit"), "edit")
    sent = {**fields, "body": body, **more}
    return site.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN})


def test_a_writer_changes_their_text_and_readers_see_it(site: Site) -> None:
    path = receipt(site, "The frist.")
    assert "The frist." in site.read(f"{path}/edit")
    answer = change(site, path, "The first, mended.")
    assert answer.status_code == 200
    assert str(answer.url).endswith(path)
    assert "The first, mended." in answer.text
    assert "The first, mended." in site.read()


def test_a_changed_text_is_previewed_without_being_sent(site: Site, sqlite_url: str) -> None:
    path = receipt(site)
    before = dump(sqlite_url)
    page = change(site, path, "The *second*.", action="preview").text
    assert "The <em>second</em>." in page
    assert fields_of(page, "edit")["body"] == "The *second*."
    assert dump(sqlite_url) == before


def test_advice_comes_once_and_then_the_text_waits_while_the_other_stays(site: Site) -> None:
    path = receipt(site, "A kind word.")
    shown = change(site, path, SHAMING)
    assert "Nothing is posted yet" in shown.text
    sent = fields_of(shown.text, "edit")
    assert sent["body"] == SHAMING
    answer = site.client.post(f"{path}/edit", data=sent, headers={"Origin": ORIGIN}).text
    assert "Your comment is published" in answer
    assert "Your new text is waiting" in answer
    assert "putting somebody down" in answer
    assert "A kind word." in site.read()
    assert "not really poly" not in site.read()


def test_the_receipt_tells_why_but_no_rule(site: Site) -> None:
    path = receipt(site, SHAMING)
    [comment] = site.ids("waiting")
    entry = site.run(lambda house: moderator.entry(house, comment))
    assert entry.findings
    page, file = unescape(site.read(path)), site.client.get(f"{path}/everything.json")
    for each in entry.findings:
        assert each.code not in page + file.text
        assert each.reason not in page
    [told] = file.json()["comment"]["pointed_out_before_posting"]
    assert told == {"words": SHAMING, "why": entry.findings[0].reason}  # that was shown before posting


def test_what_only_moderators_are_shown_is_not_in_the_file(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, advise=False)) as site:
        path = receipt(site, SHAMING)
        file = site.client.get(f"{path}/everything.json")
        assert file.json()["comment"]["pointed_out_before_posting"] == []


def test_a_moderator_sees_both_texts_and_decides_with_one_button(site: Site) -> None:
    path = receipt(site, "A kind word.")
    site.client.post(
        f"{path}/edit", data=fields_of(change(site, path, SHAMING).text, "edit"), headers={"Origin": ORIGIN}
    )
    site.sign_in()
    desk = site.read("/comments/desk")
    assert 'aria-current="page">Waiting <span class="ck-count">1<' in desk
    assert "A kind word." in desk
    assert "<mark>You&#39;re not really poly if you get jealous</mark>" in desk
    [comment] = site.ids()
    assert site.move(comment, "publish-edit").status_code == 303
    assert "not really poly" in site.read()
    one = site.read(f"/comments/desk/comments/{comment}")
    assert "What stood here before it was changed" in one
    assert "A kind word." in one
    assert "Its writer" in one
    assert site.move(comment, "undo").status_code == 303
    assert "A kind word." in site.read()
    assert site.move(comment, "refuse-edit").status_code == 303
    page = site.read(path)
    assert "A moderator has read it and kept the text as it was." in page
    assert "Ask for another look" in page


def test_taken_back_and_put_back(site: Site) -> None:
    path = receipt(site, "The first.")
    [comment] = site.ids()
    site.reply(comment, "An answer.")
    page = press(site, path, "withdraw").text
    assert "You took your comment back" in page
    assert "only you can put it back" in page
    thread = site.read()
    assert "The first." not in thread
    assert "An answer." in thread
    assert site.client.get(f"/comments/c/{comment}").status_code == 404
    site.sign_in()
    assert "taken back by its writer" in site.read(f"/comments/desk/comments/{comment}")
    assert "Your comment is published" in press(site, path, "put-back").text
    assert "The first." in site.read()


def test_another_look_is_marked_at_the_desk_and_goes_past_who_decided_first(site: Site) -> None:
    path = receipt(site)
    [comment] = site.ids()
    site.sign_in()
    site.move(comment, "hide")
    assert "Your comment is waiting" in press(site, path, "ask").text
    desk = site.read("/comments/desk")
    assert "asked to have it looked at again" in desk
    assert "<bdi>Mo</bdi> decided first." in desk
    assert "another moderator" not in desk  # there is no other
    site.run(lambda house: signin.add_moderator(house, "Kit"))
    assert "please leave this one to another moderator" in site.read("/comments/desk")
    site.sign_in("Kit")
    desk = site.read("/comments/desk")
    assert "<bdi>Mo</bdi> decided first." in desk
    assert "please leave" not in desk
    site.move(comment, "publish")
    assert "Ask for another look" not in site.read(path)


@pytest.mark.parametrize("what", ["both", "text", "identity"])
def test_erasing_asks_to_be_sure_and_then_is_for_good(site: Site, what: str) -> None:
    path = receipt(site, "The first.", name="Wren", email="wren@example.org")
    [comment] = site.ids()
    site.reply(comment, "An answer.")
    refused = press(site, path, "erase", what=what)
    assert refused.status_code == 403
    assert "tick the box first" in refused.text
    assert "The first." in site.read()
    page = press(site, path, "erase", what=what, sure="yes").text
    thread = read(site)
    assert ("The first." in thread) is (what == "identity")
    assert ("Wren" in thread) is (what == "text")
    assert "An answer." in thread
    assert ("Your comment was erased" in page) is (what != "identity")
    assert ("Your name, website and e-mail are erased." in page) is (what == "identity")
    assert (
        "wren@example.org" not in json.dumps(site.client.get(f"{path}/everything.json").json())
        or what == "text"
    )
    if what == "text":
        assert "What <bdi>Wren</bdi> wrote here was erased by its writer." in thread
        page = press(site, path, "erase", what="identity", sure="yes").text
        assert "Wren" not in read(site)
    if what != "identity":
        assert not any(action.endswith(("/erase", "/withdraw")) for action, _ in forms(page))


def test_everything_is_one_file_that_nobody_else_keeps(site: Site) -> None:
    path = receipt(site, "The first.", name="Wren")
    answer = site.client.get(f"{path}/everything.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-comment.json"'
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.json()["comment"]["text"] == "The first."


def test_showing_changes_nothing(site: Site, sqlite_url: str) -> None:
    path = receipt(site, SHAMING)
    before = dump(sqlite_url)
    for address in (path, f"{path}/edit", f"{path}/everything.json"):
        assert site.client.get(address).status_code == 200
    for act in ("withdraw", "put-back", "ask", "erase"):
        assert site.client.get(f"{path}/{act}").status_code == 405
    given = {"action": "show", "body": "A text from elsewhere."}
    shown = site.client.post(f"{path}/edit", data=given, headers={"Origin": ORIGIN})
    assert fields_of(shown.text, "edit")["body"] == "A text from elsewhere."
    assert dump(sqlite_url) == before


@pytest.mark.parametrize("act", ["withdraw", "put-back", "ask", "erase", "edit"])
def test_nothing_acts_without_the_token_of_this_receipts_page(
    site: Site, sqlite_url: str, clock: FakeClock, act: str
) -> None:
    path, other = receipt(site), receipt(site, "Another.")
    given = {"what": "both", "sure": "yes", "body": "Changed.", "seen": "0"}
    theirs = fields_of(site.read(other), "withdraw")["act"]
    mine = fields_of(site.read(path), "withdraw")["act"]
    before = dump(sqlite_url)
    for token in ("", "wrong", "ü", theirs, site.form()["token"]):
        answer = site.client.post(f"{path}/{act}", data={**given, "act": token}, headers={"Origin": ORIGIN})
        assert answer.status_code == 403
        if act == "edit":
            assert KEPT in unescape(answer.text)
            assert fields_of(answer.text, "edit")["body"] == "Changed."
    clock.move(hours=25)
    answer = site.client.post(f"{path}/{act}", data={**given, "act": mine}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert "expired" in answer.text
    assert dump(sqlite_url) == before


@pytest.mark.parametrize("act", ["withdraw", "erase", "edit"])
def test_no_other_site_acts_even_with_the_token(site: Site, sqlite_url: str, act: str) -> None:
    path = receipt(site)
    given = {**fields_of(site.read(path), "withdraw"), "what": "both", "sure": "yes", "body": "Changed."}
    before = dump(sqlite_url)
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://elsewhere.example/"},
    ):
        assert site.client.post(f"{path}/{act}", data=given, headers=headers).status_code == 403
    assert dump(sqlite_url) == before


def test_a_browser_that_says_no_more_than_null_may_act_with_the_token(site: Site) -> None:
    path = receipt(site)
    fields = fields_of(site.read(path), "withdraw")
    answer = site.client.post(f"{path}/withdraw", data=fields, headers={"Origin": "null"})
    assert "You took your comment back" in answer.text


def test_an_unknown_receipt_has_no_pages(site: Site) -> None:
    receipt(site)
    for act in ("", "/edit", "/everything.json"):
        assert site.client.get(f"/comments/receipt/nothing{act}").status_code == 404
    for act in ("edit", "withdraw", "ask", "erase", "nothing"):
        answer = site.client.post(
            f"/comments/receipt/nothing/{act}", data={"body": "x"}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("body", ["", " ", "x" * 20_001, "a\0b"], ids=["none", "blank", "long", "NUL"])
def test_a_text_that_cannot_be_taken_is_shown_again_with_the_reason(site: Site, body: str) -> None:
    path = receipt(site)
    answer = change(site, path, body)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert fields_of(answer.text, "edit")["body"].strip() == body.strip()
    assert "The first." in site.read()


def test_a_text_that_comes_too_late_is_shown_to_be_copied(site: Site, clock: FakeClock) -> None:
    path = receipt(site)
    fields = fields_of(site.read(f"{path}/edit"), "edit")
    clock.move(minutes=60)
    assert "/edit" not in " ".join(links(site.read(path)))
    late = {**fields, "body": "Too late, but long."}
    answer = site.client.post(f"{path}/edit", data=late, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert "that time is over" in answer.text
    assert "Too late, but long." in answer.text
    assert "that time is over" in site.read(f"{path}/edit")


def test_a_text_that_comes_too_often_is_shown_again(sqlite_url: str, clock: FakeClock) -> None:
    with Site(make_settings(sqlite_url, post_limit="2/minute"), clock=clock) as site:
        path = receipt(site)
        change(site, path, "The second.")
        answer = change(site, path, "The third.")
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        assert fields_of(answer.text, "edit")["body"] == "The third."


def test_of_two_open_forms_the_second_is_told_and_loses_nothing(site: Site) -> None:
    path = receipt(site)
    opened = fields_of(site.read(f"{path}/edit"), "edit")
    change(site, path, "The second.")
    answer = site.client.post(
        f"{path}/edit", data={**opened, "body": "The third."}, headers={"Origin": ORIGIN}
    )
    assert answer.status_code == 409
    assert "Another text was sent" in answer.text
    assert "The second." in answer.text
    again = fields_of(answer.text, "edit")
    assert again["body"] == "The third."
    site.client.post(f"{path}/edit", data=again, headers={"Origin": ORIGIN})
    assert "The third." in site.read()


def test_a_form_sent_twice_with_another_text_offers_both_ways(site: Site) -> None:
    fields = {**site.form(), "name": "Wren"}
    site.send({**fields, "body": "The first."})
    answer = site.send({**fields, "body": "A second thought."})
    assert answer.status_code == 409
    page = answer.text
    assert "Post as another comment" in page
    [edit] = re.findall(r'formaction="([^"]+)"', page)
    [kept] = [given for action, given in forms(page) if action.endswith("/post")]
    assert kept["body"] == "A second thought."
    headers = {"Origin": ORIGIN}
    shown = site.client.post(edit, data={**kept, "action": "show"}, headers=headers)
    assert shown.status_code == 200
    mine = fields_of(shown.text, "edit")
    assert mine["body"] == "A second thought."
    assert "The first." in shown.text  # what would be changed is in sight
    site.client.post(edit, data=mine, headers=headers)
    assert "A second thought." in site.read()
    assert "One comment" in site.read()
    assert site.send({**kept, "body": "Another comment."}).status_code == 303
    assert "2 comments" in site.read()


def test_once_the_first_can_not_be_changed_it_is_not_offered(site: Site, clock: FakeClock) -> None:
    fields = site.form()
    site.send({**fields, "body": "The first."})
    clock.move(hours=2)
    page = site.send({**fields, "body": "A second thought."}).text
    assert "Post as another comment" in page
    assert "formaction" not in page
    assert POST in page


def test_a_form_that_many_readers_share_gives_nobody_anothers_receipt(site: Site, clock: FakeClock) -> None:
    """A host may keep its page ready for all, and with it the form."""
    shared = {**site.form(), "body": "My own story.", "name": "Wren"}
    assert site.send(shared).status_code == 303
    other = {**shared, "body": "Quick, and of somebody else."}
    kept = dict(site.client.cookies)
    site.client.cookies.clear()
    assert "/receipt/" not in site.send(other).text
    answer = site.client.post("/comments/api/v1/comments", json=_program(other)).json()
    assert answer["first"]["receipt"] is None
    site.client.cookies.update(kept)
    clock.move(minutes=2)
    mine = site.send({**shared, "body": "Another text."})
    assert "Change the first to this" in mine.text  # this device has sent the first
    site.client.cookies.clear()
    for body in ("Another text.", shared["body"]):
        answer = site.send({**shared, "body": body})
        assert answer.status_code == 409
        assert "/receipt/" not in answer.text
        assert body in answer.text
        told = site.client.post("/comments/api/v1/comments", json={**_program(shared), "body": body}).json()
        assert (told["first"]["receipt"] if "first" in told else told["receipt"]) is None


def _program(form: dict[str, str]) -> dict[str, str]:
    return {"token": form["token"], "name": form["name"], "body": form["body"]}


def test_once_the_text_is_erased_the_name_is_offered_next(site: Site) -> None:
    path = receipt(site, "The first.", name="Wren")
    page = press(site, path, "erase", what="text", sure="yes").text
    assert "Next, erase who you said you are?" in page
    assert "Next, erase" not in press(site, path, "erase", what="identity", sure="yes").text
