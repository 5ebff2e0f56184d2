"""What a token may be used for, beyond what its account may do anyway."""

from __future__ import annotations

from typing import Final

READ: Final = "hotline.read"
WRITE: Final = "hotline.write"
PERSONAL: Final = "hotline.personal"
FIGURES: Final = "figures.read"

SCOPES: Final[dict[str, str]] = {
    READ: "查询诉求和工单",
    WRITE: "登记诉求、办理工单",
    PERSONAL: "查看诉求人信息（每次记录）",
    FIGURES: "查询统计和考核成绩",
}
"""Code and Chinese name, in the order of the form."""
