"""Data in: a file is handed in, its headings are matched, good rows are taken in and bad ones set
aside until they are mended; for the offices that own a register, and nobody else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from openpyxl import Workbook
from pytest_django.plugin import DjangoDbBlocker

from tests.web.daily.town import furnish
from wardround.catalogue.model import Catalogue
from wardround.store import deliveries, mappings, quarantine, received
from wardround.store import house as at_hand
from wardround.store.house import House
from wardround.store.models import Access, Entry, FeedBatch
from wardround.web import uploads

SignedIn = Callable[..., Client]
VISITS = """visit_id,kind,department,registered_at
V1,outpatient,ward_1,2026-07-02 08:00
V2,emergency,ward_2,2026-07-02 09:00
"""
BROKEN = VISITS + "V3,outpatient,ward_9,2026-07-03 08:00\nV4,walk,ward_1,2026-07-03 09:00\n"
FOREIGN = """就诊序号,类型,就诊病区,挂号日期,患者姓名
A1,门诊号,内一病区,28/06/2026,张三丰
A2,急诊号,内二科,03/06/2026,李四光
"""


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, catalogue: Catalogue,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:  # fmt: skip
    """The small hospital, furnished once; each test has a savepoint in it and a copy."""
    data = tmp_path_factory.mktemp("town") / "data"
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(at_hand, "load", lambda *_: catalogue)
        patch.setattr(settings, "DATA", data)
        with transaction.atomic():
            furnish(data)
            yield data
            transaction.set_rollback(True)
    at_hand.forget()


@pytest.fixture
def house(town: Path, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")
    shutil.copytree(town, tmp_path / "data")
    at_hand.forget()
    yield at_hand.house()
    at_hand.forget()


def hand_in(
    client: Client, content: str | bytes, feed: str = "visit", name: str = "六月.csv"
) -> str:
    """The address of the page on which the file is matched."""
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, raw)
    answer = client.post("/data/upload", {"file": file, "feed": feed})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


def filled(client: Client, url: str, **changed: str) -> dict[str, str | list[str]]:
    """What the page of headings proposes, as a browser would post it."""
    page = client.get(url).content.decode()
    form: dict[str, str | list[str]] = {}
    for name, options in re.findall(
        r'<select class="input cell" name="([^"]+)".*?>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    for name, word in re.findall(r'<input type="hidden" name="(w\d+)" value="([^"]*)"', page):
        form[name] = [*form.get(name, []), word]
    for name in ("mapping", "name"):
        value = re.search(rf'name="{name}" value="([^"]*)"', page)
        form[name] = value[1] if value else ""
    return form | changed


def take_in(client: Client, content: str | bytes, feed: str = "visit", **changed: str) -> str:
    """Hand a table in and import it as proposed; the page of what it came to."""
    url = hand_in(client, content, feed)
    answer = client.post(url, filled(client, url, **changed))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(str(answer["Location"]))
    assert page.status_code == 200
    return page.content.decode()


def waiting(house: House) -> dict[str, int]:
    """Rows set aside, by register."""
    found: dict[str, int] = {}
    for one in quarantine.listed(house):
        for register, count in one.files.items():
            found[register] = found.get(register, 0) + count
    return found


def rejected(house: House, register: str = "visit") -> str:
    """The address of the rows that the last delivery set aside."""
    return f"/data/rejected/{quarantine.listed(house)[0].origin.key}/{register}/"


# -- rights -------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["li_ting", "chen_jing", "qian_yi"])
def test_for_wards_and_leaders_the_section_does_not_exist(
    house: House, signed_in: SignedIn, person: str
) -> None:
    take_in(signed_in("zhou_min"), BROKEN)
    key, client = received.listed(house)[0].key, signed_in(person)
    addresses = ("/data/", "/data/upload", "/data/feeds/visit/", f"/data/deliveries/{key}/",
                 rejected(house), f"{rejected(house)}rows.csv")  # fmt: skip
    assert {client.get(a).status_code for a in addresses} == {404}
    assert client.post(f"{rejected(house)}drop", {"why": "x"}).status_code == 404
    assert client.post(f"{rejected(house)}mend", {}).status_code == 404
    assert 'href="/data/"' not in client.get("/registers/").content.decode()


@pytest.mark.parametrize("person", ["wu_jun", "feng_shen"])
def test_president_and_auditor_read_and_change_nothing(
    house: House, signed_in: SignedIn, person: str
) -> None:
    take_in(signed_in("zhou_min"), BROKEN)
    client = signed_in(person)
    for address in ("/data/", "/data/feeds/visit/", rejected(house)):
        assert client.get(address).status_code == 200
    assert client.get("/data/upload").status_code == 422
    assert client.get(f"{rejected(house)}rows.csv").status_code == 422
    assert client.post(f"{rejected(house)}drop", {"why": "x"}).status_code == 422
    file = SimpleUploadedFile("x.csv", VISITS.encode())
    assert client.post("/data/upload", {"file": file, "feed": "visit"}).status_code == 422
    assert (
        waiting(house) == {"visit": 2} and "导入文件" not in client.get("/data/").content.decode()
    )


def test_an_office_brings_in_what_it_owns_and_nothing_else(
    house: House, signed_in: SignedIn
) -> None:
    take_in(signed_in("zhou_min"), BROKEN)
    quality = signed_in("sun_min")
    assert quality.get("/data/feeds/chart_event/").status_code == 200
    for address in ("/data/feeds/visit/", rejected(house)):
        assert quality.get(address).status_code == 404
    file = SimpleUploadedFile("x.csv", VISITS.encode())
    assert quality.post("/data/upload", {"file": file, "feed": "visit"}).status_code == 422
    assert "六月.csv" not in quality.get("/data/").content.decode()


def test_a_file_is_for_whoever_handed_it_in(house: House, signed_in: SignedIn) -> None:
    url = hand_in(signed_in("zhou_min"), VISITS)
    assert signed_in("wu_jun").get(url).status_code == 404
    assert Client().get(url).status_code == 302
    signed_in("zhou_min").post(f"{url}discard")
    assert not list((house.data / uploads.FOLDER).glob("*"))


def test_a_source_that_speaks_for_other_offices_needs_a_register(
    house: House, signed_in: SignedIn
) -> None:
    quality = signed_in("sun_min")
    answer = quality.get(hand_in(quality, '{"resourceType":"Encounter"}', "", "x.ndjson"))
    assert answer.status_code == 422 and "别的科室管的" in answer.content.decode()


# -- bringing in --------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min", "en")
    assert "2 rows" in (first := take_in(client, VISITS)) and "2 new" in first
    again = take_in(client, VISITS)
    assert "0 new" in again and "2 unchanged" in again and "nothing changed" in again
    assert FeedBatch.objects.count() == 1 and len(received.listed(house)) == 2
    assert not list((house.data / uploads.FOLDER).glob("*")), "nothing of the file is left"


def test_headings_are_matched_and_the_command_reads_the_mapping(
    house: House, signed_in: SignedIn, tmp_path: Path
) -> None:
    client = signed_in("zhou_min")
    url = hand_in(client, FOREIGN)
    page = client.get(url).content.decode()
    assert "张三丰" not in page, "names are not even shown"
    form = filled(client, url, name="门诊 六月")
    assert [form[f"c{i}"] for i in range(5)] == [
        "visit_id",
        "kind",
        "department",
        "registered_at",
        "",
    ]
    assert form["f3"] == "%d/%m/%Y" and form["w1"] == ["门诊号", "急诊号"]
    assert (form["w1.0"], form["w1.1"]) == ("outpatient", "emergency")
    assert form["w2.0"] == "ward_1"
    answer = client.post(url, form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert FeedBatch.objects.get().rows == 2 and not waiting(house)

    other = tmp_path / "other.csv"
    other.write_text(FOREIGN.replace("A1", "B1"), "utf-8")
    done = deliveries.take_in(
        house, "csv", other, None, house.viewer("zhou_min"), house.now(),
        mappings.load(house, "门诊 六月", None),
    )  # fmt: skip
    assert (done.new, done.unchanged, done.rejected) == (1, 1, ())
    assert "每一列都对上了" not in page
    again = filled(client, hand_in(client, FOREIGN))
    assert again["mapping"] == "门诊 六月" and again["w2.0"] == "ward_1"
    answer = client.post(url := hand_in(client, FOREIGN), filled(client, url) | {"mapping": ""})
    assert answer.status_code == 422 and "已有对照“门诊 六月”" in answer.content.decode()


def test_a_mapping_that_merely_says_heading_is_field_serves_the_page_too(
    house: House, signed_in: SignedIn
) -> None:
    (house.data / "mappings").mkdir(exist_ok=True)
    short = '"单号" = "visit_id"\n"何时" = "registered_at"\n'
    (house.data / "mappings" / "短.toml").write_text(short, "utf-8")
    table = VISITS.replace("visit_id", "单号").replace("registered_at", "何时")
    client = signed_in("zhou_min")
    url = hand_in(client, table)
    form = filled(client, url)
    told = [form["mapping"], *(form[f"c{i}"] for i in range(4))]
    assert told == ["短", "visit_id", "kind", "department", "registered_at"]
    assert client.post(url, form).status_code == 302 and FeedBatch.objects.get().rows == 2


def test_words_of_a_column_just_matched_are_asked_about_first(
    house: House, signed_in: SignedIn
) -> None:
    client = signed_in("zhou_min")
    url = hand_in(client, FOREIGN)
    form = filled(client, url, c1="")
    for key in ("w1", "w1.0", "w1.1"):
        del form[key]
    asked = client.post(url, form | {"c1": "kind"})
    assert asked.status_code == 200 and "还没有导入" in asked.content.decode()
    assert not FeedBatch.objects.exists()


def test_what_is_missing_is_said_and_nothing_is_taken_in(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    url = hand_in(client, FOREIGN)
    answer = client.post(url, filled(client, url, c0="", f3=""))
    words = answer.content.decode()
    assert answer.status_code == 422 and "缺少“就诊号”" in words
    answer = client.post(url, filled(client, url, f3=""))
    assert answer.status_code == 422 and "请选“挂号日期”的日期写法" in answer.content.decode()
    answer = client.post(url, filled(client, url, name="../../x"))
    assert answer.status_code == 422 and "对照名称" in answer.content.decode()
    assert not FeedBatch.objects.exists() and not mappings.names(house)


def test_a_workbook_fills_a_register_that_people_keep(house: House, signed_in: SignedIn) -> None:
    book, stream = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["日期", "时刻", "冰箱编号", "科室", "温度（℃）"])
    sheet.append(["2026-07-02", "08:05", "F1", "预防接种门诊", 4.5])
    sheet.append(["2026-07-02", "08:06", "2号", "预防接种门诊", 5.0])
    book.save(stream)
    client = signed_in("xu_lan")
    url = hand_in(client, stream.getvalue(), "cold_chain", "冰箱.xlsx")
    form = filled(client, url, c0="occurred_at", c1="occurred_at", c2="subject")
    asked = client.post(url, form)
    assert asked.status_code == 200 and "“2号”" in asked.content.decode()
    answer = client.post(url, form | {"w2": ["2号"], "w2.0": "F2"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    kept = {e.subject: e for e in Entry.objects.filter(register="cold_chain")}
    assert set(kept) == {"F1", "F2"} and kept["F1"].values["temperature"] == 4.5
    assert f"{house.local(kept['F1'].occurred_at):%d %H:%M}" == "02 08:05"


def test_a_front_page_is_known_without_being_told(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    page = (
        "BAH,ZYCS,RYSJ,CYSJ,CYKB,RYKB\n1,1,2026-06-01 08:00:00,2026-06-04 08:00:00,内一科,内一科\n"
    )
    url = hand_in(client, page, "")
    assert "病案首页（HQMS 接口）" in client.get(url).content.decode()
    done = client.post(url, {"mapping": ""})
    assert done.status_code == 302
    assert "1 行" in client.get(done["Location"]).content.decode()


UNREADABLE = [
    ("空.csv", b"", "空的"), ("空行.csv", b"\n\n\n", "空的"),
    ("图.csv", b"\x89PNG\x00\x00\x01", "不是文本"), ("坏.xlsx", b"PK\x03\x04cut", "不是 Excel"),
    ("旧.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 64, "另存为 .xlsx"),
    ("码.csv", b"a,b\n\xff\xfe\xfa\x80,1\n", "编码"), ("话.txt", "今天天气很好".encode(), "缺少"),
    ("f.json", b"{]", "FHIR"), ("m.hl7", b"MSH|", "消息"), ("p.gz", b"\x1f\x8bnothing", "打不开"),
]  # fmt: skip


def test_what_cannot_be_read_gets_a_sentence(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    for name, content, words in UNREADABLE:
        file = SimpleUploadedFile(name, content)
        answer = client.post("/data/upload", {"file": file, "feed": "visit"}, follow=True)
        if answer.status_code == 200:
            url = answer.redirect_chain[-1][0]
            answer = client.post(url, filled(client, url), follow=True)
        said = answer.content.decode()
        assert answer.status_code in (200, 422) and words in said, name
    assert not FeedBatch.objects.exists() and not Entry.objects.exists()


def test_a_file_has_a_limit(
    house: House, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 50)
    file = SimpleUploadedFile("x.csv", VISITS.encode())
    answer = signed_in("zhou_min").post("/data/upload", {"file": file, "feed": "visit"})
    assert answer.status_code == 422 and "按月分成几份" in answer.content.decode()
    assert signed_in("zhou_min").post("/data/upload", {"feed": "visit"}).status_code == 422


# -- rows set aside -----------------------------------------------------------------------------


def test_broken_rows_are_set_aside_with_their_reasons(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    result = take_in(client, BROKEN)
    assert "新 2" in result and "退回 2" in result and "没有“ward_9”" in result
    page = client.get(rejected(house)).content.decode()
    assert "2 行要改，2 种原因" in page and "第 4 行" in page and "第 5 行" in page
    table = client.get(f"{rejected(house)}rows.csv").getvalue()
    assert table.decode("utf-8-sig").splitlines()[0].endswith("#place,#why,#from")
    assert Access.objects.get().person == "zhou_min"


def test_mended_rows_are_taken_in_and_leave_the_list(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    take_in(client, BROKEN)
    table = client.get(f"{rejected(house)}rows.csv").getvalue().decode("utf-8-sig")
    url, ward = rejected(house), {"field": "department", "word": "ward_9", "value": "ward_3"}
    rest = client.post(f"{url}mend", ward, follow=True)
    assert rest.redirect_chain == [(url, 302)] and "1 行改好" in rest.content.decode()
    assert '<th scope="row">row 5</th>' in signed_in("zhou_min", "en").get(url).content.decode()
    assert "未变 1" in take_in(client, table.replace("ward_9", "ward_3"))
    assert waiting(house) == {"visit": 1}, "the row that is still wrong waits once"
    url = rejected(house)
    assert (
        client.post(f"{url}mend", {"field": "kind", "word": "walk", "value": ""}).status_code == 422
    )
    done = client.post(f"{url}mend", {"field": "kind", "word": "walk", "value": "checkup"})
    assert done.status_code == 302 and waiting(house) == {}
    assert sum(b.rows for b in FeedBatch.objects.all()) == 4
    assert client.get(url).status_code == 404


def test_the_whole_file_mended_at_its_source_clears_the_list_too(
    house: House, signed_in: SignedIn
) -> None:
    client = signed_in("zhou_min")
    take_in(client, BROKEN)
    take_in(client, BROKEN)
    assert waiting(house) == {"visit": 2}, "what is wrong twice waits once"
    take_in(client, BROKEN.replace("ward_9", "ward_3").replace("walk", "checkup"))
    assert waiting(house) == {}


def test_rows_that_are_none_are_left_out_with_a_reason(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    take_in(client, VISITS + "V5,outpatient\n")
    url = rejected(house, "unreadable")
    assert "读不成行" in client.get(url).content.decode()
    assert client.post(f"{url}drop", {"why": " "}).status_code == 422
    done = client.post(f"{url}drop", {"why": "表尾合计"}, follow=True)
    assert "表尾合计" in done.content.decode() and waiting(house) == {}


def test_personal_words_stay_masked(house: House, signed_in: SignedIn) -> None:
    register = next(
        r for r in house.catalogue.registers.values() if r.owner == "infection_office"
        and not r.feed and any(f.personal and f.type == "text" for f in r.field.values())
    )  # fmt: skip
    secret = next(f for f in register.field.values() if f.personal and f.type == "text")
    client = signed_in("liu_fang")
    table = f"{secret.key},occurred_at,subject\n王小明,2026-07-02 08:00,nobody\n"
    url = hand_in(client, table, register.key)
    assert "王小明" not in client.get(url).content.decode()


# -- what a feed covers -------------------------------------------------------------------------


def test_a_feed_says_what_it_covers(house: House, signed_in: SignedIn) -> None:
    client = signed_in("zhou_min")
    assert "没有收到过" in client.get("/data/feeds/visit/").content.decode()
    take_in(client, VISITS + "V3,outpatient,ward_1,2026-06-03 08:00\n")
    page = client.get("/data/").content.decode()
    assert "2026-06-03 – 2026-07-02" in page and "1 种接口有数据" in page
    assert "六月.csv" in client.get("/data/feeds/visit/").content.decode()


@pytest.mark.parametrize(("days", "today", "usual", "late"), [
    (["2026-06-01"], "2026-07-06", None, False), (["2026-05-31"], "2026-07-06", None, True),
    (["2026-07-01", "2026-07-02", "2026-07-03"], "2026-07-05", 1, False),
    (["2026-07-01", "2026-07-02", "2026-07-03"], "2026-07-06", 1, True),
    (["2026-04-01", "2026-05-01", "2026-06-01"], "2026-07-06", 30, False),
    (["2026-04-01", "2026-05-01", "2026-05-02", "2026-05-02"], "2026-07-06", 16, True),
])  # fmt: skip
def test_late_is_twice_as_long_as_usual(
    days: list[str], today: str, usual: int | None, late: bool
) -> None:
    came = [date.fromisoformat(day) for day in days]
    assert received.habit(came, date.fromisoformat(today)) == (usual, late)


def test_a_line_cut_off_by_a_crash_hides_no_other(house: House, signed_in: SignedIn) -> None:
    take_in(signed_in("zhou_min", "en"), VISITS)
    (log,) = (house.data / received.FOLDER).glob("*.jsonl")
    with log.open("a", encoding="utf-8") as out:
        out.write('{"key": "2026')
    assert len(received.listed(house)) == 1
