"""The language that readers are spoken to in: by the address, the setting or the browser. The desk's is English."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from commentkit import Comments, Settings
from tests.site import ORIGIN, POST, Site, comment_form, forms, make_settings
from tests.walk import links

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
HERE = "/comments/~de"
THREAD = f"{HERE}/thread?key={POST}"
SECURITY = (
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-robots-tag",
    "cross-origin-opener-policy",
    "cache-control",
)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A blog with one comment, and an answer without a name."""
    with Site(make_settings(sqlite_url, warnings=["abuse"])) as site:
        site.post("Hello there.", name="Wren")
        [comment] = site.ids()
        site.reply(comment, "And hello to you.")
        yield site


def in_german(page: str) -> bool:
    """Whether a page says that it is in German, and is."""
    return '<html lang="de" dir="ltr">' in page and "Zum Inhalt springen" in page


def send(site: Site, page: str, **fields: str) -> Response:
    """Fill in the form of a page and send it to where it says."""
    action = next(action for action, _ in forms(page) if action.endswith("/post"))
    return site.client.post(
        action, data={**comment_form(page), **fields}, headers={"Origin": ORIGIN}, follow_redirects=False
    )


# --- which language ---


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/data",
        "/thread?key=" + POST,
        "/nowhere",
        "/c/{id}",
        "/c/{id}/reply",
        "/c/{id}/report",
        "/thread?key=/no",
    ],
)
def test_below_its_tag_every_page_speaks_the_language_and_leads_on_in_it(site: Site, path: str) -> None:
    for comment in site.ids():
        page = site.client.get(HERE + path.format(id=comment)).text
        assert in_german(page)
        own = [urlsplit(each).path for each in links(page) if each.startswith("/comments")]
        own += [urlsplit(action).path for action, _ in forms(page) if action]
        assert own
        assert [each for each in own if not each.startswith(f"{HERE}/")] == []


def test_the_address_goes_before_the_browser(site: Site) -> None:
    assert '<html lang="en"' in site.client.get("/comments/~en/data", headers=GERMAN).text
    assert in_german(site.client.get(f"{HERE}/data", headers={"Accept-Language": "en"}).text)


@pytest.mark.parametrize("tag", ["~tlh", "~", "~DE", "~de~", "de", "~~de", "~../x"])
def test_below_a_language_that_there_is_not_there_is_nothing(site: Site, tag: str) -> None:
    response = site.client.get(f"/comments/{tag}/data")
    assert response.status_code == 404
    assert '<html lang="en"' in response.text


def test_a_language_stands_in_an_address_once(site: Site) -> None:
    assert site.client.get(f"{HERE}/~de/data").status_code == 404


def test_else_the_browser_chooses_and_caches_are_told(site: Site) -> None:
    german, english = site.client.get("/comments/data", headers=GERMAN), site.client.get("/comments/data")
    assert in_german(german.text)
    assert '<html lang="en"' in english.text
    for response in (german, english):
        assert "Accept-Language" in response.headers["vary"]
    assert "Accept-Language" not in site.client.get(f"{HERE}/data", headers=GERMAN).headers.get("vary", "")


def test_the_sites_language_goes_before_the_browsers(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, language="de")) as site:
        response = site.client.get("/comments/data", headers={"Accept-Language": "en"})
        assert in_german(response.text)
        assert "Accept-Language" not in response.headers.get("vary", "")
        assert '<html lang="en"' in site.client.get("/comments/~en/data").text
        assert "Schreib einen Kommentar" in site.read()


def test_a_language_that_there_is_not_is_no_setting(sqlite_url: str) -> None:
    with pytest.raises(ValueError, match="this language is not there; there are"):
        make_settings(sqlite_url, language="tlh")


# --- a host's own page ---


class Host:
    """A page of a blog that says its language itself."""

    def __init__(self, settings: Settings, language: str) -> None:
        self.comments, self.language = Comments(settings, work=False), language
        routes = [
            Mount("/comments", self.comments),
            Route("/recent", self._recent),
            Route("/{slug}", self._page),
        ]
        self.client = TestClient(Starlette(routes=routes, lifespan=self.comments.lifespan))

    async def _page(self, request: Request) -> HTMLResponse:
        thread = await self.comments.html(request, POST, title="Erstes Licht", language=self.language)
        return HTMLResponse(f"<!doctype html><html lang=en><title>x</title><main>{thread}</main>")

    async def _recent(self, request: Request) -> JSONResponse:
        recent = await self.comments.recent(request, language=self.language)
        return JSONResponse([[each.name, each.said, each.permalink] for each in recent])


def test_a_page_says_which_language_its_thread_speaks(site: Site, sqlite_url: str) -> None:
    host = Host(make_settings(sqlite_url), "de")
    with host.client:
        page = host.client.get("/page", headers={"Accept-Language": "en"}).text
        assert '<section id="commentkit" class="commentkit" lang="de" dir="ltr"' in page
        assert "2 Kommentare" in page
        assert "Schreib einen Kommentar" in page
        assert f'action="{HERE}/post"' in page
        recent = host.client.get("/recent").json()
        assert recent[0][0] == "Anonym"
        assert re.search(r"^\d+\. \w+ \d{4}, \d\d:\d\d UTC$", recent[0][1])


def test_a_page_that_says_none_speaks_the_browsers(site: Site) -> None:
    page = site.client.get(POST, headers=GERMAN).text
    assert 'lang="de" dir="ltr"' in page
    assert 'action="/comments/post"' in page
    english = site.read()
    assert '<section id="commentkit" class="commentkit" lang="en" dir="ltr"' in english
    assert "2 comments" in english


def test_a_page_can_not_say_a_language_that_there_is_not(site: Site, sqlite_url: str) -> None:
    host = Host(make_settings(sqlite_url), "tlh")
    with host.client:
        for path in ("/page", "/recent"):
            with pytest.raises(ValueError, match="the languages are"):
                host.client.get(path)


def test_links_to_another_host_keep_the_language(sqlite_url: str) -> None:
    talk = "http://testserver/comments"
    with Site(make_settings(sqlite_url, public_url=talk)) as site:
        site.post("Hello there.")
        page = site.read(THREAD)
        assert in_german(page)
        assert f'action="{talk}/~de/post"' in page
        own = [each for each in links(page) if each.startswith(talk)]
        assert own
        assert [each for each in own if not each.startswith(f"{talk}/~de/")] == []
        assert f'action="{talk}/post"' in site.read(f"/comments/thread?key={POST}")


# --- what people do ---


def test_who_posts_in_german_is_told_so_in_german(site: Site) -> None:
    page = site.read(THREAD)
    preview = send(site, page, body="*Hallo*", action="preview")
    assert "Vorschau: noch nicht abgeschickt" in preview.text
    response = send(site, preview.text, body="Hallo zusammen.", action="post")
    assert response.status_code == 303
    assert response.headers["location"].startswith(f"{HERE}/receipt/")
    receipt = site.client.get(response.headers["location"])
    assert in_german(receipt.text)
    assert "Hallo zusammen." in site.read()


def test_what_is_refused_is_shown_again_in_german(site: Site) -> None:
    response = send(site, site.read(THREAD), body="Ein langer Text.", email="not one")
    assert response.status_code == 422
    assert in_german(response.text)
    assert comment_form(response.text)["body"] == "Ein langer Text."
    assert f'action="{HERE}/post"' in response.text


def test_a_form_that_comes_twice_is_told_of_in_german(site: Site) -> None:
    page = site.read(THREAD)
    send(site, page, body="Das Erste.")
    again = send(site, page, body="Das Zweite.")
    assert again.status_code == 409
    assert "Was zuerst geschickt wurde" in again.text
    assert "Dein Kommentar ist veröffentlicht." in again.text


def test_a_lost_form_speaks_german(site: Site) -> None:
    response = site.client.post(
        f"{HERE}/post", data={"token": "forged", "body": "Mein Text"}, headers={"Origin": ORIGIN}
    )
    assert response.status_code == 403
    assert "Dein Text ist in Sicherheit" in response.text
    assert "Mein Text" in response.text


def test_a_report_and_thanks_lead_on_in_german(site: Site) -> None:
    comment = site.ids()[0]
    path = f"{HERE}/c/{comment}"
    assert "Warum meldest du ihn?" in site.read(f"{path}/report")
    sent = site.client.post(
        f"{path}/report", data={"reason": "other"}, headers={"Origin": ORIGIN}, follow_redirects=False
    )
    assert sent.headers["location"] == f"{path}/report?sent=yes"
    thanked = site.client.post(
        f"{path}/thanks", data={"thanks": "give"}, headers={"Origin": ORIGIN}, follow_redirects=False
    )
    assert thanked.status_code == 303
    # what one device said is put into a list that is kept ready for all
    assert "Du hast gesagt, das spricht dir aus der Seele. Zurücknehmen" in site.read(THREAD)
    assert "You said this rings true. Take it back</button>" in site.read()


def test_a_guest_author_is_greeted_in_german_and_led_to_the_post(site: Site) -> None:
    site.enter_as_guest()
    page = site.read(THREAD)
    assert "Du antwortest als <strong>" in page
    assert '<span class="ck-badge">Schrieb den Gastbeitrag</span>' in page


# --- the desk ---


@pytest.mark.parametrize("path", ["/desk", "/desk/people", "/desk/history", "/desk/nowhere", "/desk/sign-in"])
@pytest.mark.parametrize("base", ["/comments", HERE])
def test_the_desk_is_english_whoever_asks(site: Site, base: str, path: str) -> None:
    assert '<html lang="en" dir="ltr">' in site.client.get(base + path, headers=GERMAN).text
    site.sign_in()
    page = site.client.get(base + path, headers=GERMAN).text
    assert '<html lang="en" dir="ltr">' in page
    assert "Zum Inhalt" not in page


def test_the_desk_stays_english_on_a_german_site(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, language="de")) as site:
        site.post("Hello there.")
        site.sign_in()
        assert '<html lang="en"' in site.read("/comments/desk")
        assert "Schreib einen Kommentar" in site.read()


def test_what_a_moderator_sees_on_a_german_page_says_that_it_is_english(site: Site) -> None:
    site.sign_in()
    page = site.read(f"{HERE}/c/{site.ids()[0]}")
    assert in_german(page)
    assert 'aria-label="For moderators" lang="en" dir="ltr">' in page


# --- what is kept ready ---


def test_a_list_kept_ready_in_one_language_is_not_shown_in_another(site: Site) -> None:
    for _ in range(2):
        assert '<bdi lang="">Anonymous</bdi>' in site.read()
        assert '<bdi lang="">Anonym</bdi>' in site.client.get(POST, headers=GERMAN).text
        assert "Anonymous" not in site.client.get(POST, headers=GERMAN).text


def test_a_program_that_has_the_english_answer_gets_the_german_one(site: Site) -> None:
    address = f"/comments/api/v1/thread?key={POST}"
    english, german = site.client.get(address), site.client.get(address, headers=GERMAN)
    assert {each["name"] for each in english.json()["comments"]} == {"Wren", "Anonymous"}
    assert {each["name"] for each in german.json()["comments"]} == {"Wren", "Anonym"}
    tags = {each.headers["etag"] for each in (english, german)}
    assert len(tags) == 2
    again = site.client.get(address, headers={**GERMAN, "If-None-Match": english.headers["etag"]})
    assert again.status_code == 200
    assert (
        site.client.get(address, headers={**GERMAN, "If-None-Match": german.headers["etag"]}).status_code
        == 304
    )
    for response in (english, german):
        assert {"Accept-Language", "Origin"} <= set(re.split(r",\s*", response.headers["vary"]))


def test_a_feed_has_one_state_in_each_language(site: Site) -> None:
    site.post("Mind this.", **{"warning.abuse": "yes"})
    english, german = (site.client.get(f"{base}/feed?key={POST}") for base in ("/comments", HERE))
    assert "Anonymous on First light" in english.text
    assert "Content warning: abuse." in english.text
    assert "Anonym zu First light" in german.text
    assert "Inhaltswarnung: abuse." in german.text
    assert "Mind this." not in german.text
    assert english.headers["etag"] != german.headers["etag"]
    assert f"{HERE}/feed?key=" in site.read(THREAD)


def test_news_of_a_thread_and_its_numbers_are_below_the_tag_too(site: Site) -> None:
    counts = site.client.get(f"{HERE}/api/v1/counts?key={POST}").json()
    assert counts == {"counts": {POST: 2}}
    recent = site.client.get(f"{HERE}/api/v1/recent?key={POST}").json()["comments"]
    assert recent[0]["name"] == "Anonym"


# --- what is not ours to say ---


def test_nobodys_own_words_are_said_to_be_in_our_language(site: Site) -> None:
    page = site.read(THREAD)
    bodies = re.findall(r'<div class="ck-body"[^>]*>', page)
    assert bodies == ['<div class="ck-body" dir="auto" lang="" data-xss-body>'] * 2
    assert '<bdi lang="">Wren</bdi>' in page


def test_times_are_written_as_the_language_writes_them(site: Site) -> None:
    moment = r'<time datetime="[^"]+">'
    assert re.search(moment + r"\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC</time>", site.read())
    assert re.search(moment + r"\d+\. [A-Z]\w+ \d{4}, \d\d:\d\d UTC</time>", site.read(THREAD))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/data",
        f"/thread?key={POST}",
        "/nowhere",
        "/desk/sign-in",
        "/api/v1/nowhere",
        "/static/thread.js",
    ],
)
def test_the_headers_below_a_tag_are_those_of_the_page_above(site: Site, path: str) -> None:
    above, below = site.client.get(f"/comments{path}"), site.client.get(HERE + path)
    assert above.status_code == below.status_code
    for name in SECURITY:
        assert above.headers.get(name) == below.headers.get(name), name


def test_the_data_page_says_the_same_in_german(site: Site) -> None:
    english, german = site.read("/comments/data"), site.read(f"{HERE}/data")
    assert german.count("<tr>") == english.count("<tr>")
    assert "Deine E-Mail-Adresse wird nicht veröffentlicht." in site.read(THREAD)
    assert "so that" not in german


def test_the_sites_guidelines_are_introduced_in_german(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, guidelines="https://blog.example/kind")) as site:
        for _ in range(2):
            assert 'Please read the <a href="https://blog.example/kind"' in site.read()
            german = site.client.get(POST, headers=GERMAN).text
            assert 'Bitte lies die <a href="https://blog.example/kind"' in german
