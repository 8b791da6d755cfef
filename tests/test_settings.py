"""Every knob can be turned from the environment, and a wrong turn says which one it was."""

import ipaddress
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from commentkit import Publishing, Settings, SettingsError
from commentkit.model import Order, Security, Thanks

SECRET = "a secret for the tests, forty letters...."
MINIMAL = {"COMMENTKIT_SECRET_KEY": SECRET}
CANARY = "canary7canary"


def build(**given: Any) -> Settings:
    """The constructor, for values whose types it is to judge."""
    return Settings(**given)


# setting -> what the environment says, what it becomes
KNOBS: dict[str, tuple[str, object]] = {
    "secret_key": (
        "another secret, with enough letters in it",
        SecretStr("another secret, with enough letters in it"),
    ),
    "seal_key": ("for sealing", SecretStr("for sealing")),
    "database_url": ("postgresql://me@host/name", "postgresql+psycopg://me@host/name"),
    "migrate_on_start": ("false", False),
    "site": ("my-blog", "my-blog"),
    "site_name": ("My blog", "My blog"),
    "language": ("de", "de"),
    "site_url": ("https://blog.example/", "https://blog.example"),
    "public_url": ("https://talk.example/comments", "https://talk.example/comments"),
    "origins": (
        "https://Blog.example, https://b.example:8443/",
        ("https://blog.example", "https://b.example:8443"),
    ),
    "trusted_proxies": (
        "10.0.0.0/8,fd00::/8",
        (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")),
    ),
    "publishing": ("hold-first", Publishing.HOLD_FIRST),
    "max_depth": ("7", 7),
    "order": ("newest", Order.NEWEST),
    "page_comments": ("40", 40),
    "thanks": ("uncounted", Thanks.UNCOUNTED),
    "live": ("false", False),
    "live_most": ("50", 50),
    "require_name": ("true", True),
    "require_email": ("1", True),
    "name_max": ("40", 40),
    "email_max": ("100", 100),
    "website_max": ("200", 200),
    "body_max": ("5000", 5000),
    "post_limit": ("3/minute", "3/minute"),
    "thanks_limit": ("3/minute", "3/minute"),
    "login_limit": ("5 per hour", "5 per hour"),
    "form_hours": ("2", 2),
    "edit_minutes": ("5", 5),
    "hurried_seconds": ("1.5", 1.5),
    "links_free": ("0", 0),
    "hold_points": ("9", 9),
    "check_patience": ("0.5", 0.5),
    "akismet_key": ("abc123", SecretStr("abc123")),
    "akismet_url": ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
    "akismet_send_address": ("no", False),
    "akismet_send_email": ("yes", True),
    "akismet_keep_days": ("3", 3),
    "shaming": ("off", False),
    "shaming_files": ("/etc/rules.toml, more.toml", ("/etc/rules.toml", "more.toml")),
    "shaming_off": ("mad.crazy, whole.condescension", ("mad.crazy", "whole.condescension")),
    "advise": ("no", False),
    "self_check": ("no", False),
    "guidelines": ("Be *kind*.", "Be *kind*."),
    "warnings": ("sexual violence, self-harm, self-harm", ("sexual violence", "self-harm")),
    "session_days": ("1", 1),
    "signin_link_minutes": ("5", 5),
    "guest_link_days": ("60", 60),
    "remember_days": ("7", 7),
    "report_days": ("7", 7),
    "thanks_days": ("30", 30),
    "writer_days": ("5", 5),
    "history_days": ("90", 90),
    "cache_bytes": ("0", 0),
    "smtp_host": ("mail.blog.example", "mail.blog.example"),
    "smtp_port": ("25", 25),
    "smtp_security": ("tls", Security.TLS),
    "smtp_user": ("me", "me"),
    "smtp_password": ("hush", SecretStr("hush")),
    "mail_from": ("comments@blog.example", "comments@blog.example"),
}

WRONGS = {
    "site": "My Blog!",
    "site_url": "blog.example",
    "public_url": "ftp://talk.example",
    "origins": "https://blog.example/with/a/path",
    "trusted_proxies": "10.0.0.1/8",
    "publishing": "sometimes",
    "max_depth": "-1",
    "order": "best",
    "page_comments": "0",
    "thanks": "hearts",
    "require_name": "perhaps",
    "body_max": "99",
    "post_limit": "many",
    "login_limit": "10/fortnight",
    "form_hours": "0",
    "check_patience": "0",
    "hurried_seconds": "nan",
    "akismet_keep_days": "0",
    "warnings": "sexual violence, <b>",
    "guidelines": "g" * 4001,
    "akismet_url": "https://rest.example?x=1",
    "smtp_port": "0",
    "smtp_security": "some",
    "mail_from": "Comments <comments@blog.example>",
}


def test_every_knob_is_listed_here() -> None:
    assert KNOBS.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", KNOBS)
def test_every_knob_is_read_from_the_environment(name: str) -> None:
    said, becomes = KNOBS[name]
    settings = Settings.from_env({**MINIMAL, f"COMMENTKIT_{name.upper()}": said})
    assert getattr(settings, name) == becomes


@pytest.mark.parametrize("name", KNOBS)
def test_every_knob_says_what_it_is_for(name: str) -> None:
    assert (Settings.model_fields[name].description or "").endswith(".")


def test_only_the_secret_key_has_no_default() -> None:
    assert [name for name, field in Settings.model_fields.items() if field.is_required()] == ["secret_key"]
    with pytest.raises(SettingsError, match=r"^COMMENTKIT_SECRET_KEY: "):
        Settings.from_env({})


@pytest.mark.parametrize("name", WRONGS)
def test_a_wrong_value_names_its_variable_on_one_line(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**MINIMAL, f"COMMENTKIT_{name.upper()}": WRONGS[name]})
    assert str(refused.value).startswith(f"COMMENTKIT_{name.upper()}: ")
    assert "\n" not in str(refused.value)


def test_all_wrong_values_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"COMMENTKIT_MAX_DEPTH": "deep", "COMMENTKIT_FORM_HOURS": "long"})
    named = [line.partition(":")[0] for line in str(refused.value).splitlines()]
    assert sorted(named) == ["COMMENTKIT_FORM_HOURS", "COMMENTKIT_MAX_DEPTH", "COMMENTKIT_SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", CANARY),
        ("AKISMET_KEY", f"{CANARY}!"),
        ("DATABASE_URL", f"mysql://me:{CANARY}@host/name"),
        ("DATABASE_URL", f"me:{CANARY}@host/name"),
    ],
)
def test_a_wrong_secret_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^COMMENTKIT_{name}: ") as refused:
        Settings.from_env({**MINIMAL, f"COMMENTKIT_{name}": value})
    assert CANARY not in str(refused.value)
    assert refused.value.__suppress_context__
    with pytest.raises(ValidationError) as raw:
        build(**{"secret_key": SECRET, name.lower(): value})
    assert CANARY not in str(raw.value)


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    given = {"SECRET_KEY": CANARY * 3, "SEAL_KEY": CANARY, "AKISMET_KEY": CANARY, "SMTP_PASSWORD": CANARY}
    environ = {f"COMMENTKIT_{name}": value for name, value in given.items()}
    settings = Settings.from_env(
        {**environ, "COMMENTKIT_DATABASE_URL": f"postgresql://me:{CANARY}@host/name"}
    )
    assert CANARY not in repr(settings)
    assert CANARY not in str(settings)


def test_an_unknown_name_is_refused_with_a_hint() -> None:
    with pytest.raises(
        SettingsError, match=r"COMMENTKIT_AKISMET_KYE: .* did you mean COMMENTKIT_AKISMET_KEY\?"
    ):
        Settings.from_env({**MINIMAL, "COMMENTKIT_AKISMET_KYE": "abc123"})
    with pytest.raises(SettingsError, match=r"COMMENTKIT_QQQ: there is no such setting$"):
        Settings.from_env({**MINIMAL, "COMMENTKIT_QQQ": "1"})


def test_names_of_others_are_left_alone() -> None:
    environ = {**MINIMAL, "COMMENTKIT_TEST_PG_URL": "x", "PATH": "y", "SITE": "z", "commentkit_site": "w"}
    assert Settings.from_env(environ).site == "main"


def test_an_empty_optional_secret_is_none_at_all() -> None:
    settings = Settings.from_env({**MINIMAL, "COMMENTKIT_AKISMET_KEY": "", "COMMENTKIT_SEAL_KEY": ""})
    assert settings.akismet_key is None
    assert settings.seal_key is None


def test_the_constructor_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (said, _) in KNOBS.items():
        monkeypatch.setenv(f"COMMENTKIT_{name.upper()}", said)
    settings = Settings(secret_key=SecretStr(SECRET))
    assert settings.site == "main"
    assert settings.akismet_key is None
    assert Settings.from_env().site == "my-blog"


def test_the_constructor_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        build(secret_key=SECRET, sight="main")


def test_settings_do_not_change() -> None:
    settings = Settings(secret_key=SecretStr(SECRET))
    with pytest.raises(ValidationError):
        settings.site = "other"  # type: ignore[misc]  # that is what is tried here


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://host/x", "postgresql+psycopg://host/x"),
        ("postgresql+psycopg://host/x", "postgresql+psycopg://host/x"),
    ],
)
def test_a_database_is_named_without_its_driver(given: str, driver: str) -> None:
    assert Settings(secret_key=SecretStr(SECRET), database_url=given).database_url == driver
