#!/usr/bin/env python3
"""Golden tests: runs the real program and compares what it says, byte for byte.

  run_golden.py --program FILE [--rules DIR] [CASE...]

A case is a directory <area>/<case>/ with `cmd` (a shell script; $understudy is the program) and `expected`
(exit code, standard output, standard error). Its other files are copied into an empty directory where cmd
runs. A file `pty` holds a width: the program's output is then a terminal of that width. What differs from
run to run (directories, run ids, times) is replaced by a word. UNDERSTUDY_UPDATE_GOLDEN=1 rewrites
`expected`; it is refused when CI is set.
"""
import argparse
import difflib
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

ROOT = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 60


def environment(program, rules):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    kept.update(understudy=program, UNDERSTUDY_RULES=rules, LC_ALL="C.UTF-8", TERM="xterm", HOME="/nonexistent", TZ="UTC")
    return kept


def run_piped(script, directory, env):
    done = subprocess.run(["/bin/sh", script], cwd=directory, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT_S)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def run_terminal(script, directory, env, columns):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(["/bin/sh", script], cwd=directory, env=env, stdin=subprocess.DEVNULL, stdout=slave,
                             stderr=slave, start_new_session=True)
    os.close(slave)
    output = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        output += piece
    os.close(master)
    return child.wait(TIMEOUT_S), output.decode().replace("\r\n", "\n").replace("\x1b", "<ESC>"), ""


def steady(text, directory, program, rules):
    text = text.replace(directory, "DIR").replace(program, "UNDERSTUDY").replace(rules, "RULES")
    text = re.sub(r"\b\d{8}T\d{6}Z-[0-9a-f]{6}\b", "RUN-ID", text)
    text = re.sub(r"\bunderstudy \d+\.\d+\.\d+\b", "understudy VERSION", text)
    text = re.sub(r'"time":"[^"]*"', '"time":"TIME"', text)
    text = re.sub(r"(?m)^(\.TH \S+ \d) \S+", r"\1 DATE", text)
    return re.sub(r" +(\d+m|\d+h\d\dm|\d+d) (ago|old)\b", r" AGE \2", text)


def result_of(case, program, rules):
    with tempfile.TemporaryDirectory(prefix="understudy-golden-") as directory:
        for file in case.iterdir():
            if file.name not in ("cmd", "expected", "pty"):
                (shutil.copytree if file.is_dir() else shutil.copy)(file, os.path.join(directory, file.name))
        env = environment(program, rules)
        if (case / "pty").exists():
            columns = int((case / "pty").read_text())
            code, out, err = run_terminal(str(case / "cmd"), directory, env, columns)
        else:
            code, out, err = run_piped(str(case / "cmd"), directory, env)
        return steady(f"exit code {code}\n--- stdout\n{out}--- stderr\n{err}", directory, program, rules)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--rules", default=str(ROOT.parent.parent / "rules"))
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    update = os.environ.get("UNDERSTUDY_UPDATE_GOLDEN") == "1"
    if update and os.environ.get("CI"):
        sys.exit("golden: error: UNDERSTUDY_UPDATE_GOLDEN is refused when CI is set")
    cases = [ROOT / name for name in options.cases] or sorted(path.parent for path in ROOT.glob("*/*/cmd"))
    if not cases:
        sys.exit("golden: error: no cases found")
    failed = 0
    for case in cases:
        name = case.relative_to(ROOT)
        actual = result_of(case, os.path.abspath(options.program), os.path.abspath(options.rules))
        expected_file = case / "expected"
        expected = expected_file.read_text() if expected_file.exists() else ""
        if actual == expected:
            continue
        if update:
            expected_file.write_text(actual)
            print(f"golden: rewrote {name}")
            continue
        failed += 1
        print(f"golden: {name} differs")
        sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), actual.splitlines(True),
                                                   f"{name}/expected", f"{name}/actual"))
    print(f"golden: {len(cases) - failed} of {len(cases)} cases as expected")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
