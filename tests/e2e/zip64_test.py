#!/usr/bin/env python3
"""Odoo zips over 4 GB, written and read: a stored file above 4 GiB, and members behind the first 4 GiB of the zip."""
import hashlib
import json
import os
import random
import resource
import time
import zipfile

import harness
from harness import Case

LARGE_BYTES = 4_400_000_000  # one sparse file, beyond 32 bits
RANDOM_FILES, RANDOM_BYTES = 9, 480_000_000  # nothing to compress: together beyond 32 bits
PIECE_BYTES = 1 << 20
MOST_RESIDENT_KB = 300_000


def store(filestore, pieces):
    """Writes a file as Odoo does; (its name, its bytes)."""
    temporary, sha1, size = os.path.join(filestore, "new"), hashlib.sha1(), 0
    with open(temporary, "wb") as stream:
        for piece in pieces:
            sha1.update(piece)
            size += len(piece)
            if piece.count(0) == len(piece):
                stream.seek(len(piece), os.SEEK_CUR)
            else:
                stream.write(piece)
        stream.truncate(size)
    name = f"{sha1.hexdigest()[:2]}/{sha1.hexdigest()}"
    os.makedirs(os.path.join(filestore, name[:2]), exist_ok=True)
    os.rename(temporary, os.path.join(filestore, name))
    return name, size


class Zip64Test(Case):
    def test_out_and_in_again(self):
        source = self.space.production()
        dice = random.Random(64)
        large = [store(self.space.filestore, (bytes(PIECE_BYTES) for _ in range(LARGE_BYTES // PIECE_BYTES)))]
        large += [store(self.space.filestore, (dice.randbytes(PIECE_BYTES) for _ in range(RANDOM_BYTES // PIECE_BYTES)))
                  for _ in range(RANDOM_FILES)]
        self.cluster.sql("ALTER TABLE ir_attachment ALTER file_size TYPE bigint;" + "".join(
            "INSERT INTO ir_attachment (name, type, res_model, mimetype, store_fname, checksum, file_size)"
            f" VALUES ('video', 'binary', 'product.template', 'video/mp4', '{name}', '{name[3:]}', {size});" for name, size in large),
            source)
        policy = {"attachments": {"default": "keep"}, "leaks": "warn"}
        out = self.space.path("large.zip")
        config = self.space.config(source, "unused", policy=policy,
                                   staging={"backup": out, "server": self.cluster.dsn("postgres")})
        seconds = [self.run_timed(config)]
        self.assertGreater(os.path.getsize(out), 1 << 32)
        with open(out + ".report.json", encoding="utf-8") as stream:
            self.assertGreaterEqual(json.load(stream)["restored"]["files"], len(large))
        with zipfile.ZipFile(out) as archive:
            members = {info.filename: info for info in archive.infolist()}
        for name, size in large:
            self.assertEqual(members["filestore/" + name].file_size, size)
        self.assertGreater(max(info.header_offset for info in members.values()), 1 << 32)
        staging = self.space.path("filestore/again")
        config = self.space.config(source, "again", source={"backup": out}, policy=policy, odoo={"filestore": {"staging": staging}})
        seconds.append(self.run_timed(config))
        for name, size in large:
            self.assertEqual(os.path.getsize(os.path.join(staging, name)), size)
        print(f"{os.path.getsize(out) / 1e9:.2f} GB of zip, {sum(size for _, size in large) / 1e9:.2f} GB of files: "
              f"written and proved in {seconds[0]:.0f} s, read in {seconds[1]:.0f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"the largest child had {peak / 1e3:.0f} MB")
        self.assertLess(peak, MOST_RESIDENT_KB)

    def run_timed(self, config):
        begin = time.monotonic()
        done = harness.run_program(["refresh", "--config", config, "--progress=none"], timeout=3000)
        self.assertExit(done, 0)
        return time.monotonic() - begin


if __name__ == "__main__":
    harness.main()
