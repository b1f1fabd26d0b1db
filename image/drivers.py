#!/usr/bin/env python3
"""Whether the image has each driver that the Pis' device trees ask for.

  drivers.py --modules DIR --trees DIR --system DIR --start DIR --without FILE

--modules  the kernel's modules, all of them (lib/modules/<version>)
--trees    the device trees of the models, as *.dtb
--system   the modules of the system; --start  those that find the disk it stands on
--without  drivers that are left out on purpose: a name and the reason on each line

Ends with 1 and names what is missing, by model. A driver that is left out and that no model asks for is a mistake, too.
"""

import argparse
import re
import struct
import sys
from pathlib import Path

# A module that no device tree names, because the kernel asks for it by name: the model has it if some node is compatible.
BY_NAME = {
    # The reset line of the Wi-Fi chip is a GPIO, for which the core makes a device of its own.
    "mmc-pwrseq-simple": "reset_gpio",
}
# What has to be there before the disk is: controllers of disks and buses, with what they wait for.
FOR_DISKS = {
    "bcm2835", "sdhci_brcmstb", "sdhci_iproc", "dwc2", "dwc3", "phy_generic", "onboard_usb_dev", "clk_rp1", "irq_bcm2712_mip",
    "pinctrl_brcmstb_bcm2712", "pinctrl_rp1", "reset_raspberrypi", "gpio_brcmstb", "gpio_regulator", "fixed",
}
# Disks at a bus that says itself what is plugged into it: the root may be a card, a USB disk or an NVMe disk.
DISKS = {"usb_storage", "uas", "sd_mod", "xhci_pci", "nvme"}

BEGIN_NODE, END_NODE, PROPERTY, NOTHING = 1, 2, 3, 4


def nodes(data):
    """The compatible strings of each node that is not switched off (Devicetree Specification 0.4, chapter 5)."""
    magic, _, structure, strings = struct.unpack_from(">4I", data)
    if magic != 0xD00DFEED:
        raise ValueError("this is no device tree")
    at, open_nodes = structure, []
    while True:
        (token,) = struct.unpack_from(">I", data, at)
        at += 4
        if token == BEGIN_NODE:
            end = data.index(b"\0", at)
            at = end + 4 & ~3
            open_nodes.append({})
        elif token == PROPERTY:
            length, name_at = struct.unpack_from(">2I", data, at)
            name = data[strings + name_at:data.index(b"\0", strings + name_at)].decode()
            open_nodes[-1][name] = data[at + 8:at + 8 + length]
            at = at + 8 + length + 3 & ~3
        elif token == END_NODE:
            # A node within one that is off is off as well: what is around it is still open.
            if all(node.get("status", b"okay\0").rstrip(b"\0") in (b"okay", b"ok") for node in open_nodes):
                yield [one.decode() for one in open_nodes[-1].get("compatible", b"").split(b"\0") if one]
            open_nodes.pop()
        elif token != NOTHING:
            return


def drivers(modules):
    """The modules for a compatible string, as depmod lists them (`alias of:N*T*Cbrcm,bcm2835-dwc dwc2`)."""
    found = {}
    for line in (modules / "modules.alias").read_text().splitlines():
        match = re.fullmatch(r"alias of:N\S*?T\S*?C(\S+?)(?:C\*)? (\S+)", line)
        if match:
            found.setdefault(match[1], set()).add(match[2])
    return found


def names(folder):
    return {re.sub(r"\.ko(\..*)?$", "", path.name).replace("-", "_") for path in folder.rglob("*.ko*")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--modules", "--trees", "--system", "--start", "--without"):
        parser.add_argument(option, required=True, type=Path)
    arguments = parser.parse_args()
    known, every = drivers(arguments.modules), names(arguments.modules)
    lines = [line.split(None, 1) for line in arguments.without.read_text().splitlines() if line and line[0] != "#"]
    without = {words[0] for words in lines}
    asked, trees = {}, sorted(arguments.trees.glob("*.dtb"))
    for tree in trees:
        for compatible in nodes(tree.read_bytes()):
            wanted = {module for one in compatible for module in known.get(one, ())}
            wanted |= {BY_NAME[one] for one in compatible if BY_NAME.get(one) in every}
            for module in wanted:
                asked.setdefault(module, set()).add(tree.stem)
    faults = []
    if not trees or not asked:
        faults.append(f"there are no device trees in {arguments.trees}, or no drivers for them in {arguments.modules}")
    faults += [f"{words[0]} is left out without a reason" for words in lines if len(words) < 2]
    faults += [f"{module} is left out, but no model asks for it" for module in sorted(without - asked.keys())]
    for place, wanted in ((arguments.system, asked.keys() - without), (arguments.start, FOR_DISKS & asked.keys() | DISKS)):
        there = names(place)
        for module in sorted(module for module in wanted if module not in there):
            faults.append(f"{place} lacks {module}, for {', '.join(sorted(asked.get(module, ['disks'])))}")
    for fault in faults:
        print(f"image/drivers.py: {fault}", file=sys.stderr)
    print(f"{len(trees)} models ask for {len(asked)} drivers; {len(without)} are left out on purpose")
    sys.exit(1 if faults else 0)


main()
