"""HL7 v2 over MLLP: messages in, acknowledgements out, batches every few seconds.

A message is on disk before it is acknowledged. AA: taken, or nothing we keep; AE: it cannot be
used and is set aside, with the reason; AR: no message at all. The same message again (sender,
type, MSH-10) is acknowledged again and changes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property

from django.db import connections

from wardround.commands.people import acting
from wardround.outcome import Outcome
from wardround.sources import hl7
from wardround.sources.from_hl7 import identity, take
from wardround.sources.mapping import Source, laid_over, shipped
from wardround.store import deliveries, mappings, measuring
from wardround.store.house import House, house
from wardround.store.inbox import Inbox
from wardround.text import Refused, Text
from wardround.work.authority import Viewer

_START, _END = b"\x0b", b"\x1c\r"


@dataclass
class Listener:
    """Takes messages one after the other; `receive` and `deliver` run in one thread."""

    house: House
    who: Viewer
    source: Source
    lang: str = "en"
    counts: dict[str, int] = made(default_factory=lambda: {"AA": 0, "AE": 0, "AR": 0})

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.house.data)

    def receive(self, raw: bytes) -> bytes:
        """The answer to a message; what is answered AA is kept or was of no concern."""
        now = self.house.now()
        message, code, why = None, "AA", ""
        try:
            message = hl7.parse(raw)
        except Refused as refused:
            code, why = "AR", refused.say("en")
        if message is not None:
            code, why = self._judge(message)
        self.counts[code] += 1
        return hl7.answer(message, code, why, f"{now:%Y%m%d%H%M%S%z}", f"WR{now:%Y%m%d%H%M%S%f}")

    def _judge(self, message: hl7.Message) -> tuple[str, str]:
        key, now = identity(message), self.house.now()
        taken = take(message, self.source)
        if not taken or self.inbox.knows(key):
            return "AA", ""
        try:
            done = deliveries.take_messages(
                self.house, [(message.number, taken)], self.who, now, self.source, check=key
            )
        except Refused as refused:
            return "AE", refused.say("en")
        if done.rejected:
            return "AE", "; ".join(f.say("en") for f in done.rejected[:5])
        self.inbox.put(key, message.number, now, taken)
        return "AA", ""

    def deliver(self) -> int:
        """Put what waits into batches; returns how many messages that were."""
        count = 0
        while waiting := self.inbox.waiting():
            messages = [(number, taken) for _, number, taken in waiting]
            deliveries.take_messages(
                self.house, messages, self.who, self.house.now(), self.source
            )  # fmt: skip
            self.inbox.delivered([key for key, _, _ in waiting])
            count += len(waiting)
        if count:
            measuring.refresh(self.house)
        return count

    def close(self) -> None:
        """Deliver what waits and let go of the files."""
        self.deliver()
        self.inbox.close()
        connections.close_all()


async def frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next framed message, None at the end. Of one that is too long, as much as shows it."""
    try:
        await reader.readuntil(_START)
        return (await reader.readuntil(_END))[: -len(_END)]
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        return await reader.read(hl7.MOST + 1)


async def serve(listener: Listener, host: str, port: int, every: float, stop: asyncio.Event,
                started: asyncio.Future[int]) -> None:  # fmt: skip
    """Answer until `stop`; then deliver what waits. `started` gets the port."""
    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    open_now: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                while (raw := await frame(reader)) is not None:
                    answer = await loop.run_in_executor(thread, listener.receive, raw)
                    writer.write(_START + answer + _END)
                    await writer.drain()
                    if len(raw) > hl7.MOST:
                        break
        finally:
            open_now.discard(task)
            writer.close()

    await loop.run_in_executor(thread, listener.deliver)
    server = await asyncio.start_server(converse, host, port, limit=hl7.MOST + 2)
    started.set_result(server.sockets[0].getsockname()[1])
    while not stop.is_set():
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
        await loop.run_in_executor(thread, listener.deliver)
    server.close()
    for task in list(open_now):
        task.cancel()
    await asyncio.gather(*open_now, return_exceptions=True)
    await loop.run_in_executor(thread, listener.close)
    thread.shutdown()


def listen(words: argparse.Namespace) -> Outcome:
    """Answer an interface engine until it is told to stop (Ctrl-C, SIGTERM)."""
    at_hand = house()
    given = mappings.load(at_hand, words.mapping, None)
    source = shipped("hl7", at_hand.catalogue)
    if isinstance(given, Source):
        source = laid_over(source, given)
    listener = Listener(at_hand, acting(at_hand, words.by), source, words.lang)
    asyncio.run(_run(listener, words))
    said = Text(
        "收 {AA}，退回 {AE}，不是消息 {AR}。", "{AA} taken, {AE} set aside, {AR} no messages."
    )
    return Outcome(dict(listener.counts), [said.format(**listener.counts)[words.lang]])


async def _run(listener: Listener, words: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    stop, started = asyncio.Event(), loop.create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    running = asyncio.create_task(
        serve(listener, words.host, words.port, words.every, stop, started)
    )
    await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
    if started.done():
        said = Text(f"在 {words.host}:{started.result()} 接收消息",
                    f"listening on {words.host}:{started.result()}")  # fmt: skip
        print(said[words.lang], file=sys.stderr, flush=True)
    await running
