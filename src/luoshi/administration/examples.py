"""Made-up values for previews of messages, by placeholder."""

from __future__ import annotations

EXAMPLES = {
    "meeting": "第12次常务会议",
    "place": "市政府第一会议室",
    "time": "10月12日 9:00",
    "number": "20171009000012",
    "query_code": "482913",
    "title": "崤山路中段路灯不亮",
    "citizen": "王女士",
    "unit": "市城管局",
    "from_unit": "市住建局",
    "urgency": "非紧急",
    "due": "10月16日 18:00",
    "item": "办结并答复",
    "received_at": "10月9日 09:05",
    "reason": "现场情况复杂，需要联合勘查",
    "ground": "已由人民法院受理",
    "advice": "请依法向人民法院提出",
    "instruction": "请核实处理并答复诉求人",
    "result": "已更换灯具，当晚恢复照明",
    "person": "李明",
    "phone": "0398-2212345",
    "month": "9月",
    "period": "2017年9月",
    "platform": "市12345平台",
}
