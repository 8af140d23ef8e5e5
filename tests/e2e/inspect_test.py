#!/usr/bin/env python3
"""The commands that look: preview on hostile rows, and rules import from a catalogue that holds real labels."""
import os
import pty
import re
import struct
import fcntl
import termios
import unittest

import harness

TABLES = """
CREATE TABLE people (id int PRIMARY KEY, name text, mail text, photo bytea, note text, tags text[], page jsonb);
CREATE TABLE nobody (id int PRIMARY KEY, name text);
CREATE TABLE silent (id int PRIMARY KEY, name text);
INSERT INTO silent VALUES (1, 'Ada');
INSERT INTO people VALUES
  (1, E'Ada \\x1b[31mLovelace\\x07\\r\\n\\tx', 'ada@byron.com', '\\x00ff1b5b41', repeat('wide ', 4000), '{a,"b c"}', '{"a": "\\u001b"}'),
  (2, '王小明 ' || repeat('漢', 300), E'\\u202egro.evil@moc', NULL, E'\\\\N\\n\\\\.\\n', NULL, NULL),
  (3, NULL, '', '', NULL, '{}', '[]');
"""
RULES = "pack: site\ntables:\n  people: {name: name, mail: email, photo: secret, note: keep, tags: keep, page: keep}\n" \
        "  nobody: {name: name}\n  silent: empty\n"
# A label as SECURITY LABEL writes it. The statement itself needs the provider's library, which Debian lacks.
LABEL = "INSERT INTO pg_seclabel SELECT '{0}'::regclass, 'pg_class'::regclass, " \
        "coalesce((SELECT attnum FROM pg_attribute WHERE attrelid = '{0}'::regclass AND attname = '{1}'), 0), '{3}', $l${2}$l$;"
LABELS = [("people", "name", "MASKED WITH FUNCTION anon.fake_first_name()", "anon"),
          ("people", "mail", "MASKED WITH FUNCTION anon.partial_email(mail)", "anon"),
          ("people", "photo", "MASKED WITH VALUE NULL", "anon"),
          ("people", "note", "MASKED WITH VALUE $$it's gone$$", "anon"),
          ("people", "page", "MASKED WITH FUNCTION anon.image_blur(page)", "anon"),
          ("shop.\"Order\"", "Mail", "NOT MASKED", "anon"),
          ("nobody", "", "TABLESAMPLE SYSTEM(10)", "anon"),
          ("nobody", "name", "system_u:object_r", "selinux")]
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def in_terminal(arguments, columns):
    """Exit code and output of the program on a terminal of that width."""
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execve(harness.PROGRAM, [harness.PROGRAM, *arguments], {**harness.environment(), "TERM": "xterm", "NO_COLOR": "1"})
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    out = b""
    try:
        while chunk := os.read(screen, 65536):
            out += chunk
    except OSError:  # the other side is closed
        pass
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, out.decode("utf-8", "replace")


class Inspect(harness.Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.create("prod")
        cls.cluster.sql(TABLES, "prod")
        cls.cluster.sql("CREATE SCHEMA shop; CREATE TABLE shop.\"Order\" (id int, \"Mail\" text);"
                        "SET allow_system_table_mods = on;" + "".join(LABEL.format(*label) for label in LABELS), "prod")
        with open(cls.space.path("site.yaml"), "w", encoding="utf-8") as stream:
            stream.write(RULES)
        cls.config = cls.plain([cls.space.path("site.yaml")])

    @classmethod
    def plain(cls, rules):
        return cls.space.config("prod", "stage", odoo=None, rules=rules, policy={"unclassified": "keep", "leaks": "off"})

    def preview(self, *arguments):
        return harness.run_program(["preview", "--config", self.config, "--progress=none", *arguments])

    def test_not_a_terminal(self):
        done = self.preview("people")
        self.assertExit(done, 8)
        self.assertIn("--force", done.err)
        self.assertNotIn("byron", done.out + done.err)

    def test_hostile_rows(self):
        done = self.preview("people", "--force")
        self.assertExit(done, 0)
        self.assertIsNone(CONTROL.search(done.out), "a value must not steer the terminal")
        self.assertIn("people: 3 rows, ", done.out)
        self.assertRegex(done.out, r"\* name +Ada ")
        self.assertRegex(done.out, r"\* photo +\\x00ff1b5b41 +NULL")
        self.assertRegex(done.out, r"  tags +\{a,\"b c\"\} +=")
        self.assertLess(max(map(len, done.out.splitlines())), 200)

    def test_a_terminal_of_any_width(self):
        for columns in (200, 80, 40, 1):
            with self.subTest(columns):
                code, out = in_terminal(["preview", "--config", self.config, "people"], columns)
                self.assertEqual(code, 0, out)
                self.assertIn("people: 3 rows", out)
                lines = [l for l in re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", out).replace("\r", "").split("\n") if l[:2] in ("* ", "  ")]
                self.assertTrue(lines)
                self.assertLessEqual(max(len(line) for line in lines), max(columns, 70), "values are cut to the width")

    def test_no_rows(self):
        for arguments in (["nobody"], ["people", "--where", "id > 99"]):
            done = self.preview(*arguments, "--force")
            self.assertExit(done, 0)
            self.assertIn(f"{arguments[0]}: 0 rows, 0 values changed", done.out)
        done = self.preview("silent", "--force")
        self.assertExit(done, 0)
        self.assertIn("silent: none of its rows is copied", done.out)
        self.assertNotIn("Ada", done.out)

    def test_conditions(self):
        done = self.preview("people", "--force", "--where", "id = 2 -- the second")
        self.assertExit(done, 0)
        self.assertIn("people: 1 row,", done.out)
        for where, says in (("nmae = 'Ada'", "nmae"), ("name = ", "syntax error"), ("id = 'byron'", "integer"),
                            ("true) TO STDOUT; DROP TABLE people; COPY (SELECT 1", "syntax error"),
                            ("1 / (id - 1) > 0", "division by zero")):
            with self.subTest(where):
                done = self.preview("people", "--force", "--where", where)
                self.assertExit(done, 2)
                self.assertIn(says, done.err)
                self.assertNotIn("byron", done.err, "the server's words quote data")
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM people", "prod"), "3")

    def test_what_is_not_there(self):
        done = self.preview("peple", "--force")
        self.assertExit(done, 2)
        self.assertIn("did you mean people?", done.err)
        for limit in ("0", "1001", "x"):
            self.assertExit(self.preview("people", "--force", "--limit", limit), 2)

    def test_labels_in_the_catalogue_become_rules(self):
        done = harness.run_program(["rules", "import", "--config", self.config])
        self.assertExit(done, 0)
        for line in ("name: first_name  # anon.fake_first_name", "mail: email  # anon.partial_email",
                     "photo: null  # MASKED WITH VALUE", "note: {fixed: \"it's gone\"}  # MASKED WITH VALUE",
                     "\"shop.\\x4frder\"" if False else "\"Mail\": keep  # NOT MASKED"):
            self.assertIn(line, done.out)
        self.assertIn("people.page: anon.image_blur", done.err)
        self.assertIn("table nobody: a label on tables has no counterpart", done.err)
        self.assertNotIn("system_u", done.out + done.err)
        # They are rules: a refresh does what they say, and staging has no label that it could not serve.
        pack = self.space.path("imported.yaml")
        with open(pack, "w", encoding="utf-8") as stream:
            stream.write(done.out)
        self.refreshed(self.plain([pack]))
        before, after = (self.cluster.rows("SELECT md5(name), md5(mail), photo IS NULL, note FROM people WHERE id < 3 ORDER BY id", d)
                         for d in ("prod", "stage"))
        self.assertEqual([row[2:] for row in after], [["t", "it's gone"]] * 2)
        self.assertFalse({tuple(row[:2]) for row in before} & {tuple(row[:2]) for row in after})
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM pg_seclabel", "stage"), "0")

    def test_a_catalogue_without_labels(self):
        self.cluster.create("empty")
        config = self.space.config("empty", "stage2", odoo=None, rules=[])
        done = harness.run_program(["rules", "import", "--config", config])
        self.assertExit(done, 1)
        self.assertIn("no security label of anon", done.err)


if __name__ == "__main__":
    harness.main()
