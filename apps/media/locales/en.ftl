# Photos, videos and files.

service = Photos
summary = Your photos, videos and files, on your own box
home = Photos

## What operations did, said to the person whose record they are in.

op-add = You added a photo, a video or a file
op-change = You changed the details of a file
op-move = You moved files, or brought them back from the trash
op-remove = You put files in the trash
op-access = You chose who sees files
op-folder = You made or changed a folder
op-folder-remove = You removed a folder
op-album = You made or changed an album
op-album-remove = You removed an album
op-album-put = You put pictures in an album or your favourites, or took them out
op-link = You made or changed a link to files
op-link-end = You ended a link to files
op-device = You named a computer that reaches your files
op-erase = You erased files
op-fair = You said who made a file
op-fair-agree = You agreed to a statement about the makers of somebody’s file
op-fair-agreed = Somebody agreed to your statement about the makers of a file
op-offer = You said what a work of yours costs, or that it isn’t for sale any more
op-buy = You bought a work
op-promised = A work was ordered, and its payment is on its way
op-paid = The payment of an ordered work came
op-bought = A work that you bought came into your library
op-sold = Somebody bought a work of yours
op-refund = You ended the licence of a work and give the money back
op-withdrawn = The payment of a work goes back
op-returned = The licence of a work ended

## What a delegation allows.

scope-add = Add photos, videos and files
scope-change = Change the details of your files
scope-move = Move your files, and bring them back from the trash
scope-remove = Put your files in the trash
scope-access = Choose who sees your files
scope-folder = Make and change your folders
scope-folder-remove = Remove your folders
scope-album = Make and change your albums
scope-album-remove = Remove your albums
scope-album-put = Put pictures in your albums and favourites, and take them out
scope-link = Make links to your files
scope-link-end = End links to your files

## Kinds of notifications.

notice-on-this-day = Pictures that you took on this day in earlier years
notice-agree = Works that others say you made, and that wait for your agreement
notice-trash = Files that have been in the trash for a month

## On Home

on-this-day = On this day
first-photo = Add your first photo
home-show = See your photos
home-trash = { $count ->
    [one] One file has been in the trash for a month. It takes { $size }.
   *[other] { $count } files have been in the trash for a month. They take { $size }.
}
home-trash-show = Look at the trash
home-agree = { $name } says that you worked on “{ $title }”, and asks for your agreement.
home-agree-unseen = { $name } says that you worked on a file that isn’t shared with you, and asks for your agreement.
home-agree-shares = Who gets what
home-agree-look = Read more
told-album = { $who } shared an album with a group
told-album-titled = { $who } shared the album “{ $title }” with { $group }
told-sold = { $who } bought a work of yours

## Errors

no-such-file = This file isn’t here, or it isn’t shared with you.
file-is-gone = This file isn’t here any more: its owner removed it.
no-such-album = This album isn’t here, or it isn’t shared with you.
no-such-folder = You have no such folder. It may have been removed.
no-such-link = This link has ended, or a part of its address is missing. Ask the person who sent it to you for a new one.
no-such-group = You aren’t in this group.
no-such-zip = This download has ended. Choose the files again.
no-preview = There is no preview of this file.
withheld = The box can’t remove from this kind of file where and with what it was made, so only its owner can download it. The owner can choose to share it as it is.
others-get-preview = Others get at most a picture of this file: the box can’t take the place and the device out of it. To give them the file, share it with the place and device in it.
too-many-previews = Many of your pictures wait for a preview already. Try again when the first ones are there.
decoder-busy = This box makes as many previews as it can at the moment. Try again in a moment.
keep-previews = You see only a preview of this file: the place and the device can’t be taken out of it. Ask its owner to share it with them in it.
keep-sealed = This file is sealed. Save it from the conversation that it is in.
file-is-missing = The disk with this file isn’t connected to the box at the moment.
fair-none = Nobody has signed yet who made this file. The terms until then are at { $address }.
fair-of-original = You get this file without the place and the device in it, and a .fair fits only the file as it is. The .fair is at { $address }.
fair-beside = The .fair can’t be in this file: { $why }. It is at { $address }: keep it next to the file.
training-reserved = The people who made this reserve it: programs may not be trained with it. The terms are at { $address }.
no-offer = This isn’t for sale, or not for this use.
work-for-sale = This file is for sale: { $price }. Buy it at { $address }.
work-locked = This file is for sale, but it can’t be bought at the moment: its owner has to renew the offer.
training-for-sale = Programs may be trained with this by those who buy that use: { $price }. Buy it at { $address }.

## Who made it

fair = Who made it
fair-who = Who
fair-share = Share
fair-state = Signature
fair-signed = signed
fair-unsigned = not yet
fair-source = source
fair-missing = It can be sold once everybody with a share has signed.
fair-nobody = Nobody has signed yet who made this. Until then it counts as yours alone, and programs may not be trained with it.
fair-nobody-kept = Nobody has signed yet who made this, and programs may not be trained with it. You kept it: ask its owner to sign.
train-free = Programs may be trained with it.
train-priced = Programs may be trained with it by those who buy that use: { $price }.
train-reserved = Programs may not be trained with it. This binds those who look: it can’t be enforced.
train-unreadable = The terms about training programs can’t be read, so programs may not be trained with it.
fair-inside = Download with the .fair inside
fair-beside-file = The .fair alone
fair-edit = Say who made it
fair-edit-hint = Everybody with a share is asked to agree. The shares add up to 100 %. Once somebody has signed, a change asks everybody again.
fair-who-field = Who (a handle or an ID)
fair-role-field = Role, e.g. words
fair-share-field = Share in %
fair-out = Take out
fair-add = Add somebody
fair-train = Programs may be trained with it
fair-train-hint = Everybody may then train programs with it. Left open, it is reserved.
fair-train-price = Price of a licence to train programs
fair-train-price-hint = Left empty, there is none, and nobody may.
fair-sign = Sign

## Selling and buying

sale = For sale
use-keep = A copy to keep: { $price }
use-train = A copy to train programs with: { $price }
buy = Buy
sale-yours = You bought this. The file is in your own library.
sale-to-yours = To your file
sale-open = This is for sale: { $price }. Others see only pictures of it until they buy it.
sale-closed = This isn’t for sale.
sale-outdated = You have since changed who made this. Nobody can buy it until you set the price again, and others see only pictures of it.
sale-edit = Sell it
sale-edit-hint = Everybody who sees this file can buy a copy. The money is shared as everybody signed it. Others see only pictures of it from then on.
sale-stays = Buyers keep their copy, even if you erase the file, leave or refund the money.
sale-price = Price
sale-currency = Currency
sale-sign = Offer it
sale-end = End the sale
sold = Sold
sold-promised = { $name } ordered it on { $day }. The payment is on its way.
sold-keep = { $name } bought a copy on { $day }.
sold-train = { $name } bought a copy to train programs with on { $day }.
sold-returned = The licence of { $name } ended on { $day }, and the money goes back.
sale-refund = Give { $amount } back
sale-refund-hint = Giving the money back ends the licence. The buyer keeps the file.
bought = Bought
bought-stays = This file is yours to keep, also if its seller erases theirs or leaves. If the money goes back to you, the licence ends, and the file stays here.
licence-promised = You ordered this from { $name } on { $day }. The payment is on its way.
licence-keep = You bought a copy from { $name } on { $day }.
licence-train = You bought a copy to train programs with from { $name } on { $day }.
licence-returned = Your licence from { $name } ended on { $day }: the money goes back to you.
licence-payment = The payment
buy-of = Buy “{ $title }”
buy-own = This is your own file.
buy-signin = Sign in to buy
buy-use = What for
buy-signed = You sign the price, and who gets what of it.
buy-stays = The file comes into your own library and stays there, also if its seller erases it or leaves. If the money goes back to you, the licence ends, and you keep the file.

## Agreeing

agree = You are asked to agree
agree-lead = Others say that you made these, among others. Your signature makes this count; nothing happens if you leave it.
agree-empty = Nobody asks you for anything at the moment.
agree-of = A file of { $name }
agree-look = Look at the file
agree-unseen = This file isn’t shared with you. Ask to see it before you agree.
agree-sign = Agree and sign

## All pages

scripts-off = You can look at everything here. To change something, allow scripts for this site and load the page again: your browser signs each change.
tabs = Photos and files
tab-photos = Photos
tab-albums = Albums
tab-folders = Folders
at-group = Shared photos
at-contact = Show photos
with = Photos by { $name }
with-empty = No photos for you yet. What they share with you or with everybody appears here.
tab-family = Family
tab-links = Links
tab-devices = Computers
tab-trash = Trash
tab-storage = Storage
find = Search
find-what = Word, album, month
find-hint = Look for names, words, albums and days: “lake”, “Holidays 2026”, “July 2026”.
found-none = None of your photos, files and albums has “{ $words }”.
select = Select
somebody = Somebody
alt-photo = Photo, { $day }
alt-video = Video, { $day }
count = { $count ->
    [0] Nothing in it yet
    [one] 1 item
   *[other] { $count } items
}
from = From { $name }
more = Show more

## The timeline

add = Add photos
months = Months
month-of = { $month } ({ $count })
timeline-empty = No photos here yet. Add some from your phone: they stay on your own box, in full size.
favourites = Favourites
favourites-all = All photos
favourites-lead = Only you see these.
favourites-empty = No favourites yet. Select photos, or open one, and press “Favourite”. Only you see your favourites.
family = Family
family-lead = See what everyone in a group has shared with it.
family-groups = Your groups
family-empty = Nobody has shared a picture with this group yet. Select some of your photos and share them with the group.

## One file

download = Download
download-preview = Download a preview
keep = Keep in my photos
kept = In your photos
keep-all = Keep all in my photos
video-preview = You can see a picture of this video. To share the video itself, its owner has to share it with the place and device in it.
before = The one before
after = The next one
details = Details
details-name = File
details-size = Size
undated = Without a date of its own, added on <time/>
details-taken = Date from
details-place = Place
details-map = Open in a map
north = N
south = S
east = E
west = W
details-uses = Used in
details-context = Added for
details-kept = Kept from
uses-link = A link
details-cid = Fingerprint (CID)
taken-exif = the camera
taken-file = the file, or you
taken-upload = the upload
in-trash = This is in the trash. Nobody but you can see it.
bring-back = Bring it back
erase = Erase
seen-private = Only you
seen-connections = Your connections
seen-group = A group
seen-public = Everybody
seen-exact = With the place and device in it.
favourite = Favourite
in-albums = In albums:
share = Share
make-link = Link
album-download = Download all
album-download-part = Download { $from } to { $to }
to-album = Album
to-folder = Folder
to-trash = Trash
edit = Title, words and date
field-title = Title
field-alt = What is in the picture?
field-alt-hint = For people who can’t see it.
field-text = Text
field-taken = Taken on
save = Sign and save

## Albums

new-album = New album
albums-empty = No albums yet. Make one for a trip, a birthday or a year.
album-empty = This album is empty.
album-add = Add photos
edit-album = Edit
album-remove = Remove

## Folders, trash, adding

new-folder = New folder
add-files = Add files
loose = Not in a folder
folders-empty = No folders yet. Papers, music and everything that isn’t a photo can go into folders.
folder-way = Where you are
edit-folder = Edit
folder-remove = Remove
folder-empty = No files in this folder yet.
trash-empty = The trash is empty.
trash-lead = These files take { $size }. They stay here until you bring them back or erase them.
trash-erase-all = Empty the trash
trash-old = { $count ->
    [one] One file has been here for more than { $days } days. It takes { $size }.
   *[other] { $count } files have been here for more than { $days } days. They take { $size }.
}
trash-old-group = In the trash for more than { $days } days
trash-erase-old = { $count ->
    [one] Erase it for good
   *[other] Erase these { $count } for good
}
upload-scripts-off = To add photos, allow scripts for this site and load the page again: your browser checks and signs each file.
upload-lead = Keep this page open until everything is here. If the connection breaks, the upload continues where it stopped.
upload-gallery = Choose photos and videos
upload-camera = Take a photo
upload-any = Choose other files
upload-folder = Choose a folder
upload-see = See them

## Links

links-empty = You haven’t made any links. A link shows a photo or an album to anyone who has it, without an account.
links-lead = Anyone who has one of these links sees what it leads to, until it ends. Only the browser in which you made a link can show it again.
link-to-nothing = Something that you removed
link-until = Ends on { $day }
link-ended = Has ended
link-exact = With place and device
link-show = Show the link
link-show-of = Show the link: { $title }
link-end = End it now
link-end-of = End it now: { $title }
link-move = Change the end
link-move-of = Change the end: { $title }

## Storage

disk-where = Where photos and files are
disk-on-card = On the card of the box: { $size }; { $free } are free there.
disk-on = On the disk “{ $disk }”. New ones go there, too.
disk-room = { $size }, { $free } free
disk-none = Plug a disk with exFAT or ext4 into the box to move photos and files to it. Nothing that is on it goes.
disk-move = Move to this disk
disk-move-to = Move to this disk: { $disk }
disk-move-back = Move back to the card
disk-moving = Moving to the disk “{ $disk }”
disk-moving-back = Moving back to the card from “{ $disk }”
disk-moved = { $files } of { $of } files, { $done } of { $bytes }
disk-moving-lead = Everything works meanwhile. If the box is switched off, the move goes on afterwards.
disk-move-failed = The move has stopped: { $why }
disk-missing = The disk “{ $disk }” with the photos and files isn’t plugged in.
disk-missing-what = Timelines and previews are here. Originals can’t be opened, added or erased until the disk is plugged in again.
disk-plug-in = Plug it in again, into any port: everything goes on at once.
disk-lost-title = It is lost or broken for good
disk-lost-means = New photos and files go to the card then. What only this disk has is gone, unless a backup has it: mend the damaged records from it afterwards, on the page Status.
disk-lost-sure = Give up the disk “{ $disk }”? What only it has is gone.
disk-lost = It is lost
disk-was-lost = The disk “{ $disk }” was given up as lost on { $day }.
disk-for-owner = Only the owner of this box says where photos and files are kept.
disk-to-or-lost = Say one of the two: where files are to go (`to`), or which disk is lost (`lost`).
disk-unknown = There is no disk “{ $disk }”: plug it in, and look again.
disk-not-mounted = No disk is plugged in there: the folder is on the card.
disk-unreadable = This disk can’t be read. Plug it in again; if that doesn’t help, it may be damaged.
disk-file-system = This disk has a file system that photos can’t move to. Format it with exFAT or ext4 on a computer: what is on it is lost by that.
disk-read-only = The box can’t write to this disk. Is its write protection on? On a disk that you mounted yourself, give the folder “imajin” to the user of the box.
disk-other-node = Another box keeps its photos on this disk.
disk-other = The photos and files are on another disk, “{ $disk }”: move them back to the card first.
disk-already = They are there already, or on their way.
disk-no-room = There is too little room: { $needed } MB are needed, and { $free } MB are free.
disk-not-lost = The disk “{ $disk }” is plugged in, so it isn’t lost.
storage-taken = { $size } in use
storage-taken-of = { $size } of { $quota } in use
storage-kept = Photos and files
storage-uploads = Uploads that aren’t complete
storage-open = Uploads that aren’t complete
storage-open-lead = Add the same files again to continue where they stopped, or end them to have their room back.
storage-nameless = A file without a name
storage-upload = { $offset } of { $length } are here; it ends on { $day }
storage-end = End it
storage-end-of = End it: { $name }
storage-people = Everybody on this box
storage-people-lead = A limit that you set here counts instead of the one in the settings. 0 is no limit but the disk; leave the field empty for the one in the settings.
storage-nobody = Nobody else has files here yet.
storage-limit-of = Limit for { $name }, in GB
storage-as-set = as in the settings
storage-set = Set

## From a stick

stick-from = From a stick
stick-title = Photos from a stick
stick-for-members = The sticks in this box are for the people who live on it.
stick-none = Plug a USB stick with photos into the box, and load this page again.
stick-or-upload = Add photos from this device
stick-gone = This stick isn’t in the box any more: plug it in, and look again.
stick-unusable = The box can’t read this stick. It needs FAT32, exFAT or ext4.
stick-no-folder = There is no such folder on the stick: choose one from the list.
stick-no-import = No import is under way.
stick-busy = You are importing from a stick already: wait until that is done, or stop it.
stick-refused-many = cids may have at most { $most }.
stick-pictures = { $count ->
    [one] 1 picture
   *[other] { $count } pictures
}
stick-videos = { $count ->
    [one] 1 video
   *[other] { $count } videos
}
stick-none-inside = No pictures or videos
stick-others = { $count ->
    [one] 1 other file isn’t imported.
   *[other] { $count } other files aren’t imported.
}
stick-more = There is more on the stick than was counted here. All of it is imported.
stick-lead = The box copies the pictures and videos with their folders and changes nothing on the stick. What is in your photos already isn’t added again.
stick-folders = Folders
stick-import-all = Import all of it
stick-import = Import
stick-import-of = Import { $folder }
stick-counting = Counting the files…
stick-reading = { $done } of { $files } files are done.
stick-signing = { $done } of { $files } files are done. The next ones are ready to be signed with your key.
stick-done = Everything is imported.
stick-waits-stick = The stick “{ $stick }” was removed, or its folder is gone. Plug it in again, and the import continues.
stick-waits-room = There is no room for the next file. Erase something, or ask the owner of the box for more: the import continues as soon as there is room.
stick-waits-disk = The disk with the photos and files isn’t plugged in. The import continues when it is back.
stick-waits-record = Nothing can be added to your record at the moment. The import continues when that changes.
stick-bytes = { $done } of { $bytes }.
stick-current = Now in the folder { $folder }.
stick-added = { $count ->
    [one] 1 added
   *[other] { $count } added
}
stick-here = { $count ->
    [one] 1 was here already
   *[other] { $count } were here already
}
stick-left-out = Left out
stick-left-kind = { $count ->
    [one] 1 file is no picture or video
   *[other] { $count } files are no pictures or videos
}
stick-left-programs = { $count ->
    [one] 1 thing is hidden or belongs to a computer’s system
   *[other] { $count } things are hidden or belong to a computer’s system
}
stick-left-copy = { $count ->
    [one] 1 folder or file is a copy of a box’s data
   *[other] { $count } folders or files are copies of a box’s data
}
stick-left-link = { $count ->
    [one] 1 link is left out, wherever it leads
   *[other] { $count } links are left out, wherever they lead
}
stick-left-special = { $count ->
    [one] 1 thing is no ordinary file
   *[other] { $count } things are no ordinary files
}
stick-left-name = { $count ->
    [one] 1 name can’t be read
   *[other] { $count } names can’t be read
}
stick-left-deep = { $count ->
    [one] 1 folder is inside too many others
   *[other] { $count } folders are inside too many others
}
stick-left-crowded = { $count ->
    [one] 1 folder has too many files: spread them over several folders
   *[other] { $count } folders have too many files: spread them over several folders
}
stick-left-too-large = { $count ->
    [one] 1 file is too large for this box
   *[other] { $count } files are too large for this box
}
stick-left-unreadable = { $count ->
    [one] 1 file can’t be read: the stick may be damaged
   *[other] { $count } files can’t be read: the stick may be damaged
}
stick-left-changed = { $count ->
    [one] 1 file changed while the box read it
   *[other] { $count } files changed while the box read them
}
stick-left-refused = { $count ->
    [one] 1 file could not be added
   *[other] { $count } files could not be added
}
stick-keep-open = The box reads the stick, and this page signs what it has read. If you close the page, the box waits after some 200 files; open the page again to continue.
stick-go-on = Sign and continue
stick-end = Stop
stick-end-sure = Stop the import? What was added stays. If you import the folder again later, only the rest is added.
stick-forget = Hide this

## Scripts

js-signing = Signing…
js-done-of = { $done } of { $all }
js-cancel = Cancel
js-close = Close
js-save = Sign and save
js-add = Add
js-move = Move
js-remove = Remove
js-name = Name
js-name-it = Give it a name.
js-album = Album
js-new-album = A new album
js-edit-album = Change the album
js-album-title = Title
js-album-text = Text
js-album-remove = Remove the album “{ $title }”? The pictures in it stay.
js-album-removed = The album “{ $title }” is removed. The pictures that were in it are still here.
js-to-album = { $count ->
    [one] Add it to an album
   *[other] Add { $count } to an album
}
js-folder = Folder
js-no-folder = In no folder
js-new-folder = A new folder
js-edit-folder = Rename or move the folder
js-folder-in = Inside
js-folder-remove = Remove the folder “{ $name }” with all folders in it? The files in them go to the trash.
js-folder-removed = The folder “{ $name }” is removed. The files that were in it are in the trash.
js-to-folder = { $count ->
    [one] Move it to a folder
   *[other] Move { $count } to a folder
}
js-who-sees = Who can see it?
js-private = Only me
js-connections = My connections
js-group = The group { $name }
js-unnamed = A group without a name
js-public = Everybody
js-exact = Share it with the place and device in it
js-exact-hint = Otherwise others get a copy that doesn’t say where it was taken, and with what.
js-family = See what is shared with this group
js-no-groups = You aren’t in a group yet.
js-share = { $count ->
    [one] Share it
   *[other] Share { $count } files
}
js-link = Make a link
js-link-lead = Anyone who has the link sees this, without an account, until the link ends.
js-links = Your links
js-link-until = It ends on
js-link-day = Choose a day in the future.
js-link-label = Who is it for?
js-link-label-hint = Optional. Only you see this.
js-link-make = Make the link
js-link-made = Your link
js-link-address = Link
js-link-again = You find it again under “Links”, but only in this browser.
js-link-send = Send it
js-link-move = Change when it ends
js-link-move-lead = The address stays the same.
js-link-ended = You ended the link.
js-ending = Ending…
js-stick-begins = Beginning…
js-disk-moved = { $files } of { $of } files, { $done } of { $bytes }
js-saving = Saving…
js-limit-wrong = Enter how many gigabytes, or leave it empty.
js-erase = Erase
js-erase-sure = { $count ->
    [one] Erase this file for good?
   *[other] Erase { $count } files for good?
}
js-erase-gone = What you said of it and the file itself are gone then, and nobody can bring them back.
js-erase-uses = { $count ->
    [one] It is used here:
   *[other] Some of them are used here:
}
js-erase-uses-more = { $count ->
    [one] One more place
   *[other] { $count } more places
}
js-erase-keeps = Profiles, courses and other pages still show the file, so it stays on this box until you remove it there.
js-erase-stays = Its fingerprint (CID) stays in your record. It shows nothing of the file, but someone who has the same file can tell that it was here.
js-erase-copies = Copies that others kept stay with them, and so do backups and copies that you took.
js-selection = Selected files
js-selected = { $count ->
    [0] Nothing selected
    [one] 1 selected
   *[other] { $count } selected
}
js-select-some = Select something first.
js-act-favourite = Favourite
js-act-album = Album
js-act-folder = Folder
js-act-share = Share
js-act-download = Download
js-act-keep = Keep in my photos
js-act-trash = Trash
js-act-back = Bring back
js-act-erase = Erase
js-act-out = Take out
js-act-cover = Cover
js-favourite = { $count ->
    [one] It’s a favourite now.
   *[other] All { $count } are favourites now.
}
js-unfavourite = { $count ->
    [one] It isn’t a favourite any more.
   *[other] { $count } photos aren’t favourites any more.
}
js-in-album = { $count ->
    [one] It’s in the album.
   *[other] All { $count } are in the album.
}
js-moved = { $count ->
    [one] It’s in its new place.
   *[other] All { $count } are in their new place.
}
js-shared = Saved: you chose who sees this.
js-undo = Undo
js-trashed = { $count ->
    [one] It’s in the trash.
   *[other] All { $count } are in the trash.
}
js-preparing = Preparing…
js-downloading = { $count ->
    [one] The download of it begins.
   *[other] The download of { $count } files begins.
}
js-keeping = Keeping…
js-in-yours = In your photos
js-kept = { $count ->
    [one] It’s in your photos.
   *[other] All { $count } are in your photos.
}
js-kept-see = See your photos
js-kept-but = { $count } of { $all } are in your photos. One that isn’t: { $why }
js-back = { $count ->
    [one] It’s back.
   *[other] All { $count } are back.
}
js-erased = { $count ->
    [one] It’s erased.
   *[other] All { $count } are erased.
}
js-out = { $count ->
    [one] It isn’t in this album any more.
   *[other] { $count } pictures aren’t in this album any more.
}
js-cover = The album has a new cover.
js-taken-wrong = Choose a date and a time.
js-looking = Looking at your files: { $done } of { $all }.
js-sending = Sending: { $done } of { $all } done.
js-offline = You are offline. It continues as soon as the connection is back.
js-added = { $count ->
    [one] 1 added.
   *[other] { $count } added.
}
js-here = { $count ->
    [one] 1 is here already.
   *[other] { $count } are here already.
}
js-failed = { $count ->
    [one] 1 didn’t arrive.
   *[other] { $count } didn’t arrive.
}
js-unreadable = Your browser can’t read this file. It may be in a cloud: open it once on this device, then choose it again.
js-waiting = { $count ->
    [one] A file from another app waits here.
   *[other] { $count } files from another app wait here.
}
js-waiting-discard = Don’t add
js-waiting-none = What you shared didn’t arrive. Share it again; if it was a lot, in smaller parts.
js-other-bytes = The box received other bytes than this browser read, so nothing was added. Choose the file again.
js-fair-nobody = Nobody on this box goes by this name.
js-fair-role = A role has at most 100 characters.
js-fair-share = A share is a number from 0 to 100.
js-fair-sum = The shares must add up to 100 %.
js-fair-changed = The manifest was changed meanwhile. Load the page again and read the new one.
js-ordered = Ordered. Write this into the transfer:
js-how-to-pay = How to pay
js-sale-price = A price is a number above 0, like 5 or 4.50.
js-sale-currency = A currency has three or four letters, like CHF.
js-sale-refund-sure = Give { $amount } back? The licence ends, and the buyer keeps the file.

## Computers that are connected

devices = Connect a computer
devices-lead = Your folders as a drive in your computer’s file manager: it adds, changes and moves files, and what you delete there goes to the trash here.
devices-address = Address
devices-user = User name
devices-password = The password is made for one computer, shown once, and lasts a year. It can’t share or erase anything.
devices-seen = The box sees it each time that the computer asks for something.
devices-connect = Make a password
devices-how = How to connect
devices-windows = Windows: in the Explorer, choose “This PC”, “Map network drive”, and enter the address. Files over 50 MB need the value FileSizeLimitInBytes of the service WebClient to be raised.
devices-mac = macOS: in the Finder, choose “Go”, “Connect to Server”, and enter the address.
devices-linux = Linux: in the file manager, choose “Connect to Server” and enter the address with davs:// instead of https://; or mount it with davfs2.
devices-rclone = rclone: make a remote of the type webdav with the vendor owncloud, so that the times of files are kept.
devices-all = Your computers
devices-empty = No computer is connected yet.
devices-unnamed = A computer without a name
devices-until = Until { $day }
devices-used = Last here on { $used }, until { $day }
devices-ended = Has ended
devices-end = End it now
devices-end-of = End it now: { $label }
js-device = Connect a computer
js-device-lead = This makes a password for one computer, and signs with your key that the computer may add, change, move and remove files and folders for a year.
js-device-label = Name of the computer
js-device-label-hint = Only you see it: “Laptop”, “Office”.
js-device-make = Make the password
js-device-made = The password of this computer
js-device-password = Password
js-device-once = It is shown now and never again. If you lose it, end it and make another.
js-device-seen = The box sees this password each time that the computer asks for something.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-file-no-picture-can = the file is no picture that can be decoded
says-picture-too-large-at = the picture is too large: at most 64 MiB, and 24 megapixels if it can't be decoded row by row
says-picture-could-not-decoded = the picture could not be decoded within the limits of memory and time
says-you-have-no-record = You have no record on this box yet, so there is no place for your files.
says-your-record-read-only = Your record is read-only here: { $reason }.
says-you-have-no-upload = You have no upload with this id: begin a new one, and nothing that is here has to be sent again.
says-another-request-sending-bytes = Another request is sending bytes of this upload: wait until it ended, and ask how far it came.
says-upload-at-send-bytes = This upload is at { $offset }: send the bytes from there on.
says-upload-has-bytes-as = This upload has { $length } bytes, as it was announced, and more of them came.
says-file-may-have-at = A file may have at most { $bytes-max } bytes.
says-context = context: { $why }.
says-context-you-have-no = context: you have no folder with this id.
says-file-was-erased-as = This file was erased as soon as it was entered.
says-bytes-came-have-another = The bytes that came have another checksum than was announced: none of them was kept, send them again.
says-programs-your-computers-keep = Programs of your computers keep as many files for themselves here as may be: each of them ends after a day.
says-more-bytes-came-than = More bytes came than were announced.
says-as-many-files-are = As many files are on their way as this box can handle: try again in a moment.
says-your-files-are-on = { $each-max } of your files are on their way: try again as soon as another has arrived.
says-node-speaks-tus-1 = This node speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0.
says-must-number-bytes = { $field } must be a number of bytes.
says-upload-checksum-must-algorithm = Upload-Checksum must be an algorithm, a space, and base64.
says-algorithm-upload-checksum-must = The algorithm of Upload-Checksum must be sha1 or sha256.
says-upload-checksum-must-checksum = Upload-Checksum must be a checksum of its algorithm in base64.
says-upload-metadata-must-pairs = Upload-Metadata must be pairs of a key and a value in base64, with commas between them, each key once.
says-upload-metadata-may-have = Upload-Metadata may have at most { $metadata-bytes-max } bytes.
says-photos-files = photos and files
says-links-photos = links to photos
says-what-somebody-bought-their = what somebody bought is their own: the file and who made it stay with them, and that it was sold is in the books of both
says-password-would-travel-in = A password would travel in the clear here: connect with https.
says-drive-somebodys-files-connect = This is the drive of somebody’s files. Connect with your short name and an app password, which you make at /media/devices.
says-path-cant-used = This path can't be used.
says-whole-drive-isnt-told = A whole drive isn't told at once: ask with Depth: 0 or 1.
says-file-sent-whole-without = A file is sent whole, without Content-Range.
says-send-length-file-with = Send the length of the file with it (the header Content-Length).
says-destination-must-address-on = Destination must be an address on this drive.
says-there-no-such-file = There is no such file on your drive.
says-folders-can-nested = folders can be nested { $depth } deep
says-path-cant-used-2 = This path can't be used: { $what }.
says-must-begin-code-two = a % must begin a code of two digits, and the whole be UTF-8
says-name-cant-or = a name can't be . or ..
says-name-has-at-most = a name has at most 255 bytes
says-drive-itself-stays = The drive itself stays.
says-only-files-are-copied = Only files are copied.
says-file-was-changed-just = This file was changed just now.
says-there-are-10-000 = There are 10 000 copies of this file.
says-number-bytes-not-one = The number of bytes is not the one that was announced.
says-request-drive-has-at = A request to this drive has at most { $bytes-max } bytes of XML.
says-xml-must-be-utf = The XML of this request must be UTF-8.
says-xml-no-document-type = The XML of this request must have no document type.
says-xml-levels-of-elements = The XML of this request must have at most { $most } levels of elements.
says-xml-too-many-elements = The XML of this request has too many elements and namespaces.
says-xml-has-no-element = The XML of this request has no element.
says-must-local-time-yyyy = must be a local time: YYYY-MM-DDTHH:MM:SS
says-missing-group-whose-members = to is missing: the group whose members see it.
says-for-access-conversation-leave = to is for the access conversation: leave it out.
says-must-sha-256-64 = must be a SHA-256: 64 of 0-9 a-f
says-must-ed25519-signature-128 = must be an Ed25519 signature: 128 of 0-9 a-f
says-you-have-another-order = You have another order for this file.
says-title-must-not-empty = title must not be empty.
says-you-have-no-album = You have no album with this id.
says-you-have-no-file = You have no file with the id { $value } here.
says-album-has-room-for = An album has room for 10 000 files: make another one.
says-you-have-2-000 = You have 2 000 albums, and more don’t fit: remove one first.
says-ref-must-id-file = ref must be the id of this file: { $value }.
says-you-have-file-here = You have this file here already.
says-there-no-copy-with = There is no copy with a smaller number: n must be 0, or one more than that of another copy.
says-you-have-no-folder = You have no folder with this id.
says-you-have-no-file-with = You have no file with the id that this one replaces.
says-sealed-file-for-conversation = A sealed file is for a conversation: access must be conversation.
says-name-sealed-file-in = The name of a sealed file is in the message: name must be sealed.
says-nobody-here-knows-what = Nobody here knows what a sealed file is: kind must be application/octet-stream.
says-bytes-no-length-sealed = bytes is no length of a sealed file: pad the file, and encrypt it in pieces of 64 KiB.
says-there-no-preview-sealed = There is no preview of a sealed file.
says-message-says-what-sealed = The message says what a sealed file is for: leave out context.
says-sealed-file-has-no = A sealed file has no details here: its title, its date and the like are in the message.
says-bytes-must-files-length = bytes must be { $bytes }, the file's length.
says-kind-must-as-files = kind must be { $mime }, as the file's first bytes say.
says-there-no-file-yours = There is no file { $cid } of yours here: upload it first.
says-preview-must-jpeg = A preview must be a JPEG.
says-file-sealed-its-details = This file is sealed: its details are in the message that it came with.
says-exact-for-what-others = exact is for what others see.
says-you-have-named-1 = You have named 1 000 computers, and more don’t fit.
says-one-these-was-changed = One of these was changed just now. Erase them again.
says-you-have-no-file-with-id = You have no file with this id.
says-fair-must-digest-bodys = fair must be the digest of the body's manifest: { $value }.
says-manifest-about-another-file = The manifest is about another file: its member work must have the cid { $value } and { $second } bytes.
says-agreed = agreed: { $value }.
says-signature-not-by-key = the signature of { $did } is not by a key of theirs
says-ref-must-digest-bodys = ref must be the digest of the body's manifest: { $value }.
says-your-own-file-enter = This is your own file: enter your signature with the manifest (media.fair, agreed).
says-they-have-no-file = They have no file with such a manifest that names you.
says-they-have-since-entered = They have since entered another manifest for this file: { $value }. Read it before you agree.
says-you-agreed-manifest-already = You agreed to this manifest already.
says-signature-not-over-manifest = signature is not over this manifest by a key of yours.
says-their-record-isnt-kept = Their record isn’t kept on this box any more.
says-you-have-no-folder-with = You have no folder with this id that it could be in.
says-folder-cant-in-itself = A folder can’t be in itself, or in a folder within it.
says-folders-can-nested-32-deep = Folders can be nested 32 deep, and this would be deeper.
says-you-have-10-000 = You have 10 000 folders, and more don’t fit: remove one first.
says-you-have-no-file-no = You have no file and no album with this id.
says-link-id-leads-something = A link of this id leads to something else, and stays so.
says-you-have-1-000 = You have 1 000 links, and more don’t fit: end one first.
says-you-have-no-link = You have no link with this id.
says-fair-must-digest-manifest = fair must be the digest of the manifest that you entered for this file (media.fair). Say first who made it, and offer it by that.
says-can-sold-once-everybody = This can be sold once everybody who made it has signed, and { $value } has not yet: ask them to agree.
says-seller-one-who-signed = The seller is the one who signed the manifest: sign it yourself, and have the others agree.
says-you-bought-file-those = You bought this file: those who made it sell it, and you keep your copy.
says-there-no-such-work = There is no such work for sale here, or it isn’t shown to you.
says-your-own-file = This is your own file.
says-you-bought-work-for = You bought this work for this use already.
says-not-offered-at-price = It is not offered at this price and on these terms: look again and agree to the current ones.
says-file-on-its-way = This file is on its way to you by another order: look again in a moment.
says-sellers-record-isnt-kept = The seller’s record isn’t kept on this box any more.
says-payment-bought-no-licence = This payment bought no licence from you.
says-amount-must-1-or = amount must be 1 or more.
says-type-must-photo-video = type must be photo, video, audio, document or other.
says-state-must-kept-or = state must be kept or trash.
says-order-must-newest-oldest = order must be newest, oldest, added or name.
says-kind-must-withdraw-soft = kind must be withdraw, soft or hard.
says-send-form-with-its = Send the form with its length (the header Content-Length).
says-form-has-more-than = The form has more than one file.
says-form-has-no-file = The form has no file.
says-may-have-at-most = { $name } may have at most { $text-bytes-max } bytes.
says-must-utf-8 = { $name } must be UTF-8.
says-w-must-face-200 = w must be face, 200, 400, 800 or og.
says-salt = salt: { $error }.
says-cids-may-have-at = cids may have at most { $cids-max }.
says-no-cid = { $wrong } is no CID.
says-use-must-keep-or = use must be keep or train.
says-only-owner-node-says = Only the owner of this node says how much others may have.
says-you-own-node-so = You own this node, so your files have no limit but the disk.
says-bytes-are-more-than = bytes are more than any disk has.
says-with-must-did-group = with must be the DID of a group.
says-month-must-yyyy-mm = month must be YYYY-MM.
says-nothing-came-for-upload = Nothing came for this upload for three days, so it ended: begin a new one.
says-x-http-method-override = X-HTTP-Method-Override must be HEAD, PATCH or DELETE.
says-part-upload-has-header = A part of an upload has the header Content-Type: { $part }.
says-connection-broke-before-all = The connection broke before all bytes came: ask how far the upload came, and continue from there.
says-file-arrived-not-here = This file arrived, and is not here any more: begin a new upload to have it again.
says-ids-must-have-1 = ids must have 1 to { $files-max } assets.
says-photos-files-2 = { $count } photos and files
says-folders = { $count } folders
says-albums = { $count } albums
says-links-photos-2 = { $count } links to photos
says-connected-computers = { $count } connected computers
says-bought-works = { $count } bought works
says-sold-works = { $count } sold works
says-name-has-1-255 = A name has 1 to 255 bytes, without / and control characters.
says-must-have-1-255 = must have 1 to 255 bytes of Unicode (NFC), without / and control characters
says-must-ast-26-z = must be ast_ and 26 of a-z 2-7
says-must-cid-delegation-bafyrei = must be the CID of a delegation (bafyrei…)
says-must-favourites-or-id = must be favourites or the id of an album (alb_…)
says-must-id-asset-ast = must be the id of an asset (ast_…) or an album (alb_…)
says-fair-came-with-file = A .fair came with this file: ask for the file’s own (GET /media/api/assets/<id>/fair), which says what work must be.
says-this-app-password-has = This app password has ended.
says-caller-left-picture = the caller left before the picture was ready
says-box-too-busy-decode = the box is too busy to decode the picture now

## Help texts of the pages: a title, and three sentences

help-photos =
    Photos
    Your photos and videos are here, by month.
    Add some, or tap one to see it large.
    Only you see them until you share them, and what you remove waits in the trash until you erase it.
help-file =
    A photo or a file
    This is one photo, video or file, with its details.
    Its owner can share it, put it into an album, or say what is in the picture.
    Others get it without the place and the device unless its owner decides otherwise.
help-upload =
    Adding photos
    You bring photos, videos and other files from this device here.
    Choose them here, or on Android share them from another app with the box on your home screen.
    Only you see them until you share them, and an upload that breaks off continues where it stopped.
help-find =
    Searching photos
    You look here for photos, files and albums by words or by a day.
    Type what you look for, such as “lake” or “July 2026”.
    The search looks through your own things, and nobody is told.
help-albums =
    Albums
    An album puts photos together, from a trip, a birthday or a year.
    Make one, then add photos to it.
    You choose who sees an album, and removing it leaves its photos where they are.
help-album =
    An album
    These are the photos of one album.
    Tap one to see it large; in your own album you can add more.
    Anyone who may see an album sees its photos, and its owner can change that at any time.
help-shared-album =
    An album by link
    Somebody sent you a link to this album.
    Tap a photo to see it large, or download what you like.
    You need no account, and the album stays open until the link ends.
help-family =
    Family
    What everybody in a group has shared with it is here.
    Choose a group, or select some of your own photos and share them with it.
    Everybody in the group sees it, and you can keep what you like in your own photos.
help-contact =
    Photos by somebody
    The photos that somebody shares with you are here.
    Tap one to see it large.
    You see only what is shared with you or with everybody.
help-folders =
    Folders
    Folders are for papers, music and everything that isn’t a photo.
    Make a folder, then add files to it.
    Removing a folder puts its files into the trash, where you can bring them back.
help-links =
    Links to photos
    A link shows a photo or an album to anyone who has it, without an account.
    To make one, open a photo or an album and choose “Link”.
    Each link ends on its day, and you can end it now.
help-devices =
    Connecting a computer
    Your folders become a drive in the file manager of your computer.
    Make a password for one computer, and enter it there with the address.
    A computer can’t share or erase anything, and you can end its password at any time.
help-trash =
    Trash
    What you removed is here.
    Bring files back, or erase them to have their room again.
    Only you see the trash, and what is erased can’t be brought back.
help-storage =
    Storage
    This page shows how much room your files take.
    To have more room, end uploads that aren’t complete or empty the trash.
    Besides you, only the owner of the box sees how much room you use.
help-stick =
    Photos from a stick
    The box copies the pictures and videos of a USB stick.
    Plug the stick into the box, choose a folder, and import it.
    Nothing changes on the stick, and what is in your photos already isn’t added again.
help-agree =
    You are asked to agree
    Others say that you made a file together with them.
    Look at the file and at your share, and sign if that is right.
    Your signature makes it count, and nothing happens if you leave it.
help-buy =
    Buying a file
    You buy a copy of somebody’s file here.
    Choose what for and how you pay, and sign the price.
    The file stays in your own library, even if its seller erases theirs.
help-favourites =
    Favourites
    The photos and files that you gave a star are here.
    To add one, open it and tap its star, or select several photos and choose “Favourite”.
    Only you see your favourites, and what you take out stays in your photos.
