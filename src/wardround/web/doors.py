"""Addresses of single things, written once: records, cases, registers, departments."""

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


def asked(path: str, **said: str | None) -> str:
    """A path with the questions that have an answer."""
    kept = {k: v for k, v in said.items() if v}
    return f"{path}?{urlencode(kept)}" if kept else path
