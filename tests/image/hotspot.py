#!/usr/bin/env python3
"""The first start without a screen and a cable: the image in QEMU opens a Wi-Fi of its own over a simulated radio. A phone (a second
radio, in a network namespace of the box) joins it, opens the page, and sends the box into the house's Wi-Fi (a third one).

  hotspot.py --image FILE --imajin PROGRAM --work DIR --modules DIR --iw FILE

Runs in a separate network namespace (scripts/test-image creates it), in which 127.0.0.1 is the box.
Ends with one line: N passed, M failed.
"""

import argparse
import http.client
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import traceback
import urllib.parse
from pathlib import Path

import cut
import machine
import run
from machine import Machine
from run import CARD_BYTES, PATIENCE_S, Owner, check

ADDRESS = "10.77.77.1"
# Files that the image lacks, as in the other Wi-Fi test.
SCRIPT = """\
#!/bin/sh
[ "$1" = bound ] && ip address add "$ip/24" dev "$interface"
exit 0
"""
HOUSE = run.ACCESS_POINT
PHONE = """\
network={{
  ssid="{name}"
  key_mgmt=WPA-PSK
  psk="{password}"
}}
"""


def iw(work, package):
    """iw(8) for the box, for moving radios between namespaces; the image does not need it."""
    folder = work / "iw"
    machine.run(["dpkg-deb", "-x", str(package), str(folder)])
    return next(path for path in folder.rglob("iw") if path.is_file() and path.parent.name in ("sbin", "bin")).read_bytes()


class Phone:
    """Sends a phone's requests in the box's own Wi-Fi, through a pipe into the phone's namespace."""

    def __init__(self, box, key, pid):
        self.box, self.key, self.pid, self.authority = box, key, pid, None

    def connect(self, port):
        ours, theirs = socket.socketpair()
        command = self.box.ssh_command(self.key, f"nsenter -t {self.pid} -n busybox nc {ADDRESS} {port}")
        subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
        theirs.close()
        ours.settimeout(120)
        return ours

    def ask(self, method, path, form=None, secure=True):
        connection = http.client.HTTPConnection(ADDRESS)
        pipe = self.connect(443 if secure else 80)
        if secure:
            pipe = ssl.create_default_context(cadata=self.authority).wrap_socket(pipe, server_hostname=ADDRESS)
        connection.sock = pipe
        headers = {"Accept": "text/html", "Connection": "close", "Host": ADDRESS, "Sec-Fetch-Site": "same-origin", "Origin": f"https://{ADDRESS}"}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.status, answer.headers, answer.read().decode()
        connection.close()
        return said


def first_partition(card):
    """Returns the bytes of the card's first partition."""
    with open(card, "rb") as disk:
        disk.seek(446 + 8)
        start, count = struct.unpack("<II", disk.read(8))
        disk.seek(start * 512)
        return disk.read(count * 512)


def radios(box, key, modules, tool):
    """Adds three radios: the box's, a phone's and the house's; and removes every cable that the box would use."""
    inside = lambda command, given=b"": box.ssh(key, command, given=given)
    # SSH's interface gets another name, and the other cable is unplugged.
    inside("systemd-run --quiet sh -c 'sleep 1; ip link set eth1 down; ip link set eth0 down; ip link set eth0 name test0; ip address add 10.0.2.15/24 dev test0; "
           "ip link set test0 up; ip route replace default via 10.0.2.2 || true'")
    box.wait("the way in", lambda: "test0" in box.ssh(key, "ls /sys/class/net", check=False), 60, step=2)
    inside("cat >/tmp/iw; chmod 755 /tmp/iw", given=tool)
    run.bring_radios(box, key, modules, 3)
    phy = lambda number: inside(f"cat /sys/class/net/wlan{number}/phy80211/name").strip()
    pids = {}
    for name, number in (("phone", 1), ("house", 2)):
        radio = phy(number)
        inside(f"systemctl stop imajin-wifi@wlan{number}; systemd-run --quiet --unit={name} unshare --net sleep 100000")
        box.wait(name, lambda: inside(f"cat /proc/$(systemctl show -p MainPID --value {name})/comm").strip() == "sleep", 30, step=1)
        pids[name] = inside(f"systemctl show -p MainPID --value {name}").strip()
        inside(f"/tmp/iw phy {radio} set netns {pids[name]}")
    return pids


def hot_spot(box, key, owner, pids):
    inside = lambda command, given=b"": box.ssh(key, command, given=given)
    state = lambda: inside("cat /run/imajin/wifi-state 2>/dev/null || true").strip()
    note = lambda: inside("cat /boot/firmware/hotspot.txt 2>/dev/null || true")
    in_phone = f"nsenter -t {pids['phone']} -n"
    in_house = f"nsenter -t {pids['house']} -n"

    shown = lambda: re.search(r"name +(Imajin-[0-9A-F]{4})\n +password +([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})\n +page +http://10\.77\.77\.1/wifi", box.screen())
    name, password = box.wait("the box's own Wi-Fi on the screen", shown, 120, step=1).groups()
    check("without Wi-Fi, cable and owner the box opens a Wi-Fi of its own and says so on its screen", True)
    code = re.search(r"code +([0-9A-Z-]{19})", box.screen()).group(1)
    text = box.wait("the file on the card", note, 30, step=1)
    check("the card says its name, password and the claim code", all(word in text for word in (name, password, code, ADDRESS)), text)
    check("the card is read-only again", " ro," in inside("grep /boot/firmware /proc/mounts"), inside("grep /boot/firmware /proc/mounts"))
    modes = inside("stat -c '%a %U' /data/wifi /data/wifi/password /run/box/point.conf").split("\n")
    check("its password is root's alone", modes[:3] == ["700 root", "600 root", "600 root"], modes)

    inside("cat >/run/dhcp; chmod 755 /run/dhcp", given=SCRIPT.encode())
    inside("cat >/run/phone.conf", given=PHONE.format(name=name, password=password).encode())
    inside(f"systemd-run --quiet --unit=phone-wifi {in_phone} /usr/sbin/wpa_supplicant -i wlan1 -D nl80211 -c /run/phone.conf")
    inside(f"systemd-run --quiet --unit=phone-address {in_phone} busybox udhcpc -f -i wlan1 -s /run/dhcp")
    has_address = lambda: "10.77.77." in inside(f"{in_phone} ip address show dev wlan1")
    box.wait("the phone's address", has_address, 120, step=2)
    check("a phone joins it with the password and gets an address", True)
    routes = inside(f"{in_phone} ip route")
    check("it is no way into any other network", "default" not in routes, routes)

    phone = Phone(box, key, pids["phone"])
    status, headers, _ = phone.ask("GET", "/wifi", secure=False)
    check("the address on the screen leads to how the phone trusts the box", headers["Location"] is not None and "/certificate?next=/wifi" in headers["Location"], f"{status} {headers}")
    _, _, phone.authority = phone.ask("GET", "/certificate/imajin-box.crt", secure=False)
    def page():
        try:
            return phone.ask("GET", "/wifi")
        except OSError as error:
            # The certificate gets the new address a moment later.
            print(f"       not yet: {error}")
            return None
    status, _, text = box.wait("the page", page, 60, step=3)
    check("the page for the network opens over HTTPS", status == 200 and 'name="code"' in text, f"{status} {text[:300]}")
    check("the first page leads to it", 'href="/wifi"' in phone.ask("GET", "/")[2])

    inside("cat >/run/house.conf", given=HOUSE.encode())
    inside(f"systemd-run --quiet --unit=house-wifi {in_house} /usr/sbin/wpa_supplicant -i wlan2 -D nl80211 -c /run/house.conf")
    wish = {"network": "a house", "password": "a long password", "country": "ca", "code": code}
    status, _, _ = phone.ask("POST", "/wifi", {**wish, "code": "0000-0000-0000-0000"})
    check("another claim code is refused", status == 403 and state() == "own", f"{status} {state()}")
    status, _, text = phone.ask("POST", "/wifi", {**wish, "password": "another password"})
    check("a choice is taken with the claim code", status == 202 and "a house" in text, f"{status} {text[:300]}")
    box.wait("the choice to fail", lambda: state() == "failed", 180, step=3)
    box.wait("the screen to say so", lambda: "could not be joined" in box.screen() and shown(), 60, step=1)
    check("what cannot be joined is given up, and the box's own Wi-Fi is back", shown().groups() == (name, password))
    kept = inside("ls /data/wifi; ls /run/box")
    check("nothing of it is kept", "wifi.json" not in kept and "wifi.conf" not in kept, kept)
    def page_says():
        try:
            return "could not join" in phone.ask("GET", "/wifi")[2]
        except OSError:
            return None
    box.wait("the page to say so", page_says, 120, step=3)
    check("the page says so, too", True)

    status, _, _ = phone.ask("POST", "/wifi", wish)
    box.wait("the box to join", lambda: state() == "joined", 120, step=2)
    up = inside("cat /sys/class/net/wlan0/operstate; systemctl is-active imajin-wifi@wlan0; systemctl is-active imajin-point@wlan0 || true").split()
    check("the box joins the Wi-Fi that was chosen", up == ["up", "active", "inactive"], up)
    check("what was chosen is kept, for root alone", inside("stat -c '%a %U' /data/wifi/wifi.json").strip() == "600 root")
    box.wait("the file to go", lambda: not note(), 60, step=2)
    box.wait("the screen to forget it", lambda: password not in box.screen(), 60, step=1)
    check("its own Wi-Fi has ended, and the file on the card is gone", True)

    # Again, to be claimed while the hotspot is open.
    inside("systemctl stop imajin-wifi@wlan0; rm /data/wifi/wifi.json /run/box/wifi.conf; systemctl restart imajin-hotspot")
    box.wait("the file on the card", note, 120, step=2)
    check("the password is the same each time", password in note())
    _, _, pem = run.get("/certificate/imajin-box.crt")
    owner.authority.write_bytes(pem)
    owner.run("key", "new", "--key", owner.key)
    owner.run("register", "--claim", code, "--handle", "ada", "--name", "Ada")
    box.wait("the file to go", lambda: not note(), 60, step=2)
    check("the file on the card is erased once the box is claimed", True)
    active = inside("systemctl is-active imajin-point@wlan0 || true").strip()
    check("its own Wi-Fi stays until there is another one or a cable", active == "active", active)
    inside("ip link set eth1 up")
    box.wait("it to end", lambda: inside("systemctl is-active imajin-hotspot || true").strip() == "inactive", 60, step=2)
    check("it ends with a cable, and does not come back", inside("systemctl is-active imajin-point@wlan0 || true").strip() == "inactive")
    failed = inside("systemctl --failed --no-legend --plain").strip()
    check("every unit ran", failed == "", failed)
    inside("sync")
    return password, code


def go(arguments):
    work = Path(arguments.work)
    machine.boot_files(Path(arguments.image), work)
    card = work / "hotspot.img"
    cut.copy(Path(arguments.image), card)
    os.truncate(card, CARD_BYTES)
    key = work / "hotspot-ssh"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    machine.put_on_card(card, "authorized_keys", key.with_suffix(".pub").read_text())
    tool = iw(work, Path(arguments.iw))
    # In a separate folder, since the other test's key may be in this one.
    folder = work / "hotspot"
    folder.mkdir()
    owner = Owner(Path(arguments.imajin), folder)
    with Machine(work, card, "hotspot") as box:
        box.ready(PATIENCE_S)
        pids = radios(box, key, Path(arguments.modules), tool)
        try:
            password, code = hot_spot(box, key, owner, pids)
        except Exception:
            print(box.ssh(key, "journalctl --no-pager -o cat -u 'imajin-hotspot*' -u 'imajin-point*' -u imajin-wifi-wish -u imajin-card-note -u systemd-networkd -u 'phone*' | tail -60; networkctl; ls -l /run/box /run/imajin /data/wifi", check=False))
            raise
    left = first_partition(card)
    check("no byte of its password or of the claim code is left there", password.encode() not in left and code.encode() not in left)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", required=True)
    parser.add_argument("--imajin", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--modules", required=True, help="the kernel's modules, also those that are not in the image")
    parser.add_argument("--iw", required=True, help="Debian's package iw for arm64")
    arguments = parser.parse_args()
    try:
        go(arguments)
    except Exception as error:  # Whatever it is, it is one failure.
        traceback.print_exc()
        check("the test of the box's own Wi-Fi goes through", False, error)
    print(f"{run.results['passed']} passed, {run.results['failed']} failed")
    sys.exit(1 if run.results["failed"] else 0)


if __name__ == "__main__":
    main()
