#!/usr/bin/env python3
"""Hundreds of runs that are killed at a random moment: SIGKILL to the run, to a server process that works for it, to the
server itself. After each, what staging shows is one whole day, in rows, constraints and files, with its report;
nobody but its maker can reach what was being built; and a run at the end leaves nothing of all of it.

UNDERSTUDY_KILLS=n rounds; the default run takes a few, tools/test --all five hundred. Prints a line per fifty rounds and,
at the end, where the kills hit. UNDERSTUDY_SEED repeats a sequence.
"""
import collections
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import harness
import small_odoo
from harness import Case

ROUNDS = int(os.environ.get("UNDERSTUDY_KILLS") or (500 if harness.ALL else 12))
SEED = int(os.environ.get("UNDERSTUDY_SEED") or 20240501)
# Of a hundred kills: the run itself, the same with a signal that asks, a server process of the hidden database, one of the
# source's, the whole server.
VICTIMS = (["run"] * 78) + (["run, asked"] * 7) + (["staging backend"] * 7) + (["source backend"] * 5) + (["postmaster"] * 3)
TAKES_NO_STAGE = "before the first stage"
CALM = 20  # every so many rounds nothing is killed


class RandomKillTest(Case):
    scale = None
    # What a dying server said was committed must be so; only a dying machine would need fsync.
    cluster_options = {"settings": ("synchronous_commit = on", "restart_after_crash = on")}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        small_odoo.make(cls.cluster, "prod", cls.space.filestore)
        cls.files = cls.space.path("filestore/stage")
        cls.config = cls.space.config("prod", "stage", policy={"leaks": "warn", "neutralisation": "warn"}, jobs=2,
                                      staging={"database": cls.cluster.dsn("stage"), "keep_previous": 1})

    def assertWhole(self, number, before, where):
        """Staging is the day before or that of this round, whole."""
        rounds, state, missing, content = small_odoo.seen(self.cluster, "stage", self.files)
        self.assertIn(rounds, (before, number), where)
        wanted = self.states.setdefault(rounds, state)
        self.assertEqual(state, wanted, f"{where}: rows, constraints or views are not those of round {rounds}")
        self.assertEqual(missing, [], f"{where}: files of round {rounds} are missing")
        self.assertEqual(content, small_odoo.content_of_round(rounds), f"{where}: rows and files are of two days")
        self.assertAccountedFor(where)
        return rounds

    def assertAccountedFor(self, where):
        """What people see has a report, even if its run died the moment after it published."""
        run = self.cluster.sql("SELECT substr(u, 16) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) u"
                               " WHERE d.datname = 'stage' AND u LIKE 'understudy.run=%'")
        with open(self.space.path(f"state-stage/runs/{run}/report.json"), encoding="utf-8") as stream:
            self.assertIn(json.load(stream)["outcome"], ("published", "unfinished"), where)

    def start(self):
        """The run, the stages that have begun so far (a list that grows), and who watches it."""
        process = subprocess.Popen([harness.PROGRAM, "refresh", "--config", self.config, "--progress=json"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, env=harness.environment(), stdin=subprocess.DEVNULL, start_new_session=True)
        begun = [TAKES_NO_STAGE]

        def watch():
            for raw in process.stderr:
                at = raw.find(b'"stage_started"')
                if at >= 0:
                    begun.append(raw.split(b'"stage":"', 1)[-1].split(b'"', 1)[0].decode())
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        return process, begun, watcher

    def learn_pace(self):
        """How long a run takes, and each of its stages."""
        report = self.space.report("stage")
        self.seconds = {"": report["seconds"], **{s["name"]: s["seconds"] for s in report["stages"]}}

    def wait_for_moment(self, rng, process, begun):
        """Anywhere in the run, or anywhere in one of its stages: the last ones, which publish, are short."""
        stage = rng.choice(["", rng.choice(list(self.seconds))])
        moment = rng.random() * self.seconds[stage] * 1.15
        since = None if stage else time.monotonic()
        while process.poll() is None and (since is None or time.monotonic() - since < moment):
            if since is None and stage in begun:
                since = time.monotonic()
            time.sleep(0.002)

    def backend(self, pattern):
        rows = self.cluster.rows(f"SELECT pid FROM pg_stat_activity WHERE datname LIKE '{pattern}' AND application_name = 'understudy'"
                                 " ORDER BY random() LIMIT 1")
        return int(rows[0][0]) if rows else 0

    def kill(self, victim, process):
        """Kills; returns what was killed in the end."""
        if victim == "postmaster":
            os.kill(self.cluster.postmaster_pid(), signal.SIGKILL)
            return victim
        if victim == "run, asked" and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            return victim
        if not victim.startswith("run"):
            pid = self.backend("prod" if victim == "source backend" else "\\_understudy\\_%")
            if pid:
                os.kill(pid, signal.SIGKILL)  # the server restarts all of itself after that
                return victim
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        return "run"

    def settle(self, killed):
        """The server is there again, and nobody works for a run that is gone."""
        if killed == "postmaster":
            self.start_again()
        harness.wait_for(self.quiet, 120, "the server to be quiet")

    def start_again(self):
        def started():
            try:
                self.cluster.start()
                return True
            except RuntimeError:  # children of the killed one still hold its memory
                return False
        harness.wait_for(started, 60, "the server to start again")

    def quiet(self):
        out = self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('understudy', 'pg_dump')", check=False)
        return out == "0"

    def test_random_kills(self):
        rng = random.Random(SEED)
        small_odoo.mark(self.cluster, "prod", self.space.filestore, 0)
        self.refreshed(self.config)
        self.learn_pace()
        rounds, state, missing, _ = small_odoo.seen(self.cluster, "stage", self.files)
        self.assertEqual((rounds, missing), (0, []))
        self.states = {0: state}
        hits, outcomes, day = collections.Counter(), collections.Counter(), 0
        for number in range(1, ROUNDS + 1):
            small_odoo.mark(self.cluster, "prod", self.space.filestore, number)
            process, begun, watcher = self.start()
            if number % CALM == 0:
                process.wait(timeout=120)  # the machine's pace changes; the moments follow it
            self.wait_for_moment(rng, process, begun)
            victim = rng.choice(VICTIMS)
            ended = process.poll() is not None
            at = begun[-1]
            killed = "nothing: the run had ended" if ended else self.kill(victim, process)
            try:
                process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                self.fail(f"round {number}: the run hangs after {victim} was killed at {at}")
            watcher.join(timeout=10)
            process.stderr.close()
            self.settle(killed)
            if ended:
                self.learn_pace()
            before, day = day, self.assertWhole(number, day, f"round {number}: {killed} killed at {at}")
            hits[(at if not ended else "after the end", killed)] += 1
            outcomes["today" if day == number else "yesterday"] += 1
            self.assertIn(day, (before, number))
            if ended:
                self.assertEqual((process.returncode, day), (0, number), f"round {number} was not killed and failed")
            if number % 50 == 0:
                print(f"random kills: {number} of {ROUNDS}, {outcomes['yesterday']} left yesterday, {outcomes['today']} today", file=sys.stderr, flush=True)
        self.finish(hits, outcomes)

    def finish(self, hits, outcomes):
        small_odoo.mark(self.cluster, "prod", self.space.filestore, ROUNDS + 1)
        self.refreshed(self.config)
        rounds, _, missing, _ = small_odoo.seen(self.cluster, "stage", self.files)
        self.assertEqual((rounds, missing), (ROUNDS + 1, []))
        self.assertEqual([n for n in harness.databases(self.cluster) if n.startswith("_understudy_")], [])
        self.assertLessEqual(len([n for n in harness.databases(self.cluster) if n.startswith("stage_previous_")]), 1)
        state = self.space.path("state-stage")
        self.assertEqual([n for n in os.listdir(state) if n.startswith("private.")], [])
        beside = os.listdir(os.path.dirname(self.files))
        self.assertLessEqual(len([n for n in beside if n.startswith("stage.understudy-")]), 1, beside)
        lines = [f"{sum(hits.values())} rounds, seed {SEED}: {outcomes['yesterday']} left yesterday, {outcomes['today']} left today; none mixed, none visible before it was published"]
        lines += [f"{count:5}  {victim:28} {stage}" for (stage, victim), count in sorted(hits.items())]
        print("\n".join(lines), file=sys.stderr, flush=True)


if __name__ == "__main__":
    harness.main()
