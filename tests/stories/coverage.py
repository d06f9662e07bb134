"""Which of the stories' requirements R1 to R70, and which scenarios of the court, are proved.

A pytest plugin, loaded early, so it knows nothing of Django. A test that proves a requirement names
it, `@pytest.mark.story("R24")`, and one that proves a scenario `@pytest.mark.scenario("A07")`; a
name that is none fails the collection; the last lines of a run say what passed. As a program it
writes docs/stories.md from the same markers: `python -m tests.stories.coverage`.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.disputes.scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "stories.md"

_TITLES = """
Confirm doesn’t exist before delivery and reveal
Money leaves the hold only on verified delivery
Hand-over check by the issuer; used code → refund
Confirming waives nothing
Early-confirm pressure is named
Snapshot survives deletion
Withdrawn ≠ destroyed
Compensation, not a downgrade
Traffic source kept
Complaint has status, owner, date, reasons
Refund while undelivered does not need the seller
Where a case is needed, both sides are asked
Undelivered card = deterministic refund
Too-cheap flag
Lures in text, links and QR are interrupted
Interstitial before leaving
Conduct report without an order
No guarantee by popularity
Reasoned reply always
Codes are seen in our viewer only
Credential and screen-sharing warning; log-in alert
Pattern library
Unmistakable statuses
Code technically locked until the money is held
First-sale guidance
Accounts can’t vanish
Exposure log
Codes never travel in chat
Recall until first view
Unpaid but disclosed → remedy
Blocking does not mute duties
Status and deadline, no loops
Lawful route to identity
Refusal or return never ends the right to a case
Refund after inspection
Records on both legs
One side’s pictures decide nothing
Sellers can bring cases
Rejections carry reasons
Repeat pattern seen
Random panel, first to 9, proportional trust effect
Device identity at listing, sending, return
72 h for both
17 drawn, 9 win
Margin < 4 may be appealed
The right is explained before and at the verdict
Mirrored requests
“Not sure” is neutral
Written reasons; verdict stands in equipoise
Evidence pack and identity for the police
Published uniform rules and precedents
Linked accounts, two-sided fraud
Threshold to sell cards
Prompts tested as text
The account is acted on whatever the pretext
Verify name, address, licence; register; re-verify
Agreement and rules published, versioned
Reminder on jumps
Appeal issue and the platform’s reason on each refusal
Complete evidence shifts the burden
Basic identity to the wronged seller
Consumer standing and reminders
Merchants’ basic information
Cooperation with investigations
Fraud ends the right to sell; joint-risk list
Authenticity, legality, relevance per exhibit
Duty of care audited
Against staff collusion
Route to sue
Fault-based compensation book
"""
TITLES = {f"R{number}": title for number, title in enumerate(_TITLES.strip().split("\n"), start=1)}
PEOPLE = {
    "test_guo.py": "Mr. Guo, buyer of a game card",
    "test_liu.py": "Ms. Liu, buyer of a discounted coupon",
    "test_xiaoxi.py": "Xiaoxi, buyer of “company” cards",
    "test_li.py": "Ms. Li, seller of an unused card",
    "test_wang.py": "Ms. Wang, seller of a card for 480 yuan",
    "test_yaowen.py": "Yaowen, seller of a lipstick by parcel",
    "test_xu.py": "Mr. Xu, seller of a phone by parcel",
    "test_rao.py": "Rao Wei, lawyer: the duties of the platform",
    "test_liu_junhai.py": "Liu Junhai, professor of law: the fault of the platform",
    "test_everyone.py": "The reporter’s general findings",
}

# By marker: what can be proved.
PROVABLE = {"story": TITLES, "scenario": SCENARIOS}

_proved: set[str] = set()
_failed: set[str] = set()


# --- The plugin -----------------------------------------------------------------------------------
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test carries its numbers in its report, also from the workers of pytest-xdist."""
    for item in items:
        for kind in PROVABLE:
            for marker in item.iter_markers(kind):
                if not marker.args or unknown(kind, marker.args):
                    raise pytest.UsageError(f"{item.nodeid}: no such {kind}: {marker.args}")
                item.user_properties.extend((kind, name) for name in marker.args)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    names = {str(value) for kind, value in report.user_properties if kind in PROVABLE}
    if report.failed:
        _failed.update(names)
    elif report.when == "call" and report.passed:
        _proved.update(names)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for kind, titles in PROVABLE.items():
        proved = [name for name in titles if name in _proved - _failed]
        if proved:
            terminalreporter.section(kind)
            terminalreporter.line(f"{len(proved)} of {len(titles)} proved: {' '.join(proved)}")


def unknown(kind: str, names: Iterable[object]) -> list[object]:
    return [name for name in names if name not in PROVABLE[kind]]


# --- The document ---------------------------------------------------------------------------------
def named(path: Path, kind: str = "story") -> Iterator[tuple[str, str]]:
    """Each number that the tests of a file name, with the test's own name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from ((number, node.name) for number in _numbers(node, kind))


def _numbers(test: ast.FunctionDef, kind: str) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{kind}":
            yield from (str(ast.literal_eval(number)) for number in mark.args)


def document() -> str:
    """docs/stories.md: person by person, what is proved and by which tests."""
    files = [Path(__file__).parent / name for name in PEOPLE]
    there = [path for path in files if path.exists()]
    proofs = [f"## {PEOPLE[path.name]}\n\n{_section(path)}" for path in there]
    known = {number for path in there for number, _test in named(path)}
    missing = [f"{number} {title}" for number, title in TITLES.items() if number not in known]
    return "\n".join([_HEAD, *proofs, f"## Not yet proved\n\n{_list(missing)}"])


def _section(path: Path) -> str:
    tests: dict[str, list[str]] = {}
    for number, test in named(path):
        tests.setdefault(number, []).append(f"`{test}`")
    numbers = [number for number in TITLES if number in tests]
    return "\n".join(f"**{each}** {TITLES[each]}\n\n{_list(tests[each])}" for each in numbers)


def _list(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


_HEAD = """# The stories and their proofs

Nine people lost money or time on second-hand platforms, or told what such a platform owes. Each of
their complaints is a requirement, R1 to R70. Below stands which tests prove it; they live in
`tests/stories/`, one file per person. This page is written from the tests' own markers by
`python -m tests.stories.coverage`.
"""

if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
