"""The button "this rings true": pressed without JavaScript, it leads back to the comment."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from commentkit import signing
from commentkit.errors import Malformed
from commentkit.language import _
from commentkit.service import thanks
from commentkit.service.house import comment_page
from commentkit.web import cookies, guards
from commentkit.web.face import face_of

GIVE, BACK = "give", "back"


async def thank(request: Request) -> Response:
    """Thank for a comment, or take it back. A device gets its random token with its first thanks."""
    face = face_of(request)
    settings = face.house.settings
    guards.check_origin(request, settings)
    wanted = (await guards.read_form(request)).get("thanks", "")
    if wanted not in {GIVE, BACK}:
        raise Malformed(
            _("This button's form came without what it is for. Please go back and press it again.")
        )
    await face.limits.thanks(guards.address_of(request, settings))
    known = face.device(request)
    device = known or signing.random_token()
    thread, comment = await thanks.say(face.house, device, request.path_params["id"], back=wanted == BACK)
    response = RedirectResponse(comment_page(face.base(request), thread, comment.public_id), 303)
    response.headers["Cache-Control"] = "no-store"
    if not known and wanted == GIVE:
        cookies.put(request, response, settings, cookies.THANKS, device, settings.thanks_days)
    return response
