"""Key rings: the files that hold our keys, who may hold which, how one is made and read.

A ring is `<settings.KEYS>/<name>.json`, mode 0600: `{"ring": name, "keys": [{"id", "key"}, …]}`,
oldest key first; the last one is used for whatever is new. Keys are 32 random bytes, base64.
"""

import base64
import contextlib
import fcntl
import functools
import json
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32

# Which processes hold which ring (FAIRHAND_ROLE; `all` holds every one). A stolen admin session
# finds no key in its process with which a code could be read.
HOLDERS: Mapping[str, frozenset[str]] = {
    "vault": frozenset({"web", "worker"}),
    "fingerprint": frozenset({"web", "worker"}),
    "identity": frozenset({"web", "worker", "admin"}),
    "identity_index": frozenset({"web", "worker", "admin"}),
    "file": frozenset({"web", "worker", "admin"}),  # staff read originals, each read logged
    "court": frozenset({"web", "worker"}),  # ballots, seeds: staff can open none of them
    "link": frozenset({"web"}),
}
# These only compare or sign; a key of theirs is never taken away while its values are kept.
ADD_ONLY = frozenset({"fingerprint", "identity_index", "link"})

logger = logging.getLogger(__name__)


class KeyTrouble(Exception):
    """A key can't be had. Our fault or a deployment's; never caused by what a person typed."""


class NoVaultKey(KeyTrouble):
    """This process has no business with that ring (`FAIRHAND_ROLE=admin` and card codes)."""


class RingMissing(KeyTrouble):
    """The ring's file is not there, and only the embedded mode may make one by itself."""


class KeyUnknown(KeyTrouble):
    """The ring has no key of that id: another ring's envelope, or a key retired too early."""


@dataclass(frozen=True, repr=False)
class Key:
    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id})"


@dataclass(frozen=True)
class Ring:
    """The keys of one ring, oldest first; never empty."""

    name: str
    keys: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        return self.keys[-1]

    def key(self, key_id: str) -> Key:
        """Raises `KeyUnknown`."""
        for key in self.keys:
            if key.id == key_id:
                return key
        raise KeyUnknown(f"the ring {self.name} has no key {key_id!r}")


def ring(name: str) -> Ring:
    """The ring as its file is now: a key added by `manage.py keys add` counts at once.

    Raises:
        NoVaultKey: this process must not hold it.
        RingMissing: there is no such file (outside the embedded mode).
    """
    if not _may_hold(name):
        logger.error("the role %s asked for the ring %s", settings.ROLE, name)
        raise NoVaultKey(f"the role {settings.ROLE} holds no key of the ring {name}")
    path = ring_path(name)
    try:
        stamp = path.stat()
    except FileNotFoundError:
        if not settings.EMBEDDED:
            raise RingMissing(f"there is no key ring {path}") from None
        add_key(name, only_if_missing=True)
        stamp = path.stat()
    return _read(name, path, stamp.st_mtime_ns, stamp.st_ino)


def ring_path(name: str) -> Path:
    return Path(settings.KEYS) / f"{name}.json"


def _may_hold(name: str) -> bool:
    return settings.ROLE == "all" or settings.ROLE in HOLDERS[name]


@functools.lru_cache(maxsize=64)
def _read(name: str, path: Path, _changed: int, _inode: int) -> Ring:
    """Read once for each version of the file; it is always replaced whole, never written into."""
    content = json.loads(path.read_text())
    if content["ring"] != name:
        raise KeyTrouble(f"{path} is the ring {content['ring']}")
    keys = (Key(row["id"], base64.b64decode(row["key"])) for row in content["keys"])
    return Ring(name, tuple(keys))


# --- changing a ring ------------------------------------------------------------------------------
def add_key(name: str, *, only_if_missing: bool = False) -> str:
    """Puts a fresh key at the end of the ring, making its file when there is none; its new id.

    Safe beside other processes: one writer at a time, and readers see the old file or the new one.
    """
    with _writing(name) as path:
        keys = _rows(path)
        if keys and only_if_missing:
            return str(keys[-1]["id"])
        key_id = _next_id([row["id"] for row in keys])
        fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        _replace(path, name, [*keys, {"id": key_id, "key": fresh}])
    return key_id


def remove_key(name: str, key_id: str) -> None:
    """Takes a key out of the ring for ever; whatever names it can never be read again.

    Raises:
        KeyTrouble: it is the newest key, or the ring is add-only.
        KeyUnknown: the ring has no such key.
    """
    with _writing(name) as path:
        keys = _rows(path)
        if key_id not in {row["id"] for row in keys}:
            raise KeyUnknown(f"the ring {name} has no key {key_id!r}")
        if name in ADD_ONLY:
            raise KeyTrouble(f"keys of the ring {name} are kept as long as its values")
        if keys[-1]["id"] == key_id:
            raise KeyTrouble(f"{key_id} is the newest key of {name}: add another one first")
        _replace(path, name, [row for row in keys if row["id"] != key_id])


@contextlib.contextmanager
def _writing(name: str) -> Iterator[Path]:
    """One process at a time writes the ring."""
    path = ring_path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def _rows(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(path.read_text())["keys"] if path.exists() else []
    return rows


def _replace(path: Path, name: str, keys: list[dict[str, str]]) -> None:
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "w") as file:
        json.dump({"ring": name, "keys": keys}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(fresh).replace(path)


def _next_id(taken: list[str]) -> str:
    """`k2026a`, `k2026b`, …, `k2026z`, `k2026aa`: the year is for people."""
    stem = f"k{time.gmtime().tm_year}"
    for number in range(len(taken) + 1):
        letters = chr(ord("a") + number % 26) * (number // 26 + 1)
        if f"{stem}{letters}" not in taken:
            return f"{stem}{letters}"
    raise AssertionError("one more id than keys is always free")


# --- what a deployment is checked for -------------------------------------------------------------
def missing_rings() -> list[str]:
    """The rings that this process needs and that have no file; always none in the embedded mode."""
    if settings.EMBEDDED:
        return []
    return [name for name in HOLDERS if _may_hold(name) and not ring_path(name).exists()]


def forbidden_rings() -> list[str]:
    """The rings that this process can read although its role must not."""
    return [name for name in HOLDERS if not _may_hold(name) and ring_path(name).exists()]


def exposed_rings() -> list[str]:
    """The rings whose file somebody other than its owner may read or write."""
    return [
        name
        for name in HOLDERS
        if ring_path(name).exists() and ring_path(name).stat().st_mode & 0o077
    ]


def shared_keys() -> list[str]:
    """The rings that hold a key which another ring of this process holds too."""
    seen: dict[bytes, str] = {}
    twice: set[str] = set()
    for name in HOLDERS:
        if _may_hold(name) and ring_path(name).exists():
            for key in ring(name).keys:
                if seen.setdefault(key.secret, name) != name:
                    twice |= {name, seen[key.secret]}
    return sorted(twice)
