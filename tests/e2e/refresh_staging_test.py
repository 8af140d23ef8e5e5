#!/usr/bin/env python3
"""tools/refresh-staging with a program that only pretends: hooks, retries, exit codes, lock, logs, signals."""
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = os.environ.get("UNDERSTUDY_SOURCE_DIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
SCRIPT = os.path.join(ROOT, "tools/refresh-staging")
PROGRAM = """#!/bin/sh
echo "program $*"
echo run >>"$CALLS"
code=$(head -n 1 "$CODES"); sed -i 1d "$CODES"
[ "$code" = wait ] && { trap 'kill $!; exit 130' TERM; sleep 20 & wait; }
exit "${code:-0}"
"""


class RefreshStagingTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="understudy-wrapper-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        program = self.path("program")
        self.write("program", PROGRAM)
        os.chmod(program, 0o755)
        self.write("calls", "")
        self.codes(0)
        self.env = {"PATH": os.environ["PATH"], "UNDERSTUDY": program, "CALLS": self.path("calls"), "CODES": self.path("codes"),
                    "LOG_DIR": self.path("logs"), "RETRY_DELAY": "0"}

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as stream:
            return stream.read()

    def codes(self, *codes):
        self.write("codes", "".join(f"{c}\n" for c in codes))

    def calls(self):
        return self.read("calls").count("run")

    def run_script(self, *arguments, **env):
        return subprocess.run([SCRIPT, *arguments], check=False, capture_output=True, text=True, cwd=self.directory,
                              env={**self.env, **env}, timeout=30)

    def logs(self):
        return sorted(glob.glob(self.path("logs/refresh-*.log")))

    def test_passes_options_on_and_keeps_a_log(self):
        done = self.run_script("-c", "x.yaml", "--", "--jobs=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("program refresh --config=x.yaml --jobs=2", done.stderr)
        with open(self.logs()[0], encoding="utf-8") as stream:
            log = stream.read()
        self.assertIn("program refresh --config=x.yaml --jobs=2", log)
        self.assertIn("exit code 0", log)

    def test_quiet_says_nothing_unless_it_fails(self):
        done = self.run_script("-q", PRE_HOOK="echo pre")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        with open(self.logs()[0], encoding="utf-8") as stream:
            self.assertIn("program refresh", stream.read())
        self.codes(4)
        done = self.run_script("-q")
        self.assertEqual(done.returncode, 4)
        for words in ("program refresh", "refresh-staging: error: exit code 4", "logs/refresh-"):
            self.assertIn(words, done.stderr)

    def test_every_exit_code_is_passed_on_and_not_retried(self):
        for code in (1, 2, 3, 4, 5, 6, 8, 130):
            self.write("calls", "")
            self.codes(code)
            self.assertEqual(self.run_script().returncode, code)
            self.assertEqual(self.calls(), 1, code)

    def test_only_unreachable_is_retried(self):
        self.codes(7, 7, 0)
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.calls(), 3)
        self.write("calls", "")
        self.codes(7, 7, 7, 0)
        self.assertEqual(self.run_script().returncode, 7)
        self.assertEqual(self.calls(), 3)
        self.write("calls", "")
        self.codes(7, 4, 0)
        self.assertEqual(self.run_script().returncode, 4)
        self.assertEqual(self.calls(), 2)

    def test_hooks(self):
        self.codes(4)
        done = self.run_script(PRE_HOOK="echo before >>order", POST_HOOK="echo after $REFRESH_EXIT_CODE >>order; test -s $REFRESH_LOG")
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.read("order"), "before\nafter 4\n")

    def test_a_failing_pre_hook_refreshes_nothing_but_post_hook_runs(self):
        done = self.run_script(PRE_HOOK="exit 42", POST_HOOK="echo after $REFRESH_EXIT_CODE >order")
        self.assertEqual(done.returncode, 42)
        self.assertEqual(self.calls(), 0)
        self.assertEqual(self.read("order"), "after 42\n")

    def test_a_failing_post_hook_is_no_success(self):
        self.assertEqual(self.run_script(POST_HOOK="exit 3").returncode, 1)

    def test_settings_file(self):
        self.write("settings", "# comment\n\nPRE_HOOK=echo \"a b\" >order\nPASSWORD=x y=$(touch evil)\nPOST_HOOK=echo \"$PASSWORD\" >>order")
        self.assertEqual(self.run_script("-e", "settings").returncode, 0)
        self.assertEqual(self.read("order"), "a b\nx y=$(touch evil)\n")
        self.assertFalse(os.path.exists(self.path("evil")))
        self.write("settings", "touch evil\n")
        done = self.run_script("-e", "settings")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("evil", done.stderr)

    def test_one_at_a_time(self):
        os.makedirs(self.path("logs"))
        with subprocess.Popen(["flock", self.path("logs/lock"), "sh", "-c", "echo held; read x"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            holder.stdout.readline()
            done = self.run_script()
            holder.stdin.close()
        self.assertEqual(done.returncode, 8)
        self.assertIn("another refresh", done.stderr)
        self.assertEqual(self.calls(), 0)
        self.assertEqual(self.run_script().returncode, 0)

    def test_logs_rotate(self):
        os.makedirs(self.path("logs"))
        for day in range(1, 6):
            self.write(f"logs/refresh-2020010{day}T000000Z-1.log", "old")
        self.run_script(LOG_KEEP="3")
        logs = [os.path.basename(p) for p in self.logs()]
        self.assertEqual(logs[:2], ["refresh-20200104T000000Z-1.log", "refresh-20200105T000000Z-1.log"])
        self.assertEqual(len(logs), 3)

    def test_a_signal_reaches_the_program_and_the_post_hook_still_runs(self):
        self.codes("wait")
        with subprocess.Popen([SCRIPT], cwd=self.directory, stderr=subprocess.PIPE,
                              env={**self.env, "POST_HOOK": "echo after $REFRESH_EXIT_CODE >order"}) as script:
            end = time.monotonic() + 10
            while self.calls() == 0 and time.monotonic() < end:
                time.sleep(0.02)
            time.sleep(0.2)
            script.send_signal(signal.SIGTERM)
            self.assertEqual(script.wait(timeout=10), 130)
        self.assertEqual(self.read("order"), "after 130\n")

    def test_mistakes(self):
        for arguments, env in ((("--bogus",), {}), (("-c",), {}), ((), {"RETRIES": "two"}), ((), {"UNDERSTUDY": "no-such-program"}),
                               (("-e", "nowhere"), {})):
            done = self.run_script(*arguments, **env)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("refresh-staging: error: ", done.stderr)

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        done = subprocess.run(["shellcheck", SCRIPT], check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
