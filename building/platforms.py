"""The platforms that wheels are built for, and how zig compiles for each."""

from dataclasses import dataclass

# 2.17 is the C library of 2012: every Linux that runs a supported Python has it or a newer one.
_GLIBC = "2.17"
_MACOS = "11.0"  # the first for Apple's own processors


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform."""

    tags: tuple[str, ...]  # as wheels name it
    target: str  # as zig names it
    file: str  # the name of the compiled module there
    link: tuple[str, ...] = ()  # what the linker is told besides
    windows_machine: str | None = None  # what the import library of python3.dll is made for

    @property
    def is_windows(self) -> bool:
        """Whether names of Python are looked for in python3.dll, not in the program."""
        return self.windows_machine is not None


def _linux(processor: str) -> tuple[Platform, Platform]:
    glibc = (f"manylinux_{_GLIBC.replace('.', '_')}_{processor}", f"manylinux2014_{processor}")
    return (
        Platform(glibc, f"{processor}-linux-gnu.{_GLIBC}", "_core.abi3.so"),
        Platform((f"musllinux_1_2_{processor}",), f"{processor}-linux-musl", "_core.abi3.so"),
    )


def _macos(tag: str, processor: str) -> Platform:
    tags = (f"macosx_{_MACOS.replace('.', '_')}_{tag}",)
    return Platform(tags, f"{processor}-macos.{_MACOS}", "_core.abi3.so", ("-Wl,-undefined,dynamic_lookup",))


PLATFORMS = (
    *_linux("x86_64"),
    *_linux("aarch64"),
    _macos("x86_64", "x86_64"),
    _macos("arm64", "aarch64"),
    Platform(("win_amd64",), "x86_64-windows-gnu", "_core.pyd", windows_machine="i386:x86-64"),
    Platform(("win_arm64",), "aarch64-windows-gnu", "_core.pyd", windows_machine="arm64"),
)
