"""What the tests of faults share: a run during which something breaks as a stage begins, and docs/faults.md, the tables of
what then happened. A table is printed by every run and written anew with UNDERSTUDY_UPDATE_GOLDEN=1 (with UNDERSTUDY_ALL=1 no cell is left out); it is
not compared: what comes of a fault may depend on a moment. What must never come of it is the tests' to say.
"""
import json
import os
import re
import subprocess
import sys
import threading
import time

import harness

DOCUMENT = os.path.join(harness.ROOT, "docs/faults.md")
UPDATE = bool(os.environ.get("UNDERSTUDY_UPDATE_GOLDEN"))


class Outcome:
    """How a run ended: its exit code, what it wrote, and its error sentences."""

    def __init__(self, code, lines):
        self.code = code
        self.lines = lines
        self.sentences = [line.removeprefix("understudy: error: ") for line in lines if line.startswith("understudy: error")]
        self.sentences += [json.loads(line)["text"] for line in lines if line.startswith("{") and json.loads(line).get("level") == "error"]

    def tail(self):
        return f"exit {self.code}\n" + "\n".join(self.lines[-8:])


def run_broken(config, stage, begin, end, patience=60, may_stall=False, prefix=()):
    """A refresh during which begin() is called as the stage begins (None: before the start), and end() when the run is
    over or, if it may stall, is asked to stop `patience` seconds later."""
    if stage is None:
        begin()
    process = subprocess.Popen([*prefix, harness.PROGRAM, "refresh", "--config", config, "--progress=json"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=harness.environment(), stdin=subprocess.DEVNULL)
    lines, begun = [], []

    def watch(stream):
        for raw in stream:
            line = raw.decode("utf-8", "replace").strip()
            lines.append(line)
            if stage is not None and not begun and f'"stage_started","stage":"{stage}"' in line:
                begun.append(True)
                begin()
    watchers = [threading.Thread(target=watch, args=(s,), daemon=True) for s in (process.stdout, process.stderr)]
    for watcher in watchers:
        watcher.start()
    hangs, since = "", None
    while process.poll() is None:
        time.sleep(0.01)
        since = since or (time.monotonic() if begun or stage is None else None)
        if since and time.monotonic() - since > patience:
            hangs = "" if may_stall else "hangs"
            process.terminate()
            break
    end()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        hangs = "cannot be stopped"
        process.kill()
        process.wait()
    for watcher in watchers:
        watcher.join(timeout=10)
    process.stdout.close()
    process.stderr.close()
    outcome = Outcome(process.returncode if process.returncode >= 0 else 128 - process.returncode, lines)
    if hangs:
        raise AssertionError(f"the run {hangs}\n{outcome.tail()}")
    return outcome


def cell(seen):
    """A dot: not tried; a dash: tried, and there was nothing to hit."""
    if seen is None:
        return "·"
    return ", ".join(dict.fromkeys(f"{code} {staging}" for code, staging, _ in seen)) or "–"


def table(title, text, columns, rows, stages):
    """A section of the document: {(row, column): [(exit code, staging, sentence)]} as a table, sentences below it."""
    lines = [f"## {title}", "", text, "", "| stage | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for stage in stages:
        cells = [cell(rows.get((stage, column))) for column in columns]
        lines.append(f"| {stage} | " + " | ".join(cells) + " |")
    said = sorted({(code, normalised(sentence)) for seen in rows.values() for code, _, sentence in seen if sentence})
    lines += ["", "What was said:", ""] + [f"- {code}: {sentence}" for code, sentence in said]
    return "\n".join(lines) + "\n"


def normalised(sentence):
    for pattern, word in ((r"/(?:tmp|dev/shm)/[\w./-]+", "…"), (r"port=\d+|port \d+", "port=5432"), (r"127\.0\.0\.1", "localhost"), (r"_understudy_[\w-]+", "_understudy_…"), (r"\d{8}T\d{6}Z?-\w+", "RUN"),
                          (r"slice \d+", "slice N"), (r"row \d+", "row N"), (r"\b\d{3,}\b", "N"), (r"\|", "/")):
        sentence = re.sub(pattern, word, sentence)
    return sentence


def settle(title, text, columns, rows, stages):
    """Prints the section, and writes it if that was asked for."""
    section = table(title, text, columns, rows, stages)
    print("\n" + section, file=sys.stderr)
    if not UPDATE:
        return
    with open(DOCUMENT, encoding="utf-8") as stream:
        document = stream.read()
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.M | re.S)
    found = pattern.search(document)
    document = pattern.sub(lambda _: section + ("\n" if found.end() < len(document) else ""), document) if found else document.rstrip("\n") + "\n\n" + section
    with open(DOCUMENT, "w", encoding="utf-8") as stream:
        stream.write(document)
