"""Fills the empty thread with invented comments, over the same walk that a reader's comment takes.

They are sent to nobody: their spam check is the stand-in on this machine, whatever the site's settings say.
"""

import tomllib
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from commentkit import Comments, Settings
from commentkit.draft import Draft, Limits
from commentkit.errors import NotFound
from commentkit.hooks import system_clock
from commentkit.model import Publishing, Thread, Visit, Visitor
from commentkit.service import guest, reader, writer
from commentkit.service.house import House
from commentkit.signing import FormStamp, random_id
from commentkit.testing import AkismetStandIn, FakeClock, serving
from example_site.posts import HERE, POSTS, Post

POST = POSTS["the-word-in-the-waiting-room"]
FIRST_DAY = timedelta(days=9)  # before now


def comments() -> list[dict[str, Any]]:
    """What `seed.toml` holds, in the order in which it was written."""
    return list(tomllib.loads((HERE / "seed.toml").read_text(encoding="utf-8"))["comment"])


async def plant(settings: Settings) -> None:
    """Write the comments of `seed.toml`, unless there are comments already."""
    clock = FakeClock(system_clock() - FIRST_DAY)
    with serving(AkismetStandIn()) as stand_in:
        own = {
            "akismet_key": SecretStr("standin"),
            "akismet_url": stand_in,
            "site_url": "https://blog.example",
            "publishing": Publishing.PUBLISH,
            "shaming": True,
            "check_patience": 30,
        }
        async with Comments(settings.model_copy(update=own), clock=clock, work=False) as planting:
            await _plant(planting.house, clock)


async def _plant(house: House, clock: FakeClock) -> None:
    with suppress(NotFound):
        if (await reader.known_thread(house, POST.key)).version:  # somebody has written here
            return
    start = clock.now
    author = await _author(house, POST)
    posted: dict[str, str] = {}  # the short names in the file -> public ids
    for each in comments():
        clock.now = start + timedelta(hours=each["hour"])
        posted[each["id"]] = await _post(house, each, posted, author if each.get("guest") else None)


async def _author(house: House, post: Post) -> Visit:
    """The guest author comes by her link, as she would in a browser; the badge follows from that alone."""
    wanted = Thread(0, house.site, post.key, post.title, post.key, post.guest)
    _, token = await guest.make_link(house, wanted, post.guest)
    thread, cookie = await guest.enter(house, token)
    visit = await guest.visit(house, cookie, thread)
    if visit is None:
        raise RuntimeError("the guest author could not come in")
    return visit


async def _post(house: House, given: dict[str, Any], posted: dict[str, str], author: Visit | None) -> str:
    fields = {name: given.get(name, "") for name in ("name", "email", "website", "body")}
    draft = Draft.parse({**fields, "parent": posted.get(given.get("to", ""), "")}, Limits())
    made = int(house.clock().timestamp()) - 300
    stamp = FormStamp(house.site, POST.key, POST.title, POST.key, POST.guest, random_id(), made)
    visitor = Visitor(address="192.0.2.44", user_agent="Mozilla/5.0 (an invented reader)")
    origin = writer.Origin(visitor, page=house.settings.site_url + POST.key, age=300)
    done = await writer.submit(house, stamp, draft, origin, author, confirmed=True)
    return done.comment.public_id
