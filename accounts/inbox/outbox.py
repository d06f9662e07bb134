"""Sending the mail rows: one at a time, never inside the transaction that claims one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.inbox import kinds
from accounts.inbox.framing import plain, why_notices
from accounts.inbox.models import Channel, Mail, MailState, Notice
from accounts.inbox.present import present
from marketplace.lib import clock

log = structlog.get_logger(__name__)

RETRIES = tuple(timedelta(minutes=count) for count in (1, 5, 30, 120, 720))
A_SWEEP = 100


@dataclass(frozen=True)
class Content:
    subject: str
    text: str
    html: str


def sweep() -> int:
    """Send what is due, oldest first; the number of rows tried."""
    for count in range(A_SWEEP):
        mail = claim(clock.now())
        if mail is None:
            return count
        deliver(mail)
    return A_SWEEP


@transaction.atomic
def claim(at: datetime) -> Mail | None:
    """Take the next due row; if we die while sending, it comes up again after the pause."""
    due = Mail.objects.due(at).select_related("notice__person")
    mail = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if mail is None:
        return None
    mail.next_at = at + RETRIES[min(mail.attempts, len(RETRIES) - 1)]
    mail.attempts += 1
    mail.save(update_fields=["next_at", "attempts"])
    return mail


def deliver(mail: Mail) -> None:
    try:
        _send(mail)
    except Exception as error:  # whatever the transport throws, the row keeps its turn
        _failed(mail, error)
        return
    mail.state, mail.sent_at = MailState.SENT, clock.now()
    if mail.notice_id is None and not settings.SANDBOX:
        # A confirmation link or a phone code has no reason to outlive its delivery.
        mail.text = mail.html = ""
    mail.save(update_fields=["state", "sent_at", "text", "html"])


def content(mail: Mail) -> Content:
    """What the mail says; a notice is told in its reader's language."""
    if mail.notice is None:
        return Content(mail.subject, mail.text, mail.html)
    return _of_notice(mail.notice)


def _of_notice(notice: Notice) -> Content:
    with translation.override(notice.person.language):
        words = kinds.words(notice.kind, notice.facts)
        link = f"{settings.SITE_URL}{notice.link}" if notice.link else ""
        now, why = meanwhile(notice), why_notices(notice.kind)
        way = link and f"{words.link_label}: {link}"
        said = (now, words.title, words.about, words.sentence, way)
        facts = {"words": words, "link": link, "why": why, "now": now}
        return Content(
            words.title,
            plain("\n\n".join(part for part in said if part), why=why),
            render_to_string("emails/notice.html", facts),
        )


def meanwhile(notice: Notice) -> str:
    """A mail may leave hours after its notice: what has become of the fact in between."""
    now = present([notice]).get(notice.pk, "")
    return _("This has changed since. Now: {present}").format(present=now) if now else ""


def _send(mail: Mail) -> None:
    if mail.channel == Channel.SMS:
        _send_sms()
        return
    said = content(mail)
    message = EmailMultiAlternatives(
        said.subject,
        said.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        connection=get_connection(settings.MAIL_TRANSPORT),
    )
    if said.html:
        message.attach_alternative(said.html, "text/html")
    message.send()


def _send_sms() -> None:
    """In the sandbox the mailbox page shows it; elsewhere no carrier is connected yet."""
    if not settings.SANDBOX:
        raise ConnectionError("no carrier for text messages")


def _failed(mail: Mail, error: Exception) -> None:
    if mail.attempts > len(RETRIES):
        mail.state = MailState.FAILED
    mail.last_error = type(error).__name__  # never its text: servers quote addresses and bodies
    mail.save(update_fields=["state", "last_error"])
    log.warning("mail_failed", mail=str(mail.pk), attempts=mail.attempts, error=mail.last_error)
