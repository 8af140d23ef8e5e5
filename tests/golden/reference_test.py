#!/usr/bin/env python3
"""What is generated from the program's tables: docs/reference as it is checked in, man pages that their readers take
without a warning, and completions that bash, zsh and fish load and answer with.

  reference_test.py --program FILE
UNDERSTUDY_UPDATE_GOLDEN=1 rewrites docs/reference; it is refused when CI is set.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REFERENCES = {"markdown": "command-line.md", "markdown-config": "understudy.yaml.md", "markdown-rules": "rules.md",
              "markdown-warnings": "warnings.md"}
PAGES = {"man": "understudy.1", "man-config": "understudy.yaml.5", "man-rules": "understudy-rules.5"}
PROGRAM = ""
UPDATE = os.environ.get("UNDERSTUDY_UPDATE_GOLDEN") == "1"


def run(*command, check=True, **options):
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def understudy(*arguments):
    return run(PROGRAM, *arguments, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}).stdout


def help_of(command=None):
    """(names, {name: choices}) of the options in --help, which is rendered by other code than what is tested here."""
    text = understudy(*([command] if command else []), "--help")
    names, choices = [], {}
    for block in re.split(r"(?m)^(?=  +-)", text)[1:]:
        head = block.split("\n", 1)[0]
        own = re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", head)
        names += own
        said = re.search(r"One of:\s+([^.]*)\.", re.sub(r"\s+", " ", block))
        if said:
            choices[own[-1]] = said.group(1).split(", ")
    return names, choices


def commands():
    text = understudy("-h").split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    return [line.split()[0] for line in text.split("\n")]


def refresh_staging_page():
    """The page of the wrapper as cmake/packaging.cmake fills it in."""
    text = (ROOT / "packaging/refresh-staging.1.in").read_text()
    return text.replace("@UNDERSTUDY_DAY@", "2025-01-31").replace("@PROJECT_VERSION@", "0")


class ReferenceTest(unittest.TestCase):
    maxDiff = 3000

    def test_the_checked_in_pages_are_what_the_program_prints(self):
        for form, name in REFERENCES.items():
            with self.subTest(name):
                path = ROOT / "docs/reference" / name
                text = understudy("generate", form)
                if UPDATE and (not path.exists() or path.read_text() != text):
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(text)
                    print(f"golden: rewrote docs/reference/{name}")
                self.assertEqual(path.read_text() if path.exists() else "", text)

    def test_every_option_is_in_every_output(self):
        outputs = {form: understudy("generate", form) for form in ("man", "bash", "zsh", "fish", "markdown")}
        for command in commands():
            self.assertTrue(all(command in text for text in outputs.values()), command)
            for name in help_of(command)[0]:
                if not name.startswith("--"):
                    continue
                with self.subTest(option=name):
                    self.assertIn(name, outputs["bash"])
                    self.assertIn(name, outputs["zsh"])
                    self.assertIn(name, outputs["markdown"])
                    self.assertIn(f" -l {name[2:]} ", outputs["fish"])
                    self.assertIn(name.replace("-", "\\-"), outputs["man"])

    def test_man_pages_have_no_warnings(self):
        self.assertTrue(shutil.which("man") and shutil.which("mandoc"), "tools/setup installs man-db and mandoc")
        with tempfile.TemporaryDirectory() as directory:
            pages = {name: understudy("generate", form) for form, name in PAGES.items()}
            pages["refresh-staging.1"] = refresh_staging_page()
            for name, text in pages.items():
                path = os.path.join(directory, name)
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(text)
                with self.subTest(name, judge="man"):
                    done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path,
                               env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"})
                    self.assertEqual(done.stderr, "")
                    self.assertGreater(len(done.stdout), 1000)
                with self.subTest(name, judge="mandoc"):
                    done = run("mandoc", "-T", "lint", "-W", "style", path, check=False)
                    self.assertEqual(done.stdout.replace(path, name), "")

    def test_the_page_of_the_wrapper_says_what_the_wrapper_does(self):
        script = (ROOT / "tools/refresh-staging").read_text()
        parsing = script.split("while [ $# -gt 0 ]", 1)[1].split("esac", 1)[0]
        plain = re.sub(r"\\f[BIR]", "", refresh_staging_page()).replace("\\-", "-")
        entries = dict(re.findall(r"(?m)^\.TP\n(?:\.B )?(.+)\n((?:(?!\.TP|\.SH|\.PP).+\n)*)", plain))
        self.assertEqual({term.split()[0].strip(",") for term in entries if term.startswith("-")},
                         set(re.findall(r"(?<![\w-])-[a-z](?=[ )])|--(?= *\))", parsing)))
        defaults = {}
        for name, value in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", script):
            defaults[name] = defaults.get(name) or value
        defaults["LOCK_FILE"] = "LOG_DIR/lock"  # $logs/lock
        documented = {term for term in entries if re.fullmatch(r"[A-Z_]+", term)}
        self.assertEqual(documented, set(defaults))
        for name in ("LOCK_FILE", "LOG_DIR", "LOG_KEEP", "RETRIES", "RETRY_DELAY", "UNDERSTUDY"):
            with self.subTest(name):
                self.assertRegex(entries[name], rf"Default: {re.escape(defaults[name])}[.,]")
        usage = run(str(ROOT / "tools/refresh-staging"), "-h").stdout
        for name in documented:
            self.assertIn(name, usage)

    def test_a_bad_page_would_be_seen(self):
        with tempfile.NamedTemporaryFile("w", suffix=".1") as page:
            page.write(".TH X 1 2025-01-01\n.SH NAME\nx \\- y\n.SH OTHER\n.XX bad\n")
            page.flush()
            self.assertNotEqual(run("mandoc", "-T", "lint", "-W", "style", page.name, check=False).stdout, "")


class Shells(unittest.TestCase):
    """Each shell answers for every command with its options, and for options with their choices."""
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="understudy-completion-")
        for shell, name in (("bash", "understudy"), ("zsh", "_understudy"), ("fish", "understudy.fish")):
            with open(os.path.join(cls.directory.name, name), "w", encoding="utf-8") as stream:
                stream.write(understudy("generate", shell))
        cls.commands = commands()
        cls.common = set(help_of()[0])
        cls.options = {command: help_of(command) for command in cls.commands}
        os.symlink(PROGRAM, os.path.join(cls.directory.name, "program"))

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def check(self, answers):
        """answers(list of words, the last being completed) → set"""
        self.assertLessEqual(set(self.commands), answers([""]))
        for command in self.commands:
            names, choices = self.options[command]
            with self.subTest(command=command):
                self.assertEqual({a for a in answers([command, "--"]) if a.startswith("--")},
                                 {n for n in names if n.startswith("--")})
            for option, words in choices.items():
                if option in self.common and command != self.commands[0]:
                    continue  # asked once
                with self.subTest(command=command, option=option):
                    self.assertEqual(answers([command, option, ""]), set(words))
        self.assertLessEqual({"list", "show", "import"}, answers(["rules", ""]))
        self.assertLessEqual({"stop"}, answers(["demo", ""]))
        self.assertLessEqual({"refresh", "plan"}, answers(["help", ""]))
        self.assertLessEqual({"systemd-timer", "man"}, answers(["generate", ""]))

    def test_bash(self):
        script = (f"source {self.path('understudy')}\n"
                  "while IFS= read -r line; do\n  IFS=$'\\x1f' read -ra COMP_WORDS <<<\"understudy$line\"\n"
                  "  [[ $line == *$'\\x1f' ]] && COMP_WORDS+=('')\n  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                  "  _understudy\n  echo \"${COMPREPLY[*]}\"\ndone\n")

        def answers(words):
            line = "".join("\x1f" + word for word in words)
            done = subprocess.run(["bash", "--norc", "-c", script], input=line + "\n", capture_output=True, text=True, check=True,
                                  cwd=self.directory.name, timeout=60)
            self.assertNotIn("error", done.stderr)
            return set(done.stdout.split())
        self.check(answers)
        self.assertIn("program", answers(["refresh", "--config", ""]))
        self.assertEqual(answers(["refresh", "--progress", "=", "j"]), {"json"})

    def test_zsh(self):
        # compsys's own functions show to a terminal; what they are called with is what there is to complete.
        script = ("fpath=($1 $fpath)\nautoload -Uz _understudy\nautoload +X _understudy || exit 1\n"
                  "_files() { : }\n_describe() { print -rl -- ${(P)4%%:*} ${(P)@[-1]%%:*} }\n"
                  "_arguments() {\n  local spec\n  for spec in \"$@\"; do\n"
                  "    if [[ $words[CURRENT-1] == --* && $spec == ${words[CURRENT-1]}=* ]]; then\n"
                  "      print -r -- ${${${spec##*:}#\\(}%\\)}; only=1\n    fi\n  done\n  [[ -n $only ]] && return\n"
                  "  for spec in \"$@\"; do\n    if [[ $spec == -* ]]; then print -r -- ${${spec%%\\[*}%=}\n"
                  "    elif [[ $spec == 1:* && $CURRENT == 2 ]]; then print -r -- ${${${spec##*:}#\\(}%\\)}; fi\n  done\n}\n"
                  "shift\nwords=(understudy \"$@\")\nCURRENT=$#words\n_understudy\n")

        def answers(words):
            done = run("zsh", "-f", "-c", script, "zsh", self.directory.name, *words)
            self.assertEqual(done.stderr, "")
            return set(done.stdout.split())
        self.check(answers)
        done = run("zsh", "-f", "-c", f"autoload -Uz compinit; compinit -u -D; fpath=({self.directory.name} $fpath); "
                   f"source {self.path('_understudy')}; print -r -- $_comps[understudy]")
        self.assertEqual((done.stdout, done.stderr), ("_understudy\n", ""))

    def test_fish(self):
        def answers(words):
            line = " ".join(["understudy", *words])
            done = run("fish", "--no-config", "-c", f"source {self.path('understudy.fish')}; complete -C '{line}'",
                       cwd=self.directory.name, env={"PATH": os.environ["PATH"], "HOME": self.directory.name, "LC_ALL": "C.UTF-8"})
            self.assertEqual(done.stderr, "")
            return {entry.split("\t", 1)[0] for entry in done.stdout.split("\n") if entry}
        self.check(answers)
        self.assertIn("program", answers(["refresh", "--config", ""]))


def main():
    global PROGRAM  # pylint: disable=global-statement
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(options.program)
    if UPDATE and os.environ.get("CI"):
        sys.exit("golden: error: UNDERSTUDY_UPDATE_GOLDEN is refused when CI is set")
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
