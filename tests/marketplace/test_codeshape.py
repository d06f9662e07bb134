"""Card codes are known by their shape, and honest texts are left alone."""

import string

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as some

from marketplace.lib.codeshape import find_codes, luhn, masked

CODES = [
    "1234 5678 9012",
    "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff10\uff11\uff12",
    "1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣1️⃣2️⃣",
    "一二三四五六七八九〇一二",
    "壹贰叁肆伍陆柒捌玖零壹贰",
    "12\u200b34\u200b5678-9012",
    "1234/5678/9012",
    "1234 5678 9012元",
    "ABCD-EFGH-1234",
    "ab12 cd34 ef56",
    "AAAA BBBB 2234",
    "XK7Q2M9P4R",
    "PIN 4821",
    "pin: abcd",
    "卡密\uff1aab12cd",
    "密码是 qwerty",
    "the card no. is 88231",
]
NO_CODES = [
    "Steam 100",
    "steam100",
    "card 500 yuan",
    "xbox 360 500",
    "valid until 2027-06-30 14:00",
    "Valid 2026-11-23 2027-11-23",
    "13812345678",
    "+86 138 1234 5678",
    "¥1,048.50 ¥100 ¥200 ¥300",
    "100元 200元 500元 1000元",
    "10, 20, 50, 100, 200, 500",
    "redeem in the app store",
    "password protected",
    "兑换码在Steam使用",
]
JOINTS = some.sampled_from(["", " ", "-", " - ", "\u200b", ".", "–", "\u00a0", "_", "\n"])
WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in string.digits}
CHINESE = {
    ord(sign): numeral for sign, numeral in zip(string.digits, "零一二三四五六七八九", strict=True)
}


@pytest.mark.parametrize("text", CODES)
def test_a_code_is_found_however_it_is_written(text):
    assert find_codes(f"here: {text}")


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_no_code_is_left_alone(text):
    assert find_codes(text) == []


@any_of(some.text(string.digits, min_size=12, max_size=24), some.data())
def test_no_way_of_writing_a_long_number_hides_it(digits, data):
    spellings = some.sampled_from([digits, digits.translate(WIDE), digits.translate(CHINESE)])
    joined = "".join(sign + data.draw(JOINTS) for sign in data.draw(spellings))

    found = find_codes(f"take {joined} please")

    mobile = len(digits) == 13 and digits.startswith("861") and digits[3] in "3456789"
    longer = len(digits) in (14, 15) and "861" in digits[:5]
    assert found or mobile or longer


@any_of(some.text(max_size=300))
def test_masking_keeps_the_length_and_everything_else(text):
    spans = find_codes(text)

    hidden = masked(text)

    assert len(hidden) == len(text)
    kept = [i for i in range(len(text)) if not any(start <= i < end for start, end in spans)]
    assert all(hidden[i] == text[i] for i in kept)


def test_two_characters_stay_readable_behind_the_mask():
    assert masked("code 123456789012 here") == "code ••••••••••12 here"


def test_a_short_code_is_masked_whole():
    assert masked("PIN 4821") == "PIN ••••"


def test_numbers_known_to_be_something_else_are_spared():
    assert find_codes("tracking 1234 5678 9012", known=["123456789012"]) == []


def test_on_a_parcel_listing_only_named_codes_and_payment_cards_count():
    assert find_codes("IMEI 490154203237518", parcel=True) == []
    assert find_codes("4111 1111 1111 1111", parcel=True)
    assert find_codes("PIN 4821", parcel=True)


def test_the_check_digit_of_a_card():
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")


@pytest.mark.parametrize("code", ["ABCD-1234-EFGH-5678", "ABCD 1234 EFGH 5678"])
def test_words_around_a_grouped_code_do_not_hide_it(code):
    found = masked(f"it was {code} and went")

    assert found.endswith("78 and went")
    assert "1234" not in found
