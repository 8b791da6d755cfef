"""The page before posting: the words marked, why, how it might be said, and two choices of equal weight."""

import re
from html import unescape
from pathlib import Path

from tests.site import POST, Site, comment_form, make_settings

SHAMING = "You're not really poly if you get jealous"
API = "/comments/api/v1"


def test_a_writer_sees_the_words_marked_and_decides(site: Site) -> None:
    shown = site.send({**site.form(), "body": f"Lovely. {SHAMING}.", "name": "Wren"})
    assert shown.status_code == 200
    page = unescape(shown.text)
    assert f"<mark>{SHAMING}</mark>" in page
    assert "Nothing is posted yet" in page
    assert "leave theirs to them" in page
    assert "A moderator will read it first." in page
    choices = re.findall(r'class="ck-choice"[^>]*>([^<]+)<', page)
    assert choices == ["Change it", "Post it as it is"]
    assert site.ids() == site.ids("waiting") == []
    again = comment_form(shown.text)
    assert (again["body"], again["name"]) == (f"Lovely. {SHAMING}.", "Wren")
    receipt = site.send(again)
    assert receipt.status_code == 303
    assert "Your comment is waiting" in site.read(receipt.headers["location"])


def test_changed_words_are_posted_like_any_others(site: Site) -> None:
    shown = site.send({**site.form(), "body": SHAMING})
    receipt = site.send({**comment_form(shown.text), "body": "I would be jealous too."})
    assert "Your comment is published" in site.read(receipt.headers["location"])


def test_the_same_form_sent_twice_at_once_is_shown_twice_and_then_posted_once(site: Site) -> None:
    form = {**site.form(), "body": SHAMING}
    pages = [site.send(form), site.send(form)]
    assert [page.status_code for page in pages] == [200, 200]
    answers = [site.send(comment_form(page.text)) for page in pages]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(site.ids("waiting")) == 1


def test_looking_once_more_does_not_count_against_the_limit(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, post_limit="1/minute")) as site:
        shown = site.send({**site.form(), "body": SHAMING})
        assert site.send(comment_form(shown.text)).status_code == 303
        assert site.send({**site.form(), "body": "Another."}).status_code == 429


def test_what_stays_shaming_after_a_change_is_not_shown_again(site: Site) -> None:
    shown = site.send({**site.form(), "body": SHAMING})
    assert site.send({**comment_form(shown.text), "body": f"Well, {SHAMING}!"}).status_code == 303


def test_a_preview_gives_no_advice(site: Site) -> None:
    shown = site.send({**site.form(), "body": SHAMING, "action": "preview"})
    assert "Preview: not posted yet" in shown.text
    assert "ck-before" not in shown.text


def test_a_site_can_switch_it_off(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, advise=False)) as site:
        assert site.send({**site.form(), "body": SHAMING}).status_code == 303


def test_a_program_gets_the_spans_and_says_confirm(site: Site) -> None:
    site.post("The first.")
    token = site.client.get(f"{API}/form", params={"key": POST}).json()["token"]
    given = {"token": token, "body": f"Lovely. {SHAMING}."}
    answer = site.client.post(f"{API}/comments", json=given)
    told = answer.json()
    assert (answer.status_code, told["code"], told["body"]) == (409, "before-posting", given["body"])
    assert answer.headers["cache-control"] == "no-store"
    [advice] = told["advice"]
    assert given["body"][advice["start"] : advice["end"]] == SHAMING
    assert (advice["category"], advice["held"]) == ("gatekeeping", True)
    assert advice["reason"]
    assert advice["instead"]
    assert site.client.post(f"{API}/comments", json={**given, "token": told["token"]}).status_code == 201
    token = site.client.get(f"{API}/form", params={"key": POST}).json()["token"]
    sent = site.client.post(f"{API}/comments", json={"token": token, "body": SHAMING, "confirm": True})
    assert (sent.status_code, sent.json()["status"]) == (201, "pending")
    wrong = site.client.post(f"{API}/comments", json={**given, "confirm": "yes"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "confirm")


def test_nobody_else_learns_what_was_found(site: Site) -> None:
    site.post(SHAMING)
    [comment] = site.ids("waiting")
    site.sign_in()
    site.move(comment, "publish")
    site.client.cookies.clear()
    for path in (POST, f"/comments/c/{comment}", f"{API}/thread?key={POST}"):
        page = site.read(path)
        assert "really poly" in page
        for word in ("gatekeeping", "gate.not-really", "ck-before", "leave theirs to them"):
            assert word not in page


def test_advice_is_given_in_the_writers_language_on_the_page_and_to_programs(
    site: Site, foreign: str
) -> None:
    body = f"{SHAMING}. My number is 555-123-4567."
    headers = {"Origin": "http://testserver", "Accept-Language": foreign}
    page = site.client.post("/comments/post", data={**site.form(), "body": body}, headers=headers)
    given = {"token": site.form()["token"], "body": body}
    told = site.client.post(f"{API}/comments", json=given, headers=headers).json()
    assert told["code"] == "before-posting"
    assert len(told["advice"]) == 2
    for each in told["advice"]:
        for sentence in (each["reason"], each["instead"]):
            assert sentence.startswith("«"), sentence
            assert sentence in unescape(page.text)


def test_a_phone_number_keeps_its_direction_among_words_from_right_to_left(site: Site) -> None:
    given = {**site.form(), "body": "Call +49 30 12345678."}
    page = site.client.post("/comments/~fa/post", data=given, headers={"Origin": "http://testserver"}).text
    assert '<mark dir="auto">+49 30 12345678</mark>' in page
    assert re.search(r'<input id="ck-email"[^>]* dir="ltr"', page)


def test_a_sites_own_rule_is_told_as_it_is_written(sqlite_url: str, tmp_path: Path, foreign: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'category = "kink_shaming"\n[[rule]]\nid = "own.vanilla"\nreason = "Plain is 100 % fine here."\n'
        'patterns = ["boring vanilla people"]\n',
        encoding="utf-8",
    )
    with Site(make_settings(sqlite_url, shaming_files=[str(own)])) as site:
        headers = {"Origin": "http://testserver", "Accept-Language": foreign}
        given = {"token": site.form()["token"], "body": "You are all boring vanilla people."}
        told = site.client.post(f"{API}/comments", json=given, headers=headers).json()
        assert [each["reason"] for each in told["advice"]] == ["Plain is 100 % fine here."]


def test_moderators_read_findings_in_english(site: Site, foreign: str) -> None:
    form = {**site.form(), "body": SHAMING}
    headers = {"Origin": "http://testserver", "Accept-Language": foreign}
    page = site.client.post("/comments/post", data=form, headers=headers)
    site.client.post("/comments/post", data=comment_form(page.text), headers=headers)
    site.sign_in()
    desk = unescape(site.read(f"/comments/desk/comments/{site.ids('waiting')[0]}"))
    assert "Tells somebody" in desk or "not really" in desk
    assert "«" not in desk
