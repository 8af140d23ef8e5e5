#!/usr/bin/env python3
"""Connections that break at every stage, on either end, in every way. After each: staging is wholly yesterday's or
wholly today's, the exit code is one of those that the manual names, one sentence says why, and the next run leaves
nothing of it behind. The table of faults × stages → outcomes is in docs/faults.md (faults.py).

The default run takes one fault per stage and end; UNDERSTUDY_ALL=1 takes all.
"""
import os
import sys

import faults
import harness
import proxy
from harness import Case

# Of a corrupted byte libpq or the server may make anything: a lost connection, a protocol error, a row that does not
# fit, a fingerprint that differs.
ALLOWED = {"cut": (0, 7), "half_close": (0, 7), "stall": (0, 130), "delay": (0,), "corrupt": (0, 1, 2, 4, 5, 6, 7, 8, 130)}
COLUMNS = {"cut": "cut", "half_close": "half closed", "stall": "stalled, then Ctrl-C", "delay": "delayed", "corrupt": "a byte changed"}
TEXT = "Every connection to that end at once, from the beginning of the stage to the end of the run. A dash: nothing was under way."
# A stalled server looks like a slow one; the user's Ctrl-C is what ends it. A byte that was the length of a message leaves
# both ends waiting for the rest: TCP's checksum and TLS are what keeps such bytes away; else it is as a stall.
PATIENCE_SECONDS = {"cut": 120, "half_close": 120, "delay": 300, "stall": 3, "corrupt": 12}


class FaultTest(Case):
    scale = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxies = {"source": proxy.Proxy(cls.cluster.port), "staging": proxy.Proxy(cls.cluster.port)}
        cls.tables = {end: {} for end in cls.proxies}
        cls.hits = []
        cls.cluster.create("prod")
        cls.cluster.sql(
            "CREATE TABLE person (id serial PRIMARY KEY, name text, email text UNIQUE, note text);"
            "INSERT INTO person (name, email, note) SELECT 'Vrysko Njastein' || i, 'vrysko' || i || '@hruridge-kundenmail.de',"
            " repeat('Wrote to vrysko' || i || '@hruridge-kundenmail.de. ', 4) FROM generate_series(1, 4000) i;"
            "CREATE TABLE line (id int PRIMARY KEY, person int REFERENCES person, pad text);"
            "INSERT INTO line SELECT i, i % 4000 + 1, repeat(md5(i::text), 10) FROM generate_series(1, 20000) i;"
            "CREATE INDEX ON line (pad); CREATE TABLE mark (day text); CREATE SEQUENCE counter;"
            "CREATE MATERIALIZED VIEW per_person AS SELECT person, count(*) FROM line GROUP BY 1", "prod")
        rules = cls.space.path("site.yaml")
        with open(rules, "w", encoding="utf-8") as stream:
            stream.write("pack: site\ntables:\n  person: {name: name, email: email, note: rewrite}\n")
        ends = {end: f"host=127.0.0.1 port={p.port} user=postgres sslmode=disable gssencmode=disable tcp_user_timeout=3000"
                for end, p in cls.proxies.items()}
        cls.config = cls.space.config("prod", "stage", odoo=None, rules=[rules], jobs=2,
                                      policy={"unclassified": "keep", "leaks": "fail"},
                                      source={"database": ends["source"] + " dbname=prod"},
                                      staging={"database": ends["staging"] + " dbname=stage", "keep_previous": 0})

    @classmethod
    def tearDownClass(cls):
        for one in cls.proxies.values():
            one.close()
        super().tearDownClass()

    def state(self):
        return {**harness.table_digests(self.cluster, "stage"), "?constraints": self.cluster.sql(
            "SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace", "stage"),
            "?view": self.cluster.sql("SELECT count(*), sum(count) FROM per_person", "stage")}

    def run_with(self, end, fault, stage):
        """One refresh during which the fault begins as the stage does, and ends with the run."""
        hit = []

        def over():
            hit.append(self.proxies[end].hit)
            self.proxies[end].clear()
        outcome = faults.run_broken(self.config, None if stage == "preflight" else stage, lambda: self.proxies[end].inject(fault), over,
                                    PATIENCE_SECONDS[fault], fault in ("stall", "corrupt"))
        return outcome, hit[0]

    def broken_once(self, end, fault, stage):
        before = self.state()
        self.cluster.sql(f"INSERT INTO mark VALUES ('{len(self.hits)}')", "prod")
        outcome, hit = self.run_with(end, fault, stage)
        code, said = outcome.code, outcome.sentences
        after = self.state()
        new = self.cluster.sql("SELECT count(*) FROM mark", "stage") == self.cluster.sql("SELECT count(*) FROM mark", "prod")
        self.hits.append(hit)
        # What met nobody says nothing of the fault.
        self.tables[end].setdefault((stage, COLUMNS[fault]), [])
        if hit:
            self.tables[end][stage, COLUMNS[fault]].append((code, "today" if new else "yesterday", said[0] if said else ""))
        where = f"{end} {fault} at {stage}: {outcome.tail()}"
        self.assertIn(code, ALLOWED[fault], where)
        if code == 0:
            self.assertTrue(new, where)
        else:
            self.assertEqual(len(said), 1, where)
            self.assertNotIn("\n", said[0])
            self.assertNotIn("vrysko", "".join(outcome.lines).lower(), where)
            # A run that failed may have published only where the commit's answer was lost.
            if not (stage == "publish" and new):
                self.assertEqual(after, before, where)
        if new:
            self.assertEqual({k: v for k, v in after.items() if k != "public.mark"},
                             {k: v for k, v in before.items() if k != "public.mark"}, where)

    def leftovers(self):
        return sorted(n for n in harness.databases(self.cluster) if n not in ("prod", "stage"))

    def test_faults_and_stages(self):
        self.refreshed(self.config)
        stages = [s["name"] for s in self.space.report("stage")["stages"]]
        for known in ("preflight", "snapshot", "known values", "schema", "rows", "verify", "publish"):
            self.assertIn(known, stages)
        rounds = [(end, fault, stage) for stage in stages for end in self.proxies for fault in proxy.FAULTS]
        if not harness.ALL:
            # Each stage and each end sees one of them; the three ways take turns.
            ways = ("cut", "half_close", "corrupt")
            rounds = [(end, ways[(i + j) % 3], stage) for i, stage in enumerate(stages) for j, end in enumerate(self.proxies)]
            rounds += [("source", "stall", "rows"), ("staging", "stall", "verify"), ("source", "delay", "plan")]
        for end, fault, stage in rounds:
            with self.subTest(end=end, fault=fault, stage=stage):
                self.broken_once(end, fault, stage)
            if len(self.hits) % 20 == 0:
                print(f"faults: {len(self.hits)} of {len(rounds)}", file=sys.stderr, flush=True)
        self.assertGreater(sum(hit > 0 for hit in self.hits), len(self.hits) // 2)
        self.refreshed(self.config)
        self.assertEqual(self.leftovers(), [])
        state = self.space.path("state-stage")
        self.assertEqual([n for n in os.listdir(state) if n.startswith("private.")], [])
        for end, rows in self.tables.items():
            faults.settle(f"Connections to {end}", TEXT, list(COLUMNS.values()), rows, stages)


if __name__ == "__main__":
    harness.main()
