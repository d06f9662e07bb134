"""The shape of the code itself: who imports whom, how long a file is, how things are called."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "disputes", "listings", "marketplace", "orders")
NAMELESS = {"utils", "helpers", "common", "misc", "base", "services", "managers"}
MIGRATIONS = "migrations"
LONGEST_FUNCTION = 40
HELP = "field.help_text|safe"  # our own and Django's words; nothing a person has typed
ONE_LIST = ROOT / "marketplace" / "settings.py"  # every setting stands in one file, on purpose
UPSIDE_DOWN = """
[tool.importlinter]
root_packages = ["accounts", "listings", "marketplace", "orders"]
[[tool.importlinter.contracts]]
name = "The ladder on its head"
type = "layers"
layers = ["accounts", "orders"]
"""


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if MIGRATIONS not in path.parts
    ]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def functions(path: Path) -> list[ast.FunctionDef]:
    return [
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)
    ]


def lint_imports(*words: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("lint-imports"))
    return subprocess.run(  # noqa: S603
        [program, "--no-cache", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_go_down_the_ladder_only():
    done = lint_imports()

    assert done.returncode == 0, done.stdout[-3000:]


def test_an_import_that_goes_up_would_be_found(tmp_path: Path):
    upside_down = tmp_path / "contracts.toml"
    upside_down.write_text(UPSIDE_DOWN)

    done = lint_imports("--config", str(upside_down))

    assert done.returncode == 1, done.stdout[-3000:]


@pytest.mark.parametrize(("folders", "longest"), [(PACKAGES, 300), (("tests",), 400)])
def test_a_file_is_one_subject_and_fits_on_a_few_screens(folders: tuple[str, ...], longest: int):
    too_long = [
        path
        for path in sources(*folders)
        if len(path.read_text().splitlines()) > longest and path != ONE_LIST
    ]

    assert names(too_long) == []


def test_the_first_line_of_a_file_says_its_subject():
    silent = [
        path
        for path in sources(*PACKAGES, "tests")
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert names(silent) == []


def test_no_module_has_a_name_that_says_nothing():
    nameless = [path for path in sources(*PACKAGES, "tests") if path.stem in NAMELESS]

    assert names(nameless) == []


def test_a_function_fits_on_one_screen():
    too_long = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in sources(*PACKAGES, "tests")
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]

    assert too_long == []


def test_functions_are_short_as_a_rule():
    lengths = sorted(
        (function.end_lineno or 0) - function.lineno + 1
        for path in sources(*PACKAGES)
        for function in functions(path)
    )

    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_nothing_happens_behind_the_back_of_a_save():
    hidden = [path for path in sources(*PACKAGES) if "@receiver" in path.read_text()]

    assert names(hidden) == []


def test_triggers_are_switched_off_nowhere():
    word = "pgtrigger." + "ignore"

    found = [path for path in sources(*PACKAGES) if word in path.read_text()]

    assert names(found) == []


def test_tasks_carry_ids_and_wait_for_no_time():
    delayed = [
        path
        for path in sources(*PACKAGES)
        if any(word in path.read_text() for word in ("countdown=", "eta=", ".apply_async("))
    ]

    assert names(delayed) == []


def test_the_clock_is_asked_in_one_place():
    asking = [
        path
        for path in sources("accounts", "listings", "orders", "disputes")
        if any(word in path.read_text() for word in ("timezone.now(", "datetime.now("))
    ]

    assert names(asking) == []


def test_no_template_holds_a_script_or_a_style():
    words = ("<script>", " style=", "onclick=", "javascript:", "|safe", "autoescape off")
    templates = sorted((ROOT / "templates").rglob("*.html"))

    loose = [
        path
        for path in templates
        if any(word in path.read_text().replace(HELP, "") for word in words)
    ]

    assert names(loose) == []
