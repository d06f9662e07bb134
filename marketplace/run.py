"""`make run`: the whole site on one machine with one command, until Ctrl-C.

Servers, tables and demo data first; then the processes of the Procfile, as anywhere else.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path
from textwrap import indent

import django
from django.apps import apps
from django.core.management import call_command, get_commands
from django.db import connections
from honcho.environ import parse_procfile
from honcho.manager import Manager

from marketplace import embedded

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 8000
START_SECONDS = 60
SIGN_INS = embedded.local_folder() / "demo-sign-ins.txt"


def main() -> int:
    _stop_by_keys()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    port = free_port(int(os.environ.get("PORT", FIRST_PORT)))
    os.environ["PORT"] = str(port)
    # Celery warns whoever runs as root; here PostgreSQL, which matters most, does not.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    try:
        with embedded.servers():
            prepare()
            code = serve(f"http://127.0.0.1:{port}")
    except KeyboardInterrupt:
        code = 130
    print("\nFairhand has stopped.", flush=True)
    return code


def _stop_by_keys() -> None:
    """Ctrl-C also where a script started us beside itself, which would have it ignored."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def free_port(wanted: int) -> int:
    """`wanted`, or the next port that nobody listens on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit(f"No free port from {wanted} on; set PORT.")


def prepare() -> None:
    """Tables and, in an empty sandbox, the demo data. A start that finds both takes seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    if "seed_demo" in get_commands() and not apps.get_model("accounts.User").objects.exists():
        print("First start: making the demo people, listings and orders …", flush=True)
        sign_ins = StringIO()
        call_command("seed_demo", stdout=sign_ins)
        SIGN_INS.write_text(sign_ins.getvalue())
    connections.close_all()  # the processes that follow open their own


def serve(address: str) -> int:
    """Runs the Procfile until one process ends or somebody presses Ctrl-C."""
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, f"exec {command}", cwd=str(ROOT))
    threading.Thread(target=_greet, args=(address,), daemon=True).start()
    manager.loop()
    _stop_by_keys()
    return 0 if manager.returncode in {130, 143} else int(manager.returncode or 0)


def _greet(address: str) -> None:
    """Tells the address once the site really answers there."""
    for _ in range(START_SECONDS * 5):
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/health/", timeout=30)  # noqa: S310 - our own address
            print(f"\n  Fairhand is ready: {address}\n\n{_sign_ins()}", flush=True)
            return
        time.sleep(0.2)


def _sign_ins() -> str:
    """What the demo said about whom to be, also at the second start."""
    if SIGN_INS.exists():
        return indent(SIGN_INS.read_text(), "  ")
    return "  Sign up with any address: its mails land in /sandbox/mail/\n"


if __name__ == "__main__":
    raise SystemExit(main())
