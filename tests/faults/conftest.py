"""A PostgreSQL cluster of the tests' own, that keeps its promises (fsync, checksums) and may be killed, and the service
on it, which may be killed too."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from black_box import BINARY, ROOT, free_port, psql, query, wait_until_ready

FULL = bool(os.environ.get("KINDLING_FULL"))


def times(short, full):
    """How often a fault is tried: in every run, and in tests/run --full."""
    return full if FULL else short


class Cluster:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kindling-faults-")
        os.chmod(self.folder, 0o755)
        self.socket_folder = self.start()
        self.url = f"host={self.socket_folder} dbname=kindling user=kindling_owner"

    def shell(self, command):
        script = f'set -euo pipefail; root={ROOT}; . "$root/deploy/lib.sh"; {command}'
        environment = {**os.environ, "KINDLING_CLUSTER_OPTIONS": ""}
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment)

    def start(self):
        # Backends of a killed postmaster hold its shared memory until they notice.
        deadline = time.monotonic() + 30
        while True:
            done = self.shell(f"cluster_start {self.folder}; echo $socket_dir")
            if done.returncode == 0:
                return done.stdout.strip().splitlines()[-1]
            assert time.monotonic() < deadline, done.stderr
            time.sleep(0.2)

    def stop(self, mode="immediate"):
        done = self.shell(f'as_cluster_user "$postgres_bin/pg_ctl" -D {self.folder}/postgres -m {mode} -w stop')
        assert done.returncode == 0, done.stderr

    def kill(self):
        pid = int(pathlib.Path(self.folder, "postgres/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def end_leases(self):
        """Spares the wait until the lease of what a killed instance was doing ends by itself."""
        psql(self.url, "UPDATE jobs SET leased_until = now() WHERE state = 'running'")

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)


class Service:
    """One instance; several may stand on one cluster."""

    def __init__(self, cluster):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "KINDLING_DATABASE_URL": cluster.url,
                            "KINDLING_DATABASE_OWNER_URL": cluster.url, "KINDLING_HTTP_PORT": str(self.port),
                            "KINDLING_LOG_LEVEL": "info", "KINDLING_DONOR_KEY": "5" * 64,
                            "KINDLING_SUPPORT_PLEDGES": "true",
                            "KINDLING_REPORTS_SIGNING_KEY": "7" * 64}
        self.process = None
        self.log = pathlib.Path(cluster.folder, f"service-{self.port}.log")

    def command(self, *arguments):
        done = subprocess.run([BINARY, "--config", str(ROOT / "config/kindling.toml"), *arguments], cwd=ROOT,
                              env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BINARY, "--config", str(ROOT / "config/kindling.toml"), "serve"], cwd=ROOT,
                                            env=self.environment, stdout=log, stderr=log)
        wait_until_ready(self.url, 30)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


class Client:
    """A program with a token, over kept connections."""

    def __init__(self, url, token):
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + token

    def api(self, method, path, timeout=10, **options):
        return self.session.request(method, f"{self.url}/api/v1{path}", timeout=timeout, **options)


@pytest.fixture(scope="module")
def cluster():
    made = Cluster()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def service(cluster):
    made = Service(cluster)
    made.command("migrate")
    made.command("demo")
    made.command("user", "add", "ada@kindling.invalid", "--name", "Ada Approver", "--role", "approver")
    psql(cluster.url, "UPDATE users SET must_change_password = false")
    made.start()
    yield made
    assert made.stop() == 0, "the service stops cleanly on SIGTERM"


@pytest.fixture(scope="module")
def token(service):
    return service.command("user", "token", "carla@kindling.invalid", "--write")


@pytest.fixture(scope="module")
def approvers(service):
    """Tokens of two people who may approve what the coordinator submitted."""
    return [service.command("user", "token", f"{name}@kindling.invalid", "--write") for name in ("arno", "ada")]


@pytest.fixture
def instalments(cluster):
    """Plans instalments of 1.00 in the example's first grant, and tells their numbers."""
    def plan(count):
        rows = query(cluster.url, f"""
            INSERT INTO instalments (grant_id, kind, title, due_on, currency, amount_minor)
            SELECT 1, 'other', 'fault', '2026-06-01', 'EUR', 100 FROM generate_series(1, {count}) RETURNING id""")
        return [int(number) for (number,) in rows]
    return plan
