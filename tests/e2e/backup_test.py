#!/usr/bin/env python3
"""Backups as sources and as staging: every form gives what the live database gives; damaged ones give nothing."""
import os
import random
import shutil
import subprocess
import unittest
import zipfile

import harness

# A row per relation: its rows and a digest of all of them.
CONTENT = """SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(md5(t::text), '''' ORDER BY t::text COLLATE "C"), '''')) FROM %I.%I t', c.oid::regclass, nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""


def files_below(directory):
    found = {}
    for base, _, names in os.walk(directory):
        for name in names:
            with open(os.path.join(base, name), "rb") as stream:
                found[os.path.relpath(os.path.join(base, name), directory)] = stream.read()
    return found


class BackupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.space = harness.Workspace()
        cls.cluster = cls.space.cluster
        cls.source = cls.space.production()
        cls.forms = cls.make_backups()
        cls.refresh({"database": cls.cluster.dsn(cls.source)}, "live")
        cls.expected = cls.content("live")
        cls.files = files_below(cls.space.path("filestore/live"))

    @classmethod
    def tearDownClass(cls):
        cls.space.remove()

    @classmethod
    def make_backups(cls):
        forms = {}
        for form, option in (("plain.sql", "-Fp"), ("custom.dump", "-Fc"), ("directory", "-Fd"), ("all.tar", "-Ft")):
            forms[form] = cls.space.path(form)
            subprocess.run([os.path.join(cls.cluster.bin, "pg_dump"), option, "--no-owner", "-f", forms[form],
                            "-d", cls.cluster.dsn(cls.source)], check=True)
        subprocess.run(["gzip", "-k", forms["plain.sql"]], check=True)
        forms["plain.sql.gz"] = forms["plain.sql"] + ".gz"
        for form, dump, name in (("odoo.zip", "plain.sql", "dump.sql"), ("custom.zip", "custom.dump", "dump.dump")):
            forms[form] = cls.space.path(form)
            with zipfile.ZipFile(forms[form], "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(forms[dump], name)
                for file, content in files_below(cls.space.filestore).items():
                    archive.writestr("filestore/" + file, content)
                archive.writestr("manifest.json", "{}")
        return forms

    @classmethod
    def refresh(cls, source, database, **changes):
        config = cls.space.config(cls.source, database, source=source, policy={"leaks": "warn", "neutralisation": "warn"},
                                  **changes)
        return harness.run_program(["refresh", "--config", config, "--progress=none"])

    @classmethod
    def content(cls, database):
        queries = [row[0] for row in cls.cluster.rows(CONTENT, database)]
        return sorted(cls.cluster.rows(" UNION ALL ".join(queries), database))

    def same(self, database, name):
        differing = [a for a, b in zip(self.expected, self.content(database)) if a != b]
        self.assertEqual(differing, [], name)

    def test_every_form_gives_the_same_staging(self):
        for number, (form, path) in enumerate(self.forms.items()):
            staging = f"from{number}"
            changes = {}
            if form.endswith(".zip"):
                changes["odoo"] = {"filestore": {"staging": self.space.path(f"filestore/{staging}")}}
            result = self.refresh({"backup": path}, staging, **changes)
            self.assertEqual(result.returncode, 0, f"{form}: {result.stderr}")
            self.same(staging, form)
            self.assertEqual(files_below(self.space.path(f"filestore/{staging}")), self.files, form)

    def test_a_zip_goes_out_and_restores(self):
        out = self.space.path("sanitised.zip")
        result = self.refresh({"backup": self.forms["odoo.zip"]}, "unused", odoo=None,
                              staging={"backup": out, "server": self.cluster.dsn("postgres")})
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in (out, out + ".report.html", out + ".report.json"):
            self.assertEqual(os.stat(name).st_mode & 0o777, 0o600)
        directory = self.space.path("unpacked")
        with zipfile.ZipFile(out) as archive:
            self.assertIsNone(archive.testzip())
            archive.extractall(directory)
        self.cluster.create("restored")
        subprocess.run([os.path.join(self.cluster.bin, "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", self.cluster.dsn("restored"),
                        "-f", os.path.join(directory, "dump.sql")], check=True, stdout=subprocess.DEVNULL)
        self.same("restored", "sanitised.zip")
        self.assertEqual(files_below(os.path.join(directory, "filestore")), self.files)
        hidden = self.cluster.rows("SELECT datname FROM pg_database WHERE datname LIKE '\\_understudy%'", "postgres")
        self.assertEqual(list(hidden), [])

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

    def test_damage_at_200_places(self):
        with open(self.forms["plain.sql"], "rb") as stream:
            dump = stream.read()
        people = self.people()
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
