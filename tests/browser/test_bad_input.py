"""Each field of each endpoint that writes, given what nobody should send: a 4xx with a message at the field, and nothing
is stored. The tables below say what a valid body is and what each field takes; the wrong values follow from that."""

import dataclasses
import json
import re

import pytest

from black_box import count_rows, next_key


@dataclasses.dataclass
class Endpoint:
    method: str
    path: str
    body: dict
    fields: dict  # path of the field -> what it takes
    version: str = None  # the ETag to change, where there must be one
    body_max: int = 64 * 1024

    def __str__(self):
        return f"{self.method} {self.path}"


@dataclasses.dataclass
class Kind:
    """What a field takes: its wrong values, each with the codes that may answer it."""
    wrong: list
    required: bool = False


HUGE = "9" * 30


def text(longest, required=False, multiline=False):
    wrong = [("x" * (longest + 1), {"too_long"}), ("bell\u0007", {"control_character"}), ({"a": "1"}, {"wrong_type"}),
             (["1"], {"wrong_type"}), (7, {"wrong_type"}), (True, {"wrong_type"})]
    if not multiline:
        wrong.append(("two\nlines", {"control_character"}))
    return Kind(wrong, required)


def date(required=False):
    return Kind([(value, {"not_a_date"}) for value in
                 ("2026-02-31", "2026-13-01", "2025-02-29", "31.01.2026", "today", "2026-1-1", HUGE)] +
                [(20260131, {"wrong_type"}), (["2026-01-31"], {"wrong_type"})], required)


def amount(required=False, least=0, currency="EUR"):
    precise = "1.5" if currency == "JPY" else "1.005"
    return Kind([(precise, {"over_precise"}), ("ten", {"not_an_amount"}), ("1e3", {"not_an_amount"}),
                 ("-1", {"negative", "out_of_range", "not_an_amount"}), (HUGE, {"out_of_range"}), (1.5, {"wrong_type"}),
                 ("NaN", {"not_an_amount"}), ({"minor": 1}, {"wrong_type"})] +
                ([("0", {"out_of_range"})] if least else []), required)


def percent(required=False):
    return Kind([("101", {"out_of_range"}), ("-1", {"out_of_range", "negative", "not_a_percentage", "not_a_number"}),
                 ("7.555", {"over_precise"}), ("many", None), (True, {"wrong_type"}), (HUGE, {"out_of_range"})], required)


def chosen(required=False):
    return Kind([("nonsense", None), ({"a": 1}, {"wrong_type"}), (True, {"wrong_type"})], required)


def row(required=False):
    """The number of a row of another table."""
    return Kind([("first", {"not_a_number"}), ("-1", {"out_of_range"}), (HUGE, {"out_of_range"}), (0, {"out_of_range"}),
                 (True, {"wrong_type"}), (1.5, {"not_a_number"})], required)


def currency():
    return Kind([("XXQ", {"unknown_currency"}), ("EURO", {"unknown_currency"}), (978, {"wrong_type"})], required=True)


def flag():
    return Kind([("maybe", {"wrong_type", "not_one_of"}), ({"a": 1}, {"wrong_type"}), (7, {"wrong_type", "not_one_of"})])


ORGANISATION = {"name": "Bad Input House", "is_funder": True, "country": "BE", "vat_number": "BE0123", "website": "https://e.org",
                "address_line": "Street 1", "postal_code": "1000", "city": "Brussels", "notes": "n",
                "identifiers": [{"scheme": "PIC", "value": "999888777"}],
                "contacts": [{"name": "Ada", "role": "desk", "email": "ada@example.org", "phone": "1"}]}
ORGANISATION_FIELDS = {
    "name": text(200, required=True), "is_funder": flag(), "is_partner": flag(), "is_supplier": flag(),
    "country": Kind([("Belgium", {"not_a_country"}), ("be", {"not_a_country"}), (32, {"wrong_type"})]),
    "vat_number": text(30), "website": Kind([("javascript:1", {"not_a_website"}), ("https://" + "x" * 200, {"too_long"})]),
    "address_line": text(200), "postal_code": text(20), "city": text(100), "notes": text(4000, multiline=True),
    "identifiers.0.scheme": chosen(required=True),
    "identifiers.0.value": Kind([("12345678", {"not_a_pic"}), ("99988877x", {"not_a_pic"}), ("x" * 101, {"too_long"})],
                                required=True),
    "contacts.0.name": text(200, required=True), "contacts.0.role": text(200),
    "contacts.0.email": Kind([("ada", {"not_an_email"}), ("a b@c", {"not_an_email"}), ("x" * 201, {"too_long"})]),
    "contacts.0.phone": text(50)}

SOURCE = {"kind": "contribution", "name": "Own budget of Bad Input House", "basis": "cash", "currency": "EUR",
          "planned_amount": "1000.00", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "probability": "50", "notes": "n"}
SOURCE_FIELDS = {
    "kind": chosen(required=True), "name": text(200, required=True), "organisation_id": row(), "basis": chosen(required=True),
    "currency": currency(), "planned_amount": amount(), "starts_on": date(required=True),
    "ends_on": Kind(date().wrong + [("2025-12-31", {"end_before_start"})]), "probability": percent(),
    "notes": text(4000, multiline=True)}

GRANT = {"programme": "generic-foundation", "title": "Bad input", "reference": "R-1", "call": "C-1", "currency": "EUR",
         "state": "applied", "state_on": "2026-01-01", "requested_amount": "1000.00", "probability": "50", "starts_on": "2026-01-01",
         "ends_on": "2026-12-31", "funding_rate": "100", "indirect_rate": "7", "transfer_threshold": "20",
         "overspend_rule": "stop", "match_required": "0.00", "retention_until": "2031-12-31", "notes": "n"}
GRANT_FIELDS = {
    "title": text(200, required=True), "reference": text(100), "call": text(200), "funder_id": row(required=True),
    "currency": currency(), "requested_amount": amount(required=True, least=1), "probability": percent(),
    "starts_on": date(required=True), "ends_on": Kind(date().wrong + [("2025-12-31", {"end_before_start"})], True),
    "funding_rate": percent(), "indirect_rate": percent(), "transfer_threshold": percent(), "overspend_rule": chosen(),
    "match_required": amount(), "retention_until": Kind(date().wrong + [("2026-12-30", {"end_before_start"})]),
    "report_layout": chosen(), "notes": text(4000, multiline=True)}

INSTALMENT = {"kind": "prefinancing", "title": "First", "due_on": "2026-03-01", "amount": "400.00", "retained": "5.00"}
INSTALMENT_FIELDS = {"kind": chosen(required=True), "title": text(200, required=True), "due_on": date(required=True),
                     "amount": amount(required=True, least=1), "retained": amount()}
RECEIPT = {"received_on": "2026-03-02", "amount": "400.00", "reference": "bank-1"}
RECEIPT_FIELDS = {"received_on": Kind(date().wrong + [("2199-01-01", {"in_the_future"})], True),
                  "amount": amount(required=True, least=1), "reference": text(140, required=True),
                  "settled_reason": text(200)}
OBLIGATION = {"kind": "report", "title": "Periodic report", "due_on": "2026-09-01"}
OBLIGATION_FIELDS = {"kind": chosen(required=True), "title": text(200, required=True), "due_on": date(required=True),
                     "owner_id": row()}
LINE = {"work_package": "WP1", "starts_on": "2026-03-01", "ends_on": "2026-06-30", "description": "People",
        "amount": "100.00"}
LINE_FIELDS = {
    "lines.0.category": chosen(required=True), "lines.0.work_package": text(50), "lines.0.partner": chosen(),
    "lines.0.starts_on": date(), "lines.0.ends_on": Kind(date().wrong + [("2026-02-28", {"end_before_start"})]),
    "lines.0.description": text(200), "lines.0.amount": amount(required=True)}


@pytest.fixture(scope="module")
def place(coordinator):
    """What the endpoints below need to exist, and the endpoints themselves."""
    def make(path, body, **options):
        made = coordinator.api("POST", path, json=body, **options)
        assert made.status_code in (200, 201), made.text
        return made

    made = make("/organisations", {**ORGANISATION, "name": "Existing House", "is_partner": True, "identifiers": []})
    organisation, house = made.json()["id"], made.headers["ETag"]
    source_body = {**SOURCE, "organisation_id": organisation}
    source = make("/sources", source_body)
    grant_body = {**GRANT, "funder_id": organisation}
    grant = make("/grants", grant_body)
    yen = make("/grants", {**grant_body, "title": "In yen", "currency": "JPY", "requested_amount": "1000",
                           "match_required": "0"})
    number = grant.json()["id"]
    home = f"/grants/{number}"
    won = make(home + "/state", {"to_state": "awarded", "on_date": "2026-01-01", "awarded_amount": "1000.00"},
               headers={"If-Match": grant.headers["ETag"]})
    instalment = make(home + "/instalments", INSTALMENT)
    obligation = make(home + "/obligations", OBLIGATION)
    draft = make(home + "/budget/versions", None)
    category = coordinator.api("GET", home).json()["categories"][0]["code"]
    paid = f"{home}/instalments/{instalment.json()['id']}"
    line = {**LINE, "category": category}
    change = {key: value for key, value in grant_body.items() if key not in ("programme", "state", "state_on", "probability")}
    return [
        Endpoint("POST", "/organisations", ORGANISATION, ORGANISATION_FIELDS),
        Endpoint("PUT", f"/organisations/{organisation}", ORGANISATION, ORGANISATION_FIELDS, house),
        Endpoint("POST", "/sources", source_body, SOURCE_FIELDS),
        Endpoint("PUT", f"/sources/{source.json()['id']}", source_body, SOURCE_FIELDS, source.headers["ETag"]),
        Endpoint("POST", "/grants", grant_body, {**GRANT_FIELDS, "programme": chosen(required=True), "state": chosen(),
                                                 "probability": percent(required=True),
                                                 "state_on": Kind(date().wrong + [("2199-01-01", {"in_the_future"})])}),
        Endpoint("PUT", home, {**change, "awarded_amount": "1000.00"},
                 {**GRANT_FIELDS, "awarded_amount": amount(required=True, least=1)}, won.headers["ETag"]),
        Endpoint("POST", f"/grants/{yen.json()['id']}/state",
                 {"to_state": "awarded", "on_date": "2026-01-01", "awarded_amount": "1000"},
                 {"to_state": chosen(required=True),
                  "on_date": Kind(date().wrong + [("2199-01-01", {"in_the_future"})], True),
                  "awarded_amount": amount(required=True, least=1, currency="JPY"), "reference": text(100),
                  "reason": text(1000, multiline=True)}, yen.headers["ETag"]),
        Endpoint("PUT", home + "/partners",
                 {"partners": [{"organisation_id": organisation, "role": "coordinator", "share": "500.00"}]},
                 {"partners.0.organisation_id": row(required=True), "partners.0.role": chosen(), "partners.0.share": amount()}, won.headers["ETag"]),
        Endpoint("POST", f"/grants/{yen.json()['id']}/instalments", {**INSTALMENT, "amount": "400", "retained": "5"},
                 {**INSTALMENT_FIELDS, "amount": amount(required=True, least=1, currency="JPY"),
                  "retained": amount(currency="JPY")}),
        Endpoint("POST", home + "/instalments", INSTALMENT, INSTALMENT_FIELDS),
        Endpoint("POST", paid + "/receive", RECEIPT, RECEIPT_FIELDS, instalment.headers["ETag"]),
        Endpoint("POST", home + "/obligations", OBLIGATION, OBLIGATION_FIELDS),
        Endpoint("POST", f"{home}/obligations/{obligation.json()['id']}/state", {"state": "submitted"},
                 {"state": chosen(required=True), "reason": text(1000)}, obligation.headers["ETag"]),
        Endpoint("PUT", home + "/budget/versions/1", {"lines": [line]}, LINE_FIELDS, draft.headers["ETag"],
                 body_max=1024 * 1024),
    ]


def with_value(body, path, value):
    """A copy of the body with another value at "lines.0.amount"; None takes the field out."""
    copy = json.loads(json.dumps(body))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = copy
    for part in parents:
        place = place[part]
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return copy


def send(coordinator, endpoint, body=None, raw=None, **headers):
    if endpoint.version and "If-Match" not in headers:
        headers["If-Match"] = endpoint.version
    if raw is not None:
        return coordinator.api(endpoint.method, endpoint.path, data=raw,
                               headers={"Content-Type": "application/json", **headers})
    return coordinator.api(endpoint.method, endpoint.path, json=body, headers=headers)


def refusal(answer, where):
    assert 400 <= answer.status_code < 500, f"{where}: {answer.status_code} {answer.text[:300]}"
    assert answer.headers["Content-Type"] == "application/problem+json", where
    problem = answer.json()
    assert len(problem["detail"]) > 10, f"{where} says what is wrong"
    return problem


def test_every_valid_body_is_accepted(service, coordinator, place):
    """So that what is refused below is refused for its one wrong value."""
    for endpoint in place:
        answer = coordinator.api(endpoint.method, endpoint.path + "?dry_run=true", json=endpoint.body,
                                 headers={"If-Match": endpoint.version} if endpoint.version else {})
        assert answer.status_code == 200, f"{endpoint}: {answer.text}"


def test_every_wrong_value_is_told_at_its_field_and_nothing_is_stored(service, coordinator, place):
    before = count_rows(service.database_url)
    wrong = []
    for endpoint in place:
        for field, kind in endpoint.fields.items():
            values = kind.wrong + ([(None, None), ("", None), ("   ", None)] if kind.required else [])
            for value, codes in values:
                where = f"{endpoint} with {field} = {str(value)[:40]!r}"
                answer = send(coordinator, endpoint, with_value(endpoint.body, field, value))
                problem = answer.json() if answer.status_code == 422 else {}
                at_field = [e for e in problem.get("errors", []) if (e["field"] + ".").startswith(field + ".")]
                if not at_field:
                    wrong.append(f"{where}: {answer.status_code} {answer.text[:200]}")
                elif codes and not codes & {e["code"] for e in at_field}:
                    wrong.append(f"{where}: {at_field}")
                elif not all(len(e["message"]) >= 10 for e in at_field):
                    wrong.append(f"{where}: says too little: {at_field}")
    assert not wrong, "\n".join(wrong)
    assert count_rows(service.database_url) == before


def test_unknown_fields_are_refused_with_their_name(service, coordinator, place):
    before = count_rows(service.database_url)
    for endpoint in place:
        for value in ("red", [], {}):
            problem = refusal(send(coordinator, endpoint, {**endpoint.body, "colour": value}), endpoint)
            assert ("colour", "unknown_field") in {(e["field"], e["code"]) for e in problem["errors"]}, endpoint
    assert count_rows(service.database_url) == before


def test_a_draft_is_emptied_by_an_empty_list_and_never_by_forgetting_it(coordinator, place):
    draft = place[-1]
    for raw in (b"", b"{}", b'{"lines": "none"}', b'{"lines": 0}'):
        problem = refusal(send(coordinator, draft, raw=raw), draft)
        assert not raw or problem["errors"][0]["field"] == "lines"
    assert coordinator.api("PUT", draft.path + "?dry_run=true", json={"lines": []},
                           headers={"If-Match": draft.version}).status_code == 200


def test_what_cannot_be_read_is_refused_with_its_place(service, coordinator, place):
    before = count_rows(service.database_url)
    for endpoint in place:
        broken = refusal(send(coordinator, endpoint, raw=b'{\n  "a": 1,\n  "b": ]\n}'), endpoint)
        assert re.search(r"line 3, column \d", broken["detail"]), broken["detail"]
        for raw in (b'{"name": "\xff\xfe"}', b'{"title": "\xed\xa0\x80"}', b"[1, 2]", b'"text"', b"null", b"{", b"",
                    b'{"name": "a", "name": "b"}', b'{"a":' * 17 + b"1" + b"}" * 17):
            answer = send(coordinator, endpoint, raw=raw)
            assert answer.status_code in (400, 422), f"{endpoint} with {raw!r}: {answer.status_code} {answer.text[:200]}"
            refusal(answer, endpoint)
        form = coordinator.api(endpoint.method, endpoint.path, data="<a/>", headers={
            "Content-Type": "application/xml", "If-Match": endpoint.version or '"1"'})
        assert form.status_code == 415, f"{endpoint}: {form.status_code}"
    assert count_rows(service.database_url) == before


def test_a_body_over_its_limit_is_refused_before_it_is_read(service, coordinator, place):
    for endpoint in place:
        answer = send(coordinator, endpoint, raw=b'{"name": "' + b"x" * endpoint.body_max + b'"}')
        assert answer.status_code == 413, f"{endpoint}: {answer.status_code}"
        assert "larger than the" in refusal(answer, endpoint)["detail"]


def test_who_changes_says_which_version_and_it_is_the_current_one(service, coordinator, place):
    before = count_rows(service.database_url)
    for endpoint in place:
        if not endpoint.version:
            continue
        missing = coordinator.api(endpoint.method, endpoint.path, json=endpoint.body)
        assert missing.status_code == 428, f"{endpoint}: {missing.status_code} {missing.text}"
        for version, status in (('"999"', 412), ('"0"', 400), ("seven", 400), (f'"{HUGE}"', 400)):
            answer = send(coordinator, endpoint, endpoint.body, **{"If-Match": version})
            assert answer.status_code == status, f"{endpoint} with {version}: {answer.status_code} {answer.text}"
            refusal(answer, endpoint)
    assert count_rows(service.database_url) == before


def test_a_key_acts_once_and_is_not_for_another_body(service, coordinator, place):
    for endpoint in (e for e in place if e.version is None):
        key = next_key()
        first = send(coordinator, endpoint, endpoint.body, **{"Idempotency-Key": key})
        assert first.status_code == 201, f"{endpoint}: {first.text}"
        stored = count_rows(service.database_url)
        again = send(coordinator, endpoint, endpoint.body, **{"Idempotency-Key": key})
        assert (again.status_code, again.text) == (first.status_code, first.text), endpoint
        assert again.headers["Idempotent-Replay"] == "true"
        other = refusal(send(coordinator, endpoint, {**endpoint.body, "title": "Other", "name": "Other"},
                             **{"Idempotency-Key": key}), endpoint)
        assert other["errors"][0]["code"] == "key_reused", other
        too_long = send(coordinator, endpoint, endpoint.body, **{"Idempotency-Key": "k" * 201})
        assert too_long.status_code == 422, endpoint
        assert count_rows(service.database_url) == stored


FORMS = {
    "/organisations/new": ("name", "", {"country": "Belgium", "city": "Typed City"}, "capital letters"),
    "/sources/new": ("name", "Typed source", {"kind": "income", "currency": "EUR", "basis": "cash",
                                              "planned_amount": "1.005", "starts_on": "2026-02-31"}, "2026-02-28"),
    "/grants/new?programme=generic-foundation": ("title", "Typed grant", {"currency": "JPY", "requested_amount": "1.5",
                                                                           "starts_on": "2026-01-01",
                                                                           "ends_on": "2025-01-01"}, "not before the start"),
}


@pytest.mark.parametrize("page", FORMS)
def test_a_form_keeps_what_was_typed_and_says_at_the_field_what_to_do(service, coordinator, page):
    field, value, others, message = FORMS[page]
    before = count_rows(service.database_url)
    html = coordinator.get(page).text
    action = re.search(r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*id="form|<form[^>]*action="(/(?:organisations|sources|grants)[^"]*)"', html)
    action = next(group for group in action.groups() if group)
    answer = coordinator.post_form(action, {field: value, **others}, page=page)
    assert answer.status_code == 422, answer.status_code
    assert message in answer.text
    for typed in [value, *others.values()]:
        assert not typed or re.search(rf'value="{re.escape(typed)}"|<option[^>]*selected[^>]*>', answer.text), f"{typed} is still there"
    assert 'aria-invalid="true"' in answer.text or "is-invalid" in answer.text
    assert count_rows(service.database_url) == before


def test_control_characters_and_bad_utf8_in_a_form_are_refused(service, coordinator):
    before = count_rows(service.database_url)
    tokens = coordinator.tokens("/organisations/new")
    for raw in (b"name=a%07b&is_funder=on", b"name=%FF%FE&is_funder=on", b"name=a%00b&is_funder=on", b"name=%zz&is_funder=on"):
        extra = "&".join(f"{name}={value}" for name, value in tokens.items()).encode()
        answer = coordinator.session.post(coordinator.url + "/organisations", data=extra + b"&" + raw, timeout=20,
                                          headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert 400 <= answer.status_code < 500, f"{raw!r}: {answer.status_code}"
    assert count_rows(service.database_url) == before
