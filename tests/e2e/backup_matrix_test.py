#!/usr/bin/env python3
"""Every source x every sink x attachment policy: the same stages, assertions and report, and the same content as from the
live database into a database. By default each source, sink and policy is met at least once; --all takes every triple."""
import itertools
import os
import subprocess
import unittest
import zipfile

import backups
import harness

SOURCES = ("live", "plain.sql.gz", "custom.dump", "directory", "all.tar", "odoo.zip")
SINKS = ("database", ".zip", ".sql", ".sql.gz", ".sql.zst")
POLICIES = ("placeholder", "keep", "drop")
STAGES = {"plan", "known values", "schema", "rows", "verify", "post-data", "schema identity", "filestore", "neutralise", "publish"}


def triples():
    if harness.ALL:
        return list(itertools.product(SOURCES, SINKS, POLICIES))
    return [(source, SINKS[i % len(SINKS)], POLICIES[i % len(POLICIES)]) for i, source in enumerate(SOURCES)]


class MatrixTest(harness.Case):
    scale = "0.01"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.space.production()
        cls.forms = backups.make_all(cls.space, cls.source)
        cls.expected = {}

    def run_one(self, source, sink, policy, name):
        changes = {"policy": {"leaks": "warn", "neutralisation": "warn", "attachments": {"default": policy}}}
        if source != "live":
            changes["source"] = {"backup": self.forms[source]}
        out = None
        if sink != "database":
            out = self.space.path(name + sink)
            changes["staging"] = {"backup": out, "server": self.cluster.dsn("postgres")}
        self.refreshed(self.space.config(self.source, name, **changes))
        return out

    def hold(self, policy):
        """What the live database gives in a database, with this policy: rows, large objects, files."""
        if policy not in self.expected:
            name = "live_" + policy
            self.run_one("live", "database", policy, name)
            self.expected[policy] = self.found(name, self.space.path("filestore/" + name))
        return self.expected[policy]

    def found(self, database, filestore):
        return (backups.content(self.cluster, database), backups.objects(self.cluster, database), backups.files_below(filestore))

    def unpack(self, out, name):
        directory = self.space.path(name + ".unpacked")
        os.makedirs(directory)
        script = os.path.join(directory, "dump.sql")
        if out.endswith(".zip"):
            with zipfile.ZipFile(out) as archive:
                self.assertIsNone(archive.testzip())
                names = archive.namelist()
                self.assertEqual(names, ["dump.sql", *sorted(names[1:-1]), "manifest.json"])
                archive.extractall(directory)
        else:
            unpacker = {".gz": ["gzip", "-dc"], ".zst": ["zstd", "-qdc"]}.get(os.path.splitext(out)[1], ["cat"])
            with open(script, "wb") as stream:
                subprocess.run([*unpacker, out], check=True, stdout=stream)
        backups.restore(self.cluster, script, name)
        return os.path.join(directory, "filestore")

    def test_every_source_into_every_sink(self):
        for number, (source, sink, policy) in enumerate(triples()):
            with self.subTest(source=source, sink=sink, policy=policy):
                name = f"m{number}"
                expected = self.hold(policy)
                out = self.run_one(source, sink, policy, name)
                filestore = self.unpack(out, name) if out else ""
                if sink != ".zip":
                    filestore = self.space.path("filestore/" + name)
                rows, objects, files = self.found(name, filestore)
                self.assertEqual([a for a, b in zip(expected[0], rows) if a != b], [])
                self.assertEqual(objects, expected[1])
                self.assertEqual(files, expected[2])
                report = self.space.report(name)
                self.assertLessEqual(STAGES, {s["name"] for s in report["stages"]})
                self.assertTrue(report["assertions"] and report["neutralised"] and report["tables"])
                self.assertEqual({t["fidelity"] for t in report["tables"] if t["treatment"] != "empty"} - {"identical"}, set())
                self.assertEqual(report["restored"] is not None, sink != "database")
                self.cluster.sql(f'DROP DATABASE "{name}"')

    @unittest.skipUnless(harness.ALL and harness.shared("odoo17"), "needs the material of Odoo 17, and takes minutes")
    def test_every_form_of_odoo17(self):
        space = harness.Workspace(scale=None)
        try:
            space.restore_odoo17("odoo17")
            forms = {"live": None, **backups.make_all(space, "odoo17")}
            seen = {}
            for number, (form, path) in enumerate(forms.items()):
                name = f"o{number}"
                changes = {"source": {"backup": path}} if path else {}
                config = space.config("odoo17", name, policy={"leaks": "warn", "neutralisation": "warn"}, **changes)
                self.refreshed(config)
                seen[form] = (harness.table_digests(space.cluster, name), backups.files_below(space.path("filestore/" + name)))
                self.assertSameTables(seen["live"][0], seen[form][0])
                self.assertEqual(seen["live"][1] == seen[form][1], True, form)
                space.cluster.sql(f'DROP DATABASE "{name}"')
            out = space.path("odoo17.zip.out.zip")
            self.refreshed(space.config("odoo17", "zipped", source={"backup": forms["odoo.zip"]}, staging={"backup": out},
                                        policy={"leaks": "warn", "neutralisation": "warn"}))
            directory = space.path("unpacked")
            with zipfile.ZipFile(out) as archive:
                archive.extractall(directory)
            backups.restore(space.cluster, os.path.join(directory, "dump.sql"), "zipped")
            self.assertSameTables(seen["live"][0], harness.table_digests(space.cluster, "zipped"))
            self.assertEqual(backups.files_below(os.path.join(directory, "filestore")) == seen["live"][1], True)
        finally:
            space.remove()


if __name__ == "__main__":
    harness.main()
