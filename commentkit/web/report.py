"""The page on which a reader reports a comment: a reason, a few words if they like, and what is kept of it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit.errors import CommentkitError, InvalidDraft, NotFound, Problem, TextRefused
from commentkit.language import _, format_number
from commentkit.model import ReportReason
from commentkit.service import reader, reports
from commentkit.service.house import comment_page
from commentkit.store.database import DatabaseBusy
from commentkit.text import clean_body
from commentkit.web import guards
from commentkit.web.errors import headers_of, status_of
from commentkit.web.face import Face, face_of
from commentkit.web.pages import REPORT_WORDS, view
from commentkit.web.reader import lost

TEXT_MAX = 2000


async def form(request: Request) -> Response:
    """The form, with the comment in sight; or the thanks for having sent it."""
    return await _page(request, sent=request.query_params.get("sent") == "yes")


async def _page(
    request: Request,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    problems: Mapping[str, Problem] | None = None,
    sent: bool = False,
) -> Response:
    face = face_of(request)
    place = await reader.in_place(face.house, request.path_params["id"])
    base = face.base(request)
    response = face.page(
        request,
        "report.html",
        status,
        store=status == 200,
        comment=view(place.comment, base, open_thread=False),
        place=comment_page(base, place.thread, place.comment.public_id),
        # Another address than this page's: a browser that can't reach its own address forgets the page, and the text.
        action=f"{base}/c/{place.comment.public_id}/report?send=yes",
        reasons=[(reason.value, _(words)) for reason, words in REPORT_WORDS.items()],
        typed=typed or {},
        problem=problem,
        problems=problems or {},
        sent=sent,
    )
    response.headers.update(headers or {})
    return response


async def send(request: Request) -> Response:
    """Take a report. Whatever goes wrong, the answer has the text in it."""
    face = face_of(request)
    guards.check_origin(request, face.house.settings, own_only=True)
    fields = await guards.read_form(request)
    public_id = request.path_params["id"]
    try:
        return await _send(request, face, public_id, fields)
    except (NotFound, DatabaseBusy) as error:  # the comment can't be shown, and the form stands below it
        if not fields.get("text"):
            raise
        return lost(request, face, fields["text"], error)


async def _send(request: Request, face: Face, public_id: str, fields: Mapping[str, str]) -> Response:
    settings = face.house.settings
    try:
        reason, text = _read(fields)
        address = guards.address_of(request, settings)
        await face.limits.report(address)
        network = guards.network_of(address) if address is not None else None
        await reports.report(face.house, public_id, reason, text, network)
    except NotFound:
        raise
    except CommentkitError as error:
        status = status_of(error)[0]
        problems = error.problems if isinstance(error, InvalidDraft) else {}
        problem = _("Something is missing or needs another look.") if problems else str(error)
        return await _page(
            request,
            status=status,
            headers=headers_of(error),
            typed=fields,
            problem=problem,
            problems=problems,
        )
    return RedirectResponse(f"{face.base(request)}/c/{public_id}/report?sent=yes", 303)


def _read(fields: Mapping[str, str]) -> tuple[ReportReason, str]:
    """Reason and text of a report.

    Raises:
        InvalidDraft: with one problem for every wrong field.
    """
    problems: dict[str, Problem] = {}
    reason = fields.get("reason", "")
    if reason not in list(ReportReason):
        problems["reason"] = Problem("required", _("Please choose why you report it."))
    text = ""
    try:
        text = clean_body(fields.get("text", ""))
    except TextRefused as error:
        problems["text"] = Problem(error.code, str(error))
    if len(text) > TEXT_MAX:
        said = _(
            "The text has %(length)s characters; there is room for %(room)s.",
            length=format_number(len(text)),
            room=format_number(TEXT_MAX),
        )
        problems["text"] = Problem("too-long", said)
    if problems:
        raise InvalidDraft(problems)
    return ReportReason(reason), text
