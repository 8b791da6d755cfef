"""Akismet, through the `akismet` package, with what that package leaves out: the trap's own field, the reply's
headers, a limit on the reply's size, no redirects, and no key in any error.

Source of the rules: Akismet's developer documentation (comment-check, submit-spam, submit-ham).
"""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import akismet
import httpx

from commentkit.checks.traps import TRAP_FIELD
from commentkit.errors import CheckFailed
from commentkit.model import Finding, Submission, Weight

NO_ADDRESS = "0.0.0.0"  # noqa: S104  (not a listener: Akismet demands `user_ip`; this stands for "not told")
_PACKAGE_FIELDS = frozenset(akismet.AkismetArguments.__annotations__)
_REPLY_BYTES = 64 * 1024
_SECONDS = 10.0  # above every patience: `run` cuts a first look short, a second look may take this long


class Akismet:
    """Asks Akismet, and tells it when a person overturned it.

    Args:
        key: the API key. It is sent in the request's body and appears nowhere else.
        site_url: the blog's front page, by which Akismet knows the key's site.
        base_url: where Akismet answers.
        send_address, send_email: whether the owner lets these be sent.
    """

    name = "akismet"

    def __init__(
        self, key: str, site_url: str, *, base_url: str, send_address: bool = True, send_email: bool = False
    ) -> None:
        self._config = akismet.Config(key=key, url=site_url)
        self._base = httpx.URL(base_url)
        self._send_address = send_address
        self._send_email = send_email
        self._ssl = httpx.create_ssl_context()

    def remember(self, submission: Submission) -> Mapping[str, str]:
        """The fields that Akismet is sent about a comment, beside the key and the site's address."""
        visitor = submission.visitor
        address = visitor.address if self._send_address else None
        fields = {
            "user_ip": address or NO_ADDRESS,
            "user_agent": visitor.user_agent,
            "referrer": visitor.referrer,
            "permalink": submission.permalink,
            "comment_type": "reply" if submission.is_reply else "comment",
            "comment_author": submission.name,
            "comment_author_email": submission.email if self._send_email else "",
            "comment_author_url": submission.website,
            "comment_content": submission.body,
            "comment_date_gmt": submission.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "blog_charset": "UTF-8",
            "honeypot_field_name": TRAP_FIELD,
            TRAP_FIELD: submission.trap,
        }
        return {name: value for name, value in fields.items() if value or name == TRAP_FIELD}

    async def examine(self, submission: Submission) -> Sequence[Finding]:
        """Ask `comment-check`.

        Raises:
            CheckFailed: no usable answer; the message is safe to show.
        """
        sent = dict(submission.sent or self.remember(submission))
        again = {"recheck_reason": "recheck"} if submission.again else {}
        verdict, headers = await self._call("comment_check", {**sent, **again})
        pause = headers.get("x-akismet-recheck-after", "")
        if verdict is akismet.CheckResponse.HAM and pause.isdigit() and not submission.again:
            # A provisional "no spam": Akismet is still looking at the links.
            raise CheckFailed("Akismet is still looking at it.", retry_after=min(int(pause), 3600))
        data = {
            name: headers[header][:200]
            for name, header in (
                ("guid", "x-akismet-guid"),
                ("pro_tip", "x-akismet-pro-tip"),
                ("alert", "x-akismet-alert-code"),
            )
            if header in headers
        }
        if verdict is akismet.CheckResponse.DISCARD:
            # Akismet is sure enough to throw it away unseen. We aren't: a person can still find it.
            return [
                Finding(self.name, "discard", "Akismet is certain that this is spam.", Weight.SPAM, data=data)
            ]
        if verdict is akismet.CheckResponse.SPAM:
            return [Finding(self.name, "spam", "Akismet thinks that this is spam.", Weight.SPAM, data=data)]
        return [Finding(self.name, "ham", "Akismet does not think that this is spam.", data=data)]

    async def learn(self, sent: Mapping[str, str], *, spam: bool) -> None:
        """Send `submit-spam` or `submit-ham` with the fields as they were first submitted.

        Raises:
            CheckFailed: Akismet didn't take it.
        """
        await self._call("submit_spam" if spam else "submit_ham", dict(sent))

    async def _call(self, operation: str, fields: dict[str, str]) -> tuple[Any, httpx.Headers]:
        known = {name: value for name, value in fields.items() if name in _PACKAGE_FIELDS}
        extra = {name: value for name, value in fields.items() if name not in known and name != "user_ip"}
        wire = _Wire(self._base, self._ssl, extra)
        async with httpx.AsyncClient(
            transport=wire, timeout=_SECONDS, headers={"User-Agent": akismet.USER_AGENT}, trust_env=False
        ) as http:
            client = akismet.AsyncClient(config=self._config, http_client=http)
            try:
                answer = await getattr(client, operation)(user_ip=fields["user_ip"], **known)
            except akismet.APIKeyError:
                # Its message holds the key, so it must not be chained either.
                raise CheckFailed("Akismet refused the key for this site.") from None
            except akismet.RequestError:
                raise CheckFailed("Akismet could not be reached.") from None
            except akismet.AkismetError:
                raise CheckFailed("Akismet's answer made no sense.") from None
        return answer, wire.headers


class _Wire(httpx.AsyncBaseTransport):
    """One request to Akismet: its address replaced, fields added, the reply's size capped and headers kept."""

    def __init__(self, base: httpx.URL, context: ssl.SSLContext, extra: Mapping[str, str]) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
        self._base = base
        self._extra = extra
        self.headers = httpx.Headers()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = (await request.aread()) + b"&" + urlencode(self._extra).encode()
        # `identity`: a small compressed reply could unpack to any size.
        headers = {
            "User-Agent": request.headers["User-Agent"],
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Accept-Encoding": "identity",
        }
        url = self._base.copy_with(path=self._base.path.rstrip("/") + request.url.path)
        rewritten = httpx.Request(
            request.method, url, headers=headers, content=body, extensions=request.extensions
        )
        response = await self._inner.handle_async_request(rewritten)
        content = b""
        try:
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > _REPLY_BYTES:
                    raise httpx.ReadError("the reply is too long")
        finally:
            await response.aclose()
        self.headers = httpx.Headers(
            {name: value for name, value in response.headers.items() if name.startswith("x-akismet-")}
        )
        return httpx.Response(response.status_code, headers=self.headers, content=content, request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()
