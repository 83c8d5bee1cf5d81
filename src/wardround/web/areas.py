"""The names of the catalogue's areas, as headings of lists."""

from __future__ import annotations

from wardround.text import Text

AREAS = {
    "community": Text("社区与义诊", "Community"),
    "counterpart": Text("对口支援", "Counterpart support"),
    "environment": Text("环境与医废", "Environment and waste"),
    "feeds": Text("医院信息系统接口", "Hospital feeds"),
    "fire": Text("消防", "Fire safety"),
    "governance": Text("管理", "Governance"),
    "immunisation": Text("预防接种", "Immunisation"),
    "infection": Text("院感", "Infection control"),
    "medical": Text("医疗", "Medical"),
    "nursing": Text("护理", "Nursing"),
    "performance": Text("绩效考核", "Appraisal"),
    "pharmacy": Text("药事", "Pharmacy"),
    "public_health": Text("公共卫生", "Public health"),
    "reports": Text("总结报告", "Reports"),
    "safety": Text("安全保卫", "Security"),
    "service": Text("服务", "Patient service"),
    "staff": Text("人员与培训", "Staff and training"),
}
