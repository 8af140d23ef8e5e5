"""A generated production, made once for all tests that ask for the same scale: a stopped cluster to start from.

It lies beside the program (test-clusters/), named by everything that it is made of: the generator, PostgreSQL, the
scale. Tests that make the same one beside each other both do; the first to finish keeps it.
"""
import glob
import hashlib
import os
import shutil
import subprocess
import tempfile

import cluster as clusters  # harness.py says where it is

DATABASE = "production_template"


def digest_of_what_makes_it(root):
    digest = hashlib.sha256()
    version = subprocess.run([os.path.join(clusters.bin_directory(), "postgres"), "--version"], check=True, stdout=subprocess.PIPE)
    digest.update(version.stdout)
    sources = [os.path.join(root, "tools/generate-production"), os.path.join(root, "tools/lib/cluster.py"), __file__]
    for path in sorted(sources + glob.glob(os.path.join(root, "tools/production/**"), recursive=True)):
        if os.path.isfile(path) and not path.endswith(".pyc"):
            with open(path, "rb") as stream:
                digest.update(stream.read())
    return digest.hexdigest()[:16]


def make(directory, scale, root):
    """Fills `directory` with data/, filestore/ and truth.tsv."""
    with clusters.Cluster() as cluster:
        cluster.create(DATABASE)
        subprocess.run([os.path.join(root, "tools", "generate-production"), cluster.dsn(DATABASE), "--scale", scale, "--filestore",
                        os.path.join(directory, "filestore"), "--truth", os.path.join(directory, "truth.tsv")],
                       check=True, stdout=subprocess.DEVNULL)
        cluster.sql("CHECKPOINT")
        cluster.stop()
        subprocess.run(["cp", "-a", cluster.data, os.path.join(directory, "data")], check=True)


def ready(program, scale, root):
    """The directory: data (a stopped cluster with the database DATABASE), filestore, truth.tsv."""
    base = os.path.join(os.path.dirname(program), "test-clusters")
    place = os.path.join(base, f"{scale}-{digest_of_what_makes_it(root)}")
    if os.path.isdir(place):
        return place
    os.makedirs(base, exist_ok=True)
    older = glob.glob(os.path.join(glob.escape(base), f"{scale}-*"))
    fresh = tempfile.mkdtemp(prefix="making-", dir=base)
    try:
        make(fresh, scale, root)
        try:
            os.rename(fresh, place)
        except OSError:  # another test was faster
            if not os.path.isdir(place):
                raise
        for path in older:
            shutil.rmtree(path, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place
