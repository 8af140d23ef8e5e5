#!/usr/bin/env python3
"""Every way to be refused has its own exit code and a sentence that says what to do."""
import os

import harness
from harness import Case


class ExitCodeTest(Case):
    def write(self, name, text):
        path = self.space.path(name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def assertQuiet(self, done):
        """No stack trace, no exception text; one sentence that begins as all of ours do."""
        self.assertRegex(done.err, r"(?m)^understudy: (error|warning)|\"level\"")
        self.assertNotIn("terminate called", done.err)

    def test_unknown_command_and_option(self):
        done = harness.run_program(["rfresh"])
        self.assertExit(done, 2)
        self.assertIn("refresh", done.err)
        self.assertExit(harness.run_program(["refresh", "--jbos=3"]), 2)

    def test_no_config(self):
        done = harness.refresh(self.space.path("none.yaml"))
        self.assertExit(done, 2)
        self.assertIn("none.yaml", done.err)

    def test_config_error_has_line_and_column(self):
        path = self.write("bad.yaml", "source:\n  database: dbname=x\nstaging:\n  database: dbname=y\npolcy:\n  leaks: fail\n")
        done = harness.refresh(path)
        self.assertExit(done, 2)
        self.assertRegex(done.err, r"bad\.yaml:5:1")
        self.assertIn("policy", done.err)

    def test_rule_error_has_line_and_column(self):
        rules = self.write("site.yaml", "pack: site\ntables:\n  res_partner:\n    name: pseudonim\n")
        config = self.space.config(self.space.production(), "s_rules", rules=["odoo", rules])
        done = harness.refresh(config)
        self.assertExit(done, 2)
        self.assertRegex(done.err, r"site\.yaml:4:\d+")
        self.assertFalse(self.cluster.exists("s_rules"))

    def test_unreachable_source_and_staging(self):
        nowhere = {"database": "host=127.0.0.1 port=1 dbname=x user=postgres connect_timeout=3"}
        source = self.space.production()
        done = harness.refresh(self.space.config(source, "s_unreachable", source=nowhere))
        self.assertExit(done, 7)
        self.assertQuiet(done)
        done = harness.refresh(self.space.config(source, "s_unreachable", staging=nowhere))
        self.assertExit(done, 7)
        done = harness.refresh(self.space.config("no_such_database", "s_unreachable"))
        self.assertExit(done, 7)
        self.assertFalse(self.cluster.exists("s_unreachable"))

    def test_same_database_under_two_spellings(self):
        source = self.space.production()
        before = harness.table_digests(self.cluster, source)
        done = harness.refresh(self.space.config(source, source, staging={"database": self.cluster.tcp_dsn(source)}), "--adopt")
        self.assertExit(done, 8)
        self.assertQuiet(done)
        self.assertEqual(harness.table_digests(self.cluster, source), before)

    def test_foreign_staging_needs_adopt(self):
        source = self.space.production()
        self.cluster.create("foreign")
        self.cluster.sql("CREATE TABLE precious AS SELECT 1 AS one", "foreign")
        config = self.space.config(source, "foreign")
        done = harness.refresh(config)
        self.assertExit(done, 8)
        self.assertIn("--adopt", done.err)
        self.assertEqual(self.cluster.sql("SELECT one FROM precious", "foreign"), "1")
        self.refreshed(config, "--adopt")
        self.refreshed(config)  # ours from now on
        self.assertNotEqual(self.cluster.sql("SELECT count(*) FROM res_partner", "foreign"), "0")

    def test_unclassified_column_stops_when_policy_says_so(self):
        source = self.space.production()
        self.cluster.sql("ALTER TABLE res_partner ADD COLUMN zz_frobnication text; CREATE TABLE zz_own (id serial primary key, zz_frob text)", source)
        config = self.space.config(source, "s_unclassified", policy={"unclassified": "fail"})
        done = harness.refresh(config)
        self.assertExit(done, 3)
        self.assertIn("zz_frobnication", done.err + done.out)
        self.assertFalse(self.cluster.exists("s_unclassified"))

    def test_failure_leaves_no_data_in_messages(self):
        source = self.space.production()
        # A value that staging refuses: the error of PostgreSQL quotes the row, ours must not.
        self.cluster.sql("ALTER TABLE x_audit_note ADD COLUMN zz_secret text;"
                         "UPDATE x_audit_note SET zz_secret = 'Topsecret-Mumblethorpe';"
                         "ALTER TABLE x_audit_note ADD CONSTRAINT zz CHECK (zz_secret = 'Topsecret-Mumblethorpe')", source)
        rules = self.write("zz.yaml", "pack: zz\ntables:\n  x_audit_note:\n    zz_secret: {fixed: other}\n")
        config = self.space.config(source, "s_message", rules=["odoo", rules])
        done = harness.refresh(config)
        self.assertNotEqual(done.code, 0)
        self.assertNotIn("Mumblethorpe", done.err + done.out)
        self.assertNotIn("Failing row contains", done.err)
        self.assertFalse(self.cluster.exists("s_message"))
        for folder, _, names in os.walk(self.space.path("state-s_message")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as stream:
                    self.assertNotIn("Mumblethorpe", stream.read())

    def test_report_exists_for_a_failed_run_that_started(self):
        source = self.space.production()
        self.cluster.sql("CREATE TABLE zz_more (id serial primary key, zz_frob text)", source)
        harness.refresh(self.space.config(source, "s_record", policy={"unclassified": "fail"}))
        report = self.space.report("s_record")
        self.assertEqual((report["outcome"], report["exit_code"]), ("failed", 3))
        self.assertIn({"table": "zz_more", "column": "zz_frob"},
                      [{"table": u["table"], "column": u["column"]} for u in report["unclassified"]])


if __name__ == "__main__":
    harness.main()
