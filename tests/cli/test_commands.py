"""The owner's commands, as typed into a shell, on a database of their own."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.shell import Done, run
from tests.site import ORIGIN, POST, Site, make_settings
from tests.walk import links

SECRET = "a secret for the tests, forty letters...."


class Shell:
    """A folder with a database, and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder / 'comments.db'}"

    def type(self, *words: str, given: str = "", **environment: str) -> Done:
        """Run a command to its end."""
        env = {
            "COMMENTKIT_SECRET_KEY": SECRET,
            "COMMENTKIT_DATABASE_URL": self.database,
            **environment,
        }
        return run(words, self.folder, env, given)

    def says(self, *words: str, given: str = "") -> str:
        """Run a command that must work; what it prints."""
        done = self.type(*words, given=given)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout.strip()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder."""
    return Shell(tmp_path)


def test_moderators_come_by_link_or_password_and_go(shell: Shell) -> None:
    link = shell.says("moderator", "add", "Mo", "--base", "http://testserver/comments")
    assert link.startswith("http://testserver/comments/desk/link/")
    shell.says("moderator", "add", "Sam", "--password-stdin", given="a long pass phrase\n")
    assert shell.says("moderator", "list").splitlines() == ["Mo\tlinks only", "Sam\tpassword"]
    with Site(make_settings(shell.database)) as site:
        assert "Hello, <bdi>Mo</bdi>" in site.read(link.removeprefix("http://testserver"))
        sent = {"name": "Sam", "password": "a long pass phrase"}
        entered = site.client.post("/comments/desk/sign-in", data=sent, follow_redirects=False)
        assert entered.status_code == 303
    shell.says("moderator", "sign-out", "Sam")
    shell.says("moderator", "remove", "Mo")
    assert shell.says("moderator", "list") == "Sam\tpassword"


def test_a_moderators_password_can_be_set_and_a_new_link_made(shell: Shell) -> None:
    assert shell.says("moderator", "add", "Mo") != shell.says("moderator", "link", "Mo")
    assert shell.says("moderator", "password", "Mo", given="a long pass phrase\n") == "The password is set."
    done = shell.type("moderator", "password", "Mo", given="short\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "commentkit: A password has 12 to 1000 characters.\n"


def test_a_guests_link_opens_the_thread_and_can_be_ended(shell: Shell) -> None:
    link = shell.says(
        "guest",
        "link",
        POST,
        "--name",
        "Robin Vale",
        "--title",
        "First light",
        "--base",
        "http://testserver/comments",
    )
    path = link.removeprefix("http://testserver")
    with Site(make_settings(shell.database)) as site:
        assert "First light" in site.read(path)
    shell.says("guest", "end", POST)
    with Site(make_settings(shell.database)) as site:
        assert site.client.get(path).status_code == 404


def test_threads_are_added_ruled_closed_and_opened(shell: Shell) -> None:
    shell.says("threads", "add", "/a", "--title", "A post", "--url", "https://blog.example/a")
    shell.says("threads", "publishing", "/a", "hold-all")
    assert shell.says("threads", "list") == "0\t/a\thold-all\tA post"
    shell.says("threads", "close", "/a", "--reason", "Enough for now.")
    with Site(make_settings(shell.database)) as site:
        page = site.read("/comments/thread?key=/a")
        assert "Enough for now." in page
        assert "<form" not in page
    shell.says("threads", "open", "/a")
    shell.says("threads", "publishing", "/a", "site")
    assert shell.says("threads", "list") == "0\t/a\t-\tA post"


def test_a_thread_is_written_as_a_piece_of_html_for_a_page_of_files(shell: Shell) -> None:
    with Site(make_settings(shell.database)) as site:
        site.post("The *first*.", name="Wren")
        [first] = site.ids()
        site.reply(first, "An answer.", name="Pat")
    base = "https://talk.example/comments"
    piece = shell.says("threads", "fragment", POST, "--base", f"{base}/")
    assert "2 comments" in piece
    assert "<p>The <em>first</em>.</p>" in piece
    assert f'<a href="{base}/thread?key=%2Fguest%2Ffirst-light">' in piece
    assert all(link.startswith((f"{base}/", "#")) for link in links(piece))
    assert not re.search("<form|<script|/reply", piece)
    shell.says("threads", "close", POST, "--reason", "Enough for now.")
    closed = shell.says("threads", "fragment", POST, "--base", base)
    assert "Enough for now." in closed
    assert "/thread?" not in closed


def test_the_queue_is_listed_shown_moved_and_erased(shell: Shell) -> None:
    with Site(make_settings(shell.database)) as site:
        site.post("You're not really poly if you get jealous", name="Pat")
        [comment] = site.ids("waiting")
    assert shell.says("queue", "list") == f"{comment}\t{POST}\tPat\twords"
    shown = shell.says("queue", "show", comment)
    assert "not really poly" in shown
    assert (
        shell.says("queue", "move", comment, "publish", "--as", "Mo", "--note", "fine")
        == f"{comment} is now published."
    )
    assert shell.says("queue", "move", comment, "undo", "--as", "Mo") == f"{comment} is now pending."
    assert shell.type("queue", "erase", comment, given="n\n").returncode != 0
    shell.says("queue", "erase", comment, "--yes", "--as", "Mo")
    assert b"not really poly" not in (shell.folder / "comments.db").read_bytes()
    assert shell.says("queue", "list") == ""
    assert shell.says("recheck").endswith("jobs done.")


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("moderator", "link", "Nobody"), "no moderator called"),
    (("guest", "link", "/nowhere", "--name", "Robin Vale"), "no such thread"),
    (("threads", "close", "/nowhere", "--reason", "x"), "no thread"),
    (("threads", "add", "/a", "--url", "javascript:x"), "starts with https://"),
    (("threads", "publishing", "/a", "sometimes"), "hold-first"),
    (("threads", "fragment", "/a"), "COMMENTKIT_PUBLIC_URL"),
    (("threads", "fragment", "/nowhere", "--base", "https://talk.example"), "no such thread"),
    (("queue", "move", "0" * 30, "publish"), "no such comment"),
    (("threads", "add", "/\udcff"), "isn't valid UTF-8"),  # a single byte 0xff
]

WRONG_SETTINGS = [
    ("COMMENTKIT_SECRET_KEY", "too short to be one", "COMMENTKIT_SECRET_KEY"),
    ("COMMENTKIT_DATABASE_URL", "mysql://x", "postgresql://"),
    ("COMMENTKIT_DATABASE_URL", "sqlite:////nowhere/at/all.db", "database"),
    ("COMMENTKIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none", "database"),
    ("COMMENTKIT_DATABASE_URL", "postgresql://me:hushhush@host:port/none", "COMMENTKIT_DATABASE_URL"),
    ("COMMENTKIT_ORIGIN", "https://x.example", "COMMENTKIT_ORIGINS"),
    ("COMMENTKIT_AKISMET_KEY", "abc123", "COMMENTKIT_SITE_URL"),
]


def at_once(shell: Shell, *commands: tuple[tuple[str, ...], dict[str, str]]) -> list[Done]:
    """Run several commands side by side: each takes a second to start."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda command: shell.type(*command[0], **command[1]), commands))


def test_what_cannot_be_done_is_one_plain_line(shell: Shell) -> None:
    shell.says("migrate")
    ends = at_once(shell, *((words, {}) for words, _ in REFUSED))
    for (words, why), done in zip(REFUSED, ends, strict=True):
        assert done.returncode != 0, words
        assert why in done.stderr, words
        assert len(done.stderr.strip().splitlines()) == 1, words


def test_wrong_settings_are_named_in_one_line_and_never_repeated(shell: Shell) -> None:
    ends = at_once(shell, *((("moderator", "list"), {name: value}) for name, value, _ in WRONG_SETTINGS))
    for (name, _, why), done in zip(WRONG_SETTINGS, ends, strict=True):
        assert done.returncode != 0, name
        assert why in done.stderr, name
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert "too short to be one" not in done.stderr
        assert "hushhush" not in done.stderr


def test_a_database_is_brought_up_to_date_as_often_as_you_like(shell: Shell) -> None:
    assert shell.says("migrate") == shell.says("migrate") == "The tables are up to date."


def test_a_taken_port_is_one_plain_line(shell: Shell) -> None:
    from commentkit.server import bind

    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        done = shell.type("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.startswith("commentkit: Port ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_purge_deletes_what_is_kept_no_longer_and_says_how_much(shell: Shell) -> None:
    with Site(make_settings(shell.database)) as site:
        site.post("Hello.")
    shell.says("moderator", "add", "Mo")
    assert shell.says("purge").splitlines() == [
        "sealed copies: 0",
        "sign-ins and links: 0",
        "unanswered advice: 0",
        "unconfirmed addresses: 0",
        "marks of thanks: 0",
        "reports: 0",
        "other texts: 0",
        "done jobs: 0",
    ]
    with closing(sqlite3.connect(shell.folder / "comments.db")) as other:
        other.execute("update commentkit_link set expires_at = '2020-01-01 00:00:00'")
        other.execute("update commentkit_outbox set done_at = '2020-01-01 00:00:00'")
        other.commit()
    said = shell.says("purge").splitlines()
    assert (said[1], said[-1]) == ("sign-ins and links: 1", "done jobs: 1")


def test_a_changed_text_is_shown_and_decided_about_without_the_desk(shell: Shell) -> None:
    with Site(make_settings(shell.database)) as site:
        path = str(site.post("A kind word.").url)
        mine = {"Authorization": f"Bearer {path.rpartition('/')[2]}"}
        given = {"body": "You're not really poly if you get jealous", "confirm": True}
        assert site.client.post("/comments/api/v1/state/text", json=given, headers=mine).status_code == 200
        [comment] = site.ids()
        shown = shell.says("queue", "show", comment)
        assert "A kind word." in shown
        assert "not really poly" in shown
        assert "its writer: published" in shown
        assert shell.says("queue", "list", "waiting").startswith(comment)
        assert (
            shell.says("queue", "move", comment, "publish-edit", "--as", "Mo")
            == f"{comment} is now published."
        )
        assert "not really poly" in site.read()
        shell.says("queue", "move", comment, "undo", "--as", "Mo")
        assert "A kind word." in site.read()


def test_reports_are_listed_shown_and_dismissed_without_the_desk(shell: Shell) -> None:
    with Site(make_settings(shell.database)) as site:
        site.post("A kind word.")
        [comment] = site.ids()
        sent = {"reason": "hurts", "text": "It hurts."}
        site.client.post(f"/comments/c/{comment}/report", data=sent, headers={"Origin": ORIGIN})
    assert shell.says("queue", "list", "reported").startswith(comment)
    assert "a reader reported it (hurts): It hurts." in shell.says("queue", "show", comment)
    assert shell.says("queue", "move", comment, "dismiss", "--as", "Mo") == f"{comment} is now published."
    assert shell.says("queue", "list", "reported") == ""
