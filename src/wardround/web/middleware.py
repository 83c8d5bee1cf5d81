"""Around every page: sign-in, the hospital's own time, strict content rules, plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from wardround.store.house import house, preparing
from wardround.text import Fault, Refused
from wardround.web.access import PUBLIC

Handler = Callable[[HttpRequest], HttpResponse]
_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_CHINESE = re.compile(
    r"<(script|style|title|option|textarea|svg)\b.*?</\1>|<[^>]*>"
    r"|(?P<own>(?:\d+[.、] ?)?(?:[\w（《.]|\((?=[\u3400-\u9fff])|(?<=\d),(?=\d))*[\u3400-\u9fff]"
    r"(?:[^<>&A-Za-z]{0,6}?[\u3400-\u9fff]|\.?\w+|[%‰≤≥）》。，；—])*)",
    re.DOTALL,
)
"""Tags, parts that hold no mark-up, and runs of Chinese between them, with what is written to
them without a space: 1.全院, 总结.txt, 75,230人次; and the number of a sentence: 1. 全院."""


def content_security(get_response: Handler) -> Handler:
    """Only our own scripts and styles; nothing inline, nobody's frame."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _CSP)
        return response

    return handle


def ready(get_response: Handler) -> Handler:
    """Until the hospital is made ready, there is only the sign-in page, which says what is still
    being done; programs are told to come back."""

    def handle(request: HttpRequest) -> HttpResponse:
        stage = preparing(house().data)
        meanwhile = {reverse("sign_in"): "GET", reverse("set_language"): "POST"}
        if stage is None or meanwhile.get(request.path) == request.method:
            return get_response(request)
        if request.method == "GET" and not request.path.startswith("/api/"):
            return redirect_to_login(request.get_full_path())
        words = stage[get_language() or "zh"]
        return HttpResponse(words, "text/plain; charset=utf-8", 503, headers={"Retry-After": "2"})

    return handle


def in_its_own_language(get_response: Handler) -> Handler:
    """On English pages, what people typed in Chinese is marked as Chinese and quoted: readers
    speak it so, and nobody takes it for the page's own words."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        written = response.headers.get("Content-Type", "").startswith("text/html")
        if written and not response.streaming and (get_language() or "").startswith("en"):
            response.content = _CHINESE.sub(_marked, response.content.decode()).encode()
        return response

    return handle


def _marked(found: re.Match[str]) -> str:
    own = found["own"]
    if own is None:
        return found[0]
    quoted = found.string.endswith(("&quot;", "“"), 0, found.start())
    return f'<span lang="zh"{"" if quoted else " class=typed"}>{own}</span>'


class signed_in:
    """Everything but public views asks for a sign-in; sets `request.viewer` and the zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.activate(house().zone)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object
    ) -> HttpResponse | None:
        person = house().hospital.person.get(request.user.get_username())
        if person and request.user.is_authenticated:
            request.viewer = house().viewer(person.key)  # type: ignore[attr-defined]
        elif view not in PUBLIC:
            if request.headers.get("HX-Request"):  # the page around it asks for the sign-in
                return HttpResponse(headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        return None


class told_in_words:
    """A refusal that no view caught becomes a page that says what is wrong and what to do; the
    address of an act, come back to without the act, leads to the page that it belongs to."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        act = response.status_code == 405 and not request.path.startswith("/api/")
        return redirect(urljoin(request.path, ".")) if act and request.method == "GET" else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        named = (Fault(f.why, f.place) for f in error.faults)  # no reader knows a field's key
        words = Refused(*named).say(get_language() or "zh")
        return render(request, "web/refused.html", {"words": words}, status=422)
