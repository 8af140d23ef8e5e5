#!/usr/bin/env python3
"""refresh --resume: a run from a backup that failed among its rows goes on where it was, if nothing changed, and gives
what an undisturbed run gives; everything else is refused with a reason and leaves staging as it was."""
import json
import os
import subprocess
import time

import harness
import proxy
from harness import Case

ROWS = 12000


class ResumeTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("prod")
        cls.cluster.sql(
            "CREATE TABLE a_first (id serial PRIMARY KEY, name text, email text UNIQUE, note text);"
            f"INSERT INTO a_first (name, email, note) SELECT 'Vrysko Njastein' || i, 'vrysko' || i || '@hruridge-kundenmail.de',"
            f" 'Wrote to vrysko' || i || '@hruridge-kundenmail.de' FROM generate_series(1, {ROWS}) i;"
            "CREATE TABLE b_small (id int PRIMARY KEY, word text); INSERT INTO b_small VALUES (1, 'x'), (2, 'y');"
            "CREATE TABLE c_nokey (word text); INSERT INTO c_nokey SELECT 'w' || i FROM generate_series(1, 3000) i;"
            "CREATE TABLE d_empty (id int PRIMARY KEY);"
            "CREATE TABLE z_last (id int PRIMARY KEY, first int REFERENCES a_first, pad text);"
            f"INSERT INTO z_last SELECT i, i % {ROWS} + 1, repeat(md5(i::text), 30) FROM generate_series(1, 20000) i;"
            "CREATE INDEX ON a_first (name); CREATE INDEX ON z_last (pad);", "prod")
        cls.backup = cls.space.path("prod.sql")
        with open(cls.backup, "wb") as stream:
            subprocess.run([os.path.join(cls.cluster.bin, "pg_dump"), "-d", cls.cluster.dsn("prod")], check=True, stdout=stream)
        cls.rules = cls.space.path("site.yaml")
        cls.write_rules("email")
        cls.proxy = proxy.Proxy(cls.cluster.port)
        done = harness.refresh(cls.config("stage_whole"))
        if done.code:
            raise AssertionError(done.err)
        cls.expected = harness.table_digests(cls.cluster, "stage_whole")
        cls.expected_report = cls.space.report("stage_whole")

    @classmethod
    def tearDownClass(cls):
        cls.proxy.close()
        super().tearDownClass()

    @classmethod
    def write_rules(cls, note):
        with open(cls.rules, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  a_first: {name: name, email: email, note: rewrite}\n"
                         "  b_small: {word: %s}\n" % ("keep" if note == "email" else note))

    @classmethod
    def config(cls, staging, **more):
        dsn = f"host=127.0.0.1 port={cls.proxy.port} user=postgres sslmode=disable gssencmode=disable dbname={staging}"
        return cls.space.config("prod", staging, **{**dict(odoo=None, rules=[cls.rules], source={"backup": cls.backup}, jobs=2,
                                                          staging={"database": dsn, "keep_previous": 0},
                                                          policy={"unclassified": "keep", "leaks": "fail"}), **more})

    def failed(self, staging, *options, config=None):
        """A run whose connection to staging breaks while z_last is loaded."""
        config = config or self.config(staging)
        self.proxy.inject("cut", victims=1, when=lambda to_client, data, state: not to_client and b'COPY "public"."z_last"' in data)
        try:
            done = harness.refresh(config, "--progress=auto", *options)
        finally:
            self.proxy.clear()
        self.assertExit(done, 7)
        return config, done

    def hidden(self):
        return [n for n in harness.databases(self.cluster) if n.startswith("_understudy")]

    def finished(self, staging, config):
        done = self.refreshed(config, "--resume", "--progress=auto")
        self.assertSameTables(self.expected, harness.table_digests(self.cluster, staging))
        report = self.space.report(staging)
        for key in ("rows", "source_rows", "fidelity", "treatment"):
            self.assertEqual([(t["name"], t[key]) for t in report["tables"]], [(t["name"], t[key]) for t in self.expected_report["tables"]])
        self.assertEqual([[(c["name"], c["changed"], c["staging_fingerprint"], c["source_fingerprint"]) for c in t["columns"]] for t in report["tables"]],
                         [[(c["name"], c["changed"], c["staging_fingerprint"], c["source_fingerprint"]) for c in t["columns"]]
                          for t in self.expected_report["tables"]])
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'", staging),
                         self.cluster.sql("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'", "prod"))
        self.assertEqual(self.cluster.sql("SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace", staging),
                         self.cluster.sql("SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace", "prod"))
        self.assertEqual(self.hidden(), [])
        self.assertFalse(os.path.exists(self.space.path(f"state-{staging}/checkpoint.json")))
        return done

    def test_goes_on_where_it_was(self):
        config, done = self.failed("stage_on", "--keep-failed")
        self.assertIn("complete tables are kept in", done.err)
        kept = self.hidden()
        self.assertEqual(len(kept), 1)
        # Closed to everybody, and no rows of it in the state directory.
        self.assertEqual(self.cluster.sql(f"SELECT has_database_privilege('public', '{kept[0]}', 'CONNECT')"), "f")
        path = self.space.path("state-stage_on/checkpoint.json")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        self.assertNotIn("vrysko", text.lower())
        self.assertEqual([t["name"] for t in json.loads(text)["tables"]], ["a_first", "b_small", "c_nokey", "d_empty"])
        before = self.cluster.rows("SELECT relname, relfilenode FROM pg_class WHERE relname IN ('a_first', 'b_small', 'c_nokey') ORDER BY 1", kept[0])
        done = self.finished("stage_on", config)
        self.assertIn("4 of 5 tables are there already", done.err)
        self.assertEqual(before, self.cluster.rows(
            "SELECT relname, relfilenode FROM pg_class WHERE relname IN ('a_first', 'b_small', 'c_nokey') ORDER BY 1", "stage_on"))

    def test_twice(self):
        config, _ = self.failed("stage_twice", "--keep-failed")
        self.failed("stage_twice", "--resume", config=config)
        self.assertEqual(len(self.hidden()), 1)
        self.finished("stage_twice", config)

    def test_a_table_that_no_longer_holds_what_was_sent_is_loaded_again(self):
        config, _ = self.failed("stage_lost", "--keep-failed")
        hidden = self.hidden()[0]
        self.cluster.sql(f"DELETE FROM a_first WHERE id = 77; UPDATE c_nokey SET word = 'other' WHERE word = 'w5'", hidden)
        done = self.finished("stage_lost", config)
        self.assertIn("2 of 5 tables are there already", done.err)

    def refused(self, config, why, *options):
        before = self.hidden()
        done = harness.refresh(config, "--resume", *options)
        self.assertExit(done, 8)
        self.assertIn("--resume can't continue: " + why, done.err)
        self.assertEqual(self.hidden(), before)

    def test_what_changed_is_refused_and_may_be_changed_back(self):
        config, _ = self.failed("stage_refused", "--keep-failed")
        try:
            self.write_rules("null")
            self.refused(config, "the rules or the policy changed")
        finally:
            self.write_rules("email")
        other = self.space.path("other.key")
        if not os.path.exists(other):
            self.space.keygen("other.key")
        self.refused(self.config("stage_refused", key={"file": other}), "the key is another one")
        self.refused(self.config("stage_refused", policy={"unclassified": "rewrite", "leaks": "fail"}), "the rules or the policy changed")
        self.refused(self.config("stage_refused", policy={"unclassified": "keep", "leaks": "fail", "fidelity": "off"}), "policy.fidelity is off")
        facts = os.stat(self.backup)
        os.utime(self.backup, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
        try:
            self.refused(config, "the backup changed")
        finally:
            os.utime(self.backup, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        self.refused(self.config("stage_refused", source={"database": self.cluster.dsn("prod")}), "the source is live")
        self.finished("stage_refused", config)

    def test_nothing_was_kept(self):
        config, _ = self.failed("stage_none")
        self.assertEqual(self.hidden(), [])
        self.refused(config, "no run was kept in")

    def test_the_next_run_tidies_up(self):
        config, _ = self.failed("stage_tidy", "--keep-failed")
        self.assertEqual(len(self.hidden()), 1)
        self.refreshed(config)
        self.assertEqual(self.hidden(), [])
        self.refused(config, "no run was kept in")
        self.assertSameTables(self.expected, harness.table_digests(self.cluster, "stage_tidy"))

    def test_of_a_live_source_nothing_is_kept(self):
        config = self.config("stage_live", source={"database": self.cluster.dsn("prod")})
        # The session that holds the run's lock goes too, so no slice is copied again.
        self.proxy.inject("cut", when=lambda to_client, data, state: not to_client and b'COPY "public"."z_last"' in data or self.proxy.hit > 0)
        try:
            done = harness.refresh(config, "--keep-failed")
        finally:
            self.proxy.clear()
        self.assertExit(done, 7)
        time.sleep(0.2)
        harness.refresh(config)
        self.assertEqual(self.hidden(), [])
        self.refused(config, "the source is live")


if __name__ == "__main__":
    harness.main()
