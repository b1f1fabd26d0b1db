# The frame of every page, and pages of the box that belong to no app.

## Around every page

skip = Skip to the content
main = Main
home = Home
more = More
search = Search
sign-in = Sign in
begin = Get started
bell = { $count ->
    [0] Notifications
   *[other] Notifications, { $count } new
}
# Read out after the name of a place.
badge = , { $count } new
own-box = This is somebody’s own box. You can <data>see, take or delete</data> what’s yours here.
how-it-works = How it works
check-a-copy = Check a copy

## When something can’t be shown

problem-nothing = Nothing here
problem-signin = Please sign in
problem-forbidden = You can’t open this
problem-busy = One moment, please
problem-refused = That didn’t work
problem-broken = Something went wrong
problem-home = Back to Home

## A locked box

locked = This box is locked
locked-lead = It has started, but what it keeps is sealed. Type its passphrase to open it for everybody.
locked-plain = The box doesn’t accept its passphrase over plain HTTP, where others could read it. Open the box at its <https/> address, or in a browser on the machine itself.
locked-certificate = Does your browser warn you that it doesn’t know this box? <trust>Let this device trust it</trust>.
locked-key-file = A key file opens it, too: plug in the stick that has it.
locked-which = It’s the passphrase that was chosen when the box was locked. If it’s lost, what’s sealed is lost; a backup brings the box back.
locked-wrong = { $left ->
    [0] That is not the passphrase. You have to wait a little before the next try.
    [one] That is not the passphrase. You have { $left } more try before you have to wait.
   *[other] That is not the passphrase. You have { $left } more tries before you have to wait.
}
locked-wait-seconds = { $count ->
    [one] There were too many wrong tries, so this one wasn’t checked. Try again in { $count } second.
   *[other] There were too many wrong tries, so this one wasn’t checked. Try again in { $count } seconds.
}
locked-wait-minutes = { $count ->
    [one] There were too many wrong tries, so this one wasn’t checked. Try again in { $count } minute.
   *[other] There were too many wrong tries, so this one wasn’t checked. Try again in { $count } minutes.
}
locked-somebody = Somebody else is trying a passphrase right now. Try again in a moment.
locked-passphrase = Passphrase
locked-open = Open the box

## A box whose disk is full

full = The disk of this box is full
full-lead = It’s so full that the box can’t open what it keeps. Nothing is lost. The box continues without a restart as soon as there’s room.
full-now = { $free } of { $total } are free right now, and the box keeps { $reserve } for signing in, deleting and copies.
full-what = Remove what other programs left on the disk, or move the whole data folder to a larger one.
full-commands = On the machine itself, <doctor/> shows what takes up the room, and <export/> writes a person’s record to another disk.
full-unavailable = This box is waiting for room on its disk. Nothing can be read or written until then; it continues without a restart.

## Addresses

wrong-host-title = This isn’t the box’s address
wrong-host = This box doesn’t use the name in that address, so it doesn’t answer there. Check the address for a typing mistake, or ask the box’s owner for the right one.
wrong-host-home = At home, the box shows its address on its screen or in its log when it starts.
no-host = The request needs a Host header.
no-such-page = There is nothing at this address.
metrics-refused = Only programs on the box’s own machine can read its metrics. Its owner can change that with { $setting }.
