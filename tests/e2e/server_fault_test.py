#!/usr/bin/env python3
"""Servers, disks and memory that give way as a stage begins: a server restarts or crashes, the snapshot's holder is lost, a
disk is full, a table is locked, memory ends. After each, staging is wholly yesterday's or wholly today's in rows and files,
one sentence says why, and the next run leaves nothing of it behind. The tables are in docs/faults.md (faults.py).

The default run takes each fault at two stages; UNDERSTUDY_ALL=1 takes all. Full disks need the right to mount a tmpfs.
"""
import os
import shutil
import subprocess
import sys
import threading
import time
import unittest

import faults
import harness
import small_odoo
from harness import Case, clusters

STAGING_BYTES = 190 << 20  # a cluster with a small write-ahead log, and room for two stagings
SMALL_WAL = ("wal_level = minimal", "max_wal_senders = 0", "min_wal_size = 32MB", "max_wal_size = 32MB", "shared_buffers = 16MB",
             "synchronous_commit = on")
MOUNTS = "A file system of its own, filled to the last byte as the stage begins and emptied when the run is over."
SERVERS = "The server stops as the stage begins and starts again at once, or the session that holds the snapshot is ended."
# Which exit codes the manual gives for it.
ALLOWED = {"staging restarts": (0, 7), "staging crashes": (0, 7), "source restarts": (0, 7), "snapshot's holder is ended": (0, 1, 7),
           "table locked on production": (0, 1), "staging's disk": (0, 1, 7), "state's disk": (0, 1), "filestore's disk": (0, 1)}


def can_mount():
    if os.geteuid() != 0:
        return False
    probe = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True)
    return probe.returncode == 0


class Volume:
    """A tmpfs of so many bytes that can be filled."""

    def __init__(self, path, size):
        self.path = path
        os.makedirs(path, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", path], check=True)

    def fill(self):
        with open(os.path.join(self.path, "ballast"), "wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"\0" * 65536)
            except OSError:
                pass

    def empty(self):
        path = os.path.join(self.path, "ballast")
        if os.path.exists(path):
            os.unlink(path)

    def unmount(self):
        subprocess.run(["umount", "-l", self.path], check=False)


class ServerFaultTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.volumes = {}
        base = cls.space.path("volumes")
        os.makedirs(base)
        os.chmod(cls.space.directory, 0o711)
        if can_mount():
            for name, size in (("staging", STAGING_BYTES), ("state", 16 << 20), ("filestore", 16 << 20)):
                cls.volumes[name] = Volume(os.path.join(base, name), size)
        cls.other = clusters.Cluster(directory=os.path.join(base, "staging", "c"), settings=SMALL_WAL)
        small_odoo.make(cls.cluster, "prod", cls.space.filestore)
        cls.round = 0
        small_odoo.mark(cls.cluster, "prod", cls.space.filestore, 0)
        cls.files = os.path.join(base, "filestore", "stage")
        cls.state_directory = os.path.join(base, "state", "s")
        os.makedirs(os.path.dirname(cls.files), exist_ok=True)
        cls.config = cls.space.config("prod", "stage", policy={"leaks": "warn", "neutralisation": "warn"}, jobs=2, state=cls.state_directory,
                                      odoo={"filestore": {"source": cls.space.filestore, "staging": cls.files}},
                                      staging={"database": cls.other.dsn("stage"), "keep_previous": 0})

    @classmethod
    def tearDownClass(cls):
        cls.other.remove()
        for volume in cls.volumes.values():
            volume.unmount()
        super().tearDownClass()

    def seen(self):
        return small_odoo.seen(self.other, "stage", self.files)

    def restart(self, cluster, immediate):
        def work():
            cluster.stop(immediate=immediate)
            harness.wait_for(lambda: self.started(cluster), 60, "the server")
        thread = threading.Thread(target=work)
        thread.start()
        return thread

    def started(self, cluster):
        try:
            if cluster.sql("SELECT 1", check=False) != "1":  # it may have come back by itself
                cluster.start()
            return True
        except RuntimeError:
            return False

    def end_holder(self):
        self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'prod' AND application_name = 'understudy'"
                         " AND state = 'idle in transaction' ORDER BY xact_start LIMIT 1", check=False)

    def lock(self):
        self.locker = subprocess.Popen(["psql", "-Xq", "-d", self.cluster.dsn("prod"), "-c",
                                        "BEGIN; LOCK TABLE mail_message; SELECT pg_sleep(100)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)

    def unlock(self):
        self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)%' AND pid <> pg_backend_pid()")
        self.locker.wait()

    def fault(self, name):
        """begin and end of a fault."""
        threads = []
        if name in ("staging restarts", "staging crashes", "source restarts"):
            cluster = self.cluster if name.startswith("source") else self.other
            return (lambda: threads.append(self.restart(cluster, name.endswith("crashes"))), lambda: [t.join() for t in threads])
        if name == "snapshot's holder is ended":
            return self.end_holder, lambda: None
        if name == "table locked on production":
            return self.lock, self.unlock
        volume = self.volumes[name.split("'")[0]]
        return volume.fill, volume.empty

    def broken_once(self, name, stage, rows):
        type(self).round += 1
        small_odoo.mark(self.cluster, "prod", self.space.filestore, self.round)
        before = self.seen()
        begin, end = self.fault(name)
        outcome = faults.run_broken(self.config, None if stage == "preflight" else stage, begin, end, patience=240)
        # A server that could not write stops, and is started again by whoever empties its disk.
        if self.other.sql("SELECT 1", check=False) != "1":
            harness.wait_for(lambda: self.started(self.other), 60, "staging's server")
        after = self.seen()
        where = f"{name} at {stage}: {outcome.tail()}"
        new = after[0] == self.round
        rows.setdefault((stage, name), []).append((outcome.code, "today" if new else "yesterday", outcome.sentences[0] if outcome.sentences else ""))
        self.assertIn(outcome.code, ALLOWED[name], where)
        self.assertEqual(after[1], before[1], f"rows, constraints or views differ: {where}")
        self.assertEqual(after[2], [], f"files are missing: {where}")
        self.assertEqual(after[3], small_odoo.content_of_round(after[0]), f"rows and files are of two days: {where}")
        self.assertIn(after[0], (before[0], self.round), where)
        if outcome.code == 0:
            self.assertTrue(new, where)
            return
        self.assertEqual(len(outcome.sentences), 1, where)
        self.assertNotIn("\n", outcome.sentences[0])
        self.assertNotIn("vrysko", "".join(outcome.lines).lower(), where)
        # What was renamed before it failed is published; the rest of the run is cleaning up.
        if new:
            self.assertIn(stage, ("publish", "tidy"), where)

    def assertNothingLeft(self):
        self.refreshed(self.config)
        self.assertEqual(harness.databases(self.other), {"stage"})
        self.assertEqual([n for n in os.listdir(self.state_directory) if n.startswith("private.")], [])
        beside = [n for n in os.listdir(os.path.dirname(self.files)) if n.startswith("stage.understudy-")]
        self.assertLessEqual(len(beside), 1, beside)

    def all_of(self, title, text, names, some):
        self.refreshed(self.config)
        with open(os.path.join(self.state_directory, "latest/report.json"), encoding="utf-8") as stream:
            stages = [s["name"] for s in harness.json.load(stream)["stages"]]
        rows = {}
        for stage in stages:
            for name in names:
                if harness.ALL or stage in some[name]:
                    with self.subTest(fault=name, stage=stage):
                        self.broken_once(name, stage, rows)
        self.assertNothingLeft()
        faults.settle(title, text, names, rows, stages)

    def test_servers(self):
        names = ["staging restarts", "staging crashes", "source restarts", "snapshot's holder is ended", "table locked on production"]
        some = {"staging restarts": ("post-data", "publish"), "staging crashes": ("rows", "neutralise"), "source restarts": ("rows", "publish"),
                "snapshot's holder is ended": ("known values", "schema"), "table locked on production": ("plan", "rows")}
        self.all_of("Servers and sessions", SERVERS, names, some)

    def test_disks(self):
        if not self.volumes:
            self.skipTest("mounting a tmpfs takes root's rights; the full disks were not tried")
        names = ["staging's disk", "state's disk", "filestore's disk"]
        some = {"staging's disk": ("rows", "publish"), "state's disk": ("preflight", "neutralise", "publish"), "filestore's disk": ("rows", "publish")}
        self.all_of("Full disks", MOUNTS, names, some)

    @unittest.skipUnless(harness.ALL and not harness.sanitized(), "UNDERSTUDY_ALL, and no sanitizer, which reserves terabytes")
    def test_memory_ends(self):
        """With ever less of it the run fails with a sentence, until it is enough; never with half a staging."""
        self.refreshed(self.config)
        codes = []
        for megabytes in (150, 250, 400, 700):
            type(self).round += 1
            small_odoo.mark(self.cluster, "prod", self.space.filestore, self.round)
            before = self.seen()
            outcome = faults.run_broken(self.config, None, lambda: None, lambda: None, patience=240, prefix=("prlimit", f"--as={megabytes << 20}"))
            after = self.seen()
            codes.append(outcome.code)
            self.assertIn(outcome.code, (0, 1), outcome.tail())
            self.assertEqual(after[1:3], (before[1], []), outcome.tail())
            self.assertEqual(after[0], self.round if outcome.code == 0 else before[0], outcome.tail())
            if outcome.code:
                self.assertTrue(outcome.lines, "no word about it")
        self.assertEqual(codes[-1], 0, codes)
        self.assertNothingLeft()


if __name__ == "__main__":
    # Mounts in a name space of our own go with it, however this ends.
    if "UNDERSTUDY_OWN_MOUNTS" not in os.environ and can_mount():
        os.execvpe("unshare", ["unshare", "--mount", sys.executable, "-B", *sys.argv], {**os.environ, "UNDERSTUDY_OWN_MOUNTS": "1"})
    harness.main()
