#!/usr/bin/env python3
"""docs/tutorial.md: every command runs, in one shell on one terminal, and says what the page says.

A block of ```text behind a block of ```sh lists lines of its output in their order; "…" stands for anything, and a run
of blanks for blanks.
"""
import fcntl
import os
import pty
import re
import select
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import harness

PAGE = os.path.join(harness.ROOT, "docs/tutorial.md")
COLUMNS = 160  # wide enough that nothing of the page is wrapped
TIMEOUT_S = 300
DEMO = '#!/bin/sh\nexec "{python}" -B "{root}/tools/lib/demo.py" --program "{program}" "$@"\n'


def blocks(text):
    """[(first line, language, content)]"""
    found = []
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        found.append((text.count("\n", 0, match.start()) + 2, match.group(1), match.group(2)))
    return found


def missing_line(wanted, output):
    """The first line of `wanted` that is not in the rest of `output`, or None."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    at = 0
    for line in wanted.splitlines():
        line = " ".join(line.split())
        if line in ("", "…"):
            continue
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        while at < len(lines) and not pattern.fullmatch(lines[at]):
            at += 1
        if at == len(lines):
            return line
        at += 1
    return None


class Shell:
    """A bash whose output is a terminal."""

    def __init__(self, directory, env):
        self.directory = directory
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=directory, env=env, stdin=subprocess.PIPE,
                                        stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)

    def run(self, script):
        """(exit code, output); the shell keeps directory and variables."""
        path = os.path.join(self.directory, "block")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(script)
        self.process.stdin.write(f"set -e; . {path} </dev/null; set +e; printf '\\n@@ended@@\\n'\n".encode())
        self.process.stdin.flush()
        output, end = b"", time.monotonic() + TIMEOUT_S
        while b"@@ended@@" not in output and time.monotonic() < end:
            if not select.select([self.master], [], [], 0.2)[0]:
                continue
            try:
                output += os.read(self.master, 65536)
            except OSError:  # the shell is gone
                return self.process.wait(), output.decode("utf-8", "replace")
        # Of a line that progress was drawn over, what stands there at the end.
        lines = output.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        text = "\n".join(re.split(r"\r|\x1b\[\d*[JK]", line)[-1] for line in lines)
        return (0 if "@@ended@@" in text else -1), text

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


class TutorialTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="understudy-tutorial-", dir="/tmp")
        os.chmod(self.directory, 0o755)
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        for name in ("tools", "build", "temporary"):
            os.mkdir(os.path.join(self.directory, name))
        # As a checkout: tools/demo without the building, build/understudy.
        demo = os.path.join(self.directory, "tools/demo")
        with open(demo, "w", encoding="utf-8") as stream:
            stream.write(DEMO.format(python=sys.executable, root=harness.ROOT, program=harness.PROGRAM))
        os.chmod(demo, stat.S_IRWXU)
        os.symlink(harness.PROGRAM, os.path.join(self.directory, "build/understudy"))
        self.env = harness.environment({"UNDERSTUDY_DEMO_DIR": os.path.join(self.directory, "demo"), "TERM": "dumb", "PAGER": "cat",
                                        "HOME": self.directory, "TMPDIR": os.path.join(self.directory, "temporary")})

    @unittest.skipUnless(os.path.exists(harness.PROGRAM), f"no program at {harness.PROGRAM}")
    def test_every_command(self):
        with open(PAGE, encoding="utf-8") as stream:
            page = blocks(stream.read())
        self.assertGreater(sum(language == "sh" for _, language, _ in page), 15)
        self.assertLessEqual({language for _, language, _ in page}, {"sh", "text"})
        shell = Shell(self.directory, self.env)
        output = ""
        try:
            for line, language, content in page:
                if language == "sh":
                    code, output = shell.run(content)
                    self.assertEqual(code, 0, f"tutorial.md:{line}: ended\n{content}\n{output[-3000:]}")
                else:
                    missing = missing_line(content, output)
                    self.assertIsNone(missing, f"tutorial.md:{line}: not said: {missing}\n{output[-6000:]}")
        finally:
            shell.close()
            subprocess.run([os.path.join(self.directory, "tools/demo"), "--stop"], check=False, env=self.env, capture_output=True)

    def test_the_test_can_fail(self):
        self.assertIsNone(missing_line("a … c\n…\nd", "x\na  b c\ny\nd\n"))
        self.assertEqual(missing_line("d\na", "a\nd\n"), "a")
        self.assertEqual(missing_line("rows 12", "rows 123\n"), "rows 12")


if __name__ == "__main__":
    harness.main()
