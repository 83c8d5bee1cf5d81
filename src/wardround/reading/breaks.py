"""Line breaks that a page put into Chinese words, which have no spaces to break at."""

from __future__ import annotations

import re

_WIDE = "[\u3001-\u303f\u3400-\u9fff\uff01-\uff60“”‘’—]"
_BREAK = re.compile(rf"(?<={_WIDE})\s*\n\s*|\s*\n\s*(?={_WIDE})")
"""A line break beside a Chinese character or mark."""


def unbroken(words: str) -> str:
    """Words without the line breaks beside Chinese characters.

    >>> unbroken("会同设备采\\n购部，较2023\\n年")
    '会同设备采购部，较2023年'
    """
    return _BREAK.sub("", words) if "\n" in words else words


def one_line(*lines: str) -> str:
    """Lines put together as they are said: Chinese ones without, others with a space between.

    >>> one_line("每周组织抽", "查病历"), one_line("every", "month")
    ('每周组织抽查病历', 'every month')
    """
    return " ".join(unbroken("\n".join(line.strip() for line in lines)).split("\n")).strip()
