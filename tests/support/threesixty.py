"""What the 360Giving Data Standard 1.4 asks of a package of grants (https://standard.threesixtygiving.org/), as far as we
publish: in our own words, and stricter where the standard's text says more than its schema."""

DATE = {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$"}
INSTANT = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
IDENTIFIER = {"type": "string", "pattern": r"^[^/\s]+$"}
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": r"^https?://\S+$"}


def closed(properties, required):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def several(item):
    return {"type": "array", "minItems": 1, "items": item}


ORGANISATION = closed({"id": IDENTIFIER, "name": TEXT}, ["id", "name"])
GRANT = closed(
    {"id": {"type": "string", "pattern": r"^360G-[A-Za-z0-9-]+$"}, "title": TEXT, "description": TEXT,
     "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}, "amountAppliedFor": {"type": "number"},
     "amountAwarded": {"type": "number"}, "amountDisbursed": {"type": "number"}, "awardDate": DATE,
     "plannedDates": several(closed({"startDate": DATE, "endDate": DATE}, ["startDate", "endDate"])),
     "recipientOrganization": several(ORGANISATION), "fundingOrganization": several(ORGANISATION),
     "grantProgramme": several(closed({"code": TEXT, "title": TEXT}, ["code"])), "dateModified": INSTANT},
    ["id", "title", "description", "currency", "amountAwarded", "awardDate", "recipientOrganization", "fundingOrganization"])
PACKAGE = closed(
    {"version": {"const": "1.4"}, "title": TEXT, "modified": INSTANT, "license": ADDRESS,
     "publisher": closed({"name": TEXT, "identifier": IDENTIFIER, "website": ADDRESS}, ["name"]),
     "grants": {"type": "array", "minItems": 1, "uniqueItems": True, "items": GRANT}},
    ["version", "grants", "publisher", "license"])

# The titles of the standard's spreadsheet for these fields.
TITLES = ["Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded", "Amount Disbursed",
          "Award Date", "Planned Dates:Start Date", "Planned Dates:End Date", "Recipient Org:Identifier", "Recipient Org:Name",
          "Funding Org:Identifier", "Funding Org:Name", "Grant Programme:Code", "Grant Programme:Title", "Last Modified"]
