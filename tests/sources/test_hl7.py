"""HL7 v2 messages: any line ends, batches, separators and escapes; nothing crashes the parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.sources import hl7
from wardround.text import Refused

MESSAGE = (
    "MSH|^~\\&|HIS|HOSP|WR|HOSP|20260302080000+0800||ADT^A01|M1|P|2.5\r"
    "EVN|A01|202603020755\r"
    "PID|1||111^^^^SS~P77^^^^MR||张^三\r"
    "PV1|1|I|W1^B2^03||||D\\T\\R|||||||||||V9\r"
    "ZXX|anything\r"
)


def parsed(text: str = MESSAGE) -> hl7.Message:
    return hl7.parse(text.encode())


def test_a_value_is_found_by_its_place() -> None:
    message = parsed()
    assert (message.kind, message.number) == ("ADT^A01", "M1")
    assert message.value("PV1-3.2") == "B2"
    assert message.value("PID-3[5=MR].1") == "P77" and message.value("PID-3.1") == "111"
    assert message.value("PV1-7.1") == "D&R"
    assert message.value("PV1-99.1") == message.value("OBX-1") == ""


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_holds_one_or_many_messages(tmp_path: Path, end: str, encoding: str) -> None:
    two = f"FHS|^~\\&|x\rBHS|^~\\&|x\r{MESSAGE}\r{MESSAGE.replace('M1', 'M2')}BTS|2\rFTS|1\r"
    file = tmp_path / "m.hl7"
    file.write_bytes(two.replace("\r", end).encode(encoding))
    found = [hl7.parse(raw) for _, raw in hl7.messages(file)]
    assert [m.number for m in found] == ["M1", "M2"]
    assert [m.value("PID-5.1") for m in found] == ["张", "张"]
    assert [line for line, _ in hl7.messages(file)] == [3, 9]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_the_character_set_is_what_msh_18_says_unless_it_is_wrong(encoding: str) -> None:
    raw = MESSAGE.replace("|2.5\r", "|2.5||||||GB 18030-2000\r").encode(encoding)
    assert hl7.parse(raw).value("PID-5.1") == "张"


def test_messages_that_run_into_one_another_are_told_apart_or_told(tmp_path: Path) -> None:
    file = tmp_path / "m.hl7"
    file.write_text(MESSAGE[:120] + MESSAGE.replace("M1", "M2"), newline="")
    found = [hl7.parse(raw) for _, raw in hl7.messages(file)]
    assert [m.number for m in found] == ["M1", "M2"]
    assert found[1].value("PV1-3.1") == "W1"
    with pytest.raises(Refused, match="run together"):
        parsed(MESSAGE + MESSAGE.replace("MSH", "MSX"))


def test_other_separators_are_those_of_msh() -> None:
    text = "MSH#*~!+#HIS#H###2026##ADT*A01#7#P#2.3\rPV1#1#I#W1*B2+x\r"
    assert (parsed(text).value("PV1-3.2.2"), parsed(text).number) == ("x", "7")


@pytest.mark.parametrize(
    "text", ["", "hello", "MSH", "MSH|^~\\&|", "PID|1", "MSH|^~\\&|||||||ADT^A01||P", "MSH||||"]
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        hl7.parse(text.encode())


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("20260302", "2026-03-02"), ("202603020805", "2026-03-02 08:05:00"),
        ("20260302080509.1234+0800", "2026-03-02 08:05:09+08:00"), ("202603", "2026-03-01"),
        ("soon", "soon"), ("", ""),
    ],
)  # fmt: skip
def test_times_of_any_precision_are_read(written: str, iso: str) -> None:
    assert hl7.moment(written) == iso


def test_an_answer_names_the_message_and_the_reason() -> None:
    said = hl7.parse(hl7.answer(parsed(), "AE", "no | ward", "20260302", "A1"))
    assert (said.kind, said.value("MSA-1"), said.value("MSA-2")) == ("ACK^A01", "AE", "M1")
    assert said.value("MSA-3") == "no | ward" and said.value("MSH-5.1") == "HIS"
    assert b"MSA|AR|" in hl7.answer(None, "AR", "what?", "20260302", "A2")


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30)


@given(PLAIN)
def test_what_is_escaped_is_read_again(text: str) -> None:
    assert hl7.unescaped(hl7.escaped(text), "|^~\\&") == text


@given(st.permutations(MESSAGE.strip("\r").split("\r")[1:]), st.binary(max_size=60))
@settings(max_examples=60)
def test_segments_come_in_any_order_and_noise_never_crashes(order: list[str], noise: bytes) -> None:
    head = MESSAGE.split("\r")[0]
    assert parsed("\r".join([head, *order])).value("PV1-3.1") == "W1"
    for raw in (noise, head.encode() + b"\r" + noise, MESSAGE.encode()[:40] + noise):
        try:
            message = hl7.parse(raw)
        except Refused:
            continue
        assert message.kind and hl7.answer(message, "AA", "", "2026", "1")


def test_every_foreign_message_is_read(shared: Path) -> None:
    files = sorted((shared / "data" / "hl7v2").glob("*.hl7"))
    found = [hl7.parse(raw) for file in files for _, raw in hl7.messages(file)]
    assert len(found) == len(files) and all(m.number and "^" in m.kind for m in found)
