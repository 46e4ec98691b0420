"""Checks of wheels that cannot be run here: what kind of file the compiled part is, and what it asks of a machine."""

import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

from platforms import Platform

EXPORTED = b"PyInit__core"
# Where each kind of file says which processor it is for: offset of a number of two bytes (ELF), four (Mach-O).
_ELF = {62: "x86_64", 183: "aarch64"}
_MACH_O = {0x01000007: "x86_64", 0x0100000C: "aarch64"}
_PE = {0x8664: "x86_64", 0xAA64: "aarch64"}


class WheelError(Exception):
    """A wheel cannot be built, or is not what its name says."""


def check_wheel(wheel: Path, platform: Platform) -> str:
    """Return words for what was found; raise WheelError where a wheel is not what its name says."""
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        core = opened.read(f"harvester/native/{platform.file}")
    kind = kind_of(core)
    _require(kind == _kind_wanted(platform), wheel, f"holds a module for {kind}")
    _require(EXPORTED in core, wheel, f"its module does not export {EXPORTED.decode()}")
    _require(not any(name.endswith((".c", ".h")) for name in names), wheel, "holds C files")
    _stable_abi(wheel)
    return f"{kind}, {len(core) / 1e3:,.0f} KB compiled, stable ABI{_glibc(wheel)}"


def kind_of(module: bytes) -> str:
    """Return the system and processor that a compiled module is for: "elf x86_64".

    >>> kind_of(b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE" + bytes(2) + b"d" + bytes([134]))
    'pe x86_64'
    """
    if module.startswith(b"\x7fELF"):
        return f"elf {_ELF.get(struct.unpack_from('<H', module, 18)[0], 'unknown')}"
    if module.startswith(b"\xcf\xfa\xed\xfe"):
        return f"mach-o {_MACH_O.get(struct.unpack_from('<I', module, 4)[0], 'unknown')}"
    if module.startswith(b"MZ"):
        header = struct.unpack_from("<I", module, 60)[0]
        return f"pe {_PE.get(struct.unpack_from('<H', module, header + 4)[0], 'unknown')}"
    return "unknown"


def _kind_wanted(platform: Platform) -> str:
    processor, system, *_ = platform.target.split("-")
    file = "pe" if platform.is_windows else "mach-o" if system.startswith("macos") else "elf"
    return f"{file} {processor}"


def _stable_abi(wheel: Path) -> None:
    told = _told("abi3audit", "--strict", str(wheel))
    _require(told.returncode == 0, wheel, f"uses more than the stable ABI\n{told.stdout}{told.stderr}")


def _glibc(wheel: Path) -> str:
    """Return words for the oldest Linux that runs a wheel; "" for other systems."""
    if "manylinux" not in wheel.name:
        return ""
    told = _told("auditwheel", "show", str(wheel))
    _require(told.returncode == 0, wheel, f"auditwheel: {told.stdout}{told.stderr}")
    tag = re.search(r'platform tag:\s+"(\w+)"', told.stdout)
    return f", runs on {tag[1] if tag else 'nothing that auditwheel knows'}"


def _told(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", module, *arguments], check=False, capture_output=True, text=True)


def _require(holds: bool, wheel: Path, otherwise: str) -> None:
    if not holds:
        raise WheelError(f"{wheel.name}: {otherwise}")
