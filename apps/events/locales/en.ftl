# Events and tickets.

service = Events
tickets = Tickets

## What operations did, said to the person whose record they are in.

op-create = You created an event
op-update = You changed an event
op-status = You opened, paused or ended an event
op-cancel = You cancelled an event on your box
op-picture = You changed an event’s picture
op-erase = You erased what you wrote about an event
op-hold = You reserved places at an event
op-release = You gave up reserved places
op-approve = You approved somebody’s free places
op-buy = You ordered tickets
op-transfer = You passed a ticket on
op-refund = You took a ticket back, or gave yours back
op-checkin = You let people in
op-paid = Reserved places were paid for
op-withdrawn = Tickets were taken back
op-offered = Places were kept for somebody on the waiting list
op-opened = The event was created
op-changed = The event was changed
op-status-changed = The event was opened, paused or ended
op-held = Places were reserved for somebody
op-released = Reserved places were given up
op-ticket = The event signed a ticket
op-voided = A ticket was taken back and is no longer valid
op-used = A ticket was used at the door

## What a delegation allows.

scope-checkin = Check people in at your event’s door

## Kinds of notifications.

notice-upcoming = An event is coming up
notice-sold = You sold tickets

## On every page

scripts-off = Your browser signs what you do here, and it needs scripts for that. Turn them on for this address, then load the page again.
status-draft = Draft: only you see it
status-paused = Not on sale right now
status-cancelled = Cancelled
status-cancelled-by-owner = Cancelled by the owner of this box
status-over = Over
untitled = Untitled event
ticket = Ticket
somebody = Somebody on this box
new = Create an event
mine = Your tickets
guests-and-door = Guests and door

## Home and notifications

home-show = Show your ticket
home-look = Look at it
home-sold = { $count ->
    [one] 1 ticket sold for “{ $title }”
   *[other] { $count } tickets sold for “{ $title }”
}
told-ticket-of = { $who } gave you a ticket
told-ticket = { $who } gave you a ticket for “{ $title }”
told-own-ticket = { $count ->
    [one] Your ticket for “{ $title }” by { $who } is here
   *[other] Your tickets for “{ $title }” by { $who } are here
}
told-sold = { $who } is coming to “{ $title }”
told-void-of = { $who } took back a ticket of yours
told-void = { $count ->
    [one] { $who } took back your ticket for “{ $title }”
   *[other] { $who } took back your tickets for “{ $title }”
}
told-void-paid = { $count ->
    [one] { $who } took back your ticket for “{ $title }”: you get your money back
   *[other] { $who } took back your tickets for “{ $title }”: you get your money back
}
told-kept-one = { $who } keeps a place for you at an event
told-kept = { $who } keeps a place for you at “{ $title }”
told-changed-one = { $who } changed an event
told-changed = { $who } changed “{ $title }”
told-new = { $who } invites { $group } to “{ $title }”
told-cancelled = { $who } cancelled “{ $title }”
told-cancelled-paid = { $who } cancelled “{ $title }”: you get your money back

## What’s on

list = What’s on
list-lead = Events by people on this box. They sell their own tickets, and everybody can see where the money goes.
list-none = Nothing is planned yet. The first event could be yours.
list-group = Events for { $name }
list-group-lead = Only members of the group see them.
list-group-none = Nothing is planned yet. Any member can make an event.
no-such-group = You are in no such group.
list-later = Later events
list-own = Your drafts and past events
list-online = online
at-contact = Invite to an event
invite = Invite { $name } to an event
invite-lead = Choose an event. You can change the message before you send it.
invite-none = There is no published event yet.
invite-write = Invite { $name }
invite-text = Will you come to “{ $title }”? { $when } { $page }

## An event

when = When
when-from-to = <starts/> to <ends/>
where = Where
online = Online
online-later = You’ll see the link here once you have a ticket.
where-later = You’ll see the address here once you have a ticket.
for = For
for-group = For a group
some-group = Members of a group
by = By
share = Share this event
calendar = Add to calendar
have-ticket = You have a ticket. <show>Show it</show>
coming = { $count ->
    [one] { $count } person is coming
   *[other] { $count } people are coming
}
coming-more = and { $count } more
guests-seen = Other people with a ticket see that you’re coming.
proof = How do I know that a ticket is real?
proof-how = This event has its own key and signs every ticket with it. Its ID is <did/>: with it, anybody can check a ticket, even without this box and without a network.
sold-out = sold out
left = { $count } left
free = free
how-many = How many
how-many-of = How many: { $type }
buy = Buy
come = I’m coming
bring = Bring somebody
ask = Ask for a place
wait = Join the waiting list
sign-in-to-buy = Sign in to buy
sign-in-for-ticket = Sign in for a ticket
have-account = I have an account here
free-ticket = Your free ticket
free-type = Which ticket?
free-name = Your name
free-name-hint = For the organiser, who may show it to the other guests.
free-email = Your email address
free-email-hint = We send you the ticket and the organiser’s messages there, and nothing else.
free-companions = Who is coming with you?
free-companions-hint = Their names, with commas between them. Leave it empty if you come alone.
free-take = Take a free ticket
too-many-companions = Name at most as many people as you take tickets.
no-address = Email can’t be sent to this address. Write it like ada@example.com.
free-mail = Free tickets are for people with an email address: sign in with a link by email, or come in with an invite.
free-mail-key = Free tickets are for people with an email address. You’re here with a key alone: sign out and sign in with a link by email, or use an invite.
free-mail-own = People get a free ticket if they came in with a link by email or with an invite.
free-approval = The organiser decides who gets a free ticket. Ask for one: they see your name, and the answer appears here.
free-approval-key = The organiser decides who gets a free ticket. To ask for one, first sign in with a link by email or use an invite: you’re here with a key alone.
free-approval-own = People ask you for free tickets. You see here who is waiting, and decide.
order = Your order
order-pay = How do you want to pay?
rail-ledger = From your credit on this box
rail-emt = By bank transfer
rail-stripe = By card
order-held = Payments from credit or by card are held until three days after the event. If it’s cancelled before then, you get a refund.
order-sign = Sign and buy
order-not-now = Not now
no-details = Buyers can’t pay you by bank transfer yet, because they don’t know where to send the money.
no-details-add = Add your payment details
shares = Who gets what
shares-caption = From every ticket, signed by the organiser. Receipts also show what people pass on from their share.
shares-who = Who
shares-as = Role
shares-part = Share

## An event: for its organiser and for the owner of the box

manage = Your event
publish = Publish
pause = Pause the sale
complete = Mark as over
edit = Edit event
erase = Erase its words
record = Download its record
cancel-title = If it can’t happen
cancel = Cancel the event
cancel-hint = Sales end for good and all tickets become void at once. The box refunds credit and card payments automatically; bank transfers you send back yourself. You can cancel until three days after the event ends. After that, the ticket money is paid out.
cancel-hint-free = Nobody can get a ticket any more, and all tickets become void at once. You can cancel until three days after the event ends.
owner = As the owner of this box
owner-hint = You can cancel this event, for example if its organiser has disappeared or is selling something that doesn’t exist. All tickets become void at once. The box refunds credit and card payments automatically; the organiser has to send bank transfers back.
owner-hint-free = You can cancel this event, for example if its organiser has disappeared. All tickets become void at once.
refunds = Refunds
refunds-bar = Refunded payments
refunds-done = { $count ->
    [one] { $done } of { $count } payment refunded.
   *[other] { $done } of { $count } payments refunded.
}
refunds-by-hand = { $count ->
    [one] { $count } came to your own bank: you have to send it back yourself.
   *[other] { $count } came to your own bank: you have to send them back yourself.
}
refunds-rest = The box refunds the rest automatically. You can close this page.
refunds-waiting = { $count ->
    [one] { $count } refund is on its way to a card. The bank takes a few days.
   *[other] { $count } refunds are on their way to cards. The banks take a few days.
}
refunds-attention = Needs your attention
refund-no-cover = This payment was already paid out to you. { $amount } goes back from your credit on this box as soon as there’s enough: please top it up.
refund-part = { $amount } of it has been refunded. If the event is cancelled, the rest follows automatically.
refund-kept = The card’s bank didn’t take { $amount } back, so it’s now their credit on this box. Let them know: they can spend it here, or agree on another way with the owner of this box.
refund-by-hand = The money came to your own bank. Send { $amount } back from there, with the reference { $memo }.

## Free places that people ask for

asks = Waiting for your answer
asks-hint = Nothing is kept for them yet. Once you approve, their places are kept for a week, and they pick up their tickets on this page.
asks-approve = Approve
asks-decline = Decline
ask-yours = You asked for a place
ask-hint = The organiser hasn’t answered yet. Come back to this page to see the answer.
ask-back = Take it back

## The waiting list

waits = Waiting list
waits-hint = They move up as soon as places become free, in this order. The place is kept for a day.
waits-remove = Remove
wait-yours = You’re on the waiting list
wait-hint = As soon as a place becomes free, it’s kept for you for a day, and you’re told.
wait-leave = Leave the list

## Open orders

open-orders = Open orders
open-order = Your open order
open-places = Kept for you
open-hint = You can release the places of somebody who doesn’t pay. If their money arrives after all, they get tickets as long as some are left; otherwise it goes back.
open-ordered = Ordered, not paid yet. Kept until <until/>
open-held = Kept while they pay, until <until/>
open-approved = Approved. Kept until <until/>
open-kept = Kept until <until/>
open-take = Get the tickets
open-pay = How to pay
open-release = Release
open-give-up = Give it up

## Your tickets

mine-none = You don’t have any tickets yet. <list>See what’s on</list>
mine-older = Older tickets
mine-welcome = You’re coming.
mine-mailed = The ticket is also on its way to your email address. On this box, you see it only in this browser.
mine-unsent = Save the ticket as a picture now: the box couldn’t send it to your address, and otherwise it’s only in this browser.
mine-number = { $holder } · Ticket <number/>
mine-valid = Valid
mine-used = Used
mine-passed = Passed on
mine-void = No longer valid
mine-cancelled = The event was cancelled. The money goes back to the person who paid it: see <money>your money</money>.
mine-cancelled-send = The event was cancelled. { $name } will send the money back by bank transfer to the person who paid it: see <money>your money</money>.
mine-cancelled-sent = The event was cancelled. { $name } sent the money back by bank transfer to the person who paid it: see <money>your money</money>.
mine-code = The code for the door
mine-code-hint = Show this at the door. It works without a network.
mine-picture = Save as a picture
pass-on = Pass it on to somebody
pass-on-hint = They get a new ticket from the event, and this one stops being valid.
pass-on-to = To whom?
pass-on-sign = Sign and pass on

give-back = I can’t come
give-back-hint = Your ticket stops being valid, and somebody else can have your place.
give-back-sign = Give the ticket back

## The form of an event

form-new = New event
form-edit = Edit your event
form-group = For { $name }: only members of the group see it.
form-title = Name
form-starts = Starts
form-starts-hint = In the time zone of the event.
form-zone = Time zone
form-zone-hint = The times of the event are shown in it to everybody. For example Europe/Zurich.
form-place = Where is it?
form-physical = In one place
form-virtual = Online
form-hybrid = Both
form-venue = Venue
form-venue-hint = For example the name of a hall, or your garden.
form-url = Link to join
form-url-hint = Only people with a ticket see it.
form-picture = Picture
form-picture-hint = It’s shown with the event, in lists, and where people share the link. Wide pictures fit best.
form-picture-choose = Choose a picture
form-picture-camera = Take a photo
form-picture-remove = Remove the picture
form-picture-alt = What the picture shows, for people who can’t see it
form-fold = More
form-more = Description, end, time zone and address
form-description = Description
form-ends = Ends
form-address = Street and number
form-address-for = Only people with a ticket see the address
form-city = Town
form-country = Country
form-tickets = Tickets
form-plain = Tickets are free and there are enough for everybody, unless you change that here.
form-tickets-hint = Write prices like 12.50, or 0 for free tickets. Leave “How many” empty for no limit.
form-price = Price
form-most = Most per order. For free tickets: most per person
form-currency = Currency
form-add-type = Add a type of ticket
form-remove-type = Remove this type
form-guests-for = People with a ticket see who else is coming
form-free = Who gets a free ticket?
form-free-hint = Anybody can make up many names. If places are few, ask for an email address, or decide yourself.
form-free-everybody = Everybody
form-free-mail = People with a link by email, or an invite
form-free-approval = People I approve
form-orders = Unpaid orders per person
form-orders-hint = We keep the places of an unpaid order for up to three days. One order is right for most events; allow more if people order for others.
form-money = Split the income, and limit orders
form-shares = Who gets the money
form-shares-hint = From every ticket. The shares have to add up to 100 %.
form-organiser = organiser
form-share = Percent
form-add-share = Add somebody
form-remove = Remove
form-save = Sign and save
form-share-event = Publish and share

## The door

door = The door
door-lead = Open this page once while you’re online: it saves all tickets on this device, then works without a network. You sign who you let in, and it’s sent once you’re back online.
door-device = This device
door-number = Which door is this?
door-number-hint = If there are several, give each its own number. Then you’ll know where a ticket was used first.
door-scan = Scan with the camera
door-code = Look for a name or the number of a ticket
door-check = Check
door-send = Sign and send
door-reload = Reload the tickets
door-guests = Guests
door-guests-hint = Tap somebody in the list to let them in.
door-lend = Let somebody else check people in
door-lend-hint = They let people in with their own key and can’t do anything else for you. It’s for your events only, and ends the day after this one at the latest, or whenever you take it back.
door-keeper = Who helps at the door?
door-lend-sign = Sign
door-not-yours = Only the organiser of an event and their helpers can open its door.

## The guest list

guests = Guest list
guests-none = Nobody has a ticket yet.
guests-count = { $count ->
    [one] { $count } ticket, { $came } came
   *[other] { $count } tickets, { $came } came
}
guests-name = Name
guests-with = with <holder/>
guests-came = Came
guests-paid = Paid
guests-csv = Download as a table
message = A message to all guests
message-text = Your message
message-hint = Guests with an email address get it by email. Then you can post it in the event’s conversation, which the other guests read.
message-send = Send
no-message = Write a message first.
messages-daily = You have written to these guests three times today: wait until tomorrow.

## Letters. In each of the languages: the box doesn’t know which one a person reads.

letter-tickets = Your tickets
letter-tickets-codes = Your tickets, each with its code for the door attached as a picture:
letter-tickets-more =
    You’ll also find them here: { $mine }
    The event: { $page }
letter-cancelled = Cancelled
letter-cancelled-why = This event was cancelled and your tickets are no longer valid.
letter-cancelled-money = The money goes back to the person who paid it, the way it came: to a card, or to their credit on this box ({ $money }).
letter-cancelled-send = { $name } will send the money back by bank transfer to the person who paid it.
letter-message = A message
letter-message-why = { $name } wrote this to the guests of “{ $title }”: { $page }
letter-offer = A place for you
letter-offer-why = A place at “{ $title }” became free, and is kept for you for a day. Get your ticket here: { $page }
letter-event = The event: { $page }
the-organiser = The organiser

## Scripts: an event

js-signing = Signing…
js-one-only = You can order 1 of these tickets.
js-how-many = Enter how many tickets you want, from 1 to { $most }.
js-looking = Checking…
js-asking = Asking…
js-order-free = { $count ->
    [one] { $count } ticket, free.
   *[other] { $count } tickets, free.
}
js-order = { $count ->
    [one] { $count } ticket for { $amount }.
   *[other] { $count } tickets for { $amount } in all.
}
js-gone = Deleted their record: their share goes to the others
js-somebody = Somebody on this box
js-split = What you pay goes to
js-paying = Signing and paying…
js-no-name = Tell the organiser your name.
js-no-address = Enter the whole address, like ada@example.com.
js-taking = Taking the ticket…
js-bought = It’s yours, signed by the event.
js-show-it = Show it
js-kept = Your places are kept. Send the money by bank transfer within 72 hours, with this reference:
js-kept-then = The tickets are yours once the organiser confirms that the money arrived.
js-how-to-pay = How to pay
js-erase-sure = Erase what you wrote about this event? Its record still says which tickets there were, without your words. A ticket that somebody has keeps the title and the time.
js-cancel-sure = Cancel the event for good? All tickets become void at once. The box refunds credit and card payments; bank transfers have to be sent back by hand.
js-cancel-sure-free = Cancel the event for good? All tickets become void at once.
js-refunds-done = { $count ->
    [one] { $done } of { $count } payment refunded.
   *[other] { $done } of { $count } payments refunded.
}

## Scripts: the form of an event

js-saving = Signing and saving…
js-picture-sending = Sending, { $percent } %
js-picture-ready = Saved with the event once you sign.
js-picture-removed = Removed once you sign.
js-picture-kind = Choose a JPEG, PNG, WebP or GIF.
js-no-title = Give your event a name.
js-no-start = Choose when it starts.
js-in-zone = In the time zone { $zone }. You can choose another below.
js-no-zone = Your browser doesn’t know this time zone. Choose one from the list, such as Europe/Zurich.
js-no-such-time = This time doesn’t exist on that day: the clocks go forward. Choose another.
js-end-early = The end has to be after the start.
js-orders = Enter a number from 1 to 20.
js-type-name = Give this type of ticket a name.
js-type-currency = Enter the currency as three letters, like CHF.
js-type-price = Enter a price like 12.50, or 0 for free tickets.
js-type-most = Enter a number from 1 to 100.
js-type-quantity = Enter how many there are, or leave it empty for no limit.
js-share = Enter a share between 0 and 100.
js-shares-sum = Together, the shares have to add up to 100 %.
js-no-type = Add at least one type of ticket. A free one costs 0.
js-place = Place
js-no-own-share = You sign who gets what, so give yourself a share too, however small.
js-past-sure = This event starts in the past, on { $time }. Is that right?
js-past-yes = Save it anyway
js-past = Choose a date in the future.

## Scripts: the door, and passing a ticket on

js-taken = { $count ->
    [one] { $count } ticket on this device since { $time }
   *[other] { $count } tickets on this device since { $time }
}
js-unsent = { $count } let in, not sent yet
js-other-tab = This door is open in another tab. Go on there, or close that tab.
js-none-taken = No tickets on this device yet.
js-ticket = Ticket
js-ticket-number = Ticket { $number }
js-guest-unsent = let in, not sent yet
js-guest-unsent-void = let in, not sent yet, ticket taken back
js-guest-came = came { $time }
js-guest-came-door = came { $time }, door { $door }
js-guest-came-void = came { $time }, ticket taken back
js-guest-came-door-void = came { $time }, door { $door }, ticket taken back
js-guest-void = ticket taken back
js-guest-expected = expected
js-guest-with = with { $name }
js-guest-unnamed = Guest without a public name
js-refund = Cancel the ticket
js-refund-sure = Cancel this ticket and refund { $amount }? Its place becomes free for others.
js-take-sure = Cancel this ticket? Its place becomes free for others.
js-refunded = Cancelled, signed by you.
js-take-first = Go online once to save the tickets on this device.
js-not-this-event = This isn’t a ticket for this event.
js-unknown = Nobody on the list has this name or number. Ask for the code: it works even without the list.
js-was-passed = This ticket was passed on to somebody else.
js-is-void = This ticket is no longer valid.
js-already = Already let in at { $time }.
js-already-door = Already let in at { $time }, door { $door }.
js-already-here = Already let in at { $time }, at this door.
js-welcome = Welcome.
js-let-in = Let in
js-let-in-sure = Let { $name } in?
js-choose = Several tickets have the number { $number }. Choose one.
js-told = { $result ->
    [already] was here before
    [passed] passed on
    [void] no longer valid
   *[unknown] not known
}
js-told-line = { $name }: { $said }
js-told-line-first = { $name }: { $said }, { $time }
js-told-line-door = { $name }: { $said }, { $time }, door { $door }
js-sent-but = Sent. These tickets weren’t valid:
js-sent = Sent and signed by you.
js-sending = Signing and sending…
js-reloading = Loading…
js-stays-open = This browser keeps the page only while it’s open, so leave it open. Opened on a secure address (https), it’s saved on the device.
js-stays = This page is saved on this device and opens without a network, too.
js-stays-not = This page couldn’t be saved on this device. Leave it open.
js-offline = No network: this door keeps working with the tickets it has.
js-not-here = Nobody with this ID can check people in here. They need an account on this box, with their first key.
js-lent = They can check people in now: signed in on their own device, at the address of this page.
js-take-back = Take it back

## Scripts: the guest list

js-no-message = Write a message first.
js-message-sending = Sending…
js-message-sent = { $count ->
    [0] No guest gave an email address.
    [one] { $count } guest gets your message by email.
   *[other] { $count } guests get your message by email.
}
js-message-say = Post it in the conversation

## Scripts: before somebody deletes their data

js-events = Your events
js-events-why = Only you can close your events, so decide before you go. Afterwards nobody can be let in or refunded.
js-event-untitled = Untitled event
js-event-over = This event has taken place. Mark it as over, or cancel it.
js-event-cancel-refunds = If you cancel it, the box refunds credit and card payments. You have to send bank transfers back yourself.
js-event-paid = { $count ->
    [0] This event is still to come.
    [one] { $count } payment was made for this event.
   *[other] { $count } payments were made for this event.
}
js-event-refunding = { $count ->
    [one] Cancelled. The box is still refunding { $open } of { $count } payment.
   *[other] Cancelled. The box is still refunding { $open } of { $count } payments.
}
js-event-draft = A draft. Nobody else sees it.
js-event-by-hand = { $count ->
    [one] If you haven’t yet, send { $count } bank transfer back yourself.
   *[other] If you haven’t yet, send { $count } bank transfers back yourself.
}
js-event-ended = This event has ended. You can erase what you wrote about it.
js-event-cancel = Cancel it
js-event-complete = Mark as over
js-event-erase = Erase its words

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-event-keeps-which-tickets = the event keeps which tickets it signed, without words of yours: others' places depend on it
says-only-you-can-close = only you can close them. Before you go, cancel the events that are still to come: the box refunds credit and card payments, and you send bank transfers back yourself. Then erase what you wrote about past events. Your copy includes their records. Once you are gone, nobody can be let in, buy a ticket or get a refund
says-which-tickets-event-sold = which tickets an event sold stays in its own record, since their holders depend on it
says-events-stay-on-box = events stay on this box, where you organise them. Before you move, wait until they are over or cancel them: the box refunds credit and card payments, and you send bank transfers back yourself. Your copy includes their records. After you have moved, this box sells no more tickets for them
says-there-no-such-event = There is no such event on this box.
says-only-organiser-event-may = Only the organiser of this event may see that.
says-you-have-no-such = You have no such ticket.
says-box-sells-no-tickets = This box sells no tickets of such an event.
says-only-members-group-make = Only members of a group make events for it.
says-event-stays-with-group = An event stays with the group that it was made for.
says-nobody-asked-for-these = Nobody asked for these places.
says-was-answered-already-or = This was answered already, or taken back.
says-you-have-no-such-places = You have no such places kept for you.
says-these-places-are-given = These places are given up or paid for.
says-seller-events-organiser = The seller is the event's organiser: { $value }.
says-shares-have-changed-since = The shares have changed since you looked: look again and agree to the new version.
says-events-end-has-changed = The event's end has changed since you looked: look again, and agree to it.
says-price-has-changed-since = The price has changed since you looked: look again.
says-organiser-approves-who-gets = The organiser approves who gets these free places, and did not approve { $value } for you: ask for them on the event's page.
says-you-have-open-orders = You have { $value } open orders for this event, and it allows no more: pay for one or give one up.
says-event-was-made-already = This event was made already.
says-event-has-no-record = This event has no record of its own here.
says-event-over-cant-changed = This event is over: it can’t be changed any more.
says-ticket-type-cannot-removed = A ticket type cannot be removed: set its quantity to the number that is sold.
says-ticket-type-has-sold = Ticket type { $value } has { $second } sold or reserved: its quantity can't be lower.
says-event-over-money-its = This event is over and the money of its tickets is paid out: make a new event.
says-tickets-are-sold-their = Tickets are sold, and their money is held for at most 400 days: the event must end at least three days before that. Cancel it, or choose an earlier end.
says-event-on-cancel-or = This event is on: cancel it or complete it first.
says-event-ends-after-begins = An event ends after it begins.
says-fair-must-digest-bodys = fair must be the digest of the body's manifest.
says-must-have-one-item = { $name } must have one item for each ticket type of the body, in the same order.
says-ends-must-bodys-endsat = ends must be the body's endsAt in milliseconds, or a day after startsAt where there is no endsAt.
says-scans-must-not-in = scans must not be in the future: the door's clock is ahead by more than five minutes.
says-must-text-at-most = must be a text of at most { $max } characters
says-must-not-empty = must not be empty
says-must-time-like-2026 = must be a time like 2026-12-31T20:00:00.000Z
says-must-signed-fair-manifest = must be a signed .fair manifest that says who gets what of the tickets
says-organiser-gives-free-places = The organiser gives free places to people with an email address. Come in with a link by email, or use an invite of this box.
says-ticket-another-event = This ticket is of another event.
says-event-over-its-tickets = This event is over: its tickets can’t be passed on any more.
says-ticket-was-used-cannot = This ticket was used: it cannot be passed on any more.
says-you-can-pass-ticket = You can pass a ticket on only to somebody else with a record on this box.
says-ticket-has-been-passed = This ticket has been passed on too often.
says-ticket-cost-what-you = This ticket cost { $value }, and that is what you refund.
says-reason-has-at-most = A reason has at most { $reason-bytes-max } bytes.
says-event-there-are-no = This event is { $value }: there are no tickets at the moment.
says-event-over = This event is over.
says-organiser-event-has-left = The organiser of this event has left this box: no more tickets are sold.
says-event-has-no-such = This event has no such type of tickets.
says-one-order-may-have = One order may have 1 to { $value } of these tickets.
says-one-person-may-have = One person may have { $value } of these free tickets, and you have { $second }.
says-you-asked-for-places = You asked for places already: wait for the organiser's answer, or take it back.
says-you-have-places-kept = You have places kept for you already: pay for them or give them up.
says-these-tickets-are-sold = These tickets are sold out
says-other-people-are-paying = Other people are paying for the last of these tickets right now. Some may come back in a few minutes
says-only-left = Only { $left } left
says-was-done-before = This was done before.
says-payment-has-no-places = This payment has no places kept for it.
says-event-was-cancelled = This event was cancelled.
says-there-no-such-event-here = There is no such event here.
says-only-organiser-event-may-do = Only the organiser of this event may do that.
says-event-ended-more-than = This event ended more than three days ago, and the money of its tickets is paid out. The organiser can still refund single tickets.
says-event-cannot-become = An event that is { $value } cannot become { $second }.
says-events-words-were-erased = This event's words were erased: it cannot be published.
says-only-organiser-event-owner = Only the organiser of an event, and the owner of this box, can cancel it.
says-event-cancelled-already = This event is cancelled already.
says-there-no-such-ticket = There is no such ticket.
says-ticket-void-was-returned = This ticket is void: it was returned.
says-ticket-was-passed-on = This ticket was passed on to somebody else.
says-two-tickets-came-one = Two tickets came to one number: try again.
says-events-words-were-erased-sells = This event’s words were erased: it sells nothing any more.
says-too-many-tickets = That is too many tickets.
says-very-order-was-entered = This very order was entered before. Your tickets are at /events/mine.
says-ask-post-events-api = Ask POST /events/api/events/key for the event's address first: the manifest and your signature name it.
says-only-organiser-decides-owner = Only the organiser decides that. The owner of this box can cancel an event.
says-event = The event: { $error }.
says-was-done-before-your = This was done before. Your holds end automatically after ten minutes.
says-was-approved-before = This was approved before.
says-ticket-no-longer-valid = This ticket is no longer valid.
says-tickets = { $count } tickets
says-issued-tickets = { $count } issued tickets
says-organised-events = { $count } organised events
says-erased-events = { $count } erased events
says-events = { $count } events
says-check-ins = { $count } check-ins
says-ticket-refunds = { $count } ticket refunds
says-event-entries = { $count } event entries
says-ref-must-did-box = ref must be the DID that this box made for the event: ask POST /events/api/events/key for it.
says-must-address-begins-with = must be an address that begins with https://
says-event-no-picture = This event has no picture.
says-media-must-picture = media must name a picture that you uploaded: a JPEG, PNG, WebP or GIF.

## Help texts of the pages: a title, and three sentences

help-list =
    What’s on
    Events by people on this box are listed here.
    Tap one to read more and to get a ticket, or create your own.
    Others don’t see your drafts, and an event for a group is seen by its members only.
help-event =
    An event
    This page says what happens, when and where, and how you get a ticket.
    Choose a ticket, ask for a place if the organiser decides who comes, or join the waiting list if it is full.
    The organiser sees who is coming and can show the names to the other guests, and you can pass your ticket on.
help-edit =
    Making an event
    You describe your event here: what, when, where, and what a ticket costs.
    A name and a time are enough; everything else can follow.
    Nobody else sees it before you publish or share it, and you can change it later.
help-mine =
    Your tickets
    All your tickets are here, each with its code for the door.
    Show the code of a ticket at the entrance, or save it as a picture before.
    The organiser sees whose name is on a ticket, and you can pass it on or, if it was free, return it.
help-door =
    The door
    You let people in here with their tickets.
    Open the page once while you’re online, then scan tickets or tap people in the list.
    You sign who you let in, and without a network it’s sent once you’re back online.
help-invite =
    Inviting somebody to an event
    From here you invite somebody you know to an event.
    Choose the event; you can change the message before you send it.
    They get nothing until you send the message.
help-guests =
    Guest list
    Everybody who has a ticket is in this table.
    Tap a heading to sort it, download it as a file, or write to all guests at once.
    Only you see the table, and a message that you sent can’t be taken back.
