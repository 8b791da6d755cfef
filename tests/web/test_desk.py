"""The moderator's desk through its pages: what needs a person, the words marked, every move, undo and the history."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

import pytest
from httpx2 import Response

from commentkit import Finding, Submission, Weight
from commentkit.testing import AkismetStandIn
from tests.site import ORIGIN, POST, TITLE, Site, forms, make_settings

SHAMING = "You're not really poly if you get jealous"
DESK = "/comments/desk"


@pytest.fixture
def held(sqlite_url: str) -> Iterator[Site]:
    """A blog where a moderator reads everything first, and Mo is signed in."""
    with Site(make_settings(sqlite_url, publishing="hold-all")) as started:
        started.sign_in()
        yield started


def buttons(page: str) -> list[str]:
    """The moves that a page offers."""
    return re.findall(r'<button name="move" value="([a-z-]+)"', page)


def order(page: str) -> list[str]:
    """The comments of a list, in its order."""
    return re.findall(r'<article [^>]*aria-labelledby="e-([0-9a-f]+)"', page)


def press(site: Site, page: str, move: str, comment: str) -> Response:
    """Press a button on a page as it was loaded."""
    path, fields = next(each for each in forms(page) if each[0].endswith(f"/desk/comments/{comment}"))
    sent = {**fields, "move": move}
    return site.client.post(path, data=sent, headers={"Origin": ORIGIN}, follow_redirects=False)


def test_it_is_for_moderators_alone(site: Site) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    for path in ("", "/spam", "/history", "/people", f"/comments/{comment}", "/nowhere"):
        answer = site.client.get(f"{DESK}{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{DESK}/sign-in")
    for path in (f"/comments/{comment}", "/sign-out", "/people/guest", "/people/end"):
        assert site.client.post(f"{DESK}{path}", data={"move": "hide", "version": "1"}).status_code == 403
    assert site.ids() == [comment]


def test_a_guests_sign_in_opens_no_desk(site: Site) -> None:
    site.enter_as_guest()
    assert site.client.get(DESK, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("csrf", ["", "wrong", "ünglücklich", None, "another browser's"])
def test_no_form_of_the_desk_works_without_its_own_token(site: Site, csrf: str | None) -> None:
    site.post("Hello.")
    [comment] = site.ids()
    if csrf == "another browser's":
        site.sign_in("Ada")
        csrf = next(fields["csrf"] for _, fields in forms(site.read(DESK)) if "csrf" in fields)
    site.sign_in("Mo")
    people = site.read(f"{DESK}/people")
    for path, given in (
        (f"/comments/{comment}", {"move": "hide", "version": "1"}),
        ("/people/guest", {"key": POST, "name": "Robin"}),
        ("/people/end", {"visit": "1"}),
        ("/sign-out", {"really": "yes"}),
    ):
        data = given if csrf is None else {**given, "csrf": csrf}
        answer = site.client.post(f"{DESK}{path}", data=data, headers={"Origin": ORIGIN})
        assert answer.status_code == 403, path
    assert site.ids() == [comment]
    assert site.read(f"{DESK}/people") == people


MOVES = [
    ([], {"publish", "hide", "spam"}, "waiting"),
    (["publish"], {"hide", "spam", "undo"}, "published"),
    (["hide"], {"publish", "spam", "undo"}, "hidden"),
    (["spam"], {"not-spam", "undo"}, "spam"),
    (["spam", "not-spam"], {"hide", "spam", "undo"}, "published"),
    (["publish", "hide"], {"publish", "spam", "undo"}, "hidden"),
    (["publish", "hide", "publish"], {"hide", "spam", "undo"}, "published"),
    (["hide", "spam"], {"not-spam", "undo"}, "spam"),
    (["publish", "spam"], {"not-spam", "undo"}, "spam"),
    (["publish", "undo"], {"publish", "hide", "spam"}, "waiting"),
    (["publish", "hide", "undo"], {"hide", "spam", "undo"}, "published"),
    (["publish", "hide", "undo", "undo"], {"publish", "hide", "spam"}, "waiting"),
    (["spam", "undo"], {"publish", "hide", "spam"}, "waiting"),
]


@pytest.mark.parametrize(
    ("pressed", "offered", "stands"), MOVES, ids=[", then ".join(each[0]) or "new" for each in MOVES]
)
def test_every_button_does_what_it_says_and_only_possible_ones_are_there(
    held: Site, pressed: Sequence[str], offered: set[str], stands: str
) -> None:
    held.post("Where do I stand?")
    [comment] = held.ids("waiting")
    for move in pressed:
        page = held.read(f"{DESK}/comments/{comment}")
        assert press(held, page, move, comment).status_code == 303
    page = held.read(f"{DESK}/comments/{comment}")
    assert set(buttons(page)) == offered
    assert f"This comment is {stands}" in page
    assert held.ids(stands) == [comment]
    assert ("Where do I stand?" in held.read(POST)) is (stands == "published")


def test_a_move_that_is_not_offered_is_refused_in_words(held: Site) -> None:
    held.post("Hello.")
    [comment] = held.ids("waiting")
    page = held.read(f"{DESK}/comments/{comment}")
    assert press(held, page, "not-spam", comment).status_code == 403
    assert press(held, page, "undo", comment).status_code == 403
    for wrong in ({"move": "erase"}, {"version": "x"}, {"version": "9" * 5000}, {"move": ""}):
        assert held.move(comment, **{"move": "hide", **wrong}).status_code in {400, 409}
    assert held.ids("waiting") == [comment]


def test_a_list_says_what_was_done_and_offers_to_undo_it(held: Site) -> None:
    held.post("Hello.", name="Wren")
    [comment] = held.ids("waiting")
    moved = press(held, held.read(f"{DESK}/waiting"), "hide", comment)
    page = held.read(moved.headers["location"])
    assert re.search(r"Wren</bdi> is now <strong>hidden</strong>", page)
    assert press(held, page, "undo", comment).status_code == 303
    assert held.ids("waiting") == [comment]


def test_where_a_comment_stays_as_it_is_the_list_says_what_was_done(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, publishing="hold-all", warnings=("violence",))) as site:
        site.post("Hello.", name="Wren")
        site.sign_in("Mo")
        [comment] = site.ids("waiting")
        said = f"{DESK}/published?done={comment}"
        site.move(comment, "publish")
        assert "Wren</bdi> is now <strong>published" in site.read(said)
        site.move(comment, "warn", **{"warning.violence": "yes"})
        page = site.read(said)
        assert "stays <strong>published</strong>: <bdi>Mo</bdi> changed the content warning." in page


def test_a_move_keeps_its_note_for_the_other_moderators_alone(held: Site) -> None:
    held.post("Hello.")
    [comment] = held.ids("waiting")
    held.move(comment, "publish", note="I *know* <her>.")
    for path in (f"{DESK}/comments/{comment}", f"{DESK}/published", f"{DESK}/history"):
        assert "I *know* &lt;her&gt;." in held.read(path)
    assert "know" not in held.read(POST)
    too_long = held.move(comment, "hide", note="n" * 2001)
    assert too_long.status_code == 403
    assert "n" * 2001 in too_long.text
    assert held.ids("published") == [comment]


def test_flagged_words_are_marked_with_their_reason_and_what_the_writer_was_told(held: Site) -> None:
    held.post(f"Hm. {SHAMING}, I think.")
    page = unescape(held.read(DESK))
    raw = page.partition('<div class="ck-raw"')[2].partition("</div>")[0]
    assert re.search(r"Hm\. <mark>You're not really poly", raw)
    reasons = page.partition('<ul class="ck-findings">')[2].partition("</ul>")[0]
    assert "gatekeeping" in reasons
    assert re.search(r"</mark> – \w.*\.", reasons)  # a sentence
    assert "Some of its words could be read as putting somebody down" in page


class Spans:
    """A check that marks given spans."""

    name = "spans"

    def __init__(self, *spans: tuple[int, int]) -> None:
        self._spans = spans

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Report them all."""
        return [
            Finding("spans", f"rule-{start}", f"Because of {start}.", Weight.HOLD, start=start, end=end)
            for start, end in self._spans
        ]


@pytest.mark.parametrize(
    ("text", "spans", "marked"),
    [
        ("one two three", [(4, 7)], ["two"]),
        ("one two three", [(0, 3)], ["one"]),
        ("one two three", [(8, 13)], ["three"]),
        ("one two three", [(0, 13)], ["one two three"]),
        ("one two three", [(0, 7), (4, 13)], ["one ", "two", " three"]),
        ("one two three", [(0, 13), (4, 7)], ["one ", "two", " three"]),
        ("one two three", [(4, 7), (4, 7)], ["two"]),
        ("𝄞𝄞 clef 𝄞", [(3, 7), (8, 9)], ["clef", "𝄞"]),
        ("<b>&amp;</b>", [(0, 3), (3, 8)], ["<b>", "&amp;"]),
    ],
)
def test_marks_stand_exactly_where_the_finding_is(
    sqlite_url: str, text: str, spans: list[tuple[int, int]], marked: list[str]
) -> None:
    with Site(make_settings(sqlite_url), checks=[Spans(*spans)]) as site:
        site.post(text)
        site.sign_in()
        page = site.read(DESK)
        raw = page.partition('<div class="ck-raw" dir="auto">')[2].partition("</div>")[0]
        assert [unescape(each) for each in re.findall("<mark>(.*?)</mark>", raw)] == marked
        assert unescape(re.sub("</?mark>", "", raw)) == text  # not a letter more or less
        for start, _ in spans:
            assert f"Because of {start}." in page


def test_what_a_comment_answers_is_in_sight_with_where_it_stands(held: Site) -> None:
    held.post("What was asked.", name="Wren")
    [parent] = held.ids("waiting")
    held.move(parent, "publish")
    held.reply(parent, "What is answered.", name="Pat")
    page = held.read(DESK)
    assert "What was asked." in page
    assert "In reply to <bdi>Wren</bdi></summary>" in page
    held.move(parent, "hide")
    assert "In reply to <bdi>Wren</bdi> (hidden)</summary>" in held.read(DESK)


def test_akismets_verdict_is_there(checked_site: Site, akismet: AkismetStandIn) -> None:
    checked_site.post("Please buy now", name="akismet-guaranteed-spam")
    checked_site.post("Hello there.")
    checked_site.sign_in()
    assert "Akismet is certain that this is spam." in checked_site.read(f"{DESK}/spam")
    assert "tip: discard" in checked_site.read(f"{DESK}/spam")
    assert "Akismet does not think that this is spam." in checked_site.read(f"{DESK}/published")


def test_overturning_akismet_teaches_it_and_undo_teaches_it_back(
    checked_site: Site, akismet: AkismetStandIn
) -> None:
    checked_site.post("A kind word.", name="akismet-guaranteed-spam")
    [comment] = checked_site.ids("spam")
    checked_site.sign_in()
    for move in ("not-spam", "undo"):
        checked_site.move(comment, move)
        checked_site.work()
    assert [each.endpoint for each in akismet.received] == ["comment-check", "submit-ham", "submit-spam"]
    assert akismet.received[0].fields == akismet.received[1].fields == akismet.received[2].fields


def test_who_was_slower_is_told_who_did_what_and_keeps_the_note(held: Site) -> None:
    held.post("Two read me.")
    [comment] = held.ids("waiting")
    seen_by_mo, mo = held.read(f"{DESK}/waiting"), dict(held.client.cookies)
    held.client.cookies.clear()
    held.sign_in("Ada")
    held.move(comment, "spam")
    held.client.cookies.clear()
    held.client.cookies.update(mo)
    path, fields = next(each for each in forms(seen_by_mo) if each[0].endswith(comment))
    sent = {**fields, "move": "publish", "note": "Kind words."}
    answer = held.client.post(path, data=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 409
    assert "Ada was quicker and marked it as spam." in answer.text
    assert "Kind words." in answer.text
    assert "This comment is spam" in answer.text
    assert held.ids("spam") == [comment]


def test_waiting_has_flagged_words_first_then_who_waited_longest(held: Site) -> None:
    for text in ("First.", "Second.", SHAMING, "Fourth."):
        held.post(text)
    page = held.read(DESK)
    places = [page.index(f">{text}") for text in ("First.", "Second.", "Fourth.")]
    assert page.index("<mark>") < places[0] < places[1] < places[2]


def test_the_other_lists_have_the_newest_first(held: Site) -> None:
    for text in ("First.", "Second."):
        held.post(text)
    first, second = order(held.read(DESK))
    for move, name in (("publish", "published"), ("hide", "hidden"), ("spam", "spam")):
        for comment in (first, second):
            held.move(comment, move)
        assert order(held.read(f"{DESK}/{name}")) == [second, first]


def test_lists_and_history_have_pages(held: Site) -> None:
    for number in range(31):
        held.post(f"Number {number}.")
    pages = [order(held.read(f"{DESK}/waiting?page={page}")) for page in (1, 2, 3)]
    assert [len(each) for each in pages] == [30, 1, 0]
    assert len({*pages[0], *pages[1]}) == 31
    assert 'href="?page=2"' in held.read(DESK)
    assert 'href="?page=1"' in held.read(f"{DESK}/waiting?page=2")
    for comment in pages[0]:
        held.move(comment, "publish")
        held.move(comment, "hide")
    held.move(pages[1][0], "publish")
    history = [held.read(f"{DESK}/history?page={page}").count("<tr>") - 1 for page in (1, 2)]
    assert history == [60, 1]


def test_the_history_says_which_moderator_decided_what_and_only_grows(held: Site) -> None:
    held.post("Hello.")
    [comment] = held.ids("waiting")
    held.move(comment, "publish")
    held.move(comment, "undo")
    page = held.read(f"{DESK}/history").partition("<tbody>")[2]
    assert page.count("<bdi>Mo</bdi>") == 2  # what the checks did stands on the comment's own page
    assert re.search(r"published it.*waiting → published", page)
    assert re.search(r"took a decision back.*published → waiting", page)


def test_a_comment_can_be_hidden_from_its_own_page_by_moderators_only(site: Site) -> None:
    site.post("Over here.")
    [comment] = site.ids()
    permalink = f"/comments/c/{comment}"
    assert "Hide" not in site.read(permalink)
    site.sign_in()
    page = site.read(permalink)
    assert buttons(page) == ["hide"]
    assert press(site, page, "hide", comment).status_code == 303
    assert buttons(site.read(permalink)) == []  # Mo still sees it, and that it is hidden
    assert "hidden" in site.read(permalink)
    site.client.cookies.clear()
    hidden, absent = site.client.get(permalink), site.client.get(f"/comments/c/{'0' * 30}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert hidden.headers == absent.headers


def test_a_guests_link_made_at_the_desk_lets_them_answer_with_a_badge(site: Site) -> None:
    site.post("Thank you, Robin.")
    site.sign_in()
    path, fields = next(each for each in forms(site.read(f"{DESK}/people")) if each[0].endswith("/guest"))
    made = site.client.post(
        path, data={**fields, "key": POST, "name": "Robin Vale"}, headers={"Origin": ORIGIN}
    )
    link = re.search(r">\s*(http[^<]*/guest/[^<]+)<", made.text)
    assert link is not None
    assert link[1] not in site.read(f"{DESK}/people")  # it is shown once
    site.client.cookies.clear()
    assert "Robin Vale" in site.read(link[1])
    entered = site.client.post(link[1], headers={"Origin": ORIGIN}, follow_redirects=False)
    assert entered.headers["location"] == f"{POST}#commentkit"
    site.post("And thank you for reading.", name="Somebody else")
    assert site.read().partition("<form")[0].count("ck-badge") == 1


@pytest.mark.parametrize(
    ("key", "name", "code"), [("/nowhere", "Robin", 404), (POST, " ", 403), (POST, "r" * 81, 403)]
)
def test_a_link_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    site: Site, key: str, name: str, code: int
) -> None:
    site.post("Hello.")
    site.sign_in()
    path, fields = next(each for each in forms(site.read(f"{DESK}/people")) if each[0].endswith("/guest"))
    answer = site.client.post(path, data={**fields, "key": key, "name": name}, headers={"Origin": ORIGIN})
    assert answer.status_code == code
    assert f'value="{key}"' in answer.text
    assert f'value="{name}"' in answer.text


def test_what_was_found_in_a_changed_text_is_told_as_fully_as_in_a_new_one(site: Site) -> None:
    shaming = "You're not really poly if you get jealous"
    site.post(shaming)
    path = str(site.post("A kind word.").url).removeprefix(ORIGIN)
    [(_, fields)] = [each for each in forms(site.read(f"{path}/edit")) if "/edit" in each[0]]
    shown = site.client.post(f"{path}/edit", data={**fields, "body": shaming}, headers={"Origin": ORIGIN})
    [(_, fields)] = [each for each in forms(shown.text) if "/edit" in each[0]]
    site.client.post(f"{path}/edit", data=fields, headers={"Origin": ORIGIN})
    site.sign_in()
    page = site.read(DESK)
    new, changed = page.split("</article>")[:2]
    assert "changed the text to this" in changed
    for each in (new, changed):
        assert each.count('class="ck-entry ck-flagged"') == 1
        found = each[each.index('<ul class="ck-findings">') :]
        assert re.search(r'<span class="ck-hint">gatekeeping, likely, rule [^<]+</span>', found)
        assert "What was looked at" in found


def test_the_thread_of_a_guests_link_is_chosen_from_a_list(site: Site) -> None:
    site.post("Hello.")
    site.sign_in()
    page = site.read(f"{DESK}/people")
    assert 'list="ck-threads"' in page
    assert f'<option value="{POST}">{TITLE}</option>' in page
