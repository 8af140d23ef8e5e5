#!/usr/bin/env python3
"""A refresh of a real Odoo 17 production with planted people and secrets, if one is at hand (UNDERSTUDY_SHARED)."""
import os
import re
import unittest

import harness
import odoo_relations
from compare import Comparison

DATA = harness.shared("odoo17")
# What was added to that production by hand, and what a careful person would write for it.
CUSTOM = {"res_partner.x_studio_national_id": "national_id", "res_partner.x_notes_private": "rewrite",
          "res_partner.x_profile": "rewrite_json", "x_loyalty_card.x_name": "name", "x_loyalty_card.x_card": "card",
          "x_loyalty_card.x_holder_mail": "email", "x_loyalty_card.x_pin": "secret", "x_loyalty_card.x_tags": "rewrite"}


@unittest.skipUnless(DATA, "skipped: no odoo17/ in $UNDERSTUDY_SHARED or ../shared")
class Odoo17Test(Comparison):
    scale = None
    source, staging = "odoo", "stage"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.space.restore_odoo17("odoo")
        cls.config = cls.space.config("odoo", "stage")
        harness.refresh(cls.config, check=True, timeout=900)

    def setUp(self):
        self.report = self.space.report("stage")

    def test_row_counts(self):
        self.check_row_counts()

    def test_schema(self):
        self.assertEqual(harness.schema_dump(self.cluster, "odoo"), harness.schema_dump(self.cluster, "stage"))

    def test_sequences(self):
        self.check_sequences()

    def test_kept_columns_are_byte_identical(self):
        compared = self.check_kept_columns(at_least=600)
        # What Odoo is made of is kept, and none of it is left out by a declaration.
        whole = {"ir_model_data": ("module", "name", "model", "res_id"), "ir_model_fields_selection": ("value", "name", "sequence"),
                 "ir_model_fields": ("name", "model", "ttype", "relation", "field_description"), "ir_model": ("model", "name"),
                 "ir_ui_view": ("name", "key", "type", "mode", "priority", "inherit_id", "arch_fs"),
                 "ir_module_module": ("name", "state", "latest_version"), "res_groups": ("name",), "res_country": ("code", "name"),
                 "account_account": ("code", "account_type"), "account_move_line": ("debit", "credit", "balance"),
                 "sale_order": ("name", "amount_total"), "stock_move": ("state", "product_qty")}
        missing = {t: set(columns) - compared["public." + t] for t, columns in whole.items()}
        self.assertEqual({t: c for t, c in missing.items() if c}, {})

    def test_views_are_identical_but_for_declared_ones(self):
        declared = sum(n["rows"] for n in self.report["neutralised"] if n["statement"].startswith("website_form_recipients"))
        for column in ("arch_db", "arch_prev"):
            views = [dict(self.cluster.rows(f"SELECT id, md5({column}::text) FROM ir_ui_view", database)) for database in ("odoo", "stage")]
            self.assertGreater(len(views[0]), 1000)
            self.assertLessEqual(sum(views[0][view] != views[1].get(view) for view in views[0]), declared, column)

    def test_what_odoo_relies_on_between_values_still_holds(self):
        seen = 0
        for name, sql in odoo_relations.RELATIONS.items():
            with self.subTest(name):
                before, after = (set(map(tuple, self.cluster.rows(sql, database))) for database in ("odoo", "stage"))
                seen += len(before)
                self.assertEqual(len(before - after), 0, sorted(before - after)[:5])
        self.assertGreater(seen, 40_000, "the queries must be able to see something")

    def test_what_is_not_repeated_in_production_is_not_in_staging(self):
        for name, sql in odoo_relations.REPEATED.items():
            with self.subTest(name):
                counts = [len(self.cluster.rows(sql, database)) for database in ("odoo", "stage")]
                self.assertLessEqual(counts[1], counts[0])

    def test_json_in_texts_is_json(self):
        for table, column in odoo_relations.JSON_TEXTS:
            with self.subTest(table):
                self.cluster.rows(f"SELECT {column}::json FROM {table}", "stage")

    def test_what_odoo_is_made_of_is_byte_identical(self):
        for table, column in odoo_relations.PROGRAM:
            with self.subTest(f"{table}.{column}"):
                sql = f"SELECT md5(string_agg(id || ':' || coalesce(({column})::text, ''), '|' ORDER BY id)) FROM ONLY {table}"
                self.assertEqual(self.cluster.rows(sql, "odoo"), self.cluster.rows(sql, "stage"))

    def test_no_planted_value_is_left(self):
        planted = harness.truth(os.path.join(DATA, "planted.tsv"))
        seen = harness.still_there(self.cluster, "odoo", planted)
        self.assertEqual(len(seen), len(planted), "the check itself must be able to see the values")
        left = {}
        for value, kind in harness.still_there(self.cluster, "stage", planted):
            left.setdefault(kind, []).append(value)
        self.assertEqual({k: len(v) for k, v in left.items()}, {}, {k: v[:5] for k, v in left.items()})

    def test_only_what_was_added_by_hand_is_unclassified(self):
        self.assertEqual({f"{u['table']}.{u['column']}" for u in self.report["unclassified"]}, set(CUSTOM))
        done = harness.refresh(self.space.config("odoo", "never", policy={"unclassified": "fail"}), timeout=900)
        self.assertExit(done, 3)
        for column in CUSTOM:
            self.assertIn(f"{column} (", done.err)
        self.assertFalse(self.cluster.exists("never"))

    def test_scan_proposes_rules_for_it_that_work(self):
        done = harness.run_program(["scan", "--config", self.config, "--progress=none", "--yaml"], timeout=900)
        self.assertExit(done, 0)
        proposed = {}
        for line in done.out.splitlines():
            if found := re.match(r"  (\w+):$", line):
                table = found[1]
            elif found := re.match(r"    (\w+): (\w+)", line):
                proposed[f"{table}.{found[1]}"] = found[2]
        self.assertEqual({column: proposed.get(column) for column in CUSTOM}, CUSTOM)
        rules = self.space.path("scanned.yaml")
        with open(rules, "w", encoding="utf-8") as stream:
            stream.write(done.out)
        plan = harness.run_program(["plan", "--config", self.space.config("odoo", "never", rules=["odoo", rules],
                                                                          policy={"unclassified": "fail"})], timeout=900)
        self.assertExit(plan, 0)

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
