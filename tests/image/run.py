#!/usr/bin/env python3
"""The image, started in QEMU and used through its ports like its owner, powered off in the middle of writes, and measured.

  run.py --image FILE --imajin PROGRAM --registry PROGRAM --program FILE --work DIR --epoch SECONDS --size BYTES
         --parts FILE --modules DIR [--idle MINUTES] [--cuts N]

Runs in a separate network namespace (scripts/test-image creates it), in which 127.0.0.1 is the box.
Ends with one line: N passed, M failed.
"""

import argparse
import base64
import email.utils
import hashlib
import json
import lzma
import os
import random
import re
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
import zlib
from pathlib import Path

import cut
import damage
import machine
from machine import Failed, Machine

IMAGE = Path(__file__).resolve().parents[2] / "image"
sys.path.insert(0, str(IMAGE))
import drivers  # noqa: E402

# Limits that the documents promise.
IMAGE_BYTES = 250_000_000
GUEST_KIB = 120 * 1024
DAEMON_KIB = 20 * 1024
# Maximum number of bytes written in ten idle minutes: ext4's own writes after the last change, and nothing that grows.
IDLE_BYTES = 256 * 1024
# The size of a small card.
CARD_BYTES = 8 << 30
# Maximum duration of a wait. Not a promise: under emulation the same first start took 28 s and, on a busy machine, 116 s.
PATIENCE_S = 300
STICK_BYTES = 1 << 30
STICK_AT = 1 << 20

results = {"passed": 0, "failed": 0}
figures = {}


def check(name, holds, why=""):
    results["passed" if holds else "failed"] += 1
    print(f"{'ok    ' if holds else 'FAILED'} {name}{f': {why}' if why and not holds else ''}", flush=True)
    return holds


def figure(name, value):
    figures[name] = value
    print(f"       {name}: {value}", flush=True)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def get(path):
    """Sends a request to port 80. Returns status, headers and body of any answer."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(f"http://127.0.0.1{path}", timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


class Owner:
    """The owner of the box, at a computer in the same house: the program, with the box's authority trusted."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.key = folder / "owner.json"
        self.authority = folder / "authority.pem"

    def run(self, *words, check=True):
        done = subprocess.run(
            [str(self.program), *map(str, words)], capture_output=True, text=True, timeout=PATIENCE_S,
            env={**os.environ, "SSL_CERT_FILE": str(self.authority), "XDG_CONFIG_HOME": str(self.folder), "IMAJIN_NODE": "https://127.0.0.1", "IMAJIN_KEY": str(self.key)},
        )
        if check and done.returncode != 0:
            raise Failed(f"imajin {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done

    def put(self, text):
        said = self.run("put", "profile", "profile.update", json.dumps({"bio": text}), "--json").stdout
        return json.loads(said)

    def log(self):
        lines = self.run("log", "--json").stdout.splitlines()
        return [json.loads(line) for line in lines]


    def ask(self, path, body=None, headers=None, method=None):
        """Sends a request to port 443. Returns status, headers and body of any answer. A dictionary is sent as JSON."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        trust = ssl.create_default_context(cafile=str(self.authority))
        request = urllib.request.Request(f"https://127.0.0.1{path}", data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S, context=trust) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def sign_in(self):
        """Returns the header of a session, and its DID."""
        key = json.loads(self.key.read_text())
        _, _, asked = self.ask("/auth/api/challenge", {"id": key["did"]})
        asked = json.loads(asked)
        secret, words = self.folder / "secret.der", self.folder / "challenge"
        secret.write_bytes(PKCS8 + bytes.fromhex(key["ed25519"]))
        words.write_text(asked["challenge"])
        signed = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", str(secret), "-in", str(words)],
                                capture_output=True, check=True).stdout
        answer = {"id": key["did"], "challengeId": asked["challengeId"], "signature": signed.hex()}
        _, _, session = self.ask("/auth/api/authenticate", answer)
        return {"Authorization": f"Bearer {json.loads(session)['token']}"}, key["did"]


# The beginning of a private Ed25519 key (RFC 8410).
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


def heard_at_home(name, seconds):
    """Resolves a name by mDNS (RFC 6762). Returns the addresses in the answers."""
    asked = b"".join(bytes([len(part)]) + part for part in name.encode().split(b".")) + b"\0"
    question = struct.pack(">6H", 0, 0, 1, 0, 0, 0) + asked + struct.pack(">2H", 1, 1)
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("", 5353))
    group = socket.inet_aton("224.0.0.251") + socket.inet_aton(HOUSE)
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(HOUSE))
    # Without the program's own questions, which it would otherwise receive at once and answer with the next question: thousands a second.
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        listening.sendto(question, ("224.0.0.251", 5353))
        again = time.monotonic() + 2
        while (left := again - time.monotonic()) > 0:
            listening.settimeout(left)
            try:
                answer, sender = listening.recvfrom(9000)
            except socket.timeout:
                break
            is_answer = struct.unpack(">H", answer[2:4])[0] & 0x8000
            if is_answer and sender[0] != HOUSE and asked in answer:
                return sender[0]
    return None


# The host's address on the cable to the box; both choose one without a router (RFC 3927).
HOUSE = "169.254.77.1"


def first_start(box, owner, arguments):
    seconds, _ = box.ready(PATIENCE_S)
    figure("seconds from power-on to the first answer, first start", round(seconds, 1))
    check("a new card answers", seconds <= PATIENCE_S, f"{seconds:.1f} s")

    status, headers, _ = get("/healthz")
    told = email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
    check("a box without a clock counts from when the image was built", status == 200 and told >= arguments.epoch, headers["Date"])

    said = box.wait("the claim code on the serial console", lambda: re.search(r"code +([0-9A-Z-]{19})", box.screen()), 60)
    code = said.group(1)
    box.wait("its address there", lambda: "http://10.0.2.15" in box.screen(), 60)
    shown = box.screen()
    check("the console names the box, its address and the claim page", "http://imajin.local/claim" in shown, shown)
    check("the console shows a code for a camera", "\u2588" in shown and "\u2580" in shown)
    width, height, bright = box.picture()
    check("the screen at HDMI shows it as well", bright > 20_000, f"{width}x{height}, {bright} bright points")

    status, headers, _ = get("/claim")
    check("plain HTTP leads to HTTPS", status in (307, 308) and headers["Location"].startswith("https://127.0.0.1"), f"{status} {headers['Location']}")
    status, _, pem = get("/certificate/imajin-box.crt")
    owner.authority.write_bytes(pem)
    der = subprocess.run(["openssl", "x509", "-in", str(owner.authority), "-outform", "DER"], capture_output=True, check=True).stdout
    digest = hashlib.sha256(der).hexdigest().upper()
    fingerprint = ":".join(digest[at:at + 2] for at in range(0, 64, 2))
    stands = re.sub(r"\s", "", shown)
    check("the fingerprint on the console is that of its authority", fingerprint in stands, fingerprint)

    at_home = heard_at_home("imajin.local", 60)
    check("imajin.local is answered on a cable without any router", at_home is not None)
    with socket.socket() as door:
        door.settimeout(10)
        try:
            door.connect(("127.0.0.1", 22))
            banner = door.recv(64)
        except OSError:
            banner = b""
        check("there is no SSH without a key on the card", banner == b"", banner)
    return code


def claim(box, owner, code):
    owner.run("key", "new", "--key", owner.key)
    wrong = owner.run("register", "--claim", "0000-0000-0000-0000", check=False)
    check("a wrong claim code is refused", wrong.returncode == 1, wrong.stderr)
    owner.run("register", "--claim", code, "--handle", "ada", "--name", "Ada")
    box.wait("the console to say that it has an owner", lambda: "has its owner" in box.screen(), 60)
    check("the console says so once it is claimed", code not in box.screen())
    session, _ = owner.sign_in()
    _, _, page = owner.ask("/network", headers=session)
    check("its owner is offered to reach it from anywhere", b'name="tunnel" value="on"' in page)


def export(owner, name):
    to = owner.folder / name
    owner.run("export", "--to", to)
    verified = owner.run("verify", to, check=False)
    return check(f"the copy {name} proves itself", verified.returncode == 0, verified.stderr + verified.stdout)


# Partition types: FAT32 (LBA), and exFAT.
FAT32, EXFAT = 0x0C, 0x07


def make_table(path, kind):
    """Writes a USB disk as sold: a partition table with one partition. Returns the partition's number of blocks."""
    count = (STICK_BYTES - STICK_AT) // 512
    with open(path, "wb") as stick:
        stick.truncate(STICK_BYTES)
        # The partition's entry, and the signature of the table.
        stick.seek(446)
        stick.write(bytes([0, 0, 2, 0, kind, 0xFF, 0xFF, 0xFF]) + struct.pack("<II", STICK_AT // 512, count))
        stick.seek(510)
        stick.write(b"\x55\xaa")
    return count


def make_stick(path):
    """Creates a stick with FAT32."""
    count = make_table(path, FAT32)
    machine.run(["mformat", "-F", "-T", str(count), "-h", "64", "-s", "32", "-v", "HOLIDAY", "-i", f"{path}@@{STICK_AT}", "::"])


def stick(box, owner, path, verifier):
    """Exports a signed copy to a stick, which verifies without a box."""
    seen = lambda: json.loads(owner.run("usb", "list", "--json").stdout)["sticks"]
    check("without a stick the box knows of none", seen() == [], seen())
    box.plug("stick")
    shown = box.wait("the stick in the box", seen, 60, step=3)[0]
    check("a stick that is plugged in is shown", shown["state"] == "ready" and shown["label"] == "HOLIDAY" and shown["filesystem"] == "vfat", shown)
    written = json.loads(owner.run("usb", "export", "--json").stdout)
    # As soon as the page says that it is done, the stick is pulled out.
    box.pull("stick")
    box.wait("the box to forget the stick", lambda: not seen(), 60, step=3)
    check("a stick that is pulled out is gone", True)
    out = owner.folder / "from-the-stick"
    out.mkdir()
    machine.run(["mcopy", "-s", "-i", f"{path}@@{STICK_AT}", f"::{written['copy']}", str(out)])
    copy = out / Path(written["copy"]).name
    verified = owner.run("verify", copy, "--json", check=False)
    check("the copy on the stick proves itself, elsewhere", verified.returncode == 0, verified.stdout + verified.stderr)
    second = subprocess.run([verifier or sys.executable, "tests/verifier", str(copy)], capture_output=True, text=True)
    check("and to the verifier that shares no line with the box", second.returncode == 0, second.stdout + second.stderr)
    page = copy / "index.html"
    page.write_bytes(page.read_bytes().replace(b"<", b">", 1))
    check("changed by a byte it does not", owner.run("verify", copy, check=False).returncode == 1)


def make_disk(path):
    """Creates a disk with exFAT, as large ones are sold."""
    count = make_table(path, EXFAT)
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        file.truncate(count * 512)
    machine.run(["mkfs.exfat", "-L", "PHOTOS", str(part)])
    machine.run(["dd", f"if={part}", f"of={path}", "bs=1M", f"seek={STICK_AT >> 20}", "conv=notrunc,sparse", "status=none"])
    part.unlink()


class Writer(threading.Thread):
    """Writes one entry after the other, and records the length of the disk's log at each acknowledgement: an acknowledged
    entry must be on the disk by the writes and flushes before that position."""

    def __init__(self, owner, log):
        super().__init__(daemon=True)
        self.owner, self.log, self.acknowledged, self.stopped, self.problem = owner, log, [], False, None

    def run(self):
        number = 0
        while not self.stopped:
            number += 1
            try:
                receipt = self.owner.put(f"entry {number} {'x' * (number * 37 % 900)}")
            except (Failed, subprocess.TimeoutExpired, ValueError) as error:
                # The write in flight when the power was cut, which was not acknowledged.
                self.problem = error
                return
            self.acknowledged.append((os.path.getsize(self.log), receipt["seq"], receipt["cid"]))


def missing(owner, acknowledged):
    found = {(entry["seq"], entry["cid"]) for entry in owner.log()}
    return [one for one in acknowledged if (one[1], one[2]) not in found]


def power_cuts(owner, work, base, log, acknowledged, count):
    """Starts the box from the disk's state at several flushes, and checks the entries acknowledged before each."""
    entries = cut.read_log(log)
    places = cut.flushes(entries)
    figure("writes and flushes in the log", f"{len(entries)} and {len(places)}")
    during = [place for place in places if entries[place - 1].end >= acknowledged[0][0]]
    check("the disk was flushed while it was written to", len(during) >= count, len(during))
    chance = random.Random(5)
    chosen = sorted(chance.sample(during[:-1], min(count - 1, len(during) - 1))) + [during[-1]]
    disk = work / "cut.img"
    for number, place in enumerate(chosen, 1):
        # Every second image keeps half of the unflushed writes.
        seed = number if number % 2 == 0 else None
        cut.disk_at(base, log, entries, place, disk, seed)
        until = entries[place - 1].end
        before = [one for one in acknowledged if one[0] <= until]
        what = f"cut {number} of {len(chosen)} (after {place} of {len(entries)} writes{', some of the next ones' if seed else ''}, {len(before)} acknowledged)"
        with Machine(work, disk, f"cut{number}") as box:
            seconds, _ = box.ready(PATIENCE_S)
            figure(f"seconds from power-on to the first answer, {what}", round(seconds, 1))
            gone = missing(owner, before)
            check(f"nothing that was acknowledged is missing: {what}", not gone, f"{len(gone)} of {len(before)}")
            check("it still has its owner", "has its owner" in box.wait("the console", lambda: "owner" in box.screen() and box.screen(), 60))
            receipt = owner.put("after the cut")
            check("and it writes on", receipt["seq"] > (before[-1][1] if before else 0))
            if number == len(chosen):
                export(owner, "after-the-cut")


def on_the_inside(box, key, image_bytes):
    """Checks over SSH what no port reveals."""
    inside = lambda command: box.ssh(key, command)
    check("the owner's key lets in", inside("id -u").strip() == "0")
    check("nobody else's does", subprocess.run(
        ["ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
         "-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/dev/null", "root@127.0.0.1", "true"], capture_output=True).returncode == 255)
    locked = [line for line in inside("cat /etc/shadow").splitlines() if not re.match(r"[^:]+:[*!]", line)]
    check("no account has a password", not locked, locked)
    mounts = {line.split()[1]: line.split() for line in inside("cat /proc/mounts").splitlines()}
    check("the system is read-only", "ro" in mounts["/"][3].split(",") and "ro" in mounts["/boot/firmware"][3].split(","))
    check("data has a partition of its own, without times of reading", "noatime" in mounts["/data"][3] and mounts["/var/lib/imajin"][0] == mounts["/data"][0])
    size = int(inside("df -B1 --output=size /data | tail -1"))
    check("the data partition fills the card", size > (CARD_BYTES - image_bytes) * 0.93, size)
    check("no swap", inside("tail -n +2 /proc/swaps").strip() == "")
    check("the journal is in memory", inside("ls -d /var/log/journal 2>/dev/null || echo none").strip() == "none")
    failed = inside("systemctl --failed --no-legend --plain").strip()
    check("every unit runs", failed == "", failed)
    dog = inside("systemctl show -p RuntimeWatchdogUSec -p WatchdogDevice; ls /dev/watchdog0").strip()
    check("the watchdog watches", "RuntimeWatchdogUSec=14s" in dog and "/dev/watchdog0" in dog, dog)
    exposure = inside("systemd-analyze security --no-pager imajin.service | tail -1")
    level = re.search(r"([0-9.]+) ", exposure)
    check("the node is confined to 1.5 of 10 or less", level is not None and float(level.group(1)) <= 1.5, exposure.strip())
    check("the box's settings were taken over", "http://ada.local" in box.screen() and "not followed" not in box.screen(), box.screen()[:400])
    wifi = inside("cat /run/box/wifi.conf")
    check("Wi-Fi is set up as the card says", "country=CA" in wifi and 'psk="a long password"' in wifi, wifi)


# Kernel modules that are missing in the image: two Wi-Fi devices without a radio, and their dependencies.
WIFI_MODULES = ["libarc4", "ctr", "cmac", "gcm", "ccm", "mac80211", "mac80211_hwsim"]
# An access point on the second device.
ACCESS_POINT = """\
ap_scan=2
country=CA
network={
  ssid="a house"
  mode=2
  frequency=2412
  key_mgmt=WPA-PSK
  proto=RSN
  pairwise=CCMP
  psk="a long password"
}
"""


def bring_radios(box, key, modules, count):
    """Adds simulated radios."""
    inside = lambda command, given=b"": box.ssh(key, command, given=given)
    for name in WIFI_MODULES:
        packed = next((path for path in modules.rglob(f"{name}.ko.xz")), None)
        # A module without a file is built into the kernel.
        if packed is not None:
            inside(f"cat >/tmp/{name}.ko", given=lzma.decompress(packed.read_bytes()))
    inside("modprobe cfg80211; for name in " + " ".join(WIFI_MODULES) + "; do options=; [ $name != mac80211_hwsim ] || options=radios=" + str(count) +
           "; [ ! -e /tmp/$name.ko ] || insmod /tmp/$name.ko $options; rm -f /tmp/$name.ko; done")
    box.wait("the radios", lambda: f"wlan{count - 1}" in inside("ls /sys/class/net"), 60, step=2)


def wifi(box, key, modules):
    """The box joins the Wi-Fi that its card names: an access point in the same machine, over simulated radios."""
    inside = lambda command, given=b"": box.ssh(key, command, given=given)
    bring_radios(box, key, modules, 2)
    inside("systemctl stop imajin-wifi@wlan1; cat >/run/point.conf", given=ACCESS_POINT.encode())
    inside("systemd-run --unit=point /usr/sbin/wpa_supplicant -dd -i wlan1 -D nl80211 -c /run/point.conf")
    state = lambda: inside("cat /sys/class/net/wlan0/operstate").strip()
    box.wait("the box to join the Wi-Fi", lambda: state() == "up", 120, step=3)
    runs = inside("systemctl is-active imajin-wifi@wlan0 || true").strip()
    check("the box joins the Wi-Fi that its card names", runs == "active", runs)
    said = inside("journalctl --no-pager -o cat -u point | grep -o 'Regulatory information - country=[A-Z0-9]*' | tail -1").strip()
    check("its radio keeps to the rules of its country", said.endswith("=CA"), said)
    said = inside("dmesg | grep -i regulatory || true")
    check("those rules were read from the image", "failed" not in said and "malformed" not in said, said)
    inside("systemctl stop point imajin-wifi@wlan0; rmmod mac80211_hwsim mac80211")


def lawful(box, key, parts):
    """Checks that each part's licence is in the image, and that the list of parts names it and its source."""
    packages = [part["name"] for part in parts if part["purl"].startswith("pkg:deb/")]
    lacking = box.ssh(key, "cd /usr/share/doc; for name in " + " ".join(packages) + "; do [ -s $name/copyright.gz ] || echo $name; done").split()
    check(f"the licences of all {len(packages)} packages are in the image", len(packages) > 50 and not lacking, lacking)
    crates = box.ssh(key, "gzip -dc /usr/share/doc/imajin/crates.gz")
    ours = lambda part: part["name"].startswith("imajin")
    absent = [part["name"] for part in parts if part["purl"].startswith("pkg:cargo/") and not ours(part) and f"{part['name']} {part['version']}" not in crates]
    check("those of all crates, too", not absent, absent)
    unnamed = [part["name"] for part in parts if not part.get("licenses") or not (part.get("externalReferences") or ours(part))]
    check("the list of parts names a licence and a source for each", not unnamed, unnamed)


# Each alias without a module, and each missing file of a module that it needs.
FIND_MODULES = r"""
while read -r alias; do
    modprobe -q --show-depends "$alias" >/tmp/needed || echo "$alias"
    sed -n 's/^insmod \([^ ]*\).*/\1/p' /tmp/needed | while read -r file; do [ -e "$file" ] || echo "$alias $file"; done
done
"""


def models(box, key):
    """Checks that the running system would find the drivers and the firmware of every model."""
    rows = {row for path in drivers.models(IMAGE) for row in drivers.read_list(path)}
    without = drivers.left_out(IMAGE)
    aliases = sorted({alias for alias, file in rows if file != "firmware" and drivers.name_of(file) not in without and not alias.startswith("softdep:")})
    lacking = box.ssh(key, FIND_MODULES, given="\n".join([*aliases, ""]).encode()).splitlines()
    check(f"the box knows a driver for all {len(aliases)} kinds of devices of the models", len(aliases) > 50 and not lacking, lacking)
    wrong = box.ssh(key, FIND_MODULES, given=b"usb:v1234p5678d0100dc00dsc00dp00ic00isc00ip00in00\n").strip()
    check("and it would say if it knew none", wrong.startswith("usb:v1234"), wrong)
    files = sorted({alias.removeprefix("firmware:") for alias, file in rows if file == "firmware"} - without.keys())
    lacking = box.ssh(key, f"cd /usr/lib/firmware; for name in {' '.join(files)}; do [ -s $name ] || echo $name; done").split()
    check(f"the {len(files)} files of firmware for their Wi-Fi are there", len(files) > 8 and not lacking, lacking)
    figure("modules in the image", int(box.ssh(key, "find /usr/lib/modules -name '*.ko' | wc -l")))


def measured(box, key, minutes):
    inside = lambda command: box.ssh(key, command)
    # Late starts and the cost of the first check are over afterwards.
    time.sleep(60)
    inside("sync")
    memory = dict(re.findall(r"(\w+): +(\d+) kB", inside("cat /proc/meminfo")))
    used = int(memory["MemTotal"]) - int(memory["MemAvailable"])
    figure("idle memory of the whole guest, MB", round(used / 1024, 1))
    check("the guest needs at most 120 MB", used <= GUEST_KIB, f"{used} kB")
    # The node reads its program for periodic work, and releases the pages: a single measurement could hit either state.
    looks = []
    for _ in range(7):
        status = inside("cat /proc/$(systemctl show -p MainPID --value imajin)/status")
        looks.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)))
        time.sleep(15)
    resident = statistics.median(looks)
    figure("idle memory of the daemon, MB", round(resident / 1024, 1))
    check("the node needs at most 20 MB", resident <= DAEMON_KIB, f"{resident} kB")
    time.sleep(10)
    before = box.written()
    time.sleep(minutes * 60)
    grown = box.written() - before
    figure(f"bytes written to the card in {minutes:g} idle minutes", grown)
    check("an idle box leaves its card alone", grown <= IDLE_BYTES * max(minutes / 10, 0.5), grown)


def png(width, height):
    """Returns a picture of one colour."""
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress((b"\0" + bytes([200, 120, 40]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + part(b"IDAT", rows) + part(b"IEND", b"")


def picture(owner):
    """Adds a picture, of which the box makes a preview in a process that is confined like the node."""
    session, did = owner.sign_in()
    file = png(1200, 800)
    encoded = lambda text: base64.b64encode(text.encode()).decode()
    status, headers, said = owner.ask("/media/api/uploads", file, {
        **session, "Tus-Resumable": "1.0.0", "Upload-Length": str(len(file)), "Content-Type": "application/offset+octet-stream",
        "Upload-Metadata": f"filename {encoded('wall.png')},sign {encoded('1')}"})
    cid = headers.get("X-Media", "")
    check("a picture arrives", status == 201 and cid.startswith("b"), f"{status} {said}")
    digest = hashlib.sha256(b"\0".join([b"mjn:asset", did.encode(), cid.encode(), b"0"])).digest()
    asset = "ast_" + base64.b32encode(digest).decode().lower()[:26]
    body, fact = {"name": "wall.png", "bytes": len(file), **json.loads(headers.get("X-Facts", "{}"))}, {"media": [cid], "n": 0}
    owner.run("put", "media", "media.add", json.dumps(body), "--ref", asset, "--fact", json.dumps(fact))
    status, headers, small = owner.ask(f"/media/api/assets/{asset}?w=400", headers=session)
    check("the box makes a small one of it", status == 200 and headers["Content-Type"] == "image/jpeg" and small[:2] == b"\xff\xd8", f"{status} {small[:200]}")
    return asset, file


def disk(box, key, owner, asset, file):
    """Moves photos to a disk with exFAT, which is pulled out and put back, and then back to the card."""
    session, _ = owner.sign_in()
    inside = lambda command: box.ssh(key, command)
    stands = lambda: json.loads(owner.ask("/media/api/disks", headers=session)[2])
    original = lambda: owner.ask(f"/media/api/assets/{asset}", headers=session)
    here = lambda: (lambda answer: answer[0] == 200 and answer[2] == file)(original())

    def send(to):
        status, _, said = owner.ask("/media/api/place", {"to": to}, session)
        check(f"photos may go to {to}", status == 200, f"{status} {said}")
        box.wait("the move", lambda: "move" not in stands(), 60, step=2)

    check("without a disk photos are on the card", "disk" not in stands() and stands()["card"]["files"] > 0, stands())
    box.plug("disk")
    found = box.wait("the disk in the box", lambda: stands()["disks"], 60, step=3)[0]
    check("a disk with exFAT is offered", found["filesystem"] == "exfat" and found["name"].startswith("PHOTOS") and "refusal" not in found, found)
    send(found["to"])
    kept = inside("find /run/imajin/sticks/*/imajin/media -type f | wc -l; find /var/lib/imajin/users/*/media -type f | wc -l").split()
    check("they are on the disk, and no longer on the card", stands()["card"]["files"] == 0 and int(kept[0]) > 0 and kept[1] == "0", f"{stands()} {kept}")
    check("and are shown from there", here())

    box.pull("disk")
    box.wait("the box to miss the disk", lambda: stands()["disk"]["isMissing"], 60, step=2)
    status, _, said = original()
    check("a photo on a disk that was pulled out waits for it", status == 503 and json.loads(said)["type"].endswith("disk-missing"), f"{status} {said}")
    status, _, _ = owner.ask(f"/media/api/assets/{asset}?w=400", headers=session)
    check("its small picture is shown all the same", status == 200, status)
    check("and everything else works", owner.put("without the disk")["seq"] > 0)
    failed = inside("systemctl --failed --no-legend --plain").strip()
    check("no unit fails for that", failed == "", failed)

    box.plug("disk")
    box.wait("the photo to be back with its disk", here, 60, step=2)
    check("plugged in again, without a restart, it is back", True)
    send("card")
    status, _, said = owner.ask(f"/auth/api/usb/{stands()['disks'][0]['to']}", headers=session, method="DELETE")
    check("the box is asked to let go of it", status == 202, f"{status} {said}")
    state = lambda: json.loads(owner.run("usb", "list", "--json").stdout)["sticks"][0]["state"]
    box.wait("the disk to be free", lambda: state() == "removable", 60, step=2)
    box.pull("disk")
    box.wait("the box to forget the disk", lambda: not stands()["disks"], 60, step=2)
    check("moved back it is shown without the disk", here() and "disk" not in stands(), stands())


class Releases:
    """Makes releases of the image's program with other version numbers."""

    # The version has as many digits as the program's own.
    OWN = re.compile(r"^version = \"([0-9.]+)\"", re.MULTILINE)

    def __init__(self, arguments):
        self.maker, self.program, self.work = arguments.registry, Path(arguments.program), Path(arguments.work)
        self.own = self.OWN.search(Path("Cargo.toml").read_text()).group(1)
        self.by = None

    def of(self, version, program):
        path, to = self.work / "program", self.work / "imajin.release"
        path.write_bytes(program)
        to.unlink(missing_ok=True)
        made = subprocess.run(
            [self.maker, "release", "--version", version, "--date", "2026-11-21", "--program", f"aarch64={path}", "--to", str(to)],
            env={**os.environ, "REGISTRY_PRIVATE_KEY": "07" * 32}, capture_output=True, text=True, check=True)
        self.by = json.loads(made.stdout)["from"]
        return to.read_bytes()

    def program_of(self, version):
        return self.program.read_bytes().replace(self.own.encode(), version.encode())


def updates(box, key, owner, releases):
    """Installs another version, then one that does not run and is given up, and rolls back to the first."""
    inside = lambda command: box.ssh(key, command)
    runs = lambda: json.loads(inside("imajin update --list --json"))["version"]

    def bring(release):
        box.ssh(key, "cat >/data/release", given=release)
        done = inside(f"imajin update /data/release --release-key {releases.by} 2>&1; echo \"ended $?\"; rm /data/release")
        return done.strip()

    first, second, third = releases.own, releases.own[:-1] + "8", releases.own[:-1] + "9"
    said = bring(releases.of(second, releases.program_of(second)))
    check("another version runs after an update", said.endswith("ended 0") and runs() == second, said)
    before = owner.put("after the update")
    check("and it is what writes", before["seq"] > 0)
    broken = b"#!/bin/sh\n[ \"$1\" = --version ] && echo imajin " + third.encode() + b" && exit 0\nexit 1\n"
    said = bring(releases.of(third, broken))
    check("the box gives up a version that does not run", said.endswith("ended 1") and runs() == second, said)
    said = inside("imajin update --rollback 2>&1; echo \"ended $?\"").strip()
    check("the way back leads to the first version", said.endswith("ended 0") and runs() == first, said)
    after = owner.put("after the way back")
    check("and it writes on", after["seq"] > before["seq"])
    failed = inside("systemctl --failed --no-legend --plain").strip()
    check("every unit runs after that", failed == "", failed)


def mistakes(box, key):
    inside = lambda command: box.ssh(key, command)
    inside("mkdir -p /tmp/card && cp /boot/firmware/authorized_keys /tmp/card/ && printf '[lan]\\nnmae = \"x\"\\n' >/tmp/card/imajin.toml && imajin box-settings --from /tmp/card --to /run/box || true")
    box.wait("the console to name the mistake", lambda: "lan.nmae" in box.screen(), 60)
    check("the console shows a mistake in the settings", True)


def hangs(box, key):
    """Crashes the first process, so that only the watchdog can restart the box."""
    count = box.said().count("\x1bc")
    # The session stays open, since its end would wait for the crashed process.
    dying = box.begin_ssh(key, "kill -SEGV 1; sleep 300")
    def bitten():
        box.ask("query-status")
        return "WATCHDOG" in box.events
    box.wait("the watchdog to bite", bitten, 120, step=1)
    dying.kill()
    dying.wait()
    box.wait("the box to come back", lambda: box.said().count("\x1bc") > count, PATIENCE_S)
    check("the watchdog restarts a system that hangs", box.answers() is not None or box.ready(PATIENCE_S) is not None)


def repairs(owner, work, card, key, acknowledged):
    """Starts the box from a card whose damage the automatic check leaves."""
    refused = damage.claim_blocks_twice(card)
    check("the automatic check leaves the damage", refused.returncode == 4, refused.stdout + refused.stderr)
    with Machine(work, card, "damaged") as box:
        seconds, _ = box.ready(PATIENCE_S)
        figure("seconds from power-on to the first answer, with a repair", round(seconds, 1))
        printed = box.ssh(key, "journalctl --no-pager -o cat -u 'systemd-fsck@*'")
        check("a damaged card is repaired unasked", "FILE SYSTEM WAS MODIFIED" in printed, printed)
        check("nothing that was acknowledged is missing after the repair", not missing(owner, acknowledged))
        check("and it writes on after the repair", owner.put("after the repair")["seq"] > acknowledged[-1][1])


def gives_up(work, card):
    """Starts the box from a card whose data cannot be mounted."""
    damage.make_unmountable(card)
    with Machine(work, card, "emergency") as box:
        excuse = "This box could not start"
        box.wait("the screen to say what failed", lambda: excuse in box.screen(), PATIENCE_S)
        shown = box.screen()
        check("a box that cannot start says what failed", "data.mount" in shown, shown)
        box.wait("the screen at HDMI", lambda: box.picture()[2] > 5_000, 60, step=2)
        check("the screen at HDMI shows something, too", True)
        count = box.said().count(excuse)
        box.wait("the next attempt", lambda: box.said().count(excuse) > count, PATIENCE_S)
        check("it tries again a minute later", True)


def run(arguments):
    work = Path(arguments.work)
    image = Path(arguments.image)
    figure("bytes of the compressed image", arguments.size)
    check("the image is at most 250 MB", arguments.size <= IMAGE_BYTES, arguments.size)
    machine.boot_files(image, work)
    card, base, log = work / "card.img", work / "base.img", work / "card.log"
    cut.copy(image, card)
    os.truncate(card, CARD_BYTES)
    cut.copy(card, base)
    owner = Owner(Path(arguments.imajin), work)

    plug = work / "stick.img"
    make_stick(plug)
    with Machine(work, card, "first", log=log, usb={"stick": plug}) as box:
        code = first_start(box, owner, arguments)
        claim(box, owner, code)
        export(owner, "first-copy")
        stick(box, owner, plug, arguments.python)
        writer = Writer(owner, log)
        writer.start()
        box.wait("writes", lambda: len(writer.acknowledged) >= arguments.writes, PATIENCE_S)
        box.cut()
        writer.stopped = True
    writer.join()
    acknowledged = writer.acknowledged
    check("writes were acknowledged until the plug was pulled", len(acknowledged) >= arguments.writes, str(writer.problem))
    figure("writes acknowledged before the plug was pulled", len(acknowledged))
    power_cuts(owner, work, base, log, acknowledged, arguments.cuts)

    # The card after the shutdown, in a computer: a key and settings are put on it.
    key = work / "ssh"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    machine.put_on_card(card, "authorized_keys", key.with_suffix(".pub").read_text())
    machine.put_on_card(card, "imajin.toml", SETTINGS)
    drive = work / "disk.img"
    make_disk(drive)
    with Machine(work, card, "second", usb={"disk": drive}) as box:
        seconds, _ = box.ready(PATIENCE_S)
        figure("seconds from power-on to the first answer, later", round(seconds, 1))
        check("nothing is missing where everything written arrived", not missing(owner, acknowledged))
        on_the_inside(box, key, os.path.getsize(image))
        models(box, key)
        lawful(box, key, json.loads(Path(arguments.parts).read_text())["components"])
        measured(box, key, arguments.idle)
        disk(box, key, owner, *picture(owner))
        wifi(box, key, Path(arguments.modules))
        updates(box, key, owner, Releases(arguments))
        mistakes(box, key)
        hangs(box, key)
    repairs(owner, work, card, key, acknowledged)
    gives_up(work, card)


SETTINGS = """\
[lan]
name = "ada"

[wifi]
network = "a house"
password = "a long password"
country = "CA"
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", required=True)
    parser.add_argument("--imajin", required=True)
    parser.add_argument("--registry", required=True, help="imajin-registry, which makes releases")
    parser.add_argument("--program", required=True, help="the program in the image")
    parser.add_argument("--work", required=True)
    parser.add_argument("--python", help="a Python that has what tests/verifier needs [default: this one]")
    parser.add_argument("--epoch", type=int, required=True, help="when the image was built, in seconds since 1970")
    parser.add_argument("--size", type=int, required=True, help="bytes of the compressed image")
    parser.add_argument("--parts", required=True, help="the image's list of parts (CycloneDX)")
    parser.add_argument("--modules", required=True, help="the kernel's modules, also those that are not in the image")
    parser.add_argument("--idle", type=float, default=2.0, help="minutes that the idle box is watched")
    parser.add_argument("--cuts", type=int, default=4, help="moments of the power cut that are started from")
    parser.add_argument("--writes", type=int, default=30, help="writes before the plug is pulled")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except Exception as error:  # Whatever it is, it is one failure, and the figures so far stand.
        traceback.print_exc()
        check("the test goes through", False, error)
    print("\nfigures")
    for name, value in figures.items():
        print(f"  {name}: {value}")
    print(f"{results['passed']} passed, {results['failed']} failed")
    sys.exit(1 if results["failed"] else 0)


if __name__ == "__main__":
    main()
