# The pages of the node.
service = This box
data = My data
devices = Devices
trust = Standing
apps = Apps that act for me
copy = Take a copy
move = Move to another box
delete = Delete my data
front = Name and picture
invite = Invite people
letters = Unsent emails
health = Status
backups = Backups
network = Network
lock = Lock
owner = Hand over this box
power = Restart or shut down

## Home

home = Home
hello = Hello, { $name }
hello-you = Hello
home-waiting = Waiting for you
home-new = New
home-coming = Coming up
first-steps = { $count ->
    [one] One thing to do
   *[other] { $count } things to do
}
first-hide = Hide this list
first-name = Give the box a name
first-invite = Invite somebody
first-backups = Choose where backups go
first-mail = Set up email
first-way-in = Make the box reachable from anywhere
home-quiet = All quiet. Nothing needs you right now.
home-quiet-why = What happens on { $site } shows up here.
home-try = See what you can do here
new-address = Your box has a new address
new-address-why = At <strong>{ $address }</strong> no browser warns you, at home and elsewhere. Make a key there and approve it here, under Devices? Your recovery sheet stays valid, and this address keeps working.
new-address-key = Add a key there
this-box = This box
box-fine = { $site } is doing fine.
backup-newest = Newest backup: <time/>.
backup-none = No backup yet.
backup-risk = If the box’s card breaks, everything on it is gone.
backup-set-up = Set up backups
backup-first = Make the first one now
alarm-warning = warning
alarm-urgent = needs you
alarm-todo = What to do:
alarm-open = Take a look

## More and settings

more = More
settings = Settings
settings-you = You
sign-out = Sign out
language = Language
use-language = Use this language
no-such-language = This box doesn’t speak that language yet. Choose one from the list.

## Search

search = Search
search-what = What are you looking for?
search-hint = Find people, conversations, events, photos, links, courses, and what is in your record. To find somebody on another box, type their name with the box: @maya@box.example.
search-nothing = Nothing found for “{ $words }”. Check the spelling, or try fewer words.
search-people = People
search-found = Found
search-record = In your record
search-places = Places

## Notifications

notifications = Notifications
notifications-none = Nothing new.
notifications-hint = When somebody connects with you, or something needs your confirmation, you’ll find it here.
mark-all-read = Mark all as read
new = New

## The front page

front-lead = A small box in somebody’s home. It keeps what belongs to the people who use it. They sign it, and they can take it with them at any time.
front-description = Somebody’s own box: people keep their data here, sign it and own it.
front-why-keys = What people do here is signed with keys that stay in their own browsers. The box keeps the records, but it can’t sign in anybody’s name.
front-why-copy = Everybody can take their whole record as one file and <verify>check it</verify> without this box. <docs>How it works</docs>
front-invited = I have an invitation
front-sign-in = Sign in
front-on = What’s on
front-what = What people do here
front-how = How it works
people-here = People here
somebody = Somebody
unclaimed = This box has no owner yet
unclaimed-how = It showed a claim link and a code when it first started. The first person to open that link becomes its owner.
unclaimed-code = I have the code
unclaimed-wifi = Join your Wi-Fi

## Parts of pages

scripts-off = This page needs scripts, and this browser has them off. Turn them on for this address, then load the page again.
lent-name = The name of this page belongs to { $registry }, which could lead it elsewhere. So a key that you make here signs for you, and can’t change which keys are yours. Your recovery sheet can, and so can a key that you make at home or under your box’s own name. They can give it that later.
how-do-i-know = How do I know?
owner-only = Only the owner of this box can use this page.
sign-in-first = Sign in first.
nobody-looks-after = Nothing on this machine manages the box, so it can’t do this.
back = Back
looking = Looking…
continue = Continue
print = Print
save-as-file = Save as a file
have-sheet = I have it, continue
open-sheet = Open the sheet
sheet-scan = Scan the code with the camera
sheet-file = The saved file, or a photo of the code
sheet-letters = Or the letters from the paper
sheet-letters-hint = Ten lines of 25. Capitals and spaces don’t matter.
paper-title = Recovery sheet of <name/>
paper-made = Made on <date/>. It opens only with your passphrase, which isn’t on this sheet.
paper-box = Box: <address/>
paper-backups = A friend’s box with my backups:
paper-id = Your ID: <did/>
paper-use = To use it: open your box’s address in a browser, choose “Sign in”, then “Restore from the sheet”.
sheet-passphrase = A passphrase for your recovery sheet
sheet-passphrase-hint = It locks the sheet. Choose one you’ll still know in a few years.
show-typed = Show what I type
suggest = Suggest one that’s easy to say aloud
elsewhere = Have you been here under another address? A browser keeps the keys of each address apart, so yours may be there:

## Standing

trust-title = Who vouches for me
trust-missing = What’s missing until you’re established here
trust-established-may = Established members can vouch for others, confirm what they saw, warn about people, and invite.
trust-confirm = Needs your confirmation
trust-confirm-hint = Confirm what’s true. Once your signature is next to theirs, it counts, and both of you have it in your records.
trust-why-signed = The person who made a statement signed it, and the person it’s about confirmed it. Both have it in their records, so neither can change it alone, and this box can’t invent one.
trust-why-same = The table below shows each statement that counts, and how much of it is left. Anybody with the same statements gets the same result.
trust-sum = What it adds up to
trust-table = Show as a table
trust-who = Who
trust-what = What
trust-age = Left after aging
trust-share = Share
trust-how = Standing begins with the owner of this box and spreads through what people say about each other. It fades with time and grows with different people. What you say about yourself doesn’t count. <docs>How it works</docs>, and <policy>what this box allows</policy>.
js-trust-soft = You’re here as a guest, without a key of your own. You can use tickets, courses and chats, and read.
js-trust-preliminary = You have your own key. You can host events and connect with everybody.
js-trust-established = You’re established here. You can vouch for people, confirm what you saw, warn and invite.
js-trust-connections = { $wanted ->
    [one] { $there } of { $wanted } confirmed connection
   *[other] { $there } of { $wanted } confirmed connections with different people
}
js-trust-occasions = { $wanted ->
    [one] { $there } of { $wanted } event attended or payment settled here
   *[other] { $there } of { $wanted } events attended or payments settled here
}
js-trust-days = { $wanted ->
    [one] { $there } of { $wanted } day since your record began
   *[other] { $there } of { $wanted } days since your record began
}
js-trust-warnings = { $there ->
    [one] { $there } open warning ({ $wanted } allowed)
   *[other] { $there } open warnings ({ $wanted } allowed)
}
js-trust-said-vouch = vouches for you
js-trust-said-accepted = is connected with you
js-trust-said-invited = invited you to connect
js-trust-said-settled = saw a payment settled
js-trust-said-customer = saw your first purchase
js-trust-said-attendance = saw you at an event
js-trust-said-root = has met you: the record of your beginning here
js-trust-said-yellow = warns about you
js-trust-said-session = saw you sign in
js-trust-said-completed = confirms that you finished a course
js-trust-said-other = says “{ $type }”
js-trust-confirm = Confirm
js-trust-decline = That’s not so
js-trust-signing = Signing…
js-trust-declining = Declining…
js-trust-root = Standing begins with you: you’re the owner of this box.
js-trust-sum-few = { $count ->
    [0] Nobody has said anything about you yet that counts.
    [one] { $count } statement about you counts.
   *[other] { $count } statements about you count.
}
js-trust-sum = { $count ->
    [one] Your standing is { $share } of the owner’s, from { $count } statement that counts.
   *[other] Your standing is { $share } of the owner’s, from { $count } statements that count.
}
js-trust-withheld = { $count ->
    [one] { $count } more statement counts that you can’t see.
   *[other] { $count } more statements count that you can’t see.
}

## Creating an identity

create = Create your identity
create-steps = Steps
create-step-name = Name
create-step-key = Key
create-step-sheet = Sheet
create-step-test = Test
create-step-done = Done
create-closed = This box isn’t open to new people
create-closed-why = Its owner has closed it to newcomers. Already here? <signin>Sign in</signin>.
create-name = What should people call you?
create-signed-in = You’re signed in as { $name }. What you make here is a second identity, with a key and a record of its own.
create-signed-in-home = Back to Home
create-own = You came in with an email link. Now you get a key of your own. Your ID and everything you have stay as they are. If you have an invitation, it lets you do more here.
create-your-name = Your name
create-name-hint = What your friends call you. You can change it at any time.
create-before = Been here before? <signin>Sign in</signin> instead.
create-claim = Claim code
create-claim-hint = This box has no owner yet. It showed a code when it started. The first person to enter it becomes the owner.
create-invite = Your invitation
create-invite-hint = The code from the person who invited you.
create-key = Your key
create-key-what = Your key is a very long secret number. This browser makes it for you and never gives it away. You sign what you do with it, so everybody can see it was you, and nobody can pretend to be you, not even this box.
create-sheet-next = Next comes a sheet of paper. It brings you back if this device breaks or gets lost. It has a key of its own, so it works without this device.
create-make = Make my key
create-over = Start over
create-sheet = Your recovery sheet
create-sheet-lead = Print this sheet or save it on a stick, and keep it with your important papers. Without your passphrase it opens nothing.
create-over-key = Start over with a new key
create-test = Does the sheet work?
create-test-lead = Read it back now, while nothing depends on it yet. You can’t rely on a sheet you’ve never tried.
create-passphrase = Your passphrase
create-back = Back to the sheet
create-finishing = The sheet works. Telling your box…
create-almost = Almost done
create-almost-why = Your key and your sheet are fine. Your box just hasn’t let you in yet.
create-claim-again = Compare it with the code your box shows.
create-again = Try again
create-welcome = Welcome, <name/>
create-done = Your key is in this browser, your sheet works, and your record has begun. From here on, you sign what you do.
create-owner = You’re the owner of this box. You invite people, keep its backups and decide its settings.
create-member = You’re a member of this box. Everything on it is open to you.
create-guest = You’re a guest on this box. You can use almost everything here. An invitation from its owner makes you a member.
create-stranger = Your ID exists, but you aren’t a member here yet. Ask the owner of this box for an invitation.
create-connect = Accept the invitation to connect
create-profile = Write your profile
create-lock = Lock this box with a passphrase?
create-lock-why = Anybody who steals the box or its card can read what’s on it. With a lock, the keys, addresses and emails on it open only with a passphrase. In return, you type it after every power cut.
create-lock-how = What a lock means, and how to set it
create-lock-later = You can do it any time, under “Settings”.
create-anywhere = Open it on the road, too?
create-anywhere-why = Right now your box answers at home alone. With a name from a registry, you and your guests reach it from anywhere, and nobody in between can read along.
create-look = Or have a look at <data>your data</data>.
create-resumed = You’re back where you left off.
js-create-claimed = This link makes you the owner of this box.
js-create-invited = Your invitation is good.
js-create-invited-by = { $name } invites you to { $box }. Your invitation is good.
js-create-invited-connect = { $name } invites you to { $box }. Once you have your key, the two of you are connected.
js-create-connected = You and { $name } are connected.
js-create-write = Write to { $name }
js-create-no-claim = This box has no owner yet, so it needs its claim code first.
js-create-no-invite = You need an invitation to join this box. Ask its owner for one.
js-create-no-name = Write the name people will see. You can change it later.
js-create-checking = Checking…
js-passphrase-short = Use at least { $count } letters. Four words you can remember are good.
js-create-making = Making your key…
js-sheet-first = Read your sheet in first: scan it, choose the saved file, or type the letters from the paper.
js-sheet-needs-passphrase = The sheet opens only with its passphrase.
js-sheet-opening = Opening the sheet…
js-create-other-sheet = This sheet is fine, but it belongs to another ID. Use the one you just printed or saved.
js-create-first-sheet = My first sheet
js-create-own-already = You already have a key of your own. You can add more under “Devices”.
js-codes-claim = That isn’t this box’s claim code. You’ll find the code where the box started: on its screen, its card or its console.
js-codes-claimed = This box has an owner already, so its claim code no longer works. Ask its owner for an invitation.
js-codes-invite = This invitation isn’t good any more: it was used up, it has expired, or there’s a typo in it. Ask for a new one.

## The way in

certificate-title = The way in
certificate-trust = Let this device trust your box
certificate-trust-why = For notifications, passkeys and no more warnings. You can do it later, and once is enough.
certificate-get = 1. Get the certificate
certificate-apple = For iPhone, iPad, Mac
certificate-others = For all others
certificate-install = 2. Install it
certificate-compare = 3. Compare
certificate-compare-how = In the certificate’s details, your device shows a “SHA-256 fingerprint”. Your box showed one too when it started (“sha256”). They must be the same. If they aren’t, someone is between you and your box: remove the certificate again.
certificate-this-page = This page has:
certificate-none = This box has no certificate of its own
certificate-none-secure = Your connection to this box is private already. There’s nothing to install on your phone.
certificate-none-plain = This box doesn’t use HTTPS at the moment. Its owner can turn it on with “tls.listen” in its settings. If it has just started, it may not know the time yet: wait a minute.
certificate-none-yet = This box has no certificate of its own: it doesn’t use HTTPS, or doesn’t know the time yet.
certificate-back = Back to Home
certificate-steps-ios = iPhone and iPad
certificate-ios-1 = Open this page in Safari, tap “For iPhone, iPad, Mac” above, and allow the download.
certificate-ios-2 = Open Settings. Tap “Profile Downloaded” at the top, then “Install”.
certificate-ios-3 = Go to Settings › General › About › Certificate Trust Settings, and turn on <name/>.
certificate-android-1 = Tap “For all others” above. Your phone saves the file imajin-box.crt.
certificate-android-2 = Open Settings and search for “CA certificate” (Security › More › Install a certificate).
certificate-android-3 = Tap “Install anyway” and choose the file.
certificate-mac-1 = Open the downloaded profile. Then go to System Settings › General › Device Management and install it.
certificate-mac-2 = Open Keychain Access, find <name/>, open it, and set Trust to “Always Trust”.
certificate-windows-1 = Open the file imajin-box.crt. Choose “Install Certificate”, then “Current User”.
certificate-windows-2 = Choose “Place all certificates in the following store”, then “Trusted Root Certification Authorities”.
certificate-steps-linux = Linux, and Firefox on any system
certificate-linux-firefox = Firefox: Settings › Privacy & Security › View Certificates › Authorities › Import, and tick “identify websites”.
certificate-linux-chromium = Chromium: Settings › Privacy and security › Security › Manage certificates › Custom › Import.
certificate-linux-system = The whole system (Debian): copy the file to /usr/local/share/ca-certificates and run update-ca-certificates.
certificate-other-device = Another device
certificate-other-device-how = To open this page on another device in the same network, scan this with its camera.
certificate-code = A code that leads to { $link }
certificate-can = What this certificate can and can’t do
certificate-can-names = Your box made it, and its key never leaves the box. It works only for names at home (<local/>), for this box’s own name and for private addresses. Nobody can use it to pose as your bank, not even a thief who has your box.
certificate-can-now = Right now your box uses these names: { $names }. Its certificate for them is valid until { $date }, and the box renews it automatically.
certificate-can-lost = If you ever lose your box, remove “{ $name }” from your phone.
certificate-profile = Lets this device trust your own box, at home only.
wayin-inside = You’re in
wayin-inside-why = This connection is private. Your key lives in this browser, under <host/>. Your recovery sheet brings it back anywhere.
wayin-continue = Continue
wayin-here = Your box is here
wayin-looking = Looking for the safest way in…
wayin-known = Your browser knows your box already.
wayin-unknown = Your browser doesn’t know this box yet and will warn you. Continue only at home, on your own Wi-Fi.
wayin-chromium = In Chrome, Edge and other browsers, tap “Advanced” on the next page, then “Proceed”.
wayin-firefox = In Firefox, tap “Advanced” on the next page, wait a second, then tap “Accept the risk and continue”.
wayin-safari = In Safari, tap “Show Details” on the next page, then “visit this website”.
wayin-only-here = Do this for <host/> only, and never for any other address.
wayin-safari-week = Safari may forget pages that you haven’t opened for a week. Keep your recovery sheet: it brings your key back.
wayin-install = Install the certificate instead
wayin-warning = What the warning means
wayin-warning-why = Your box made its certificate itself, so no company vouches for it. After you continue, nobody can read along. But somebody on the same Wi-Fi at this very moment could show you a false page instead of your box. That’s why you should do this only at home.
wayin-warning-compare = If you want to be sure, open the certificate in the warning’s details. Compare the SHA-256 fingerprint of its issuer with this one, and with the one that your box showed when it started:
wayin-scripts-off = Scripts are off in this browser, so this page can’t look for a better way.

## Recovery sheets

js-paper-code = The same letters as a code for a camera
js-paper-title = Recovery sheet of { $name }
js-paper-box = Box: { $address }
js-paper-backups = A friend’s box with my backups: ______________________________
js-paper-id = Your ID: { $did }
js-paper-made = Made on { $date }
js-paper-use = With this sheet and your passphrase you get back in: open your box’s address in a browser, choose “Sign in”, then “Restore from the sheet”.
js-paper-keep = Keep it with your important papers. Without the passphrase it opens nothing.
js-paper-saved = Your browser saves the sheet as { $file }. Choose that file here.
sheets-lead = A recovery sheet brings you back when a device breaks or gets lost. Each sheet has a key of its own, so it works whatever happens to your devices.
sheets-no-key = You’re signed in, but this browser doesn’t hold your key: it can look, but not sign. <restore>Restore from a sheet</restore>.
sheets-shared = If you printed a sheet before this page existed, it shares its key with the device you made it on. It stops working when you take that device out of use. Make a new one to be safe.
sheets-lent = The name of this page belongs to { $registry }, which could lead it to a page that copies what you make there. So make a new sheet at home, or under your box’s own name.
sheets-new = Make a new sheet
sheets-try = Try a sheet
sheets-devices = Your devices
sheets-make = A new recovery sheet
sheets-where = Where will you keep it?
sheets-where-hint = A name for your own list, like “desk drawer” or “at my sister’s”.
sheets-limits = It brings you back and signs for you like a device. Copies locked with your key and backups of a box you own open only with your very first sheet: keep that one.
sheets-make-it = Make the sheet
sheets-yours = Your new sheet
sheets-yours-lead = Print this sheet or save it on a stick. It becomes valid once you’ve read it back in the next step.
sheets-test-lead = Read it in. Your browser opens it right here and sends neither the sheet nor your passphrase anywhere.
js-sheets-none = You have no sheet with a key of its own yet.
js-sheets-revoke-it = Revoke the sheet “{ $name }”
js-sheets-revoke = Revoke
js-sheets-made = Made on { $date }
js-sheets-yes = Yes, revoke it
js-sheets-revoke-why = After this, “{ $name }” won’t bring your key back. Your other devices are signed out, and you sign in there again.
js-sheets-revoked = “{ $name }” is revoked.
js-sheets-programs = Programs that were connected with a key out of use still act for you: see “Devices”.
js-sheets-no-name = Give the sheet a name, so you can tell your sheets apart.
js-sheets-making = Making the sheet…
js-sheets-other = This is a good sheet, but another one. Take the one you just printed or saved.
js-sheets-valid = The sheet “{ $name }” works, and is valid from now on.
js-sheets-not-yours = This sheet opens, but it isn’t yours: it belongs to another ID.
js-sheets-was-revoked = This sheet opens, but you revoked it: it won’t bring you back. Make a new one.
js-sheets-works = The sheet “{ $name }” works.
js-sheets-works-shared = This sheet works. It shares its key with a device.

## Signing in with a link

mail-title = Sign in
mail-ready = Your email brought you here. One tap, and you’re signed in.
mail-once = The link works once. This browser then stays signed in for a day.
mail-code = Keep this code
mail-code-why = With this code and your email address you can always sign in again, even when this box can’t send email. You see it only this once, so write it down.
mail-code-done = I wrote it down
mail-in = You’re signed in
mail-in-read = Read the text above before you continue.
mail-broken = This link isn’t complete
mail-broken-why = Open it again from the email, or copy the whole link into the address bar.
mail-again = Get another link
js-mail-in = Signing in…

## Emails that wait

letters-sending = Your box sends these automatically. They’re still waiting.
letters-handing = Your box has no mail server, so it can’t send these. Pass each one on to its person and to nobody else: a sign-in link signs in anyone who has it. If it’s for a guest who was here before, it ends all their sessions, and their record will always show that it happened. They don’t need you if they still have their code.
letters-server = Name a mail server
letters-none = No emails are waiting.
js-letters-to = To { $to }, written { $when }, expires { $end }.
js-letters-tried = { $tries ->
    [one] Not sent yet, after { $tries } attempt: { $why }
   *[other] Not sent yet, after { $tries } attempts: { $why }
}
js-letters-link = the link
js-letters-text = The whole email

## Hand over this box

inherited-mail = This box still sends its email through { $server }, as it was set up before. Keep that, or forget it?
inherited-backups = Backups still go to { $to }, as it was set up before. Keep that, or forget it? Existing backups stay either way.
inherited-keep = Keep it
inherited-forget = Forget it
inherited-none = There is nothing to forget any more.
owner-lead = Everybody’s data stays where it is. What changes is who looks after the box: invitations, backups, updates and its name.
owner-looking = Loading the people here…
owner-heir = Who looks after it from now on?
owner-choose = Choose…
owner-nobody = Nobody yet: release the box
owner-released = A released box shows a new claim code on its screen and console. The first person to enter it becomes its owner.
owner-sure = I understand that I won’t be the owner any more
owner-sign = Sign and hand over
owner-keep = Keep the box
owner-done = Done
owner-leaves = The box keeps its mail server, its card payments and its place for backups until the next owner keeps or forgets them.
owner-home = Go to Home
owner-become = Become the owner of this box
owner-become-lead = This box has no owner. You’re signed in already, so you don’t need a new key: its claim code is enough.
owner-become-sign = Sign and own the box
owner-yours = This box is yours
owner-finds = If the owner before you set up a mail server, card payments or backups, Home asks whether to keep them.
owner-settings = Settings of this box
owner-code = Claim code
owner-code-hint = The box shows it on its screen and console.
js-owner-choose = Choose somebody, or release the box.
js-owner-tick = Tick this first: only the new owner can undo it.
js-owner-signing = Signing…
js-owner-handed = { $name } owns this box now. Your own data stays here as it is.
js-owner-released = This box has no owner now. Its screen and its console show the new claim code. Your own data stays here as it is.
js-owner-on = Continue

## Apps

apps-title = Apps
apps-lead = Other people’s programs that you let act in your name, each for certain things and a limited time.
apps-none = No app can act for you.
apps-hint = Your record shows what an app did for you. When you revoke its permission, that takes effect at once.
apps-ask-title = Let an app act for you?
apps-looking = Checking who’s asking…
apps-ask = Let <name/> act for you?
apps-ask-from = It says it’s at <url/>. If that isn’t where you came from, choose “No”.
apps-ask-scope = What it could do in your name
apps-ask-days = For how long?
apps-day = a day
apps-month = a month
apps-year = a year
apps-allow = Allow
apps-no = No
apps-ask-hint = It never gets your key. It can’t change your keys or delete anything, and you can revoke this under “Apps”.
apps-signin = An app wants to act for you
apps-signin-why = Sign in first to see what it’s asking for.
apps-signin-go = Sign in
js-apps-revoked = you revoked it
js-apps-ended = ended { $when }
js-apps-until = expires { $when }
js-apps-back = Revoke
js-apps-back-of = Revoke what { $name } may do
js-apps-taking = Revoking…

## Signing in

signin = Sign in
signin-looking = Looking for your key in this browser…
signin-here = Your key is in this browser.
signin-none = This browser holds no key yet.
signin-others = Other ways in
signin-sheet = I have my recovery sheet
signin-sheet-why = The sheet and its passphrase bring your key into this browser.
restore = Restore from the sheet
signin-bring = I have a copy of my data
signin-bring-why = From another box, or from one that’s gone: this box can become its new home.
signin-device = I have another device
signin-device-why = A device where you’re signed in can let this one in, too, with a key of its own.
device = Add this device
signin-mail = I have an email address
signin-mail-why = We’ll email you a sign-in link. You can make a key of your own later.
signin-mail-address = Your email address
signin-mail-send = Send me the link
signin-code = Or the code you got on your first visit
signin-code-use = Sign in with the code
signin-new = I’m new here
signin-new-why = It takes a few minutes. A printer or a USB stick helps.
signin-unclaimed = The first person to enter the code it showed at its start becomes its owner.
js-signin-you = you
js-signin-as = Sign in as { $name }
js-signin-going = Signing in…
js-signin-unknown = This box doesn’t know { $name }. Is the key from another box? Then open that one, or bring a copy of your data here first.
js-signin-right-box = It’s the right box: remember it
js-signin-remembering = Remembering…
js-signin-remembered = This browser knows the new box now. Sign in again.
js-signin-set-up-again = Did somebody set it up again? Then it’s the right one. If not, somebody else may be using its address: don’t continue.
js-signin-securely = Continue securely
js-whole-address = Write your whole address, like bob@example.com.
js-signin-sending = Sending…
js-signin-mailed = Your link is on its way. Open it within 15 minutes, and look in your spam folder, too.
js-signin-no-mail = This box can’t send emails yet. Ask its owner for your link: it’s good for 15 minutes.
js-signin-coming = Signing in…
js-readmitted-read = I have read it
js-readmitted = Somebody signed in as you { $ago }, with a link that the owner of this box passed on. That ended all your sessions, and your record keeps a note of it.
js-readmitted-you = Was it you? Then all is well. If not, somebody else had the link: ask the owner of this box.
js-signin-plain = Sign in

## Restoring from a sheet

restore-lead = Your browser opens the sheet right here. It sends neither the sheet nor your passphrase anywhere.
restore-passphrase = Its passphrase
restore-go = Bring my key back
js-restore-back = Your key is back in this browser.
js-restore-unknown = This box doesn’t know you yet. Open the box that has your data, or bring a copy of it here. The key will fit.
js-restore-bring = Bring a copy
js-restore-revoked = This sheet opens, but you revoked it. Use another sheet, or add this browser from another device of yours.

## Bringing a box back from a friend's box

box-restore = Bring my box back
box-restore-way = Is your old box lost or broken? If a friend’s box keeps its backups, <restore>bring it back here</restore>.
box-restore-lead = A friend’s box keeps the backups of your old box. This new one becomes your old one: with everybody’s records and pictures, its settings and its keys.
box-restore-interrupted = This was begun before, and broke off when the box went off. Fill in the same again: what has arrived stays, and the rest follows.
box-restore-friend-hint = Look on your recovery sheet: perhaps you wrote it there. Your friend knows it, too.
box-restore-sheet = Your recovery sheet
box-restore-here = This new box
box-restore-code-hint = This box showed it when it started. Nobody can do this without it.
box-restore-keys = What goes where: your browser opens the sheet, and your passphrase stays in it. This box gets the two keys on the sheet, because it fetches and unlocks your backup with them. It keeps them in its memory until it’s done, and writes them nowhere. Your friend’s box gets no key.
box-restore-go = Bring my box back
box-restore-running = Your box is coming back
box-restore-stay = Leave the box plugged in. You can close this page and open it again: the box carries on.
box-restore-late = The box has started again as your old one, so it has its old name and certificate. If nothing happens here, open the address that you used before, and sign in with your recovery sheet.
box-restore-late-open = Open this box
box-restore-done = Your box is back
box-restore-done-why = You’re signed in, and your record continues here. Later backups go to the same place as before.
box-restore-done-people = Everybody else signs in again and lets their own record continue, on the page “My data”.
box-restore-done-sales = If you sell something here: sales open again once the payment provider has said what was sold since the backup.
box-restore-done-card = Never start the old box again: two boxes would be the same one.
box-restore-claimed = This box is in use
box-restore-claimed-why = Only a new box without an owner can become your old one. If this is your box, sign in.
js-box-restore-no-address = Write the address of your friend’s box.
js-box-restore-no-code = Write the code that this box showed when it started.
js-box-restore-address = This isn’t an address. It looks like box.example.
js-box-restore-asking = Asking your friend’s box…
js-box-restore-arrived = { $done } of { $total } have arrived.
js-box-restore-waiting = Your friend’s box doesn’t answer at the moment. This box tries again every minute: nothing is lost.
js-box-restore-starting = Everything has arrived. The box is starting again…
js-box-restore-made = As it was on { $time }
js-box-restore-away = Your friend’s box doesn’t answer. Is it on, and is the address right? Try again: what has arrived stays.
js-box-restore-refused = At this address there’s no box that keeps backups. Compare the address with your friend.
js-box-restore-nothing = Your friend’s box has no backups that this sheet may read. Is it the right box? A sheet made after the last backup, or one that you revoked, doesn’t count there.
js-box-restore-several = Your friend’s box has backups of several boxes that your sheet may read. Instead of the address, enter the link to your own: the command imajin restore lists the links, with /away/api/kept/ in them.
js-box-restore-unproven = The backups at this address are not of your box: nothing proves that they are, and this box took nothing from them. Check the address with your friend.
js-box-restore-locked = This sheet doesn’t open the backup. Take a sheet that you had when the backup was made.
js-box-restore-room = The disk of this box is too small: your backup needs { $needed }, and { $free } are free. Take a larger card or disk.
js-box-restore-damaged = A part of the backup at your friend’s box has changed: { $part }. Nothing was put in place. Ask your friend to look at the disk of their box, then try again.
js-box-restore-other = Something on this box failed: { $says }. Try again: what has arrived stays.

## Adding a device, on the new one

device-lead = This device gets a key of its own. Approve it on a device you already use.
device-who = Who are you on this box?
device-who-hint = Your username, or your ID from “Devices” on the other device.
device-code = The code under “Devices” on your other device
device-code-hint = Three groups of four letters and digits. Without it, this device shows a code of its own, which you scan there.
device-now = Now pick up your other device
device-scan = Open “Devices” there and scan this code. The camera app works, too.
device-compare = Compare: both must show <check/>.
device-sign = Sign there. This page notices.
device-copy = No camera? Copy the text instead
device-waiting = Waiting for the other device…
device-stop = Stop
js-device-making = Making this device’s key…
js-device-nobody = Nobody here goes by that name. You’ll find your username in your profile on the other device, and your ID under “Devices”.
js-device-code-wrong = A code has three groups of four letters and digits, like 7KQ2-M9XT-04RB. You’ll find it under “Devices” on your other device.
js-device-code-used = Another device used this code already. Open “Devices” on your other device again: it shows a new code.
js-device-code = The public key of this device as a code
js-device-key = the key of this device

## Devices

devices-id = Your ID: <did/>
devices-sign = Devices that sign for you
devices-no-key = You’re signed in, but this browser doesn’t hold your key: it can look, but not sign. <restore>Restore your key from the sheet</restore>.
devices-kept = You came in with an email link, so this box keeps your key for you. Make a key of your own: then only you can sign for you, and what you have stays as it is.
devices-own = Make a key of my own
devices-add = Add a device
devices-add-scan = Scan this code with the camera of the new device and press “Continue” there. Keep this page open: it asks you about the new device.
devices-add-how = It has no camera? Open this box’s address on it, choose “Sign in”, then “Add this device”.
devices-code = Where it asks for a code, type <code/>.
devices-add-other = If it shows a code of its own, scan that one or copy its text.
devices-scan = Scan its code with the camera
devices-key = The text below the code on the new device
devices-is-it = Is it your device?
devices-check = It must show <check/>. If it shows anything else, it isn’t yours.
devices-call = What do you call it?
devices-phone = Phone
devices-reads = It can then read and write your messages, including older ones.
devices-full = It can also change which devices are mine (for a device you trust as much as this one)
devices-only-signs = This key was made under a name that belongs to a registry. So it signs for you, and can’t change which devices are yours. You can give it that later, in the list above.
devices-sign-add = Sign and add it
devices-not-mine = Not mine
programs = Connected by a device that is out of use
programs-why = These programs still act for you. If that device was lost or isn’t yours any more, end them: anyone who has it may have their passwords, too.
programs-end = End them all
devices-older = Older messages on your other devices
devices-older-why = A device reads what is written after you added it. If one of yours can’t open older messages, hand them over from here. Only your devices can read them; your box can’t.
devices-older-go = Hand over older messages
sheets = Recovery sheets
devices-sheets-why = A sheet brings you back when a device breaks or gets lost.
devices-sheets = Your recovery sheets
devices-sessions = Where you’re signed in
devices-sign-out = Sign out here
devices-sign-out-why = Your key stays in this browser when you sign out.
devices-forget = Remove me from this browser
devices-forget-why = This deletes your key from this browser and takes it out of use. A recovery sheet or another device of yours brings you back. Your data on the box stays as it is.
devices-forget-sure = I have a recovery sheet or another device
keylock = Lock your key in this browser
keylock-why = Anybody who uses this browser can sign as you. With a lock, it asks for your fingerprint, your face, your device’s PIN or a passphrase first.
keylock-passphrase = A passphrase for this browser
keylock-hint = At least 8 letters. If you forget it, your recovery sheet brings you back.
keylock-with-passphrase = Lock it with a passphrase
keylock-with-device = Lock it with this device
keylock-off = Take the lock off
js-signing = Signing…
js-devices-new = The address for a new device, as a code
js-devices-no-key = That isn’t the key of a device. It begins with z6Mk. You’ll find it below the code on the new device.
js-devices-another = Another device
js-devices-adding = Adding it…
js-devices-handing = Handing over…
js-devices-handed = Done. Open a conversation on another device of yours, and its older messages are there.
js-devices-added = The new device can sign for you now. It notices within a few seconds.
js-devices-removed = That key signs nothing new from now on. What it signed before stays valid.
js-programs-may = { $count ->
    [one] A program that may do one thing, until { $day }
   *[other] A program that may do { $count } things, until { $day }
}
js-programs-ended = They have ended. Programs that you still use you can connect again.
js-devices-box-keeps = Your box keeps your key for you.
js-devices-sheets = { $count ->
    [0] You have no sheet with a key of its own.
    [one] You have one sheet.
   *[other] You have { $count } sheets.
}
js-devices-this = This device
js-devices-device = Device { $check }
js-devices-controls = Signs for you, and can change which devices are yours.
js-devices-signs = Signs for you.
js-devices-since = Since { $month }.
js-devices-control = Let it change my keys
js-devices-control-it = Let it change my keys: { $name }
js-devices-control-sure = Let “{ $name }” add and remove your devices, as this one can? If its key was made under a registry’s name, that registry could misuse it.
js-devices-rename = Rename
js-devices-rename-it = Rename { $name }
js-devices-remove-it = Take out of use: { $name }
js-devices-remove = Take out of use
js-here = here
js-save = Save
js-devices-call = What do you call it?
js-devices-no-name = Write a name, like “phone” or “kitchen tablet”.
js-devices-saved = Saved. Only you see the names of your devices.
js-devices-yes = Yes, take it out of use
js-keep-it = Keep it
js-devices-remove-why = After this, that device can’t sign anything new for you. Your recovery sheets keep working, and your data stays as it is.
js-devices-remove-shared = After this, that device and any recovery sheet that shares its key can’t sign anything new for you. Your data stays as it is.
js-devices-tick = Tick this first: the key in this browser can’t be brought back.
js-devices-removing = Removing…
js-devices-only-key = This browser holds your only key that can change your devices. Make a recovery sheet or add another device first.
js-devices-end = End
js-devices-end-it = End the session on { $name }, since { $month }
js-devices-ending = Ending…
js-devices-session-since = , since { $month }
js-devices-seen = last seen { $ago }
js-signing-out = Signing out…
js-keys-box-keeps = This box keeps your key for you, so you can’t sign this. Make a key of your own first.
js-keys-cannot = This device can sign for you, but it can’t change which devices are yours. Use a device that can, or a recovery sheet.
js-keys-last = At least one key must stay that can change your devices.
js-keys-already = This key is yours already.
js-keys-many = Eight of your devices and sheets have a key that others write to, which is the most. Take one out of use first.
js-browser-samsung = Samsung Internet
js-browser-imajin = the imajin program
js-system-iphone = an iPhone
js-system-ipad = an iPad
js-system-mac = a Mac
js-browser-on = { $browser } on { $system }
js-browser-some = A browser
js-keylock-short = Take at least { $count } letters.
js-keylock-how = { $kind ->
    [prf] Your key in this browser is locked: you unlock it with this device’s own lock to sign in and to sign.
   *[passphrase] Your key in this browser is locked: you unlock it with a passphrase to sign in and to sign.
}
js-keylock-locking = Locking…
js-keylock-locked = Your key in this browser is locked.
js-keylock-cannot = This device can’t lock a key. Choose a passphrase instead.
js-keylock-refused = Nothing was locked: you didn’t confirm it on this device.
js-keylock-unlocking = Unlocking…
js-keylock-off = The lock is off.

## Your e-mail address

email = Your email address
email-lead = This box sends your tickets and what’s new for you to this address. You sign in with your key, never by email.
email-known = This box knows <address/>.
email-none = This box doesn’t know one of yours.
email-other = Another address
email-yours = Your address
email-hint = We’ll send a link to it. Once you’ve opened the link, the address counts.
email-send = Send me the link
email-sent = The link is on its way. Open it in a browser where you’re signed in, within 15 minutes, and look in your spam folder, too.
email-guest = You sign in by email, so this box knows your address already. It stays when you make a key of your own.
email-no-server = This box can’t send emails yet, so nobody could check that an address is yours. Its owner can name a mail server in the settings.
email-out = Sign in here first. Then open the link in the email once more.
email-ready = Is this your address?
email-ready-why = You opened the link in the email. One tap, and this box uses the address.
email-confirm = Yes, use this address
js-email-sending = Sending…
js-email-confirming = Saving…
js-email-known = This box knows { $email }.
js-email-confirmed = Your address is in your record now.

## Apps that ask the owner

app-requests = Apps that ask to be here
app-requests-lead = Other people’s programs that want to introduce themselves to people on this box. With your yes, each person here still decides what an app may do for them.
app-requests-waiting = Waiting for your answer
app-requests-allowed = Those you said yes to
app-requests-none = None.
js-app-requests-at = It says it’s at
js-app-requests-scope = What it’ll ask people for:
js-app-requests-since = Asked { $when }
js-app-requests-yes-since = You said yes { $when }
js-app-requests-yes = Yes
js-app-requests-no = No
js-app-requests-back = Take it back
js-app-requests-saving = Saving…
js-app-requests-allowed = { $name } may introduce itself here.
js-app-requests-refused = { $name } may not. It can ask again in a month.
js-app-requests-taken = { $name } can’t sign in people here any more.

## Status

health-fine-no-backup = Everything works, but there is no backup yet.
health-fine = All is well.
health-wrong = { $count ->
    [one] { $count } thing needs you.
   *[other] { $count } things need you.
}
health-needs = What needs you
health-program = Software
health-good = Checked and fine
health-doctor = While the box is stopped, <doctor/> also reads every entry of every record.
health-unmanaged = Nothing on this machine manages the box.
health-lock = Lock
health-unlocked = The box isn’t locked: it starts automatically, and anyone who has its card can read what’s on it.
health-locked = The box is locked: its keys, addresses and links open only with something that isn’t on the card.
health-lock-it = Lock this box with a passphrase
health-lock-change = Change or remove the lock
health-power = Restart, shut down, reset
health-power-go = Restart, shut down or reset this box
health-tag-good = fine
health-tag-warning = warning
health-tag-bad = needs you
health-todo = What to do:
health-check-permissions = Keys and secrets
health-check-disk = Room on the card
health-check-files = Disk of the photos
health-check-wear = Wear of the card
health-check-clock = Clock
health-check-settings = Settings
health-check-registries = Registries
health-check-drill = Test restore of a backup
health-check-keeping = Daily look at a friend’s box
health-check-friends = Backups of friends
health-check-restored = Restored from a backup
health-check-records = Records
health-check-verification = Data on the card
health-check-updates = Updates
health-check-payments = Payments
health-check-refunds = Refunds
health-check-twin = Another box with this key
health-check-certificate = Certificate
health-check-name = Name
health-check-tunnel = Reachable from anywhere
health-check-port = Port of the router
health-check-lan = Home network
health-check-older = Older than before
health-last = { $logs ->
    [one] The last backup was made <time/>: { $logs } record, { $bytes } in all, { $added } of it new.
   *[other] The last backup was made <time/>: { $logs } records, { $bytes } in all, { $added } of it new.
}
health-last-where = It’s in <place/>, encrypted to you: only your key or your first recovery sheet opens it.
health-making = A backup is being made: { $done } of { $total }.
health-backup-now = Make a backup now
health-no-place = No place for backups is set.
health-version = This box runs version { $version }.
health-refused = refused
health-refused-why = The last update wasn’t installed: { $why }
health-undone = undone
health-undone-why = The update to version { $version } didn’t work, so the box went back to the version before: { $why }
health-updating = An update is being installed. The box restarts and checks that everything works. That takes a minute or two.
health-update-how = New versions come on a USB stick: copy the file (its name ends in <ending/>) to the top folder of a stick, then plug it into the box.
health-offer = Version { $version }, released { $date } and signed by a key that this box trusts.
health-offer-no-date = Version { $version }, signed by a key that this box trusts.
health-runs-already = This version is already running.
health-update-to = Update to version { $version }
health-update-back = If it doesn’t work well, the box goes back to version { $version } automatically.
health-not-taken = can’t be used
health-unreadable = The file can’t be read.
js-health-starting = Starting…
js-health-asking = Asking the box…
js-health-removing = Removing…

## Room on the disk

room = Room on the disk
room-free = { $free } of { $total } are free. { $reserve } are kept for signing in, deleting and copies.
room-little = little
room-scarce = The box doesn’t accept new people any more.
room-full = full
room-reserve = Only signing in, deleting and copies work until there is room.
room-remove-copies = Remove copies that were never downloaded
room-remove-media = Remove files that nothing shows any more
room-remove-backups = Remove the older backups here
room-remove-backups-sure = Remove all backups on this disk except the newest complete one? What was deleted or damaged since the older ones were made can’t be brought back from them any more.
room-frees = { $what } ({ $size })
room-records = people’s records
room-records-how = People can delete what they don’t want any more, or move their record to another box.
room-media = pictures and files
room-media-how = People can remove pictures from their pages. A file that nothing shows any more is removed a day after it arrived. “disk.person_bytes” in the settings limits what one person can use.
room-tables = tables made from the records
room-tables-how = They grow with the records and can be rebuilt from them.
room-previews = previews of pictures
room-previews-how = They take at most a twentieth of the disk. The oldest make room, and are made again when somebody looks.
room-journal = the journal
room-journal-how = It empties automatically.
room-relay = relay and registry
room-relay-how = What strangers leave there is limited: “registry.limits.store_bytes” in the settings.
room-backups = backups on this disk
room-backups-how = A backup on the same disk is lost with it. Choose a stick or online storage under Backups.
room-friends = backups of friends’ boxes
room-friends-how = Under Backups you can stop keeping them. What’s there goes after 30 days.
room-copies = copies waiting to be downloaded
room-copies-how = Each is removed a day after it was made.
room-arrivals = copies that are arriving
room-arrivals-how = One that stops arriving is removed after two days.
room-damaged = damaged files that were set aside
room-damaged-how = You can remove them once the records are mended (“imajin repair”) and you don’t need them any more.
room-reserved = kept for a full disk
room-reserved-how = It lets people sign in, delete and take copies when the disk is full.
room-settings = settings, keys and sessions
room-settings-how = It stays small.
room-log = the log of the system
room-log-how = “journalctl --vacuum-size=100M” shortens it.
room-other = everything else on this disk
room-other-how = Other programs, and files that somebody put there. “du -xh / | sort -h” shows them.

## Damaged records

mending = Damaged records
mending-none = Nothing is damaged now.
mending-busy = The box is checking and mending records. You can close this page: it continues.
mending-damage = { $count ->
    [one] The card of this box has damaged { $count } thing. You can still read a damaged record up to that point, but nothing can be added until it’s mended.
   *[other] The card of this box has damaged { $count } things. You can still read a damaged record up to that point, but nothing can be added until it’s mended.
}
mending-found = What was found
mending-more = and { $count } more
mending-no-source = There’s no copy here to mend from: no place for backups is set, and no stick is plugged in. Plug in a stick with a copy, or see <repair/> for other ways.
mending-how = What’s intact stays as it is. Only what’s broken comes from the copy.
mending-from-backup = Mend from the newest whole backup
mending-from-stick = Mend from the stick { $name }
mending-unusable = { $name } can’t be used right now: { $why }
mending-tag-not = not mended
mending-failed = Nothing could be mended from { $from }: { $why }
mending-tag-done = mended
mending-tag-partly = partly mended
mending-done = { $count ->
    [one] { $count } record mended from { $from }.
   *[other] { $count } records mended from { $from }.
}
mending-what = What was mended
mending-left = Still damaged:

## Reports on a copy

js-report-good = This copy is whole and genuine
js-report-good-why = Every entry is in its place, and every signature is right.
js-report-bad = Something in this copy was changed or is missing
js-report-bad-why = The check failed.
js-report-why = { $code ->
    [file] This is no record of Imajin, or the file is damaged.
    [decode] Something in it can’t be read.
    [did] It has an entry of somebody else’s record.
    [seq] An entry is missing.
    [prev] It doesn’t follow on the entry before it: one was changed, taken out or put in.
    [at] It is older than the entry before it.
    [body] What it says was taken away or changed.
    [proof] Its signature is wrong.
    [key] It is signed with a key that wasn’t in force.
    [order] It is out of the order in which it was signed.
    [aud] It was signed for another box.
    [iat] It was signed at another time than it says.
    [identity] A change of keys doesn’t follow on the one before it.
    [delegation] Somebody signed it who wasn’t allowed to.
    [will] This kind of entry needs another signature.
    [cause] What it follows from is missing, or doesn’t allow it.
    [twice] Something that was signed once is in it twice.
    [txn] A part of what belongs together is missing.
    [home] It moves the record to another box against the rules.
    [head] What the box confirmed doesn’t fit the record.
    [cut] The end of the record is missing.
    [erasure] Something was erased that has to stay.
    [stray] It has something that belongs to no entry.
    [tar] The file isn’t a copy as a box writes it, or a part of it is missing.
    [manifest] A file of the copy is missing, was changed, or doesn’t belong to it.
    [media] A picture or a file is missing, was changed, or doesn’t belong to it.
    [view] The summary of the record says something else than the record.
    [anchor] It contradicts what the box published earlier.
    [path] It leaves out what the box had published by then.
   *[other] The check failed.
}
js-report-exactly = Exactly
js-report-entry = Entry { $number }: { $why }
js-report-file = { $file }: { $why }
js-report-did = ID
js-report-entries = Entries
js-report-signed = Signed with the owner’s own key
js-report-custodial = Asked for while signed in, and recorded by the box
js-report-derived = Followed from something that someone did
js-report-node = Recorded by the box itself
js-report-attested = Confirmed by its box
js-report-attested-to = up to entry { $number }
js-report-left-out = Not in this copy
js-report-left-out-event = the owner’s event { $did }
js-report-left-out-group = the owner’s group { $did }
js-report-erased = Erased
js-report-erased-words = { $count ->
    [one] the words of { $count } entry; the entry itself stays
   *[other] the words of { $count } entries; the entries themselves stay
}

## Taking a copy away

copy-lead = One file with everything: your whole record, your pictures, and a page to view it all without any box.
copy-proves = Anybody you show it to can check that nothing was changed or left out. Another box can carry on from it.
copy-lock = Lock it with a passphrase, so nobody can read it without that
copy-passphrase = Passphrase of this copy
copy-passphrase-hint = Without it nobody can open the file, not even you.
copy-make = Make the copy
copy-writing = Your box is writing the copy.
copy-progress = Progress of the copy
copy-come-back = You can close this page and come back. The box carries on.
copy-ready = Your copy is ready, and you’ve signed it.
copy-save = Save the copy
copy-another = Make another
copy-open = Put it on a stick or another disk. It isn’t locked: anybody who has it can read it.
copy-locked = Put it on a stick or another disk. It opens only with its passphrase.
js-copy-beginning = Starting…
js-copy-save = Save the copy
js-copy-save-size = Save the copy ({ $size })
js-copy-failed = The copy couldn’t be written. Try again.
js-copy-signing = Signing with your key…
js-copy-files = { $count ->
    [one] { $done } of { $count } file
   *[other] { $done } of { $count } files
}
js-copy-bytes = { $done } of { $all }
js-copy-left = { $count ->
    [one] about { $count } second left
   *[other] about { $count } seconds left
}
js-copy-reading = Reading your record…

## Checking a copy

verify = Check a copy
verify-lead = Drop a copy here, and this box reads it through: is it whole, and does every signature fit? It keeps nothing of it.
verify-kinds = A copy (.tar) or a single record (log.sqlite)
verify-drop = Drop it here, or choose it:
verify-how = This box works out the fingerprint of every entry again and compares it with the one in the next entry. Then it checks every signature with its signer’s key.
verify-elsewhere = You needn’t trust this box: another one, or <code>imajin verify</code> on your own computer, says the same about the same file.
js-verify-reading = Reading { $name } ({ $size })…

## Moving to another box

move-lead = Your whole record moves, and others still find you by your name. Nothing gets lost: the other box checks every line before it takes you in. After that, this one sends people there when they look for you.
move-to = Address of the other box
move-to-hint = Just the start of what your browser shows there, like https://box.example.
move-look = See what moves
move-stay = Stay here
move-plan = Move to <box/>
move-along = What moves
move-record = And every line of your record, as you signed it.
move-cannot = What can’t move, and why
move-while = During the move, nothing can be added to your record. That takes as long as sending it.
move-after = After that, this box only shows what it had, and sends people on to the new one.
move-signin = You sign in at the new box with your recovery sheet, because a browser keeps the keys of each address apart.
move-invite = Invitation to the other box
move-invite-hint = Only if you need one there: the code from its owner.
move-sheet = I have my recovery sheet at hand
move-go = Sign and move
move-another = Another box
move-begun = Your move isn’t finished
move-begun-why = You signed a move to <box/>, and this box doesn’t know yet whether everything arrived. Until it does, nothing can be added to your record.
move-again = Continue the move
move-done = You’ve moved
move-lives = Your record now lives at <box/>. Sign in there with your recovery sheet.
move-there = Go to your new box
js-move-no-address = This isn’t the address of a box. It should look like https://box.example.
js-move-asking = Asking the other box…
js-move-no-sheet = Without the sheet you couldn’t sign in at the new box. You can make one under “Devices”.
js-move-moving = Moving…
move-how = How it works

## Deleting one’s data

delete-lead = This erases your words and pictures on this box, for good. Take a copy first: you can bring it to another box later.
delete-copy = Take a copy first
delete-keep = Keep everything
delete-owns = You own this box
delete-owns-why = If you left now, nobody could look after it. Decide first what happens to it.
delete-name-owner = Name another owner
delete-release = Release the box
cancel = Cancel
delete-looking = Checking what would go…
delete-goes = What goes
delete-nothing = There’s nothing written or uploaded by you here.
delete-stays = What stays, and why
delete-reach = What this box can’t reach
delete-sure = I understand that nobody can undo this
delete-go = Sign and delete
delete-gone = Your data is gone
delete-gone-why = This box has erased your words and pictures. Keep the receipt: the box signed it, and it says what was erased and when.
delete-receipt = Save the receipt
delete-leave = Leave
js-delete-tick = Tick this first: nobody can undo it.
js-delete-erasing = Signing and erasing…
js-take-code = Enter the claim code first.
js-take-yours = You look after it from now on: invitations, backups, updates and its name.

## My data

data-nothing = This box has nothing about you yet.
data-how-chain = Every entry has the fingerprint of the one before it. If anybody changed, removed or slipped in an entry, the fingerprints after it wouldn’t fit any more.
data-how-signed = Your key signs what you do, and it never leaves your browser. Without it nobody can make your signature, not even this box.
data-how-check = You needn’t believe this page: take a copy, and <verify>check it</verify> on another box, or with the program on your own computer.
data-over-time = Your record over time
data-as-table = Show as table
data-trust = Who vouches for me
data-apps = Apps
data-here = What’s here
data-entries = Entry by entry
data-leaving = Leaving
data-leave = You can <copy>take a copy</copy>, <bring>bring one back</bring>, <move>move to another box</move> with everything, or <delete>delete what’s here</delete>.
data-sticks = USB sticks
data-no-sticks = Plug a stick into your box, and it shows up here. You can put a copy of everything on it, or bring one back.
data-all = { $count ->
    [one] Everything this box has about you is in your record: { $count } entry.
   *[other] Everything this box has about you is in your record: { $count } entries.
}
data-since = It begins on { $date }.
data-signed = Your own key signed { $count } of them.
data-signed-newest = Of the newest { $of }, your own key signed { $count }.
data-read-only = You can read your record here, but not add to it: { $reason }.
data-newest = Newest entry: <time/>.
data-damaged = Your record is damaged on this box from entry { $entry } on.
data-damaged-shown = What you see here comes before the damage, and every line of it is checked.
data-damaged-mend = Until somebody mends it, nothing can be added to it and you can’t take a copy of it. The owner of this box can mend it from a copy or a backup, under <health>Status</health>.
data-boxs-word = Your own key doesn’t sign entries yet, so you have only your box’s word for all of this.
data-each-word = Where no key signed, you have your box’s word. Each entry below says which it is.
data-go-on-why = You can continue your record from here. You lose anything newer that this box doesn’t have. If another box or a copy of yours has it, bring that here first.
data-go-on = Continue from here
data-parts = Parts of the list
data-newer = Newer
data-older = Older

## Entries

entry-at = Entry { $number }, <time/>.
entry-inside = Details
entry-erased = its words were erased
entry-by-helper = Signed by an app you allowed.
entry-by-you = Signed by you.
entry-by-you-key = Signed by you, with the key <key>{ $key }</key>.
entry-by-other = Signed by another person.
entry-custodial = Asked for while signed in. Your box vouches for it; you didn’t sign it.
entry-followed = It followed from something you did.
entry-followed-other = It followed from something you or somebody else did.
entry-box = A note by your box: nobody signed it.
entry-word-paid = That it was paid is your box’s own word. The signatures decide who gets what.
entry-word-division = That it was paid, and who gets what, is your box’s own word.
entry-word-all = What it says is your box’s own word: nobody signed it.
entry-word-fact = Everything else in it is your box’s own word: nobody signed it.
entry-operation = Operation
entry-when = When
entry-fingerprint = Its fingerprint
entry-before = The one before
entry-about = About
entry-key = Signing key
entry-signature = Signature
entry-cause = Because of
entry-says = What it says:
entry-stays = What stays for good:
entry-name = name
entry-bio = about you
entry-avatar = picture
entry-banner = wide picture
entry-links = links
entry-visibility = visibility
entry-extras = extras
will-signed = signed by a key
will-custodial = asked for while signed in
will-derived = followed from another entry
will-node = a note by your box
picture-label = Your record over time. Each dot is an entry. The table below says the same.
picture-dot = Entry { $number }: { $what }, { $will }, { $at }
picture-dots = { $count ->
    [one] { $count } entry, { $will }, around { $date }. The newest is entry { $newest }.
   *[other] { $count } entries, { $will }, around { $date }. The newest is entry { $newest }.
}
picture-table = Your record as a table
picture-day = Day
picture-service = Service

## Backups

backups-lead = A backup contains the whole box: everybody’s records and pictures, and the box’s keys and settings. It’s encrypted to you: only your key or your first recovery sheet opens it.
backups-settings = Set in the settings file
backups-settings-why = The box’s settings (<file/>, or its environment) say where backups go. They take precedence over this page. To choose the place here, remove <to/> under <section/> from them.
backups-now = Your backups
backups-paused = Backups to <to/> are paused.
backups-asked = Backups go to <to/>, when you ask for one.
backups-every = { $hours ->
    [one] Backups go to <to/>, every hour.
   *[other] Backups go to <to/>, every { $hours } hours.
}
backups-none = <strong>No backups are made.</strong> If the box’s card breaks, everything on it is gone.
backups-newest = The newest is from <time/>, in <place/>: { $size }.
backups-at-friend = { $host } holds the backup of <time/>: { $size }.
backups-drilled = On { $day } all of it came back.
backups-proven = Random parts were as they should be <time/>. The box looks every day.
backups-friend-sheet = Write { $host } on your recovery sheet: if your box is lost, your backups are there.
backups-failed = The backup failed (<time/>):
backups-making = A backup is being made.
backups-run = Make a backup now
backups-try = Test this place
backups-resume = Resume
backups-pause = Pause
backups-forget = Stop and forget this place
backups-forget-hint = This removes the place and its key from the box. Backups that are already there stay.
backups-choose = Choose a place
backups-choose-other = Choose another place
backups-kind = Where they go
backups-kind-folder = A USB stick, another disk or a network share
backups-kind-friend = A friend’s box
backups-friend-hint = Your friend opens Backups on their box, chooses “Give a friend room”, and tells you the address and a code. Everything is locked before it leaves your box.
backups-friend = Address of your friend’s box
backups-code = Code
backups-code-keep = Leave this empty to keep the current place.
backups-kind-bucket = Online storage (S3)
backups-folder = Folder
backups-folder-hint = The folder must exist already. Choose a plugged-in stick from the list. A folder on the box’s own card won’t help when that card breaks.
backups-plug = To use a USB stick, plug it into the box and load this page again.
backups-stick = Use the stick { $name }
backups-often = How often
backups-often-6 = every six hours
backups-often-24 = every day
backups-often-168 = every week
backups-often-0 = only when I ask
backups-often-hours = { $count ->
    [one] every hour
   *[other] every { $count } hours
}
backups-save = Save
backups-try-first = Test it first
backups-try-hint = The test writes a small file there, reads it back and removes it.
backups-s3-url = Address of the storage
backups-s3-bucket = Bucket, and a folder in it if you like
backups-s3-region = Region
backups-s3-key = Access key ID
backups-s3-secret = Secret access key
backups-s3-secret-hint = The box keeps it encrypted and never shows it again.
backups-s3-secret-keep = Leave both empty to keep the current key.
js-backups-saving = Saving…
js-backups-trying = Testing…
js-backups-works = It works: the box wrote a small file there, read it back and removed it.
js-backups-works-save = It works: the box wrote a small file there, read it back and removed it. Save to use this place.
js-backups-starting = Starting…
js-backups-asking = Asking the box…
js-backups-forgetting = Forgetting…
js-backups-making = A backup is being made: { $done } of { $total }.

## Name and picture

front-saved = Saved. Visitors see this now.
front-lead-settings = This is what people see before they sign in, and what your box is called on a phone’s home screen.
front-name = What’s your box called?
front-name-hint = For example “Ada’s box” or “Rosengasse 4”. Leave it empty to use its network name.
front-zone = Time zone of the box
front-zone-hint = For example Europe/Zurich. Times without a zone of their own are told in it: in letters, and to visitors without scripts. Empty, it is that of the machine.
front-sentence = One sentence for visitors
front-sentence-hint = What happens here, and for whom. Everybody can read it.
front-people = Show visitors who has a profile here
front-save = Save
front-back = Back
front-picture = Picture
front-picture-alt = The current picture of your box
front-picture-none = No picture yet.
front-picture-choose = Choose a picture
front-picture-other = Choose another picture
front-picture-hint = We cut it to a square. Everybody can see it.
front-picture-remove = Remove the picture
front-form = Send the form with its name and sentence.
front-no-picture = This box has no picture.

## The server that sends e-mails

post = Mail server
post-lead = With a mail server, this box sends sign-in links, tickets and what people want to hear about. Without one, you pass the links on yourself.
post-fixed = The settings file of this box names its mail server, { $server }. To name one here, remove it there.
post-server = Server
post-server-hint = Your mail provider calls it the outgoing server or SMTP server.
post-security = Protection
post-tls = TLS from the start (usual)
post-starttls = STARTTLS
post-none = None: for a server on this machine
post-port = Port
post-port-hint = Leave it empty for the usual one: 465, 587 or 25.
post-user = User name
post-password = Password
post-password-hint = Many providers want an app password here, not the one that you sign in with. The box keeps it encrypted and never shows it again.
post-password-keep = Leave it empty to keep the current one.
post-from = Sender
post-from-hint = The address that emails come from. With a name: Our box <box@example.org>
post-owner = Your address for warnings about the box
post-owner-hint = If it’s empty, warnings go to the address that you gave this box, if there is one.
post-saved = Saved. It counts from now on.
post-wrong-server = The server is a name like smtp.example.org, without https:// and without spaces. The port has its own field.
post-wrong-from = The sender must be an address like box@example.org.
post-wrong-owner = Your address for warnings must be like ada@example.org, or empty.
post-wrong-port = The port is a number from 1 to 65535, or empty.
post-wrong-to = Write an address like ada@example.org.
post-form = This form is not complete. Load the page again.
post-try = Try it
post-try-to = To
post-try-do = Send a test email
post-try-hint = It takes a moment. What is saved counts, so save first.
post-sent = { $server } took the email for { $to }. If it isn’t there in a few minutes, look in the spam folder.
post-refused = The email was not sent. This is what { $server } or the network said:
post-letter = A test email from { $name }
post-letter-text = This box can send emails: { $name }, { $address }.
post-forget = Send no emails any more
post-forget-why = The box forgets the server and its password. Emails wait under “Unsent emails” again.
post-forget-do = Forget the server

## Who can join

joining = Who can join
joining-lead = You decide who can start an identity on this box. People who are here already stay.
joining-who = New people
joining-invite = People who are invited
joining-invite-why = Anybody else can come as a guest with an email address, for tickets and to read.
joining-open = Everybody who can reach this box
joining-open-why = Nobody needs an invitation. What strangers can use up in a day is limited.
joining-closed = Nobody
joining-closed-why = Invitations don’t work until you change this.
joining-saved = Saved. It counts from now on.
joining-fixed = The settings file of this box decides this. To choose here, set registration to “auto” there.
joining-form = Choose one of the three.
joining-members = Members may bring new people in
joining-members-why = Each of them with { $count } open invitations at a time. Without it, only you and established members do, and what members sent already connects people who are here.
js-front-unreadable = This browser can’t open that picture. Choose a JPEG or PNG file.
js-front-too-big = This browser can’t make that picture smaller. Choose another one.

## Restart or shut down

power-title = Restart, shut down, reset
power-program = The box runs as a program on a computer with others, so this page restarts and stops only that program, never the computer.
power-away = On its way
power-restart-box = Restart the box
power-restart-node = Restart the node
power-restart-why = It’s gone for about a minute and comes back automatically. If it’s locked, it then waits for its passphrase.
power-restart = Restart
power-shut-down-box = Shut the box down
power-shut-down-why = Everything is saved on the card. Wait until the green light stays off before you pull the plug. The box starts again when it gets power.
power-shut-down = Shut down
power-stop-node = Stop the node
power-stop-why = Nothing here will work, not even this page, until somebody starts it on its computer.
power-stop = Stop
power-reset = Factory reset
power-reset-why = <strong>This erases everything on the box:</strong> everybody’s records, pictures and tickets, its keys, its settings, and who owns it. Then it starts as new with another claim code. The first person to enter that code becomes its owner.
power-reset-before = Before you do, save what you want to keep:
power-reset-copy = <copy>A copy of your own data</copy>. Everybody here can make their own.
power-reset-backup = <backup>A backup of the whole box</backup>, on a stick or elsewhere, never on this card.
power-reset-cells = Backups elsewhere stay where they are. Worn-out parts of the card may keep traces that the box can’t erase. To be certain, destroy the card.
power-reset-copied = I have a copy, or I want none
power-reset-go = Erase everything
power-type = Type “{ $words }”
js-power-restarting = The box is restarting. This page continues once it answers again.
js-power-stopping = The box is stopping. Start it again when you want it back.
js-power-erasing = The box is erasing everything, and then starts as new. Look at its screen or console for the new claim code.
js-power-copy-first = Make your copy first, or say that you want none.
js-power-asking = Asking the box…

## The lock of the box

lock-plain = Over plain HTTP others could read your passphrase, so the box doesn’t take it. Open this box at its https:// address.
lock-differ = The two new passphrases aren’t the same. Nothing was changed.
lock-box = The lock of your box
lock-page-plain = Open this page at the box’s <code>https://</code> address: over plain HTTP others could read your passphrase.
lock-open = Your box isn’t locked: it starts automatically, and anybody who steals its card can read what’s on it.
lock-with = Lock this box with a passphrase
lock-it = Lock this box
lock-sealed = Your box is locked: after each start, it works once you’ve typed its passphrase.
lock-change = Choose another passphrase
lock-change-it = Change it
lock-off-why = The box then starts automatically again, and anybody who has its card can read it.
lock-reseal = Does your box open with a key file or a credential of the machine? Change that with <code>imajin init --reseal</code>.
lock-means-type = After every power cut and every restart, open the box’s page and type the passphrase. Until then the box works for nobody.
lock-means-forget = Forget it, and you lose what it locks: the box’s own key, the keys it keeps for guests and events, addresses, and emails waiting to go out. Your own key isn’t among them: it’s in your browser and on your recovery sheet.
lock-means-backup = So get your recovery sheet and a backup first. A backup is encrypted for you and opens with your key, without this passphrase.
lock-means-records = People’s records and pictures stay readable on the card. The lock protects the box’s keys, addresses, codes and emails.
lock-new = The new passphrase
lock-new-hint = At least 8 letters. Four or five words you can remember are good.
lock-again = The same once more
lock-now = The current passphrase

## What apps may do

js-scope-all = Everything in “{ $service }”
js-scope-one = “{ $verb }” in “{ $service }”
js-authorize-unnamed = This app wants to send you to an address it never named. Somebody may be pretending to be this app: don’t continue.

## Network

network-anywhere = From anywhere
network-anywhere-title = Reach this box from anywhere
network-anywhere-why = Guests, and your own phone on the road, open your box by a name, from any network. No port of your router is opened. A registry carries the connections, and can’t read them: the encryption ends at your box.
network-anywhere-no-https = Your box doesn’t use HTTPS, so it can’t be reached from anywhere.
network-anywhere-carries = { $registry } carries the connection and cannot read it.
network-anywhere-as = Reach it as { $name }
network-anywhere-by = Reach it through { $registry }
network-anywhere-other = Through another registry
network-anywhere-second = Through a second registry, too
network-anywhere-second-why = If one registry stops, a name of your own still leads here through the other.
network-anywhere-registry = Address of the registry
network-anywhere-registry-hint = The person who runs it for your street, club or town can tell you.
network-anywhere-example = registry.example
network-anywhere-wrong = This isn’t an address. Type it as in registry.example.
network-anywhere-go = Reach it through this registry
network-anywhere-keeper = The keeper of a registry sees who connects, when, and how much, and can refuse. The name is theirs: they could lead it elsewhere and pose as your box. Choose a registry whose keeper you trust, or use a name of your own.
network-anywhere-terms = The name gets a certificate. With it you accept the terms of the certificate authority: Let’s Encrypt, unless your settings file names another. Certificates are public, and so is the name.
network-anywhere-asking = Asking { $registry } for a name. This takes a few seconds.
network-anywhere-no-name = { $registry } gave your box no name:
network-anywhere-opening = Connecting to { $registry }…
network-anywhere-since = Reachable since { $time }, through { $registry }.
network-anywhere-closed = Not reachable from outside right now:
network-anywhere-again = The box tries again automatically.
network-anywhere-today = Today: { $bytes }.
network-anywhere-today-of = Today: { $bytes } of { $most }.
network-anywhere-break = Last break: { $time } ({ $why }).
network-anywhere-certificate = Its certificate is on its way. Until it’s there, browsers warn of this name. This takes a few minutes at most.
network-anywhere-other-name = Your box gets a certificate for { $name }, and none for this name, so browsers warn of it. This registry is for a name of your own.
network-anywhere-full = Your box uses two registries already. Stop using one of them first.
network-anywhere-stop = Stop using { $registry }
network-anywhere-unreadable = The file with your choice about this can’t be read. Please choose again:
network-anywhere-none = No registry
network-nearby = Boxes nearby
network-wifi = Wi-Fi
network-wifi-go = Your box’s Wi-Fi
network-owner-decides = Only the owner of this box can change its network settings.
network-on-or-off = port-mapping must be on or off.
network-outside = From outside
network-port-leads = A port of your router leads here
network-asking = Asking the router. This takes a few seconds.
network-open = TCP port <port/> of your router leads to your box, <inside/>. Nothing else is open.
network-open-at = TCP port <port/> of your router, <address/>, leads to your box, <inside/>. Nothing else is open.
network-until = Opened with { $by } until { $until }; the box renews it in time.
network-for-good = Opened with { $by }; the router keeps the port open until the box closes it.
network-not-public = This address isn’t public: there’s another router between yours and the internet, often your provider’s. Ask your provider for a public IPv4 address.
network-other-port = Port 443 was taken, so addresses from outside end in :{ $port }.
network-failed = No port of the router leads to your box:
network-failed-again = The box tries again automatically.
network-everybody = Everybody on the internet can reach this box through that port. They can do there what they can do at home.
network-close = Close the port
network-open-title = Open a port of your router
network-open-why = Right now everybody at home can reach your box, and nobody from outside. Your box can ask your router to forward one port to it, TCP 443 (with UPnP, NAT-PMP or PCP). Then the whole internet can connect to it, including scanners that look for weak boxes.
network-open-how = This opens only HTTPS. The port closes when you say so here, or when the box stops. You also need a name that leads to your router’s address. A VPN into your home is the more careful way.
network-open-go = Open the port
network-keep-closed = Keep it closed
network-port-unreadable = The file with your choice about this port can’t be read, so the box keeps the port closed. Please choose again:
network-not-announced = This box isn’t announced on the local network, so it doesn’t look for others there.
network-own-name = On this network your box is called <name/>.
network-no-other = No other box found here.
network-proved = proved its key
network-not-proved = hasn’t proved its key
network-certificates = Certificates
network-no-https = Your box doesn’t use HTTPS, or doesn’t know the time yet.
network-at-home = At home
network-own-names = Works for { $names } until { $date }. The box renews it automatically.
network-trust = Let a phone trust this box
network-public = Every browser trusts its certificate, until { $date }. The box renews it automatically.
network-public-none = There’s no certificate for it yet.
network-rebind = From here, this name doesn’t lead to your box. Some routers hide names that lead into the home (“DNS rebind protection”): allow this name in your router. Until then, the box sends people to its name at home.
network-attempt = The last attempt to get one failed ({ $time }):
network-attempt-check = Check that the name leads to this box: with a tunnel by the records below, without one by port 443 of your router. The box tries again automatically.
network-attempt-registry = The name comes from the registry { $registry }, which has to help. The box tries again automatically.
network-name = A name of its own
network-name-fixed = The settings file of your box gives it this name: { $names }. Change it there.
network-name-saved = Saved. The box acts on it within a few seconds.
network-name-asked = Asking for a certificate. This takes a minute at most.
network-name-why = If you have a name on the internet, such as ada.example, your box can get a certificate for it that every browser trusts. Then people can reach your box by that name, from anywhere.
network-name-how = With a tunnel, the name leads to your box by the records that you see here once it is saved. Without one, it has to lead to your router’s address (your domain provider sets that up), and port 443 of your router to your box (see “From outside”, below).
network-name-label = The name
network-name-wrong = This isn’t a name on the internet. Type it without https:// and without a port, for example ada.example.
network-name-terms = By using a name you accept the terms of the certificate authority: Let’s Encrypt, unless your settings file names another. Certificates are public, and so is the name.
network-name-use = Use this name
network-name-drop-why = If you drop { $name }, browsers that only know your box by that name can’t reach it any more, and keys that were made there are lost to them. Add a key at another address first.
network-name-drop = Stop using it
network-name-unreadable = The file with the name you chose can’t be read. If you had one, your box keeps it for now. Choose again, so that it knows:
network-name-none = No name of its own
network-records = Records for this name
network-records-why = Your box has a tunnel, so this name can lead to it without an open port. Enter these records at your domain provider. Your box checks each of them and ticks it here as soon as the internet sees it.
network-records-asking = Your box is asking the registry for its addresses.
network-records-caa = The CAA record allows only your box to get certificates for this name. Without it, the person who runs a registry could get one too.
network-record-set = there
network-record-missing = not there yet
network-records-carried = { $registry } carries { $names }.
network-records-not-carried = { $registry } carries nothing right now: the tunnel to it is closed.

## Wi-Fi

wifi = Your box’s Wi-Fi
wifi-plain = The box doesn’t accept the password over plain HTTP, where others could read it. Open this box at its https:// address.
wifi-form = Send the form of the page /wifi.
wifi-wrong-code = This is not the claim code. You’ll find it on the box’s screen and in hotspot.txt on its card. Nothing was changed.
wifi-unmanaged = This box doesn’t manage the Wi-Fi of its machine.
wifi-open-https = Open this page at the box’s <https/> address: over plain HTTP others could read the password.
wifi-join-title = Join a Wi-Fi
wifi-join = Join
wifi-claim = Then make the box yours: <claim>I have the code</claim>.
wifi-off = Your box isn’t connected to any Wi-Fi.
wifi-card = The Wi-Fi is set in <file/> on the card, which takes precedence over this page. Change it there.
wifi-own = Your box has opened a Wi-Fi of its own. Tell it which one to join, and its own goes away.
wifi-joining = Your box is trying to join the Wi-Fi you chose. Load this page again in a minute.
wifi-joined = Your box is in the Wi-Fi that was chosen on this page.
wifi-failed = Your box could not join the Wi-Fi you chose, so it went back to what was before. Check the name and the password.
wifi-name = Name of the Wi-Fi
wifi-password = Password
wifi-password-hint = 8 to 63 characters. Leave it empty if the Wi-Fi has none.
wifi-country = Country you’re in
wifi-country-hint = Two letters like CA, so that the box uses only the channels allowed there.
wifi-code = Claim code of the box
wifi-code-hint = You’ll find it on the box’s screen and in hotspot.txt on its card.
wifi-joining-title = Joining { $network }
wifi-joining-how = If you’re connected to the box’s own Wi-Fi, it ends now. Connect this device to <network/> and open <address/> there, or the name that you gave the box.
wifi-joining-back = If the box can’t join within a minute, it goes back to what was before, and this page says so.
wifi-joining-claim = Then make the box yours with its claim code: <address/>.

## What this box allows

policy = What this box allows
policy-lead = The owner of { $site } decides this. These are the rules right now.
policy-in = Who can join
policy-in-open = Everybody can join.
policy-in-invite = Invited people may join. Anybody else can come as a guest with an email address, for tickets and to read.
policy-in-closed = Nobody new can join at the moment.
policy-what = Who can do what
policy-no-rank = Nobody is given a rank. What you can do depends on how you joined and what you’ve done here.
policy-established = Established means: { $connections }, { $occasions }, { $days } and { $warnings }.
policy-connections = { $count ->
    [one] { $count } confirmed connection
   *[other] { $count } confirmed connections
}
policy-occasions = { $count ->
    [one] { $count } event attended or payment settled
   *[other] { $count } events attended or payments settled
}
policy-days = { $count ->
    [one] { $count } day of history here
   *[other] { $count } days of history here
}
policy-warnings = { $count ->
    [0] no open warnings
    [one] at most { $count } open warning
   *[other] at most { $count } open warnings
}
policy-soft = With an email address, you can
policy-preliminary = With your own key, you can also
policy-established-can = When you’re established, you can also
policy-can-read = read what’s for the people of this box
policy-can-chat = chat
policy-can-ticket = hold tickets
policy-can-course = take courses
policy-can-event = host events
policy-can-connect = connect with others
policy-can-vouch = vouch for others
policy-can-attest = confirm what others did
policy-can-warn = warn about others
policy-can-invite = invite people to this box
policy-can-quota = { $count ->
    [one] have { $count } open invitation at a time
   *[other] have { $count } open invitations at a time
}
policy-invitations = The owner of the box can invite any number of people. An invitation is valid for a week.
policy-can-bring = bring new people in with { $count } open invitations at a time
policy-costs = What it costs
policy-nothing-sold = Nothing is sold on this box.
policy-free = This box takes nothing from what’s sold on it.
policy-fees = From each sale, { $network } goes to the network, { $node } to this box, and { $credit } back to the buyer as credit.
policy-card-fee = A card provider takes its own fee. Every receipt shows every part.
policy-fees-next = From <time/> on: { $network } to the network, { $node } to this box, and { $credit } back to the buyer as credit.
policy-fees-change = A fee can go down at once, and up after one day’s notice.
policy-limits = Limits
policy-private-too = When a payment arrives, shops are notified at any address they choose, including ones inside this box’s own home network.
policy-public-only = When a payment arrives, shops are notified only at addresses on the public internet.
policy-anchors-asked = The box publishes how far its records have got when somebody asks for it.
policy-anchors = { $hours ->
    [one] Every hour the box publishes how far its records have got, so it can’t rewrite them unnoticed.
   *[other] Every { $hours } hours the box publishes how far its records have got, so it can’t rewrite them unnoticed.
}
policy-limit-body = Longest thing you can write at once
policy-limit-upload = Largest copy you can bring here
policy-limit-session = How long you stay signed in
policy-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
policy-limit-sessions = Devices signed in at the same time
policy-limit-writes = Sustained writes per second, per person
policy-limit-requests = Sustained requests per second, per address
policy-limit-attempts = Sustained attempts per second to sign in or join, per address

## Without a network

offline = Your box isn’t answering
offline-why = This device may be offline, or the box may be switched off. Pages that you opened recently still work; this one isn’t among them.
offline-again = Try again
offline-kept = Your box isn’t answering. This is how the page looked on <time/>; what you change here won’t be saved.

## How it works

docs = How it works
docs-lead = Which of these is you?
docs-live = You live with a box
docs-live-about = What households ask, in short answers.
docs-run = You run a box
docs-run-about = Set it up, keep it up to date, reach it from anywhere.
docs-build = You build on a box
docs-build-about = A guide in Python, the API, and every operation and route.
docs-english = These pages are in English.
docs-operations = The operations of each service
security-no-contact = This box names no contact for reports about its security.
docs-none = The documentation has no such page.
docs-markdown = This page as Markdown
docs-programs = The OpenAPI document of each service
docs-programs-all = <llms/> lists all pages, and <llms-full/> has those for developers in one text.
docs-live-all = All help texts

## Questions of households: the question, and the answer in sentences

ask-key =
    What is my key?
    When you join, your browser makes a secret number for you: your key. It stays in that browser.
    You sign what you do with it, and everybody can check the signature without asking anyone.
ask-lost =
    What if I lose my phone?
    Your recovery sheet and its passphrase bring your key back. If you have another device, you can also use it to let a new one in.
    Then take the lost phone’s key out of use under “Devices”: it signs nothing new from then on.
ask-see =
    Who can see what I write here?
    Most things say who sees them: everybody, your connections or only you.
    The box can’t read conversations that are end-to-end encrypted. The owner could find everything else on the box.
ask-record =
    What does the box know about me?
    Everything this box knows about you is in one file, your record. You see it under “My data”.
    Each entry names the one before it, so nothing can be added, removed or changed unnoticed. Your box writes it, and only you can sign.
ask-erase =
    Can I erase what I wrote?
    Yes. What stays is that there was something, when it was, and who signed it, so the rest of the record still proves itself.
    Other people may have copied it before.
ask-copy =
    Can I take my data with me?
    You can take your whole record with you as one file. It proves itself: any box can check it, and so can a small program on any computer.
    You can continue from it on another box, with the same ID, pages and friends.
ask-leave =
    How do I leave?
    Under “Delete my data” you erase your words and pictures on this box, for good. Take a copy first.
    If you only want another box, choose “Move to another box”: others still find you by your name.
ask-owner =
    What if the owner doesn’t want to look after the box any more?
    The owner can hand it over to another person. Everybody’s data stays where it is.
    You can also continue on another box from your copy, even if this one is gone.
ask-broken =
    What if the box breaks or is stolen?
    A backup has the whole box in it. It goes to a stick, another disk, online storage or a friend’s box, and a new box becomes the old one from it.
    Only the owner’s key or first recovery sheet opens a backup. With a lock, the keys, addresses and emails on the box open only with a passphrase.
ask-offline =
    What if the internet is down?
    At home the box keeps working for everybody in its network.
    Away from home, your phone still shows the pages that you opened recently.
ask-outside =
    How do I reach the box when I’m out?
    The owner opens it under “Network”, with “Reach this box from anywhere”. Nobody in between can read along.
    Until then it answers at home alone.
ask-credit =
    What is my credit worth?
    Credit is a promise of this box. You spend it here, and can ask the owner to pay it out.
    Every receipt shows who got which part, and you can check it without the box.

## Scripts of all pages

js-too-short = Take at least { $count } letters: anybody who finds the file can try as often as they like.
js-went-wrong = Something went wrong on this page. Load it again. You haven’t lost anything.
js-just-now = just now
js-bytes = bytes
js-your-id = your ID
js-copy-what = Copy { $what }
js-copy = Copy
js-copied = Copied
js-this-address = this address
js-signed-out = You’re signed out. Sign in and try again. What you wrote is still on this page.
js-key-number = You opened this box by a number, { $number }. Numbers change, and a key you make here would be lost with it. Open the box by its name, like https://imajin.local.
js-key-insecure = This page came over an unprotected connection, and browsers keep keys only on protected ones. Open your box at its https:// address, or on the box itself.
js-key-old = This browser is too old to make keys (it lacks Ed25519 or X25519). A current Chrome, Edge, Firefox or Safari can.
js-key-restore = Use my recovery sheet
js-key-none = This needs your key, and this browser doesn’t hold it. Restore it from your recovery sheet, or open “Devices”: add this browser on the device that has your key, or make a key of your own if the box keeps it for you.
js-sheet-line-short = Line { $line } of 10 is missing or too short: it needs 25 letters and has { $count }.
js-sheet-line-letter = Line { $line } of 10 has a wrong letter. Compare it with your sheet.
js-sheet-order = Each line is fine, but they don’t belong together. Are all ten lines from the same sheet, in order?
js-sheet-passphrase = The sheet is fine, but this passphrase does not open it. Check capital letters and spaces.
js-unlock-refused = This device didn’t open the lock. Your recovery sheet brings you back.
js-unlock-wrong = The lock doesn’t open with this. Your recovery sheet brings you back.
js-unlock-again = Your key stayed locked. Try again, and confirm that it’s you.
js-sure-no = Go back
js-cancel = Cancel
js-unlock-title = Unlock your key
js-unlock-passphrase = The passphrase for this browser
js-unlock = Unlock
js-unlock-check = That isn’t the passphrase. Check capital letters and spaces.
js-unlock-nothing = Your key stayed locked, so nothing was signed.
js-scan-off = The camera stayed off. Allow it for this page, or type the text instead.
js-scan-not-loaded = The part of this page that reads codes didn’t load. Check your network and try again, or type the text instead.
js-scan-stop = Stop the camera
js-scan-large = This file is too large to be a recovery sheet. Choose the one called “imajin-recovery…”.
js-scan-picture = This browser can’t open this picture. Save it as JPEG or PNG, or type the letters.
js-scan-refused = { $what ->
    [several] This code is only one part of several. This page reads single codes.
    [gs1] This is a product code, which this page doesn’t read.
    [kanji] This code has Japanese characters in a form this page doesn’t read.
   *[charset] This code has characters in a form this page doesn’t read.
}
js-scan-none = There’s no readable code in this picture. Take it from closer, straight and in good light.
js-store-nothing = This browser doesn’t save anything here (a private window?). Your key needs a place to stay: open this page in a normal window.
js-store-full = This browser couldn’t save that. Is its storage full?
js-api-failed = The box couldn’t do this.
js-api-no-answer = Your box didn’t answer. Check that it’s on and that this device is on the same network, then try again.
js-node-another = Another box answers at this address than the one this browser knows, so nothing was signed. It knew { $known }; this one says it’s { $found }.
js-node-no-signin = The box asked for a signature that has nothing to do with signing in here, so nothing was signed.
js-node-no-list = The box asked for a signature that has nothing to do with your copy, so nothing was signed.
js-confirm-own-key = You need a key of your own to confirm this. Make one under “Devices”.
js-half-character = This text has a broken character in it. Type it again.
js-dfos-no-keys = This ID has no keys.
js-dfos-no-key = That isn’t a key.
js-proof-large = That’s too much text for one change (1 MiB at most).
js-proof-somebody-else = Somebody else has signed in to this browser since, in another tab. Load this page again, so that you see who you are.
js-kept = This is what you wrote before. It isn’t saved yet.
js-kept-over = Start again

## USB sticks

js-sticks-writing = Writing a copy…
js-sticks-checking = Reading a copy…
js-sticks-bringing = Bringing in a copy…
js-sticks-stick = USB stick
js-sticks-progress = Progress
js-sticks-passphrase = Passphrase of this copy
js-sticks-passphrase-hint = Without it nobody can open the copy, not even you.
js-sticks-make = Copy my data to this stick
js-sticks-eject = Remove safely
js-sticks-lock = Lock it with a passphrase
js-sticks-asking = Removing it…
js-sticks-free = { $free } of { $all } free
js-sticks-read-only = read-only
js-sticks-pull = You can pull it out now.
js-sticks-pull-paused = You can pull it out now. Not all photos are copied from it yet: the import continues when you plug it in again.
js-sticks-photos = Photos are being copied from it. If you remove it, the import pauses, and continues when it’s plugged in again.
js-sticks-trouble = { $state ->
    [failed] The box can’t use this stick: { $why }.
   *[other] The stick couldn’t be removed: { $why }.
}
js-sticks-yours = Your copy
js-sticks-somebodys = Somebody’s copy
js-sticks-made = { $what }, { $when }
js-sticks-locked = locked
js-sticks-check = Check
js-sticks-end-check = Stop checking
js-sticks-bring = Bring it to this box
js-sticks-reading = Reading…
js-sticks-its-passphrase = The passphrase of this copy
js-sticks-open = Open it
js-sticks-needs-passphrase = The copy opens only with its passphrase.
js-sticks-leave-it = Your box is writing the copy. Leave the stick where it is.
js-sticks-done = Your copy is on the stick “{ $name }”, signed by you.
js-sticks-done-eject = Remove the stick safely before you pull it out.
js-sticks-home = Make this box its home
js-sticks-backup = Keep it as a backup
js-sticks-leave = Leave it
js-sticks-is-home = This box is now the home of that record.
js-sticks-keeping = Saving…
js-sticks-is-backup = The box keeps it as a read-only backup.
js-sticks-nothing = Nothing was brought in.
js-sticks-choose = Make this box its home, and the record continues here; no other box can add to it any more. A backup stays as it is.
js-sticks-no-key = This browser doesn’t hold the key of that record, so you can only keep it as a backup: it stays as it is, and its owner can carry on from it.
js-sticks-all-here = It’s all here already.

## Components

components = Components
components-lead = Use these, and no others: they work on a phone, by keyboard, with a screen reader, and in the dark.
component-button = Button
component-field = Field
component-choice = Choice
component-card = Card
component-row = List row
component-person = Person
component-money = Money and time
component-tile = Tile
component-tag = Tag and badge
component-notice = Notice
component-message = Message
component-steps = Steps
component-progress = Progress
component-empty = Empty state
component-facts = Facts and table
component-question = Question
component-folded = Folded
component-id = ID
component-one-main = One main button per view. Keep anything that destroys something apart.
component-main = Main
component-other = Other
component-link = A link as a button
component-working = Working…
component-like-link = Like a link
component-danger = Destructive
component-text = Text
component-hint = What it’s for, before the field.
component-mistake = With a mistake
component-mistake-why = What’s wrong, and what to write instead.
component-before = With something before it
component-with-button = With a button
component-long = Long text
component-file = A file
component-one-of = One of several
component-first = The first
component-second = The second
component-on-off = Something that’s on or off
component-on = Something that’s on
component-a-card = A card
component-together = What belongs together.
component-home-card = A card on Home
component-tomorrow = Tomorrow at eight
component-accepted = Somebody accepted your invitation
component-new = A new one.
component-place = A place
component-another = Another <detail>with a detail</detail>
component-a-tile = A tile
component-badge = With a badge
component-plain = plain
component-good = good
component-bad = needs you
component-know = Something to know.
component-worked = It worked.
component-happened = What happened, what it means, and what to do.
component-top = Scripts report at the top of the page, and screen readers read it out.
component-say-good = Say that it worked
component-say-bad = Say that it failed
component-steps-label = Example steps
component-now = Now
component-later = Later
component-three = Three of ten
component-endless = Nobody knows how long this takes…
component-nothing = Nothing here yet.
component-try = One thing to try
component-what = What
component-this = This
component-since = Since
component-today = Today
component-table = An example table
component-thing = Thing
component-number = Number
component-entries = Entries
component-few = What few people need
component-all-same = It’s still here.
component-why = When a page claims something, this says why you can believe it.
js-component-good = It worked.
js-component-sure = Erase this for good?
js-component-bad = It didn’t work. Your text is still here: try again in a minute.

js-form-needed = (needed)
js-form-choose = Choose…
js-form-other = Something else
js-form-other-what = What else?
js-form-other-missing = Say what else, or choose another.
js-form-yes = Yes
js-form-no = No
js-form-up = Move “{ $what }” up
js-form-down = Move “{ $what }” down
js-form-place = “{ $what }” is now { $place } of { $count }.
js-form-ranked = This is my order
js-form-required = Answer this question, please.
js-form-empty = Answer at least one question, please.
js-form-type = Write a number, such as 12.5.
js-form-choice = Choose from these.
js-form-min = At least { $min }.
js-form-max = At most { $max }.
js-form-range = From { $min } to { $max }.
js-form-number = Write a number below a billion, with at most three digits after the point.
js-form-email = Write an email address, such as name@example.org.
js-form-date = Choose a day.
js-form-long = That’s too long. An answer has at most 2,000 letters.
js-form-size = Your answers are too long together. Shorten some of them.

## What a device says of a push message

push-message = You have a new message
push-mention = You were mentioned
push-request = You have a new request
push-turn = Somebody joined or left a conversation
push-connection = You have a new connection
push-ticket = There’s news about a ticket
push-event = An event has changed
push-share = Somebody shared something with you
push-payment = You have a new payment
push-security = Something about your keys has changed

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-at-must-page-navigation = at must be a page of the navigation: /connections.
says-send-form-page-lock = Send the form of the page /lock.

## Choosing somebody

js-person-list = People
js-person-none = Choose somebody first: type a name and choose the person.
js-person-looking = One moment: we’re looking for this person. Check who is shown below the field, then try again.
js-person-nobody = Nobody on this box goes by that. Check the spelling, or ask the person for a link to their profile.
js-person-several = Several people go by that name. Choose one of them from the list, or use their username.
js-person-elsewhere = This leads to another box, { $host }. Enter the person’s ID here: it’s on their profile page, under Details, and Search finds it for @name@{ $host }.

## Bringing a copy

bring = Bring a copy
bring-lead = Your record carries on here, also if the box that had it is gone. Choose the copy that you took; your key makes this box its new home.
bring-how = The box reads the whole copy first: every entry has to follow on the one before it, and every signature has to fit. Nothing is taken in until your key has signed that this box is the new home.
bring-unclaimed = This box has no owner yet. If you have its claim code, <claim>make it yours</claim> first, and then bring your copy.
bring-closed = This box takes nobody in at the moment. Its owner can bring a copy for you, or change who may join in its settings.
bring-file = The copy
bring-file-hint = A file that ends in .tar, or in .tar.age if it’s locked.
bring-passphrase = The passphrase that locks it
bring-invite = Invitation
bring-invite-hint = The code that the box’s owner gave you. You need none if the owner or a member brings the copy.
bring-go = Send it to this box
bring-on-its-way = Your copy is on its way
bring-progress = Progress
bring-stay = Keep this page open. If the connection breaks, it waits and then continues. If you come back later, choose the same file again.
bring-found = What the box found
bring-choose = If you make this box its home, the record carries on here, and no other box can add to it any more.
bring-sheet = Whose is it?
bring-sheet-why = Only its owner can make this box its home. This browser doesn’t hold the key yet: your recovery sheet brings it. The sheet and its passphrase stay in this browser.
bring-home = Make this box its home
bring-backup = Keep it as a backup
bring-leave = Choose another copy
js-bring-no-file = Choose the file of the copy.
js-bring-needs-passphrase = The copy is locked. Type its passphrase.
js-bring-beginning = Beginning…
js-bring-sending = Sending it to the box…
js-bring-waiting = The box doesn’t answer. This continues as soon as it does.
js-bring-checking = The box is checking it…
js-bring-gone = The copy is no longer on the box. Send it again.
js-bring-other-sheet = This sheet is somebody else’s: it doesn’t belong to this record.
js-bring-leaving = Removing it…

## Cards

js-cards-fetching = One moment…

## Help

all-help = Help
all-help-lead = Three sentences about each page: what it’s for, what to do first, and what others see or what you can take back.
all-help-search = What do you want to know?
all-help-nothing = No help text has all of these words. Try fewer.
js-help-close = Close
js-help-all = All help

## Help texts of the pages: a title, and three sentences

help-home =
    Home
    Home shows what waits for you, what is new and what is coming up.
    Begin with the list at the top, if there is one, then with what waits for you.
    Only you see this page; if you hide the list, you still find all that it names under More.
help-front =
    The front page
    Visitors see this page before they sign in.
    If somebody invited you, choose “I have an invitation”; if you have been here before, choose “Sign in”.
    You can look at everything that is public here without an account.
help-create =
    Creating your identity
    Here you get a key of your own, which signs what you do on this box.
    Write your name and follow the five steps; have a printer or a USB stick ready for your recovery sheet.
    You can change your name at any time, and start over until your sheet is tested.
help-claim =
    Becoming the owner
    This box has no owner yet, and its claim code makes you the owner.
    Type the code that the box shows on its screen or console, and sign.
    You can hand the box over to somebody else later, in the settings.
help-signin =
    Signing in
    Here you come back in: with the key in this browser, your recovery sheet, another device or your email address.
    Tap your name if it is shown, or choose one of the other ways.
    Your key stays in this browser, also when you sign out.
help-mail-link =
    A sign-in link
    The link in the email signs you in, without a key of your own.
    Tap the button, and write the code down if the page shows one.
    The link works once, and this browser then stays signed in for a day.
help-restore =
    Restoring from the sheet
    Your recovery sheet brings your key into this browser, for example on a new phone.
    Scan the sheet, choose its file or type its letters, then enter its passphrase.
    Neither the sheet nor the passphrase leaves this browser.
help-restore-box =
    Bringing a box back
    A new box becomes the one that you lost, from the backups on a friend’s box.
    Have three things ready: the address of your friend’s box, your recovery sheet with its passphrase, and the claim code of the new box.
    Everybody’s records and pictures come back, and after that the old box must never be started again.
help-device =
    Adding this device
    This device gets a key of its own, so that it can sign for you.
    Write who you are and the code under “Devices” on a device that you already use, or scan there the code that appears here.
    Nothing changes until you approve it there, and you can take the device out of use at any time.
help-more =
    More
    Everything on this box that has no room in the bar is here.
    Tap a tile to open its page.
    Only you see the numbers on the tiles, and signing out leaves your key in this browser.
help-settings =
    Settings
    Everything that you can set is listed here; the owner also finds what concerns the box.
    Tap a line to open its page.
    The language counts in this browser only, and you can change it at any time.
help-search =
    Search
    One search looks for people, for what is in the apps, from conversations to photos, and for what is in your record.
    Type a few words, in any order.
    You find only what you may see anyway, and others don’t see this page.
help-notifications =
    Notifications
    What is new for you is listed here.
    Tap a line to open what it is about, or mark all as read.
    Only you see this list, and in the settings you choose what gets into it.
help-data =
    My data
    This page shows what the box has about you: your record, entry by entry, and your things in each app.
    Look through it, or take a copy of all of it with you.
    Only you see this page, and you can move your data to another box or delete it at any time.
help-copy =
    Taking a copy
    A copy is one file with your whole record, your pictures, and a page to view it all without any box.
    Lock it with a passphrase if somebody else could find it, then make it and save it on a stick or another disk.
    Your data here stays as it is, and you can make as many copies as you like.
help-verify =
    Checking a copy
    The box reads a copy through and says whether it is whole and every signature fits.
    Choose a copy or a single record.
    The box keeps nothing of it, and you need no account for this.
help-bring =
    Bringing a copy
    Your record carries on here from a copy, also if the box that had it is gone.
    Choose the file, and keep the page open until all of it has arrived.
    Nothing is taken in until your key has signed that this box is the new home.
help-move =
    Moving to another box
    Your whole record moves to another box, and others still find you by your name.
    Enter the address of the other box, and look at what moves before you sign.
    You can stay until you sign; after that this box only shows what it had and sends people to the new one.
help-delete =
    Deleting my data
    This erases your words and pictures on this box, for good.
    Take a copy first, then read what goes and what stays.
    Nobody can undo it, and you get a signed receipt that says what was erased.
help-devices =
    Devices
    Each of your devices has a key of its own that signs for you, and this page lists them.
    To add a phone or a computer, scan the code here with its camera.
    If you lose a device, take its key out of use here: it signs nothing new from then on.
help-sheets =
    Recovery sheets
    A recovery sheet brings your key back when a device breaks or gets lost.
    Make one, read it back in, and keep it with your important papers.
    Without its passphrase a sheet opens nothing, and you can revoke it here.
help-email =
    Your email address
    The box sends your tickets and what is new for you to this address.
    Type it, then open the link in the email within 15 minutes.
    It counts once you have opened the link, and you can give another one at any time.
help-trust =
    Standing
    This page shows who vouches for you, and what it adds up to here.
    Look at what is still missing, and confirm what others say about you if it is true.
    What you confirm is in both of your records, and neither of you can change it alone.
help-apps =
    Apps that act for me
    These programs of other people may do certain things in your name, for a limited time.
    Look at what each of them may do.
    You can revoke a permission here at once, and your record shows what an app did for you.
help-authorize =
    An app asks you
    A program of somebody else asks whether it may do certain things in your name.
    Read what it asks for, and choose “No” if its address isn’t where you came from.
    It never gets your key, and you can revoke the permission at any time.
help-app-requests =
    Apps that ask to be here
    Programs of other people ask the owner here whether they may introduce themselves on this box.
    Say yes to those that you know.
    Each person still decides what an app may do for them, and you can take your yes back.
help-policy =
    What this box allows
    These are the rules of the box right now: who can join, who can do what, and what it costs.
    Look here when something isn’t open to you yet.
    Everybody can read this page, and the owner of the box decides the rules.
help-docs =
    How it works
    Here is how the box works, for people who live with one, run one or build on one.
    Choose at the top what fits you.
    Everybody can read this page, without an account.
help-help =
    Help
    Each page of this box has three sentences of help, and all of them are here, by app.
    Type a word to find the right ones, or tap the question mark on the page that you want to understand.
    Everybody can read them, without an account.
help-certificate =
    The way in
    This page finds the safest way from this device to the box.
    Continue as it says, or install the certificate so that your browser stops warning you.
    The certificate works for this box and at home only, and you can remove it from the device again.
help-joining =
    Who can join
    The owner decides here who can start an identity on this box.
    Choose one of the three, and save.
    People who are here already stay, and you can change it at any time.
help-box-front =
    Name and picture of the box
    The owner gives the box a name, a sentence and a picture here.
    Write a name that people recognise, and save.
    Everybody sees all of it, also before they sign in, and you can change it at any time.
help-mail-server =
    Mail server
    With a mail server, the box sends sign-in links, tickets and news by email.
    Fill in what your mail provider calls the outgoing server, save, and send a test email.
    The box keeps the password encrypted and never shows it again, and you can have it forget the server.
help-letters =
    Unsent emails
    Sign-in links, tickets and messages wait here until the box has sent them, or until you pass them on if it has no mail server.
    Give each link to its person, and to nobody else.
    A link signs in anyone who has it, so you can’t undo giving it to the wrong person.
help-health =
    Status
    The box says here how it is: its disk, its clock, its backups, its updates and more.
    Begin with what needs you: each line says what to do.
    Only the owner sees this page.
help-backups =
    Backups
    A backup has the whole box in it, so nothing is lost when the card breaks.
    Choose a place away from the box, such as a friend’s box, test it, and save.
    Only your key or your first recovery sheet opens a backup, and you can pause them or choose another place.
help-network =
    Network
    This page shows how people reach the box: at home, and from anywhere if you want that.
    To open the box on the road, choose “Reach this box from anywhere”.
    Names and their certificates are public, and you can stop using a name or close a port again.
help-wifi =
    The Wi-Fi of the box
    You tell the box here which Wi-Fi it joins.
    Enter the name and the password of your Wi-Fi.
    If the box can’t join within a minute, it goes back to what was before.
help-lock =
    The lock of the box
    With a lock, the keys, addresses and emails on the box open only with a passphrase.
    Get your recovery sheet and a backup first, then choose the passphrase.
    Somebody has to type it after every power cut, and you can take the lock off again.
help-owner =
    Handing over the box
    The owner gives the box to somebody else here, or releases it.
    Choose who looks after it from now on, and sign.
    Everybody’s data stays where it is, and only the next owner can give the box back to you.
help-power =
    Restart, shut down, reset
    The owner restarts the box here, shuts it down, or makes it new again.
    Shut the box down before you pull the plug.
    Restarting and shutting down lose nothing, but a factory reset erases everything for everybody.
