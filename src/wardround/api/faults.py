"""What a program is told when something is refused: faults, in both languages, as JSON.

Decides the form of errors and their status. What is refused is decided elsewhere; nothing of
the inside (names of code, traces) is ever told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from wardround.catalogue.values import unkeepable
from wardround.text import Fault, Refused, Text

FHIR = "application/fhir+json"
READABLE = {"ensure_ascii": False}
"""Chinese stands as itself in what is sent."""


class Both(Schema):
    """Words in Chinese and English."""

    zh: str
    en: str


class OneFault(Schema):
    """What is wrong, in which field, and how to mend it."""

    place: str
    field: str
    why: Both


class Faults(Schema):
    """Why nothing was done."""

    faults: list[OneFault]


ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 422, 429}): Faults}
"""What every address may answer beside its own."""


class Readable(JSONRenderer):
    """JSON in which Chinese stands as itself."""

    json_dumps_params = READABLE


class Strict(Parser):
    """JSON all of whose text can be kept, and can be told again."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; ValueError if it is no such JSON."""
        found = super().parse_body(request)
        if unkeepable(found):
            raise ValueError("text that cannot be kept")
        return found


class Denied(Exception):
    """The request is understood and not allowed: 401, 403 or 429."""

    def __init__(self, status: int, why: Text) -> None:
        super().__init__(why.en)
        self.status, self.why = status, why


_WORDS = {
    400: Text("请求不是可读的 JSON。", "The request is no readable JSON."),
    401: Text("请先登录。", "Sign in first."),
    404: Text("这里没有您可以看的内容。", "There is nothing here that you may see."),
}
_WRONG = {
    "missing": Text("缺少这一项。", "This is missing."),
    "extra_forbidden": Text("没有这一项。", "There is no such key."),
}
_ISSUES = {401: "login", 403: "forbidden", 404: "not-found", 429: "throttled"}


def answer(request: HttpRequest, status: int, faults: Sequence[Fault]) -> HttpResponse:
    """The faults as JSON; under `/api/fhir/` as an OperationOutcome."""
    if not request.path.startswith("/api/fhir/"):
        told: Mapping[str, Any] = {"faults": [f.as_json() for f in faults]}
        response = JsonResponse(told, status=status, json_dumps_params=READABLE)
    else:
        response = resource(outcome(_ISSUES.get(status, "invalid"), faults), status)
    if status == 401:
        # Not the plain word: a browser would ask for, keep and send the password by itself.
        response["WWW-Authenticate"] = 'xBasic realm="wardround"'
    return response


def resource(told: Mapping[str, Any], status: int = 200) -> JsonResponse:
    """A FHIR resource as it is sent."""
    return JsonResponse(told, status=status, content_type=FHIR, json_dumps_params=READABLE)


def outcome(code: str, faults: Sequence[Fault]) -> Mapping[str, Any]:
    """Faults as FHIR tells them."""
    issues = []
    for fault in faults:
        issue: dict[str, Any] = {
            "severity": "error", "code": code,
            "details": {"text": f"{fault.why.zh} {fault.why.en}"},
        }  # fmt: skip
        if fault.field:
            issue["expression"] = [fault.field]
        issues.append(issue)
    return {"resourceType": "OperationOutcome", "issue": issues}


def listen(api: NinjaAPI) -> None:
    """Have the API answer every refusal in words."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return answer(request, 422, error.faults)

    @api.exception_handler(Denied)
    def denied(request: HttpRequest, error: Denied) -> HttpResponse:
        return answer(request, error.status, [Fault(error.why)])

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, _: Http404) -> HttpResponse:
        return answer(request, 404, [Fault(_WORDS[404])])

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        status = error.status_code
        return answer(request, status, [Fault(_WORDS.get(status, _WORDS[400]))])

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, 422, [_fault(one) for one in error.errors])


def _fault(one: Mapping[str, Any]) -> Fault:
    """A fault of the request's form; its field is the key, without the name of the argument."""
    place, *path = (str(part) for part in one["loc"])
    field = ".".join(path[1:] if place == "body" else path)
    kind = str(one["type"])
    return Fault(_WRONG.get(kind) or Text("格式不对。", f"{one['msg']}."), place, field)
