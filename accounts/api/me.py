"""A person's own account: profile, proofs, standing, closing."""

from rest_framework.response import Response

from accounts import reauth
from accounts.actions.closure import cancel_closure, close_account
from accounts.actions.profile import change_profile
from accounts.api import shapes
from accounts.api.requests import PersonRequest
from accounts.api.serializers import (
    ClosureSerializer,
    MeChangeInput,
    MeSerializer,
    PhoneConfirmInput,
    PhoneInput,
    PhoneSentSerializer,
    ReauthInput,
    StandingSerializer,
    VerificationInput,
    VerificationSerializer,
)
from accounts.identity import phones
from accounts.identity.actions.phone import confirm_phone, send_phone_code
from accounts.identity.actions.verification import verify_identity
from accounts.models import User
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.etags import expected_version, tagged
from marketplace.lib.drf.operations import Key, Operation, Who

TAG = "accounts"


class MeDoor(Door):
    @Operation(
        id="me_get",
        summary="Your account: level, limits, what you chose.",
        tag=TAG,
        scope="read",
        answers={200: MeSerializer},
        tagged=True,
    )
    def retrieve(self, request: PersonRequest) -> Response:
        return _me(request, request.user)

    @Operation(
        id="me_change",
        summary="Change the name shown, language, time zone, or which reminders are mailed.",
        tag=TAG,
        scope="profile",
        takes=MeChangeInput,
        answers={200: MeSerializer},
        match=True,
        tagged=True,
    )
    def partial_update(self, request: PersonRequest) -> Response:
        version = expected_version(request)
        changes = self.checked(request)
        person = change_profile(request.user.pk, by=request.user, version=version, **changes)
        return _me(request, person)

    @Operation(
        id="me_reauth",
        summary="Prove that it is you; the proof lasts 15 minutes, for this token or session.",
        tag=TAG,
        takes=ReauthInput,
        answers={204: None},
        key=Key.TAKEN_AGAIN,
        limit="reauth",
    )
    def reauth(self, request: PersonRequest) -> Response:
        reauth.prove(request, **self.checked(request))
        return Response(status=204)

    @Operation(
        id="me_standing",
        summary="Your score, and every event behind it.",
        tag=TAG,
        scope="read",
        answers={200: StandingSerializer},
    )
    def standing(self, request: PersonRequest) -> Response:
        return Response(StandingSerializer(shapes.standing(request.user)).data)


class ProofDoor(Door):
    """Level 1 by a phone, level 2 by name and document."""

    @Operation(
        id="me_phone",
        summary="Have a code sent to a phone.",
        tag=TAG,
        scope="profile",
        takes=PhoneInput,
        answers={202: PhoneSentSerializer},
        codes=("throttled",),
        key=Key.TAKEN,
        limit="phone_code",
    )
    def phone(self, request: PersonRequest) -> Response:
        code = send_phone_code(request.user.pk, by=request.user, **self.checked(request))
        facts = {"phone": phones.masked(code.phone), "expires_at": code.expires_at}
        return Response(PhoneSentSerializer(facts).data, status=202)

    @Operation(
        id="me_phone_confirm",
        summary="Send the code back: the phone is confirmed.",
        tag=TAG,
        scope="profile",
        takes=PhoneConfirmInput,
        answers={200: MeSerializer},
        codes=("identity_in_use",),
        key=Key.TAKEN_AGAIN,
    )
    def phone_confirm(self, request: PersonRequest) -> Response:
        digits = self.checked(request)["code"]
        person = confirm_phone(request.user.pk, digits=digits, by=request.user)
        return _me(request, person)

    @Operation(
        id="me_verification",
        summary="How far you have been checked, masked.",
        tag=TAG,
        scope="read",
        answers={200: VerificationSerializer},
    )
    def retrieve(self, request: PersonRequest) -> Response:
        return Response(VerificationSerializer(shapes.verification(request.user)).data)

    @Operation(
        id="me_verify",
        summary="Have your real name and a document checked.",
        tag=TAG,
        scope="profile",
        takes=VerificationInput,
        answers={202: VerificationSerializer},
        codes=("identity_in_use", "level_too_low"),
        key=Key.TAKEN_AGAIN,
    )
    def create(self, request: PersonRequest) -> Response:
        claim = self.checked(request)
        claim.pop("level")
        person = verify_identity(request.user.pk, by=request.user, **claim)
        return Response(VerificationSerializer(shapes.verification(person)).data, status=202)


class ClosureDoor(Door):
    @Operation(
        id="me_close",
        summary="Close the account, or say what is still open.",
        tag=TAG,
        who=Who.SESSION,
        answers={202: ClosureSerializer},
        codes=("wrong_state",),
        key=Key.TAKEN,
        reauth=True,
    )
    def close(self, request: PersonRequest) -> Response:
        reauth.require_fresh(request)
        closure = close_account(request.user.pk, by=request.user)
        facts = {"state": closure.person.state, "blockers": closure.blockers}
        return Response(ClosureSerializer(facts).data, status=202)

    @Operation(
        id="me_close_cancel",
        summary="Keep the account after all.",
        tag=TAG,
        who=Who.SESSION,
        answers={200: MeSerializer},
        codes=("wrong_state",),
        key=Key.TAKEN,
    )
    def cancel(self, request: PersonRequest) -> Response:
        return _me(request, cancel_closure(request.user.pk, by=request.user))


def _me(request: PersonRequest, person: User) -> Response:
    response = Response(MeSerializer(shapes.me(person)).data)
    return tagged(request, response, person.version, moving=True)
