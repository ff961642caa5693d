"""Chromium, wkhtmltopdf and a Chinese font: the machine's own, else unpacked packages.

Unpacked programs need their libraries and plug-ins named: small wrappers in ``bin/`` do that.
"""
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from . import debs
from .console import Fail, say, step
from .paths import CI, building, cache, state

CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
LIBRARIES = """#!/bin/sh
# unpacked package: the libraries are beside it
here=$(dirname "$(dirname "$(readlink -f "$0")")")
for dir in "$here"/usr/lib/*-linux-gnu* "$here"/lib/*-linux-gnu*; do
    LD_LIBRARY_PATH="$dir:$dir/pulseaudio:$dir/blas:$dir/lapack:$LD_LIBRARY_PATH"
    [ -d "$dir/qt5/plugins" ] && export QT_PLUGIN_PATH="$dir/qt5/plugins"
done
export LD_LIBRARY_PATH
"""
WRAPPERS = {
    "chromium": LIBRARIES + 'exec "$here/usr/lib/chromium/chromium" "$@"\n',
    "wkhtmltopdf": LIBRARIES
    + 'QT_QPA_PLATFORM=offscreen exec "$here/usr/bin/wkhtmltopdf" "$@"\n',
    "wkhtmltoimage": LIBRARIES
    + 'QT_QPA_PLATFORM=offscreen exec "$here/usr/bin/wkhtmltoimage" "$@"\n',
}
# component: (package, megabytes, wrappers, what is lost without it)
COMPONENTS = {
    "chromium": ("chromium", 110, ("chromium",), "browser tests (tours) are skipped"),
    "wkhtmltopdf": ("wkhtmltopdf", 60, ("wkhtmltopdf", "wkhtmltoimage"),
                    "PDF documents and their tests are skipped"),
    "font": ("fonts-noto-cjk", 60, (), "Chinese shows as boxes, pictures of it are not checked"),
}


@dataclass
class Browser:
    path: list[Path] = field(default_factory=list)
    fonts: list[Path] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    def env(self):
        env = {"PATH": os.pathsep.join([*map(str, self.path), os.environ.get("PATH", "")])}
        if self.fonts:
            env["FONTCONFIG_FILE"] = str(_font_config(self.fonts))
        return env

    def chromium(self):
        search = self.env()["PATH"]
        return next((p for name in CHROMIUM if (p := shutil.which(name, path=search))), None)


def _on_machine(component):
    if component == "chromium":
        return any(shutil.which(name) for name in CHROMIUM)
    if component == "wkhtmltopdf":
        return bool(shutil.which("wkhtmltopdf"))
    try:
        return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True,
                                   check=False).stdout.strip())
    except OSError:
        return False


def find(components=tuple(COMPONENTS)):
    """What there is, fetched where needed; in CI a missing piece is an error."""
    browser = Browser()
    for name in components:
        if _on_machine(name):
            continue
        try:
            folder = _unpacked(name)
        except Fail as error:
            lost = COMPONENTS[name][3]
            if CI:
                raise Fail(f"no {name} in CI ({lost}): {error}") from error
            say(f"  no {name}: {lost} ({error})")
            browser.missing[name] = lost
            continue
        (browser.path.append(folder / "bin") if COMPONENTS[name][2]
         else browser.fonts.append(folder / "usr" / "share" / "fonts"))
    return browser


def _unpacked(name):
    package, size, wrappers, _lost = COMPONENTS[name]
    folder = cache("programs", f"{name}-{debs.os_release().get('VERSION_CODENAME', 'sid')}")
    with building(folder, f"fetching {name}") as temp:
        if temp:
            with step(f"fetching {package} (about {size} MB)"):
                debs.fetch(temp, [package], exclude=("*/share/doc/*", "*/share/man/*"))
            for wrapper in wrappers:
                path = temp / "bin" / wrapper
                path.parent.mkdir(exist_ok=True)
                if path.parent.is_symlink():
                    raise Fail(f"the package {package} changed: /bin is a link in it")
                path.write_text(WRAPPERS[wrapper])
                path.chmod(0o755)
    return folder


def _font_config(folders):
    """A fontconfig file that adds our folders to the machine's own settings."""
    path = state("fonts.conf")
    dirs = "".join(f"  <dir>{escape(str(folder))}</dir>\n" for folder in folders)
    text = ('<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
            f'{dirs}  <cachedir>{escape(str(state("fontcache")))}</cachedir>\n</fontconfig>\n')
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path
