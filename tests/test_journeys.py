"""One journey for each person, in a real browser. No page needs JavaScript; it is on where axe has to look."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from commentkit import Comments, Settings
from commentkit.model import Thread
from commentkit.service import guest, signin
from commentkit.service.house import House
from commentkit.testing import AkismetStandIn, serving
from tests.browser import PageLog, assert_accessible
from tests.site import GUEST, POST, TITLE, Site, make_settings

T = TypeVar("T")

PHONE = {"width": 360, "height": 740}
STORY = "I have never told anyone this.\n\nIt was *years* before I could say it out loud, and then it took one evening."


@dataclass
class Blog:
    """A running blog, and what its owner can do at the command line."""

    url: str
    settings: Settings

    def run(self, work: Callable[[House], Awaitable[T]]) -> T:
        """Do something in the house, as the command line does. Playwright holds this thread's event loop."""

        async def call() -> T:
            async with Comments(self.settings, work=False) as comments:
                return await work(comments.house)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(call())).result()

    def desk_link(self, name: str = "Mo") -> str:
        """A one-time link for a moderator."""

        async def work(house: House) -> str:
            await signin.add_moderator(house, name)
            return await signin.one_time_link(house, name)

        return f"{self.url}/comments/desk/link/{self.run(work)}"

    def guest_link(self) -> str:
        """A link for the guest author."""

        async def work(house: House) -> str:
            _, token = await guest.make_link(house, Thread(0, house.site, POST, TITLE, POST), GUEST)
            return token

        return f"{self.url}/comments/guest/{self.run(work)}"


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[Blog]:
    """A blog with Akismet, on real sockets."""
    with serving(AkismetStandIn()) as akismet_url:
        settings = make_settings(
            f"sqlite:///{tmp_path / 'journey.db'}", akismet_key="abc123", akismet_url=akismet_url
        )
        with serving(Site(settings).app) as url:
            yield Blog(url, settings)


@pytest.fixture
def reader(new_page: Callable[..., Page]) -> Page:
    """Somebody with a phone, and no JavaScript."""
    return new_page(java_script_enabled=False, viewport=PHONE)


def write(page: Page, text: str, name: str = "") -> None:
    """Fill in the form."""
    page.locator("textarea[name=body]").fill(text)
    if name:
        page.get_by_label("Name", exact=True).fill(name)


def test_a_reader_previews_posts_and_finds_the_comment_again(
    blog: Blog, reader: Page, page_log: PageLog
) -> None:
    reader.goto(blog.url + POST)
    expect(reader.get_by_role("heading", name="No comments yet")).to_be_visible()
    write(reader, STORY, "Wren")
    reader.get_by_role("button", name="Preview").click()
    expect(reader.get_by_text("not posted yet")).to_be_visible()
    expect(reader.locator(".ck-preview em")).to_have_text("years")
    expect(reader.locator("textarea")).to_have_value(STORY)
    reader.get_by_role("button", name="Post comment").click()
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()
    receipt = reader.url
    reader.get_by_role("link", name="See it in the thread").click()
    expect(reader.locator("article em")).to_have_text("years")
    reader.get_by_role("link", name="Reply to Wren").click()
    expect(reader.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    write(reader, "I answer myself.")
    reader.get_by_role("button", name="Post comment").click()
    reader.goto(receipt)
    expect(reader.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert [error for error in page_log.console_errors if "favicon" not in error] == []


def test_a_refused_comment_is_shown_again_whole_with_the_reason(blog: Blog, page: Page) -> None:
    reader = page  # axe is a script
    reader.goto(blog.url + POST)
    long = "word " * 4100
    write(reader, long, "Wren")
    reader.get_by_role("button", name="Post comment").click()
    expect(reader.get_by_role("alert")).to_contain_text("room for 20,000")
    assert reader.locator("textarea").input_value().strip() == long.strip()
    expect(reader.get_by_label("Name", exact=True)).to_have_value("Wren")
    assert_accessible(reader)


def test_a_moderator_reads_the_marked_words_decides_and_undoes(
    blog: Blog, reader: Page, new_page: Callable[..., Page]
) -> None:
    reader.goto(blog.url + POST)
    write(reader, "Kind of you to write. You're not really poly if you get jealous.", "Pat")
    reader.get_by_role("button", name="Post comment").click()
    expect(reader.get_by_role("heading", name="Before you post")).to_be_visible()
    reader.get_by_role("button", name="Post it as it is").click()
    expect(reader.get_by_role("heading", name="Your comment is waiting")).to_be_visible()
    mo = new_page(viewport=PHONE)
    mo.goto(blog.desk_link())
    mo.get_by_role("button", name="Sign in as Mo").click()
    expect(mo.locator(".ck-raw mark")).to_have_text("You're not really poly if you get jealous")
    assert_accessible(mo)
    mo.get_by_role("button", name="Hide").click()
    expect(mo.get_by_text("Nothing is waiting")).to_be_visible()
    mo.get_by_role("button", name="Undo").click()
    mo.get_by_role("button", name="Publish").click()
    expect(mo.get_by_text("is now published")).to_be_visible()
    mo.goto(blog.url + POST)
    mo.locator("article .ck-when a").click()
    mo.get_by_role("button", name="Hide this comment").click()
    reader.goto(blog.url + POST)
    expect(reader.get_by_role("heading", name="No comments yet")).to_be_visible()


def test_a_guest_author_answers_with_a_badge(blog: Blog, reader: Page, new_page: Callable[..., Page]) -> None:
    reader.goto(blog.url + POST)
    write(reader, STORY, "Wren")
    reader.get_by_role("button", name="Post comment").click()
    robin = new_page(viewport=PHONE)
    robin.goto(blog.guest_link())
    assert_accessible(robin)
    robin.get_by_role("button", name=f"Go on as {GUEST}").click()
    expect(robin.locator(".ck-as-guest")).to_contain_text(GUEST)
    robin.get_by_role("link", name="Reply to Wren").click()
    write(robin, "Thank you, Wren.")
    robin.get_by_role("button", name="Post comment").click()
    robin.get_by_role("link", name="See it in the thread").click()
    badge = robin.locator("article.ck-by-guest .ck-badge")
    expect(badge).to_have_text("Guest author")
    expect(robin.locator("article")).to_have_count(2)


def test_the_keyboard_alone_is_enough_to_post(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(blog.url + POST)
    focused = page.locator(":focus")
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused.get_attribute("name") == "body":
            break
    page.keyboard.type("Typed without a mouse.")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(focused.get_attribute("name"))
        if focused.get_attribute("value") == "post":
            break
    assert seen == ["name", "email", "website", "remember", "action"], "the trap can't be reached"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
