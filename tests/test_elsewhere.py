"""The example's page of files, opened as another site than its comments."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parent.parent


@pytest.fixture
def front(tmp_path: Path) -> Iterator[str]:
    """The example site, as `make run` starts it; the address of its front page."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMENTKIT_")}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "example_site"],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().removeprefix("post: ").partition("/guest/")[0]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def test_a_page_of_files_on_another_site_shows_the_thread_and_takes_an_answer(front: str, page: Page) -> None:
    page.goto(f"{front.replace('127.0.0.1', 'localhost')}/static-site/elsewhere.html")
    thread = page.locator("comment-thread")
    expect(thread.locator("article").first).to_be_visible()
    assert thread.locator("[part=badge]").count() == 2
    thread.locator("[part=reply]").first.click()
    thread.locator("textarea").fill("Thank you for this, from another site.")
    thread.get_by_role("button", name="Post comment").click()
    expect(thread.locator("[part=state]")).to_contain_text("Your comment is")
    expect(thread.locator("textarea")).to_have_value("")
    assert page.context.cookies() == []
