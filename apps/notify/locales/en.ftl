# Notifications.

service = Notifications
summary = What’s new for you: here, on your devices and by email
home = Notification settings

## What operations did, said to the person whose record they are in.

op-seen = You looked at your notifications
op-settings = You chose how notifications reach you

## What a delegation allows.

scope-seen = Mark your notifications as read
scope-settings = Choose how notifications reach you

## Kinds of notifications.

kind-message = Messages
kind-mention = Mentions
kind-request = Requests
kind-turn = Who’s in your conversations
kind-connection = Connections
kind-ticket = Tickets
kind-event = Events
kind-share = Shared albums
kind-payment = Payments
kind-security = Security

## The list

# For a person without a public name.
somebody = Somebody

## The settings

lead = Choose what you want to hear about, and how. <centre>See what’s new</centre>
kinds = What you hear about
kinds-hint = Uncheck all three to never hear about something.
way-page = Show it here
way-push = Push it to my devices
way-mail = Include it in emails
letters = Email
letters-no-address = This box doesn’t know your email address, so it can’t send you any. <add>Add your address</add>
mail = How often
mail-daily = Once a day
mail-hourly = Once an hour
mail-off = Never
quiet = Quiet hours
quiet-hint = During these hours, only security alerts are pushed.
quiet-on = Have quiet hours
quiet-from = From
quiet-to = Until
zone = Time zone
zone-hint = For example Europe/Zurich. Without one, it is your box’s.
save = Save
browser = This browser
browser-on = Turn on push notifications
browser-off = Turn off push notifications
no-time = Enter a time such as 22:00.
no-zone = We don’t know this time zone. Enter one such as Europe/Zurich.
no-form = This form couldn’t be read. Reload the page and try again.

## Letters

letter-subject = What’s new on { $site }
letter = Here’s what’s new for you on { $site }:
letter-line = { $kind }: { $said }
letter-more = … and { $count } more
letter-links =
    See it all: { $page }
    Choose what reaches you: { $settings }
    No more emails like this: { $stop }
stop = No more emails
stop-lead = { $site } will stop emailing you about what’s new.
stop-do = Stop these emails
stopped = We won’t email you any more
stopped-lead = You can change your mind in your <settings>notification settings</settings>.
no-link = This link isn’t complete. Copy all of it from the email.

## Scripts

js-on = Push notifications are on in this browser.
js-off = Push notifications are off in this browser.
js-denied = You’ve blocked notifications for this site. Allow them in your browser’s settings first.
js-turning = One moment…

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-devices-for-push-messages = devices for push messages
says-choices-notifications = choices of notifications
says-browsers-give-their-addresses = browsers give their addresses to one box alone: allow notifications again at the new one
says-upto-in-future-nobody = upto is in the future: nobody can have seen that.
says-you-have-already-marked = You have already marked this much, or more, as seen.
says-how-much-you-saw = How much you saw is written down once in ten minutes.
says-endpoint-must-https-address = endpoint must be an https address on the open internet, in at most 1,000 characters.
says-keys-p256dh-must-point = keys.p256dh must be a point of P-256, as base64url.
says-keys-auth-must-16 = keys.auth must be 16 bytes, as base64url.
says-you-allowed-notifications-on = You allowed notifications on ten browsers, which is the most. Turn them off on one first.
says-you-have-no-such = You have no such browser here.
says-before-must-what-last = before must be what the last answer called so.
says-devices-for-push-messages-2 = { $count } devices for push messages
says-choices-notifications-2 = { $count } choices of notifications

## Help texts of the pages: a title, and three sentences

help-settings =
    Notification settings
    You choose here what you hear about: on this box, on your devices or by email.
    Tick what you want to know, and save; further down you turn on push messages for this browser.
    In quiet hours only security alerts are pushed, and you can change everything at any time.
help-stop =
    No more emails
    The link in an email brought you here, to stop emails about what is new.
    Tap the button.
    You can have them again at any time, in your notification settings.
