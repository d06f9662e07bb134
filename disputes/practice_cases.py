"""Practice cases about codes. All are invented; what is right follows from what is recorded."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from disputes.claims import Claim

Words = str | Promise
_CODE = Claim.CODE_USED_OR_INVALID


@dataclass(frozen=True)
class PracticeCase:
    """One invented case, in the shape of a real one.

    Attributes:
        amount: what was paid, in fen; the whole of it is asked for.
        record: what Fairhand recorded, line by line; nobody can edit it.
        buyer, seller: their statements; "" where a side is silent.
        side, findings: the model answer, keys as in a real vote.
        why: its reasons, shown after one's own answer.
    """

    slug: str
    claim: str
    title: Words
    amount: int
    record: tuple[Words, ...]
    buyer: Words
    seller: Words
    side: str
    findings: tuple[str, ...]
    why: Words


ABOUT_CODES: tuple[PracticeCase, ...] = (
    PracticeCase(
        "used-a-week-later",
        _CODE,
        _("A game card, empty a week after it was shown"),
        4_800,
        (
            _("10:02 code sealed · issuer: valid, full value"),
            _("14:30 handed over · issuer: valid, full value"),
            _("14:41 first shown to the buyer"),
            _("14:47 issuer: used, in a game account"),
            _("7 days later: reported by the buyer as used"),
        ),
        _("When I wanted to use the card it was empty. I never used it. I want my money back."),
        _("The code was good when it was handed over. It was used six minutes after he saw it."),
        "seller",
        ("code_worked_at_reveal", "code_used_after_reveal"),
        _(
            "The issuer called the code good at the hand-over. It was used only after the buyer"
            " had seen it, and nobody else had. Nothing speaks for use by the seller."
        ),
    ),
    PracticeCase(
        "bad-at-once",
        _CODE,
        _("A supermarket card that the till refused at once"),
        19_000,
        (
            _("The issuer offers no check; the buyer tries the card"),
            _("09:10 first shown to the buyer"),
            _("09:26 reported by the buyer as used"),
        ),
        _(
            "I stood at the till when I opened it. It said: balance 0.00, last used two days ago."
            " My picture of the till slip shows date, time and the last four digits."
        ),
        _("It was good when I bought it. Maybe the till was wrong."),
        "buyer",
        ("code_bad_at_reveal",),
        _(
            "The slip is from the minutes after the code was shown and names a use before that."
            " The seller offers a guess, and nothing that shows the card was good."
        ),
    ),
    PracticeCase(
        "silent-seller",
        _CODE,
        _("The seller says nothing"),
        9_500,
        (
            _("The issuer offers no check; the buyer tries the card"),
            _("20:00 first shown to the buyer"),
            _("20:04 reported by the buyer as invalid"),
        ),
        _(
            "The app says “this number does not exist”. I recorded the screen from the moment"
            " the code was shown until the refusal, without a cut."
        ),
        "",
        "buyer",
        ("code_bad_at_reveal",),
        _(
            "Silence is no admission. But the recording runs from the reveal to the refusal, and"
            " nothing in the record contradicts it."
        ),
    ),
    PracticeCase(
        "silent-buyer",
        _CODE,
        _("A report, and then nothing more"),
        30_000,
        (
            _("11:00 handed over · issuer: valid, full value"),
            _("11:20 first shown to the buyer"),
            _("23 hours later: reported by the buyer as used"),
            _("issuer: used 40 minutes after the code was shown"),
        ),
        _("Code used. Refund please."),
        _("The issuer says it was good when you got it. Please say where you tried it."),
        "seller",
        ("code_worked_at_reveal", "code_used_after_reveal"),
        _(
            "The issuer's own word has the card good at the hand-over and used afterwards. The"
            " buyer explains neither the delay nor the use."
        ),
    ),
    PracticeCase(
        "less-than-promised",
        _CODE,
        _("A card of 100 that held 60"),
        9_000,
        (
            _("Listing as bought: “value 100, unused”"),
            _("The issuer offers no check; the buyer tries the card"),
            _("12:00 first shown to the buyer"),
            _("12:15 reported by the buyer: worth less"),
        ),
        _("The app showed 60.00 when I added the card at 12:09. The picture shows the history."),
        _("I used 40 once and forgot. You can keep the 60, that is fair, isn’t it?"),
        "buyer",
        ("code_bad_at_reveal",),
        _(
            "The seller admits that the card was not what the listing said. The question is for"
            " the whole demand; a share could have been agreed on by an offer."
        ),
    ),
    PracticeCase(
        "issuer-not-sure",
        _CODE,
        _("The issuer can’t say"),
        15_000,
        (
            _("08:00 code sealed · issuer: valid, full value"),
            _("08:05 handed over · issuer: no answer"),
            _("08:30 first shown to the buyer"),
            _("08:33 reported by the buyer as used · issuer: used, time unknown"),
        ),
        _("It was used when I opened it. I tried it within three minutes, as the slip shows."),
        _("It was valid half an hour before! He must have used it himself."),
        "buyer",
        ("code_bad_at_reveal",),
        _(
            "“Time unknown” speaks for nobody. What is left: the buyer tried within three minutes"
            " and has a slip of a refusal, while the seller knew the code all the time."
        ),
    ),
    PracticeCase(
        "old-picture",
        _CODE,
        _("A picture that is older than the order"),
        5_000,
        (
            _("1 March 10:00 order paid"),
            _("1 March 10:05 first shown to the buyer"),
            _("1 March 10:20 reported by the buyer as used"),
            _("1 March 10:00 handed over · issuer: valid, full value"),
        ),
        _("See my picture of the app: “card already used”."),
        _("The clock in your picture says 27 February. You bought my card on 1 March."),
        "seller",
        ("record_contradicts_buyer",),
        _(
            "The only exhibit is from before the order, so it can’t be about this card, and the"
            " issuer called this card good at the hand-over."
        ),
    ),
    PracticeCase(
        "typed-wrong",
        _CODE,
        _("One digit is different"),
        8_000,
        (
            _("16:00 handed over · issuer: valid, full value"),
            _("16:10 first shown to the buyer"),
            _("16:40 reported by the buyer as invalid"),
            _("16:41 issuer: valid, full value, unused"),
        ),
        _("“Invalid number” again and again, see the picture of what I typed."),
        _("The issuer still calls it unused. Please type it again, slowly."),
        "seller",
        ("code_worked_at_reveal",),
        _(
            "At the minute after the report the card was good and unused. The code works; what"
            " was typed did not match it."
        ),
    ),
    PracticeCase(
        "two-stories",
        _CODE,
        _("Two stories, and no record of either"),
        25_000,
        (
            _("The issuer offers no check; the buyer tries the card"),
            _("17:00 first shown to the buyer"),
            _("23 hours and 50 minutes later: reported by the buyer as used"),
        ),
        _("It did not work at the shop today. I have no slip."),
        _("It was new. He had it for a whole day, and reports it ten minutes before the end."),
        "seller",
        ("not_proven",),
        _(
            "Who claims that the code was bad shows it: a slip, a screen, a time. A day after the"
            " reveal, without any of these, it is not proven."
        ),
    ),
)
