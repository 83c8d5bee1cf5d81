"""One line on the next page that says what was just done, with a door to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

from wardround.text import Text
from wardround.web.templatetags.words import current_lang


@dataclass(frozen=True, slots=True)
class Said:
    """What was done, and where it can be looked at."""

    words: str
    url: str


def announce(request: HttpRequest, words: Text, url: str = "") -> None:
    """Say it on the next page that the person sees."""
    messages.success(request, words[current_lang()], extra_tags=url)


def announced(request: HttpRequest) -> list[Said]:
    """What is to be said on this page; it is said once."""
    return [Said(str(m), m.extra_tags or "") for m in messages.get_messages(request)]
