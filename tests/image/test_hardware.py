"""Checks that the image has a driver for every device of each model of the Pi, by the lists in image/hardware alone.

image/drivers.py writes those lists from a kernel; these tests also run it on a small kernel and a device tree of their own making.
"""

import re
import shutil
import struct
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
IMAGE = TOP / "image"
sys.path.insert(0, str(IMAGE))
import drivers  # noqa: E402

# Drivers for every model, as a pattern of the driver's file.
EVERYWHERE = {
    "storage": r"drivers/mmc/host/",
    "a USB disk": r"drivers/usb/storage/usb-storage\.ko",
    "USB": r"drivers/usb/(dwc2|dwc3|host)/",
    "display": r"drivers/gpu/drm/vc4/vc4\.ko",
    "the sound codec that pictures at HDMI wait for": r"snd-soc-hdmi-codec\.ko",
    "watchdog": r"drivers/watchdog/bcm2835_wdt\.ko",
    "the processor's clock": r"drivers/cpufreq/raspberrypi-cpufreq\.ko",
    "the data partition": r"fs/ext4/ext4\.ko",
}
# Drivers for some models: the pattern, and the models.
SOME = {
    "the reset line of the Wi-Fi chip": (r"drivers/reset/reset-gpio\.ko", r"2837-rpi-(3|zero)|2711"),
    "Wi-Fi": (r"brcmfmac/brcmfmac\.ko", r"rpi-(3|4|5|cm4|zero)"),
    "Wi-Fi, its maker's part": (r"brcmfmac/wcc/brcmfmac-wcc\.ko", r"rpi-(3|4|5|cm4|zero)"),
    "the transceiver of USB": (r"drivers/usb/phy/phy-generic\.ko", r"2837|2711"),
    "cable of the Pi 2 and 3 B": (r"net/usb/smsc95xx\.ko", r"rpi-(2-b|3-b$|cm3)"),
    "cable of the Pi 3 B+": (r"net/usb/lan78xx\.ko", r"rpi-3-b-plus"),
    "cable of the Pi 4": (r"net/ethernet/broadcom/genet/genet\.ko", r"2711"),
    "cable of the Pi 5": (r"net/ethernet/cadence/macb\.ko", r"2712"),
    "RP1": (r"drivers/misc/rp1/rp1_pci\.ko", r"2712"),
    "USB sockets of the Pi 4": (r"drivers/usb/host/xhci-pci\.ko", r"2711"),
    "USB sockets of the Pi 5": (r"drivers/usb/host/xhci-plat-hcd\.ko", r"2712"),
    "NVMe": (r"drivers/nvme/host/nvme\.ko", r"2712|cm4"),
}


class Lists(unittest.TestCase):
    def test_the_image_has_every_driver_that_a_model_asks_for(self):
        self.assertEqual(list(drivers.faults_of_lists(IMAGE)), [])

    def test_every_model_has_what_it_needs(self):
        lists = {path.name: {file for _, file in drivers.read_list(path)} for path in drivers.models(IMAGE)}
        self.assertEqual(len(lists), 11, "models")
        needs = {what: (pattern, "") for what, pattern in EVERYWHERE.items()} | SOME
        for what, (pattern, models) in needs.items():
            having = [name for name in lists if re.search(models, name)]
            self.assertTrue(having, what)
            for name in having:
                with self.subTest(model=name, need=what):
                    self.assertTrue(any(re.search(pattern, file) for file in lists[name]))

    def test_every_model_with_wifi_has_what_its_chip_runs(self):
        without, wifi = drivers.left_out(IMAGE), 0
        for path in drivers.models(IMAGE):
            rows = drivers.read_list(path)
            if any(file.endswith("/brcmfmac.ko") for _, file in rows):
                wifi += 1
                runs = [name for name, file in rows if file == "firmware" and name.removeprefix("firmware:") not in without]
                for kind in (r"brcmfmac\d+-sdio\.bin", r"brcmfmac\d+-sdio\.clm_blob", r"brcmfmac\d+-sdio\..*txt", r"regulatory\.db$"):
                    self.assertTrue(any(re.search(kind, name) for name in runs), f"{path.name}: {kind}")
        self.assertEqual(wifi, 9, "models with Wi-Fi")

    def test_the_lists_were_written_for_the_kernel_of_the_lock(self):
        locked = re.search(r"^linux-modules-(\S+) ", (IMAGE / "packages.lock").read_text(), re.MULTILINE)[1]
        for path in drivers.models(IMAGE):
            self.assertIn(f"# Linux {locked}:", path.read_text(), path.name)

    def test_each_device_that_is_listed_by_hand_is_in_the_lists_of_its_models(self):
        for path in drivers.models(IMAGE):
            rows = {modalias.split("BOARD")[0] for modalias, _ in drivers.read_list(path)}
            for modalias in drivers.devices_of(IMAGE / "hardware/devices", path.name):
                start = modalias.split("BOARD")[0]
                self.assertTrue(any(row.startswith(start) for row in rows), f"{modalias} of {path.name}: image/build --update-packages")
        for line in drivers.lines_of(IMAGE / "hardware/devices"):
            self.assertTrue(any(line.split()[0] in drivers.devices_of(IMAGE / "hardware/devices", path.name) for path in drivers.models(IMAGE)), line)


class Changed(unittest.TestCase):
    """Invalid lists."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.image = Path(folder.name) / "image"
        (self.image / "initrd").mkdir(parents=True)
        for name in ("modules", "modules-without", "initrd/modules"):
            shutil.copy(IMAGE / name, self.image / name)
        shutil.copytree(IMAGE / "hardware", self.image / "hardware")

    def change(self, name, old, new):
        path = self.image / name
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))

    def faults(self):
        return "\n".join(drivers.faults_of_lists(self.image))

    def test_a_driver_that_no_longer_is_in_the_image_is_named_with_its_model(self):
        for pattern, lacking in (
            ("reset-(gpio|raspberrypi)", r"drivers/reset/reset-gpio\.ko, for bcm2711-rpi-4-b, bcm2711-rpi-400, .*bcm2837-rpi-3-b, .*bcm2837-rpi-zero-2-w"),
            ("phy/phy-generic|", r"drivers/usb/phy/phy-generic\.ko, for .*bcm2837-rpi-3-b,"),
            ("wireless/broadcom/brcm80211/", r"\S*/brcmfmac/wcc/brcmfmac-wcc\.ko, for .*bcm2837-rpi-zero-2-w"),
            ("snd-soc-hdmi-codec", r"sound/soc/codecs/snd-soc-hdmi-codec\.ko, for .*bcm2712-rpi-5-b"),
            ("watchdog/bcm2835", r"drivers/watchdog/bcm2835_wdt\.ko, for .*bcm2837-rpi-3-a-plus"),
        ):
            self.assertEqual(self.faults(), "")
            self.change("modules", pattern, "nothing")
            self.assertRegex(self.faults(), f"image/modules lacks kernel/{lacking}")
            shutil.copy(IMAGE / "modules", self.image / "modules")

    def test_a_driver_that_finds_the_disk_must_be_in_the_initial_system(self):
        self.change("initrd/modules", "sdhci-(iproc|brcmstb)", "nothing")
        self.assertIn("image/initrd/modules lacks kernel/drivers/mmc/host/sdhci-brcmstb.ko", self.faults())

    def test_what_is_left_out_needs_a_reason_and_a_model(self):
        self.change("modules-without", "hci_uart         Bluetooth", "hci_uart")
        self.change("modules-without", "v3d ", "v4d ")
        said = self.faults()
        self.assertIn("hci_uart is left out without a reason", said)
        self.assertIn("v4d is left out, but no model asks for it", said)
        self.assertIn("image/modules lacks kernel/drivers/gpu/drm/v3d/v3d.ko", said)


def tree(root):
    """A device tree: (name, {property: bytes}, [children])."""
    names, out = b"", b""

    def put(node):
        nonlocal names, out
        name, properties, children = node
        out += struct.pack(">I", drivers.BEGIN_NODE) + name + b"\0" * (4 - len(name) % 4)
        for key, value in properties.items():
            out += struct.pack(">3I", drivers.PROPERTY, len(value), len(names)) + value + b"\0" * (-len(value) % 4)
            names += key.encode() + b"\0"
        for child in children:
            put(child)
        out += struct.pack(">I", drivers.END_NODE)

    put(root)
    out += struct.pack(">I", 9)
    return struct.pack(">10I", 0xD00DFEED, 0, 40, 40 + len(out), 0, 17, 16, 0, 0, 0) + out + names


BOARD = tree((b"", {"compatible": b"maker,board\0"}, [
    (b"mmc@7e300000", {"compatible": b"maker,mmc\0maker,old-mmc\0", "status": b"okay\0"}, []),
    (b"gpu", {"compatible": b"maker,gpu\0"}, []),
    (b"off", {"compatible": b"maker,bus\0", "status": b"disabled\0"}, [(b"camera", {"compatible": b"maker,camera\0"}, [])]),
]))


class Kernels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        files = {
            "modules.dep": "kernel/mmc.ko.xz: kernel/core.ko.xz\nkernel/gpu.ko.xz:\nkernel/codec-hdmi.ko.xz:\nkernel/camera.ko.xz:\nkernel/wifi.ko.xz:\n",
            "modules.alias": "# Aliases\nalias of:N*T*Cmaker,old-mmcC* mmc\nalias of:N*T*Cmaker,old-mmc mmc\nalias of:N*T*Cmaker,gpu gpu\n"
            "alias of:N*T*Cmaker,camera camera\nalias sdio:c*v02D0dA9A[46]* wifi\n",
            "modules.softdep": "# Soft\nsoftdep gpu pre: codec-hdmi\n",
            "modules.builtin.modinfo": "clock.license=GPL\0clock.alias=of:N*T*Cmaker,clock\0",
        }
        kernel = self.folder / "9.9.9"
        kernel.mkdir()
        for name, text in files.items():
            (kernel / name).write_text(text)
        self.kernel = drivers.Kernel(kernel)
        self.tree = self.folder / "board-1.dtb"
        self.tree.write_bytes(BOARD)

    def asked(self, devices):
        (self.folder / "devices").write_text(devices)
        return self.kernel.asked(self.tree, self.folder / "devices")

    def test_a_tree_asks_for_its_devices_and_for_none_that_is_switched_off(self):
        self.assertEqual(self.asked(""), [
            ("of:NgpuT(null)Cmaker,gpu", "kernel/gpu.ko"),
            ("of:NmmcT(null)Cmaker,mmcCmaker,old-mmc", "kernel/mmc.ko"),
            ("softdep:gpu", "kernel/codec-hdmi.ko"),
        ])

    def test_devices_of_a_model_are_found_by_modalias_by_name_and_in_the_kernel_itself(self):
        rows = self.asked("sdio:c00v02D0dA9A6  board-*\nsdio:c00v02D0dA9A4  other\ncodec-hdmi  *\nof:NcT(null)Cmaker,clock  *\nfirmware:chip.BOARD.txt  *\n")
        self.assertLessEqual({
            ("sdio:c00v02D0dA9A6", "kernel/wifi.ko"), ("codec-hdmi", "kernel/codec-hdmi.ko"), ("of:NcT(null)Cmaker,clock", "built-in"),
            ("firmware:chip.maker,board.txt", "firmware"),
        }, set(rows))
        self.assertFalse([row for row in rows if "A9A4" in row[0]])

    def test_a_device_without_a_driver_is_named(self):
        with self.assertRaisesRegex(ValueError, "Linux 9.9.9 has no driver for usb:v1234p5678"):
            self.asked("usb:v1234p5678  *\n")

    def test_what_was_not_built_into_the_image_is_named(self):
        image = self.folder / "image"
        for name in ("hardware", "initrd", "system", "start", "firmware"):
            (image / name).mkdir(parents=True)
        (image / "modules-without").write_text("lost.bin  nobody has it\nfound.bin  nobody had it\n")
        (image / "hardware/devices").write_text("firmware:lost.bin  *\nfirmware:found.bin  *\nfirmware:other.bin  *\n")
        (image / "hardware/board-1").write_text(drivers.write_list(self.kernel, self.tree, image))
        (image / "system/gpu.ko").touch()
        (image / "firmware/found.bin").touch()
        said = list(drivers.faults_of_image(self.kernel, [self.tree], image, image / "system", image / "start", image / "firmware"))
        self.assertEqual(said, [
            "found.bin, for board-1, is in the packages: remove it from image/modules-without",
            "other.bin, for board-1, is in no package",
            "the system lacks kernel/mmc.ko, for of:NmmcT(null)Cmaker,mmcCmaker,old-mmc of board-1",
            "the system lacks kernel/codec-hdmi.ko, for softdep:gpu of board-1",
        ])
        (image / "hardware/board-1").write_text("# another kernel's\n")
        said = list(drivers.faults_of_image(self.kernel, [self.tree], image, image / "system", image / "start", image / "firmware"))
        self.assertEqual(said, ["image/hardware/board-1 is not this kernel's; image/build --update-packages writes it again"])


if __name__ == "__main__":
    unittest.main()
