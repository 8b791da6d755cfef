"""The thread on a page of another site: one script, one element, no cookie, no sink, nothing lost."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from commentkit.language import ENGLISH, LANGUAGES, speaking
from commentkit.web import words
from tests.browser import FLAGS, PageLog, assert_accessible, choose_browser
from tests.elsewhere import ELEMENT, SCRIPT, Elsewhere, elsewhere
from tests.site import Site
from tests.writing import add_thread

STORY = "It was *years* before I could say it.\n\n> not really\n\n- one\n- two & <b>three</b>"
WARNINGS = ("sexual violence", "self-harm")
SHAMING = "I read it \U0001f331 twice. You're not really poly if you get jealous."


@pytest.fixture(scope="module")
def both(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """Two sites, for the tests of this module: starting them for each would take most of its time."""
    path = tmp_path_factory.mktemp("embed") / "comments.db"
    shutil.copyfile(sqlite_template, path)
    with elsewhere(f"sqlite:///{path}", warnings=WARNINGS) as made:
        yield made


@pytest.fixture
def there(both: Elsewhere, request: pytest.FixtureRequest) -> Elsewhere:
    """A page of files and its comments, on two sites; its thread is this test's alone."""
    both.begin(f"/{request.node.name.replace('[', '-').rstrip(']')}")
    return both


def write(thread: Locator, text: str, name: str = "") -> None:
    """Fill in the form and press the button."""
    box(thread).fill(text)
    if name:
        thread.get_by_label("Name").fill(name)
    thread.get_by_role("button", name="Post comment").click()


def box(thread: Locator) -> Locator:
    """The text in the form."""
    return thread.locator("textarea")


def state(thread: Locator) -> Locator:
    """What the reader is told about what they sent."""
    return thread.locator("[part=state]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_script_and_style_are_at_most_eight_kilobytes_on_the_way(site: Site, language: str) -> None:
    with site.client.stream("GET", f"/comments/~{language}/embed.js") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert len(b"".join(answer.iter_raw())) <= 8_000


def test_the_script_has_a_short_address_and_is_kept_for_an_hour(site: Site) -> None:
    answer = site.client.get("/comments/embed.js")
    assert '"lang":"en"' in answer.text
    assert "/*" not in answer.text  # comments are for those who read it where it was written
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("public, max-age=3600")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert site.client.get("/comments/embed.js", headers=tag).status_code == 304
    plain = site.client.get("/comments/embed.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


def test_posting_and_answering_work_where_a_page_allows_no_sink_no_policy_and_no_style(
    there: Elsewhere, page: Page, page_log: PageLog
) -> None:
    thread = there.open(page)
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()
    write(thread, STORY, "Wren")
    expect(state(thread)).to_contain_text("Your comment is published.")
    expect(state(thread)).to_be_focused()
    expect(thread.get_by_role("link", name="Your private link")).to_have_attribute(
        "href", begins_with(f"{there.talk}/comments/receipt/")
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
    expect(box(thread)).to_be_focused()
    write(thread, "I answer.", "Pat")
    expect(thread.locator("li li article")).to_contain_text("I answer.")
    expect(thread.get_by_role("heading", name="2 comments")).to_be_visible()
    expect(thread.get_by_role("heading", name="Leave a comment")).to_be_visible()
    again = there.open(page)
    expect(again.locator("li li article")).to_contain_text("Pat")
    assert page_log.console_errors == []
    assert page.context.cookies() == []


def begins_with(start: str) -> "re.Pattern[str]":
    """An address that begins like this."""
    return re.compile(f"^{re.escape(start)}")


HOSTILE = """<style>
* { all: unset !important; color: red !important; display: inline; letter-spacing: 1em; position: fixed }
</style>
<form name=createElement></form><img name=currentScript><img id=customElements><img name=title><a id=fetch></a>
<form name=querySelector></form><a id=JSON name=parse></a><form id=body><input name=children></form>
<div id=commentkit><textarea id=body name=body>mine</textarea></div>"""


def test_a_page_that_takes_every_name_and_styles_everything_disturbs_nothing(
    there: Elsewhere, page: Page
) -> None:
    there.policy = ""
    there.head = ""
    there.body = f"{HOSTILE}{SCRIPT}{ELEMENT}"
    page.add_init_script("window.before = [...Object.getOwnPropertyNames(window), 'before']")
    thread = there.open(page)
    write(thread, "Still here.", "Wren")
    expect(thread.locator("article")).to_contain_text("Still here.")
    looks = thread.locator("article").evaluate(
        "node => { const s = getComputedStyle(node); return [s.display, s.color, s.letterSpacing, s.position] }"
    )
    assert looks == ["block", "rgb(34, 32, 29)", "normal", "static"]
    added = page.evaluate("Object.getOwnPropertyNames(window).filter(name => !before.includes(name))")
    assert added == []
    assert page.locator("#commentkit textarea").input_value() == "mine"


def test_colours_and_parts_are_the_page_s_to_choose(there: Elsewhere, page: Page) -> None:
    there.policy = ""
    there.head += "<style>comment-thread { --ck-text: rgb(1, 2, 3) }"
    there.head += "comment-thread::part(name) { color: rgb(4, 5, 6) }</style>"
    thread = there.open(page)
    write(thread, "In colour.", "Wren")
    colour = "node => getComputedStyle(node).color"
    assert thread.locator("article .body").evaluate(colour) == "rgb(1, 2, 3)"
    assert thread.locator("article [part=name]").evaluate(colour) == "rgb(4, 5, 6)"


LOOKS = [
    (360, "light"),
    pytest.param(360, "dark", marks=pytest.mark.long),
    pytest.param(1400, "light", marks=pytest.mark.long),
    pytest.param(1400, "dark", marks=pytest.mark.long),
]


@pytest.mark.parametrize(
    "language",
    [ENGLISH, *(pytest.param(each, marks=pytest.mark.long) for each in LANGUAGES if each != ENGLISH)],
)
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_state_is_for_everybody_on_any_screen(
    there: Elsewhere, new_page: Callable[..., Page], width: int, scheme: str, language: str
) -> None:
    there.policy = ""
    there.head += "<meta name=viewport content='width=device-width'>"
    there.head += "<style>:root { color-scheme: light dark } body { background: Canvas }</style>"
    there.body = f"<main>{there.body}</main>"
    there.speak(language)
    page = new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)

    def look() -> None:
        assert_accessible(page, "comment-thread")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    thread = there.open(page)
    thread.locator(".main").click()
    expect(box(thread)).to_be_focused()
    look()
    box(thread).fill(STORY)
    thread.locator("#name").fill("Wren")
    thread.locator("fieldset input").first.check()
    thread.locator(".main").click()
    expect(thread.locator("details")).to_be_visible()
    look()
    thread.locator("[part=reply]").click()
    box(thread).fill(SHAMING)
    thread.locator(".main").click()
    expect(state(thread).locator("mark").first).to_be_visible()
    look()


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
        expect(state(thread)).to_contain_text("Many comments came from your network")
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


def test_without_the_script_a_link_leads_to_the_thread_s_own_page(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    page = new_page(java_script_enabled=False)
    link = there.open(page).get_by_role("link", name="Read and write comments")
    assert link.get_attribute("href") == f"{there.talk}/comments/thread?key={there.key}"


def test_comments_that_cannot_be_reached_say_so_and_can_be_asked_for_again(
    there: Elsewhere, page: Page
) -> None:
    page.route("**/api/v1/**", lambda route: route.abort(), times=3)
    thread = there.open(page)
    expect(thread.get_by_role("alert")).to_have_text("The comments can't be reached right now.")
    expect(thread.get_by_role("link", name="Read and write comments")).to_be_visible()
    thread.get_by_role("button", name="Try again").click()
    expect(thread.get_by_role("heading", name="No comments yet")).to_be_visible()


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


def house_of(there: Elsewhere) -> Site:
    """The comments' own pages, in the same house."""
    return Site(there.settings, clock=there.clock)


def test_a_thread_that_was_closed_meanwhile_says_why_and_keeps_the_text(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    box(thread).fill(STORY)
    with house_of(there) as site:
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


def test_the_address_of_the_script_says_the_language_of_everything(
    there: Elsewhere, page: Page, page_log: PageLog
) -> None:
    there.speak("de")
    with speaking("de"):
        said = words.rest()
    thread = there.open(page)
    whole = thread.locator("section")
    expect(whole).to_have_attribute("lang", "de")
    expect(whole).to_have_attribute("dir", "ltr")
    expect(thread.get_by_role("heading", name=said["none"])).to_be_visible()
    expect(thread.locator("article")).to_have_count(0)
    box(thread).fill(STORY)
    thread.get_by_role("button", name=said["post"]).click()
    expect(state(thread).get_by_role("link")).to_have_attribute(
        "href", begins_with(f"{there.talk}/comments/~de/receipt/")
    )
    expect(thread.locator("article .body")).to_have_attribute("lang", "")
    expect(thread.locator("article .body")).to_have_attribute("dir", "auto")
    asked = [url for url in page_log.requests if url.startswith(there.talk)]
    assert [url for url in asked if not url.startswith(f"{there.talk}/comments/~de/")] == []


def test_without_a_language_in_the_address_the_browser_chooses(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    thread = there.open(new_page(locale="de-CH"))
    expect(thread.locator("section")).to_have_attribute("lang", "de")
    expect(thread.locator("form")).to_be_visible()


def test_script_and_words_are_those_of_the_language_asked_for(site: Site) -> None:
    german = {"Accept-Language": "de"}
    scripts = [site.client.get("/comments/embed.js", headers=each) for each in ({}, german)]
    assert ['"lang":"de"' in each.text for each in scripts] == [False, True]
    assert len({each.headers["etag"] for each in scripts}) == 2
    answers = [site.client.get("/comments/api/v1/words", headers=each) for each in ({}, german)]
    assert [(each.json()["lang"], each.json()["dir"]) for each in answers] == [("en", "ltr"), ("de", "ltr")]
    assert answers[0].json()["count"] == {"one": "One comment", "other": "%(num)s comments"}
    assert "Accept-Language" in answers[1].headers["vary"]
    tag = {"If-None-Match": answers[1].headers["etag"], **german}
    assert site.client.get("/comments/api/v1/words", headers=tag).status_code == 304
    assert (
        site.client.get("/comments/api/v1/words", headers={**tag, "Accept-Language": "en"}).status_code == 200
    )


def test_the_script_has_every_word_that_it_says_and_no_other(site: Site) -> None:
    script = site.client.get("/comments/embed.js").text
    first = json.loads(words.first())
    known = {*first, *words.rest(), "count"}
    said = set(re.findall(r"WORDS\.(\w+)", script)) | {
        "body",
        "name",
        "email",
        "website",
    }  # the last by their fields
    assert said - known == set()
    assert known - said == {"dir", "thread"}  # taken together with the language


def test_a_picture_a_badge_and_how_long_ago_stand_beside_a_comment(
    there: Elsewhere, new_page: Callable[..., Page]
) -> None:
    with house_of(there) as site:
        site.run(lambda house: add_thread(house, there.key))
        site.enter_as_guest(key=there.key)
        site.post("From the one who was asked.", path=f"/comments/thread?key={there.key}")
    page = new_page(timezone_id="Europe/Berlin")
    said: dict[timedelta, str | re.Pattern[str]] = {
        timedelta(seconds=-50): "this minute",
        timedelta(minutes=3): "3 minutes ago",
        timedelta(hours=30): "1 day ago",
        timedelta(days=40): re.compile(r"^May \d, 2026$"),
    }
    for later, words_ in said.items():
        page.clock.set_fixed_time(there.clock() + later)
        thread = there.open(page)
        expect(thread.locator("time")).to_have_text(words_)
    expect(thread.locator("time")).to_have_attribute("title", re.compile(r"GMT\+2$"))
    expect(thread.locator("article svg path")).to_have_attribute("d", re.compile("^(M[0-4] [0-4]h1v1h-1z)+$"))
    expect(thread.locator("[part=badge]")).to_have_text("Guest author")


def test_a_content_warning_that_was_chosen_comes_first(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    thread.get_by_role("checkbox", name="self-harm").check()
    write(thread, "What I did.", "Wren")
    expect(thread.locator("summary")).to_have_text("Content warning: self-harm")
    expect(thread.get_by_text("What I did.")).to_be_hidden()
    expect(thread.get_by_role("checkbox", name="self-harm")).not_to_be_checked()
    thread.locator("summary").click()
    expect(thread.get_by_text("What I did.")).to_be_visible()


def test_every_comment_leads_to_the_page_where_it_can_be_reported(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    write(thread, "Look at me.", "Wren")
    thread.get_by_role("link", name="Report the comment by Wren").click()
    expect(page.get_by_role("button", name="Send the report")).to_be_visible()


def test_answers_by_e_mail_can_be_asked_for_where_the_site_sends_mail(sqlite_url: str, page: Page) -> None:
    mail = {
        "smtp_host": "127.0.0.1",
        "mail_from": "c@blog.example",
        "public_url": "http://127.0.0.1/comments",
    }
    with elsewhere(sqlite_url, **mail) as there:
        thread = there.open(page)
        thread.get_by_label("Tell me about answers by e-mail").check()
        write(thread, "Tell me more.")
        expect(thread.get_by_label("E-mail", exact=True)).to_be_focused()
        expect(thread.locator("#email-wrong")).to_contain_text("or untick that")
        thread.get_by_label("E-mail", exact=True).fill("wren@example.org")
        thread.get_by_role("button", name="Post comment").click()
        expect(state(thread)).to_contain_text("published")


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


def test_the_keyboard_alone_is_enough(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    box(thread).focus()

    def tab_to(target: Locator) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if target.evaluate("node => node === node.getRootNode().activeElement"):
                return
        pytest.fail("the keyboard never gets there")

    page.keyboard.type("By hand.")
    tab_to(thread.get_by_label("Name"))
    page.keyboard.type("Wren")
    tab_to(thread.get_by_role("button", name="Post comment"))
    page.keyboard.press("Enter")
    expect(state(thread)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(thread.get_by_role("heading", name="Reply to Wren")).to_be_visible()
    page.keyboard.type("And I answer.")
    tab_to(thread.get_by_role("button", name="Post comment"))
    page.keyboard.press("Space")
    expect(thread.locator("li li article")).to_contain_text("And I answer.")


def test_more_comments_come_at_the_press_of_a_button(there: Elsewhere, page: Page) -> None:
    thread = there.open(page)
    for number in range(3):
        write(thread, f"Comment {number}.")
        expect(thread.locator("article")).to_have_count(number + 1)

    def in_two(route: Route) -> None:
        route.continue_(url=f"{route.request.url}&limit=2")

    page.route("**/api/v1/thread?**", in_two)
    thread = there.open(page)
    expect(thread.locator("article")).to_have_count(2)
    thread.get_by_role("button", name="Show more").click()
    expect(thread.locator("article")).to_have_count(3)
    expect(thread.locator("article").last).to_be_focused()
    expect(thread.get_by_role("button", name="Show more")).to_have_count(0)
