"""What the black-box tests share: the binary under test, its database from the outside, and a free port."""

import os
import pathlib
import secrets
import socket
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("KINDLING_BINARY", str(ROOT / "build/release/kindling"))
PSQL = "/usr/lib/postgresql/15/bin/psql"


def psql(url, sql):
    subprocess.run([PSQL, "-q", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True, capture_output=True)


def query(url, sql):
    """The rows of a query, each a list of texts."""
    done = subprocess.run([PSQL, "-qAtX", "-F", "\t", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True,
                          capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def count_rows(database_url):
    """How many rows each table has, but for what a sign-in or the keeper writes."""
    tables = [name for (name,) in query(database_url, """
        SELECT tablename FROM pg_tables WHERE schemaname = 'public'
          AND tablename NOT IN ('sessions', 'sign_in_attempts', 'balances', 'seals') ORDER BY 1""")]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    return {name: int(count) for name, count in query(database_url, counts)}


def next_key():
    return secrets.token_hex(16)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url, seconds=15):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if requests.get(url + "/readyz", timeout=1).status_code == 200:
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < deadline, f"the service is not ready after {seconds} s"
        time.sleep(0.05)
