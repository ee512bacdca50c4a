"""A coordinator explains to the funder why a budget line is not where it was expected to be."""

import io

import openpyxl
import pytest

from conftest import Person

PATH = "/grants/1/explanations?from=2026-01-01&to=2026-12-31"


@pytest.fixture(scope="module")
def writer(example):
    return Person(example, "coordinator")


@pytest.fixture(scope="module")
def reader(example):
    return Person(example, "viewer")


def first_line(person):
    answer = person.api("GET", PATH)
    assert answer.status_code == 200, answer.text
    return answer, answer.json()["lines"][0]


def body(line, text):
    return {"from": "2026-01-01", "to": "2026-12-31",
            "explanations": [{"budget_line_id": line["budget_line_id"], "explanation": text}]}


def test_lines_beyond_the_threshold_ask_for_an_explanation(writer):
    answer, _ = first_line(writer)
    found = answer.json()
    assert found["threshold"] == "10" and found["currency"] == "EUR"
    for line in found["lines"]:
        assert float(line["variance"]) == pytest.approx(float(line["expected_to_date"]) - float(line["actual_to_date"]))
        assert line["required"] == (abs(float(line["variance"])) > float(line["budget"]) / 10)


def test_an_explanation_is_in_the_report_of_its_period_and_in_no_other(writer):
    answer, line = first_line(writer)
    written = writer.api("POST", "/grants/1/explanations", json=body(line, "=1+1 begins in spring"),
                         headers={"If-Match": answer.headers["ETag"], "Idempotency-Key": "explain-1"})
    assert written.status_code == 200, written.text
    assert [x["explanation"] for x in written.json()["explanations"]] == ["=1+1 begins in spring"]
    _, line = first_line(writer)
    author = line["explained_by"]
    assert author.startswith("Coordinator"), "another test may have renamed them"

    def cells(first, last):
        content = writer.get(f"/grants/1/reports/funder-report.xlsx?from={first}&to={last}").content
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Variance"]
        return [row[11].value for row in sheet.iter_rows(min_row=4)]

    assert f"=1+1 begins in spring ({author})" in cells("2026-01-01", "2026-12-31")
    assert f"=1+1 begins in spring ({author})" not in cells("2026-01-01", "2026-06-30")


def test_who_writes_on_an_old_page_is_told(writer):
    answer, line = first_line(writer)
    stale = str(int(answer.headers["ETag"].strip('"')) + 1)
    refused = writer.api("POST", "/grants/1/explanations", json=body(line, "late"), headers={"If-Match": f'"{stale}"'})
    assert refused.status_code == 412
    missing = writer.api("POST", "/grants/1/explanations", json=body(line, "late"))
    assert missing.status_code == 428


def test_a_line_of_another_grant_is_refused_and_nothing_is_stored(writer):
    answer, line = first_line(writer)
    refused = writer.api("POST", "/grants/1/explanations", json=body({"budget_line_id": 999999}, "none"),
                         headers={"If-Match": answer.headers["ETag"]})
    assert refused.status_code == 422, refused.text
    long = writer.api("POST", "/grants/1/explanations", json=body(line, "x" * 2001),
                      headers={"If-Match": answer.headers["ETag"]})
    assert long.status_code == 422 and "explanations.0.explanation" in long.text
    assert writer.api("GET", PATH).headers["ETag"] == answer.headers["ETag"]


def test_the_page_keeps_what_was_typed_and_stores_it(writer):
    page = writer.get(PATH)
    assert page.status_code == 200 and "Variances to explain" in page.text
    fields = {name: value for name, value in writer.tokens(PATH).items()}
    refused = writer.session.post(writer.url + "/grants/1/explanations", timeout=20,
                                  data={**fields, "explanations.0.explanation": "x" * 2001})
    assert refused.status_code == 422 and "x" * 2001 in refused.text
    stored = writer.session.post(writer.url + "/grants/1/explanations", timeout=20,
                                 data={**writer.tokens(PATH), "explanations.0.explanation": "From the page"})
    assert stored.status_code == 200 and "From the page" in stored.text


def test_a_viewer_reads_and_does_not_write(reader, writer):
    answer, line = first_line(reader)
    assert "<textarea" not in reader.get(PATH).text
    refused = reader.api("POST", "/grants/1/explanations", json=body(line, "no"), headers={"If-Match": answer.headers["ETag"]})
    assert refused.status_code == 403
    assert writer.get("/grants/999/explanations").status_code == 404
