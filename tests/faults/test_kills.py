"""Writers go on while the service, or the whole of PostgreSQL, is killed again and again: what was acknowledged is there,
once and whole, and the ledger verifies."""

import threading
import time

import requests

from conftest import Client, query, times

WRITERS = 6


class Writer(threading.Thread):
    """Receives instalments, each under a key of its own, and sends each again until it was acknowledged."""

    def __init__(self, service, token, numbers, stop):
        super().__init__()
        self.service, self.numbers, self.stop_writing = service, numbers, stop
        self.client = Client(service.url, token)
        self.acknowledged, self.refused = [], []

    def run(self):
        for number in self.numbers:
            if self.stop_writing.is_set():
                return
            self.receive(number)

    def receive(self, number):
        while True:
            try:
                answer = self.client.api(
                    "POST", f"/grants/1/instalments/{number}/receive",
                    json={"received_on": "2026-02-03", "amount": "1.00", "reference": f"fault-{number}"},
                    headers={"If-Match": '"1"', "Idempotency-Key": f"fault-{number}"})
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code == 200:
                self.acknowledged.append(number)
                return
            if answer is not None and answer.status_code != 503:
                self.refused.append((number, answer.status_code, answer.text))
                return
            if self.stop_writing.is_set():
                return
            time.sleep(0.02)


def write_through(service, token, numbers, kill, kills, writer=Writer):
    """Runs writers, calls `kill` so many times while they write, and returns them when they have ended."""
    stop = threading.Event()
    writers = [writer(service, token, numbers[n::WRITERS], stop) for n in range(WRITERS)]
    for each in writers:
        each.start()
    for _ in range(kills):
        seen = sum(len(each.acknowledged) for each in writers)
        deadline = time.monotonic() + 30
        # Killed in the middle of work, never at rest.
        while sum(len(each.acknowledged) for each in writers) < seen + 10:
            assert time.monotonic() < deadline, "the writers get on after a kill"
            time.sleep(0.005)
        kill()
    stop.set()
    for each in writers:
        each.join(timeout=60)
        assert not each.is_alive()
    return writers


def check(cluster, service, numbers, writers):
    refused = [each for writer in writers for each in writer.refused]
    assert not refused, refused[:3]
    first, last = min(numbers), max(numbers)
    stored = {int(number): int(count) for number, count in query(
        cluster.url, f"SELECT instalment_id, count(*) FROM instalment_receipts WHERE instalment_id BETWEEN {first} AND {last} GROUP BY 1")}
    acknowledged = {number for writer in writers for number in writer.acknowledged}
    lost = acknowledged - stored.keys()
    doubled = [number for number, count in stored.items() if count != 1]
    assert (lost, doubled) == (set(), [])
    # Nothing half done: each receipt has its entry with both postings, its state, its audit event and its first answer.
    half = query(cluster.url, f"""
        SELECT r.instalment_id
        FROM instalment_receipts r
        JOIN instalments i ON i.id = r.instalment_id
        WHERE r.instalment_id BETWEEN {first} AND {last}
          AND (i.state <> 'received'
            OR (SELECT count(*) FROM postings p WHERE p.entry_id = r.entry_id) <> 2
            OR (SELECT sum(amount_minor) FROM postings p WHERE p.entry_id = r.entry_id) <> 0
            OR (SELECT count(*) FROM audit_events a WHERE a.object_kind = 'instalment'
                AND a.object_id = r.instalment_id AND a.action = 'instalment.received') <> 1
            OR (SELECT count(*) FROM idempotency_keys k WHERE k.key = 'fault-' || r.instalment_id AND k.status = 200) <> 1)""")
    assert half == []
    orphans = query(cluster.url, f"""
        SELECT e.id FROM entries e WHERE e.document_kind = 'instalment' AND e.document_id BETWEEN {first} AND {last}
          AND NOT EXISTS (SELECT FROM instalment_receipts r WHERE r.entry_id = e.id)""")
    assert orphans == []
    assert "Everything holds." in service.command("verify")
    return len(acknowledged), len(stored)


def test_killing_the_service_loses_doubles_and_halves_nothing(cluster, service, token, instalments):
    kills = times(3, 200)
    numbers = instalments(400 + kills * 400)

    def kill():
        service.kill()
        service.start()

    writers = write_through(service, token, numbers, kill, kills)
    print(f"\nservice killed {kills} times: %d acknowledged, %d stored, 0 lost, 0 doubled, 0 half" %
          check(cluster, service, numbers, writers))


def test_killing_postgresql_loses_doubles_and_halves_nothing(cluster, service, token, instalments):
    kills = times(2, 100)
    numbers = instalments(400 + kills * 400)

    def kill():
        cluster.kill()
        cluster.start()

    writers = write_through(service, token, numbers, kill, kills)
    print(f"\npostmaster killed {kills} times: %d acknowledged, %d stored, 0 lost, 0 doubled, 0 half" %
          check(cluster, service, numbers, writers))
