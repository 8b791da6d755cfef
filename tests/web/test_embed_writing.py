"""Writing on a page of another site: no cookie, nothing lost, and what a reader can choose."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import FLAGS, PageLog, assert_accessible, choose_browser
from tests.elsewhere import SHAMING, STORY, Elsewhere, below, box, elsewhere, state, write
from tests.writing import add_thread


def test_posting_and_answering_work_where_a_page_allows_no_sink_no_policy_and_no_style(
    there: Elsewhere, page: Page, page_log: PageLog
) -> None:
    thread = there.open(page)
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()
    write(thread, STORY, "Wren")
    expect(state(thread)).to_contain_text("Your comment is published.")
    expect(state(thread)).to_be_focused()
    expect(thread.get_by_role("link", name="Your private link")).to_have_attribute(
        "href", below(f"{there.talk}/comments/receipt/")
    )
    first = thread.locator("article")
    expect(first).to_have_count(1)
    expect(first.locator("em")).to_have_text("years")
    expect(first.locator("blockquote")).to_have_text("not really")
    expect(first.locator("li")).to_have_text(["one", "two & three"])
    expect(first.locator("b")).to_have_text("three")
    expect(box(thread)).to_have_value("")
    thread.get_by_role("button", name="Reply to Wren").click()
    expect(thread.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    expect(thread.get_by_role("link", name="Your private link")).to_be_visible()  # it is told once
    expect(box(thread)).to_be_focused()
    write(thread, "I answer.", "Pat")
    expect(thread.locator("li li article")).to_contain_text("I answer.")
    expect(thread.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(thread.get_by_role("heading", name="Leave a comment")).to_be_visible()
    again = there.open(page)
    expect(again.locator("li li article")).to_contain_text("Pat")
    assert page_log.console_errors == []
    assert page.context.cookies() == []


def test_advice_comes_once_with_the_words_marked_and_two_choices(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    write(thread, SHAMING, "Pat")
    expect(state(thread)).to_be_focused()
    expect(state(thread).locator(".raw mark")).to_have_text("You're not really poly if you get jealous")
    change = state(thread).get_by_role("button", name="Change it")
    as_it_is = state(thread).get_by_role("button", name="Post it as it is")
    one, other = change.bounding_box(), as_it_is.bounding_box()
    assert one is not None
    assert other is not None
    assert (one["width"], one["height"]) == (other["width"], other["height"])
    change.click()
    expect(box(thread)).to_be_focused()
    expect(box(thread)).to_have_value(SHAMING)
    as_it_is.click()
    expect(state(thread)).to_contain_text("Your comment is waiting.")
    expect(state(thread)).to_contain_text("putting somebody down")
    expect(thread.locator("article")).to_have_count(0)
    expect(box(thread)).to_have_value("")


def test_a_second_text_after_a_lost_answer_is_offered_as_another_comment(
    there: Elsewhere, page: Page
) -> None:
    thread = there.open(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/comments", lose, times=1)
    write(thread, "The first text.")
    expect(state(thread)).to_contain_text("The connection was lost")
    write(thread, "The second text.")
    expect(state(thread)).to_contain_text("already sent, with another text")
    expect(box(thread)).to_have_value("The second text.")
    thread.get_by_role("button", name="Post this as another comment").click()
    expect(box(thread)).to_have_value("")
    expect(there.open(page).locator("article .body")).to_have_text(["The first text.", "The second text."])


def test_what_was_sent_twice_after_a_lost_answer_is_one_comment(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    page.route("**/api/v1/comments", lambda route: (route.fetch(), route.abort()), times=1)
    write(thread, "Only once.")
    expect(state(thread)).to_contain_text("The connection was lost")
    thread.get_by_role("button", name="Post comment").click()
    expect(state(thread)).to_contain_text("published")
    expect(thread.locator("article")).to_have_count(1)


def test_without_a_connection_the_text_stays_and_can_be_sent_later(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    expect(box(thread)).to_be_visible()
    page.context.set_offline(True)
    write(thread, STORY)
    expect(state(thread)).to_contain_text("The connection was lost")
    expect(state(thread)).to_contain_text("Your text is still here")
    expect(box(thread)).to_have_value(STORY)
    page.context.set_offline(False)
    thread.get_by_role("button", name="Post comment").click()
    expect(state(thread)).to_contain_text("published")


def test_an_expired_form_renews_itself(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    expect(box(thread)).to_be_visible()
    there.clock.move(hours=25)
    write(thread, "It took me a day.")
    expect(state(thread)).to_contain_text("published")


def test_a_gateway_that_answers_with_a_page_loses_nothing(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    page.route("**/api/v1/comments", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    write(thread, STORY)
    expect(state(thread)).to_contain_text("Something went wrong")
    expect(box(thread)).to_have_value(STORY)


def test_too_many_at_once_is_said_and_the_text_stays(sqlite_url: str, page: Page) -> None:
    with elsewhere(sqlite_url, post_limit="1/hour") as there:
        thread = there.open(page)
        write(thread, "One.")
        expect(state(thread)).to_contain_text("published")
        write(thread, "Two.")
        expect(state(thread).last).to_contain_text("Many comments came from your network")
        expect(box(thread)).to_have_value("Two.")


def test_what_is_wrong_with_a_field_stands_beside_it(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    thread.get_by_label("E-mail").fill("nobody")
    thread.get_by_label("Website").fill("wren.example")
    write(thread, "Hello.")
    expect(thread.get_by_label("E-mail")).to_be_focused()
    expect(thread.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(thread.locator(".wrong:visible")).to_have_count(1)  # the website is helped along
    expect(box(thread)).to_have_value("Hello.")
    thread.get_by_label("E-mail").fill("")
    thread.get_by_role("button", name="Post comment").click()
    expect(thread.locator("article [part=name] a")).to_have_attribute("href", "https://wren.example")


def test_a_draft_is_kept_on_the_device_for_each_place_until_it_is_posted_or_deleted(
    there: Elsewhere, page: Page
) -> None:
    thread = there.open(page)
    write(thread, "The first.", "Wren")
    expect(state(thread)).to_contain_text("published")
    box(thread).fill("A thought for later.")
    expect(thread.get_by_text("A draft is kept on this device")).to_be_visible()
    thread.get_by_role("button", name="Reply to Wren").click()
    expect(box(thread)).to_have_value("")
    box(thread).fill("Dear Wren")
    again = there.open(page)
    expect(box(again)).to_have_value("A thought for later.")
    expect(again.get_by_role("button", name="Reply to Wren")).to_contain_text("a draft is kept")
    again.get_by_role("button", name="Reply to Wren").click()
    expect(box(again)).to_have_value("Dear Wren")
    again.get_by_role("button", name="Cancel").click()
    expect(again.get_by_role("button", name="Reply to Wren")).to_be_focused()
    expect(box(again)).to_have_value("A thought for later.")
    again.get_by_role("button", name="Delete the draft").click()
    expect(box(again)).to_be_focused()
    again.get_by_role("button", name="Reply to Wren").click()
    again.get_by_role("button", name="Post comment").click()
    expect(again.locator("article")).to_have_count(2)
    assert page.evaluate("localStorage.length") == 0


def test_where_the_browser_keeps_nothing_at_all_posting_works(
    there: Elsewhere, browser: Browser, page: Page, tmp_path: Path
) -> None:
    """With all cookies blocked. The control is a cookie as third parties set it: here it never comes back."""
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(blocked), encoding="utf-8")
    there.policy = ""
    ask = f"() => fetch('{there.talk}/cookie', {{credentials: 'include'}}).then(() => 1)"
    page.goto(f"{there.talk}/cookie")
    page.goto(f"{there.talk}/cookie")
    assert there.cookies == ["", "third=party"]  # as it goes on its own site, with cookies let through
    there.cookies.clear()
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=choose_browser(browser.browser_type.executable_path), args=list(FLAGS)
    )
    try:
        page = context.new_page()
        thread = there.open(page)
        write(thread, "Nothing is kept here.", "Wren")
        expect(state(thread)).to_contain_text("published")
        thread.get_by_role("button", name="Reply to Wren").click()
        box(thread).fill("Unsent.")
        expect(thread.get_by_text("A draft is kept on this device")).to_be_hidden()
        page.evaluate(ask)
        page.evaluate(ask)
        assert there.cookies == ["", ""]
        assert context.cookies() == []
    finally:
        context.close()


def test_a_thread_that_was_closed_meanwhile_says_why_and_keeps_the_text(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    box(thread).fill(STORY)
    with there.house() as site:
        site.run(lambda house: add_thread(house, there.key, closed="Robin reads no more answers."))
    thread.get_by_role("button", name="Post comment").click()
    expect(state(thread)).to_be_focused()
    expect(state(thread)).to_contain_text("This thread is closed.")
    expect(state(thread)).to_contain_text("Robin reads no more answers.")
    expect(state(thread)).to_contain_text("Your text is still here.")
    expect(box(thread)).to_have_value(STORY)
    again = there.open(page)
    expect(again.locator("[part=closed]")).to_contain_text("Robin reads no more answers.")
    expect(box(again)).to_have_count(0)


def test_a_content_warning_that_was_chosen_comes_first(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    thread.get_by_role("checkbox", name="self-harm").check()
    write(thread, "What I did.", "Wren")
    expect(thread.locator("summary")).to_have_text("Content warning: self-harm")
    expect(thread.get_by_text("What I did.")).to_be_hidden()
    expect(thread.get_by_role("checkbox", name="self-harm")).not_to_be_checked()
    thread.locator("summary").click()
    expect(thread.get_by_text("What I did.")).to_be_visible()


def test_answers_by_e_mail_can_be_asked_for_where_the_site_sends_mail(sqlite_url: str, page: Page) -> None:
    mail = {
        "smtp_host": "127.0.0.1",
        "mail_from": "c@blog.example",
        "public_url": "http://127.0.0.1/comments",
    }
    with elsewhere(sqlite_url, **mail) as there:
        thread = there.open(page)
        expect(box(thread)).to_be_visible()
        expect(thread.locator("fieldset")).to_have_count(0)  # this site has no content warnings
        expect(thread.locator("form")).not_to_contain_text("0")
        assert_accessible(page, "comment-thread")
        thread.get_by_label("Tell me about answers by e-mail").check()
        write(thread, "Tell me more.")
        expect(thread.get_by_label("E-mail", exact=True)).to_be_focused()
        expect(thread.locator("#email-wrong")).to_contain_text("or untick that")
        thread.get_by_label("E-mail", exact=True).fill("wren@example.org")
        thread.get_by_role("button", name="Post comment").click()
        expect(state(thread)).to_contain_text("published")
        expect(state(thread)).to_contain_text("You get a mail to confirm your e-mail address by")


def test_without_mail_nobody_is_offered_any(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    expect(box(thread)).to_be_visible()
    expect(thread.get_by_label("Tell me about answers")).to_have_count(0)


def test_a_preview_follows_what_is_typed_until_it_is_hidden(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    box(thread).fill("It *was*.")
    thread.get_by_role("button", name="Preview").click()
    expect(state(thread)).to_be_focused()
    expect(state(thread)).to_contain_text("Preview: not posted yet")
    expect(state(thread).locator("em")).to_have_text("was")
    box(thread).fill("It *is*.")
    expect(state(thread).locator("em")).to_have_text("is")
    expect(box(thread)).to_be_focused()
    thread.get_by_role("button", name="Hide the preview").click()
    expect(state(thread)).to_have_count(0)
    expect(box(thread)).to_be_focused()
    expect(thread.locator("article")).to_have_count(0)
    box(thread).fill(" ")
    thread.get_by_role("button", name="Preview").click()
    expect(box(thread)).to_have_attribute("aria-invalid", "true")
