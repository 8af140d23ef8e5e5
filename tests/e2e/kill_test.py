#!/usr/bin/env python3
"""Whatever dies in mid-run, staging is wholly yesterday's or wholly today's, and the next run cleans up.

Each kill here is at a moment that was chosen; random_kill_test.py has the others.
"""
import hashlib
import os
import signal
import subprocess

import harness
import proxy
from kill_case import KillCase


class KillTest(KillCase):
    def backend(self, condition):
        """The pid of a backend that copies."""
        rows = self.cluster.rows(f"SELECT pid FROM pg_stat_activity WHERE query ~* '(^|;)copy ' AND pid <> pg_backend_pid() AND {condition} LIMIT 1")
        return int(rows[0][0]) if rows else 0

    def interrupted(self, signal_number):
        process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
        self.wait_for_rows(process)
        os.kill(process.pid, signal_number)
        return self.finish(process)

    def test_sigint_cancels_and_leaves_nothing(self):
        code, text = self.interrupted(signal.SIGINT)
        self.assertEqual(code, 130, text)
        self.assertYesterday()
        self.assertEqual(self.hidden(), [])
        self.assertEqual(self.space.report(self.staging)["outcome"], "cancelled")
        self.assertNextRunCleansUp()

    def test_sigterm_cancels_too(self):
        code, text = self.interrupted(signal.SIGTERM)
        self.assertEqual(code, 130, text)
        self.assertYesterday()
        self.assertEqual(self.hidden(), [])

    def test_sigkill_leaves_yesterday(self):
        code, _ = self.interrupted(signal.SIGKILL)
        self.assertEqual(code, 137)
        self.assertYesterday()
        for name in self.hidden():  # what nobody may see
            self.assertEqual(self.cluster.sql(f"SELECT has_database_privilege('public', '{name}', 'connect')"), "f")
        self.assertNextRunCleansUp()

    def kill_backend(self, condition):
        process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
        self.wait_for_rows(process)
        pid = harness.wait_for(lambda: self.backend(condition) or (process.poll() is not None and -1), 30, "a backend")
        if pid > 0:
            self.cluster.sql(f"SELECT pg_terminate_backend({pid})")
        code, text = self.finish(process, 120)
        if code == 0:  # the slice was retried: then staging must be today's, whole
            self.assertNotEqual(harness.table_digests(self.cluster, self.staging), self.yesterday)
            reference = self.staging_name()
            self.refreshed(self.space.config(self.source, reference))
            self.assertSameTables(self.stable(reference), self.stable(self.staging))
        else:
            self.assertIn(code, (1, 7), text)
            self.assertYesterday()
            self.assertNextRunCleansUp()

    def stable(self, database):
        return harness.table_digests(self.cluster, database)

    def test_source_backend_is_ended(self):
        self.kill_backend(f"datname = '{self.source}'")

    def test_staging_backend_is_ended(self):
        self.kill_backend("datname LIKE '\\_understudy\\_%'")

    def files_that_staging_lacks(self):
        """Attachments of the staging database without their file, but for the one that production lacks too."""
        stores = {r[0] for r in self.cluster.rows("SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL", self.staging)}
        directory = self.space.path(f"filestore/{self.staging}")
        self.assertGreater(len(stores), 10)
        return [s for s in stores if not os.path.exists(os.path.join(directory, s))
                and os.path.exists(os.path.join(self.space.filestore, s))]

    def test_killed_between_files_and_database(self):
        """The directories have been exchanged, the renames of the databases are kept waiting by a lock."""
        stale = self.change_one_file()
        process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
        harness.wait_for(lambda: self.hidden() and self.cluster.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE '\\_understudy\\_%'") != "0", 60, "the hidden database")
        directory = self.space.path(f"filestore/{self.staging}")
        renaming = "query LIKE 'BEGIN;ALTER DATABASE%RENAME TO%' AND pid <> pg_backend_pid()"
        blocker = subprocess.Popen(["psql", "-X", "-q", "-d", self.cluster.dsn(), "-c",
                                    "BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE; SELECT pg_sleep(120)"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            harness.wait_for(lambda: process.poll() is not None or [n for n in os.listdir(os.path.dirname(directory))
                             if n.startswith(self.staging + ".understudy-old-") and n not in self.old_before], 120, "the exchange")
            # The server must have the statement in hand: what it has not begun it would do when the lock goes.
            harness.wait_for(lambda: process.poll() is not None or self.cluster.sql(
                f"SELECT count(*) FROM pg_stat_activity WHERE {renaming} AND wait_event_type = 'Lock'") != "0",
                             60, "the renames to wait")
            self.assertIsNone(process.poll(), "the run ended before it could be killed")
            os.kill(process.pid, signal.SIGKILL)
            self.finish(process)
            self.assertEqual(self.cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {renaming}"), "t")
        finally:
            blocker.kill()
            blocker.wait()
            self.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%'"
                             " AND pid <> pg_backend_pid()")
        self.assertYesterday()
        self.assertEqual(self.files_that_staging_lacks(), [])
        self.assertNextRunCleansUp()
        self.assertEqual(self.files_that_staging_lacks(), [])
        self.assertFalse(os.path.exists(os.path.join(directory, stale)), "a stale file stays")

    def through_proxy(self):
        """A refresh whose answer to the renames of the databases is lost."""
        proxies = proxy.Proxy(self.cluster.port)
        self.addCleanup(proxies.close)
        config = self.space.config(self.source, self.staging, staging={
            "database": f"host=127.0.0.1 port={proxies.port} user=postgres dbname={self.staging} sslmode=disable "
                        "gssencmode=disable connect_timeout=2", "keep_previous": 1})
        proxies.inject("lose_answer")
        return proxies, config

    def test_the_answer_to_the_renames_is_lost(self):
        """The server is asked again: the run has published, and says so."""
        self.change_one_file()
        proxies, config = self.through_proxy()
        outcome = harness.refresh(config)
        self.assertEqual(proxies.hit, 1)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertNotEqual(harness.table_digests(self.cluster, self.staging), self.yesterday)
        self.assertEqual(self.files_that_staging_lacks(), [])
        self.assertEqual(self.hidden(), [])

    def test_the_answer_to_the_renames_is_lost_and_nobody_left_to_ask(self):
        """Neither database misses a file, and the run says what it can't know."""
        self.change_one_file()
        proxies, config = self.through_proxy()
        proxies.gone_after = True
        outcome = harness.refresh(config)
        self.assertEqual(outcome.code, 7, outcome.err)
        self.assertIn("can't be asked whether staging is the previous copy or the new one", outcome.err)
        self.assertEqual(self.files_that_staging_lacks(), [])
        self.assertNextRunCleansUp()
        self.assertEqual(self.files_that_staging_lacks(), [])

    def change_one_file(self):
        """A kept file of production becomes another one; returns the old name."""
        directory = self.space.path(f"filestore/{self.staging}")
        self.old_before = set(os.listdir(os.path.dirname(directory)))
        row = self.cluster.rows("SELECT s.id, s.store_fname FROM ir_attachment s WHERE s.store_fname IS NOT NULL"
                                " ORDER BY s.id", self.source)
        named = {}
        for attachment, store in row:
            named.setdefault(store, []).append(attachment)
        kept = {r[0] for r in self.cluster.rows("SELECT store_fname FROM ir_attachment", self.staging)}
        store = next(s for s, ids in named.items() if len(ids) == 1 and s in kept)
        content = b"other content of the same attachment"
        name = hashlib.sha1(content).hexdigest()
        fresh = f"{name[:2]}/{name}"
        os.makedirs(os.path.join(self.space.filestore, name[:2]), exist_ok=True)
        with open(os.path.join(self.space.filestore, fresh), "wb") as stream:
            stream.write(content)
        self.cluster.sql(f"UPDATE ir_attachment SET store_fname = '{fresh}', checksum = '{name}', file_size = {len(content)}"
                         f" WHERE id = {named[store][0]}", self.source)
        return store


if __name__ == "__main__":
    harness.main()
