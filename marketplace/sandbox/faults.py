"""What goes wrong in the sandbox: drawn from SANDBOX_FAULTS, the same again for the same seed.

`SANDBOX_FAULTS="seed=42,drop_reply=.1,thrice=.2"`: each name is the share of calls (for a fault of
a command) or of payments (for a way of delivering) that it strikes.
"""

import random
from collections.abc import Mapping, Sequence

from django.conf import settings

# How the provider mistreats a call.
OF_CALLS = ("drop_reply", "refuse", "refuse_final", "slow", "double")
# How it tells of what happened.
OF_MESSAGES = ("thrice", "reversed", "delayed", "lost", "forged", "stale", "other_merchant")


def mix() -> tuple[str, Mapping[str, float]]:
    """The seed and the shares that the setting names; ValueError when it can't be read."""
    pairs = dict(part.split("=", 1) for part in settings.SANDBOX_FAULTS.split(",") if part.strip())
    named = {name.strip(): value for name, value in pairs.items()}
    seed = named.pop("seed", "0")
    if unknown := named.keys() - {*OF_CALLS, *OF_MESSAGES}:
        raise ValueError(f"SANDBOX_FAULTS: unknown {', '.join(sorted(unknown))}")
    return seed, {name: float(share) for name, share in named.items()}


def draw(names: Sequence[str], *about: object) -> str:
    """One of `names`, or "" for all going well; decided by the seed and `about` alone."""
    seed, shares = mix()
    words = ":".join([seed, *map(str, about)])
    point = random.Random(words).random()  # noqa: S311 - play, and to be repeatable
    for name in names:
        point -= shares.get(name, 0.0)
        if point < 0:
            return name
    return ""
