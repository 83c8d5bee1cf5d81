"""Who is asking: a signed-in session, or the same staff number and password with each request.

A request that changes something in a session also proves that it came from our pages (CSRF).
Wrong passwords count here as they do on the sign-in page.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBasicAuth
from ninja.utils import check_csrf

from wardround.api.faults import Denied
from wardround.store.house import house
from wardround.text import Text
from wardround.work.authority import Viewer

_FORGED = Text(
    "请求没有带上本系统页面的凭证（X-CSRFToken）。",
    "The request lacks the token of our own pages (X-CSRFToken).",
)
_LOCKED = Text("试得太多了，请过 15 分钟再来。", "Too many tries. Come back in 15 minutes.")


class Session(APIKeyCookie):
    """The cookie of somebody who signed in on the pages."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        """The person of the session; `middleware.signed_in` has found them."""
        return getattr(request, "viewer", None)

    def __call__(self, request: HttpRequest) -> Viewer | None:
        who = self.authenticate(request, None)
        if who is not None and check_csrf(request):
            raise Denied(403, _FORGED)
        return who


class Basic(HttpBasicAuth):
    """Staff number and password in the request's head."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Viewer | None:
        """The person, if the password is theirs and they work here."""
        user = authenticate(request, username=username.strip(), password=password)
        if getattr(request, "axes_locked_out", False):
            # Told here, in our words; the lock's own middleware need not answer.
            request.axes_locked_out = False  # type: ignore[attr-defined]
            raise Denied(429, _LOCKED)
        if user is None or user.get_username() not in house().hospital.person:
            return None
        who = house().viewer(user.get_username())
        request.viewer = who  # type: ignore[attr-defined]
        return who
