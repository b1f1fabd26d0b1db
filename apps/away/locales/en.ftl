# People on other boxes.

service = Other boxes
summary = Find people on other boxes

## The page

home = People on other boxes
who = Their name at their box
find = Look
hint = Type the name of somebody on another box, with the box: @maya@box.example. Your box then asks theirs.
at-box = { $host } keeps their record, and proved it with their own signature. The name above is what { $host } says.
their-page = Their page at { $host }
somebody = Somebody without a name
exactly = Who exactly this is
exactly-did = Their ID: <did/>
exactly-box = The ID of { $host }: <did/>
exactly-key = The key of its certificate (SHA-256):
exactly-why = Compare their ID with the one on their own page, or ask them. It stays the same when they move to another box.

## The person behind a name changed

changed = Another person is behind { $who } now
changed-why = Your box saw this name before, and somebody else had it then. Perhaps they gave it up. Perhaps somebody pretends to be them. Ask the person you know in another way before you trust this name.
changed-before = The ID before: <did/>
changed-now = The ID now: <did/>
changed-accept = I asked: this name belongs to the new person

## Nobody was found

no-address = This is not a name at a box. It looks like @maya@box.example: a name, then the address of the box.
no-answer = { $host } does not answer. Perhaps it is switched off, or the address has a typing error. Check the address, and try again later.
untrusted = The certificate of { $host } is not trusted, so another machine could be answering in its place. Ask the owner of { $host } to set up a public address under Network.
private = { $host } is an address in a home network. Your box asks only boxes on the internet, unless its owner allows others in the settings (private_addresses).
nobody = Nobody at { $host } shows themselves as @{ $who }. Check the name, or ask them: they may have hidden their profile.
homeless = No box proves that this person lives there. Perhaps their box is switched off. People who came in by email and have no key of their own cannot be found from another box.
invalid = The answer of { $host } is not one of an Imajin box. Check the address of the box.
fault = The proof that { $host } sent does not hold, so your box does not believe it. Tell the owner of { $host }.
pinned = { $host } sent a proof that is older than one that your box saw before, so your box does not believe it. Perhaps the box runs from an old backup. Tell its owner.
two-homes = Two boxes each prove that this person lives there, and both proofs are signed. Your box believes neither. Ask the person: their key may have been stolen. Both proofs are below.
too-many = Your box looked for many people in a short time. Wait a few minutes, and try again.
internal = Your box could not look for this person. Try again later.
no-stranger = Only people whom the box’s owner let in look for people on other boxes.
evidence = What is wrong with the proof
proof-of = Proof { $number }
proof-box = By { $url }:
proof-copy = The whole proof:

## Answers to other boxes

proof-not-here = This box is not the home of this DID.
proof-deleted = This person deleted their data here.
proof-bare-key = This person has no key of their own, so there is no proof of their home.
webfinger-resource = The query needs a resource such as acct:maya@box.example.
webfinger-nobody = Nobody here has this name.

## Backups of friends' boxes

contracts = Keep a friend’s backups
contracts-lead = Your box can keep the backups of a friend’s box. They are locked before they leave your friend’s box: yours sees sizes and times, and nothing else.
contract-room = { $used } of { $room } in use. What your friend’s box removes stays 30 days and counts until then.
contract-last = Last backup: <time/>.
contract-none = No backup has come yet.
contract-refused = There was no room for the last backup. Your friend’s box says so, too. Make room on your disk, or end this and give your friend a new code with more room.
contract-ends = You ended this. Your friend can still read the backups here until <time/>; then they go.
contract-end = Stop keeping these backups
contract-end-hint = Your friend’s box is told. What is here stays 30 days, so that your friend can find another place.
offer = Give a friend room
offer-name = Your friend’s name
offer-room = Room in gigabytes
offer-make = Make a code
offer-how = Room for { $room }. On their own box, your friend opens Backups, chooses “A friend’s box”, and types:
offer-address = Address:
offer-code = Code:
offer-until = The code works once, until <time/>.
offer-link = Send a link instead
offer-link-how = The link shows your friend the address and the code.
offer-qr = QR code of the link
offer-withdraw = Withdraw this code
offer-form = Give your friend’s name and the room in gigabytes.
code-title = Room for your backups
code-lead = The owner of { $host } gives your box room for its backups. On your own box, open Backups, choose “A friend’s box”, and type this address and this code. Write the address on your recovery sheet as well: if your box is lost, your backups are there.
contract-owner = Only the owner of this box may do this.
contract-code = This code is not valid here. Each code works once, within seven days: ask your friend for a new one.
contract-unknown = There is nothing of this name here that this key may use.
contract-ended = Your friend’s box takes no more of your backups. It lets you read the older ones for 30 days. Choose another place.
contract-many = This box keeps the backups of as many boxes as it can. End one that is not used any more.
contract-chain = The identity chain does not verify, or does not have the key that signed this request.
contract-fork = The identity chain does not continue the one that this box knows.
contract-owners = This box had too many owners. Ask your friend for a new code.
contract-digest-form = sha256 must be 64 hexadecimal digits in lower case.
contract-name-form = A name has letters, digits, dots, hyphens and underscores: at most 100, and no dot at the beginning.
contract-full = There is no room for this at your friend’s box: the room that you were given is used up, or the disk is nearly full. Nothing of this file stayed there. Ask your friend for more room.
contract-long = A file may have at most 256 MiB.
contract-written = Another file has this name already, and it is written once.
contract-replaced = Another version of this file is here than the one that was to be replaced. Perhaps two boxes use one place.
contract-gap = Bytes before this part are missing. Begin where the answer says.
contract-digest = The file that arrived is not the one that was announced. Begin again.
says-backups-other-boxes = the backups of other boxes are kept here: { $count }
says-no-room-backup-friend = there was no room here for a backup of a friend: { $names }
says-make-room-friend = make room on the disk, or give them more room on the page Backups

## Help texts of the pages: a title, and three sentences

help-find =
    People on other boxes
    Here you find somebody whose record is on another box.
    Type their name with their box, like @maya@box.example.
    Your box then asks theirs, and believes only what is signed.
help-backup-code =
    Room for your backups
    A friend gives your box room for its backups, and this page shows the code for it.
    Open Backups on your own box, choose “A friend’s box”, and type the address and the code.
    The code works once, and your backups are locked before they leave your box.
