#!/usr/bin/env python3
"""Whatever dies in mid-run, staging is wholly yesterday's or wholly today's, and the next run cleans up.

With UNDERSTUDY_ALL=1 (tools/test --all) the random loop runs hundreds of times.
"""
import os
import random
import signal
import time

import harness
from harness import Case


class KillTest(Case):
    scale = "0.25"

    def setUp(self):
        self.source = self.space.production()
        self.staging = self.staging_name()
        self.config = self.space.config(self.source, self.staging)
        self.others = harness.databases(self.cluster)
        self.refreshed(self.config)
        self.yesterday = harness.table_digests(self.cluster, self.staging)
        # What tells today from yesterday.
        self.cluster.sql("INSERT INTO x_audit_note (x_name) VALUES ('today')", self.source)

    def tearDown(self):
        for name in harness.databases(self.cluster):
            if name != "production_template":
                self.cluster.sql(f'ALTER DATABASE "{name}" IS_TEMPLATE false', check=False)
                self.cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)', check=False)

    def hidden(self):
        """Databases that the present run builds."""
        return [n for n in harness.databases(self.cluster) if n.startswith("_understudy_")]

    def wait_for_rows(self, process):
        """Until rows flow: a COPY into the hidden database is under way."""
        def flowing():
            if process.poll() is not None:
                return "ended"
            return self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname LIKE '\\_understudy\\_%' "
                                    "AND query ILIKE 'copy%'") != "0"
        self.assertNotEqual(harness.wait_for(flowing, 60, "rows"), "ended", "the run ended before its rows were seen")

    def finish(self, process, timeout=60):
        out, err = process.communicate(timeout=timeout)
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        return code, (out + err).decode("utf-8", "replace")

    def assertYesterday(self):
        self.assertSameTables(harness.table_digests(self.cluster, self.staging), self.yesterday)

    def assertNextRunCleansUp(self):
        self.refreshed(self.config)
        self.assertNotEqual(harness.table_digests(self.cluster, self.staging), self.yesterday)
        self.assertEqual(self.hidden(), [])
        self.assertEqual(len(harness.databases(self.cluster) - self.others), 2, "staging and one previous")

    def backend(self, condition):
        """The pid of a backend that copies."""
        rows = self.cluster.rows(f"SELECT pid FROM pg_stat_activity WHERE query ILIKE 'copy%' AND pid <> pg_backend_pid() AND {condition} LIMIT 1")
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

    def test_server_crash(self):
        process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
        self.wait_for_rows(process)
        self.cluster.sql("CHECKPOINT")
        os.kill(self.cluster.postmaster_pid(), signal.SIGQUIT)
        code, text = self.finish(process, 120)
        self.assertIn(code, (1, 7), text)
        time.sleep(1)
        self.cluster.start()
        self.assertYesterday()
        self.assertNextRunCleansUp()

    def test_random_kills(self):
        rounds = int(os.environ.get("UNDERSTUDY_KILLS", "150" if harness.ALL else "4"))
        rng = random.Random(20240501)
        started = time.monotonic()
        self.refreshed(self.config)
        whole = time.monotonic() - started
        today = self.stable(self.staging)
        old = self.stable(self.staging)
        for _ in range(rounds):
            process = harness.start_program(["refresh", "--config", self.config, "--progress=none"])
            time.sleep(rng.random() * whole * 1.1)
            process.send_signal(rng.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM)))
            self.finish(process)
            self.assertIn(self.stable(self.staging), (old, today))
        self.refreshed(self.config)
        self.assertSameTables(self.stable(self.staging), today)
        self.assertEqual(self.hidden(), [])


if __name__ == "__main__":
    harness.main()
