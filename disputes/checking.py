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
    ballots     [{receipt, seat, side, salt, voided}]   tally {buyer, seller}; both null
                where ballots were never opened
    outcomes    {outcome or code: how many entries}, also of a round that is still running
    entries_hash   `draw.entries_hash` of the entries; the verdict, which both sides have, says it
    no_panel    [round …] in which too few could be seated: nobody was

Before the end most of it is null, and the check answers `NOT PUBLISHED YET`.

One changed byte is a mismatch, except where nothing public could contradict it: a time that still
fits the others, and the name of a beacon (its round and value are in the seed).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from disputes import draw, merkle
from disputes.faults import Fault, read_bytes, read_id, read_moment, same
from disputes.rules import RULES

Document = Mapping[str, Any]
Entry = Mapping[str, Any]
Chair = tuple[int, int, int]  # round, chair, and the counter that took it

NOT_PUBLISHED = "NOT PUBLISHED YET"


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
    if document.get("published") is not True:
        return Result((), NOT_PUBLISHED)
    passed: list[str] = []
    for name, rule in _checks(document):
        try:
            rule(document)
        except Fault as fault:
            return Result(passed, f"MISMATCH {name} {fault}")
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
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
    if (document.get("ballots"), document.get("tally")) != (None, None):
        yield "V8", _ballots


def _commitment(document: Document) -> None:
    expected = draw.commitment(read_bytes(document["server_seed"]))
    same("commitment", expected, read_bytes(document["commitment"]))


def _nonces(document: Document) -> None:
    for side in ("buyer", "seller"):
        words = document["words"][side]
        expected = draw.nonce(words)
        same(f"words_{side}", str(words), words)
        same(f"nonce_{side}", expected, read_bytes(document["nonces"][side]))


def _evidence(document: Document) -> None:
    items = [read_bytes(each) for each in document["evidence"]["items"]]
    expected = draw.evidence_root(items)
    same("evidence_root", expected, read_bytes(document["evidence"]["root"]))


def _seed(document: Document) -> None:
    roster, beacon = document["roster"], document["beacon"]
    is_nothing = repr((beacon["round"], beacon["value"])) == repr((0, draw.ZERO.hex()))
    if is_nothing != (beacon["source"] == "none"):
        raise Fault(f"beacon source={beacon['source']} round={beacon['round']}")
    inputs = draw.Inputs(
        case=read_id(document["case"]),
        roster_root=read_bytes(roster["root"]),
        size=roster["size"],
        evidence_root=read_bytes(document["evidence"]["root"]),
        round=beacon["round"],
        beacon=read_bytes(beacon["value"]),
        nonce_buyer=read_bytes(document["nonces"]["buyer"]),
        nonce_seller=read_bytes(document["nonces"]["seller"]),
    )
    expected = draw.seed(read_bytes(document["server_seed"]), inputs)
    same("seed", expected, read_bytes(document["seed"]))


def _entries(document: Document) -> None:
    """Every counter from 0 on, each with the number that the stream has there."""
    seed, size = read_bytes(document["seed"]), document["roster"]["size"]
    seen: set[int] = set()
    for counter, entry in enumerate(document["entries"]):
        same(f"counter={counter} counter", counter, entry["counter"])
        number = draw.drawn(seed, size, counter).number
        same(f"counter={counter} number", number, entry["number"])
        _outcome(counter, entry, number, seen)
        if number is not None:
            seen.add(number)
    whole = draw.entries_hash(document["entries"])
    same("entries_hash", whole, read_bytes(document["entries_hash"]))
    _counts(document)


def _counts(document: Document) -> None:
    """A round that is still running is counted, but not shown; once ballots are open none is."""
    told = document["outcomes"]
    found = Counter(entry["code"] or entry["outcome"] for entry in document["entries"])
    is_over = document["ballots"] is not None
    for name in sorted({*found, *told}):
        if is_over or found[name] > told.get(name, 0):
            same(f"outcomes {name}", found[name], told.get(name, 0))


def _outcome(counter: int, entry: Entry, number: int | None, seen: set[int]) -> None:
    outcome, at = entry["outcome"], f"counter={counter}"
    if number is None or number in seen:
        same(f"{at} outcome", "REJECT" if number is None else "DUP", outcome)
    elif outcome not in {"SEATED", "EXCLUDED"}:
        raise Fault(f"{at} outcome got={outcome}")
    for name in ("chair", "pseudonym", "path"):
        if (outcome == "SEATED") != (entry[name] is not None):
            raise Fault(f"{at} {name} got={entry[name]}")
    if outcome != "EXCLUDED":
        same(f"{at} code and ground_hash", ("", None), (entry["code"], entry["ground_hash"]))
        return
    if entry["code"] not in EXCLUSIONS:
        raise Fault(f"{at} code got={entry['code']}")
    read_bytes(entry["ground_hash"])


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
    root = read_bytes(roster["root"])
    chain = merkle.chain_hash(
        read_bytes(roster["previous"]), roster["version"], roster["size"], root
    )
    same("chain_hash", chain, read_bytes(roster["chain_hash"]))
    filed_at, sealed_at = read_moment(document["filed_at"]), read_moment(document["sealed_at"])
    if sealed_at - filed_at < timedelta(hours=RULES[document["rules"]].evidence_hours):
        raise Fault(f"sealed_at={document['sealed_at']} is too early")
    bound = {"filing": filed_at, "seal": sealed_at}[roster["bound"]]
    if read_moment(roster["built_at"]) >= bound:
        raise Fault(f"roster built_at={roster['built_at']} is not before {bound.isoformat()}")
    for entry in document["entries"]:
        if entry["outcome"] != "SEATED":
            continue
        path = [(side, read_bytes(each)) for side, each in entry["path"]]
        if any(side not in {"left", "right"} for side, _each in path):
            raise Fault(f"counter={entry['counter']} path")
        found = merkle.climb(entry["number"], read_bytes(entry["pseudonym"], 16), path)
        same(f"counter={entry['counter']} path", root, found)


def _chairs(document: Document) -> None:
    """Each round fills 17 chairs in order; a later seat takes a chair that was left before."""
    panel = RULES[document["rules"]].panel_size
    left = [(row["round"], row["chair"], row["counter"]) for row in document["vacated"]]
    entries: Sequence[Entry] = document["entries"]
    seats = [
        (row["round"], row["chair"], row["counter"]) for row in entries if row["chair"] is not None
    ]
    for row in left:
        if left.count(row) > 1 or repr(row) not in map(repr, seats):
            raise Fault(f"vacated round={row[0]} chair={row[1]} counter={row[2]} was not taken")
    rounds = [(no, list(rows)) for no, rows in groupby(entries, itemgetter("round"))]
    for place, (no, rows) in enumerate(rounds, start=1):
        same(f"counter={rows[0]['counter']} round", place, no)
    _panels(document, {no: _seated(rows, left, panel) for no, rows in rounds}, panel)


def _seated(entries: Sequence[Entry], left: Sequence[Chair], panel: int) -> int:
    """How many chairs of one round were taken. Nobody is drawn while none is free."""
    sitting: dict[int, int] = {}
    for entry in entries:
        at, chair = f"counter={entry['counter']}", entry["chair"]
        free = [
            each
            for each in range(1, panel + 1)
            if each not in sitting or (entry["round"], each, sitting[each]) in left
        ]
        if chair is None and not free:
            raise Fault(f"{at} was drawn with no chair free")
        if chair is not None and len(sitting) < panel:
            same(f"{at} chair", len(sitting) + 1, chair)
        elif chair is not None and chair not in free:
            raise Fault(f"{at} chair={chair} was not vacated")
        if chair is not None:
            sitting[chair] = entry["counter"]
    return len(sitting)


def _panels(document: Document, taken: Mapping[int, int], panel: int) -> None:
    """A round has 17 chairs, or is said to have had no panel; then nobody voted in it."""
    without: Sequence[int] = document["no_panel"]
    for round_no, chairs in taken.items():
        if round_no not in without:
            same(f"round={round_no} seats", panel, chairs)
        elif chairs >= panel:
            raise Fault(f"no_panel names round {round_no}, which had one")
    if document["ballots"] is not None and (without or not taken):
        raise Fault("ballots without a panel")


def _ballots(document: Document) -> None:
    """Each receipt is that of its ballot, in order, one a seat; the tally is the count."""
    if document["ballots"] is None:
        raise Fault("tally without ballots")
    case, tally, seats = read_id(document["case"]), {"buyer": 0, "seller": 0}, set()
    previous = b""
    for place, row in enumerate(document["ballots"]):
        letter = {"buyer": "B", "seller": "S"}[row["side"]]
        found = draw.receipt(case, read_id(row["seat"]), letter, read_bytes(row["salt"]))
        same(f"ballot={place} receipt", found, read_bytes(row["receipt"]))
        if found <= previous or row["seat"] in seats or type(row["voided"]) is not bool:
            raise Fault(f"ballot={place} order, seat or voided")
        previous = found
        seats.add(row["seat"])
        tally[row["side"]] += not row["voided"]
    for side, votes in tally.items():
        same(f"tally {side}", votes, document["tally"][side])
    if max(tally.values()) > RULES[document["rules"]].votes_to_win:
        raise Fault("tally goes on after the vote that won")
