#!/usr/bin/env python3
"""Filestore and channels of a real Odoo 17 production after a refresh, if one is at hand (UNDERSTUDY_SHARED)."""
import hashlib
import io
import os
import re
import subprocess
import unittest
import zipfile
import zlib

import harness
from harness import Case

DATA = harness.shared("odoo17")
# This machine, names that RFC 2606 and RFC 6761 reserve; the catcher of the configuration is on loopback.
SAFE = re.compile(r"^(localhost|127(\.\d+){3}|\[?::1\]?|invalid|([a-z0-9_-]+\.)*(invalid|test|example|localhost|example\.(com|org|net)))$", re.I)
FILES = """SELECT id, store_fname, checksum, file_size, coalesce(name, ''), coalesce(url, '') FROM ir_attachment
           WHERE store_fname IS NOT NULL ORDER BY id"""
# What Odoo connects to, as its code reads it; tables and columns that a database lacks are left out.
ENDPOINTS = [
    ("ir_mail_server", "smtp_host", "active"),
    ("fetchmail_server", "server", "active"),
    ("ir_act_server", "webhook_url", "state = 'webhook'"),
    ("res_company_ldap", "ldap_server", "true"),
    ("auth_oauth_provider", "auth_endpoint", "enabled"),
    ("auth_oauth_provider", "validation_endpoint", "enabled"),
    ("auth_oauth_provider", "data_endpoint", "enabled"),
    ("iot_box", "ip_url", "true"),
    ("payment_provider", "state", "state = 'enabled'"),
]


def parts(content):
    """The bytes, and what lies inside a zip or PDF container."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    if content.startswith(b"%PDF"):
        for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
            try:
                yield zlib.decompress(match.group(1))
            except zlib.error:
                yield match.group(1)


def host_of(value):
    match = re.match(r"^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)", value, re.I)
    return match.group(1) if match else value.split(":")[0].split("/")[0]


@unittest.skipUnless(DATA, "skipped: no odoo17/ in $UNDERSTUDY_SHARED or ../shared")
class Odoo17SafetyTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.space.restore_odoo17("odoo")
        # Leaks and fidelity are judged by odoo17_test.py; here only channels and files.
        cls.config = cls.space.config("odoo", "stage", policy={"leaks": "warn", "fidelity": "warn"},
                                      sandbox={"smtp": {"host": "127.0.0.1", "port": 1025}})
        cls.done = harness.refresh(cls.config)
        cls.first = cls.space.report("stage") if cls.done.code == 0 else None
        cls.again = harness.refresh(cls.config)

    def setUp(self):
        self.assertExit(self.done, 0)
        self.assertExit(self.again, 0)

    def files(self, database):
        return self.cluster.rows(FILES, database)

    def test_same_key_same_bytes(self):
        previous = [d for d in harness.databases(self.cluster) if d.startswith("stage_previous")]
        self.assertEqual(len(previous), 1)
        self.assertSameTables(harness.table_digests(self.cluster, "stage"), harness.table_digests(self.cluster, previous[0]))

    def test_rows_resolve_to_files(self):
        missing = {line.split()[1].rstrip(":") for line in self.first["filestore"]["missing"]}
        self.assertEqual(len(missing), 2)  # the planted file, which two rows share
        wrong = []
        for number, name, checksum, size, _, _ in self.files("stage"):
            path = self.space.path("filestore/stage/" + name)
            content = open(path, "rb").read() if os.path.exists(path) else None  # pylint: disable=consider-using-with
            if content is None or hashlib.sha1(content).hexdigest() != checksum or len(content) != int(size):
                wrong.append(number)
        self.assertEqual([w for w in wrong if w not in missing], [])

    def test_what_was_replaced_opens(self):
        """Placeholders and avatars, by pdftotext, Pillow, python-docx, openpyxl; and a file cut in half is refused."""
        rows = self.cluster.rows("SELECT DISTINCT mimetype, store_fname FROM ir_attachment WHERE store_fname IS NOT NULL", "stage")
        replaced = [f"{mimetype}\t{self.space.path('filestore/stage/' + name)}" for mimetype, name in rows
                    if not os.path.exists(os.path.join(self.space.filestore, name)) and os.path.exists(self.space.path("filestore/stage/" + name))]
        half = self.space.path("half.pdf")
        whole = next(line.split("\t")[1] for line in replaced if line.startswith("application/pdf"))
        with open(whole, "rb") as source, open(half, "wb") as stream:
            stream.write(source.read()[:200])
        opener = os.path.join(os.path.dirname(os.path.abspath(__file__)), "open_files.py")
        done = subprocess.run(["/usr/bin/python3", "-B", opener], input="\n".join([*replaced, f"application/pdf\t{half}"]), text=True,
                              check=False, capture_output=True)
        if done.returncode == 77:
            self.skipTest("a reader is not installed")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual([line for line in lines if line.startswith("REFUSED")], [f"REFUSED application/pdf {half}"])
        self.assertGreater(int(lines[-1].split()[1]), 100)

    def count_planted(self, content, *kinds):
        """Lines that hold a planted value. One pass of grep: hundreds of searches in Python take minutes."""
        values = self.space.path("values")
        with open(values, "w", encoding="utf-8") as stream:
            stream.writelines(value + "\n" for value, _ in harness.truth(os.path.join(DATA, "planted.tsv"), *kinds))
        return int(subprocess.run(["grep", "-a", "-c", "-F", "-f", values], check=False, stdout=subprocess.PIPE, input=content,
                                  env={**os.environ, "LC_ALL": "C"}).stdout)

    def everything_in(self, root, database):
        content = [name.encode() for _, _, _, _, name, _ in self.files(database)]
        for folder, _, names in os.walk(root):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    content += parts(stream.read())
        return b"\n".join(content)

    def test_no_planted_value_in_files_or_names(self):
        self.assertGreater(self.count_planted(self.everything_in(self.space.filestore, "odoo")), 100)
        self.assertEqual(self.count_planted(self.everything_in(self.space.path("filestore/stage"), "stage")), 0)

    def test_web_assets_are_identical(self):
        wanted = {r[0]: r[1] for r in self.files("odoo") if r[5].startswith("/web/assets/")}
        self.assertEqual({r[0]: r[1] for r in self.files("stage") if r[0] in wanted}, wanted)

    def test_second_refresh_copies_nothing(self):
        self.assertGreater(self.first["filestore"]["copied"], 0)
        self.assertEqual(self.space.report("stage")["filestore"]["copied"], 0)

    def test_assertions_and_jobs(self):
        violated = [a["name"] for a in self.first["assertions"] if a["violations"] or a.get("error")]
        self.assertLessEqual(set(violated), {"view_tracking_script"})  # for review, not a must
        self.assertEqual([j["id"] for j in self.first["jobs"] if j["active"]], ["base.autovacuum_job"])
        self.assertEqual(self.cluster.rows("SELECT count(*) FROM ir_cron WHERE active", "stage"), [["1"]])

    def test_credentials_and_hosts_are_gone(self):
        kinds = ("credential", "token", "password_hash")
        self.assertGreater(self.count_planted(harness.dump_bytes(self.cluster, "odoo"), *kinds), 100)
        self.assertEqual(self.count_planted(harness.dump_bytes(self.cluster, "stage"), *kinds), 0)

    def open_endpoints(self, database):
        columns = {tuple(r) for r in self.cluster.rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'", database)}
        found = []
        for table, column, condition in ENDPOINTS:
            if (table, column) in columns:
                found += [(table, value) for value, in self.cluster.rows(
                    f"SELECT {column} FROM {table} WHERE {condition} AND coalesce({column}, '') <> ''", database)]
        found += [("ir_config_parameter " + key, value) for key, value in self.cluster.rows(
            "SELECT key, value FROM ir_config_parameter WHERE value ~* '^[a-z][a-z0-9+.-]*://'", database)]
        return [(place, host_of(value)) for place, value in found if not SAFE.match(host_of(value))]

    def test_no_configured_endpoint_leads_outside(self):
        self.assertGreater(len(self.open_endpoints("odoo")), 3)  # the same question must find production's
        self.assertEqual(self.open_endpoints("stage"), [])


if __name__ == "__main__":
    harness.main()
