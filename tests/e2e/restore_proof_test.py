#!/usr/bin/env python3
"""verify: restore is no formality: a written backup that lost something on its way into a database is not published.

psql is replaced, in a mount namespace, by one that changes what it is given before it restores it.
"""
import os
import shutil
import subprocess
import unittest

import harness
from harness import Case

# What the false psql does to its input or to the zip, and what must be said of it.
BROKEN = (
    ("a row", "sed '/^COPY public.ir_config_parameter /{n;d}'", r"ir_config_parameter\b.* (rows|differs)"),
    ("a row that others point to", "sed '/^COPY public.res_partner /{n;d}'", "does not restore: psql ended with code 3: .* ERROR: +23503"),
    ("a value that was neutralised", r"sed '/^COPY public.ir_mail_server /,/^\\\.$/{s/\tf/\tt/g;s/\tinvalid/\tsmtp.acme.com/}'",
     r"ir_mail_server\.active differs.*; assertion \S+ is violated"),
    ("an index", "sed '/^CREATE INDEX .* ON public.res_partner /d'", r"index public\.\S+ missing on the restored backup"),
    ("a sequence", "sed '/^SELECT pg_catalog.setval(.public.res_partner_id_seq/d'", "sequences do not stand where they did"),
    ("a statement", "sed 's/^CREATE TABLE public.res_partner /CREATE TABEL public.res_partner /'", "does not restore: psql ended with code 3"),
    ("the end", "head -c 200000", "does not restore|is not the copy"),
    ("files", "zip -qd \"$BESIDE\" 'filestore/*' >/dev/null && cat", r"[\d,]+ files of the filestore are missing"),
)


class RestoreProofTest(Case):
    def setUp(self):
        self.source = self.space.production()
        self.psql = os.path.join(self.cluster.bin, "psql")
        self.real = self.space.path("real-psql")
        shutil.copy(self.psql, self.real)
        self.false = self.space.path("false-psql")
        script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
        self.inside = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-m", "sh", "-c", script, "sh", self.false, self.psql]
        self.replace("cat")
        if subprocess.run([*self.inside, "true"], check=False, capture_output=True).returncode != 0:
            self.skipTest("no right to a mount namespace here")

    def replace(self, change):
        with open(self.false, "w", encoding="utf-8") as stream:
            stream.write(f"#!/bin/sh\n{{ {change}; }} | exec '{self.real}' \"$@\"\n")
        os.chmod(self.false, 0o755)

    def write(self, out):
        config = self.space.config(self.source, "unused", staging={"backup": out, "server": self.cluster.dsn("postgres")})
        env = harness.environment({"BESIDE": out + ".understudy-part"})
        done = subprocess.run([*self.inside, harness.PROGRAM, "refresh", "--config", config, "--progress=none"], check=False,
                              capture_output=True, text=True, env=env, timeout=300)
        hidden = self.cluster.rows("SELECT datname FROM pg_database WHERE datname LIKE '\\_understudy%'", "postgres")
        self.assertEqual(list(hidden), [])
        return done

    def test_what_is_lost_is_seen(self):
        out = self.space.path("proved.zip")
        done = self.write(out)
        self.assertEqual(done.returncode, 0, done.stderr)
        for what, change, said in BROKEN:
            out = self.space.path("broken.zip")
            self.replace(change)
            with self.subTest(what):
                done = self.write(out)
                self.assertEqual(done.returncode, 6, done.stderr)
                self.assertRegex(done.stderr, said)
                self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    harness.main()
