"""The pages of the court, as the sides, the reviewers and anybody see them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page

from accounts.models import User
from disputes import urls
from disputes.models import Case, EvidenceRequest
from tests.browser.court import Court
from tests.browser.factors import prove
from tests.browser.look import Act, Look, submit
from tests.disputes import world

# Side by side; the buyer, who sees the most, has two windows.
WINDOWS = ("anybody", "buyer", "forms", "seller", "invited", "reader", "voter")


def people(court: Court) -> dict[str, User]:
    """Who sits at which window."""
    return {**court.people, "forms": court.people["buyer"]}


def looks(court: Court) -> dict[str, list[Look]]:
    return {
        "anybody": _anybody(court),
        "buyer": [*_buyer(court), *_decided(court), *_practising(court)],
        "forms": [*_forms(court), *_endings(court)],
        "seller": _seller(court),
        "invited": _invited(court),
        "reader": _reader(court),
        "voter": _voter(court),
    }


# Sent from a page that is looked at, or no pages.
NO_PAGES = {
    "case_copy_confirm",
    "case_pack",
    "duty_join",
    "duty_pause",
    "exhibit_copy",
    "exhibit_own",
    "seat_copy",
    "seat_open",
    "seat_vote",
}


def forgotten(looks: Mapping[str, Sequence[Look]]) -> set[str]:
    """The names of the court's addresses at which nobody looks."""
    seen = {resolve(urlsplit(each.path).path).url_name for all_ in looks.values() for each in all_}
    return {str(each.name) for each in urls.urlpatterns} - NO_PAGES - seen


# --- What one presses before looking --------------------------------------------------------------
def _proved(page: Page) -> None:
    """Where the page asks first who is there, that is answered."""
    link = page.locator("main a[href*='/reauthenticate/']")
    if link.count():
        link.click()
        prove(page)


def _proved_and_sent(page: Page) -> None:
    _proved(page)
    submit(page)


def _filed_badly(page: Page) -> None:
    page.locator("[name=statement]").fill("It did not work.")
    page.locator("[name=demand]").fill("4.8.0")
    submit(page)


def _show_text(page: Page) -> None:
    page.locator("[name=kind][value=text]").check()
    submit(page)


def _offered(page: Page) -> None:
    _proved(page)
    page.locator("[name=buyer]").fill("24.00")
    submit(page)


def _covered_badly(page: Page) -> None:
    for name, value in (("left", "80"), ("top", "10"), ("right", "20"), ("bottom", "20")):
        page.locator(f"[name={name}]").fill(value)
    submit(page)


def _vote(page: Page) -> None:
    page.locator("[name=findings]").first.check()
    page.locator("[name=side][value=buyer]").check()
    page.locator("[name=rationale]").fill(world.RATIONALE)
    submit(page)


def _empty_vote(page: Page) -> None:
    form = page.locator("form[action$='/vote/']")
    with page.expect_navigation():
        form.evaluate("form => { form.noValidate = true; form.requestSubmit() }")


# --- Who sees what --------------------------------------------------------------------------------
def _anybody(court: Court) -> list[Look]:
    names = ("archived", "ruled")
    return [
        Look("court", "/court/"),
        Look("decided cases", "/court/verdicts/"),
        *(Look(f"decided: {name}", f"/court/cases/{court.cases[name].pk}/") for name in names),
        Look("draw, checked", f"/court/draw/{court.cases['archived'].pk}/"),
        Look("draw, running", f"/court/draw/{court.cases['voting'].pk}/"),
        Look("draw, not begun", f"/court/draw/{court.cases['evidence'].pk}/"),
        Look("draw, none", f"/court/draw/{court.cases['first'].pk}/"),
        Look("the court in numbers", "/court/statistics/"),
    ]


def _of(case: Case, name: str, path: str = "", act: Act | None = None) -> Look:
    return Look(name, f"{case.get_absolute_url()}{path}", act)


def _buyer(court: Court) -> list[Look]:
    cases = court.cases
    names = ("evidence", "asked", "flagged", "escalated", "first", "ruled", "dismissed")
    return [
        Look("cases", "/cases/"),
        *(_of(cases[name], f"case {name}") for name in names),
        _of(cases["voting"], "no verdict yet", "verdict/"),
    ]


def _decided(court: Court) -> list[Look]:
    cases = court.cases
    names = ("archived", "ruled", "escalated")
    asked = f"requests/{_asked(cases['asked'], 'buyer').pk}/"
    return [
        *(_of(cases[name], f"verdict {name}", "verdict/") for name in names),
        _of(cases["escalated"], "appeal", "appeal/"),
        _of(cases["escalated"], "appeal, empty", "appeal/", submit),
        _of(cases["escalated"], "accept", "accept/"),
        _of(cases["escalated"], "petition, empty", "petition/", submit),
        _of(cases["asked"], "answer", asked),
        _of(cases["asked"], "answer, empty", asked, submit),
        _of(cases["ruled"], "answered", f"requests/{_asked(cases['ruled'], 'buyer').pk}/"),
    ]


def _forms(court: Court) -> list[Look]:
    own = court.cases["evidence"]
    picture = f"evidence/{court.picture.pk}/cover/"
    text = own.evidence.get(party="buyer", kind="text")
    file = f"/orders/{court.undisputed.pk}/case/"
    return [
        Look("open a case", file),
        Look("open a case, bad", file, _filed_badly),
        _of(own, "compare", "compare/"),
        _of(own, "show", "evidence/"),
        _of(own, "show a text, empty", "evidence/", _show_text),
        _of(court.cases["voting"], "show late", "evidence/"),
        _of(own, "cover", picture),
        _of(own, "cover, bad", picture, _covered_badly),
        _of(own, "cover words", f"evidence/{text.pk}/cover/"),
        _of(own, "words, empty", "words/", submit),
        _of(own, "ask for less, empty", "demand/", submit),
    ]


def _endings(court: Court) -> list[Look]:
    own = court.cases["evidence"]
    return [
        _of(own, "withdraw", "withdraw/"),
        _of(own, "settle", "settle/"),
        _of(own, "settle, typed", "settle/", _offered),
        _of(own, "settle, empty", "settle/", _proved_and_sent),
        _of(own, "accept the offer", f"settle/{own.offers.get().pk}/", _proved),
        _of(own, "give in", "concede/", _proved),
    ]


def _asked(case: Case, side: str) -> EvidenceRequest:
    return EvidenceRequest.objects.filter(pair__case=case, party=side).latest("due_at")


def _practising(court: Court) -> list[Look]:
    slugs = [case.slug for case in court.practice]
    return [
        Look("duty, practising", "/court/duty/"),
        Look("practice", "/court/practice/"),
        Look("practice case, answered", f"/court/practice/{slugs[0]}/"),
        Look("practice case", f"/court/practice/{slugs[1]}/"),
        Look("practice case, empty", f"/court/practice/{slugs[1]}/", submit),
    ]


def _seller(court: Court) -> list[Look]:
    cases = court.cases
    names = ("evidence", "escalated", "voting", "ruled", "dismissed")
    return [
        *(_of(cases[name], f"case {name}, seller") for name in names),
        _of(cases["voting"], "agree to withdraw", "withdraw/"),
        _of(cases["escalated"], "verdict, seller", "verdict/"),
        _of(cases["ruled"], "verdict of staff, seller", "verdict/"),
        Look("duty, new", "/court/duty/"),
        Look("no practice", "/court/practice/"),
        Look("the order, disputed", cases["evidence"].order.get_absolute_url()),
        Look("inbox of the court", "/inbox/"),
    ]


def _invited(court: Court) -> list[Look]:
    seat = f"/court/seat/{court.seats['invited'].pk}/"
    return [
        Look("seat offered", seat),
        Look("say no", f"{seat}recuse/"),
        Look("say no, empty", f"{seat}recuse/", submit),
        Look("duty, drawn", "/court/duty/"),
        Look("inbox, drawn", "/inbox/"),
    ]


def _reader(court: Court) -> list[Look]:
    seat = f"/court/seat/{court.seats['reader'].pk}/"
    exhibit = court.cases["voting"].evidence.get(kind="picture").pk
    return [
        Look("the file", seat),
        Look("compare in the file", f"{seat}compare/?zoom=200"),
        Look("the file, empty vote", seat, _empty_vote),
        Look("vote, read once more", seat, _vote),
        Look("can't judge", f"{seat}recuse/?reason=cannot_decide"),
        Look("report data", f"{seat}flag/{exhibit}/"),
        Look("report data, empty", f"{seat}flag/{exhibit}/", submit),
    ]


def _voter(court: Court) -> list[Look]:
    return [
        Look("receipt", f"/court/seat/{court.seats['voter'].pk}/"),
        Look("duty, served", "/court/duty/"),
    ]
