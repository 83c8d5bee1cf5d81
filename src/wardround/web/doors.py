"""Addresses of single things, written once: records, cases, registers, reports."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def entry(root: object) -> str:
    """The page of one record, by the id of its first version."""
    return reverse("entry", args=[root])


def case(root: object) -> str:
    """The page of one case."""
    return f"/cases/{root}"


def register(key: str) -> str:
    """The page of one register."""
    return reverse("register", args=[key])


def report(key: str, period: str, department: str | None, **more: str) -> str:
    """The page of a report of one period, for one department or the hospital."""
    return asked(reverse("report", args=[key]), period=period, department=department, **more)


def asked(path: str, **said: str | None) -> str:
    """A path with the questions that have an answer."""
    kept = {k: v for k, v in said.items() if v}
    return f"{path}?{urlencode(kept)}" if kept else path
