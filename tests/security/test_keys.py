"""Key rings and envelopes: who holds them, what they open, and changing them while people trade."""

import itertools
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import User
from marketplace.lib import crypto, rings, rotation
from marketplace.lib.rings import KeyUnknown, NoVaultKey, RingMissing
from orders.escrow import vault
from orders.escrow.models import Code
from tests.conftest import refused
from tests.escrow import cards, money

ID = uuid4()
REWRAP = crypto.rewrap


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"


def seal(text: bytes = b"a code", ring: str = "vault") -> bytes:
    return crypto.seal(ring, kind="code", id=ID, plaintext=text)


def keys(*words: str) -> str:
    out = StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


# --- envelopes ------------------------------------------------------------------------------------
def test_what_was_sealed_is_opened_for_the_same_row_only() -> None:
    sealed = seal()

    assert crypto.open_("vault", kind="code", id=ID, sealed=sealed) == b"a code"
    with pytest.raises(crypto.Tampered):
        crypto.open_("vault", kind="code", id=uuid4(), sealed=sealed)
    with pytest.raises(crypto.Tampered):
        crypto.open_("vault", kind="identity", id=ID, sealed=sealed)


def test_sealing_twice_gives_nothing_in_common_but_the_head() -> None:
    one, two = seal(), seal()

    head = len(crypto.prefix(crypto.key_id(one)))
    assert one[:head] == two[:head]
    assert one[head : head + 52] != two[head : head + 52]


@pytest.mark.parametrize("part", ["version", "key id", "data key", "nonce", "text", "tag"])
def test_a_changed_envelope_is_never_opened(part: str) -> None:
    sealed = bytearray(seal())
    head = len(crypto.prefix(crypto.key_id(bytes(sealed))))
    at = {"version": 0, "key id": 4, "data key": head, "nonce": head + 40, "text": head + 52}
    sealed[at.get(part, -1)] ^= 1

    with pytest.raises((crypto.Tampered, KeyUnknown)):
        crypto.open_("vault", kind="code", id=ID, sealed=bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"v1", b"v1\xff", seal.__name__.encode() * 20])
def test_what_is_no_envelope_is_told_as_such(sealed: bytes) -> None:
    with pytest.raises((crypto.Tampered, KeyUnknown)):
        crypto.open_("vault", kind="code", id=ID, sealed=sealed)


def test_the_key_of_another_ring_opens_nothing() -> None:
    sealed = seal(ring="identity")

    with pytest.raises((crypto.Tampered, KeyUnknown)):
        crypto.open_("vault", kind="code", id=ID, sealed=sealed)


# --- rings ----------------------------------------------------------------------------------------
def test_the_embedded_mode_makes_its_rings_itself_for_its_owner_only() -> None:
    seal()

    path = rings.ring_path("vault")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert rings.exposed_rings() == []
    assert rings.missing_rings() == []


def test_eight_processes_that_start_at_once_make_one_ring() -> None:
    def newest(_number: int) -> bytes:
        return rings.ring("file").newest.secret

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(newest, range(8)))

    assert len(found) == 1


def test_production_makes_no_ring_by_itself(settings: Settings) -> None:
    settings.EMBEDDED = False

    with pytest.raises(RingMissing):
        seal()
    assert "vault" in rings.missing_rings()


def test_the_admin_process_has_no_key_for_codes(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = seal()
    settings.ROLE = "admin"

    for attempt in (
        seal,
        lambda: crypto.open_("vault", kind="code", id=ID, sealed=sealed),
        lambda: crypto.fingerprint("fingerprint", b"6011"),
    ):
        with pytest.raises(NoVaultKey):
            attempt()

    assert "the role admin asked for the ring vault" in caplog.text
    assert rings.forbidden_rings() == ["vault"]
    assert crypto.seal("identity", kind="identity", id=ID, plaintext=b"a name")


def test_a_ring_that_others_can_read_is_found() -> None:
    seal()
    rings.ring_path("vault").chmod(0o644)

    assert rings.exposed_rings() == ["vault"]


def test_one_key_in_two_rings_is_found() -> None:
    seal()
    text = rings.ring_path("vault").read_text().replace('"vault"', '"file"')
    rings.ring_path("file").write_text(text)

    assert rings.shared_keys() == ["file", "vault"]


def test_a_key_hides_itself() -> None:
    seal()
    ring = rings.ring("vault")

    assert repr(ring.newest.secret) not in repr(ring)


# --- changing keys --------------------------------------------------------------------------------
@pytest.fixture
def seller(db: None) -> User:
    return money.person("Wang")


def test_a_new_key_seals_what_is_new_and_the_old_one_still_opens(seller: User) -> None:
    old = cards.sealed(seller)
    fresh = rings.add_key("vault")

    new = cards.sealed(seller)

    assert crypto.key_id(new.sealed) == fresh != crypto.key_id(old.sealed)
    assert vault.question(old.pk).secret.expose() == cards.SECRET


def test_rewrapping_changes_the_data_key_alone(seller: User) -> None:
    code = cards.sealed(seller)
    rings.add_key("vault")

    said = keys("rewrap", "vault")

    after = Code.objects.get(pk=code.pk)
    assert "1 rows" in said
    assert crypto.key_id(after.sealed) == rings.ring("vault").newest.id
    assert after.sealed[-40:] == code.sealed[-40:]
    assert vault.question(code.pk).secret.expose() == cards.SECRET


def test_rewrapping_goes_on_where_it_was_stopped(
    seller: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    for _i in range(5):
        cards.sealed(seller)
    rings.add_key("vault")
    calls = itertools.count(1)

    with monkeypatch.context() as patch:
        patch.setattr(
            crypto,
            "rewrap",
            lambda ring, sealed: _stop_at_the_fourth(next(calls), ring, sealed=sealed),
        )
        with pytest.raises(InterruptedError):
            rotation.rewrap("vault")

    assert rotation.rewrap("vault") == 3
    assert rotation.rewrap("vault") == 0


def _stop_at_the_fourth(call: int, ring: str, *, sealed: bytes) -> bytes:
    if call == 4:
        raise InterruptedError
    return REWRAP(ring, sealed=sealed)


def test_a_key_is_retired_only_when_no_row_names_it(seller: User) -> None:
    cards.sealed(seller)
    oldest = rings.ring("vault").newest.id
    keys("add", "vault")

    with pytest.raises(CommandError, match="1 rows still name"):
        keys("retire", "vault")
    keys("rewrap", "vault")
    keys("retire", "vault", oldest)

    assert [key.id for key in rings.ring("vault").keys] == [rings.ring("vault").newest.id]
    assert keys("status").count("vault: ") == 1


@pytest.mark.parametrize("ring", ["vault", "fingerprint"])
def test_the_newest_key_and_fingerprint_keys_are_never_retired(ring: str, db: None) -> None:
    rings.add_key(ring)
    rings.add_key(ring)
    newest, oldest = rings.ring(ring).newest.id, rings.ring(ring).keys[0].id

    with pytest.raises(CommandError):
        keys("retire", ring, oldest if ring == "fingerprint" else newest)


def test_a_card_marked_under_an_old_key_is_still_known(seller: User) -> None:
    cards.sealed(seller, number="6011223344556677")
    rings.add_key("fingerprint")

    with refused("code_already_known"):
        cards.sealed(money.person("Liu"), number="6011 2233 4455 6677")
    assert cards.sealed(seller).fingerprint_key == rings.ring("fingerprint").newest.id


def test_the_secrets_of_second_factors_follow_a_change_of_keys(seller: User) -> None:
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    factor = Authenticator.objects.create(
        user=seller, type=Authenticator.Type.TOTP, data={"secret": sealed, "name": "djE phone"}
    )
    oldest = rings.ring("identity").newest.id
    rings.add_key("identity")

    with pytest.raises(CommandError, match="1 rows still name"):
        keys("retire", "identity", oldest)
    keys("rewrap", "identity")
    keys("retire", "identity", oldest)

    factor.refresh_from_db()
    assert factor.data["name"] == "djE phone"
    assert get_adapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_keys_change_while_eight_clients_seal_and_reveal() -> None:
    stop = threading.Event()
    people = [(money.person("Wang"), money.person("Guo")) for _i in range(8)]
    seal()
    oldest = rings.ring("vault").newest.id

    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(_trade, *pair, stop) for pair in people]
        try:
            _change_keys(oldest)
        finally:
            stop.set()

    assert all(client.result() > 0 for client in clients)
    assert oldest not in {crypto.key_id(code.sealed) for code in Code.objects.all()}


def _trade(seller: User, buyer: User, stop: threading.Event) -> int:
    """Seals, hands over and reveals until told to stop; how many times. Any failure is raised."""
    rounds = 0
    try:
        while not stop.is_set():
            shown = cards.reveal(cards.assigned(seller, buyer), buyer)
            assert shown.secret == cards.SECRET
            rounds += 1
    finally:
        connection.close()
    return rounds


def _change_keys(oldest: str) -> None:
    for _i in range(3):
        rings.add_key("vault")
        _until_nothing_is_left(lambda: rotation.rewrap("vault"))
    _until_nothing_is_left(lambda: rotation.rewrap("vault"))
    while rotation.count("vault", oldest):  # rows that were held at that moment
        rotation.rewrap("vault")
    rotation.retire("vault", oldest)


def _until_nothing_is_left(act: Callable[[], int]) -> None:
    while act():
        pass
