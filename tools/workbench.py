"""Everything a command needs to run Odoo: source, interpreter, server, browser."""
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass

from . import browser as browsers
from . import odoosrc, postgres, venv
from .console import Fail, run, step, together
from .paths import ROOT, TOOLS, VERSIONS, state

SERVER = TOOLS / "scripts" / "odoo_server.py"
PROGRESS = re.compile(r"odoo\.modules\.loading: Loading module (\S+) \((\d+)/(\d+)\)")
TESTING = re.compile(r": Starting (\w+\.\w+)")


@dataclass
class Workbench:
    odoo: odoosrc.OdooSource
    python: str
    server: postgres.Server
    browser: browsers.Browser

    def env(self):
        """The environment of every Odoo process; no configuration of the user leaks in."""
        addons = [str(ROOT)]
        beside = self.odoo.package.resolve().parent / "addons"
        if beside.is_dir():
            addons.append(str(beside))
        env = {k: v for k, v in os.environ.items() if not k.startswith(("ODOO_", "PG"))}
        conf = state("odoo.conf")
        if not conf.exists():
            conf.write_text("[options]\n# empty: ./dev passes its settings in the environment\n")
        env.update(self.server.env)
        env.update(self.browser.env())
        env.update({
            "PYTHONPATH": str(self.odoo.pythonpath), "PYTHONNOUSERSITE": "1",
            "PYTHONUNBUFFERED": "1", "ODOO_RC": str(conf), "ODOO_ADDONS_PATH": ",".join(addons),
            "ODOO_DATA_DIR": str(state("data")), "ODOO_SCREENSHOTS": str(state("screenshots")),
        })
        env.pop("PYTHONHOME", None)
        return env

    def sql(self, *statements, db="postgres"):
        """Run statements (text, or a pair with parameters) and return the last one's rows."""
        pairs = [(s, None) if isinstance(s, str) else s for s in statements]
        code, output = run([self.python, TOOLS / "scripts" / "sql.py", db], env=self.env(),
                           text_in=json.dumps(pairs))
        if code:
            lines = output.strip().splitlines() or ["no answer"]
            errors = [line for line in lines if re.match(r"[\w.]+\.\w+: ", line)]
            text = re.sub(r"^[\w.]+: ", "", (errors or lines)[-1])
            if "OperationalError" in output:
                raise Fail(f"cannot use PostgreSQL database {db}: {text}; check PGHOST, PGPORT, "
                           "PGUSER and PGPASSWORD" if os.environ.get("PGHOST") else
                           f"cannot use PostgreSQL database {db}: {text}")
            raise Fail(f"PostgreSQL refused a statement: {text}")
        return json.loads(output)

    def command(self, *args, server=SERVER):
        return [self.python, server, *args]

    def run_odoo(self, db, *args, title, log, check=None, http=None, server=SERVER, env=()):
        """Run Odoo on `db` to its end, showing which module it loads; returns (code, output).

        `http` is the port for tests that need a web server, `server` the script that starts it,
        `env` what its environment has besides.
        """
        web = [f"--http-port={http}", "--http-interface=127.0.0.1"] if http else ["--no-http"]
        path = state("log", log)
        with step(title) as shown:
            def on_line(line):
                found = PROGRESS.search(line)
                if found:
                    shown.note = f"{found[2]}/{found[3]} {found[1]}"
                elif found := TESTING.search(line):
                    shown.note = found[1]
            return run(self.command("-d", db, *web, "--stop-after-init", *args, server=server),
                       log=path, env={**self.env(), **dict(env)}, cwd=ROOT, on_line=on_line,
                       check=check)

    def shell(self, db, code, check, title=None):
        """Run Python `code` in `odoo shell`; `env` is the superuser's environment."""
        with step(title or "odoo shell"):
            return run(self.command("shell", "-d", db, "--no-http", "--log-level=warn"),
                       env=self.env(), cwd=ROOT, text_in=code, check=check)[1]

    def check_server(self):
        rows = self.sql(
            "SELECT current_setting('server_version_num')::int, "
            "(SELECT array_agg(name::text) FROM pg_available_extensions"
            " WHERE name IN ('pg_trgm', 'unaccent')), "
            "(SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user)")
        number, extensions, may_create = rows[0]
        if number // 10000 < VERSIONS["postgresql_min"]:
            raise Fail(f"PostgreSQL {number // 10000} is too old: Odoo 19 needs "
                       f"{VERSIONS['postgresql_min']} or newer")
        lacking = {"pg_trgm", "unaccent"} - set(extensions or [])
        if lacking:
            raise Fail(f"PostgreSQL lacks the extension {', '.join(sorted(lacking))}: install "
                       "the package postgresql-contrib of its version")
        if not may_create:
            raise Fail(f"the role {self.server.env.get('PGUSER')} may not create databases: "
                       "ALTER ROLE ... CREATEDB, or unset PGHOST")


@contextmanager
def workbench(components=tuple(browsers.COMPONENTS)):
    """Find or fetch all parts, start the server, and stop it in the end if it is ours."""
    # downloads and the installation of requirements wait for different things
    odoo, python = together(odoosrc.find, venv.python)
    browser = browsers.find(components)
    with postgres.running() as server:
        bench = Workbench(odoo, python, server, browser)
        bench.check_server()
        yield bench
