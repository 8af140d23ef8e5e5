#!/usr/bin/env python3
"""What may stand between Understudy and PostgreSQL: a pooler, a standby in the place of production, TLS with names that
are right or wrong."""
import os
import re
import subprocess
import threading
import time
import unittest

import harness
from harness import Case

PEOPLE = ("CREATE TABLE person (id serial PRIMARY KEY, name text, email text UNIQUE);"
          "INSERT INTO person (name, email) SELECT 'Vrysko Njastein' || i, 'vrysko' || i || '@hruridge-kundenmail.de'"
          " FROM generate_series(1, 3000) i;"
          "CREATE TABLE line (id int PRIMARY KEY, pad text); INSERT INTO line SELECT i, repeat('x', 800) FROM generate_series(1, 20000) i;")


class ConnectionCase(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("prod")
        cls.cluster.sql(PEOPLE, "prod")
        cls.rules = cls.space.path("site.yaml")
        with open(cls.rules, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  person: {name: name, email: email}\n")

    def config(self, source, staging, name="stage", **more):
        return self.space.config("prod", name, odoo=None, rules=[self.rules], jobs=2, source={"database": source},
                                 staging={"database": staging, "keep_previous": 0},
                                 policy={"unclassified": "keep", "leaks": "fail"}, **more)


class Pgbouncer:
    """A pooler in front of a cluster, listening on 127.0.0.1."""

    def __init__(self, space, cluster, mode):
        self.port = harness.clusters.free_port()
        directory = space.path(f"pgbouncer-{mode}")
        os.makedirs(directory)
        path = os.path.join(directory, "pgbouncer.ini")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(f"[databases]\n* = host=127.0.0.1 port={cluster.port} user=postgres\n[pgbouncer]\n"
                         f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\nauth_type = any\n"
                         f"pool_mode = {mode}\nlogfile = {directory}/log\npidfile = {directory}/pid\n"
                         "default_pool_size = 40\nmax_client_conn = 100\n")
        if cluster.user:
            os.chmod(space.directory, 0o755)
            os.chown(directory, cluster.user.pw_uid, cluster.user.pw_gid)
        who = {"user": cluster.user.pw_uid, "group": cluster.user.pw_gid, "extra_groups": []} if cluster.user else {}
        self.process = subprocess.Popen(["/usr/sbin/pgbouncer", "-q", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd="/", **who)
        harness.wait_for(lambda: subprocess.run(["psql", "-X", "-d", self.dsn("postgres"), "-c", "SELECT 1"], check=False,
                                                capture_output=True).returncode == 0, 20, "pgbouncer")

    def dsn(self, database):
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def stop(self):
        self.process.terminate()
        self.process.wait()


@unittest.skipUnless(os.path.exists("/usr/sbin/pgbouncer"), "skipped: no pgbouncer; tools/setup installs one")
class PoolerTest(ConnectionCase):
    def behind(self, mode):
        pooler = Pgbouncer(self.space, self.cluster, mode)
        self.addCleanup(pooler.stop)
        return pooler

    def test_a_pool_of_sessions_works_on_both_ends(self):
        pooler = self.behind("session")
        self.refreshed(self.config(pooler.dsn("prod"), pooler.dsn("stage_session"), "stage_session"))
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM person", "stage_session"), "3000")

    def test_a_pool_of_transactions_is_refused_and_left_as_it_was(self):
        pooler = self.behind("transaction")
        direct = self.cluster.tcp_dsn("stage_never")
        for source, staging, end in ((pooler.dsn("prod"), direct, "source"), (self.cluster.tcp_dsn("prod"), pooler.dsn("stage_never"), "staging")):
            done = harness.refresh(self.config(source, staging, "stage_never"))
            self.assertExit(done, 8)
            self.assertIn(f"{end}: a pooler stands in front of PostgreSQL and gives each transaction to another session", done.err)
            self.assertIn("pool_mode = session", done.err)
        self.assertFalse(self.cluster.exists("stage_never"))
        # Production's own users meet the very sessions that were looked at: nothing may stick to them.
        for _ in range(5):
            done = subprocess.run(["psql", "-X", "-At", "-d", pooler.dsn("prod"), "-c",
                                   "SELECT current_setting('default_transaction_read_only'), current_setting('search_path'),"
                                   " current_setting('statement_timeout')"], check=True, capture_output=True, text=True)
            self.assertEqual(done.stdout.strip(), 'off|"$user", public|0')

    def test_a_parameter_that_the_pooler_refuses(self):
        pooler = self.behind("statement")
        done = harness.refresh(self.config(pooler.dsn("prod") + " options='-c work_mem=8MB'", self.cluster.tcp_dsn("stage_never"), "stage_never"))
        self.assertExit(done, 7)
        self.assertIn("ignore_startup_parameters", done.err)


class Standby:
    """A streaming standby of a cluster."""

    def __init__(self, primary, settings=()):
        self.primary = primary
        self.directory = primary.directory + "-standby"
        os.makedirs(self.directory)
        if primary.user:
            os.chown(self.directory, primary.user.pw_uid, primary.user.pw_gid)
        self.guardian = subprocess.Popen(["sh", "-c", harness.clusters.GUARDIAN, "guardian", self.directory], stdin=subprocess.PIPE,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.data = os.path.join(self.directory, "data")
        self.port = harness.clusters.free_port()
        primary.tool("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync", "-d", primary.tcp_dsn())
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as stream:
            stream.write("\n".join([f"port = {self.port}", f"unix_socket_directories = '{self.directory}'", "hot_standby = on", *settings]) + "\n")
        primary.tool("pg_ctl", "start", "--wait", "--silent", "--pgdata=" + self.data, "--log=" + os.path.join(self.directory, "log"))

    def dsn(self, database):
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def caught_up(self):
        lsn = self.primary.sql("SELECT pg_current_wal_lsn()")
        harness.wait_for(lambda: self.rows(f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'") == "t", 60, "the standby to catch up")

    def rows(self, sql, database="postgres"):
        return subprocess.run(["psql", "-X", "-At", "-d", self.dsn(database), "-c", sql], check=True, capture_output=True, text=True).stdout.strip()

    def promote(self):
        self.primary.tool("pg_ctl", "promote", "--wait", "--silent", "--pgdata=" + self.data)

    def remove(self):
        self.guardian.stdin.close()
        self.guardian.wait()


class StandbyTest(ConnectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.sql("CREATE UNLOGGED TABLE cache (id int); INSERT INTO cache VALUES (1);"
                        "CREATE TABLE churn (id int PRIMARY KEY, x int); INSERT INTO churn SELECT i, 0 FROM generate_series(1, 2000) i", "prod")
        cls.standby = Standby(cls.cluster, ["max_standby_streaming_delay = 200ms", "hot_standby_feedback = off"])
        cls.standby.caught_up()
        cls.target = harness.clusters.Cluster(tcp=True)

    @classmethod
    def tearDownClass(cls):
        cls.target.remove()
        cls.standby.remove()
        super().tearDownClass()

    def test_a_standby_is_a_source(self):
        self.refreshed(self.config(self.standby.dsn("prod"), self.target.tcp_dsn("stage"), "stage"))
        report = self.space.report("stage")
        self.assertEqual(self.target.sql("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM cache)", "stage"), "3000|0")
        self.assertIn("unlogged-on-standby", [w["id"] for w in report["warnings"]])
        self.assertGreater(report["snapshot"]["held_s"], 0)
        self.assertRegex(report["snapshot"]["lsn"], r"^[0-9A-F]+/[0-9A-F]+$")

    def test_the_primary_itself_behind_a_standby_is_not_overwritten(self):
        """Source and staging are one database, seen by two servers."""
        done = harness.refresh(self.config(self.standby.dsn("prod"), self.cluster.tcp_dsn("prod"), "stage_same"), "--adopt")
        self.assertExit(done, 8)
        self.assertIn("the same database", done.err)

    def test_replay_that_needs_what_the_snapshot_sees(self):
        """The standby cancels our sessions: a clear sentence with the remedy, and staging as it was."""
        self.refreshed(self.config(self.standby.dsn("prod"), self.target.tcp_dsn("stage_conflict"), "stage_conflict"))
        before = harness.table_digests(self.target, "stage_conflict")
        config = self.config(self.standby.dsn("prod"), self.target.tcp_dsn("stage_conflict"), "stage_conflict")
        stop = threading.Event()

        def churn():
            while not stop.is_set():
                if self.standby.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = 'prod' AND backend_xmin IS NOT NULL") != "0":
                    self.cluster.sql("UPDATE churn SET x = x + 1", "prod")
                    self.cluster.sql("VACUUM churn", "prod")
                time.sleep(0.01)
        thread = threading.Thread(target=churn)
        thread.start()
        try:
            done = harness.refresh(config, "--max-rate=4MB")
        finally:
            stop.set()
            thread.join()
        self.assertExit(done, 7)
        self.assertIn("hot_standby_feedback = on", done.err)
        self.assertSameTables(before, harness.table_digests(self.target, "stage_conflict"))


class FailoverTest(ConnectionCase):
    def test_production_fails_over_during_a_run(self):
        """Production dies and its standby takes over its address: the snapshot is gone with the old server."""
        standby = Standby(self.cluster)
        self.addCleanup(standby.remove)
        standby.caught_up()
        target = harness.clusters.Cluster(tcp=True)
        self.addCleanup(target.remove)
        both = f"host=127.0.0.1,127.0.0.1 port={self.cluster.port},{standby.port} user=postgres dbname=prod target_session_attrs=read-write"
        config = self.config(both, target.tcp_dsn("stage"), "stage")
        self.refreshed(config)
        before = harness.table_digests(target, "stage")
        process = harness.start_program(["refresh", "--config", config, "--progress=none", "--max-rate=3MB"])
        harness.wait_for(lambda: self.cluster.rows("SELECT 1 FROM pg_stat_activity WHERE datname = 'prod' AND query LIKE 'COPY%line%'"), 60, "rows")
        self.cluster.stop(immediate=True)
        standby.promote()
        _, err = process.communicate(timeout=90)
        self.cluster.start()  # for the clean-up
        self.assertEqual(process.returncode, 7, err.decode())
        self.assertRegex(err.decode(), r"line: source: the session that held the snapshot was lost")
        self.assertSameTables(before, harness.table_digests(target, "stage"))
        self.assertEqual([n for n in harness.databases(target) if n.startswith("_understudy")], [])


class TlsTest(ConnectionCase):
    """verify-full: our own connections and those of pg_dump and pg_restore."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        d = cls.space.directory
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": d}
        for ca in ("ca", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                            f"{ca}.key", "-out", f"{ca}.crt", "-days", "2", "-subj", f"/CN=Test {ca}"], **quiet)
        subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key",
                        "-out", "server.csr", "-subj", "/CN=db.understudy.test"], **quiet)
        with open(os.path.join(d, "san"), "w", encoding="utf-8") as stream:
            stream.write("subjectAltName=DNS:db.understudy.test\n")
        subprocess.run(["openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                        "-extfile", "san", "-out", "server.crt"], **quiet)
        for name in ("server.crt", "server.key"):
            path = os.path.join(cls.cluster.data, name)
            harness.shutil.copy(os.path.join(d, name), path)
            os.chmod(path, 0o600)
            if cls.cluster.user:
                os.chown(path, cls.cluster.user.pw_uid, cls.cluster.user.pw_gid)
        with open(os.path.join(cls.cluster.data, "pg_hba.conf"), "w", encoding="utf-8") as stream:
            stream.write("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
        cls.cluster.sql("ALTER SYSTEM SET ssl = on")
        cls.cluster.sql("SELECT pg_reload_conf()")
        harness.wait_for(lambda: cls.cluster.sql("SHOW ssl") == "on", 20, "TLS")

    def dsn(self, database, host="db.understudy.test", ca="ca.crt", mode="verify-full"):
        """hostaddr leads there, host is the name that must be right."""
        return (f"host={host} hostaddr=127.0.0.1 port={self.cluster.port} user=postgres sslmode={mode}"
                f" sslrootcert={self.space.path(ca)} dbname={database}")

    def test_the_right_name_works_and_every_session_is_encrypted(self):
        self.cluster.sql("ALTER SYSTEM SET log_connections = on")
        self.cluster.sql("SELECT pg_reload_conf()")
        harness.wait_for(lambda: self.cluster.sql("SHOW log_connections") == "on", 20, "the setting")
        self.refreshed(self.config(self.dsn("prod"), self.dsn("stage"), "stage"))
        opened = re.findall(r"connection authorized: .*application_name=(understudy|pg_\w+)(.*)", self.cluster.log())
        self.assertGreater(len(opened), 5)  # children connect under our name
        self.assertEqual([rest for _, rest in opened if "SSL enabled" not in rest], [])

    def test_a_wrong_name_is_refused(self):
        right = {"source": self.dsn("prod"), "staging": self.dsn("stage_wrong")}
        for end, database in (("source", "prod"), ("staging", "stage_wrong")):
            for wrong, words in (({"host": "db2.understudy.test"}, "db2.understudy.test"), ({"ca": "other.crt"}, "certificate verify failed"),
                                 ({"ca": "missing.crt"}, "missing.crt")):
                with self.subTest(end=end, wrong=wrong):
                    ends = {**right, end: self.dsn(database, **wrong)}
                    done = harness.refresh(self.config(ends["source"], ends["staging"], "stage_wrong"))
                    self.assertExit(done, 7)
                    self.assertIn(f"{end}: ", done.err)
                    self.assertIn(words, done.err)
                    self.assertFalse(self.cluster.exists("stage_wrong"))

    def test_a_child_refuses_a_wrong_name_too(self):
        """The very parameters that pg_dump gets, read from its service file, with the name exchanged."""
        found = []

        def look():
            for folder, _, names in os.walk(self.space.path("state-stage_child")):
                for name in names:
                    if name.startswith("service.") and not found:
                        try:
                            with open(os.path.join(folder, name), encoding="utf-8") as stream:
                                content = stream.read()
                            if "\ndbname=" in content:  # whole
                                found.append(content)
                        except OSError:
                            pass
        process = harness.start_program(["refresh", "--config", self.config(self.dsn("prod"), self.dsn("stage_child"), "stage_child"), "--progress=none"])
        while process.poll() is None:
            look()
        _, err = process.communicate()
        self.assertEqual(process.returncode, 0, err.decode())
        self.assertTrue(found)
        self.assertIn("sslmode=verify-full\n", found[0])
        path = self.space.path("service.conf")
        for name, code in (("db.understudy.test", 0), ("db2.understudy.test", 1)):
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(re.sub(r"^host=.*$", f"host={name}", found[0], flags=re.M))
            done = subprocess.run([os.path.join(self.cluster.bin, "pg_dump"), "--schema-only", "-d", "service=understudy"], check=False,
                                  capture_output=True, env={**os.environ, "PGSERVICEFILE": path})
            self.assertEqual(done.returncode, code, done.stderr)


if __name__ == "__main__":
    harness.main()
