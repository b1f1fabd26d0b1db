# Identity, sign-in, attestations and data rights.

service = Identity
summary = Sign in without passwords, and keep your data yours

## What operations did, said to the person whose record they are in.

op-identity-create = You began here, with a key of your own
op-identity-register = You began here, and your box keeps your key for you
op-identity-update = Your keys changed
op-email-set = You proved your email address
op-readmitted = A link from the owner of the box signed somebody in as you
op-app-describe = You said what your app is and what it asks for
op-home = Your record moved to a box
op-delegation-create = You allowed a helper to act for you
op-delegation-end = You ended what a helper may do
op-settings-update = You changed a setting
op-body-erased = Something you wrote was erased
op-delete = You deleted your data
op-side-adopt = You took over entries from another branch
op-node-give = You gave this box a new owner, or released it
op-node-take = You became the owner of this box
op-node-claim = The box got its owner
op-anchor = The box published how far its records go
op-key-name = You named one of your keys
op-identity-chain = Your key’s own history was added
op-attestation-issue = You vouched for something about somebody
op-attestation-received = Somebody vouched for something about you
op-attestation-countersign = You confirmed what somebody says about you
op-attestation-countersigned = Somebody confirmed what you say about them
op-attestation-decline = You declined what somebody says about you
op-attestation-declined = Somebody declined what you say about them
op-attestation-revoke = You took back what you said about somebody
op-attestation-revoked = Somebody took back what they said about you

## Kinds of notifications.

notice-said = Somebody says something about you
notice-joined = Somebody joined your box
notice-app-asks = An app asks to be on your box

## Home

home-vouches = <name/> vouches for you.
home-attended = <name/> saw you at an event.
home-settled = <name/> confirms a payment of yours.
home-customer = <name/> confirms that you bought something there for the first time.
home-root = <name/> confirms that your record began here.
home-session = <name/> confirms that you signed in.
home-completed = <name/> confirms that you finished “{ $course }”.
home-warns = <name/> warns others about you.
home-says = <name/> said something about you.
home-somebody = Somebody
told-keys = { $who } changed the keys of your record
told-delegation = { $who } allowed somebody to act for you
home-app-asks = The app { $name } asks whether it may be on your box.
home-app-look = See what it asks
home-counts-once = It counts once you confirm it.
home-confirm = Confirm
home-said-do = Read or decline
home-joined = { $more ->
    [0] <name/> joined { $site }.
    [one] <name/> and 1 more person joined { $site }.
   *[other] <name/> and { $more } more people joined { $site }.
}
js-said-signing = Signing…
js-said-done = Confirmed and signed: what { $name } said about you counts now.

## The e-mail with a sign-in link

mail-subject = Your sign-in link for { $site }
mail-text =
    Somebody, hopefully you, wants to sign in to { $site } with this email address.

    To sign in, open this link. It works once, for the next { $minutes } minutes:

    { $link }

    If it wasn’t you, do nothing: without this link, nobody gets in.

address-subject = Confirm your email address for { $site }
address-text =
    Somebody, hopefully you, gave this email address in the settings of { $site }.

    If it’s yours, open this link where you’re signed in. It works once, for the next { $minutes } minutes:

    { $link }

    If it wasn’t you, do nothing: without this link, the box doesn’t use the address.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-other-anchors-came-between = Other anchors came between; try again in a moment.
says-node-anchors-only-logs = This node anchors only the logs whose home it is, and yours has another home.
says-issuer-must-you = issuer must be you.
says-ref-must-attestations-cid = ref must be the attestation's CID, { $cid }.
says-fact-must-name-other = The fact must name the other party: {"{"}"dids":["{ $other }"]{"}"}.
says-signed-by-identity-chain = { $field } is signed by an identity chain, and { $did } has none.
says-attested-of-themselves = { $kind } is what people attest of themselves.
says-attested-by-node-itself = { $kind } is attested by the node itself, when it happens.
says-payload-root-must-name = payload.root must name your root record on this node: { $cid }.
says-there-no-such-attestation = There is no such attestation in your record.
says-only-person-attestation-about = Only the person that an attestation is about can answer it.
says-attestation-already = This attestation is { $status } already.
says-only-its-issuer-can = Only its issuer can revoke an attestation; its subject can decline it.
says-attestation-revoked-already = This attestation is revoked already.
says-attestation-was-revoked-or = This attestation was revoked or has expired; it cannot be countersigned.
says-its-issuer-did-not = Its issuer did not sign the CID of this attestation (author_jws), so that it cannot become bilateral.
says-node-busy-writing-its = The node is busy writing its own record. Try again in a moment.
says-key-your-own-invite = a key of your own, and an invite
says-only-people-who-are = Only people who are { $tier } here may { $words }. What is missing: { $lacking }.
says-everybody-can-ask-about = Everybody can ask about their own data only: sign in as the one whose data it is.
says-you-have-no-key = You have no key in force that could sign a copy. This node can sign it: { $sign }.
says-sticks-in-box-are = The sticks in this box are for its owner and its members.
says-node-takes-nobody-in = This node takes nobody in. Its owner can change that with `registration` in the configuration.
says-node-takes-in-whom = This node takes in whom its owner invites. Send the invite code as inviteCode, or let the owner bring the copy.
says-there-no-record-yours = There is no record of yours here.
says-your-record-deleted-already = Your record is deleted already.
says-your-record-was-deleted = Your record was deleted before.
says-too-much-was-written = Too much was written meanwhile: try again.
says-deleting-takes-your-signature = Deleting takes your signature: send the proof of auth.delete in the header MJN-Proof.
says-body-must-have-counts = The body must have the counts of the plan: see GET /auth/api/delete.
says-what-here-changed-since = What is here changed since you looked: look again, and sign what it is now.
says-entries-without-their-words = entries without their words
says-when-something-was-entered = When something was entered and by whom stays, so that others can check what they hold of you; what you wrote does not
says-copies-you-or-others = Copies that you or others took away: bundles, sticks, backups of this node.
says-files-on-lost-disk = Your files on the disk { $name }, which the owner of this node gave up as lost on { $day }.
says-deleted-files-on-disk = Your data are deleted here, but for your files on the disk "{ $disk }", which is not plugged in. They go when it is plugged in again, or its owner gives it up as lost; send the same request then, and you get the receipt.
says-copies-other-nodes-keep = Copies that other nodes keep of your record, until they learn of this deletion.
says-what-others-wrote-or = What others wrote or photographed themselves.
says-owner-node-can-see = { $text } The owner of this node can see more with `imajin doctor`.
says-there-not-enough-room = There is not enough room on the stick, so nothing new is on it; what was on it before is as it was. Take another stick, or make room on this one.
says-stick-was-pulled-out = The stick was pulled out before this was done. Earlier copies on it are as they were; plug it in and try again.
says-there-no-such-copy = There is no such copy, or it was removed: begin another one.
says-node-keeps-as-many = This node keeps as many copies as it can. Some are removed within the hour; try again then.
says-copy-on-stick-not = This copy is on the stick { $stick }, not here.
says-copy-not-finished-yet = The copy is not finished yet: see its state.
says-copy-does-not-wait = This copy does not wait for a signature: see its state.
says-your-record-names-no = Your record names no encryption key: use a passphrase.
says-there-no-record-yours-here = There is no record of yours here yet: it begins with your first sign-in.
says-kid = kid: { $error }.
says-kid-must-name-key = kid must name a key of the DID whose copy it is.
says-your-record-names-no-encryption = Your record names no encryption key: use { $passphrase }.
says-encrypt-must-or-owner = encrypt must be { $passphrase } or "owner".
says-there-no-such-copy-2 = There is no such copy.
says-copy-at-auth-api = This copy is at /auth/api/exports/{ $id }/{ $tail }.
says-send-or = Send { $shape }, or { $sign }.
says-must-128-lower-case = { $field } must be 128 lower-case hex digits.
says-no-key-yours-in = { $kid } is no key of yours that is in force.
says-not-signature-over-text = { $field } is not a signature of { $kid } over the text as it was handed out with this kid.
says-you-are-importing-as = You are importing as many copies as you may at once. Try again when the first has finished.
says-node-receiving-as-many = This node is receiving as many copies as it can at once. Try again later.
says-there-no-such-import = There is no such import, or it was given up: begin another one.
says-another-request-working-on = Another request is working on this import at the moment.
says-copy-larger-than-node = The copy is larger than this node takes in.
says-import-reads-its-copy = This import reads its copy from a stick: there is nothing to send.
says-body-request-ended-too = The body of this request ended too early; what arrived is kept. Ask how much, and continue from there.
says-new-home-needs-owners = A new home needs the owner's proof of auth.home in the header MJN-Proof.
says-in-one-request-copy = In one request a copy is taken in as a backup: as=backup. A new home needs what its check gives: see POST /auth/api/imports.
says-copy-becomes-home-here = A copy becomes a home here by an invite of the owner's, or by the owner's own hand: begin the import again with inviteCode. As a backup it may stay.
says-being-moved = it is being moved to { $url }
says-moved = it moved to { $url }
says-another-request-moving-record = Another request is moving this record at the moment.
says-no-imajin-node = it is no Imajin node
says-its-identity-chain-does = its identity chain does not verify: { $error }
says-its-answer-has-no = its answer has no id
says-its-answer-has-no-head = its answer has no head
says-gave-no-reason = it gave no reason
says-other-node-did-not = The other node did not answer: { $text }. Nothing was moved; try again later.
says-other-node-said-no = The other node said no ({ $status }): { $says }
says-descriptions-app = descriptions of an app
says-names-devices-sheets = names of devices and sheets
says-what-you-signed-for = What you signed for others is their proof: they keep their copy. Revoke it first if it should no longer count.
says-attestations-you-gave-in = attestations that you gave, in others' records
says-they-name-keys-times = They name keys and times only, and show that what was signed under them was allowed.
says-without-them-nobody-could = Without them nobody could check what you signed, in your own record or in others'. They hold no words of yours.
says-session-nodes-word-about = A session is this node's word about a browser: sign in again at the other node.
says-key-node-keeps-for = A key that this node keeps for you stays here and so does your address: make the keys your own first.
says-signing-in-by-e = signing in by email
says-very-node = That is this very node.
says-your-record-deleted-there = Your record is deleted; there is nothing to move.
says-node-not-home-your = This node is not the home of your record: { $url } is.
says-proof-must-auth-home = The proof must be of auth.home, and of exactly this body.
says-body-must-have-node = The body must have node, url and epoch: see GET /auth/api/transfer.
says-proof-must-addressed-node = The proof must be addressed to the node that the body names, and that is another one than this.
says-proof-must-name-newest = The proof must name the newest entry as seen.
says-move-record-on-its = A move of this record is on its way already: send that one again to end it.
says-epoch-next-home = The epoch of the next home is { $epoch }.
says-at-address-proof-for = At this address is { $did }, and the proof is for { $target }.
says-something-was-written-since = Something was written since you signed: ask again what is to be signed.
says-other-node-did-not-accept = The other node did not accept: { $says } Nothing was moved; your record stays here.
says-its-head-not-move = its head is not of this move
says-other-node-has-your = The other node has your signed request, but its outcome is not known yet: { $what }. Your record stays frozen here until then; send the same request again.
says-stick-removed-by-person = This stick is removed by the person who first used it since it was plugged in, or by the owner of this box.
says-stick-being-written-or = The stick is being written or read. It can be removed when that is done.
says-of = of: { $error }.
says-say-which-copy-on = Say which copy on the stick: `copy`, or `of` for somebody's newest.
says-sign-in-choose-copy = Sign in to choose a copy on a stick, or ask for somebody's newest: `of`.
says-sign-in-read-copy = Sign in to read a copy from a stick in this box.
says-there-no-such-copy-yours = There is no such copy of yours on a stick in this box.
says-stick-being-removed-so = The stick is being removed, so nobody read the copy to its end.
says-identity-has-keys-its = This identity has keys of its own now, so no letter lets anybody in any more. Sign in with the key, or restore it from the recovery sheet.
says-address-code-do-not = This address and this code do not belong together.
says-node-accepts-no-new = This node accepts no new people at the moment.
says-log-must-identity-chain = log must be the identity chain that your client made: its operations, oldest first.
says-chain-must-have-controller = The chain must have a controller key and an auth key in force: yours to sign with from now on.
says-signatures-needs-signature-over = signatures needs the signature of { $name } over { $text }: it shows that you have this key.
says-signature-over-does-not = The signature of { $name } over { $text } does not verify.
says-chain-names-key-node = The chain names the key that this node keeps: bring keys of your own.
says-node-keeps-no-key = This node keeps no key for you: your client has it. Give your record its chain with a signed auth.identity.create.
says-your-keys-are-your = Your keys are your own already. Change them with a signed auth.identity.update.
says-your-record-being-written = Your record is being written to at the same time. Try again in a moment.
says-node-has-owner-already = This node has an owner already; a claim code works once.
says-not-claim-code-node = This is not the claim code. The node prints it when it starts.
says-node-does-not-know = This node does not know this invite, or it was used up, or it has ended. Ask the person who gave it to you for another.
says-person-who-invited-you = The person who invited you isn't a member of this box. Ask the owner of this box for an invitation.
says-invitation-for-people-who = This invitation is for people who are on this box already: the person who sent it has as many others open as members may bring people in with. Ask them to withdraw one of those, then this one brings you in.
says-on-box-only-owner = On this box only the owner brings new people in. Ask the owner for an invitation; the person who sent you this one can ask for you.
says-owner-box-said-no = The owner of this box said no to this app.
says-only-owner-box-answers = Only the owner of this box answers apps that ask to be here.
says-no-app-with-id = No app with this ID asked to be here.
says-other-apps-from-your = Other apps from your address wait for the owner of this box. Try again when they have an answer.
says-too-many-apps-wait = Too many apps wait for the owner of this box. Try again later.
says-so-far-your-e-mail = So far your email address is how you sign in. Make a key of your own first.
says-box-cant-send-e = This box can't send emails, so nobody could prove that an address is theirs. Ask its owner to name a mail server in the settings.
says-you-asked-for-enough = You asked for enough links. Open the newest one, or wait a quarter of an hour.
says-challenge-was-used-or = This challenge was used or has expired: ask for another one.
says-challenge-was-given-at = This challenge was given at { $host }: answer it there.
says-challenge-was-given-somebody = This challenge was given to somebody else.
says-copy-is-for-its-person = This copy is kept or read for the person whose record it is, or for the owner of this node: sign in as one of them, or sign `challenge` with a key of the record and send it as `presence`.
says-presence-signature-false = presence: the signature is not over the newest challenge, or not by a key that is in force in this copy's record.
says-signature-over-challenge-does = The signature over the challenge does not verify with a key of yours that is in force.
says-was-deleted-by-its = { $did } was deleted by its owner.
says-registration-has-ended-register = This registration has ended: register again.
says-nobody-signs-in-here = Nobody signs in here with a key over plain HTTP, where others can read the session along. Open this node by its https:// address, or on the machine itself. Its owner turns HTTPS on in the settings (`[tls]`), or names the proxy that speaks it under `limits.trusted_proxies`.
says-node-does-not-know-2 = This node does not know { $did }.
says-nobody-here-goes-by = Nobody here goes by "{ $name }".
says-another-anchor-came-between = Another anchor came between.
says-anchor-has-no-well = The anchor has no well-formed { $member }.
says-must-list = must be a list
says-must-have-1-characters = must have 1 to { $name-chars-max } characters, in one line
says-must-operation-like-profile = must be an operation like profile.update, or all of a service like profile.*
says-names-which-people-can = names { $text }, which people can only do with their own key
says-you-have-issued-very = You have issued this very attestation already.
says-your-keys-changed-while = Your keys changed while this was being checked. Sign it again with a key in force.
says-attestation-answered-already = This attestation is answered already.
says-there-nothing-revoke-any = There is nothing to revoke any more.
says-must-public-key-as = must be a public key as a multikey: z6Mk…
says-must-bytes = must be { $key-bytes } bytes
says-must-time-like-2026 = must be a time like 2026-11-20T12:00:00.000Z
says-must-link-body-entry = must be a link to the body of an entry
says-must-numbers-by-service = must be numbers by service and kind
says-address-entered-when-its = An address is entered when its owner follows the link that was mailed to it: POST /auth/api/onboard.
says-address-belongs-another-identity = This address belongs to another identity here.
says-must-e-mail-address = must be an email address
says-node-takes-new-identities = This node takes new identities by invite. Ask its owner for a code, and register with it as inviteCode.
says-home-node-must-node = home.node must be this node, { $value }.
says-another-chain-key-kept = Another chain of this key is kept here, or it gave this key up.
says-log-bare-key-begins = A log of a bare key begins when its key is proved: ask for a challenge and authenticate.
says-identity-has-begun-already = This identity has begun already.
says-log-has-chain-its = This log has a chain of its own: change it with a signed auth.identity.update.
says-log-must-whole-chain = log must be the whole chain that this node has, { $known } operations, and at least one more.
says-at-least-one-controller = At least one controller key must stay.
says-ref-must-name-key = ref must name a key of yours that is in force.
says-only-owner-node-can = Only the owner of this node can hand it over or release it.
says-new-owner-needs-record = The new owner needs a record on this node and a key of their own. To release the node, name the node itself.
says-own-node-you-need = To own a node, you need a key of your own and a record whose home it is.
says-you-own-box-name = You own this box. Name another owner or release it first; then you can delete your record.
says-something-was-written-while = Something was written while this deletion was prepared. Look at the plan again and sign it again.
says-whether-you-are-in = Whether you are in a conversation of two is found out with the other one: add ?with=<did>.
says-node-does-not-know-app = This node does not know an app { $did }.
says-person-has-not-let = This person has not let the app do this, or not any more. Send them to the page that asks: /apps/authorize?app=…
says-no-token-app = this is no token of an app
says-person-does-not-let = the person does not let this app act any more
says-say-whom-subject-did = Say of whom (?subject_did=…) or by whom (?issuer_did=…), or sign in to see your own.
says-status-must-pending-bilateral = status must be pending, bilateral or declined.
says-there-no-such-attestation-you = There is no such attestation that you may see.
says-audience-must-public-or = audience must be public or parties.
says-attestation-has-been-erased = This attestation has been erased.
says-node-does-not-know-register = This node does not know { $did }: register first.
says-send-either-handle-or = Send either a handle or a did.
says-last-part-address-must = The last part of the address must be the CID of a delegation.
says-you-have-given-no = You have given no such delegation.
says-sign-with-your-key = Sign this with your key (MJN-Proof), or sign in.
says-salt = salt: { $error }.
says-has-no-identity-chain = { $did } has no identity chain here.
says-was-deactivated-by-its = { $did } was deactivated by its owner.
says-has-no-key = { $did } has no key.
says-maxuses-must-1 = maxUses must be 1 to { $uses-max }.
says-expiresindays-must-1 = expiresInDays must be 1 to { $days-max }.
says-there-no-such-invite = There is no such invite.
says-send-either-claim-or = Send either claim or invite.
says-log-must-whole-chain-node = log must be the whole chain that this node has and one operation more.
says-at-least-one-controller-key = At least one controller key must stay, or nobody could ever change this identity again.
says-salt-must-16-bytes = salt must be the 16 bytes of the signed body's salt, as 32 hexadecimal digits.
says-sign-in-with-key = Sign in with a key of this identity to have its chain kept here.
says-log-its-owners-read = A log is its owner's to read, and who they let read it.
says-q-must-1-characters = q must be 1 to { $query-chars-max } characters to search for.
says-box-has-no-owner = This box has no owner yet. Its first person comes with the claim code that it showed when it started.
says-name-has-1-characters = A name has 1 to { $name-chars-max } characters, in one line.
says-too-many-people-are = Too many people are coming in at once. Try again in some minutes.
says-link-was-used-already = This link was used already, or its 15 minutes are over. Ask for another one.
says-log-may-have-bytes = log may have { $chain-bytes-max } bytes.
says-encryptionkey-must-64-hexadecimal = encryptionKey must be 64 hexadecimal digits.
says-only-owner-node-reads = Only the owner of this node reads what it sends.
says-only-owner-node-sees = Only the owner of this node sees that.
says-publickey-must-ed25519-key = publicKey must be an Ed25519 key as 64 hexadecimal digits.
says-short-name-for-members = A short name is for members: register with an invite, or without a handle.
says-handle-taken = The handle { $handle } is taken.
says-handle-needs-signature-anybody = A handle needs a signature: anybody could take it otherwise.
says-signature-does-not-verify = The signature does not verify over { $shape } as JSON in this order.
says-scope = scope { $error }.
says-subtype = subtype { $error }.
says-node-runs-no-service = This node runs no service that gives out handles.
says-you-have-no-such = You have no such session.
says-mode-must-community-or = mode must be community or cross-node.
says-token-not-node-was = the token is not of this node, was ended, or has expired
says-identity-was-deleted = this identity was deleted
says-message-too-large = The message is too large.
says-node-does-not-know-sender = this node does not know the sender
says-sender-has-no-key = the sender has no key in force
says-e-mail-addresses = { $count } email addresses
says-descriptions-app-2 = { $count } descriptions of an app
says-names-devices-sheets-2 = { $count } names of devices and sheets
says-attestations = { $count } attestations
says-attestations-you-gave-in-others = { $count } attestations that you gave, in others' records
says-delegations = { $count } delegations
says-sessions = sessions
says-sessions-2 = { $count } sessions
says-author-jws = author_jws: { $error }.
says-witness-jws = witness_jws: { $error }.
says-expires-at-has-passed = expires_at has passed already.
says-issued-at-more-than = issued_at is more than five minutes ahead of this node's time: check this device's clock.
says-payload-root-must-cid = payload.root must be the CID of your root record on this node (POST /auth/api/attestations/root).
says-subject-did-must-did = subject_did must be the DID of somebody: did:imajin:…
says-passphrase-has-at-least = A passphrase has at least { $passphrase-chars-min } characters; some words are best.
says-must-address-node-like = to must be the address of a node, like https://box.example
says-must-https-address-http = must be an https:// address (http:// on localhost)
says-delegation-lasts-at-most = A delegation lasts at most { $value } days; give another one then.
says-must-cid-dag-cbor = must be a CID of dag-cbor (bafyrei…)
says-witness-jws-what-confirms = witness_jws is what confirms it: sign it with your key.
says-issued-at-must-whole = issued_at must be whole milliseconds since 1970, or a time like 2026-11-20T12:00:00.000Z.
says-issuer-did-must-you = issuer_did must be you: nobody attests in another's name.
says-dfoschain-may-have-bytes = dfosChain may have { $chain-bytes-max } bytes here; send a longer one once you are signed in.
says-type-must-sub-type = type must be a sub-type (human, agent, device, presence, event, org) or a scope (actor, family, community, business).

## The page that opens a copy of a record (index.html).

index-whose = A copy of your record
index-title = { $name } · Imajin copy
index-skip = To the content
index-address = Your ID: <code>{ $did }</code>
index-taken = Taken on <time>{ $when }</time> from the box <short>{ $node }</short>.
index-footer = This page is a single file. It contacts nobody and runs no program.
index-unverified = This page has checked nothing
index-unverified-why = It shows what is in this folder. Anyone who changed the folder could have changed this page, too. To know that every entry is signed and that none was left out, let a program that you trust check the copy:
index-verify-here = on a computer:
index-this-folder = this folder
index-verify-there = or on your own box, under “Check a copy”.
index-head = If you know the newest fixed point of the record from elsewhere, compare it with this one:
index-word = Whose word it is
index-word-signed = { $count ->
    [one] A key signed what the one entry says.
   *[other] A key signed what each of the { $count } entries says.
}
index-word-of-box = { $count ->
    [one] <strong>One of the { $of } entries</strong> is
   *[other] <strong>{ $count } of the { $of } entries</strong> are
} the box's own word: nobody signed what it says, so trust it as far as you trust the box. A key signed the other { $others }. The table below marks each.
index-section-of-box = { $count ->
    [one] One entry behind this is the box's own word: nobody signed what it says.
   *[other] { $count } entries behind this are the box's own word: nobody signed what they say.
}
index-record = Your record
index-entries = { $count ->
    [one] One entry.
   *[other] { $count } entries.
} Each dot is an entry. Its place shows when, its row which app, and its colour who wanted it.
index-over-time = Your record over time
index-as-table = Show as a table
index-table = Entries
index-newest = The newest { $shown } of { $of }. <code>imajin log</code> shows them all.
index-column-number = No.
index-column-when = When
index-column-what = What
index-column-will = Who wanted it
index-column-content = Content
index-by = by <short>{ $did }</short>
index-box-says = ; the box's own word
index-kept = kept
index-erased = erased
index-will-signed = signed with a key
index-will-custodial = asked for, written by the box
index-will-derived = follows from another entry
index-will-node = the box's own word
index-dot = { $count ->
    [one] entry { $newest }
   *[other] { $count } entries up to { $newest }
}, { $service }, { $will }
index-profile = Your profile
index-handle = Username
index-visibility = Who sees it
index-following = You follow
index-followers = Following you
index-show-all = Show everything
index-identity = Your ID and keys
index-keys-of-box = Your key signs no entries: everything in this record is the box's word.
index-keys-own = Your own keys sign your entries. Anyone who has them can act as you, so keep your recovery sheet safe.
index-home = Your box
index-home-unknown = unknown
index-since = Since
index-show-keys = Show keys and permissions
index-your-files = Your files
index-manifests = Who made your works
index-show = Show
index-more = and { $count } more in <code>bundle.json</code>
index-yes = yes
index-no = no
index-none = none
index-left-out = Not in this copy
index-left-out-why = The record says that its owner has these. Their own records are not here.
index-left-out-event = The event <code>{ $did }</code>
index-left-out-group = The group <code>{ $did }</code>
index-files = What is in this folder
index-file-log = your record: every entry, with its signatures
index-file-media = { $count ->
    [one] one file, { $size }
   *[other] { $count } files, { $size }
}
index-file-bundle = what this page shows, for programs
index-file-manifest = the list of all files with their fingerprints, signed
index-import = Any Imajin box can take in this folder:
