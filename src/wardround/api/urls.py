"""The addresses of the API, and the one that says that the service is up.

Everything but `/health` asks who is there; what the pages' own sign-in would turn away to a
form is answered here in JSON.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI, Router

from wardround import __version__
from wardround.api import entries, faults, figures, interchange
from wardround.api.sign_in import Basic, Session
from wardround.web.access import public

api = NinjaAPI(
    title="Wardround 督行",
    version=__version__,
    description="Registers, entries, cases, figures and FHIR R4, by the same rules as the pages.",
    auth=[Basic(), Session()],
    renderer=faults.Readable(),
    parser=faults.Strict(),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
faults.listen(api)
api.add_router("", entries.router)
api.add_router("", figures.router)
api.add_router("fhir", interchange.router)


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> Any:
    """The description of this API (OpenAPI 3.1)."""
    return api.get_openapi_schema()


rest_of_it = Router()
api.add_router("", rest_of_it)


@rest_of_it.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False
)
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address is not there, in JSON."""
    raise Http404


@public
def health(request: HttpRequest) -> JsonResponse:
    """200 if the service and its database answer; says nothing else."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})


_addresses = api.urls
for _pattern in _addresses[0]:
    if _pattern.callback:
        # The API asks for the sign-in itself.
        public(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("api/", _addresses),
]
