# What every service of items says: pages of links, of tips, of courses.

## The pages

somebody = Somebody
picture-of = Picture of { $name }
copied-from = from <source/>
feeds = Follow with a feed reader:
tag-off = off
tag-connections = your connections
tag-link = anyone with the address
tag-private = only you
tag-from = from <day/>
tag-until = until <day/>
home-show = Show
no-such-file = There is no such file here, or it isn’t shown to you.
file-number = File { $number }

## Editing

scripts-off = Your browser signs what you change here, and it needs scripts for that. Turn them on for this address, then load the page again.
field-title = Title
field-note = A few words (optional)
field-visibility = Who can see it
seen-public = Everybody
seen-connections = Your connections
seen-link = Anyone with the address
seen-private = Only you
field-accent = Colour
accent-none = As usual
accent-ember = Ember
accent-moss = Moss
accent-sea = Sea
accent-plum = Plum
accent-rose = Rose
accent-gold = Gold
accent-slate = Slate
field-on = Switched on
fold = More
field-from = Show from
field-until = Show until
field-slug = Address (optional)
slug-hint = Comes after { $path }/ and has a to z, 0 to 9 and hyphens.
field-files = Pictures and files (optional)
files-hint = At most { $count }. Others get pictures and films without the place and the device in them.
file-withheld = { $name }: the box can’t take the place and the device out of this kind of file, so only its owner gets it.
save = Save
publish = Publish and share
cancel = Cancel

## Scripts

js-of-item = { $text }: { $title }
js-from = from { $time }
js-until = until { $time }
js-on = On
js-seen = Who can see it
js-change = Change
js-remove = Remove
js-remove-sure = Remove “{ $title }” and erase its words?
js-removed = Removed. The box has erased its words.
js-move = Move “{ $title }”: drag it, or press the up or down arrow key
js-moved = “{ $title }” is now { $place } of { $count }.
js-sorted = Saved in this order.
js-signing = Signing…
js-saving = Signing and saving…
js-saved = Saved and signed by you.
js-saved-draft = Saved and signed by you. Nobody else sees it until you publish it.
js-no-title = Give it a title.
js-slug = Use only a to z, 0 to 9 and hyphens.
js-until-early = Choose a time after the one from which it is shown.
js-stale = This was changed elsewhere in the meantime, and it’s called “{ $title }” there. Your text is still in the form.
js-stale-save = Save mine instead
js-stale-take = Use the other version
js-file-number = File { $number }
js-file-alt = What “{ $name }” shows or is called
js-file-remove = Remove “{ $name }”
js-file-move = Move “{ $name }”: drag it, or press the up or down arrow key
js-file-removed = Removed from the list. Save to keep it so.
js-file-sending = Sending { $name }: { $percent } percent
js-file-ready = Ready. Say what each file shows, then save.
js-file-many = Only { $count } files fit.
js-file-none = This box takes no files: the service for them isn’t on.
js-share = Share
js-shared = Shared and signed by you.
js-chosen = { $label }: { $choice }
js-share-private = Only you can see this. Choose who else can, then share it.
js-share-title = Share “{ $title }”
js-share-audience = Who can open it: { $audience }
js-share-conversation = Send in a chat or group
js-share-device = Share in another app
js-share-link = Link
js-share-code = QR code of the link
js-share-done = Done
js-draft = This is what you wrote before. It isn’t saved yet.
js-follow = Follow
js-unfollow = Stop following
js-copying = Copying…
js-copy-show = See your copy
