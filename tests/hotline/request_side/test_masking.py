"""Hiding personal data.

Whatever the spacing, the width and the script of the figures, nothing known survives.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.hotline import text as texts

FIGURES = "0123456789"
CHINESE = str.maketrans(FIGURES, "零一二三四五六七八九")
WIDE = str.maketrans(FIGURES, "０１２３４５６７８９")
mobiles = st.builds("1{}{}".format, st.sampled_from("3456789"), st.text(FIGURES, min_size=9, max_size=9))
landlines = st.builds("0398{}".format, st.text(FIGURES, min_size=7, max_size=8))
identity_cards = st.builds(
    "4112{}{}".format, st.text(FIGURES, min_size=13, max_size=13), st.sampled_from("0123456789X")
)
words = st.text("我住在路边电话是请回话,。:", max_size=12)
gaps = st.sampled_from(["", " ", "-", "－", " - ", "·"])
scripts = st.sampled_from([{}, CHINESE, WIDE])


def spaced(number, gap):
    return gap.join((number[:3], number[3:7], number[7:]))


@given(st.one_of(mobiles, landlines, identity_cards), words, words, gaps, scripts)
def test_no_figure_of_a_number_survives_in_a_published_text(number, before, after, gap, script):
    written = spaced(number, gap).translate(script)
    hidden = texts.mask_text(f"{before}{written}{after}").text
    for figure in set(written) - set(" -－·"):
        assert figure not in hidden.replace(before, "").replace(after, "")


@given(st.one_of(mobiles, landlines), words, words, gaps, st.sampled_from([{}, WIDE]))
def test_a_known_number_is_hidden_even_among_other_figures(number, before, after, gap, script):
    written = spaced(number, gap).translate(script)
    text = f"{before}88{written}99{after}"
    hidden = texts.mask_text(text, secrets=[number]).text
    assert texts.known_in(text, secrets=[number])
    assert not texts.known_in(hidden, secrets=[number])


@given(st.sampled_from("王李张刘陈虞"), st.text("听澜思齐亦然", min_size=1, max_size=2), words, words)
def test_a_known_name_does_not_survive(surname, given_name, before, after):
    name = surname + given_name
    hidden = texts.mask_text(f"{before}{name}{after}{surname}女士", names=[name]).text
    assert name not in hidden and f"{surname}女士" not in hidden
    assert texts.known_in(hidden, names=[name]) == []


@given(st.text())
def test_hiding_twice_changes_nothing_more(text):
    once = texts.mask_text(text).text
    assert texts.mask_text(once).text == once


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing_more(text):
    assert texts.clean(texts.clean(text)) == texts.clean(text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("请联系 zhang.san+x@example.com.cn 谢谢", "请联系 *** 谢谢"),
        ("车牌豫M·A1234占道", "车牌***占道"),
        ("豫M12345D挡住出口", "***挡住出口"),
        ("住在黄河路3号楼2单元501室", "住在黄河路***"),
        ("阳光小区12栋302漏水", "阳光小区***漏水"),
        ("我叫王小明,微信号:wang_xm88", "我叫某某,微信号:***"),
        ("登录地址203.0.113.7", "登录地址***"),
        ("QQ 3456789 或 QQ:45678", "QQ *** 或 QQ:***"),
    ],
)
def test_other_personal_data_is_hidden(text, hidden):
    assert texts.mask_text(text).text == hidden


@pytest.mark.parametrize(
    "text",
    [
        "2017-10-09上午停水,2017.10.9恢复",
        "崤山路128号门前路灯不亮",
        "已打12345反映3次,花了1500元",
        "311省道K25公里处塌方",
        "5路公交车6点30分收车",
        "我是市民,孩子上三年级二班",
    ],
)
def test_what_is_no_personal_data_stays(text):
    assert texts.mask_text(text).text == text


def test_what_was_hidden_is_named(text="我叫王小明,电话19900007001,邮箱a@b.cn"):
    assert set(texts.mask_text(text).found) == {"姓名", "号码", "电子邮箱"}


@pytest.mark.parametrize(
    ("mask", "plain", "hidden"),
    [
        (texts.mask_name, "虞听澜", "虞**"),
        (texts.mask_name, "虞", "虞*"),
        (texts.mask_name, "", ""),
        (texts.mask_phone, "19900007001", "199******01"),
        (texts.mask_phone, "2812345", "*******"),
        (texts.mask_phone, "", ""),
        (texts.mask_email, "zhang@example.com", "z***@example.com"),
        (texts.mask_email, "", ""),
        (texts.mask_address, "三门峡市湖滨区黄河路3号", "三门峡市湖滨区***"),
        (texts.mask_address, "黄河路3号", "***"),
        (texts.mask_address, "", ""),
        (texts.mask_ip, "203.0.113.7", "203.***"),
        (texts.mask_ip, None, ""),
    ],
)
def test_single_data_are_masked(mask, plain, hidden):
    assert mask(plain) == hidden


@given(mobiles)
def test_a_masked_number_keeps_five_figures_at_most(number):
    assert sum(c.isdigit() for c in texts.mask_phone(number)) <= 5


def test_control_characters_and_needless_blanks_go(text="\u200b路灯\x00不亮\r\n\r\n\t 三天了 \u3000。\x0b"):
    assert texts.clean(text) == "路灯 不亮\n三天了 。"


@given(
    st.one_of(mobiles, landlines, identity_cards, st.text("AaＡａ一-．.1１甘棠路 ", min_size=4, max_size=8)),
    words, words, gaps, scripts, st.booleans(),
)  # fmt: skip
def test_no_secret_is_passed_over_that_stands_in_the_text(secret, before, after, gap, script, upper):
    written = gap.join(secret).translate(script)
    text = f"{before}{written.upper() if upper else written.lower()}{after}"
    pattern = texts._spaced(secret)
    if secret.strip() and pattern.search(text):
        assert texts._may_stand(secret, text)
