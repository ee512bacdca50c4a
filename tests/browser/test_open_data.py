"""Open data as a stranger takes it: without sign-in, valid, only what is marked, as JSON and as a spreadsheet."""

import datetime
import io
import time

import jsonschema
import openpyxl
import pytest
import requests

from threesixty import PACKAGE, TITLES


def until(found, what):
    deadline = time.monotonic() + 20
    while not (value := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return value


@pytest.fixture(scope="module")
def published(service, coordinator):
    """Two awarded grants, of which one is marked; (its number, the package)."""
    def make(path, body, **options):
        made = coordinator.api("POST", path, json=body, **options)
        assert made.status_code in (200, 201), made.text
        return made

    house = make("/organisations", {"name": "Open House", "is_funder": True,
                                    "identifiers": [{"scheme": "org-id", "value": "BE-BCE_KBO-0400000000"}]}).json()["id"]
    numbers = []
    for title in ("Told to everybody", "Kept to ourselves"):
        grant = make("/grants", {"programme": "generic-foundation", "title": title, "funder_id": house, "currency": "EUR",
                                 "state": "applied", "state_on": "2026-01-01", "probability": "50", "requested_amount": "1250.50",
                                 "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
        make(f"/grants/{grant.json()['id']}/state", {"to_state": "awarded", "on_date": "2026-02-01", "awarded_amount": "1000.25"},
             headers={"If-Match": grant.headers["ETag"]})
        numbers.append(grant.json()["id"])
    marked = coordinator.api("PUT", f"/grants/{numbers[0]}/publication", json={"description": "=A text for \"everybody\""},
                             headers={"If-Match": '"1"'})
    assert marked.status_code == 200, marked.text
    answer = until(lambda: (got := requests.get(service.url + "/open-data/grants.json", timeout=5)).status_code == 200
                   and "Told to everybody" in got.text and got, "the mark is public within some seconds")
    return numbers[0], answer


def test_the_package_is_valid_and_holds_only_what_is_marked(published):
    number, answer = published
    package = answer.json()
    jsonschema.Draft202012Validator(PACKAGE).validate(package)
    grant = next(one for one in package["grants"] if one["title"] == "Told to everybody")
    assert grant["id"] == f"360G-kindling-{number}"
    assert grant["amountAppliedFor"] == 1250.5 and grant["amountAwarded"] == 1000.25 and grant["amountDisbursed"] == 0
    assert grant["awardDate"] == "2026-02-01"
    assert grant["fundingOrganization"] == [{"id": "BE-BCE_KBO-0400000000", "name": "Open House"}]
    assert package["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "Kept to ourselves" not in answer.text
    assert len({one["id"] for one in package["grants"]}) == len(package["grants"])


def test_it_is_taken_without_sign_in_and_may_be_kept(service, published):
    _, answer = published
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = requests.get(service.url + "/open-data/grants.json", headers={"If-None-Match": answer.headers["ETag"]}, timeout=5)
    assert again.status_code == 304
    page = requests.get(service.url + "/open-data", timeout=5)
    assert page.status_code == 200 and "Told to everybody" in page.text and "Kept to ourselves" not in page.text


def test_the_spreadsheet_has_the_standards_titles_and_the_same_grants(service, published):
    number, answer = published
    sheet = openpyxl.load_workbook(io.BytesIO(requests.get(service.url + "/open-data/grants.xlsx", timeout=5).content))["grants"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == TITLES
    row = next(one for one in rows if one[0] == f"360G-kindling-{number}")
    assert row[1:8] == ["Told to everybody", '=A text for "everybody"', "EUR", 1250.5, 1000.25, 0, datetime.datetime(2026, 2, 1)]
    assert len(rows) - 1 == len(answer.json()["grants"])


def test_what_is_taken_back_is_gone(service, coordinator, published):
    number, _ = published
    done = coordinator.api("POST", f"/grants/{number}/publication/withdraw", headers={"If-Match": '"2"'})
    assert done.status_code == 200, done.text
    until(lambda: "Told to everybody" not in requests.get(service.url + "/open-data/grants.json", timeout=5).text, "it is gone")
    assert f"/grants/{number}" not in requests.get(service.url + "/open-data", timeout=5).text
