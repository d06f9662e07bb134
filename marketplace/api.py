"""The API: every route under /api/v1/, registered by hand on one screen."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.api.entering import SignUpDoor, TokenDoor
from accounts.api.me import ClosureDoor, MeDoor, ProofDoor
from accounts.api.notifications import NotificationDoor
from disputes.api.cases import CaseDoor
from disputes.api.court import CourtDoor
from disputes.api.endings import EndingDoor
from disputes.api.records import PackDoor, RecordDoor
from disputes.api.seats import DutyDoor, SeatDoor
from listings.api.browsing import BrowsingDoor, CatalogueDoor
from listings.api.selling import SellingDoor
from marketplace.about import AboutDoor, DocsPage
from orders.api.codes import CodeDoor
from orders.api.orders import OrderDoor
from orders.escrow.api.payouts import PayoutAccountDoor, PayoutDoor
from orders.escrow.api.wallet import WalletDoor


class ListingDoor(SellingDoor, BrowsingDoor):
    """One address for both sides: everybody reads it, its seller changes it."""


_sandbox: list[URLPattern | URLResolver] = (
    [path("sandbox/", include("marketplace.sandbox.api"))] if settings.SANDBOX else []
)
_listing = "listings/<uuid:pk>"
_order = "orders/<uuid:pk>"
_case = "cases/<uuid:pk>"
_seat = "seats/<uuid:pk>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-up/", SignUpDoor.as_view({"post": "create"})),
    path("sign-up/confirm/", SignUpDoor.as_view({"post": "confirm"})),
    path("tokens/", TokenDoor.as_view({"post": "create"})),
    path("me/", MeDoor.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("me/tokens/", TokenDoor.as_view({"get": "list"})),
    path("me/tokens/<uuid:pk>/", TokenDoor.as_view({"delete": "destroy"})),
    path("me/reauth/", MeDoor.as_view({"post": "reauth"})),
    path("me/standing/", MeDoor.as_view({"get": "standing"})),
    path("me/phone/", ProofDoor.as_view({"post": "phone"})),
    path("me/phone/confirm/", ProofDoor.as_view({"post": "phone_confirm"})),
    path("me/verification/", ProofDoor.as_view({"get": "retrieve", "post": "create"})),
    path("me/close/", ClosureDoor.as_view({"post": "close"})),
    path("me/close/cancel/", ClosureDoor.as_view({"post": "cancel"})),
    path("me/listings/", SellingDoor.as_view({"get": "list"})),
    path("people/<uuid:pk>/", CatalogueDoor.as_view({"get": "person"})),
    path("categories/", CatalogueDoor.as_view({"get": "categories"})),
    path("issuers/", CatalogueDoor.as_view({"get": "issuers"})),
    path("listings/", ListingDoor.as_view({"get": "browse", "post": "create"})),
    path(f"{_listing}/", ListingDoor.as_view({"get": "retrieve", "patch": "partial_update"})),
    path(f"{_listing}/publish/", SellingDoor.as_view({"post": "publish"})),
    path(f"{_listing}/withdraw/", SellingDoor.as_view({"post": "withdraw"})),
    path(f"{_listing}/reopen/", SellingDoor.as_view({"post": "reopen"})),
    path(f"{_listing}/revisions/<int:number>/", BrowsingDoor.as_view({"get": "revision"})),
    path("codes/", CodeDoor.as_view({"get": "list", "post": "create"})),
    path("codes/<uuid:pk>/", CodeDoor.as_view({"get": "retrieve"})),
    path("codes/<uuid:pk>/recall/", CodeDoor.as_view({"post": "recall"})),
    path("orders/", OrderDoor.as_view({"get": "list", "post": "create"})),
    path(f"{_order}/", OrderDoor.as_view({"get": "retrieve"})),
    path(f"{_order}/pay/", OrderDoor.as_view({"post": "pay"})),
    path(f"{_order}/cancel/", OrderDoor.as_view({"post": "cancel"})),
    path(f"{_order}/reveal/", OrderDoor.as_view({"post": "reveal"})),
    path(f"{_order}/confirm/", OrderDoor.as_view({"post": "confirm"})),
    path(f"{_order}/report-code/", OrderDoor.as_view({"post": "report_code"})),
    path(f"{_order}/refund/", OrderDoor.as_view({"post": "refund"})),
    path(f"{_order}/events/", OrderDoor.as_view({"get": "events"})),
    path("cases/", CaseDoor.as_view({"get": "list", "post": "create"})),
    path(f"{_case}/", CaseDoor.as_view({"get": "retrieve"})),
    path(f"{_case}/evidence/", CaseDoor.as_view({"get": "exhibits", "post": "submit"})),
    path(f"{_case}/masks/", CaseDoor.as_view({"post": "mask"})),
    path(f"{_case}/words/", CaseDoor.as_view({"post": "words"})),
    path(f"{_case}/demand/", CaseDoor.as_view({"post": "demand"})),
    path(f"{_case}/withdraw/", EndingDoor.as_view({"post": "withdraw"})),
    path(f"{_case}/settle/", EndingDoor.as_view({"post": "settle"})),
    path(f"{_case}/concede/", EndingDoor.as_view({"post": "concede"})),
    path(f"{_case}/accept/", EndingDoor.as_view({"post": "accept"})),
    path(f"{_case}/appeal/", EndingDoor.as_view({"post": "appeal"})),
    path(f"{_case}/petition/", EndingDoor.as_view({"post": "petition"})),
    path(f"{_case}/requests/<uuid:asked>/answer/", EndingDoor.as_view({"post": "answer"})),
    path(f"{_case}/events/", RecordDoor.as_view({"get": "events"})),
    path(f"{_case}/verdict/", RecordDoor.as_view({"get": "verdict"})),
    path(f"{_case}/pack/", PackDoor.as_view({"get": "pack"})),
    path(f"{_case}/draw/", RecordDoor.as_view({"get": "draw"}), name="api_draw"),
    path("seats/", SeatDoor.as_view({"get": "list"})),
    path(f"{_seat}/", SeatDoor.as_view({"get": "retrieve"})),
    path(f"{_seat}/bundle/", SeatDoor.as_view({"post": "bundle"})),
    path(f"{_seat}/vote/", SeatDoor.as_view({"post": "vote"})),
    path(f"{_seat}/recuse/", SeatDoor.as_view({"post": "recuse"})),
    path(f"{_seat}/flag/", SeatDoor.as_view({"post": "flag"})),
    path("me/jury/", DutyDoor.as_view({"get": "retrieve", "put": "update"})),
    path("practice/", DutyDoor.as_view({"get": "practice"})),
    path("practice/<slug:slug>/answer/", DutyDoor.as_view({"post": "answer"})),
    path("court/rules/", CourtDoor.as_view({"get": "rules"})),
    path("court/rosters/", CourtDoor.as_view({"get": "rosters"})),
    path("court/statistics/", CourtDoor.as_view({"get": "statistics"})),
    path("court/verdicts/", CourtDoor.as_view({"get": "verdicts"})),
    path("payments/<uuid:pk>/", WalletDoor.as_view({"get": "payment"})),
    path("wallet/", WalletDoor.as_view({"get": "retrieve"})),
    path("wallet/entries/", WalletDoor.as_view({"get": "entries"})),
    path("wallet/deposit/", WalletDoor.as_view({"post": "deposit"})),
    path("wallet/deposit/withdraw/", WalletDoor.as_view({"post": "deposit_withdraw"})),
    path("wallet/debt/pay/", WalletDoor.as_view({"post": "debt_pay"})),
    path("wallet/payout-accounts/", PayoutAccountDoor.as_view({"get": "list", "post": "create"})),
    path("wallet/payout-accounts/<uuid:pk>/", PayoutAccountDoor.as_view({"delete": "destroy"})),
    path("wallet/payouts/", PayoutDoor.as_view({"get": "list", "post": "create"})),
    path("wallet/payouts/<uuid:pk>/", PayoutDoor.as_view({"get": "retrieve"})),
    path("notifications/", NotificationDoor.as_view({"get": "list"})),
    path("notifications/read-all/", NotificationDoor.as_view({"post": "read_all"})),
    path("notifications/<uuid:pk>/read/", NotificationDoor.as_view({"post": "read"})),
    path("status/", AboutDoor.as_view({"get": "status"})),
    path("schema/", AboutDoor.as_view({"get": "openapi"}), name="schema"),
    path("docs/", DocsPage.as_view(), name="api_docs"),
    *_sandbox,
]
