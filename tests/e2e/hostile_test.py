#!/usr/bin/env python3
"""Content of production, of backups and of the machine that means harm: names that drive a terminal or end a SQL string,
HTML in reports, zips that grow or climb, patterns without end, a clock that jumps, memory that runs out."""
import json
import os
import re
import resource
import struct
import subprocess
import unittest
import zipfile

import harness
from harness import Case


# Each would do something where it is pasted instead of quoted or shown.
NAMES = ["a\x1b]0;owned\x07z", "b\u009b31mred", "c\nunderstudy: error: forged", "d\u202egpj.exe", "e<script>alert(1)</script>",
         "f'; DROP TABLE victim; --", 'g"; DROP TABLE victim; --', "h$(touch owned)`touch owned`", "i|j&k;l", "m\\", "n%s%n{}{0}",
         "o$$; DROP TABLE victim; $$"]
# What a terminal obeys, in what is meant for people.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


class HostileNamesTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("prod")
        statements = ["CREATE TABLE victim (id int)", "CREATE TABLE ir_cron (id serial PRIMARY KEY, cron_name text, active bool)"]
        for i, name in enumerate(NAMES):
            q = identifier(name)
            statements.append(f"CREATE TABLE {q} (id int PRIMARY KEY, {q} text, note text)")
            statements.append(f"INSERT INTO {q} VALUES (1, 'x', 'vrysko@hruridge-kundenmail.de'), (2, E'\\x1b[2J', '<img src=x onerror=alert(1)>')")
            statements.append(f"CREATE INDEX {identifier('i' + str(i) + name)} ON {q} (note)")
            statements.append(f"COMMENT ON TABLE {q} IS $c${name.replace('$', '')}$c$")
        cls.cluster.sql(";\n".join(statements) + ";", "prod")
        cls.config = cls.space.config("prod", "stage", odoo=None, rules=[], policy={"unclassified": "rewrite", "leaks": "warn"})
        cls.work = cls.space.path("cwd")
        os.makedirs(cls.work)

    def run_here(self, *arguments, codes=(0,)):
        done = harness.run_program(list(arguments), cwd=self.work)
        self.assertIn(done.code, codes, f"{arguments}\n{done.out[-2000:]}{done.err[-2000:]}")
        return done

    def harmless(self, text, where):
        found = OBEYED.search(text)
        self.assertIsNone(found, f"{where}: {text[max(0, found.start() - 60):found.end() + 60]!r}" if found else "")
        self.assertNotIn("\nunderstudy: error: forged", text, where)

    def test_every_command_shows_names_and_obeys_none(self):
        self.run_here("check", "--config", self.config)
        self.run_here("refresh", "--config", self.config, "--progress=none")
        commands = [["check"], ["plan", "--all"], ["plan", "--unclassified"], ["refresh", "--progress=none"], ["refresh", "--progress=none", "--dry-run"],
                    ["scan", "--all"], ["verify"], ["status"], ["report"], ["drift"], ["neutralise", "--all", "--stdout"]]
        for command in commands:
            with self.subTest(command=command):
                done = self.run_here(command[0], "--config", self.config, *command[1:], codes=(0, 1, 2))
                self.harmless(done.err, command)
                self.harmless(done.out, command)
                self.assertTrue(done.out or done.err, command)
        for name in NAMES:
            with self.subTest(preview=name):
                done = self.run_here("preview", name, "--config", self.config, "--force", codes=(0, 2))
                self.harmless(done.out + done.err, "preview")
        missing = self.run_here("preview", "no\x1b[31m\nsuch", "--config", self.config, "--force", codes=(2,))
        self.harmless(missing.err, "an argument that is repeated")

    def test_nothing_was_run_and_all_came_through(self):
        self.run_here("refresh", "--config", self.config, "--progress=none")
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'victim'", "stage"), "1")
        for name in NAMES:
            self.assertEqual(self.cluster.sql(f"SELECT count(*) FROM {identifier(name)}", "stage"), "2", repr(name))
        self.assertEqual(os.listdir(self.work), [])
        names = {t["name"] for t in self.space.report("stage")["tables"]}
        self.assertLessEqual(set(NAMES), names)  # JSON for programs has them as they are
        state = self.space.path("state-stage/latest")
        with open(os.path.join(state, "report.html"), encoding="utf-8") as stream:
            page = stream.read()
        self.assertNotIn("<script>alert(1)", page)
        self.assertNotIn("\x1b", page)
        with open(os.path.join(state, "report.md"), encoding="utf-8") as stream:
            self.harmless(stream.read(), "report.md")

    def test_lines_for_programs_stay_json(self):
        done = self.run_here("refresh", "--config", self.config, "--progress=json", "--log-format=json")
        for line in (done.out + done.err).splitlines():
            if line.strip():
                json.loads(line)


class HostileBackupTest(Case):
    scale = None
    DUMP = "CREATE TABLE public.t (id integer, note text);\nCOPY public.t (id, note) FROM stdin;\n1\ta\n\\.\n"

    def backup(self, members):
        path = self.space.path("backup.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return self.space.config("postgres", "stage", odoo=None, rules=[], source={"backup": path}, policy={"unclassified": "keep", "leaks": "off"})

    def files_outside(self):
        return sorted(os.path.relpath(os.path.join(folder, name), self.space.directory)
                      for folder, _, names in os.walk(self.space.directory) for name in names if "evil" in name)

    def test_members_that_climb_are_not_unpacked(self):
        names = ["../evil1", "filestore/../../evil2", "/tmp/evil3", "filestore/ab/../../../evil4", "filestore/ab\\..\\evil5"]
        self.refreshed(self.backup([("dump.sql", self.DUMP)] + [(n, "x") for n in names]))
        self.assertEqual(self.files_outside(), [])
        self.assertFalse(os.path.exists("/tmp/evil3"))

    def test_a_zip_without_a_dump(self):
        done = harness.refresh(self.backup([("readme.txt", "x")]))
        self.assertExit(done, 1)

    def test_a_zip_that_grows_costs_time_and_not_memory(self):
        """300 MB of one line out of 300 kB: read in a stream, and refused where a row can't be."""
        config = self.backup([("dump.sql", "CREATE TABLE public.t (id integer, note text);\n" + "-" * (300 << 20))])
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = harness.refresh(config, timeout=120)
        self.assertIn(done.code, (0, 1))
        self.assertLess(len(done.err), 3000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(max(after, before), 1200 << 10, "kB of the largest child")

    def test_sizes_that_lie(self):
        """The central directory says a member is small; what comes out is not."""
        path = self.space.path("backup.zip")
        config = self.backup([("dump.sql", self.DUMP + "-- " + "x" * 100000)])
        with open(path, "r+b") as stream:
            content = stream.read()
            at = content.rfind(b"PK\x01\x02")
            stream.seek(at + 24)
            stream.write(struct.pack("<I", 50))
        done = harness.refresh(config)
        self.assertIn(done.code, (0, 1))
        self.assertLess(len(done.err), 2000)


class HostilePatternsTest(Case):
    scale = None

    def test_patterns_without_end_are_refused(self):
        """re2 takes no exponential time; what it would need too much memory for is an error that says where."""
        self.cluster.create("patterns")
        self.cluster.sql("CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t SELECT i, repeat('a', 2000) || '!', 'x' FROM generate_series(1, 200) i",
                         "patterns")
        rules = self.space.path("site.yaml")
        for pattern, code in ((r"(a+)+$", 0), (r"(a|aa)+$", 0), ("((((a{1,1000}){1,1000}){1,1000}){1,1000})", 2), ("(" * 5000 + ")" * 5000, 0),
                              ("a" * 2000000, 2), ("(", 2), (r"(?=a)b", 2), (r"(a)\1", 2)):
            with self.subTest(pattern=pattern[:40]):
                with open(rules, "w", encoding="utf-8") as stream:
                    json.dump({"pack": "site", "tables": {"t": {"b": {"fixed": "y", "if": {"a": {"matches": pattern}}}}}}, stream)
                config = self.space.config("patterns", "stage", odoo=None, rules=[rules], policy={"unclassified": "keep", "leaks": "off"})
                done = harness.refresh(config, timeout=60)
                self.assertExit(done, code)
                self.assertLess(len(done.err), 2500)


CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
/* The wall clock leaps between a year ago and in a year's time; the monotonic one goes on. */
static long leap(void) { static int n; return (n++ & 1) ? 31536000L : -31536000L; }
time_t time(time_t *out) {
  static time_t (*real)(time_t *);
  if (!real) real = dlsym(RTLD_NEXT, "time");
  time_t t = real(0) + leap();
  if (out) *out = t;
  return t;
}
int clock_gettime(clockid_t id, struct timespec *ts) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(id, ts);
  if (id == CLOCK_REALTIME) ts->tv_sec += leap();
  return r;
}
"""


THREADS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
static int made;
int pthread_create(pthread_t* t, const pthread_attr_t* a, void* (*f)(void*), void* arg) {
  static int (*real)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  if (!real) real = dlsym(RTLD_NEXT, "pthread_create");
  if (__sync_fetch_and_add(&made, 1) >= atoi(getenv("THREADS_GIVEN"))) return EAGAIN;
  return real(t, a, f, arg);
}
"""


class MachineTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("prod")
        cls.cluster.sql("CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 5000) i", "prod")

    def test_a_clock_that_jumps(self):
        source, library = self.space.path("clock.c"), self.space.path("clock.so")
        with open(source, "w", encoding="utf-8") as stream:
            stream.write(CLOCK)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        config = self.space.config("prod", "stage_clock", odoo=None, rules=[], policy={"unclassified": "keep", "leaks": "off"})
        oids = []
        for _ in range(4):
            done = harness.refresh(config, "--max-rate=50MB", env={"LD_PRELOAD": library})
            self.assertExit(done, 0)
            oids.append(self.cluster.sql("SELECT oid FROM pg_database WHERE datname = 'stage_clock'"))
            report = self.space.report("stage_clock")
            self.assertTrue(0 < report["seconds"] < 120, report["seconds"])
            self.assertTrue(all(0 <= s["seconds"] < 120 and -1 < s["started_s"] < 120 for s in report["stages"]))
        # The previous one that is kept is the one before, whatever the names say.
        kept = self.cluster.rows("SELECT oid FROM pg_database WHERE datname LIKE 'stage_clock_previous%'")
        self.assertEqual(kept, [[oids[-2]]])
        for command in ("status", "report", "drift"):
            done = harness.run_program([command, "--config", config], env={"LD_PRELOAD": library})
            self.assertIn(done.code, (0, 1), done.err)

    def test_threads_that_are_refused(self):
        """The system gives so many threads and no more: a run does with fewer, or says so and leaves all as it was."""
        source, library = self.space.path("threads.c"), self.space.path("threads.so")
        with open(source, "w", encoding="utf-8") as stream:
            stream.write(THREADS)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        config = self.space.config("prod", "stage_threads", odoo=None, rules=[], jobs=2, policy={"unclassified": "rewrite", "leaks": "off"})
        self.refreshed(config)
        serving = self.cluster.sql("SELECT oid FROM pg_database WHERE datname = 'stage_threads'")
        refused = 0
        for given in range(0, 100) if harness.ALL else (0, 1, 2, 3, 5, 8, 12, 99):
            with self.subTest(threads=given):
                done = harness.refresh(config, env={"LD_PRELOAD": library, "THREADS_GIVEN": str(given)})
                self.assertIn(done.code, (0, 1), done.err)
                now = self.cluster.sql("SELECT oid FROM pg_database WHERE datname = 'stage_threads'")
                if done.code == 1:
                    refused += 1
                    self.assertIn("the system gives no more threads", done.err)
                    self.assertEqual(now, serving)
                serving = now
                self.assertEqual([n for n in harness.databases(self.cluster) if n.startswith("_understudy")], [])
        self.assertGreater(refused, 2)
        self.assertEqual(done.code, 0)

    @unittest.skipIf(harness.sanitized(), "a sanitizer reserves terabytes")
    def test_memory_that_runs_out(self):
        """A row that does not fit: one sentence, exit code 1, staging as it was, nothing left."""
        self.cluster.create("large")
        self.cluster.sql("CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t VALUES (1, 'small')", "large")
        config = self.space.config("large", "stage_memory", odoo=None, rules=[], jobs=2, policy={"unclassified": "rewrite", "leaks": "off"})
        self.refreshed(config)
        self.cluster.sql("INSERT INTO t VALUES (2, repeat('0123456789abcdef', 16 << 20))", "large")
        limit = 900 << 20
        done = subprocess.run([harness.PROGRAM, "refresh", "--config", config, "--progress=none"], check=False, capture_output=True, timeout=120,
                              env=harness.environment({"MALLOC_ARENA_MAX": "2"}), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        err = done.stderr.decode()
        self.assertEqual(done.returncode, 1, err)
        self.assertIn("memory", err)
        self.assertNotIn("0123456789abcdef", err)
        self.assertEqual(len([l for l in err.splitlines() if l.startswith("understudy: error")]), 1, err)
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM t", "stage_memory"), "1")
        self.assertEqual([n for n in harness.databases(self.cluster) if n.startswith("_understudy")], [])


if __name__ == "__main__":
    harness.main()
