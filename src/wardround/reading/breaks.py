"""Line breaks that a page put into Chinese words, which have no spaces to break at."""

from __future__ import annotations

import re

_WIDE = "[\u3001-\u303f\u3400-\u9fff\uff01-\uff60“”‘’—]"
_BREAK = re.compile(rf"(?<={_WIDE})\s*\n\s*|\s*\n\s*(?={_WIDE})")
"""A line break beside a Chinese character or mark."""


def unbroken(words: str) -> str:
    """Words without the line breaks beside Chinese characters.

    >>> unbroken("联合人力资\\n源部，较2024\\n年")
    '联合人力资源部，较2024年'
    """
    return _BREAK.sub("", words) if "\n" in words else words


def one_line(*lines: str) -> str:
    """Lines put together as they are said: Chinese ones without, others with a space between.

    >>> one_line("定期开展督", "导检查"), one_line("every", "month")
    ('定期开展督导检查', 'every month')
    """
    return " ".join(unbroken("\n".join(line.strip() for line in lines)).split("\n")).strip()
