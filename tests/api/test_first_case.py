"""The first cases, with nothing but an HTTP client and the OpenAPI document (api.md §9)."""

import time
from collections.abc import Callable

import pytest
from django.core.management import call_command

from tests.api.client import Answer, Api
from tests.api.test_first_trade import PASSWORD, checked, member, on_sale, until, yuan

STATEMENT = "The shop said that the card was empty, a minute after I had seen its code."
ANSWER = "The issuer called the code good when it was handed over, and once more at the reveal."
ROUNDS, EACH = 12, 10  # reviewers are made in twelve calls, none of which keeps anybody waiting

pytestmark = pytest.mark.usefixtures("worker")


def revealed(mei: Api, guo: Api) -> str:
    """Guo has bought a card and seen its code; the address of the order."""
    on_sale(mei)
    listing = guo.get("/listings/", sort="newest")["results"][0]["id"]
    order = guo.post("/orders/", {"listing": listing, "revision": 1})
    address = f"/orders/{order['id']}"
    payment = guo.post(f"{address}/pay/")
    guo.post(f"/sandbox/payments/{payment['id']}/act/", {"do": "pay", "deliver": "once"})
    until(lambda: guo.get(f"{address}/"), "DELIVERED")
    guo.post("/me/reauth/", {"password": PASSWORD})
    assert guo.post(f"{address}/reveal/").status == 200
    return address


def filed(guo: Api, order: str) -> Answer:
    body = {
        "order": order.rpartition("/")[2],
        "claim": "code_used_or_invalid",
        "remedy": "refund_full",
        "statement": STATEMENT,
    }
    return guo.post("/cases/", body)


def shown(who: Api, case: str, text: str) -> Answer:
    item = {"kind": "text", "description": "What I saw myself", "text": text}
    return who.post(f"{case}/evidence/", item)


def seen(ask: Callable[[], Answer], state: str) -> Answer:
    """Asks for a minute: the worker seals, copies, draws and invites one after the other."""
    for _i in range(600):
        answer = ask()
        if answer["state"] == state:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{answer['state']} instead of {state}")


def voted(guo: Api, case: str, buyer: int, seller: int) -> str:
    wish = {"case": case.rpartition("/")[2], "buyer": buyer, "seller": seller}
    return str(guo.post("/sandbox/jurors/vote/", wish)["state"])


def appealed(who: Api, case: str) -> Answer:
    text = "The reviewers took the time of the sale for that of the first reveal. " * 2
    return who.post(f"{case}/appeal/", {"ground": "error_on_evidence", "text": text})


@pytest.mark.long(40)
@pytest.mark.django_db(transaction=True)
def test_two_cases_run_to_their_verdicts_with_the_document_alone(http: Api):  # noqa: PLR0915 - one whole walk
    mei = checked(member(http, "mei", "court"), "+8613800000001", "EA0000011")
    guo = member(http, "guo", "court")
    wide_order, narrow_order = revealed(mei, guo), revealed(mei, guo)

    opened = filed(guo, wide_order)
    wide = f"/cases/{opened['id']}"
    narrow = f"/cases/{filed(guo, narrow_order)['id']}"
    again = filed(guo, wide_order)
    confirmed = guo.post(f"{wide_order}/confirm/")
    for case in (wide, narrow):
        assert shown(guo, case, "The app showed 0.00 yuan.").status == 201
        assert shown(mei, case, ANSWER).status == 201
    early = guo.get(f"{wide}/verdict/")

    assert (opened.status, opened["state"]) == (201, "EVIDENCE")
    assert guo.get(f"{wide_order}/")["state"] == "DISPUTED"
    assert (again.status, again["code"]) == (409, "case_open")
    assert (confirmed.status, confirmed["code"]) == (409, "order_disputed")
    assert (early.status, early["code"]) == (409, "case_not_final")

    for _round in range(ROUNDS):
        made = guo.post("/sandbox/people/", {"count": EACH, "level": 2, "juror": True})
        assert len(made["results"]) == EACH
    guo.post("/sandbox/clock/skip/", {"hours": 72})
    voting = seen(lambda: guo.get(f"{wide}/"), "VOTING")
    seen(lambda: guo.get(f"{narrow}/"), "VOTING")

    assert (voting["votes"], voting["winner"]) == (None, None)
    assert guo.get(f"{wide}/draw/")["document"]["seed"] is None

    wide_is_final(http, guo, mei, wide)
    assert guo.get(f"{wide_order}/")["state"] == "REFUNDED"
    narrow_is_appealed(guo, mei, narrow)
    assert guo.get(f"{narrow_order}/")["state"] == "DISPUTED"
    call_command("verify_draw", opened["id"])
    call_command("audit_ledger")


def wide_is_final(http: Api, guo: Api, mei: Api, wide: str) -> None:
    """9-3: carried out at once."""
    assert voted(guo, wide, buyer=9, seller=3) == "EXECUTED"
    done = guo.get(f"{wide}/")
    assert (done["votes"], done["winner"], done["award"]["buyer"]) == ("9-3", "buyer", yuan(4800))
    assert appealed(mei, wide)["code"] == "margin_not_below_4"
    document = http.get(f"{wide}/draw/")["document"]
    assert document["published"]
    assert guo.get(f"{wide}/verdict/")["verdicts"][0]["instance"] == "jury"
    pack = guo.get(f"{wide}/pack/")
    assert (pack.status, pack.raw[:2]) == (200, b"PK")
    steps = [event["step"] for event in guo.get(f"{wide}/events/", page_size=100)["results"]]
    assert steps[0] == "execute"
    assert "close_wide" in steps


def narrow_is_appealed(guo: Api, mei: Api, narrow: str) -> None:
    """8-9: the loser may appeal, the winner may not."""
    assert voted(guo, narrow, buyer=8, seller=9) == "ESCALATED"
    assert appealed(mei, narrow)["code"] == "winner_cannot_appeal"
    assert appealed(guo, narrow)["state"] == "APPEALED"
    assert appealed(guo, narrow)["code"] == "already_appealed"
