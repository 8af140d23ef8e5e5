"""Clients behind slow links: a network namespace with a link to each server that has a delay and a rate.

The links are veth pairs with tc netem on both ends; where the kernel has no netem, tun devices and delay_router.py.
Needs root, iproute2, and a network namespace that may be played with (pair.in_own_network). All of it goes with the
processes that hold it.
"""
import os
import shutil
import subprocess
import sys
import time

DELAY_ROUTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "delay_router.py")


def missing():
    """Why it can't be made here; empty if it can."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    lacking = [name for name in ("ip", "tc", "unshare", "nsenter") if not shutil.which(name)]
    return f"needs {', '.join(lacking)} (iproute2, util-linux)" if lacking else ""


class SlowNetwork:
    settings = ("listen_addresses = '*'",)
    hosts = ("10.99.0.1", "10.99.1.1")

    def __init__(self, round_trip_ms, mbit):
        self.router = None
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        ours = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == ours:
            time.sleep(0.01)
        self.prefix = ["nsenter", "-t", str(self.holder.pid), "-n", "--"]
        try:
            if self._has_netem():
                self.by = "tc netem"
                self._veth_pairs(round_trip_ms / 2, mbit)
            else:
                self.by = "a router of our own (this kernel has no netem)"
                self._route(round_trip_ms / 2, mbit)
        except BaseException:
            self.close()
            raise

    def _has_netem(self):
        return subprocess.run([*self.prefix, "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"], check=False,
                              stderr=subprocess.DEVNULL).returncode == 0

    def _run(self, *command):
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise SystemExit(f"error: {' '.join(command)}: {done.stdout.strip()}")

    def _up(self, inside, name, address, peer):
        self._run(*inside, "ip", "address", "add", address, "peer", peer, "dev", name)
        self._run(*inside, "ip", "link", "set", name, "up")

    def _ends(self):
        for i, host in enumerate(self.hosts):
            client = host[:-1] + "2"
            yield [], f"server{i}", host, client
            yield self.prefix, f"client{i}", client, host

    def _veth_pairs(self, delay_ms, mbit):
        for i in range(len(self.hosts)):
            self._run("ip", "link", "add", f"server{i}", "type", "veth", "peer", "name", f"client{i}", "netns", str(self.holder.pid))
        for inside, name, address, peer in self._ends():
            self._up(inside, name, address, peer)
            # The queue must hold what is under way; what it can't hold would be lost, which is another test.
            self._run(*inside, "tc", "qdisc", "add", "dev", name, "root", "netem", "limit", "100000", "delay", f"{delay_ms}ms",
                      "rate", f"{mbit}mbit")

    def _route(self, delay_ms, mbit):
        self.router = subprocess.Popen([sys.executable, "-B", DELAY_ROUTER, str(self.holder.pid), str(delay_ms), str(mbit),
                                        str(len(self.hosts))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.router.stdout.readline().strip() != "ready":
            raise SystemExit("error: the router of the slow network did not start")
        for inside, name, address, peer in self._ends():
            self._run(*inside, "ip", "link", "set", name, "mtu", "9000")
            self._up(inside, name, address, peer)

    def admit(self, cluster):
        """The server lets clients of the namespace in."""
        with open(os.path.join(cluster.data, "pg_hba.conf"), "a", encoding="utf-8") as stream:
            stream.write("host all all 10.99.0.0/16 trust\n")
        cluster.sql("SELECT pg_reload_conf()")

    def close(self):
        if self.router is not None:
            self.router.stdin.close()
            self.router.wait()
        self.holder.kill()
        self.holder.wait()
