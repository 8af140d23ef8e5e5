#!/usr/bin/env python3
"""Backups as sources and as staging: every form gives what the live database gives; damaged ones give nothing."""
import json
import os
import random
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import backups
import harness
import small_odoo

LARGE_OBJECTS = ("SELECT lo_from_bytea(16001, 'Okonkwo'), lo_from_bytea(16002, decode(repeat('ab', 50000), 'hex')), lo_create(16003);"
                 "COMMENT ON LARGE OBJECT 16001 IS 'passport of Okonkwo'")

class BackupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.space = harness.Workspace()
        cls.cluster = cls.space.cluster
        cls.source = cls.space.production()
        cls.cluster.sql(LARGE_OBJECTS, cls.source)
        cls.forms = backups.make_all(cls.space, cls.source)
        cls.refresh({"database": cls.cluster.dsn(cls.source)}, "live")
        cls.expected = cls.content("live")
        cls.files = backups.files_below(cls.space.path("filestore/live"))

    @classmethod
    def tearDownClass(cls):
        cls.space.remove()

    @classmethod
    def refresh(cls, source, database, env=None, **changes):
        config = cls.space.config(cls.source, database, source=source, policy={"leaks": "warn", "neutralisation": "warn"},
                                  **changes)
        return harness.run_program(["refresh", "--config", config, "--progress=none"], env=env)

    @classmethod
    def content(cls, database):
        return backups.content(cls.cluster, database), backups.objects(cls.cluster, database)

    def same(self, database, name):
        rows, objects = self.content(database)
        self.assertEqual([a for a, b in zip(self.expected[0], rows) if a != b], [], name)
        self.assertEqual(len(self.expected[0]), len(rows), name)
        self.assertEqual(self.expected[1], objects, name)

    def test_every_form_gives_the_same_staging(self):
        for number, (form, path) in enumerate(self.forms.items()):
            staging = f"from{number}"
            changes = {}
            if form.endswith(".zip"):
                changes["odoo"] = {"filestore": {"staging": self.space.path(f"filestore/{staging}")}}
            result = self.refresh({"backup": path}, staging, **changes)
            self.assertEqual(result.returncode, 0, f"{form}: {result.stderr}")
            self.same(staging, form)
            self.assertEqual(backups.files_below(self.space.path(f"filestore/{staging}")), self.files, form)

    def test_a_zip_goes_out_and_restores(self):
        out = self.space.path("sanitised.zip")
        result = self.refresh({"backup": self.forms["odoo.zip"]}, "unused", odoo=None,
                              staging={"backup": out, "server": self.cluster.dsn("postgres")})
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in (out, out + ".report.html", out + ".report.json"):
            self.assertEqual(os.stat(name).st_mode & 0o777, 0o600)
        with open(out + ".report.json", encoding="utf-8") as stream:
            written = next(stage for stage in json.load(stream)["stages"] if stage["name"] == "write backup")
        self.assertGreater(written["rows"], 1000)
        self.assertGreater(written["bytes"], sum(map(len, self.files.values())))
        directory = self.space.path("unpacked")
        with zipfile.ZipFile(out) as archive:
            self.assertIsNone(archive.testzip())
            archive.extractall(directory)
        backups.restore(self.cluster, os.path.join(directory, "dump.sql"), "restored")
        self.same("restored", "sanitised.zip")
        self.assertEqual(backups.files_below(os.path.join(directory, "filestore")), self.files)
        hidden = self.cluster.rows("SELECT datname FROM pg_database WHERE datname LIKE '\\_understudy%'", "postgres")
        self.assertEqual(list(hidden), [])

    def test_large_objects_that_are_kept(self):
        small_odoo.make(self.cluster, "small", self.space.path("small-files"))
        self.cluster.sql(LARGE_OBJECTS, "small")
        expected = backups.objects(self.cluster, "small")
        self.assertEqual(len({row[1] for row in expected}), 3)
        forms = backups.make_all(self.space, "small", "small-")
        for form in ("plain.sql", "custom.dump", "directory", "all.tar", "custom.zip"):
            staging = "kept_" + form.replace(".", "_")
            config = self.space.config("small", staging, source={"backup": forms[form]}, odoo=None,
                                       policy={"leaks": "warn", "neutralisation": "warn", "attachments": {"default": "keep"}})
            done = harness.run_program(["refresh", "--config", config, "--progress=none"])
            self.assertEqual(done.code, 0, done.err)
            self.assertEqual(backups.objects(self.cluster, staging), expected, form)

    def test_large_objects_through_a_filter(self):
        with open(self.forms["plain.sql"], "rb") as stream:
            data = stream.read()
        emptied = self.filter(data)
        self.assertEqual(emptied.returncode, 0, emptied.stderr)
        self.assertNotIn(b"lo_put", emptied.stdout)
        self.assertNotIn(b"Okonkwo", emptied.stdout)
        config = self.space.path("keep.yaml")
        with open(config, "w", encoding="utf-8") as stream:
            stream.write("policy: {attachments: {default: keep}}\n")
        script = self.space.path("kept.sql")
        with open(script, "wb") as stream:
            stream.write(self.filter(data, "--config", config).stdout)
        backups.restore(self.cluster, script, "filtered")
        self.assertEqual(backups.objects(self.cluster, "filtered"), backups.objects(self.cluster, self.source))

    def test_commands_that_look(self):
        def look(source, *command):
            config = self.space.config(self.source, "unused", source=source)
            done = harness.run_program([*command, "--config", config, "--progress=none"])
            self.assertEqual(done.code, 0, done.err)
            return done.out

        live = {"database": self.cluster.dsn(self.source)}
        def treatments(source):
            plan = json.loads(look(source, "plan", "--json"))
            return {(t["schema"], t["name"], c["name"]): (c["treatment"], c.get("unique_key"))
                    for t in plan["tables"] for c in t["columns"]}

        expected = treatments(live)
        for form in ("plain.sql.zst", "custom.dump", "odoo.zip"):
            self.assertEqual(treatments({"backup": self.forms[form]}), expected, form)
        names = [[(c["table"], c["column"]) for c in json.loads(look(s, "scan", "--json"))["columns"]]
                 for s in (live, {"backup": self.forms["directory"]})]
        self.assertEqual(names[0], names[1])
        for form in ("plain.sql", "all.tar"):
            self.assertEqual(look({"backup": self.forms[form]}, "preview", "res_partner", "--limit=3", "--force"),
                             look(live, "preview", "res_partner", "--limit=3", "--force"))

    def test_a_file_without_a_server(self):
        out = self.space.path("own.sql.zst")
        staging = {"backup": out, "verify": "restore"}
        # A place of its own: tests beside this one have such servers, too. PostgreSQL's user must get in.
        place = tempfile.mkdtemp(prefix="understudy-e2e-", dir="/tmp")
        self.addCleanup(shutil.rmtree, place, ignore_errors=True)
        os.chmod(place, 0o1777)
        result = self.refresh({"backup": self.forms["custom.dump"]}, "own_files", env={"TMPDIR": place}, staging=staging)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(out + ".report.json", encoding="utf-8") as stream:
            proof = json.load(stream)["restored"]
        self.assertEqual((proof["where"], proof["tables"]), ("a throw-away server", len(harness.tables_of(self.cluster, self.source))))
        self.assertEqual(os.listdir(place), [])
        script = self.space.path("own.sql")
        subprocess.run(["zstd", "-q", "-d", out, "-o", script], check=True)
        backups.restore(self.cluster, script, "own")
        self.same("own", "own.sql.zst")
        self.assertEqual(backups.files_below(self.space.path("filestore/own_files")), self.files)

    def test_a_truncated_backup_publishes_nothing(self):
        for form in ("plain.sql", "plain.sql.gz", "custom.dump", "odoo.zip"):
            path = self.space.path("cut-" + form)
            shutil.copy(self.forms[form], path)
            os.truncate(path, os.path.getsize(path) * 2 // 3)
            result = self.refresh({"backup": path}, "cut")
            self.assertNotEqual(result.returncode, 0, form)
            self.assertEqual(list(self.cluster.rows("SELECT 1 FROM pg_database WHERE datname = 'cut'", "postgres")), [])

    def filter(self, data, *options):
        return subprocess.run([harness.PROGRAM, "filter", "--progress=none", "--key", self.space.path("understudy.key"),
                               *options], input=data, capture_output=True, check=False, cwd=self.space.directory,
                              env={**os.environ, "UNDERSTUDY_RULES": os.path.join(harness.ROOT, "rules")})

    def people(self):
        # Users are left out: those that every Odoo has are no people.
        found = self.cluster.rows("SELECT name, email FROM res_partner WHERE email IS NOT NULL AND name LIKE '% %'"
                                  " AND id NOT IN (SELECT partner_id FROM res_users)", self.source)
        return {text.encode() for row in found for text in row if len(text) > 9}

    def test_a_filter_in_a_pipe(self):
        with open(self.forms["plain.sql"], "rb") as stream:
            dump = stream.read()
        people = self.people()
        self.assertGreater(sum(p in dump for p in people), 20)
        for options in ((), ("--plan-from", self.cluster.dsn(self.source)), ("--plan-from", self.forms["custom.dump"])):
            result = self.filter(dump, *options)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual([p for p in people if p in result.stdout], [])
        twice = [self.filter(dump, "--jobs", jobs, "--plan-from", self.cluster.dsn(self.source)).stdout for jobs in "13"]
        self.assertEqual(twice[0], twice[1])
        self.assertEqual(twice[0], self.filter(b"", self.forms["plain.sql"]).stdout)
        self.cluster.create("piped")
        subprocess.run([os.path.join(self.cluster.bin, "psql"), "-1", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                        self.cluster.dsn("piped")], input=twice[0], check=True, stdout=subprocess.DEVNULL)

    def test_words_of_a_check_go_through_a_pipe(self):
        """What a CHECK names is of the schema; the rest of such a column loses its content, and psql takes the rows."""
        self.cluster.create("checked")
        self.cluster.sql("CREATE TABLE line (id int PRIMARY KEY, kind varchar, held int, x_said text,"
                         " CONSTRAINT kind_says CHECK (kind IN ('line_note', 'it''s') OR held IS NOT NULL));"
                         "INSERT INTO line VALUES (1, 'line_note', NULL, 'line_note'), (2, 'it''s', NULL, 'Okonkwo owes'), (3, 'Okonkwo', 7, NULL)", "checked")
        dump = subprocess.run([os.path.join(self.cluster.bin, "pg_dump"), "-d", self.cluster.dsn("checked")], check=True, stdout=subprocess.PIPE).stdout
        result = self.filter(dump)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn(b"Okonkwo", result.stdout)
        script = self.space.path("checked.sql")
        with open(script, "wb") as stream:
            stream.write(result.stdout)
        backups.restore(self.cluster, script, "checked_piped")
        rows = self.cluster.rows("SELECT kind IN ('line_note', 'it''s'), x_said = 'line_note' FROM line ORDER BY id", "checked_piped")
        self.assertEqual(rows, [["t", "f"], ["t", "f"], ["f", ""]])

    def test_an_empty_pipe_is_no_dump(self):
        for data in (b"", b"\n", b"-- ssh: nothing\n"):
            result = self.filter(data)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn(b"there is no dump", result.stderr)
            self.assertIn(b"this is not the whole dump", result.stdout)

    def test_damage_at_200_places(self):
        with open(self.forms["plain.sql"], "rb") as stream:
            dump = backups.shortened(stream.read(), 30)
        people = [person for person in self.people() if person in dump]
        self.assertGreater(len(people), 10)
        dice = random.Random(7)
        for number in range(200):
            at = dice.randrange(2000, len(dump) - 200)
            if number % 2:
                bad = dump[:at]
            else:
                bad = dump[:at] + bytes([dice.randrange(256)]) * dice.choice((1, 1, 8)) + dump[at + 1:]
            result = self.filter(bad)
            self.assertIn(result.returncode, (0, 1, 2), result.stderr)
            self.assertEqual([p for p in people if p in result.stdout or p in result.stderr], [], at)
            if number % 2:
                self.assertNotEqual(result.returncode, 0, at)
                self.assertRegex(result.stderr, rb"byte \d+")
                self.assertIn(b"this is not the whole dump", result.stdout)

    def test_a_closed_pipe(self):
        command = f"'{harness.PROGRAM}' filter --key understudy.key --progress=none '{self.forms['plain.sql']}' | head -c 100 >/dev/null; echo ${{PIPESTATUS[0]}}"
        result = subprocess.run(["bash", "-c", command], cwd=self.space.directory, capture_output=True, check=True,
                                env={**os.environ, "UNDERSTUDY_RULES": os.path.join(harness.ROOT, "rules")})
        self.assertEqual(result.stdout, b"141\n")


if __name__ == "__main__":
    unittest.main()
