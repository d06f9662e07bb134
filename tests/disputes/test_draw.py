"""The draw's published vectors, byte for byte, and that its numbers are even."""

import hashlib
import itertools
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import draw, merkle


def h(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


SERVER_SEED = bytes(range(32))
INPUTS = draw.Inputs(
    case=UUID(int=1),
    roster_root=h("roster"),
    size=1_000_000,
    evidence_root=h("evidence"),
    round=1234567,
    beacon=h("beacon"),
    nonce_buyer=draw.nonce("buyer"),
    nonce_seller=draw.nonce("seller"),
)
SEED = bytes.fromhex("eb227cf2a0c82d1e99c910c86d67b19443e0f633c6b032dc703dcd94b1a559be")


def numbers(seed: bytes, size: int, count: int) -> list[int | None]:
    return [each.number for each in itertools.islice(draw.stream(seed, size), count)]


@pytest.mark.scenario("A07")
def test_the_commitment_is_the_hash_of_the_servers_seed():
    assert (
        draw.commitment(SERVER_SEED).hex()
        == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    )


@pytest.mark.scenario("A07")
def test_words_of_both_sides_become_nonces():
    assert INPUTS.nonce_buyer.hex() == (
        "6dbd0f28d0d97656768b7b4ed96255e67fd11740a44b1c4b575191b06e9e3a35"
    )
    assert INPUTS.nonce_seller.hex() == (
        "a4279eae47aaa7417da62434795a011ccb0ec870f7f56646d181b5500a892a9a"
    )


@pytest.mark.scenario("A07")
def test_the_seed_is_made_of_212_bytes():
    assert len(draw.message(INPUTS)) == 212
    assert draw.seed(SERVER_SEED, INPUTS) == SEED


@pytest.mark.scenario("A07")
def test_the_stream_of_the_vector():
    expected = (
        "724674 871668 173281 149780 647427 430779 227855 208005 785349 901595 437141 753230 "
        "292082 15768 58189 240860 139788 150391 810772 846952 528940 877995 623624 767378"
    )

    assert draw.drawn(SEED, 1_000_000, 0).x == 549154135615724674
    assert numbers(SEED, 1_000_000, 24) == [int(each) for each in expected.split()]


@pytest.mark.scenario("A07")
def test_a_number_met_before_is_a_duplicate_of_a_hundred():
    found = numbers(SEED, 100, 18)

    assert found[13] == found[1] == 68
    assert len(set(found[:17])) == 16
    assert found[17] == 91


@pytest.mark.scenario("A07")
def test_values_that_would_favour_low_numbers_are_rejected():
    found = numbers(SEED, 2**63 + 1, 12)

    assert [counter for counter, number in enumerate(found) if number is None] == [4, 6, 7, 8, 11]
    assert found[5] == 5819714074718430779


@pytest.mark.scenario("A07")
def test_without_beacon_and_words_everything_is_zero():
    bare = draw.Inputs(
        case=UUID(int=1),
        roster_root=h("roster"),
        size=1_000_000,
        evidence_root=h("evidence"),
        round=0,
        beacon=draw.ZERO,
        nonce_buyer=draw.nonce(""),
        nonce_seller=draw.nonce(""),
    )

    seed = draw.seed(SERVER_SEED, bare)

    assert seed.hex() == "a45c0d2972352cfb78aaa703656bf42d2fbba965635eda8f2159e8cb678b887d"
    assert numbers(seed, 1_000_000, 5) == [151574, 718911, 16661, 256151, 179207]


@pytest.mark.scenario("A07")
def test_the_evidence_root_of_three_items():
    items = [
        draw.item_hash("B", "F", draw.content_hash(b"photo")),
        draw.item_hash("S", "T", draw.content_hash("I packed it well.")),
        draw.item_hash("P", "R", draw.content_hash(b"{}")),
    ]

    assert draw.evidence_root(items) == draw.evidence_root(reversed(items))
    assert draw.evidence_root(items).hex() == (
        "dabc1ffa65c67c457cf9f5161455a37977759486944c6169bea3a58c178ae41d"
    )


@pytest.mark.scenario("A07")
def test_the_receipt_of_a_vote():
    found = draw.receipt(UUID(int=1), UUID(int=2), "B", h("salt"))

    assert found.hex() == "0c7abc1328a6531160846bed86fc17fe8a3df6f6487f153beff6dcd4614a4122"


# --- The roster -----------------------------------------------------------------------------------
KEY = bytes(range(32))
RANKED = merkle.ranked(KEY, [UUID(int=number) for number in range(1, 6)])
PSEUDONYMS = [each for each, _person in RANKED]
LEAVES = [merkle.leaf(number, each) for number, each in enumerate(PSEUDONYMS)]


@pytest.mark.scenario("A07")
def test_numbers_are_the_ranks_of_pseudonyms():
    assert [person.int for _each, person in RANKED] == [2, 4, 5, 3, 1]
    assert PSEUDONYMS[0].hex() == "39c24d12dfc064ad959764bf6c356945"


@pytest.mark.scenario("A07")
def test_the_tree_of_five():
    assert LEAVES[0].hex() == "b7821492bfbdce0a9713dd43df0eade51ff8b2512821c6fca55816f3e58001ce"
    assert merkle.root_of(LEAVES).hex() == (
        "8f3fefa648ac6cf4caaa737d5fa2c575ac64eb4cd8feddfe2dd347f6a2d67a56"
    )


@pytest.mark.scenario("A07")
def test_the_last_of_five_needs_one_step():
    siblings = merkle.path(4, LEAVES, merkle.chunk_hashes(PSEUDONYMS))

    assert [(side, each.hex()) for side, each in siblings] == [
        ("left", "d10f1ce5512bf21d640740a4e7df8d47e34b5e7e8bdb3a98a1277d3e61f7172b")
    ]


@pytest.mark.scenario("A07")
def test_the_chain_of_the_first_roster():
    root = merkle.root_of(LEAVES)

    assert merkle.chain_hash(merkle.NO_ROSTER, 1, 5, root).hex() == (
        "589c5b51bf913ff51ffb230539eb81183559255f5885bc0c9eacddc092da12ba"
    )


@given(size=st.integers(1, 3_000), place=st.integers(0, 2_999))
def test_every_number_has_a_path_to_the_root(size: int, place: int):
    number = place % size
    pseudonyms = [draw.sha256(draw.eight(each))[:16] for each in range(size)]
    chunks = merkle.chunk_hashes(pseudonyms)
    first = number // merkle.CHUNK * merkle.CHUNK
    mine = pseudonyms[first : first + merkle.CHUNK]
    leaves = [merkle.leaf(first + each, name) for each, name in enumerate(mine)]

    siblings = merkle.path(number, leaves, chunks)

    assert merkle.climb(number, pseudonyms[number], siblings) == merkle.root_of(chunks)


def test_an_empty_roster_has_no_root():
    with pytest.raises(ValueError, match="empty"):
        merkle.root_of([])


@pytest.mark.scenario("A38")
def test_a38_forty_thousand_draws_of_17_are_even():
    """Chi squared with 99 degrees of freedom stays under its 99.9 % point (148.2)."""
    seen = [0] * 100
    for panel in range(40_000):
        seed = draw.sha256(b"panel", draw.eight(panel))
        chosen: set[int] = set()
        for each in draw.stream(seed, 100):
            if each.number is not None:
                chosen.add(each.number)
            if len(chosen) == 17:
                break
        for number in chosen:
            seen[number] += 1

    expected = sum(seen) / 100
    # Without replacement the variance of a count is smaller by (100 - 17) / 99.
    chi = sum((count - expected) ** 2 / expected for count in seen) * 99 / 83

    assert chi < 148.2
