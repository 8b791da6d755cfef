"""A stand-in for Akismet: an ASGI application that speaks the documented protocol, and can fail in every way.

Source: Akismet's developer documentation, "comment-check", "submit-spam", "submit-ham", "verify-key".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

THANKS = b"Thanks for making the web a better place."


class Mode(StrEnum):
    """How the stand-in behaves. `NORMAL` judges; every other word is a way to fail."""

    NORMAL = "normal"
    HANGS = "hangs"
    BROKEN = "broken"
    GARBAGE = "garbage"
    EMPTY = "empty"
    INVALID_KEY = "invalid-key"
    REDIRECTS = "redirects"
    HUGE = "huge"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class Received:
    """One request: the endpoint's name and its form fields."""

    endpoint: str
    fields: Mapping[str, str]


@dataclass
class AkismetStandIn:
    """The application. Give its address as `Settings.akismet_url`.

    It says spam for the author ``akismet-guaranteed-spam`` or the e-mail ``akismet-guaranteed-spam@example.com``,
    and adds the tip ``discard`` when the text has the words ``buy now``. Everything else is not spam, and so is
    everything by ``user_role=administrator``.

    Attributes:
        key: the one that is accepted; any, when empty.
        mode: how to behave; may be changed at any time.
        received: every request so far, the newest last.
    """

    key: str = ""
    mode: Mode = Mode.NORMAL
    received: list[Received] = field(default_factory=list)

    def calls(self, endpoint: str) -> list[Mapping[str, str]]:
        """The fields of every request to an endpoint (``comment-check``, ``submit-ham`` …)."""
        return [each.fields for each in self.received if each.endpoint == endpoint]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        values = parse_qs(body.decode(), keep_blank_values=True)
        fields = {name: value[0] for name, value in values.items()}
        endpoint = str(scope["path"]).rpartition("/")[2]
        self.received.append(Received(endpoint, fields))
        if self.mode is Mode.HANGS:
            await receive()  # the body is over, so this waits until the client has gone
            return
        status, headers, answer = self._answer(endpoint, fields)
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, endpoint: str, fields: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        failures: dict[Mode, tuple[int, dict[str, str], bytes]] = {
            Mode.BROKEN: (500, {}, b"internal error"),
            Mode.GARBAGE: (200, {}, b"<html>maybe</html>"),
            Mode.EMPTY: (200, {}, b""),
            Mode.INVALID_KEY: (
                200,
                {"x-akismet-debug-help": "We were unable to parse your key."},
                b"invalid",
            ),
            Mode.REDIRECTS: (302, {"location": "http://127.0.0.1:9/elsewhere"}, b""),
            Mode.HUGE: (200, {}, b"false" + b" " * 10_000_000),
        }
        if self.mode in failures:
            return failures[self.mode]
        # The documentation calls it `api_key`, older clients send `key` to `verify-key`.
        key = fields.get("api_key") or (fields.get("key") if endpoint == "verify-key" else "")
        if not key or "blog" not in fields or (self.key and key != self.key):
            return failures[Mode.INVALID_KEY]
        if endpoint == "verify-key":
            return 200, {}, b"valid"
        if endpoint in {"submit-ham", "submit-spam"}:
            return 200, {}, THANKS
        if endpoint != "comment-check" or not fields.get("user_ip"):
            return 404, {}, b""
        headers = {"x-akismet-guid": f"guid-{len(self.received)}"}
        if self._is_spam(fields):
            if "buy now" in fields.get("comment_content", ""):
                headers["x-akismet-pro-tip"] = "discard"
            return 200, headers, b"true"
        if self.mode is Mode.PROVISIONAL:
            headers["x-akismet-recheck-after"] = "120"
        return 200, headers, b"false"

    @staticmethod
    def _is_spam(fields: Mapping[str, str]) -> bool:
        return fields.get("user_role") != "administrator" and (
            fields.get("comment_author") == "akismet-guaranteed-spam"
            or fields.get("comment_author_email") == "akismet-guaranteed-spam@example.com"
        )
