"""The pages behind the links in mails, and the mails themselves, in a browser: by keyboard, narrow, light and dark."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from commentkit.model import Move
from commentkit.testing import FakeClock, serving
from tests.browser import assert_accessible
from tests.mailserver import ADDRESS, MailServer, link, mail_server, mail_settings, words
from tests.site import Site
from tests.writing import move, post

WRITTEN = {"name": "Wren", "email": ADDRESS, "answers": "yes", "known": "yes"}


@dataclass
class Blog:
    """A blog over real HTTP, with a hand on its worker and its mails."""

    address: str
    site: Site
    server: MailServer

    def publish(self, body: str, parent: str = "", **fields: str) -> str:
        """Somebody posts, and a moderator publishes it; its id."""

        async def work(house: object) -> str:
            posted = await post(house, body, parent=parent, **fields)  # type: ignore[arg-type]  # run() gives a House
            await move(house, posted, Move.PUBLISH)  # type: ignore[arg-type]  # likewise
            return posted.comment.public_id

        public_id = self.site.run(work)
        self.site.work()
        return public_id


@pytest.fixture
def blog(sqlite_url: str, clock: FakeClock) -> Iterator[Blog]:
    """A blog that holds first comments, with one whose writer asked for everything that mails are sent for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    public = f"http://127.0.0.1:{port}/comments"
    with mail_server() as server:
        settings = mail_settings(
            sqlite_url, server, public_url=public, publishing="hold-first", warnings="grief"
        )
        with (
            Site(settings, clock=clock) as site,
            serving(Site(settings, clock=clock).app, port=port) as address,
        ):
            made = Blog(address, site, server)
            first = made.publish("I have felt this too.", **WRITTEN)
            made.publish("So have *I*, for years and years: " + "a" * 90, first, name="Kit")
            made.publish("It was him again.", first, name="Kit", warning="grief")
            yield made


LOOKS = [
    pytest.param((360, "dark"), id="360-dark"),
    pytest.param((360, "light"), id="360-light", marks=pytest.mark.long),
    pytest.param((1400, "dark"), id="1400-dark", marks=pytest.mark.long),
    pytest.param((1400, "light"), id="1400-light", marks=pytest.mark.long),
]


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """A page of somebody new."""
    width, scheme = request.param
    return new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)


def look(page: Page) -> None:
    """What everybody must be able to read."""
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide


def press(page: Page, button: str) -> None:
    """Go to a button by the keyboard and press it."""
    wanted = page.get_by_role("button", name=button, exact=True)
    for _ in range(8):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")


def test_from_the_first_mail_to_the_last_by_keyboard_alone(blog: Blog, page: Page) -> None:
    page.goto(blog.address + link(blog.server.mails[0], "confirm"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    look(page)
    press(page, "It's me; a mail for each answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your e-mail address is confirmed")
    look(page)
    page.goto(page.url)
    expect(page.get_by_text("once more for this device")).to_be_visible()
    blog.site.work()
    [_, own, answers] = blog.server.mails
    page.goto(blog.address + link(own, "receipt"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment is published")
    look(page)
    page.goto(blog.address + link(answers, "stop"))
    look(page)
    press(page, "One mail a day instead")
    expect(page.get_by_role("heading", level=1)).to_have_text("That is changed")
    look(page)
    page.goto(blog.address + link(answers, "stop"))
    press(page, "No more mails at all")
    expect(page.get_by_role("heading", level=1)).to_have_text("No more mails")
    look(page)


def test_a_link_that_is_good_no_more_says_so(blog: Blog, page: Page, clock: FakeClock) -> None:
    clock.move(days=8)
    page.goto(blog.address + link(blog.server.mails[0], "confirm"))
    expect(page.get_by_role("main")).to_contain_text("This link isn't good any more.")
    look(page)


def test_every_mail_can_be_read_by_all_and_asks_for_nothing(
    blog: Blog, page: Page, new_page: Callable[..., Page]
) -> None:
    other = new_page()
    other.goto(blog.address + link(blog.server.mails[0], "confirm"))
    other.get_by_role("button", name="It's me; a mail for each answer", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your e-mail address is confirmed")
    blog.site.work()
    assert len(blog.server.mails) == 3
    for mail in blog.server.mails:
        page.set_content(words(mail, "html"))
        look(page)
    expect(page.get_by_text("Content warning: grief.")).to_be_visible()
    expect(page.get_by_text("It was him")).to_have_count(0)
