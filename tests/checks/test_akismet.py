"""Akismet over HTTP: whatever it does, nothing is published or lost by it, and nobody learns the key."""

import logging
from typing import Any

import pytest

from commentkit import Status
from commentkit.checks.akismet import NO_ADDRESS
from commentkit.checks.traps import TRAP_FIELD
from commentkit.model import Move, Reason, Weight
from commentkit.service.house import House
from commentkit.testing import AkismetStandIn, FakeClock, Mode, serving
from tests.writing import (
    ADDRESS,
    AGENT,
    EMAIL,
    PAGE,
    REFERRER,
    a_house,
    every_row,
    jobs,
    move,
    now,
    post,
    seen,
    where,
    work,
)

KEY = "c0ffee0canary"
BODY = "A body that nobody logs."
FAILING = [mode for mode in Mode if mode is not Mode.NORMAL]


@pytest.fixture
def gone_url() -> str:
    """An address where nobody answers any more."""
    with serving(AkismetStandIn()) as url:
        pass
    return url


def keyed(url: str) -> dict[str, Any]:
    return {"akismet_key": KEY, "akismet_url": url}


async def test_akismet_is_asked_with_exactly_the_fields_that_the_owner_allows(
    sqlite_url: str, akismet_url: str, akismet: AkismetStandIn
) -> None:
    async with a_house(sqlite_url, **keyed(akismet_url)) as house:
        first = await post(house, BODY, name="Wren", email=EMAIL, website="https://wren.example/", trap="hm")
        await post(house, "An answer.", parent=first.comment.public_id)
    asked, answer = akismet.calls("comment-check")
    assert asked == {
        "api_key": KEY,
        "blog": "http://testserver",
        "user_ip": ADDRESS,
        "user_agent": AGENT,
        "referrer": REFERRER,
        "permalink": PAGE,
        "comment_type": "comment",
        "comment_author": "Wren",
        "comment_author_url": "https://wren.example/",
        "comment_content": BODY,
        "comment_date_gmt": "2026-05-01T12:00:00Z",
        "blog_charset": "UTF-8",
        "honeypot_field_name": TRAP_FIELD,
        TRAP_FIELD: "hm",
    }
    assert answer["comment_type"] == "reply"
    assert "comment_author" not in answer


@pytest.mark.parametrize("address", [True, False])
@pytest.mark.parametrize("email", [True, False])
async def test_address_and_email_have_a_switch_each(
    sqlite_url: str, akismet_url: str, akismet: AkismetStandIn, address: bool, email: bool
) -> None:
    switches: dict[str, Any] = {"akismet_send_address": address, "akismet_send_email": email}
    async with a_house(sqlite_url, **keyed(akismet_url), **switches) as house:
        await post(house, email=EMAIL)
    [asked] = akismet.calls("comment-check")
    assert asked["user_ip"] == (ADDRESS if address else NO_ADDRESS)
    assert asked.get("comment_author_email") == (EMAIL if email else None)


async def test_text_of_any_script_arrives_as_it_was_typed(house: House, akismet: AkismetStandIn) -> None:
    body = "Ђ é 😀 &=+%00 ~10 years “quoted”\n\n*more*"
    await post(house, body, name="Žofie & Łukasz")
    [asked] = akismet.calls("comment-check")
    assert (asked["comment_content"], asked["comment_author"]) == (body, "Žofie & Łukasz")


async def test_the_verdict_is_kept_with_its_guid(house: House) -> None:
    ham, spam = await post(house), await post(house, name="akismet-guaranteed-spam")
    [found] = (await seen(house, ham)).findings
    assert (found.code, found.weight, found.data) == ("ham", Weight.NOTE, {"guid": "guid-1"})
    [found] = (await seen(house, spam)).findings
    assert (found.code, found.weight, found.data) == ("spam", Weight.SPAM, {"guid": "guid-2"})


async def test_what_akismet_would_throw_away_is_kept_as_spam(house: House) -> None:
    posted = await post(house, "Come and buy now.", name="akismet-guaranteed-spam")
    assert (posted.comment.status, posted.comment.reason) == (Status.SPAM, Reason.SPAM_CHECK)
    entry = await seen(house, posted)
    assert entry.comment.body == "Come and buy now."
    assert [(found.code, found.data["pro_tip"]) for found in entry.findings] == [("discard", "discard")]


@pytest.mark.parametrize("mode", FAILING)
async def test_whenever_akismet_fails_the_comment_waits_and_the_same_is_asked_again(
    sqlite_url: str,
    akismet_url: str,
    akismet: AkismetStandIn,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    mode: Mode,
) -> None:
    caplog.set_level(logging.DEBUG)
    akismet.mode = mode
    keys = {**keyed(akismet_url), "check_patience": 0.3 if mode is Mode.HANGS else 2}
    async with a_house(sqlite_url, clock, **keys) as house:
        posted = await post(house, BODY, name="Wren", email=EMAIL)
        assert (posted.comment.status, posted.comment.reason) == (Status.PENDING, Reason.CHECK_LATE)
        [found] = (await seen(house, posted)).findings
        assert (found.check, found.code, found.weight) == ("akismet", "could-not-check", Weight.HOLD)
        akismet.mode = Mode.NORMAL
        assert await work(house) == 0
        clock.move(seconds=120)
        assert await work(house) == 1
        comment = await now(house, posted)
        assert (comment.status, comment.reason) == (Status.PUBLISHED, Reason.NONE)
        assert await jobs(house) == []
        assert await where(house, KEY) == []
    first, second = akismet.calls("comment-check")
    assert second == {**first, "recheck_reason": "recheck"}
    for secret in (KEY, EMAIL, ADDRESS, BODY):
        assert secret not in caplog.text


async def test_when_nobody_answers_at_akismets_address_the_comment_waits(
    sqlite_url: str, gone_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_house(sqlite_url, **keyed(gone_url)) as house:
        posted = await post(house, BODY)
        assert posted.comment.status is Status.PENDING
        assert [found.code for found in (await seen(house, posted)).findings] == ["could-not-check"]
    assert KEY not in caplog.text


# without `HANGS`: nobody waits for feedback, so it may take ten seconds
@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.HANGS])
async def test_nobody_learns_the_key_when_feedback_is_sent(
    sqlite_url: str, akismet_url: str, akismet: AkismetStandIn, caplog: pytest.LogCaptureFixture, mode: Mode
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_house(sqlite_url, **keyed(akismet_url)) as house:
        posted = await post(house, BODY, email=EMAIL)
        await move(house, posted, Move.SPAM)
        akismet.mode = mode
        await work(house)
        delivered = mode in {Mode.NORMAL, Mode.PROVISIONAL}
        assert len(await jobs(house, "learn")) == (0 if delivered else 1)
        assert await where(house, KEY) == []
    assert akismet.calls("submit-spam") == akismet.calls("comment-check")
    for secret in (KEY, EMAIL, ADDRESS, BODY):
        assert secret not in caplog.text


async def test_a_provisional_answer_is_asked_again_when_akismet_says_so(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.PROVISIONAL
    posted = await post(house)
    assert posted.comment.status is Status.PENDING
    clock.move(seconds=119)
    assert await work(house) == 0
    clock.move(seconds=1)
    assert await work(house) == 1
    assert (await now(house, posted)).status is Status.PUBLISHED
    assert len(akismet.calls("comment-check")) == 2


async def test_after_shredding_a_person_decides_and_akismet_is_not_asked_with_other_fields(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    posted = await post(house)
    akismet.mode = Mode.NORMAL
    clock.move(days=15)
    await work(house)
    assert (await every_row(house))["commentkit_sealed"] == []
    comment = await now(house, posted)
    assert (comment.status, comment.reason) == (Status.PENDING, Reason.PERSON_DECIDES)
    assert [found.code for found in (await seen(house, posted)).findings] == ["copy-gone"]
    assert len(akismet.calls("comment-check")) == 1
    assert await jobs(house, "check") == []


async def test_a_sealed_copy_is_out_of_reach_from_the_moment_its_time_is_over(
    house: House, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    await post(house)
    clock.move(days=14, hours=23, minutes=59)
    await work(house)
    assert len(akismet.calls("comment-check")) == 2
    clock.move(days=1)
    await work(house)
    assert len(akismet.calls("comment-check")) == 2


async def test_another_seal_key_leaves_the_decision_to_a_person(
    database_url: str, akismet_url: str, akismet: AkismetStandIn, clock: FakeClock
) -> None:
    akismet.mode = Mode.BROKEN
    keys = keyed(akismet_url)
    async with a_house(database_url, clock, **keys, seal_key="the first key") as house:
        posted = await post(house)
    akismet.mode = Mode.NORMAL
    clock.move(hours=1)
    async with a_house(database_url, clock, **keys, seal_key="the second key") as house:
        await work(house)
        assert [found.code for found in (await seen(house, posted)).findings] == ["copy-gone"]
    assert len(akismet.calls("comment-check")) == 1
