"""What the small script adds for readers, in a real browser: it tells, it marks, and it never moves the page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from commentkit.testing import FakeClock, serving
from tests.browser import assert_accessible
from tests.site import POST, Site, make_settings

PHONE = {"width": 360, "height": 740}


class Blog:
    """A blog on a real address, and the same blog for those who post meanwhile."""

    def __init__(self, url: str, site: Site) -> None:
        self.url, self.site = url, site
        self.page = f"{url}/comments/thread?key={POST}"
        self.post = url + POST


@pytest.fixture
def clock() -> FakeClock:
    """The time at which comments are written."""
    return FakeClock()


def blog_with(sqlite_url: str, clock: FakeClock, **settings: object) -> Iterator[Blog]:
    """A blog with three comments."""
    chosen = make_settings(sqlite_url, **settings)
    with Site(chosen, clock=clock) as site:
        for number in range(3):
            site.post(f"Number {number}. " + "And more to read. " * 40, name="Wren")
        with serving(Site(chosen, clock=clock).app) as url:
            yield Blog(url, site)


@pytest.fixture
def blog(sqlite_url: str, clock: FakeClock) -> Iterator[Blog]:
    """It tells at once."""
    yield from blog_with(sqlite_url, clock)


@pytest.fixture
def polled(sqlite_url: str, clock: FakeClock) -> Iterator[Blog]:
    """It has no streams."""
    yield from blog_with(sqlite_url, clock, live_most=0)


def top_of(page: Page, text: str) -> float:
    """Where a text stands in the window."""
    box = page.get_by_text(text).bounding_box()
    assert box
    return box["y"]


def test_that_a_place_is_gone_is_said_above_the_comments_and_stays_there(blog: Blog, page: Page) -> None:
    page.goto(f"{blog.page}&ck-comment={'0' * 30}")
    told = page.get_by_role("status").filter(has_text="This is its beginning.")
    expect(page.locator(".ck-draft")).to_have_count(1)  # the script has looked at the form
    assert top_of(page, "This is its beginning.") < top_of(page, "Number 0.")
    page.get_by_role("link", name="Reply to Wren").first.click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(told).to_be_visible()


def test_new_comments_are_told_and_nothing_moves(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport=PHONE)
    page.goto(blog.page)
    page.get_by_text("Number 1.").scroll_into_view_if_needed()
    before = top_of(page, "Number 1.")
    blog.site.post("While you read.", name="Pat")
    blog.site.post("And one more.", name="Kit")
    link = page.get_by_role("link", name="2 new comments")
    expect(link).to_be_visible(timeout=15_000)
    expect(page.locator(".ck-news")).to_have_text("2 new comments")
    assert top_of(page, "Number 1.") == before
    expect(page.locator("article")).to_have_count(3)
    assert_accessible(page)
    link.click()
    expect(page.get_by_text("And one more.")).to_be_in_viewport()
    expect(page.locator("article:target")).to_contain_text("And one more.")


def test_nobody_is_told_of_their_own_comment(blog: Blog, page: Page) -> None:
    page.goto(blog.post)
    page.locator("#ck-body").fill("I write.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article")).to_have_count(4)
    expect(page.locator(".ck-news")).to_be_empty()
    blog.site.post("And so do I.", name="Pat")
    expect(page.locator(".ck-news")).to_have_text("1 new comment", timeout=15_000)


def test_where_there_is_no_stream_the_numbers_are_asked_for(
    polled: Blog, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.clock.install()
    page.goto(polled.page)
    polled.site.post("While you read.", name="Pat")
    page.wait_for_load_state("networkidle")
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("link", name="1 new comment")).to_be_visible()


def test_what_came_since_the_last_visit_is_marked_on_this_device_only(
    blog: Blog, clock: FakeClock, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(blog.page)
    expect(page.locator(".ck-new")).to_have_count(0)
    clock.move(hours=1)
    blog.site.reply(blog.site.ids()[-1], "An answer meanwhile.", name="Pat")
    page.goto(blog.page)
    expect(page.locator(".ck-new")).to_have_count(1)
    expect(page.locator(".ck-new")).to_contain_text("An answer meanwhile.")
    assert_accessible(page)
    page.get_by_role("link", name="1 new since your last visit").click()
    expect(page.get_by_text("An answer meanwhile.")).to_be_in_viewport()
    clock.move(hours=1)
    page.goto(blog.page)
    expect(page.locator(".ck-new")).to_have_count(0)
    other = new_page()
    other.goto(blog.page)
    expect(other.locator(".ck-new")).to_have_count(0)


@pytest.fixture
def paged(sqlite_url: str, clock: FakeClock) -> Iterator[Blog]:
    """It shows five comments at once, and its six have an hour between them."""
    chosen = make_settings(sqlite_url, page_comments=5)
    with Site(chosen, clock=clock) as site:
        for number in range(6):
            site.post(f"Number {number}.", name="Wren")
            clock.move(hours=1)
        with serving(Site(chosen, clock=clock).app) as url:
            yield Blog(url, site)


def test_turning_pages_makes_nothing_new_and_forgets_nothing_that_is(
    paged: Blog, clock: FakeClock, page: Page
) -> None:
    def turn() -> None:
        page.get_by_role("link", name="Show").click()
        expect(page.get_by_text("Number 5.")).to_be_visible()

    page.goto(paged.page)
    turn()
    expect(page.locator(".ck-new")).to_have_count(0)  # nobody has been away
    clock.move(hours=5)
    paged.site.post("Meanwhile.", name="Pat")
    clock.move(minutes=1)
    page.goto(paged.page)
    expect(page.locator(".ck-new")).to_have_count(0)
    clock.move(minutes=5)
    turn()
    expect(page.locator(".ck-new")).to_have_count(1)
    expect(page.locator(".ck-new")).to_contain_text("Meanwhile.")


def test_nobody_is_told_of_their_own_comment_on_a_later_page(paged: Blog, page: Page) -> None:
    page.goto(paged.page)
    page.locator("#ck-body").fill("I write.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator(".ck-state")).to_contain_text("Your comment is published")
    expect(page.locator("#ck-heading")).to_have_text("7 comments")
    paged.site.post("And so do I.", name="Pat")
    expect(page.locator(".ck-news")).to_have_text("1 new comment", timeout=15_000)


def test_ones_own_comment_is_not_new(blog: Blog, clock: FakeClock, page: Page) -> None:
    page.goto(blog.page)
    clock.move(minutes=1)
    page.get_by_label("Comment *").fill("Mine.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("article", has_text="Mine.")).to_be_visible()
    page.reload()
    expect(page.locator("article", has_text="Mine.")).to_be_visible()
    expect(page.locator(".ck-new")).to_have_count(0)


def test_thanks_are_sent_without_leaving_the_place(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport=PHONE)
    page.goto(blog.post)
    last = page.locator("article").nth(2)
    last.get_by_role("button", name="This rings true", exact=True).click()
    expect(last.get_by_role("button", name="You said this rings true. Take it back")).to_be_focused()
    assert "ck-comment" not in page.url
    page.reload()
    expect(last).to_contain_text("One reader said so")
    last.get_by_role("button", name="Take it back").click()
    expect(last.get_by_role("button", name="This rings true", exact=True)).to_be_visible()
    page.reload()
    expect(last.get_by_role("button", name="This rings true", exact=True)).to_be_visible()
    assert "said so" not in last.inner_text()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_without_a_script_pages_thanks_and_branches_work(
    sqlite_url: str, clock: FakeClock, new_page: Callable[..., Page], scheme: str
) -> None:
    for blog in blog_with(sqlite_url, clock, page_comments=5):
        for number in range(3, 12):
            blog.site.post(f"Number {number}.", name="Wren")
        blog.site.reply(blog.site.ids()[-1], "An answer.", name="Pat")
        page = new_page(java_script_enabled=False, viewport=PHONE, color_scheme=scheme)
        page.goto(blog.page)
        page.locator("summary").click()
        expect(page.get_by_text("An answer.")).to_be_hidden()
        page.get_by_role("link", name="Show 5 more comments").click()
        page.locator("article").nth(1).get_by_role("button", name="This rings true", exact=True).click()
        marked = page.locator("article:target")
        expect(marked).to_contain_text("You said this rings true")
        expect(marked).to_be_in_viewport()
        page.get_by_role("link", name="Most thanked first").click()
        expect(page.locator("article").first).to_contain_text("One reader said so")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.long
def test_every_state_of_a_page_is_accessible(
    sqlite_url: str, clock: FakeClock, new_page: Callable[..., Page]
) -> None:
    for blog in blog_with(sqlite_url, clock, page_comments=5):
        for number in range(8):
            blog.site.reply(blog.site.ids()[-1], f"Answer {number}.", name="Pat")
        page = new_page(viewport=PHONE)
        page.goto(blog.page)
        assert_accessible(page)
        page.get_by_role("link", name="Show 4 more answers").click()
        expect(page.get_by_text("More answers to")).to_be_visible()
        assert_accessible(page)
