#!/usr/bin/env python3
"""Progress of a real refresh: events by their schema, a terminal of any width and one that changes it, a pipe, and a
second terminal that follows it. An index that waits holds the refresh where it is to be looked at."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import unittest

import jsonschema

import harness
from harness import Case

with open(os.path.join(harness.ROOT, "docs/events.schema.json"), encoding="utf-8") as SCHEMA:
    EVENT = jsonschema.Draft202012Validator(json.load(SCHEMA))


class Held:
    """While it is held, an index of staging does not get built: its expression waits for a file to go."""

    def __init__(self, cluster, database):
        self.path = os.path.join(cluster.directory, f"held-{database}")
        cluster.sql(f"""
            CREATE TABLE held (id int);
            CREATE FUNCTION held(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
            BEGIN
              WHILE (pg_stat_file('{self.path}', true)).size IS NOT NULL LOOP PERFORM pg_sleep(0.05); END LOOP;
              RETURN i;
            END $$;
            INSERT INTO held VALUES (1);
            CREATE INDEX held_index ON held (held(id));""", database)
        with open(self.path, "w", encoding="utf-8"):
            pass

    def release(self):
        if os.path.exists(self.path):
            os.remove(self.path)


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, arguments, columns, env=None):
        self.master, slave = pty.openpty()
        self.resize(columns)
        self.child = subprocess.Popen([harness.PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                                      env=harness.environment({"TERM": "xterm", **(env or {})}), start_new_session=True)
        os.close(slave)
        self.output = b""
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                return
            if not piece:
                return
            self.output += piece

    def resize(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def end(self):
        code = self.child.wait(300)
        self.thread.join(300)
        os.close(self.master)
        return code

    def lines(self, begin=0):
        """What was written, without the sequences that move and colour."""
        text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.output[begin:].decode())
        return [line for line in re.split(r"[\r\n]+", text) if line]

    def bars(self, begin=0):
        return [line for line in self.lines(begin) if "%  " in line]


class ProgressTest(Case):
    def start(self, *arguments, source=None, **changes):
        source = source or self.space.production()
        staging = self.staging_name()
        config = self.space.config(source, staging, **changes)
        return source, self.space.path(f"state-{staging}"), ["refresh", "--config", config, *arguments]

    def running(self, state):
        """The progress file once the refresh is held."""
        def look():
            try:
                with open(os.path.join(state, "progress.json"), encoding="utf-8") as stream:
                    progress = json.load(stream)
            except FileNotFoundError:
                return None
            return progress if any("indexes of held" in s.get("doing", "") for s in progress["stages"]) else None
        return harness.wait_for(look, 300, "the index that waits")

    def test_events_are_those_of_the_schema_and_a_second_terminal_follows(self):
        source, state, arguments = self.start("--progress=json")
        held = Held(self.cluster, source)
        self.addCleanup(held.release)
        refresh = harness.start_program(arguments)
        progress = self.running(state)
        self.assertEqual(progress["format"], 1)
        status = harness.run_program(["status", "--state", state])
        self.assertExit(status, 0)
        self.assertRegex(status.out, rf"{progress['run_id']} +running: .*status --watch")
        status = harness.run_program(["status", "--state", state, "--json"])
        self.assertEqual(json.loads(status.out)["running"]["run_id"], progress["run_id"])
        pipe = harness.start_program(["status", "--state", state, "--watch"])
        terminals = [Terminal(["status", "--state", state, "--watch"], columns) for columns in (80, 200)]
        watched = harness.start_program(["status", "--state", state, "--watch", "--progress=json"])
        harness.wait_for(lambda: all(t.bars() for t in terminals), 300, "both terminals")
        held.release()
        _, err = refresh.communicate(timeout=300)
        self.assertEqual(refresh.returncode, 0, err)
        lines = err.decode().strip().split("\n")
        events = [json.loads(line) for line in lines]
        for event in events:
            EVENT.validate(event)
        kinds = [event["event"] for event in events]
        self.assertEqual((kinds[0], kinds[-1]), ("started", "finished"))
        self.assertLessEqual({"stage_started", "stage_finished", "progress", "overall", "message"}, set(kinds))
        self.assertEqual(events[0]["run_id"], progress["run_id"])
        finished = {event["stage"] for event in events if event["event"] == "stage_finished"}
        self.assertEqual({event["stage"] for event in events if event["event"] == "stage_started"}, finished)
        self.assertLessEqual({"preflight", "snapshot", "plan", "known values", "schema", "rows", "post-data", "verify",
                              "schema identity", "filestore", "neutralise", "publish"}, finished)
        for terminal, columns in zip(terminals, (80, 200)):
            self.assertEqual(terminal.end(), 0, terminal.output)
            self.assertLessEqual(max(map(len, terminal.bars())), columns - 1)
            self.assertIn("refresh ", terminal.bars()[0])
            self.assertIn(progress["run_id"], terminal.lines()[-1])
            self.assertRegex("\n".join(terminal.lines()), "known values: done in ")
            self.assertRegex("\n".join(terminal.lines()), "post-data .*indexes of held")
        out, err = pipe.communicate(timeout=300)
        self.assertEqual(pipe.returncode, 0)
        self.assertNotIn(b"\x1b", err)
        self.assertIn(b"understudy: watching " + progress["run_id"].encode(), err)
        self.assertIn(b"published", out)
        _, err = watched.communicate(timeout=300)
        for line in err.decode().strip().split("\n"):
            EVENT.validate(json.loads(line))
        self.assertFalse(os.path.exists(os.path.join(state, "progress.json")))

    def test_the_schema_refuses_what_it_does_not_know(self):
        good = {"format": 1, "time": "2025-01-31T02:03:04Z", "event": "stage_started", "stage": "rows"}
        EVENT.validate(good)
        for bad in ({**good, "format": 2}, {**good, "event": "stage"}, {**good, "stage": 1}, {**good, "more": 1}):
            self.assertFalse(EVENT.is_valid(bad), bad)

    def test_a_terminal_that_changes_its_width(self):
        source, state, arguments = self.start()
        held = Held(self.cluster, source)
        self.addCleanup(held.release)
        terminal = Terminal(arguments, 80, {"NO_COLOR": "1"})
        self.running(state)
        harness.wait_for(terminal.bars, 300, "a bar")
        self.assertEqual(max(map(len, terminal.bars())), 79)
        before = len(terminal.output)
        terminal.resize(200)
        harness.wait_for(lambda: max(map(len, terminal.bars(before)), default=0) > 79, 300, "a wider line")
        terminal.resize(60)
        harness.wait_for(lambda: len(terminal.bars(before)[-1]) <= 59, 300, "a narrower line")
        narrow = len(terminal.output)
        harness.wait_for(lambda: terminal.bars(narrow), 300, "another turn")
        self.assertLessEqual(max(map(len, terminal.bars(narrow))), 59)
        held.release()
        self.assertEqual(terminal.end(), 0, terminal.output[-2000:])
        text = "\n".join(terminal.lines())
        self.assertNotIn("\x1b[1m", terminal.output.decode())
        for word in ("outcome", "tables", "rows", "bytes", "changed", "unclassified", "leaks", "neutralised", "jobs", "report"):
            self.assertRegex(text, rf"understudy: {word} +\S")

    def test_a_pipe_gets_plain_lines(self):
        _, _, arguments = self.start("--progress=auto")
        done = harness.run_program(arguments)
        self.assertExit(done, 0)
        self.assertEqual(done.out, "")
        for line in done.err.strip().split("\n"):
            self.assertTrue(line.startswith("understudy: "), line)
        self.assertRegex(done.err, r"understudy: rows: done in \S+, [\d,]+ rows, ")

    def test_post_data_moves_while_foreign_keys_are_added(self):
        source, state, arguments = self.start("--progress=none")
        held = Held(self.cluster, source)
        self.addCleanup(held.release)
        refresh = harness.start_program(arguments)
        self.running(state)
        hidden = self.cluster.sql("SELECT datname FROM pg_database WHERE datname LIKE '\\_understudy\\_%'").strip()
        # The last table of those that point to res_users: when it is its turn, nearly all keys are there.
        keys = self.cluster.rows("SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
                                 " AND conrelid <> 'res_users'::regclass ORDER BY conrelid::regclass::text COLLATE \"C\"", source)
        last = [table for table, target in keys if target == "res_users"][-1]
        # Its own task is done: what is locked now is in the way of keys alone.
        harness.wait_for(lambda: self.cluster.sql(f"SELECT 1 FROM pg_constraint WHERE contype = 'p' AND conrelid = '{last}'::regclass",
                                                  hidden) != "", 300, "the primary key of the last table")
        locked = subprocess.Popen(["psql", "-XqAt", self.cluster.dsn(hidden)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: locked.poll() is None and locked.communicate())
        locked.stdin.write(f"BEGIN; LOCK TABLE {last} IN ROW EXCLUSIVE MODE; SELECT 'locked';\n")
        locked.stdin.flush()
        self.assertEqual(locked.stdout.readline(), "locked\n")
        held.release()

        def look():
            with open(os.path.join(state, "progress.json"), encoding="utf-8") as stream:
                stages = {s["stage"]: s for s in json.load(stream)["stages"]}
            return stages["post-data"] if stages["post-data"].get("doing", "").startswith("adding foreign keys of ") else None
        seen = []

        def stands():
            """Nothing has moved for seconds: only the locked table is left."""
            stage = look()
            seen.append(stage and (stage["steps"], stage["doing"]))
            return len(seen) > 150 and seen[-1] and len(set(seen[-150:])) == 1
        harness.wait_for(stands, 300, "the keys of the locked table")
        steps, doing = seen[-1]
        left = look()["steps_total"] - steps
        self.assertGreater(left, len(keys) // 2 - 1)
        self.assertLess(left, len(keys), (doing, "the keys that were added are counted"))
        locked.communicate("COMMIT;\n")
        _, err = refresh.communicate(timeout=300)
        self.assertEqual(refresh.returncode, 0, err)

    def test_watching_can_be_left_and_a_killed_run_is_seen(self):
        source, state, arguments = self.start()
        held = Held(self.cluster, source)
        self.addCleanup(held.release)
        refresh = harness.start_program(arguments)
        self.running(state)
        watch = harness.start_program(["status", "--state", state, "--watch"])
        harness.wait_for(lambda: b"watching" in os.read(watch.stderr.fileno(), 4096), 300, "the watch")
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=300)
        self.assertEqual(watch.returncode, 130)
        self.assertIsNone(refresh.poll())
        refresh.kill()
        refresh.communicate(timeout=300)
        path = os.path.join(state, "progress.json")
        with open(path, encoding="utf-8") as stream:
            progress = json.load(stream)
        progress["updated_at"] = "2025-01-31T02:03:04Z"
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(progress, stream)
        done = harness.run_program(["status", "--state", state, "--watch"])
        self.assertExit(done, 1)
        self.assertIn("gives no sign of life since 2025-01-31T02:03:04Z", done.err)

    def test_accepted_warnings(self):
        _, state, arguments = self.start(policy={"accepted": ["no-addons", "no-filestore", "no-adons", "missing-table:x"]})
        done = harness.run_program(arguments)
        self.assertExit(done, 0)
        self.assertNotIn("[no-addons]", done.err)
        self.assertIn("understudy: warning: policy.accepted lists no-adons, which is no id of a warning; did you mean "
                      "no-addons? [unknown-accepted:no-adons]", done.err)
        self.assertIn("[stale-accepted:no-filestore]", done.err)
        self.assertIn("[stale-accepted:missing-table:x]", done.err)
        with open(os.path.join(state, "latest/report.json"), encoding="utf-8") as stream:
            warnings = {w["id"]: w["accepted"] for w in json.load(stream)["warnings"]}
        self.assertEqual((warnings["no-addons"], warnings["unknown-accepted:no-adons"]), (True, False))


if __name__ == "__main__":
    harness.main()
