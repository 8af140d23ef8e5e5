#!/usr/bin/env python3
"""A lost connection has its slice copied again from the same snapshot: before the rows, among them, with the commit on
its way in either direction; of a table that is truncated and frozen, and of one in many slices. Nothing is counted
twice, staging is the same as without the loss, and the record says what happened."""
import re
import threading
import time
import unittest

import harness
import proxy
from harness import Case

COPY_DONE = b"c\x00\x00\x00\x04"
READY = b"Z\x00\x00\x00\x05I"
COPY_TAG = re.compile(rb"C\x00\x00\x00.COPY \d+\x00", re.S)


def among_rows(to_client, least=200000):
    """When a connection has carried so many bytes of a COPY."""
    def when(direction, data, state):
        if not direction and b'COPY "public"' in data or b"COPY (SELECT" in data:
            state["rows"] = 0
        if "rows" not in state or direction != to_client:
            return False
        state["rows"] += len(data)
        return state["rows"] > least
    return when


def in_chain(done_before=None):
    """When a connection to staging has carried the ends of so many tables of a chain; None: at the answer to its commit."""
    def when(to_client, data, state):
        if not to_client and b'"tiny1"' in data and b'"tiny2"' in data:
            state["done"] = 0
            return False
        if "done" not in state:
            return False
        if done_before is None:
            return to_client and READY in data
        state["done"] += 0 if to_client else data.count(COPY_DONE)
        return state["done"] > done_before
    return when


def statement(needle, answered):
    """When a connection sends what holds `needle`; `answered`: when the answer to it comes."""
    def when(to_client, data, state):
        if not to_client and needle in data:
            state["sent"] = True
            return not answered
        return answered and to_client and state.get("sent") and READY in data
    return when


class RetryTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxies = {"source": proxy.Proxy(cls.cluster.port), "staging": proxy.Proxy(cls.cluster.port)}
        cls.cluster.create("prod")
        cls.cluster.sql(
            "CREATE TABLE person (id serial PRIMARY KEY, name text, email text UNIQUE, note text);"
            "INSERT INTO person (name, email, note) SELECT 'Vrysko Njastein' || i, 'vrysko' || i || '@hruridge-kundenmail.de',"
            " repeat('Wrote to vrysko' || i || '@hruridge-kundenmail.de. ', 4) FROM generate_series(1, 6000) i;"
            "ALTER TABLE person ADD COLUMN boss int REFERENCES person; UPDATE person SET boss = 1;"
            "CREATE MATERIALIZED VIEW per_boss AS SELECT boss, count(*) FROM person GROUP BY 1; CREATE UNIQUE INDEX ON per_boss (boss);"
            # 67 MB: two slices.
            "CREATE TABLE line (id int PRIMARY KEY, pad text);"
            "INSERT INTO line SELECT i, repeat(md5(i::text), 60) FROM generate_series(1, 33500) i;"
            # These travel together.
            + "".join(f"CREATE TABLE tiny{i} (id int PRIMARY KEY, email text); INSERT INTO tiny{i} SELECT g, 'vrysko' || g ||"
                      " '@hruridge-kundenmail.de' FROM generate_series(1, 20) g;" for i in (1, 2, 3)), "prod")
        rules = cls.space.path("site.yaml")
        with open(rules, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  person: {name: name, email: email, note: rewrite}\n  tiny1: {email: email}\n  tiny2: {email: email}\n"
                         "  tiny3: {email: email}\n")
        ends = {end: f"host=127.0.0.1 port={p.port} user=postgres sslmode=disable gssencmode=disable dbname="
                for end, p in cls.proxies.items()}
        cls.config = cls.space.config("prod", "stage", odoo=None, rules=[rules], jobs=2,
                                      policy={"unclassified": "keep", "leaks": "fail"},
                                      source={"database": ends["source"] + "prod"},
                                      staging={"database": ends["staging"] + "stage", "keep_previous": 0})
        done = harness.refresh(cls.config)
        if done.code != 0:
            raise AssertionError(done.err)
        cls.expected = harness.table_digests(cls.cluster, "stage")
        cls.expected_report = cls.space.report("stage")

    @classmethod
    def tearDownClass(cls):
        for one in cls.proxies.values():
            one.close()
        super().tearDownClass()

    def lost(self, end, when, victims=1):
        """A refresh during which connections to that end are cut at the piece that `when` names."""
        self.proxies[end].inject("cut", victims=victims, when=when)
        try:
            done = harness.refresh(self.config, "--progress=auto", timeout=120)
        finally:
            hit = self.proxies[end].hit
            self.proxies[end].clear()
        return done, hit

    def same_as_without(self, done, end, hit, again):
        self.assertExit(done, 0)
        self.assertEqual(hit, 1)
        self.assertSameTables(self.expected, harness.table_digests(self.cluster, "stage"))
        report = self.space.report("stage")
        for key in ("rows", "source_rows", "bytes"):
            self.assertEqual([(t["name"], t[key]) for t in report["tables"]],
                             [(t["name"], t[key]) for t in self.expected_report["tables"]], key)
        self.assertEqual([[(c["name"], c["changed"], c["staging_fingerprint"]) for c in t["columns"]] for t in report["tables"]],
                         [[(c["name"], c["changed"], c["staging_fingerprint"]) for c in t["columns"]] for t in self.expected_report["tables"]])
        self.assertEqual({t["fidelity"] for t in report["tables"]}, {"identical"})
        self.assertEqual(report["known_values"]["values"], self.expected_report["known_values"]["values"])
        rows = {s["name"]: s["rows"] for s in report["stages"]}
        self.assertEqual(rows["rows"], sum(t["source_rows"] for t in report["tables"]))
        ids = [w["id"] for w in report["warnings"]]
        self.assertEqual([i for i in ids if i.startswith("copied-again:")], [f"copied-again:{end}"] if again else [])
        if again:
            self.assertIn("is copied again in 0.25 s (attempt 2 of 5)", done.err)
        else:
            self.assertNotIn("copied again", done.err)
        self.assertNotIn("vrysko", done.err.lower())

    def test_source_lost_among_the_rows(self):
        done, hit = self.lost("source", among_rows(to_client=True))
        self.same_as_without(done, "source", hit, again=True)

    def test_staging_lost_among_the_rows(self):
        done, hit = self.lost("staging", among_rows(to_client=False))
        self.same_as_without(done, "staging", hit, again=True)

    def test_staging_lost_among_tables_that_travel_together(self):
        """The first of them was sent and is not in: none counts before all are in."""
        for done_before in (0, 1, 2):
            with self.subTest(done_before=done_before):
                done, hit = self.lost("staging", in_chain(done_before))
                self.same_as_without(done, "staging", hit, again=True)
                self.assertRegex(done.err, r"tiny\d, with 2 small tables that travel with it, is copied again")

    def test_commit_of_tables_that_travel_together_whose_answer_never_arrived(self):
        done, hit = self.lost("staging", in_chain())
        self.same_as_without(done, "staging", hit, again=False)

    def test_staging_lost_while_indexes_and_constraints_are_made(self):
        """Before the statement reaches the server, and when it is done but nobody was told."""
        places = ((b"CREATE UNIQUE INDEX line_pkey", False), (b"CREATE UNIQUE INDEX line_pkey", True), (b"USING INDEX line_pkey", True),
                  (b"ADD CONSTRAINT person_pkey", False), (b"ADD CONSTRAINT person_pkey", True), (b"person_boss_fkey FOREIGN KEY", True),
                  (b"VALIDATE CONSTRAINT person_boss_fkey", True), (b"REFRESH MATERIALIZED VIEW", False), (b"per_boss_boss_idx", True))
        for needle, answered in places:
            with self.subTest(needle=needle, answered=answered):
                done, hit = self.lost("staging", statement(needle, answered))
                self.same_as_without(done, "staging", hit, again=False)
                self.assertIn("is begun again in 0.25 s (attempt 2 of 5)", done.err)
                self.assertIn("made-again", [w["id"] for w in self.space.report("stage")["warnings"]])
                self.assertEqual(harness.schema_dump(self.cluster, "prod"), harness.schema_dump(self.cluster, "stage"))

    def test_source_lost_among_tables_that_travel_together(self):
        """While known values are gathered, and while rows are copied."""
        for skip in (0, 1):
            with self.subTest(skip=skip):
                seen = []

                def when(to_client, data, _):
                    if to_client and 20 <= data.count(b"@hruridge-kundenmail.de") <= 60:
                        seen.append(True)
                    return len(seen) > skip  # pylint: disable=cell-var-from-loop
                done, hit = self.lost("source", when)
                self.same_as_without(done, "source", hit, again=True)

    def test_commit_that_never_arrived(self):
        """The end of the COPY is lost on its way to staging: nothing was committed."""
        done, hit = self.lost("staging", lambda to_client, data, state: not to_client and data.endswith(COPY_DONE) and len(data) > 5000)
        self.same_as_without(done, "staging", hit, again=True)

    def test_commit_whose_answer_never_arrived(self):
        """The COPY is committed and the answer lost: the rows must not come twice, and nothing is to be done again."""
        done, hit = self.lost("staging", lambda to_client, data, state: to_client and COPY_TAG.search(data) is not None)
        self.same_as_without(done, "staging", hit, again=False)

    @unittest.skipUnless(harness.ALL, "skipped: with tools/test --all")
    def test_statement_before_the_rows(self):
        done, hit = self.lost("staging", lambda to_client, data, state: not to_client and b"COPY \"public\"" in data)
        self.same_as_without(done, "staging", hit, again=True)

    def refreshed_while_ending(self, query):
        """A refresh from a slow source, and what `query`, asked until it ends some sessions, has ended."""
        ended = []
        stop = threading.Event()

        def end_some():
            while not ended and not stop.is_set():
                ended.extend(self.cluster.rows(query))
                time.sleep(0.005)
        watcher = threading.Thread(target=end_some)
        watcher.start()
        try:
            self.proxies["source"].inject("delay")
            return harness.refresh(self.config, "--progress=auto"), ended
        finally:
            stop.set()
            watcher.join()
            self.proxies["source"].clear()

    @unittest.skipUnless(harness.ALL, "skipped: with tools/test --all")
    def test_source_session_ended_by_an_administrator(self):
        """57P01 is a lost connection too; the holder is idle in its transaction and stays."""
        done, ended = self.refreshed_while_ending(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'prod' AND query LIKE 'COPY%line%'"
            " AND state = 'active' LIMIT 1")
        self.assertTrue(ended)
        self.same_as_without(done, "source", 1, again=True)

    @unittest.skipUnless(harness.ALL, "skipped: with tools/test --all")
    def test_attempts_are_bounded(self):
        """Every lane's first connection with rows breaks, and all that follow."""
        done, hit = self.lost("source", among_rows(to_client=True, least=50000), victims=None)
        self.assertExit(done, 7)
        self.assertGreaterEqual(hit, 5, done.err)
        self.assertIn("after 5 attempts", done.err)
        self.assertSameTables(self.expected, harness.table_digests(self.cluster, "stage"))

    def test_holder_lost(self):
        """Without the holder of the snapshot nothing can be copied again."""
        done, ended = self.refreshed_while_ending(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'prod' AND application_name = 'understudy'"
            " AND EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'prod' AND query LIKE 'COPY%' AND state = 'active')")
        self.assertTrue(ended)
        self.assertExit(done, 7)
        self.assertIn("the session that held the snapshot was lost", done.err)
        self.assertIn("run the refresh again", done.err)
        self.assertSameTables(self.expected, harness.table_digests(self.cluster, "stage"))

    def test_staging_server_restarts(self):
        """Commits of a copy don't wait for the disk: a server that began anew may have lost some, so nothing is copied
        again there, and yesterday's staging serves."""
        restarted = []

        def restart():
            while not restarted and not stop.is_set():
                if other.rows("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%COPY%FROM STDIN%' AND state = 'active'"
                              " AND datname LIKE '_understudy%'"):
                    other.stop(immediate=True)
                    other.start()
                    restarted.append(True)
                time.sleep(0.005)
        other = harness.clusters.Cluster(tcp=True)
        try:
            rules = self.space.path("site.yaml")
            config = self.space.config("prod", "stage_restart", odoo=None, rules=[rules], jobs=2,
                                       source={"database": f"host=127.0.0.1 port={self.proxies['source'].port} user=postgres dbname=prod"},
                                       policy={"unclassified": "keep", "leaks": "off"},
                                       staging={"database": other.tcp_dsn("stage"), "keep_previous": 0})
            self.refreshed(config)
            before = harness.table_digests(other, "stage")
            stop = threading.Event()
            watcher = threading.Thread(target=restart)
            watcher.start()
            try:
                self.proxies["source"].inject("delay")
                done = harness.refresh(config)
            finally:
                stop.set()
                watcher.join()
                self.proxies["source"].clear()
            self.assertTrue(restarted)
            self.assertExit(done, 7)
            self.assertIn("the session that holds this run's lock was lost, too", done.err)
            self.assertSameTables(before, harness.table_digests(other, "stage"))
            self.refreshed(config)
            self.assertEqual([n for n in harness.databases(other) if n.startswith("_understudy")], [])
        finally:
            other.remove()


if __name__ == "__main__":
    harness.main()
