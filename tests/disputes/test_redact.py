"""What reviewers read holds nobody's name, number or code; equal things stay equal."""

import pytest

from disputes.redact import Known, Redactor, spans_of

KNOWN = Known(names=("Guo Wei", "Lin"), phones=("13800001234",), harmless=("FH7K2M9QX4TB",))


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("Guo Wei wrote to me", "[name A] wrote to me"),
        ("call 138 0000 1234 now", "call [number A] now"),
        ("call 13800001234", "call [number A]"),
        ("write to guo@mail.example", "write to [e-mail A]"),
        ("加我微信 guo_5678 吧", "加我微信 [account A] 吧"),
        ("see https://pay.example/x?y=1", "see [account A]"),
        ("身份证 11010519491231002X", "身份证 [number A]"),
        ("the code is 8888-2222-4444-6666-11", "the code is [code A]"),
        ("it was 48.00 yuan on 2026-11-23", "it was 48.00 yuan on 2026-11-23"),
        ("order FH7K2M9QX4TB arrived", "order FH7K2M9QX4TB arrived"),
    ],
)
def test_what_tells_of_a_person_or_opens_money_is_covered(text: str, covered: str):
    assert Redactor(KNOWN).redact(text) == covered


def test_equal_values_get_equal_tokens_across_the_texts_of_a_case():
    redactor = Redactor(KNOWN)

    first = redactor.redact("13911112222 or 13911113333")
    second = redactor.redact("he called from 139 1111 3333")

    assert first == "[number A] or [number B]"
    assert second == "he called from [number B]"


def test_the_owner_can_black_out_more():
    text = "It stood on the blue shelf."

    covered = Redactor(KNOWN).redact(text, spans_of(text, "BLUE shelf"))

    assert covered == "It stood on the ██████████."


def test_spans_that_do_not_lie_in_the_text_are_left():
    assert Redactor(KNOWN).redact("abc", [(-1, 2), (2, 9), (2, 1)]) == "abc"


def test_overlapping_things_are_covered_whole():
    known = Known(names=("Lin Guo", "Guo Wei"))

    assert Redactor(known).redact("Lin Guo Wei was here") == "[name A] was here"
