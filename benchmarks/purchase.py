"""Whole purchases over HTTP, and what the pages that everybody opens cost.

A real gunicorn, a real worker and real partners (the sandbox's, over HTTP): the home page, the
listing, the checkout, the order, the provider's page, its webhook, the hand-over, the code.
"""

import os
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import django

from benchmarks.measuring import report
from benchmarks.measuring.browser import Browser
from benchmarks.measuring.site import WORKERS, Site, site

CLIENTS = int(os.environ.get("CLIENTS", "8"))
ORDERS = int(os.environ.get("ORDERS", "160"))
LISTINGS = int(os.environ.get("LISTINGS", "20000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
REQUESTS = int(os.environ.get("REQUESTS", "200"))
_PAYMENT_PAGE = re.compile(r"/sandbox/pay/[\w-]+/")


def main() -> None:
    report.say({**report.machine(), "web_workers": WORKERS})
    with site() as ours:
        django.setup()
        queries = count_queries()
        rate = purchases(ours)
        pages(ours)
    print(f"ratio: orders/s={rate:.1f} queries={queries}")


# --- Purchases ------------------------------------------------------------------------------------
def buy(browser: Browser, listing: str) -> float:
    """From the home page to the code; answers the seconds that it waited for the hand-over."""
    browser.get("/")
    browser.get(f"/listings/{listing}/")
    browser.get(f"/listings/{listing}/order/")
    browser.post(f"/listings/{listing}/order/", revision="1", request_key=browser.field())
    order = browser.place
    browser.post(f"{order}pay/")
    if not _PAYMENT_PAGE.fullmatch(browser.place):
        raise RuntimeError(f"no page of the provider, but {browser.place}")
    browser.post(browser.place, do="pay", deliver="once")
    waited = browser.until(order, f"{order}reveal/")
    browser.get(f"{order}reveal/")
    browser.post(f"{order}reveal/")
    if "View 1." not in browser.page:
        raise RuntimeError("no code was shown")
    return waited


def signed_in(address: str) -> Browser:
    from benchmarks.measuring import market  # noqa: PLC0415 - Django first needs its settings

    browser = Browser(address)
    browser.get("/accounts/login/")
    email = market.person(level=2).email
    browser.post("/accounts/login/", login=email, password=market.PASSWORD)
    return browser


def purchases(ours: Site) -> float:
    from benchmarks.measuring import market  # noqa: PLC0415

    offers = [market.offer(codes=market.EACH) for _number in range(-(-ORDERS // market.EACH))]
    todo = [str(offer.pk) for offer in offers for _code in range(market.EACH)][:ORDERS]
    browsers = [signed_in(ours.address) for _client in range(CLIENTS)]
    for browser in browsers:
        browser.requests = 0
    before, started = ours.cpu(), time.monotonic()
    waits = _all(browsers, todo)
    seconds = time.monotonic() - started
    after = ours.cpu()
    cpu = {name: round((after[name] - before[name]) * 1000 / ORDERS, 1) for name in after}
    requests = sum(browser.requests for browser in browsers) / ORDERS
    report.say(
        {
            "cell": "purchase: home → listing → placed → paid → revealed",
            "clients": CLIENTS,
            "orders": ORDERS,
            "orders_per_second": round(ORDERS / seconds, 2),
            "requests_per_order": round(requests, 1),
            "seconds_from_payment_to_code": {
                "median": round(median(waits), 2),
                "longest": round(max(waits), 2),
            },
            "cpu_ms_per_order": {**cpu, "all": round(sum(cpu.values()), 1)},
            **_verified(),
        }
    )
    return ORDERS / seconds


def _all(browsers: list[Browser], todo: list[str]) -> list[float]:
    waits: list[float] = []
    rest, lock = iter(todo), threading.Lock()

    def client(browser: Browser) -> None:
        while True:
            with lock:
                listing = next(rest, None)
            if listing is None:
                return
            waits.append(buy(browser, listing))

    with ThreadPoolExecutor(len(browsers)) as together:
        for done in [together.submit(client, browser) for browser in browsers]:
            done.result()
    return waits


def _verified() -> dict[str, int]:
    """What the books say of it: every order has its own hold, and nothing is held twice."""
    from orders.escrow.models import Reveal, Transfer  # noqa: PLC0415

    holds = Transfer.objects.filter(kind="hold").values_list("order_id", flat=True)
    return {"holds": len(holds), "orders_held": len(set(holds)), "reveals": Reveal.objects.count()}


def count_queries() -> int:
    """The queries of one purchase, request by request; partners and worker stay outside."""
    from benchmarks.measuring import market  # noqa: PLC0415
    from benchmarks.measuring.counting import Counting  # noqa: PLC0415

    listing = market.offer(codes=2)
    browser = Counting(market.person(level=2).email, market.PASSWORD)
    buy(browser, str(listing.pk))  # templates and translations are loaded
    browser.counted.clear()
    buy(browser, str(listing.pk))
    counted = browser.counted
    ours = [count for asked, count in counted if "/sandbox/" not in asked]
    bought = counted[next(place for place, row in enumerate(counted) if "/listings/" in row[0]) :]
    report.say(
        {
            "cell": "queries of one purchase",
            "requests": counted,
            "from_listing_to_paid": sum(
                count
                for asked, count in bought
                if "/sandbox/" not in asked and "/reveal/" not in asked
            ),
            "from_home_to_code": sum(ours),
            "of_the_provider_that_the_sandbox_plays": sum(n for _asked, n in counted) - sum(ours),
        }
    )
    return sum(ours)


# --- Pages ----------------------------------------------------------------------------------------
def pages(ours: Site) -> None:
    from benchmarks.measuring import market  # noqa: PLC0415
    from listings.models import Listing  # noqa: PLC0415

    fresh = [market.offer(codes=0) for _number in range(20)]
    on_sale = market.crowd(LISTINGS // len(fresh))
    some = [
        str(pk) for pk in Listing.objects.filter(state="ON_SALE").values_list("pk", flat=True)[:50]
    ]
    cells: dict[str, Callable[[int], str]] = {
        "home page, first": lambda _n: "/",
        "search page, two Chinese characters": lambda _n: "/search/?q=%E8%B6%85%E5%B8%82",
        "listing page": lambda n: f"/listings/{some[n % len(some)]}/",
    }
    for signed in (False, True):
        browsers = [
            signed_in(ours.address) if signed else Browser(ours.address) for _c in range(CLIENTS)
        ]
        for name, path in cells.items():
            _cell(
                ours, browsers, f"{name}, {'signed in' if signed else 'anonymous'}", path, on_sale
            )


def _cell(
    ours: Site, browsers: list[Browser], name: str, path: Callable[[int], str], on_sale: int
) -> None:
    rates, costs = [], []
    _fetch(browsers, path, 40)
    for _round in range(ROUNDS):
        before, started = ours.cpu(), time.monotonic()
        _fetch(browsers, path, REQUESTS)
        seconds, after = time.monotonic() - started, ours.cpu()
        rates.append(REQUESTS / seconds)
        costs.append(
            {part: (after[part] - before[part]) * 1000 / REQUESTS for part in ("web", "postgresql")}
        )
    cpu = {part: round(median(cost[part] for cost in costs), 2) for part in ("web", "postgresql")}
    facts = {"listings": on_sale, "clients": len(browsers), "unit": "requests/s"}
    report.cell(
        name, rates, **facts, cpu_ms_per_request={**cpu, "all": round(sum(cpu.values()), 2)}
    )


def _fetch(browsers: list[Browser], path: Callable[[int], str], count: int) -> None:
    def client(place: int) -> None:
        for number in range(place, count, len(browsers)):
            browsers[place].get(path(number))

    with ThreadPoolExecutor(len(browsers)) as together:
        list(together.map(client, range(len(browsers))))


if __name__ == "__main__":
    main()
