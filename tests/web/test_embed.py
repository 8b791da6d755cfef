"""The thread on a page of another site: one script, one element, no sink, in the reader's language, for everybody."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from commentkit.language import ENGLISH, LANGUAGES, speaking
from commentkit.web import scripts
from tests.browser import PageLog, assert_accessible
from tests.elsewhere import ELEMENT, SCRIPT, SHAMING, STORY, Elsewhere, below, box, state, write
from tests.site import Site
from tests.writing import add_thread


@pytest.mark.parametrize("language", LANGUAGES)
def test_script_and_style_are_at_most_eight_kilobytes_on_the_way(site: Site, language: str) -> None:
    with site.client.stream("GET", f"/comments/~{language}/embed.js") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert len(b"".join(answer.iter_raw())) <= 8_000


def test_the_script_has_a_short_address_and_is_kept_for_an_hour(site: Site) -> None:
    answer = site.client.get("/comments/embed.js")
    assert '"lang":"en"' in answer.text
    assert "/*" not in answer.text  # comments are for those who read it where it was written
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("public, max-age=3600")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert site.client.get("/comments/embed.js", headers=tag).status_code == 304
    plain = site.client.get("/comments/embed.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


HOSTILE = """<style>
* { all: unset !important; color: red !important; display: inline; letter-spacing: 1em; position: fixed }
</style>
<form name=createElement></form><img name=currentScript><img id=customElements><img name=title><a id=fetch></a>
<form name=querySelector></form><a id=JSON name=parse></a><form id=body><input name=children></form>
<div id=commentkit><textarea id=body name=body>mine</textarea></div>"""


def test_a_page_that_takes_every_name_and_styles_everything_disturbs_nothing(
    there: Elsewhere, page: Page
) -> None:
    there.policy = ""
    there.head = ""
    there.body = f"{HOSTILE}{SCRIPT}{ELEMENT}"
    page.add_init_script("window.before = [...Object.getOwnPropertyNames(window), 'before']")
    thread = there.open(page)
    write(thread, "Still here.", "Wren")
    expect(thread.locator("article")).to_contain_text("Still here.")
    looks = thread.locator("article").evaluate(
        "node => { const s = getComputedStyle(node); return [s.display, s.color, s.letterSpacing, s.position] }"
    )
    assert looks == ["block", "rgb(34, 32, 29)", "normal", "static"]
    added = page.evaluate("Object.getOwnPropertyNames(window).filter(name => !before.includes(name))")
    assert added == []
    assert page.locator("#commentkit textarea").input_value() == "mine"


def test_colours_and_parts_are_the_page_s_to_choose(there: Elsewhere, page: Page) -> None:
    there.policy = ""
    there.head += "<style>comment-thread { --ck-text: rgb(1, 2, 3) }"
    there.head += "comment-thread::part(name) { color: rgb(4, 5, 6) }</style>"
    thread = there.open(page)
    write(thread, "In colour.", "Wren")
    colour = "node => getComputedStyle(node).color"
    assert thread.locator("article .body").evaluate(colour) == "rgb(1, 2, 3)"
    assert thread.locator("article [part=name]").evaluate(colour) == "rgb(4, 5, 6)"


LOOKS = [
    (360, "light"),
    pytest.param(360, "dark", marks=pytest.mark.long),
    pytest.param(1400, "light", marks=pytest.mark.long),
    pytest.param(1400, "dark", marks=pytest.mark.long),
]


@pytest.mark.parametrize(
    "language",
    [ENGLISH, *(pytest.param(each, marks=pytest.mark.long) for each in LANGUAGES if each != ENGLISH)],
)
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_state_is_for_everybody_on_any_screen(
    there: Elsewhere, new_page: Callable[..., Page], width: int, scheme: str, language: str
) -> None:
    there.policy = ""
    there.head += "<meta name=viewport content='width=device-width'>"
    there.head += "<style>:root { color-scheme: light dark } body { background: Canvas }</style>"
    there.body = f"<main>{there.body}</main>"
    there.speak(language)
    page = new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)

    def look() -> None:
        assert_accessible(page, "comment-thread")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    thread = there.open(page)
    thread.locator(".main").click()
    expect(box(thread)).to_be_focused()
    look()
    box(thread).fill(STORY)
    thread.locator(".main + button").click()
    expect(state(thread).locator("blockquote")).to_be_visible()
    look()
    thread.locator("#name").fill("Wren")
    thread.locator("fieldset input").first.check()
    thread.locator(".main").click()
    expect(thread.locator("details")).to_be_visible()
    look()
    thread.locator("[part=reply]").click()
    box(thread).fill(SHAMING)
    thread.locator(".main").click()
    expect(state(thread).locator("mark").first).to_be_visible()
    look()


def test_without_the_script_a_link_leads_to_the_thread_s_own_page(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    page = new_page(java_script_enabled=False)
    link = there.open(page).get_by_role("link", name="Read and write comments")
    assert link.get_attribute("href") == f"{there.talk}/comments/thread?key={there.key}"


def test_comments_that_cannot_be_reached_say_so_and_can_be_asked_for_again(
    there: Elsewhere, page: Page
) -> None:
    page.route("**/api/v1/**", lambda route: route.abort(), times=3)
    thread = there.open(page)
    expect(thread.get_by_role("alert")).to_have_text("The comments can't be reached right now.")
    expect(thread.get_by_role("link", name="Read and write comments")).to_be_visible()
    thread.get_by_role("button", name="Try again").click()
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()


def test_the_address_of_the_script_says_the_language_of_everything(
    there: Elsewhere, page: Page, page_log: PageLog
) -> None:
    there.speak("de")
    with speaking("de"):
        said = scripts.embed_rest()
    thread = there.open(page)
    whole = thread.locator("section")
    expect(whole).to_have_attribute("lang", "de")
    expect(whole).to_have_attribute("dir", "ltr")
    expect(thread.get_by_role("heading", name=said["none"])).to_be_visible()
    expect(thread.locator("article")).to_have_count(0)
    box(thread).fill(STORY)
    thread.get_by_role("button", name=said["post"]).click()
    expect(state(thread).get_by_role("link")).to_have_attribute(
        "href", below(f"{there.talk}/comments/~de/receipt/")
    )
    expect(thread.locator("article .body")).to_have_attribute("lang", "")
    expect(thread.locator("article .body")).to_have_attribute("dir", "auto")
    asked = [url for url in page_log.requests if url.startswith(there.talk)]
    assert [url for url in asked if not url.startswith(f"{there.talk}/comments/~de/")] == []


def test_without_a_language_in_the_address_the_browser_chooses(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    thread = there.open(new_page(locale="de-CH"))
    expect(thread.locator("section")).to_have_attribute("lang", "de")
    expect(thread.locator("form")).to_be_visible()


def test_script_and_words_are_those_of_the_language_asked_for(site: Site) -> None:
    german = {"Accept-Language": "de"}
    scripts = [site.client.get("/comments/embed.js", headers=each) for each in ({}, german)]
    assert ['"lang":"de"' in each.text for each in scripts] == [False, True]
    assert len({each.headers["etag"] for each in scripts}) == 2
    answers = [site.client.get("/comments/api/v1/words", headers=each) for each in ({}, german)]
    assert [(each.json()["lang"], each.json()["dir"]) for each in answers] == [("en", "ltr"), ("de", "ltr")]
    assert answers[0].json()["count"] == {"one": "One comment", "other": "%(num)s comments"}
    assert "Accept-Language" in answers[1].headers["vary"]
    tag = {"If-None-Match": answers[1].headers["etag"], **german}
    assert site.client.get("/comments/api/v1/words", headers=tag).status_code == 304
    assert (
        site.client.get("/comments/api/v1/words", headers={**tag, "Accept-Language": "en"}).status_code == 200
    )


def test_the_script_has_every_word_that_it_says_and_no_other(site: Site) -> None:
    script = site.client.get("/comments/embed.js").text
    first = json.loads(scripts.embed_first())
    known = {*first, *scripts.embed_rest(), "count"}
    said = set(re.findall(r"WORDS\.(\w+)", script)) | {
        "body",
        "name",
        "email",
        "website",
    }  # the last by their fields
    assert said - known == set()
    assert known - said == {"dir", "thread"}  # taken together with the language


def test_a_picture_a_badge_and_how_long_ago_stand_beside_a_comment(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    with there.house() as site:
        site.run(lambda house: add_thread(house, there.key))
        site.enter_as_guest(key=there.key)
        site.post("From the one who was asked.", path=f"/comments/thread?key={there.key}")
    page = new_page(timezone_id="Europe/Berlin")
    said: dict[timedelta, str | re.Pattern[str]] = {
        timedelta(seconds=-50): "this minute",
        timedelta(minutes=3): "3 minutes ago",
        timedelta(hours=30): "1 day ago",
        timedelta(days=40): re.compile(r"^\d May 2026$"),
    }
    for later, words_ in said.items():
        page.clock.set_fixed_time(there.clock() + later)
        thread = there.open(page)
        expect(thread.locator("time")).to_have_text(words_)
    expect(thread.locator("time")).to_have_attribute("title", re.compile(r" (CEST|GMT\+2)$"))
    expect(thread.locator("article svg path")).to_have_attribute("d", re.compile("^(M[0-4] [0-4]h1v1h-1z)+$"))
    expect(thread.locator("[part=badge]")).to_have_text("Guest author")


def test_dates_and_numbers_are_those_of_our_own_pages_in_every_language(there: Elsewhere, page: Page) -> None:
    with there.house() as site:
        site.run(lambda house: add_thread(house, there.key))
        site.post("Long ago.", path=f"/comments/thread?key={there.key}")
    there.speak("fa")
    page.clock.set_fixed_time(there.clock() + timedelta(days=40))
    thread = there.open(page)
    expect(thread.locator("article time")).to_have_text(re.compile(r"^\d \S+ 2026$"))
    with speaking("fa"):
        expect(thread.locator("h2").first).to_have_text(scripts.embed_count()["one"] % {"num": 1})
    page.clock.set_fixed_time(there.clock() + timedelta(minutes=3))
    expect(there.open(page).locator("article time")).to_contain_text("3")


def test_every_comment_leads_to_the_page_where_it_can_be_reported(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    write(thread, "Look at me.", "Wren")
    thread.get_by_role("link", name="Report the comment by Wren").click()
    expect(page.get_by_role("button", name="Send the report")).to_be_visible()


def test_the_keyboard_alone_is_enough(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    box(thread).focus()

    def tab_to(target: Locator) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if target.evaluate("node => node === node.getRootNode().activeElement"):
                return
        pytest.fail("the keyboard never gets there")

    page.keyboard.type("By hand.")
    tab_to(thread.get_by_label("Name"))
    page.keyboard.type("Wren")
    tab_to(thread.get_by_role("button", name="Post comment"))
    page.keyboard.press("Enter")
    expect(state(thread)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(thread.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    page.keyboard.type("And I ")
    page.keyboard.press("Escape")  # takes nothing away: the draft is kept
    expect(thread.locator("li form")).to_have_count(0)
    expect(thread.get_by_role("button", name="Reply to Wren")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(thread)).to_have_value("And I ")
    page.keyboard.press("End")
    page.keyboard.type("answer.")
    tab_to(thread.get_by_role("button", name="Post comment"))
    page.keyboard.press("Space")
    expect(thread.locator("li li article")).to_contain_text("And I answer.")


def test_more_comments_come_at_the_press_of_a_button(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    for number in range(3):
        write(thread, f"Comment {number}.")
        expect(thread.locator("article")).to_have_count(number + 1)

    def in_two(route: Route) -> None:
        route.continue_(url=f"{route.request.url}&limit=2")

    page.route("**/api/v1/thread?**", in_two)
    thread = there.open(page)
    expect(thread.locator("article")).to_have_count(2)
    thread.get_by_role("button", name="Show more").click()
    expect(thread.locator("article")).to_have_count(3)
    expect(thread.locator("article").last).to_be_focused()
    expect(thread.get_by_role("button", name="Show more")).to_have_count(0)
