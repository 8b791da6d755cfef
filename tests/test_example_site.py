"""The example site, as `make run` starts it, and its twin in FastAPI."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import anyio
import httpx
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from commentkit import Settings
from commentkit.shaming import read
from example_site import fastapi_site, seed
from example_site.posts import POSTS
from tests.browser import assert_accessible

ROOT = Path(__file__).parent.parent
POST = POSTS["the-word-in-the-waiting-room"]
PATIENCE = 60  # seconds in which a started site must have said where it is


@dataclass
class Site:
    """A running example site and the lines that it printed."""

    process: subprocess.Popen[str]
    post: str
    desk: str
    api: str

    @property
    def front(self) -> str:
        return self.post.removesuffix(POST.key)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it had said on stderr."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


def command(folder: Path, environ: dict[str, str]) -> subprocess.Popen[str]:
    """`python -m example_site` in a folder, with nothing of this process's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTKIT_")}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "example_site"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PORT": "0", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


Start = Callable[..., Site]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Start a site in a folder, on any free port; everything that was started is ended."""
    running: list[subprocess.Popen[str]] = []

    def starting(folder: Path, **environ: str) -> Site:
        process = command(folder, environ)
        running.append(process)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        found = dict(line.strip().split(": ", 1) for line in lines if line)
        assert list(found) == ["post", "desk", "api"], process.communicate(timeout=PATIENCE)
        return Site(process, **found)

    yield starting
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def site(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One site for the tests that only look."""
    return start(tmp_path_factory.mktemp("site"))


class Published(HTMLParser):
    """The comments of a page: who wrote each, and whether it has the guest author's badge."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.comments: list[list[str]] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article" and "ck-comment" in (dict(attrs).get("class") or "").split():
            self.comments.append(["", ""])
        elif self.comments and dict(attrs).get("class") in {"ck-name", "ck-badge"}:
            self._inside = dict(attrs)["class"] or ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.comments[-1][self._inside == "ck-badge"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"strong", "span"}:
            self._inside = ""


def published(html: str) -> list[tuple[str, bool]]:
    """(name, has the badge) of each comment, in page order."""
    return [(name.strip(), bool(badge)) for name, badge in Published(html).comments]


def test_front_page_post_api_and_static_page_answer(site: Site) -> None:
    for address in (site.front, site.post, site.api, f"{site.front}/static-site/"):
        assert httpx.get(address).status_code == 200, address
    assert POST.key in httpx.get(site.front).text


def test_a_post_that_is_not_there_is_not_found(site: Site) -> None:
    assert httpx.get(f"{site.front}/guest/nothing").status_code == 404


def test_the_static_page_links_to_the_thread_s_own_page(site: Site) -> None:
    page = httpx.get(f"{site.front}/static-site/").text
    link = re.search(r'href="(/comments/thread[^"]+)"', page)
    assert link is not None
    thread = httpx.get(site.front + link[1])
    assert published(thread.text) == published(httpx.get(site.post).text)


def test_the_badge_is_on_the_guest_s_replies_only(site: Site) -> None:
    comments = published(httpx.get(site.post).text)
    assert len(comments) >= 12
    assert [name for name, badge in comments if badge] == [POST.guest, POST.guest]
    assert POST.guest not in [name for name, badge in comments if not badge]


def test_the_page_says_that_akismet_is_a_stand_in(site: Site) -> None:
    assert "stand-in for Akismet" in httpx.get(site.post).text


def test_the_post_has_its_host_s_words_and_an_image_credit(site: Site) -> None:
    page = httpx.get(site.post).text
    assert 'aria-label="From the host"' in page
    assert POST.guest in page
    assert POST.handle in page
    assert POST.website in page
    assert re.search(r"<figcaption>.*Illustration: \w+", page)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "dark"),
        *(
            pytest.param(*look, marks=pytest.mark.long)
            for look in ((360, "light"), (1400, "dark"), (1400, "light"))
        ),
    ],
)
def test_everybody_can_read_the_post_on_any_screen_by_day_and_by_night(
    site: Site, new_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in (site.front, site.post):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)


def test_a_site_gives_the_thread_its_own_colours_by_properties_alone(
    site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page(color_scheme="light")
    page.goto(site.post)
    colour = "element => getComputedStyle(element).color"
    own = page.locator(".post-head a").evaluate(colour)
    assert page.locator(".ck-acts a").first.evaluate(colour) == own
    page.goto(f"{site.front}/comments/data")
    assert page.locator("footer a").first.evaluate(colour) != own


def test_the_desk_s_link_signs_in_once_and_there_one_comment_waits_and_one_is_spam(site: Site) -> None:
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(site.desk).status_code == 200  # looking uses nothing up
        desk = browser.post(site.desk)
        assert desk.status_code == 200
        assert "<mark>You&#39;re not really asexual if" in desk.text
        spam = browser.get(str(desk.url).removesuffix("/desk") + "/desk/spam")
        assert "akismet-guaranteed-spam" in spam.text
    again = httpx.post(site.desk)
    assert again.status_code == 404
    assert "used already" in again.text


def test_what_the_seed_publishes_shames_nobody() -> None:
    comments = seed.comments()
    flagged = [each["id"] for each in comments if read(each["body"]).flagged]
    assert flagged == ["shames"]


def test_sigterm_and_ctrl_c_end_it_well_and_a_second_run_keeps_all_but_the_desk_s_link(
    start: Start, tmp_path: Path
) -> None:
    first = start(tmp_path)
    comments = published(httpx.get(first.post).text)
    code, said = first.stop()
    assert code == 0
    assert said.count("\n") == 1
    assert "stand-in for Akismet" in said
    secret = tmp_path / ".run" / "secret"
    kept = secret.read_text()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600

    second = start(tmp_path)
    assert published(httpx.get(second.post).text) == comments
    assert second.desk.rpartition("/")[2] != first.desk.rpartition("/")[2]
    assert httpx.post(second.desk).status_code == 303
    assert secret.read_text() == kept
    code, said = second.stop(signal.SIGINT)
    assert code == 0
    assert "Traceback" not in said


def test_a_taken_port_is_one_clear_line_and_writes_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = command(tmp_path, {"PORT": port})
        out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert out == ""
    assert said.count("\n") == 1
    assert port in said
    assert list(tmp_path.iterdir()) == []


def test_a_setting_from_the_environment_wins(start: Start, tmp_path: Path) -> None:
    site = start(
        tmp_path,
        COMMENTKIT_SITE_NAME="Somebody else's table",
        COMMENTKIT_DATABASE_URL="sqlite:///mine.db",
        COMMENTKIT_SECRET_KEY="a secret of thirty-two characters",
        COMMENTKIT_PUBLISHING="hold-all",
    )
    assert "Somebody else&#39;s table" in httpx.get(f"{site.front}/comments/").text
    assert len(published(httpx.get(site.post).text)) >= 12  # the first comments are there all the same
    assert (tmp_path / "mine.db").exists()
    assert not (tmp_path / ".run" / "secret").exists()
    assert site.stop()[0] == 0


def test_a_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    process = command(tmp_path, {"COMMENTKIT_MAX_DEPTH": "deep"})
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "COMMENTKIT_MAX_DEPTH" in said
    assert "Traceback" not in said


def test_the_fastapi_twin_shows_the_same_thread(tmp_path: Path) -> None:
    settings = Settings(secret_key="-" * 32, database_url=f"sqlite:///{tmp_path}/comments.db")
    with ThreadPoolExecutor() as elsewhere:  # in this thread the browser's event loop counts as running
        elsewhere.submit(anyio.run, seed.plant, settings).result()
    with TestClient(fastapi_site.create(settings)) as browser:
        page = browser.get(POST.key)
        assert page.status_code == 200
        assert (POST.guest, True) in published(page.text)
        assert browser.get("/guest/nothing").status_code == 404


def test_a_page_of_files_on_another_site_shows_the_thread_and_takes_an_answer(site: Site, page: Page) -> None:
    page.goto(f"{site.front.replace('127.0.0.1', 'localhost')}/static-site/elsewhere.html")
    thread = page.locator("comment-thread")
    expect(thread.locator("[part=badge]")).to_have_count(2)
    thread.locator("[part=reply]").first.click()
    thread.locator("textarea").fill("Thank you for this, from another site.")
    thread.get_by_role("button", name="Post comment").click()
    expect(thread.locator("[part=state]")).to_contain_text("Your comment is")
    expect(thread.locator("textarea")).to_have_value("")
    assert page.context.cookies() == []
