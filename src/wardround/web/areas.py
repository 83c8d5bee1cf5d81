"""The names of the catalogue's areas, as headings of lists."""

from __future__ import annotations

from wardround.text import Text

AREAS = {
    "community": Text("社区与义诊", "Community"),
    "counterpart": Text("对口支援", "Counterpart support"),
    "culture": Text("宣传文化", "Publicity and culture"),
    "environment": Text("环境与医废", "Environment and waste"),
    "equipment": Text("设备", "Equipment"),
    "ethics": Text("医德医风", "Ethics"),
    "feeds": Text("医院信息系统接口", "Hospital feeds"),
    "finance": Text("财务与审计", "Finance and audit"),
    "fire": Text("消防", "Fire safety"),
    "governance": Text("管理", "Governance"),
    "immunisation": Text("预防接种", "Immunisation"),
    "infection": Text("院感", "Infection control"),
    "logistics": Text("后勤", "Logistics"),
    "medical": Text("医疗", "Medical"),
    "medical_services": Text("医技与床位", "Diagnostics and beds"),
    "nursing": Text("护理", "Nursing"),
    "performance": Text("绩效考核", "Appraisal"),
    "pharmacy": Text("药事", "Pharmacy"),
    "public_health": Text("公共卫生", "Public health"),
    "quality": Text("医疗质量", "Quality of care"),
    "reports": Text("总结报告", "Reports"),
    "research": Text("科研教学", "Research and teaching"),
    "safety": Text("安全保卫", "Security"),
    "service": Text("服务", "Patient service"),
    "staff": Text("人员与培训", "Staff and training"),
}
