"""The finished people of the sandbox come in crowds, and every document is somebody's alone."""

from accounts.identity.checks import well_formed
from marketplace.sandbox.people import passport


def test_every_place_of_a_sandbox_passport_varies_but_the_last():
    numbers = [passport() for _person in range(200)]

    assert all(well_formed("passport", number) for number in numbers)
    assert {number[-1] for number in numbers} == {"1"}
    assert [len(set(place)) > 1 for place in zip(*numbers, strict=True)] == [True] * 8 + [False]
