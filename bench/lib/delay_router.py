#!/usr/bin/env python3
"""What tc netem does, for kernels without it: packets between two network namespaces, late and at a limited rate.

  delay_router.py PID DELAY_MS MBIT LINKS

Makes tun devices server0, server1 … here and client0, client1 … in the network namespace of process PID, and carries
the packets of each pair to and fro: each waits for its turn at MBIT, and then DELAY_MS. Needs root; runs until its
standard input ends. Says "ready" when the devices are there.
"""
import collections
import ctypes
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000
LARGEST = 65535


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def enter(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{pid}/ns/net", "rb") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


class Direction:
    def __init__(self, source, target, delay_s, bytes_per_s):
        self.source, self.target, self.delay_s, self.bytes_per_s = source, target, delay_s, bytes_per_s
        self.free_at = 0.0
        self.under_way = collections.deque()

    def take(self, now):
        while True:
            try:
                packet = os.read(self.source, LARGEST)
            except BlockingIOError:
                return
            self.free_at = max(self.free_at, now) + len(packet) / self.bytes_per_s
            self.under_way.append((self.free_at + self.delay_s, packet))

    def deliver(self, now):
        """Returns when the next one is due."""
        while self.under_way and self.under_way[0][0] <= now:
            try:
                os.write(self.target, self.under_way.popleft()[1])
            except OSError:  # the device is down: as a cable that is out
                continue
        return self.under_way[0][0] if self.under_way else now + 1


def main():
    pid, delay_ms, mbit, links = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    servers = [tun(f"server{i}") for i in range(links)]
    enter(pid)
    clients = [tun(f"client{i}") for i in range(links)]
    directions = {}
    for one, other in zip(servers, clients):
        directions[one] = Direction(one, other, delay_ms / 1000, mbit * 125000)
        directions[other] = Direction(other, one, delay_ms / 1000, mbit * 125000)
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        due = min(direction.deliver(now) for direction in directions.values())
        readable, _, _ = select.select([0, *directions], [], [], max(0.0, due - time.monotonic()))
        if 0 in readable:
            return
        now = time.monotonic()
        for fd in readable:
            directions[fd].take(now)


if __name__ == "__main__":
    main()
