"""The market that the walkers of this folder go through."""

import pytest

from tests.security.world import World, build


@pytest.fixture
def world(market: str) -> World:
    return build()
