"""Workbooks as other programs read them: parts, and LibreOffice's own results."""

import datetime
import os
import pathlib
import subprocess
import zipfile

import openpyxl


def parts_of(path):
    """Each part of the file as text, one element a line."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode().replace("><", ">\n<") for name in archive.namelist()}


def recalculated(paths, folder):
    """The workbooks with the values that LibreOffice computes: openpyxl drops the cached ones, so that it must."""
    folder = pathlib.Path(folder)
    bare = folder / "bare"
    bare.mkdir(parents=True, exist_ok=True)
    for path in paths:
        openpyxl.load_workbook(path).save(bare / pathlib.Path(path).name)
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "xlsx",
                    "--outdir", str(folder / "out"), *[str(bare / pathlib.Path(p).name) for p in paths]],
                   check=True, capture_output=True, timeout=600)
    return {path: openpyxl.load_workbook(folder / "out" / pathlib.Path(path).name, data_only=True) for path in paths}


def formulas(path):
    """(sheet, cell, formula) of each cell with one."""
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value


def check_formulas(paths, folder):
    """Every cell with a formula has the value that LibreOffice computes. Returns how many there are."""
    count = 0
    for path, theirs in recalculated(paths, folder).items():
        ours = openpyxl.load_workbook(path, data_only=True)
        for sheet, cell, formula in formulas(path):
            mine, its = ours[sheet][cell].value, theirs[sheet][cell].value
            same = (mine or 0) == (its or 0) or (isinstance(mine, (int, float)) and isinstance(its, (int, float))
                                                 and abs(mine - its) < 1e-9 * max(1, abs(mine)))
            assert same, f"{os.path.basename(path)} {sheet}!{cell} {formula}: we say {mine!r}, LibreOffice {its!r}"
            count += 1
    return count


def check_ties(path):
    """Each total of the tie-out sheet, behind the cover, is what the ledger says."""
    differences = [row[4].value for row in openpyxl.load_workbook(path, data_only=True).worksheets[1].iter_rows(min_row=4)
                   if row[0].value]
    assert differences and not any(differences), f"{path}: a total differs from the ledger"


def check_headings(sheet):
    """A heading stands where its cells do: right above numbers, left above texts."""
    for heading in sheet[3]:
        if heading.value is None or not heading.font.bold:
            continue
        for row in range(4, sheet.max_row + 1):
            cell = sheet.cell(row, heading.column)
            if isinstance(cell.value, str) and (cell.value.startswith("=") or cell.font.bold):
                continue  # a formula or a warning
            if cell.value is not None:
                is_right = isinstance(cell.value, (int, float)) and cell.alignment.horizontal != "left"
                assert (heading.alignment.horizontal == "right") == is_right, f"{sheet.title} {heading.coordinate} {heading.value}"
                break


def check_looks(path):
    """What every workbook has: a sheet of tie-out behind the cover, no text that was evaluated, headings that stand as
    their cells do and repeat in print, numbers as numbers, properties, and an alternative text at each chart."""
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) >= 2
    assert book.properties.title and book.properties.creator
    for sheet in book:
        assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9, sheet.title
        assert sheet.oddFooter.right.text, f"{sheet.title} says no page"
        if sheet is not book.worksheets[0]:
            check_headings(sheet)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float, datetime.datetime)):
                    assert cell.data_type in ("n", "d"), f"{sheet.title} {cell.coordinate}"
                assert not (isinstance(cell.value, str) and cell.value.startswith("#")), f"{sheet.title} {cell.coordinate}"
    for name, part in parts_of(path).items():
        if name.startswith("xl/drawings/drawing"):
            for line in part.split("\n"):
                if line.startswith("<xdr:cNvPr"):
                    assert 'descr="' in line, f"{name}: {line}"
