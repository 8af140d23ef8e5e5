"""Backups of a database in every form that is read, and what a database and a filestore hold, for comparing."""
import os
import subprocess
import zipfile

# A row per relation: its rows and a digest of all of them.
CONTENT = """SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(md5(t::text), '''' ORDER BY t::text COLLATE "C"), '''')) FROM %I.%I t', c.oid::regclass, nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind IN ('r', 'm') AND relispopulated AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
OBJECTS = """SELECT oid, md5(lo_get(oid)), obj_description(oid, 'pg_largeobject') FROM pg_largeobject_metadata ORDER BY 1"""


def files_below(directory):
    found = {}
    for base, _, names in os.walk(directory):
        for name in names:
            with open(os.path.join(base, name), "rb") as stream:
                found[os.path.relpath(os.path.join(base, name), directory)] = stream.read()
    return found


def shortened(dump, rows):
    """A plain dump with the first rows of each table: for what is done hundreds of times."""
    kept, left = [], None
    for line in dump.splitlines(keepends=True):
        if left is None:
            kept.append(line)
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                left = rows
        elif line == b"\\.\n":
            kept.append(line)
            left = None
        elif left > 0:
            kept.append(line)
            left -= 1
    return b"".join(kept)


def content(cluster, database):
    queries = [row[0] for row in cluster.rows(CONTENT, database)]
    return sorted(cluster.rows(" UNION ALL ".join(queries), database))


def objects(cluster, database):
    return cluster.rows(OBJECTS, database)


def dump(cluster, database, path, *options):
    subprocess.run([os.path.join(cluster.bin, "pg_dump"), *options, "--no-owner", "-f", path, "-d", cluster.dsn(database)], check=True)


def restore(cluster, script, database):
    """As Odoo does it, but for stopping at an error."""
    cluster.create(database)
    subprocess.run([os.path.join(cluster.bin, "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.dsn(database), "-f", script],
                   check=True, stdout=subprocess.DEVNULL)


def make_zip(path, script, member, filestore):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(script, member)
        for file, data in files_below(filestore).items():
            archive.writestr("filestore/" + file, data)
        archive.writestr("manifest.json", "{}")


def make_all(space, database, prefix=""):
    """{name: path} of the database in every form; `prefix` begins the names of the files."""
    forms = {}
    for form, option in (("plain.sql", "-Fp"), ("custom.dump", "-Fc"), ("directory", "-Fd"), ("all.tar", "-Ft")):
        forms[form] = space.path(prefix + form)
        dump(space.cluster, database, forms[form], option)
    for packer, ending in (("gzip", ".gz"), ("zstd", ".zst")):
        subprocess.run([packer, "-q", "-k", forms["plain.sql"]], check=True)
        forms["plain.sql" + ending] = forms["plain.sql"] + ending
    for form, script, member in (("odoo.zip", "plain.sql", "dump.sql"), ("custom.zip", "custom.dump", "dump.dump")):
        forms[form] = space.path(prefix + form)
        make_zip(forms[form], forms[script], member, space.filestore)
    return forms
