"""The reader's pages: a thread, one comment in its place, the receipt; and the lists that are kept ready."""

import re
import sys

import pytest
from httpx2 import Response

from commentkit import Settings
from commentkit.service.house import House
from commentkit.store import threads
from commentkit.web.face import ListCache
from tests.site import GUEST, ORIGIN, POST, TITLE, Site, forms, make_settings
from tests.walk import dump, links

PAGE = f"/comments/thread?key={POST}"
SHAMING = "You're not really poly if you get jealous"


def test_a_thread_has_a_page_of_its_own_that_leads_to_the_post(site: Site) -> None:
    site.post("Hello.", name="Wren")
    page = site.read(PAGE)
    assert TITLE in page
    assert f'href="{POST}"' in page
    assert "Hello." in page
    assert site.post("From the page itself.", path=PAGE).status_code == 200
    assert "From the page itself." in site.read()


def test_a_permalink_shows_what_was_answered_and_the_answers(site: Site) -> None:
    site.post("The question.", name="Wren")
    [question] = site.ids()
    site.reply(question, "The answer.", name="Pat")
    answer = site.ids()[0]
    site.reply(answer, "Thanks.", name="Kit")
    page = site.read(f"/comments/c/{answer}")
    assert page.index("The question.") < page.index("The answer.") < page.index("Thanks.")
    assert f'href="{POST}?ck-comment={answer}#c-{answer}"' in page


def test_a_permalink_does_not_show_a_hidden_comment_beside_it(site: Site) -> None:
    site.post("The question.")
    [question] = site.ids()
    site.reply(question, "The answer.")
    answer = site.ids()[0]
    site.reply(answer, "The thanks.")
    thanks = site.ids()[0]
    site.sign_in()
    site.move(answer, "hide")
    site.client.cookies.clear()
    assert "The answer." not in site.read(f"/comments/c/{question}")
    assert "The answer." not in site.read(f"/comments/c/{thanks}")
    assert "A comment that stood here is not shown." in site.read()
    assert "The thanks." in site.read()


def test_a_reply_form_has_the_comment_in_sight(site: Site) -> None:
    site.post("The question.", name="Wren")
    [question] = site.ids()
    page = site.read(f"/comments/c/{question}/reply")
    assert "The question." in page
    [(_, fields)] = forms(page)
    assert fields["parent"] == question


def receipt_of(site: Site, body: str) -> Response:
    """Post; the receipt page."""
    receipt = site.post(body)
    assert receipt.status_code == 200
    return receipt


def test_a_receipt_tells_how_a_comment_stands_as_that_changes(site: Site) -> None:
    receipt = receipt_of(site, SHAMING)
    assert "Your comment is waiting" in receipt.text
    assert "not really poly" in receipt.text  # its writer may read it
    address = re.search(r"(http://testserver/comments/receipt/[\w-]+)", receipt.text)
    assert address is not None
    [comment] = site.ids("waiting")
    site.sign_in()
    for move, said in (
        ("publish", "Your comment is published"),
        ("hide", "A moderator has read it"),
        ("undo", "Your comment is published"),
        ("spam", "Your comment is not shown"),
    ):
        site.move(comment, move)
        assert said in site.read(address[1])


def test_nothing_is_told_of_a_receipt_that_is_not_known(site: Site) -> None:
    receipt = str(receipt_of(site, "Hello.").url)
    assert site.client.get(receipt[:-1]).status_code == 404
    assert site.client.get(f"{receipt}x").status_code == 404
    [comment] = site.ids()
    assert site.client.get(f"/comments/receipt/{comment}").status_code == 404


def test_the_same_form_again_leads_to_the_same_receipt(site: Site, settings: Settings) -> None:
    fields = {**site.form(), "body": "Sent twice."}
    first = site.send(fields).headers["location"]
    before = dump(settings.database_url)
    assert site.send(fields).headers["location"] == first
    assert dump(settings.database_url) == before


# --- the lists that are kept ready ------------------------------------------------------------------------


def test_a_write_shows_at_once_however_often_the_list_was_read(site: Site) -> None:
    site.post("First.")
    for _ in range(3):
        assert "First." in site.read()
    site.post("Second.")
    assert "Second." in site.read()
    assert "2 comments" in site.read()
    first = site.ids()[-1]
    site.sign_in()
    for move, there in (("hide", False), ("undo", True), ("spam", False), ("not-spam", True)):
        site.move(first, move)
        for address in (POST, PAGE):
            assert ("First." in site.read(address)) is there
        answer = site.client.get(f"/comments/api/v1/thread?key={POST}").text
        assert ("First." in answer) is there


def test_an_answer_shows_in_the_reply_link_that_the_thread_was_closed(site: Site) -> None:
    site.post("First.")
    assert "/reply" in site.read()

    async def close(house: House) -> None:
        async with house.db.write() as connection:
            found = await threads.find(connection, house.site, POST)
            assert found is not None
            await threads.change(connection, found.id, closed="Good night.")

    site.run(close)
    page = site.read()
    assert "Good night." in page
    assert "/reply" not in page


def test_lists_of_different_threads_and_bases_are_never_mixed(site: Site) -> None:
    site.post("On first light.")
    site.post("On second light.", path="/guest/second-light")
    for _ in range(2):
        assert "On second light." not in site.read()
        assert "On first light." not in site.read("/guest/second-light")
    other = site.client.get(PAGE, headers={"Host": "other.example"}).text
    assert all(link.startswith(("/", ORIGIN)) for link in links(other))


def test_a_kept_list_holds_nothing_of_a_moderator_or_guest(site: Site) -> None:
    site.post("Hello.")
    site.sign_in()
    site.enter_as_guest()
    as_guest = site.read()
    assert "You answer as" in as_guest
    site.client.cookies.clear()
    as_reader = site.read()
    assert "You answer as" not in as_reader
    assert as_guest.partition("<form")[0] == as_reader.partition("<form")[0]


@pytest.mark.parametrize("size", [0, 3000])
def test_lists_are_shown_whatever_memory_there_is_for_them(sqlite_url: str, size: int) -> None:
    with Site(make_settings(sqlite_url, cache_bytes=size)) as site:
        for number in range(5):
            site.post(f"𝄞 number {number}.", path=f"/guest/{number}")
        for number in (0, 1, 2, 3, 4, 0, 0, 4):
            assert f"𝄞 number {number}." in site.read(f"/guest/{number}")


def test_the_badge_is_explained_by_the_guests_name_on_the_page(site: Site) -> None:
    site.enter_as_guest()
    assert GUEST in site.read()


@pytest.mark.parametrize("letter", ["a", "é", "中", "𝄞"])
def test_kept_lists_never_take_more_memory_than_they_may(letter: str) -> None:
    kept = ListCache(100_000)
    for number in range(50):
        kept.put((number,), letter * 9000)
        kept.put((number,), letter * 10_000)  # once more, as after a write
    held = [found for number in range(50) if (found := kept.get((number,))) is not None]
    assert 0 < sum(map(sys.getsizeof, held)) <= 100_000
    assert kept.get((49,)) is not None  # the newest
    assert kept.get((0,)) is None
    kept.put(("too large",), letter * 200_000)
    assert kept.get(("too large",)) is None
