# The e-mail with a sign-in link

mail-subject = Your sign-in link for { $site }
mail-text =
    Somebody, hopefully you, wants to sign in to { $site } with this email address.

    To sign in, open this link. It works once, for the next { $minutes } minutes:

    { $link }

    If it wasn’t you, do nothing: without this link, nobody gets in.

address-subject = Confirm your email address for { $site }
address-text =
    Somebody, hopefully you, gave this email address in the settings of { $site }.

    If it’s yours, open this link where you’re signed in. It works once, for the next { $minutes } minutes:

    { $link }

    If it wasn’t you, do nothing: without this link, the box doesn’t use the address.
