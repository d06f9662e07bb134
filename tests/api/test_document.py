"""The OpenAPI document: committed as it is, whole, and true of the site that serves it."""

from pathlib import Path

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.renderers import OpenApiYamlRenderer

from marketplace.about import document
from marketplace.lib.drf.components import EXAMPLES, LINKS
from marketplace.lib.errors import STATUS
from marketplace.lib.problems import PROBLEMS
from tests.api.client import Api, in_process, valid

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def operations():
    return [operation for path in document()["paths"].values() for operation in path.values()]


def test_the_committed_document_is_the_one_that_the_code_gives():
    drawn = OpenApiYamlRenderer().render(document(), renderer_context={})

    assert COMMITTED.read_bytes() == drawn, "run: manage.py spectacular --file docs/openapi.yaml"


def test_drawing_it_up_warns_of_nothing():
    GENERATOR_STATS.reset()
    document.cache_clear()

    document()

    assert not GENERATOR_STATS


def test_every_operation_says_who_may_and_what_can_go_wrong():
    for operation in operations():
        assert operation["summary"].endswith("."), operation["operationId"]
        assert operation["tags"]
        assert operation["security"]
        assert set(operation["x-codes"]) <= STATUS.keys()
        promised = {str(STATUS[code]) for code in operation["x-codes"]}
        assert promised <= operation["responses"].keys(), operation["operationId"]


def test_operation_ids_are_unique():
    names = [operation["operationId"] for operation in operations()]

    assert sorted(set(names)) == sorted(names)


def test_bodies_take_nothing_unknown():
    schemas = document()["components"]["schemas"]

    loose = [
        name for name in schemas if name.endswith("Input") and schemas[name]["additionalProperties"]
    ]

    assert loose == []


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_valid(name: str):
    valid(EXAMPLES[name], {"$ref": f"#/components/schemas/{name}"})


def test_links_lead_to_operations_that_exist():
    names = {operation["operationId"] for operation in operations()}

    assert {target for links in LINKS.values() for target in links.values()} <= names


def test_no_schema_but_that_of_the_reveal_shows_a_code():
    schemas = document()["components"]["schemas"]

    showing = [
        name
        for name, schema in schemas.items()
        if any(
            not facts.get("writeOnly")
            for field, facts in schema.get("properties", {}).items()
            if field == "secret"
        )
    ]

    assert sorted(showing) == ["Card", "Revealed"]  # a card of the sandbox issuer, and the reveal


def test_every_code_has_its_page(client: Client, db: None):
    assert PROBLEMS.keys() == STATUS.keys()

    for code in STATUS:
        page = client.get(f"/problems/{code}/")

        assert page.status_code == 200, code
        assert str(PROBLEMS[code].title) in page.content.decode().replace("&#x27;", "'")


def test_the_docs_page_needs_no_inline_script(client: Client, db: None):
    page = client.get("/api/v1/docs/")
    script = client.get("/api/v1/docs/?script=")

    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert text.count("<script ") == text.count("<script") == 3
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert script["Content-Type"].startswith("application/javascript")


def test_the_served_document_is_the_same(db: None):
    served = Api(in_process()).get("/schema/")

    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == document()["paths"].keys()


def test_a_wrong_example_would_be_found():
    with pytest.raises(jsonschema.ValidationError):
        valid({"listing": "x", "revision": 0}, {"$ref": "#/components/schemas/PlaceInput"})
