# Conversations.

service = Chat
summary = Conversations, sealed end to end where everybody in them has a key

## What operations did, said to the person whose record they are in.

op-open = You opened a conversation
op-opened = A conversation was opened
op-requested = Somebody asked to write to you
op-accept = You took a request to write to you
op-accepted = A request to write was taken
op-decline = You did not take a request to write to you
op-block = You take nothing more from somebody in chat
op-block-end = You take messages from somebody again
op-admit = You let people into a conversation
op-admitted = People were let into a conversation
op-epoch = You made new secrets for a conversation
op-epoch-made = A conversation got new secrets
op-send = You wrote in a conversation
op-message = Somebody wrote in a conversation
op-delete = You deleted a message
op-forget = You deleted all that you wrote in a conversation
op-hide = You hid a message
op-hidden = A message was hidden
op-read = You said how far you read a conversation
op-pin = You compared keys with somebody
op-keyring = You kept the secrets of your conversations for your keys
op-settings = You changed your settings of chat
op-consent = You let a business write to you
op-consented = Somebody lets you write to them
op-consent-end = You let a business write to you no longer
op-consent-ended = Somebody lets you write to them no longer
op-out = Somebody is out of a conversation
op-role = Somebody has another role in a conversation

## What a delegation allows.

scope-open = Open conversations for you
scope-accept = Take requests to write to you
scope-decline = Not take requests to write to you
scope-block = Take nothing more from somebody in chat
scope-block-end = Take messages from somebody again
scope-send = Write for you in conversations that are not end-to-end encrypted
scope-delete = Delete messages of yours
scope-read = Say how far you read
scope-settings = Change your settings of chat

## Kinds of notifications.

notice-message = New messages
notice-request = Somebody asks to write to you

## On Home.

home-new = { $name }: { $count ->
    [one] one new message
   *[other] { $count } new messages
}
home-request = { $name } asks to write to you
home-open = Open

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
presence-why = Turned off, nobody sees whether you have chat open.
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
} signed something else than your box shows here.
js-stop-other-body = { $known ->
    [yes] { $who }
   *[no] Somebody
} signed other words than your box shows here.
js-stop-twice = Your box shows the same thing twice.
js-stop-own-forged = Your own record has something that you didn’t sign: your box wrote it in your name.
js-stop-other-chain = Your box shows different keys for somebody here than the ones you knew.
js-stop-kept-back = { $known ->
    [yes] { $who }
   *[no] Somebody here
} has newer keys than your box shows you.
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
} opened this conversation without the right to.
js-stop-admitted-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} let people in here without the right to.
js-stop-out-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} removed a person here without the right to.
js-stop-role-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} gave out a role here without the right to.
js-stop-unsigned-turn = The people in this conversation changed, and nobody signed that.
js-stop-epoch-number = The keys of this conversation are out of order.
js-stop-epoch-maker = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation without being in it.
js-stop-epoch-turns = { $known ->
    [yes] { $who }
   *[no] Somebody
} made a new key for this conversation and saw other changes of the people in it.
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
} made a new key for this conversation for a device that is out of use.
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
js-stop-old-epoch = A message here has an older key than the last change of the people in it allows.
js-stop-other-turns = { $known ->
    [yes] { $who }
   *[no] Somebody
} wrote here and saw other changes of the people in this conversation.
js-stop-readable = Something in this encrypted conversation isn’t encrypted.
js-stop-unsigned = Something in this encrypted conversation has no signature.
js-stop-keyless = This conversation isn’t encrypted because you have no key, says your box. But you have one.
js-stop-missing-body = A message is missing here, and nobody deleted it.
js-stop-hidden-by = { $known ->
    [yes] { $who }
   *[no] Somebody
} hid a message here without the right to.
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
js-said-void = This message is not valid
js-said-locked = This browser doesn’t have the key to this message
js-said-unseen = Written before you came in
js-said-newer = Written by a newer version. Update to read it

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

js-store-closed = This browser can’t keep anything here. In a private window, use a normal one.
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
js-found = Messages in this browser
js-new-in = New in { $name }

## A new conversation.

js-new-who = Who is in this conversation?
js-new-why = Only the people you tick can read it. You can let others in later.
js-new-open = Open the conversation
js-new-opening = Opening…
js-cancel = Cancel
js-close = Close

## What is said on top of a conversation.

js-sealed = End-to-end encrypted
js-plain = Not end-to-end encrypted: your box can read this.
js-plain-keyless = { $who } has no key yet.
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
js-unsigned = by the word of the box
js-kind-agent = agent
js-kind-device = device
js-kind-presence = presence
js-kind-event = event
js-kind-org = organisation
js-more = More about this message
js-reply = Reply
js-edit = Edit
js-copy-text = Copy text
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
js-photo-add = Add a photo
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
js-compare-why = If you both see the same numbers, nobody is between you, not even your box. Do it face to face or on the phone, never in this chat.
js-compare-code = Your code for { $who } to scan
js-compare-scan = Scan their code
js-compare-digits = Read these numbers to each other
js-compare-match = They’re the same
js-compare-same = The keys are the same. The mark stays for as long as these keys sign any new ones.
js-compare-other = The keys are not the same. Don’t write anything private here, and ask { $who } to compare once more in person.
js-compare-unknown = That code isn’t { $who }’s, or their page is ahead of yours. Reload both pages and try again.
js-compare-none = { $who } has no key, so there is nothing to compare.
js-forget = Delete everything I wrote here
js-forget-sure = Yes, delete it for everybody
js-forget-why = Your messages go from this conversation, for everybody. Others may have copies.
js-forgotten = What you wrote here was deleted.
js-saved = Saved.
js-saving = Saving…

## Before somebody deletes their data.

js-deletion = What you wrote to others
js-deletion-why = Others keep their conversations. If you want your part gone from there too, delete it first.
js-deletion-go = Delete my messages
js-deletion-going = Deleting…
