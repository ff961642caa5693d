"""Databases as files in the machine's cache: what one checkout has installed, the next one reads.

Only for the Odoo applications without our addons: they take minutes, and are the same in every
checkout with the same Odoo, dependencies and libraries.
"""
import os
import shutil

from .console import Fail, run, say, step
from .paths import building, cache

KEPT = 2


class Dumps:
    def __init__(self, bench, filestores):
        self.bench, self.filestores = bench, filestores

    def _program(self, name):
        """The path of PostgreSQL's own program; None where only a server can be reached."""
        folder = self.bench.server.bindir
        found = folder and folder / name
        return found if found and found.exists() else shutil.which(name)

    def _run(self, name, *args, check):
        env, libs = self.bench.env(), self.bench.server.libs
        run([self._program(name), *args], check=check,
            env={**env, **({"LD_LIBRARY_PATH": str(libs)} if libs else {})})

    def _folder(self, key):
        [[number]] = self.bench.sql("SELECT current_setting('server_version_num')::int")
        return cache("databases", f"{key}-pg{number // 10000}")

    def read(self, key, name):
        """Make the database `name` from the file of `key`; return whether there was one."""
        folder = self._folder(key)
        if not folder.exists() or not self._program("pg_restore"):
            return False
        try:
            with step("reading the Odoo applications from the cache"):
                self.bench.sql(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING \'UTF8\' '
                               "LC_COLLATE 'C'")
                self._run("pg_restore", "--no-owner", "--exit-on-error", "--jobs=2", "-d", name,
                          folder / "dump", check="the cached database cannot be read")
                self.bench.sql("ANALYZE", db=name)
            if (folder / "filestore").exists():
                shutil.copytree(folder / "filestore", self.filestores / name)
        except Fail as error:
            say(f"  {error}: making it anew")
            self.bench.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            shutil.rmtree(folder, ignore_errors=True)
            return False
        os.utime(folder)
        return True

    def write(self, key, name):
        """Keep the database `name` as the file of `key`, and the files used last beside it."""
        if not self._program("pg_dump"):
            return
        folder = self._folder(key)
        with building(folder, "writing a database") as temp:
            if temp:
                self._run("pg_dump", "--format=custom", "--compress=1", "-f", temp / "dump", name,
                          check="the database cannot be kept")
                if (self.filestores / name).is_dir():
                    shutil.copytree(self.filestores / name, temp / "filestore")
        old = sorted((path for path in folder.parent.iterdir() if path.is_dir()),
                     key=lambda path: path.stat().st_mtime)
        for path in old[:-KEPT]:
            shutil.rmtree(path, ignore_errors=True)
