#!/usr/bin/env python3
"""The drivers that each model of the Pi needs, and whether the image has them.

  drivers.py list  --modules DIR TREE…      writes image/hardware/<model> for each device tree
  drivers.py check --modules DIR --system DIR --start DIR --firmware DIR TREE…
                                            whether those lists are this kernel's, and the image holds what they name
  drivers.py lists                          whether image/modules and image/initrd/modules name what those lists name

--modules  the kernel's modules, all of them (lib/modules/<version>, after depmod)
--system   the modules of the system; --start  those that find the disk it is on
--firmware what the system has below /usr/lib/firmware

A list has a line for each driver: the modalias that asks for it, and its file; `built-in` where the kernel itself has it.
`softdep:` names a driver that loads another one with it, `firmware:` a file that a driver gives to its chip.
Ends with 1 and names what is missing, by model. The tests use `lists`, which needs no kernel.
"""

import argparse
import re
import struct
import sys
from fnmatch import fnmatchcase
from pathlib import Path

IMAGE = Path(__file__).resolve().parent
# Drivers that have to be there before the disk is: the controllers of disks and of their buses, with the drivers that those wait for.
FINDS_DISKS = re.compile(
    r"kernel/drivers/((mmc|nvme|scsi|usb|clk|pinctrl|irqchip|reset|regulator)/|misc/rp1/|gpio/gpio-brcmstb)|kernel/fs/squashfs/"
)
BEGIN_NODE, END_NODE, PROPERTY, NOTHING = 1, 2, 3, 4


def nodes(data):
    """The modalias of each node that is not switched off, and the name of the board (Devicetree Specification 0.4, chapter 5)."""
    magic, _, structure, strings = struct.unpack_from(">4I", data)
    if magic != 0xD00DFEED:
        raise ValueError("this is no device tree")
    at, open_nodes = structure, []
    while True:
        (token,) = struct.unpack_from(">I", data, at)
        at += 4
        if token == BEGIN_NODE:
            end = data.index(b"\0", at)
            open_nodes.append({"": data[at:end]})
            at = end + 4 & ~3
        elif token == PROPERTY:
            length, name_at = struct.unpack_from(">2I", data, at)
            name = data[strings + name_at:data.index(b"\0", strings + name_at)].decode()
            open_nodes[-1][name] = data[at + 8:at + 8 + length]
            at = at + 8 + length + 3 & ~3
        elif token == END_NODE:
            node = open_nodes[-1]
            # A node within one that is off is off as well: what is around it is still open.
            if "compatible" in node and all(one.get("status", b"okay\0").rstrip(b"\0") in (b"okay", b"ok") for one in open_nodes):
                name, kind = node[""].split(b"@")[0].decode(), node.get("device_type", b"(null)\0").rstrip(b"\0").decode()
                compatible = node["compatible"].rstrip(b"\0").decode().split("\0")
                yield f"of:N{name}T{kind}C" + "C".join(compatible), compatible[0] if len(open_nodes) == 1 else None
            open_nodes.pop()
        elif token != NOTHING:
            return


class Kernel:
    """What a kernel's own lists say of its modules."""

    def __init__(self, folder):
        self.version = folder.name
        paths = [line.split(":")[0] for line in (folder / "modules.dep").read_text().splitlines()]
        self.paths = {name_of(path): re.sub(r"\.xz$", "", path) for path in paths}
        self.patterns = [line.split()[1:3] for line in (folder / "modules.alias").read_text().splitlines() if line.startswith("alias ")]
        built_in = (folder / "modules.builtin.modinfo").read_text(errors="replace").split("\0")
        self.patterns += [(line.split(".alias=")[1], "built-in") for line in built_in if ".alias=" in line]
        # The longest piece of a pattern that stands for itself decides quickly about almost every one.
        self.patterns = [(max(re.split(r"[*?]|\[.*?\]", pattern), key=len), pattern, module) for pattern, module in self.patterns]
        self.beside = {}
        for line in (folder / "modules.softdep").read_text().splitlines():
            if line.startswith("softdep "):
                _, module, *words = line.split()
                self.beside[module] = [word.replace("-", "_") for word in words if not word.endswith(":")]

    def files(self, modalias):
        """The files of the drivers for a modalias, or for a module's name."""
        named = modalias.replace("-", "_")
        if named in self.paths:
            return {self.paths[named]}
        found = {module for piece, pattern, module in self.patterns if piece in modalias and fnmatchcase(modalias, pattern)}
        return {self.paths.get(module, "built-in") for module in found}

    def asked(self, tree, devices):
        """The rows of a model's list: each modalias with the file of a driver."""
        found, board, rows = list(nodes(tree.read_bytes())), "", set()
        for modalias, name in found:
            board = name or board
            # Almost every driver that is built in is one that each machine has; a change of those breaks nothing.
            rows |= {(modalias, file) for file in self.files(modalias) if file != "built-in"}
        for modalias in devices_of(devices, tree.stem):
            if modalias.startswith("firmware:"):
                rows.add((modalias.replace("BOARD", board), "firmware"))
                continue
            files = self.files(modalias)
            if not files:
                raise ValueError(f"image/hardware/devices: Linux {self.version} has no driver for {modalias}")
            rows |= {(modalias, file) for file in files}
        for _, file in list(rows):
            rows |= {(f"softdep:{name_of(file)}", self.paths[one]) for one in self.beside.get(name_of(file), ()) if one in self.paths}
        return sorted(rows)


def name_of(path):
    return re.sub(r"\.ko(\..*)?$", "", Path(path).name).replace("-", "_")


def lines_of(path):
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def devices_of(devices, model):
    """The modaliases of image/hardware/devices that a model has."""
    for line in lines_of(devices):
        modalias, *models = line.split()
        if any(fnmatchcase(model, one) for one in models):
            yield modalias


def read_list(path):
    """The rows of a model's list: what asks for a driver, and the driver's file."""
    return [tuple(line.split()) for line in lines_of(path)]


def models(image):
    return sorted(path for path in (image / "hardware").iterdir() if path.name != "devices")


def write_list(kernel, tree, image):
    head = f"# Linux {kernel.version}: what {tree.name} and image/hardware/devices ask for. Written by image/build --update-packages.\n"
    rows = kernel.asked(tree, image / "hardware/devices")
    return head + "".join(f"{modalias}  {file}\n" for modalias, file in rows)


def left_out(image):
    """What is left out on purpose, each with its reason."""
    return dict((line.split(None, 1) + [""])[:2] for line in lines_of(image / "modules-without"))


def faults_of_lists(image):
    """What a model asks for and neither image/modules nor the list of what is left out names."""
    without, asked, models_of = left_out(image), set(), {}
    for path in models(image):
        for modalias, file in read_list(path):
            asked.add(modalias.removeprefix("firmware:") if file == "firmware" else name_of(file))
            if file not in ("firmware", "built-in") and name_of(file) not in without:
                models_of.setdefault(file, {}).setdefault(path.name)
    for name in ("modules", "initrd/modules"):
        patterns = [re.compile(line) for line in lines_of(image / name)]
        for file, having in models_of.items():
            if not any(one.search(file) for one in patterns) and (name == "modules" or FINDS_DISKS.match(file)):
                yield f"image/{name} lacks {file}, for {', '.join(having)}"
    yield from (f"image/modules-without: {name} is left out without a reason" for name in without if not without[name])
    yield from (f"image/modules-without: {name} is left out, but no model asks for it" for name in sorted(without.keys() - asked))


def faults_of_image(kernel, trees, image, system, start, firmware):
    """Where the lists are another kernel's, and what they name that was not built into the image."""
    without = left_out(image)
    have, have_at_start = ({name_of(path) for path in folder.rglob("*.ko")} for folder in (system, start))
    if {tree.stem for tree in trees} != {path.name for path in models(image)}:
        yield "image/hardware has lists of other models than the kernel; image/build --update-packages writes them again"
    for tree in trees:
        path = image / "hardware" / tree.stem
        if not path.exists() or path.read_text() != write_list(kernel, tree, image):
            yield f"image/hardware/{tree.stem} is not this kernel's; image/build --update-packages writes it again"
            continue
        for modalias, file in read_list(path):
            if file == "firmware":
                name = modalias.removeprefix("firmware:")
                if (firmware / name).exists() == (name in without):
                    yield f"{name}, for {tree.stem}, " + ("is in the packages: remove it from image/modules-without" if name in without else "is in no package")
            elif file != "built-in" and name_of(file) not in without:
                if name_of(file) not in have:
                    yield f"the system lacks {file}, for {modalias} of {tree.stem}"
                if FINDS_DISKS.match(file) and name_of(file) not in have_at_start:
                    yield f"the initial system lacks {file}, for {modalias} of {tree.stem}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("list", "check"):
        command = commands.add_parser(name)
        for option in ("--modules",) if name == "list" else ("--modules", "--system", "--start", "--firmware"):
            command.add_argument(option, required=True, type=Path)
        command.add_argument("trees", nargs="+", type=Path)
    commands.add_parser("lists")
    given = parser.parse_args()
    if given.command == "list":
        kernel = Kernel(given.modules)
        written = {tree.stem: write_list(kernel, tree, IMAGE) for tree in given.trees}
        for path in models(IMAGE):
            path.unlink()
        for model, text in written.items():
            (IMAGE / "hardware" / model).write_text(text)
    faults = list(faults_of_lists(IMAGE))
    if given.command == "check":
        faults += faults_of_image(Kernel(given.modules), given.trees, IMAGE, given.system, given.start, given.firmware)
    for fault in faults:
        print(f"image/drivers.py: {fault}", file=sys.stderr)
    files = {file for path in models(IMAGE) for _, file in read_list(path) if file not in ("firmware", "built-in")}
    print(f"{len(models(IMAGE))} models ask for {len(files)} drivers; {len(left_out(IMAGE))} are left out on purpose")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
