"""The units that `understudy schedule` prints, judged by systemd-analyze: no error, a low exposure."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["UNDERSTUDY_PROGRAM"]
# systemd-analyze security rates 0.0 (nothing left to lose) to 10; what needs the network stays above 1.
HIGHEST_EXPOSURE = 2.5


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="understudy-units-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        config = os.path.join(self.folder, "understudy.yaml")
        key = os.path.join(self.folder, "understudy.key")
        with open(key, "w") as file:
            file.write("0" * 64 + "\n")
        os.chmod(key, 0o600)
        with open(config, "w") as file:
            file.write("source: {database: prod}\nstaging: {database: staging}\n"
                       f"key: {{file: {key}}}\n"
                       "odoo: {filestore: {source: /srv/prod/fs, staging: /srv/stage/fs}}\n")
        subprocess.run([PROGRAM, "schedule", "--kind=systemd", "--config=" + config, "--user=daemon",
                        "--directory=" + self.folder], check=True)
        self.service = os.path.join(self.folder, "understudy-refresh.service")
        self.timer = os.path.join(self.folder, "understudy-refresh.timer")

    def test_verify(self):
        done = analyze("verify", "--man=no", self.service, self.timer)
        ours = [line for line in done.stdout.splitlines() if "understudy-refresh" in line]
        self.assertEqual((done.returncode, ours), (0, []), done.stdout)

    def test_verify_can_fail(self):
        with open(self.service, "a") as file:
            file.write("ProtectSystem=perhaps\n")
        self.assertIn("understudy-refresh", analyze("verify", "--man=no", self.service).stdout)

    def exposure(self):
        done = analyze("security", "--offline=yes", self.service)
        found = re.search(r"exposure level for .*: ([0-9.]+)", done.stdout)
        self.assertTrue(found, done.stdout)
        return float(found.group(1))

    def test_exposure_is_low(self):
        self.assertLessEqual(self.exposure(), HIGHEST_EXPOSURE)

    def test_exposure_counts(self):
        with open(self.service) as file:
            text = file.read()
        with open(self.service, "w") as file:
            file.write(text.replace("SystemCallFilter=", "# ").replace("ProtectSystem=", "# "))
        self.assertGreater(self.exposure(), HIGHEST_EXPOSURE)


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("skipped: no systemd-analyze here")
        sys.exit(77)
    unittest.main()
