"""Whatever goes wrong when a text is sent, the text is still there: in its form, to be copied, or after Back."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.elsewhere import KEY, Elsewhere, elsewhere

pytestmark = pytest.mark.long

STORY = "I have never told anyone this.\n\nIt was years before I could say it."
FORMS = ["with script", "without script", "embed", "edit", "report"]


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Elsewhere]:
    """The comments, and a page on another site that shows them; four comments an hour may come."""
    with elsewhere(sqlite_url, post_limit="4/hour", edit_minutes=60 * 48) as made:
        yield made


@dataclass
class Form:
    """A form with a text, opened and filled in."""

    page: Page
    box: Locator
    button: Locator
    scripted: bool
    sends_to: str
    text: str = STORY

    def send(self) -> None:
        """Press the button, and wait until something has come of it."""
        if self.scripted:
            self.button.click()
            expect(
                self.page.locator(
                    "[role=alert]:visible, .note:visible, .ck-state:visible, .wrong:visible, .ck-wrong:visible"
                ).first
            ).to_be_visible(timeout=20_000)
        else:
            with self.page.expect_navigation(timeout=20_000):
                self.button.click()

    def text_is_there(self) -> None:
        """Fails unless the text is in the form, or to be copied, or in the form once one goes back."""
        area = self.page.locator("textarea")
        if area.count() and area.first.input_value() == self.text:
            return
        self.page.go_back()
        expect(self.box).to_have_value(self.text)


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, there: Elsewhere, new_page: Callable[..., Page]) -> Form:
    """Each form that takes a text, opened by somebody who has filled it in."""
    kind = request.param
    page = new_page(java_script_enabled=kind != "without script")
    posted = write(there, "Here first.")
    if kind == "embed":
        thread = there.open(page)
        made = Form(
            page, thread.locator("textarea"), thread.locator("form .main"), True, "**/api/v1/comments"
        )
        expect(made.box).to_be_visible()
    else:
        path, to = {
            "edit": (f"{posted['receipt_url']}/edit", "**/edit*"),
            "report": (f"{posted['permalink']}/report", "**/report*"),
        }.get(kind, (f"/comments/thread?key={KEY}", "**/post"))
        page.goto(there.talk + path)
        box = page.locator("textarea").first
        button = page.locator("form:has(textarea) button.ck-main").first
        made = Form(page, box, button, kind == "with script", to)
        if kind == "report":
            page.locator("[name=reason]").first.check()
    made.box.fill(STORY)
    return made


def write(there: Elsewhere, body: str) -> dict[str, str]:
    """Somebody posts; what they are told."""
    with httpx2.Client(base_url=there.talk, headers={"Origin": there.page}) as client:
        given = client.get("/comments/api/v1/form", params={"key": KEY, "title": "A page", "url": there.page})
        sent = {"token": given.json()["token"], "body": body}
        answer = client.post("/comments/api/v1/comments", json=sent)
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    found = re.search(r"/comments/c/[0-9a-f]+", answer.text)
    return told | {"permalink": found[0] if found else ""}


@contextmanager
def database(there: Elsewhere) -> Iterator[sqlite3.Connection]:
    """The database's file, as another program has it open."""
    path = there.settings.database_url.partition("///")[2]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        yield other


def test_a_form_that_has_expired(there: Elsewhere, form: Form) -> None:
    there.clock.move(hours=25)
    form.send()
    if form.sends_to in {
        "**/post",
        "**/edit*",
    }:  # the others need none, or get another by themselves, and are sent
        form.text_is_there()


def test_a_thread_that_was_closed(there: Elsewhere, form: Form) -> None:
    with database(there) as other:
        other.execute("update commentkit_thread set closed = 'Robin is asleep.'")
    form.send()
    if form.sends_to not in {"**/report*", "**/edit*"}:  # which are there in a closed thread too
        form.text_is_there()


def test_a_limit_that_is_used_up(there: Elsewhere, form: Form) -> None:
    for number in range(3):
        write(there, f"Number {number}.")
    form.send()
    form.text_is_there()


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_gateway_or_server_that_answers_with_a_page_of_its_own(form: Form, status: int) -> None:
    form.page.route(
        form.sends_to,
        lambda route: (
            route.fulfill(status=status, body="<h1>Oh</h1>", content_type="text/html")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    form.send()
    form.text_is_there()


def test_a_server_that_breaks(there: Elsewhere, form: Form) -> None:
    with database(there) as other:
        for table in ("comment", "report", "edit"):
            other.execute(f"alter table commentkit_{table} rename to away_{table}")
        form.send()
        for table in ("comment", "report", "edit"):
            other.execute(f"alter table away_{table} rename to commentkit_{table}")
    form.text_is_there()


def test_a_database_that_is_busy(there: Elsewhere, form: Form) -> None:
    with database(there) as other:
        other.execute("begin exclusive")
        form.send()
        other.execute("rollback")
    form.text_is_there()


def test_a_connection_that_is_lost(form: Form) -> None:
    form.page.context.set_offline(True)
    if form.scripted:
        form.send()
    else:
        form.button.click()
        expect(form.box).to_have_count(0)
    form.page.context.set_offline(False)
    form.text_is_there()


def test_who_goes_away_and_comes_back(there: Elsewhere, form: Form) -> None:
    for _ in range(3):  # a browser notes a moment later what was typed; nothing tells when it has
        form.box.fill(STORY)
        form.page.goto(f"{there.talk}/comments/data")
        form.page.go_back()
        expect(form.box).to_be_visible()
        if form.box.input_value() == STORY:
            break
    expect(form.box).to_have_value(STORY)


@pytest.mark.parametrize("length", [30_000, 300_000])
def test_a_text_that_is_too_large(form: Form, length: int) -> None:
    form.text = "y" * length
    form.box.evaluate("(box, text) => { box.value = text }", form.text)
    form.send()
    form.text_is_there()


def test_a_comment_that_was_hidden_while_it_was_reported(there: Elsewhere, form: Form) -> None:
    with database(there) as other:
        other.execute("update commentkit_comment set status = 'hidden', branch = 0")
    form.send()
    if form.sends_to == "**/report*":
        form.text_is_there()
