"""Wordings of other styles: means over months, lists counted off, steps in order, names by kind."""

from __future__ import annotations

import pytest

from tests.claims.judging import differing, judged, verdict


@pytest.mark.parametrize("text, figure, expected", [
    ("全年开展护理查房48次，平均每月4次。", "4次", "agrees"),
    ("全年开展护理查房48次，平均每月6次。", "6次", "differs"),
    ("全年开展培训24次，每月考核1次。", "1次", "cannot"),
    ("投资1650万元，建筑面积5500平方米，每平方米造价3500元。", "3500元", "differs"),
    ("During the full year 1,342 of 1,388 nurses passed; average score 86.4.", "86.4", "cannot"),
    ("医共体诊疗7,680人次，出车96次，平均每次80人次。", "80人次", "agrees"),
    ("The bus made 96 trips and saw 7,680 villagers, 70 a trip.", "70", "differs"),
    ("住院收入5233.8万元，出院9812人次，人均住院费用5334元。", "5334元", "agrees"),
    ("Line days 9,124, CLABSI 9, or 0.99 per 1,000 line days.", "0.99 per 1,000", "agrees"),
    ("Line days 9,124, CLABSI 9, or 1.29 per 1,000 line days.", "1.29 per 1,000", "differs"),
])  # fmt: skip
def test_a_mean_is_of_the_total_over_the_period_or_what_it_names(
    text: str, figure: str, expected: str
) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("上报264例，医疗类占28.4%，护理类占41.3%，其他占30.3%。", "28.4%，护理类占41.3%，其他占30.3%",
     "agrees"),
    ("上报264例，医疗类占28.4%，护理类占41.3%，其他占40.3%。", "28.4%，护理类占41.3%，其他占40.3%",
     "differs"),
    ("期初在院412人，入院13,286人，出院13,251人，期末在院474人。", "474人", "differs"),
    ("接诊8,426人次，是上年同期3,511人次的4.2倍。", "4.2倍", "differs"),
    ("Cultures doubled from 1,205 to 2,140.", "1,205 to 2,140", "differs"),
    ("手消毒剂翻了一番，由1,860升增至3,720升。", "1,860升增至3,720升", "agrees"),
    ("门诊198,640人次，日均1,097人次；完成全年目标40万人次的59.7%。", "59.7%", "differs"),
    ("实际占用床日78,652日，压疮9例，0.11‰；跌倒7例，0.90‰。", "0.90‰", "differs"),
    ("护士268人，护士与开放床位比为0.56∶1（开放床位749张）。", "0.56", "differs"),
    ("244 people joined and 98 had quit, a success rate of 42.0%.", "42.0%", "differs"),
    ("There were 34,680 visits, up from 33,024, which is 1,656 (5.0%) on top.", "5.0%", "agrees"),
    ("4,528 operations were done on 3 sites: 1,812 here, 1,086 there and 1,630 at the Quay.",
     "4,528 operations", "agrees"),
])  # fmt: skip
def test_what_is_left_came_or_multiplied_is_worked_out(
    text: str, figure: str, expected: str
) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("课题14项：省级3项、市级6项、县级5项。", "14项", "agrees"),
    ("课题15项：省级3项、市级6项、县级5项。", "15项", "differs"),
    ("12 people studied outside, including 8 doctors and 5 nurses.", "12 people", "differs"),
    ("There are 486 people. By title: 62 seniors, 174 middle and 250 juniors.", "486 people",
     "agrees"),
    ("There are 486 people. By title: 62 seniors, 147 middle and 250 juniors.", "486 people",
     "differs"),
    ("药品收入120万元。\n材料收入80万元。\n上述两项合计210万元。", "210万元", "differs"),
    ("实习生46人、规培生9人、进修生5人，共60人。", "60人", "agrees"),
    ("手术100台，其中一级20台、二级40台、三级30台、四级10台；三、四级手术占40%。", "40%",
     "agrees"),
    ("手术100台，其中一级20台、二级40台、三级30台、四级10台；三、四级手术占45%。", "45%",
     "differs"),
    ("新招聘22人，离职7人，净增16人。", "16人", "differs"),
    ("招聘28人，退休11人，调出5人，净增12人。", "12人", "agrees"),
    ("收到捐款86.5万元，已使用52.3万元，结余43.2万元。", "43.2万元", "differs"),
    ("设备23台，总价421.6万元，其中10万元以上9台，价值356.8万元，其余14台价值55.8万元。",
     "421.6万元", "differs"),
    ("职工538人，其中卫技446人，占82.9%；医师168人、护士203人、药师32人、其他43人。", "446人",
     "agrees"),
    ("三个卫生院接诊分别为2160、1845和1732人次，共5737人次。", "5737人次", "agrees"),
    ("21 clinics were held, 9 of them in villages, 8 in towns and 6 in schools.", "21 clinics",
     "differs"),
    ("Of 400 patients 300 of them were women, 120 over 65 and 40 from afar.", "400 patients",
     "cannot"),
    ("职工34人，招聘11人（医师5人、护士6人），离职4人，净增7人。", "7人", "agrees"),
    ("立项课题7项，获经费24万元，其中省级2项24万元、市级5项18万元。", "24万元", "differs"),
    ("新增省级2个、市级5个，达到6个和15个，总数达到21个。", "21个", "agrees"),
    ("归档病历3150份，其中甲级3074份；下发通知86份，回复84份。", "3150份", "cannot"),
    ("职工486人，其中卫技412人；医师158人中，中医类98人；护士186人，其他68人。", "412人",
     "agrees"),
    ("There are 512 staff, including 436 clinical staff: 148 doctors, 214 nurses and 74 others.",
     "436", "agrees"),
])  # fmt: skip
def test_parts_are_told_in_many_ways(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("门诊48312人次，环比增长3.6%（4月46633人次），同比增长9.5%（去年5月44120人次）。", "9.5%",
     "agrees"),
    ("门诊12.6万人次，较2021年11.2万人次增长12.5%。", "12.5%", "agrees"),
    ("出院8240人次，增加677人次，增长8.95%。", "677人次", "rounding"),
    ("出院15836人次，2022年为14702人次，同比增长8.9%。", "8.9%", "differs"),
    ("药占比由去年的31.2%降至28.6%，下降3.6个百分点。", "3.6个百分点", "differs"),
    ("Visits were 92,418, against 86,305 in 2024: 6,113 more, a rise of 7.4%.", "7.4%", "differs"),
    ("Discharges rose by 912 to 16,348, or 5.9%.", "5.9%", "agrees"),
    ("The wait fell from 46 to 38 minutes, that is by 9.", "9", "differs"),
    ("Ulcers numbered 52 (2024: 61), down 14.8%.", "14.8%", "agrees"),
    ("职工612人，技术人员502人（正高18人、初级234人），占职工总数的82.0%。", "82.0%", "agrees"),
    ("住院患者中医保8519人次（占86.4%），自费1341人次（占13.6%）。", "13.6%", "cannot"),
    ("发放2400份，收回2332份，满意2264份，满意率94.3%。", "94.3%", "differs"),
    ("There are 1,164 staff: 538 nurses and 626 others. Nurses form 42.6% of the workforce.",
     "42.6%", "differs"),
    ("收回468份，满意率95.5%（满意447份）。", "95.5%", "agrees"),
    ("收回468份，满意率98.5%（满意447份）。", "98.5%", "differs"),
    ("药占比25%（药品收入1071.6万元），总收入4286.4万元，耗占比24%。", "24%", "cannot"),
    ("急诊22918人次、门诊158204人次，门诊收入3105.2万元，门急诊次均费用171.44元。", "171.44元",
     "agrees"),
])  # fmt: skip
def test_brackets_and_names_say_what_a_figure_is_of(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, wrong", [
    ("Three tasks: (1) to move; (2) to pass the review; (3) to train.", []),
    ("Four tasks: (1) to move; (2) to pass the review; (3) to train.", ["Four tasks"]),
    ("It took three measures: first, posters and films; second, a desk; third, a bus.", []),
    ("今年完成五件实事：①改造门诊；②新建车场；③购置CT；④增设中心。", ["五件实事"]),
    ("Five projects were funded: two by the province, two by the city and one by us.", []),
    ("组织督查5次（1月病历、2月处方、3月院感、4月护理、5月输血、6月综合）。", ["5次"]),
    ("The unit opened on 14 April after its inspection on 22 April.", ["14 April"]),
    ("3月5日完成培训后，于2月10日上岗。", ["2月10日"]),
    ("义诊18次，接诊2430人次。\n\n义诊18次，接诊2340人次。", ["2340人次"]),
    ("Visits brought £9.84 million, inpatients £19.46 million.", []),
    ("新楼2021年10月8日开工，2021年6月20日封顶，2022年竣工。", ["2021年6月20日"]),
    ("门诊楼2021年10月开工，医技楼2020年6月竣工。", []),
    ("The block started on May 5, 2021 and was topped out on May 2, 2020.", ["May 2, 2020"]),
    ("开展新技术6项：冠脉旋磨、经颅刺激、单孔切除、超声内镜、人工肝。", ["6项"]),
    ("在全省78家医院中位列第83位。", ["83"]),
    ("There were four infections of the blood, five of them avoidable.", ["five"]),
    ("带教时间为3月4日至15日、5月24日至13日。", ["5月24日至13日"]),
    ("Timeline: approved 14 April 2023; begun 19 July 2024; handed over 2 October 2023.",
     ["2 October 2023"]),
    ("季度\t出院\t手术\n一季度\t20\t8\n二季度\t30\t7\n全年\t60\t15", ["60"]),
])  # fmt: skip
def test_lists_counted_off_and_steps_in_order(text: str, wrong: list[str]) -> None:
    assert [c.text for c in differing(text)] == wrong


def test_arithmetic_many_times_off_is_of_something_else() -> None:
    text = "出院者占用床日155,472日，出院病人155,472人次，床位720张，病床周转26.3次。"
    assert differing(text) == []
    assert any(c.text == "26.3次" for c in judged(text))


@pytest.mark.parametrize("text, wrong", [
    ("2024年上半年，每月发放调查表30份，共150份。", ["150份"]),
    ("下派医师分为4个小组，每组9人，共36人。", []),
    ("派驻3个科，每科2人，合计7人。", ["7人"]),
    ("卫生技术人员256人。卫技人员中，医生98人，护士121人，医技人员43人。", ["256人"]),
    ("博士18人、硕士346人，在岗职工1486人，硕博占职工总数的24.5%。", []),
    ("占用床日198640日，其中特级2648床日、一级42316床日、二级138420床日、三级15256床日，"
     "特级、一级合计占22.6%。", []),
    ("暴露17例。其中护士9人、医生6人、保洁人员2人、实习生1人。", ["17例"]),
    ("依从率84.5%，其中医生78.0%（702/900），护士90.3%（1066/1180）。", []),
    ("治疗用药3284例，送检2102例，送检率64.0%；限制使用级送检率68.4%。", []),
    ("感染率0.91%，与二季度（发生率0.98%）相比下降0.07个百分点。", []),
    ("编制床位200张，实际开放240张，占用床日39212天，2024年上半年床位使用率89.8%。", []),
    ("感染率0.5%，千日感染率4.01‰。", []),
    ("Agency spending was £8.6m, £2.2m (20.4%) below the £10.8m of last year.", []),
    ("Hip: 142 operations, 1 infection (0.7%). Knee: 168 operations, 2 infections (1.2%). "
     "Bowel: 61 operations, 6 infections (8.9%).", ["8.9%"]),
    ("Four outbreaks were declared, three of norovirus, one of influenza and one of Covid.",
     ["Four"]),
    ("They fell from 1,284 to 873, by 411 or 47.1%.", ["47.1%"]),
    ("118,430 came by then. 85,862 (72.5%) were seen in time and 35,268 were not.", ["35,268"]),
    ("The list fell to 31,860 (August: 32,415), a fall of 555 or 1.7%.", []),
    ("Of those waiting, 18,670 waited between 18 and 52 weeks and 642 more than 52 weeks.", []),
    ("We published 31 papers, seven fewer than the 40 of 2023.", ["seven"]),
    ("It asks to: 1. note this; 2. approve that; 4. agree to the rest.", ["4."]),
    ("There were 1,026 nurses on 38 units. Of these, 612 hold a degree.", []),
    ("1,352 of 1,486 were treated (91.0%; target 90%).", []),
])  # fmt: skip
def test_only_what_the_words_themselves_contradict_is_accused(text: str, wrong: list[str]) -> None:
    assert [c.text for c in differing(text)] == wrong


def test_a_rate_column_a_mean_column_and_a_plan_follow_from_their_rows() -> None:
    rates = "类别\t采样份数\t合格份数\t合格率\n空气\t96\t93\t96.9%\n手\t112\t109\t93.7%\n"
    rates += "内镜\t32\t31\t96.9%\n水\t50\t48\t96.0%"
    assert [c.text for c in differing(rates)] == ["93.7%"]
    plan = "| Point | Plan | Actual | Variance |\n|---|---|---|---|\n| Day | 300 | 310 | 10 |\n"
    plan += "| Night | 200 | 195 | -15 |"
    assert [c.text for c in differing(plan)] == ["-15"]
    mean = "项目\t1季度\t2季度\t平均\n甲\t96.4%\t97.2%\t96.8%\n乙\t95.8%\t97.0%\t94.6%\n"
    mean += "丙\t95.2%\t96.6%\t95.9%"
    assert [c.text for c in differing(mean)] == ["94.6%"]


def test_what_is_only_aimed_at_is_no_input_and_is_not_judged() -> None:
    text = "2024年总结\n开放床位820张，护士388人，床护比1:0.47。\n"
    text += "主要目标：护士560人，床护比达到1:0.5。"
    assert [c.text for c in judged(text) if c.verdict == "agrees"] == ["0.47"]


@pytest.mark.parametrize("text, wrong", [
    ("全年门急诊量达68.3万人次。\n\n一、指标\n门急诊总量638214人次，同比增长6.4%。",
     ["638214人次"]),
    ("全年门急诊量达63.8万人次。\n\n一、指标\n门急诊总量638214人次，同比增长6.4%。", []),
    ("每支团队4人，团队7支，签约16532人。每支团队平均签约2362人。", []),
    ("项目\t2025年（人次）\t2024年（人次）\t增长率\t收入（万元）\nDR\t200\t160\t25.0%\t90\n"
     "CT\t330\t300\t11.0%\t80", ["11.0%"]),
    ("应种疫苗6842剂次，实种6870剂次，接种率99.1%。", ["6870剂次"]),
    ("手术1426例；手术分级：一级162例、二级618例、三级426例、四级184例。", ["1426例"]),
    ("检查6104人，查出乳腺癌7例，检出率114.7/10万。", []),
    ("检查6104人，查出乳腺癌17例，检出率114.7/10万。", ["114.7/10万"]),
    ("出院90人次，男52人次、女38人次，分别占57.8%和44.2%。", ["44.2%"]),
    ("上转患者512人次，下转患者386人次，上下转诊共889人次。", ["889人次"]),
    ("接报修9648件，完成9581件；其中水电4216件、门窗2138件、空调1642件、其他1652件。", []),
    ("Pressure ulcers numbered 146: 92 of stage 2, 38 of stage 3 and 16 of stage 4.", []),
    ("Five teams went out, 5 teams with 8 people each, 40 people in all.", []),
])  # fmt: skip
def test_what_is_told_twice_divided_or_told_in_a_row(text: str, wrong: list[str]) -> None:
    assert [c.text for c in differing(text)] == wrong


@pytest.mark.parametrize("text, wrong", [
    ("一是人手少；二是设备旧；三是用房紧。针对以上四个方面的问题，逐项整改。", ["四个方面"]),
    ("一是人手少；二是设备旧；三是用房紧。针对以上三个方面的问题，逐项整改。", []),
    ("使用呼吸机5214日，发生肺炎23例，发病率4.41‰；导尿管7460日，感染12例，发病率1.16‰。",
     ["1.16‰"]),
    ("检出耐药菌412株，其中MRSA106株、CRAB168株、CRPA96株、CRE42株；其中医院感染86株。", []),
    ("检出耐药菌412株，其中MRSA160株、CRAB168株、CRPA96株、CRE42株；其中医院感染86株。",
     ["412株"]),
    ("发生暴露34例，其中护士19例、医生15例；针刺伤28例，占28.4%。", ["28.4%"]),
    ("1,872 patients were recruited, against a target of 1,800 (114% of target).", ["114%"]),
    ("The list has 520 ulcers. Category 2 came to 402 (77.3%), category 3 to 97 (16.8%) and "
     "category 4 to 21 (4.0%).", ["16.8%"]),
    ("There are 612 staff, of which 506 are technicians. Among the technicians, 48 have senior "
     "titles, 162 have intermediate titles and 269 have junior titles.", ["506"]),
    ("There were 1,068 falls; 41 of them did harm, compared with 58 of 1,212 the year before.", []),
    ("21 complaints came, 7 fewer than 28 in 2023 (a fall of 52.0%).", ["52.0%"]),
    ("分娩2046例，顺产1186例，无痛分娩712例，占阴道分娩的60.0%。", []),
    ("应执行4280次，执行3638次，依从率85.0%，正确率91.4%。", []),
    ("七岁以下儿童18409人，管理16754人；三岁以下儿童管理7488人，三岁以下管理率90.9%。", []),
    ("活产4258人。死亡12例，死亡率2.82‰；婴儿死亡7例，死亡率2.64‰；新生儿死亡4例，"
     "死亡率0.94‰。", ["2.64‰"]),
    ("收治1642人次，比上年多118人次，增长8.7%。", ["8.7%"]),
    ("乡医28名。兑现补助38.64万元，人均1,380元。", ["1,380元"]),
    ("We ended £0.42m better than plan: spending of £38.16m against a budget of £35.88m.",
     ["£0.42m"]),
    ("7,604 people were discharged, of which 3,118 were discharged from surgery. There are 350 "
     "beds, and bed turnover was 27.13 times.", ["27.13 times"]),
    ("Income was $314 million, or $0.68 a share (includes costs of $175 million).", []),
    ("Visits to specialists: 7,713. Bed days of discharged patients were 39,118 bed days.", []),
    ("疑难病例讨论312例、死亡病例讨论186例，死亡讨论率100%。", []),
    ("检查病历9600份，甲级9408份，甲级率98.0%，乙级180份，丙级22份。", ["9600份"]),
    ("There were 42 referrals, of which 3 were upheld, 5 partly upheld and 43 not upheld.",
     ["42 referrals"]),
    ("指标\t一季度\t二季度\t三季度\t四季度\t全年\n门诊\t30\t20\t25\t25\t100\n手术\t3\t2\t4\t2\t12\n"
     "平均住院日\t7.2\t7.0\t7.1\t6.9\t7.1\n出院\t9\t8\t7\t6\t30", ["12"]),
])  # fmt: skip
def test_a_slip_is_told_from_numbers_of_something_else(text: str, wrong: list[str]) -> None:
    assert [c.text for c in differing(text)] == wrong
