"""The ready server: for sites made of static files, below /comments, with settings from the environment."""

import pytest
from starlette.testclient import TestClient

from commentkit import SettingsError
from commentkit.asgi import create
from tests.site import make_settings
from tests.walk import links


def test_its_front_door_leads_to_the_comments(sqlite_url: str) -> None:
    with TestClient(create(make_settings(sqlite_url, site_name="Small hours"))) as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "Small hours" in page.text
        for address in links(page.text):
            assert client.get(address).status_code == 200, address


def test_its_front_door_knows_its_root_path(sqlite_url: str) -> None:
    with TestClient(create(make_settings(sqlite_url)), root_path="/talk") as client:
        assert client.get("/talk/", follow_redirects=False).headers["location"] == "/talk/comments/"
        assert client.get("/talk/").status_code == 200


def test_it_reads_the_environment(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMENTKIT_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("COMMENTKIT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COMMENTKIT_SITE_NAME", "From the environment")
    with TestClient(create()) as client:
        assert "From the environment" in client.get("/").text


def test_without_a_secret_it_says_which_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMMENTKIT_SECRET_KEY", raising=False)
    with pytest.raises(SettingsError, match="COMMENTKIT_SECRET_KEY"):
        create()
