#!/usr/bin/env python3
"""One refresh of a generated production: everything that must be equal is, and nothing personal came along."""
import json
import os
import stat

import harness
from compare import Comparison


class RefreshTest(Comparison):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.space.production()
        cls.staging = "staging"
        cls.config = cls.space.config(cls.source, cls.staging)
        harness.refresh(cls.config, check=True)

    def setUp(self):
        self.report = self.space.report(self.staging)

    def test_run_record_says_published(self):
        self.assertEqual(self.report["format"], 1)
        self.assertEqual(self.report["outcome"], "published")
        self.assertEqual(self.report["exit_code"], 0)
        for key in ("run_id", "started_at", "finished_at", "tool", "key_id", "source", "staging", "snapshot", "stages",
                    "tables", "unclassified", "leaks", "neutralised", "assertions", "jobs", "parameters", "environment", "warnings"):
            self.assertIn(key, self.report)
        for name in ("report.md", "report.html", "report.json"):
            self.assertTrue(os.path.exists(self.space.path(f"state-staging/latest/{name}")), name)

    def test_row_counts_are_equal_but_for_declared_tables(self):
        self.check_row_counts()

    def test_schema_is_equal(self):
        self.assertEqual(harness.schema_dump(self.cluster, self.source), harness.schema_dump(self.cluster, self.staging))

    def test_sequences_are_equal(self):
        self.check_sequences()
        self.assertIn("public.ir_sequence_007", harness.sequences(self.cluster, self.staging))

    def test_kept_columns_are_byte_identical(self):
        compared = self.check_kept_columns(at_least=150)
        # A rule or a declaration that swallows whole tables must not make this test pass.
        for table in ("ir_cron", "ir_model_data", "res_users", "res_company", "mail_message", "ir_config_parameter", "payment_provider"):
            self.assertIn("id", compared["public." + table])

    def test_no_person_and_no_secret_is_left(self):
        values = harness.truth(self.space.truth)
        self.assertGreater(len(values), 400)
        held = harness.still_there(self.cluster, self.source, values)
        self.assertGreater(len(held), len(values) * 0.95, "the check itself must be able to see the values")
        left = harness.still_there(self.cluster, self.staging, [v for v in values if v[1] != "common_name"])
        by_kind = {}
        for _, kind in left:
            by_kind[kind] = by_kind.get(kind, 0) + 1
        self.assertEqual(by_kind, {}, left[:10])

    def test_one_value_one_pseudonym(self):
        rows = self.cluster.rows("""
            SELECT count(*) FILTER (WHERE l.email_normalized = p.email_normalized), count(*)
            FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id""", self.staging)
        self.assertEqual(rows[0][0], rows[0][1])
        rows = self.cluster.rows("SELECT count(*) FROM res_partner WHERE lower(email) <> email_normalized", self.staging)
        self.assertEqual(rows[0][0], "0")

    def test_filestore_holds_what_the_rows_name(self):
        stores = [r[0] for r in self.cluster.rows("SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL", self.staging)]
        directory = self.space.path("filestore/staging")
        missing = [s for s in stores if not os.path.exists(os.path.join(directory, s))]
        self.assertLessEqual(len(missing), 1, "production lacks one file")
        people = [v.encode() for v, k in harness.truth(self.space.truth, "email", "iban")]
        for folder, _, names in os.walk(directory):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    content = stream.read()
                self.assertFalse(any(p in content for p in people), f"{folder}/{name} holds personal data")

    def test_report_holds_no_raw_value(self):
        values = harness.truth(self.space.truth, "email", "phone", "iban", "secret", "password")
        for name in ("report.json", "report.md", "report.html"):
            with open(self.space.path(f"state-staging/latest/{name}"), encoding="utf-8") as stream:
                text = stream.read()
            self.assertEqual([k for v, k in values if v in text], [], name)

    def test_large_object_view_and_matview(self):
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_largeobject_metadata", self.staging), "1")
        self.assertNotEqual(self.cluster.sql("SELECT count(*) FROM x_partner_revenue", self.staging), "0")
        email = self.cluster.rows("SELECT count(*) FROM x_partner_revenue r JOIN res_partner p USING (id) WHERE r.email <> p.email", self.staging)
        self.assertEqual(email[0][0], "0")

    def test_previous_staging_is_kept_and_only_one(self):
        names = []
        for _ in range(2):
            self.refreshed(self.config)
            names.append(harness.databases(self.cluster))
        self.assertEqual(len(names[0]), len(names[1]))
        self.assertEqual(len([n for n in names[1] if n.startswith("staging")]), 2)

    def test_key_file_must_be_private(self):
        path = self.space.keygen("wide.key")
        os.chmod(path, 0o644)
        config = self.space.config(self.source, "staging_wide", key={"file": path})
        done = harness.refresh(config)
        self.assertIn(done.code, (2, 8))
        self.assertIn("chmod 600", done.err)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)
        self.assertFalse(self.cluster.exists("staging_wide"))

    def test_plan_writes_nothing(self):
        before = harness.databases(self.cluster)
        done = harness.run_program(["plan", "--config", self.space.config(self.source, "staging_plan")])
        self.assertExit(done, 0)
        self.assertIn("res_partner", done.out)
        self.assertEqual(harness.databases(self.cluster), before)

    def test_plan_json_is_json(self):
        done = harness.run_program(["plan", "--json", "--config", self.space.config(self.source, "staging_plan")])
        self.assertExit(done, 0)
        json.loads(done.out)


if __name__ == "__main__":
    harness.main()
