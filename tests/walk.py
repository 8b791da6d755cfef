"""A reader's walk through a page with a thread, by its links and forms alone: it works wherever things are mounted."""

import re
import sqlite3
from contextlib import closing

from starlette.testclient import TestClient

from tests.site import ORIGIN, forms


def links(page: str) -> list[str]:
    """Every address on a page that a browser would open or load, those on the page itself left out."""
    found = re.findall(r'\b(?:href|src|action)="([^"#]*)(#[^"]*)?"', page)
    return [(path + place).replace("&amp;", "&") for path, place in found if path]


def write_and_find(client: TestClient, page: str, text: str = "Found by its links alone.") -> str:
    """Post below a page, read the receipt, follow it back to the thread; returns the form's action."""
    opened = client.get(page)
    assert opened.status_code == 200, opened.text
    [(action, fields)] = [each for each in forms(opened.text) if each[0].endswith("/post")]
    for style in re.findall(r'<link rel="stylesheet" href="([^"]+)"', opened.text):
        assert client.get(style).status_code == 200, style
    receipt = client.post(action, data={**fields, "body": text}, headers={"Origin": ORIGIN})
    assert receipt.status_code == 200, receipt.text
    assert "Your comment is published" in receipt.text
    acts = {action for action, _ in forms(receipt.text)}
    for address in set(links(receipt.text)) - acts - {ORIGIN}:  # the blog has no front page
        assert client.get(address).status_code == 200, address
    [back] = [link for link in links(receipt.text) if "#c-" in link]
    thread = client.get(back).text
    assert text in thread
    [permalink] = {link for link in links(thread) if re.search(r"/c/[0-9a-f]+$", link)}
    assert text in client.get(permalink).text
    return action


def dump(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of an SQLite database, as another program reads it."""
    with closing(sqlite3.connect(url.partition("///")[2])) as other:
        names = [row[0] for row in other.execute("select name from sqlite_master where type = 'table'")]
        return {name: other.execute(f'select * from "{name}" order by rowid').fetchall() for name in names}
