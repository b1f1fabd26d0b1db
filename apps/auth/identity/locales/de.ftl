# Die E-Mail mit einem Anmeldelink

mail-subject = Dein Anmeldelink für { $site }
mail-text =
    Jemand, hoffentlich du, möchte sich mit dieser E‑Mail-Adresse bei { $site } anmelden.

    Öffne dazu diesen Link. Er gilt einmal, für die nächsten { $minutes } Minuten:

    { $link }

    Wenn du das nicht warst, musst du nichts tun: Ohne diesen Link kommt niemand hinein.

address-subject = Bestätige deine E‑Mail-Adresse für { $site }
address-text =
    Jemand, hoffentlich du, hat diese E‑Mail-Adresse in den Einstellungen von { $site } angegeben.

    Wenn es deine ist, öffne diesen Link dort, wo du angemeldet bist. Er gilt einmal, für die nächsten { $minutes } Minuten:

    { $link }

    Wenn du das nicht warst, musst du nichts tun: Ohne diesen Link verwendet die Box die Adresse nicht.
