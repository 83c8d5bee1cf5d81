"""Who acts at the terminal, and the sign-ins of a hospital."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from wardround.store.house import House
from wardround.text import refuse
from wardround.work.authority import Viewer, may_plan


def acting(house: House, key: str | None) -> Viewer:
    """The person named, or the first of the hospital office."""
    if key:
        return house.viewer(key)
    for person in house.hospital.person.values():
        who = house.viewer(person.key)
        if person.role == "officer" and may_plan(who):
            return who
    raise refuse(
        "医院里没有院办公室人员，请用 --by 指明。",
        "There is no hospital office; name a person with --by.",
    )


def open_sign_ins(house: House, password: str | None) -> None:
    """An account for everybody; without a password nobody can sign in until given one."""
    known = set(User.objects.values_list("username", flat=True))
    secret = make_password(password)
    User.objects.bulk_create(
        User(username=key, password=secret) for key in house.hospital.person if key not in known
    )
