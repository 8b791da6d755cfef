"""What the data page says is kept for so long is there until then, and gone after: by the server itself."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from commentkit.service.house import House
from commentkit.testing import AkismetStandIn, FakeClock
from tests.mailserver import MailServer, mail_server, mail_settings
from tests.site import ORIGIN, Site, forms
from tests.writing import every_row, post

SHAMING = "You're not really poly if you get jealous"
DAYS = {
    "akismet_keep_days": 5,
    "history_days": 11,
    "report_days": 13,
    "thanks_days": 17,
    "guest_link_days": 19,
    "session_days": 23,
}
PERIODS = [
    # days, the words on the page, what is looked at
    (1, "until you post, at most a day", "prompt"),
    (5, "5 days, or until the comment is erased", "sealed"),
    (7, "7 days after that first mail if you don't confirm", "mailbox"),
    (7, "as long as the address", "watch"),
    (11, "11 days after they were replaced or refused", "edit"),
    (11, "11 days after the checks are done", "outbox"),
    (11, "11 days after a moderator decided", "settled report"),
    (13, "the code for 13 days", "network of a report"),
    (17, "the code for 17 days", "thanks"),
    (19, "19 days", "guest's visit"),
    (23, "23 days", "moderator's visit"),
]


@pytest.fixture
def lived(database_url: str, akismet_url: str, akismet: AkismetStandIn, clock: FakeClock) -> Iterator[Site]:
    """A blog on which, within one minute, all that is kept for a while has come to be."""
    with mail_server() as server:
        settings = mail_settings(database_url, server, akismet_key="abc123", akismet_url=akismet_url, **DAYS)
        site = Site(settings, clock=clock)
        site.client = TestClient(site.app, client=("203.0.113.7", 5000))
        with site:
            _live(site, server)
            yield site


def _live(site: Site, server: MailServer) -> None:
    wren = {"name": "Wren", "email": "wren@example.org", "answers": "yes"}
    path = site.post("The first text.", **wren).url.path
    [first] = site.ids()
    form = next(given for action, given in forms(site.read(f"{path}/edit")) if "/edit" in action)
    site.client.post(f"{path}/edit", data={**form, "body": "Another text."}, headers={"Origin": ORIGIN})
    site.send({**site.form(), "body": SHAMING})
    site.client.post(f"/comments/c/{first}/thanks", data={"thanks": "give"}, headers={"Origin": ORIGIN})
    site.sign_in()
    second = site.run(lambda house: post(house, "The second text.")).comment.public_id
    for comment in (first, second):
        sent = {"reason": "hurts", "text": f"It hurts: {comment}."}
        site.client.post(f"/comments/c/{comment}/report", data=sent, headers={"Origin": ORIGIN})
    site.move(first, "dismiss")
    site.enter_as_guest()
    site.work()
    assert len(server.mails) == 1


def kept(site: Site) -> dict[str, int]:
    """How much of each there is."""

    async def rows(house: House) -> dict[str, list[dict[str, Any]]]:
        found = await every_row(house)
        return {name.removeprefix("commentkit_"): rows for name, rows in found.items()}

    found = site.run(rows)
    counted = {name: len(found[name]) for name in ("prompt", "sealed", "mailbox", "watch", "edit", "thanks")}
    return {
        **counted,
        "outbox": len([row for row in found["outbox"] if row["done_at"] is not None]),
        "settled report": len([row for row in found["report"] if row["settled_at"] is not None]),
        "network of a report": len([row for row in found["report"] if row["network"] is not None]),
        "guest's visit": len([row for row in found["visit"] if row["person_id"] is None]),
        "moderator's visit": len([row for row in found["visit"] if row["person_id"] is not None]),
    }


def test_all_that_is_kept_for_a_while_is_gone_after_it(lived: Site, clock: FakeClock) -> None:
    page = unescape(lived.read("/comments/data"))
    assert [words for _, words, _ in PERIODS if words not in page] == []
    lived.client.cookies.clear()  # nobody comes back, so that nothing begins anew
    assert [name for name, number in kept(lived).items() if not number] == []
    passed = 0
    for days in sorted({days for days, _, _ in PERIODS}):
        due = {name for period, _, name in PERIODS if period == days}
        clock.move(days=days - passed, minutes=-30)
        lived.work()
        assert {name for name in due if not kept(lived)[name]} == set(), f"{days} days aren't over"
        clock.move(minutes=60)
        lived.work()
        left = {name: number for name, number in kept(lived).items() if name in due and number}
        assert left == {}, f"{days} days are over"
        clock.move(minutes=-30)
        passed = days
    assert set(kept(lived).values()) == {0}
    assert "Another text." in lived.read()
