#!/usr/bin/env python3
"""Typical mistakes: each is answered by a sentence that names the remedy, without anything being written.

docs/mistakes.md is made of what the program really says here; UNDERSTUDY_UPDATE_GOLDEN=1 writes it anew.
"""
import os
import re
import shutil
import subprocess
import sys
import time

import harness

DOCUMENT = os.path.join(harness.ROOT, "docs/mistakes.md")
HEAD = """# Typical mistakes, and what Understudy answers

Each was made on purpose by `tests/e2e/mistakes_test.py`; the answers are what the program wrote. Paths, numbers of ports
and sizes are replaced by words. `understudy check` finds nearly all of them before anything is copied. The exit codes
are in `understudy help`.
"""


class MistakesTest(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.space.production()
        cls.answers = []
        cls.left_out = False
        cls.cluster.sql("CREATE ROLE nobodys LOGIN; CREATE ROLE reader LOGIN CREATEDB; CREATE ROLE locked LOGIN PASSWORD 'x';"
                        "CREATE ROLE group_only")
        cls.cluster.create("closed")
        cls.cluster.sql("REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
        cls.cluster.sql("CREATE DATABASE busy CONNECTION LIMIT 0")

    def normalised(self, text):
        for what, word in ((self.space.directory, "/etc/understudy"), (self.cluster.directory, "/run/postgresql"),
                           (str(self.cluster.port), "5432"), (harness.environment().get("HOME") or "/root", "/home/odoo"), (harness.ROOT, "/usr/share/understudy"), (self.source, "production")):
            text = text.replace(what, word)
        # Without a network the resolver says it in other words.
        text = re.sub("Temporary failure in name resolution|No address associated with hostname", "Name or service not known", text)
        text = re.sub(r"config\d+\.yaml", "understudy.yaml", text)
        text = re.sub(r"\d+(\.\d+)? ([kMGTP]?B)\b", r"N \2", text)
        text = re.sub(r"\bstate-\w+", "state", text)
        return re.sub(r"\d{8}T\d{6}Z?-\w+", "RUN", text)

    def mistake(self, title, done, code, *words):
        """The answer is the blocking line of check, or the error."""
        self.assertExit(done, code)
        lines = [l for level in ("blocking", "warning") for l in done.out.split("\n") if l.startswith(level)]
        lines += [l for l in done.err.split("\n") if l.startswith("understudy: error: ")]
        fitting = [l for l in map(self.normalised, lines) if all(w in l for w in words)]
        self.assertTrue(fitting, f"{words} in none of\n{done.out}{done.err}")
        if code != 0:
            self.assertFalse(fitting[0].startswith("warning"), fitting[0])
        answer = fitting[0]
        self.answers.append((title, done.args[1], code, re.sub(r"^(blocking|warning) +", r"\1: ", re.sub(r" {2,}", " ", answer))))

    def check(self, staging="s", /, *arguments, env=None, **changes):
        source = changes.pop("database", self.source)
        return harness.run_program(["check", "--config", self.space.config(source, staging, **changes), "--progress=none", *arguments],
                                   env=env)

    def write(self, name, text):
        with open(self.space.path(name), "w", encoding="utf-8") as stream:
            stream.write(text)
        return self.space.path(name)

    def end(self, database, **changes):
        options = {"host": self.cluster.directory, "port": self.cluster.port, "user": "postgres", "dbname": database, **changes}
        return {"database": " ".join(f"{k}={v}" for k, v in options.items())}

    def test_all(self):
        before = harness.databases(self.cluster)
        self.connections()
        self.rights()
        self.servers()
        self.configuration()
        self.rules()
        self.machine()
        self.assertEqual(harness.databases(self.cluster) - before, {"foreign", "extended"}, "nothing is made by a mistake")
        self.assertGreaterEqual(len(self.answers), 20)
        text = HEAD + "".join(f"\n**{n}. {title}** (`understudy {command}`, exit code {code})\n\n```text\n{answer}\n```\n"
                              for n, (title, command, code, answer) in enumerate(self.answers, 1))
        if os.environ.get("UNDERSTUDY_UPDATE_GOLDEN"):
            with open(DOCUMENT, "w", encoding="utf-8") as stream:
                stream.write(text)
        with open(DOCUMENT, encoding="utf-8") as stream:
            document = stream.read()
        if self.left_out:  # the last one
            self.assertTrue(document.startswith(text), "docs/mistakes.md is not what the program says")
            return
        self.assertEqual(document, text, "UNDERSTUDY_UPDATE_GOLDEN=1 writes docs/mistakes.md anew")

    def connections(self):
        def source(title, database=self.source, words=(), **changes):
            self.mistake(title, self.check(source=self.end(database, **changes)), 7, *words)
        source("A wrong port", host="127.0.0.1", port=1, words=["nothing listens there", "listen_addresses"])
        source("A wrong socket", host="/nowhere", words=["pg_lsclusters"])
        source("A host that does not exist", host="db.invalid", words=["getent hosts db.invalid"])
        source("A database that does not exist", "prodction", words=["did you mean production?"])
        source("A role that does not exist", user="odo", words=["createuser odo"])
        source("A role that may not log in", user="group_only", words=["ALTER ROLE group_only LOGIN"])
        source("A role that may not connect to the database", "closed", user="reader", words=["GRANT CONNECT ON DATABASE closed TO reader"])
        source("Encryption that the server does not speak", host="127.0.0.1", sslmode="require", words=["ssl = on", "sslmode"])
        source("A database that takes no more connections", "busy", user="reader", words=["close connections"])
        self.authentication(source)

    def authentication(self, source):
        """What pg_hba.conf decides; the lines go before the cluster's own, and away again."""
        hba = os.path.join(self.cluster.data, "pg_hba.conf")
        with open(hba, encoding="utf-8") as stream:
            before = stream.read()
        passwords = self.write("others-may-read.pgpass", "*:*:*:*:y\n")
        wrong = self.write("wrong.pgpass", "*:*:*:*:y\n")
        os.chmod(passwords, 0o644)
        os.chmod(wrong, 0o600)
        try:
            self.set_hba(hba, "local all locked scram-sha-256\nlocal all reader reject\nlocal all group_only peer\n" + before)
            source("The password is missing", user="locked", words=["no password supplied", "mode 0600", "passfile="])
            source("A password file that others may read", user="locked", passfile=passwords, words=["chmod 600 "])
            source("A wrong password", user="locked", passfile=wrong, words=["correct the password in"])
            source("pg_hba.conf does not let the role in", user="reader", words=["pg_hba.conf"])
            source("Another system user than the role", user="group_only", words=["run as system user group_only", "host=localhost"])
        finally:
            self.set_hba(hba, before)

    def set_hba(self, path, text):
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        self.cluster.sql("SELECT pg_reload_conf()")
        time.sleep(0.3)

    def rights(self):
        self.mistake("Staging's role may not create databases", self.check(staging=self.end("s", user="nobodys")), 8, "CREATEDB")
        self.mistake("Production's role may not read the tables", self.check(source=self.end(self.source, user="reader")), 1, "GRANT")

    def servers(self):
        self.cluster.create("foreign")
        self.mistake("A staging database that Understudy did not make", self.check("foreign"), 8, "--adopt")
        self.mistake("Source and staging are one database", self.check(self.source), 8, "same database")
        self.mistake("Staging names no database", self.check(staging={"database": f"host={self.cluster.directory}"}), 2, "dbname")
        with self.cluster.as_standby():
            self.mistake("Staging's server is a standby", self.check(), 8, "name its primary")
        self.cluster.create("extended")
        self.cluster.sql("CREATE EXTENSION unaccent; CREATE TABLE t (id int); "
                         "UPDATE pg_extension SET extname = 'timescaledb' WHERE extname = 'unaccent'", "extended")
        self.mistake("An extension is missing on staging's server", self.check(database="extended"), 1, "timescaledb", "install")

    def configuration(self):
        self.mistake("No configuration", harness.run_program(["check", "--config", self.space.path("none.yaml")]), 2, "--config", "understudy init")
        self.mistake("An unknown key in the configuration", self.check(polcy={"leaks": "fail"}), 2, "did you mean policy")
        self.mistake("A value that does not exist", self.check(policy={"unclassified": "rewite"}), 2, "did you mean rewrite")
        self.mistake("A variable that is not set", self.check(source={"database": "host=${PRODUCTION_HOST}"}), 2, "PRODUCTION_HOST")
        self.mistake("The secret itself in the configuration", self.check(key="00112233445566778899aabbccddeeff"), 2, "file")
        self.mistake("A backup that does not exist", self.check(source={"backup": self.space.path("prod.zip")}), 7, "prod.zip")
        self.mistake("A misspelled command", harness.run_program(["refesh"]), 2, "refresh")
        self.mistake("A misspelled option", harness.run_program(["refresh", "--ajobs=4"]), 2, "--jobs")

    def rules(self):
        def rules(text):
            return self.check(rules=["odoo", self.write("site.yaml", "pack: site\ntables:\n" + text)])
        self.mistake("A treatment that does not exist", rules("  res_partner:\n    name: nmae\n"), 2, "name")
        self.mistake("A rule for a column that does not exist", rules("  res_partner:\n    emial: email\n"), 0, "did you mean email")
        self.mistake("A rule for a table that does not exist", rules("  res_parnter:\n    email: email\n"), 0, "did you mean res_partner")
        self.mistake("A pack that does not exist", self.check(rules=["odo"]), 2, "odoo")
        done = harness.run_program(["plan", "res_parnter", "--progress=none", "--config", self.space.config(self.source, "s")])
        self.mistake("A misspelled table on the command line", done, 2, "did you mean res_partner")

    def machine(self):
        key = self.space.path("open.key")
        shutil.copy(self.space.path("understudy.key"), key)
        os.chmod(key, 0o644)
        self.mistake("Everybody may read the key", self.check(key={"file": key}), 8, "chmod")
        self.mistake("The key is not there", self.check(key={"file": self.space.path("no.key")}), 2, "no.key")
        self.mistake("The filestore is not where the configuration says",
                     self.check(odoo={"filestore": {"source": "/srv/nowhere", "staging": self.space.path("fs")}}), 1, "/srv/nowhere", "does not exist")
        big = self.space.production()
        self.cluster.sql("ALTER TABLE ir_attachment ALTER file_size TYPE bigint; UPDATE ir_attachment SET file_size = 10 ^ 14", big)
        self.mistake("The disk is too small", self.check(database=big), 1, "make room")
        self.cluster.sql(f'DROP DATABASE "{big}"')
        self.old_pg_dump()

    def old_pg_dump(self):
        """In a namespace of its own where the machine has no PostgreSQL but an old pg_dump on the PATH."""
        os.makedirs(self.space.path("empty"), exist_ok=True)
        os.makedirs(self.space.path("bin"), exist_ok=True)
        for name in ("pg_dump", "pg_restore"):
            path = self.write(f"bin/{name}", f"#!/bin/sh\necho '{name} (PostgreSQL) 11.22'\n")
            os.chmod(path, 0o755)
        config = self.space.config(self.source, "s")
        script = 'mount --bind "$1" /usr/lib/postgresql && shift && exec "$@"'
        inside = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-m", "sh", "-c", script, "sh", self.space.path("empty")]
        if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode != 0:
            print("left out: an old pg_dump (no right to a mount namespace here)", file=sys.stderr)
            type(self).left_out = True
            return
        done = subprocess.run([*inside, harness.PROGRAM, "check", "--config", config, "--progress=none"], check=False, capture_output=True,
                              env=harness.environment({"PATH": self.space.path("bin") + ":/usr/bin:/bin"}), timeout=120)
        done.code, done.out, done.err = done.returncode, done.stdout.decode(), done.stderr.decode()
        done.args = ["understudy", "check"]
        self.mistake("pg_dump is older than production's server", done, 1, "postgresql-client-")


if __name__ == "__main__":
    harness.main()
