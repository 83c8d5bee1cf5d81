"""A plan's sentence as it stands in a table: short, and without the plan's blanks.

Its number, its owners and the bars of a table row are left out, because columns of their own
tell them; a long sentence ends after a clause. A blank that a target has filled since is
written as that target; any other is said to be open. Nothing else of the sentence is touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wardround.figure import Figure
from wardround.report.blocks import Run, Runs, run
from wardround.report.facts import PlanLine
from wardround.text import Text

_LONGEST = {"zh": 48, "en": 140}
"""Characters of a sentence in a table; the plan's own page shows it whole."""
_NUMBER = re.compile(r"^\s*(?:\d+(?:\.\d+)*\s*[.．、)）]\s*|[(（]\d+[)）]\s*)")
_OWNER = re.compile(r"\s*[(（](?:责任|牵头|负责)[^()（）]*[:：][^()（）]*[)）]\s*")
_TRAILING = re.compile(r"\s*\(([^()]*)\)\s*(?=\.?$)")
_BLANK = re.compile(
    r"\s*(?:[_＿]{2,}|(?<![A-Za-z])[xX×]{2,}(?![A-Za-z])|\*{1,}|□+|[(（]\s*[)）]|[.…]{4,}"
    r"|TBD|TBC|待定|待填)(?:\s*[\u4e00-\u9fff]{1,2}(?=[，。；、,;.]|$))?"
)
_CLAUSE = {"zh": "，；。：", "en": ",;.:"}
_OPEN = Text("（未填目标）", " (target not set)")


def sentence_of(line: PlanLine, lang: str) -> Runs:
    """The item in a language, short enough for a table's cell."""
    words = _short(_plain(line, lang), lang)
    return _filled(words, _unsaid(line.figures, words), lang)


def _plain(line: PlanLine, lang: str) -> str:
    """Without number and owners; a table row as matter and aim."""
    words = line.text[lang].strip()
    cells = [cell.strip() for cell in words.split("|") if cell.strip(" /|")]
    if words.startswith("|") and cells:
        words = Text("：", ": ")[lang].join(cells[:2])
    words = _OWNER.sub("", _NUMBER.sub("", words))
    named = _TRAILING.search(words)
    owners = line.owners.en.lower()
    if named and any(x.strip().lower() in owners for x in re.split(r",| and ", named[1]) if x):
        words = words[: named.start()] + words[named.end() :]
    return words.strip().rstrip("。.；;")


def _short(words: str, lang: str) -> str:
    longest = _LONGEST["zh" if re.search(r"[\u4e00-\u9fff]", words) else lang]
    if len(words) <= longest:
        return words
    ends = [n for n, letter in enumerate(words[:longest]) if letter in "".join(_CLAUSE.values())
            and not words[n - 1 : n + 2].replace(letter, "").isdigit()]  # fmt: skip
    spaces = [n for n, letter in enumerate(words[:longest]) if letter == " "]
    ends = [n for n in ends if n > longest // 3] or spaces or [longest - 1]
    end = ends[-1]
    return words[:end].rstrip() + "……" if lang == "zh" else words[:end].rstrip() + " …"


def _unsaid(figures: Sequence[Figure], words: str) -> list[Figure]:
    """Figures whose target the sentence itself does not give."""
    return [f for f in figures if f.target and f"{f.target.low:g}" not in words]


def _filled(words: str, filled: list[Figure], lang: str) -> Runs:
    """Each blank is a target set since, or said to be open."""
    blanks = list(_BLANK.finditer(words))
    if len(filled) != len(blanks):
        filled = []
    found: list[Run] = []
    at = 0
    for number, blank in enumerate(blanks):
        found.append(words[at : blank.start()])
        if filled:
            found += [Text("", " ")[lang], run(filled[number], "target", lang)]
        else:
            found.append(_OPEN[lang])
        at = blank.end()
    found.append(words[at:])
    return tuple(part for part in found if part != "")
