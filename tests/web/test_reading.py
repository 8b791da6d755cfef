"""A thread's pages by plain links, on the host's page and on its own; thanks by a button; feeds; the API's pages."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from httpx2 import Response

from commentkit.testing import FakeClock
from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import links

API = "/comments/api/v1"
PAGE = f"/comments/thread?key={POST}"
SHAMING = "You're not really poly if you get jealous"
ATOM = "{http://www.w3.org/2005/Atom}"


def many(site: Site, count: int) -> list[str]:
    """A thread of so many comments; their ids, oldest first."""
    for number in range(count):
        site.post(f"Number {number}.")
    return site.ids()[::-1]


def bodies(page: str) -> list[str]:
    return re.findall(r"Number \d+\.", page)


def numbers(*some: int) -> list[str]:
    return [f"Number {number}." for number in some]


@pytest.fixture
def small(sqlite_url: str, clock: FakeClock) -> Site:
    """A blog that shows five comments at a time."""
    return Site(make_settings(sqlite_url, page_comments=5), clock=clock)


def link(page: str, words: str) -> str:
    """The address of the link that says this."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{words}', page)
    assert found, words
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("start", [f"{POST}?page=2&x=%26", PAGE])
def test_more_comments_come_by_links_that_keep_what_the_host_asks(small: Site, start: str) -> None:
    with small as site:
        many(site, 12)
        first = site.read(start)
        assert bodies(first) == numbers(0, 1, 2, 3, 4)
        assert "12 comments" in first
        onward = link(first, "Show 5 more comments")
        assert unquote(onward).startswith(unquote(start))
        second = site.read(onward)
        assert bodies(second) == numbers(5, 6, 7, 8, 9)
        last = site.read(link(second, "Show 2 more comments"))
        assert bodies(last) == numbers(10, 11)
        assert "more comment" not in last
        assert bodies(site.read(link(last, "Show the thread from its beginning"))) == bodies(first)
        newest = site.read(link(last, "Newest first"))
        assert bodies(newest) == numbers(11, 10, 9, 8, 7)
        assert bodies(site.read(link(newest, "Show 5 more comments"))) == numbers(6, 5, 4, 3, 2)


def test_the_order_that_threads_begin_with_is_the_owners(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, order="newest", thanks="off")) as site:
        many(site, 3)
        page = site.read()
        assert bodies(page) == numbers(2, 1, 0)
        assert 'aria-current="true">Newest first' in page
        assert "Most thanked" not in page
        assert "/thanks" not in page
        assert bodies(site.read(f"{POST}?ck-order=thanked")) == numbers(2, 1, 0)
        assert bodies(site.read(f"{POST}?ck-order=oldest")) == numbers(0, 1, 2)


def test_a_place_that_is_gone_leads_to_the_beginning_and_says_so(small: Site) -> None:
    with small as site:
        many(site, 6)
        for place in (
            "ck-after=nothing",
            "ck-comment=" + "0" * 30,
            "ck-after=%00",
            "ck-comment=" + "x" * 999,
        ):
            page = site.read(f"{POST}?{place}")
            assert bodies(page) == numbers(0, 1, 2, 3, 4)
            assert "This is its beginning." in page


def test_a_comment_is_reached_on_its_page_of_the_thread(small: Site) -> None:
    with small as site:
        ids = many(site, 12)
        back = next(each for each in links(site.read(f"/comments/c/{ids[7]}")) if "#c-" in each)
        assert back == f"{POST}?ck-comment={ids[7]}#c-{ids[7]}"
        page = site.read(back)
        assert f'id="c-{ids[7]}"' in page
        assert bodies(page) == numbers(7, 8, 9, 10, 11)
        assert bodies(site.read(f"{POST}?ck-comment={ids[2]}")) == numbers(0, 1, 2, 3, 4)


def test_a_branch_can_be_closed_without_a_script(site: Site) -> None:
    site.post("Question.", name="Wren")
    [question] = site.ids()
    site.reply(question, "Answer.")
    page = site.read()
    assert page.index("<details") < page.index("Answer.") < page.index("</details>")
    assert '<details class="ck-branch" open>' in page


# --- thanks -----------------------------------------------------------------------------------------------


def press(site: Site, comment: str, what: str = "give", **headers: str) -> Response:
    sent = {"Origin": ORIGIN, **headers}
    address = f"/comments/c/{comment}/thanks"
    return site.client.post(address, data={"thanks": what}, headers=sent, follow_redirects=False)


def test_thanks_are_given_and_taken_back_by_one_button(site: Site) -> None:
    site.post("Hello.", name="Wren")
    [comment] = site.ids()
    assert "This rings true" in site.read()
    assert "thanks" not in str(site.client.cookies)
    answer = press(site, comment)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{POST}?ck-comment={comment}#c-{comment}",
    )
    for address in (POST, PAGE, f"/comments/c/{comment}"):
        page = site.read(address)
        assert "You said this rings true. Take it back" in page
        assert 'name="thanks" value="back"' in page
        assert "One reader said so" in page
    press(site, comment)
    assert "One reader said so" in site.read()
    press(site, comment, "back")
    page = site.read()
    assert "said so" not in page
    assert 'name="thanks" value="give"' in page


def test_what_one_device_said_is_on_no_other_devices_page(site: Site) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    press(site, comment)
    site.client.cookies.clear()
    page = site.read()
    assert "One reader said so" in page
    assert 'value="back"' not in page
    press(site, comment)
    assert "2 readers said so" in site.read()


def test_numbers_of_thanks_can_be_kept_from_readers(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, thanks="uncounted")) as site:
        site.post("Hello.")
        [comment] = site.ids()
        press(site, comment)
        assert "said so" not in site.read().replace("You said", "")
        assert site.client.get(f"{API}/thread?key={POST}").json()["comments"][0]["thanks"] is None
        answer = site.client.post(f"{API}/thanks", json={"comment": comment})
        assert answer.json()["thanks"] is None


def test_thanks_are_refused_from_elsewhere_for_what_is_not_there_and_when_there_are_too_many(
    sqlite_url: str,
) -> None:
    with Site(make_settings(sqlite_url, thanks_limit="2/hour")) as site:
        site.post("Hello.")
        [comment] = site.ids()
        assert press(site, comment, Origin="https://foreign.example").status_code == 403
        assert press(site, comment, "more").status_code == 400
        assert press(site, "0" * 30).status_code == 404
        assert press(site, comment).status_code == 303
        assert press(site, comment, "back").status_code == 429
        assert site.client.get(f"/comments/c/{comment}/thanks").status_code == 405


def test_a_program_keeps_its_own_token_for_thanks(site: Site) -> None:
    site.post("Hello.")
    site.client.cookies.clear()
    [comment] = site.ids()
    first = site.client.post(f"{API}/thanks", json={"comment": comment}).json()
    assert (first["said"], first["thanks"]) == (True, 1)
    assert not site.client.cookies
    again = {"comment": comment, "device": first["device"]}
    assert site.client.post(f"{API}/thanks", json=again).json() == first
    back = site.client.post(f"{API}/thanks", json={**again, "back": True}).json()
    assert (back["said"], back["thanks"], back["device"]) == (False, 0, first["device"])
    for wrong in ({}, {"comment": 1}, {"comment": comment, "back": "yes"}, {"comment": comment, "x": ""}):
        refused = site.client.post(f"{API}/thanks", json=wrong)
        assert refused.status_code == 422
        assert refused.json()["errors"]


# --- the API's pages --------------------------------------------------------------------------------------


def test_the_api_gives_a_thread_page_by_page(site: Site) -> None:
    ids = many(site, 7)
    found, after = [], ""
    for _ in range(3):
        asked = {"key": POST, "order": "newest", "limit": "3", "after": after}
        page = site.client.get(f"{API}/thread", params=asked).json()
        assert (page["count"], page["order"]) == (7, "newest")
        found += [each["id"] for each in page["comments"]]
        after = page["next"] or ""
    assert found == ids[::-1]
    assert page["next"] is None


def test_a_wrong_page_is_refused_and_named(site: Site) -> None:
    site.post("Hello.")
    wrongs = {"order": "best", "after": "0" * 30, "limit": "0"}
    for name, value in [*wrongs.items(), ("after", "x"), ("limit", "501"), ("limit", "-1"), ("limit", "٣")]:
        answer = site.client.get(f"{API}/thread", params={"key": POST, name: value})
        assert answer.status_code == 422, name
        assert answer.json()["errors"][0]["field"] == name


def test_the_apis_tag_knows_what_shapes_the_answer(sqlite_url: str) -> None:
    tags: list[str] = []
    for changes in ({}, {"max_depth": 1}, {"thanks": "off"}, {"order": "newest"}, {"page_comments": 7}):
        with Site(make_settings(sqlite_url, **changes)) as site:
            if not tags:
                site.post("Hello.")
            tags.append(site.client.get(f"{API}/thread?key={POST}").headers["etag"])
    with Site(make_settings(sqlite_url)) as site:
        for asked in ("&order=thanked", "&limit=3", f"&after={site.ids()[0]}"):
            tags.append(site.client.get(f"{API}/thread?key={POST}{asked}").headers["etag"])
        [comment] = site.ids()
        press(site, comment)
        tags.append(site.client.get(f"{API}/thread?key={POST}").headers["etag"])
    assert len(set(tags)) == len(tags) == 9


def test_recent_comments_are_told_to_programs(site: Site) -> None:
    site.post("*One* word. " + "And more of them. " * 30, name="Wren")
    site.post(SHAMING)
    [short] = site.client.get(f"{API}/recent?limit=5").json()["comments"]
    assert short["excerpt"].startswith("One word. And more")
    assert short["excerpt"].endswith(" …")
    assert len(short["excerpt"]) <= 170
    assert (short["name"], short["thread"]) == ("Wren", "First light")
    assert site.client.get(f"{API}/recent?key=/never").json() == {"comments": []}


# --- feeds ------------------------------------------------------------------------------------------------


def entries(site: Site, address: str) -> list[ET.Element]:
    answer = site.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(answer.text).findall(f"{ATOM}entry")


def test_feeds_have_what_is_published_and_nothing_else(site: Site) -> None:
    site.post(
        '<b>Bold</b> & "quoted" <script>alert(1)</script> ]]> end', name="W & <r>", email="w@example.org"
    )
    site.post(SHAMING, email="secret@example.org")
    site.post("Elsewhere.", path="/guest/second-light")
    [mine] = entries(site, f"/comments/feed?key={POST}")
    content = mine.findtext(f"{ATOM}content") or ""
    assert "<script" not in content
    assert "<strong>Bold</strong>" in content or "<b>Bold</b>" in content
    assert mine.findtext(f"{ATOM}author/{ATOM}name") == "W & <r>"
    assert (mine.findtext(f"{ATOM}id") or "").startswith(f"{ORIGIN}/comments/c/")
    both = entries(site, "/comments/feed")
    assert len(both) == 2
    text = site.client.get("/comments/feed").text
    assert "example.org" not in text
    assert "not really" not in text
    assert site.client.get("/comments/feed?key=/never").status_code == 404


def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    assert entries(site, "/comments/feed") == []
    tag = site.client.get("/comments/feed").headers["etag"]
    assert site.client.get("/comments/feed", headers={"If-None-Match": tag}).status_code == 304
    site.post("Hello.")
    assert site.client.get("/comments/feed", headers={"If-None-Match": tag}).status_code == 200
    assert f"/comments/feed?key={POST.replace('/', '%2F')}" in site.read()
