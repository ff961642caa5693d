"""A page of headless Chromium over the DevTools protocol: just what pictures need."""
import base64
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import requests
import websocket

QUIET = 0.7  # seconds without a request before a page counts as loaded
IGNORED = ("/websocket", "/bus/", "data:", "blob:")
READY = """(() => {
    const there = document.querySelector(%s);
    const busy = document.querySelector('.o_blockUI, .o_loading_indicator');
    const images = [...document.images].every(image => image.complete || image.loading == 'lazy');
    return document.readyState === 'complete' && document.fonts.status === 'loaded'
        && !!there && !busy && images;
})()"""
PLACE = """(() => {
    const found = document.querySelector(%s);
    if (!found) return null;
    found.scrollIntoView({block: 'center', inline: 'center'});
    const box = found.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
})()"""
PHONE = ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/130.0.0.0 Mobile Safari/537.36")


class Trouble(Exception):
    """A page that could not be shown; the text is for the person who asked."""


class Chromium:
    """One browser; a page at a time."""

    def __init__(self, binary):
        self.profile = tempfile.TemporaryDirectory(prefix="shots-", ignore_cleanup_errors=True)
        flags = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                 "--force-color-profile=srgb", "--disable-dev-shm-usage", "--mute-audio",
                 "--disable-background-networking", "--disable-component-update",
                 "--remote-debugging-port=0", f"--user-data-dir={self.profile.name}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        self.process = subprocess.Popen([binary, *flags, "about:blank"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.port = self._port()

    def _port(self):
        mark, deadline = Path(self.profile.name, "DevToolsActivePort"), time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Trouble(f"Chromium ended at once (code {self.process.returncode})")
            if mark.exists() and mark.read_text().strip():
                return int(mark.read_text().split()[0])
            time.sleep(0.1)
        raise Trouble("Chromium did not start within 30 seconds")

    def page(self):
        answer = requests.put(f"http://127.0.0.1:{self.port}/json/new?about:blank", timeout=20)
        return Page(answer.json()["webSocketDebuggerUrl"])

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.profile.cleanup()


class Page:
    def __init__(self, url):
        self.socket = websocket.create_connection(url, suppress_origin=True, timeout=30)
        self.number, self.open_requests, self.urls, self.problems = 0, set(), {}, []
        self.last_activity = time.monotonic()
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Network.clearBrowserCookies")

    def call(self, method, **params):
        self.number += 1
        number = self.number
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            message = self._receive(1)
            if message and message.get("id") == number:
                if "error" in message:
                    raise Trouble(f"{method}: {message['error'].get('message')}")
                return message["result"]
        raise Trouble(f"Chromium did not answer {method}")

    def _receive(self, timeout):
        self.socket.settimeout(timeout)
        try:
            message = json.loads(self.socket.recv())
        except websocket.WebSocketTimeoutException:
            return None
        handler = getattr(self, "_on_" + message.get("method", "").replace(".", "_"), None)
        if handler:
            handler(message["params"])
        return message

    def _on_Network_requestWillBeSent(self, event):
        url = event["request"]["url"]
        if any(part in url for part in IGNORED):
            return
        self.urls[event["requestId"]] = url
        self.open_requests.add(event["requestId"])
        self.last_activity = time.monotonic()

    def _on_Network_loadingFinished(self, event):
        self.open_requests.discard(event["requestId"])
        self.last_activity = time.monotonic()

    def _on_Network_loadingFailed(self, event):
        self._on_Network_loadingFinished(event)
        url = self.urls.get(event["requestId"])
        if url and not event.get("canceled"):
            self.problems.append(f"request failed: {url} ({event.get('errorText')})")

    def _on_Network_responseReceived(self, event):
        response = event["response"]
        if response["status"] >= 400:
            self.problems.append(f"request answered {response['status']}: {response['url']}")

    def _on_Runtime_consoleAPICalled(self, event):
        if event["type"] in ("error", "assert"):
            text = " ".join(str(a.get("value", a.get("description", ""))) for a in event["args"])
            self.problems.append(f"console error: {text[:300]}")

    def _on_Runtime_exceptionThrown(self, event):
        details = event["exceptionDetails"]
        text = details.get("exception", {}).get("description") or details.get("text", "")
        self.problems.append(f"uncaught: {text[:300]}")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            text = details.get("exception", {}).get("description", details.get("text", ""))
            raise Trouble(f"script failed: {text.splitlines()[0]}")
        return result["result"].get("value")

    def wait(self, selector, patience=60):
        """Until nothing is loading any more and `selector` is there."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            self._receive(0.2)
            still = time.monotonic() - self.last_activity > QUIET
            if still and not self.open_requests:
                if self.evaluate(READY % json.dumps(selector)):
                    return
                self.last_activity = time.monotonic() - QUIET / 2
        waiting = [self.urls[number] for number in self.open_requests][:3]
        raise Trouble(f"'{selector}' did not appear within {patience} s"
                      + (f"; still loading {', '.join(waiting)}" if waiting else ""))

    def size(self, width, height, scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=width < 600)
        self.call("Emulation.setTouchEmulationEnabled", enabled=width < 600)
        if width < 600:
            self.call("Emulation.setUserAgentOverride", userAgent=PHONE)

    def click(self, selector):
        """Like a hand: a press and a release in the middle of the element."""
        self.wait(selector)
        x, y = self.evaluate(PLACE % json.dumps(selector))
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, clickCount=1,
                      button="none" if kind == "mouseMoved" else "left")
        self.last_activity = time.monotonic()

    def type(self, selector, text):
        self.click(selector)
        self.call("Input.insertText", text=text)
        self.last_activity = time.monotonic()

    def cookie(self, base, name, value):
        self.call("Network.setCookie", url=base, name=name, value=value)

    def go(self, url):
        self.last_activity = time.monotonic()
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise Trouble(f"{url}: {answer['errorText']}")

    def picture(self):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        return base64.b64decode(data)

    def close(self):
        try:
            self.call("Page.close")
        except (Trouble, OSError, websocket.WebSocketException):
            pass
        self.socket.close()
