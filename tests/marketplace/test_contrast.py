"""The colours of the style sheet, computed again: what people read can be read, in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "fairhand.css").read_text()
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
TOKENS = {name: (light, dark) for name, light, dark in PAIR.findall(CSS)}
SLIPS = [name.removesuffix("-tint") for name in TOKENS if name.endswith("-tint")]
TEXT, EDGE = 4.5, 3.0

# Foreground, the grounds it stands on, the least ratio (WCAG 2.2: 1.4.3 text, 1.4.11 edges).
USES = [
    ("ink", ("ground", "surface", "sunken", "caution-bg"), TEXT),
    ("muted", ("ground", "surface", "sunken"), TEXT),
    ("link", ("ground", "surface"), TEXT),
    ("danger", ("ground", "surface"), TEXT),
    ("caution", ("caution-bg",), TEXT),
    ("on-primary", ("primary", "primary-strong"), TEXT),
    ("primary", ("ground", "surface"), TEXT),
    ("edge", ("ground", "surface"), EDGE),
    ("focus", ("ground", "surface", "sunken"), EDGE),
    ("seal", ("ground", "surface"), EDGE),
    *((f"{slip}-text", (f"{slip}-tint", "surface"), TEXT) for slip in SLIPS),
    *((f"{slip}-edge", (f"{slip}-tint",), EDGE) for slip in SLIPS),
]
# The ratios the design states: the lowest of each use, light and dark.
STATED = {
    ("ink", "sunken", 0): 13.60,
    ("ink", "surface", 1): 14.14,
    ("muted", "sunken", 0): 6.01,
    ("muted", "surface", 1): 7.70,
    ("edge", "ground", 0): 3.68,
    ("edge", "surface", 1): 4.10,
    ("primary", "ground", 0): 6.96,
    ("on-primary", "primary", 0): 7.57,
    ("on-primary", "primary", 1): 8.08,
    ("link", "ground", 0): 6.84,
    ("danger", "ground", 0): 6.46,
    ("caution", "caution-bg", 0): 6.51,
    ("caution", "caution-bg", 1): 8.70,
    ("unpaid-text", "unpaid-tint", 0): 7.52,
    ("held-text", "held-tint", 0): 8.11,
    ("held-text", "held-tint", 1): 9.33,
    ("cancelled-edge", "cancelled-tint", 0): 3.35,
}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str, theme: int) -> float:
    dark, light = sorted(luminance(TOKENS[name][theme]) for name in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "grounds", "least"), USES, ids=[use[0] for use in USES])
def test_every_colour_can_be_read_on_its_grounds(name, grounds, least, theme):
    ratios = {ground: round(ratio(name, ground, theme), 2) for ground in grounds}

    assert min(ratios.values()) >= least, ratios


@pytest.mark.parametrize(("name", "ground", "theme"), STATED)
def test_the_ratios_are_those_the_design_states(name, ground, theme):
    assert round(ratio(name, ground, theme), 2) == pytest.approx(
        STATED[name, ground, theme], abs=0.011
    )


def test_no_colour_is_written_outside_the_tokens():
    rules = CSS.split("@layer base {", 1)[1].split("@media print", 1)[0]

    loose = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", rules)) - {"#FFFFFF", "#16211D"}

    assert not loose
