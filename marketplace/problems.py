"""The page behind each code of a refusal: what it means, and what to do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.lib.errors import STATUS
from marketplace.lib.problems import PROBLEMS


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    if code not in PROBLEMS:
        raise Http404
    facts = {"problem": PROBLEMS[code], "code": code, "status": STATUS[code]}
    return render(request, "problem.html", facts)
