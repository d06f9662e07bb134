"""The desk's look (django-unfold); its queues and their counters come from marketplace.desk."""

from typing import Any

LOOK: dict[str, Any] = {
    "SITE_TITLE": "Fairhand desk",
    "SITE_HEADER": "Fairhand desk",
    "SITE_SYMBOL": "balance",
    "SHOW_HISTORY": False,
    # The one colour of the site (static/fairhand.css), from the palest to the darkest.
    "COLORS": {
        "primary": {
            "50": "#F0FAF7",
            "100": "#DCF2E8",
            "200": "#B9E4D6",
            "300": "#8FE0C3",
            "400": "#5CC9B0",
            "500": "#2B9A83",
            "600": "#0B5F52",
            "700": "#0A5448",
            "800": "#084A40",
            "900": "#063A32",
            "950": "#06251E",
        }
    },
    "STYLES": [lambda _request: "/static/desk.css"],
    "SCRIPTS": [lambda _request: "/static/desk.js"],
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": False, "navigation": "marketplace.desk.navigation"},
    "DASHBOARD_CALLBACK": "marketplace.desk.home",
}
