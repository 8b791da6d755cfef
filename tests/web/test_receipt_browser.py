"""A receipt in a real browser, without JavaScript: every button works from there, and every page can be read by all."""

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
    with serving(Site(make_settings(f"sqlite:///{tmp_path / 'comments.db'}")).app) as url:
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
        (360, "127.0.0.1"),
        *(
            pytest.param(width, host, marks=pytest.mark.long)
            for width, host in ((360, "plain.localhost"), (1400, "127.0.0.1"), (1400, "plain.localhost"))
        ),
    ],
)
def test_a_writer_does_all_that_a_receipt_can(
    address: str, new_page: Callable[..., Page], width: int, host: str
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": width, "height": 800})
    looked = new_page(viewport={"width": width, "height": 800}, color_scheme="dark")

    def accessible() -> None:
        looked.set_content(page.content())
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
    page.get_by_role("button", name="Send the new text").click()
    expect(page.locator(".ck-comment")).to_contain_text("A kinder word.")
    page.get_by_role("link", name="Change your comment").click()
    page.locator("#ck-body").fill(SHAMING)
    page.get_by_role("button", name="Send the new text").click()
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


@pytest.mark.parametrize("other", [False, True])
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
        page.get_by_role("button", name="Send the new text").click()
    page.get_by_role("link", name="See it in the thread").click()
    expect(page.locator(".ck-comment")).to_have_count(2 if other else 1)
    expect(page.locator(".ck-list")).to_contain_text("A second thought.")
