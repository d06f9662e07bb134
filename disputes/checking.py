"""Pure: does a published draw document hold? Anybody can run this on it, without our database.

The document (`GET /api/v1/cases/{id}/draw/`, hexadecimal for bytes, RFC 3339 for times):

    case, rules, filed_at, sealed_at, published (bool)
    commitment, server_seed, seed
    roster      {version, size, root, previous, chain_hash, built_at, bound: "filing" | "seal"}
    evidence    {items: [hash …], root}
    words       {buyer, seller}          nonces {buyer, seller}
    beacon      {source, round, value}
    entries     [{round, counter, number, outcome, code, ground_hash, chair, pseudonym, path}]
                path: [[ "left" | "right", hash ] …] of SEATED entries
    vacated     [{round, chair, counter}]   whose chair was left and could be filled again
    ballots     [{receipt, seat, side, salt, voided}]   tally {buyer, seller} or null
    no_panel    [round …] in which too few could be seated: nobody was

Before the end most of it is null, and the check answers `NOT PUBLISHED YET`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from disputes import draw, merkle
from disputes.rules import RULES

Document = Mapping[str, Any]

NOT_PUBLISHED = "NOT PUBLISHED YET"


class Fault(Exception):
    """The first thing in a document that does not hold."""


@dataclass(frozen=True)
class Result:
    """What a check found.

    Attributes:
        passed: the names of the checks that hold, in order (V1 …).
        fault: the first that does not, as one line; "" when all hold.
    """

    passed: Sequence[str]
    fault: str = ""

    @property
    def line(self) -> str:
        return self.fault or f"OK {len(self.passed)}/{len(self.passed)}"

    @property
    def exit_code(self) -> int:
        if self.fault == NOT_PUBLISHED:
            return 2
        return 1 if self.fault else 0


def check(document: Document) -> Result:
    """Repeats the whole draw; a document that is cut or misspelt is a mismatch, never an error."""
    if not document.get("published"):
        return Result((), NOT_PUBLISHED)
    passed: list[str] = []
    for name, rule in _checks(document):
        try:
            rule(document)
        except Fault as fault:
            return Result(passed, f"MISMATCH {name} {fault}")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            return Result(passed, f"MISMATCH {name} unreadable: {type(error).__name__}")
        passed.append(name)
    return Result(passed)


def _checks(document: Document) -> Iterator[tuple[str, Callable[[Document], None]]]:
    yield "V1", _commitment
    yield "V2", _nonces
    yield "V3", _evidence
    yield "V4", _seed
    yield "V5", _entries
    yield "V6", _roster
    yield "V7", _chairs
    if document.get("ballots") is not None:
        yield "V8", _ballots


def _bytes(text: str, length: int = 32) -> bytes:
    found = bytes.fromhex(text)
    if len(found) != length or found.hex() != text:
        raise Fault(f"not {length} bytes")
    return found


def _same(what: str, expected: object, got: object) -> None:
    if expected != got:
        shown = [each.hex() if isinstance(each, bytes) else each for each in (expected, got)]
        raise Fault(f"{what} expected={shown[0]} got={shown[1]}")


def _commitment(document: Document) -> None:
    expected = draw.commitment(_bytes(document["server_seed"]))
    _same("commitment", expected, _bytes(document["commitment"]))


def _nonces(document: Document) -> None:
    for side in ("buyer", "seller"):
        expected = draw.nonce(document["words"][side])
        _same(f"nonce_{side}", expected, _bytes(document["nonces"][side]))


def _evidence(document: Document) -> None:
    items = [_bytes(each) for each in document["evidence"]["items"]]
    expected = draw.evidence_root(items)
    _same("evidence_root", expected, _bytes(document["evidence"]["root"]))


def _seed(document: Document) -> None:
    roster, beacon = document["roster"], document["beacon"]
    if beacon["source"] == "none":
        _same("beacon", (0, draw.ZERO.hex()), (beacon["round"], beacon["value"]))
    inputs = draw.Inputs(
        case=UUID(document["case"]),
        roster_root=_bytes(roster["root"]),
        size=roster["size"],
        evidence_root=_bytes(document["evidence"]["root"]),
        round=beacon["round"],
        beacon=_bytes(beacon["value"]),
        nonce_buyer=_bytes(document["nonces"]["buyer"]),
        nonce_seller=_bytes(document["nonces"]["seller"]),
    )
    expected = draw.seed(_bytes(document["server_seed"]), inputs)
    _same("seed", expected, _bytes(document["seed"]))


def _entries(document: Document) -> None:
    """Every counter from 0 on, each with the number that the stream has there."""
    seed, size = _bytes(document["seed"]), document["roster"]["size"]
    seen: set[int] = set()
    for counter, entry in enumerate(document["entries"]):
        _same(f"counter={counter} counter", counter, entry["counter"])
        number = draw.drawn(seed, size, counter).number
        _same(f"counter={counter} number", number, entry["number"])
        _outcome(counter, entry, number, seen)
        if number is not None:
            seen.add(number)


def _outcome(counter: int, entry: Mapping[str, Any], number: int | None, seen: set[int]) -> None:
    outcome, at = entry["outcome"], f"counter={counter}"
    if number is None or number in seen:
        _same(f"{at} outcome", "REJECT" if number is None else "DUP", outcome)
    elif outcome not in {"SEATED", "EXCLUDED"}:
        raise Fault(f"{at} outcome got={outcome}")
    if (outcome == "SEATED") != (entry["chair"] is not None):
        raise Fault(f"{at} chair got={entry['chair']}")
    if outcome == "EXCLUDED":
        if entry["code"] not in EXCLUSIONS:
            raise Fault(f"{at} code got={entry['code']}")
        _bytes(entry["ground_hash"])
    else:
        _same(f"{at} code", "", entry["code"])


EXCLUSIONS = (
    "STALE",
    "PARTY",
    "STAFF",
    "LINKED",
    "TRADED",
    "CONTACT",
    "SAT_PARTY",
    "SAT_CASE",
    "RIVAL",
    "OPEN_CASE",
    "SANCTION",
    "CAP",
    "CLUSTER",
)


def _roster(document: Document) -> None:
    """The roster is the chain's, older than the case, and holds whoever was seated."""
    roster = document["roster"]
    root = _bytes(roster["root"])
    chain = merkle.chain_hash(_bytes(roster["previous"]), roster["version"], roster["size"], root)
    _same("chain_hash", chain, _bytes(roster["chain_hash"]))
    bound = {"filing": document["filed_at"], "seal": document["sealed_at"]}[roster["bound"]]
    if datetime.fromisoformat(roster["built_at"]) >= datetime.fromisoformat(bound):
        raise Fault(f"roster built_at={roster['built_at']} is not before {bound}")
    for entry in document["entries"]:
        if entry["outcome"] != "SEATED":
            continue
        path = [(side, _bytes(each)) for side, each in entry["path"]]
        if any(side not in {"left", "right"} for side, _each in path):
            raise Fault(f"counter={entry['counter']} path")
        found = merkle.climb(entry["number"], _bytes(entry["pseudonym"], 16), path)
        _same(f"counter={entry['counter']} path", root, found)


def _chairs(document: Document) -> None:
    """Each round fills 17 chairs in order; a later seat takes a chair that was left before."""
    panel = RULES[document["rules"]].panel_size
    left = {(row["round"], row["chair"], row["counter"]) for row in document["vacated"]}
    sitting: dict[tuple[int, int], int] = {}
    for entry in document["entries"]:
        if entry["outcome"] != "SEATED":
            continue
        chair = (entry["round"], entry["chair"])
        seated = sum(1 for held in sitting if held[0] == entry["round"])
        before = sitting.get(chair)
        if seated < panel and before is None:
            _same(f"counter={entry['counter']} chair", seated + 1, entry["chair"])
        elif before is None or (*chair, before) not in left:
            raise Fault(f"counter={entry['counter']} chair={entry['chair']} was not vacated")
        sitting[chair] = entry["counter"]
    _panels(document, [held[0] for held in sitting], panel)
    if any(sitting.get((row[0], row[1])) is None for row in left):
        raise Fault("vacated names a chair that nobody had")


def _panels(document: Document, rounds: list[int], panel: int) -> None:
    """A round has 17 chairs, or is said to have had no panel; then nobody voted in it."""
    without = set(document.get("no_panel") or ())
    for round_no in set(rounds) - without:
        _same(f"round={round_no} seats", panel, rounds.count(round_no))
    if without and document["ballots"] is not None:
        raise Fault("ballots without a panel")


def _ballots(document: Document) -> None:
    """Each receipt is that of its ballot, in order; the tally is the count."""
    case, tally = UUID(document["case"]), {"buyer": 0, "seller": 0}
    previous = b""
    for place, row in enumerate(document["ballots"]):
        letter = {"buyer": "B", "seller": "S"}[row["side"]]
        found = draw.receipt(case, UUID(row["seat"]), letter, _bytes(row["salt"]))
        _same(f"ballot={place} receipt", found, _bytes(row["receipt"]))
        if found <= previous:
            raise Fault(f"ballot={place} order")
        previous = found
        if type(row["voided"]) is not bool:
            raise Fault(f"ballot={place} voided")
        tally[row["side"]] += not row["voided"]
    if document["tally"] is not None:
        _same("tally", tally, dict(document["tally"]))
