"""Checks a summary: the readers and the rules, in order, and nothing else.

A reader offers every way in which one figure may have been worked out, and `readings` settles which
counts; a rule is a function from the summary to claims. Each has its formula in its docstring. A
number that none speaks of stands alone: nothing in the document says whether it is right.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.announced import announced
from wardround.claims.balance import balanced
from wardround.claims.beds import beds
from wardround.claims.cited import cited
from wardround.claims.claim import Claim, lined
from wardround.claims.damage import believable, blanks, damage, harmed, mended
from wardround.claims.dates import dates
from wardround.claims.growth import grown, manifold, multiple, worded
from wardround.claims.hospital import Ask, against
from wardround.claims.mentions import Mention, Summary
from wardround.claims.named import named
from wardround.claims.numbering import numbering
from wardround.claims.per import averaged
from wardround.claims.plausible import bounded, outnumbered, plausible
from wardround.claims.readings import Found, fitting, like_others, settle, shapes
from wardround.claims.rosters import rosters
from wardround.claims.scanning import scan
from wardround.claims.shares import shared
from wardround.claims.sums import hundred, remains, sums
from wardround.claims.tables import tables
from wardround.claims.telling import tell
from wardround.claims.twice import twice
from wardround.reading.document import Document
from wardround.text import Text

Reader = Callable[[Summary, Mention], Iterable[Found]]
Rule = Callable[[Summary], Iterable[Claim]]

READERS: tuple[Reader, ...] = (grown, multiple, named, balanced, shared, averaged, cited)
"""Every formula by which one figure may have been worked out from others."""

RULES: tuple[Rule, ...] = (
    worded,
    manifold,
    sums,
    remains,
    hundred,
    bounded,
    plausible,
    outnumbered,
    beds,
    tables,
    rosters,
    announced,
    numbering,
    dates,
    blanks,
)
"""Every other rule a summary is held to."""


def check(document: Document, lexicon: Lexicon, ask: Ask | None = None) -> list[Claim]:
    """Judge every figure of a document, in the order of the text; never raises.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> text = "门诊人次由3200人次增至3584人次，增长21%。"
    >>> [(c.text, c.verdict, c.expected) for c in check(Document("a.txt", text), load_lexicon())]
    [('21%', 'differs', '12%')]

    Args:
        document: the summary's text.
        lexicon: the words of the genre, with quantities and relations.
        ask: what the hospital's own data say of a label in a period; None without a hospital.
    Returns:
        claims; a place of which one rule is sure is not also said to be beyond judging.
    """
    harms = harmed(document.text, lexicon)
    said, summary = scan(document, mended(document.text, harms), lexicon)
    claims = [*worked_out(summary), *(claim for rule in RULES for claim in rule(summary))]
    claims += twice(summary, claims)
    if ask:
        claims += against(summary, ask)
    kept = _settled(claims)
    told = (said.told(claim, document) for claim in (*kept, *_alone(summary, kept)))
    return lined([*believable(told, harms), *damage(document, harms)], document.text)


def worked_out(summary: Summary) -> Iterator[Claim]:
    """The figures that a formula speaks of, each by the reading that counts."""
    offered = {
        figure: [f for reader in READERS for f in reader(summary, figure)]
        for figure in summary.mentions
    }  # fmt: skip
    fits = ((figure, fitting(figure, found)) for figure, found in offered.items())
    known = Counter(s for figure, found in fits if found for s in shapes(summary, figure, found))
    for figure, found in offered.items():
        claim = settle(summary, figure, like_others(summary, figure, found, known))
        if claim:
            yield claim


def _settled(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without those that only say "cannot" of a place that another rule settles."""
    every = list(claims)
    sure = {(c.start, c.end) for c in every if c.verdict != "cannot"}
    fit = {(c.start, c.end) for c in every if c.verdict in ("agrees", "rounding")}
    every = [c for c in every if c.rule != "plausible" or (c.start, c.end) not in fit]
    found: dict[tuple[int, int, str, str], Claim] = {}
    for claim in every:
        if claim.verdict != "cannot" or (claim.start, claim.end) not in sure:
            found.setdefault((claim.start, claim.end, claim.rule, claim.verdict), claim)
    return list(found.values())


def _alone(summary: Summary, claims: list[Claim]) -> Iterator[Claim]:
    """Numbers that no rule speaks of, neither as claim nor as input."""
    told = sorted((c.start, c.end) for c in claims if c.rule not in ("announced", "numbering"))
    reach = list(itertools.accumulate((end for _, end in told), max))
    used = {text for c in claims for text in c.inputs if c.verdict != "cannot"}
    why = Text(
        "文中没有可与之核对的数（缺分子、分母、去年的数或登记依据）。",
        "Nothing in the document to check it against: no numerator, denominator, earlier value "
        "or record.",
    )
    for m in summary.mentions:
        heading = summary.pieces[m.piece].heading and not m.kind
        if m.text in used or heading or not (m.kind or m.label):
            continue
        before = bisect_right(told, (m.start, len(summary.text))) - 1
        if before < 0 or reach[before] < m.end:
            yield tell(summary, "alone", m, "cannot", None, why)
