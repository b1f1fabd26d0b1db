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
changed-dids = The ID before: <before/>. The ID now: <now/>.
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
