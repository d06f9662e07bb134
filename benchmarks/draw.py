"""A panel of 17 from millions of reviewers: against `ORDER BY random()`, and what a roster costs.

One run, one PostgreSQL with fsync on. The people are written in bulk; rosters, cases and panels go
through the verbs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django

from benchmarks.measuring import report
from benchmarks.measuring.database import sql, timing
from benchmarks.measuring.seating import seated
from marketplace import embedded

REVIEWERS = int(os.environ.get("REVIEWERS", "1000000"))
ROWS = int(os.environ.get("ROWS", "5000000"))  # of the second roster
DRAWS = int(os.environ.get("DRAWS", "200"))
PANELS = int(os.environ.get("PANELS", "60"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
AT_LEAST = {"to_random": 30.0, "to_random_big": 100.0}
AT_MOST = {
    "growth": 1.3,
    "look_up_and_insert_ms": 10.0,
    "draw_p95_ms": 100.0,
    "path_ms": 20.0,
    "roster_s": 60.0,
    "roster_mb": 600.0,
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fairhand-bench-") as folder:
        os.environ["FAIRHAND_LOCAL"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
        os.environ.pop("DATABASE_URL", None)
        with embedded.servers():
            report.say({**report.machine(), "reviewers": REVIEWERS, "rows": ROWS})
            judge(measure())


def measure() -> dict[str, float]:
    prepare()
    found = built()
    add_rows()
    found |= look_ups()
    return found | panels() | paths()


def judge(found: dict[str, float]) -> None:
    missed = [name for name, least in AT_LEAST.items() if found[name] < least]
    missed += [name for name, most in AT_MOST.items() if found[name] > most]
    bounds = {name: f"≥ {least}" for name, least in AT_LEAST.items()}
    bounds |= {name: f"≤ {most}" for name, most in AT_MOST.items()}
    words = " ".join(f"{name}={found[name]:.2f} ({bound})" for name, bound in bounds.items())
    print(f"ratio: {words}")
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


def prepare() -> None:
    """Tables, and a million people who can be drawn."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - Django first needs its settings

    from tests.disputes import world  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    without_limits()
    world.reviewers(REVIEWERS)
    sql("ANALYZE")


def without_limits() -> None:
    sql("SET statement_timeout = 0")
    sql("SET idle_in_transaction_session_timeout = 0")


# --- The roster -----------------------------------------------------------------------------------
def built() -> dict[str, float]:
    """Building it, in a process of its own, so that its memory is its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.draw", "roster"], check=True, capture_output=True
    )
    figures: dict[str, float] = json.loads(ran.stdout)
    report.say({"cell": "roster", "people": REVIEWERS, **figures})
    return {"roster_s": figures["seconds"], "roster_mb": figures["mb"]}


def build() -> None:
    django.setup()
    from disputes import roster  # noqa: PLC0415
    from marketplace.lib import clock  # noqa: PLC0415

    started = time.perf_counter()
    made = roster.build_roster(at=clock.now())
    seconds = round(time.perf_counter() - started, 1)
    if made is None or made.size != REVIEWERS:
        raise RuntimeError(f"a roster of {made and made.size}")
    status = Path("/proc/self/status").read_text()  # the peak that rusage names is the parent's
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    cpu = round(time.process_time(), 1)
    print(json.dumps({"seconds": seconds, "client_cpu": cpu, "mb": round(peak)}))


def add_rows() -> None:
    """A second roster, five times as long, dated so that no case is drawn from it. Its people are
    names alone: only looking them up is measured, not whether they may sit."""
    sql("SET session_replication_role = replica")
    sql(
        """
        INSERT INTO disputes_roster (id, version, built_at, size, root, chain_hash, chunk_hashes,
               pseudonym_key, rules_version)
        SELECT gen_random_uuid(), 2, built_at + interval '9 years', %s, root, chain_hash, '',
               pseudonym_key, rules_version
          FROM disputes_roster WHERE version = 1
        """,
        [ROWS],
    )
    sql(
        """
        INSERT INTO disputes_rosterseat (version, number, juror_id, pseudonym)
        SELECT 2, n, gen_random_uuid(), decode(md5(n::text), 'hex')
          FROM generate_series(0, %s - 1) n
        """,
        [ROWS],
    )
    sql("SET session_replication_role = DEFAULT")
    sql("VACUUM ANALYZE disputes_rosterseat")


# --- Looking up and seating -----------------------------------------------------------------------
def look_ups() -> dict[str, float]:
    """The peer and ours in turn, over both rosters; exclusions are not counted here."""
    rounds: dict[str, list[float]] = {}
    for _round in range(ROUNDS):
        for version, size in ((1, REVIEWERS), (2, ROWS)):
            rounds.setdefault(f"random {version}", []).append(at_random(version))
            ours = [seated(version, size) for _each in range(max(DRAWS // ROUNDS, 1))]
            rounds.setdefault(f"fairhand {version}", []).append(median(ours))
    for name, figures in rounds.items():
        size = REVIEWERS if name.endswith("1") else ROWS
        report.cell(f"{name[:-2]}: 17 of {size:,}", figures, unit="ms of database time")
    middle = {name: median(figures) for name, figures in rounds.items()}
    return {
        "to_random": middle["random 1"] / middle["fairhand 1"],
        "to_random_big": middle["random 2"] / middle["fairhand 2"],
        "growth": middle["fairhand 2"] / middle["fairhand 1"],
        "look_up_and_insert_ms": max(middle["fairhand 1"], middle["fairhand 2"]),
    }


def at_random(version: int) -> float:
    with timing() as timed:
        sql(
            "SELECT juror_id FROM disputes_rosterseat WHERE version = %s"
            " ORDER BY random() LIMIT 17",
            [version],
        )
    return sum(timed.spent)


# --- Whole panels ---------------------------------------------------------------------------------
def panels() -> dict[str, float]:
    """`seat_panel` with every exclusion, entry, seat and invitation, and its commit."""
    from disputes.actions import drawing, panel  # noqa: PLC0415
    from tests.disputes import panels as made  # noqa: PLC0415
    from tests.disputes import world  # noqa: PLC0415
    from tests.orders.world import skip  # noqa: PLC0415

    cases = [world.answered(world.filed()) for _each in range(PANELS)]
    skip(hours=72)
    took, database = [], []
    for case in cases:
        drawing.begin_draw(made.copied(case).pk)
        started = time.perf_counter()
        with timing() as timed:
            ended = panel.seat_panel(case.pk)
        took.append(1000 * (time.perf_counter() - started))
        database.append(sum(timed.spent))
        if ended.state != "VOTING":
            raise RuntimeError(f"no panel: {ended.state}")
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95)]
    report.cell(
        "a whole panel", took, unit="ms", p95=round(p95, 1), database=round(median(database), 1)
    )
    return {"draw_p95_ms": p95}


def paths() -> dict[str, float]:
    from disputes import roster  # noqa: PLC0415
    from disputes.models import Roster  # noqa: PLC0415

    found = Roster.objects.get(version=1)
    took = []
    for place in range(DRAWS):
        started = time.perf_counter()
        roster.path_of(found, place * found.size // DRAWS)
        took.append(1000 * (time.perf_counter() - started))
    return {"path_ms": report.cell("a path", [median(took)], unit="ms", worst=round(max(took), 1))}


if __name__ == "__main__":
    build() if sys.argv[1:] == ["roster"] else main()
