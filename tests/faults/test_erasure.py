"""An erased donor is nowhere any more: not in a dump, not in the files of tables and indexes, not in the write-ahead log, not
in any log. Amounts and receipt numbers stay."""

import pathlib
import subprocess

import requests

from conftest import Client, psql, query

NAME, EMAIL, STREET, IBAN = "Zyxwina Quarkova", "zyxwina@quark.example", "Quarkstraat 17", "DE89370400440532013000"
TRACES = [b"Zyxwina", b"zyxwina", b"Quark", b"quark", IBAN.encode()]
WORDS = b"lantern-for-the-night"  # of a message: plain text, so it is in the write-ahead log until that is recycled


def search(folder, traces, inside):
    """Files below the folder that hold one of the traces."""
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file() and path.parts[len(pathlib.Path(folder).parts)] in inside:
            content = path.read_bytes()
            found += [(str(path), trace) for trace in traces if trace in content or trace.hex().encode() in content]
    return found


def test_an_erased_donor_is_nowhere_and_every_amount_stays(cluster, service, token):
    client = Client(service.url, token)

    def post(path, body, status=201, **headers):
        answer = client.api("POST", path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    # The name comes in by every door there is.
    donor = post("/donors", {"name": NAME, "email": EMAIL, "address_line": STREET, "contact_preference": "email", "consent_on": "2026-01-01"})
    gift = post("/donations", {"given_on": "2026-02-03", "method": "card", "gross": "25.00", "donor_id": donor["id"],
                               "message": WORDS.decode()}, **{"Idempotency-Key": "erasure-gift"})
    receipt = post("/donation-receipts", {"donation_id": gift["id"]})
    account = post("/bank-accounts", {"name": "Erasure", "holder": "Sparks", "iban": "NL91ABNA0417164300", "currency": "EUR",
                                      "opening_on": "2026-01-31", "opening": "0.00"})
    mapped = client.api("PUT", f"/bank-accounts/{account['id']}/csv-mapping", json={
        "columns": {"booked_on": "Date", "amount": "Amount", "name": "Name", "iban": "IBAN", "message": "Text"},
        "options": {"decimal": "point", "dates": "iso"}})
    assert mapped.status_code == 200, mapped.text
    csv = f"Date,Amount,Name,IBAN,Text\n2026-02-04,40.00,{NAME},{IBAN},From {NAME}\n"
    uploaded = client.api("POST", f"/bank-statements?account_id={account['id']}", data=csv.encode(), headers={"Content-Type": "text/csv"})
    assert uploaded.status_code == 200, uploaded.text
    line = client.api("GET", f"/bank-accounts/{account['id']}/lines").json()["items"][0]
    assert line["name"] == NAME
    etag = client.api("GET", f"/bank-lines/{line['id']}").headers["ETag"]
    post(f"/bank-lines/{line['id']}/match", {"target": "campaign:0", "donor_id": donor["id"]}, 200,
         **{"If-Match": etag, "Idempotency-Key": "erasure-match"})
    file = client.api("POST", "/imports?kind=donations", data=f"Date,Amount,Name\n2026-02-05,5.00,{NAME}\n".encode(), headers={"Content-Type": "text/csv"})
    assert file.status_code == 201, file.text
    promised = requests.post(service.url + "/support/pledge", timeout=10, allow_redirects=False, data={
        "name": NAME, "email": EMAIL, "amount": "10.00", "cycle": "monthly", "agree": "on"})
    assert promised.status_code == 303, promised.text
    offer = client.api("GET", "/pledge-offers").json()["items"][-1]
    assert offer["name"] == NAME
    post(f"/pledge-offers/{offer['id']}/accept", {}, 200)
    assert client.api("GET", f"/donors/{donor['id']}/identity").json()["name"] == NAME
    assert client.api("GET", f"/donors/{donor['id']}/export").status_code == 200

    before = query(cluster.url, "SELECT sum(amount_minor) FILTER (WHERE account_code = 'bank'), count(*) FROM postings")
    etag = client.api("GET", f"/donors/{donor['id']}").headers["ETag"]
    post(f"/donors/{donor['id']}/erase", {"reason": "asked_by_the_donor"}, 200, **{"If-Match": etag})

    assert query(cluster.url, "SELECT sum(amount_minor) FILTER (WHERE account_code = 'bank'), count(*) FROM postings") == before
    assert client.api("GET", f"/donation-receipts/{receipt['id']}").json()["number"] == receipt["number"]
    assert "Everything holds." in service.command("verify")
    dump = subprocess.run(["pg_dump", "-d", cluster.url], check=True, capture_output=True).stdout
    assert len(dump) > 100_000
    for trace in [*TRACES, WORDS]:
        assert trace not in dump and trace.hex().encode() not in dump, trace
    # What was deleted leaves the files of tables and indexes once they are rewritten.
    psql(cluster.url, "VACUUM FULL")
    psql(cluster.url.replace("kindling_owner", "kindling_admin"), "CHECKPOINT")
    folder = cluster.folder + "/postgres"
    assert search(folder, [*TRACES, WORDS], {"base", "global"}) == []
    # Who somebody is was never written in plain text, so not even the write-ahead log has it.
    assert search(folder, TRACES, {"pg_wal"}) == []
    logs = service.log.read_bytes() + b"".join(path.read_bytes() for path in pathlib.Path(cluster.folder).rglob("*log*") if path.is_file())
    assert b"request" in logs
    for trace in [*TRACES, WORDS]:
        assert trace not in logs, trace
