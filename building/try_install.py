"""Installs the package as strangers do, where there is no C compiler: `python building/try_install.py [WHEEL]`.

Makes a clean virtual environment and looks for programs nowhere. First it gets WHEEL, or the one that is built here,
and must run compiled; then the source, and must run interpreted. Both times a fixture must give the same bytes, with
the text of its golden.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
FIXTURE = ROOT / "fixtures" / "html" / "interview--bold-questions.html"
GOLDEN = FIXTURE.with_suffix(".json")
# Where no C compiler is looked for, whatever it is called.
NOWHERE = {"PATH": "", "CC": "there-is-no-compiler"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, nargs="?", help="default: it is built here, which needs a C compiler")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = source_distribution(Path(folder) / "source")
        wheel = arguments.wheel or built_wheel(source, Path(folder) / "wheel")
        environment = Path(folder) / "venv"
        venv.create(environment, with_pip=True)
        install(environment, "-c", str(ROOT / "constraints.txt"), str(wheel.resolve()))
        article = try_program(environment, "compiled")
        install(environment, "--no-deps", "--no-cache-dir", "--force-reinstall", str(source))
        _require(try_program(environment, "interpreted: no C compiler") == article, "interpreted: another article")
        _require(json.loads(article)["text"] == json.loads(GOLDEN.read_bytes())["text"], "not the golden's text")


def source_distribution(folder: Path) -> Path:
    """Return the source as it is given away."""
    run([sys.executable, "-W", "ignore", "setup.py", "--quiet", "sdist", "--dist-dir", str(folder)], os.environ)
    return next(folder.iterdir())


def built_wheel(source: Path, folder: Path) -> Path:
    """Return the wheel of this machine."""
    strict = os.environ | {"HARVESTER_BUILD": "strict"}
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(source)], strict)
    return next(folder.iterdir())


def strangers_variables() -> dict[str, str]:
    """Return the variables of a stranger: with a PYTHONPATH to this checkout pip would think all is installed."""
    ours = ("PYTHONPATH", "HARVESTER_INTERPRETED")
    return {name: value for name, value in os.environ.items() if name not in ours} | NOWHERE


def install(environment: Path, *what: str) -> None:
    """Install into a virtual environment, without a compiler."""
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lax = {"HARVESTER_BUILD": ""}
    run([_program(environment, "python"), *pip, *what], strangers_variables() | lax)


def try_program(environment: Path, expected: str) -> str:
    """Ask the installed program how it runs; return the article of the fixture."""
    variables = strangers_variables()
    program = _program(environment, "harvester")
    words = run([program, "--version"], variables).splitlines()[1]
    _require(words.startswith(expected), f"should run {expected!r}, and says {words!r}")
    article = run([program, "clean", str(FIXTURE), "--to", "-"], variables)
    print(f"installed without a compiler, cleaned a page, {words.partition(':')[0]}", flush=True)
    return article


def _program(environment: Path, name: str) -> str:
    return str(environment / ("Scripts" if os.name == "nt" else "bin") / name)


def run(command: list[str], environment: "dict[str, str] | os._Environ[str]") -> str:
    """Return what a program prints; what it printed is shown when it fails, which ends this one."""
    told = subprocess.run(command, cwd=ROOT, env=dict(environment), check=False, capture_output=True, text=True)
    _require(told.returncode == 0, f"{' '.join(command)}\n{told.stdout}{told.stderr}")
    return told.stdout


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(otherwise)


if __name__ == "__main__":
    main()
