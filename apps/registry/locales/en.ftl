# Registries, and the page on which the owner chooses them.

## The page

service = Registries
registries = Registries
lead = A registry tells others that your box is there, and may give it a name. Your box needs none: everything in it works without one. What a registry shows is public: your box’s key, its name, its version and what runs on it.
none = Your box isn’t listed publicly.
leave = Leave it
leave-hint = When you leave a registry, your box stops sending it heartbeats. The registry drops your box when the registration ends.
join = Join a registry
join-address = Its address
join-it = Join it

## The registry's name at home

home = Your box at home
home-is = <name/> is your box in this network.
home-known = Every phone and browser knows its certificate, until { $date }. Your box renews it automatically.
home-no-https = Your box does not serve HTTPS: switch it on with “tls.listen” in its settings.
home-coming = The certificate is on its way. This takes a minute or two.
home-failed = The last attempt to get it failed ({ $at }):
home-again = Your box tries again automatically.
home-hidden = Seen from your box the name does not lead to it: some routers hide names that lead into the house (“DNS rebind protection”). Allow this one there.
home-stop = Stop using this name at home
home-offer = Let { $name } be your box at home
home-offer-how = Every phone at home then reaches your box privately by this name, with nothing to install and no port of your router open. The registry leads the name to the address of your box in your network, and helps it to a certificate.
home-offer-what = The name and that address are public. The people behind the registry could point the name elsewhere: choose one that you trust. People who have a key in their browser for another name of the box sign in once more under this one. You agree to the terms of the authority that certifies it.
home-use = Use this name at home

## Whether a box can be reached

reach-title = Is this box connected?
reach-connected = This box has been connected since { $at }.
reach-gone = This box is not connected. Last connected: { $at }.
reach-unknown = This registry carries no connections to a box of this name.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-did-must-did-imajin = did must be a did:imajin.
says-registry-does-not-know = This registry does not know { $did }.
says-there-no-such-node = there is no such node
says-no-answer-in-s = no answer in { $look } s
says-publickey-must-nodes-key = publicKey must be the node's key: 64 hexadecimal digits
says-hostname-must-name-node = hostname must be the name that the node wants
says-version-must-programs-version = version must be the program's version
says-sourcecommit-must-commit-7 = sourceCommit must be a commit: 7 to 64 hexadecimal digits
says-must-list-at-most = { $name } must be a list of at most { $list-max } texts
says-must-words-z-0 = { $name } must be words of a-z 0-9 - _ . : / * with at most { $word-bytes-max } characters
says-not-ip-address-node = "{ $text }" is not an IP address of a node
says-addresses-must-at-most = addresses must be at most { $addresses-max }
says-identity-node-was-deleted = the identity of this node was deleted
says-key-not-in-force = this key is not in force in the node's identity chain
says-identity-chain-has-at = an identity chain has at most { $operations-max } operations here
says-chainlog-another-branch-than = chainLog is another branch than the chain that is known of this node
says-chain = it is the chain of { $did }
says-release-signed-by-registrys = a release is signed by the registry's key, or by that of an approved fork
says-belongs-another-release = { $hash } belongs to another release
says-release-withdrawn-by-registrys = a release is withdrawn by the registry's key, or by that of its fork
says-there-no-such-release = there is no such release
says-buildhash-must-64-hexadecimal = buildHash must be 64 hexadecimal digits
says-build-not-among-approved = this build is not among the approved ones of this registry
says-build-was-withdrawn = this build was withdrawn: { $reason }
says-build-version-not = this build is version { $version }, not { $version-2 }
says-version-or-newer-needed = version { $minimum } or newer is needed here
says-messages-type-must = the message's type must be { $kind }
says-from-must-did-imajin = from must be the did:imajin of the key that signs
says-only-key-registry-may = only a key of this registry may say that
says-message-or-newer-one = this message, or a newer one of the same key, was accepted already
says-must-text = { $name } must be a text
says-registry-gives-no-names = this registry gives no names in the DNS
says-challenge-or-newer-one = this challenge, or a newer one, was accepted already
says-challenge-must-43-characters = challenge must be 43 characters of base64url, or null to take it away
says-head-must-head-nodes = head must be a head of the node's own record, as a compact JWS
says-health-must-object-at = health must be an object of at most { $health-bytes-max } bytes
says-another-key-registered-for = another key is registered for this node by now
says-registry-has-newer-heartbeat = the registry has a newer heartbeat of this node
says-database-registry-does-not = The database of this registry does not answer at the moment. Nothing was written; try again in a few seconds.
says-body-has-at-most = a body has at most 1 MiB here
says-chainlog-must-list-tokens = chainLog must be a list of tokens
says-after-must-next-page = after must be the next of the page before
says-status-must-one = status must be all or one of { $names }
says-node-keeps-no-directory = This node keeps no directory of nodes; its owner can have it keep one.
says-directory-cannot-used-at = The directory cannot be used at the moment; its operator finds the reason in the log.
says-must-json-object = this must be a JSON object
says-signature-must-128-hexadecimal = the signature must be 128 hexadecimal digits
says-nodeid-must-nodes-did = nodeId must be the node's DID
says-signed-more-than-five = signed more than five minutes ago: sign it again, and check the node's clock
says-dated-more-than-thirty = dated more than thirty seconds ahead: check the node's clock
says-signature-does-not-verify = the signature does not verify with the node's key
says-buildhash-must-sha-256 = buildHash must be the SHA-256 of the program: 64 hexadecimal digits
says-timestamp-must-milliseconds-since = timestamp must be milliseconds since 1970, or ISO 8601 in UTC with milliseconds
says-name-has-3-32 = a name has 3 to 32 of a-z 0-9 and -, neither beginning nor ending with -
says-registry-has-newer-attestation = the registry has a newer attestation of this node
says-node-was-revoked = this node was revoked: { $reason }
says-node-suspended = this node is suspended: { $reason }
says-until-must-time-come = until must be a time to come, as ISO 8601 in UTC with milliseconds
says-node-has-at-most = a node has at most { $registries-max } registries
says-join-registry-first = Join this registry first.
says-only-owner-box-chooses = Only the owner of this box chooses its registries.
says-your-box-isnt-listed = Your box isn’t listed publicly.
says-your-box-known-registry = Your box is known to a registry.
says-your-box-known-registries = Your box is known to { $all } registries.
says-registry-your-box-does = The registry of your box does not answer at the moment. Everything works without it.
says-not-reached-since-everything = not reached since { $since }: { $why }. Everything here works without it; the node tries again
says-not-registered-yet = not registered yet
says-registered-as-your-box = registered as { $name } (your box at home) until { $until }
says-registered-as-until = registered as { $name } until { $until }
says-registered-until = registered until { $until }
says-buildhashes-must-1-sha = buildHashes must be 1 to { $hashes-max } SHA-256 hashes
says-name-reserved = this name is reserved
says-too-many-requests = too many requests
says-name-reserved-for-its = this name is reserved for its last owner for some days
says-disk-relay-nearly-full = the disk of this relay is nearly full
says-relay-full-accepts-no = this relay is full: it accepts no more data from others
says-disk-registry-full = the disk of this registry is full
says-version-looks-like-1 = a version looks like 1.2.3 or 1.2.3-beta.1
says-last-heard = { $said }, last heard { $heard }
says-asks-for-newer-version = it asks for a newer version of this program
says-ask-with-connection-upgrade = ask with `Connection: Upgrade` and `Upgrade: mjn-tunnel`
says-mjn-node-must-nodes = MJN-Node must be the node's signed request as base64url
says-registry-about-to-stop = this registry is about to stop: try again in a few seconds
says-heartbeats-node-missing = heartbeats of this node are missing: send one first
says-not-name-registry-keeps = { $name } is not a name that this registry keeps for the node
says-names-must-list-host = names must be a list of 1 to { $names-max } host names
says-names-may-have-at = names may have at most { $owned-names-max } of the node's own
says-names-has-none-that = names has none that this registry keeps for the node
says-not-host-name = { $name } is not a host name
says-request-or-newer-one = this request, or a newer one, was accepted already
says-node-has-no-tunnel = this node has no tunnel here
says-tunnel-must-true-false = tunnel must be true or false
says-registration-ended-renew = the registration has ended: renew it

## Help texts of the pages: a title, and three sentences

help-registries =
    Registries
    A registry tells others that your box is there, and may give it a name.
    Type the address of a registry that you trust, or leave the list empty: your box needs none.
    What a registry shows is public, and you can leave it at any time.
