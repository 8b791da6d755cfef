"""Everything by keyboard alone, and what a screen reader is told: focus is always somewhere, and can be seen."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.scenes import FEW, MANY
from tests.world import SHAMING, World, a_world

pytestmark = pytest.mark.long

FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return {
    name: node.localName,
    seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    here: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The blog."""
    folder: Path = tmp_path_factory.mktemp("keyboard")
    with a_world(f"sqlite:///{folder / 'comments.db'}") as made:
        yield made


@pytest.fixture(params=[(1280, 800), (360, 740)], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """A page without a mouse."""
    width, height = request.param
    return new_page(viewport={"width": width, "height": height})


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """Press Tab until something has the focus, which is seen wherever it comes by."""
    page.wait_for_load_state()  # a page whose style sheet isn't there yet shows less
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        assert now["seen"], now
        assert now["here"], now
        if wanted.evaluate("node => node === node.getRootNode().activeElement"):
            return
    pytest.fail(f"{most} times Tab don't lead to {wanted}", pytrace=False)


def press(page: Page, wanted: Locator) -> None:
    """Go to a control and press Enter."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def somewhere(page: Page) -> None:
    """The focus isn't lost."""
    assert page.evaluate("document.activeElement.localName") != "body"


def test_a_reader_skips_sorts_answers_previews_and_posts(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={FEW}")
    page.keyboard.press("Tab")
    expect(page.locator(".ck-skip")).to_be_focused()
    expect(page.locator(".ck-skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    press(page, page.get_by_role("link", name="Newest first"))
    expect(page.get_by_role("link", name="Newest first")).to_have_attribute("aria-current", "true")
    reply = page.get_by_role("link", name="Reply to Pat").first
    press(page, reply)
    box = page.locator("#ck-body")
    expect(box).to_be_focused()
    page.keyboard.type("I write ")
    page.keyboard.press("Escape")  # takes nothing away: the draft is kept
    expect(reply).to_be_focused()
    expect(page.locator("li #ck-form")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value("I write ")
    page.keyboard.press("End")
    page.keyboard.type("this by *keyboard*.")
    press(page, page.get_by_role("button", name="Preview", exact=True))
    expect(page.locator(".ck-preview em")).to_have_text("keyboard")
    expect(page.locator(".ck-preview")).to_be_focused()
    press(page, page.get_by_role("button", name="Hide the preview"))
    expect(box).to_be_focused()
    press(page, page.get_by_role("button", name="Post comment"))
    told = page.get_by_role("region", name="Your comment is published")
    expect(told).to_be_focused()
    press(page, told.get_by_role("link", name="Your private page"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    press(page, page.get_by_role("link", name="Change your comment"))
    expect(page.get_by_role("heading", name="Change your comment")).to_be_visible()
    tab_to(page, page.locator("#ck-body"))
    page.keyboard.type("Mended: ")
    press(page, page.get_by_role("button", name="Send the changes"))
    expect(page.locator("article")).to_contain_text("Mended:")
    press(page, page.get_by_role("button", name="Take it back"))
    expect(page.get_by_role("heading", level=1)).to_have_text("You took your comment back")


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(world: World, page: Page) -> None:
    world.go(page, world.fresh())
    tab_to(page, page.locator("#ck-body"))
    page.keyboard.type("Hello.")
    tab_to(page, page.locator("#ck-website"))
    page.keyboard.type("no address at all")
    press(page, page.get_by_role("button", name="Post comment"))
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    press(page, alert.get_by_role("link").first)
    expect(page.locator("#ck-website")).to_be_focused()
    expect(page.locator("#ck-website")).to_have_accessible_description(
        "The website's address holds a character that addresses can't have."
    )


def test_a_writer_who_is_asked_to_look_again_decides_by_keyboard(world: World, page: Page) -> None:
    world.go(page, world.fresh())
    tab_to(page, page.locator("#ck-body"))
    page.keyboard.type(SHAMING)
    press(page, page.get_by_role("button", name="Post comment"))
    expect(page.get_by_role("region", name="Nothing is posted yet")).to_be_focused()
    press(page, page.get_by_role("link", name="Change it"))
    expect(page.locator("#ck-body")).to_be_focused()


def test_what_reading_adds_keeps_the_focus(world: World, page: Page) -> None:
    key = world.fresh()
    world.post("Then.", key, name="Wren")
    world.go(page, key)
    world.post("Now.", key, name="Kit")
    page.reload()
    expect(page.get_by_role("status").get_by_role("link")).to_have_text("1 new since your last visit")
    press(page, page.get_by_role("link", name="1 new since your last visit"))
    expect(page.locator("article", has_text="Now.")).to_be_focused()
    press(page, page.locator("article", has_text="Now.").get_by_role("button", name="This rings true"))
    expect(page.locator("button[value=back]")).to_be_focused()
    press(page, page.locator("article", has_text="Now.").get_by_role("button", name="Hide"))
    somewhere(page)
    expect(page.get_by_role("status").filter(has_text="1 comment hidden")).to_be_visible()


def test_the_rest_of_a_long_thread_and_a_branch_open_by_keyboard(world: World, page: Page) -> None:
    world.go(page, f"/comments/thread?key={FEW}")
    branch = page.locator(".ck-branch > summary").first
    tab_to(page, branch)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you for writing this down.")).to_be_hidden()
    expect(branch).to_be_focused()
    world.go(page, f"/comments/thread?key={MANY}")
    more = page.locator("a[rel~=next]")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Number 104.")).to_be_visible()


def test_on_another_site_it_is_the_same(world: World, page: Page) -> None:
    page.goto(world.foreign_url)
    thread = page.locator("comment-thread")
    expect(thread.locator("form")).to_be_visible()
    tab_to(page, thread.locator("[name=body]"))
    page.keyboard.type("From elsewhere.")
    press(page, thread.get_by_role("button", name="Post comment"))
    expect(thread.locator(".note")).to_be_focused()
    expect(thread.get_by_role("status")).to_contain_text("published")
    reply = thread.locator("[part=reply]").first
    reply.focus()
    page.keyboard.press("Enter")
    expect(thread.locator("[name=body]")).to_be_focused()
    press(page, thread.get_by_role("button", name="Cancel"))
    expect(reply).to_be_focused()


def test_a_moderator_signs_in_decides_and_undoes(world: World, page: Page) -> None:
    key = world.fresh()
    posted = world.post(f"{SHAMING}, {key}.", key, name="Pat")
    world.go(page, world.sign_in_link())
    press(page, page.get_by_role("main").get_by_role("button"))
    entry = page.locator("article", has_text=key)
    expect(entry).to_be_visible()
    tab_to(page, entry.get_by_role("button", name="Hide"), 120)
    page.keyboard.press("Enter")
    done = page.locator(".ck-done")
    expect(done).to_be_focused()
    expect(done.get_by_role("status")).to_contain_text("is now hidden")
    press(page, page.get_by_role("button", name="Undo"))
    expect(done).to_be_focused()
    expect(done.get_by_role("status")).to_contain_text("is now waiting")
    assert posted.comment.public_id in world.client.ids("waiting")


def test_whoever_is_not_let_in_is_told_so(world: World, page: Page) -> None:
    world.go(page, "/comments/desk/sign-in")
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Mo")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
