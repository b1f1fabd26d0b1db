# Identity, sign-in, attestations and data rights.

service = Identity
summary = Sign in without passwords, and keep your data yours

## What operations did, said to the person whose record they are in.

op-identity-create = You began here, with a key of your own
op-identity-register = You began here, and your box keeps your key for you
op-identity-update = Your keys changed
op-email-set = You proved your e-mail address
op-readmitted = A link from the owner of the box signed somebody in as you
op-app-describe = You said what your app is and what it asks for
op-home = Your record moved to a box
op-delegation-create = You allowed a helper to act for you
op-delegation-end = You ended what a helper may do
op-settings-update = You changed a setting
op-body-erased = Something you wrote was erased
op-delete = You deleted your data
op-side-adopt = You took over entries from another branch
op-node-give = You gave this box a new owner, or released it
op-node-take = You became the owner of this box
op-node-claim = The box got its owner
op-anchor = The box published how far its records go
op-key-name = You named one of your keys
op-identity-chain = Your key’s own history was added
op-attestation-issue = You vouched for something about somebody
op-attestation-received = Somebody vouched for something about you
op-attestation-countersign = You confirmed what somebody says about you
op-attestation-countersigned = Somebody confirmed what you say about them
op-attestation-decline = You declined what somebody says about you
op-attestation-declined = Somebody declined what you say about them
op-attestation-revoke = You took back what you said about somebody
op-attestation-revoked = Somebody took back what they said about you

## Kinds of notifications.

notice-said = Somebody says something about you

## Home

home-said = { $count ->
    [one] Somebody said something about you. It counts once you confirm it.
   *[other] { $count } things were said about you. They count once you confirm them.
}
home-said-do = Confirm or decline

## The e-mail with a sign-in link

mail-subject = Your sign-in link for { $site }
mail-text =
    Somebody, hopefully you, wants to sign in to { $site } with this e-mail address.

    To sign in, open this link. It works once, for the next { $minutes } minutes:

    { $link }

    If it wasn’t you, do nothing: without this link, nobody gets in.
