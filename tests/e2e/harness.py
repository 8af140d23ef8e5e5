"""What the end-to-end tests share: a cluster, a generated production, the real program, and ways to compare.

Environment: UNDERSTUDY_PROGRAM (the built program), UNDERSTUDY_SOURCE_DIR (the checkout), UNDERSTUDY_SHARED
(a directory with odoo17/, if one is at hand). CTest sets the first two.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

ROOT = os.environ.get("UNDERSTUDY_SOURCE_DIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
PROGRAM = os.environ.get("UNDERSTUDY_PROGRAM") or os.path.join(ROOT, "build", "understudy")
ALL = bool(os.environ.get("UNDERSTUDY_ALL"))  # tools/test --all: the long loops too
sys.path.insert(0, os.path.join(ROOT, "tools", "lib"))
import cluster as clusters  # noqa: E402  pylint: disable=wrong-import-position
import ready_production  # noqa: E402  pylint: disable=wrong-import-position

SYSTEM = {"postgres", "template0", "template1"}


def sanitized():
    """Was the program built with a sanitizer? Those reserve terabytes, so that a limit of memory means nothing."""
    with open(PROGRAM, "rb") as stream:
        program = stream.read()
    return b"__asan_init" in program or b"__tsan_init" in program


def shared(name):
    """A directory of material that is not part of the project, or None."""
    for base in (os.environ.get("UNDERSTUDY_SHARED"), os.path.join(ROOT, "..", "shared")):
        if base and os.path.exists(os.path.join(base, name)):
            return os.path.join(base, name)
    return None


class Workspace:
    """A directory for configs, keys and states, and a cluster that holds production and staging."""

    def __init__(self, scale="0.03", **cluster_options):
        self.directory = tempfile.mkdtemp(prefix="understudy-e2e-", dir="/tmp")
        self.truth = os.path.join(self.directory, "truth.tsv")
        self.filestore = os.path.join(self.directory, "filestore", "production")
        self.count = 0
        options = {"tcp": True, **cluster_options}
        if scale:
            made = ready_production.ready(PROGRAM, scale, ROOT)
            shutil.copytree(os.path.join(made, "filestore"), self.filestore)
            shutil.copy(os.path.join(made, "truth.tsv"), self.truth)
            options["ready"] = os.path.join(made, "data")
        self.cluster = clusters.Cluster(**options)
        self.keygen("understudy.key")

    def remove(self):
        self.cluster.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def restore_odoo17(self, database, filestore=True):
        """The real Odoo 17 of the shared material; shared("odoo17") must be there."""
        data = shared("odoo17")
        self.cluster.create(database)
        subprocess.run([os.path.join(self.cluster.bin, "pg_restore"), "-d", self.cluster.dsn(database), "--no-owner", "-j2",
                        os.path.join(data, "production.dump")], check=True, stderr=subprocess.DEVNULL)
        if filestore:
            os.makedirs(self.filestore)
            with tarfile.open(os.path.join(data, "filestore.tar.gz")) as archive:
                archive.extractall(self.filestore)

    def keygen(self, name):
        path = self.path(name)
        run_program(["keygen", path], check=True)
        return path

    def production(self):
        """A fresh copy of the generated production."""
        self.count += 1
        name = f"production{self.count}"
        self.cluster.create(name, template=ready_production.DATABASE)
        return name

    def config(self, source, staging, /, **changes):
        """Writes a config (JSON is YAML) and returns its path. Keys of `changes` replace top-level ones."""
        self.count += 1
        content = {
            "source": {"database": self.cluster.dsn(source)},
            "staging": {"database": self.cluster.dsn(staging), "keep_previous": 1},
            "odoo": {"filestore": {"source": self.filestore, "staging": self.path(f"filestore/{staging}")}},
            "key": {"file": self.path("understudy.key")},
            "rules": ["odoo"],
            "state": self.path(f"state-{staging}"),
        }
        content.update(changes)
        content = {k: v for k, v in content.items() if v is not None}
        path = self.path(f"config{self.count}.yaml")
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1)
        return path

    def report(self, staging):
        with open(self.path(f"state-{staging}/latest/report.json"), encoding="utf-8") as stream:
            return json.load(stream)


def environment(extra=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("UNDERSTUDY_", "PG"))}
    env["LC_ALL"] = "C.UTF-8"
    env["UNDERSTUDY_RULES"] = os.path.join(ROOT, "rules")  # a build directory may be anywhere
    env.update(extra or {})
    return env


def run_program(arguments, check=False, env=None, timeout=300, **options):
    """Runs understudy to its end; the result has .code, .out, .err."""
    done = subprocess.run([PROGRAM, *arguments], check=False, capture_output=True, timeout=timeout,
                          env=environment(env), stdin=subprocess.DEVNULL, **options)
    done.code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    done.out = done.stdout.decode("utf-8", "replace")
    done.err = done.stderr.decode("utf-8", "replace")
    if check and done.code != 0:
        raise AssertionError(f"understudy {' '.join(arguments)}: exit code {done.code}\n{done.out}{done.err}")
    return done


def start_program(arguments, env=None):
    return subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(env),
                            stdin=subprocess.DEVNULL, start_new_session=True)


def refresh(config, *more, check=False, **options):
    return run_program(["refresh", "--config", config, "--progress=none", *more], check=check, **options)


# --- comparing databases

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname),
       coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum))
                 FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
                 WHERE i.indrelid = c.oid AND i.indisprimary), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
ORDER BY 1
"""


def tables_of(cluster, database):
    """{table: ORDER BY list}; without a primary key the whole row as text is the order."""
    return {name: key or f"{name.split('.', 1)[1]}::text" for name, key in cluster.rows(TABLES, database)}


def copy_out(cluster, database, query, mode="text"):
    """The bytes of COPY (query) TO STDOUT."""
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.dsn(database), "-c",
                           f"COPY ({query}) TO STDOUT (FORMAT {mode})"], check=True, stdout=subprocess.PIPE)
    return done.stdout


def table_digests(cluster, database, columns=None):
    """{table: digest of its rows in order of the primary key}; columns: {table: [names]} narrows the comparison."""
    digests = {}
    tables = tables_of(cluster, database)
    script = ["SET extra_float_digits = 3; SET timezone = 'UTC'; SET datestyle = 'ISO';"]
    names = []
    for table, order in tables.items():
        wanted = columns.get(table) if columns is not None else ["*"]
        if wanted:
            names.append(table)
            selected = ", ".join(wanted) if wanted != ["*"] else "*"
            script.append(f"\\echo @@{len(names) - 1}\nCOPY (SELECT {selected} FROM ONLY {table} ORDER BY {order}) TO STDOUT;")
    out = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.dsn(database)], check=True,
                         input="\n".join(script).encode(), stdout=subprocess.PIPE).stdout
    for part in re.split(rb"(?m)^@@", out)[1:]:
        number, _, rows = part.partition(b"\n")
        digests[names[int(number)]] = hashlib.sha256(rows).hexdigest()
    return digests


def row_counts(cluster, database):
    query = " UNION ALL ".join(f"SELECT '{t}', count(*) FROM ONLY {t}" for t in tables_of(cluster, database))
    return {name: int(count) for name, count in cluster.rows(query, database)}


def sequences(cluster, database):
    names = [r[0] for r in cluster.rows(
        "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences ORDER BY 1", database)]
    query = " UNION ALL ".join(f"SELECT '{n}', last_value, is_called FROM {n}" for n in names)
    return {name: (value, called) for name, value, called in cluster.rows(query, database)}


def schema_dump(cluster, database):
    """pg_dump --schema-only without what differs from call to call."""
    done = subprocess.run([os.path.join(cluster.bin, "pg_dump"), "--schema-only", "--no-owner", "--no-acl", "-d", cluster.dsn(database)],
                          check=True, stdout=subprocess.PIPE, text=True)
    lines = [l for l in done.stdout.split("\n") if not l.startswith(("--", "\\restrict", "\\unrestrict"))]
    # Statements come in an order that depends on oids where names are equal; the set of them must be equal.
    return sorted(s.strip() for s in re.split(r";\n", "\n".join(lines)) if s.strip())


def kept_columns(cluster, report, database):
    """{table: [quoted columns]} of treatment keep, from a run record; names as tables_of() gives them. Generated
    columns follow from others, and the comparison of schemas compares their expressions."""
    words = {r[0] for r in cluster.rows("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'")}

    def quote(identifier):
        if re.fullmatch(r"[a-z_][a-z0-9_]*", identifier) and identifier not in words:
            return identifier
        return '"' + identifier.replace('"', '""') + '"'

    generated = {tuple(r) for r in cluster.rows(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE is_generated = 'ALWAYS'", database)}
    kept = {}
    for table in report["tables"]:
        place = (table["schema"], table["name"])
        names = [quote(c["name"]) for c in table["columns"]
                 if c["treatment"] == "keep" and (*place, c["name"]) not in generated]
        if names and table["treatment"] != "empty":
            kept[".".join(map(quote, place))] = names
    return kept


def dump_bytes(cluster, database):
    """Everything a database holds as text: a plain dump, with bytea in escape form so that a search sees text."""
    done = subprocess.run([os.path.join(cluster.bin, "pg_dump"), "--no-owner", "-d", cluster.dsn(database)], check=True,
                          stdout=subprocess.PIPE, env={**os.environ, "PGOPTIONS": "-c bytea_output=escape"})
    return done.stdout


def databases(cluster):
    return {r[0] for r in cluster.rows("SELECT datname FROM pg_database")} - SYSTEM


def truth(path, *kinds):
    with open(path, encoding="utf-8") as stream:
        pairs = [line.rstrip("\n").split("\t")[:2] for line in stream]
    return [(value, kind) for value, kind in pairs if not kinds or kind in kinds]


def still_there(cluster, database, values):
    """Those of the values that a plain dump of the database holds. One pass for all of them: grep reports the
    longest where several begin, and what is a part of that one is there too."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as patterns:
        patterns.write("\n".join(value for value, _ in values))
        patterns.flush()
        found = subprocess.run(["grep", "-a", "-F", "-o", "-f", patterns.name], input=dump_bytes(cluster, database),
                               check=False, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
    if found.returncode > 1:
        raise RuntimeError("grep failed")
    text = "\n".join(set(found.stdout.decode("utf-8", "replace").split("\n")))
    return [(value, kind) for value, kind in values if value in text]


def wait_for(condition, seconds=60, message="the condition"):
    """The first true value of condition(), polled."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for {message}")


class Case(unittest.TestCase):
    """A test whose class has one workspace."""
    scale = "0.03"
    cluster_options = {}
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(PROGRAM):
            raise unittest.SkipTest(f"no program at {PROGRAM}")
        cls.space = Workspace(cls.scale, **cls.cluster_options)
        cls.cluster = cls.space.cluster

    @classmethod
    def tearDownClass(cls):
        cls.space.remove()

    def assertExit(self, done, code):
        self.assertEqual(done.code, code, f"exit code {done.code}, wanted {code}\nstdout: {done.out[-3000:]}\nstderr: {done.err[-3000:]}")

    def assertSameTables(self, one, other):
        """Two results of table_digests(); says which tables differ, not their digests."""
        self.assertEqual(set(one), set(other))
        self.assertEqual(" ".join(sorted(t for t in one if one[t] != other[t])), "", "these tables differ")

    def refreshed(self, config, *more):
        done = refresh(config, *more)
        self.assertExit(done, 0)
        return done

    def staging_name(self):
        self.space.count += 1
        return f"staging{self.space.count}"


def main():
    unittest.main(verbosity=2)
