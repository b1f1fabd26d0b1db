"""A router as boxes ask it for ports: PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP IGD. It keeps what it opened in a file, and
forwards nothing.

    gateway.py pcp|nat-pmp|upnp|upnp-endless|upnp-taken|refuse ITS-ADDRESS FILE LIFETIME
"""
import json, os, re, select, socket, struct, sys, threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer

speaks, own, path, granted = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
PUBLIC = "93.184.216.34"
KIND = "urn:schemas-upnp-org:service:WANIPConnection:1"
ports, asked, lock = {}, 0, threading.Lock()


def put(port, inside, lifetime):
    global asked
    with lock:
        asked += 1
        if inside is None:
            ports.pop(port, None)
        else:
            ports[port] = {"inside": inside, "lifetime": lifetime}
        with open(path + ".new", "w") as file:
            json.dump({"ports": {str(port): to for port, to in ports.items()}, "asked": asked}, file)
        os.replace(path + ".new", path)
    # A port is open before the node gets the answer: a node that stops meanwhile must still close it.
    time.sleep(0.3 if inside else 0)


def mapped(address):
    return b"\0" * 10 + b"\xff\xff" + socket.inet_aton(address)


def pcp(text, sender):
    if text[0] != 2 or len(text) != 60:
        return None
    lifetime, inside, outside = struct.unpack("!I", text[4:8])[0], *struct.unpack("!HH", text[40:44])
    code = 2 if speaks == "refuse" else 0
    assert text[8:24] == mapped(sender), "another one's address"
    if code == 0 and lifetime == 0:
        for port in [port for port, to in ports.items() if to["inside"] == f"{sender}:{inside}"]:
            put(port, None, 0)
    elif code == 0:
        lifetime = min(lifetime, granted)
        put(outside, f"{sender}:{inside}", lifetime)
    head = struct.pack("!BBBBII12x", 2, 0x81, 0, code, lifetime, 1)
    return head + text[24:42] + struct.pack("!H", outside) + mapped(PUBLIC)


def nat_pmp(text, sender):
    if text[0] != 0:
        return struct.pack("!BBHI", 0, 0x80, 1, 1)
    if text[1] == 0:
        return struct.pack("!BBHI4s", 0, 0x80, 0, 1, socket.inet_aton(PUBLIC))
    inside, outside, lifetime = struct.unpack("!HHI", text[4:12])
    if lifetime == 0:
        for port in [port for port, to in ports.items() if to["inside"] == f"{sender}:{inside}"]:
            put(port, None, 0)
        outside = 0
    else:
        # The gateway maps another port than the requested one.
        outside, lifetime = 4443, min(lifetime, granted)
        put(outside, f"{sender}:{inside}", lifetime)
    return struct.pack("!BBHIHHI", 0, 0x82, 0, 1, inside, outside, lifetime)


class Control(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.say(200, f"<root><device><serviceList><service><serviceType>{KIND}</serviceType>"
                      "<controlURL>/control</controlURL></service></serviceList></device></root>")

    def do_POST(self):
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        action = self.headers["soapaction"].strip('"').partition("#")[2]
        value = lambda name: re.search(f"<{name}>(.*?)</{name}>", text).group(1)
        refuse = lambda code, says: self.say(500, f"<errorCode>{code}</errorCode><errorDescription>{says}</errorDescription>")
        if action == "AddPortMapping":
            port, lifetime = int(value("NewExternalPort")), int(value("NewLeaseDuration"))
            if value("NewInternalClient") != self.client_address[0]:
                return refuse(606, "Action not authorized")
            if speaks == "upnp-endless" and lifetime != 0:
                return refuse(725, "OnlyPermanentLeasesSupported")
            if speaks == "upnp-taken" and port == 443:
                return refuse(718, "ConflictInMappingEntry")
            put(port, f"{value('NewInternalClient')}:{value('NewInternalPort')}", lifetime)
        elif action == "DeletePortMapping":
            put(int(value("NewExternalPort")), None, 0)
        answer = f"<NewExternalIPAddress>{PUBLIC}</NewExternalIPAddress>" if action == "GetExternalIPAddress" else ""
        self.say(200, f"<u:{action}Response>{answer}</u:{action}Response>")


put(0, None, 0)
sockets = []
if speaks.startswith("upnp"):
    threading.Thread(target=HTTPServer((own, 5000), Control).serve_forever, daemon=True).start()
    search = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    search.bind(("", 1900))
    search.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.255.250") + socket.inet_aton(own))
    sockets.append(search)
else:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.bind((own, 5351))
    sockets.append(asking)
print("ready", flush=True)
while True:
    for heard in select.select(sockets, [], [])[0]:
        text, sender = heard.recvfrom(2048)
        if speaks.startswith("upnp"):
            if b"InternetGatewayDevice:1" in text:
                heard.sendto(f"HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: http://{own}:5000/description.xml\r\n\r\n".encode(), sender)
            continue
        answer = (nat_pmp if speaks == "nat-pmp" else pcp)(text, sender[0])
        if answer:
            heard.sendto(answer, sender)
