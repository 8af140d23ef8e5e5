#!/usr/bin/env python3
"""What the pages of docs/ and README.md tell the reader to type exists: commands and options of every block of ```sh, keys
and values of every block of ```yaml. The tutorial's commands are run by tutorial_test.py."""
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

import harness
from tutorial_test import blocks

CONFIG_KEYS = {"source", "staging", "odoo", "key", "rules", "policy", "sandbox", "jobs", "state"}


def pages():
    out = subprocess.run(["git", "-c", "safe.directory=*", "-C", harness.ROOT, "ls-files", "-z", "--cached", "--others",
                          "--exclude-standard", "README.md", "docs"], check=True, capture_output=True, text=True).stdout
    return [name for name in out.split("\0") if name.endswith(".md")]


def found(language):
    """(where, content) of every block of the language."""
    for page in pages():
        with open(os.path.join(harness.ROOT, page), encoding="utf-8") as stream:
            for line, name, content in blocks(stream.read()):
                if name == language:
                    yield f"{page}:{line}", content


def commands(script):
    """The words behind each `understudy` of a script, as the shell would split them."""
    script = re.sub(r"<<'(\w+)'\n.*?^\1$", "", script, flags=re.DOTALL | re.MULTILINE)
    for line in script.replace("\\\n", " ").splitlines():
        for part in re.split(r"\|\|?|&&|;", re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: m.group(0).translate({ord("|"): " ", ord(";"): " "}), line)):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            while words and re.match(r"[A-Z_]+=|sudo$", words[0]):
                words.pop(0)
            if words and os.path.basename(words[0]) == "understudy":
                yield words[1:]


@unittest.skipUnless(os.path.exists(harness.PROGRAM), f"no program at {harness.PROGRAM}")
class DocsTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="understudy-docs-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def test_commands_and_options_exist(self):
        helps, seen = {}, 0
        for where, script in found("sh"):
            for words in commands(script):
                if not words or words[0].startswith("-"):
                    continue
                command = words[0]
                if command not in helps:
                    done = harness.run_program(["help", command])
                    self.assertEqual(done.code, 0, f"{where}: understudy {command}: {done.err}")
                    helps[command] = done.out
                for word in words[1:]:
                    option = re.match(r"--[a-z][a-z-]*|-[a-z]$", word)
                    if option:
                        self.assertRegex(helps[command], rf"(?m)(^|[\s,]){re.escape(option.group(0))}\b", f"{where}: {command} {word}")
                seen += 1
        self.assertGreater(seen, 60)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def configuration(self, where, content):
        whole = {"source": {"database": "host=127.0.0.1 port=1 dbname=p"}, "staging": {"database": "host=127.0.0.1 port=1 dbname=s"}}
        whole.update(content)
        whole.pop("rules", None)  # names of files that a page makes up
        key = os.path.join(self.directory, "understudy.key")
        if not os.path.exists(key):
            harness.run_program(["keygen", key], check=True)
        text = json.dumps(whole)
        env = {name: "x" for name in re.findall(r"\$\{(\w+)\}", text)} | {"STAGING_PASSWORD": "x", "UNDERSTUDY_KEY": "0" * 64}
        # Understood: no longer an error of usage, but of servers and files that are not there.
        done = harness.run_program(["check", "--progress=none", "--config", self.write("c.yaml", text)], env=env)
        self.assertNotEqual(done.code, 2, f"{where}: {done.out}{done.err}")

    def test_yaml_is_understood(self):
        with open(os.path.join(harness.ROOT, "rules/schema.json"), encoding="utf-8") as stream:
            schema = jsonschema.Draft202012Validator(json.load(stream))
        configurations = packs = 0
        for where, text in found("yaml"):
            content = yaml.safe_load(text)
            if set(content) <= CONFIG_KEYS:
                self.configuration(where, content)
                configurations += 1
            elif set(content) & {"pack", "tables", "patterns"} and "statements" not in content:
                errors = [e.message for e in schema.iter_errors({"pack": "x", **content})]
                self.assertEqual(errors, [], where)
                packs += 1
        self.assertGreaterEqual(configurations, 5)
        self.assertGreaterEqual(packs, 4)

    def test_the_test_can_fail(self):
        self.assertEqual(list(commands("A=1 understudy x --y 'a|b' | understudy z # understudy no\n")), [["x", "--y", "a b"], ["z"]])
        with self.assertRaises(AssertionError):
            self.configuration("here", {"polcy": {}})


if __name__ == "__main__":
    harness.main()
