"""The thread on a page of another site: one script, one element, no cookie, no sink, nothing lost."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import FLAGS, PageLog, assert_accessible, choose_browser
from tests.elsewhere import ELEMENT, KEY, SCRIPT, Elsewhere, elsewhere
from tests.site import Site

STORY = "It was *years* before I could say it.\n\n> not really\n\n- one\n- two & <b>three</b>"
SHAMING = "I read it \U0001f331 twice. You're not really poly if you get jealous."
SCRIPT_FILE = Path(__file__).parent.parent.parent / "commentkit" / "static" / "embed.js"


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Elsewhere]:
    """A page of files and its comments, on two sites."""
    with elsewhere(sqlite_url) as made:
        yield made


def write(thread: Locator, text: str, name: str = "") -> None:
    """Fill in the form and press the button."""
    box(thread).fill(text)
    if name:
        thread.get_by_label("Name").fill(name)
    thread.get_by_role("button", name="Post comment").click()


def box(thread: Locator) -> Locator:
    """The text in the form."""
    return thread.locator("textarea")


def state(thread: Locator) -> Locator:
    """What the reader is told about what they sent."""
    return thread.locator("[part=state]")


def test_script_and_style_are_at_most_eight_kilobytes_on_the_way() -> None:
    assert len(gzip.compress(SCRIPT_FILE.read_bytes())) <= 8_000


def test_the_script_has_a_short_address_and_is_kept_for_an_hour(site: Site) -> None:
    answer = site.client.get("/comments/embed.js")
    assert answer.text == SCRIPT_FILE.read_text(encoding="utf-8")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("public, max-age=3600")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert site.client.get("/comments/embed.js", headers=tag).status_code == 304
    plain = site.client.get("/comments/embed.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


def test_posting_and_answering_work_where_a_page_allows_no_sink_no_policy_and_no_style(
    there: Elsewhere, page: Page, page_log: PageLog
) -> None:
    thread = there.open(page)
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()
    write(thread, STORY, "Wren")
    expect(state(thread)).to_contain_text("Your comment is published.")
    expect(state(thread)).to_be_focused()
    expect(thread.get_by_role("link", name="Your private link")).to_have_attribute(
        "href", begins_with(f"{there.talk}/comments/receipt/")
    )
    first = thread.locator("article")
    expect(first).to_have_count(1)
    expect(first.locator("em")).to_have_text("years")
    expect(first.locator("blockquote")).to_have_text("not really")
    expect(first.locator("li")).to_have_text(["one", "two & three"])
    expect(first.locator("b")).to_have_text("three")
    expect(box(thread)).to_have_value("")
    thread.get_by_role("button", name="Reply to Wren").click()
    expect(thread.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    expect(box(thread)).to_be_focused()
    write(thread, "I answer.", "Pat")
    expect(thread.locator("li li article")).to_contain_text("I answer.")
    expect(thread.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(thread.get_by_role("heading", name="Leave a comment")).to_be_visible()
    again = there.open(page)
    expect(again.locator("li li article")).to_contain_text("Pat")
    assert page_log.console_errors == []
    assert page.context.cookies() == []


def begins_with(start: str) -> "re.Pattern[str]":
    """An address that begins like this."""
    return re.compile(f"^{re.escape(start)}")


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


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_a_small_screen_is_enough_for_everybody(
    there: Elsewhere, new_page: Callable[..., Page], scheme: str
) -> None:
    there.policy = ""
    there.head += "<meta name=viewport content='width=device-width'>"
    there.head += "<style>:root { color-scheme: light dark } body { background: Canvas }</style>"
    there.body = f"<main>{there.body}</main>"
    page = new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    thread = there.open(page)
    write(thread, STORY, "Wren")
    expect(state(thread)).to_contain_text("published")
    thread.get_by_role("button", name="Reply to Wren").click()
    write(thread, SHAMING)
    expect(state(thread)).to_contain_text("Nothing is posted yet")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_advice_comes_once_with_the_words_marked_and_two_choices(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    write(thread, SHAMING, "Pat")
    expect(state(thread)).to_be_focused()
    expect(state(thread).locator(".raw mark")).to_have_text("You're not really poly if you get jealous")
    change = state(thread).get_by_role("button", name="Change it")
    as_it_is = state(thread).get_by_role("button", name="Post it as it is")
    one, other = change.bounding_box(), as_it_is.bounding_box()
    assert one is not None
    assert other is not None
    assert (one["width"], one["height"]) == (other["width"], other["height"])
    change.click()
    expect(box(thread)).to_be_focused()
    expect(box(thread)).to_have_value(SHAMING)
    as_it_is.click()
    expect(state(thread)).to_contain_text("Your comment is waiting.")
    expect(state(thread)).to_contain_text("putting somebody down")
    expect(thread.locator("article")).to_have_count(0)
    expect(box(thread)).to_have_value("")


def test_a_second_text_after_a_lost_answer_is_offered_as_another_comment(
    there: Elsewhere, page: Page
) -> None:
    thread = there.open(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/comments", lose, times=1)
    write(thread, "The first text.")
    expect(state(thread)).to_contain_text("The connection was lost")
    write(thread, "The second text.")
    expect(state(thread)).to_contain_text("already sent, with another text")
    expect(box(thread)).to_have_value("The second text.")
    thread.get_by_role("button", name="Post this as another comment").click()
    expect(box(thread)).to_have_value("")
    expect(there.open(page).locator("article .body")).to_have_text(["The first text.", "The second text."])


def test_what_was_sent_twice_after_a_lost_answer_is_one_comment(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    page.route("**/api/v1/comments", lambda route: (route.fetch(), route.abort()), times=1)
    write(thread, "Only once.")
    expect(state(thread)).to_contain_text("The connection was lost")
    thread.get_by_role("button", name="Post comment").click()
    expect(state(thread)).to_contain_text("published")
    expect(thread.locator("article")).to_have_count(1)


def test_without_a_connection_the_text_stays_and_can_be_sent_later(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    expect(box(thread)).to_be_visible()
    page.context.set_offline(True)
    write(thread, STORY)
    expect(state(thread)).to_contain_text("The connection was lost")
    expect(state(thread)).to_contain_text("Your text is still here")
    expect(box(thread)).to_have_value(STORY)
    page.context.set_offline(False)
    thread.get_by_role("button", name="Post comment").click()
    expect(state(thread)).to_contain_text("published")


def test_an_expired_form_renews_itself(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    expect(box(thread)).to_be_visible()
    there.clock.move(hours=25)
    write(thread, "It took me a day.")
    expect(state(thread)).to_contain_text("published")


def test_a_gateway_that_answers_with_a_page_loses_nothing(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    page.route("**/api/v1/comments", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    write(thread, STORY)
    expect(state(thread)).to_contain_text("Something went wrong")
    expect(box(thread)).to_have_value(STORY)


def test_too_many_at_once_is_said_and_the_text_stays(sqlite_url: str, page: Page) -> None:
    with elsewhere(sqlite_url, post_limit="1/hour") as there:
        thread = there.open(page)
        write(thread, "One.")
        expect(state(thread)).to_contain_text("published")
        write(thread, "Two.")
        expect(state(thread)).to_contain_text("Many comments came from your network")
        expect(box(thread)).to_have_value("Two.")


def test_what_is_wrong_with_a_field_stands_beside_it(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    thread.get_by_label("E-mail").fill("nobody")
    thread.get_by_label("Website").fill("wren.example")
    write(thread, "Hello.")
    expect(thread.get_by_label("E-mail")).to_be_focused()
    expect(thread.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(thread.locator(".wrong:visible")).to_have_count(1)  # the website is helped along
    expect(box(thread)).to_have_value("Hello.")
    thread.get_by_label("E-mail").fill("")
    thread.get_by_role("button", name="Post comment").click()
    expect(thread.locator("article [part=name] a")).to_have_attribute("href", "https://wren.example")


def test_a_draft_is_kept_on_the_device_for_each_place_until_it_is_posted_or_deleted(
    there: Elsewhere, page: Page
) -> None:
    thread = there.open(page)
    write(thread, "The first.", "Wren")
    expect(state(thread)).to_contain_text("published")
    box(thread).fill("A thought for later.")
    expect(thread.get_by_text("A draft is kept on this device")).to_be_visible()
    thread.get_by_role("button", name="Reply to Wren").click()
    expect(box(thread)).to_have_value("")
    box(thread).fill("Dear Wren")
    again = there.open(page)
    expect(box(again)).to_have_value("A thought for later.")
    expect(again.get_by_role("button", name="Reply to Wren")).to_contain_text("a draft is kept")
    again.get_by_role("button", name="Reply to Wren").click()
    expect(box(again)).to_have_value("Dear Wren")
    again.get_by_role("button", name="Cancel").click()
    expect(again.get_by_role("button", name="Reply to Wren")).to_be_focused()
    expect(box(again)).to_have_value("A thought for later.")
    again.get_by_role("button", name="Delete the draft").click()
    expect(box(again)).to_be_focused()
    again.get_by_role("button", name="Reply to Wren").click()
    again.get_by_role("button", name="Post comment").click()
    expect(again.locator("article")).to_have_count(2)
    assert page.evaluate("localStorage.length") == 0


def test_without_the_script_a_link_leads_to_the_thread_s_own_page(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    page = new_page(java_script_enabled=False)
    link = there.open(page).get_by_role("link", name="Read and write comments")
    assert link.get_attribute("href") == f"{there.talk}/comments/thread?key={KEY}"


def test_comments_that_cannot_be_reached_say_so_and_can_be_asked_for_again(
    there: Elsewhere, page: Page
) -> None:
    page.route("**/api/v1/**", lambda route: route.abort(), times=2)
    thread = there.open(page)
    expect(thread.get_by_role("alert")).to_have_text("The comments can't be reached right now.")
    expect(thread.get_by_role("link", name="Read and write comments")).to_be_visible()
    thread.get_by_role("button", name="Try again").click()
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()


def test_where_the_browser_keeps_nothing_at_all_posting_works(
    there: Elsewhere, browser: Browser, page: Page, tmp_path: Path
) -> None:
    """With all cookies blocked. The control is a cookie as third parties set it: here it never comes back."""
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(blocked), encoding="utf-8")
    there.policy = ""
    ask = f"() => fetch('{there.talk}/cookie', {{credentials: 'include'}}).then(() => 1)"
    page.goto(f"{there.talk}/cookie")
    page.goto(f"{there.talk}/cookie")
    assert there.cookies == ["", "third=party"]  # as it goes on its own site, with cookies let through
    there.cookies.clear()
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=choose_browser(browser.browser_type.executable_path), args=list(FLAGS)
    )
    try:
        page = context.new_page()
        thread = there.open(page)
        write(thread, "Nothing is kept here.", "Wren")
        expect(state(thread)).to_contain_text("published")
        thread.get_by_role("button", name="Reply to Wren").click()
        box(thread).fill("Unsent.")
        expect(thread.get_by_text("A draft is kept on this device")).to_be_hidden()
        page.evaluate(ask)
        page.evaluate(ask)
        assert there.cookies == ["", ""]
        assert context.cookies() == []
    finally:
        context.close()


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
