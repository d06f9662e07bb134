"""The evidence pack: what a party may carry to the police, a court or a mediator, with hashes."""

import hashlib
import io
import json
import zipfile
from typing import Any

from disputes import words
from disputes.actions.copies import picture_of
from disputes.actions.steps import plain, said_by
from disputes.models import Case, CopyState, Evidence, EvidenceKind, Verdict
from disputes.publication import draw_document
from disputes.sealing import description_of, original_of, text_of

READ_ME = """Evidence pack of one case.

manifest.json names every file with its SHA-256. timeline.json is the chain of events: each hash is
SHA-256(previous hash, canonical JSON of the event), so that a changed or missing event shows.
Your own exhibits are the originals as you sent them; the other side's are the covered copies.
"""


def pack(case: Case, side: str) -> bytes:
    """A ZIP of everything that `side` may have: own originals, the other side's copies, records."""
    target = io.BytesIO()
    manifest: dict[str, str] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _files(case, side):
            archive.writestr(name, data)
            manifest[name] = hashlib.sha256(data).hexdigest()
        archive.writestr("manifest.json", _json(manifest))
    return target.getvalue()


def _files(case: Case, side: str) -> list[tuple[str, bytes]]:
    found = [
        ("README.txt", READ_ME.encode()),
        ("case.json", _json(_case(case))),
        ("timeline.json", _json(_timeline(case))),
        ("draw.json", _json(draw_document(case))),
    ]
    for verdict in Verdict.objects.filter(case=case):
        name = f"decision-{verdict.round}-{verdict.instance}.json"
        found.append((name, _json(verdict.document)))
    for row in case.evidence.select_related("copy").exclude(stage="filing").order_by("id"):
        found += _exhibit(row, own=row.party == side)
    return found


def _case(case: Case) -> dict[str, Any]:
    return {
        "case": str(case.pk),
        "order": case.order.number,
        "question": words.question(case),
        "claim": case.claim,
        "state": case.state,
        "rules": case.rules,
        "filed_at": case.filed_at,
        "award": {"buyer": case.award_buyer_fen, "seller": case.award_seller_fen},
    }


def _timeline(case: Case) -> list[dict[str, Any]]:
    return [
        said_by(event)
        | {"prev_hash": bytes(event.prev_hash).hex(), "hash": bytes(event.hash).hex()}
        for event in case.events.order_by("seq")
    ]


def _exhibit(row: Evidence, *, own: bool) -> list[tuple[str, bytes]]:
    name = f"exhibits/{row.label}"
    if row.record is not None:
        return [(f"{name}.json", _json(row.record))]
    is_ready = row.copy.state == CopyState.READY
    if not own and not is_ready:
        return []
    described = description_of(row) if own else row.copy.description
    found = [(f"{name}.txt", described.encode())]
    if row.kind == EvidenceKind.PICTURE:
        picture = original_of(row) if own else picture_of(row.copy)
        found.append((f"{name}{'.original' if own else '.webp'}", picture))
    else:
        text = text_of(row) if own else row.copy.text
        found = [(f"{name}.txt", f"{described}\n\n{text}".encode())]
    return found


def _json(value: Any) -> bytes:
    return json.dumps(plain({"v": value})["v"], ensure_ascii=False, indent=1).encode()
