#!/usr/bin/env python3
"""The generated production is what it says: Odoo-shaped, dominated by mail_message, the same every time."""
import os
import subprocess
import unittest

import harness


class GeneratorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = harness.clusters.Cluster()
        cls.directory = cls.cluster.directory
        for name, seed in (("one", "5"), ("two", "5"), ("other", "6")):
            cls.generate(name, seed)

    @classmethod
    def tearDownClass(cls):
        cls.cluster.remove()

    @classmethod
    def generate(cls, name, seed, scale="0.05"):
        cls.cluster.create(name)
        subprocess.run([os.path.join(harness.ROOT, "tools/generate-production"), cls.cluster.dsn(name), "--scale", scale, "--seed", seed,
                        "--filestore", f"{cls.directory}/fs-{name}", "--truth", f"{cls.directory}/{name}.tsv"],
                       check=True, stdout=subprocess.DEVNULL)

    def test_same_seed_same_data(self):
        self.assertEqual(harness.table_digests(self.cluster, "one"), harness.table_digests(self.cluster, "two"))
        self.assertEqual(harness.schema_dump(self.cluster, "one"), harness.schema_dump(self.cluster, "two"))

    def test_other_seed_other_people(self):
        def people(name):
            return {v for v, _ in harness.truth(f"{self.directory}/{name}.tsv", "email")}
        self.assertFalse(people("one") & people("other"))

    def test_shape(self):
        counts = harness.row_counts(self.cluster, "one")
        self.assertGreaterEqual(len(counts), 300)
        self.assertGreaterEqual(len([c for c in counts.values() if c]), 200)
        kinds = dict(self.cluster.rows("SELECT contype, count(*) FROM pg_constraint GROUP BY 1", "one"))
        self.assertGreater(int(kinds["f"]), 800)
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM ONLY ir_actions", "one"), "0")
        self.assertGreater(int(self.cluster.sql("SELECT count(*) FROM ir_actions", "one")), 300)

    def test_mail_message_dominates(self):
        share = self.cluster.sql("SELECT pg_relation_size('mail_message') * 1.0 / sum(pg_relation_size(oid)) FROM pg_class "
                                 "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", "one")
        self.assertGreater(float(share), 0.4, "60 % at scale 1; what Odoo knows of itself does not shrink with the scale")

    def test_truth_is_in_the_data(self):
        values = harness.truth(f"{self.directory}/one.tsv")
        held = harness.still_there(self.cluster, "one", values)
        self.assertGreater(len(held), len(values) * 0.95)
        self.assertEqual({k for _, k in values} - {k for _, k in held}, set())

    def test_filestore_matches_its_rows(self):
        rows = self.cluster.rows("SELECT DISTINCT store_fname, file_size FROM ir_attachment WHERE store_fname IS NOT NULL", "one")
        there = [r for r in rows if os.path.exists(f"{self.directory}/fs-one/{r[0]}")]
        self.assertEqual(len(rows) - len(there), 1, "one file is missing on purpose")
        for name, size in there:
            self.assertEqual(os.path.getsize(f"{self.directory}/fs-one/{name}"), int(size))

    def test_refuses_a_database_that_is_not_empty(self):
        done = subprocess.run([os.path.join(harness.ROOT, "tools/generate-production"), self.cluster.dsn("one")], check=False,
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("not empty", done.stderr)


if __name__ == "__main__":
    harness.main()
