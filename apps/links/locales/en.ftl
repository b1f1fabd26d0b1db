# A page of links.

service = Links
summary = A page of your links
home = Your links

## What operations did, said to the person whose record they are in.

op-put = You put something on your page of links
op-set = You chose who sees something on your page of links
op-attach = You chose the pictures and files of something on your page of links
op-sort = You ordered your links
op-remove = You removed something from your page of links and erased its words
op-follow = You followed somebody’s collection of links
op-unfollow = You stopped following a collection of links
op-counted = The box counted the clicks of a day

## What a delegation allows.

scope-put = Put links on your page, and change them
scope-set = Choose who sees your links, and when
scope-attach = Add pictures and files to your links
scope-sort = Order your links
scope-follow = Follow collections of links for you
scope-unfollow = Stop following collections of links for you

## Kinds of notifications.

notice-new-links = Somebody added links to a collection that you follow

## On Home

home-new = { $count ->
    [one] { $name } added a link to { $collection }
   *[other] { $name } added { $count } links to { $collection }
}

## The pages

title = { $name }: links
change = Edit your links
none = No links here yet.
clicks = { $count ->
    [one] { $count } click until yesterday
   *[other] { $count } clicks until yesterday
}
collection-of = A collection of <page>{ $name }</page>
followers = { $count ->
    [0] Nobody on this box follows this collection yet.
    [one] One person on this box follows this collection.
   *[other] { $count } people on this box follow this collection.
}
copy = Copy to my page
sign-in = <in>Sign in</in> to follow this collection, or to copy it to your page.
no-such-link = This link isn’t here. It may have been removed.

## Editing

lead = One page for all your links. <page>See it</page>
add-link = Add a link
add-collection = Add a collection
edit-page = Title, words and colour
share = Share
field-url = Link
field-in = Where it is
in-page = On the page itself
field-counts = Count clicks: how many a day, and never who
bookmarks = Import and export
bookmarks-why = Every browser can export its bookmarks as a file. Choose that file: you see what is in it before anything is on your page.
bookmarks-file = A file of bookmarks
bookmarks-export = Export your links as bookmarks

## Scripts

js-a-link = Link
js-a-collection = Collection
js-the-page = Your page
js-empty = No links in this collection yet.
js-nothing = Your page is empty. Add your first link.
js-clicks = { $count ->
    [one] { $count } click
   *[other] { $count } clicks
}
js-day = { $count ->
    [one] { $day }: { $count } click.
   *[other] { $day }: { $count } clicks.
}
js-days = { $count ->
    [one] One click in the last 31 days, until yesterday.
   *[other] { $count } clicks in the last 31 days, until yesterday.
}
js-remove-all-sure = Remove “{ $title }” with all links in it, and erase their words?
js-whole-link = Write the whole link, starting with https://
js-slug-taken = Another link or collection of yours has this address.
js-found = { $links ->
    [one] The file has one link
   *[other] The file has { $links } links
} in { $collections ->
    [one] one collection
   *[other] { $collections } collections
}. { $left ->
    [0] Nothing is left out.
    [one] One entry isn’t a link and is left out.
   *[other] { $left } entries aren’t links and are left out.
}
js-import = Sign and import
js-import-seen = Who can see these collections
js-importing = Signing one after the other…
js-imported = The bookmarks are on your page.
js-followed = You follow this collection. New links appear on your Home.
js-unfollowed = You don’t follow this collection any more.
js-copied = { $count ->
    [one] The collection is on your page, with one link.
   *[other] The collection is on your page, with { $count } links.
}

## Bookmark files

import-none = There are no links in this file. Choose the HTML file that your browser saves when you export your bookmarks.
import-many = This file has more than { $most } links. Split it into smaller files, or remove some of its links.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-days-clicks = days of clicks
says-title-must-not-empty = title must not be empty.
says-url-missing = url is missing.
says-accent-for-pages-collections = accent is for pages and collections.
says-url-for-links = url is for links.
says-in-for-links-only = in is for links: only they can be in a collection.
says-slug-for-links-collections = slug is for links and collections: a page has none.
says-visibility-for-links-collections = visibility is for links and collections.
says-page-always-there-switch = A page is always there: switch its links off instead.
says-count-for-pages = count is for pages.
says-your-page-exists-already = Your page exists already: change it instead.
says-day-counted-already = This day is counted already.
says-links = { $count } links
says-collections = { $count } collections
says-link-pages = { $count } link pages
says-followed-collections = { $count } followed collections
says-days-clicks-2 = { $count } days of clicks
says-follows = { $count } follows

## Help texts of the pages: a title, and three sentences

help-edit =
    Your links
    You keep all your links on one page here.
    Add a link or a collection, or bring the bookmarks of your browser.
    You choose who sees each of them, and you can change or remove them at any time.
help-page =
    A page of links
    Somebody’s links are on this page.
    Tap a link to open it; signed in, you can follow a collection or copy it to your own page.
    Clicks are counted by the day at most, and never who clicked.
