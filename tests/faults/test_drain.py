"""Two instances on one database; one is told to stop while clients write. Who retries once is served."""

import signal
import threading

import requests

from conftest import Client, Service, query, times


class Caller(threading.Thread):
    """Sends to one instance, and once more to the other where it is refused or cut off."""

    def __init__(self, urls, token, name, stop):
        super().__init__()
        self.clients = [Client(url, token) for url in urls]
        self.prefix, self.stop_calling = name, stop
        self.sent, self.retried, self.failed = 0, 0, []

    def run(self):
        while not self.stop_calling.is_set():
            self.sent += 1
            if not self.send(self.clients[0]):
                self.retried += 1
                if not self.send(self.clients[1]):
                    self.failed.append(self.sent)

    def send(self, client):
        try:
            answer = client.api("POST", "/organisations", json={"name": f"{self.prefix} {self.sent}", "is_supplier": True},
                                headers={"Idempotency-Key": f"{self.prefix}-{self.sent}"})
            return answer.status_code == 201
        except requests.RequestException:
            return False


def test_stopping_one_of_two_instances_fails_no_request_that_is_retried(cluster, service, token):
    for round in range(times(1, 20)):
        second = Service(cluster)
        second.start()
        stop = threading.Event()
        callers = [Caller([second.url, service.url], token, f"drain-{round}-{n}", stop) for n in range(6)]
        for caller in callers:
            caller.start()
        while min(caller.sent for caller in callers) < 10:
            assert all(caller.is_alive() for caller in callers)
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(timeout=30) == 0, "it ends cleanly while requests come in"
        after = [caller.sent for caller in callers]
        while any(caller.sent < count + 3 for caller, count in zip(callers, after)):
            assert all(caller.is_alive() for caller in callers)
        stop.set()
        for caller in callers:
            caller.join(timeout=30)
        assert [caller.failed for caller in callers] == [[]] * 6
        assert sum(caller.retried for caller in callers) > 0
        sent = sum(caller.sent for caller in callers)
        stored = query(cluster.url, f"SELECT count(*), count(DISTINCT name) FROM organisations WHERE name LIKE 'drain-{round}-%'")
        assert stored == [[str(sent)] * 2], "each request has one effect, also where its first answer was cut off"
        print(f"\n{sent} requests, {sum(caller.retried for caller in callers)} retried, 0 failed")
