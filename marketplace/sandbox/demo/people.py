"""The demo's people: two to sign in as, the sellers, the staff member. Made by the same verbs."""

from datetime import date

from django.contrib.auth.models import Group

from accounts.actions import sign_up
from accounts.identity.actions import phone, verification
from accounts.inbox.models import Mail
from accounts.models import User

PASSWORD = "fairhand demo 2026"  # noqa: S105 - printed by `make run`, for play money only
BUYER, SELLER, STAFF = "buyer@demo.example", "seller@demo.example", "staff@demo.example"
JUROR = "juror@demo.example"  # whoever the demo's draw seats last
DESK = {
    "agent": "agent@demo.example",
    "adjudicator": "adjudicator@demo.example",
    "supervisor": "supervisor@demo.example",
    "auditor": "auditor@demo.example",
}
SELLERS = {
    "mei": "Mei 美",
    "jun": "Jun 俊",
    "an": "An 安",
    "tao": "Tao 涛",
    "ning": "Ning 宁",
    "rui": "Rui 瑞",
    "hua": "Hua 华",
}


def make() -> dict[str, User]:
    """Everybody by short name; `mei` is the demo seller."""
    people = {"buyer": person("buyer", BUYER, "Bo 博")}
    for number, (short, name) in enumerate(SELLERS.items()):
        email = SELLER if short == "mei" else f"{short}@demo.example"
        people[short] = person(short, email, name, number=number + 1)
    people["staff"] = staff()
    for role, email in DESK.items():
        people[role] = _at_desk(role, email)
    return people


def person(short: str, email: str, name: str, *, number: int = 0) -> User:
    """A member of level 2."""
    user = sign_up.sign_up(email=email, password=PASSWORD, name=name)
    sign_up.confirm_email(user.pk)
    phone.send_phone_code(user.pk, phone=f"1380000{number:04}", by=user)
    message = Mail.objects.filter(to__endswith=f"{number:04}").latest("created_at")
    user = phone.confirm_phone(user.pk, digits=message.text[:6], by=user)
    return verification.verify_identity(
        user.pk,
        name=f"Demo {short.title()}",
        document_type="passport",
        number=f"E{number:07}1",
        birth_date=date(1990, 1, 1 + number),
        by=user,
    )


def _at_desk(role: str, email: str) -> User:
    """A member of staff with one role; each sees its own queues only."""
    user = sign_up.sign_up(email=email, password=PASSWORD, name=f"Demo {role}")
    sign_up.confirm_email(user.pk)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def staff() -> User:
    """Customer service in the demo; a real site makes its staff by hand, one by one."""
    user = sign_up.sign_up(email=STAFF, password=PASSWORD, name="Demo desk")
    sign_up.confirm_email(user.pk)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=user.pk)
