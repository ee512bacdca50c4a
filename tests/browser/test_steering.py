"""The steering workbook and the donation register as their readers get them: figures equal the JSON's, charts say what they
show, LibreOffice computes the same, and nothing of a person is in them."""

import io
import re
import zipfile

import openpyxl
import pytest

import workbooks

AS_OF = "2026-03-31"


@pytest.fixture(scope="module")
def history(coordinator):
    donor = coordinator.api("POST", "/donors", json={"name": "Zyxwina Quarkova"})
    assert donor.status_code == 201, donor.text
    for number, day in enumerate(["2025-05-04", "2025-11-30", "2026-01-15", "2026-03-31"]):
        given = coordinator.api("POST", "/donations", json={
            "given_on": day, "method": "card", "gross": "120.50", "fee": "0.50", "reference": f"secret-{number}",
            "donor_id": donor.json()["id"]})
        assert given.status_code == 201, given.text
    risk = coordinator.api("POST", "/risks", json={"title": "=HYPERLINK(\"x\")", "likelihood": 3, "impact": 5,
                                                   "mitigation": "We look at it.", "review_on": "2027-01-31"})
    assert risk.status_code == 201, risk.text


@pytest.fixture(scope="module")
def workbook(coordinator, history):
    return coordinator.make_report("steering", as_of=AS_OF, language="en")


def glance(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["At a glance"]
    return {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4, max_row=16) if row[0].value}


def test_its_figures_are_those_of_the_json(coordinator, workbook):
    figures = coordinator.api("GET", f"/insight/sustainability?as_of={AS_OF}").json()
    shown = glance(workbook)
    assert f"{shown['Cash']:.2f}" == figures["cash"]
    assert f"{shown['Free cash']:.2f}" == figures["unrestricted_cash"]
    assert f"{shown['Restricted cash']:.2f}" == figures["restricted_cash"]
    for label, name in (("Months of cash", "months_of_cash"), ("Runway, months", "runway_months")):
        told = figures[name]
        assert shown[label] in (None, "", "not limited") if told is None else f"{shown[label]:.1f}" == told
    income = coordinator.api("GET", f"/insight/income?as_of={AS_OF}").json()
    assert f"{shown['Concentration']:.4f}" == income["concentration"]
    donations = coordinator.api("GET", f"/insight/donations?as_of={AS_OF}").json()
    told = {month["month"]: month["net"] for month in donations["months"]}
    sheet = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)["Donations"]
    months = {row[0].value: f"{row[6].value:.2f}" for row in sheet.iter_rows(min_row=4, max_row=3 + len(told))}
    assert months == told and float(told["2026-03"]) >= 120


def test_its_charts_are_native_and_say_what_they_show(workbook):
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        charts = [name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        drawings = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/drawings/drawing"))
        for name in charts:
            assert "<c:numRef>" in parts.read(name).decode() or "<c:f>" in parts.read(name).decode()
    described = re.findall(r'<xdr:cNvPr [^>]*descr="([^"]{20,})"', drawings)
    assert len(charts) >= 3 and len(described) == len(charts)
    assert any("Donations less fees" in text for text in described)


def test_it_ties_out_and_libreoffice_computes_the_same(workbook, keep):
    path = keep / "steering.xlsx"
    path.write_bytes(workbook)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Risks"]["A4"].value == '=HYPERLINK("x")' and book["Risks"]["A4"].data_type != "f"
    workbooks.check_ties(path)
    workbooks.check_looks(path)
    assert workbooks.check_formulas([path], keep) > 50


def test_the_register_has_every_gift_and_nobody(coordinator, history):
    content = coordinator.make_report("donation-register", **{"from": "2025-05-01", "to": AS_OF, "language": "en"})
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        everything = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    assert "Quarkova" not in everything and "secret-" not in everything
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Donations"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    gifts = [row for row in rows if isinstance(row[0], int)]
    assert len(gifts) >= 4 and all(isinstance(row[8], (int, float)) for row in gifts)
    assert abs(rows[-1][8] - sum(row[8] for row in gifts)) < 1e-9, "the total is the sum of the rows"


def test_the_page_has_a_table_for_each_chart(viewer, history):
    page = viewer.get(f"/sustainability?as_of={AS_OF}").text
    tables = re.findall(r'data-chart="\w+" data-table="([\w-]+)"', page)
    assert len(tables) >= 4
    for table in tables:
        assert f'id="{table}"' in page
    assert re.search(r'src="/static/[^"]+/chart.js"', page), "the charts' script has an address"
