"""Signing in and out, and choosing the language."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from wardround.store.house import house, preparing
from wardround.text import Text
from wardround.web.access import public

_DAY = 12 * 3600


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page: staff number and password. Ten failures lock for a quarter of an hour."""
    error = None
    if request.method == "POST":
        name, password = request.POST.get("username", ""), request.POST.get("password", "")
        user = authenticate(request, username=name.strip(), password=password)
        if user is not None and user.get_username() in house().hospital.person:
            login(request, user)
            request.session.set_expiry(_DAY if request.POST.get("remember") else 0)
            return HttpResponseRedirect(_next(request))
        locked = getattr(request, "axes_locked_out", False)
        request.axes_locked_out = False  # type: ignore[attr-defined]  # our words, not axes'
        error = {
            "title": Text("没有登录", "Not signed in"),
            "words": Text(
                "试得太多了，请过 15 分钟再来。", "Too many tries. Come back in 15 minutes."
            )
            if locked
            else Text("工号或密码不对。", "The staff number or the password is wrong."),
        }
    return render(
        request, "web/sign_in.html",
        {
            "error": error, "username": request.POST.get("username", ""), "next": _next(request),
            "preparing": preparing(house().data),
        },
        status=403 if error else 200,
    )  # fmt: skip


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours, or Today."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    mine = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if mine else "/"


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


urlpatterns = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("language", public(set_language), name="set_language"),
]
