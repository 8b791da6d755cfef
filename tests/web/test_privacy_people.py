"""Everybody in turn fetches all there is to fetch: each finds their own, and nothing of anybody else's."""

import itertools
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

import pytest
from httpx2 import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from commentkit.testing import AkismetStandIn, FakeClock
from commentkit.web import ROUTES
from commentkit.web.mount import LIVE
from tests.browser import is_here
from tests.mailserver import MailServer, link, mail_server, mail_settings, press, words
from tests.site import GUEST, ORIGIN, POST, Site, comment_form, forms
from tests.walk import dump, links

BASE = "/comments"
API = f"{BASE}/api/v1"
NETWORKS = {"Wren": "203.0.113.77", "Kit": "203.0.113.78", "nobody": "203.0.113.79"}
WREN = "wren.canary@example.org"
KIT = "kit.canary@example.org"
SHAMING = "You're not really poly"
# whose it is -> what nobody else may be shown; "nobody": what only moderators know
SECRETS = {
    "Wren": {WREN, NETWORKS["Wren"], "canaryproposed"},
    "Kit": {KIT, NETWORKS["Kit"], "canarywaiting"},
    "nobody": {
        *(NETWORKS["nobody"], "canaryhidden", "canaryhiddenname", "canaryspam", "canarynote", "canaryreport"),
        *("canaryerased", "canarygone", "canarykey123"),
    },
}


@dataclass
class People:
    """The blog, and what each of its people has.

    Attributes:
        cookies: who -> what their browser holds.
        own: who -> the addresses that only they know, with a secret in each.
        ids: which comment -> its public id.
    """

    site: Site
    server: MailServer
    database: str
    cookies: dict[str, dict[str, str]] = field(default_factory=lambda: {"a stranger": {}})
    own: dict[str, list[str]] = field(default_factory=lambda: {"a stranger": []})
    ids: dict[str, str] = field(default_factory=dict)

    def leave(self, who: str, *own: str) -> None:
        """Somebody goes, and takes their cookies and addresses along."""
        client = self.site.client
        self.cookies[who] = {**self.cookies.get(who, {}), **dict(client.cookies)}
        self.own.setdefault(who, []).extend(own)
        client.cookies.clear()

    def come(self, who: str) -> None:
        """Somebody is there, from their own network and with what their browser holds."""
        self.site.client.headers["X-Forwarded-For"] = NETWORKS.get(who, NETWORKS["nobody"])
        self.site.client.cookies.clear()
        self.site.client.cookies.update(self.cookies.get(who, {}))

    def secrets_of(self, who: str) -> set[str]:
        """What nobody else may see."""
        paths = {address.removeprefix(f"{BASE}/") for address in self.own[who]}
        tokens = {part for path in paths for part in path.split("/") if len(part) > 30}
        cookies = {value for name, value in self.cookies[who].items() if "guest" not in name}
        return SECRETS.get(who, set()) | tokens | cookies


def receipt(answer: Response) -> str:
    """The path of the receipt that somebody was led to."""
    return answer.url.path


@pytest.fixture
def people(
    sqlite_url: str,
    akismet_url: str,
    akismet: AkismetStandIn,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[People]:
    """A blog where everything has happened that is somebody's own business. All that is logged is kept."""
    caplog.set_level(logging.DEBUG)
    with mail_server() as server:
        more = {"akismet_key": "canarykey123", "akismet_url": akismet_url, "warnings": "grief"}
        settings = mail_settings(sqlite_url, server, trusted_proxies="127.0.0.1/32", **more)
        with Site(settings, clock=clock) as site:
            site.client = TestClient(
                site.app,
                raise_server_exceptions=False,
                client=("127.0.0.1", 50000),
            )
            with site.client:
                yield _live(People(site, server, sqlite_url))
    assert {each.fields.get("user_ip") for each in akismet.received} >= set(NETWORKS.values())


def _live(people: People) -> People:
    site, server = people.site, people.server

    def write(body: str, **fields: str) -> str:
        return receipt(site.post(body, **fields))

    people.come("Wren")
    wren = write(
        "Published, *canaryopen*.", name="Wren", email=WREN, answers="yes", known="yes", remember="yes"
    )
    [first] = site.ids()
    people.ids["first"] = first
    site.client.post(f"{BASE}/c/{first}/thanks", data={"thanks": "give"}, headers={"Origin": ORIGIN})
    site.work()
    press(site, link(server.to(WREN)[0], "confirm"), when="each")
    people.leave("Wren", wren, f"{wren}/edit", f"{wren}/everything.json", link(server.to(WREN)[0], "confirm"))

    people.come("Kit")
    own = write(f"{SHAMING}, canarywaiting.", name="Kit", email=KIT, answers="yes")
    [people.ids["waiting"]] = site.ids("waiting")
    site.reply(first, "An answer to Wren.", name="Kit", email=KIT, answers="yes")
    people.ids["answer"] = site.ids()[0]
    site.work()
    press(site, link(server.to(KIT)[0], "confirm"), when="each")
    people.leave("Kit", own, f"{own}/edit", f"{own}/everything.json", link(server.to(KIT)[0], "confirm"))

    people.come("somebody else")
    for name, body, by in (
        ("hidden", "canaryhidden text", "Canaryhiddenname"),
        ("spam", "canaryspam text", "akismet-guaranteed-spam"),
        ("withdrawn", "canarygone text", "Ash"),
        ("erased", "canaryerased text", "Lee"),
    ):
        path = write(body, name=by, email="nobody.else@example.org")
        people.ids[name] = next(iter({*site.ids(), *site.ids("spam")} - set(people.ids.values())))
        if name in {"withdrawn", "erased"}:
            act = "withdraw" if name == "withdrawn" else "erase"
            fields = next(given for action, given in forms(site.read(path)) if action.endswith(f"/{act}"))
            sent = {**fields, "what": "both", "sure": "yes"}
            done = site.client.post(f"{path}/{act}", data=sent, headers={"Origin": ORIGIN})
            assert done.status_code == 200
        site.client.cookies.clear()
    for each in (first, people.ids["answer"]):
        fields = {"reason": "hurts", "text": "canaryreport"}
        site.client.post(f"{BASE}/c/{each}/report", data=fields, headers={"Origin": ORIGIN})
    site.sign_in()
    site.move(people.ids["hidden"], "hide", note="canarynote")
    desk = [
        "",
        *(f"/{name}" for name in ("waiting", "reported", "published", "hidden", "spam", "history", "people")),
    ]
    people.leave("Mo", *(f"{BASE}/desk{path}" for path in desk))
    site.enter_as_guest()
    people.leave("Robin")

    people.come("Wren")
    form = next(given for action, given in forms(site.read(f"{wren}/edit")) if "/edit" in action)
    for _ in range(2):  # once shown what it may do to others, then sent
        sent = {**form, "body": f"{SHAMING}, canaryproposed."}
        done = site.client.post(f"{wren}/edit", data=sent, headers={"Origin": ORIGIN})
        form = next((given for action, given in forms(done.text) if "/edit" in action), {})
    site.work()
    people.leave("Wren", link(server.to(WREN)[-1], "stop"))
    people.leave("Kit", link(server.to(KIT)[-1], "stop"))
    return people


def _paths(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[str]:
    """Every address that is fetched, as the URL map has it."""
    for route in routes:
        if isinstance(route, Mount):
            yield from _paths(route.routes or [Route("/commentkit.css", lambda _: None)], prefix + route.path)
        elif isinstance(route, Route) and "GET" in (route.methods or ()):
            yield prefix + route.path


def every_address(people: People, who: str) -> list[str]:
    """What somebody can fetch: each route, with each comment's id and with the secrets that they have."""
    given = {
        "id": [*people.ids.values(), "nothing"],
        "receipt": [*dict.fromkeys(a.split("/")[3] for a in people.own[who] if "/receipt/" in a), "nothing"],
        "token": [*dict.fromkeys(a.split("/")[-1] for a in people.own[who] if "/mail/" in a), "nothing"],
        "list": ["waiting", "reported", "published", "hidden", "spam"],
    }
    keyed = {"/thread", "/feed", "/api/v1/thread", "/api/v1/form", "/api/v1/counts", "/api/v1/recent"}
    found = [POST]
    for path, tongue in itertools.product(dict.fromkeys(_paths(ROUTES)), ("", "/~de")):
        if path == LIVE:
            continue  # it never ends; tests/web/test_live.py reads it
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        for value in given.get(name, [""]):
            address = f"{BASE}{tongue}{before}{value}{after}"
            found += [address, f"{address}?key={POST}"] if path in keyed else [address]
    return found


def fetch(people: People, who: str, addresses: Sequence[str]) -> dict[str, Response]:
    """All these, and what they lead to."""
    people.come(who)
    seen: dict[str, Response] = {}
    queue = list(addresses)
    while queue:
        address = queue.pop().partition("#")[0].removeprefix(ORIGIN)
        if address in seen or not address.startswith("/"):
            continue
        headers = {}
        if "/api/v1/state" in address and people.own[who]:
            own = next((each.split("/")[3] for each in people.own[who] if "/receipt/" in each), "nothing")
            headers["Authorization"] = f"Bearer {own}"
        seen[address] = people.site.client.get(address, headers=headers, follow_redirects=False)
        if "html" in seen[address].headers.get("content-type", ""):
            queue += links(seen[address].text)
    return seen


def shown(answers: dict[str, Response]) -> str:
    """All that came, headers included, in lower case."""
    parts = (f"{each.headers}\n{each.text}" for each in answers.values())
    return unescape("\n".join(parts)).lower()


@pytest.mark.parametrize("who", ["a stranger", "Wren", "Kit", "Robin", "Mo"])
def test_everybody_finds_their_own_and_nothing_of_anybody_else(people: People, who: str) -> None:
    answers = fetch(people, who, every_address(people, who))
    assert len(answers) > 60
    assert not [address for address, each in answers.items() if each.status_code >= 500]
    everything = shown(answers)
    assert "canaryopen" in everything
    others = set().union(*(people.secrets_of(each) for each in people.own if each != who))
    unseen = SECRETS["nobody"] - {"canarykey123"} | SECRETS["Wren"] | SECRETS["Kit"]
    if who == "Mo":  # who reads what is written; addresses, keys and other people's secrets aren't
        others -= unseen - {WREN, KIT, *NETWORKS.values()}
    else:
        others |= SECRETS["nobody"]
    for secret in others | {"canaryerased", "canarykey123", NETWORKS["nobody"]}:
        assert secret.lower() not in everything, secret
    for secret in SECRETS.get(who, ()):
        assert secret in everything


def test_nobody_is_mailed_what_is_not_theirs(people: People) -> None:
    assert {mail["To"] for mail in people.server.mails} == {WREN, KIT}
    for who, address in (("Wren", WREN), ("Kit", KIT)):
        others = set().union(
            *(people.secrets_of(each) for each in people.own if each != who), SECRETS["nobody"]
        )
        for mail in people.server.to(address):
            read = f"{mail}\n{words(mail)}\n{words(mail, 'html')}".lower()
            for secret in others - {address}:
                assert secret.lower() not in read, secret


def test_no_log_line_holds_a_text_an_address_or_a_secret(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    for who in people.own:
        fetch(people, who, every_address(people, who))
    lines = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        # the client of these tests and the mail server tell what was asked of them; neither is ours
        if not record.name.startswith(("httpx2", "mail."))
    ]
    assert len(lines) > 100
    logged = "\n".join(lines).lower()
    for secret in set().union(*SECRETS.values(), *map(people.secrets_of, people.own), {"canaryopen"}):
        assert secret.lower() not in logged, secret


@pytest.mark.parametrize("who", ["a stranger", "Wren", "Kit", "Robin", "Mo"])
def test_fetching_everything_twice_changes_no_row(people: People, who: str) -> None:
    before = dump(people.database)
    addresses = every_address(people, who)
    for _ in range(2):
        fetch(people, who, addresses)
    after = dump(people.database)
    assert after.keys() == before.keys()
    assert [name for name in before if before[name] != after[name]] == []


def test_what_is_somebody_s_own_is_kept_by_no_cache_and_leads_on_to_nobody(people: People) -> None:
    for who in ("Wren", "Kit", "Mo"):
        for address, each in fetch(people, who, every_address(people, who)).items():
            if each.is_redirect or not address.startswith(BASE):
                continue
            caching = each.headers.get("cache-control", "")
            if re.search(r"/(desk|receipt|mail|guest|state)(/|$)", address.partition("?")[0]):
                assert "no-store" in caching or "private" in caching, address
                assert "public" not in caching, address
            if re.search(r"/(receipt|mail)/", address):
                assert each.headers["referrer-policy"] == "no-referrer", address
            if "set-cookie" in each.headers:
                assert "no-store" in caching or "private" in caching, address
            if SECRETS.get(who, set()) & set(re.findall(r"[\w.@]+", each.text)):
                assert "private" in caching or "no-store" in caching, address


def test_no_page_loads_anything_from_another_host(people: People) -> None:
    loads = r"<(?:link[^>]*rel=\"(?:stylesheet|icon|preload)\"|script|img|iframe|source|form|use)[^>]*"
    for who in people.own:
        for address, each in fetch(people, who, every_address(people, who)).items():
            if "html" not in each.headers.get("content-type", ""):
                continue
            found = re.findall(rf'{loads}(?:href|src|srcset|action|data)="(https?:[^"]*|//[^"]*)', each.text)
            assert [url for url in found if not is_here(url) and not url.startswith(ORIGIN)] == [], address
            if address.startswith(BASE):
                policy = each.headers.get("content-security-policy", "")
                assert "default-src 'none'" in policy, address
                assert "http" not in policy, address


def test_a_form_is_signed_for_nobody_in_particular(people: People) -> None:
    people.come("Wren")
    mine = comment_form(people.site.read(POST))
    assert mine["email"] == WREN  # remembered here
    people.come("a stranger")
    assert comment_form(people.site.read(POST))["email"] == ""
    assert GUEST not in mine["name"]
