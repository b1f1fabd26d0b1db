"""Damage to a card's data partition, by e2fsprogs' own tools."""

import contextlib
import os
import struct
import subprocess

import machine

# The third entry of the partition table begins here, with its first sector 8 bytes later. Nothing comes after that partition.
ENTRY_AT = 446 + 2 * 16


@contextlib.contextmanager
def data_partition(card):
    """Yields the data partition as a file, as a check of the file system leaves it after a power cut, and puts it back in the end.
    e2fsprogs takes a part of a file, too, but not while the file system's own journal is run."""
    with open(card, "rb") as disk:
        disk.seek(ENTRY_AT + 8)
        sector, = struct.unpack("<I", disk.read(4))
    start, size, data = sector * 512, os.path.getsize(card), f"{card}.data"
    machine.run(["dd", f"if={card}", f"of={data}", "bs=1M", "iflag=skip_bytes", f"skip={start}", "conv=sparse", "status=none"])
    os.truncate(data, size - start)
    subprocess.run(["e2fsck", "-p", data], capture_output=True)
    yield data
    # Zeros become holes.
    os.truncate(card, start)
    machine.run(["dd", f"if={data}", f"of={card}", "bs=1M", "oflag=seek_bytes", f"seek={start}", "conv=notrunc,sparse", "status=none"])
    os.truncate(card, size)
    os.remove(data)


def claim_blocks_twice(card):
    """Adds a second file with the blocks of the node's journal. Returns the result of the automatic check, which marks the file system
    as faulty and ends with 4 if it leaves the damage."""
    with data_partition(card) as data:
        machine.run(["debugfs", "-w", "-f", "-", data], input="write /dev/null twin\ncopy_inode imajin/node/journal.sqlite twin\n")
        return subprocess.run(["e2fsck", "-f", "-p", data], capture_output=True, text=True)


def make_unmountable(card):
    """Sets a feature that no kernel has, so that neither the check nor the mount takes the file system."""
    with data_partition(card) as data:
        machine.run(["debugfs", "-w", "-R", "feature FEATURE_I31", data])
