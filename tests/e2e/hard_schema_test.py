#!/usr/bin/env python3
"""Databases that careless copying breaks by what they are set to, not by what is in their tables: encodings, session
defaults, row security, what must never be copied alive. The schemas themselves are tests/integration/zoo.sql.
"""
import json
import os
import subprocess

import harness
from harness import Case

ODD_SETTINGS = {
    "DateStyle": "'German, DMY'", "TimeZone": "'Asia/Kathmandu'", "IntervalStyle": "sql_standard", "bytea_output": "escape",
    "extra_float_digits": "-15", "xmloption": "document", "search_path": "nowhere", "default_transaction_read_only": "on",
    "row_security": "on", "statement_timeout": "'50ms'", "lock_timeout": "'1ms'", "idle_in_transaction_session_timeout": "'60ms'",
    "standard_conforming_strings": "off", "array_nulls": "off", "client_encoding": "LATIN1", "quote_all_identifiers": "on",
    "default_transaction_isolation": "serializable", "transform_null_equals": "on", "check_function_bodies": "on",
    "default_with_oids": None,
}
ODD_ROWS = r"""
CREATE TABLE odd (id int PRIMARY KEY, d date, ts timestamptz, iv interval, b bytea, f float8, r real, a int[], t text, m money, x xml);
INSERT INTO odd SELECT i, date '2024-02-03' + i, timestamptz '2024-10-27 00:30:00+00' + i * interval '1 hour', interval '-1 year 2 days -3 hours' * i,
  decode('00ff5c27', 'hex'), 0.1::float8 + i, 0.1::real, ARRAY[1, NULL, i], E'back\\slash ''q''', i * 1.5, '<a>é</a>' FROM generate_series(1, 3000) i;
"""
SAME = "SET DateStyle = ISO; SET TimeZone = 'UTC'; SET IntervalStyle = postgres; SET extra_float_digits = 3; SET bytea_output = hex;" \
       "SET statement_timeout = 0; SET xmloption = content; SET search_path = public;"


class HardSchemaTest(Case):
    scale = None

    def make(self, *options):
        self.space.count += 1
        name = f"hard{self.space.count}"
        self.cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0 {' '.join(options)}")
        return name

    def plain(self, source, /, **changes):
        staging = self.staging_name()
        policy = {"unclassified": "keep", "leaks": "off"}
        return staging, self.space.config(source, staging, **{"odoo": None, "rules": [], "policy": policy, **changes})

    def rows_of(self, database, table, prefix=SAME):
        return self.cluster.sql(f"{prefix} SELECT r::text FROM {table} r ORDER BY 1", database)

    def test_session_defaults_that_change_how_values_look(self):
        source = self.make()
        self.cluster.sql(ODD_ROWS, source)
        wanted = self.rows_of(source, "odd")
        for name, value in ODD_SETTINGS.items():
            if value:
                self.cluster.sql(f"ALTER DATABASE {source} SET {name} = {value}")
        for treatment in ("keep", "rewrite"):  # binary and, for the types that only text can carry, text
            staging, config = self.plain(source, policy={"unclassified": treatment, "leaks": "off"})
            self.refreshed(config)
            self.assertEqual(self.rows_of(staging, "odd"), wanted)
            self.assertEqual(self.cluster.sql("SHOW DateStyle", staging), "German, DMY")

    def test_policies_for_roles_that_staging_lacks(self):
        """Roles are a server's own: a policy is made for those that are there, or left out; never the end of a run."""
        source = self.make()
        self.cluster.sql("CREATE ROLE \"here\"; CREATE ROLE gone; CREATE ROLE \"Gone too\"", check=False)
        self.cluster.sql(
            "CREATE TABLE t (id int PRIMARY KEY, owner text); INSERT INTO t VALUES (1, 'a'), (2, 'b'); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY partly ON t FOR SELECT TO gone, here, \"Gone too\" USING (owner = 'TO gone');"
            "CREATE POLICY nobody ON t AS RESTRICTIVE TO \"Gone too\" USING (true); COMMENT ON POLICY nobody ON t IS 'x';"
            "CREATE POLICY whole ON t TO here USING (true); CREATE POLICY everybody ON t USING (id > 0);", source)
        dump = self.space.path("policies.dump")
        subprocess.run([os.path.join(self.cluster.bin, "pg_dump"), "-Fc", "-f", dump, self.cluster.dsn(source)], check=True)
        other = harness.clusters.Cluster(tcp=True)
        self.addCleanup(other.remove)
        other.sql("CREATE ROLE here")
        for live in (True, False):
            with self.subTest(live=live):
                staging = self.staging_name()
                ends = {"staging": {"database": other.tcp_dsn(staging), "keep_previous": 0}}
                if not live:
                    ends["source"] = {"backup": dump}
                config = self.space.config(source, staging, odoo=None, rules=[], policy={"unclassified": "keep", "leaks": "off"}, **ends)
                done = self.refreshed(config)
                self.assertEqual(other.rows("SELECT polname, polroles::regrole[]::text FROM pg_policy ORDER BY 1", staging),
                                 [["everybody", "{-}"], ["partly", "{here}"], ["whole", "{here}"]])
                self.assertEqual(other.sql("SELECT count(*) FROM t", staging), "2")
                self.assertIn("[policy-roles:public.t.partly]", done.err)
                self.assertIn("policy public.t.nobody was left out: staging has no role Gone too", done.err)
                said = {d["object"]: d["deliberate"] for d in self.space.report(staging)["schema_differences"] if d["object"].startswith("policy")}
                self.assertEqual(said, {"policy public.t.nobody": True, "policy public.t.partly": True})
                if live:
                    drift = harness.run_program(["drift", "--config", config, "--json"])
                    self.assertEqual([d for d in json.loads(drift.out)["schema"] if d["finding"]], [], drift.out)

    def test_encodings(self):
        for encoding, text in (("LATIN1", "'Müßig ÿ'"), ("SQL_ASCII", r"E'\xff\xfe caf\xe9'"), ("EUC_JP", "'日本語'")):
            with self.subTest(encoding):
                source = self.make(f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
                # psql speaks UTF-8 but to SQL_ASCII, which takes any byte.
                client = "" if encoding == "SQL_ASCII" else "SET client_encoding = 'UTF8';"
                self.cluster.sql(f"{client} CREATE TABLE words (id int, t text, u varchar(30)); INSERT INTO words VALUES (1, {text}, {text}), (2, NULL, '');"
                                 f"COMMENT ON TABLE words IS {text}", source)
                for treatment in ("keep", "rewrite"):
                    staging, config = self.plain(source, policy={"unclassified": treatment, "leaks": "off"})
                    self.refreshed(config)
                    self.assertEqual(self.cluster.sql("SHOW server_encoding", staging), encoding)
                    same = "SELECT id, encode(t::bytea, 'hex'), u = t FROM words ORDER BY 1" if encoding != "SQL_ASCII" else \
                        "SELECT id, encode(convert_to(t, 'SQL_ASCII'), 'hex') FROM words ORDER BY 1"
                    same = same.replace("t::bytea", f"convert_to(t, '{encoding}')")
                    self.assertEqual(self.cluster.sql(same, staging), self.cluster.sql(same, source))
                dump = self.space.path(f"{encoding}.sql")
                subprocess.run([os.path.join(self.cluster.bin, "pg_dump"), "-f", dump, "-d", self.cluster.dsn(source)], check=True)
                staging, config = self.plain(source, source={"backup": dump}, policy={"unclassified": "rewrite", "leaks": "off"})
                self.refreshed(config)
                self.assertEqual(self.cluster.sql("SHOW server_encoding", staging), encoding)
                self.assertEqual(self.cluster.sql(same, staging), self.cluster.sql(same, source))

    def test_row_security_hides_nothing(self):
        source = self.make()
        self.cluster.sql("CREATE TABLE secured (id int, owner text); INSERT INTO secured SELECT i, 'o' || i FROM generate_series(1, 10) i;"
                         "ALTER TABLE secured ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON secured USING (id < 3);"
                         "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", source)
        staging, config = self.plain(source)
        self.refreshed(config)
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM secured", staging), "10")
        dsn = self.cluster.dsn(source).replace("user=postgres", "user=reader")
        staging, config = self.plain(source, source={"database": dsn})
        done = harness.refresh(config)
        self.assertNotEqual(done.code, 0, "two of ten rows were called the whole table")
        self.assertIn("secured", done.err)
        self.assertFalse(self.cluster.exists(staging))
        self.cluster.sql("ALTER ROLE reader BYPASSRLS")
        self.refreshed(config)
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM secured", staging), "10")

    def test_a_table_without_the_right_to_read(self):
        source = self.make()
        self.cluster.sql("CREATE TABLE open_one (id int); CREATE TABLE closed_one (id int); DROP ROLE IF EXISTS half; CREATE ROLE half LOGIN;"
                         "GRANT SELECT ON open_one TO half", source)
        staging, config = self.plain(source, source={"database": self.cluster.dsn(source).replace("user=postgres", "user=half")})
        done = harness.refresh(config)
        self.assertIn(done.code, (1, 8))
        self.assertIn("closed_one", done.err)
        self.assertFalse(self.cluster.exists(staging))

    def test_what_would_dial_out_is_not_copied_alive(self):
        source = self.make()
        self.cluster.sql("CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '203.0.113.9', dbname 'prod');"
                         "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'app', password 'Hush-Foreign-77');"
                         "CREATE FOREIGN TABLE remote (id int, name text) SERVER far; CREATE TABLE here (id int PRIMARY KEY); INSERT INTO here VALUES (1);"
                         "CREATE VIEW over_remote AS SELECT * FROM remote; CREATE PUBLICATION out_pub FOR ALL TABLES;"
                         "CREATE SUBSCRIPTION in_sub CONNECTION 'host=203.0.113.9 password=Hush-Sub-78' PUBLICATION p"
                         " WITH (connect = false, enabled = false, slot_name = NONE)", source)
        try:
            staging, config = self.plain(source)
            done = self.refreshed(config)
            one = "SELECT (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_subscription WHERE subdbid = " \
                  "(SELECT oid FROM pg_database WHERE datname = current_database())), (SELECT count(*) FROM pg_user_mappings)," \
                  " (SELECT count(*) FROM pg_foreign_table), (SELECT count(*) FROM here)"
            self.assertEqual(self.cluster.sql(one, staging), "0|0|0|1|1")
            everything = done.out + done.err + str(self.space.report(staging)) + harness.dump_bytes(self.cluster, staging).decode()
            self.assertNotIn("Hush-", everything)
        finally:
            self.cluster.sql("DROP SUBSCRIPTION in_sub", source)

    def test_names_are_data(self):
        """Names of tables, columns and databases are quoted in SQL and escaped in the report; nothing is run."""
        marker = self.space.path("pwned")
        source = self.make()
        name = f'"$(touch {marker})`touch {marker}`"'
        self.cluster.sql(f"CREATE TABLE {name} (\"<img src=x onerror=alert(1)>\" text, \"'; DROP TABLE here; --\" text, \"a|b\" text, \"\\.\" text);"
                         f"INSERT INTO {name} VALUES ('</script>', '|', '`', E'\\\\.'); CREATE TABLE here (id int); INSERT INTO here VALUES (1);"
                         f"COMMENT ON TABLE here IS E'x\\n\\\\! touch {marker}\\n\\\\connect postgres'", source)
        staging = "sta ging\"; DROP DATABASE x; $(id) 'q'"
        config = self.space.config(source, "x", odoo=None, rules=[], policy={"unclassified": "keep", "leaks": "off"}, state=self.space.path("state-names"),
                                   staging={"database": self.cluster.dsn() + " dbname='" + staging.replace("'", "\\'") + "'"})
        self.refreshed(config)
        self.refreshed(config)
        self.assertFalse(os.path.exists(marker))
        dsn = self.cluster.dsn() + " dbname='" + staging.replace("'", "\\'") + "'"
        out = subprocess.run(["psql", "-XAt", "-d", dsn, "-c", "SELECT count(*) FROM here"], check=True, stdout=subprocess.PIPE, text=True)
        self.assertEqual(out.stdout.strip(), "1")
        with open(self.space.path("state-names/latest/report.html"), encoding="utf-8") as stream:
            html = stream.read()
        self.assertNotIn("<img src=x", html)
        self.assertIn("onerror=alert(1)", html)

    def test_collation_that_staging_lacks(self):
        source = self.make()
        self.cluster.sql("CREATE COLLATION gone (provider = icu, locale = 'de'); CREATE TABLE sorted (t text COLLATE gone UNIQUE);"
                         "INSERT INTO sorted VALUES ('ä')", source)
        # As from a newer libc or ICU: the version that production remembers is not the one here.
        self.cluster.sql("UPDATE pg_collation SET collversion = '1.2.3' WHERE collname = 'gone'", source)
        staging, config = self.plain(source)
        self.refreshed(config)
        self.assertEqual(self.cluster.sql("SELECT t FROM sorted", staging), "ä")

    def test_collations_that_no_locale_is_behind(self):
        """One that the database made and one of the system's own: the run names it and publishes nothing."""
        for number, schema in enumerate(("public", "pg_catalog")):
            with self.subTest(schema):
                source = self.make()
                name = f"lost_{number}"
                self.cluster.sql(f"CREATE COLLATION {name} (provider = libc, locale = 'C'); CREATE TABLE sorted (t text COLLATE {name}); INSERT INTO sorted VALUES ('x');"
                                 f"UPDATE pg_collation SET collcollate = 'xx_XX.utf8', collctype = 'xx_XX.utf8', collnamespace = '{schema}'::regnamespace"
                                 f" WHERE collname = '{name}'", source)
                staging, config = self.plain(source)
                done = harness.refresh(config)
                self.assertExit(done, 1)
                self.assertIn(name, done.err)
                self.assertFalse(self.cluster.exists(staging))

    def test_a_huge_field(self):
        megabytes = 500 if harness.ALL else 40
        source = self.make()
        self.cluster.sql("CREATE TABLE huge (id int, t text, b bytea); ALTER TABLE huge ALTER t SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL;"
                         f"INSERT INTO huge VALUES (1, repeat('x', {megabytes} * 1024 * 1024), NULL), (2, 'after', decode(repeat('00ff', 100000), 'hex'))", source)
        for treatment in ("keep", "rewrite"):
            staging, config = self.plain(source, policy={"unclassified": treatment, "leaks": "off"})
            self.refreshed(config)
            query = "SELECT id, length(t), md5(t), {} FROM huge ORDER BY 1"
            # Bytes that no rule names can't be searched: under rewrite they are a secret, and gone.
            bytes_kept = "md5(b)" if treatment == "keep" else "NULL"
            self.assertEqual(self.cluster.sql(query.format("md5(b)"), staging), self.cluster.sql(query.format(bytes_kept), source))


if __name__ == "__main__":
    harness.main()
