"""The JSON API: read, post, count and ask for a state; every refusal has a code and names its field."""

import pytest
from httpx2 import Response

from commentkit import Settings
from commentkit.service.house import House
from commentkit.store import threads
from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import dump

API = "/comments/api/v1"
BLOG = "https://blog.example"
SHAMING = "You're not really poly if you get jealous"


def token(site: Site, key: str = POST, **headers: str) -> str:
    """A fresh token for a thread that is there."""
    answer = site.client.get(f"{API}/form", params={"key": key}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["token"]
    return found


def send(site: Site, **given: object) -> Response:
    """Post a comment; its writer wants no advice unless a test says so."""
    return site.client.post(f"{API}/comments", json={"confirm": True, **given})


@pytest.fixture
def begun(site: Site) -> Site:
    """The blog, with a first comment."""
    site.post("The first.", name="Wren", website="https://wren.example")
    return site


def test_a_thread_is_read_in_page_order_with_true_parents(begun: Site) -> None:
    [first] = begun.ids()
    begun.reply(first, "An *answer*.", name="Pat")
    answer = begun.client.get(f"{API}/thread", params={"key": POST}).json()
    assert (answer["key"], answer["title"], answer["url"], answer["count"]) == (POST, "First light", POST, 2)
    one, two = answer["comments"]
    assert (one["name"], one["website"], one["html"]) == ("Wren", "https://wren.example", "<p>The first.</p>")
    assert (two["parent"], two["level"], two["html"]) == (first, 1, "<p>An <em>answer</em>.</p>")
    assert "The first." in begun.read(one["permalink"])


def test_a_comment_comes_with_its_small_picture(begun: Site) -> None:
    answer = begun.client.get(f"{API}/thread", params={"key": POST}).json()
    avatar = answer["comments"][0]["avatar"]
    assert 0 <= avatar["hue"] < 360
    cells = {tuple(cell) for cell in avatar["cells"]}
    assert cells <= {(x, y) for x in range(5) for y in range(5)}
    assert {(4 - x, y) for x, y in cells} == cells
    assert f'fill="hsl({avatar["hue"]} 45% 52%)"' in begun.read()


def test_a_preview_is_what_would_be_shown_and_stores_nothing(begun: Site) -> None:
    answer = begun.client.post(f"{API}/preview", json={"body": "It *was* <script>x</script>"})
    assert answer.status_code == 200
    assert answer.json()["html"].startswith("<p>It <em>was</em>")
    assert "<script" not in answer.json()["html"]
    assert answer.headers["cache-control"] == "no-store"
    assert len(begun.ids()) == 1
    empty = begun.client.post(f"{API}/preview", json={"body": " "})
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "body")
    foreign = begun.client.post(
        f"{API}/preview", json={"body": "Hello."}, headers={"Origin": "https://foreign.example"}
    )
    assert foreign.status_code == 403


def test_the_form_says_whether_answers_can_be_told_about(begun: Site) -> None:
    assert begun.client.get(f"{API}/form", params={"key": POST}).json()["answers"] is False


def test_a_hidden_comment_with_answers_is_a_place_without_words(begun: Site) -> None:
    [first] = begun.ids()
    begun.reply(first, "An answer.")
    begun.sign_in()
    begun.move(first, "hide")
    answer = begun.client.get(f"{API}/thread", params={"key": POST}).json()
    gone, kept = answer["comments"]
    assert answer["count"] == 1
    assert (gone["id"], gone["name"], gone["html"], gone["website"], gone["created_at"]) == (
        first,
        None,
        "",
        "",
        None,
    )
    assert kept["parent"] == first


def test_a_comment_is_posted_once_and_told_twice(begun: Site) -> None:
    given = {"token": token(begun), "name": "Pat", "body": "By a program."}
    first, second = send(begun, **given), send(begun, **given)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["status"] == "published"
    assert first.headers["cache-control"] == "no-store"
    assert "By a program." in begun.read(first.json()["permalink"])
    assert "Your comment is published" in begun.read(first.json()["receipt_url"])
    assert len(begun.ids()) == 2


def test_a_token_used_for_another_text_is_a_conflict_that_loses_nothing(begun: Site) -> None:
    used = token(begun)
    send(begun, token=used, body=SHAMING)
    answer = send(begun, token=used, body="Something else.")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["body"], told["first"]["status"]) == (
        "already-sent",
        "Something else.",
        "pending",
    )
    assert told["first"]["receipt"]  # with it the first can be changed
    assert answer.headers["cache-control"] == "no-store"
    assert send(begun, token=told["token"], body=told["body"]).status_code == 201


def test_a_comment_that_waits_says_why_and_shows_no_permalink(begun: Site) -> None:
    told = send(begun, token=token(begun), body=SHAMING).json()
    assert (told["status"], told["permalink"]) == ("pending", None)
    assert "putting somebody down" in told["why"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "n" * 81, "too-long"),
        ("email", "nobody", "not-an-email"),
        ("email", " wren@example.org", "wrong-pattern"),
        ("email", "w" * 20 + "@" + "e" * 250, "too-long"),
        ("website", "ftp://wren.example", "invalid-website"),
        ("website", "wren.example", "wrong-pattern"),
        ("website", "https://wren.example/" + "x" * 500, "too-long"),
        ("body", "", "required"),
        ("body", " \n\t\u200b\u3000", "required"),
        ("body", "y" * 20_001, "too-long"),
        ("body", "[" * 9000 + "](" * 3000, "markup-too-heavy"),
        ("parent", "0" * 30, "not-found"),
        ("parent", "no id!", "not-an-id"),
        ("body", 1, "wrong-type"),
        ("status", "published", "unknown-field"),
    ],
)
def test_what_is_wrong_is_told_by_code_and_field_and_nothing_is_stored(
    begun: Site, settings: Settings, field: str, value: object, code: str
) -> None:
    before = dump(settings.database_url)
    answer = send(begun, **{"token": token(begun), "body": "Hello.", field: value})
    told = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["code"]) == (422, "invalid-field")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [(field, code)]
    assert dump(settings.database_url) == before


def test_all_wrong_fields_are_told_at_once(begun: Site) -> None:
    told = send(begun, token=token(begun), body="", name="n" * 81, email="x", website="x y").json()
    assert {each["field"] for each in told["errors"]} == {"body", "name", "email", "website"}


def test_a_closed_thread_says_why(begun: Site) -> None:
    used = token(begun)

    async def close(house: House) -> None:
        async with house.db.write() as connection:
            found = await threads.find(connection, house.site, POST)
            assert found is not None
            await threads.change(connection, found.id, closed="Good night.")

    begun.run(close)
    answer = send(begun, token=used, body="Late.")
    assert (answer.status_code, answer.json()["code"]) == (403, "thread-closed")
    assert answer.json()["detail"] == "Good night."
    assert begun.client.get(f"{API}/thread", params={"key": POST}).json()["closed"] == "Good night."


def test_a_limit_says_when_to_come_back(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, post_limit="1/hour")) as site:
        site.post("The first.")
        answer = send(site, token=token(site), body="The second.")
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many")
        assert int(answer.headers["retry-after"]) > 0


def test_many_threads_are_counted_at_once(begun: Site) -> None:
    begun.post("The second.")
    begun.post(SHAMING)
    begun.post("Elsewhere.", path="/guest/other")
    keys = [POST, "/guest/other", "/nowhere"]
    answer = begun.client.get(f"{API}/counts", params={"key": keys})
    assert answer.json() == {"counts": {POST: 2, "/guest/other": 1, "/nowhere": 0}}


@pytest.mark.parametrize("keys", [[], [""], ["x" * 501], ["k"] * 101, ["a\0b"]])
def test_keys_that_cannot_be_are_not_counted(begun: Site, keys: list[str]) -> None:
    answer = begun.client.get(f"{API}/counts", params={"key": keys})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "key"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({}, "key", "required"),
        ({"key": ""}, "key", "required"),
        ({"key": "k" * 501}, "key", "too-long"),
        ({"key": ["a", "b"]}, "key", "twice"),
        ({"key": "a\0"}, "key", "invalid-character"),
        ({"key": POST, "title": "t" * 301}, "title", "too-long"),
        ({"key": POST, "url": "javascript:alert(1)"}, "url", "wrong-pattern"),
    ],
)
def test_a_question_that_cannot_be_is_told_its_field(
    begun: Site, query: dict[str, str | list[str]], field: str, code: str
) -> None:
    for place in ("thread", "form"):
        answer = begun.client.get(f"{API}/{place}", params=query)
        assert answer.status_code == 422
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]


def test_the_state_is_told_for_a_receipt_alone(begun: Site) -> None:
    receipt = send(begun, token=token(begun), body=SHAMING).json()["receipt"]
    for scheme in ("Bearer", "bearer"):
        answer = begun.client.get(f"{API}/state", headers={"Authorization": f"{scheme} {receipt}"})
        assert (answer.status_code, answer.json()["status"]) == (200, "pending")
        assert answer.json()["receipt"] is None
        assert answer.headers["cache-control"] == "no-store"
    [waiting] = begun.ids("waiting")
    begun.sign_in()
    begun.move(waiting, "publish")
    answer = begun.client.get(f"{API}/state", headers={"Authorization": f"Bearer {receipt}"})
    assert answer.json()["status"] == "published"
    assert answer.json()["permalink"] == f"/comments/c/{waiting}"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nothing", "Basic abc", "nothing"])
def test_without_a_receipt_nothing_is_told(begun: Site, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = begun.client.get(f"{API}/state", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "receipt-needed")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_who_has_the_newest_state_is_not_sent_it_again(begun: Site) -> None:
    first = begun.client.get(f"{API}/thread", params={"key": POST})
    ask = {"If-None-Match": first.headers["etag"]}
    again = begun.client.get(f"{API}/thread", params={"key": POST}, headers=ask)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    begun.post("Something new.")
    newer = begun.client.get(f"{API}/thread", params={"key": POST}, headers=ask)
    assert newer.status_code == 200
    assert newer.headers["etag"] != first.headers["etag"]


def test_a_thread_nobody_has_used_is_one_only_for_pages_of_a_listed_origin(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, origins=BLOG)) as site:
        query = {"key": "/new", "title": "New", "url": f"{BLOG}/new"}
        for origin in (None, ORIGIN, "https://foreign.example"):
            headers = {} if origin is None else {"Origin": origin}
            for place in ("thread", "form"):
                assert site.client.get(f"{API}/{place}", params=query, headers=headers).status_code == 404
        empty = site.client.get(f"{API}/thread", params=query, headers={"Origin": BLOG}).json()
        assert (empty["title"], empty["comments"]) == ("New", [])
        made = site.client.get(f"{API}/form", params=query, headers={"Origin": BLOG}).json()
        given = {"token": made["token"], "body": "The first of all.", made["trap"]: ""}
        sent = site.client.post(f"{API}/comments", json=given, headers={"Origin": BLOG})
        assert sent.status_code == 201
        known = site.client.get(f"{API}/thread", params={"key": "/new"}).json()
        assert (known["title"], known["count"]) == ("New", 1)
        assert f'href="{BLOG}/new"' in site.read(known["url"])  # our own page, which leads to the post


@pytest.mark.parametrize("url", ["https://foreign.example/", "http://[", "https://blog.example.evil/"])
def test_a_listed_page_may_not_give_another_sites_address(sqlite_url: str, url: str) -> None:
    with Site(make_settings(sqlite_url, origins=BLOG)) as site:
        query = {"key": "/new", "url": url}
        answer = site.client.get(f"{API}/thread", params=query, headers={"Origin": BLOG})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "url"


def test_what_one_page_says_of_a_thread_is_not_told_to_others(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, origins=BLOG)) as site:
        site.post("The first.")
        query = {"key": POST, "title": "Another title", "url": f"{BLOG}/another"}
        said = site.client.get(f"{API}/thread", params=query, headers={"Origin": BLOG})
        assert said.json()["title"] == "Another title"
        plain = site.client.get(f"{API}/thread", params={"key": POST})
        assert plain.json()["title"] == "First light"
        assert plain.headers["etag"] != said.headers["etag"]


def test_a_guest_author_may_answer_by_the_api_with_their_badge(begun: Site) -> None:
    begun.enter_as_guest()
    told = send(begun, token=token(begun), body="From the guest.", name="Somebody else").json()
    newest = begun.client.get(f"{API}/thread", params={"key": POST}).json()["comments"][-1]
    assert newest["id"] == told["id"]
    assert (newest["by_guest"], newest["name"]) == (True, "Robin Vale")
    begun.client.cookies.clear()
    send(begun, token=token(begun), body="From somebody.", name="Robin Vale (reader)")
    newest = begun.client.get(f"{API}/thread", params={"key": POST}).json()["comments"][-1]
    assert newest["by_guest"] is False


def test_the_document_states_the_settings_limits(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, body_max=500, require_name=True)) as site:
        document = site.client.get(f"{API}/openapi.json").json()
        comment = document["components"]["schemas"]["NewComment"]
        assert document["openapi"].startswith("3.1")
        assert document["servers"] == [{"url": "/comments/api/v1"}]
        assert comment["properties"]["body"]["maxLength"] == 500
        assert set(comment["required"]) == {"token", "body", "name"}
        site.post("Hello.", name="Wren")
        assert send(site, token=token(site), body="b" * 501, name="Wren").status_code == 422
        assert send(site, token=token(site), body="b").status_code == 422
        assert send(site, token=token(site), body="b", name="\u200b").status_code == 422
        assert send(site, token=token(site), body="b" * 500, name="Wren").status_code == 201
