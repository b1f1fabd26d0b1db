"""A simulated power cut: the log of a disk's writes by QEMU's blklogwrites, and the disk's state at any moment of the log.

The log has the form of Linux's dm-log-writes: a first sector with the number of entries, then for each entry a sector that
describes the entry, followed by its data. A disk may lose writes after its last flush, in any order: `disk_at`
writes all flushed entries, and a random part of the rest.
"""

import os
import random
import shutil
import struct
import subprocess

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
SECTOR = 512
# Large writes are copied in pieces of this size.
PIECE = 1 << 20


class Entry:
    def __init__(self, sector, sectors, flags, data_at, end):
        self.sector, self.sectors, self.flags = sector, sectors, flags
        self.data_at, self.end = data_at, end


def read_log(path):
    """Returns all complete entries, in order. The number in the first sector is only updated now and then: an incomplete
    entry ends the list."""
    entries = []
    size = os.path.getsize(path)
    with open(path, "rb") as log:
        head = log.read(SECTOR)
        magic, version, _, sector_size = struct.unpack("<QQQI", head[:28])
        if magic != MAGIC or version != 1 or sector_size != SECTOR:
            raise ValueError(f"{path} is no log of writes")
        at = SECTOR
        while at + SECTOR <= size:
            log.seek(at)
            sector, sectors, flags, _ = struct.unpack("<QQQQ", log.read(32))
            if sector == 0 and sectors == 0 and flags == 0:
                break
            data_at = at + SECTOR
            end = data_at if flags & DISCARD else data_at + sectors * SECTOR
            if end > size:
                break
            entries.append(Entry(sector, sectors, flags, data_at, end))
            at = end
    return entries


def flushes(entries):
    """Returns the positions in the list at which all earlier entries are on the disk."""
    return [at + 1 for at, entry in enumerate(entries) if entry.flags & FLUSH]


def disk_at(base, log, entries, count, to, seed=None):
    """Writes the disk `to`: `base` with the first `count` entries, and with a seed half of the unflushed ones after them."""
    subprocess.run(["cp", "--sparse=always", base, to], check=True)
    chosen = list(entries[:count])
    if seed is not None:
        chance = random.Random(seed)
        for entry in entries[count:]:
            if entry.flags & FLUSH:
                break
            if chance.random() < 0.5:
                chosen.append(entry)
    with open(log, "rb") as source, open(to, "r+b") as disk:
        for entry in chosen:
            if entry.sectors == 0:
                continue
            disk.seek(entry.sector * SECTOR)
            left = entry.sectors * SECTOR
            if entry.flags & DISCARD:
                # Discarded blocks may have any content; zeros are valid.
                while left:
                    piece = min(left, PIECE)
                    disk.write(bytes(piece))
                    left -= piece
                continue
            source.seek(entry.data_at)
            while left:
                piece = source.read(min(left, PIECE))
                disk.write(piece)
                left -= len(piece)


def copy(source, to):
    subprocess.run(["cp", "--sparse=always", source, to], check=True)


def room(folder):
    return shutil.disk_usage(folder).free
