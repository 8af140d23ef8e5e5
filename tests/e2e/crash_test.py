#!/usr/bin/env python3
"""The staging server itself dies, without a word and without a checkpoint: when it is there again, staging is wholly
yesterday's or wholly today's, and what was published before is there with every row, index and constraint.

The sessions that build a copy don't wait for the disk, so that this is worth asking. With UNDERSTUDY_ALL=1
(tools/test --all) at every stage, and with wal_level=minimal, where rows and indexes are not logged at all.
"""
import json
import os
import signal
import subprocess
import threading
import time
import unittest

import harness
from kill_case import KillCase

STAGES = ("schema", "rows", "post-data", "verify", "neutralise", "publish", "tidy")


class CrashTest(KillCase):
    scale = "0.1"

    def die(self, signal_number):
        """SIGKILL takes the postmaster, and its children see that; SIGQUIT is an immediate shutdown."""
        pid = self.cluster.postmaster_pid()
        os.kill(pid, signal_number)
        # A postmaster that nobody has waited for yet still counts as one that runs.
        harness.wait_for(lambda: not os.path.exists(f"/proc/{pid}") and not self.alive(), 60, "the server's end")

    def alive(self):
        """The postmaster, or a child that still holds its memory: they work in the data directory."""
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.readlink(f"/proc/{entry}/cwd") == os.path.realpath(self.cluster.data):
                    return True
            except OSError:
                continue
        return False

    def whole(self):
        """Rows, and that every index and constraint is there and valid."""
        broken = self.cluster.sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid OR NOT indisready", self.staging)
        self.assertEqual(broken, "0")
        counts = self.cluster.sql(
            "SELECT (SELECT count(*) FROM pg_constraint WHERE convalidated), (SELECT count(*) FROM pg_index), (SELECT count(*) FROM"
            " pg_trigger)", self.staging)
        by_index = self.cluster.sql("SET enable_seqscan = off; SELECT count(*) FROM mail_message WHERE id > 0", self.staging)
        by_rows = self.cluster.sql("SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;"
                                   " SELECT count(*) FROM mail_message WHERE id > 0", self.staging)
        self.assertEqual(by_index, by_rows)
        return {**harness.table_digests(self.cluster, self.staging), "?objects": counts}

    def days(self):
        """Staging as it is, and as a run that nothing happens to makes it; both by whole()."""
        yesterday = self.whole()
        reference = self.staging_name()
        self.refreshed(self.space.config(self.source, reference))
        staging, self.staging = self.staging, reference
        today = self.whole()
        self.staging = staging
        self.assertNotEqual(yesterday, today)
        return yesterday, today

    def dies_once_published(self, signal_number):
        _, today = self.days()
        before = self.cluster.sql(f"SELECT oid FROM pg_database WHERE datname = '{self.staging}'")
        process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
        watch = subprocess.Popen(["psql", "-XqAt", "-d", self.cluster.dsn()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        question = f"SELECT oid FROM pg_database WHERE datname = '{self.staging}';\n"

        def published():
            watch.stdin.write(question)
            watch.stdin.flush()
            return watch.stdout.readline().strip() not in (before, "") or process.poll() is not None
        harness.wait_for(published, 120, "the publication")
        self.die(signal_number)
        watch.kill()
        watch.communicate()
        self.finish(process, 120)
        self.cluster.start()
        # Others have seen it, so it must last.
        self.assertEqual(self.whole(), today)
        self.assertEqual(self.hidden(), [])
        self.refreshed(self.config)
        self.assertEqual(self.whole(), today)

    def test_killed_once_published(self):
        self.dies_once_published(signal.SIGKILL)

    def dies_at(self, stage, signal_number, days):
        """The server dies as a stage begins, or a little later."""
        process = subprocess.Popen([harness.PROGRAM, "refresh", "--config", self.config, "--progress=json"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=harness.environment(), stdin=subprocess.DEVNULL)
        begun = threading.Event()

        def watch():
            for raw in process.stderr:
                if raw.startswith(b"{"):
                    event = json.loads(raw)
                    if event.get("event") == "stage_started" and event.get("stage") == stage:
                        begun.set()
            begun.set()
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        self.assertTrue(begun.wait(120), f"{stage} did not begin")
        if stage == "rows":
            time.sleep(0.2)
        self.die(signal_number)
        process.wait(timeout=120)
        watcher.join(timeout=10)
        process.stderr.close()
        self.cluster.start()
        found = self.whole()
        self.assertIn(found, days, f"{stage}: neither yesterday's nor today's")
        if process.returncode != 0 and stage not in ("publish", "tidy"):
            self.assertIn(process.returncode, (1, 7), stage)
            self.assertEqual(found, days[0], stage)
        return found

    def test_shut_down_at_once_while_rows_flow(self):
        days = self.days()
        self.dies_at("rows", signal.SIGQUIT, days)
        self.refreshed(self.config)
        self.assertEqual(self.whole(), days[1])
        self.assertEqual(self.hidden(), [])

    @unittest.skipUnless(harness.ALL, "the long loop: UNDERSTUDY_ALL=1")
    def test_at_every_stage(self):
        for signal_number in (signal.SIGKILL, signal.SIGQUIT):
            days = self.days()
            for stage in STAGES:
                with self.subTest(stage=stage, signal=signal_number):
                    self.dies_at(stage, signal_number, days)
                    days = (self.whole(), days[1])
            self.refreshed(self.config)
            self.assertEqual(self.whole(), days[1])
            self.assertEqual(self.hidden(), [])
            self.another_day()


class MinimalWalTest(CrashTest):
    cluster_options = {"settings": ("wal_level = minimal", "max_wal_senders = 0", "wal_skip_threshold = 64kB")}

    test_shut_down_at_once_while_rows_flow = None  # as with another wal_level


if __name__ == "__main__":
    harness.main()
