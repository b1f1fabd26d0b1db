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
