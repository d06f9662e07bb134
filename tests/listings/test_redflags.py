"""The table of frauds: each pattern matches what it must, spares what it must, however spelled."""

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as some

from listings.patterns import PATTERNS, Weight
from listings.redflags import Facts, cautions, screen, screen_price

CARD = Facts(own_hosts=("fairhand.example",))


def codes(text, facts=CARD):
    return {flag.code for flag in screen(text, facts)}


MUST = [(row.code, text) for row in PATTERNS for text in row.matches]
MUST_NOT = [(row.code, text) for row in PATTERNS for text in row.spares]


@pytest.mark.parametrize(("code", "text"), MUST)
def test_a_pattern_matches_its_example(code, text):
    assert code in codes(text)


@pytest.mark.parametrize(("code", "text"), MUST)
def test_full_width_letters_change_nothing(code, text):
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)

    assert code in codes(wide)


@pytest.mark.parametrize(("code", "text"), MUST)
def test_invisible_characters_change_nothing(code, text):
    assert code in codes("\u200b".join(text))


@pytest.mark.parametrize(("code", "text"), MUST)
def test_capitals_change_nothing(code, text):
    assert code in codes(text.upper())


@pytest.mark.parametrize(("code", "text"), MUST_NOT)
def test_a_pattern_spares_its_counter_example(code, text):
    assert codes(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "全新充值卡 100元\uff0c买错了",
        "Game top-up card, 50 yuan, valid in mainland China",
        "京东E卡 500元\uff0c电子卡密\uff0c到期 2027-12-31",
        "星巴克中杯兑换券",
        "Steam wallet 100 CNY, checked by the issuer before you see it",
    ],
)
def test_an_honest_card_raises_no_flag(text):
    assert codes(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "138 1234 5678",
        "一三八一二三四五六七八",
        "+86 138-1234-5678",
        "\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
    ],
)
def test_a_telephone_number_is_contact_however_it_is_written(text):
    assert "outside_contact" in codes(f"call {text}")


def test_a_bank_card_number_is_a_way_to_pay_elsewhere():
    assert "pay_scheme" in codes("transfer to 4111 1111 1111 1111")


def test_a_link_to_our_own_pages_is_no_outside_link():
    assert codes("see https://fairhand.example/rules/") == set()


def test_a_host_that_only_begins_like_ours_is_outside():
    assert "outside_link" in codes("see https://fairhand.example.cards.top/rules/")


def test_a_code_is_named_by_its_last_two_characters_only():
    flag = next(
        flag for flag in screen("code 4821 7730 1192", CARD) if flag.weight == Weight.REFUSE
    )

    assert flag.text.strip("•") == "92"


@any_of(some.text(max_size=200))
def test_any_text_can_be_screened_and_spans_lie_within_it(text):
    for flag in screen(text, CARD):
        start, end = flag.span
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("price", "weight"),
    [(4_001, None), (4_000, Weight.CAUTION), (2_500, Weight.CAUTION), (2_499, Weight.HOLD)],
)
def test_the_price_is_judged_against_the_face_value(price, weight):
    flags = screen_price(Facts(price=price, face_value=5_000))

    assert [flag.weight for flag in flags] == ([weight] if weight else [])


@any_of(some.integers(1, 200_000), some.integers(1, 200_000))
def test_a_hold_always_leaves_a_caution_for_after_the_approval(price, face_value):
    facts = Facts(price=price, face_value=face_value)

    held = any(flag.weight == Weight.HOLD for flag in screen_price(facts))

    assert not held or cautions(facts) == ["price_too_low"]
