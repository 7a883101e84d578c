"""Files of every format taken apart, so that they can be damaged outside and inside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

_MOST_WOUNDS: Final = 4
_STORED: Final = {"mimetype": zipfile.ZIP_STORED}  # or no reader knows an ODS
_ODD: Final = (b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"9" * 9, b"-", b"<")


@dataclass(frozen=True, slots=True)
class Sample:
    """A dataset as the bytes it consists of.

    Attributes
    ----------
    name
        What a reader is given: a file, or the directory of all parts.
    parts
        Contents by file name; members of the archive where it is packed.
    packed
        Whether the parts are the members of one ZIP archive, as those of an XLSX are.
    """

    name: str
    parts: Mapping[str, bytes]
    packed: bool = False

    @classmethod
    def of(cls, path: Path) -> Sample:
        """Take apart what was written to a directory of its own."""
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                return cls(path.name, {name: archive.read(name) for name in names}, packed=True)
        folder = path if path.is_dir() else path.parent
        return cls(path.name, {part.name: part.read_bytes() for part in folder.iterdir()})

    def packing(self) -> Sample:
        """The archive as a file like any other, its members no longer in sight."""
        return replace(self, parts={self.name: self._archive()}, packed=False)

    def changed(self, ending: str, edit: Callable[[bytes], bytes]) -> Sample:
        """The sample with the one part whose name ends so put through an edit."""
        (name,) = (name for name in self.parts if name.endswith(ending))
        return replace(self, parts={**self.parts, name: edit(self.parts[name])})

    def write(self, folder: Path) -> Path:
        """Write it into an empty directory."""
        path = folder / self.name
        if self.packed:
            path.write_bytes(self._archive())
            return path
        if self.name not in self.parts:
            folder = path
            folder.mkdir()
        for name, content in self.parts.items():
            (folder / name).write_bytes(content)
        return path

    def _archive(self) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content, _STORED.get(name))
        return stream.getvalue()


def damaged(sample: Sample) -> st.SearchStrategy[Sample]:
    """The sample with some of its bytes changed, added or lost, in the packing or in a part."""
    inside = _with_wounds(sample)
    return inside | _with_wounds(sample.packing()) if sample.packed else inside


@st.composite
def _with_wounds(draw: st.DrawFn, sample: Sample) -> Sample:
    name = draw(st.sampled_from(sorted(sample.parts)))
    raw = sample.parts[name]
    for _ in range(draw(st.integers(1, _MOST_WOUNDS))):
        raw = draw(wounded(raw))
    parts = {**sample.parts, name: raw}
    if len(parts) > 1 and name != sample.name and draw(st.integers(0, 9)) == 0:
        del parts[name]
    return replace(sample, parts=parts)


def wounded(raw: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with one place changed, added, doubled or lost."""
    place = st.integers(0, max(len(raw) - 1, 0))
    return st.one_of(
        place.map(lambda end: raw[:end]),
        st.builds(lambda at, new: _put(raw, at, bytes([new])), place, st.integers(0, 255)),
        st.builds(lambda at, bit: _flip(raw, at, bit), place, st.integers(0, 7)),
        st.builds(lambda at, new: _put(raw, at, new), place, st.sampled_from(_ODD)),
        st.builds(lambda at, new: raw[:at] + new + raw[at:], place, st.binary(max_size=8)),
        st.builds(lambda at, size: raw[:at] + raw[at + size :], place, st.integers(1, 64)),
        st.builds(
            lambda at, size: raw[:at] + raw[at : at + size] * 2 + raw[at + size :], place, place
        ),
    )


def _put(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _flip(raw: bytes, at: int, bit: int) -> bytes:
    return _put(raw, at, bytes([raw[at] ^ 1 << bit])) if raw else raw
