# Conversations.

service = Chat
summary = Conversations, sealed end to end where everybody in them has a key

## What operations did, said to the person whose record they are in.

op-open = You started a conversation
op-opened = A conversation was started
op-requested = Somebody asked to write to you
op-accept = You accepted a request to write to you
op-accepted = A request to write was accepted
op-decline = You declined a request to write to you
op-block = You blocked somebody in chat
op-block-end = You unblocked somebody in chat
op-admit = You let people into a conversation
op-admitted = People were let into a conversation
op-epoch = You made a new key for a conversation
op-epoch-made = A conversation got a new key
op-send = You wrote in a conversation
op-message = Somebody wrote in a conversation
op-delete = You deleted a message
op-forget = You deleted all that you wrote in a conversation
op-hide = You hid a message
op-hidden = A message was hidden
op-read = You marked messages as read
op-pin = You compared keys with somebody
op-keyring = You saved the keys of your conversations for your devices and sheets
op-settings = You changed your chat settings
op-consent = You let a business write to you
op-consented = Somebody lets you write to them
op-consent-end = You no longer let a business write to you
op-consent-ended = Somebody no longer lets you write to them
op-out = Somebody left a conversation, or was removed from it
op-role = Somebody’s role in a conversation changed

## What a delegation allows.

scope-open = Start conversations for you
scope-accept = Accept requests to write to you
scope-decline = Decline requests to write to you
scope-block = Block people in chat
scope-block-end = Unblock people in chat
scope-send = Write for you in conversations that are not end-to-end encrypted
scope-delete = Delete your messages
scope-read = Mark messages as read
scope-settings = Change your chat settings

## Kinds of notifications.

told-wrote = { $who } wrote in a conversation
told-message = { $count ->
    [one] { $who } wrote to you
   *[other] { $count } new messages from { $who }
}
told-message-in = { $count ->
    [one] { $who } wrote in “{ $name }”
   *[other] { $count } new messages in “{ $name }”, the last from { $who }
}
told-mention = { $who } mentioned you in “{ $name }”
told-admitted = { $who } let people into a conversation
told-admitted-in = { $who } let people into “{ $name }”
told-out = { $who } changed who is in a conversation
told-out-of = { $who } removed somebody from “{ $name }”
told-left = { $who } left “{ $name }”
told-role = { $who } changed somebody’s role in a conversation
told-role-in = { $who } changed somebody’s role in “{ $name }”
told-request = { $who } asks to write to you
notice-message = New messages
notice-request = Somebody asks to write to you

## On Home.

first-hello = Say hello to { $name }
home-new = { $name }: { $count ->
    [one] one new message
   *[other] { $count } new messages
}
home-request = { $name } asks to write to you
home-open = Open
home-accept = Accept

## The list of conversations.

at-group = Chat
at-group-new = Start the group’s chat
chats = Chats
new = New conversation
requests = { $count ->
    [one] One request
   *[other] { $count } requests
}
find = Find names and messages
find-none = No conversation has this name.
choose = Choose a conversation.
none = No conversations yet
none-why = Write to somebody you know, or to a group.
none-begin = Start a conversation
wants-to-write = Wants to write to you
row-sealed = End-to-end encrypted
row-plain = Not end-to-end encrypted
muted = Muted
nobody = Somebody without a name
no-name = Without a name
scripts-off = Your browser opens and signs your messages, and it needs scripts for that. Turn them on for this address, then load the page again.

## A new conversation.

new-none = Nobody to write to yet
new-none-why = Once you’re connected with somebody, you can write to each other here.
new-who = Who do you want to write to?
new-rooms = Groups and events that you lead
new-group = New group
new-find-none = Nobody you’re connected with has this name.

## A conversation.

back = All chats
details = Details
opening = Checking this conversation…
opening-plain = Not end-to-end encrypted: your box can read this.
messages = Messages
older = Loading older messages…
mentions = People you can mention
write = Write a message
send = Send

## Settings.

settings = Chat settings
requests-who = Who can ask to write to you?
requests-all = Everybody
requests-reach = People who know somebody you know
requests-none = Nobody but your connections
receipts = Show others how far you’ve read
receipts-why = They see “Read” below their messages. You see how far others have read, if they show it.
presence = Show your connections when you’re here
presence-why = If this is off, nobody sees whether you have chat open.
save = Save
sealed-about = What “end-to-end encrypted” means
sealed-about-1 = Only the devices of the people in a conversation can open it. Your box keeps the messages, and can’t read them.
sealed-about-2 = Your box still sees who writes to whom, when, and roughly how much.
sealed-about-3 = Your recovery sheet opens your whole history, also on a new phone. So can anyone who has your sheet, its passphrase and a copy of your data: keep the sheet safe.

# Chat.

## Problems with a conversation: the red bar.

js-stop-gap = This conversation has a gap: your box leaves something out.
js-stop-other-log = Your box shows a different record of this conversation than before.
js-stop-not-for-here = Your box shows something here that was signed for another conversation.
js-stop-malformed = Your box shows something here that can’t be read.
js-stop-signature = { $known ->
    [yes] { $who }
   *[no] Somebody
} didn’t sign something that your box shows in their name.
js-stop-not-the-intent = { $known ->
    [yes] { $who }
   *[no] Somebody
} signed something other than what your box shows here.
js-stop-other-body = { $known ->
    [yes] { $who }
   *[no] Somebody
} signed different words from those that your box shows here.
js-stop-twice = Your box shows the same thing twice.
js-stop-own-forged = Your own record has something that you didn’t sign: your box wrote it in your name.
js-stop-other-chain = Your box shows different keys for somebody here than the ones you knew.
js-stop-kept-back = { $known ->
    [yes] { $who }
   *[no] Somebody here
} has newer keys than your box shows you.
js-stop-genesis-kept-back = You wrote in a conversation, and your box doesn’t show which one it was. It could be this one, encrypted.
js-stop-fork = { $known ->
    [yes] { $who }
   *[no] Somebody
} saw a different history here than your box shows you.
js-stop-reader-fork = { $known ->
    [yes] { $who }
   *[no] Somebody here
} has seen messages that your box does not show you.
js-stop-changed = Messages that you had here before have changed.
js-stop-rolled-back = Your box shows an older state of this conversation than you have already seen.
js-stop-not-entered = A message that you sent isn’t where your box said it was.
js-stop-own-gap = Your own record has a gap: your box leaves something out.
js-stop-opened-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} started this conversation without being allowed to.
js-stop-admitted-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} let people in here without being allowed to.
js-stop-out-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} removed a person here without being allowed to.
js-stop-role-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} changed a role here without being allowed to.
js-stop-unsigned-turn = The people in this conversation changed, and nobody signed that.
js-stop-epoch-number = The keys of this conversation are out of order.
js-stop-epoch-maker = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation without being in it.
js-stop-epoch-turns = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation, but for a different list of people.
js-stop-epoch-members = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation that isn’t for exactly the people in it.
js-stop-epoch-keys = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation for devices that aren’t a member’s.
js-stop-epoch-old-state = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation for a device that is no longer in use.
js-stop-epoch-old-secret = { $known ->
    [yes] { $who }
   *[no] Somebody
} used an old key of this conversation again.
js-stop-epoch-flood = { $known ->
    [yes] { $who }
   *[no] Somebody
} makes new keys for this conversation again and again, so that nobody can write.
js-stop-stranger = { $known ->
    [yes] { $who }
   *[no] Somebody
} wrote here without being in this conversation.
js-stop-old-epoch = A message here uses a key from before the people in this conversation changed.
js-stop-other-turns = { $known ->
    [yes] { $who }
   *[no] Somebody
} wrote here, but saw a different list of people in this conversation.
js-stop-readable = Something in this encrypted conversation isn’t encrypted.
js-stop-unsigned = Something in this encrypted conversation has no signature.
js-stop-keyless = Your box says that this isn’t encrypted because somebody here has no key. But they have one.
js-stop-missing-body = A message is missing here, and nobody deleted it.
js-stop-hidden-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} hid a message here without being allowed to.
js-stop-advice = Nothing is sent here for now. Save the evidence, and ask the others about it in another way.

## Calls for a new key of the conversation.

js-renew-late = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a key for this conversation for your old device, after you changed it. Your next message makes a new one.
js-renew-no-secret = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a key for this conversation that doesn’t work for you. Your next message makes a new one.

## In the place of a message that can’t be read.

js-said-deleted = This message was deleted
js-said-hidden = This message was hidden by a leader of the group
js-said-void = This message is broken and can’t be shown
js-said-locked = This browser doesn’t have the key to this message
js-said-unseen = Written before you joined
js-said-newer = Written with a newer version. Update your box to read it

## Why a message waits.

js-wait-offline = Waiting for your box. We’ll send it automatically
js-wait-full = Your box is full. We’ll try again automatically
js-wait-many = That was a lot at once. We’ll send it in a moment
js-wait-signed-out = Sign in again to send it
js-wait-busy = A lot is happening in this conversation. We’ll try again automatically

## Why a message isn’t sent.

js-held-long = Too long to send. Shorten it, or send it in parts
js-held-gas = This message has to be paid for first
js-held-not-accepted = You can write again once your request is accepted
js-held-out = Not sent, because you’re not in this conversation any more
js-held-refused = Your box didn’t take this message
js-held-stopped = Not sent, because something is wrong in this conversation
js-held-keyless = Not sent, because somebody here has no key yet
js-held-no-secret = Not sent, because this browser doesn’t have the newest key of this conversation

## This browser and its connection.

js-store-closed = This browser can’t keep anything for this page. If this is a private window, use a normal one.
js-store-full = This browser has no space left to keep messages. Free some space and try again.
js-socket-unreadable = Your box said something that this page doesn’t understand. Reload the page.

## The list, and what is new.

js-you = You
js-somebody = Somebody
js-you-said = You: { $text }
js-they-said = { $who }: { $text }
js-draft = Draft: { $text }
js-unread = { $count ->
    [one] one new
   *[other] { $count } new
}
found-conversation = A conversation
js-found = Messages in this browser
js-new-in = New in { $name }

## A new conversation.

js-send-where = Choose a conversation. The link goes into your message:
js-new-who = Who is in this conversation?
js-new-why = Only the people you tick can read it. You can let others in later.
js-new-open = Start the conversation
js-new-opening = Starting…
js-group = New group
js-group-name = Name of the group
js-group-who = Who do you want to invite?
js-group-why = Each of them gets a message with an invitation. Once they’ve joined, you let them into the group’s chat.
js-group-create = Create the group
js-group-ask = Join the group “{ $name }”: { $link }
js-cancel = Cancel
js-close = Close

## What is said on top of a conversation.

js-sealed = End-to-end encrypted
js-plain = Not end-to-end encrypted: your box can read this.
js-plain-keyless = Without a key yet: { $who }.
js-plain-event = Conversations of events are never encrypted.
js-plain-large = There are too many people here to encrypt it.
js-plain-could = Everybody here has a key now.
js-plain-seal = Encrypt from now on
js-plain-sealing = Encrypting…
js-no-key-here = This browser doesn’t hold your key, so it can’t open this conversation. Your recovery sheet brings the key here.
js-no-key-go = Use your recovery sheet
js-out = You’re not in this conversation any more.
js-evidence = Save evidence
js-newer = Somebody here uses a newer version. Update your box to read everything.
js-asks = { $who } asks to write to you.
js-asks-accept = Accept
js-asks-decline = Decline
js-asks-block = Block
js-asks-why = They aren’t told if you decline or block them.
js-request-accepted = You and { $who } can write to each other now.
js-request-other = This conversation is somebody else’s, so nothing was signed. Open it and look.
js-asked = Waiting until { $who } accepts your request. You can write more then.
js-let-in = { $who } joined the group. Let { $who } in here?
js-let-in-go = Let { $who } in
js-letting-in = Signing…
js-start = This is where your conversation begins.
js-start-none = No messages yet. Say hello.
js-offline = No connection to your box. What you write waits here.
js-not-opened = This conversation couldn’t be opened: { $why }
js-again = Try again

## Messages.

js-today = Today
js-yesterday = Yesterday
js-fresh = New
js-waiting = Waiting
js-sending = Sending…
js-not-sent = Not sent
js-sent = Sent
js-read = Read
js-read-by = Read by { $count }
js-edited = edited
js-unsigned = not signed
js-by-agent = { $known ->
    [yes] by their agent { $agent }
   *[no] by an agent
}
js-kind-agent = agent
js-kind-device = device
js-kind-presence = presence
js-kind-event = event
js-kind-org = organisation
js-more = More about this message
js-reply = Reply
js-edit = Edit
js-copy-text = Copy text
js-forward = Forward
js-forward-to = Forward to
js-forward-why = It’s sent as a message of yours. It doesn’t say who wrote it or where.
js-forward-none = You have no other conversation yet.
js-delete = Delete
js-delete-sure = Delete for everybody?
js-hide = Hide from everybody
js-who = Who is that?
js-retry = Try again
js-take-back = Take back
js-replying = Replying to { $who }
js-editing = Editing your message
js-react = React with { $text }
js-reacted = { $text }: { $who }
js-not-here = An earlier message
js-here = here now
js-typing = { $who } is typing…
js-typing-many = Several people are typing…
js-copied = Copied.
js-photo = Photo
js-file-add = Add a photo or a file
js-file-save = Save
js-file-remove = Don’t send { $name }
js-files = { $count ->
    [one] Send this file?
   *[other] Send these { $count } files?
}
js-files-many = You can send { $count } files at a time. Send the others afterwards.
js-files-whole = Photos are sent without the place where they were taken. Videos and other files are sent as they are, with any place in them.
js-caption = Add some words
js-send = Send
js-video-unplayable = Your browser can’t play this video. Save it to watch it.
js-photo-unreadable = Your browser can’t open this picture. Try another one.
js-file-gone = This file isn’t there any more, or your browser can’t open it.
js-voice = Voice note
js-voice-record = Hold to talk
js-voice-off = Your browser doesn’t let this page use the microphone. Allow it for this address, then try again.
js-voice-play = Play
js-voice-pause = Pause

## Details of a conversation.

js-members = { $count ->
    [one] One person
   *[other] { $count } people
}
js-page = Profile
js-page-of = Open its page
js-role-owner = owner
js-role-admin = leads
js-mute = Mute
js-unmute = Unmute
js-mute-why = A muted conversation doesn’t show up on Home.
js-receipts = Show how far I’ve read here
js-compared = Compared
js-compare = Compare keys
js-compare-of = Compare keys with { $who }
js-compare-why = If you both see the same numbers, nobody can read along, not even your box. Compare them face to face or on the phone, never in this chat.
js-compare-code = Your code for { $who } to scan
js-compare-scan = Scan their code
js-compare-digits = Read these numbers to each other
js-compare-match = They’re the same
js-compare-same = The keys are the same. The mark stays as long as new keys are signed with these.
js-compare-other = The keys are not the same. Don’t write anything private here, and ask { $who } to compare once more in person.
js-compare-unknown = That code isn’t { $who }’s, or their page is newer than yours. Reload both pages and try again.
js-compare-none = { $who } has no key, so there is nothing to compare.
js-forget = Delete everything I wrote here
js-forget-sure = Yes, delete it for everybody
js-forget-why = Your messages disappear from this conversation, for everybody. Others may have copies.
js-forgotten = What you wrote here was deleted.
js-saved = Saved.
js-saving = Saving…

## Before somebody deletes their data.

js-deletion = What you wrote to others
js-deletion-why = Others keep their conversations. If you want your part gone from there too, delete it first.
js-deletion-go = Delete my messages
js-deletion-going = Deleting…

## The page "Devices": secrets for other devices

js-handover-some = { $count ->
    [one] One conversation couldn’t be opened here, so your other devices can’t read its older messages yet. Open it here to see why, then try again under “Devices”.
   *[other] { $count } conversations couldn’t be opened here, so your other devices can’t read their older messages yet. Open them here to see why, then try again under “Devices”.
}

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-your-box-shows-conversation = Your box shows this conversation with a gap.
says-your-box-shows-another = Your box shows another record for this conversation than before.
says-your-box-shows-something = Your box shows something here that was signed for another conversation.
says-your-box-shows-something-cannot = Your box shows something that cannot be read.
says-your-box-shows-something-its = Your box shows something that its author did not sign.
says-your-box-shows-something-else = Your box shows something other than its author signed.
says-your-box-shows-other = Your box shows other words than its author signed.
says-your-box-shows-same = Your box shows the same thing twice.
says-your-own-record-has = Your own record has something that you did not sign.
says-your-box-shows-other-keys = Your box shows other keys for somebody than those you knew.
says-somebody-has-newer-keys = Somebody has newer keys than your box shows you.
says-your-box-does-not-show-which = Your box does not show in which conversation you wrote: it could be this one, encrypted.
says-somebody-here-saw-another = Somebody here saw another history than your box shows you.
says-somebody-has-read-messages = Somebody has read messages that your box does not show you.
says-history-you-had-another = The history that you had before has changed.
says-your-box-shows-older = Your box shows an older state than you have seen.
says-what-you-sent-not = What you sent is not where your box said.
says-your-own-record-has-gap = Your own record has a gap.
says-conversation-was-opened-by = This conversation was started by somebody who is not allowed to.
says-somebody-was-let-in = Somebody was let in by a person who is not allowed to.
says-somebody-was-put-out = Somebody was removed by a person who is not allowed to.
says-somebody-got-another-role = Somebody got another role from a person who is not allowed to give it.
says-who-in-was-changed = The people in this conversation changed, and nobody signed that.
says-secrets-conversation-are-out = The secrets of this conversation are out of order.
says-somebody-who-not-in = Somebody who is not in this conversation made a secret for it.
says-secret-was-made-by = A secret was made by somebody who saw a different list of the people in this conversation.
says-secret-was-made-for = A secret was made for others than the people in this conversation.
says-secret-was-made-for-other = A secret was made for other keys than a member has.
says-secret-was-made-for-keys = A secret was made for keys that a member no longer uses.
says-old-secret-was-used = An old secret was used again.
says-somebody-makes-new-secrets = Somebody makes new secrets again and again.
says-secret-not-for-your = The secret is not for your newest keys yet.
says-somebody-made-secret-for = Somebody made a secret for your old keys after you changed them.
says-you-got-another-secret = You got a different secret from the others, or none.
says-somebody-who-not-in-wrote = Somebody who is not in this conversation wrote here.
says-message-under-older-secret = A message uses a secret from before the people in this conversation changed.
says-somebody-who-wrote-here = Somebody who wrote here saw a different list of the people in this conversation.
says-something-in-encrypted-conversation = Something in this encrypted conversation is not encrypted.
says-something-in-encrypted-conversation-signed = Something in this encrypted conversation is not signed.
says-your-box-says-somebody = Your box says that somebody here has no key, and they do.
says-message-not-valid = This message is not valid.
says-change-not-by-who = This change is not by the author of the message.
says-message-missing-nobody-deleted = A message is missing that nobody deleted.
says-message-was-hidden-by = A message was hidden by somebody who is not allowed to.
says-business-never-writes-first = A business never writes first: people write to it, or agree that it may.
says-you-have-asked-as = You have asked as many people today as you may. Try again tomorrow.
says-they-are-in-records = they are in the records of their conversations, too. Delete yours there first: then they are erased there as well
says-conversations-with-others = conversations with others
says-must-cid-bafyrei = must be a CID: bafyrei…
says-must-text-at-most = must be a text of at most 16 KiB without control characters
says-must-name-conversation-did = must be the name of a conversation: did:imajin:dm:…, did:imajin:group:… or did:imajin:event:…
says-must-bytes = must be { $n } bytes
says-must-sealed-text-256 = must be a sealed text of 256, 512 … 32768 bytes and a tag of 16
says-must-link = must be a link
says-not-signed-in = not signed in
says-too-many-sockets = too many sockets
says-session-ended = the session ended
says-no-message-protocol = That is no message of this protocol: { $wrong }.
says-one-socket-has-at = One socket has at most 64 conversations.
says-you-are-not-in = You are not in such a conversation.
says-conversation-closed = This conversation is closed.
says-conversation-end-end-encrypted = This conversation is end-to-end encrypted: sign what you enter here with your own key.
says-nobody-let-into-conversation = Nobody is let into a conversation of this kind.
says-people-who-lead-group = People who lead the group let others in; its owner alone lets in people who lead it.
says-one-these-people-in = One of these people is in the conversation already.
says-one-these-people-not = One of these people is not in the group, or has another role.
says-conversation-encrypted-has-no = This conversation is encrypted, and { $value } has no encryption key yet.
says-conversation-has-at-most = This conversation has at most { $value } people.
says-turns-more-than-there = turns is more than there were: look at the conversation again.
says-there-no-request-theirs = There is no request of theirs here that waits for this answer.
says-you-cannot-block-yourself = You cannot block yourself.
says-nothing-would-change-look = Nothing would change: look at the conversation again.
says-no-business-on-box = That is no business on this box: people don’t need your consent.
says-until-must-in-next = until must be in the next 12 months.
says-you-have-given-them = You have given them no consent.
says-they-are-not-on = They are not on this box any more.
says-conversation-never-encrypted = This conversation is never encrypted.
says-conversations-epoch-people-or = The conversation’s epoch, people or keys have changed meanwhile ({ $value }): look again, and make another epoch.
says-has-no-encryption-key = { $value } has no encryption key yet.
says-encrypted-conversation-has-at = An encrypted conversation has at most { $value } people.
says-nothing-calls-for-new = Nothing calls for a new epoch: write under the newest.
says-you-have-entered-something = You have entered something here since: look at the conversation again, and sign again.
says-members-names-key-twice = members names a key twice.
says-members-names-somebody-twice = members names somebody twice.
says-sealed-message-says-in = A sealed message says in its box alone whom it mentions.
says-sealed-message-has-nonce = A sealed message has nonce, commit and box, and nothing else.
says-readable-message-has-type = A readable message has a type and its words, and no box.
says-re-must-name-message = re must name the message that this is about.
says-text-must-not-empty = text must not be empty.
says-conversation-exists-already = This conversation exists already: { $value }.
says-has-no-encryption-key-but = { $value } has no encryption key, but your list says otherwise. Look again.
says-conversation-like-has-at = A conversation like this has at most { $value } people.
says-open-encrypted-conversation-sign = To open an encrypted conversation, sign with your own key.
says-kind-must-name-in = kind must be that of the name in ref.
says-members-conversation-two-are = members of a conversation of two are you and the other one whom its name is made of, each as member.
says-must-group-whose-conversation = of must be the group whose conversation this is.
says-people-who-lead-group-open = People who lead a group open its conversation.
says-members-names-somebody-who = members names somebody who is not in the group, or has another role there.
says-owner-group-among-its = The owner of the group is among its members.
says-events-room-never-encrypted = An event's room is never encrypted: sealed is 0.
says-who-in-events-room = Who is in an event's room says the event: members is its organiser alone.
says-organiser-event-opens-its = The organiser of an event opens its room.
says-name-had-no-conversation = This name had no conversation before: leave after out.
says-you-have-already-marked = You have already marked this far, or further, as read.
says-how-far-you-read = How far you read is written down once in two minutes.
says-you-can-only-read = You can only read here.
says-they-have-not-taken = They have not accepted your request yet. You can write again once they have.
says-business-answers-within-30 = A business answers within 30 days of a person's last message. For more it takes their consent, and a market on this box.
says-message-with-request-has = The message with a request has at most { $value } characters.
says-conversation-needs-new-epoch = This conversation needs a new epoch first ({ $value }): make one, and send again.
says-there-message-with-id = There is a message with this id already: draw another id.
says-has-encryption-key-by = { $value } has an encryption key by now, or is not in this conversation.
says-there-no-such-message = There is no such message here.
says-only-people-in-conversation = Only people in this conversation can be mentioned.
says-only-its-author-changes = Only its author changes a message or ends a reaction.
says-message-was-deleted = This message was deleted.
says-groups-conversation-end-end = The group's conversation is end-to-end encrypted: sign this with your own key.
says-you-lack-role-for = You lack the role for this in the group’s conversation: ask to be let in there first.
says-they-are-not-in = They are not in the group's conversation yet: let them in there first.
says-group-was-offered-you = The group was offered to you before it had a conversation: ask its owner to offer it again.
says-only-its-author-deletes = Only its author deletes a message.
says-message-was-deleted-already = This message was deleted already.
says-there-nothing-here-you = There is nothing here that you wrote and did not delete.
says-people-who-lead-conversation = People who lead a conversation hide messages.
says-message-hidden-or-deleted = This message is hidden or deleted already.
says-you-write-faster-than = You write faster than others can read. Wait a moment.
says-you-are-not-in-such = You are not in such a conversation on this box.
says-conversation-exists-already-2 = This conversation exists already.
says-with-must-somebody-else = with must be somebody else.
says-send-one-with-group = Send one of with, group and event.
says-none-kind = { $field } is none of that kind.
says-you-are-not-in-such-group = You are not in such a group or event.
says-people-who-lead-open = People who lead it open its conversation.
says-send-after-or-before = Send after or before, not both.
says-contenttype-must-text-media = contentType must be text, media, voice or location: edits and reactions have routes of their own.
says-you-have-no-such = You have no such reaction here.
says-not-entry-which-box = That is not the entry which this box has at that place: look at the conversation again.
says-turns-names-entry-box = turns names an entry that this box does not have at that place.
says-messages = { $count } messages
says-conversations = { $count } conversations
says-requests = { $count } requests
says-keyrings = { $count } keyrings
says-conversations-with-others-2 = { $count } conversations with others
says-must-key-wrap = must be [key, wrap]
says-must-seq-link = must be [seq, link]
says-asking-app-named-no = the asking app named no group
says-your-session-has-ended = Your session has ended.

## Help texts of the pages: a title, and three sentences

help-chats =
    Chats
    All your conversations are here.
    Tap one to read it, or begin a new one.
    Only the devices of the people in an end-to-end encrypted conversation can open it; the list says which ones are encrypted.
help-new =
    A new conversation
    You choose here with whom you want to write.
    Tap somebody you’re connected with, or a group or an event that you lead, or begin a new group.
    Everybody in a conversation sees who else is in it.
help-conversation =
    A conversation
    You read and write here in one conversation.
    Write below and send; under Details you see who is in it.
    Everybody in it reads what you send, and the page says if your box can read it, too.
help-settings =
    Chat settings
    You choose here who can ask to write to you, and what others see of you.
    Change what you like, and save.
    Others see how far you’ve read and when you’re here only if you show it, and you can change that at any time.
