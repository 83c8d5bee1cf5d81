"""What was delivered: every file that was taken in, what it came to, and what each feed covers.

A line a delivery, in a file a month beside the batches; batches that have none (from messages,
from a demonstration) are told by their rows. Decides when a feed counts as late: when nothing
came for twice as long as usual.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from datetime import date, datetime
from itertools import pairwise
from statistics import median

from wardround.catalogue.model import Register
from wardround.store import mart
from wardround.store.house import House
from wardround.store.models import FeedBatch

FOLDER = "feed/received"
_SAYS_SO = "kept"
_RECENT = 12
_ENOUGH = 3
_SHORTEST, _MONTH = 2, 35
"""Days without a delivery that are never late; and that are, where no habit is known yet."""


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery: `feeds` has the new rows of every register it spoke of; `aside` counts rows
    set aside, by register; `new`, `unchanged` and `rows` are of the whole file."""

    key: str
    title: str
    kind: str
    by: str
    at: datetime
    rows: int
    new: int
    unchanged: int
    feeds: dict[str, int] = made(default_factory=dict)
    aside: dict[str, int] = made(default_factory=dict)

    @property
    def registers(self) -> set[str]:
        """The registers it speaks of."""
        return {*self.feeds, *self.aside}


@dataclass(frozen=True, slots=True)
class Covered:
    """From which day to which a feed's rows go, when something last came, how many days lie
    between deliveries as a rule, and whether it is late."""

    first: date | None = None
    last: date | None = None
    received: datetime | None = None
    usual: int | None = None
    late: bool = False


def key(house: House, at: datetime, kind: str) -> str:
    """The name of a delivery: when, and what."""
    return f"{house.local(at):%Y%m%dT%H%M%S%f}-{kind}"


def note(house: House, one: Received) -> None:
    """Keep what a delivery came to."""
    folder = house.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    told = asdict(one) | {"at": one.at.isoformat()}
    with (folder / f"{house.local(one.at):%Y-%m}.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(told, ensure_ascii=False) + "\n")


def listed(house: House, most: int = 200) -> list[Received]:
    """The latest deliveries, newest first."""
    found: dict[datetime, Received] = {}
    for month in sorted((house.data / FOLDER).glob("*.jsonl"), reverse=True):
        found |= {one.at: one for one in _month(house, month.stem)}
        if len(found) >= most:
            break
    batches = FeedBatch.objects.order_by("-loaded_at", "-pk")[:most]
    untold = [b for b in batches if house.local(b.loaded_at) not in found]
    together = [*found.values(), *_by_batches(house, untold)]
    return sorted(together, key=lambda one: one.at, reverse=True)[:most]


def find(house: House, key: str) -> Received | None:
    """The delivery of that name."""
    try:
        at = datetime.strptime(key.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=house.zone)
    except ValueError:
        return None
    told = [one for one in _month(house, f"{at:%Y-%m}") if one.key == key]
    kept = FeedBatch.objects.filter(loaded_at=at) if key.endswith(f"-{_SAYS_SO}") else ()
    return next(iter([*told, *_by_batches(house, kept)]), None)


def _month(house: House, month: str) -> list[Received]:
    file = house.data / FOLDER / f"{month}.jsonl"
    if not file.exists():
        return []
    found = []
    for line in file.read_text("utf-8", "replace").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue  # cut off when the machine stopped; its batches still tell of it
        at = house.local(datetime.fromisoformat(told["at"]))
        found.append(Received(**(told | {"at": at})))
    return found


def _by_batches(house: House, batches: Iterable[FeedBatch]) -> list[Received]:
    """Deliveries of which only their batches tell; those of one moment came together."""
    together: dict[datetime, list[FeedBatch]] = defaultdict(list)
    for batch in batches:
        together[house.local(batch.loaded_at)].append(batch)
    found = []
    for at, several in together.items():
        feeds: dict[str, int] = {}
        for batch in several:
            feeds[batch.register] = feeds.get(batch.register, 0) + batch.rows
        aside = {b.register: len(b.rejected) for b in several if b.rejected}
        new = sum(feeds.values())
        titles = list(dict.fromkeys(b.name for b in sorted(several, key=lambda b: b.pk)))
        title = titles[0] if len(titles) == 1 else f"{titles[0]} … ({len(titles)})"
        found.append(Received(
            key(house, at, _SAYS_SO), title, _SAYS_SO, several[0].loaded_by, at,
            new + sum(aside.values()), new, 0, feeds, aside,
        ))  # fmt: skip
    return found


# -- what a feed covers -------------------------------------------------------------------------


def covered(house: House, registers: Sequence[Register]) -> dict[str, Covered]:
    """What each of these feeds holds and whether it is late, at this moment."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    files: dict[str, list[str]] = defaultdict(list)
    keys = [register.key for register in registers]
    found = FeedBatch.objects.filter(register__in=keys).values_list("register", "loaded_at", "file")
    for key, at, file in found:
        moments[key].append(house.local(at))
        files[key].append(str(house.data / file))
    for one in listed(house):
        for register in one.feeds:
            moments[register].append(one.at)
    today = house.now().date()
    return {
        register.key: _covered(register, files[register.key], moments[register.key], today)
        for register in registers
    }


def _covered(
    register: Register, files: Sequence[str], moments: Sequence[datetime], today: date
) -> Covered:
    if not moments:
        return Covered()
    first, last = _days(files, register.day or "day") if files else (None, None)
    usual, late = habit([moment.date() for moment in moments], today)
    return Covered(first, last, max(moments), usual, late)


def habit(days: Sequence[date], today: date) -> tuple[int | None, bool]:
    """How many days lie between deliveries as a rule, None if too few came to tell; and whether
    the next is late: more than twice that, or, where there is no rule, more than a month."""
    came = sorted(set(days))[-_RECENT:]
    since = (today - came[-1]).days
    if len(came) < _ENOUGH:
        return None, since > _MONTH
    usual = round(median((b - a).days for a, b in pairwise(came)))
    return usual, since > max(_SHORTEST, 2 * usual)


_known: dict[str, tuple[date | None, date | None]] = {}


def _days(files: Sequence[str], column: str) -> tuple[date | None, date | None]:
    """The first and last day of these files; each is read once, for none ever changes."""
    new = [file for file in files if file not in _known]
    if new:
        with mart.connect() as connection:
            found = connection.execute(
                f'select filename, min(cast("{column}" as date)), max(cast("{column}" as date)) '
                "from (from read_parquet(?, union_by_name=true, filename=true) union all by name "
                f'select null::date as "{column}" where false) group by filename', [new],
            ).fetchall()  # fmt: skip
        _known.update(dict.fromkeys(new, (None, None)) | {f: (a, b) for f, a, b in found})
    told = [_known[file] for file in files]
    days = [day for pair in told for day in pair if day is not None]
    return (min(days), max(days)) if days else (None, None)
