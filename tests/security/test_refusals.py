"""Every refusal has a code of the one table, says what it means, and what can be done (P10)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from marketplace.lib.errors import STATUS, Refused
from marketplace.lib.problems import PROBLEMS, appeal_of
from marketplace.rules import rules

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "listings", "orders", "disputes", "marketplace")
TABLES = {"marketplace/lib/errors.py", "marketplace/lib/problems.py"}
# Calls that make a refusal, and where in them its code stands.
MAKERS = {"Refused": 0, "refusal": 1, "_problem": 0}
# An answer of a payment provider has the same name and other words.
THE_PROVIDERS = "orders.escrow.gateways.protocol"


@cache
def sources() -> dict[str, ast.Module]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for path in files
        if "migrations" not in path.parts
    }


def refusals_made() -> Iterator[tuple[str, str]]:
    """(where, code) of each refusal whose code is written out."""
    for name, tree in sources().items():
        if not _speaks_of_providers(tree):
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and (code := _code_of(call)):
                    yield f"{name}:{call.lineno}", code


def _speaks_of_providers(tree: ast.Module) -> bool:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(
        node.module == THE_PROVIDERS and "Refused" in {name.name for name in node.names}
        for node in imports
    )


def _code_of(call: ast.Call) -> str | None:
    place = MAKERS.get(getattr(call.func, "id", ""))
    if place is None or len(call.args) <= place:
        return None
    argument = call.args[place]
    return str(argument.value) if isinstance(argument, ast.Constant) else None


def words_of(tree: ast.Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_refusal_in_the_source_stands_in_the_table():
    unknown = [(where, code) for where, code in refusals_made() if code not in STATUS]

    assert unknown == []


def test_every_code_of_the_table_is_used_somewhere():
    used = set().union(*(words_of(tree) for name, tree in sources().items() if name not in TABLES))

    assert set(STATUS) - used == set()


def test_every_code_is_explained_with_a_way_on():
    assert PROBLEMS.keys() == STATUS.keys()
    silent = [
        code
        for code, problem in PROBLEMS.items()
        if not (str(problem.title) and str(problem.meaning) and str(problem.remedy))
    ]
    assert silent == []


def test_a_refusal_without_a_code_of_the_table_can_not_be_made():
    with pytest.raises(KeyError):
        Refused("no_such_code", "A sentence.")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_code_has_a_page_that_says_what_to_do(language: str):
    pages = {code: _page(code, language) for code in STATUS}

    with translation.override(language):
        silent = [
            code
            for code, problem in PROBLEMS.items()
            for words in (problem.title, problem.meaning, problem.remedy)
            if _bare(str(words)) not in pages[code]
        ]
    assert silent == []


@pytest.mark.django_db
def test_the_page_of_a_code_names_its_rule_and_how_to_object():
    page = Client().get("/problems/not_paid/").text

    assert 'href="/rules/orders/release/"' in page
    assert 'href="/rules/court/case/"' in page


def _page(code: str, language: str) -> str:
    answer = Client().get(f"/problems/{code}/", headers={"Accept-Language": language})
    assert answer.status_code == 200, code
    return _bare(answer.text)


def _bare(text: str) -> str:
    """Without what a page escapes or marks up."""
    for mark in ("`", "<code>", "</code>", "&#x27;", "'", "&quot;", '"', " ", "\n"):
        text = text.replace(mark, "")
    return text


@pytest.mark.django_db
def test_a_code_that_never_was_has_no_page():
    assert Client().get("/problems/no-such-code/").status_code == 404


def test_every_rule_that_a_refusal_follows_can_be_read():
    """[Rao, the reporter] By the table, and where the source names a rule beside the code."""
    published = {each.id for each in rules()}
    by_table = {code: known.rule for code, known in PROBLEMS.items() if known.rule}
    beside = {where: rule for where, rule in rules_named() if rule}

    assert {code: rule for code, rule in by_table.items() if rule not in published} == {}
    assert {where: rule for where, rule in beside.items() if rule not in published} == {}
    ways = {appeal_of(Refused(code, "")) for code in by_table}
    assert ways == {"court/case", "court/appeal", "court/outside"} <= published
    assert appeal_of(Refused("bad_json", "")) == ""  # no rule of ours, nothing to appeal
    assert len(by_table) > 40
    assert len(beside) > 4


def rules_named() -> Iterator[tuple[str, str]]:
    """(where, rule) of each refusal that names its rule."""
    for name, tree in sources().items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _code_of(call):
                for given in call.keywords:
                    if given.arg == "rule" and isinstance(given.value, ast.Constant):
                        yield f"{name}:{call.lineno}", str(given.value.value)
