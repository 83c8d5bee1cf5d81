"""Control charts: what a series does by itself, and which points that does not explain.

`chart` says what a chart is, `rules` which points are special, `limits` where the lines stand,
`choice` which chart a series gets, `peers` which departments differ. All of it is arithmetic;
whether a change is good or bad is `indicator.judge`'s matter.
"""

from wardround.indicator.spc.chart import (
    ENOUGH,
    FEWEST,
    RUN,
    Chart,
    Flag,
    Line,
    Points,
    Rule,
    Side,
)
from wardround.indicator.spc.choice import (
    LARGE,
    SPREAD,
    Counted,
    Gaps,
    Happening,
    charted,
    charting,
    gaps,
)
from wardround.indicator.spc.limits import (
    between_events,
    counts,
    proportions,
    rates,
    time_between,
    xmr,
)
from wardround.indicator.spc.peers import Peer, funnel, places
from wardround.indicator.spc.rules import (
    SHIFTED,
    Proposal,
    fewest_crossings,
    longest_run,
    proposal,
    runs_signal,
)

__all__ = [
    "ENOUGH", "FEWEST", "LARGE", "RUN", "SHIFTED", "SPREAD", "Chart", "Counted", "Flag", "Gaps",
    "Happening", "Line", "Peer", "Points", "Proposal", "Rule", "Side", "between_events",
    "charted", "charting", "counts", "fewest_crossings", "funnel", "gaps", "longest_run", "places",
    "proportions", "proposal", "rates", "runs_signal", "time_between", "xmr",
]  # fmt: skip
