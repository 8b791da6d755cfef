"""Being known again: by an address that its holder confirmed, on the device on which they did; by nothing else."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from commentkit.service import moderator
from commentkit.store import threads
from commentkit.testing import FakeClock
from tests.mailserver import ADDRESS, MailServer, link, mail_settings, press, words
from tests.site import ORIGIN, Site, comment_form, forms
from tests.writing import every_row

WREN = {"name": "Wren", "email": ADDRESS}
FIRST = {**WREN, "known": "yes"}


def publish(site: Site) -> str:
    """A moderator publishes what waits; its id."""
    mine = dict(site.client.cookies)
    site.client.cookies.clear()
    site.sign_in()
    [waiting] = site.ids("waiting")
    site.move(waiting, "publish")
    site.client.cookies.clear()
    site.client.cookies.update(mine)
    site.work()
    return waiting


@pytest.fixture
def held(database_url: str, server: MailServer, clock: FakeClock) -> Iterator[Site]:
    """A site that holds first comments, where one was published whose writer wants to be known again."""
    with Site(mail_settings(database_url, server, publishing="hold-first"), clock=clock) as site:
        site.post("My first.", **FIRST)
        site.work()
        assert server.mails == []  # no robot can have mails sent to others
        publish(site)
        site.client.cookies.clear()
        yield site


@pytest.fixture
def known(held: Site, server: MailServer) -> Site:
    """The same, and she has confirmed her address on this device."""
    press(held, link(server.mails[0], "confirm"))
    held.work()
    return held


def state(site: Site, body: str, **fields: str) -> str:
    """Where a comment stands once it is posted."""
    return "waiting" if "is waiting" in site.post(body, **fields).text else "published"


def test_the_next_comment_of_who_confirmed_needs_not_wait(known: Site) -> None:
    assert state(known, "My second.", **WREN) == "published"
    assert state(known, "My third, below another post.", path="/guest/second-light", **WREN) == "published"


def test_an_address_alone_proves_nothing(known: Site) -> None:
    known.client.cookies.clear()
    assert state(known, "I am Wren.", **WREN) == "waiting"


def test_a_device_alone_proves_nothing_either(known: Site) -> None:
    assert state(known, "Somebody else at her computer.", name="Kit") == "waiting"
    assert state(known, "The same with an address.", name="Kit", email="kit@example.org") == "waiting"


def test_the_checks_are_asked_about_everybody(known: Site) -> None:
    assert state(known, "You're not really poly if you get jealous", **WREN) == "waiting"


def test_a_thread_that_holds_everything_holds_theirs_too(known: Site) -> None:
    async def hold(house: Any) -> None:
        async with house.db.write() as connection:
            found = await threads.find(connection, house.site, "/guest/first-light")
            assert found is not None
            await threads.change(connection, found.id, publishing="hold-all")

    known.run(hold)
    assert state(known, "My second.", **WREN) == "waiting"


def test_until_the_mail_was_opened_and_the_button_pressed_nobody_is_known(
    held: Site, server: MailServer
) -> None:
    held.read(link(server.mails[0], "confirm"))
    assert state(held, "My second.", **WREN) == "waiting"


def test_a_second_device_opens_the_same_link(known: Site, server: MailServer) -> None:
    known.client.cookies.clear()
    path = link(server.mails[0], "confirm")
    assert "once more for this device" in known.read(path)
    press(known, path)
    assert state(known, "From my telephone.", **WREN) == "published"
    known.work()
    assert len(server.mails) == 2  # to confirm, and the private link; no second one of either


def test_once_that_link_has_expired_a_new_mail_can_be_asked_for(
    known: Site, server: MailServer, clock: FakeClock
) -> None:
    clock.move(days=8)
    known.client.cookies.clear()
    assert known.client.get(link(server.mails[0], "confirm")).status_code == 404
    server.mails.clear()
    assert state(known, "From a new machine.", **FIRST) == "waiting"
    publish(known)
    press(known, link(server.mails[0], "confirm"))
    assert state(known, "There again.", **WREN) == "published"


def test_nobody_can_have_mails_sent_again_and_again(known: Site, server: MailServer) -> None:
    known.client.cookies.clear()
    server.mails.clear()
    for body in ("One.", "Two."):
        known.post(body, **FIRST, answers="yes")
        publish(known)
    assert server.mails == []


def test_what_a_stranger_posted_under_the_address_neither_gives_nor_takes(
    known: Site, server: MailServer
) -> None:
    mine = dict(known.client.cookies)
    known.client.cookies.clear()
    known.post("Bought a watch.", **FIRST)
    known.sign_in()
    known.move(known.ids("waiting")[0], "spam")
    known.client.cookies.clear()
    known.client.cookies.update(mine)
    assert state(known, "My second.", **WREN) == "published"


def test_a_comment_of_theirs_that_turns_out_to_be_spam_takes_it_away(known: Site) -> None:
    assert state(known, "Bought a watch.", **WREN) == "published"
    second = known.ids()[0]
    mine = dict(known.client.cookies)
    known.sign_in()
    known.move(second, "spam")
    known.client.cookies.clear()
    known.client.cookies.update(mine)
    assert state(known, "Another watch.", **WREN) == "waiting"


def press_own(site: Site, receipt: str, act: str, **fields: str) -> None:
    """A comment's writer presses one of the buttons on its private page."""
    token = next(given["act"] for _, given in forms(site.read(receipt)) if "act" in given)
    headers = {"Origin": ORIGIN}
    answer = site.client.post(f"{receipt}/{act}", data={"act": token, **fields}, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "acts",
    [
        [("withdraw", {})],
        [("ask", {})],
        [("ask", {}), ("withdraw", {})],
        [("erase", {"what": "both", "sure": "yes"})],
        [("erase", {"what": "identity", "sure": "yes"})],
        [("withdraw", {}), ("erase", {"what": "text", "sure": "yes"})],
    ],
    ids=lambda acts: " ".join([act, *fields.values()][0] for act, fields in acts),
)
def test_and_nothing_that_its_writer_does_gives_it_back(
    known: Site, acts: list[tuple[str, dict[str, str]]]
) -> None:
    receipt = known.post("Bought a watch.", **WREN).url.path
    mine = dict(known.client.cookies)
    known.sign_in()
    known.move(known.ids()[0], "spam")
    known.client.cookies.clear()
    known.client.cookies.update(mine)
    for act, fields in acts:
        press_own(known, receipt, act, **fields)
    assert state(known, "Another watch.", **WREN) == "waiting"


def test_a_mistake_about_spam_that_a_moderator_mends_takes_nothing_away(known: Site) -> None:
    receipt = known.post("Watched a bird.", **WREN).url.path
    mine = dict(known.client.cookies)
    known.sign_in()
    second = known.ids()[0]
    for move in ("spam", "not-spam"):
        known.move(second, move)
    known.client.cookies.clear()
    known.client.cookies.update(mine)
    press_own(known, receipt, "withdraw")
    assert state(known, "Another bird.", **WREN) == "published"


@pytest.mark.parametrize("judged", ["waiting", "spam"])
def test_what_a_stranger_posted_before_the_button_was_pressed_gets_nothing_from_it(
    held: Site, server: MailServer, judged: str
) -> None:
    receipt = held.post("I am Wren, believe me.", **FIRST).url.path
    if judged == "spam":
        held.client.cookies.clear()
        held.sign_in()
        held.move(held.ids("waiting")[0], "spam")
    held.client.cookies.clear()
    press(held, link(server.mails[0], "confirm"))
    assert state(held, "This is me.", **WREN) == "published"
    held.client.cookies.clear()
    if judged == "waiting":
        token = next(given["act"] for _, given in forms(held.read(f"{receipt}/edit")) if "body" in given)
        given = {"act": token, "body": "Now without a moderator?"}
        assert held.client.post(f"{receipt}/edit", data=given, headers={"Origin": ORIGIN}).status_code == 200
        assert "is waiting" in held.read(receipt)
    held.work()
    [own] = [mail for mail in server.mails if mail["Subject"] == "Your private link on The Blog"]
    assert link(own, "receipt") != receipt


def test_whoever_erases_name_and_address_is_known_no_more(
    database_url: str, server: MailServer, clock: FakeClock
) -> None:
    with Site(mail_settings(database_url, server, publishing="hold-first"), clock=clock) as site:
        receipt = site.post("My first.", **FIRST).url.path
        publish(site)
        press(site, link(server.mails[0], "confirm"))
        act = next(fields["act"] for action, fields in forms(site.read(receipt)) if action.endswith("/erase"))
        given = {"act": act, "what": "identity", "sure": "yes"}
        site.client.post(f"{receipt}/erase", data=given, headers={"Origin": ORIGIN})
        assert state(site, "My second.", **WREN) == "waiting"
        assert site.run(every_row)["commentkit_mailbox"] == []


def test_with_nothing_published_any_more_nobody_is_known(known: Site) -> None:
    first = known.ids()[0]
    known.run(lambda house: moderator.erase(house, "Mo", first))
    assert state(known, "My second.", **WREN) == "waiting"


def test_the_form_offers_it_where_first_comments_wait_and_not_on_a_device_that_is_known(
    held: Site, server: MailServer
) -> None:
    assert 'name="known"' in held.read()
    press(held, link(server.mails[0], "confirm"))
    assert 'name="known"' not in held.read()


def test_it_is_not_offered_where_nobody_waits(sqlite_url: str, server: MailServer) -> None:
    with Site(mail_settings(sqlite_url, server)) as site:
        assert 'name="known"' not in site.read()


def test_without_a_mail_server_it_is_not_offered_and_everybody_waits(site: Site, sqlite_url: str) -> None:
    with Site(site.comments.house.settings.model_copy(update={"publishing": "hold-first"})) as other:
        assert 'name="known"' not in other.read()
        other.post("Mine.", **FIRST)
        assert other.run(every_row)["commentkit_mailbox"] == []


def test_whoever_ticks_it_must_give_an_address_and_loses_nothing(held: Site) -> None:
    refused = held.send({**held.form(), "body": "Know me.", "known": "yes"})
    assert refused.status_code == 422
    assert "Please give the e-mail address to confirm" in refused.text
    assert comment_form(refused.text)["known"] == "yes"
    assert comment_form(refused.text)["body"] == "Know me."


def test_the_first_mail_says_what_it_is_for(held: Site, server: MailServer) -> None:
    for kind in ("plain", "html"):
        text = unescape(words(server.mails[0], kind))
        assert "need not wait for a moderator" in text
        assert "told here about answers" not in text
        assert "My first" not in text
        assert "Wren" not in text


def test_why_a_first_comment_waits_tells_the_way_out_of_it(
    sqlite_url: str, server: MailServer, clock: FakeClock
) -> None:
    with Site(mail_settings(sqlite_url, server, publishing="hold-first"), clock=clock) as site:
        page = unescape(site.post("My first.", **FIRST).text)
        assert "except those of people who had one published before and have confirmed their e-mail" in page
        assert "Once your comment is published, you get a mail to confirm your e-mail address by" in page
        assert "your next comments need not wait for a moderator" in page


def test_nobody_learns_from_a_receipt_whether_an_address_is_known(
    known: Site, server: MailServer, clock: FakeClock
) -> None:
    def told(email: str) -> tuple[str, Any]:
        known.client.cookies.clear()
        page = known.post(f"I am {email}.", name="Kit", email=email, known="yes", answers="yes")
        path = page.url.path
        about = known.client.get(f"{path}/everything.json").json()["answers_by_mail"]
        return page.text[page.text.index("ck-why") : page.text.index("ck-keep")], about

    assert told(ADDRESS) == told("nobody@example.org")


def test_stopping_the_mails_leaves_it_as_it_is(known: Site, server: MailServer) -> None:
    known.client.post(server.mails[-1]["List-Unsubscribe"].strip("<>").removeprefix(ORIGIN))
    assert state(known, "My second.", **WREN) == "published"


def test_the_private_link_comes_by_mail_once_the_address_is_confirmed(
    known: Site, server: MailServer
) -> None:
    mail = server.mails[1]
    assert mail["Subject"] == "Your private link on The Blog"
    for kind in ("plain", "html"):
        assert "/comments/receipt/" in words(mail, kind)
        assert "My first" not in words(mail, kind)
    page = known.read(link(mail, "receipt"))
    assert "My first." in page
    assert "Your comment is published" in page


def test_later_ones_come_to_a_device_that_proves_the_address_and_to_nobody_else(
    known: Site, server: MailServer
) -> None:
    server.mails.clear()
    known.post("My second.", **WREN, answers="yes")
    known.work()
    assert "My second." in known.read(link(server.mails.pop(), "receipt"))
    known.post("My third.", **WREN)  # she asked for no mail
    known.client.cookies.clear()
    known.post("Not hers.", **WREN, answers="yes")
    publish(known)
    assert server.mails == []


def test_the_proof_is_a_cookie_that_no_script_reads_and_nothing_else_keeps_in_clear(known: Site) -> None:
    cookie = next(each for each in known.client.cookies.jar if each.name.endswith("_known"))
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert ADDRESS not in str(cookie.value)
    assert str(cookie.value) not in str(known.run(every_row))


def test_a_forged_proof_is_none(known: Site) -> None:
    [name] = [each.name for each in known.client.cookies.jar if each.name.endswith("_known")]
    known.client.cookies.clear()
    known.client.cookies.set(name, "gAAAAABforged")
    assert state(known, "I am Wren.", **WREN) == "waiting"


def test_the_data_page_tells_about_it(known: Site) -> None:
    page = unescape(known.read("/comments/data"))
    assert "which of your comments came with it" in page
    assert "that you confirmed an e-mail address on this device" in page
    assert "except those of people who had one published before" in page
