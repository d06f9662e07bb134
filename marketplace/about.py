"""What the API says of itself: its document, its page for people, whether this is a sandbox."""

from functools import lru_cache
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.fields import MomentField, Shown
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.drf.outside import VERSION

TAG = "about"


class StatusSerializer(Shown):
    version = serializers.CharField(help_text="Of the API.")
    rules_version = serializers.CharField()
    sandbox = serializers.BooleanField(help_text="Whether all money here is play money.")
    now = MomentField(help_text="The clock that every deadline is read from.")


_generator: Any = SchemaGenerator


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; drawn up once, in English."""
    with translation.override("en"):
        found: dict[str, Any] = _generator().get_schema(request=None, public=True)
        return found


class AboutDoor(Door):
    @Operation(
        id="status_get",
        summary="The API's version, its clock, and whether this is a sandbox.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: StatusSerializer},
    )
    def status(self, request: Request) -> Response:  # noqa: ARG002
        facts = {
            "version": VERSION,
            "rules_version": settings.RULES_VERSION,
            "sandbox": settings.SANDBOX,
            "now": clock.now(),
        }
        return Response(StatusSerializer(facts).data)

    @extend_schema(exclude=True)
    @Operation(
        id="schema_get",
        summary="This document.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: {"type": "object"}},
    )
    def openapi(self, request: Request) -> Response:  # noqa: ARG002
        return Response(document())


@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class DocsPage(SpectacularSwaggerSplitView):
    """Swagger UI from our own files; its script comes from a second address of this view."""

    authentication_classes = ()
    template_name = "api/docs.html"
    url = "/api/v1/schema/"
    title = "Fairhand API"
