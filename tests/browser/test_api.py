"""The JSON that dashboards read, and what it says to bad requests."""

import requests


def test_health_needs_no_sign_in_and_the_api_does(service):
    assert requests.get(service.url + "/healthz", timeout=5).text == "alive\n"
    assert "kindling_requests_total" in requests.get(service.url + "/metrics", timeout=5).text
    refused = requests.get(service.url + "/api/v1/grants", timeout=5)
    assert refused.status_code == 401
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_token_reads_and_a_viewer_does_not_write(service, viewer):
    token = service.command("user", "token", "viewer@example.org")
    headers = {"Authorization": "Bearer " + token}
    assert requests.get(service.url + "/api/v1/organisations", headers=headers, timeout=5).status_code == 200
    write = requests.post(service.url + "/api/v1/organisations", json={"name": "X", "is_funder": True}, headers=headers,
                          timeout=5)
    assert write.status_code == 403


def test_json_errors_name_the_line_and_every_field(coordinator):
    broken = coordinator.api("POST", "/organisations", data='{\n  "name": nope}', headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    assert "line 2" in broken.json()["detail"]
    wrong = coordinator.api("POST", "/organisations", json={"name": "", "country": "Belgium", "colour": "red"})
    assert wrong.status_code == 422
    assert {(e["field"], e["code"]) for e in wrong.json()["errors"]} == {
        ("name", "required"), ("is_funder", "organisation_has_a_part"), ("country", "not_a_country"),
        ("colour", "unknown_field")}


def test_an_organisation_is_changed_by_version_only(coordinator):
    made = coordinator.api("POST", "/organisations", json={"name": "Versioned", "is_supplier": True})
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    body = {"name": "Versioned once", "is_supplier": True}
    assert coordinator.api("PUT", path, json=body).status_code == 428
    assert coordinator.api("PUT", path, json=body, headers={"If-Match": '"9"'}).status_code == 412
    changed = coordinator.api("PUT", path, json=body, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] == '"2"'
    again = coordinator.api("GET", path, headers={"If-None-Match": '"2"'})
    assert again.status_code == 304


def test_csv_keeps_spreadsheets_from_running_text(coordinator):
    coordinator.api("POST", "/organisations", json={"name": "=HYPERLINK(1)", "is_supplier": True})
    csv = coordinator.api("GET", "/organisations?limit=200", headers={"Accept": "text/csv"})
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in csv.text


def test_lists_page_by_cursor_without_losing_or_doubling(coordinator):
    for number in range(7):
        coordinator.api("POST", "/organisations", json={"name": f"Paged {number}", "is_supplier": True})
    names, after = [], ""
    while True:
        page = coordinator.api("GET", f"/organisations?limit=3&after={after}").json()
        names += [item["name"] for item in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert len(names) == len(set(names))
    assert [n for n in names if n.startswith("Paged")] == [f"Paged {n}" for n in range(7)]


def test_the_openapi_document_names_every_route_that_answers(service, coordinator):
    document = requests.get(service.url + "/api/v1/openapi.json", timeout=5).json()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], f"{method} {path} says what it does"
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    resolve(document, content["schema"])
            if method == "get" and "{" not in path:
                reply = coordinator.get(path)
                # Of a funder's login alone; and one that wants to be told a hash.
                refused = {"/api/v1/my-grants": 403, "/api/v1/verify": 422}
                assert reply.status_code == refused.get(path, 200), path
                if path in refused:
                    continue
                if path != "/api/v1/openapi.json":
                    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                    check(document, schema, reply.json(), path)


def resolve(document, schema):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


def check(document, schema, value, where):
    schema = resolve(document, schema)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or any(isinstance(value, TYPES[kind]) for kind in kinds), f"{where} is {value!r}, not {kinds}"
    for name in schema.get("required", []) if "next_cursor" in schema.get("properties", {}) else []:
        assert name in value, f"{where} has no {name}"
    for name, member in schema.get("properties", {}).items():
        if isinstance(value, dict) and name in value:
            check(document, member, value[name], f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for item in value:
            check(document, schema["items"], item, where + "[]")
