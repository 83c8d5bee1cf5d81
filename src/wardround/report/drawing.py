"""The process that draws for `picture`: a line asks, a line answers.

Asked in JSON (kind, specification, scale), answered in base64.
"""

from __future__ import annotations

import base64
import json
import select
import sys
from typing import Any

import vl_convert

_REST = 20.0
"""Seconds without a request after which the engine is let go."""


def _draw(kind: str, spec: dict[str, Any], scale: float = 1.0) -> bytes:
    if kind == "svg":
        return vl_convert.vegalite_to_svg(json.dumps(spec)).encode()
    return vl_convert.vegalite_to_png(json.dumps(spec), scale=scale)


def _serve() -> None:
    """Answer each line of standard input with a line, until there is a rest or an end."""
    while select.select([sys.stdin], [], [], _REST)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        print(base64.b64encode(_draw(*json.loads(line))).decode(), flush=True)


if __name__ == "__main__":
    _serve()
