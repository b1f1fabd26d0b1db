#!/usr/bin/env python3
"""imajin.toml for a card, from the options of image/build, by the rules of the box itself (node/src/config/claim.rs and
node/box/src/settings/network.rs).

  settings.py [--claim-code CODE] [--wifi-network NAME] [--wifi-password-file FILE] [--country CC] [--name NAME]
"""

import argparse
import json
import re
import sys
from pathlib import Path


def problem(code, network, password, country, name):
    if code and (not re.fullmatch(r"[A-Za-z0-9-]+", code) or len(code.replace("-", "")) < 12):
        return "--claim-code must have at least 12 letters and digits, and nothing else but dashes"
    if len(network.encode()) > 32:
        return "--wifi-network is longer than a network's name can be (32 bytes)"
    if password and not re.fullmatch(r"[ -~]{8,63}", password):
        return "--wifi-password-file must hold 8 to 63 characters, all of them ASCII"
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        return "--country must be two capital letters like CA"
    if not network and (password or country):
        return "--wifi-network must be named as well"
    if name and not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name):
        return "--name must be letters a to z, digits and hyphens, at most 63"
    return None


def quoted(text):
    # JSON's strings are TOML's, but for one letter.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def settings(code, network, password, country, name):
    sections = [("claim", [("code", code)]), ("wifi", [("network", network), ("password", password), ("country", country)]), ("lan", [("name", name)])]
    out = []
    for title, pairs in sections:
        lines = [f"{key} = {quoted(value)}\n" for key, value in pairs if value]
        if lines:
            out.append(f"[{title}]\n" + "".join(lines))
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--claim-code", "--wifi-network", "--country", "--name"):
        parser.add_argument(option, default="")
    parser.add_argument("--wifi-password-file", type=Path)
    given = parser.parse_args()
    password = ""
    if given.wifi_password_file:
        password = given.wifi_password_file.read_text().removesuffix("\n").removesuffix("\r")
    wish = (given.claim_code, given.wifi_network, password, given.country, given.name)
    why = problem(*wish)
    if why:
        sys.exit(f"image/settings.py: {why}")
    sys.stdout.write(settings(*wish))


main()
