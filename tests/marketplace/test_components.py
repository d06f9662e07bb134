"""Components: what each one always says, whatever it looks like."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from marketplace.sandbox import samples
from marketplace.templatetags import market

ROOT = Path(__file__).parents[2]
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
STATIC = ROOT / "static"
NOW = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)


def component(name: str, **context: object) -> str:
    return render_to_string(f"components/{name}.html", {"now": NOW, "csrf_token": "t", **context})


class Price(forms.Form):
    price = forms.CharField(help_text="In yuan.")
    proof = forms.ChoiceField(choices=samples.MODES, widget=forms.RadioSelect)
    read = forms.BooleanField()


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_each_component_says_first_what_it_takes(path):
    assert path.read_text().startswith("{# takes:")


def test_every_component_is_shown_in_the_sandbox():
    templates = [ROOT / "templates" / "sandbox" / "components.html", *COMPONENTS]
    written = "".join(path.read_text() for path in [*templates, ROOT / "templates" / "base.html"])

    missing = [p.stem for p in COMPONENTS if f"components/{p.name}" not in written]

    # `live` is a tag of the head, for pages that ask again by themselves
    assert missing in ([], ["live"])


def test_no_template_has_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        if "emails" in path.parts:  # a mail has no style sheet to point to
            continue
        text = path.read_text()
        assert not re.search(
            r"\sstyle=|\son[a-z]+=|<style|hx-on|<script(?![^>]*(\ssrc=|application/json))", text
        ), path


@pytest.mark.parametrize("state", [*market.SLIP_OF_STATE, *market.SLIPS])
def test_a_badge_is_icon_and_words(state):
    html = component("state_badge", state=state, words="Where it stands")

    assert "Where it stands" in html
    assert f"#{market.slip_icon(state)}" in html


def test_every_icon_that_is_asked_for_is_drawn():
    drawn = {node.get("id") for node in ElementTree.parse(STATIC / "icons.svg").getroot()}  # noqa: S314

    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    asked = set(re.findall(r'{% icon "([a-z-]+)"', pages)) | set(market.SLIPS.values())

    assert asked <= drawn
    assert {f"pattern-{n}" for n in range(1, market.PATTERNS + 1)} <= drawn


def test_the_unpaid_slip_shows_time_left_and_the_absolute_time():
    due = NOW + timedelta(minutes=12, seconds=40)

    html = component(
        "state_slip", state="PLACED", sentence="NOT PAID", due_at=due, due_label="Pay by"
    )

    assert "is-unpaid" in html
    assert "12 minutes left" in html
    assert "23 Nov 2026, 14:44 (UTC+8)" in html


@pytest.mark.parametrize(
    ("left", "words", "look"),
    [
        (timedelta(days=3), "3 days left", "calm"),
        (timedelta(hours=47), "47 hours left", "calm"),
        (timedelta(hours=2), "2 hours left", "soon"),
        (timedelta(minutes=119), "119 minutes left", "soon"),
        (timedelta(seconds=60), "1 minute left", "near"),
        (timedelta(seconds=59), "less than a minute left", "near"),
        (timedelta(0), "time is up", "past"),
    ],
)
def test_a_countdown_never_promises_more_than_is_left(left, words, look):
    assert market.countdown(NOW + left, NOW) == words
    assert market.urgency(NOW + left, NOW) == look


def test_times_and_amounts_are_told_in_both_languages():
    with translation.override("zh-hans"):
        assert market.when(NOW) == "2026年11月23日 14:32"
    assert market.when(NOW) == "23 Nov 2026, 14:32 (UTC+8)"
    assert market.yuan(104_850) == "¥1,048.50"
    assert market.yuan_short(5000) == "¥50"


def test_a_fields_errors_and_help_are_linked_to_it():
    form = Price({"price": ""}, prefix="a")

    html = component("field", field=form["price"], hint="Like 48.")

    assert 'aria-describedby="id_a-price_helptext id_a-price_hint id_a-price_error"' in html
    assert 'aria-invalid="true"' in html
    for name in ("helptext", "hint", "error"):
        assert f'id="id_a-price_{name}"' in html


@pytest.mark.parametrize("name", ["price", "proof", "read"])
def test_the_error_summary_leads_to_a_control_that_exists(name):
    form = Price({})
    html = component("field", field=form[name])

    summary = component("error_summary", form=form)

    target = re.search(rf'href="#(id_{name}\w*)"', summary)
    assert target
    assert f'id="{target[1]}"' in html


def test_a_form_that_confirms_carries_token_key_and_state():
    html = component(
        "confirm_form",
        question="Pay?",
        button="Pay ¥48.00",
        action="/x/",
        key="k1",
        expected="PAID",
    )

    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="idempotency_key" value="k1"' in html
    assert 'name="expected_state" value="PAID"' in html


def test_a_button_that_cannot_be_pressed_says_why():
    html = component("action", action={"label": "Withdraw", "reason": "From ¥10.00 on."})

    assert 'aria-disabled="true"' in html
    assert "From ¥10.00 on." in html


def test_a_code_is_in_the_panel_only_once_it_is_revealed():
    for state in ("sealed", "checking", "ready", "burnt"):
        assert "ABCD" not in component("code_panel", state=state, secret="ABCD7K2M")

    html = component("code_panel", state="revealed", secret="ABCD7K2M")

    assert ">ABCD<" in html
    assert ">A B C D 7 K 2 M<" in html
    assert html.count('translate="no"') == 2


def test_the_rail_is_told_in_words():
    html = component("rail", goods_at="sealed", money_at="held")

    assert "Goods: sealed at Fairhand." in html
    assert "Money: held by Fairhand." in html


def test_style_sheet_and_script_keep_their_budget():
    packed = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir()}

    assert packed["fairhand.css"] <= 16 * 1024
    assert packed["fairhand.js"] <= 4 * 1024
    assert len((STATIC / "fairhand.js").read_text().splitlines()) <= 150
