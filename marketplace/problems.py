"""The page behind each code of a refusal: what it means, and what to do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace import rules
from marketplace.lib.errors import STATUS, Refused
from marketplace.lib.problems import PROBLEMS, appeal_of, rule_of


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    if code not in PROBLEMS:
        raise Http404
    known = PROBLEMS[code]
    refused = Refused(code, known.meaning)
    facts = {
        "problem": known,
        "code": code,
        "status": STATUS[code],
        "rule": rules.rule(rule_of(refused)),
        "appeal": rules.rule(appeal_of(refused)),
    }
    return render(request, "problem.html", facts)
