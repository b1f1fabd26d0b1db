# Gespräche. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Chat
summary = Gespräche, Ende-zu-Ende-verschlüsselt, wenn alle darin einen Schlüssel haben

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-open = Du hast ein Gespräch eröffnet
op-opened = Ein Gespräch wurde eröffnet
op-requested = Jemand möchte dir schreiben
op-accept = Du hast eine Anfrage angenommen
op-accepted = Eine Anfrage wurde angenommen
op-decline = Du hast eine Anfrage nicht angenommen
op-block = Du nimmst im Chat nichts mehr von jemandem an
op-block-end = Du nimmst wieder Nachrichten von jemandem an
op-admit = Du hast Leute in ein Gespräch eingelassen
op-admitted = Leute wurden in ein Gespräch eingelassen
op-epoch = Du hast neue Geheimnisse für ein Gespräch gemacht
op-epoch-made = Ein Gespräch hat neue Geheimnisse
op-send = Du hast in einem Gespräch geschrieben
op-message = Jemand hat in einem Gespräch geschrieben
op-delete = Du hast eine Nachricht gelöscht
op-forget = Du hast alles gelöscht, was du in einem Gespräch geschrieben hast
op-hide = Du hast eine Nachricht verborgen
op-hidden = Eine Nachricht wurde verborgen
op-read = Du hast gesagt, wie weit du ein Gespräch gelesen hast
op-pin = Du hast Schlüssel mit jemandem verglichen
op-keyring = Du hast die Geheimnisse deiner Gespräche für deine Schlüssel aufbewahrt
op-settings = Du hast deine Einstellungen für den Chat geändert
op-consent = Du erlaubst einem Unternehmen, dir zu schreiben
op-consented = Jemand erlaubt dir zu schreiben
op-consent-end = Du erlaubst einem Unternehmen nicht mehr, dir zu schreiben
op-consent-ended = Jemand erlaubt dir nicht mehr zu schreiben
op-out = Jemand ist nicht mehr in einem Gespräch
op-role = Jemand hat eine andere Rolle in einem Gespräch

## Was eine Vollmacht erlaubt.

scope-open = Für dich Gespräche eröffnen
scope-accept = Anfragen an dich annehmen
scope-decline = Anfragen an dich nicht annehmen
scope-block = Im Chat nichts mehr von jemandem annehmen
scope-block-end = Wieder Nachrichten von jemandem annehmen
scope-send = Für dich in Gesprächen schreiben, die nicht Ende-zu-Ende-verschlüsselt sind
scope-delete = Nachrichten von dir löschen
scope-read = Sagen, wie weit du gelesen hast
scope-settings = Deine Einstellungen für den Chat ändern

# Chat. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

## Was mit einer Unterhaltung nicht stimmt: der rote Balken.

js-stop-gap = Dieser Unterhaltung fehlt etwas: deine Box lässt etwas aus.
js-stop-other-log = Deine Box zeigt einen anderen Verlauf dieser Unterhaltung als vorher.
js-stop-not-for-here = Deine Box zeigt hier etwas, das für eine andere Unterhaltung unterschrieben wurde.
js-stop-malformed = Deine Box zeigt hier etwas, das sich nicht lesen lässt.
js-stop-signature = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat etwas nicht unterschrieben, das deine Box in diesem Namen zeigt.
js-stop-not-the-intent = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat etwas anderes unterschrieben, als deine Box hier zeigt.
js-stop-other-body = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat andere Worte unterschrieben, als deine Box hier zeigt.
js-stop-twice = Deine Box zeigt dasselbe zweimal.
js-stop-other-chain = Deine Box zeigt für jemanden hier andere Schlüssel als die, die du kanntest.
js-stop-kept-back = { $known ->
    [yes] { $who }
   *[no] Jemand hier
} hat neuere Schlüssel, als deine Box dir zeigt.
js-stop-fork = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier einen anderen Verlauf gesehen, als deine Box dir zeigt.
js-stop-reader-fork = { $known ->
    [yes] { $who }
   *[no] Jemand hier
} hat Nachrichten gesehen, die deine Box dir nicht zeigt.
js-stop-changed = Nachrichten, die du hier schon hattest, haben sich geändert.
js-stop-rolled-back = Deine Box zeigt einen älteren Stand dieser Unterhaltung, als du schon gesehen hast.
js-stop-not-entered = Eine Nachricht von dir steht nicht dort, wo deine Box es gesagt hat.
js-stop-own-gap = In deinem eigenen Verlauf fehlt etwas: deine Box lässt etwas aus.
js-stop-opened-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat diese Unterhaltung ohne das Recht dazu eröffnet.
js-stop-admitted-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne das Recht dazu Leute hereingelassen.
js-stop-out-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne das Recht dazu jemanden entfernt.
js-stop-role-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne das Recht dazu eine Rolle vergeben.
js-stop-unsigned-turn = Wer hier dabei ist, wurde geändert, und niemand hat das unterschrieben.
js-stop-epoch-number = Die Schlüssel dieser Unterhaltung sind in falscher Reihenfolge.
js-stop-epoch-maker = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht, ohne dabei zu sein.
js-stop-epoch-turns = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht und dabei andere Änderungen der Beteiligten gesehen.
js-stop-epoch-members = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht, der nicht genau für die Beteiligten ist.
js-stop-epoch-keys = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung für Geräte gemacht, die keinem Mitglied gehören.
js-stop-epoch-old-state = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung für ein Gerät gemacht, das nicht mehr benutzt wird.
js-stop-epoch-old-secret = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen alten Schlüssel dieser Unterhaltung noch einmal verwendet.
js-stop-epoch-flood = { $known ->
    [yes] { $who }
   *[no] Jemand
} macht immer wieder neue Schlüssel für diese Unterhaltung, sodass niemand schreiben kann.
js-stop-stranger = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier geschrieben, ohne dabei zu sein.
js-stop-old-epoch = Eine Nachricht hier hat einen älteren Schlüssel, als die letzte Änderung der Beteiligten erlaubt.
js-stop-other-turns = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier geschrieben und dabei andere Änderungen der Beteiligten gesehen.
js-stop-readable = Etwas in dieser verschlüsselten Unterhaltung ist nicht verschlüsselt.
js-stop-unsigned = Etwas in dieser verschlüsselten Unterhaltung ist nicht unterschrieben.
js-stop-keyless = Diese Unterhaltung sei nicht verschlüsselt, weil du keinen Schlüssel hast, sagt deine Box. Du hast aber einen.
js-stop-missing-body = Hier fehlt eine Nachricht, und niemand hat sie gelöscht.
js-stop-hidden-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne das Recht dazu eine Nachricht verborgen.
js-stop-advice = Hier wird vorerst nichts gesendet. Sichere die Belege und frag die anderen auf einem anderen Weg danach.

## Anlässe für einen neuen Schlüssel der Unterhaltung.

js-renew-late = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen Schlüssel für diese Unterhaltung für dein altes Gerät gemacht, obwohl du es schon ersetzt hattest. Deine nächste Nachricht macht einen neuen.
js-renew-no-secret = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen Schlüssel für diese Unterhaltung gemacht, der bei dir nicht passt. Deine nächste Nachricht macht einen neuen.

## An der Stelle einer Nachricht, die sich nicht lesen lässt.

js-said-deleted = Diese Nachricht wurde gelöscht
js-said-hidden = Diese Nachricht wurde von der Leitung der Gruppe verborgen
js-said-void = Diese Nachricht ist nicht gültig
js-said-locked = Dieser Browser hat den Schlüssel zu dieser Nachricht nicht
js-said-unseen = Geschrieben, bevor du dazukamst
js-said-newer = Mit einer neueren Version geschrieben. Aktualisiere, um sie zu lesen

## Warum eine Nachricht wartet.

js-wait-offline = Wartet auf deine Box. Wir senden sie automatisch
js-wait-full = Deine Box ist voll. Wir versuchen es automatisch wieder
js-wait-many = Das war viel auf einmal. Wir senden sie gleich
js-wait-signed-out = Melde dich wieder an, um sie zu senden
js-wait-busy = In dieser Unterhaltung passiert gerade viel. Wir versuchen es automatisch wieder

## Warum eine Nachricht nicht gesendet wird.

js-held-long = Zu lang zum Senden. Kürze sie oder sende sie in Teilen
js-held-gas = Diese Nachricht muss erst bezahlt werden
js-held-not-accepted = Du kannst wieder schreiben, sobald deine Anfrage angenommen ist
js-held-out = Nicht gesendet, weil du nicht mehr in dieser Unterhaltung bist
js-held-refused = Deine Box hat diese Nachricht nicht angenommen
js-held-stopped = Nicht gesendet, weil in dieser Unterhaltung etwas nicht stimmt
js-held-keyless = Nicht gesendet, weil jemand hier noch keinen Schlüssel hat
js-held-no-secret = Nicht gesendet, weil dieser Browser den neuesten Schlüssel dieser Unterhaltung nicht hat

## Dieser Browser und seine Verbindung.

js-store-closed = Dieser Browser kann hier nichts behalten. Nimm statt eines privaten Fensters ein normales.
js-store-full = Dieser Browser hat keinen Platz mehr für Nachrichten. Schaff etwas Platz und versuch es noch einmal.
js-socket-unreadable = Deine Box hat etwas gesagt, das diese Seite nicht versteht. Lade die Seite neu.
