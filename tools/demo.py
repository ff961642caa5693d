"""The living dealership: database service_demo and a web client on it."""
import socket
import time
import urllib.error
import urllib.request

from .console import Fail, forget, say, spawn, step, stop
from .databases import Databases, addons_key
from .paths import digest, lock, present_addons, state

NAME = "service_demo"
PORT = 8069
# the people of the demo data; each one's password is the login
ROLES = (
    ("advisor", "Service advisor: orders, estimates, promises"),
    ("reception", "Receptionist: check-in, calls"),
    ("technician", "Technician: my jobs, clock"),
    ("techlead", "Technical lead: verdicts, meetings"),
    ("inspector", "Inspector: inspections and SOPs"),
    ("manager", "Service manager: everything, reports"),
    ("warehouse", "Warehouse: parts"),
    ("accountant", "Accountant: invoices"),
    ("marketing", "Marketing: survey results"),
    ("sales", "Salesperson: leads"),
    ("customer", "Customer: own cars, proposals and documents"),
    ("admin", "Administrator"),
)


def current_key(databases):
    return digest(databases.base_key(), addons_key())


def prepare(bench):
    """Make service_demo, or bring it up to date with our addons."""
    databases = Databases(bench)
    with lock(state("db-service_demo.lock"), f"preparing {NAME}"):
        _prepare(bench, databases, current_key(databases))
    return databases


def _prepare(bench, databases, key):
    if not databases.exists(NAME):
        source = databases.demo()
        temp = "sa_new_service_demo"
        databases.clone(source, temp)
        databases.prepare_pages(temp)
        databases.rename(temp, NAME)
        databases.mark(NAME, key)
    elif databases.marked(NAME) != key:
        say("  our addons changed since service_demo was made: upgrading it")
        upgrade(bench, databases, key)


def upgrade(bench, databases, key):
    """Upgrade our addons in service_demo; new ones are installed."""
    ours = present_addons()
    installed = {row[0] for row in bench.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", db=NAME)}
    args = []
    for flag, names in (("-u", [n for n in ours if n in installed]),
                        ("-i", [n for n in ours if n not in installed])):
        if names:
            args += [flag, ",".join(names)]
    if args:
        bench.run_odoo(NAME, *args, title="upgrading our addons", log="update.log",
                       check="the upgrade failed (./dev reset starts afresh)")
        databases.must_be_installed(NAME, ours)
    databases.mark(NAME, key)


def free_port(wanted, host="127.0.0.1", strict=False):
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError as error:
                raise Fail(f"port {port} needs more rights: choose one above 1024") from error
            except OSError as error:
                if strict:
                    raise Fail(f"port {port} is in use: choose another with --port") from error
                continue
        if port != wanted:
            say(f"  port {wanted} is in use: taking {port}")
        return port
    raise Fail(f"no free port from {wanted} to {wanted + 49}: choose one with --port")


def serve(bench, db, port, host="127.0.0.1", log="server.log"):
    """Start the web server and return it once the login page answers."""
    path, url = state("log", log), f"http://localhost:{port}"
    # documents load their style sheet from this address, whatever port it became
    for key in ("web.base.url", "report.url"):
        bench.sql(("INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) "
                   "ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, url)), db=db)
    with open(path, "w", encoding="utf-8") as sink:
        child = spawn(
            bench.command("-d", db, f"--db-filter=^{db}$", "--no-database-list", "--workers=0",
                          f"--http-port={port}", f"--http-interface={host}"),
            env=bench.env(), stdout=sink, stderr=sink)
    with step("starting the web server"):
        url, deadline = f"http://127.0.0.1:{port}/web/login", time.monotonic() + 120
        while time.monotonic() < deadline:
            if child.poll() is not None:
                forget(child)
                raise Fail(f"the web server stopped at once (log: {path})")
            try:
                with urllib.request.urlopen(url, timeout=60) as answer:
                    if answer.status == 200:
                        return child
            except urllib.error.HTTPError as error:
                stop(child)
                raise Fail(f"the login page answers {error.code} (log: {path})") from error
            except OSError:
                time.sleep(0.2)
    stop(child)
    raise Fail(f"the web server did not answer within two minutes (log: {path})")


def logins(bench):
    rows = bench.sql("SELECT login FROM res_users WHERE active", db=NAME)
    there = {row[0] for row in rows}
    return [(login, what) for login, what in ROLES if login in there]


def demo(bench, port=None, host="127.0.0.1", no_serve=False):
    prepare(bench)
    if no_serve:
        say(f"  {NAME} is ready: ./dev demo serves it")
        return 0
    number = free_port(port or PORT, host, strict=port is not None)
    child = serve(bench, NAME, number, host)
    say(f"\n  Service dealership: http://localhost:{number}\n")
    for login, what in logins(bench):
        say(f"    {login:<12} password {login:<12} {what}")
    say("\n  Languages: English, 简体中文 (user menu, My Preferences). "
        f"Log: {state('log', 'server.log')}\n  Ctrl-C stops everything.")
    try:
        code = child.wait()
    finally:
        stop(child)
    raise Fail(f"the web server ended by itself with code {code} "
               f"(log: {state('log', 'server.log')})")
