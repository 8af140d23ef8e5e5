#!/usr/bin/env python3
"""The examples of docs/pipelines/: each is checked as far as Debian's tools go, and its script is run.

The real refresh-staging runs in them, with a program that only says how it was called; what would change the machine
(systemctl, sudo, mail) is replaced. What cannot be checked here is said in docs/pipelines/README.md.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import harness

DIRECTORY = os.path.join(harness.ROOT, "docs/pipelines")
STUB = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'
MAIL = '#!/bin/sh\necho "mail $*" >>"$CALLS"\ncat >>"$CALLS"\n'
SUDO = '#!/bin/sh\nexec "$@"\n'
SHELLCHECK = shutil.which("shellcheck")
GROOVY = shutil.which("groovyc")
# crontab(5): the range of each field.
CRON_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def path(*names):
    return os.path.join(DIRECTORY, *names)


def read(*names):
    with open(path(*names), encoding="utf-8") as stream:
        return stream.read()


def load(*names):
    return list(yaml.safe_load_all(read(*names)))


def run(command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, **options)


def is_cron_time(text):
    fields = text.split()
    return len(fields) == 5 and all(
        re.fullmatch(r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*", field)
        and all(low <= int(n) <= high for n in re.findall(r"(?<!/)\b\d+", field))
        for field, (low, high) in zip(fields, CRON_FIELDS))


class PipelinesTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="understudy-pipelines-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        os.mkdir(self.at("bin"))
        for name, text in (("understudy", STUB), ("systemctl", STUB), ("mail", MAIL), ("sudo", SUDO)):
            self.write(f"bin/{name}", text)
            os.chmod(self.at(f"bin/{name}"), 0o755)
        os.symlink(os.path.join(harness.ROOT, "tools/refresh-staging"), self.at("bin/refresh-staging"))
        for name in ("key", "pgpass"):
            self.write(name, "x\n")
            os.chmod(self.at(name), 0o644)

    def at(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.at(name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def execute(self, script, shell=("sh", "-e"), **env):
        """Runs an example's script; the calls that it made."""
        self.write("calls", "")
        done = run([*shell, "-c", script], cwd=self.directory,
                   env={"PATH": self.at("bin") + ":/usr/bin:/bin", "CALLS": self.at("calls"), "HOME": self.directory,
                        "RUNNER_TEMP": self.directory, "LOG_DIR": self.at("logs"), **env})
        with open(self.at("calls"), encoding="utf-8") as stream:
            return done, stream.read()

    def shellcheck(self, script, shell="sh"):
        if SHELLCHECK:
            done = run([SHELLCHECK, f"--shell={shell}", "-"], input=script)
            self.assertEqual(done.returncode, 0, done.stdout)

    def assertRefreshes(self, script, shell=("sh", "-e"), **env):
        self.shellcheck(script, "bash" if shell[0] == "bash" else "sh")
        done, calls = self.execute(script, shell, **env)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("understudy check\n", calls)
        self.assertRegex(calls, r"understudy refresh --config=\S*understudy.yaml --progress=none\n")
        self.write("bin/understudy", STUB + '[ "$1" = check ] || exit 4\n')
        done, calls = self.execute(script, shell, **env)
        self.assertEqual(done.returncode, 4, "the exit code of the refresh is the job's")

    @unittest.skipUnless(shutil.which("yamllint"), "yamllint is not installed")
    def test_yaml(self):
        rules = "{extends: default, rules: {line-length: {max: 120}, braces: {max-spaces-inside: 0}, comments: {min-spaces-from-content: 2}}}"
        files = [path(name) for name in sorted(os.listdir(DIRECTORY)) if name.endswith((".yml", ".yaml"))]
        self.assertGreaterEqual(len(files), 4)
        done = run(["yamllint", "--strict", "-d", rules, *files])
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_settings_and_hooks(self):
        settings = read("refresh.env").replace("/var/log/understudy", self.at("logs"))
        self.write("refresh.env", settings)
        done, calls = self.execute("refresh-staging -e refresh.env")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls, "systemctl stop odoo-staging\nunderstudy refresh --config=understudy.yaml\n"
                                "systemctl start odoo-staging\n")
        self.write("bin/understudy", STUB + "echo leak; exit 4\n")
        done, calls = self.execute("refresh-staging -e refresh.env")
        self.assertEqual(done.returncode, 4)
        self.assertIn("mail -s staging: exit code 4 dba@example.com\n", calls)
        self.assertIn("leak", calls)
        for line in settings.splitlines():
            if "_HOOK=" in line:
                self.shellcheck("export REFRESH_EXIT_CODE=0 REFRESH_LOG=x\n" + line.split("=", 1)[1] + "\n")

    def test_cron(self):
        lines = [l for l in read("understudy.cron").splitlines() if l and not l.startswith("#")]
        settings = dict(l.split("=", 1) for l in lines if re.match(r"[A-Z]+=", l))
        jobs = [l.split(None, 6) for l in lines if not re.match(r"[A-Z]+=", l)]
        self.assertEqual(set(settings), {"SHELL", "PATH", "MAILTO"})
        self.assertEqual(len(jobs), 1)
        self.assertTrue(is_cron_time(" ".join(jobs[0][:5])))
        self.assertFalse(is_cron_time("61 2 * * *"))
        self.assertEqual(jobs[0][5], "understudy")
        self.assertNotIn("%", jobs[0][6], "crontab(5) takes it for a newline")
        self.write("refresh.env", "")
        done, calls = self.execute(jobs[0][6].replace("/etc/understudy", self.directory))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertIn("understudy refresh --config=", calls)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd(self):
        units = self.at("units")
        shutil.copytree(path("systemd"), units)
        self.write("understudy.yaml", "source: {database: dbname=p}\nstaging: {database: dbname=s}\nkey: {file: understudy.key}\n")
        done = harness.run_program(["schedule", "--config", self.at("understudy.yaml"), f"--directory={units}"])
        self.assertEqual(done.code, 0, done.err)
        files = [os.path.join(units, n) for n in ("understudy-refresh.service", "understudy-refresh.timer", "understudy-failed@x.service")]
        os.rename(os.path.join(units, "understudy-failed@.service"), files[2])
        done = run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
                   env={**os.environ, "SYSTEMD_UNIT_PATH": units + ":"})
        said = [l for l in done.stderr.splitlines() if units in l or "hooks.conf" in l]
        self.assertEqual((done.returncode, said), (0, []), done.stderr)
        # It must be able to complain: a misspelt key.
        with open(os.path.join(units, "understudy-refresh.service.d/hooks.conf"), "a", encoding="utf-8") as stream:
            stream.write("RestartPreventExitStatuss=7\n")
        done = run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
                   env={**os.environ, "SYSTEMD_UNIT_PATH": units + ":"})
        self.assertIn("RestartPreventExitStatuss", done.stderr)

    def test_gitlab(self):
        job = load("gitlab-ci.yml")[0]["refresh-staging"]
        known = {"stage", "tags", "rules", "environment", "resource_group", "interruptible", "timeout", "variables", "script",
                 "artifacts"}
        self.assertEqual(set(job), known)
        self.assertTrue(all(isinstance(line, str) for line in job["script"]))
        self.assertEqual(job["artifacts"]["when"], "always")
        self.assertNotIn("understudy-state", [p.rstrip("/") for p in job["artifacts"]["paths"]])
        # GitLab runs the lines one by one and stops at the first that fails.
        self.assertRefreshes("\n".join(job["script"]), UNDERSTUDY_KEY=self.at("key"), PGPASSFILE=self.at("pgpass"))
        self.assertEqual(os.stat(self.at("key")).st_mode & 0o777, 0o600)

    def test_github(self):
        flow = load("github-actions.yml")[0]
        self.assertEqual(set(flow), {"name", "on", "permissions", "concurrency", "jobs"})
        self.assertTrue(is_cron_time(flow["on"]["schedule"][0]["cron"]))
        job = flow["jobs"]["refresh"]
        self.assertEqual(set(job), {"runs-on", "environment", "timeout-minutes", "steps"})
        for step in job["steps"]:
            self.assertEqual(("uses" in step) + ("run" in step), 1)
            self.assertLessEqual(set(step), {"name", "uses", "run", "env", "with", "if"})
            # An expression inside a script would be pasted in before the shell quotes anything.
            self.assertNotIn("${{", step.get("run", ""))
        # GitHub's default shell for run: bash -e.
        script = next(s["run"] for s in job["steps"] if s.get("name") == "Refresh")
        self.assertRefreshes(script, ("bash", "-e"), PGPASS="a:b:c:d:e")
        self.assertFalse(os.path.exists(self.at("pgpass")), "the password file is removed")

    def test_jenkins(self):
        text = read("Jenkinsfile")
        scripts = re.findall(r"sh '''(.*?)'''", text, re.DOTALL)
        self.assertEqual(len(scripts), 1)
        self.assertRefreshes(scripts[0], UNDERSTUDY_KEY=self.at("key"), PGPASSFILE=self.at("pgpass"))
        self.assertTrue(is_cron_time(re.search(r"cron\('([^']*)'\)", text).group(1)))
        if GROOVY:
            done = run([GROOVY, "-d", self.directory, path("Jenkinsfile")])
            self.assertEqual(done.returncode, 0, done.stderr)
        else:  # at least the brackets
            code = re.sub(r"//[^\n]*|'''.*?'''|'[^']*'", "", text, flags=re.DOTALL)
            for pair in ("()", "{}", "[]"):
                self.assertEqual(code.count(pair[0]), code.count(pair[1]), pair)

    @unittest.skipUnless(shutil.which("ansible-playbook"), "ansible-core is not installed")
    def test_ansible(self):
        env = {**os.environ, "HOME": self.directory, "ANSIBLE_LOCAL_TEMP": self.at("ansible"), "LC_ALL": "C.UTF-8"}
        done = run(["ansible-playbook", "-i", "staging,", "--syntax-check", path("ansible.yml")], env=env)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        if shutil.which("ansible-lint"):
            done = run(["ansible-lint", "--offline", "--nocolor", path("ansible.yml")], env=env, cwd=self.directory)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_kubernetes(self):
        objects = {o["kind"]: o for o in load("kubernetes.yaml")}
        self.assertEqual(set(objects), {"ConfigMap", "PersistentVolumeClaim", "NetworkPolicy"})
        for o in objects.values():
            self.assertLessEqual({"apiVersion", "kind", "metadata"}, set(o))
        self.write("understudy.yaml", objects["ConfigMap"]["data"]["understudy.yaml"])
        done = harness.run_program(["schedule", "--kind=kubernetes", "--image=registry.example/understudy", "--config",
                                    self.at("understudy.yaml")])
        self.assertEqual(done.code, 0, done.err)
        pod = yaml.safe_load(done.out)["spec"]["jobTemplate"]["spec"]["template"]
        volumes = pod["spec"]["volumes"]
        self.assertIn({"name": "config", "configMap": {"name": objects["ConfigMap"]["metadata"]["name"]}}, volumes)
        self.assertIn({"name": "state", "persistentVolumeClaim": {"claimName": objects["PersistentVolumeClaim"]["metadata"]["name"]}},
                      volumes)
        wanted = objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]
        self.assertLessEqual(wanted.items(), pod["metadata"]["labels"].items(), "the policy is for this pod")
        done = harness.run_program(["plan", "--config", self.at("understudy.yaml")], env={"UNDERSTUDY_KEY": "0" * 64})
        self.assertEqual(done.code, 7, "a configuration that is understood, and servers that are not there: " + done.err)


if __name__ == "__main__":
    harness.main()
