"""The thread in its host's page: with our script it answers in place, without it as before; no text is ever lost."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse

from commentkit import Comments, Settings
from commentkit.testing import FakeClock, serving
from tests.browser import PageLog, assert_accessible
from tests.site import GUEST, POST, TITLE, Site, make_settings
from tests.writing import add_thread

STORY = "I have never told anyone this.\n\nIt was *years* before I could say it."
SHAMING = "Kind of you to write. You're not really poly if you get jealous."
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Blog:
    """A running blog."""

    url: str
    settings: Settings
    clock: FakeClock

    def close(self, reason: str) -> None:
        """Close the thread, as its owner does at the command line. Playwright holds this thread's event loop."""

        async def work() -> None:
            async with Comments(self.settings, work=False) as comments:
                await add_thread(comments.house, POST, closed=reason)

        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(work())).result()

    def open(self, page: Page) -> None:
        """Open the post."""
        page.goto(self.url + POST)


class StrictSite(Site):
    """The blog, with a policy as strict as a page can have."""

    async def _post_page(self, request: Request) -> HTMLResponse:
        thread = await self.comments.html(request, request.url.path, title=TITLE, guest=GUEST)
        html = f"<!doctype html><html lang=en><title>{TITLE}</title><link rel=icon href='data:,'>"
        page = f"{html}<main><h1>{TITLE}</h1>{thread}</main>"
        return HTMLResponse(page, headers={"Content-Security-Policy": STRICT})


def serve(url: str, **changes: object) -> "Iterator[Blog]":
    """Start a blog."""
    clock = FakeClock()
    settings = make_settings(url, **changes)
    with serving(StrictSite(settings, clock=clock).app) as address:
        yield Blog(address, settings, clock)


@pytest.fixture
def blog(sqlite_url: str) -> Iterator[Blog]:
    """A blog with a strict policy."""
    yield from serve(sqlite_url)


@pytest.fixture(params=["with script", "without script"])
def reader(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """Somebody with JavaScript, and somebody without."""
    return new_page(java_script_enabled=request.param == "with script")


def write(page: Page, text: str, name: str = "") -> None:
    """Fill in the form and press the button."""
    page.locator("textarea[name=body]").fill(text)
    if name:
        page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Post comment").click()


def box(page: Page) -> str:
    """What is in the form."""
    return page.locator("textarea[name=body]").input_value()


def test_posting_and_answering_happen_in_place(blog: Blog, page: Page, page_log: PageLog) -> None:
    blog.open(page)
    write(page, STORY, "Wren")
    state = page.locator(".ck-state")
    expect(state).to_contain_text("Your comment is published")
    expect(state).to_be_focused()
    expect(page.get_by_label("The address of your private page")).to_have_value(
        begins(f"{blog.url}/comments/receipt/")
    )
    expect(page.locator("article em")).to_have_text("years")
    expect(page.get_by_role("heading", name="One comment")).to_be_visible()
    assert page.url == blog.url + POST
    assert box(page) == ""
    page.get_by_role("link", name="Reply to Wren").click()
    expect(page.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_be_focused()
    assert page.locator("li > form").count() == 1
    write(page, "I answer.", "Pat")
    expect(page.locator("li li article")).to_contain_text("I answer.")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(page.get_by_role("heading", name="Leave a comment")).to_be_visible()
    assert page.locator("li > form").count() == 0
    write(page, "And a third.")
    expect(page.locator("article")).to_have_count(3)
    links = page.get_by_label("The address of your private page")  # each is told once, and stays
    expect(links).to_have_count(3)
    assert len({link.input_value() for link in links.all()}) == 3
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    assert page_log.console_errors == []
    blog.open(page)
    expect(page.locator("li li article")).to_contain_text("Pat")


def test_nothing_above_the_form_moves_when_a_comment_is_posted(blog: Blog, page: Page) -> None:
    blog.open(page)
    write(page, STORY, "Wren")
    expect(page.locator("article")).to_have_count(1)
    before = page.locator("article").evaluate("node => node.offsetTop")
    write(page, "Another.")
    expect(page.locator("article")).to_have_count(2)
    assert page.locator("article").first.evaluate("node => node.offsetTop") == before


def test_the_preview_follows_what_is_typed_once_it_was_asked_for(
    blog: Blog, page: Page, page_log: PageLog
) -> None:
    blog.open(page)
    page.locator("textarea[name=body]").fill("So *early*.")
    assert not [url for url in page_log.requests if url.endswith("/post")]  # nothing is sent before that
    page.get_by_role("button", name="Preview", exact=True).click()
    preview = page.locator(".ck-preview")
    expect(preview.locator("em")).to_have_text("early")
    expect(preview).to_be_focused()
    page.locator("textarea[name=body]").fill("So **late**.")
    expect(preview.locator("strong")).to_have_text("late")
    page.get_by_role("button", name="Hide the preview").click()
    expect(preview).to_have_count(0)
    expect(page.locator("textarea[name=body]")).to_be_focused()
    assert page.url == blog.url + POST


def test_advice_is_shown_in_place_with_both_choices(blog: Blog, page: Page) -> None:
    blog.open(page)
    write(page, SHAMING, "Pat")
    expect(page.locator(".ck-before mark").first).to_have_text("You're not really poly if you get jealous")
    expect(page.locator(".ck-before")).to_be_focused()
    page.get_by_role("link", name="Change it").click()
    expect(page.locator("textarea[name=body]")).to_be_focused()
    assert box(page) == SHAMING
    assert_accessible(page)
    page.get_by_role("button", name="Post it as it is").click()
    expect(page.locator(".ck-state")).to_contain_text("Your comment is waiting")
    expect(page.get_by_role("link", name="Back to")).to_have_count(0)  # one is there
    assert page.url == blog.url + POST
    assert box(page) == ""


def test_what_comes_back_into_a_page_with_a_fragment_takes_focus_without_a_complaint(
    blog: Blog, page: Page
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    blog.open(page)
    page.goto(f"{page.url}#ck-form-heading")
    write(page, SHAMING, "Pat")
    expect(page.locator(".ck-before")).to_be_focused()
    page.locator("textarea[name=body]").fill("\u3000")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert [each for each in said if "utofocus" in each] == []


def test_drafts_are_kept_on_the_device_for_each_place(blog: Blog, page: Page) -> None:
    blog.open(page)
    expect(page.get_by_text("A draft is kept")).to_be_hidden()
    write(page, "The first.", "Wren")
    expect(page.locator("article")).to_have_count(1)
    page.locator("textarea[name=body]").fill("A thought for later.")
    expect(page.get_by_text("A draft is kept on this device")).to_be_visible()
    page.get_by_role("link", name="Reply to Wren").click()
    assert box(page) == ""
    page.locator("textarea[name=body]").fill("Dear Wren")
    page = page.context.new_page()
    blog.open(page)
    assert box(page) == "A thought for later."
    expect(page.get_by_role("link", name="Reply to Wren")).to_contain_text("a draft is kept")
    page.get_by_role("link", name="Reply to Wren").click()
    assert box(page) == "Dear Wren"
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="Reply to Wren")).to_be_focused()
    page.get_by_role("button", name="Delete the draft").click()
    expect(page.locator("textarea[name=body]")).to_be_focused()
    assert box(page) == ""
    page.get_by_role("link", name="Reply to Wren").click()
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article")).to_have_count(2)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft')).length") == 0


def test_the_page_for_answering_leads_to_the_receipt_with_and_without_script(
    blog: Blog, reader: Page
) -> None:
    blog.open(reader)
    write(reader, "The first.", "Wren")
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()
    reader.goto(blog.url + POST)
    path = reader.get_by_role("link", name="Reply to Wren").get_attribute("href")
    reader.goto(f"{blog.url}{path}")
    write(reader, "An answer.")
    reader.wait_for_url("**/receipt/**")
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()


def test_an_expired_form_keeps_the_text_and_can_be_sent_again(blog: Blog, reader: Page) -> None:
    blog.open(reader)
    blog.clock.move(hours=25)
    write(reader, STORY)
    expect(reader.get_by_role("alert")).to_contain_text("expired")
    assert box(reader) == STORY
    reader.get_by_role("button", name="Post comment").click()
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()


def test_a_thread_that_was_closed_meanwhile_says_why_and_keeps_the_text(blog: Blog, reader: Page) -> None:
    blog.open(reader)
    blog.close("Robin is asleep.")
    write(reader, STORY)
    expect(reader.get_by_text("Robin is asleep.").first).to_be_visible()
    assert box(reader) == STORY


def test_a_limit_keeps_the_text(sqlite_url: str, reader: Page) -> None:
    for blog in serve(sqlite_url, post_limit="1/hour"):
        blog.open(reader)
        write(reader, "One.")
        expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()
        blog.open(reader)
        write(reader, STORY)
        expect(reader.get_by_role("alert")).to_contain_text("Many comments came from your network")
        assert box(reader) == STORY


def test_a_server_that_fails_keeps_the_text_in_place_or_for_back(blog: Blog, reader: Page) -> None:
    blog.open(reader)
    reader.route("**/comments/post", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    write(reader, STORY)
    scripted = reader.locator(".ck-draft").count()
    if scripted:
        expect(reader.get_by_role("alert")).to_contain_text("Your text is still here")
    else:
        expect(reader.get_by_text("Bad gateway")).to_be_visible()
        reader.go_back()
    assert box(reader) == STORY


def test_a_lost_connection_keeps_the_text_in_place_or_for_back(blog: Blog, reader: Page) -> None:
    blog.open(reader)
    scripted = reader.locator(".ck-draft").count()
    reader.context.set_offline(True)
    write(reader, STORY)
    if scripted:
        expect(reader.get_by_role("alert")).to_contain_text("The connection was lost")
        reader.context.set_offline(False)
    else:
        expect(reader.locator("textarea[name=body]")).to_have_count(0)
        reader.context.set_offline(False)
        reader.go_back()
    assert box(reader) == STORY
    reader.get_by_role("button", name="Post comment").click()
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()


def test_what_was_sent_twice_after_a_lost_answer_is_one_comment(blog: Blog, page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    blog.open(page)
    page.route("**/comments/post", lose, times=1)
    write(page, "Only once.")
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article")).to_have_count(1)


def test_the_text_is_there_after_going_away_and_back(blog: Blog, reader: Page) -> None:
    blog.open(reader)
    for _ in range(3):  # a browser notes a moment later what was typed; nothing tells when it has
        reader.locator("textarea[name=body]").fill(STORY)
        reader.goto(f"{blog.url}/comments/data")
        reader.go_back()
        if box(reader) == STORY:
            break
    expect(reader.locator("textarea[name=body]")).to_have_value(STORY)


def test_a_form_that_leads_to_another_host_is_sent_the_browser_s_own_way(sqlite_url: str, page: Page) -> None:
    for blog in serve(sqlite_url):
        page.goto(blog.url.replace("127.0.0.1", "localhost") + POST)
        action = f"{blog.url}/comments/post"
        page.locator("#ck-form").evaluate("(form, action) => form.setAttribute('action', action)", action)
        page.locator("textarea[name=body]").fill("From elsewhere.")
        with page.expect_navigation():
            page.get_by_role("button", name="Preview").click()


def begins(start: str) -> "re.Pattern[str]":
    """A text that begins like this."""
    return re.compile(f"^{re.escape(start)}")
