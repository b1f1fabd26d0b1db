"""The files of a bundle, from a folder or a canonical tar (docs/format.md §12). Links out of the folder are never followed."""

import os
import re
import stat

from . import cid, keys
from .errors import Fault, Unusable

BLOCK = 512
_CID = "b[a-z2-7]{58}"
NAME = re.compile(
    rf"(log\.sqlite|anchors\.json|bundle\.json|manifest\.json|index\.html|media/(?P<two>[a-z2-7]{{2}})/(?P<media>{_CID})"
    rf"|(owned|shared)/(?P<did>did_imajin_[1-9A-HJ-NP-Za-km-z]{{1,64}})/log\.sqlite|side/(?P<side>{_CID})\.sqlite)(?P<part>\.[0-9]{{3}})?\Z")


def is_name(name):
    """Whether a bundle may have a file of this name: a whole one, or a part."""
    match = NAME.match(name)
    if not match or len(name) > 100 or name.startswith("manifest.json."):
        return False
    if match["did"]:
        return keys.is_did(match["did"].replace("_", ":"))
    text = match["media"] or match["side"]
    try:
        return text is None or (cid.parse(text).is_raw == bool(match["media"]) and match["two"] in (None, text[-2:]))
    except ValueError:
        return False


def bytes_max(path):
    """Upper bound in bytes for all files on the disk of a path: a sparse file may claim more."""
    try:
        disk = os.statvfs(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    return disk.f_blocks * disk.f_frsize or 1 << 64


def check_name(name):
    if not is_name(name):
        raise Fault("manifest", f"a bundle may not have a file {name!r}", file=name)


class Folder:
    """A bundle as a folder. Links and devices are refused."""

    def __init__(self, path):
        self.root, self.sizes, self._left = path, {}, bytes_max(path)
        self._walk(path, "")

    def _walk(self, folder, prefix):
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            raise Unusable(f"{folder} cannot be read: {error.strerror}") from None
        for entry in entries:
            name, info = prefix + entry.name, entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(info.st_mode):
                if prefix.count("/") > 1:
                    raise Fault("manifest", f"a bundle may not have a folder {name!r}", file=name)
                self._walk(entry.path, name + "/")
                continue
            if not stat.S_ISREG(info.st_mode):
                raise Fault("manifest", f"{name} is not a plain file", file=name)
            check_name(name)
            self.sizes[name] = info.st_size
            self._left -= info.st_size
            if self._left < 0:
                raise Fault("manifest", f"with {name} the bundle is longer than the disk that it is on", file=name)

    def open(self, name):
        return open(os.path.join(self.root, name), "rb")

    def path(self, name):
        return os.path.join(self.root, name)


def tar_header(name, size):
    """The one header that a canonical tar has for a file."""
    fields = (name.encode().ljust(100, b"\0"), b"0000644\0", b"0000000\0", b"0000000\0", b"%011o\0" % size, b"0" * 11 + b"\0",
              b" " * 8, b"0", b"\0" * 100, b"ustar\0", b"00", b"\0" * 32, b"\0" * 32, b"0000000\0", b"0000000\0", b"\0" * 155, b"\0" * 12)
    header = b"".join(fields)
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]


PARTS_MAX = 1000


def parts(path):
    """The parts of a tar in a folder: (paths, whether it is encrypted); None if it has none."""
    for whole in ("bundle.tar", "bundle.tar.age"):
        first = os.path.join(path, whole + ".000")
        if os.path.isfile(first) and not os.path.islink(first):
            break
    else:
        return None
    names = sorted(os.listdir(path))
    if names != [f"{whole}.{n:03d}" for n in range(len(names))] or len(names) > PARTS_MAX:
        raise Fault("tar", "a part of the tar is missing, or another file stands beside the parts")
    infos = [os.lstat(os.path.join(path, name)) for name in names]
    sizes = [info.st_size for info in infos]
    if not all(stat.S_ISREG(info.st_mode) for info in infos) or set(sizes[:-1]) - {sizes[0]} or not 0 < sizes[-1] <= sizes[0]:
        raise Fault("tar", "the parts of the tar are not of one length")
    return [os.path.join(path, name) for name in names], whole.endswith(".age")


class _Joined:
    """Files one after the other, to read and seek in."""

    def __init__(self, paths):
        self._files = [(open(path, "rb"), os.path.getsize(path)) for path in paths]
        self.size, self._at = sum(size for _, size in self._files), 0

    def seek(self, at):
        self._at = at

    def tell(self):
        return self._at

    def read(self, size=-1):
        size = max(self.size - self._at, 0) if size < 0 else size
        chunks, start = [], 0
        for file, length in self._files:
            if size > 0 and start <= self._at < start + length:
                file.seek(self._at - start)
                chunks.append(file.read(min(size, start + length - self._at)))
                self._at, size = self._at + len(chunks[-1]), size - len(chunks[-1])
            start += length
        return b"".join(chunks)

    def close(self):
        for file, _ in self._files:
            file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Tar:
    """A bundle as a canonical tar, in one file or in parts: each header must be, byte for byte, the one that its name and size make."""

    def __init__(self, paths):
        self._paths, self.sizes, self._offsets = paths, {}, {}
        with _Joined(paths) as file:
            if file.size > bytes_max(paths[0]):
                raise Fault("tar", "the tar is longer than the disk that it is on")
            self._read(file, file.size)

    def _read(self, file, end):
        last = b""
        while True:
            header = file.read(BLOCK)
            if header == b"\0" * BLOCK:
                if file.read(BLOCK) != header or file.read(1):
                    raise Fault("tar", "the tar does not end with exactly two zero blocks")
                return
            raw, size = header[:100].rstrip(b"\0"), header[124:136]
            if len(header) != BLOCK or not re.fullmatch(rb"[0-7]{11}\0", size):
                raise Fault("tar", "the tar is cut off or has a header of another form")
            name, size = raw.decode("ascii", "replace"), int(size[:11], 8)
            if not name.isascii() or not name or header != tar_header(name, size):
                raise Fault("tar", f"the tar's header of {name!r} is not canonical")
            check_name(name)
            if raw <= last:
                raise Fault("tar", "the tar's names are not unique and in byte order")
            last, start = raw, file.tell()
            if start + size > end:
                raise Fault("tar", "the tar is cut off")
            file.seek(start + size)
            if file.read(-size % BLOCK).strip(b"\0") or (start + size + (-size % BLOCK)) > end:
                raise Fault("tar", "a file in the tar is not padded with zeros")
            self.sizes[name], self._offsets[name] = size, start

    def open(self, name):
        return _Slice(_Joined(self._paths), self._offsets[name], self.sizes[name])

    def path(self, _name):
        return None


class _Slice:
    """A part of a file, to read once."""

    def __init__(self, file, offset, size):
        self._file, self._left = file, size
        file.seek(offset)

    def read(self, size=-1):
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

