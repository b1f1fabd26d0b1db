"""A Raspberry Pi as far as QEMU supports one for a 64-bit Linux: a board with a card, a network cable, a screen, a serial console
and a watchdog. It starts with the kernel, the initial system and the command line of the image's own first partition."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

# The start of the first partition, in bytes.
BOOT_AT = 4 << 20
# The time of an unset clock: a Pi 3 or 4 has no clock hardware.
NO_CLOCK = "2020-01-01T00:00:00"


class Failed(Exception):
    pass


def boot_files(image, folder):
    """Extracts the files of the first partition that the firmware would load."""
    for name in ("vmlinuz", "initrd.img", "cmdline.txt"):
        run(["mcopy", "-n", "-o", "-i", f"{image}@@{BOOT_AT}", f"::{name}", str(folder / name)])


def put_on_card(card, name, text):
    """Edits the card as its owner does in another computer."""
    path = Path(card).parent / f"put-{name}"
    path.write_text(text)
    run(["mcopy", "-o", "-i", f"{card}@@{BOOT_AT}", str(path), f"::{name}"])


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Machine:
    def __init__(self, folder, card, name, log=None, usb=None):
        """`usb`: the image files of USB disks by name."""
        self.folder, self.card, self.name = folder, card, name
        self.serial = folder / f"{name}.serial"
        self.qmp_path = folder / f"{name}.qmp"
        files = {"driver": "file", "filename": str(card)}
        disk = dict(files, **{"node-name": "card"})
        if log:
            # The log file must exist.
            open(log, "wb").close()
            disk = {
                "driver": "blklogwrites", "node-name": "card", "log-sector-size": 512,
                "file": files, "log": {"driver": "file", "filename": str(log)},
            }
        command = [
            "qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "1024",
            "-kernel", str(folder / "vmlinuz"), "-initrd", str(folder / "initrd.img"),
            "-append", (folder / "cmdline.txt").read_text().strip(),
            "-blockdev", json.dumps(disk), "-device", "virtio-blk-pci,drive=card,id=card",
            "-netdev", "user,id=cable,hostfwd=tcp:127.0.0.1:80-:80,hostfwd=tcp:127.0.0.1:443-:443,hostfwd=tcp:127.0.0.1:22-:22",
            "-device", "virtio-net-pci,netdev=cable,romfile=",
            # A cable straight to the host, which receives the box's announcements.
            "-netdev", "tap,id=house,ifname=house0,script=no,downscript=no", "-device", "virtio-net-pci,netdev=house,romfile=",
            "-device", "virtio-gpu-pci", "-device", "qemu-xhci,id=usb", "-device", "i6300esb", "-action", "watchdog=reset",
            "-rtc", f"base={NO_CLOCK}", "-display", "none", "-serial", f"file:{self.serial}",
            "-qmp", f"unix:{self.qmp_path},server=on,wait=off",
        ]
        for called, path in (usb or {}).items():
            command += ["-blockdev", json.dumps({"driver": "file", "filename": str(path), "node-name": called})]
        self.errors = open(folder / f"{name}.qemu", "w")
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors)
        self.events = []
        self.qmp = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()

    def cut(self):
        """Cuts the power."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()

    def alive(self):
        if self.process.poll() is not None:
            raise Failed(f"QEMU ended: {(self.folder / f'{self.name}.qemu').read_text()}")

    def ask(self, command, **arguments):
        """Runs a command of QEMU's monitor."""
        if self.qmp is None:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(30)
            connection.connect(str(self.qmp_path))
            self.qmp = connection.makefile("rw")
            json.loads(self.qmp.readline())
            self.ask("qmp_capabilities")
        self.qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "event" in answer:
                self.events.append(answer["event"])
                continue
            if "error" in answer:
                raise Failed(f"{command}: {answer['error']['desc']}")
            return answer["return"]

    def plug(self, called):
        self.ask("device_add", driver="usb-storage", id=called, bus="usb.0", drive=called)

    def pull(self, called):
        """Pulls a USB disk out, even while it is in use."""
        self.ask("device_del", id=called)

    def wait(self, what, found, seconds, step=0.2):
        """Waits until `found` returns a value, and returns it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.alive()
            answer = found()
            if answer:
                return answer
            time.sleep(step)
        raise Failed(f"{what}: not within {seconds} s; the serial console said:\n{self.said()[-4000:]}")

    def said(self):
        """Returns the whole output of the serial console."""
        return self.serial.read_text(errors="replace") if self.serial.exists() else ""

    def screen(self):
        """Returns the visible text of the serial console: the output since it was last cleared."""
        return self.said().replace("\r", "").rsplit("\x1bc", 1)[-1]

    def picture(self):
        """Returns the number of different colours and of bright pixels on the HDMI screen."""
        path = self.folder / f"{self.name}.ppm"
        self.ask("screendump", filename=str(path))
        data = path.read_bytes()
        # P6, width and height, 255, then three bytes per pixel.
        _, size, _, points = data.split(b"\n", 3)
        width, height = map(int, size.split())
        bright = sum(1 for at in range(0, len(points) - 2, 3) if points[at] > 100)
        return width, height, bright

    def written(self):
        """Returns the number of bytes written to the card since the machine started."""
        for disk in self.ask("query-blockstats"):
            if disk.get("node-name") == "card" or disk.get("qdev", "").endswith("/card/virtio-backend") or "card" in str(disk.get("qdev")):
                return disk["stats"]["wr_bytes"]
        raise Failed("QEMU does not tell of the card")

    def answers(self):
        """Returns the node's answer to a complete request on port 80, or None without a 200."""
        try:
            with socket.create_connection(("127.0.0.1", 80), timeout=2) as connection:
                connection.settimeout(5)
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                answer = b""
                while piece := connection.recv(4096):
                    answer += piece
        except OSError:
            return None
        return answer if answer.startswith(b"HTTP/1.1 200") else None

    def ready(self, seconds):
        """Waits for the first answer. Returns the seconds since power-on, and the answer."""
        answer = self.wait("the first answer", self.answers, seconds)
        return time.monotonic() - self.started, answer

    def ssh_command(self, key, command):
        return ["ssh", "-i", str(key), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes",
                "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", "root@127.0.0.1", command]

    def begin_ssh(self, key, command):
        """Starts a command in the box without waiting for it."""
        return subprocess.Popen(self.ssh_command(key, command), stdin=subprocess.DEVNULL)

    def ssh(self, key, command, check=True, given=b""):
        """Runs a command in the box with these bytes as input. Returns its output."""
        done = subprocess.run(self.ssh_command(key, command), capture_output=True, timeout=300, input=given)
        if check and done.returncode != 0:
            raise Failed(f"in the box: {command}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode(errors="replace")
