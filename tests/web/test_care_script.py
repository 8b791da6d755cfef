"""In a real browser: hiding somebody on the device, texts behind a warning, and a report from the keyboard."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from commentkit.testing import serving
from tests.browser import assert_accessible
from tests.elsewhere import KEY, elsewhere
from tests.site import POST, Site, make_settings
from tests.writing import add_thread

PHONE = {"width": 360, "height": 740}
WARNING = "sexual violence"
NO_SCRIPT = {"java_script_enabled": False}


@pytest.fixture
def blog(sqlite_url: str) -> Iterator[str]:
    """A blog's thread with comments by Wren and Pat, one of them behind a warning."""
    chosen = make_settings(sqlite_url, warnings=(WARNING,), guidelines="Be *kind*.")
    with Site(chosen) as site:
        site.post("Wren one.", name="Wren")
        site.post("Pat one.", name="Pat")
        site.post("Wren two.", name="Wren", **{f"warning.{WARNING}": "yes"})
        _, _, first = site.ids()
        site.reply(first, "Pat answers.", name="Pat")
        with serving(Site(chosen).app) as url:
            yield f"{url}/comments/thread?key={POST}"


def test_a_persons_comments_are_hidden_on_this_device_until_shown(
    blog: str, new_page: Callable[..., Page]
) -> None:
    page = new_page(viewport=PHONE)
    page.goto(blog)
    page.locator("article", has_text="Wren one.").get_by_role("button", name="Hide").click()
    expect(page.get_by_role("status").filter(has_text="2 comments hidden on this device")).to_be_visible()
    expect(page.get_by_text("Wren one.")).to_be_hidden()
    expect(page.get_by_text(f"Content warning: {WARNING}")).to_be_hidden()
    for text in ("Pat one.", "Pat answers."):
        expect(page.get_by_text(text)).to_be_visible()
    expect(page.locator("article", has_text="Pat answers.").locator(".ck-when a")).to_be_focused()
    assert_accessible(page)
    page.reload()
    expect(page.get_by_text("Wren one.")).to_be_hidden()
    page.get_by_role("button", name="show", exact=True).click()
    expect(page.get_by_text("Wren one.")).to_be_visible()
    expect(page.get_by_text("hidden on this device")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Wren one.")).to_be_visible()


def test_it_is_about_one_thread_and_needs_nothing_that_can_be_read(
    blog: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(blog)
    page.evaluate("key => localStorage.setItem(key, '{nonsense')", f"commentkit hidden /comments {POST}")
    page.reload()
    expect(page.get_by_text("Wren one.")).to_be_visible()
    page.locator("article", has_text="Pat one.").get_by_role("button", name="Hide").click()
    page.locator("article", has_text="Wren one.").get_by_role("button", name="Hide").click()
    expect(page.get_by_role("status").filter(has_text="4 comments hidden")).to_be_visible()
    expect(page.get_by_role("button", name="show", exact=True)).to_be_focused()


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with script", "without"])
def test_a_warned_text_opens_by_keyboard(
    blog: str, new_page: Callable[..., Page], options: dict[str, object]
) -> None:
    page = new_page(viewport=PHONE, **options)
    page.goto(blog)
    text = page.get_by_text("Wren two.")
    expect(text).to_be_hidden()
    page.locator("summary", has_text="Content warning").focus()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_thread_form_and_report_are_accessible_and_fit(
    blog: str, new_page: Callable[..., Page], scheme: str
) -> None:
    page = new_page(viewport=PHONE, color_scheme=scheme)
    page.goto(blog)
    expect(page.get_by_role("group", name="Content warning")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Report the comment by Wren").first.click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("Something else").check()
    page.get_by_label("In your own words").fill("Please look.")
    page.get_by_role("button", name="Send the report").press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert_accessible(page)


def test_on_another_site_the_warning_is_collapsed_and_guidelines_stand_above_the_form(
    sqlite_url: str, page: Page
) -> None:
    guidelines = "Be *kind* & <b>slow</b>."
    with elsewhere(sqlite_url, warnings=(WARNING,), guidelines=guidelines) as there:
        with Site(there.settings, clock=there.clock) as site:
            path = f"/comments/thread?key={KEY}"
            site.run(lambda house: add_thread(house, KEY))
            site.post("What happened to me.", path=path, name="Wren", **{f"warning.{WARNING}": "yes"})
        thread = there.open(page)
        text = thread.get_by_text("What happened to me.")
        summary = thread.locator("summary", has_text=f"Content warning: {WARNING}")
        expect(summary).to_be_visible()
        expect(text).to_be_hidden()
        summary.focus()
        page.keyboard.press("Enter")
        expect(text).to_be_visible()
        expect(thread.locator("form").get_by_text("Be kind & slow.")).to_be_visible()
        assert_accessible(page, "comment-thread")
