"""Damage to a card's data partition, by e2fsprogs' own tools."""

import struct
import subprocess

import machine

# The third entry of the partition table begins here, with its first sector 8 bytes later.
ENTRY_AT = 446 + 2 * 16


def data_partition(card):
    """Returns the data partition in the form in which e2fsprogs takes a part of a file."""
    with open(card, "rb") as disk:
        disk.seek(ENTRY_AT + 8)
        sector, = struct.unpack("<I", disk.read(4))
    return f"{card}?offset={sector * 512}"


def claim_blocks_twice(card):
    """Adds a second file with the blocks of the node's journal. Returns the result of the automatic check, which marks the file system
    as faulty and ends with 4 if it leaves the damage."""
    data = data_partition(card)
    # The power was cut: what is in the file system's own journal comes first.
    subprocess.run(["e2fsck", "-p", data], capture_output=True)
    machine.run(["debugfs", "-w", "-f", "-", data], input="write /dev/null twin\ncopy_inode imajin/node/journal.sqlite twin\n")
    return subprocess.run(["e2fsck", "-f", "-p", data], capture_output=True, text=True)


def make_unmountable(card):
    """Sets a feature that no kernel has, so that neither the check nor the mount takes the file system."""
    data = data_partition(card)
    subprocess.run(["e2fsck", "-p", data], capture_output=True)
    machine.run(["debugfs", "-w", "-R", "feature FEATURE_I31", data])
