"""Files as they really come: cut, marked, recoded, padded. Nothing crashes, nothing is made up."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.test_tables import HEAD, passed
from wardround.sources import sheet
from wardround.text import Fault, Refused

LINES = [f"病{n},ward_{1 + n % 2},2026-03-0{n} 08:00,2026-03-1{n} 10:30" for n in range(1, 7)]


def read(content: bytes) -> tuple[list[dict[str, Any]], list[Fault]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivered.csv"
        path.write_bytes(content)
        whole = passed(path)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sheet, "_SMALL", 0)
            assert passed(path) == whole, "a large file is read in halves, as if it were one"
        return whole


WHOLE = {str(row) for row in read("\n".join([HEAD, *LINES]).encode())[0]}


@settings(max_examples=12)
@given(
    lines=st.permutations(LINES),
    ends=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    empty=st.booleans(),
    cut=st.integers(0, 60),
)
def test_of_a_cut_or_shuffled_file_only_whole_rows_are_taken(
    lines: list[str], ends: str, encoding: str, empty: bool, cut: int
) -> None:
    text = ends.join([HEAD, *lines[:3], *([""] if empty else []), *lines[3:]]) + ends
    good, faults = read(text[: len(text) - cut].encode(encoding))
    rows = {str(row) for row in good}
    shortened = len(rows - WHOLE)  # a last cell may be cut to what is still a time
    assert shortened <= 1 and len(good) <= len(LINES)
    assert cut > len(ends) or (rows == WHOLE and not faults)


def test_an_open_quotation_mark_costs_its_own_line_alone() -> None:
    """Whether another mark follows it, none does, or it stands at the end of the file."""
    lines = [
        LINES[0].replace("病1", '"病\n1"'), f'"{LINES[1]}', LINES[2], f'"{LINES[3]}',
        LINES[4].replace("病5", '"病5"'), f'{LINES[5][:-16]}"{LINES[5][-16:]}',
    ]  # fmt: skip
    good, faults = read("\n".join([HEAD, *lines]).encode())
    assert len(good) == 3
    assert ["引号" in f.why.zh for f in faults] == [True, True, True]


@pytest.mark.parametrize("cell", ["ward_1", '"ward_1"', '"ward_1\n"'])
def test_what_stands_in_both_halves_of_a_file_is_seen_together(cell: str) -> None:
    lines = [f"A{i},{cell},2026-03-02 08:00,2026-03-05 10:00" for i in range(40)]
    lines[5] = lines[30]
    lines[7] = lines[33].replace("ward_1", "ward_2")
    lines[9], lines[25] = lines[9].replace("ward_1", "ward_9"), lines[25].replace("-05", "-01")
    good, faults = read("\n".join([HEAD, *lines]).encode())
    assert len(good) == 35
    assert [f.field for f in faults] == ["ward", "left_at", "stay_id", "stay_id"]


@settings(max_examples=25)
@given(st.binary(max_size=80), st.integers(0, 200))
def test_strange_bytes_are_refused_or_set_aside(strange: bytes, where: int) -> None:
    text = "\n".join([HEAD, *LINES]).encode()
    try:
        good, faults = read(text[:where] + strange + text[where:])
    except Refused:
        return
    assert len(good) + len(faults) >= 1 and all(f.why.zh and f.why.en for f in faults)
