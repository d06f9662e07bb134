"""The reporter's general findings: uneven standards, and nobody could read how others fared."""

import pytest

from disputes.actions import deciding, issuing
from disputes.models import Verdict
from tests.disputes import desk as at
from tests.disputes import world
from tests.doors import Doors

pytestmark = pytest.mark.django_db


@pytest.mark.story("R51")
def test_each_decision_cites_rules_that_can_be_read():
    ada, ben = at.member(name="Ada"), at.member(name="Ben")
    case = at.taken(at.appeal(at.narrow()), ada)
    draft = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    issuing.approve(draft.pk, by=ben)
    reader = Doors(case.buyer).page

    for verdict in Verdict.objects.filter(case=case):
        assert verdict.document["rule_ids"]
        for rule in verdict.document["rule_ids"]:
            assert f"/rules/{rule}/" in reader.get(f"{case.get_absolute_url()}verdict/").source
            assert reader.get(f"/rules/{rule}/").status == 200


@pytest.mark.story("R51")
def test_decided_cases_are_listed_with_their_rules_and_without_anybody():
    case = world.swept(world.decided(buyer=0, seller=9))
    world.later(case, days=40)
    stranger = Doors(at.member("auditor", name="Nobody"))

    listed = stranger.api.get("/court/verdicts/")
    page = stranger.page.get("/court/verdicts/")
    row = next(row for row in listed["results"] if row["id"] == str(case.pk))
    one = stranger.page.get(f"/court/cases/{case.pk}/")

    assert "9-0" in page.text
    assert row["rules"] == ["court/appeal", "court/evidence", "court/panel"]
    assert "/rules/court/panel/" in one.source
    told = one.source + page.source + listed.raw.decode()
    for words in (case.buyer.email, case.seller.email, case.order.number, world.STATEMENT):
        assert words not in told
