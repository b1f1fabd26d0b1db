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

scope-update = Change your profile: name, text, pictures, links, and who sees them
scope-follow = Follow people
scope-unfollow = Stop following people

## Where a file of yours is used

uses-avatar = Your profile picture
uses-banner = The picture at the top of your profile

## On Home

first-picture = Add a picture of yourself

## A person’s page

somebody = Somebody
nobody = Nobody on this box goes by “{ $name }”.
deleted = This person deleted their data here.
damaged = The record of { $name } is damaged on this box.
damaged-from = The record of { $name } is damaged on this box, from entry { $entry } on.
damaged-why = What you see here was written before the damage. Nothing new can be added until the owner of the box has mended it.
moved = { $name } lives on another box now: { $home }.
moved-there = Go there
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
write = Write
follow = Follow
picture-of = Picture of { $name }
block = Block { $name }
block-why = Nothing { $name } does will reach your record: they can’t follow you, connect with you, vouch for you, pay you or pass a ticket on to you. You’re no longer connected, and neither of you follows the other. They aren’t told.
unblock = Unblock { $name }
unblock-why = You blocked { $name }. If you unblock them, what that ended stays ended.
code = QR code
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
parts = On your page
parts-hint = Below your links, in this order. Visitors see only what they may see anyway.
part-up = Move { $title } up
part-down = Move { $title } down
audience = Who can see it?
audience-hide = Keep my whole profile to myself
audience-parts = Choose for each part
audience-banner = The wide picture
seen-public = Everybody
seen-connections = My connections
seen-private = Only me
seen-selective = Chosen people
save = Sign and save
record = Every save is an entry in <record>your record</record> on { $site }.

## Scripts

js-part-moved = “{ $title }” is now { $place } of { $count }.
js-code = The address of this page as a QR code
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

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-kept-for-90-days = kept for 90 days as a keyed hash, so that nobody can take it and be mistaken for you
says-if-somebody-has-there = if somebody has it there already, they keep it, and you choose another one
says-username-has-3-30 = A username has 3 to 30 letters.
says-word-needed-by-box = This word is needed by the box itself. Choose another username.
says-you-cannot-follow-yourself = You cannot follow yourself.
says-named-twice = { $value } is named twice.
says-nobody-on-box-goes = Nobody on this box goes by { $value }.
says-you-follow-them-already = You follow them already.
says-you-do-not-follow = You do not follow them.
says-your-username-already = This is your username already.
says-somebody-on-box-has = Somebody on this box has this username already. Choose another one.
says-looks-like-username-somebody = This looks like the username of somebody on this box. Choose another one.
says-username-belonged-somebody-who = This username belonged to somebody who left, and is reserved for 90 days so that nobody is mistaken for them.
says-you-have-no-username = You have no username to give up.
says-must-written-as-small = must be written as { $form }: small letters, without @
says-nothing-change-name-at = Nothing to change: name at least one member of the profile.
says-fact-must-with-exactly = The fact must be { $media } with exactly the files that avatar and banner name, or absent if they name none.
says-must-map-member-audience = must be a map of member to audience
says-can-name = can name { $hideable }
says-must-selective-dids-at = must be {"{"}"selective":[DIDs]{"}"}, at most { $selected-max }
says-must-map-at-most = must be a map of at most { $toggles-max } names to true or false
says-name-whom = Name whom: { $did }.
says-name-handle-handle = Name the handle: ?handle=…
says-username-belonged-somebody-who-left = This username belonged to somebody who left, and is reserved for a while. Choose another one.
says-free = { $handle } is free.
says-you-have-no-record = You have no record on this box yet, so there is no place for your pictures.
says-your-record-read-only = Your record is read-only here: { $reason }.
says-picture-ended-too-early = The picture ended too early. Send it again.
says-form-has-no-file = The form has no file.
says-picture-may-have-at = A picture may have at most { $most } MB.
says-not-every-browser-shows = Not every browser shows this kind of file: send a JPEG, PNG, WebP, GIF or AVIF.
says-file-may-have-at = A file may have at most { $bytes-max } bytes.
says-there-no-such-picture = There is no such picture here.
says-file-no-picture = This file is no picture.
says-q-has-at-most = q has at most { $words-bytes-max } bytes.
says-you-can-change-your = You can change your own profile only.
says-avatar-banner-must-cids = avatar and banner must be the CIDs of uploaded pictures.
says-following = { $count } following
says-followers = { $count } followers
says-profile-updates = { $count } profile updates
says-handle-claims = { $count } handle claims
says-username = { $count } username
says-username-has-only-letters = A username has only the letters a to z, digits and _ (no spaces, no dots, no accents).
says-picture-longer-than-announced = The picture is longer than it was announced (Content-Length).

## Help texts of the pages: a title, and three sentences

help-person =
    A person’s page
    Somebody shows here who they are and what they do on this box.
    Follow them to hear what is new, or write to them if you are connected.
    You can stop following at any time, and nobody is told that you blocked them.
help-edit =
    Your profile
    You write your own page here: your name, your picture, a few words and links.
    Begin with your name and a picture, choose who can see each part, and save.
    Others see what you show them, and you can change or hide every part later.
