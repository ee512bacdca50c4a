"""Sixteen clients receive one instalment each, again and again, over kept connections; prints receipts a second."""

import http.client
import json
import multiprocessing
import sys
import time
import urllib.parse


def receive(url, token, ids):
    address = urllib.parse.urlparse(url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json", "If-Match": '"1"'}
    for number in ids:
        body = json.dumps({"received_on": "2026-02-03", "amount": "1.00", "reference": f"b{number}"})
        connection.request("POST", f"/api/v1/grants/1/instalments/{number}/receive", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content


def main():
    url, token, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    begin = time.monotonic()
    clients = [multiprocessing.Process(target=receive, args=(url, token, range(first + n, first + count, 16)))
               for n in range(16)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
        assert client.exitcode == 0, "a client failed"
    print(f"{count / (time.monotonic() - begin):.0f}")


if __name__ == "__main__":
    main()
