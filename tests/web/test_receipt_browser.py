"""A receipt in a real browser: every button works from there without JavaScript, and every page can be read by all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from commentkit.testing import serving
from tests.browser import assert_accessible
from tests.site import POST, Site, make_settings

SHAMING = "You're not really poly if you get jealous"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A blog over real HTTP."""
    settings = make_settings(f"sqlite:///{tmp_path / 'comments.db'}", warnings=("violence", "food"))
    with serving(Site(settings).app) as url:
        yield url


def write(page: Page, address: str, text: str) -> None:
    """Post a comment; ends on its receipt."""
    page.goto(f"{address}{POST}")
    page.locator("#ck-body").fill(text)
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your comment")


@pytest.mark.parametrize(
    ("width", "host"),
    [
        (360, "plain.localhost"),
        pytest.param(360, "127.0.0.1", marks=pytest.mark.long),
        pytest.param(1400, "plain.localhost", marks=pytest.mark.long),
        pytest.param(1400, "127.0.0.1", marks=pytest.mark.long),
    ],
)
def test_a_writer_does_all_that_a_receipt_can(
    address: str, new_page: Callable[..., Page], width: int, host: str
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": width, "height": 800})
    looked = new_page(viewport={"width": width, "height": 800}, color_scheme="dark")

    def accessible() -> None:
        looked.goto(page.url)
        assert_accessible(looked)
        wide = looked.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide

    write(page, address.replace("127.0.0.1", host), "A kind word.")
    receipt = page.url
    accessible()
    page.get_by_role("link", name="Change your comment").click()
    accessible()
    page.locator("#ck-body").fill("A kinder word.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Send the changes").click()
    expect(page.locator(".ck-comment")).to_contain_text("A kinder word.")
    page.get_by_role("link", name="Change your comment").click()
    page.locator("#ck-body").fill(SHAMING)
    page.get_by_role("button", name="Send the changes").click()
    page.get_by_role("button", name="Post it as it is").click()
    expect(page.get_by_role("heading", name="Your new text is waiting")).to_be_visible()
    assert page.url == receipt
    accessible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You took your comment back")
    accessible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    page.get_by_text("Erase for good").click()
    page.get_by_label("I know that it can't be undone").check()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment was erased")
    accessible()


@pytest.mark.parametrize("other", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_form_sent_again_after_going_back_becomes_another_comment_or_changes_the_first(
    address: str, new_page: Callable[..., Page], other: bool
) -> None:
    page = new_page(
        java_script_enabled=False
    )  # with it, a comment is posted in place and there is no going back
    write(page, address, "The first.")
    page.go_back()
    page.locator("#ck-body").fill("A second thought.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_contain_text("already sent")
    expect(page.locator("#ck-body")).to_have_value("A second thought.")
    if other:
        page.get_by_role("button", name="Post as another comment").click()
    else:
        page.get_by_role("button", name="Change the first to this").click()
        expect(page.locator("#ck-body")).to_have_value("A second thought.")
        page.get_by_role("button", name="Send the changes").click()
    page.get_by_role("link", name="See it in the thread").click()
    expect(page.locator(".ck-comment")).to_have_count(2 if other else 1)
    expect(page.locator(".ck-list")).to_contain_text("A second thought.")


def test_the_private_link_is_whole_in_sight_and_copied_by_a_button(
    address: str, new_page: Callable[..., Page]
) -> None:
    page = new_page(viewport={"width": 360, "height": 800}, permissions=["clipboard-read", "clipboard-write"])
    plain = new_page(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    write(plain, address, "A kind word.")
    expect(plain.get_by_role("button", name="Copy")).to_have_count(0)
    page.goto(plain.url)
    box = page.get_by_label("The address of your private page")
    expect(box).to_have_value(plain.url)
    assert box.evaluate("it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight")
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == plain.url
    assert_accessible(page)


def test_change_it_leads_into_the_text_and_a_warning_is_chosen_by_keyboard(
    address: str, new_page: Callable[..., Page]
) -> None:
    page = new_page(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    write(page, address, "A kind word.")
    receipt = page.url
    page.get_by_role("link", name="Change your comment").press("Enter")
    page.locator("#ck-body").fill(SHAMING)
    page.get_by_role("button", name="Send the changes").press("Enter")
    page.get_by_role("link", name="Change it").press("Enter")
    text = page.locator("#ck-body")
    expect(text).to_be_focused()
    label, box = page.locator("label[for=ck-body]").bounding_box(), text.bounding_box()
    assert label is not None
    assert box is not None
    assert 0 <= label["y"] < box["y"] < box["y"] + box["height"] <= 800  # with its label, and whole
    page.keyboard.press("Control+A")
    page.keyboard.type("A kinder word.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send the changes").press("Enter")
    expect(page.locator(".ck-comment")).to_contain_text("Content warning: violence")
    assert page.url == receipt
