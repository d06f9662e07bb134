"""axe-core on pages that are open: in both looks and widths it finds nothing wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.look import Look

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BIG_ENOUGH = {"target-size": {"enabled": True}}  # off by default
EVERYTHING = {
    "runOnly": TAGS,
    "rules": BIG_ENOUGH,
    "reporter": "no-passes",  # what is wrong, and nothing else
    "preload": False,  # no rule here reads style sheets
}
# All that the other look changes are colours; one more load of the page would show nothing new.
COLOURS = EVERYTHING | {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
View = tuple[int, str, dict[str, object]]

START = """options => { window.told = new Promise(done =>
    setTimeout(() => axe.run(options).then(told => done(told.violations)))) }"""


def faults(
    shown: Sequence[tuple[Page, Look]], language: str, views: Sequence[View]
) -> Iterator[str]:
    """Of pages side by side: their windows are processes of their own, and axe works in all."""
    for width, theme, options in views:
        for page, _look in shown:
            page.set_viewport_size({"width": width, "height": 780})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.evaluate(START, options)
        for page, look in shown:
            for fault in page.evaluate("() => window.told"):
                nodes = "; ".join(node["target"][0] for node in fault["nodes"][:3])
                yield f"{look.name}: {fault['id']} ({language}, {width}, {theme}): {nodes}"
