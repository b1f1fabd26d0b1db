# Profiles, usernames and follows.

service = Profile
summary = A page about you, for the people you choose
navigation = Name, picture and username
navigation-privacy = Privacy: who sees what

## What operations did, said to the person whose record they are in.

op-update = You changed your profile
op-handle-claim = You chose a username
op-handle-release = You gave up your username
op-follow = You followed somebody
op-unfollow = You stopped following somebody
op-follower = Somebody followed you
op-follower-end = Somebody stopped following you

## What a delegation allows.

scope-update = Change your profile: name, text, pictures, links
scope-follow = Follow people
scope-unfollow = Stop following people

## Where a file of yours is used

uses-avatar = Your profile picture
uses-banner = The picture at the top of your profile

## A person’s page

somebody = Somebody
nobody = Nobody on this box goes by “{ $name }”.
deleted = This person deleted their data here.
damaged = The record of { $name } is damaged on this box.
damaged-from = The record of { $name } is damaged on this box, from entry { $entry } on.
damaged-why = What you see here was written before the damage. Nothing new can be added until the owner of the box has mended it.
private-own = Only you can see this: your profile is private. <edit>Change that</edit>
private = This person keeps their profile to themselves.
followers = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
following = { $count ->
    [one] follows { $count } person
   *[other] follows { $count } people
}
edit = Edit your profile
follow = Follow
picture-of = Picture of { $name }
block = Block { $name }
block-why = Nothing { $name } does will reach your record: they can’t follow you, connect with you, vouch for you, pay you or pass a ticket on to you. You’re no longer connected, and neither of you follows the other. They aren’t told.
unblock = Unblock { $name }
unblock-why = You blocked { $name }. If you unblock them, what that ended stays ended.
details = Details
details-id = ID: <did/>
details-signed = Every change to this page is signed with the key that belongs to this ID. The box can’t change a word of it.
details-kept = Kept by { $site }.

## The form

title = Your profile
lead = What you write here appears on your public page, signed by you.
scripts-off = Your browser signs what you change here, and it needs scripts for that. Turn them on for this address, then load the page again.
name = Your name
handle = Username
handle-hint = Your page’s address. 3 to 30 of a–z, 0–9 and _.
bio = About you
avatar = Your picture
avatar-hint = Square pictures look best.
banner = A wide picture above your page
banner-hint = Four times as wide as high.
picture-kinds = JPEG, PNG, WebP, GIF or AVIF, up to { $megabytes } MB.
picture-remove = Remove this picture
links = Links
link-add = Add a link
link-title = Title
link-url = Link
link-remove = Remove this link
audience = Who can see it?
audience-hide = Keep my whole profile to myself
audience-parts = Choose for each part
audience-banner = The wide picture
seen-public = Everybody
seen-connections = My connections
seen-private = Only me
save = Sign and save
record = Every save is an entry in <record>your record</record> on { $site }.

## Scripts

js-follow = Follow
js-unfollow = Stop following
js-signing = Signing…
js-saving = Signing and saving…
js-saved-signed = Saved and signed by you.
js-saved = Saved.
js-see = See your page
js-whole-link = Write the whole link, starting with https://
js-handle-free = “{ $handle }” is free.
js-sending = Sending the picture…
js-ready = Ready. Save to keep it.
js-removed = Removed. Save to make it final.
