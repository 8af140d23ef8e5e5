#!/usr/bin/env python3
"""First run: init on a source that nothing is known about; then plan, preview and refresh with no editing."""
import json
import os
import stat

import harness


class InitTest(harness.Case):
    def setUp(self):
        self.source = self.space.production()
        self.home = self.space.path(f"home-{self.source}")
        os.makedirs(self.home)
        self.env = {"HOME": self.home}

    def place_filestore(self):
        """Odoo's layout: DATA_DIR/filestore/DATABASE."""
        target = os.path.join(os.path.dirname(self.space.filestore), self.source)
        os.symlink(self.space.filestore, target)
        return os.path.dirname(os.path.dirname(target))

    def odoo_conf(self, **more):
        addons = os.path.join(self.home, "addons")
        os.makedirs(os.path.join(addons, "sale"), exist_ok=True)
        with open(os.path.join(addons, "sale", "__manifest__.py"), "w", encoding="utf-8") as stream:
            stream.write("{'version': '17.0.1.0'}\n")
        values = {"db_host": self.cluster.directory, "db_port": self.cluster.port, "db_user": "postgres",
                  "db_password": "False", "data_dir": self.place_filestore(), "addons_path": addons, **more}
        path = os.path.join(self.home, ".odoorc")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("[options]\n" + "".join(f"{k} = {v}\n" for k, v in values.items()))
        return path

    def init(self, *arguments, cwd=None):
        return harness.run_program(["init", "--progress=none", *arguments], env=self.env, cwd=cwd or self.home)

    def test_init_then_everything_with_no_editing(self):
        self.odoo_conf()
        done = self.init(self.source)
        self.assertExit(done, 0)
        for word in ("Odoo 17.0", "filestore", "protects", "that no rule names", f"{self.source}_staging", "understudy refresh"):
            self.assertIn(word, done.out)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.home, "understudy.key")).st_mode), 0o600)
        self.assertNotIn(f"{self.source}_staging", harness.databases(self.cluster))
        for command in (["plan"], ["preview", "res_partner", "--force"], ["refresh", "--progress=none"]):
            done = harness.run_program(command, cwd=self.home)
            self.assertExit(done, 0)
        staging = f"{self.source}_staging"
        self.assertIn(staging, harness.databases(self.cluster))
        self.assertTrue(os.listdir(os.path.join(os.path.dirname(self.space.filestore), staging)))
        values = harness.truth(self.space.truth, "email", "iban")
        self.assertEqual(harness.still_there(self.cluster, staging, values), [])

    def test_nothing_is_overwritten(self):
        self.odoo_conf()
        self.assertExit(self.init(self.source), 0)
        path = os.path.join(self.home, "understudy.yaml")
        key = os.path.join(self.home, "understudy.key")
        with open(key, "rb") as stream:
            key_before = stream.read()
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("mine")
        done = self.init(self.source)
        self.assertExit(done, 8)
        self.assertIn("--force", done.err)
        with open(path, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "mine")
        self.assertExit(self.init(self.source, "--force"), 0)
        with open(path, encoding="utf-8") as stream:
            self.assertIn("source:", stream.read())
        with open(key, "rb") as stream:
            self.assertEqual(stream.read(), key_before, "the key is never replaced")

    def test_a_password_gets_a_file_of_its_own(self):
        self.odoo_conf(db_password="se:cr\\et")
        self.assertExit(self.init(self.source), 0)
        with open(os.path.join(self.home, "understudy.yaml"), encoding="utf-8") as stream:
            self.assertNotIn("se:cr", stream.read())
        path = os.path.join(self.home, "understudy.pgpass")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "*:*:*:*:se\\:cr\\\\et\n")

    def test_which_database(self):
        self.odoo_conf()
        done = self.init()
        self.assertExit(done, 2)
        self.assertIn("name it: understudy init ", done.err)
        self.assertFalse(os.path.exists(os.path.join(self.home, "understudy.yaml")))

    def test_production_is_no_staging(self):
        self.odoo_conf()
        done = self.init(self.source, f"--staging={self.source}")
        self.assertExit(done, 2)
        self.assertIn("is production itself", done.err)
        self.assertNotIn("--adopt", done.err)

    def test_a_foreign_staging_is_not_taken(self):
        self.odoo_conf()
        self.cluster.create(f"{self.source}_staging")
        done = self.init(self.source)
        self.assertExit(done, 0)
        self.assertIn(f"dbname={self.source}_understudy", done.out)

    def test_check_for_programs(self):
        self.odoo_conf()
        self.assertExit(self.init(self.source), 0)
        done = harness.run_program(["check", "--json", "--progress=none"], cwd=self.home)
        self.assertExit(done, 0)
        said = json.loads(done.out)
        self.assertEqual((said["format"], said["ready"], set(said)), (1, True, {"format", "ready", "checks"}))
        for line in said["checks"]:
            # What policy.accepted can name is a warning's id.
            self.assertEqual(set(line) - {"id"}, {"level", "subject", "text"})
            self.assertEqual("id" in line, line["level"] == "warning", line)
            self.assertIn(line["level"], ("ok", "warning", "blocking"))
            self.assertTrue(line["text"])
        subjects = {line["subject"] for line in said["checks"]}
        self.assertLessEqual({"key", "source", "staging", "rights", "programs", "versions", "network", "addons", "extensions",
                              "collation", "disk", "filestore", "rules", "columns"}, subjects)
        # The lines for people are the same ones.
        plain = harness.run_program(["check", "--progress=none"], cwd=self.home).out
        self.assertEqual([l.split()[:2] for l in plain.split("\n\n")[0].splitlines()],
                         [[line["level"], line["subject"]] for line in said["checks"]])
        os.chmod(os.path.join(self.home, "understudy.key"), 0o644)
        done = harness.run_program(["check", "--json", "--progress=none"], cwd=self.home)
        self.assertExit(done, 8)
        said = json.loads(done.out)
        self.assertFalse(said["ready"])
        self.assertEqual([l["subject"] for l in said["checks"] if l["level"] == "blocking"], ["key"])

    def test_a_standby_is_a_source(self):
        self.cluster.create("replicated")
        self.cluster.sql("CREATE TABLE customer (id int PRIMARY KEY, email text); INSERT INTO customer VALUES (1, 'ann@acme.com');"
                         "CREATE UNLOGGED TABLE cache (x text)", "replicated")
        with self.cluster.as_standby():
            other = harness.clusters.Cluster(tcp=True)
            self.addCleanup(other.remove)
            done = self.init(self.cluster.dsn("replicated"), "--staging=" + other.dsn("staging"))
            self.assertExit(done, 0)
            self.assertExit(harness.run_program(["refresh", "--progress=none"], cwd=self.home), 0)
        self.assertEqual(other.rows("SELECT id, email <> 'ann@acme.com' FROM customer", "staging"), [["1", "t"]])

    def test_a_database_that_is_not_odoos(self):
        self.cluster.create("shop")
        self.cluster.sql("CREATE TABLE customer (id int PRIMARY KEY, email text); INSERT INTO customer VALUES (1, 'ann@example.org')",
                         "shop")
        done = self.init(self.cluster.dsn("shop"))
        self.assertExit(done, 0)
        self.assertIn("not an Odoo database", done.out)
        self.assertExit(harness.run_program(["refresh", "--progress=none"], cwd=self.home), 0)
        rows = self.cluster.rows("SELECT id, email <> 'ann@example.org' FROM customer", "shop_staging")
        self.assertEqual(rows, [["1", "t"]])


if __name__ == "__main__":
    harness.main()
