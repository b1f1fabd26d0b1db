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

## What a delegation allows.

scope-put = Make listings for you, and change them
scope-set = Choose who sees your listings, and when
scope-attach = Add pictures and files to your listings
scope-sort = Order your listings
scope-follow = Follow listings for you
scope-unfollow = Stop following listings for you

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
terms = How many, and whether it can be given back
field-currency = Currency
field-quantity = How many (empty: without a limit)
field-returns = How long it can be given back
returns-none = Not at all: like cash
returns-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
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
says-listings = { $count } listings
