"""Chinese is complete: every message of the source is translated, and means what it must mean."""

import ast
import re

import polib
import pytest
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.utils.translation.template import block_re, endblock_re

from marketplace.lib.states import Side
from orders import words
from orders.models import Order
from orders.states import SENTENCES, OrderState
from tests import messages

# Of an order that is not paid, nothing may be said that a seller could take for money: Ms. Li and
# Ms. Wang sent their codes at “拍下”. The bare words don't occur at all.
BANNED = ("拍下", "已拍", "拍卖", "成交", "已购", "已买", "已卖", "已售", "售出", "售罄")
BADGES = {
    "PLACED": "已下单 · 未付款",
    "PAID": "已付款 · Fairhand 保管中",
    "DELIVERED": "卡密已就绪",
    "COMPLETED": "已完成 · 款项已付给卖家",
    "REFUNDED": "已退款",
    "CANCELLED": "已取消",
}
# What stands in a page's own words in every language.
NAMES = {"Fairhand", "SANDBOX", "English", "SHA"}
FOR_BUILDERS = {"components.html", "docs.html"}  # in English only
SPOKEN = re.compile(r'(?:aria-label|placeholder|title|alt|label)="([^"]*)"')


@pytest.fixture(scope="module")
def po() -> polib.POFile:
    return polib.pofile(str(messages.PO))


def chinese(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


def test_every_message_of_the_source_has_its_entry_and_no_other_is_kept(po):
    source = set(messages.messages())

    kept = {messages.key(entry) for entry in po}

    assert kept == source, "run `make messages`, then translate what it names"


def test_nothing_is_left_untranslated_or_unsure(po):
    assert [entry.msgid for entry in po if not entry.translated()] == []
    assert [entry.msgid for entry in po if entry.fuzzy] == []
    assert po.obsolete_entries() == []


def test_what_is_filled_in_is_the_same_in_both_languages(po):
    for entry in po:
        given = entry.msgid_plural or entry.msgid

        assert messages.places(chinese(entry)) == messages.places(given), entry.msgid


def test_the_compiled_words_are_those_that_were_written(po):
    compiled = polib.mofile(str(messages.PO.with_suffix(".mo")))

    assert {messages.key(entry): chinese(entry) for entry in compiled} == {
        messages.key(entry): chinese(entry) for entry in po
    }


def test_no_word_can_be_taken_for_paid(po):
    said = [(chinese(entry), word) for entry in po for word in BANNED if word in chinese(entry)]

    assert said == []


def test_whatever_says_not_paid_says_so_first_in_chinese_too(po):
    unpaid = [entry for entry in po if entry.msgid.startswith("Ordered – NOT PAID")]

    assert unpaid
    for entry in unpaid:
        assert chinese(entry).startswith("已下单 · 未付款")
        assert "已付款" not in chinese(entry)


@pytest.mark.parametrize(("state", "badge"), BADGES.items())
def test_a_badge_says_in_chinese_exactly_what_was_agreed(state, badge):
    order = Order(state=state)

    with translation.override("zh-hans"):
        assert words.badge(order, Side.BUYER) == badge


@pytest.mark.parametrize("state", ["PLACED", "PAID", "COMPLETED"])
def test_a_states_sentence_begins_with_its_badge(state):
    for side in (Side.BUYER, Side.SELLER):
        with translation.override("zh-hans"):
            sentence = str(SENTENCES[OrderState(state), side])

        assert sentence.startswith(BADGES[state])


def test_chinese_text_uses_chinese_punctuation(po):
    narrow = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?:\s|$)")

    assert [chinese(entry) for entry in po if narrow.search(chinese(entry))] == []


def test_messages_are_marked_by_names_that_are_found():
    renamed = {
        (path.name, name.asname)
        for path in messages.python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname not in {None, "_"}
    }

    assert renamed == set()


def test_a_template_says_nothing_beside_its_messages():
    said = {
        (path.name, word)
        for path in messages.templates()
        if path.name not in FOR_BUILDERS
        for word in re.findall(r"[A-Za-z]{3,}", _own_words(path.read_text(encoding="utf-8")))
    }

    assert {(name, word) for name, word in said if word not in NAMES} == set()


def _own_words(source: str) -> str:
    """What a reader sees or hears of the template that is neither a message nor a value."""
    kept, inside = [], False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            inside = bool(block_re.match(token.contents)) or (
                inside and not endblock_re.match(token.contents)
            )
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    page = re.sub(r"<(style|script|code)\b.*?</\1>", "", "\0".join(kept), flags=re.DOTALL)
    return " ".join([*SPOKEN.findall(page), re.sub(r"<[^>]*>|&\w+;", " ", page)])
