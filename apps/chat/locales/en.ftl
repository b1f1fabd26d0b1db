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
