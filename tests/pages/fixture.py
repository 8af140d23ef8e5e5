"""A run record of 900 tables with hostile names, and what the program makes of it."""
import json
import os
import subprocess

RUN = "20250131T020304Z-1a2b3c"
HOSTILE_TABLE = "<img src=x onerror=alert(1)>"
HOSTILE_JOB = "'\"><script>alert(2)</script>\nsecond line \u202egnp.exe {{verdict}} &lt;b&gt;"
PROGRAM = os.environ["UNDERSTUDY_PROGRAM"]


def column(name, treatment, changed):
    keep = treatment == "keep"
    return {"name": name, "type": "character varying", "treatment": treatment, "class": "" if keep else treatment,
            "rule": "carries no text" if keep else "odoo/sale (odoo/sale.yaml:12)", "changed": changed,
            "source_fingerprint": "aa" if keep else "bb", "staging_fingerprint": "aa",
            "read_back_fingerprint": "aa", "samples": [], "published_fingerprint": ""}


def table(number, name=None):
    empty = number % 10 == 9
    return {"schema": "public", "name": name or f"a_table_with_rather_a_long_name_number_{number:03}", "module": "",
            "rows": 0 if empty else number, "source_rows": 0 if empty else number, "bytes": number * 1000,
            "seconds": number / 100, "treatment": "empty" if empty else "rewrite",
            "fidelity": "" if empty else "identical", "row_format": "binary", "rows_fingerprint": "",
            "published_rows": 0,
            "columns": [column("id", "keep", 0), column("email", "email", number), column("note", "keep", 0)]}


def record():
    tables = [table(i) for i in range(899)] + [table(500, HOSTILE_TABLE)]
    facts = {f"module.module_{i}": "17.0.1.0" for i in range(200)}
    end = {"kind": "database", "where": "host=db dbname=prod", "database": "prod", "server_version": "15.4",
           "system_identifier": "1", "bytes": 1}
    return {
        "format": 1, "run_id": RUN, "outcome": "published", "exit_code": 0, "command": "refresh", "error": "",
        "started_at": "2025-01-31T02:03:04Z", "finished_at": "2025-01-31T02:05:04Z", "seconds": 120.0,
        "tool": {"name": "understudy", "version": "1", "commit": "", "libraries": {}},
        "key_id": "0123456789abcdef", "key_ephemeral": False, "packs": ["odoo/sale"] * 17, "options": {},
        "limits": {"lanes": 2, "workers": 2, "peak_rss_bytes": 1, "batch_bytes": 1}, "source": end,
        "staging": dict(end, database="staging", where="host=db dbname=" + "long_name_" * 12), "previous": "",
        "snapshot": {"lsn": "0/1", "id": "1", "time": "2025-01-31T02:03:05Z"},
        "stages": [{"name": n, "started_s": s, "seconds": d, "rows": 0, "bytes": 0}
                   for n, s, d in (("rows", 2.0, 90.0), ("post-data", 30.0, 85.0), ("preflight", 0.0, 2.0))],
        "findings": [], "unclassified": [],
        "leaks": [{"table": HOSTILE_TABLE if i == 0 else f"t{i % 7}", "column": f"c{i}", "class": "name",
                   "count": 1, "rows": ["1"]} for i in range(60)],
        "neutralised": [{"module": "mail", "statement": f"statement {i}", "rows": i % 2, "error": ""}
                        for i in range(100)],
        "assertions": [{"name": f"assertion {i}", "violations": 0, "error": ""} for i in range(100)],
        "jobs": [{"name": HOSTILE_JOB, "model": "x.y", "active": True, "next": "", "kept": False, "id": ""}],
        "filestore": None, "parameters": [],
        "known_values": {"values": 1, "bytes": 1, "classes": {}, "left": {}}, "schema_differences": [],
        "environment": {"source": facts, "staging": dict(facts, odoo="17.0"), "explanations": {}},
        "sandbox": {"smtp": "nowhere"}, "warnings": [], "tables": tables}


def render(folder, form, run=None):
    """Writes the record into a state directory and has the program show it; the path of the result."""
    runs = os.path.join(folder, "state", "runs", RUN)
    os.makedirs(runs, exist_ok=True)
    with open(os.path.join(runs, "report.json"), "w") as file:
        json.dump(run or record(), file)
    output = os.path.join(folder, "report." + form)
    subprocess.run([PROGRAM, "report", "--state=" + os.path.join(folder, "state"), "--format=" + form,
                    "--output=" + output, RUN], check=True)
    return output
