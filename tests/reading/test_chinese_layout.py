"""Chinese pages as they are copied: broken lines, glued headings, thresholds that bind nobody."""

from __future__ import annotations

from wardround.reading.plan import read


def test_a_word_broken_by_the_page_is_read_whole() -> None:
    words = "上半年医院围绕年度任务持续加强管理，各项工作有序推进，职工精神面貌良好。" * 4
    words += "人力资源部共组织考核2次，手卫生依从率较上年提高5.2个百分点。"
    text = "\n".join(words[n : n + 21] for n in range(0, len(words), 21))
    assert "人力资\n源部" in text
    said = read(text)[-1]
    assert said.owners == ("人力资源部",)
    assert said.figures[-1].change == "+5.2个百分点"


def test_a_title_over_two_lines_is_one_heading() -> None:
    for title in (
        "2025年度感染管理科工作总结及\n2026年工作计划",
        "关于加强病区陪护管理工\n作的通知",
    ):
        first = read(f"{title}\n各科室：\n一、任务\n1.每月查房2次。")[0]
        assert (first.kind, first.text) == ("heading", title)


def test_headings_that_ran_into_their_text_are_cut_off() -> None:
    text = "2025年儿科工作总结及2026年工作计划2025年，儿科团结协作。\n"
    text += "二、重点任务（一）抓质量。每月检查。"
    assert [(s.kind, s.text) for s in read(text)] == [
        ("heading", "2025年儿科工作总结及2026年工作计划"),
        ("background", "2025年，儿科团结协作。"),
        ("heading", "二、重点任务"),
        ("heading", "（一）抓质量。"),
        ("measure", "每月检查。"),
    ]


def test_what_only_says_which_or_when_is_no_target() -> None:
    for text in (
        "对归档率低于85%的病区下发通知。",
        "单价30万元以上的仪器须经论证。",
        "库存周转率达70%触发预警。",
        "加班每超过定额8%，扣分。",
        "误差超过6%时，重新校准。",
    ):
        assert read(f"一、工作安排\n1.{text}")[-1].targets == (), text
    kept = read("一、工作安排\n1.对不少于90%的患者进行随访。")[-1].targets
    assert [(t.op, t.value) for t in kept] == [(">=", "90")]


def test_a_row_of_duties_is_no_row_of_headings() -> None:
    text = "院办职责\n一、负责印鉴管理。\n二、负责公文收发。\n三、负责会议室管理。"
    assert [s.kind for s in read(text)[1:]] == ["measure"] * 3


def test_the_department_is_an_owner_but_not_in_its_own_plan() -> None:
    told = "1.科室每月自查，每季度上报。"
    assert read(f"医疗质量管理制度\n{told}")[-1].owners == ("科室",)
    assert read(f"内科2026年工作计划\n{told}")[-1].owners == ()


def test_rates_and_hours_are_cadences() -> None:
    said = read("一、要求\n1.冷库除霜1—2次/周，保安每小时巡查1次。")[-1]
    assert said.cadence == "FREQ=WEEKLY;X-TIMES=1-2 | FREQ=HOURLY"
    assert read("一、目标\n1.病床周转次数≥19次/年。")[-1].cadence is None
