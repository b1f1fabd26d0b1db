# The market of a box.

service = Market
summary = What neighbours sell, lend and look for
home = Market

## What operations did, said to the person whose record they are in.

op-put = You made or changed a listing
op-set = You chose who sees a listing
op-attach = You chose the pictures and files of a listing
op-sort = You ordered your listings
op-remove = You removed a listing and erased its words
op-follow = You followed a listing
op-unfollow = You stopped following a listing
op-offer = You chose the price of a listing
op-order = You ordered something
op-ordered = Something was ordered and paid
op-promised = Something was ordered, and its payment is on its way
op-paid = The payment of an order arrived
op-lost = The money of an order went back
op-hand = You handed an order over, sent it, or said that you have it
op-handed = An order was handed over or sent
op-cancel = You called an order off
op-cancelled = An order was called off
op-review = You reviewed an order
op-reviewed = An order was reviewed
op-unreview = You took back the words of a review
op-problem = You reported a problem with an order, or said that it is solved
op-problem-said = A problem with an order was reported or solved

## What a delegation allows.

scope-put = Make listings for you, and change them
scope-set = Choose who sees your listings, and when
scope-attach = Add pictures and files to your listings
scope-sort = Order your listings
scope-follow = Follow listings for you
scope-unfollow = Stop following listings for you
scope-hand = Say for you that an order was handed over or sent
scope-problem = Report problems with your orders, and say that they are solved

## Notices

told-order = { $who } has news about an order
told-ordered = { $who } ordered “{ $title }”
told-bought = { $who } got your payment: “{ $title }” is ordered
told-handed = { $who } says that “{ $title }” was handed over
told-sent = { $who } sent “{ $title }”
told-cancelled = { $who } called off the order of “{ $title }”: your money goes back
told-cancelled-free = { $who } called off the order of “{ $title }”
told-reviewed = { $who } reviewed “{ $title }”
told-problem = { $who } reports a problem with “{ $title }”
told-solved = { $who } says that the problem with “{ $title }” is solved

## Categories

category-furniture = Furniture
category-lamps = Lamps
category-decoration = Decoration
category-textiles = Textiles and carpets
category-kitchen = Kitchen and tableware
category-appliances = Household appliances
category-garden = Garden
category-plants = Plants and seeds
category-tools = Tools and machines
category-materials = Building materials
category-bicycles = Bicycles
category-vehicles = Cars and other vehicles
category-parts = Spare parts
category-computers = Computers
category-phones = Phones
category-audio = Audio and television
category-cameras = Cameras
category-consoles = Consoles and video games
category-games = Games and puzzles
category-toys = Toys
category-baby = For babies and children
category-clothes = Clothes
category-shoes = Shoes
category-bags = Bags and suitcases
category-jewellery = Jewellery and watches
category-books = Books and magazines
category-music = Records and CDs
category-films = Films
category-instruments = Musical instruments
category-art = Art
category-crafts = Crafts and handiwork
category-antiques = Antiques
category-collections = Collections
category-sports = Sports
category-camping = Camping and travel
category-pets = For pets
category-food = Food and drink
category-office = Office and school
category-help = Help and services
category-other = Other things

## Near me

near = Near me
near-lead = What your neighbours sell, lend and look for.
near-words = Words in the title
near-all = All categories
near-place = Your place stays in this page. The box never gets it.
near-none = Nothing is here yet. Be the first: a photo, a title and a price are enough, and what you look for counts, too.
near-more = Show more
use-place = Use my place
field-category = Category
choose-category = Choose one

## A listing

title = { $name }: listings
change = Edit your listings
none = No listings here yet. <near>See what else there is</near>
wanted = Wanted
on-request = Price on request
free = Free
price-hour = { $price } an hour
price-day = { $price } a day
price-week = { $price } a week
pieces = { $count } pieces
deposit = Deposit: { $amount }
returns = { $count ->
    [one] It can be given back within { $count } day.
   *[other] It can be given back within { $count } days.
}
seller = From <page>{ $name }</page>
seller-for = From { $group }, by <page>{ $name }</page>
ask-seller = Ask the seller
ask-seeker = Write to them
sign-in = Sign in to reach them
contact = Show the contact
no-such-listing = There is no such listing here, or it isn’t shown to you.
removed = This listing was removed.
not-your-group = Only the owner and the admins of a group speak for it: choose another one, or none.
no-contact = This listing has no contact: write to its seller here.
too-often = You asked for 20 contacts today, and more aren’t possible. Try again tomorrow.
returns-never = Like cash: once it is paid, only the seller can give the money back.

## Buying

buy = Buy
rent = Rent
sign-in-to-buy = Sign in to order it.
sold-out = Sold
no-rail = This box can take no payment for this seller now.
how-many = How many
in-all = In all:
signed = You sign the order with your key. The seller sees your name.
no-offer = There is no such listing here, or it can’t be bought here.
returns-changed = How long it can be given back changed since you looked: look again.
held-rent = Until its time begins you can call it off. The box holds the money until three days after its end.
field-from = From
field-to = Until
taken = Already taken:
wrong-time = from and to belong to what is lent, and to nothing else: give both in milliseconds, to after from.
wrong-quantity = quantity must be a whole number from 1, and so small that its price is an amount.

## Orders

orders = Orders
to-hand = To hand over
to-hand-none = Nothing to hand over now. What people order of you appears here.
bought = What you bought
bought-none = Nothing yet. What you buy in the market appears here.
sold = What you sold
sold-none = Nothing yet. Give a listing a price, and people can order it.
orders-older = Older orders
listing-gone = A listing that is gone
state-promised = Waiting for the payment
state-lapsed = Not paid in time
state-paid = Paid, not handed over
state-sent = Sent
state-handed = Handed over
state-counted = Counts as handed over
state-refunded = Money went back
state-cancelled = Called off
went-back = { $amount } went back
to-buyer = to { $name }
from-seller = from { $name }
somebody = somebody
no-such-order = You have no such order.
promised-buyer = It is reserved for you, and ordered as soon as your payment arrives.
promised-seller = It is reserved until the payment arrives. If it comes by transfer, confirm it once it is in your account.
how-to-pay = How to pay
see-money = Your money
deposit-hint = Give the deposit back once you have everything back:
deposit-gone = The owner has left this box, and the box doesn’t have your deposit: settle it between you.
see-listing = See the listing
write-to-them = Write to them
cancel = Call it off
refund-waits = The money is on its way back.
refund-send = The money isn’t back yet. If it came by transfer, send it back from your bank.
cancel-ask = You can’t call it off any more: ask the seller for your money.
code-title = Your six digits
code-why = Show them to the seller at the door, once you have it. With them the seller can say that you got it.
have = I have it
hand-title = Hand it over
digits = The buyer’s six digits
digits-hint = The buyer’s page of this order shows them. Five wrong entries are possible.
hand = Confirm
send = I sent it
send-hint = Without the digits you only say that it is on its way.

## Reviews and problems

record-sold = { $count } sold
record-stars = { $count ->
    [one] { $average } of 5 stars from { $count } review
   *[other] { $average } of 5 stars from { $count } reviews
}
record-problems = { $count ->
    [one] { $count } open problem
   *[other] { $count } open problems
}
reviews = Reviews
review = Review
stars = { $count ->
    [one] { $count } star
   *[other] { $count } stars
}
paid-price = Bought for { $amount }
text-removed = Text removed
review-title = How was it?
field-stars = Stars
choose-stars = Choose one
field-text = In your words (optional)
review-hint = Everybody who sees the listing reads it, without your name; the seller knows who wrote it. You can take the words back later, not the stars.
publish = Publish the review
unreview = Take the words back
unreview-hint = The words are erased, and the stars stay.
has-problem = Problem
problem = Problem:
problem-missing = It didn’t come, or not all of it
problem-other = It isn’t what the listing says
problem-broken = It is broken
problem-deposit = The deposit didn’t come back
problem-money = The money didn’t come back
problem-seller = Write to the buyer. Only they can say that it is solved.
report-title = Something is wrong
field-about = What is wrong
report-hint = Write to the seller first. Everybody sees how many orders of a seller have a problem, until their buyers say that it is solved.
report = Report the problem
solve = It is solved

## Editing

own = Your listings
lead = What you sell, lend and look for. <page>See your page</page>
add-listing = Sell or lend something
add-wanted = Look for something
field-price = Price (optional)
price-hint = With 0 it is free. Without a price people ask you.
field-rent = Price for
rent-none = One piece (sell)
rent-hour = An hour (lend)
rent-day = A day (lend)
rent-week = A week (lend)
terms = How many, and whether it can be given back; a deposit
field-currency = Currency
field-quantity = How many in all, sold ones included (empty: without a limit)
field-returns = How long it can be given back
returns-hint = The box holds the money for that long, and a day longer. A transfer is in your account at once.
returns-none = Not at all: like cash
returns-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
field-deposit = Deposit (only for something that you lend)
deposit-note = It is paid with the price. You return it once you have everything back.
place = Where it is
place-hint = People find it by distance. Your place is rounded to about a kilometre before it leaves this page.
field-area = Area, not your address (optional)
drop-place = Remove the place
field-for = Who offers or looks for it
for-me = Yourself
contact-own = Contact (optional)
contact-hint = In no list: people of this box ask for it, each for at most 20 contacts a day. Without it they write to you here.
field-phone = Phone
field-whatsapp = WhatsApp
field-email = Email

## Scripts

js-a-listing = Listing
js-a-wish = Something that you look for
js-nothing = Nothing yet. Sell or lend something, or say what you look for: the buttons above.
js-slug-taken = Another listing of yours has this address.
js-no-category = Choose a category.
js-see = See it
js-no-currency = Write the currency’s code: CHF, EUR, CAD.
js-no-amount = Write an amount: 5 or 5.50.
js-quantity = Write a whole number from 1 to 1000000, or nothing.
js-deposit-lent = A deposit is for something that you lend: choose above what the price is for.
js-no-time = Choose from when until when.
js-price-stays = A price can be changed and not taken away. Make a new listing without one, and remove this one.
js-email = Write an email address: name@example.org.
js-wanted = Wanted
js-on-request = Price on request
js-free = Free
js-place = A place is chosen, to about a kilometre.
js-no-place = No place is chosen.
js-asking-place = Asking your browser for your place…
js-place-refused = Your browser didn’t say where you are. Allow it for this address, or write the area.
js-by-distance = Sorted by distance from here.
js-by-time = The newest first.
js-price-hour = { $price } an hour
js-price-day = { $price } a day
js-price-week = { $price } a week
js-at-dot = At this dot. Press it again to see all.
js-dots = Dots around your place, north on top. The outer ring is { $km } km away. The list below has the same.
js-count = { $count ->
    [0] Nothing fits. Try other words or all categories, or say what you look for.
    [one] { $count } listing.
   *[other] { $count } listings.
}
js-close = under 2 km
js-distance = { $km } km
js-asking = Asking…
js-phone = Phone
js-mail = Email
js-whatsapp = WhatsApp
js-signing = Signing…
js-gone = Deleted their record: their share goes to the others
js-somebody = Somebody
js-digits = Write the six digits.
js-send-sure = Say that it is on its way? The buyer can’t call it off after that.
js-have-sure = Say that you have it? You can’t call it off after that.
js-cancel-seller = Call the order off? What was paid goes back to the buyer.
js-cancel-buyer = Call the order off? What you paid comes back to you.
js-stars = Choose from 1 to 5 stars.
js-unreview-sure = Take the words back? The stars stay, and you can’t write others.
js-reviews = Your reviews
js-reviews-why = When you delete your data, their words go from the sellers’ records, too. The stars stay.
js-open-orders = Open orders
js-open-orders-why = These are still to be paid or handed over. Hand them over or call them off first: after the deletion nobody here can.
js-open-orders-first = The order of “{ $title }” is still open: hand it over or call it off first. Nothing was deleted.
js-listing-gone = A listing that is gone

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-title-must-not-empty = title must not be empty.
says-listing-in-nothing-else = A listing is in nothing else: leave in out.
says-lat-lon-go-together = lat and lon go together: give both or neither.
says-rent-for-listings = rent is for listings: leave it out.
says-quantity-must-at-least = quantity must be at least 1, or -1 without a limit.
says-you-have-no-listing = You have no listing with this id: make it first.
says-deposit-for-something = A deposit is for something that you lend: say in the listing what its price is for.
says-there-no-such-listing = There is no such listing here, or it can’t be bought here.
says-your-own-listing = This is your own listing.
says-lent-from-today-on = It is lent from today on, and for at most 366 days ahead.
says-taken-then-choose-another = It is taken then: choose another time.
says-sellers-record-isnt-kept = The seller’s record isn’t kept on this box any more.
says-price-changed-since-you = The price changed since you looked: look again and agree to the new terms.
says-somebody-took-last-one = Somebody took the last one.
says-fewer-left-than-you = Fewer are left than you want: { $value }.
says-you-have-open-orders = You have 10 open orders, and more aren’t possible: wait until one is handed over, or call one off.
says-you-have-no-such = You have no such order.
says-order-isnt-paid-yet = This order isn’t paid yet: wait for its payment.
says-order-was-called-off = This order was called off.
says-was-said-before-look = This was said before: look at the order again.
says-these-arent-digits-order = These aren’t the digits of this order: look at the buyer’s page again.
says-wrong-digits-were-entered = Wrong digits were entered five times, and no more are taken: let the buyer say that they have it.
says-was-handed-over-ask = It was handed over: ask the seller for your money.
says-money-order-went-back = The money of this order went back: nothing is left to do.
says-sellers-record-isnt-kept-2 = The seller’s record isn’t kept on this box any more: ask the owner of this box for your money.
says-money-sellers-by-now = The money is the seller’s by now: ask the seller for it.
says-box-doesnt-find-payment = This box doesn’t find the payment of this order: look again in a moment.
says-their-stars-stay-in = their stars stay in the record of the seller. Their words stay there, too, unless they are taken back first, as the page “Delete my data” does
says-only-buyer-order-can = Only the buyer of this order can do that.
says-isnt-handed-over-yet = It isn’t handed over yet: review it once you have it.
says-was-free-only-what = It was free, and only what was paid for is reviewed.
says-you-speak-group-sells = You speak for the group that sells this: leave reviews to others.
says-you-wrote-no-words = You wrote no words about this order that could be taken back.
says-reviews-of-others = { $count } reviews of others
says-reviews = { $count } reviews
says-orders = { $count } orders
says-listings = { $count } listings

## Help texts of the pages: a title, and three sentences

help-near =
    Near me
    What your neighbours sell, lend and look for is here.
    Type a word or choose a category; with your place, you see what is near you.
    Your place stays in this page, and the box never gets it.
help-person =
    Somebody’s listings
    What one person sells, lends and looks for is listed here.
    Tap a listing to read more.
    You see only listings that are meant for you.
help-listing =
    A listing
    Somebody sells, lends or looks for something here.
    Buy or rent it, write to them or have the contact shown, whichever they offer.
    What you write and order stays between the two of you.
help-edit =
    Your listings
    You offer something here, or say what you look for.
    A photo, a title and a price are enough, and nobody else sees it before you share it.
    You choose who sees it, your place is rounded to about a kilometre, and you can remove it at any time.
help-orders =
    Orders
    This page lists what you bought and what others bought from you.
    Tap an order to see what comes next.
    Only you and the other person see an order.
help-order =
    An order
    This is one sale between two people, from the payment to the handover.
    At the handover the buyer shows six digits, and the seller types them in; or the buyer confirms with “I have it”, and reviews it afterwards.
    As long as you can call it off, the button for that is here; after that, only the seller can give the money back.
