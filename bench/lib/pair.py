"""Two throw-away servers for the benchmarks, a production on one of them, and what a copy of it costs.

A Pair listens on TCP, because that is what lies between a production and a staging; in_own_network() puts the whole
benchmark into a network namespace of its own (as root), where the loopback's counters count nothing else.
"""
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(0, os.path.join(ROOT, "tools", "lib"))
import cluster as clusters  # noqa: E402  pylint: disable=wrong-import-position

CORES = os.cpu_count() or 1
TICKS = os.sysconf("SC_CLK_TCK")
IN_NAMESPACE = "UNDERSTUDY_BENCH_NAMESPACE"
SETTINGS = ("shared_buffers = 512MB", "max_wal_size = 8GB", "checkpoint_timeout = 30min", "maintenance_work_mem = 64MB",
            "max_worker_processes = 8", "autovacuum = off")

# What of our own work is done. The sandbox's mail server and its parameters come in.
OFF = {"unclassified": "keep", "leaks": "off", "neutralisation": "warn", "fidelity": "off", "attachments": {"default": "keep"}}
RULES = {"unclassified": "rewrite", "leaks": "off", "neutralisation": "fail", "fidelity": "off"}
ALL = {"unclassified": "rewrite", "leaks": "warn", "neutralisation": "fail", "fidelity": "fail"}
NEUTRALISED = ("public.ir_mail_server", "public.ir_config_parameter")


def in_own_network():
    """Starts this program again in a network namespace of its own. Without root it stays where it is."""
    if os.environ.get(IN_NAMESPACE) or os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return
    os.environ[IN_NAMESPACE] = "1"
    os.execvp("unshare", ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, "-B", *sys.argv])


def stat_fields(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()
    except OSError:
        return None


def server_seconds(cluster):
    """CPU seconds of a server: the postmaster, children it has reaped, and children alive."""
    postmaster = cluster.postmaster_pid()
    own = stat_fields(postmaster)
    ticks = sum(map(int, own[11:15])) if own else 0
    for entry in os.listdir("/proc"):
        fields = stat_fields(entry) if entry.isdigit() else None
        if fields and int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def loopback_bytes():
    """Everything that has crossed the loopback of this network namespace, headers included."""
    with open("/proc/net/dev", encoding="ascii") as stream:
        for line in stream:
            name, _, numbers = line.partition(":")
            if name.strip() == "lo":
                return int(numbers.split()[0])
    return 0


def lsn(cluster):
    return int(cluster.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))


class Pair:
    """Source and target server with a database `production`; made from options.scale, options.dsn or options.dump.

    `network` (slow_network.py) puts the clients behind slow links; without one all is on the loopback.
    """

    def __init__(self, options, network=None):
        self.options = options
        self.network = network
        self.program = options.program
        self.directory = tempfile.mkdtemp(prefix="understudy-bench-", dir=options.directory)
        os.chmod(self.directory, 0o755)
        self.filestore = os.path.join(self.directory, "filestore")
        durable = not options.fast_disk
        settings = (*SETTINGS, *(network.settings if network else ()), *options.setting)
        self.source = clusters.Cluster(os.path.join(self.directory, "source"), tcp=True, durable=durable, settings=settings)
        self.target = clusters.Cluster(os.path.join(self.directory, "target"), tcp=True, durable=durable, settings=settings)
        self.hosts = ("127.0.0.1", "127.0.0.1")
        if network:
            self.hosts = network.hosts
            for cluster in (self.source, self.target):
                network.admit(cluster)
        self.source_dsn = self.source.tcp_dsn("production").replace("127.0.0.1", self.hosts[0])
        self.target_dsn = self.target.tcp_dsn("staging").replace("127.0.0.1", self.hosts[1])
        self.fill()
        self.expected = self.counts(self.source, "production")
        sizes = self.source.rows(
            "SELECT relname, pg_table_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "'public'::regnamespace ORDER BY pg_table_size(oid) DESC", "production")
        self.largest, self.largest_share = sizes[0][0], int(sizes[0][1]) / sum(int(size) for _, size in sizes)

    def close(self):
        self.source.remove()
        self.target.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def fill(self):
        self.source.create("production")
        dsn, options = self.source.dsn("production"), self.options
        if options.dsn:
            subprocess.run(f"pg_dump -Fc -d '{options.dsn}' | pg_restore --no-owner -d '{dsn}'", shell=True, check=True)
        elif options.dump:
            subprocess.run(["pg_restore", "--no-owner", f"-j{CORES}", "-d", dsn, options.dump], check=False,
                           stderr=subprocess.DEVNULL)
        else:
            subprocess.run([os.path.join(ROOT, "tools/generate-production"), dsn, "--scale", str(options.scale), "--filestore",
                            self.filestore], check=True, stdout=sys.stderr)
        os.makedirs(self.filestore, exist_ok=True)
        self.source.sql("VACUUM (ANALYZE)", "production")
        self.size = int(self.source.sql("SELECT pg_database_size('production')"))
        subprocess.run([self.program, "keygen", os.path.join(self.directory, "understudy.key")], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def counts(self, cluster, database):
        query = ("SELECT n.nspname || '.' || c.relname, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY "
                 "%I.%I', n.nspname, c.relname), false, true, '')))[1]::text FROM pg_class c JOIN pg_namespace n ON n.oid = "
                 "relnamespace WHERE relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1")
        return dict(cluster.rows(query, database))

    def shell(self, command, check=True, env=None):
        """Runs a pipeline, behind the network if there is one; returns (exit code, CPU seconds of its processes, peak
        RSS of the largest in KiB)."""
        log = os.path.join(self.directory, "log.txt")
        inside = self.network.prefix if self.network else []
        with open(log, "wb") as stream:
            process = subprocess.Popen([*inside, "bash", "-c", "set -o pipefail; " + command], stdout=stream, stderr=stream,
                                       env={**os.environ, **(env or {})}, cwd=self.directory)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if check and process.returncode != 0:
            with open(log, encoding="utf-8", errors="replace") as stream:
                raise RuntimeError(f"exit code {process.returncode}: {command[:200]}\n{stream.read()[-3000:]}")
        return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss

    def config(self, rules, policy, jobs):
        path = os.path.join(self.directory, "understudy.yaml")
        content = {"source": {"database": self.source_dsn}, "staging": {"database": self.target_dsn, "keep_previous": 0},
                   "key": {"file": os.path.join(self.directory, "understudy.key")},
                   "odoo": {"filestore": {"source": self.filestore, "staging": self.filestore + "-staging"}},
                   "rules": rules, "policy": policy, "jobs": jobs, "state": os.path.join(self.directory, "state")}
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        return path

    def refresh(self, rules, policy, jobs=0):
        """The command of a refresh of ours."""
        return f"'{self.program}' refresh --progress=none --config '{self.config(rules, policy, jobs)}'"

    def report(self):
        """What the last refresh of ours recorded."""
        with open(os.path.join(self.directory, "state/latest/report.json"), encoding="utf-8") as stream:
            return json.load(stream)

    def forget_copies(self):
        """As if nothing had been copied yet, and nothing were left to be written."""
        for cluster in (self.source, self.target):
            for row in cluster.rows("SELECT datname FROM pg_database WHERE datname LIKE 'staging%' OR datname LIKE '\\_understudy%'"):
                cluster.sql(f'ALTER DATABASE "{row[0]}" IS_TEMPLATE false')
                cluster.sql(f'DROP DATABASE "{row[0]}" WITH (FORCE)')
            cluster.sql("CHECKPOINT")
        shutil.rmtree(self.filestore + "-staging", ignore_errors=True)
        os.sync()

    def measure(self, command, env=None, home=None):
        """One copy by `command` into the database `staging` of the target (or of `home`): its figures."""
        home = home or self.target
        self.forget_copies()
        before = server_seconds(self.source), server_seconds(self.target), lsn(home), loopback_bytes()
        started = time.monotonic()
        _, client, rss = self.shell(command, env=env)
        wall = time.monotonic() - started
        wire = loopback_bytes() - before[3]
        time.sleep(0.3)  # backends of the run are reaped
        return {"wall_s": wall, "source_cpu_s": server_seconds(self.source) - before[0],
                "target_cpu_s": server_seconds(self.target) - before[1], "client_cpu_s": client, "wire_mb": wire / 1e6,
                "peak_rss_mb": rss / 1024, "wal_mb": (lsn(home) - before[2]) / 1e6}

    def check(self, home, ours):
        """A wrong copy has no time. Ours leaves some tables empty on purpose, and adds what neutralising needs."""
        counts = self.counts(home, "staging")
        different = [t for t, n in self.expected.items() if counts.get(t) != n]
        if ours:
            different = [t for t in different if counts.get(t) is None or (counts[t] != "0" and t not in NEUTRALISED)]
        if different:
            raise RuntimeError(f"the copy is wrong: {different[:5]}")

    def facts(self):
        def output(*command):
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            return (done.stdout.strip().split("\n") or [""])[0]

        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as stream:
            match = re.search(r"model name\s*:\s*(.*)", stream.read())
        return {"cpu": match.group(1) if match else platform.processor(), "cores": CORES,
                "postgresql": output(os.path.join(self.source.bin, "postgres"), "--version"),
                "pgcopydb": output("sh", "-c", "pgcopydb --version 2>/dev/null || true"), "durable": not self.options.fast_disk,
                "commit": output("git", "-C", ROOT, "rev-parse", "--short", "HEAD"), "database_mb": self.size / 1e6,
                "tables": len(self.expected), "largest": self.largest, "largest_share": self.largest_share,
                "own_network": bool(os.environ.get(IN_NAMESPACE))}


def add_options(parser):
    parser.add_argument("--program", type=os.path.abspath, default=os.path.join(ROOT, "build", "understudy"))
    parser.add_argument("--directory", default="/tmp", help="where the clusters are made")
    parser.add_argument("--fast-disk", action="store_true", help="fsync off on both servers")
    parser.add_argument("--setting", action="append", default=[], metavar="'NAME = VALUE'",
                        help="a line for both servers' postgresql.conf")
    parser.add_argument("--json", metavar="FILE", help="also write every figure of every round")


def describe(about):
    return (f"{about['database_mb']:.0f} MB in {about['tables']} tables ({about['largest']} {about['largest_share']:.0%}), "
            f"{about['postgresql']}, {about['cpu']} x {about['cores']}, {'durable' if about['durable'] else 'fsync off'}, "
            f"commit {about['commit']}")
