"""What reviewers read holds nobody's name, number or code; equal things stay equal."""

import time

import pytest
from hypothesis import given, strategies

from disputes.redact import Known, Redactor, spans_of

KNOWN = Known(
    names=("Lin", "HappyCards"),
    registered=("Guo Weiming", "郭伟明"),
    phones=("+86 138 0000 1234",),
    places=("Century Avenue 100",),
    harmless=("FH7K2M9QX4TB",),
)


def covered(text: str, known: Known = KNOWN) -> str:
    return Redactor(known).redact(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        # names
        ("Guo Weiming wrote to me", "[name A] wrote to me"),
        ("GUO  WEIMING wrote", "[name A] wrote"),
        ("Guo\u200bWei\u200bming wrote", "[name A] wrote"),
        ("Ｇｕｏ Ｗｅｉｍｉｎｇ wrote", "[name A] wrote"),
        ("Mr. Guo wrote", "Mr. [name A] wrote"),
        ("Lin was online", "[name A] was online"),
        ("郭伟明说过", "[name A]说过"),
        ("郭 伟 明说过", "[name A]说过"),
        ("郭先生和小郭", "[name A]和[name A]"),
        ("伟明说过", "[name A]说过"),
        ("bought from happycards", "bought from [name A]"),
        # numbers
        ("call 138 0000 1234 now", "call [number A] now"),
        ("call 138-0000-1234 or +86 138 0000 1234", "call [number A] or [number A]"),
        ("call 13.800.001.234", "call [number A]"),
        ("call １３８００００１２３４", "call [number A]"),
        ("call 138\u200b0000\u200b1234", "call [number A]"),
        ("打一三八零零零零一二三四", "打[number A]"),
        ("call (021) 6123 4567", "call [number A]"),
        ("call +1 (415) 555-2671", "call [number A]"),
        ("13911112222 13911113333", "[number A] [number B]"),
        ("身份证 11010519491231002X", "身份证 [number A]"),
        ("身份证 110105 19491231 002x", "身份证 [number A]"),
        ("passport E12345678", "passport [number A]"),
        ("paid from 6222021234567890128", "paid from [number A]"),
        # ways to reach somebody
        ("write to guo@mail.example.", "write to [e-mail A]."),
        ("邮箱guo@mail.example谢谢", "邮箱[e-mail A]谢谢"),
        ("write to GUO＠MAIL.example", "write to [e-mail A]"),
        ("加我微信 guo_5678 吧", "加我微信 [account A] 吧"),
        ("my WeChat: guoguo", "my WeChat: [account A]"),
        ("我的微信号是guoguo", "我的微信号是[account A]"),
        ("QQ 12345678", "QQ [account A]"),
        ("see https://pay.example/x?y=1", "see [link A]"),
        ("看https://pay.example/x。谢谢", "看[link A]。谢谢"),
        ("go to pay-here.com/guo", "go to [link A]"),
        # places
        ("send it to century avenue 100", "send it to [address A]"),
        ("世纪大道100号2栋301室", "[address A]"),
        # codes and devices
        ("the code is 8888-2222-4444-6666-11", "the code is [code A]"),
        ("XKCD-8821-PQRS-9913", "[code A]"),
        ("卡密：ABCD1234", "卡密：[code A]"),
        ("IMEI 356938035643809", "IMEI [serial ••••3809]"),
        ("Serial number: C02XK1ABJG5H", "Serial number: [serial ••••jg5h]"),
    ],
)
def test_what_tells_of_a_person_or_opens_money_is_covered(text: str, seen: str):
    assert covered(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "it was 48.00 yuan on 2026-11-23 at 14:05",
        "order FH7K2M9QX4TB arrived",
        "paid by WeChat yesterday, 48 yuan",
        "微信转账48元",
        "The balance said 0.00 on 2026-11-23.",
        "I waited 72 hours, then 15 days.",
        "the language of the linen is fine, guo said nothing of weight",
        "路上等了3天",
    ],
)
def test_what_reviewers_need_stays_readable(text: str):
    assert covered(text) == text


def test_equal_values_get_equal_tokens_across_the_texts_of_a_case():
    redactor = Redactor(KNOWN)

    first = redactor.redact("13911112222 or 13911113333")
    second = redactor.redact("he called from +86 139 1111 3333")

    assert first == "[number A] or [number B]"
    assert second == "he called from [number B]"


def test_two_devices_with_the_same_end_are_two():
    text = "IMEI 356938035643809, then IMEI 990000862473809, then IMEI 356938035643809"

    assert covered(text) == (
        "IMEI [serial ••••3809], then IMEI [serial ••••3809 B], then IMEI [serial ••••3809]"
    )


def test_what_the_vault_knows_is_covered_even_without_a_shape():
    text = "I typed Open Sesame, and open sesame again"

    seen = Redactor(KNOWN).redact(text, codes=spans_of(text, "open sesame"))

    assert seen == "I typed [code A], and [code A] again"


def test_a_code_called_a_serial_is_still_a_code():
    text = "serial number 8888222244446666"

    seen = Redactor(KNOWN).redact(text, codes=[(14, 30)])

    assert seen == "serial number [code A]"


def test_the_owner_can_black_out_more():
    text = "It stood on the blue shelf."

    seen = Redactor(KNOWN).redact(text, spans_of(text, "BLUE shelf"))

    assert seen == "It stood on the ██████████."


@pytest.mark.parametrize("span", [(0, 8), (3, 30), (5, 6), (0, 27)])
def test_the_owner_can_never_uncover(span: tuple[int, int]):
    seen = Redactor(KNOWN).redact("call 138 0000 1234 or Guo Weiming", [span])

    assert "138" not in seen
    assert "1234" not in seen
    assert "Weiming" not in seen


def test_spans_that_do_not_lie_in_the_text_are_left():
    assert Redactor(KNOWN).redact("abc", [(-1, 2), (2, 9), (2, 1)]) == "abc"


def test_overlapping_things_are_covered_whole():
    known = Known(names=("Lin Guo", "Guo Wei"))

    assert covered("Lin Guo Wei was here", known) == "[name A] was here"


@given(before=strategies.text(max_size=30), after=strategies.text(max_size=30))
def test_no_surroundings_let_a_known_phone_through(before: str, after: str):
    seen = covered(f"{before} 13800001234 {after}")

    assert "13800001234" not in seen


@given(strategies.text(max_size=200))
def test_covering_twice_covers_nothing_new_and_breaks_nothing(text: str):
    assert isinstance(covered(covered(text)), str)


@pytest.mark.parametrize(
    "text", ["a" * 5000, "1 " * 2500, "a1" * 2500, "微信" * 2500, "+1(" * 1600, "a.com/" * 800]
)
def test_no_text_takes_long(text: str):
    began = time.process_time()

    covered(text)

    assert time.process_time() - began < 2
