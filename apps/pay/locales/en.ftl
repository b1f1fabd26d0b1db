# Payments, credit and payouts.

service = Money

## What operations did, said to the person whose record they are in.

op-fair-publish = You said who gets a share of a work of yours
op-settle = You paid
op-checkout = You placed an order, to be paid from outside
op-topup = You asked for credit, to be paid from outside
op-callback = You chose where to be told about payments
op-details = You changed your payment details
op-called = A seller was told about a payment, or couldn’t be
op-opened = A payment page was opened
op-paid = A payment arrived
op-failed = A payment won’t come
op-fulfilled = What was paid for was delivered, or couldn’t be
op-return = The box gives a payment back
op-returned = Money was refunded, or couldn’t be
op-disputed = A bank asked for money back
op-stray = A payment arrived that this record doesn’t know
op-stray-return = You gave back a payment that came twice
op-stray-due = A payment that came twice is to be given back
op-stray-returned = A payment that came twice was refunded, or couldn’t be
op-transfer = Your part of a sale is on its way to your account
op-transferred = Your part of a sale went to your account, or couldn’t
op-account = Your account for payouts changed
op-pending = A payment of yours is open
op-expected = A payment to you is open
op-emt-confirm = You confirmed that a payment arrived
op-receipt = A payment was made, with its receipt
op-credit = Your credit on a box changed
op-refund = You gave a payment back
op-refund-sent = You said that you sent a refund
op-refunded = A payment goes back to you
op-fees-change = You changed the fees of the box
op-fees-changed = The fees of the box changed
op-held = The box is waiting for a payment
op-posted = The box entered a payment in its books
op-debt-pay = You paid what you owed
op-debt-forgive = You said that a debt to you is settled
op-debt-decline = You declined what somebody says they owe you, or showed it again
op-owed = What is owed for an e‑transfer changed
op-payout-ask = You asked for a payout
op-payout-close = You paid or refused a payout
op-paid-out = A payout of yours was paid or refused
op-limit = You let an account spend more than it has
op-limited = How much an account may overspend changed
op-cards = You chose how this box takes cards
op-topup-reversed = You said that a bank took a top-up back
op-freed = The money of a payment is free
op-later = What was sold ends later

## Kinds of notifications.

notice-transfer = A transfer to send or to confirm
notice-stray = A payment that came twice
notice-payout = Somebody wants to be paid out

## On several pages

money = Your money
money-back = Back to your money
you = you
the-box = the box ({ $site })
how-to-pay = How to pay
arrived = It has arrived
for-payment = For this payment
how-much = How much?
currency = Currency
sign-it = Sign it
asked-on = Asked for on <day/>
scripts-off = Your browser signs what you do here, and it needs scripts for that. Turn them on for this address, then load the page again.
not-open = You have no open payment here. It may have been paid or have ended.
no-receipt = You have no receipt with this ID. Only the people who paid, or were paid, have one.
receipt-erased = This receipt was erased from your record.

## Home

home-send = Send <sum/> to <name/> by transfer, with the reference <memo/>.
home-arrived = Has <sum/> from <name/> arrived? The reference is <memo/>.
home-arrived-yes = Yes, it has arrived
stray-twice = <name/> paid <sum/> by card for an order that is paid already, or no longer open. Nothing was sold for it.
stray-unknown = Somebody paid <sum/> by card for something that this box’s record doesn’t know. Their ticket may be valid all the same, if an older copy of the record was put back.
stray-return = Refund it
stray-on-its-way = It’s on its way back to the card. The bank takes a few days.
stray-failed = The payment provider didn’t refund it. Try again, or do it on the provider’s pages.
home-send-back = Send <sum/> back to <name/> by bank transfer. The reference of their payment is <memo/>.
home-payout = <name/> would like <sum/> paid out.
home-payout-own = You asked for <sum/> to be paid out.
home-payout-do = Pay or refuse it
told-credit = { $who } changed your credit
told-got = You got { $sum } from { $who }
told-got-back = You got { $sum } back from { $who }
told-got-back-left = { $who } gave you { $sum } back: you had paid it to somebody who has left
told-buyer-credit = You got { $sum } of credit for your payment to { $who }
told-parts-back = { $sum } of what { $who } paid came back to you
told-kept = { $sum } from { $who } couldn’t go back to your card: it is your credit now
told-debt-paid = { $who } paid you { $sum } that they owed you
told-not-sent = { $who } put { $sum } that was meant for your account back into your credit
told-added = { $who } added { $sum } to your credit
told-refund = { $who } is refunding you a payment
told-refund-sum = { $who } is refunding you { $sum }
told-refund-sum-left = { $who } is refunding you { $sum }: you had paid it to somebody who has left
told-owed = You owe others a part of what { $who } paid
told-owed-sum = You owe others { $sum } of what { $who } paid
told-payout = { $who } answered your request for a payout
told-paid-out = { $who } paid { $sum } out to you
told-payout-refused = { $who } refused to pay { $sum } out to you: it is your credit again

## Your money: what you have

credit-why = Credit is what { $site } owes you. It’s in your record, and you keep the proof.
credit-none = You have no credit to spend on this box. What you earn or put in shows up here.
credit-owe = You owe this to { $site }. You can spend again once it’s paid, and what you earn next pays it off first.
credit-yours = Yours to spend here, or to be paid out.
credit-limit = The owner of this box lets you spend up to <sum/> more than you have, until <day/>.
coming = Coming
coming-on = <sum/>, yours on <day/>
coming-later = <sum/>, yours once it’s delivered and no bank disputes it
coming-why = It’s paid, and held until what was sold is delivered. Refunds are taken from it.
debts = Owed
debt-mine = <sum/> you owe <name/>
debt-theirs = <sum/> owed to you by <name/>
debt-pay = Pay it from your credit
debt-settled = It is settled
debts-unknown = { $count ->
    [one] { $count } note by somebody you’re not connected with, saying they owe you
   *[other] { $count } notes by people you’re not connected with, saying they owe you
}
debts-unknown-why = Anybody who sells something can name you in it. You signed nothing for these.
debts-decline = Decline them for good
debts-declined = { $count ->
    [one] You declined what { $count } person says they owe you
   *[other] You declined what { $count } people say they owe you
}
debts-show = Show it again
debts-why = The money for these payments went from bank to bank, so this box can’t move it. It isn’t credit.
going-back = On its way back to the buyers
going-back-why = When a payment was made by card, the bank takes a few days.
elsewhere = Owed to you elsewhere
elsewhere-one = <sum/> by the box <box/>. You can spend it there, but not here.

## Your money: open payments and history

open = Open payments
open-to = <sum/> to <name/>
open-from = <sum/> from <name/>
open-reference = Reference <memo/>. <how>How to pay</how>
open-transfer = By transfer, with the reference <memo/>. <see>What they see</see>
open-card = By card.
open-ends = Ends <time/>
open-go-on = Continue to payment
history = History
history-none = Nothing yet.
history-you-paid = You paid <name/>
history-paid-you = <name/> paid you
history-back = Refunded
history-back-soon = On its way back
history-taken = Taken from your credit
history-came = Added to your credit
history-credit = your credit changed by { $sum }
history-refunded = { $sum } refunded
history-going-back = { $sum } on the way back
history-receipt = Receipt
history-free = Free
history-parts = Pages of the history
newer = Newer
older = Older

## Your money: putting in and getting paid

put-in = Put money in
put-in-hint = For example 20 or 12.50.
by-card = By card
by-transfer = By e‑transfer
put-in-why = You sign what you ask for. It’s yours once the money arrives.
get-paid = Get paid
get-paid-why = When you sell something, buyers see where to send the money.
get-paid-details = Your payment details
payout = Get paid out
payout-one = <sum/>, { $status ->
    [asked] set aside until the owner of this box sends it
    [paid] paid out
   *[refused] refused by the owner of this box: it’s your credit again
}
payout-have = You have { $sums }.
payout-to = Where to?
payout-to-hint = For the owner of this box: an account number, or an email address for an e‑transfer.
payout-ask = Ask for it
payout-why = The owner of this box sends it or refuses. Until then it’s set aside, and you can’t spend it.
pass = Pass on what you earn
pass-none = Everything you earn is yours. You can pass part of it on to somebody, automatically and at once.
pass-caption = Of everything you earn, signed by you
pass-change = Change it
pass-who = To whom?
pass-share = What share, in %?
pass-share-hint = 0 ends it.
provider = Your account at the payment provider
provider-ready = What you sell by card is sent there once it’s yours. <tag>ready</tag>
provider-ready-why = Everything else you put in or earn stays credit. If you refund something after it was sent, the refund comes from your credit here, so put in as much first.
provider-begun = Your account at the payment provider isn’t complete yet. Until it is, what you sell by card becomes credit on this box.
provider-none = What you sell by card becomes credit on this box once it’s yours. Ask its owner for a payout, or open an account: from then on, what becomes yours is sent there.
provider-go-on = Continue with your account
provider-open = Open an account
transfer-sent = <sum/> was sent on <day/>.
transfer-due = <sum/> is being sent.
transfer-refused = <sum/> couldn’t be sent. The payment provider says <code/>. It’s your credit again.
transfer-again = We’ll try again on <day/>.
transfer-not-again = Ask the owner of this box for a payout.
transfer-back = The owner of this box took { $sum } of it back, and it’s your credit again.

## Your money: for the owner of the box

owner = As the owner of this box
asked = Payouts that people asked for
asked-none = None.
asked-sent = I have sent it
asked-refuse = Refuse
refused = What the payment provider won’t send
refused-why = It’s credit again. <code>balance_insufficient</code> means that your balance there is too low: have less of it paid out to your bank automatically.
refused-again = We’ll try again on <day/>
refused-not-again = We won’t try again
late = Top-ups that didn’t arrive in time
late-one = Reference <memo/>, expired <time/>
late-yes = It has arrived after all
risk = Spending at your risk
risk-one = <name/>: up to <sum/> more than they have, until <day/>
risk-end = End it
risk-let = Let somebody spend more than they have
risk-who = Who?
risk-until = Until
risk-why = If they never pay, it’s your loss. Ending it stops new spending; they still owe what they spent.
back = A top-up that your bank took back
back-why = Say so here. It’s taken from their credit, which may fall below zero: then they can’t spend anything until it’s paid.
back-do = My bank took it back

## Making a payment

pay-title = Pay { $sum }
pay-from = { $sum } from <name/>
pay-done = This payment has arrived. <receipt>Show the receipt</receipt>
pay-late = The time to pay has run out, and the order is no longer open. Don’t send any money: order again instead.
pay-lead = Send <sum/> to <name/> by <time/>. Your order is complete once they confirm that it arrived.
pay-lead-payee = This is what <name/> sees. Confirm the payment once the money is in your account.
pay-change-details = Change payment details
pay-no-details = <name/> hasn’t said where to send the money yet. Ask them, and use the reference <memo/>.
pay-scan = Scan with your banking app
pay-scan-why = The code holds the amount and the reference.
pay-code-swiss = Swiss QR code of this payment
pay-code-sepa = SEPA QR code of this payment
pay-type = Or type it in
pay-where = Where to send it
fact-amount = Amount
fact-reference = Reference
fact-qr-reference = Payment reference in the QR code
fact-by = Pay by
fact-holder = Account holder
fact-email = E‑transfer to
fact-phone = Twint to
copy-reference = the reference
copy-iban = the IBAN
copy-email = the email address
copy-phone = the Twint number
pay-reference-why = Put the reference in your payment, so they can tell it’s yours.

## Payment details

details = Payment details
details-lead = Tell buyers where to send your money. Only people with an unpaid order of yours see this.
details-account = Bank account
details-iban = IBAN
details-iban-hint = For example CH93 0076 2011 6238 5295 7.
details-holder-hint = The name your bank has for you.
details-swiss = Address, for a Swiss QR code
details-swiss-why = With a Swiss or Liechtenstein IBAN, buyers can scan a QR code. It needs your postal code, town and country.
details-street = Street
details-building = House number
details-postcode = Postal code
details-town = Town
details-country = Country
details-country-hint = Two letters, for example CH.
details-other = Other ways
details-email = Email for e‑transfers
details-phone = Twint number
details-phone-hint = The mobile number that receives your Twint payments.
details-note = Anything else buyers should know
details-save = Sign and save
details-remove = Remove these details

## Cards

cards = Payments by card
cards-lead = Payments by card go to your account at Stripe, which takes its fee. What others get of them is credit here.
cards-none = This box takes no cards.
cards-fixed = The settings file of this box names its account at Stripe. To choose one here, remove it there.
cards-now = Payments by card go to <name/> at Stripe.
cards-trial = It’s a test account: no real money moves.
cards-details = Details
cards-account = Your account at Stripe
cards-account-why = Open one at stripe.com if you have none. Stripe asks who you are and where your bank account is.
cards-key = Secret key
cards-key-hint = At Stripe: Developers, API keys. It starts with sk_. The box keeps it encrypted and never shows it again.
cards-keep = Leave it empty to keep the current one.
cards-tell = What Stripe tells your box
cards-no-https = Your box has no https address on the internet yet. Stripe can reach it only there.
cards-tell-why = At Stripe, open Developers, Webhooks, and add an endpoint with this address:
cards-events = The { $count } events to choose there
cards-secret = Signing secret
cards-secret-hint = Stripe shows it once the endpoint is there. It starts with whsec_.
cards-save-hint = The box asks Stripe whether it knows the key before it saves anything.
cards-inherited = This box still takes card payments through the account of { $name }, as it was set up before. Keep that, or forget it?
cards-forget = Forget it
cards-end = Stop taking cards
cards-end-why = The box forgets both secrets. Refunds by card wait until there is a key again.
cards-end-sign = Sign: take no cards
cards-owner = Only the owner of this box chooses how it takes cards.
cards-wrong-key = The secret key starts with sk_ or rk_. Copy it from Stripe: Developers, API keys.
cards-wrong-secret = The signing secret starts with whsec_. Copy it from your endpoint at Stripe.
cards-unknown-key = Stripe doesn’t take this key. It says: { $why }

## A receipt

receipt = Receipt
receipt-lead = { $you ->
    [payer] <sum/> from you to <seller/>, { $rail }, <time/>.
    [seller] <sum/> from <payer/> to you, { $rail }, <time/>.
   *[other] <sum/> from <payer/> to <seller/>, { $rail }, <time/>.
}
rail-credit = from credit
rail-free = free
rail-transfer = by e‑transfer
rail-card = by card
receipt-yours-on = Your part, <sum/>, is yours on <day/>.
receipt-yours-later = Your part, <sum/>, is yours once it’s delivered and no bank disputes it.
receipt-back = { $you ->
    [payer] <sum/> of it was refunded to you.
   *[other] <sum/> of it was refunded to <payer/>.
}
receipt-back-send = { $you ->
    [payer] <seller/> will send <sum/> of it back to you by bank transfer.
    [seller] Send <sum/> of it back to <payer/> by bank transfer.
   *[other] <seller/> will send <sum/> of it back to <payer/> by bank transfer.
}
receipt-back-card = { $you ->
    [payer] <sum/> of it is on its way back to your card. The bank takes a few days.
   *[other] <sum/> of it is on its way back to the card of <payer/>. The bank takes a few days.
}
receipt-back-kept = { $you ->
    [payer] The card’s bank didn’t take <sum/> of it back: it’s your credit on this box.
   *[other] The card’s bank didn’t take <sum/> of it back: it’s credit of <payer/> on this box.
}
back-sent = I have sent it back
receipt-split = Who got what
receipt-split-why = The shares come from the manifests that the sellers signed. Below each person is what they pass on. Together, it’s what was paid, to the last cent.
receipt-gone = { $count ->
    [one] { $count } person with a share had deleted their record: their share went to the others.
   *[other] { $count } people with a share had deleted their records: their shares went to the others.
}
receipt-gone-since = { $count ->
    [one] { $count } person left after the order, before the money came.
   *[other] { $count } people left after the order, before the money came.
}
receipt-every-split = Every split
receipt-caption = Every split, in the order of the manifests
receipt-shared = { $people ->
    [one] { $sum }, all for one person
   *[other] { $sum } shared by { $people } people
}
receipt-who = Who
receipt-as = As
receipt-share = Share
receipt-amount = Amount
fee-network = fee of the network
fee-box = fee of the box
fee-buyer = returned to the payer
receipt-work = the work <id/>
receipt-passes = passes on:
receipt-what = What
kind-answer = answer
kind-ticket = ticket
kind-tip = tip
kind-course = course
kind-listing = goods
kind-work = work
role-artist = artist
role-author = author
role-band = band
role-drums = drums
role-music = music
role-organiser = organiser
role-performer = performer
role-photos = photos
role-producer = producer
role-venue = venue
role-words = words
receipt-payment = Payment
receipt-save = Save the signed receipt
receipt-how = How do I know this is right?
receipt-how-why = The saved receipt holds the manifests with their signatures, and the box signed it. Anybody can check it and redo the sums, without this box and years from now.

## Scripts

js-signing = Signing…
js-opening = Opening…
js-sure = Are you sure? “{ $what }”
js-amount = Write an amount above zero, for example 20 or 12.50.
js-send = Now send the e‑transfer to the owner of this box, and write { $memo } into it.
js-send-then = It’s yours once they’ve confirmed that it arrived. Send it within 72 hours.
js-share = Write a share between 0 and 100.
js-payout-to = Write where the owner of this box should send it.
js-day = Choose a day in the future.
js-saved = Saved. Buyers with an unpaid order see these details.
js-remove-sure = Remove your payment details? Then buyers can’t pay you by transfer any more.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-rail-must-ledger-emt = rail must be ledger, emt or stripe.
says-very-order-was-entered = This very order was entered before.
says-box-moves-no-money = This box moves no money: it runs without the service pay.
says-was-done-before = This was done before.
says-nothing-was-promised-for = Nothing was promised for this payment.
says-known-already = This is known already.
says-answered = it answered { $status }
says-box-was-restored-from = This box was restored from a backup and asks its payment provider what was sold since. Nothing is sold until then, so that nothing is sold twice: try again in a moment.
says-box-takes-no-cards = This box takes no cards: its owner has set up none. Pay another way.
says-box-has-just-started = This box has just started and asks its payment provider what was sold meanwhile. No cards are taken until then: try again in a moment, or pay another way.
says-no-such-payment-expected = No such payment is expected.
says-payment-paid-already-or = This payment is paid already, or will not come.
says-payments-page-closed-already = This payment's page is closed already.
says-amounts-without-words-stay = amounts without words stay in your signed record and in the books of the box, because other people's amounts depend on them
says-other-peoples-receipts = other people's receipts
says-people-who-paid-you = the people who paid you, or whom you paid, keep their own copies as proof
says-kept-manifest-copies = kept manifest copies
says-what-was-paid-by = what was paid by a manifest of yours is proved by the copy in the receipts of payers and sellers
says-once-you-are-gone = once you are gone, nobody can pay you or confirm that a payment arrived. Finish them first, or wait until they end
says-close-with-provider-yourself = close it with the provider yourself. Your signed record keeps the account's number
says-you-lose-when-you = you lose it when you go. Spend it first, or ask the owner of the box to pay it out
says-credit-can-only-spent = credit can only be spent on the box that owes it. Your new box shows who owes it to you
says-they-are-between-you = they are between you and this box. Finish them before you move, or wait until they end
says-box-opened-open-another = this box opened it. Open another one where you move to
says-payment-detail-entries = payment detail entries
says-account-with-payment-provider = account with the payment provider
says-owes-you = { $amount } that { $other } owes you
says-once-you-are-gone-nobody = once you are gone, nobody can pay it to you on this box. Settle it with them first
says-you-owe = { $amount } that you owe { $other }
says-you-still-owe-after = you still owe it after you leave, and can no longer pay it on this box. Pay it first
says-that-you-owe-box = { $amount } that you owe to this box
says-that-you-owe-another = { $amount } that you owe to another box
says-credit-box-owes-you = { $amount } of credit that this box owes you
says-credit-another-box-owes = { $amount } of credit that another box owes you
says-iban-starts-with-two = An IBAN starts with two letters and two digits, for example CH93 0076 2011 6238 5295 7. This isn't one.
says-iban-from-has-characters = An IBAN from { $country } has { $length } characters, and this one has { $iban }. Check it against your bank's.
says-no-iban-has-characters = No IBAN has { $iban } characters. Check it against your bank's.
says-theres-typo-in-iban = There's a typo in this IBAN: its check digits don't match. Copy it again from your bank.
says-must-iban = must be an IBAN: { $wrong }
says-manifest = The manifest { $digest }: { $why }
says-manifests-name-more-than = The manifests name more than { $lines-max } shares in all
says-no-card-pays-in = No card pays in { $currency }. Pay another way.
says-no-card-can-pay = No card can pay { $amount }: choose a multiple of { $step }.
says-no-card-can-pay-another = No card can pay { $amount }: choose a multiple of { $step }, or pay another way.
says-no-card-can-pay-least = No card can pay { $amount }, because the least is { $least }. Pay another way.
says-no-card-can-pay-most = No card can pay { $amount }, because the most is { $most }. Pay another way.
says-no-card-can-pay-more = No card can pay { $amount }: choose { $least } or more.
says-no-card-can-pay-less = No card can pay { $amount }: choose { $most } or less.
says-no-card-can-get = No card can get back { $amount }: choose a multiple of { $step }.
says-no-payment-waits-for = no payment waits for a decision
says-payments-came-that-no = { $count } payments came that no order awaited, more than a day ago
says-refund-them-on-the = refund them on the first page, or on the pages of the payment provider
says-no-refund-waits-for = no refund waits for the payment provider
says-refunds-have-waited-for = { $count } refunds have waited for the payment provider for more than a day
says-choose-the-account-again = choose the account again through which they were paid, if the box uses another one now or none, and keep it until they are made
says-there-is-no-payment-to = There is no payment to give back under this id.
says-this-is-not-the-amount = This is not the amount that was paid.
says-this-payment-is-on = This payment is on its way back already.
says-no-e-transfer-you-sent = No e-transfer to you is to be sent back under this id.
says-still-to-be-sent = { $amount } of this is still to be sent back.
says-no-e-transfer-you = No e-transfer to you is expected under this id.
says-e-transfer-for-confirm = This e-transfer is for { $value }: confirm exactly that.
says-e-transfer-confirmed-already = This e-transfer is confirmed already.
says-e-transfer-did-not = This e-transfer did not arrive within 72 hours and was cancelled. If the money came after all, send it back, or let them begin again.
says-paid-already = This is paid already.
says-not-amount-was-due = This is not the amount that was due.
says-sellers-record-no-longer = The seller's record no longer has what was sold: refund the money.
says-payment-from-outside-must = A payment from outside must be more than 0.
says-two-payments-got-same = Two payments got the same memo: try again.
says-box-has-no-record = This box has no record of its own yet to keep its books in.
says-only-owner-box-can = Only the owner of this box can have it call its own machine.
says-seller-has-no-record = The seller has no record on this box, so it cannot be paid to them here.
says-what-you-can-spend = What you can spend on this box is { $balance }, and this takes { $needed }. Top it up, or pay another way.
says-there-no-such-debt = There is no such debt.
says-debt-in = This is a debt in { $value }.
says-still-owed = { $value } of this is still owed.
says-name-somebody-else = Name somebody else.
says-say-whose-account-banks = Say whose account this is. Banks ask for the account holder's name.
says-must-one-line-at = must be one line of at most { $max } characters, without spaces around it
says-must-countrys-two-letters = must be a country's two letters, for example CH
says-must-e-mail-address = must be an email address, for example ada@example.com
says-must-telephone-number-for = must be a telephone number, for example +41 79 123 45 67
says-was-paid-in-another = This was paid in another currency.
says-there-no-such-top = There is no such top-up.
says-was-paid-in = This was paid in { $value }.
says-top-up-are-left = { $value } of this top-up are left.
says-seller-one-signed-manifest = The seller is the one that signed the manifest: { $value }.
says-you-cannot-pay-yourself = You cannot pay yourself.
says-cannot-paid = This cannot be paid: { $value }.
says-work-sold-once-everybody = A work is sold once everybody who made it has signed, and { $value } has not: ask them to agree to the manifest.
says-agreed = agreed: { $value }.
says-manifest-work-sold-names = The manifest of a work that is sold names its file: it must have work, with the file's cid and bytes.
says-you-looked-at-more = You looked at this more than an hour ago: look again and agree to the new version.
says-shares-have-changed-since = The shares have changed since you looked: look again and agree to the new version.
says-only-owner-box-chooses = Only the owner of this box chooses its fees.
says-must-text-at-most = must be a text of at most { $bytes-max } bytes
says-wrong = is wrong: { $error }
says-nothing-was-paid-so = Nothing was paid, so nothing can be refunded.
says-payment-can-still-refunded = { $value } of this payment can still be refunded.
says-you-can-publish-what = You can publish what you signed yourself, and pass on what you earn yourself.
says-payout-must-more-than = A payout must be more than 0.
says-there-no-such-payout = There is no such payout.
says-payout = This payout is of { $value }.
says-payout-paid-or-refused = This payout is paid or refused already.
says-you-sold-nothing-under = You sold nothing under this id.
says-refund-must-more-than = A refund must be more than 0.
says-only-service-sells-can = Only the service that sells can say when its parts are free: leave free_at and about out.
says-fair-digest-another-manifest = fair is the digest of another manifest than the body's.
says-amount-has-changed-since = The amount has changed since.
says-only-owner-box-can-do = Only the owner of this box can do that.
says-node-does-not-know = This node does not know such a payment.
says-payment-provider-did-not = the payment provider did not answer: { $value }
says-payment-providers-answer-leaves = the payment provider's answer leaves this open: { $value }
says-payment-provider-refused = the payment provider refused: { $message }
says-payment-provider-refused-2 = The payment provider refused: { $message }
says-payment-provider-does-not = The payment provider does not answer at the moment. Nothing was paid; try again in a moment.
says-signatures-header-missing-or = the signature's header is missing or malformed
says-none-signatures-over-body = none of the signatures is over this body with our secret
says-was-signed-more-than = it was signed more than five minutes from now
says-no-event = it is no event
says-you-can-see-your = You can see your own money, and nobody else's.
says-url = url { $wrong }.
says-nothing-paid-without-fair = Nothing is paid without a .fair manifest that says who gets what.
says-credit-on = Credit on { $name }
says-you-have-no-open = You have no open payment with this id, neither to make nor to receive.
says-you-have-no-open-card = You have no open card payment with this id.
says-1-items-are-bought = 1 to { $items-max } items are bought.
says-item-has-name-at = An item has a name, of at most { $name-chars-max } characters.
says-item-costs-minor-units = An item costs { $start } to { $end } minor units (cents), and is bought { $start-2 } to { $end-2 } times.
says-must-address-https = This must be an address: https://…
says-owner-box-has-set = The owner of this box has set up no payment provider.
says-salt = salt: { $error }.
says-nothing-here-has-salt = Nothing here has a salt.
says-money-moves-only-with = Money moves only with your signature: sign what "sign" says and send it with an MJN-Proof.
says-amount = amount { $bounds }.
says-profile-must-one-none = profile must be one of none, mjn.
says-nobody-here-goes-by = Nobody here goes by this name.
says-no-manifest-with-digest = No manifest with this digest is published here.
says-box-was-restored-from-backup = This box was restored from a backup and asks its payment provider what was sold since; try again in a moment.
says-credit-on-box = Credit on this box.
says-what-costs-nothing = What costs nothing.
says-e-transfer-from-bank = An e-transfer from bank to bank, confirmed by its recipient within 72 hours.
says-card-on-page-stripes = A card, on a page of Stripe's.
says-box-has-just-started-asks = This box has just started and asks what was sold by card meanwhile; try again in a moment.
says-owner-box-has-set-up = The owner of this box has set up no cards.
says-you-have-no-receipt = You have no receipt of this id: neither did you pay it, nor were you paid.
says-receipt-was-erased-from = This receipt was erased from your record.
says-only-box-itself-can = Only this box itself can know that a payment is funded elsewhere: leave "funded" out.
says-you-can-pay-with = You can pay with your own money only.
says-box-has-no-payment = This box has no payment provider.
says-does-not-count-as = This does not count as the provider's word: { $error }.
says-credit-movements = { $count } credit movements
says-receipts = { $count } receipts
says-other-peoples-receipts-2 = { $count } other people's receipts
says-published-manifests = { $count } published manifests
says-kept-manifest-copies-2 = { $count } kept manifest copies
says-payments = { $count } payments
says-refunds = { $count } refunds
says-payment-callbacks = { $count } payment callbacks
says-payment-detail-entries-2 = { $count } payment detail entries
says-open-payments = { $count } open payments
says-account-with-payment-provider-2 = { $count } account with the payment provider
says-must-1-yes-or = must be 1 (yes) or 0 (no)
says-limit-must-0-or = limit must be 0 or more minor units (cents).
says-pay-did-not-say = pay did not say which payment it is

## Help texts of the pages: a title, and three sentences

help-money =
    Your money
    This page shows what you have on this box, what is coming and what was paid.
    To put money in, type an amount and sign; to get paid, add your payment details.
    Only you see this page, and every payment has a receipt that you can check.
help-details =
    Payment details
    You say here where buyers send your money.
    Enter your IBAN; for a Swiss QR code, your address as well.
    Only people with an unpaid order of yours see it, and you can remove it at any time.
help-cards =
    Payments by card
    With an account at Stripe, the owner of the box takes payments by card.
    Copy the secret key and the signing secret from Stripe, and save.
    The box keeps both encrypted and never shows them again, and you can stop taking cards at any time.
help-payment =
    How to pay
    This page says how you pay one order by transfer.
    Scan the code with your banking app, or type in what it says, with the reference.
    Your order is complete once the seller confirms the money, and it ends if you don’t pay.
help-receipt =
    A receipt
    A receipt says who paid, who got which share, and what was paid back.
    Look at the shares, or save the signed receipt.
    Only people who paid or were paid see it, and nobody can change it afterwards.
