#!/usr/bin/env python3
"""The zoo (tests/integration/zoo.sql) by every way there is: out of each form of backup, into a backup, with every value
rewritten, onto a server that lacks what production's has. The live way is refresh_integration_test's.
"""
import glob
import os
import shutil
import subprocess

import backups
import harness
from harness import Case, clusters

KEEP = {"unclassified": "keep", "leaks": "off", "attachments": {"default": "keep"}}
# What production's server has besides the database: roles, a tablespace, settings that name them.
SERVER_OBJECTS = """
CREATE ROLE app LOGIN; CREATE ROLE auditor NOLOGIN; GRANT app TO auditor;
CREATE TABLESPACE fast LOCATION '{directory}';
"""
NAMES_THEM = """
ALTER DATABASE {name} SET default_tablespace = fast;
ALTER ROLE app IN DATABASE {name} SET role = auditor;
ALTER ROLE app IN DATABASE {name} SET work_mem = '7MB';
CREATE TABLE owned (id int PRIMARY KEY USING INDEX TABLESPACE fast, t text) TABLESPACE fast;
INSERT INTO owned SELECT i, 'x' || i FROM generate_series(1, 500) i;
CREATE INDEX ON owned (t) TABLESPACE fast;
CREATE MATERIALIZED VIEW counted TABLESPACE fast AS SELECT count(*) FROM owned;
CREATE TABLE parted (k int) PARTITION BY LIST (k) TABLESPACE fast;
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
INSERT INTO parted VALUES (1);
ALTER TABLE owned OWNER TO app;
GRANT SELECT (t) ON owned TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO auditor;
CREATE FUNCTION definer() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER FUNCTION definer() OWNER TO app;
GRANT EXECUTE ON FUNCTION definer() TO auditor;
CREATE SCHEMA of_app AUTHORIZATION app;
"""
# An extension of our own: a table whose rows are the user's, one of which only some are, one that is the extension's.
EXTENSION = {
    "understudy_test.control": "default_version = '1'\nrelocatable = true\n",
    "understudy_test--1.sql": """
CREATE TABLE all_mine (id int PRIMARY KEY, t text);
CREATE TABLE some_mine (id int PRIMARY KEY, t text, shipped bool DEFAULT false);
CREATE TABLE shipped (id int PRIMARY KEY, t text);
CREATE SEQUENCE counted START 5;
INSERT INTO some_mine VALUES (1, 'shipped', true);
INSERT INTO shipped VALUES (1, 'shipped');
SELECT pg_extension_config_dump('all_mine', '');
SELECT pg_extension_config_dump('some_mine', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('counted', '');
"""}


def installation_with(directory, files):
    """A copy of the PostgreSQL that is installed, with more extensions: a server finds its files from where it lies.
    None where the installation is of another shape."""
    major = os.path.basename(os.path.dirname(clusters.bin_directory()))
    lib, share = f"/usr/lib/postgresql/{major}", f"/usr/share/postgresql/{major}"
    if not os.path.isdir(os.path.join(lib, "lib")) or not os.path.isdir(os.path.join(share, "extension")):
        return None
    os.makedirs(directory + os.path.dirname(lib))
    shutil.copytree(os.path.join(lib, "bin"), directory + lib + "/bin", dirs_exist_ok=True)
    os.symlink(os.path.join(lib, "lib"), directory + lib + "/lib")
    os.makedirs(directory + share + "/extension")
    for path in glob.glob(share + "/*"):
        if os.path.basename(path) != "extension":
            os.symlink(path, directory + share + "/" + os.path.basename(path))
    for path in glob.glob(share + "/extension/*"):
        os.symlink(path, directory + share + "/extension/" + os.path.basename(path))
    for name, text in files.items():
        with open(directory + share + "/extension/" + name, "w", encoding="utf-8") as stream:
            stream.write(text)
    subprocess.run(["chmod", "-R", "a+rX", directory], check=True)
    return directory + lib + "/bin"


class ZooTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("zoo")
        with open(os.path.join(harness.ROOT, "tests/integration/zoo.sql"), encoding="utf-8") as stream:
            cls.cluster.sql(stream.read(), "zoo")
        cls.expected = backups.content(cls.cluster, "zoo")

    def refreshed_zoo(self, source=None, staging=None, **changes):
        name = self.staging_name()
        config = self.space.config("zoo", name, **{"odoo": None, "rules": [], "policy": KEEP, **changes,
                                                   **({"source": source} if source else {}), **({"staging": staging} if staging else {})})
        self.refreshed(config)
        return name

    def assertZoo(self, database, like="zoo"):
        """Everything but large objects; returns what is left of one."""
        found = backups.content(self.cluster, database)
        self.assertEqual([a for a, b in zip(self.expected, found) if a != b], [])
        self.assertEqual(len(found), len(self.expected))
        self.assertEqual(harness.sequences(self.cluster, database), harness.sequences(self.cluster, "zoo"))
        self.assertEqual(harness.schema_dump(self.cluster, database), harness.schema_dump(self.cluster, like))
        return self.cluster.sql("SELECT convert_from(lo_get(70001), 'UTF8'), obj_description(70001, 'pg_largeobject')", database)

    def dumped(self, option, name):
        path = self.space.path(name)
        subprocess.run([os.path.join(self.cluster.bin, "pg_dump"), option, "-f", path, "-d", self.cluster.dsn("zoo")], check=True)
        return path

    def test_out_of_backups(self):
        forms = [("-Fp", "zoo.sql"), ("-Fc", "zoo.dump"), ("-Fd", "zoo.dir"), ("-Ft", "zoo.tar")]
        for option, name in forms if harness.ALL else forms[:2]:
            with self.subTest(name):
                large_object = self.assertZoo(self.refreshed_zoo(source={"backup": self.dumped(option, name)}))
                self.assertEqual(large_object, "large object bytes|the contract of 'somebody'")

    def thawed(self):
        """Without what freezes the schema: pg_dump itself writes such triggers before the last of its own changes."""
        self.cluster.create("thawed", template="zoo")
        self.cluster.sql("DROP EVENT TRIGGER frozen; DROP EVENT TRIGGER frozen_drops", "thawed")
        return "thawed"

    def test_into_a_backup(self):
        path = self.space.path("out.sql.gz")
        self.refreshed_zoo(staging={"backup": path, "server": self.cluster.dsn()}, source={"database": self.cluster.dsn(self.thawed())})
        self.cluster.create("restored")
        restored = subprocess.run(f"gunzip -c {path} | psql -Xq -v ON_ERROR_STOP=1 -d '{self.cluster.dsn('restored')}'", shell=True,
                                  check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertEqual((restored.returncode, restored.stderr.count("ERROR")), (0, 0), restored.stderr[:2000])
        self.assertEqual(self.assertZoo("restored", like="thawed"), "large object bytes|the contract of 'somebody'")

    def test_every_text_rewritten(self):
        """Nothing personal is in it, but every textual column goes through the rewriter and has to come out loadable."""
        name = self.refreshed_zoo(policy={**KEEP, "unclassified": "rewrite"})
        rows = [row[:2] for row in backups.content(self.cluster, name)]
        self.assertEqual(rows, [row[:2] for row in self.expected])
        report = self.space.report(name)
        self.assertGreater(sum(c["treatment"] != "keep" for t in report["tables"] for c in t["columns"]), 100)

    def test_heirs_with_columns_of_their_own_order(self):
        """SQL cannot say where an inherited column stands: that is declared, and the rows are right by name."""
        self.cluster.create("heirs")
        self.cluster.sql("CREATE TABLE old (a int, b text); CREATE TABLE young (own int) INHERITS (old); ALTER TABLE old ADD COLUMN late text;"
                         "INSERT INTO young (a, b, own, late) VALUES (1, 'b', 2, 'late'); CREATE TABLE joined (b text, late text, a int);"
                         "ALTER TABLE joined INHERIT old; INSERT INTO joined VALUES ('bb', 'll', 3)", "heirs")
        name = self.staging_name()
        self.refreshed(self.space.config("heirs", name, odoo=None, rules=[], policy=KEEP))
        self.assertEqual(self.cluster.sql("SELECT a, b, late FROM old ORDER BY a", name), "1|b|late\n3|bb|ll")
        self.assertEqual(self.cluster.sql("SELECT own FROM young", name), "2")
        told = [d for d in self.space.report(name)["schema_differences"] if "inherited" in str(d)]
        self.assertTrue(told, self.space.report(name)["schema_differences"])

    def test_a_server_without_the_roles_and_tablespaces(self):
        directory = self.space.path("fast")
        os.makedirs(directory)
        os.chmod(self.space.directory, 0o711)
        if self.cluster.user:
            shutil.chown(directory, self.cluster.user.pw_uid)
        self.cluster.sql(SERVER_OBJECTS.format(directory=directory))
        self.cluster.create("named")
        self.cluster.sql(NAMES_THEM.format(name="named"), "named")
        with clusters.Cluster() as other:
            config = self.space.config("named", "copy", odoo=None, rules=[], policy=KEEP, staging={"database": other.dsn("copy")})
            self.refreshed(config)
            self.assertEqual(other.sql("SELECT (SELECT count(*) FROM owned), (SELECT count FROM counted), (SELECT count(*) FROM parted),"
                                       " definer()", "copy"), "500|500|1|1")
            self.assertEqual(other.sql("SELECT count(*) FROM pg_roles WHERE rolname IN ('app', 'auditor')"), "0")
            self.assertEqual(other.sql("SHOW role", "copy"), "none")
            self.refreshed(config)

    def test_tables_of_extensions(self):
        directory = self.space.path("installation")
        os.makedirs(directory)
        binaries = installation_with(directory, EXTENSION)
        if not binaries:
            self.skipTest("PostgreSQL is installed in another place than Debian's packages put it")
        os.chmod(self.space.directory, 0o711)
        with clusters.Cluster(binaries=binaries) as cluster:
            cluster.create("extended")
            cluster.sql("CREATE SCHEMA x; CREATE EXTENSION understudy_test SCHEMA x; INSERT INTO x.all_mine VALUES (1, 'mine');"
                        "INSERT INTO x.some_mine VALUES (2, 'mine'); UPDATE x.shipped SET t = 'changed by hand'; SELECT nextval('x.counted'), nextval('x.counted')",
                        "extended")
            config = self.space.config("extended", "extended_copy", odoo=None, rules=[], policy=KEEP,
                                       source={"database": cluster.dsn("extended")}, staging={"database": cluster.dsn("extended_copy")})
            self.refreshed(config)
            query = "SELECT (SELECT string_agg(t, ',' ORDER BY id) FROM x.all_mine), (SELECT string_agg(t, ',' ORDER BY id) FROM x.some_mine)," \
                    " (SELECT last_value FROM x.counted)"
            self.assertEqual(cluster.sql(query, "extended_copy"), "mine|shipped,mine|6")
            self.assertEqual(cluster.sql(query, "extended"), cluster.sql(query, "extended_copy"))


if __name__ == "__main__":
    harness.main()
