# A page of links.

service = Links
summary = A page of your links
home = Your links

## What operations did, said to the person whose record they are in.

op-put = You put a link on your page
op-sort = You ordered your links
op-remove = You removed a link and erased its words
op-counted = The box counted the clicks of a day

## What a delegation allows.

scope-put = Put links on your page, and change them
scope-sort = Order your links

## The pages

somebody = Somebody
title = { $name }: links
change = Edit your links
none = No links here yet.
clicks = { $count ->
    [one] { $count } click until yesterday. We don’t record who clicked.
   *[other] { $count } clicks until yesterday. We don’t record who clicked.
}
scripts-off = Your browser signs what you change here, and it needs scripts for that. Turn them on for this address, then load the page again.
lead = One page for all your links. <page>See it</page>
add = Add a link
field-title = Title
field-url = Link
field-note = A few words (optional)
field-visibility = Who can see it
seen-public = Everybody
seen-connections = Your connections
seen-private = Only you
save = Add link
no-such-link = This link isn’t here. It may have been removed.

## Scripts

js-up = Up
js-down = Down
js-remove = Remove
js-of-link = { $text }: { $title }
js-seen = { $visibility ->
    [public] everybody can see it
    [connections] your connections can see it
   *[private] only you can see it
}
js-clicks = { $count ->
    [one] { $count } click until yesterday
   *[other] { $count } clicks until yesterday
}
js-signing = Signing…
js-saving = Signing and saving…
js-remove-sure = Remove “{ $title }” and erase its words?
js-removed = Removed. The link and its words are gone.
js-whole-link = Write the whole link, starting with https://
js-added = The link is on your page.
