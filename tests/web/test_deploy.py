"""The examples in deploy/ stay true: what they start exists, what they set is known, what they name is there."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from kit.settings import ROOT, load
from web import cli
from web.commands import COMMANDS

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def environment_file() -> dict[str, str]:
    lines = (DEPLOY / "dialogwerk.env").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    # Whoever leaves the example's word there is told so at the start.
    assert values["DIALOGWERK_SECRET_KEY"].startswith("replace-this")
    return values | {"DIALOGWERK_SECRET_KEY": "0123456789abcdef0123456789abcdef"}


def started(words: list[str]) -> str:
    """The command that a command line starts; it ends the test when the command or an option is unknown."""
    return str(cli.parser().parse_args(words).command)


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path)
    return parser


def test_the_settings_are_known_and_would_start() -> None:
    values = environment_file()
    config = load(values)
    assert config.production
    assert values.keys() <= config.sources.keys()


def test_the_units_start_what_exists() -> None:
    found = {}
    for path in UNITS:
        service = unit(path)["Service"]
        program, *words = shlex.split(service["ExecStart"])
        assert program == f"{service['WorkingDirectory']}/.venv/bin/dialogwerk"
        assert Path(service["EnvironmentFile"]).name == "dialogwerk.env"
        found[path.stem] = started(words)
    assert found == {"dialogwerk-mail": "mail-server", "dialogwerk-web": "serve", "dialogwerk-work": "work"}
    assert environment_file()["DIALOGWERK_VAR_DIR"] == f"/var/lib/{unit(UNITS[0])['Service']['StateDirectory']}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        # The programs of an installation are not on this machine; everything else is looked at.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
        ended = subprocess.run(
            ["systemd-analyze", "verify", str(tmp_path / path.name)], capture_output=True, text=True, check=False
        )
        assert [line for line in ended.stderr.splitlines() if path.name in line] == []


def test_the_containers_start_what_exists() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    ours = {name: entry for name, entry in compose["services"].items() if entry.get("image") == "dialogwerk"}
    assert {name: started(entry["command"]) for name, entry in ours.items()} == {
        "migrate": "migrate", "web-1": "serve", "web-2": "serve", "work-1": "work", "work-2": "work",
    }  # fmt: skip
    for entry in compose["services"].values():
        for volume in entry.get("volumes", []):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
    container = (ROOT / ours["web-1"]["build"]["dockerfile"]).read_text()
    assert started(re.findall(r'"([^"]+)"', re.findall(r"^CMD (.*)$", container, re.MULTILINE)[0])) == "serve"
    assert set(re.findall(r"DIALOGWERK_\w+", container)) <= load(environment_file()).sources.keys()
    for path in re.findall(r"^RUN (tools/\S+)", container, re.MULTILINE):
        assert (ROOT / path).exists()
    ports = {
        entry["command"][entry["command"].index("--port") + 1] for entry in ours.values() if "serve" in entry["command"]
    }
    proxied = re.findall(r"(web-\d):(\d+)", (DEPLOY / "Caddyfile.compose").read_text())
    assert (dict(proxied).keys(), set(dict(proxied).values())) == ({"web-1", "web-2"}, ports)


def test_the_proxy_of_one_machine_asks_the_unit() -> None:
    words = shlex.split(unit(DEPLOY / "dialogwerk-web.service")["Service"]["ExecStart"])
    assert re.findall(r"reverse_proxy 127\.0\.0\.1:(\d+)", (DEPLOY / "Caddyfile").read_text()) == [words[-1]]


def test_the_role_of_the_database_is_a_plain_one() -> None:
    script = DEPLOY / "database.sh"
    assert "CREATE ROLE dialogwerk LOGIN PASSWORD :'password' NOSUPERUSER NOBYPASSRLS;\n" in script.read_text()
    assert subprocess.run(["/bin/sh", "-n", str(script)], check=False).returncode == 0


def test_every_command_that_operation_names_exists() -> None:
    text = (ROOT / "docs" / "operation.md").read_text()
    named = set(re.findall(r"dialogwerk ([a-z][a-z-]+)", text))
    assert named <= COMMANDS.keys()
    settings = set(re.findall(r"`(DIALOGWERK_[A-Z_]+)`", text))
    assert settings <= load(environment_file()).sources.keys()
