"""The pages behind the links in mails: to confirm an address, and to end the mails. GET shows, POST acts."""

from starlette.requests import Request
from starlette.responses import Response

from commentkit.service import mail
from commentkit.web import guards
from commentkit.web.face import face_of

_DAILY, _EACH, _ALL = "daily", "each", "all"


async def confirm_form(request: Request) -> Response:
    """What the link to confirm shows: buttons. Mail scanners that open links confirm nothing."""
    face = face_of(request)
    box, about = await mail.to_confirm(face.house, request.path_params["token"])
    known = box.confirmed_at is not None
    return face.page(request, "mail_confirm.html", done=False, known=known, about=about, daily=box.daily)


async def confirm(request: Request) -> Response:
    """An address is confirmed, with how often it wants to be told; this device can prove it from now on."""
    face = face_of(request)
    guards.check_origin(request, face.house.settings, own_only=True, by_token=True)
    when = (await guards.read_form(request)).get("when", "")
    daily = when == _DAILY if when in {_DAILY, _EACH} else None
    about, proof = await mail.confirm(face.house, request.path_params["token"], daily=daily)
    response = face.page(
        request, "mail_confirm.html", done=True, known=True, about=about, daily=daily or False
    )
    face.prove(request, response, proof)
    return response


async def stop_form(request: Request) -> Response:
    """What the link to end mails shows: buttons."""
    face = face_of(request)
    box, one = await mail.to_stop(face.house, request.path_params["token"])
    return face.page(request, "mail_stop.html", done="", one=one is not None, daily=box.daily)


async def stop(request: Request) -> Response:
    """End mails, or choose how often they come.

    A mail program's one click (RFC 8058) comes as a form of either kind and from no page: only the address tells what
    it is about, and nothing of the form is needed.
    """
    face = face_of(request)
    guards.check_origin(request, face.house.settings, own_only=True, by_token=True)
    token = request.path_params["token"]
    what = (await guards.read_form(request)).get("what", "") if guards.is_form(request) else ""
    if what in {_DAILY, _EACH}:
        await mail.choose(face.house, token, daily=what == _DAILY)
        return face.page(request, "mail_stop.html", done=what, one=False, daily=what == _DAILY)
    _box, one = await mail.to_stop(face.house, token)
    everything = what == _ALL or one is None
    await mail.stop(face.house, token, everything=everything)
    return face.page(request, "mail_stop.html", done="all" if everything else "one", one=False, daily=False)
