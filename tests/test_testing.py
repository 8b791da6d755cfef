"""The stand-ins that we give to everyone's tests behave as their documentation says."""

from datetime import UTC, datetime, timedelta

import akismet as package
import httpx
import pytest
from starlette.types import Receive, Scope, Send

from commentkit import SettingsError
from commentkit.testing import AkismetStandIn, FakeClock, Mode, serving

BLOG = {"api_key": "abc123", "blog": "https://blog.example"}
CHECK = {**BLOG, "user_ip": "203.0.113.7"}


async def ask(url: str, endpoint: str, fields: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(f"{url}/1.1/{endpoint}", data=fields)


def test_a_clock_stands_still_until_it_is_moved() -> None:
    clock = FakeClock()
    assert clock() == clock() == datetime(2026, 5, 1, 12, tzinfo=UTC)
    clock.move(days=1, seconds=-1)
    assert clock() == datetime(2026, 5, 2, 11, 59, 59, tzinfo=UTC)
    start = datetime(2030, 1, 1, tzinfo=UTC)
    other = FakeClock(start)
    other.move(hours=-1)
    assert other() == start - timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, "false"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"comment_author": "akismet-guaranteed-spam", "user_role": "administrator"}, "false"),
    ],
)
async def test_akismet_judges_by_the_documented_names(
    akismet_url: str, akismet: AkismetStandIn, fields: dict[str, str], answer: str
) -> None:
    reply = await ask(akismet_url, "comment-check", {**CHECK, **fields})
    assert (reply.status_code, reply.text) == (200, answer)
    assert reply.headers["x-akismet-guid"] == "guid-1"
    assert "x-akismet-pro-tip" not in reply.headers
    assert akismet.calls("comment-check") == [{**CHECK, **fields}]


async def test_the_tip_to_throw_away_comes_with_certain_spam(akismet_url: str) -> None:
    fields = {**CHECK, "comment_author": "akismet-guaranteed-spam", "comment_content": "Do buy now!"}
    assert (await ask(akismet_url, "comment-check", fields)).headers["x-akismet-pro-tip"] == "discard"


async def test_a_wrong_key_or_a_missing_field_is_invalid(akismet_url: str, akismet: AkismetStandIn) -> None:
    akismet.key = "the-right-one"
    for fields in (CHECK, {"api_key": "the-right-one"}):
        reply = await ask(akismet_url, "comment-check", fields)
        assert (reply.text, "x-akismet-debug-help" in reply.headers) == ("invalid", True)
    right = {**BLOG, "api_key": "the-right-one"}
    assert (await ask(akismet_url, "verify-key", right)).text == "valid"
    assert (await ask(akismet_url, "comment-check", right)).status_code == 404
    assert (await ask(akismet_url, "nonsense", right)).status_code == 404


async def test_feedback_is_thanked_for_and_kept(akismet_url: str, akismet: AkismetStandIn) -> None:
    for endpoint in ("submit-ham", "submit-spam"):
        assert (await ask(akismet_url, endpoint, CHECK)).text == "Thanks for making the web a better place."
        assert akismet.calls(endpoint) == [CHECK]
    assert [each.endpoint for each in akismet.received] == ["submit-ham", "submit-spam"]


@pytest.mark.parametrize(
    ("mode", "status", "start"),
    [
        (Mode.BROKEN, 500, "internal"),
        (Mode.GARBAGE, 200, "<html>"),
        (Mode.EMPTY, 200, ""),
        (Mode.INVALID_KEY, 200, "invalid"),
        (Mode.REDIRECTS, 302, ""),
        (Mode.HUGE, 200, "false  "),
        (Mode.PROVISIONAL, 200, "false"),
    ],
)
async def test_it_fails_in_the_way_that_it_is_told(
    akismet_url: str, akismet: AkismetStandIn, mode: Mode, status: int, start: str
) -> None:
    akismet.mode = mode
    reply = await ask(akismet_url, "comment-check", CHECK)
    assert reply.status_code == status
    assert reply.text.startswith(start)
    assert len(akismet.received) == 1


async def test_it_can_hang_until_the_client_goes(akismet_url: str, akismet: AkismetStandIn) -> None:
    akismet.mode = Mode.HANGS
    async with httpx.AsyncClient(timeout=0.3) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post(f"{akismet_url}/1.1/comment-check", data=CHECK)
    assert len(akismet.received) == 1


async def test_akismets_own_client_understands_it(akismet_url: str, akismet: AkismetStandIn) -> None:
    akismet.key = "abc123"

    def here(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        with httpx.Client() as inner:
            reply = inner.post(f"{akismet_url}{path}", content=request.content, headers=dict(request.headers))
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    with httpx.Client(transport=httpx.MockTransport(here)) as http:
        config = package.Config(key="abc123", url="https://blog.example")
        client = package.SyncClient(config=config, http_client=http)
        assert client.verify_key("abc123", "https://blog.example")
        assert client.comment_check(user_ip="203.0.113.7") is package.CheckResponse.HAM
        spam = client.comment_check(user_ip="203.0.113.7", comment_author="akismet-guaranteed-spam")
        assert spam is package.CheckResponse.SPAM
        assert client.submit_ham(user_ip="203.0.113.7")


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


async def test_an_application_is_served_as_long_as_the_block_lasts() -> None:
    with serving(_hello) as url:
        async with httpx.AsyncClient() as client:
            assert (await client.get(url)).text == "hello"
        port = int(url.rpartition(":")[2])
        with pytest.raises(SettingsError, match=str(port)), serving(_hello, port=port):
            pass
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)
