"""The platform's exhibit in words, for parties, reviewers and staff alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from disputes.words import moment
from listings.issuers import name_of
from listings.models import Mode
from marketplace.lib.money import yuan
from orders.escrow.models import AnswerStatus
from orders.models import Problem
from orders.states import OrderStep

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[Row]


def sections(record: Mapping[str, Any] | None) -> list[Section]:
    """What Fairhand recorded, section by section; nothing for a case without a record."""
    if not record or "listing" not in record:
        return []
    found = [
        Section(_("As it was ordered"), _listing(record["listing"])),
        Section(_("The order"), _steps(record["order"])),
        Section(_("What both sides read on its page"), _said(record["order"])),
        Section(_("The money"), _money(record.get("money", []))),
        Section(_("The code"), _code(record["code"])),
        Section(_("Reports and the issuer’s answers"), _reports(record["reports"])),
        Section(_("The issuer, asked for this case"), _asked(record.get("issuer", []))),
        Section(_("What the seller can show"), _checks(record["checklist"]["seller"])),
        Section(_("What the buyer can show"), _checks(record["checklist"]["buyer"])),
    ]
    return [section for section in found if section.rows]


def time(text: str | None) -> str:
    return moment(parse_datetime(text)) if text else "–"


def _listing(facts: Mapping[str, Any]) -> list[Row]:
    return [
        (_("Title"), facts["title"]),
        (_("Price"), yuan(facts["price"])),
        (_("Issuer"), name_of(facts["issuer"]) if facts["issuer"] else "–"),
        (_("Face value"), yuan(facts["face_value"]) if facts["face_value"] else "–"),
        (_("How it is proven"), str(Mode(facts["verification_mode"]).label)),
        (_("Fingerprint of the listing"), facts["sha256"][:16] + "…"),
    ]


def _steps(facts: Mapping[str, Any]) -> list[Row]:
    return [(time(row["at"]), str(OrderStep(row["step"]).label)) for row in facts["steps"]]


def _said(facts: Mapping[str, Any]) -> list[Row]:
    """The words of the state's slip, kept in English and told in the reader's language."""
    rows: list[Row] = []
    for row in facts["steps"]:
        said = " · ".join(dict.fromkeys(_(words) for words in row.get("said", {}).values()))
        if said and (not rows or rows[-1][1] != said):
            rows.append((time(row["at"]), said))
    return rows


def _money(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    names = {
        "hold": _("{amount} held by Fairhand"),
        "release": _("{amount} released to the seller"),
        "refund": _("{amount} refunded to the buyer"),
    }
    return [
        (time(row["at"]), names[row["kind"]].format(amount=yuan(row["amount"])))
        for row in rows
        if row["kind"] in names
    ]


def _code(facts: Mapping[str, Any] | None) -> list[Row]:
    if facts is None:
        return [(_("Code"), _("none was handed over"))]
    return [
        (_("Sealed"), time(facts["sealed_at"])),
        (_("The issuer at the hand-over"), _answer(facts["answer_at_handover"])),
        (_("Asked at"), time(facts["handover_checked_at"])),
        (_("The issuer just before the first reveal"), time(facts["last_look_at"])),
        (_("First revealed"), time(facts["first_revealed_at"])),
    ]


def _answer(status: str) -> str:
    return str(AnswerStatus(status).label) if status else "–"


def _reports(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        found.append((time(row["at"]), str(Problem(row["problem"]).label)))
        if row["answered_at"]:
            used = time(row["redeemed_at"]) if row["redeemed_at"] else _("no time of use named")
            found.append((time(row["answered_at"]), _("The issuer: {used}").format(used=used)))
    return found


def _asked(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    found = [(time(row["asked_at"]), _answer(row["issuer_answer"])) for row in rows]
    used = [(time(row["redeemed_at"]), _("used then")) for row in rows if row["redeemed_at"]]
    return [*found, *used]


def _checks(facts: Mapping[str, bool]) -> list[Row]:
    names = {
        "code_sealed": _("A code sealed in the vault"),
        "issuer_valid_at_handover": _("The issuer’s “valid” at the hand-over"),
        "handed_over": _("The hand-over"),
        "revealed": _("The reveal"),
        "reported_in_time": _("A report in time"),
        "issuer_says_used": _("The issuer’s word that it was used"),
        "statement": _("A statement"),
    }
    return [(names[key], _("present") if there else _("absent")) for key, there in facts.items()]


def complete_side(record: Mapping[str, Any] | None) -> str:
    """The one side whose record is complete while the other's is not; "" otherwise [Rao]."""
    lists = (record or {}).get("checklist", {})
    complete = [side for side, checks in lists.items() if all(checks.values())]
    return complete[0] if len(complete) == 1 else ""


def complete_words(record: Mapping[str, Any] | None) -> str:
    return {
        "seller": _("The seller’s record is complete; the buyer is asked to explain."),
        "buyer": _("The buyer’s record is complete; the seller is asked to explain."),
    }.get(complete_side(record), "")
