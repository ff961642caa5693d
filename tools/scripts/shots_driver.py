"""Take pictures of pages and of printed documents; the work order is JSON on standard input.

Order: base, db, chromium, folder, pages (see tools/shots.json), pdf ([report, id] or null).
"""
import json
import sys
from pathlib import Path

import pypdfium2
import requests
from devtools import Chromium, Trouble


class Session:
    """A login, by the same call as the web client's own."""

    def __init__(self, order, login, lang=None):
        self.order, self.login, self.base = order, login, order["base"]
        self._open()
        if lang:
            self.rpc("/web/dataset/call_kw/res.users/write", model="res.users", method="write",
                     args=[[self.uid], {"lang": lang}], kwargs={})
            self._open()  # a session keeps the language that it began with

    def _open(self):
        self.http = requests.Session()
        info = self.rpc("/web/session/authenticate", db=self.order["db"],
                        login=self.login, password=self.login)
        self.uid = info.get("uid")
        if not self.uid:
            raise Trouble(f"cannot log in as {self.login}: is it in the demo data?")

    def rpc(self, path, **params):
        answer = self.http.post(self.base + path, json={"jsonrpc": "2.0", "params": params},
                                timeout=60).json()
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise Trouble(f"{path}: {data.get('message') or answer['error'].get('message')}")
        return answer["result"]

    @property
    def id(self):
        return self.http.cookies["session_id"]


def shoot(chromium, order, page):
    """One picture; returns what the page complained about."""
    tab = chromium.page()
    try:
        tab.size(page.get("width", 1400), page.get("height", 900), page.get("scale", 1))
        if page.get("login"):
            session = Session(order, page["login"], page.get("lang", "en_US"))
            tab.cookie(order["base"], "session_id", session.id)
        default = ".o_action_manager > *" if page["path"].startswith("/odoo") else "body"
        selector = page.get("wait", default)
        tab.go(order["base"] + page["path"])
        tab.wait(default)
        for step in page.get("steps", ()):
            ((action, what),) = step.items()
            {"click": tab.click, "wait": tab.wait, "type": lambda pair: tab.type(*pair)}[
                action](what)
        tab.wait(selector)
        Path(order["folder"], page["name"] + ".png").write_bytes(tab.picture())
        return tab.problems
    except Trouble as error:
        try:
            Path(order["folder"], page["name"] + ".failed.png").write_bytes(tab.picture())
        except Trouble:
            pass
        return [str(error), *tab.problems]
    finally:
        tab.close()


def print_document(order):
    """Fetch a PDF like a user's browser and turn its pages into pictures."""
    report, record = order["pdf"]
    session = Session(order, "admin")
    answer = session.http.get(f"{order['base']}/report/pdf/{report}/{record}", timeout=180)
    if answer.headers.get("content-type") != "application/pdf":
        raise Trouble(f"no PDF of {report} {record}: the server answered {answer.status_code} "
                      f"{answer.headers.get('content-type')}")
    stem = Path(order["folder"], f"{report.split('.')[-1]}-{record}")
    stem.with_suffix(".pdf").write_bytes(answer.content)
    document = pypdfium2.PdfDocument(answer.content)
    for number in range(len(document)):
        path = stem.with_name(f"{stem.name}-{number + 1}.png")
        document[number].render(scale=1.5).to_pil().save(path)
        print(f"  {path}")


def main():
    order, failed = json.load(sys.stdin), 0
    if order.get("pdf"):
        print_document(order)
    if order["pages"]:
        chromium = Chromium(order["chromium"])
        try:
            for page in order["pages"]:
                problems = shoot(chromium, order, page)
                failed += bool(problems)
                print(f"  {page['name']}{': ' if problems else ''}{'; '.join(problems)}",
                      flush=True)
        finally:
            chromium.close()
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as error:
        sys.exit(f"  {error}")
