"""A world that is put back is the one that was made, with what the migrations put beside it."""

import pytest

from accounts.models import User
from accounts.roles import Role, roles_of
from tests.disputes import desk
from tests.emptying import full_tables
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)


@remembered
def world() -> User:
    return desk.member("agent")


@pytest.mark.parametrize("_time", ["made", "put back"])
def test_who_is_at_the_desk_has_a_role_there(_time: str):
    assert roles_of(world()) == {Role.AGENT}


def test_nothing_of_a_world_is_there_before_it_is_put_back():
    assert full_tables() == []
