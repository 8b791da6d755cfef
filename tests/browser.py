"""A real browser for the tests: Chrome or Chromium, driven through Playwright's synchronous interface.

The browser lives as long as one test module: while Playwright's synchronous interface is started, its event
loop counts as running in this thread, so a module whose tests use `page` can't have `async def` tests too.

`COMMENTKIT_TEST_BROWSER` names the program to use. `python -m tests.browser` says which one it would be.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.absent import not_tested

INSTALL_LINE = "make browser   (or: sudo apt-get install chromium)"
NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # only this machine has an address: what a page asks for elsewhere fails at once, and is written down
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)


def find_browser(playwright: Playwright) -> str | None:
    """The program to start, or None where there is no browser that could be."""
    return choose_browser(playwright.chromium.executable_path)


def choose_browser(downloaded: str) -> str | None:
    """The same, where Playwright itself isn't at hand.

    Args:
        downloaded: where `make browser` puts one.
    """
    chosen = os.environ.get("COMMENTKIT_TEST_BROWSER")
    if chosen:
        return chosen
    on_path = (path for path in map(shutil.which, NAMES) if path)
    return next((path for path in (*on_path, *MAC_PLACES, downloaded) if os.access(path, os.X_OK)), None)


def is_here(url: str) -> bool:
    """Whether a request to this address stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme in {"data", "blob", "about", "chrome-error"}:
        return True
    host = parts.hostname or ""
    return host in {"127.0.0.1", "localhost"} or host.endswith(".localhost")


@dataclass
class PageLog:
    """What the pages of one test asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """The addresses outside this machine that were asked for."""
        return [url for url in self.requests if not is_here(url)]

    def on_request(self, request: Request) -> None:
        """Write down a request."""
        self.requests.append(request.url)

    def on_console(self, message: ConsoleMessage) -> None:
        """Write down what the console shows in red."""
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    def on_page_error(self, error: Exception) -> None:
        """Write down an exception that no script caught."""
        self.page_errors.append(str(error))


def assert_accessible(page: Page, context: Any = None, options: dict[str, Any] | None = None) -> None:
    """Fail if axe finds anything wrong with the page as it is now, or with the part `context` selects."""
    found = Axe().run(page, context=context, options=options)
    if found.violations_count:
        pytest.fail(
            f"axe found {found.violations_count} violations\n{found.generate_report()}", pytrace=False
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser with an empty profile, for the tests of one module."""
    with sync_playwright() as playwright:
        program = find_browser(playwright)
        if program is None:
            not_tested("what a browser shows", INSTALL_LINE)
        running = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def page_log() -> PageLog:
    """What this test's pages asked for and complained of; a test may read and clear the lists."""
    return PageLog()


@pytest.fixture
def new_page(browser: Browser, page_log: PageLog) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody new: `new_page(java_script_enabled=False)`, with whatever a context takes.

    After the test, it fails if a page asked for anything outside this machine or left an exception uncaught.
    """
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        context.on("request", page_log.on_request)
        context.on("console", page_log.on_console)
        context.on("weberror", lambda failed: page_log.on_page_error(failed.error))
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert page_log.elsewhere == [], "a page asked for something outside this machine"
    assert page_log.page_errors == [], "a script on a page failed"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of somebody new."""
    return new_page()


def main() -> int:
    """Say which browser the tests would use."""
    with sync_playwright() as playwright:
        program = find_browser(playwright)
    if program is None or not Path(program).exists():
        print(f"No browser for the tests. Type: {INSTALL_LINE}", file=sys.stderr)
        return 1
    print(program)
    return 0


if __name__ == "__main__":
    sys.exit(main())
