"""Refusals: a stable code for programs and a sentence for people; the code sets the status."""

from typing import Any

from django.utils.functional import Promise

Sentence = str | Promise

# One row a code; the status of a code never changes (tests/test_refusals.py walks both ways).
STATUS: dict[str, int] = {
    # bad input
    "invalid": 400,
    "unknown_field": 400,
    "bad_json": 400,
    "unknown_parameter": 400,
    "bad_cursor": 400,
    "idempotency_key_required": 400,
    "red_flag": 400,
    "reason_required": 400,
    "expires_too_soon": 400,
    "bad_signature": 400,
    "below_minimum": 400,
    "bad_picture": 400,
    "claim_incomplete": 400,
    "split_not_whole": 400,
    # who are you
    "not_signed_in": 401,
    "token_invalid": 401,
    "token_expired": 401,
    # may you
    "not_your_step": 403,
    "scope_missing": 403,
    "csrf": 403,
    "reauth_required": 403,
    "totp_required": 403,
    "level_too_low": 403,
    "card_limit": 403,
    "account_closing": 403,
    "conflict": 403,
    "margin_not_below_4": 403,
    "winner_cannot_appeal": 403,
    "not_seated": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "unsupported_media": 415,
    "too_big": 413,
    # not now: orders
    "wrong_state": 409,
    "stale_state": 409,
    "too_early": 409,
    "too_late": 409,
    "not_paid": 409,
    "not_delivered": 409,
    "not_revealed": 409,
    "already_revealed": 409,
    "already_settled": 409,
    "order_disputed": 409,
    "report_open": 409,
    "never_paid": 409,
    "refund_is_automatic": 409,
    "case_open": 409,
    "listing_not_on_sale": 409,
    "listing_changed": 409,
    "own_listing": 409,
    "unpaid_orders_limit": 409,
    "live_orders_limit": 409,
    "payment_open": 409,
    "code_already_known": 409,
    "code_redeemed": 409,
    "code_invalid": 409,
    "balance_differs": 409,
    "nothing_to_report": 409,
    # not now: the court
    "case_paused": 409,
    "already_decided": 409,
    "evidence_closed": 409,
    "words_set": 409,
    "case_not_open_for_votes": 409,
    "already_voted": 409,
    "seat_expired": 409,
    "too_quick": 409,
    "settlement_changed": 409,
    "case_not_final": 409,
    "already_appealed": 409,
    "already_open": 409,
    "already_taken": 409,
    "request_open": 409,
    "second_person_needed": 409,
    # not now: money
    "insufficient_funds": 409,
    "payout_account_new": 409,
    "payout_in_flight": 409,
    "payout_blocked": 409,
    "deposit_in_use": 409,
    # not now: the rest
    "request_in_flight": 409,
    "identity_in_use": 409,
    "too_many_tokens": 409,
    "code_burnt": 410,
    "precondition_failed": 412,
    "idempotency_mismatch": 422,
    "precondition_required": 428,
    "throttled": 429,
    # our side
    "internal": 500,
    "busy": 503,
    "issuer_unavailable": 503,
    "gateway_unavailable": 503,
}


class Refused(Exception):
    """A person may not do this now. Nothing was changed.

    Args:
        code: a key of `STATUS`.
        message: the sentence that page, API and mail show, translated when it is read.
        facts: what a program needs beside it (`state`, `allowed_steps`, `from_`, `errors`, …), and
            the `rule` where the code alone does not say which one it follows.
    """

    def __init__(self, code: str, message: Sentence, **facts: Any) -> None:
        self.code = code
        self.status = STATUS[code]
        self.message = message
        self.facts = facts
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.message)


def invalid(field: str, message: Sentence, *, code: str = "invalid") -> Refused:
    """A refusal of one field of a form or a body (`field` is its name, `a/b` when nested)."""
    return Refused(
        "invalid", message, errors=[{"pointer": f"/{field}", "code": code, "detail": message}]
    )
