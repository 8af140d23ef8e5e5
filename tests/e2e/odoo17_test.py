#!/usr/bin/env python3
"""A refresh of a real Odoo 17 production with planted people and secrets, if one is at hand (UNDERSTUDY_SHARED)."""
import os
import subprocess
import tarfile
import unittest

import harness
from harness import Case

DATA = harness.shared("odoo17")


@unittest.skipUnless(DATA, "skipped: no odoo17/ in $UNDERSTUDY_SHARED or ../shared")
class Odoo17Test(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("odoo")
        subprocess.run([os.path.join(cls.cluster.bin, "pg_restore"), "-d", cls.cluster.dsn("odoo"), "--no-owner", "-j2",
                        os.path.join(DATA, "production.dump")], check=True, stderr=subprocess.DEVNULL)
        os.makedirs(cls.space.filestore)
        with tarfile.open(os.path.join(DATA, "filestore.tar.gz")) as archive:
            archive.extractall(cls.space.filestore)
        cls.config = cls.space.config("odoo", "stage")
        cls.done = harness.refresh(cls.config)

    def setUp(self):
        self.assertExit(self.done, 0)
        self.report = self.space.report("stage")

    def test_row_counts(self):
        declared = {f"{t['schema']}.{t['name']}" for t in self.report["tables"] if t["treatment"] in ("empty", "rows")}
        declared.add("public.ir_mail_server")
        source = harness.row_counts(self.cluster, "odoo")
        staging = harness.row_counts(self.cluster, "stage")
        self.assertEqual({t: (source[t], staging.get(t)) for t in source if source[t] != staging.get(t) and t not in declared}, {})

    def test_schema(self):
        self.assertEqual(harness.schema_dump(self.cluster, "odoo"), harness.schema_dump(self.cluster, "stage"))

    def test_sequences(self):
        changed = {"public.ir_mail_server_id_seq"}
        source, staging = harness.sequences(self.cluster, "odoo"), harness.sequences(self.cluster, "stage")
        self.assertEqual({k: v for k, v in source.items() if k not in changed}, {k: v for k, v in staging.items() if k not in changed})

    def test_kept_columns_are_byte_identical(self):
        neutralised = {"public." + n["table"] for n in self.report["neutralised"] if n.get("table")}
        columns = {t: c for t, c in harness.kept_columns(self.cluster, self.report).items() if t not in neutralised}
        source = harness.table_digests(self.cluster, "odoo", columns)
        staging = harness.table_digests(self.cluster, "stage", columns)
        different = sorted(t for t in source if source[t] != staging[t])
        # Only what neutralising switches off may differ, and only a few tables hold switches.
        self.assertLess(len(different), 45, different)
        for table in ("public.res_country", "public.ir_model_data", "public.ir_model_fields", "public.account_tax", "public.res_groups"):
            self.assertNotIn(table, different)

    def test_no_planted_value_is_left(self):
        planted = harness.truth(os.path.join(DATA, "planted.tsv"))
        left = {}
        for value, kind in harness.still_there(self.cluster, "stage", planted):
            left.setdefault(kind, []).append(value)
        self.assertEqual({k: len(v) for k, v in left.items()}, {}, {k: v[:5] for k, v in left.items()})

    def test_filestore(self):
        wanted = harness.truth(os.path.join(DATA, "planted.tsv"), "email", "iban", "person_name")
        values = [v.encode() for v, _ in wanted]
        for folder, _, names in os.walk(self.space.path("filestore/stage")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    content = stream.read()
                self.assertFalse(any(v in content for v in values), f"{name} holds planted data")


if __name__ == "__main__":
    harness.main()
