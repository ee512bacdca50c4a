"""Gifts, receipts and imports while the service, or the whole of PostgreSQL, is killed again and again: nothing lost, nothing
twice, nothing half, and receipt numbers without a gap. And the same gift sent by eight clients at once."""

import concurrent.futures
import time

import requests

from conftest import Client, query, times
from test_kills import Writer, write_through

DAY = "2026-02-03"


class GiftWriter(Writer):
    """Records gifts of one donor, and a receipt for every third; each is sent again until it was acknowledged."""

    donor = None

    def receive(self, number):
        gift = self.until_taken("/donations", f"gift-{number}", {
            "given_on": DAY, "method": "online", "gross": "5.00", "fee": "0.10", "reference": f"fault-{number}",
            "donor_id": self.donor})
        if gift is None:
            return
        if number % 3 == 0 and self.until_taken("/donation-receipts", f"receipt-{number}", {"donation_id": gift["id"]}) is None:
            return
        self.acknowledged.append(number)

    def until_taken(self, path, key, body):
        while True:
            try:
                answer = self.client.api("POST", path, json=body, headers={"Idempotency-Key": key})
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code == 201:
                return answer.json()
            if answer is not None and answer.status_code != 503:
                self.refused.append((key, answer.status_code, answer.text))
                return None
            if self.stop_writing.is_set():
                return None
            time.sleep(0.02)


def donor(service, token):
    made = Client(service.url, token).api("POST", "/donors", json={"name": "Fault Fictitious"})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def half_gifts(cluster, where):
    """Gifts without their entry, part or postings, and entries without their gift."""
    return query(cluster.url, f"""
        SELECT d.id FROM donations d
        WHERE {where}
          AND ((SELECT count(*) FROM donation_parts p WHERE p.donation_id = d.id) <> 1
            OR (SELECT count(*) FROM entries e WHERE e.id = d.entry_id AND e.document_id = d.id) <> 1
            OR (SELECT sum(amount_minor) FROM postings p WHERE p.entry_id = d.entry_id) <> 0)
        UNION ALL
        SELECT e.id FROM entries e
        WHERE e.document_kind = 'donation' AND NOT EXISTS (SELECT FROM donations d WHERE d.id = e.document_id)""")


def check_gifts(cluster, service, numbers, writers):
    refused = [each for writer in writers for each in writer.refused]
    assert not refused, refused[:3]
    stored = {reference: int(count) for reference, count in query(
        cluster.url, "SELECT reference, count(*) FROM donations WHERE reference LIKE 'fault-%' GROUP BY 1")}
    acknowledged = {f"fault-{number}" for writer in writers for number in writer.acknowledged}
    assert acknowledged - stored.keys() == set()
    assert [reference for reference, count in stored.items() if count != 1] == []
    assert half_gifts(cluster, "d.reference LIKE 'fault-%'") == []
    gaps = query(cluster.url, "SELECT year FROM donation_receipts GROUP BY year HAVING count(*) <> max(number) OR min(number) <> 1")
    assert gaps == [], "receipt numbers have no gap"
    doubled = query(cluster.url, "SELECT donation_id FROM donation_receipt_lines GROUP BY 1 HAVING count(*) <> 1")
    assert doubled == []
    assert "Everything holds." in service.command("verify")
    return len(acknowledged), len(stored)


def test_killing_the_service_loses_doubles_and_halves_no_gift(cluster, service, token):
    kills = times(2, 50)
    GiftWriter.donor = donor(service, token)
    numbers = list(range(100_000, 100_000 + 300 + kills * 300))

    def kill():
        service.kill()
        service.start()

    writers = write_through(service, token, numbers, kill, kills, GiftWriter)
    print(f"\nservice killed {kills} times: %d gifts acknowledged, %d stored, 0 lost, 0 doubled, 0 half, receipts without a gap" %
          check_gifts(cluster, service, numbers, writers))


def test_killing_postgresql_loses_doubles_and_halves_no_gift(cluster, service, token):
    kills = times(2, 20)
    GiftWriter.donor = donor(service, token)
    numbers = list(range(200_000, 200_000 + 300 + kills * 300))

    def kill():
        cluster.kill()
        cluster.start()

    writers = write_through(service, token, numbers, kill, kills, GiftWriter)
    print(f"\npostmaster killed {kills} times: %d gifts acknowledged, %d stored, 0 lost, 0 doubled, 0 half, receipts without a gap" %
          check_gifts(cluster, service, numbers, writers))


class Importer:
    """Follows one import to its end, whatever is killed meanwhile: what a killed instance left is taken up once its lease
    ended, and a check whose rows went with the database is made again."""

    def __init__(self, service, token):
        self.client = Client(service.url, token)

    def ask(self, method, path, **options):
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = self.client.api(method, path, **options)
                if answer.status_code not in (502, 503):
                    return answer
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, path
            time.sleep(0.05)

    def upload(self, csv):
        made = self.ask("POST", "/imports?kind=donations", data=csv, headers={"Content-Type": "text/csv"})
        assert made.status_code in (200, 201), made.text
        return made.json()["id"]

    def verb(self, number, verb, body):
        now = self.ask("GET", f"/imports/{number}")
        return self.ask("POST", f"/imports/{number}/{verb}", json=body, headers={"If-Match": now.headers["ETag"]})

    def settled(self, number):
        deadline = time.monotonic() + 180
        while True:
            shown = self.ask("GET", f"/imports/{number}").json()
            if not shown.get("job") or shown["job"]["state"] not in ("queued", "running"):
                return shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)


def imported_through(cluster, service, token, name, rows, kill, kills):
    csv = "Date,Amount,Fee,Transaction id\n" + "".join(f"{DAY},{n % 90 + 1}.00,0.10,{name}-{n}\n" for n in range(rows))
    importer = Importer(service, token)
    number = importer.upload(csv)
    left = kills
    for _ in range(4 * kills + 8):
        shown = importer.settled(number)
        if shown["state"] == "done":
            break
        ready = shown["state"] == "checked" and (shown.get("job") or {}).get("error_code") != "check_again"
        importer.verb(number, "run" if ready else "check", {"mode": "all_or_nothing"} if ready else {})
        if left > 0:
            time.sleep(0.05 + 0.1 * (left % 4))  # at different moments of the work
            kill()
            left -= 1
    shown = importer.settled(number)
    assert shown["state"] == "done", shown
    counted = query(cluster.url, f"SELECT count(*), count(DISTINCT reference) FROM donations WHERE reference LIKE '{name}-%'")
    assert [int(each) for each in counted[0]] == [rows, rows]
    assert half_gifts(cluster, f"d.reference LIKE '{name}-%'") == []
    # The same file once more adds nothing.
    again = importer.upload(csv)
    importer.verb(again, "check", {})
    assert importer.settled(again)["rows_new"] == 0
    return kills - left


def import_until_killed(cluster, service, token, name, kill, kills):
    """One file after the other, until there were so many kills: a file is done after two or three."""
    rows, killed, files = times(3_000, 20_000), 0, 0
    while killed < kills:
        killed += imported_through(cluster, service, token, f"{name}{files}", rows, kill, kills - killed)
        files += 1
    assert "Everything holds." in service.command("verify")
    return f"killed {killed} times during the imports of {files} files with {rows} rows: every row once"


def test_an_import_survives_a_killed_service(cluster, service, token):
    def kill():
        service.kill()
        cluster.end_leases()
        service.start()

    print("\nservice " + import_until_killed(cluster, service, token, "svc", kill, times(1, 50)))


def test_an_import_survives_a_killed_postgresql(cluster, service, token):
    def kill():
        cluster.kill()
        cluster.start()
        cluster.end_leases()

    print("\npostmaster " + import_until_killed(cluster, service, token, "pg", kill, times(1, 20)))


def test_a_gift_sent_by_eight_at_once_is_one_gift(cluster, service, token):
    gifts = times(25, 1_250)

    def send(number):
        answer = Client(service.url, token).api(
            "POST", "/donations", json={"given_on": DAY, "method": "card", "gross": "1.00", "reference": f"twin-{number}"},
            headers={"Idempotency-Key": f"twin-{number}"}, timeout=60)
        return answer.status_code, answer.json().get("id")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for number in range(gifts):
            answers = set(pool.map(send, [number] * 8))
            assert len(answers) == 1 and answers.pop()[0] == 201, number
    counted = query(cluster.url, "SELECT count(*), count(DISTINCT reference) FROM donations WHERE reference LIKE 'twin-%'")
    assert [int(each) for each in counted[0]] == [gifts, gifts]
    print(f"\n{gifts * 8} POSTs, 8 at a time: {gifts} gifts")
