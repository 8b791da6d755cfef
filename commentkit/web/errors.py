"""One table turns errors into HTTP; people get a page, programs get problem details (RFC 9457)."""

from collections.abc import Mapping

from commentkit.errors import (
    CommentkitError,
    Conflict,
    InvalidDraft,
    Malformed,
    NotFound,
    Refused,
    TextRefused,
    ThreadClosed,
    TokenInvalid,
    TooLarge,
    TooMany,
    WrongType,
)
from commentkit.language import N_, _
from commentkit.service.before import BeforePosting
from commentkit.store.database import DatabaseBusy

STATUS: Mapping[type[CommentkitError], tuple[int, str]] = {
    Malformed: (400, N_("That could not be read")),
    Refused: (403, N_("That is not allowed")),
    TokenInvalid: (403, N_("The form needs to be renewed")),
    ThreadClosed: (403, N_("This thread is closed")),
    NotFound: (404, N_("Not found")),
    Conflict: (409, N_("Somebody was quicker")),
    BeforePosting: (409, N_("Before you post")),
    TooLarge: (413, N_("That is too large")),
    WrongType: (415, N_("That is not what this address takes")),
    InvalidDraft: (422, N_("Something in the form needs another look")),
    TextRefused: (422, N_("The text can't be accepted as it is")),
    TooMany: (429, N_("A little slower, please")),
    DatabaseBusy: (503, N_("Please try again in a moment")),
}


def status_of(error: CommentkitError) -> tuple[int, str]:
    """HTTP status and title for an error, in the language spoken now; the nearest base in the table counts."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            status, title = STATUS[kind]
            return status, _(title)
    return 500, _("Something went wrong here")


def headers_of(error: CommentkitError) -> dict[str, str]:
    """Headers that belong to an error."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, DatabaseBusy):
        return {"Retry-After": "5"}
    return {}


def problem(error: CommentkitError) -> dict[str, object]:
    """Problem details for programs: `code` is stable, `errors` names the fields."""
    status, title = status_of(error)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": str(error),
        "code": error.code,
    }
    if isinstance(error, InvalidDraft):
        body["errors"] = [
            {"field": name, "code": each.code, "detail": each.message}
            for name, each in error.problems.items()
        ]
    return body
