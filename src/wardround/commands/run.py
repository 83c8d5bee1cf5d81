"""Setting up, serving, ticking, and checking that all is well."""

from __future__ import annotations

import argparse
import errno
import getpass
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connections
from granian.constants import Interfaces
from granian.server import Server

from wardround.catalogue.load import SHIPPED, load
from wardround.catalogue.organisation import load_hospital
from wardround.catalogue.validate import validate
from wardround.commands.people import open_sign_ins
from wardround.outcome import FOUND, Outcome
from wardround.store import ledger
from wardround.store.house import House, house
from wardround.text import Text, listing, refuse
from wardround.tick import keep_ticking, tick_once

_STARTER = Path(__file__).parent / "starter.toml"
_LOOK = 2.0
"""Seconds between two looks whether the server is still there."""


def init(words: argparse.Namespace) -> Outcome:
    """Make the data folder, its tables, and accounts for the people of hospital.toml."""
    data = Path(settings.DATA)
    file = data / "hospital.toml"
    if file.exists():
        raise refuse(f"{data} 里已有一所医院。", f"There is a hospital in {data} already.")
    source = Path(words.hospital) if words.hospital else _STARTER
    if not source.is_file():
        raise refuse(f"没有找到 {source}。", f"There is no {source}.")
    load_hospital(source, load(SHIPPED))
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, file)
    tables()
    open_sign_ins(house(), None)
    said = Text(
        f"已在 {data} 建好。请编辑 {file}，再用 wardround person 工号 给人设密码。",
        f"Ready in {data}. Edit {file}, then give people passwords with wardround person KEY.",
    )
    return Outcome({"data": str(data)}, [said[words.lang]])


def tables() -> None:
    """Make or bring up to date the database's tables."""
    call_command("migrate", verbosity=0, interactive=False)


def person(words: argparse.Namespace) -> Outcome:
    """Ask for a password and set it."""
    who = house().viewer(words.key)
    password = getpass.getpass(Text("新密码：", "New password: ")[words.lang])
    try:
        validate_password(password)
    except ValidationError as error:
        raise refuse("密码太短或太常见，至少 8 位。", " ".join(error.messages)) from error
    user, _ = User.objects.get_or_create(username=who.key)
    user.set_password(password)
    user.save()
    said = Text(f"{who.person.name.zh}可以登录了。", f"{who.person.name.en} can sign in now.")
    return Outcome({"person": who.key}, [said[words.lang]])


def serve(words: argparse.Namespace, ready: Callable[[], bool] = lambda: True) -> Outcome:
    """Serve the pages until interrupted; the clocks run beside them as soon as it is `ready`.

    The server forks the process that answers. What is open or running at that moment (a database,
    a thread in the middle of something) would be broken in it for ever, so the clocks begin there.
    """
    unused(words.host, words.port)
    at_hand = house()
    tables()
    connections.close_all()
    server = os.getpid()

    def application(target: str) -> Any:
        for beside, given in ((keep_ticking, (at_hand, ready)), (_go_with, (server,))):
            threading.Thread(target=beside, args=given, daemon=True).start()
        return import_module(target).application

    address = f"http://{words.host}:{words.port}"
    print(Text(f"督行已打开：{address}", f"Wardround is at {address}")[words.lang], flush=True)
    Server(
        "wardround.wsgi", address=words.host, port=words.port, interface=Interfaces.WSGI,
        workers=1, blocking_threads=4, log_access=False,
    ).serve(target_loader=application)  # fmt: skip
    return Outcome({"address": address})


def _go_with(server: int) -> None:
    """End this process when the server that forked it is gone, however that ended."""
    while os.getppid() == server:
        time.sleep(_LOOK)
    os._exit(1)


def unused(host: str, port: int) -> None:
    """Refuses an address where something answers already: the server would share it in silence."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise refuse(
                f"{port} 端口已被占用。请停掉占用它的程序，或用 --port 换一个端口。",
                f"Port {port} is in use. Stop what uses it, or choose another with --port.",
            ) from error
        raise refuse(
            f"不能用地址 {host}、端口 {port} 打开（{error}）。请核对 --host 和 --port。",
            f"Nothing can be served at {host}, port {port} ({error}); check --host and --port.",
        ) from error


def tick(words: argparse.Namespace) -> Outcome:
    """Open coming windows, tell who is to be told, bring figures up to date."""
    at_hand = house()
    done = tick_once(at_hand, at_hand.now())
    said = Text(
        f"新开 {done['opened']} 个时限，催办 {done['told']} 人次。",
        f"{done['opened']} windows opened, {done['told']} people told.",
    )
    return Outcome(done, [said[words.lang]])


def doctor(words: argparse.Namespace) -> Outcome:
    """Look at everything that must be in order, and say what is not."""
    lang, problems = words.lang, list(_problems(words.lang))
    well = Text("一切正常。", "All is well.")[lang]
    status = FOUND if problems else 0
    return Outcome({"problems": problems}, problems or [well], status)


def _problems(lang: str) -> Iterator[str]:
    at_hand: House = house()
    for fault in validate(at_hand.catalogue, at_hand.now().date()):
        yield fault.say(lang)
    for place in ledger.verify(at_hand):
        yield place.why[lang]
    without = [f.name for f in at_hand.catalogue.functions.values()
               if f.kind == "office" and not at_hand.hospital.performing(f.key)]  # fmt: skip
    if without:
        names = listing(without)
        yield Text(f"没有科室承担：{names.zh}。", f"No department performs: {names.en}.")[lang]
