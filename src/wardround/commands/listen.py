"""HL7 v2 over MLLP: messages in, acknowledgements out, batches every few seconds.

A message is on disk before it is acknowledged; what comes while others are being written is
written together. AA: taken, or nothing we keep; AE: it cannot be
used and is set aside, with the reason; AR: no message at all. The same message again (sender,
type, MSH-10) is acknowledged again and changes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property

from django.db import connections

from wardround.commands.people import acting
from wardround.outcome import Outcome
from wardround.sources import hl7
from wardround.sources.at_once import AtOnce
from wardround.sources.from_hl7 import Taken, identity, take
from wardround.sources.mapping import Source, laid_over, shipped
from wardround.store import deliveries, mappings, measuring
from wardround.store.house import House, house
from wardround.store.inbox import Inbox
from wardround.text import Refused, Text
from wardround.work.authority import Viewer

_START, _END = b"\x0b", b"\x1c\r"
_TOGETHER = 200
"""So many messages at most are kept by one write."""


@dataclass
class Listener:
    """Takes messages as they come; `receive` runs in one thread, `deliver` in one of its own."""

    house: House
    who: Viewer
    source: Source
    lang: str = "en"
    counts: dict[str, int] = made(default_factory=lambda: {"AA": 0, "AE": 0, "AR": 0})

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.house.data)

    @cached_property
    def outbox(self) -> Inbox:
        """The same file, for the thread that delivers."""
        return Inbox(self.house.data)

    @cached_property
    def at_once(self) -> AtOnce:
        return deliveries.at_once(self.house, self.source, self.who)

    def receive(self, several: Sequence[bytes]) -> list[bytes]:
        """The answers to messages; what is answered AA is on disk or was of no concern."""
        now, good = self.house.now(), dict[str, tuple[str, str, list[Taken]]]()
        answers = list[bytes]()
        for raw in several:
            message, code, why = None, "AA", ""
            try:
                message = hl7.parse(raw)
            except Refused as refused:
                code, why = "AR", refused.say("en")
            if message is not None:
                code, why = self._judge(message, good)
            self.counts[code] += 1
            number = f"WR{now:%Y%m%d%H%M%S%f}{len(answers) or ''}"
            answers.append(hl7.answer(message, code, why, f"{now:%Y%m%d%H%M%S%z}", number))
        if good:
            self.inbox.put(list(good.values()), now)
        return answers

    def _judge(
        self, message: hl7.Message, good: dict[str, tuple[str, str, list[Taken]]]
    ) -> tuple[str, str]:
        """The code, and why; what is to be kept goes to `good`."""
        key = identity(message)
        try:
            taken = take(message, self.source)
        except Refused as refused:
            return "AE", refused.say("en")
        if not taken or key in good or self.inbox.knows(key):
            return "AA", ""
        try:
            if not self.at_once.fits(taken):
                done = deliveries.take_messages(
                    self.house, [(message.number, taken)], self.who, self.house.now(),
                    self.source, check=key,
                )  # fmt: skip
                if done.rejected:
                    return "AE", "; ".join(f.say("en") for f in done.rejected[:5])
        except Refused as refused:
            return "AE", refused.say("en")
        good[key] = key, message.number, taken
        return "AA", ""

    def deliver(self) -> int:
        """Put what waits into batches; returns how many messages that were."""
        count = 0
        while waiting := self.outbox.waiting():
            messages = [(number, taken) for _, number, taken in waiting]
            deliveries.take_messages(
                self.house, messages, self.who, self.house.now(), self.source
            )  # fmt: skip
            self.outbox.delivered([key for key, _, _ in waiting])
            count += len(waiting)
        if count:
            measuring.refresh(self.house)
        return count

    def stop_receiving(self) -> None:
        """Let go of what `receive` holds."""
        self.inbox.close()
        self.at_once.close()
        connections.close_all()

    def close(self) -> None:
        """Deliver what waits and let go of the rest."""
        self.deliver()
        self.outbox.close()
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
    loop = asyncio.get_running_loop()
    receiving, delivering = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
    open_now: set[asyncio.Task[None]] = set()
    come: asyncio.Queue[tuple[bytes, asyncio.Future[bytes]]] = asyncio.Queue()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                while (raw := await frame(reader)) is not None:
                    answer = loop.create_future()
                    await come.put((raw, answer))
                    writer.write(_START + await answer + _END)
                    await writer.drain()
                    if len(raw) > hl7.MOST:
                        break
        finally:
            open_now.discard(task)
            writer.close()

    await loop.run_in_executor(delivering, listener.deliver)
    gathering = asyncio.create_task(_gather(listener, come, receiving))
    server = await asyncio.start_server(converse, host, port, limit=hl7.MOST + 2)
    started.set_result(server.sockets[0].getsockname()[1])
    while not stop.is_set():
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
        await loop.run_in_executor(delivering, listener.deliver)
    server.close()
    for task in [*open_now, gathering]:
        task.cancel()
    await asyncio.gather(*open_now, gathering, return_exceptions=True)
    await loop.run_in_executor(receiving, listener.stop_receiving)
    await loop.run_in_executor(delivering, listener.close)
    receiving.shutdown()
    delivering.shutdown()


async def _gather(
    listener: Listener, come: asyncio.Queue[tuple[bytes, asyncio.Future[bytes]]],
    receiving: ThreadPoolExecutor,
) -> None:  # fmt: skip
    """Answer what has come since the last answers, all at once: one write to disk for many."""
    while True:
        together = [await come.get()]
        while not come.empty() and len(together) < _TOGETHER:
            together.append(come.get_nowait())
        raws = [raw for raw, _ in together]
        running = asyncio.get_running_loop().run_in_executor(receiving, listener.receive, raws)
        try:
            answers = await running
        except Exception as error:
            for _, waiting in together:
                if not waiting.done():
                    waiting.set_exception(ConnectionAbortedError(str(error)))
            continue
        for (_, waiting), answer in zip(together, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)


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
