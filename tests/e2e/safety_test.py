#!/usr/bin/env python3
"""What a run does to production while it runs, and what others could see of its secrets meanwhile."""
import os
import subprocess
import threading
import time

import harness
from harness import Case

PASSWORD = "Hush-Password-4711"
# Autovacuum of the server's own is not ours.
MODES = "SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = 'prod' AND" \
        " a.application_name <> 'watcher' AND l.locktype = 'relation'" \
        " AND a.backend_type = 'client backend'"
SESSIONS = "SELECT a.pid, a.state, current_setting('transaction_read_only') FROM pg_stat_activity a WHERE datname = 'prod'"


class SafetyTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.sql(f"CREATE ROLE app LOGIN SUPERUSER PASSWORD '{PASSWORD}'; CREATE ROLE stranger LOGIN")
        hba = os.path.join(cls.cluster.data, "pg_hba.conf")
        with open(hba, encoding="utf-8") as stream:
            rest = stream.read()
        with open(hba, "w", encoding="utf-8") as stream:
            stream.write("host all app 127.0.0.1/32 scram-sha-256\n" + rest)
        cls.cluster.sql("SELECT pg_reload_conf()")
        cls.cluster.create("prod")
        cls.cluster.sql("CREATE TABLE person (id serial PRIMARY KEY, email text UNIQUE, note text);"
                        "INSERT INTO person (email, note) SELECT 'vrysko' || i || '@hruridge-kundenmail.de', repeat('x', 900)"
                        " FROM generate_series(1, 40000) i; CREATE INDEX ON person (note)", "prod")
        cls.rules = cls.space.path("site.yaml")
        with open(cls.rules, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  person: {email: email}\n")

    def run_watched(self, look, staging="stage", end=None, env=None, **more):
        """A refresh with a password; look(process) is called again and again while it runs."""
        end = end or f"host=127.0.0.1 port={self.cluster.port} user=app password={PASSWORD} dbname="
        config = self.space.config("prod", staging, odoo=None, rules=[self.rules], source={"database": end + "prod"},
                                   policy={"unclassified": "keep", "leaks": "fail"}, staging={"database": end + staging}, **more)
        process = harness.start_program(["refresh", "--config", config, "--progress=none"], env=env)
        output = []
        reader = threading.Thread(target=lambda: output.append(process.communicate()), daemon=True)
        reader.start()
        while process.poll() is None:
            look(process)
        reader.join()
        out, err = output[0]
        self.assertEqual(process.returncode, 0, err.decode())
        return out + err

    def descendants(self, pid):
        done = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], check=True, stdout=subprocess.PIPE, text=True)
        children = {}
        for line in done.stdout.splitlines():
            child, parent = map(int, line.split())
            children.setdefault(parent, []).append(child)
        found, todo = [], [pid]
        while todo:
            todo += children.get(todo[0], [])
            found.append(todo.pop(0))
        return found

    def test_production_sees_readers_only(self):
        modes, seen = set(), set()

        def look(_):
            for row in self.cluster.rows(MODES):
                modes.add(row[0])
            for row in self.cluster.rows("SELECT pid, query FROM pg_stat_activity WHERE datname = 'prod' AND backend_xid IS NOT NULL"
                                        " AND backend_type = 'client backend'"):
                seen.add(tuple(row))
        self.run_watched(look, "stage_locks")
        self.assertEqual(modes, {"AccessShareLock"})
        self.assertEqual(seen, set(), "a session on production got a transaction id: it wrote")
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'prod' AND backend_type = 'client backend'"), "0")

    def test_a_lock_on_production_is_not_waited_for_long(self):
        holder = subprocess.Popen(["psql", "-X", "-q", "-d", self.cluster.dsn("prod")], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            holder.stdin.write(b"BEGIN; LOCK TABLE person IN ACCESS EXCLUSIVE MODE;\n")
            holder.stdin.flush()
            harness.wait_for(lambda: self.cluster.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                                                      " AND relation = 'person'::regclass", "prod") == "1")
            config = self.space.config("prod", "stage_wait", odoo=None, rules=[], policy={"unclassified": "keep", "leaks": "off"})
            begin = time.monotonic()
            done = harness.refresh(config, timeout=100)
            self.assertExit(done, 1)
            self.assertLess(time.monotonic() - begin, 40)
            self.assertIn("lock", done.err)
            self.assertFalse(self.cluster.exists("stage_wait"))
        finally:
            holder.stdin.close()
            holder.wait()

    def test_secrets_are_nowhere(self):
        with open(self.space.path("understudy.key"), encoding="utf-8") as stream:
            key = stream.read().strip()
        texts, reachable, memory, files, locked = set(), set(), set(), set(), []

        def look(process):
            for pid in self.descendants(process.pid):
                for part in ("cmdline", "environ"):
                    try:
                        with open(f"/proc/{pid}/{part}", "rb") as stream:
                            texts.add(stream.read())
                    except OSError:
                        pass
            for name in harness.databases(self.cluster):
                if name.startswith("_understudy"):
                    dsn = self.cluster.dsn(name).replace("user=postgres", "user=stranger")
                    done = subprocess.run(["psql", "-X", "-d", dsn, "-c", "SELECT 1"], check=False, capture_output=True)
                    if done.returncode == 0:
                        reachable.add(name)
            state = self.space.path("state-stage_secret")
            for folder, _, names in os.walk(state):
                for name in names:
                    path = os.path.join(folder, name)
                    try:
                        if "private." in path and os.stat(folder).st_mode & 0o077:
                            files.add(folder)
                        with open(path, "rb") as stream:
                            if b"@hruridge-kundenmail.de" in stream.read():
                                files.add(path)
                    except OSError:
                        pass
            try:
                with open(f"/proc/{process.pid}/limits", encoding="utf-8") as stream:
                    memory.add(next(l.split()[4] for l in stream if l.startswith("Max core file size")))
                memory.add(os.stat(f"/proc/{process.pid}/mem").st_uid)
                with open(f"/proc/{process.pid}/status", encoding="utf-8") as stream:
                    locked.append(int(next(l.split()[1] for l in stream if l.startswith("VmLck"))))
            except (OSError, StopIteration):
                pass
        said = self.run_watched(look, "stage_secret")
        self.assertIn("0", memory, "core files are not off")
        if not harness.sanitized():  # which makes mlock() nothing
            self.assertGreater(max(locked), 0, "the key is not locked in memory")
        self.assertEqual(reachable, set(), "the hidden database was open to another role")
        self.assertEqual(files, set())
        everything = b"".join(texts) + said + self.cluster.log().encode()
        for folder, _, names in os.walk(self.space.path("state-stage_secret")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    everything += stream.read()
        self.assertGreater(len(texts), 1)
        for secret in (PASSWORD, key):
            self.assertNotIn(secret.encode(), everything)
        self.assertNotIn(b"vrysko", everything)

    def test_secrets_from_the_environment_stay_there(self):
        """Key and password in variables: no child has them, wherever libpq or the configuration looks for them."""
        with open(self.space.path("understudy.key"), encoding="utf-8") as stream:
            key = stream.read().strip()
        environments, children = set(), set()

        def look(process):
            for pid in self.descendants(process.pid):
                try:
                    # A child that is still ourselves has not begun to be what it is for.
                    if pid == process.pid or os.path.samefile(f"/proc/{pid}/exe", harness.PROGRAM):
                        continue
                    with open(f"/proc/{pid}/environ", "rb") as stream:
                        environments.add(stream.read())
                    with open(f"/proc/{pid}/cmdline", "rb") as stream:
                        children.add(stream.read())
                except OSError:
                    pass
        end = f"host=127.0.0.1 port={self.cluster.port} user=app password=${{PROD_PASSWORD}} dbname="
        said = self.run_watched(look, "stage_env", end=end, key={"env": "THE_KEY"},
                                env={"THE_KEY": key, "PROD_PASSWORD": PASSWORD, "PGPASSWORD": PASSWORD, "HARMLESS": "yes"})
        everything = b"\0".join(environments | children) + said
        self.assertIn(b"pg_dump", everything)
        self.assertIn(b"HARMLESS=yes", everything)
        for secret in (PASSWORD, key, "THE_KEY", "PROD_PASSWORD", "PGPASSWORD"):
            self.assertNotIn(secret.encode(), everything)

    def test_rate_and_lanes_of_the_source_are_limited(self):
        """Counted, not timed: sessions that read rows at the same time, and the limits in the record."""
        most = []

        def look(_):
            most.append(int(self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'prod' AND query LIKE 'COPY%' AND state = 'active'")))
        end = f"host=127.0.0.1 port={self.cluster.port} user=app password={PASSWORD} dbname="
        config = self.space.config("prod", "stage_slow", odoo=None, rules=[self.rules], jobs=4,
                                   source={"database": end + "prod", "max_rate": "20MB", "max_lanes": 1},
                                   policy={"unclassified": "keep", "leaks": "fail"}, staging={"database": end + "stage_slow"})
        process = harness.start_program(["refresh", "--config", config, "--progress=none"])
        while process.poll() is None:
            look(process)
        _, err = process.communicate()
        self.assertEqual(process.returncode, 0, err.decode())
        self.assertEqual(max(most), 1)
        report = self.space.report("stage_slow")
        self.assertEqual(report["options"]["source.max_rate"], "20.0 MB/s")
        self.assertEqual(report["options"]["source.max_lanes"], "1")
        # 36 MB at 20 MB/s, less the bucket: no machine is faster than that.
        rows = next(s for s in report["stages"] if s["name"] == "rows")
        self.assertGreater(rows["bytes"], 30_000_000)
        self.assertGreater(rows["seconds"], (rows["bytes"] - 5_500_000) / 20_000_000)
        self.assertGreater(report["snapshot"]["held_s"], rows["seconds"])
        self.assertLess(report["snapshot"]["held_s"], report["seconds"])

    def test_the_snapshot_is_let_go_after_the_last_row(self):
        """Nothing that comes after the rows, such as keys, reading back and comparing, keeps production's vacuum waiting."""
        self.run_watched(lambda _: None, "stage_let_go")
        report = self.space.report("stage_let_go")
        stages = {s["name"]: s for s in report["stages"]}
        let_go = stages["snapshot"]["started_s"] + report["snapshot"]["held_s"]
        self.assertGreater(let_go, stages["rows"]["started_s"] + stages["rows"]["seconds"] - 0.1)
        self.assertLess(let_go, stages["schema identity"]["started_s"])
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'prod' AND backend_type = 'client backend'"), "0")

    def test_limits_of_role_and_database_do_not_end_a_run(self):
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"):
            self.cluster.sql(f"ALTER ROLE app SET {setting} = '40ms'")
        try:
            self.run_watched(lambda _: time.sleep(0.05), "stage_limits")
        finally:
            self.cluster.sql("ALTER ROLE app RESET ALL")

    def test_full_disk_of_the_state_directory(self):
        """The state directory on a file system without room."""
        if os.geteuid() != 0:
            self.skipTest("mounting needs root")
        mount = self.space.path("small")
        os.makedirs(mount)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount], check=False, capture_output=True).returncode:
            self.skipTest("no tmpfs here")
        try:
            policy = {"unclassified": "keep", "leaks": "off"}
            with open(os.path.join(mount, "filler"), "wb", buffering=0) as stream:
                try:
                    while stream.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            config = self.space.config("prod", "stage_full", odoo=None, rules=[], policy=policy, state=os.path.join(mount, "state"))
            done = harness.refresh(config)
            self.assertNotEqual(done.code, 0)
            self.assertRegex(done.err, r"No space left|space")
            self.assertEqual(self.hidden(), [])
            os.unlink(os.path.join(mount, "filler"))
            self.refreshed(config)  # with room again, in the same state directory
        finally:
            subprocess.run(["umount", mount], check=True)

    def hidden(self):
        return [n for n in harness.databases(self.cluster) if n.startswith("_understudy_")]


class HostileFilesTest(Case):
    scale = None

    def refused(self, text, seconds=10):
        path = self.space.path("bomb.yaml")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        begin = time.monotonic()
        for config in (path, self.space.config("postgres", "never", odoo=None, rules=[path])):
            done = harness.refresh(config, timeout=60)
            self.assertExit(done, 2)
            self.assertLess(len(done.err), 2000)
        self.assertLess(time.monotonic() - begin, seconds)
        return done.err

    def test_yaml_that_grows(self):
        levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
        self.refused("a0: &a0 [lol]\n" + "\n".join(levels) + "\n")

    def test_yaml_that_is_deep_or_long(self):
        self.refused("a: " + "[" * 200000)
        self.refused("{a: " * 100000)
        self.refused("- " * 100000)
        self.refused("a: " + "x" * (40 << 20))


if __name__ == "__main__":
    harness.main()
