"""Throw-away PostgreSQL clusters for the demo, the benchmarks and the end-to-end tests.

A cluster lives in one directory: data/, its log and its Unix socket. When we are root the server runs as postgres
or nobody, because PostgreSQL refuses root. With guard=True a small process waits for ours to end, in whatever way,
and then stops the server and removes the directory.

Environment: UNDERSTUDY_TEST_SPACE, where clusters without a directory of their own are made (tools/test names one in
memory if there is room); /tmp without it.
"""
import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile

GUARDIAN = """
trap '' INT HUP TERM
cat >/dev/null
[ -d "$1" ] || exit 0
pid=$(sed -n 1p "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  i=0
  # A server that has ended counts as running until somebody waits for it, which can take seconds.
  while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null && [ $i -lt 500 ]; do
    sleep 0.02
    i=$((i + 1))
  done
fi
rm -rf "$1"
"""


def bin_directory():
    """Of the newest PostgreSQL that is installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda p: int(p.split("/")[4]) if p.split("/")[4].isdigit() else 0))
    initdb = shutil.which("initdb")
    if not initdb:
        raise SystemExit("understudy demo: error: no PostgreSQL server is installed; install the package postgresql")
    return os.path.dirname(initdb)


def server_user():
    """Whom the server runs as: None is ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise SystemExit("running as root, and there is neither a user postgres nor nobody")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """`ready` is the data directory of a stopped cluster to begin with a copy of, instead of an empty one."""

    def __init__(self, directory=None, tcp=False, durable=False, settings=(), guard=True, binaries=None, ready=None):
        self.user = server_user()
        self.bin = binaries or bin_directory()
        # A Unix socket's path may have no more than 107 bytes, so not below a long TMPDIR.
        self.directory = directory or tempfile.mkdtemp(prefix="understudy-", dir=os.environ.get("UNDERSTUDY_TEST_SPACE") or "/tmp")
        self.port = free_port() if tcp else 5432
        self.tcp = tcp
        self.guardian = None
        if guard:
            self.guardian = subprocess.Popen(["sh", "-c", GUARDIAN, "guardian", self.directory], stdin=subprocess.PIPE,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self._create(durable, settings, ready)
        self.start()

    def _create(self, durable, settings, ready):
        os.makedirs(self.directory, exist_ok=True)
        os.chmod(self.directory, 0o711)
        if self.user:
            os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)
        if ready:
            subprocess.run(["cp", "-a", "--reflink=auto", ready, self.data], check=True)  # with its owner
        else:
            self.tool("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--no-instructions", "--encoding=UTF8",
                      "--locale=C.UTF-8", "--pgdata=" + self.data)
        lines = [f"unix_socket_directories = '{self.directory}'", f"port = {self.port}",
                 f"listen_addresses = '{'127.0.0.1' if self.tcp else ''}'", "max_connections = 150",
                 "max_locks_per_transaction = 256", "shared_buffers = 128MB", "max_wal_size = 1GB", "log_statement = none"]
        if not durable:
            lines += ["fsync = off", "full_page_writes = off", "synchronous_commit = off"]
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as stream:
            stream.write("\n".join(lines + list(settings)) + "\n")

    @property
    def data(self):
        return os.path.join(self.directory, "data")

    def tool(self, name, *arguments, check=True):
        """Runs a program of PostgreSQL's as the server's user."""
        done = subprocess.run([os.path.join(self.bin, name), *arguments], check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
                              user=self.user.pw_uid if self.user else None, group=self.user.pw_gid if self.user else None,
                              extra_groups=[] if self.user else None, env={**os.environ, "LC_ALL": "C", "TZ": "UTC"})
        if check and done.returncode != 0:
            raise RuntimeError(f"{name} ended with {done.returncode}: {done.stdout}{self.log()}")
        return done

    def log(self):
        path = os.path.join(self.directory, "log")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def start(self):
        self.tool("pg_ctl", "start", "--wait", "--silent", "--timeout=60", "--pgdata=" + self.data,
                  "--log=" + os.path.join(self.directory, "log"))

    def stop(self, immediate=False):
        self.tool("pg_ctl", "stop", "--wait", "--silent", "--mode=" + ("immediate" if immediate else "fast"),
                  "--pgdata=" + self.data)

    @contextlib.contextmanager
    def as_standby(self):
        """The server as a standby that waits for a primary; afterwards it is what it was."""
        signal = os.path.join(self.data, "standby.signal")
        self.stop()
        with open(signal, "w", encoding="utf-8"):
            pass
        if self.user:
            os.chown(signal, self.user.pw_uid, self.user.pw_gid)
        self.start()
        try:
            yield self
        finally:
            self.stop()
            os.remove(signal)
            self.start()

    def remove(self):
        """Stops the server and takes the directory away."""
        if self.guardian:
            self.guardian.stdin.close()
            self.guardian.wait()
        else:
            remove(self.directory)

    def postmaster_pid(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as stream:
            return int(stream.readline())

    def dsn(self, database="postgres"):
        return f"host={self.directory} port={self.port} user=postgres dbname={database}"

    def tcp_dsn(self, database="postgres"):
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def sql(self, text, database="postgres", check=True):
        """Runs SQL, returns psql's unaligned output."""
        done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database)], input=text,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr}\n{text[:500]}")
        return done.stdout.rstrip("\n")

    def rows(self, text, database="postgres"):
        out = self.sql(text, database)
        return [line.split("|") for line in out.split("\n")] if out else []

    def create(self, database, template="template0"):
        self.sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.dsn(database)

    def exists(self, database):
        return self.sql(f"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == "1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def remove(directory):
    """Stops the cluster of a directory, if it runs, and removes the directory."""
    pid_file = os.path.join(directory, "data", "postmaster.pid")
    if os.path.exists(pid_file):
        user = server_user()
        subprocess.run([os.path.join(bin_directory(), "pg_ctl"), "stop", "--wait", "--silent", "--mode=immediate",
                        "--pgdata=" + os.path.join(directory, "data")], check=False, cwd="/",
                       user=user.pw_uid if user else None, group=user.pw_gid if user else None,
                       extra_groups=[] if user else None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shutil.rmtree(directory, ignore_errors=True)
