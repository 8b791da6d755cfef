"""Ways in and out: the desk's sign-in, one-time links, a guest author's link. GET shows, POST acts."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit.errors import Refused, TooMany
from commentkit.service import guest, signin
from commentkit.service.house import thread_page
from commentkit.text import clean_line
from commentkit.web import cookies, guards
from commentkit.web.errors import headers_of, status_of
from commentkit.web.face import Face, face_of


async def sign_in_form(request: Request) -> Response:
    """The form for name and password."""
    face = face_of(request)
    if await face.moderator(request):
        return RedirectResponse(f"{face.base(request)}/desk", 303)
    return face.page(request, "desk/sign_in.html", name="", problem="")


async def sign_in(request: Request) -> Response:
    """Try name and password; every try counts."""
    face = face_of(request)
    settings = face.house.settings
    guards.check_origin(request, settings, own_only=True)
    fields = await guards.read_form(request)
    name, password = clean_line(fields.get("name", "")), fields.get("password", "")
    try:
        await face.limits.login(guards.address_of(request, settings), name)
        token = await signin.enter_by_password(face.house, name, password)
    except (Refused, TooMany) as error:
        status, _ = status_of(error)
        response = face.page(request, "desk/sign_in.html", status, name=name, problem=str(error))
        response.headers.update(headers_of(error))
        return response
    return _signed_in(request, face, token)


async def link_form(request: Request) -> Response:
    """What a one-time link shows: a button. Mail scanners that open links use nothing up."""
    face = face_of(request)
    name = await signin.link_name(face.house, request.path_params["token"])
    return face.page(request, "desk/link.html", name=name)


async def link(request: Request) -> Response:
    """Sign in by a one-time link."""
    face = face_of(request)
    guards.check_origin(request, face.house.settings, own_only=True)
    return _signed_in(request, face, await signin.enter_by_link(face.house, request.path_params["token"]))


def _signed_in(request: Request, face: Face, token: str) -> Response:
    settings = face.house.settings
    response = RedirectResponse(f"{face.base(request)}/desk", 303)
    cookies.put(request, response, settings, cookies.DESK, token, settings.session_days)
    return response


async def guest_form(request: Request) -> Response:
    """What a guest author's link shows: who they are here, and a button."""
    face = face_of(request)
    thread, name = await guest.link_thread(face.house, request.path_params["token"])
    return face.page(request, "guest.html", thread=thread, name=name)


async def guest_enter(request: Request) -> Response:
    """Sign a guest author in for their thread and take them there."""
    face = face_of(request)
    settings = face.house.settings
    guards.check_origin(request, settings, own_only=True)
    thread, cookie = await guest.enter(face.house, request.path_params["token"])
    page = thread_page(face.base(request), thread)
    response = RedirectResponse(f"{page}#commentkit", 303)
    cookies.put(request, response, settings, cookies.guest(thread.id), cookie, settings.guest_link_days)
    return response
