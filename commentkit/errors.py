"""Every exception commentkit raises on purpose, base first. HTTP numbers live in `commentkit.web.errors`."""

from collections.abc import Mapping
from dataclasses import dataclass


class CommentkitError(Exception):
    """Base of all errors raised on purpose. `code` is stable and safe to show; the message is plain English."""

    code = "error"


class SettingsError(CommentkitError):
    """A setting is missing or wrong; the message names it and says what would be right."""

    code = "settings"


class TextRefused(CommentkitError):
    """The text can't be accepted as it is; the message tells its writer what to change.

    Args:
        code: stable, e.g. ``"invalid-character"``, ``"too-long"``, ``"markup-too-heavy"``.
        message: a sentence for the writer.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: a stable code and a sentence for the person who filled it in."""

    code: str
    message: str


class InvalidDraft(CommentkitError):
    """One or more fields of a form were refused. Nothing was stored.

    Attributes:
        problems: field name -> what is wrong with it.
    """

    code = "invalid-field"

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems.values()))
        self.problems = dict(problems)


class NotFound(CommentkitError):
    """There is no such thread, comment, receipt or link, or it isn't for this reader: the two look the same."""

    code = "not-found"


class Malformed(CommentkitError):
    """The request can't be read: broken encoding, a field twice, the wrong type of value."""

    code = "malformed"


class TooLarge(CommentkitError):
    """The request is larger than anything that could be accepted, and was not read."""

    code = "too-large"


class WrongType(CommentkitError):
    """The request's content type isn't the one that this address takes."""

    code = "wrong-content-type"


class Refused(CommentkitError):
    """The request comes from a place or a person that may not do this."""

    code = "refused"


class TokenInvalid(CommentkitError):
    """A form's token is forged, expired or made for another thread. The text is shown again with a new one."""

    code = "token-invalid"


class ThreadClosed(CommentkitError):
    """The thread takes no more comments; the message says why."""

    code = "thread-closed"


class TooMany(CommentkitError):
    """Too many tries from one place.

    Attributes:
        retry_after: seconds until the next try can work.
    """

    code = "too-many"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Conflict(CommentkitError):
    """Somebody was quicker, or the same once-number came again with another text."""

    code = "conflict"


class CheckFailed(CommentkitError):
    """A check couldn't reach a verdict. The message never holds a key, an address or a comment's text.

    Attributes:
        retry_after: seconds after which the check itself asked to be asked again, if it did.
    """

    code = "check-failed"

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
