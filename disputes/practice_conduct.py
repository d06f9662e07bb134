"""Practice cases about what people did. All are invented, as those about codes are."""

from django.utils.translation import gettext_lazy as _

from disputes.claims import Claim
from disputes.practice_cases import PracticeCase

_OTHER = Claim.OTHER

ABOUT_CONDUCT: tuple[PracticeCase, ...] = (
    PracticeCase(
        "asked-for-the-code",
        _OTHER,
        _("The seller asked for the code back"),
        20_000,
        (
            _("18:00 first shown to the buyer"),
            _("18:30 the buyer sent the number in a message, as the seller had asked"),
            _("19:00 issuer: used"),
        ),
        _("He wrote “send me the number so that I can check it for you”. Then it was empty."),
        _("I only wanted to help. Anyone could have used it."),
        "buyer",
        ("seller_broke_a_rule",),
        _(
            "Codes never leave the page, and a seller who asks for one breaks that rule. It was"
            " used half an hour after he had it again."
        ),
    ),
    PracticeCase(
        "false-report",
        _OTHER,
        _("A report that the issuer proved wrong"),
        10_000,
        (
            _("09:00 first shown to the buyer"),
            _("09:05 reported by the buyer as used"),
            _("09:06 issuer: valid, full value · report closed"),
            _("09:10 issuer: used"),
        ),
        _("I made a mistake with the report. But now it really is used, so give me the money."),
        _("He reported it falsely, was told that it is good, and used it four minutes later."),
        "seller",
        ("false_claim", "record_contradicts_buyer"),
        _(
            "When he reported it the card was good; then it was used, when only he had seen it."
            " The record contradicts him twice."
        ),
    ),
    PracticeCase(
        "pressed-to-confirm",
        _OTHER,
        _("Confirmed because the seller insisted"),
        12_000,
        (
            _("13:00 first shown to the buyer"),
            _("13:02 message of the seller: “confirm first, then I tell you the PIN”"),
            _("13:05 confirmed by the buyer · money released"),
            _("13:20 message of the buyer: “where is the PIN?” · no answer"),
        ),
        _("Without the PIN the card can’t be used. I confirmed only because he promised it."),
        _("Confirmed is confirmed."),
        "buyer",
        ("seller_broke_a_rule",),
        _(
            "What was sold can’t be used without the PIN, and the seller held it back to get the"
            " confirmation. That is recorded in his own words."
        ),
    ),
    PracticeCase(
        "changed-his-mind",
        _OTHER,
        _("Bought by mistake"),
        6_000,
        (
            _("Listing as bought: “Game card, region: mainland only”"),
            _("10:00 first shown to the buyer"),
            _("10:30 issuer: valid, full value, unused"),
        ),
        _("My account is in another region, so it is useless for me. I want my money back."),
        _("The region stood in the title and on the checkout page. The code has been seen."),
        "seller",
        ("not_proven",),
        _(
            "The card is what the listing said, and the region was named twice. A code that was"
            " seen can’t be given back."
        ),
    ),
    PracticeCase(
        "wrong-region",
        _OTHER,
        _("The region was another one"),
        7_000,
        (
            _("Listing as bought: “works everywhere”"),
            _("15:00 first shown to the buyer"),
            _("15:10 issuer: valid, full value, one region only"),
        ),
        _("The app says that it works in one region only. The listing said everywhere."),
        _("I did not know. It worked for others."),
        "buyer",
        ("seller_broke_a_rule", "record_contradicts_seller"),
        _(
            "The issuer's word contradicts the listing. Whether the seller knew it changes"
            " nothing: what was promised was not delivered."
        ),
    ),
    PracticeCase(
        "refund-outside",
        _OTHER,
        _("“I have paid you back already”"),
        14_000,
        (
            _("10:00 first shown to the buyer"),
            _("10:08 issuer: used before it was sealed"),
            _("Message of the seller: “I will pay you back in the messenger, close the report”"),
        ),
        _("He never paid anything. I closed the report because he asked me to."),
        _("I sent it in the messenger. The picture shows a transfer of that day."),
        "buyer",
        ("seller_broke_a_rule", "record_contradicts_seller"),
        _(
            "The issuer says that the code was used before the sale. The picture shows no receiver"
            " and no order, so it proves no refund."
        ),
    ),
)
