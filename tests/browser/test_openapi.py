"""The OpenAPI document against what the service really answers: every field that comes is declared, with its type, and
every declared field comes."""

import re

import pytest
import requests

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


@pytest.fixture(scope="module")
def document(service):
    return requests.get(service.url + "/api/v1/openapi.json", timeout=5).json()


@pytest.fixture(scope="module")
def answers(service, coordinator, document):
    """(path, schema, body) of each GET that can be reached from what exists."""
    def make(path, body=None, **options):
        made = coordinator.api("POST", path, json=body, **options)
        assert made.status_code in (200, 201), made.text
        return made

    house = make("/organisations", {"name": "Documented House", "is_funder": True, "is_partner": True,
                                    "contacts": [{"name": "Ada"}], "identifiers": [{"scheme": "PIC", "value": "123123123"}]})
    make("/sources", {"kind": "contribution", "name": "Own", "basis": "cash", "currency": "EUR", "starts_on": "2026-01-01",
                      "organisation_id": house.json()["id"], "planned_amount": "10.00"})
    grant = make("/grants", {"programme": "generic-foundation", "title": "Documented", "funder_id": house.json()["id"],
                             "currency": "EUR", "state": "applied", "state_on": "2026-01-01", "probability": "50",
                             "requested_amount": "1000.00", "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    home = f"/grants/{grant.json()['id']}"
    make(home + "/state", {"to_state": "awarded", "on_date": "2026-01-01", "awarded_amount": "1000.00"},
         headers={"If-Match": grant.headers["ETag"]})
    part = make(home + "/instalments", {"kind": "prefinancing", "title": "First", "due_on": "2026-03-01", "amount": "4.00"})
    make(f"{home}/instalments/{part.json()['id']}/receive",
         {"received_on": "2026-03-01", "amount": "4.00", "reference": "r"}, headers={"If-Match": part.headers["ETag"]})
    make(home + "/obligations", {"kind": "report", "title": "Report", "due_on": "2026-09-01"})
    make(home + "/budget/versions")

    def fill(pattern):
        """The pattern with a number for each {part}, taken from the list before it; None where that is empty."""
        path = pattern
        while "{" in path:
            before, name, after = re.match(r"(.*?)/\{(\w+)\}(.*)", path).groups()
            if before == "/api/v1/grants":
                number = grant.json()["id"]
            else:
                listed = coordinator.get(before + "?limit=1", headers={"Accept": "application/json"})
                items = listed.json().get("items", []) if listed.status_code == 200 else []
                number = next((items[0][key] for key in (name, "id", "number", "code") if items and key in items[0]), None)
            if number is None:
                return None
            path = f"{before}/{number}{after}"
        return path

    found = []
    for pattern, operations in document["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        path = fill(pattern) if "application/json" in content and not pattern.endswith("openapi.json") else None
        if path is None:
            continue
        answer = coordinator.get(path, headers={"Accept": "application/json"})
        if answer.status_code in (403, 404, 409, 422):  # for other roles, nothing of the kind is there, or it asks for more
            continue
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        found.append((pattern, content["application/json"]["schema"], answer.json()))
    return found


def resolve(document, schema):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def differences(document, schema, value, where):
    schema = resolve(document, schema)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool)) for kind in kinds):
        return [f"{where} is {value!r}, not {' or '.join(kinds)}"]
    found = []
    properties = schema.get("properties")
    if isinstance(value, dict) and properties is not None:
        found += [f"{where}.{name} is not declared" for name in value if name not in properties]
        found += [f"{where} has no {name}" for name in schema.get("required", []) if name not in value]
        for name, member in properties.items():
            if name in value:
                found += differences(document, member, value[name], f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for item in value:
            found += differences(document, schema["items"], item, where + "[]")
    return found


def test_every_answer_is_as_it_is_declared(document, answers):
    assert len(answers) >= 15, [path for path, _, _ in answers]
    found = {difference for path, schema, body in answers for difference in differences(document, schema, body, path)}
    assert not found, "\n".join(sorted(found))


def test_every_write_declares_what_it_takes_and_answers(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            success = [status for status in operation["responses"] if status.startswith("2")]
            assert len(success) == 1, f"{method} {path}"
            assert "application/problem+json" in operation["responses"]["default"]["content"], f"{method} {path}"
            if method == "put":
                assert "requestBody" in operation, f"{method} {path} takes a body"
