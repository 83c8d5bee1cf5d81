"""A half-year summary of fifty right figures in each language, and the errors planted in it."""

ZH = """\
青岭县人民医院2026年上半年工作总结

2026年上半年，医院各科室围绕年度目标开展工作，现总结如下。

一、业务运行

（一）门急诊。上半年门急诊总量182,640人次，去年同期168,330人次，同比增长8.5%。其中门诊150,420人次、急诊32,220人次。
（二）住院。出院患者9,216人次，较上年同期的8,640人次增加576人次，增长6.7%。实际开放床位420张，实际占用床日66,355日，床位使用率87.3%，平均住院日7.2天，病床周转21.9次。
（三）手术。完成手术3,120台，其中一级手术412台，二级手术1,208台，三级手术1,260台，四级手术240台，四级手术占手术总量的7.7%。
（四）收支。业务收入1.52亿元，比去年同期增收1,200万元，增长8.6%。药品收入4,256万元，药占比28.0%，较去年同期的29.6%下降1.6个百分点。
（五）产科。分娩620人，顺产412人，剖宫产208人，剖宫产率33.5%。

二、质量与安全

上半年采取三项措施：一是每周点评运行病历；二是核心制度逐科过关；三是手术分级授权动态管理。
抽查运行病历480份，合格468份，合格率97.5%；抽查处方2,400张，合格2,352张，合格率98%。抢救危重患者312人次，成功296人次，抢救成功率94.9%。

三、培训与服务

选派进修医师18名（内科7名、外科6名、医技5名）。发放满意度调查表1,500份，收回1,440份，回收率96%。收到投诉9起，同比下降25%（去年同期12起）。

四、各科出院人次

| 科室 | 2025年上半年 | 2026年上半年 | 增减 | 增幅（%） |
|---|---|---|---|---|
| 内科 | 3,120 | 3,328 | 208 | 6.7 |
| 外科 | 2,760 | 2,950 | 190 | 6.9 |
| 妇产科 | 1,440 | 1,512 | 72 | 5.0 |
| 儿科 | 1,320 | 1,426 | 106 | 8.0 |
| 合计 | 8,640 | 9,216 | 576 | 6.7 |
"""

ZH_ERRORS = (
    ("同比增长8.5%", "同比增长9.5%", "growth"),
    ("急诊32,220人次", "急诊31,220人次", "sum"),
    ("平均住院日7.2天", "平均住院日8.2天", "beds"),
    ("上半年采取三项措施", "上半年采取四项措施", "announced"),
    ("| 儿科 | 1,320 | 1,426 | 106 | 8.0 |", "| 儿科 | 1,320 | 1,426 | 106 | 9.2 |", "growth"),
)

EN = """\
Riverside County Hospital: review of the first half of 2026

1. Activity

Outpatient visits rose from 168,330 to 182,640, an increase of 8.5%. Emergency attendances were \
32,220, up 4.1% on 30,950 last year. There were 9,216 discharges, compared with 8,640 in the same \
period last year (+6.7%). Average length of stay fell by 0.3 days, from 7.5 to 7.2 days. The \
hospital had 420 open beds, 66,355 occupied bed-days and a bed occupancy of 87.3%.

2. Surgery and maternity

A total of 3,120 operations were performed, of which 412 were level one, 1,208 level two, 1,260 \
level three and 240 level four. There were 620 deliveries, of which 208 (33.5%) were caesarean \
sections.

3. Quality

We audited 480 case notes; 468 passed, a pass rate of 97.5%. Of 1,500 questionnaires sent, 1,440 \
were returned (96%). Satisfaction reached 96.2%, up from 94.8% (1.4 percentage points). Three \
measures were taken: a daily bed meeting, a discharge lounge and a falls checklist.

4. Finance and staff

Total income was ¥152.0 million, up ¥12.0 million or 8.6%. Drug income was ¥42.6 million, \
accounting for 28.0% of total income. The hospital employs 640 staff, comprising 182 doctors, 298 \
nurses and 160 others.

| Ward | 2025 | 2026 | Change | Change (%) |
|---|---|---|---|---|
| Medical | 3,120 | 3,328 | 208 | 6.7 |
| Surgical | 2,760 | 2,950 | 190 | 6.9 |
| Maternity | 1,440 | 1,512 | 72 | 5.0 |
| Children | 1,320 | 1,426 | 106 | 8.0 |
| Total | 8,640 | 9,216 | 576 | 6.7 |
"""

EN_ERRORS = (
    ("up 4.1% on 30,950", "up 6.1% on 30,950", "growth"),
    ("1,260 level three", "1,206 level three", "sum"),
    ("208 (33.5%)", "208 (35.5%)", "share"),
    ("occupancy of 87.3%", "occupancy of 78.3%", "beds"),
    ("| Total | 8,640 | 9,216 |", "| Total | 8,640 | 9,261 |", "sum"),
)
