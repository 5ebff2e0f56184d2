"""Chinese text of requests: cleaned, compared, and with personal data masked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]")


def clean(text: str | None) -> str:
    """The text without control characters and needless white space; its paragraphs stay."""
    flat = _BREAKS.sub("\n", text or "")
    kept = "".join(
        c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"} else " " for c in flat
    )
    return _LINES.sub("\n", _BLANKS.sub(" ", kept)).strip()


def clean_line(text: str | None) -> str:
    """The text as `clean` gives it, on one line."""
    return clean(text).replace("\n", " ")


def essence(text: str) -> str:
    """What of a text counts when two are compared.

    Letters, figures and Chinese characters, width and case levelled.
    """
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text))).lower()


def digest(*texts: str) -> str:
    """The SHA-256 of the essence of the texts: equal for texts that differ in blanks and punctuation only."""
    return hashlib.sha256("\n".join(essence(text) for text in texts).encode()).hexdigest()


def shingles(text: str, *, size: int = 2) -> frozenset[str]:
    """All runs of `size` characters of the essence of a text; the essence itself when it is shorter."""
    flat = essence(text)
    if len(flat) <= size:
        return frozenset({flat} if flat else ())
    return frozenset(flat[i : i + size] for i in range(len(flat) - size + 1))


def similarity(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: common pairs of characters over all (Jaccard).

    Symmetric; 1 when they are equal.
    """
    return common(shingles(one), shingles(other))


def common(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard's index of two sets of shingles, from 0 to 1; 0 where one is empty."""
    return len(first & second) / len(first | second) if first and second else 0.0


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅"
    "庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封储靳焦谷车侯宁仇栾甘厉武符刘景詹束龙叶司韶郜黎薄印宿白怀蒲从索赖卓蔺屠蒙池"
    "乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂牛寿通边扈燕冀尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡"
    "步都耿满弘匡国文寇广禄阙东欧沃利蔚越夔隆师巩聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠丰关查后荆红游竺权逯盖益桓公岳佟邝闫付肖代"
)
_DIGIT = "0-9０-９零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_GAP = r"[\s\-－—–_.·、]"
_NUMBER = rf"[{_DIGIT}](?:{_GAP}{{0,3}}[{_DIGIT}]){{6,}}"
_DATE = re.compile(r"^(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])$")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_COUNT = rf"[{_DIGIT}十百A-Za-z]"
_HOUSE = r"(?:号楼|栋|幢|座|号院|#楼)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("电子邮箱", r"[\w.+-]+\s?[@＠]\s?[\w-]+(?:\s?[.．]\s?[\w-]+)+"),
    ("网络地址", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    ("车牌", rf"[{_PROVINCES}][A-Za-zＡ-Ｚ][·.\s\-]?[A-Za-z0-9０-９]{{5,6}}"),
    ("号码", rf"(?:\+?86{_GAP}?)?{_NUMBER}[xXＸ]?"),
    ("账号", r"((?:微信|QQ|qq|支付宝|抖音|微博)(?:号码|号)?\s?[:：是为]?\s?)[A-Za-z0-9][\w-]{4,}"),
    ("住址", rf"{_COUNT}+\s?{_HOUSE}?\s?{_COUNT}*\s?(?:单元|门洞)\s?{_COUNT}+\s?[室号户]?"),
    ("住址", rf"{_COUNT}+\s?{_HOUSE}\s?{_COUNT}+\s?[室号户]?"),
    (
        "姓名",
        rf"((?:我叫|我的名字叫|姓名|联系人|诉求人|投诉人)\s?[:：是为]?\s?)[{SURNAMES}][\u4e00-\u9fff]{{1,2}}",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
HIDDEN = "***"
SOMEBODY = "某某"
_NO_NAMES = {"匿名", "市民", "群众", "网友", "居民", "村民", "先生", "女士", "不详", "无", "未知"}
_TITLES = ("先生", "女士", "小姐", "同志", "师傅", "阿姨")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with personal data hidden, and what kinds were found (for the person who checks it)."""

    text: str
    found: tuple[str, ...]


def name_forms(name: str) -> list[str]:
    """The forms under which a citizen's name may stand in a text, longest first.

    None for 匿名 and the like.
    """
    plain = re.sub(r"\s", "", name)
    if len(plain) < 2 or plain in _NO_NAMES:
        return []
    forms = {plain}
    for title in _TITLES:
        if plain.endswith(title) and len(plain) > len(title):
            return [plain]
    if len(plain) == 2 or len(plain) == 3:
        forms |= {plain[0] + title for title in _TITLES}
    return sorted(forms, key=len, reverse=True)


def mask_text(text: str, *, names: Iterable[str] = (), secrets: Iterable[str] = ()) -> Masked:
    """The text with personal data hidden: a suggestion, which a person reads before it goes out.

    names: known names of the citizen. secrets: known numbers, addresses and accounts, hidden however they
    are spaced. Every run of seven or more figures is hidden (telephone, identity card, bank card), in
    Chinese figures too, but dates stay; so are e-mail and network addresses, licence plates, account names,
    flats and named contact persons.
    """
    found: list[str] = []
    result = text
    for secret in _long_enough(secrets):
        if _may_stand(secret, result):
            result = _hide(result, _spaced(secret), "已知信息", found)
    for name in names:
        for form in name_forms(name):
            if form in result:
                found.append("姓名")
                result = result.replace(form, SOMEBODY)
    for kind, pattern in _COMPILED:
        result = _hide(result, pattern, kind, found)
    return Masked(result, tuple(dict.fromkeys(found)))


def known_in(text: str, *, names: Iterable[str] = (), secrets: Iterable[str] = ()) -> list[str]:
    """Which of these known data still stand in a text, however spaced: 姓名, 联系方式或住址.

    Empty when none does.
    """
    found = ["姓名"] if any(form in text for name in names for form in name_forms(name)) else []
    if any(_may_stand(secret, text) and _spaced(secret).search(text) for secret in _long_enough(secrets)):
        found.append("联系方式或住址")
    return found


def _long_enough(secrets: Iterable[str]) -> list[str]:
    """The secrets that are long enough to tell somebody, the longest first."""
    return sorted({secret.strip() for secret in secrets if len(secret.strip()) >= 4}, key=len, reverse=True)


def _may_stand(secret: str, text: str) -> bool:
    """Whether a text has every figure, sign and Chinese character of a secret: asked before a pattern is made of it."""
    there = {_narrow(char) for char in text}
    return all(
        _narrow(char) in there for char in secret if char.lower() == char.upper() and not char.isspace()
    )


def _narrow(char: str) -> str:
    return chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char


def _spaced(secret: str) -> re.Pattern[str]:
    """A secret with any blanks, dashes and dots between its characters, in half or full width."""
    return re.compile(rf"{_GAP}*".join(_either_width(c) for c in secret if not c.isspace()), re.IGNORECASE)


def _either_width(char: str) -> str:
    wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else ""
    return f"[{re.escape(char)}{wide}]" if wide else re.escape(char)


def _hide(text: str, pattern: re.Pattern[str], kind: str, found: list[str]) -> str:
    def hidden(match: re.Match[str]) -> str:
        if kind == "号码" and _DATE.match(match.group()):
            return match.group()
        found.append(kind)
        return (match.group(1) if pattern.groups else "") + (SOMEBODY if kind == "姓名" else HIDDEN)

    return pattern.sub(hidden, text)


def mask_name(name: str) -> str:
    """A name with all but the surname hidden: 张**."""
    plain = name.strip()
    return plain[:1] + "*" * max(len(plain) - 1, 1) if plain else ""


def mask_phone(number: str) -> str:
    """A number with its first three and last two figures: 138******78; a shorter one is hidden whole."""
    plain = number.strip()
    return f"{plain[:3]}{'*' * (len(plain) - 5)}{plain[-2:]}" if len(plain) >= 9 else "*" * len(plain)


def mask_email(address: str) -> str:
    """An e-mail address with the first character of its name and its domain: z***@example.com."""
    name, at, domain = address.strip().partition("@")
    return f"{name[:1]}***@{domain}" if at else "*" * len(name)


def mask_address(address: str) -> str:
    """An address up to its city, county or district; the rest hidden."""
    plain = address.strip()
    found = re.match(r"^.*?[市县区](?:.{1,8}?[县区])?", plain)
    return f"{found.group() if found and found.end() < len(plain) else ''}***" if plain else ""


def mask_ip(address: str | None) -> str:
    """A network address with its first part only."""
    return re.split(r"[.:]", address)[0] + ".***" if address else ""
