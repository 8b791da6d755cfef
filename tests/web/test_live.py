"""News of a thread over real HTTP: as server-sent events, refused in plain words, ended with the server."""

import json
from collections.abc import Iterator

import httpx2
import pytest

from commentkit.testing import serving
from tests.site import ORIGIN, POST, Site, make_settings

LIVE = f"/comments/live?key={POST}"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A blog with a comment, some of whose readers may be told at once."""
    with Site(make_settings(sqlite_url, live_most=1, origins="https://blog.example")) as started:
        started.post("The first.")
        yield started


def events(answer: httpx2.Response) -> Iterator[dict[str, object]]:
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_stream_tells_numbers_and_ids_and_ends_with_the_server(site: Site) -> None:
    second = Site(site.comments.house.settings)
    with httpx2.Client(timeout=20) as client, serving(second.app) as url:
        with client.stream("GET", url + LIVE, headers={"Origin": "https://blog.example"}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["access-control-allow-origin"] == "https://blog.example"
            told = events(answer)
            assert next(told) == {"count": 1, "newest": site.ids()[0]}
            refused = client.get(url + LIVE)
            assert refused.status_code == 429
            assert refused.headers["retry-after"]
            site.post("The second.")
            assert next(told) == {"count": 2, "newest": site.ids()[0]}
            assert client.head(url + LIVE).status_code in {200, 429}
        again = client.build_request("GET", url + LIVE)
        open_still = client.send(again, stream=True)
        assert next(events(open_still))["count"] == 2
    open_still.close()


def test_a_thread_that_is_not_there_has_no_news(site: Site) -> None:
    for key in ("/never", "", "x" * 999, "%00"):
        assert site.client.get(f"/comments/live?key={key}").status_code == 404


def test_a_site_may_tell_nothing_at_once(sqlite_url: str) -> None:
    with Site(make_settings(sqlite_url, live=False)) as site:
        site.post("Hello.")
        assert site.client.get(LIVE, headers={"Origin": ORIGIN}).status_code == 404
        assert "data-ck-live" not in site.read()
