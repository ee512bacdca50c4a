"""The same thing at the same moment, by threads over connections of their own: it happens once."""

import concurrent.futures
import threading

from conftest import Client, query, times

AT_ONCE = 8


def at_once(calls):
    """Runs the calls together, started by one gate; their answers in order."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(timeout=20)
        return call()

    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_request_sent_eight_times_at_once_has_one_effect(cluster, service, token):
    clients = [Client(service.url, token) for _ in range(AT_ONCE)]
    keys = times(25, 1250)  # each eight times: 200 requests, or 10,000
    for number in range(keys):
        body = {"name": f"Eight times {number}", "is_supplier": True}

        def send(client):
            # A copy that waits for the first too long is told to come back; its retry gets the first answer.
            while True:
                answer = client.api("POST", "/organisations", json=body, headers={"Idempotency-Key": f"eight-{number}"})
                if answer.status_code not in (409, 503):
                    return answer

        answers = at_once([lambda client=client: send(client) for client in clients])
        assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
        assert len({answer.text for answer in answers}) == 1
        assert sum("Idempotent-Replay" in answer.headers for answer in answers) == AT_ONCE - 1
    stored = query(cluster.url, "SELECT name, count(*) FROM organisations WHERE name LIKE 'Eight times %' GROUP BY 1")
    assert len(stored) == keys and all(count == "1" for _, count in stored)
    print(f"\n{keys * AT_ONCE} requests, {AT_ONCE} at a time with one key: {keys} effects")


def test_of_several_changes_of_one_version_one_wins(cluster, service, token):
    clients = [Client(service.url, token) for _ in range(4)]
    made = clients[0].api("POST", "/organisations", json={"name": "Contended", "is_supplier": True})
    path, races = f"/organisations/{made.json()['id']}", times(50, 1000)
    for version in range(1, races + 1):
        answers = at_once([lambda client=client, n=n: client.api(
            "PUT", path, json={"name": f"By {n} at {version}", "is_supplier": True}, headers={"If-Match": f'"{version}"'})
            for n, client in enumerate(clients)])
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412], [a.text for a in answers]
        winner = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
        now = clients[0].api("GET", path)
        assert (now.json()["name"], now.headers["ETag"]) == (f"By {winner} at {version}", f'"{version + 1}"')
    print(f"\n{races} races of 4: one winner each")


def test_of_two_receipts_of_one_instalment_at_once_one_is_posted(cluster, service, token, instalments):
    clients = [Client(service.url, token) for _ in range(2)]
    numbers = instalments(times(20, 200))
    for number in numbers:
        answers = at_once([lambda client=client, n=n: client.api(
            "POST", f"/grants/1/instalments/{number}/receive",
            json={"received_on": "2026-02-03", "amount": "1.00", "reference": f"race-{number}-{n}"},
            headers={"If-Match": '"1"'}) for n, client in enumerate(clients)])
        assert sorted(answer.status_code for answer in answers) == [200, 412], [answer.text for answer in answers]
    posted = query(cluster.url, f"""
        SELECT count(*), count(DISTINCT instalment_id) FROM instalment_receipts
        WHERE instalment_id BETWEEN {min(numbers)} AND {max(numbers)}""")
    assert posted == [[str(len(numbers))] * 2]
    assert "Everything holds." in service.command("verify")


def test_of_two_approvals_of_one_budget_version_at_once_one_counts(cluster, service, token, approvers):
    author = Client(service.url, token)
    clients = [Client(service.url, each) for each in approvers]
    # Not awarded yet: a budget in force would be changed by a transfer or an amendment alone.
    [[grant, category]] = query(cluster.url, """
        SELECT g.id, min(c.code) FROM grants g JOIN grant_categories c ON c.grant_id = g.id
        WHERE g.state = 'applied' GROUP BY g.id ORDER BY g.id LIMIT 1""")
    home = f"/grants/{grant}/budget/versions"
    for _ in range(times(5, 50)):
        draft = author.api("POST", home)
        assert draft.status_code == 201, draft.text
        path = f"{home}/{draft.json()['number']}"
        written = author.api("PUT", path, headers={"If-Match": draft.headers["ETag"]},
                             json={"lines": [{"category": category, "amount": "100.00"}]})
        assert written.status_code == 200, written.text
        submitted = author.api("POST", path + "/submit", headers={"If-Match": written.headers["ETag"]})
        assert submitted.status_code == 200, submitted.text
        version = {"If-Match": submitted.headers["ETag"]}
        answers = at_once([lambda client=client: client.api("POST", path + "/approve", headers=version)
                           for client in clients])
        assert sorted(answer.status_code for answer in answers) == [200, 412], [answer.text for answer in answers]
        active = query(cluster.url, f"""
            SELECT count(*) FROM budget_versions WHERE state = 'approved' AND grant_id = {grant}""")
        assert active == [["1"]]
    approved = query(cluster.url, """
        SELECT object_id, count(*) FROM audit_events WHERE action LIKE 'budget%approved' GROUP BY 1 HAVING count(*) > 1""")
    assert approved == []
