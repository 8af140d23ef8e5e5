#!/usr/bin/env python3
"""tools/demo's inside: a production, a refresh, where to look, and nothing left afterwards."""
import os
import subprocess
import sys
import tempfile
import unittest

import harness

DEMO = os.path.join(harness.ROOT, "tools/lib/demo.py")


@unittest.skipUnless(os.path.exists(harness.PROGRAM), f"no program at {harness.PROGRAM}")
class DemoTest(unittest.TestCase):
    def setUp(self):
        self.parent = tempfile.TemporaryDirectory(prefix="understudy-demo-test-", dir="/tmp")
        os.chmod(self.parent.name, 0o755)
        self.directory = os.path.join(self.parent.name, "demo")

    def tearDown(self):
        self.demo("--stop")
        self.parent.cleanup()

    def demo(self, *arguments):
        return subprocess.run([sys.executable, "-B", DEMO, "--program", harness.PROGRAM, "--directory", self.directory, *arguments],
                              check=False, capture_output=True, text=True, env=harness.environment(), timeout=300)

    def test_runs_shows_and_stops(self):
        done = self.demo("--scale", "0.05")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for word in ("production", "staging", "report", "tools/demo --stop"):
            self.assertIn(word, done.stdout)
        self.assertTrue(os.path.exists(os.path.join(self.directory, "state/latest/report.html")))
        done = self.demo("--stop")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(self.directory))

    def test_touches_no_directory_that_is_not_its_own(self):
        os.makedirs(self.directory)
        precious = os.path.join(self.directory, "precious")
        with open(precious, "w", encoding="utf-8"):
            pass
        for arguments in (("--scale", "0.05"), ("--stop",)):
            done = self.demo(*arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("not a demo's directory", done.stderr)
            self.assertTrue(os.path.exists(precious))


if __name__ == "__main__":
    harness.main()
