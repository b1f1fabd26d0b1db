# Tips.

service = Tips
summary = A jar for tips, without an account for those who give
home = Your tips

## What operations did, said to the person whose record they are in.

op-put = You made or changed a jar for tips
op-set = You chose who sees a jar
op-attach = You chose the pictures and files of a jar
op-sort = You ordered your jars
op-remove = You removed a jar and erased its words
op-offer = You chose on which terms a jar takes tips
op-tip = You gave a tip
op-promised = A tip was promised
op-paid = The payment of a promised tip came
op-tipped = A tip was given
op-returned = A tip goes back
op-say = You said something with a tip
op-said = Somebody said something with a tip
op-unsay = You took back what you said with a tip
op-show = You chose whether your page shows what somebody said with a tip
op-remind = You asked to be reminded of a jar

## What a delegation allows.

scope-put = Make jars for your tips, and change them
scope-set = Choose who sees your jars, and when
scope-attach = Add pictures and files to your jars
scope-sort = Order your jars
scope-say = Say something with tips that you gave
scope-show = Choose which words your page shows
scope-remind = Have you reminded of jars

## Kinds of notifications.

notice-tip = Somebody gave you a tip
notice-words = Somebody said something with a tip
notice-reminder = A day on which you wanted to give a tip

## On Home

home-tips = { $count ->
    [one] { $who } gave you a tip: { $sum }.
   *[other] You got { $count } tips, { $sum } in all, the last from { $who }.
}
home-words = { $name } said something with a tip:
home-reminder = You wanted to give { $name } { $amount } each month. Nothing is paid unless you do it.
home-show = Show
home-give = Give a tip

## The pages

somebody = Somebody
title = { $name }: tips
change = Change your jars
none = No jar here yet.
no-such-jar = There is no such jar here, or it isn’t shown to you.
no-offer = This jar takes no tips now.
progress = { $got } of { $goal }
no-rail = There is no way to pay for a tip here yet. Its owner has to say where money can be sent.
scripts-off = Your browser makes a key for your tip, and it needs scripts for that. Turn them on for this address, then load the page again.
how-much = How much?
other-amount = Another amount
other-label = Amount in { $currency }
at-least = At least { $amount }.
shown = My name may be shown with it
no-account = You need no account: your browser makes a key for your tip and keeps it, so that you can come back to it.
signed = You sign exactly what the table below says.
give = Give a tip
thanks-title = Thank you!
say-something = Say something with it
say-who-reads = Only the person who gets the tip reads it, until they show it here. You can take it back at any time.
say-name = Your name (optional)
say = Send
remind = Remind me each month
remind-why = Nothing is ever charged: on that day, your Home reminds you.
remind-day = Day of the month
remind-set = Remind me
said = What people said
meetups = Meetups
meetups-none = Invite people to a table: small, free, and only those who come see the address.
meetup-new = Plan a meetup

## Changing jars

lead = Anyone who opens <page>your page</page> can give you a tip. You see what came, and each person's share of it.
no-details = Nobody can send you a transfer yet: <details>say where</details>.
add = Make a jar
templates = Start from an example
template-cafe-name = A café
template-cafe-title = A coffee for the barista
template-cafe-note = If you liked it here, leave a coin. All who work today share what comes.
template-cafe-thanks = Thank you, and see you soon!
template-teacher-name = A teacher
template-teacher-title = Support my lessons
template-teacher-note = The lessons stay free. What you give pays for paper, paint and the room.
template-teacher-thanks = Thank you. The children will see it.
template-band-name = A band
template-band-title = The hat goes round
template-band-note = We play because we like to. What lands in the hat, the band and the sound engineer share.
template-band-thanks = Thank you! See you at the next one.
template-street-name = A street
template-street-title = A bench for our street
template-street-note = We want to buy a bench and put it under the lime tree.
template-street-thanks = Thank you. Come and sit on it.
tips = What came
no-tips = Nothing yet. Show your page to somebody.
more-tips = Show more
csv = Download as a table
field-thanks = What people read once they have given something (optional)
field-currency = Currency
field-price = At least
field-amounts = Amounts to choose from (optional)
amounts-hint = Up to three, with spaces between them: 3 5 10.
field-goal = How much it is to come to (optional)
shares = Who gets what
shares-hint = Shares in percent, 100 together. One of them is yours.
add-share = Add somebody

## Scripts

js-a-jar = Jar
js-slug-taken = Another jar of yours has this address.
js-nothing = No jar yet. Make one, or start from an example.
js-no-currency = Write the currency’s code: CHF, EUR, CAD.
js-no-amount = Write an amount: 5 or 5.50.
js-too-small = A tip here is at least { $amount }.
js-amounts = Write up to three amounts, each at least what a tip is at least.
js-share = Write a share in percent, more than 0.
js-shares-sum = The shares must come to 100 percent.
js-no-own-share = One of the shares has to be yours, since you sign for all of them.
js-share-who = Whose share?
js-share-percent = Percent
js-share-remove = Leave out
js-split = Who gets what of { $amount }
js-giving = Giving…
js-given = Your tip has arrived: { $amount }.
js-promised = Your tip is noted. It counts as soon as your transfer arrives.
js-how-to-pay = How to pay
js-came = Your payment has arrived: { $amount }.
js-say-empty = Write a few words, or leave it.
js-say-later = Kept in this browser for 7 days. It is sent once your payment has arrived and you open this page again.
js-said = Sent.
js-reminded = Noted: the { $day }. of each month.
js-signing = Signing…
js-show = Show on my page
js-tip = { $amount } from { $name }
js-tip-back = { $amount } from { $name }, { $back } of which goes back
js-gone = Deleted their record: their share goes to the others
js-somebody = somebody
js-words = Words with tips
js-words-why = These words are in the record of the people who got your tips. Take them back, and they are erased there, too.
js-words-take = Take back

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-words-with-tips = words with tips
says-they-are-in-record = they are in the record of the person who got the tip, too. Take them back first: then they are erased there as well
says-words-others = words of others
says-title-must-not-empty = title must not be empty.
says-jar-in-nothing-else = A jar is in nothing else: leave in out.
says-goal-must-more-than = goal must be more than 0.
says-you-have-no-jar = You have no jar with this id: make it first.
says-there-no-such-jar = There is no such jar, or it takes no tips now.
says-your-own-jar-somebody = This is your own jar: somebody else has to tip you.
says-shares-have-changed-since = The shares have changed since you looked: look again and agree to the new ones.
says-jar-takes-tips-in = This jar takes tips in { $value }.
says-tip-for-jar-at = A tip for this jar is at least { $value }.
says-amount-must-more-than = amount must be more than 0.
says-you-gave-no-such = You gave no such tip, or its payment has not arrived yet.
says-you-said-something-with = You said something with this tip already. Take it back first.
says-their-record-isnt-kept = Their record isn’t kept on this box any more.
says-text-must-not-empty = text must not be empty.
says-you-said-nothing-with = You said nothing with this tip that could be taken back.
says-no-such-tip-you = No such tip to you came with words.
says-amount-must-number-cents = amount must be a number of cents, more than 0.
says-jars = { $count } jars
says-tips = { $count } tips
says-words-with-tips-2 = { $count } words with tips
says-words-others-2 = { $count } words of others

## Help texts of the pages: a title, and three sentences

help-edit =
    Your tips
    With a jar, people give you tips without an account.
    Make a jar or start from an example, say who gets what, and share your page.
    You choose who sees a jar, and you can switch it off at any time.
help-jar =
    A jar for tips
    You can give somebody a tip here.
    Choose an amount and how you pay, and sign.
    Your name is shown with it only if you allow that, and you can take back what you say with it.
