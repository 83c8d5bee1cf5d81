"""Every address of the pages, stage by stage, and the API's."""

from django.urls import include, path

from wardround.api import urls as api
from wardround.web.views import (
    cases,
    checking,
    data,
    entry,
    indicators,
    inspections,
    me,
    plans,
    registers,
    reports,
    scores,
    systems,
    today,
)  # fmt: skip

urlpatterns = [
    path("", include(today.urlpatterns)),
    path("", include(entry.urlpatterns)),
    path("plans/", include(plans.urlpatterns)),
    path("registers/", include(registers.urlpatterns)),
    path("inspections/", include(inspections.urlpatterns)),
    path("cases/", include(cases.urlpatterns)),
    path("", include(indicators.urlpatterns)),
    path("scores/", include(scores.urlpatterns)),
    path("reports/check/", include(checking.urlpatterns)),
    path("reports/", include(reports.urlpatterns)),
    path("data/", include(data.urlpatterns)),
    path("systems/", include(systems.urlpatterns)),
    path("me/", include(me.urlpatterns)),
    path("", include(api.urlpatterns)),
]
