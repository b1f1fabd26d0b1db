# Connections, groups and blocks.

service = People
groups = Groups

## What operations did, said to the person whose record they are in.

op-invite = You invited somebody to connect
op-invite-withdraw = You withdrew an invitation
op-accept = You accepted an invitation: you’re connected
op-accepted = Somebody accepted your invitation: you’re connected
op-confirm = You signed that you know somebody who accepted
op-disconnect = You disconnected from somebody
op-disconnected = Somebody disconnected from you
op-block = You blocked somebody
op-block-end = You unblocked somebody
op-nickname = You gave somebody a name that only you see
op-policy = You chose whose questions you answer
op-queried = Somebody was given something of yours, and said what for
op-ask = You asked about somebody, and paid for the answer
op-asked = Somebody asked about you, said what for, and paid
op-group-create = You created a group
op-group-update = You changed a group
op-group-invite = You invited somebody to a group
op-group-invite-withdraw = You withdrew an invitation to a group
op-group-join = You joined a group
op-group-leave = You left a group
op-group-role = You gave somebody another role in a group
op-group-remove = You removed somebody from a group
op-group-offer = You offered a group to one of its members
op-group-take = You took over a group
op-group-dissolve = You dissolved a group
op-group-opened = The group was created
op-group-changed = The group was changed
op-group-invited = Somebody was invited to the group
op-group-invite-ended = An invitation to the group was withdrawn
op-group-joined = Somebody joined the group
op-group-left = Somebody left the group
op-group-role-changed = Somebody has another role in the group
op-group-removed = Somebody was removed from the group
op-group-offered = The group was offered to one of its members
op-group-handed = The group has a new owner
op-group-dissolved = The group was dissolved

## Kinds of notifications.

notice-accepted = Somebody accepted your invitation
notice-connected = You have a new connection
told-accepted = { $who } accepted your invitation
told-asked = { $who } asked something about you and paid for the answer
told-offered = { $who } offers you a group
told-offered-group = { $who } offers you the group “{ $group }”

## On several pages

scripts-off = Your browser signs what you do here, and it needs scripts for that. Turn them on for this address, then load the page again.
somebody = Somebody
no-name = Somebody without a name
since = since <time/>
newer = Newer
older = Older
more-pages = More
for-how-many = For how many people?
sign-invitation = Sign invitation
made = Share this invitation
made-link = As a link:
made-code = Or as a code to type:
invites-open = Open invitations
tabs = Parts of this page
tab-list = People
tab-invites = Invitations
write-to = Write to { $name }
sign-in = Sign in
own-key-why = This takes a signature with your own key, and so far this box keeps your key for you. Make your own, then open this page again. Everything you have here stays yours.
own-key = Make your own key

## Your connections

list = Your connections
list-lead = People you know and who know you. Both of you signed it.
list-scan = Scan an invitation
list-none = Nobody yet. Invite somebody you know.
list-elsewhere = On other boxes
list-elsewhere-why = You’re connected, but their records aren’t on this box, so it doesn’t know what they’re called now. You can give them a name.
list-waits = Your key is locked. Sign once, and it counts for both of you.
list-vouches = You said you’d vouch for them.
list-sign = Sign it
list-care = Rename or disconnect
list-nickname = What you call them
list-nickname-hint = Only you see it. Leave it empty to use the name they chose.
list-rename = Save name
list-part = Disconnect from { $name }
list-part-why = You’ll be disconnected at once, and neither of you will see what’s for connections only. Both records keep that you were connected.
list-part-yes = Yes, disconnect
list-part-no = No, stay connected
blocked = Blocked
blocked-why = Nothing they do reaches your record. They aren’t told.
blocked-end = Unblock { $name }

## Home

home-accepted = <name/> accepted your invitation.
home-connected = You and <name/> are connected.

## Inviting somebody to connect

invite = Invite people
invite-lead = Anybody who accepts is connected with you. The invitation is good for a week.
invite-vouch = I vouch for everybody who accepts: I know them and lend them my name
invites-none = None.

## Accepting an invitation to connect

accept = { $name } invites you to connect
accept-where = <id/> on { $site }
accept-own = This is your own invitation. Share its link, or <all>see all your invitations</all>.
accept-connected = You’re already connected. <list>See your connections</list>
accept-lead = When you accept, you’re connected: each of you sees what the other shows to connections. You can disconnect at any time.
accept-vouches = { $name } will also vouch for you.
accept-do = Sign and accept
accept-title = { $name } invites you to { $site }
accept-new = Make a key of your own: then you’re on { $site }, and connected with { $name }. It takes a few minutes.
accept-begin = Get started
accept-sign-in = I’m on this box already
accept-here = Already on { $site }? Sign in to accept.
accept-not-here = Not on this box yet?
accept-allowance = As many invitations of { $name } are open as members may bring new people in with. Ask { $name } to withdraw another one, then this one brings you in.
accept-ask-owner = { $name } can’t bring new people in. Ask { $owner }, who owns this box, for an invitation.
accept-ask-some-owner = { $name } can’t bring new people in. Ask the owner of this box for an invitation.
accept-closed = It takes nobody new at the moment. Ask { $owner }, who owns it, when it will.
accept-closed-some-owner = It takes nobody new at the moment. Ask its owner when it will.
accept-done = You and { $name } are connected
accept-done-why = It’s in both of your records, signed by you. { $name }’s browser adds their signature on their next visit.
accept-see = See your connections

## Groups

group-list = Your groups
group-list-lead = Families, choirs, teams. Everybody was invited and joined with their own signature.
group-none = None yet.
group-needs-key = To create a group, you need <key>your own key</key>.
group-no-name = A group without a name
group-pod = Pod, only its members can see it
group-public = Group, everybody can see it
group-private = Group, only its members can see it
group-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
group-inside = inside <group>{ $name }</group>
group-role-owner = owner
group-role-admin = admin, can invite and remove people
group-role-member = member
group-new = Create a group
group-new-inside = Create a group inside this one
group-name = Name
group-about = What’s it about?
group-optional = Optional.
group-who-sees = Who can see it
group-sort-private = A group only its members can see
group-sort-public = A group everybody can see
group-sort-pod = A pod: a small circle only its members can see
group-create = Sign and create

## One group

group-members = Members
group-members-out = Sign in to see the members
group-groups-inside = Groups inside
group-invite = Invite somebody
group-invite-admin = People who join become admins: they can invite and remove people, too
group-you = (you)
group-offered = You offered them this group. It’s theirs once they accept. The offer ends after a week.
group-care-member = Change role, hand over or remove
group-care-remove = Remove
group-make-admin = Make { $name } an admin
group-make-member = Make { $name } a member
group-keep = Withdraw the offer to { $name }
group-offer = Hand the group to { $name }
group-remove = Remove { $name } from the group
group-its-owner = Its owner
group-take = { $name } offers you this group
group-take-why = If you accept, you own the group: you can change its name and description, or dissolve it. { $name } stays as an admin.
group-take-do = Sign and accept
group-change = Change or end it
group-change-public = Everybody can see it
group-change-do = Sign the change
group-dissolve = Dissolve this group
group-dissolve-why = All members leave at once, and the group’s name and description are erased. Your members’ records keep that there was a group. This can’t be undone.
group-dissolve-yes = Yes, dissolve it
group-dissolve-no = No, keep it
group-leave = Leave this group
group-leave-why = You’ll no longer see what only members see. To come back, you need a new invitation.
group-leave-yes = Yes, leave
group-leave-no = No, stay

## Joining a group

join = { $name } invites you to join { $group }
join-in = You’re already in it. <group>See the group</group>
join-lead = Its members see that you’re in it. You can leave at any time.
join-admin = This invitation makes you an admin: you can invite and remove people.
join-do = Sign and join
join-out = To join, sign in.
join-done = You’re in { $group }
join-done-why = It’s in your record and in the group’s, signed by you.
join-see = See the group

## Scripts

js-signing = Signing…
js-brings-granted = New people can join this box with it and get a key of their own.
js-brings-allowance = It’s only for people who are on this box already, since { $count } of your invitations that bring new people in are open, which is the most at a time. Withdraw one of them to free its place.
js-brings-members = It’s only for people who are on this box already: its owner alone brings new people in.
js-brings-inviter = It’s only for people who are on this box already.
js-brings-closed = It’s only for people who are on this box already: it takes nobody new at the moment.
js-brings-only = For people on this box
js-the-invitation = the invitation
js-picture = The invitation as a code for a camera
js-take-back = Withdraw
js-take-back-of = Withdraw the invitation { $code }
js-used = { $uses } of { $max } used, ends { $ends }
js-quota = { $invited ->
    [one] You can invite up to { $quota } people at a time. { $invited } place is taken.
   *[other] You can invite up to { $quota } people at a time. { $invited } places are taken.
}
js-both-signed = You and { $name } have both signed that you know each other.
js-renamed = Saved. Only you see this name.
js-parted = You and { $name } are no longer connected.
js-block = Block { $name }
js-you-blocked = You blocked { $name }
js-blocked = You blocked { $name }. They aren’t told.
js-unblocked = You no longer block { $name }.
js-follow = Follow
js-elsewhere = This invitation is from { $host }.
js-open-at = Open it at { $host }

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-questions-about-you = questions about you
says-you-leave-all-them = you leave all of them at once. Their own records keep that you were a member, without any of your words
says-group-has-its-own = a group has its own record and name, which stay. To remove a group, too, dissolve it before you go
says-connections-as-others-see = connections as others see them
says-must-code-like-7kq2 = must be a code like 7KQ2-M9XT-04RB, made from random bytes
says-must-name-1-characters = must be a name of 1 to { $name-chars-max } characters
says-must-have-1-characters = must have 1 to { $about-chars-max } characters, or be left out
says-must-name-1-characters-or = must be a name of 1 to { $nickname-chars-max } characters, or null to take it away
says-must-list-one-did = must be a list of one DID
says-must-groups-did-did = must be the group's DID: did:imajin:…
says-invitation-has-ended-was = This invitation has ended, was used up or taken back. Ask for another one.
says-there-no-invitation-into = There is no invitation "{ $code }" into a group here. Look at the code again.
says-there-no-such-group = There is no such group on this box, or it is not for you to see.
says-you-are-not-in = You are not in this group.
says-they-are-not-on = They are not on this box any more.
says-nobody-on-box-goes = Nobody on this box goes by { $value }.
says-you-cannot-connect-with = You cannot connect with yourself.
says-you-are-connected-already = You are connected already.
says-accept-invitation-name-its = To accept an invitation, name its code in X-Imajin-Invite.
says-ref-must-cid-attestation = ref must be the CID of the attestation.
says-nobody-accepted-such-invitation = Nobody accepted such an invitation of yours.
says-you-confirmed-connection-already = You confirmed this connection already.
says-you-are-not-connected = You are not connected.
says-you-are-in-no = You are in no such group.
says-for-its-you-are = That is for its { $value }; you are { $second }.
says-you-have-groups-which = You have { $value } groups, which is the most: dissolve one first.
says-only-people-who-lead = Only people who lead a group make another one inside it.
says-pod-has-no-groups = A pod has no groups inside.
says-groups-are-at-most = Groups are at most { $value } deep inside each other.
says-group-exists-already = This group exists already.
says-pod-private-inside-no = A pod is private and inside no other group: choose another kind, or leave parent out and make it private.
says-pod-seen-by-its = A pod is seen by its members only: visibility is "private".
says-other-groups-are-inside = Other groups are inside this one: dissolve those first.
says-there-such-invitation-already = There is such an invitation already. Make a new code.
says-group-has-at-most = A group has at most { $value } open invitations. Take one back, or wait until one ends: each lasts a week.
says-invitation-was-taken-back = This invitation was taken back already.
says-group-has-no-such = The group has no such invitation.
says-you-are-in-group = You are in this group already.
says-people-join-group-by = People join a group by an invitation: name its code in X-Imajin-Invite.
says-role-invitation-gives = The role that this invitation gives is { $value }.
says-group-has-people-which = This group has { $value } people, which is the most.
says-they-are-not-in = They are not in this group.
says-owner-group-cannot-leave = The owner of a group cannot leave it: hand it over to a member, or dissolve it.
says-they-are-in-group = They are { $value } in this group already.
says-go-yourself-leave-group = To go yourself, leave the group.
says-only-owner-group-removes = Only the owner of a group removes people who lead it.
says-group-offered-them-already = The group is offered to them already.
says-group-yours-offered-nobody = The group is yours, and offered to nobody.
says-group-not-offered-you = This group is not offered to you, or not any more: ask its owner.
says-you-may-have-people = You may have { $value } people invited at a time, and have { $second }. Take an invitation back, or wait until one ends: each lasts a week.
says-you-took-invitation-back = You took this invitation back already.
says-you-have-no-such = You have no such invitation.
says-you-blocked-them-already = You blocked them already.
says-ref-must-did-somebody = ref must be the DID of somebody else: did:imajin:…
says-you-did-not-block = You did not block them.
says-answer-costs-something-names = An answer that costs something names who gets the money: fair is the digest of a .fair manifest that you signed and published (pay.fair.publish).
says-declaration-use-kept-already = This declaration of use is kept already.
says-what-answer-costs-has = What an answer costs has changed since you looked: ask again.
says-name-code-invitation-in = Name the code of the invitation in the header X-Imajin-Invite.
says-there-no-invitation-here = There is no invitation "{ $code }" here. Look at the code again.
says-connection-made-with-your = A connection is made with your signature: sign what is under "sign" and send it with an MJN-Proof.
says-there-no-such-invitation = There is no such invitation.
says-only-people-lead-group = Only people that lead a group see its invitations.
says-no-service-here-answers = No service here answers questions of the kind "{ $kind }".
says-they-charge-for-answer = They charge for an answer, but this box no longer has their manifest, so you cannot pay.
says-answer-paid-with-your = An answer is paid with your signature: sign what is under "sign" and send it along as MJN-Proof.
says-they-answer-only-people = They answer only people who are nearer to them than you are.
says-invitations = { $count } invitations
says-nicknames = { $count } nicknames
says-blocks = { $count } blocks
says-questions-about-you-2 = { $count } questions about you
says-group-entries = { $count } group entries
says-group-memberships = { $count } group memberships
says-owned-groups = { $count } owned groups
says-connections-as-others-see-them = { $count } connections as others see them
says-groups = { $count } groups
says-connections = { $count } connections
says-statements-were-not-checked = the statements were not checked
says-ref-must-did-box = ref must be the DID that this box made for the group: ask POST /connections/api/groups/key for it.
says-question-asked-by-signed = A question is asked by a signed exchange: POST /connections/api/query.

## Help texts of the pages: a title, and three sentences

help-list =
    Your connections
    These are people you know and who know you; both of you signed it.
    Invite somebody, or scan the invitation of somebody next to you.
    Connections see what you show to connections, and you can disconnect at any time.
help-invite =
    Inviting people
    An invitation connects you with everybody who accepts it.
    Say for how many people it is, sign it, and share the link or the code.
    It is good for a week, and you can withdraw it before.
help-accept =
    An invitation to connect
    Somebody invites you to connect with them.
    Sign and accept, or get started first if you are new on this box.
    Each of you then sees what the other shows to connections, and you can disconnect at any time.
help-groups =
    Your groups
    A group is a family, a choir or a team, and everybody in it joined with their own signature.
    Create one, then invite people on its page.
    You choose whether everybody or only its members can see a group.
help-group =
    A group
    This page shows who is in a group and where it meets on this box.
    Open one of its places, or invite somebody if you lead the group.
    Members can leave at any time, and dissolving a group can’t be undone.
help-join =
    Joining a group
    Somebody invites you to join a group.
    Sign in if you have to, then sign and join.
    Its members see that you’re in it, and you can leave at any time.
