"""Draws a Vega-Lite specification as SVG or PNG.

What a chart shows is `charts`' and `control`'s matter. The drawing engine is a browser's script
machine and keeps a hundred megabytes; it lives in a process of its own (`drawing`), which begins
when something is to be drawn and ends after a short rest, or with the process that asked.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

_SOURCE = str(Path(__file__).parents[2])


def svg(spec: dict[str, Any]) -> str:
    """The chart as an SVG document."""
    return _drawn("svg", spec).decode()


def png(spec: dict[str, Any], scale: float) -> bytes:
    """The chart as a PNG of `scale` dots for each of its own."""
    return _drawn("png", spec, scale)


class _Engine:
    """The process that draws, as its askers see it; one of them at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, asked: str) -> str:
        """The answer to one line; an engine that has gone to rest meanwhile is begun anew."""
        with self._lock:
            if answer := self._answer(asked):
                return answer
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wardround.report.drawing"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": _SOURCE},
            )  # fmt: skip
            if answer := self._answer(asked):
                return answer
        raise RuntimeError("the chart could not be drawn")

    def _answer(self, asked: str) -> str:
        if self._process is None or self._process.poll() is not None:
            return ""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(asked + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._process.stdout.readline()


_ENGINE = _Engine()


def _drawn(*asked: object) -> bytes:
    return base64.b64decode(_ENGINE(json.dumps(asked)))
