"""./dev shots: pictures of the pages in shots.json, on a clone of the demo database."""
import json
import re
import shutil

from . import demo
from .console import Fail, run, say, stop
from .databases import Databases
from .paths import ROOT, TOOLS, state
from .workbench import workbench

REFERENCE = re.compile(r"\{(ref|first|token|first_token):([\w.]+)\}")
STEPS = ("click", "wait", "type")


def pages(names):
    listed = json.loads((TOOLS / "shots.json").read_text(encoding="utf-8"))["pages"]
    for page in listed:
        page["path"] = "".join(page["path"])  # a long one is a list of parts
    known = {page["name"]: page for page in listed}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Fail(f"no page {unknown[0]} in tools/shots.json: there are {', '.join(known)}")
    for page in listed:
        if any(len(step) != 1 or set(step) - set(STEPS) for step in page.get("steps", ())):
            raise Fail(f"tools/shots.json: a step of {page['name']} is none of {', '.join(STEPS)}")
    return [known[name] for name in names] if names else listed


def resolve(bench, db, text):
    """`{ref:module.name}` and `{first:model}` become ids, `{token:module.name}` and
    `{first_token:model}` portal tokens."""
    def value(found):
        kind, what = found.groups()
        table = what.replace(".", "_")
        if kind == "first":
            rows = bench.sql(f'SELECT min(id) FROM "{table}"', db=db)
        elif kind == "first_token":
            rows = bench.sql((
                f'UPDATE "{table}" SET access_token = '
                "coalesce(access_token, gen_random_uuid()::text) "
                f'WHERE id = (SELECT min(id) FROM "{table}") RETURNING access_token', ()), db=db)
        else:
            module, _dot, name = what.partition(".")
            rows = bench.sql(("SELECT res_id, model FROM ir_model_data "
                              "WHERE module = %s AND name = %s", (module, name)), db=db)
            if rows and kind == "token":
                rows = bench.sql((
                    f'UPDATE "{rows[0][1].replace(".", "_")}" SET access_token = '
                    "coalesce(access_token, gen_random_uuid()::text) WHERE id = %s "
                    "RETURNING access_token", (rows[0][0],)), db=db)
        if not rows or not rows[0][0]:
            raise Fail(f"there is no record {what} in the demo data")
        return str(rows[0][0])
    return REFERENCE.sub(value, text)


def document(bench, db, pdf):
    """[report, id] of --pdf: an id, an XML id, or 'first' for the first of the model."""
    report, record = pdf
    module, _dot, name = report.partition(".")
    rows = bench.sql((
        "SELECT r.report_name, r.model FROM ir_act_report_xml r JOIN ir_model_data d "
        "ON d.res_id = r.id AND d.model = 'ir.actions.report' "
        "WHERE d.module = %s AND d.name = %s", (module, name)), db=db)
    if not rows:
        raise Fail(f"there is no report {report}: name the XML id of an ir.actions.report")
    report_name, model = rows[0]
    if record == "first":
        record = resolve(bench, db, "{first:%s}" % model)  # noqa: UP031
    elif not record.isdigit():
        record = resolve(bench, db, "{ref:%s}" % record)  # noqa: UP031
    return [report_name, record]


def shots(names, pdf=None, publish=False):
    wanted = [] if pdf and not names else pages(names)
    folder = state("shots", "x").parent
    with workbench() as bench:
        if wanted and not bench.browser.chromium():
            raise Fail("no Chromium: pictures need one")
        # the demo as a newcomer first sees it, not what has been played with since
        databases = Databases(bench)
        with databases.scratch(databases.demo(), "shots") as db:
            databases.prepare_pages(db)
            port = demo.free_port(8369)
            order = {"base": f"http://127.0.0.1:{port}", "db": db, "folder": str(folder),
                     "chromium": bench.browser.chromium(),
                     "pages": [{**page, "path": resolve(bench, db, page["path"])}
                               for page in wanted],
                     "pdf": document(bench, db, pdf) if pdf else None}
            child = demo.serve(bench, db, port, log="shots.log")
            try:
                code, _output = run(
                    [bench.python, TOOLS / "scripts" / "shots_driver.py"], env=bench.env(),
                    text_in=json.dumps(order), on_line=say)
            finally:
                stop(child)
    if publish:
        for page in wanted:
            picture = folder / f"{page['name']}.png"
            for target in page.get("publish", "").split():
                if picture.exists():
                    (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(picture, ROOT / target)
    if code:
        raise Fail(f"some pictures have problems (above); the others are in {folder}")
    say(f"  pictures in {folder}")
    return 0
