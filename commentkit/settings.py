"""Every knob: its default, its environment name and its check. The only reader of the environment.

A setting `post_limit` is read from `COMMENTKIT_POST_LIMIT`. Lists are separated by commas.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Self
from urllib.parse import urlsplit

from limits import parse as parse_limit
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from commentkit.errors import SettingsError
from commentkit.language import LANGUAGES
from commentkit.model import Order, Publishing, Security, Thanks

PREFIX = "COMMENTKIT_"
TEST_PREFIX = PREFIX + "TEST_"  # names that belong to the project's own tests


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part for part in (part.strip() for part in value.split(",")) if part)
    return value


def _networks(value: object) -> object:
    given = _split(value)
    return tuple(_network(item) for item in given) if isinstance(given, tuple | list) else given


def _network(value: object) -> object:
    try:
        return ipaddress.ip_network(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"{value!r} is not a network; write it like 10.0.0.0/8") from None


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_blank_is_none)]
Days = Annotated[int, Field(ge=1, le=3650)]


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path not in {"", "/"}
        or parts.query
    ):
        raise ValueError(f"{value!r} is not an origin; write it like https://blog.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _address(value: str, *, what: str) -> str:
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError(f"{value!r} is not {what}; write it like https://blog.example")
    return value.rstrip("/")


class Settings(BaseSettings):
    """All settings of one site's comments. Frozen; wrong values raise `SettingsError` from `from_env` and
    pydantic's `ValidationError` from the constructor.

    Only `secret_key` has no default.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret_key: SecretStr = Field(
        min_length=32, description="Signs forms, receipts and links. At least 32 random characters; keep it."
    )
    seal_key: OptionalSecret = Field(
        default=None,
        description="Seals what must be read again later (made from the secret key when not set).",
    )
    database_url: str = Field(
        default="sqlite:///commentkit.db",
        repr=False,  # it may hold a password
        description="SQLite or PostgreSQL, as a URL.",
    )
    migrate_on_start: bool = Field(
        default=True, description="Bring commentkit's own tables up to date at every start."
    )

    site: str = Field(
        default="main",
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$",
        description="Short name; sites can share one database.",
    )
    site_name: str = Field(default="Comments", max_length=120, description="How pages call the site.")
    language: str = Field(
        default="",
        description="The language that readers are spoken to in (en, de, …); by their browser's choice when empty.",
    )
    site_url: str = Field(default="", description="The blog's front page. Akismet knows the site by it.")
    public_url: str = Field(
        default="", description="Where readers reach commentkit, path included, when the request can't tell."
    )
    origins: Names = Field(default=(), description="Other origins whose pages may show threads and post.")
    trusted_proxies: Networks = Field(
        default=(), description="Networks of your own proxies; only they may name a reader's address."
    )

    publishing: Publishing = Field(
        default=Publishing.PUBLISH,
        description="publish, hold-first or hold-all: what appears before a moderator reads it.",
    )
    max_depth: int = Field(default=4, ge=0, le=20, description="How deep replies are indented.")
    order: Order = Field(
        default=Order.OLDEST, description="oldest, newest or thanked: what a thread begins with."
    )
    page_comments: int = Field(
        default=100, ge=5, le=500, description="How many comments a thread shows before 'show more'."
    )
    thanks: Thanks = Field(
        default=Thanks.COUNTED,
        description="counted, uncounted or off: readers can say 'this rings true', and see how many did.",
    )
    live: bool = Field(
        default=True, description="Tell readers at once when there are new comments; else every minute."
    )
    live_most: int = Field(
        default=500, ge=0, le=100_000, description="Readers who are told at once, in one process."
    )
    require_name: bool = Field(default=False, description="Refuse comments without a name (else: Anonymous).")
    require_email: bool = Field(default=False, description="Refuse comments without an e-mail.")
    name_max: int = Field(default=80, ge=1, le=500, description="Characters in a name.")
    email_max: int = Field(default=254, ge=6, le=254, description="Characters in an e-mail (RFC 5321).")
    website_max: int = Field(default=500, ge=10, le=2000, description="Characters in a website.")
    body_max: int = Field(default=20_000, ge=100, le=20_000, description="Characters in a comment.")

    post_limit: str = Field(
        default="10/10 minutes", description="Comments from one network, as 'count/time'."
    )
    thanks_limit: str = Field(
        default="60/10 minutes", description="Thanks from one network, as 'count/time'."
    )
    login_limit: str = Field(default="10/15 minutes", description="Sign-in tries, per network and per name.")
    form_hours: int = Field(default=24, ge=1, le=24 * 7, description="How long an open form stays good.")

    edit_minutes: int = Field(
        default=60,
        ge=0,
        le=60 * 24 * 30,
        description="How long after posting a comment's text can be changed by its receipt; 0 for never.",
    )

    hurried_seconds: float = Field(
        default=3, ge=0, le=60, description="A form sent faster than this is evidence of a robot."
    )
    links_free: int = Field(default=3, ge=0, le=100, description="More links than this are evidence of spam.")
    hold_points: int = Field(default=5, ge=1, le=100, description="Evidence that makes a comment wait.")
    check_patience: float = Field(
        default=2, gt=0, le=30, description="Seconds that a posted comment waits for its checks."
    )

    akismet_key: OptionalSecret = Field(
        default=None, description="Your Akismet key; without one Akismet isn't asked."
    )
    akismet_url: str = Field(default="https://rest.akismet.com", description="Where Akismet answers.")
    akismet_send_address: bool = Field(
        default=True, description="Tell Akismet the network address of a comment's writer."
    )
    akismet_send_email: bool = Field(
        default=False, description="Tell Akismet the e-mail of a comment's writer."
    )
    akismet_keep_days: Days = Field(
        default=15, description="How long the sealed copy of what Akismet got is kept."
    )
    shaming: bool = Field(
        default=True, description="Look for shaming language; what it finds waits for a moderator."
    )
    shaming_files: Names = Field(
        default=(), description="Files with rules of your own for shaming language, beside the built-in ones."
    )
    shaming_off: Names = Field(
        default=(), description="Ids of rules for shaming language that are switched off."
    )
    advise: bool = Field(
        default=True,
        description="Show writers once, before anything is stored, what the checks would tell them.",
    )
    self_check: bool = Field(
        default=True,
        description="Then also point out a phone number, an address or a whole name in their text.",
    )
    guidelines: str = Field(
        default="",
        max_length=4000,
        description="Shown above the form: a text in Markdown, or the address of a page.",
    )
    warnings: Names = Field(
        default=(), max_length=12, description="Content warnings that writers and moderators can choose from."
    )

    session_days: Days = Field(default=14, description="How long a moderator stays signed in.")
    signin_link_minutes: int = Field(
        default=15, ge=1, le=1440, description="How long a one-time sign-in link is good."
    )
    guest_link_days: Days = Field(
        default=30, description="How long a guest author's link and sign-in are good."
    )
    remember_days: Days = Field(default=180, description="How long 'remember me on this device' lasts.")
    report_days: Days = Field(
        default=30, description="How long it is known that a network has reported a comment, as a code."
    )
    thanks_days: Days = Field(
        default=180, description="How long a device can take its thanks back; then nothing of it is kept."
    )
    writer_days: Days = Field(
        default=30, description="How long a device that posted in a thread keeps its avatar there."
    )
    history_days: Days = Field(
        default=30,
        description="How long done background jobs and the other texts of changed comments are kept.",
    )
    cache_bytes: int = Field(
        default=16_000_000, ge=0, le=2_000_000_000, description="Memory for finished lists of comments."
    )

    smtp_host: str = Field(
        default="",
        max_length=255,
        description="Your mail server; without one readers aren't offered any mail.",
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Security = Field(
        default=Security.STARTTLS, description="starttls, tls or none: how the way to it is encrypted."
    )
    smtp_user: str = Field(default="", repr=False, description="Who you are to it.")
    smtp_password: OptionalSecret = Field(default=None, description="Your password there.")
    mail_from: str = Field(default="", description="The address that mails come from.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read all settings from the environment.

        Args:
            environ: read instead of the process's environment.
        Raises:
            SettingsError: a setting is missing, wrong or unknown; the message names it.
        """
        given = _with_prefix(os.environ if environ is None else environ)
        names = {PREFIX + name.upper() for name in cls.model_fields}
        for name in sorted(given.keys() - names):
            # compared without the prefix, which makes everything look alike
            near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), cls.model_fields, 1)
            hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
            raise SettingsError(f"{name}: there is no such setting{hint}")
        source = EnvSettingsSource(cls, env_prefix=PREFIX)
        source.env_vars = {name.lower(): value for name, value in given.items()}
        try:
            return cls(**source())
        except ValidationError as error:
            raise SettingsError(_plain(error)) from None

    @classmethod
    def shaming_rules(cls, environ: Mapping[str, str] | None = None) -> tuple[Sequence[str], Sequence[str]]:
        """The files with rules of one's own and the ids that are switched off, where nothing else need be set."""
        given = os.environ if environ is None else environ

        def names(setting: str) -> Sequence[str]:
            return [part for part in map(str.strip, given.get(PREFIX + setting, "").split(",")) if part]

        return names("SHAMING_FILES"), names("SHAMING_OFF")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`Settings(...)` takes its arguments alone; only `from_env` looks around."""
        return (init_settings,)

    @field_validator("database_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        scheme, colon, rest = value.partition("://")
        drivers = {
            "sqlite": "sqlite+aiosqlite",
            "sqlite+aiosqlite": "sqlite+aiosqlite",
            "postgres": "postgresql+psycopg",
            "postgresql": "postgresql+psycopg",
            "postgresql+psycopg": "postgresql+psycopg",
        }
        if not colon or scheme not in drivers:
            raise ValueError("use sqlite:///path/to/file.db or postgresql://user@host/name")
        return f"{drivers[scheme]}://{rest}"

    @field_validator("origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(item) for item in value)

    @field_validator("site_url", "public_url", "akismet_url")
    @classmethod
    def _urls(cls, value: str) -> str:
        return _address(value, what="a web address")

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value and value not in LANGUAGES:
            raise ValueError(f"this language is not there; there are {', '.join(LANGUAGES)}")
        return value

    @field_validator("post_limit", "thanks_limit", "login_limit")
    @classmethod
    def _limits(cls, value: str) -> str:
        try:
            parse_limit(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a limit; write it like 10/10 minutes") from None
        return value

    @field_validator("warnings")
    @classmethod
    def _warnings(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not re.fullmatch(r"[^\W_](?:[\w '-]{0,58}[^\W_])?", name):
                raise ValueError(f"{name!r} is no content warning; use up to 60 letters, digits and spaces")
        return tuple(dict.fromkeys(value))

    @field_validator("akismet_key")
    @classmethod
    def _usable_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().isalnum():
            raise ValueError("an Akismet key is letters and digits only")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
            raise ValueError("this is not an address; write it like comments@blog.example")
        return value


def _with_prefix(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)
    }


_PLAIN = {
    "missing": 'is not set. Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
    "too_short": "is too short to be safe; it needs at least 32 characters",
}


def _plain(error: ValidationError) -> str:
    """One line a setting. The value isn't repeated unless our own check chose to: it may be a secret."""
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        name = PREFIX + str(item["loc"][0]).upper() if item["loc"] else PREFIX
        said = _PLAIN.get(item["type"], item["msg"].removeprefix("Value error, "))
        lines.append(f"{name}: {said}")
    return "\n".join(lines)
