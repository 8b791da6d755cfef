"""What the scripts say, in the language of the page; and times as people say them, with the exact one behind."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from commentkit.testing import FakeClock, serving
from tests.browser import assert_accessible
from tests.site import POST, Site, make_settings

DEEP = 6
pytestmark = pytest.mark.long  # each word for these scripts is looked at in a page's HTML by the default run


class Blog:
    """A blog on a real address, and the same blog for those who post meanwhile."""

    def __init__(self, url: str, site: Site, clock: FakeClock) -> None:
        self.url, self.site, self.clock = url, site, clock

    def page(self, language: str = "") -> str:
        """A thread's own page."""
        return f"{self.url}/comments{language}/thread?key={POST}"


@pytest.fixture
def blog(sqlite_url: str) -> Iterator[Blog]:
    """A blog with two comments, the second an hour and a half after the first."""
    clock = FakeClock()
    chosen = make_settings(sqlite_url, live_most=0)
    with Site(chosen, clock=clock) as site:
        site.post("The first one.", name="Wren")
        clock.move(minutes=90)
        site.post("The second one.", name="Pat")
        with serving(Site(chosen, clock=clock).app) as url:
            yield Blog(url, site, clock)


def times(page: Page) -> list[str]:
    """What a page tells of when its comments were written."""
    return page.locator(".ck-when time").all_text_contents()


def open_at(blog: Blog, page: Page, address: str, later: timedelta = timedelta()) -> None:
    """Open a page so much later than the last comment was written."""
    page.clock.install(time=blog.clock() + later)
    page.goto(address)


@pytest.mark.parametrize(
    ("later", "english", "german"),
    [
        (timedelta(), ["1 hour ago", "now"], ["vor 1 Stunde", "jetzt"]),
        (timedelta(minutes=2), ["1 hour ago", "2 minutes ago"], ["vor 1 Stunde", "vor 2 Minuten"]),
        (timedelta(hours=5), ["6 hours ago", "5 hours ago"], ["vor 6 Stunden", "vor 5 Stunden"]),
        (timedelta(hours=25), ["yesterday", "yesterday"], ["gestern", "gestern"]),
        (timedelta(days=2), ["2 days ago", "2 days ago"], ["vorgestern", "vorgestern"]),
        (timedelta(minutes=-5), ["1 hour ago", "now"], ["vor 1 Stunde", "jetzt"]),  # a clock that is slow
    ],
)
def test_times_are_told_as_people_tell_them(
    blog: Blog, new_page: Callable[..., Page], later: timedelta, english: list[str], german: list[str]
) -> None:
    for language, told in (("", english), ("/~de", german)):
        page = new_page(timezone_id="UTC")
        open_at(blog, page, blog.page(language), later)
        assert times(page) == told


def test_the_exact_time_stands_behind_and_is_all_that_old_comments_show(
    blog: Blog, new_page: Callable[..., Page]
) -> None:
    plain = new_page(java_script_enabled=False)
    plain.goto(blog.page())
    exact = times(plain)
    assert exact == ["1 May 2026, 12:00 UTC", "1 May 2026, 13:30 UTC"]
    page = new_page(timezone_id="UTC")
    open_at(blog, page, blog.page(), timedelta(days=1))
    shown = page.locator(".ck-when time")
    assert [each.get_attribute("title") for each in shown.all()] == exact
    assert [each.get_attribute("datetime") for each in shown.all()] == [
        "2026-05-01T12:00:00+00:00",
        "2026-05-01T13:30:00+00:00",
    ]
    expect(page.get_by_role("link", name="Link to this comment by Wren, yesterday")).to_be_visible()
    assert_accessible(page)
    page.clock.fast_forward(7 * 24 * 60 * 60 * 1000)
    expect(shown.first).to_have_text(exact[0])
    assert times(page) == exact
    assert [each.get_attribute("title") for each in shown.all()] == [None, None]


def test_a_page_that_stays_open_goes_on_telling_the_time(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page(timezone_id="UTC")
    open_at(blog, page, blog.page())
    assert times(page)[1] == "now"
    page.clock.fast_forward("01:00")
    expect(page.locator(".ck-when time").nth(1)).to_have_text("1 minute ago")
    page.clock.fast_forward("02:00:00")
    expect(page.locator(".ck-when time").nth(1)).to_have_text("2 hours ago")


def test_a_comments_own_page_has_its_exact_time(blog: Blog, new_page: Callable[..., Page]) -> None:
    first = blog.site.ids()[-1]
    blog.site.reply(first, "An answer.", name="Kit")
    page = new_page(timezone_id="UTC")
    open_at(blog, page, f"{blog.url}/comments/~de/c/{first}", timedelta(minutes=5))
    assert times(page) == ["1. Mai 2026, 12:00 UTC", "vor 5 Minuten"]
    assert_accessible(page)


def test_telling_the_time_moves_nothing(blog: Blog, new_page: Callable[..., Page]) -> None:
    parent = blog.site.ids()[-1]
    for _ in range(DEEP):
        known = set(blog.site.ids())
        blog.site.reply(parent, "Deeper and deeper.", name="A name that is rather long for a phone")
        [parent] = set(blog.site.ids()) - known
    heights = []
    for with_script in (False, True):
        page = new_page(viewport={"width": 360, "height": 740}, java_script_enabled=with_script)
        if with_script:
            open_at(blog, page, blog.page("/~de"))
            assert "jetzt" in times(page)
        else:
            page.goto(blog.page("/~de"))
        heads = page.locator(".ck-head").all()
        boxes = [each.bounding_box() for each in heads]
        heights.append([box["height"] for box in boxes if box])
    assert len(heights[0]) == DEEP + 2
    assert heights[0] == heights[1]


def test_the_reading_script_speaks_the_pages_language(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(blog.page("/~de"))
    blog.clock.move(minutes=1)
    blog.site.post("The third one.", name="Kit")
    page.reload()
    expect(page.locator(".ck-news")).to_have_text("1 neuer seit deinem letzten Besuch")
    expect(page.locator(".ck-new-word")).to_have_text("Neu")
    page.get_by_role("button", name="Ausblenden: alle Kommentare von Wren auf diesem Gerät").click()
    expect(page.locator(".ck-hidden")).to_have_text("1 Kommentar ist auf diesem Gerät ausgeblendet: zeigen")
    page.get_by_role("button", name="Ausblenden: alle Kommentare von Pat auf diesem Gerät").click()
    expect(page.locator(".ck-hidden")).to_have_text("2 Kommentare sind auf diesem Gerät ausgeblendet: zeigen")
    page.get_by_role("button", name="zeigen", exact=True).click()
    thanks = page.locator("article").first.get_by_role("button", name="Das spricht mir aus der Seele")
    thanks.click()
    expect(page.get_by_role("button", name="Du hast gesagt, das spricht dir aus der Seele.")).to_be_visible()
    assert_accessible(page)


def test_the_writing_script_speaks_the_pages_language(blog: Blog, new_page: Callable[..., Page]) -> None:
    page = new_page(locale="de-DE")
    page.goto(blog.url + POST)  # a page of a host, in the browser's language
    page.get_by_label("Kommentar *").fill("Ein Entwurf.")
    expect(page.get_by_text("Ein Entwurf bleibt auf diesem Gerät, bis du ihn abschickst.")).to_be_visible()
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_role("heading", name="Vorschau: noch nicht abgeschickt")).to_be_visible()
    page.get_by_role("button", name="Vorschau schließen").click()
    page.get_by_role("link", name="Antworten an Wren").click()
    expect(page.get_by_role("heading", name="Antworten an Wren")).to_be_visible()
    page.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("button", name="Kommentar abschicken").click()
    expect(page.locator("article").last).to_contain_text("Ein Entwurf.")
    expect(page.locator("#ck-heading")).to_have_text("3 Kommentare")
    assert_accessible(page, "#commentkit")
