#!/usr/bin/env python3
"""The proof, as its user asks for it: verify, verify --locate and drift after a refresh, and after changes by hand."""
import json

import harness
from harness import Case


class ProofTest(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source, cls.staging = cls.space.production(), "stage"
        cls.config = cls.space.config(cls.source, cls.staging)
        harness.refresh(cls.config, check=True)
        cls.rows_after_the_refresh = cls.rows_by_drift(), cls.rows_there()
        cls.kept_settings = {name: cls.settings(name) for name in (cls.source, cls.staging)}
        cls.cluster.create("stage_kept", template="stage")
        cls.cluster.create("source_kept", template=cls.source)

    @classmethod
    def rows_by_drift(cls):
        """Whatever the server has heard so far from the sessions that filled it."""
        return json.loads(harness.run_program(["drift", "--config", cls.config, "--progress=none", "--json"]).out)["rows_staging"]

    @classmethod
    def rows_there(cls):
        tables = cls.cluster.rows("SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace", cls.staging)
        return sum(int(cls.cluster.sql(f"SELECT count(*) FROM ONLY {table}", cls.staging)) for (table,) in tables)

    @classmethod
    def settings(cls, database):
        text = cls.cluster.sql("SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase"
                               f" WHERE datname = '{database}' AND setrole = 0")
        return [s.strip('"').split("=", 1) for s in text.strip().strip("{}").split(",") if s]

    def setUp(self):
        """Both ends as they were after the refresh."""
        for name, kept in ((self.staging, "stage_kept"), (self.source, "source_kept")):
            self.cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")
            self.cluster.create(name, template=kept)
            for key, value in self.kept_settings[name]:
                self.cluster.sql(f"ALTER DATABASE {name} SET {key} = '{value}'")

    def run_on(self, command, *more):
        return harness.run_program([command, "--config", self.config, "--progress=none", *more])

    # --- verify

    def test_what_was_published_is_there(self):
        done = self.run_on("verify")
        self.assertExit(done, 0)
        self.assertRegex(done.out, r"fingerprints +[\d,. ]+ columns in .*: all as published")

    def test_a_changed_kept_value_is_named_to_the_row(self):
        column = self.kept_number("res_partner")
        row = self.cluster.sql("SELECT max(id) FROM res_partner", self.staging).strip()
        self.by_hand(f"UPDATE res_partner SET {column} = coalesce({column}, 0) + 1 WHERE id = {row}")
        done = self.run_on("verify")
        self.assertExit(done, 6)
        self.assertIn(f"res_partner.{column} differs", done.out)
        self.assertEqual(done.out.count(" differs"), 1, done.out)
        for place in ("res_partner", f"res_partner.{column}"):
            done = self.run_on("verify", "--locate=" + place)
            self.assertExit(done, 6)
            self.assertIn(f"id={row}: {column} differs", done.out)

    def test_a_changed_treated_value_is_named_to_the_row(self):
        self.by_hand("UPDATE res_partner SET email = 'somebody@else.example', name = name || ' jr'"
                     " WHERE id = (SELECT max(id) FROM res_partner)")
        row = self.cluster.sql("SELECT max(id) FROM res_partner", self.staging).strip()
        done = self.run_on("verify")
        self.assertExit(done, 6)
        self.assertIn("res_partner.email differs", done.out)
        done = self.run_on("verify", "--locate=res_partner", "--json")
        self.assertExit(done, 6)
        places = json.loads(done.out)["places"]
        self.assertEqual([(p["rows"], sorted(p["finding"].removesuffix(" differ").split(", "))) for p in places],
                         [(f"id={row}", ["email", "name"])])
        self.assertNotIn("somebody", done.out)

    def test_an_untouched_table_has_nothing_to_locate(self):
        for table in ("res_partner", "crm_lead", "mail_message"):
            done = self.run_on("verify", "--locate=" + table)
            self.assertExit(done, 0)

    def test_another_key_compares_kept_columns_alone(self):
        config = self.space.config(self.source, self.staging, key={"file": self.space.keygen("other.key")})
        done = harness.run_program(["verify", "--config", config, "--progress=none", "--locate=res_partner"])
        self.assertExit(done, 0)
        self.assertIn("not compared: email (the run had another key)", done.out)

    def test_a_dropped_index_and_a_default(self):
        index = self.cluster.rows("SELECT indexname FROM pg_indexes i WHERE tablename = 'res_partner' AND NOT EXISTS"
                                  " (SELECT FROM pg_constraint c WHERE c.conname = i.indexname) LIMIT 1", self.staging)[0][0]
        self.cluster.sql(f"DROP INDEX {index}; ALTER TABLE crm_lead ALTER COLUMN active SET DEFAULT false", self.staging)
        for command in ("verify", "drift"):
            done = self.run_on(command)
            self.assertExit(done, 6)
            self.assertIn(f"index public.{index}: missing on staging", done.out)
            self.assertIn("column public.crm_lead.active: default", done.out)

    # --- drift

    def test_no_drift_after_a_refresh(self):
        done = self.run_on("drift")
        self.assertExit(done, 0)
        self.assertRegex(done.out, r"(?m)^drift +none to act on")
        self.assertRegex(done.out, r"(?m)^age +\d+h\d\dm \(run ")
        self.assertRegex(done.out, r"(?m)^parameters +0 differences")

    def test_rows_of_a_fresh_staging_are_counted_once(self):
        reported, there = self.rows_after_the_refresh
        self.assertAlmostEqual(reported, there, delta=there // 50)

    def test_drift_names_what_changed_on_production(self):
        self.cluster.sql("ALTER TABLE res_partner ADD COLUMN zz_frobnication text;"
                         "UPDATE ir_module_module SET latest_version = '17.0.9.9' WHERE name = 'base';"
                         "INSERT INTO ir_config_parameter (key, value) VALUES ('zz.new', 'topsecret');"
                         f"ALTER DATABASE {self.source} SET TimeZone = 'Asia/Kolkata'", self.source)
        done = self.run_on("drift", "--json")
        self.assertExit(done, 6)
        found = json.loads(done.out)
        self.assertIn({"table": "res_partner", "column": "zz_frobnication", "type": "text", "classified": False,
                       "id": "unclassified:res_partner.zz_frobnication"},
                      found["new_columns"])
        keys = {e["key"]: e for e in found["environment"]}
        self.assertEqual(keys["module.base"]["production"], "17.0.9.9")
        self.assertIn("setting.TimeZone", keys)
        self.assertTrue(all(e["explanation"].endswith(".") for e in found["environment"]))
        self.assertIn({"key": "zz.new", "difference": "only on production", "deliberate": False}, found["parameters"])
        self.assertGreaterEqual(found["alarms"], 3)
        done = self.run_on("drift")
        self.assertIn("no rule says what to do with it", done.out)
        self.assertNotIn("topsecret", done.out)

    def test_drift_sees_growth_and_age(self):
        for database, rows in ((self.source, 9000), (self.staging, 10)):
            self.cluster.sql(f"CREATE TABLE zz_grown (id int); INSERT INTO zz_grown SELECT generate_series(1, {rows})", database)
            self.cluster.sql("ANALYZE zz_grown", database)
        done = self.run_on("drift", "--json")
        self.assertExit(done, 0)  # growth is for people
        self.assertEqual(json.loads(done.out)["growth"], [{"table": "zz_grown", "production": 9000, "staging": 10}])
        self.cluster.sql(f"ALTER DATABASE {self.staging} SET understudy.run = '20250131T020304Z-1a2b3c'")
        done = self.run_on("drift", "--max-age=24")
        self.assertExit(done, 6)
        self.assertIn("TOO OLD [too-old]", done.out)

    def test_what_is_accepted_counts_no_more(self):
        self.by_hand("CREATE INDEX zz_testers ON res_partner (id); ALTER TABLE crm_lead ALTER COLUMN active SET DEFAULT false")
        self.cluster.sql("ALTER TABLE res_partner ADD COLUMN zz_frobnication text;"
                         "UPDATE ir_module_module SET latest_version = '17.0.9.9' WHERE name = 'base'", self.source)
        ids = json.loads(self.run_on("drift", "--json").out)
        ids = [d["id"] for d in ids["schema"] if d["finding"]] + [d["id"] for d in ids["new_columns"] + ids["environment"] if "id" in d]
        self.assertEqual(sorted(ids), ["environment-differs:module.base", "schema-differs:column public.crm_lead.active:default",
                                       "schema-differs:column public.res_partner.zz_frobnication",
                                       "schema-differs:index public.zz_testers", "unclassified:res_partner.zz_frobnication"])
        shown = self.run_on("drift").out
        for finding in ids:
            self.assertIn(f" [{finding}]\n", shown)

        def run(command, accepted, *more):
            config = self.space.config(self.source, self.staging, policy={"accepted": accepted})
            return harness.run_program([command, "--config", config, "--progress=none", *more])
        done = run("drift", ids[1:])
        self.assertExit(done, 6)
        self.assertRegex(done.out, r"(?m)^drift +1 point to act on, 4 accepted")
        self.assertIn(ids[0], done.out)
        done = run("drift", [*ids, "addon-differs:zz", "schema-differ:x"])
        self.assertExit(done, 0)
        self.assertRegex(done.out, r"(?m)^drift +none to act on, 5 accepted")
        self.assertNotIn("zz_testers", done.out)
        self.assertIn("[stale-accepted:addon-differs:zz]", done.err)
        self.assertIn("did you mean schema-differs? [unknown-accepted:schema-differ:x]", done.err)
        self.assertEqual(json.loads(run("drift", ids, "--json").out)["accepted"], sorted(ids))
        done = run("verify", [i for i in ids if "zz_testers" not in i])
        self.assertExit(done, 6)
        self.assertIn("1 difference against production, ", done.out)
        done = run("verify", ids)
        self.assertIn("0 differences against production, ", done.out)
        self.assertExit(done, 0)

    # --- the record

    def test_the_record_knows_modules_and_parameters(self):
        report = self.space.report(self.staging)
        treatments = {p["key"]: p["treatment"] for p in report["parameters"]}
        self.assertIn("keep", treatments.values())
        self.assertEqual({k for k, t in treatments.items() if t not in ("keep", "treated", "set", "added", "removed")}, set())
        self.assertTrue(any(t != "keep" for t in treatments.values()), treatments)

    def by_hand(self, sql):
        """As somebody with psql would, but without the triggers that note the time."""
        self.cluster.sql("SET session_replication_role = replica; " + sql, self.staging)

    def kept_number(self, table):
        columns = next(t["columns"] for t in self.space.report(self.staging)["tables"] if t["name"] == table)
        return next(c["name"] for c in columns if c["treatment"] == "keep" and c["name"] != "id"
                    and c["type"] in ("integer", "bigint", "numeric", "double precision")
                    and not c["name"].endswith("_id") and not c["name"].endswith("_uid"))


if __name__ == "__main__":
    harness.main()
