"""understudy bench: what rules cost, on a generated production."""
import json
import unittest

import harness


class BenchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.space = harness.Workspace(scale="0.02")
        cls.production = cls.space.production()

    @classmethod
    def tearDownClass(cls):
        cls.space.remove()

    def bench(self, *arguments, config=None, **options):
        config = config or self.space.config(self.production, "staging")
        return harness.run_program(["bench", "--config", config, "--progress=none", *arguments], **options)

    def test_names_tables_columns_rules_and_detectors(self):
        report = json.loads(self.bench("--json", check=True).out)
        self.assertEqual(report["format"], 1)
        columns = {f"{c['table']}.{c['column']}": c for c in report["columns"]}
        self.assertEqual(columns["mail_message.body"]["treatment"], "rewrite_html")
        self.assertEqual(report["columns"][0]["seconds"], max(c["seconds"] for c in report["columns"]))
        # Most partners have a name, and each becomes another one.
        self.assertGreater(columns["res_partner.name"]["changed"], columns["res_partner.name"]["rows"] / 2)
        self.assertGreater(len(report["detectors"]), 10)
        self.assertGreater(report["seconds"]["rules"], 0)
        self.assertNotEqual(report["seconds"]["audit"], 0)
        self.assertNotEqual(report["seconds"]["fingerprints"], 0)
        rows = int(self.space.cluster.sql("SELECT count(*) FROM mail_message", self.production))
        message = next(t for t in report["tables"] if t["table"] == "mail_message")
        self.assertEqual(message["all"]["rows"], rows)

    def test_what_the_policy_has_off_costs_nothing(self):
        config = self.space.config(self.production, "staging", policy={"leaks": "off", "fidelity": "off"})
        report = json.loads(self.bench("--json", config=config, check=True).out)
        self.assertEqual(report["seconds"]["audit"], 0)
        self.assertEqual(report["seconds"]["fingerprints"], 0)

    def test_a_rule_less_costs_less_and_compare_says_so(self):
        old = self.space.path("old.json")
        with open(old, "w", encoding="utf-8") as stream:
            stream.write(self.bench("mail_message", "--json", "--full", check=True).out)
        site = self.space.path("site.yaml")
        with open(site, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  mail_message:\n    body: keep\n")
        config = self.space.config(self.production, "staging", rules=["odoo", site])
        text = self.bench("mail_message", "--full", f"--compare={old}", config=config, check=True).out
        changed = [line for line in text.splitlines() if "mail_message.body" in line]
        self.assertEqual(len(changed), 1, text)
        self.assertTrue(changed[0].rstrip().endswith(" 0.00"), text)

    def test_a_sample_is_a_part_and_says_so(self):
        report = json.loads(self.bench("mail_message", "--rows=100", "--json", check=True).out)
        self.assertEqual([t["table"] for t in report["tables"]], ["mail_message"])
        self.assertLessEqual(report["tables"][0]["sample"]["rows"], 100)
        self.assertGreater(report["tables"][0]["all"]["rows"], report["tables"][0]["sample"]["rows"])

    def test_no_value_is_printed_and_nothing_is_written(self):
        out = self.bench("--all", check=True).out
        emails = self.space.cluster.rows("SELECT email FROM res_partner WHERE email LIKE '%@%'", self.production)
        self.assertGreater(len(emails), 10)
        for email in emails:
            self.assertNotIn(email[0], out)
        databases = self.space.cluster.rows("SELECT datname FROM pg_database WHERE datname LIKE '%staging%'", "postgres")
        self.assertEqual(databases, [])

    def test_wrong_input_is_a_sentence(self):
        unknown = self.bench("mail_mesage")
        self.assertEqual(unknown.code, 2)
        self.assertIn("did you mean mail_message?", unknown.err)
        self.assertEqual(self.bench("--rows=0").code, 2)
        broken = self.space.path("broken.json")
        with open(broken, "w", encoding="utf-8") as stream:
            stream.write("{")
        compared = self.bench(f"--compare={broken}")
        self.assertEqual(compared.code, 2)
        self.assertIn("is no report of", compared.err)
        self.assertNotEqual(self.bench("--compare=/nowhere/old.json").code, 0)


if __name__ == "__main__":
    unittest.main()
