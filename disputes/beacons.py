"""Public randomness that nobody here can choose; without one the seed has no such part."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from disputes.draw import ZERO

NONE = "none"
# The round is the first one at or after this time after the seal: nobody knew it at the seal.
AFTER_THE_SEAL = timedelta(seconds=60)


class NoRound(Exception):
    """The beacon did not answer, or that round has not come yet."""


class Beacon(Protocol):
    """A source of public randomness. It is asked with no lock held."""

    name: str

    def round_after(self, moment: datetime) -> tuple[int, bytes]:
        """The first round at or after `moment`, and its 32 bytes.

        Raises:
            NoRound: not now.
        """
        ...


class NoBeacon:
    """Round 0 and 32 zero bytes: neither side alone can steer the seed, but both together could."""

    name = NONE

    def round_after(self, moment: datetime) -> tuple[int, bytes]:  # noqa: ARG002 - the protocol's
        return 0, ZERO


BEACONS: dict[str, Beacon] = {NONE: NoBeacon()}


def beacon(adapters: Mapping[str, Beacon] = BEACONS) -> Beacon:
    """The beacon that this site uses (`COURT_BEACON`)."""
    return adapters[settings.COURT_BEACON]
