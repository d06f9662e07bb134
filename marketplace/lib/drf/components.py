"""Shared parts of the OpenAPI document: money, problems, headers. Pure data."""

from typing import Any

Schema = dict[str, Any]

_STRING = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_NULL_STRING = {"type": ["string", "null"]}

MONEY: Schema = {
    "type": "object",
    "description": "An amount in whole fen (1/100 yuan).",
    "properties": {
        "amount": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**53 - 1},
        "currency": {"type": "string", "const": "CNY"},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "examples": [{"amount": 4800, "currency": "CNY"}],
}
PROBLEM: Schema = {
    "type": "object",
    "description": "Why not, for programs (`code`) and for people (`detail`); RFC 9457. "
    "Other members say more, for example `state` and `allowed_steps`.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _STRING,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": _STRING,
        "detail": _STRING,
        "instance": _STRING,
        "request_id": _STRING,
        "rule": {**_NULL_STRING, "description": "The rule it follows."},
        "appeal": {
            **_NULL_STRING,
            "format": "uri-reference",
            "description": "How to object to it; null where no rule of ours refused.",
        },
        "state": {**_STRING, "description": "Where the order or the listing stands."},
        "allowed_steps": {"type": "array", "items": _STRING},
        "from": {"type": "string", "format": "date-time", "description": "When it is possible."},
        "scope": {**_STRING, "description": "What the token lacks."},
        "needed": {"type": "integer", "description": "The level that is needed."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": _STRING, "code": _STRING, "detail": _STRING},
                "required": ["pointer", "code", "detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": [
        *("type", "title", "status", "code", "detail", "instance", "request_id", "rule"),
        *("appeal", "errors"),
    ],
    "examples": [
        {
            "type": "/problems/not_delivered/",
            "title": "Not delivered yet",
            "status": 409,
            "code": "not_delivered",
            "detail": "You can confirm after the code has been handed over.",
            "instance": "/api/v1/orders/0197f0f4-7c2a-7000-8000-000000000000/confirm/",
            "request_id": "0197f0f4-7c2a-7000-8000-000000000001",
            "rule": "orders/release",
            "appeal": "/rules/court/case/",
            "state": "PAID",
            "allowed_steps": ["cancel"],
            "errors": [],
        }
    ],
}


def _header(schema: Schema, text: str) -> Schema:
    return {"description": text, "schema": schema}


HEADERS: dict[str, Schema] = {
    "X-Request-Id": _header(_STRING, "Names this request in our logs."),
    "API-Version": _header({"type": "string", "format": "date"}, "The version that answered."),
    "RateLimit-Limit": _header(_COUNT, "How many in this window."),
    "RateLimit-Remaining": _header(_COUNT, "How many are left."),
    "RateLimit-Reset": _header(_COUNT, "Seconds until the window ends."),
    "Retry-After": _header({"type": "integer", "minimum": 1}, "Seconds to wait."),
    "WWW-Authenticate": _header(_STRING, "How to sign in."),
    "ETag": _header(_STRING, "The version of the object."),
    "Link": _header(_STRING, "The pages beside this one."),
    "Idempotent-Replayed": _header({"const": "true"}, "The answer was given before."),
}
SCHEMAS = {"Money": MONEY, "Problem": PROBLEM}

# Where an answer leads on to: operation → name → (operation, its path parameter in the answer).
LINKS: dict[str, dict[str, str]] = {
    "listings_create": {"publish": "listings_publish", "read": "listings_get"},
    "orders_place": {"pay": "orders_pay", "read": "orders_get", "cancel": "orders_cancel"},
    "orders_pay": {"payment": "payments_get"},
    "orders_get": {"reveal": "orders_reveal", "confirm": "orders_confirm"},
    "codes_seal": {"read": "codes_get", "recall": "codes_recall"},
    "payouts_ask": {"read": "payouts_get"},
    "cases_file": {
        "read": "cases_get",
        "show": "cases_submit",
        "withdraw": "cases_withdraw",
        "verdict": "cases_verdict",
        "draw": "cases_draw",
    },
    "seats_get": {"bundle": "seats_bundle", "vote": "seats_vote", "recuse": "seats_recuse"},
}

_ID = "0197f0f4-7c2a-7000-8000-000000000000"
_PRICE = {"amount": 4800, "currency": "CNY"}
_FACE = {"amount": 5000, "currency": "CNY"}

# One valid body for each; a test holds them against their schemas.
EXAMPLES: dict[str, Schema] = {
    "SignUpInput": {
        "email": "guo@example.org",
        "password": "twelve words are better",
        "accept": "2026-11",
    },
    "SignUpConfirmInput": {"email": "guo@example.org", "code": "MQ:1vN8xC:0aSd"},
    "TokenInput": {
        "email": "guo@example.org",
        "password": "twelve words are better",
        "name": "laptop",
        "scopes": ["read", "trade"],
        "days": 30,
    },
    "ReauthInput": {"password": "twelve words are better"},
    "MeChangeInput": {"name": "Guo", "language": "zh-hans"},
    "PhoneInput": {"phone": "+86 138 0000 0001"},
    "PhoneConfirmInput": {"code": "123456"},
    "VerificationInput": {
        "level": 2,
        "name": "Guo Hua",
        "document_type": "passport",
        "number": "EA0000011",
        "birth_date": "1990-01-01",
    },
    "ListingInput": {
        "kind": "card",
        "title": "Game card 50 游戏充值卡",
        "category": "top-up-and-game-cards",
        "price": _PRICE,
        "face_value": _FACE,
        "issuer": "sandbox",
    },
    "ListingChangeInput": {"price": _PRICE},
    "PublishInput": {"guidance_read": True},
    "SealInput": {
        "listing": _ID,
        "number": "1234 5678 9012 3456",
        "secret": "ABCD1234",
        "face_value": _FACE,
        "expiry": "2029-06-30",
    },
    "PlaceInput": {"listing": _ID, "revision": 1},
    "StepInput": {"expected_state": "DELIVERED"},
    "CancelInput": {"reason": "I can’t deliver it."},
    "RevealInput": {"skip_check": False},
    "ReportInput": {"problem": "used", "text": "The shop says that it is empty."},
    "RefundInput": {"recall": False},
    "AmountInput": {"amount": {"amount": 100000, "currency": "CNY"}},
    "PayoutAccountInput": {"kind": "bank", "number": "6222020200112233445", "holder": "Guo Hua"},
    "PayoutInput": {"amount": _PRICE, "account": _ID},
    "SkipInput": {"hours": 24},
    "ActInput": {"do": "pay", "deliver": "thrice"},
    "CardInput": {"face_value": 5000},
    "ModeInput": {"mode": "down"},
    "PeopleInput": {"count": 2, "level": 2},
    "JurorsVoteInput": {"case": _ID, "buyer": 9, "seller": 3},
    "FileInput": {
        "order": _ID,
        "claim": "code_used_or_invalid",
        "remedy": "refund_full",
        "statement": "The shop said that the card was empty, a minute after I had seen its code.",
    },
    "ItemInput": {
        "kind": "text",
        "description": "The chat in the app",
        "text": "They answered that the code was used yesterday.",
    },
    "SubmitInput": {
        "kind": "text",
        "description": "What the shop wrote",
        "text": "Balance 0.00. Last use today at 14:32.",
    },
    "MaskInput": {"exhibit": _ID, "rectangle": [100, 250, 400, 300]},
    "WordsInput": {"words": "seven red boats under the bridge"},
    "DemandInput": {"demand": {"amount": 2400, "currency": "CNY"}},
    "CaseStepInput": {"expected_state": "EVIDENCE"},
    "SettleInput": {
        "to_buyer": {"amount": 2880, "currency": "CNY"},
        "to_seller": {"amount": 1920, "currency": "CNY"},
    },
    "AppealInput": {
        "ground": "error_on_evidence",
        "text": "The record shows that the code was good when it was handed over; the reviewers "
        "read the time of the first reveal as that of the sale.",
    },
    "PetitionInput": {
        "ground": "juror_conflict",
        "text": "The words of one reason are those of a friend of the other side.",
    },
    "AnswerInput": {
        "item": {"kind": "text", "description": "My answer", "text": "I asked the shop twice."}
    },
    "VoteInput": {
        "side": "seller",
        "findings": ["code_worked_at_reveal"],
        "rationale": "The issuer called the code good at the hand-over; nothing speaks against it.",
    },
    "RecuseInput": {"reason": "know_a_party"},
    "FlagInput": {"exhibit": _ID, "what": "A telephone number stands in the second line."},
    "JuryInput": {"active": True},
}
