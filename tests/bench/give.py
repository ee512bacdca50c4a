"""Sixteen clients record gifts one after the other over kept connections; prints gifts a second."""

import http.client
import json
import multiprocessing
import sys
import time
import urllib.parse

CLIENTS = 16


def give(url, token, count):
    address = urllib.parse.urlparse(url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    body = json.dumps({"given_on": "2026-02-03", "method": "online", "gross": "25.00", "fee": "0.35"})
    for _ in range(count):
        connection.request("POST", "/api/v1/donations", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 201, content


def main():
    url, token, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    begin = time.monotonic()
    clients = [multiprocessing.Process(target=give, args=(url, token, count // CLIENTS)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
        assert client.exitcode == 0, "a client failed"
    print(f"{count // CLIENTS * CLIENTS / (time.monotonic() - begin):.0f}")


if __name__ == "__main__":
    main()
