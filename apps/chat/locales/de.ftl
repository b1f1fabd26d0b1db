# Unterhaltungen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Chat
summary = Unterhaltungen, Ende-zu-Ende-verschlüsselt, wenn alle darin einen Schlüssel haben

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-open = Du hast eine Unterhaltung begonnen
op-opened = Eine Unterhaltung wurde begonnen
op-requested = Jemand möchte dir schreiben
op-accept = Du hast eine Anfrage angenommen
op-accepted = Eine Anfrage wurde angenommen
op-decline = Du hast eine Anfrage abgelehnt
op-block = Du hast jemanden im Chat blockiert
op-block-end = Du blockierst jemanden im Chat nicht mehr
op-admit = Du hast Leute in eine Unterhaltung aufgenommen
op-admitted = Leute wurden in eine Unterhaltung aufgenommen
op-epoch = Du hast einen neuen Schlüssel für eine Unterhaltung gemacht
op-epoch-made = Eine Unterhaltung hat einen neuen Schlüssel
op-send = Du hast in einer Unterhaltung geschrieben
op-message = Jemand hat in einer Unterhaltung geschrieben
op-delete = Du hast eine Nachricht gelöscht
op-forget = Du hast alles gelöscht, was du in einer Unterhaltung geschrieben hast
op-hide = Du hast eine Nachricht verborgen
op-hidden = Eine Nachricht wurde verborgen
op-read = Du hast Nachrichten als gelesen markiert
op-pin = Du hast Schlüssel mit jemandem verglichen
op-keyring = Du hast die Schlüssel deiner Unterhaltungen für deine Geräte und Blätter gesichert
op-settings = Du hast deine Chat-Einstellungen geändert
op-consent = Du erlaubst einem Unternehmen, dir zu schreiben
op-consented = Jemand erlaubt dir zu schreiben
op-consent-end = Du erlaubst einem Unternehmen nicht mehr, dir zu schreiben
op-consent-ended = Jemand erlaubt dir nicht mehr zu schreiben
op-out = Jemand hat eine Unterhaltung verlassen oder wurde daraus entfernt
op-role = Die Rolle von jemandem in einer Unterhaltung hat sich geändert

## Was eine Vollmacht erlaubt.

scope-open = Für dich Unterhaltungen beginnen
scope-accept = Anfragen an dich annehmen
scope-decline = Anfragen an dich ablehnen
scope-block = Leute im Chat blockieren
scope-block-end = Leute im Chat nicht mehr blockieren
scope-send = Für dich in Unterhaltungen schreiben, die nicht Ende-zu-Ende-verschlüsselt sind
scope-delete = Deine Nachrichten löschen
scope-read = Nachrichten als gelesen markieren
scope-settings = Deine Chat-Einstellungen ändern

## Arten von Benachrichtigungen.

told-wrote = { $who } hat in einer Unterhaltung geschrieben
told-message = { $count ->
    [one] { $who } hat dir geschrieben
   *[other] { $count } neue Nachrichten von { $who }
}
told-message-in = { $count ->
    [one] { $who } hat in „{ $name }“ geschrieben
   *[other] { $count } neue Nachrichten in „{ $name }“, die letzte von { $who }
}
told-mention = { $who } hat dich in „{ $name }“ erwähnt
told-admitted = { $who } hat Leute in eine Unterhaltung aufgenommen
told-admitted-in = { $who } hat Leute in „{ $name }“ aufgenommen
told-out = { $who } hat geändert, wer in einer Unterhaltung ist
told-out-of = { $who } hat jemanden aus „{ $name }“ entfernt
told-left = { $who } hat „{ $name }“ verlassen
told-role = { $who } hat die Rolle von jemandem in einer Unterhaltung geändert
told-role-in = { $who } hat die Rolle von jemandem in „{ $name }“ geändert
told-request = { $who } möchte dir schreiben
notice-message = Neue Nachrichten
notice-request = Jemand möchte dir schreiben

## Auf der Startseite.

first-hello = Sag { $name } Hallo
home-new = { $name }: { $count ->
    [one] eine neue Nachricht
   *[other] { $count } neue Nachrichten
}
home-request = { $name } möchte dir schreiben
home-open = Öffnen
home-accept = Annehmen

## Die Liste der Unterhaltungen.

at-group = Chat
at-group-new = Den Chat der Gruppe beginnen
chats = Chats
new = Neue Unterhaltung
requests = { $count ->
    [one] Eine Anfrage
   *[other] { $count } Anfragen
}
find = Namen und Nachrichten suchen
find-none = Keine Unterhaltung heißt so.
choose = Wähle eine Unterhaltung.
none = Noch keine Unterhaltungen
none-why = Schreib jemandem, den du kennst, oder einer Gruppe.
none-begin = Unterhaltung beginnen
wants-to-write = Möchte dir schreiben
row-sealed = Ende-zu-Ende-verschlüsselt
row-plain = Nicht Ende-zu-Ende-verschlüsselt
muted = Stumm
nobody = Jemand ohne Namen
no-name = Ohne Namen
scripts-off = Dein Browser öffnet und unterschreibt deine Nachrichten und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.

## Eine neue Unterhaltung.

new-none = Noch niemand zum Schreiben da
new-none-why = Sobald du mit jemandem verbunden bist, könnt ihr euch hier schreiben.
new-who = Wem möchtest du schreiben?
new-rooms = Gruppen und Veranstaltungen, die du leitest
new-group = Neue Gruppe
new-find-none = Niemand, mit dem du verbunden bist, heißt so.

## Eine Unterhaltung.

back = Alle Chats
details = Details
opening = Diese Unterhaltung wird geprüft…
opening-plain = Nicht Ende-zu-Ende-verschlüsselt: deine Box kann das lesen.
messages = Nachrichten
older = Ältere Nachrichten werden geladen…
mentions = Leute, die du erwähnen kannst
write = Nachricht schreiben
send = Senden

## Einstellungen.

settings = Chat-Einstellungen
requests-who = Wer darf dir eine Anfrage schicken?
requests-all = Alle
requests-reach = Leute, die jemanden kennen, den du kennst
requests-none = Niemand außer deinen Kontakten
receipts = Anderen zeigen, wie weit du gelesen hast
receipts-why = Sie sehen „Gelesen“ unter ihren Nachrichten. Du siehst, wie weit andere gelesen haben, wenn sie es zeigen.
presence = Deinen Kontakten zeigen, wenn du da bist
presence-why = Ist das aus, sieht niemand, ob du den Chat offen hast.
save = Speichern
sealed-about = Was „Ende-zu-Ende-verschlüsselt“ heißt
sealed-about-1 = Nur die Geräte der Leute in einer Unterhaltung können sie öffnen. Deine Box bewahrt die Nachrichten auf und kann sie nicht lesen.
sealed-about-2 = Deine Box sieht trotzdem, wer wem wann schreibt und ungefähr wie viel.
sealed-about-3 = Dein Wiederherstellungsblatt öffnet alles, was je geschrieben wurde, auch auf einem neuen Handy. Das kann auch, wer das Blatt, die Passphrase und eine Kopie deiner Daten hat: bewahre das Blatt sicher auf.

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
js-stop-own-forged = In deinem eigenen Verlauf steht etwas, das du nicht unterschrieben hast: deine Box hat es in deinem Namen geschrieben.
js-stop-other-chain = Deine Box zeigt für jemanden hier andere Schlüssel als die, die du kanntest.
js-stop-kept-back = { $known ->
    [yes] { $who }
   *[no] Jemand hier
} hat neuere Schlüssel, als deine Box dir zeigt.
js-stop-genesis-kept-back = Du hast in einer Unterhaltung geschrieben, und deine Box zeigt nicht, in welcher. Es könnte diese sein, verschlüsselt.
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
} hat diese Unterhaltung ohne die Erlaubnis dazu begonnen.
js-stop-admitted-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne die Erlaubnis dazu Leute aufgenommen.
js-stop-out-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne die Erlaubnis dazu jemanden entfernt.
js-stop-role-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne die Erlaubnis dazu eine Rolle geändert.
js-stop-unsigned-turn = Die Leute in dieser Unterhaltung haben sich geändert, und niemand hat das unterschrieben.
js-stop-epoch-number = Die Schlüssel dieser Unterhaltung sind in falscher Reihenfolge.
js-stop-epoch-maker = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht, ohne dabei zu sein.
js-stop-epoch-turns = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht, aber für eine andere Liste von Leuten.
js-stop-epoch-members = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat einen neuen Schlüssel für diese Unterhaltung gemacht, der nicht genau für die Leute darin ist.
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
js-stop-old-epoch = Eine Nachricht hier nutzt einen Schlüssel aus der Zeit, bevor sich die Leute in dieser Unterhaltung geändert haben.
js-stop-other-turns = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier geschrieben, sah aber eine andere Liste der Leute in dieser Unterhaltung.
js-stop-readable = Etwas in dieser verschlüsselten Unterhaltung ist nicht verschlüsselt.
js-stop-unsigned = Etwas in dieser verschlüsselten Unterhaltung ist nicht unterschrieben.
js-stop-keyless = Deine Box sagt, das hier sei nicht verschlüsselt, weil jemand keinen Schlüssel hat. Es gibt ihn aber.
js-stop-missing-body = Hier fehlt eine Nachricht, und niemand hat sie gelöscht.
js-stop-hidden-by = { $known ->
    [yes] { $who }
   *[no] Jemand
} hat hier ohne die Erlaubnis dazu eine Nachricht verborgen.
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
js-said-void = Diese Nachricht ist fehlerhaft und lässt sich nicht anzeigen
js-said-locked = Dieser Browser hat den Schlüssel zu dieser Nachricht nicht
js-said-unseen = Geschrieben, bevor du dazukamst
js-said-newer = Mit einer neueren Version geschrieben. Aktualisiere deine Box, um sie zu lesen

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

js-store-closed = Dieser Browser kann für diese Seite nichts aufbewahren. Wenn das ein privates Fenster ist, nimm ein normales.
js-store-full = Dieser Browser hat keinen Platz mehr für Nachrichten. Schaff etwas Platz und versuch es noch einmal.
js-socket-unreadable = Deine Box hat etwas gesagt, das diese Seite nicht versteht. Lade die Seite neu.

## Die Liste, und was neu ist.

js-you = Du
js-somebody = Jemand
js-you-said = Du: { $text }
js-they-said = { $who }: { $text }
js-draft = Entwurf: { $text }
js-unread = { $count ->
    [one] eine neue
   *[other] { $count } neue
}
found-conversation = Eine Unterhaltung
js-found = Nachrichten in diesem Browser
js-new-in = Neu in { $name }

## Eine neue Unterhaltung.

js-send-where = Wähle eine Unterhaltung. Der Link kommt in deine Nachricht:
js-new-who = Wer ist in dieser Unterhaltung?
js-new-why = Nur wer angekreuzt ist, kann sie lesen. Andere kannst du später aufnehmen.
js-new-open = Unterhaltung beginnen
js-new-opening = Wird begonnen…
js-group = Neue Gruppe
js-group-name = Name der Gruppe
js-group-who = Wen möchtest du einladen?
js-group-why = Alle, die du auswählst, bekommen eine Nachricht mit einer Einladung. Nach dem Beitritt nimmst du sie in den Chat der Gruppe auf.
js-group-create = Gruppe gründen
js-group-ask = Komm in die Gruppe „{ $name }“: { $link }
js-cancel = Abbrechen
js-close = Schließen

## Was über einer Unterhaltung steht.

js-sealed = Ende-zu-Ende-verschlüsselt
js-plain = Nicht Ende-zu-Ende-verschlüsselt: deine Box kann das lesen.
js-plain-keyless = Noch ohne Schlüssel: { $who }.
js-plain-event = Unterhaltungen von Veranstaltungen sind nie verschlüsselt.
js-plain-large = Hier sind zu viele Leute, um zu verschlüsseln.
js-plain-could = Alle hier haben jetzt einen Schlüssel.
js-plain-seal = Ab jetzt verschlüsseln
js-plain-sealing = Wird verschlüsselt…
js-no-key-here = Dieser Browser hat deinen Schlüssel nicht und kann diese Unterhaltung deshalb nicht öffnen. Dein Wiederherstellungsblatt bringt den Schlüssel hierher.
js-no-key-go = Wiederherstellungsblatt verwenden
js-out = Du bist nicht mehr in dieser Unterhaltung.
js-evidence = Belege sichern
js-newer = Jemand hier verwendet eine neuere Version. Aktualisiere deine Box, um alles zu lesen.
js-asks = { $who } möchte dir schreiben.
js-asks-accept = Annehmen
js-asks-decline = Ablehnen
js-asks-block = Blockieren
js-asks-why = Niemand erfährt, dass du abgelehnt oder blockiert hast.
js-request-accepted = Du und { $who } könnt euch jetzt schreiben.
js-request-other = Diese Unterhaltung ist mit jemand anderem, deshalb wurde nichts unterschrieben. Öffne sie und sieh nach.
js-asked = Sobald { $who } deine Anfrage annimmt, kannst du mehr schreiben.
js-let-in = { $who } ist der Gruppe beigetreten. { $who } hier aufnehmen?
js-let-in-go = { $who } aufnehmen
js-letting-in = Wird unterschrieben…
js-start = Hier beginnt eure Unterhaltung.
js-start-none = Noch keine Nachrichten. Sag Hallo.
js-offline = Keine Verbindung zu deiner Box. Was du schreibst, wartet hier.
js-not-opened = Diese Unterhaltung ließ sich nicht öffnen: { $why }
js-again = Noch einmal versuchen

## Nachrichten.

js-today = Heute
js-yesterday = Gestern
js-fresh = Neu
js-waiting = Wartet
js-sending = Wird gesendet…
js-not-sent = Nicht gesendet
js-sent = Gesendet
js-read = Gelesen
js-read-by = Gelesen von { $count }
js-edited = bearbeitet
js-unsigned = nicht unterschrieben
js-by-agent = { $known ->
    [yes] durch Agent { $agent }
   *[no] durch einen Agenten
}
js-kind-agent = Agent
js-kind-device = Gerät
js-kind-presence = Präsenz
js-kind-event = Veranstaltung
js-kind-org = Organisation
js-more = Mehr zu dieser Nachricht
js-reply = Antworten
js-edit = Bearbeiten
js-copy-text = Text kopieren
js-forward = Weiterleiten
js-forward-to = Weiterleiten an
js-forward-why = Das wird als deine eigene Nachricht gesendet. Wer sie geschrieben hat und wo, steht nicht dabei.
js-forward-none = Du hast noch keine andere Unterhaltung.
js-delete = Löschen
js-delete-sure = Für alle löschen?
js-hide = Vor allen verbergen
js-who = Wer ist das?
js-retry = Noch einmal versuchen
js-take-back = Zurücknehmen
js-replying = Antwort an { $who }
js-editing = Du bearbeitest deine Nachricht
js-react = Mit { $text } reagieren
js-reacted = { $text }: { $who }
js-not-here = Eine frühere Nachricht
js-here = gerade da
js-typing = { $who } schreibt…
js-typing-many = Mehrere schreiben…
js-copied = Kopiert.
js-photo = Foto
js-file-add = Foto oder Datei hinzufügen
js-file-save = Speichern
js-file-remove = { $name } nicht senden
js-files = { $count ->
    [one] Diese Datei senden?
   *[other] Diese { $count } Dateien senden?
}
js-files-many = Auf einmal kannst du { $count } Dateien senden. Schick die anderen danach.
js-files-whole = Fotos werden ohne Aufnahmeort gesendet. Videos und andere Dateien werden so gesendet, wie sie sind, auch mit dem Aufnahmeort.
js-caption = Ein paar Worte dazu
js-send = Senden
js-video-unplayable = Dein Browser kann dieses Video nicht abspielen. Speichere es, um es anzusehen.
js-photo-unreadable = Dein Browser kann dieses Bild nicht öffnen. Nimm ein anderes.
js-file-gone = Diese Datei ist nicht mehr da, oder dein Browser kann sie nicht öffnen.
js-voice = Sprachnachricht
js-voice-record = Halten und sprechen
js-voice-off = Dein Browser lässt diese Seite nicht ans Mikrofon. Erlaube es für diese Adresse und versuch es noch einmal.
js-voice-play = Abspielen
js-voice-pause = Anhalten

## Details einer Unterhaltung.

js-members = { $count ->
    [one] Eine Person
   *[other] { $count } Personen
}
js-page = Profil
js-page-of = Seite öffnen
js-role-owner = Besitzer
js-role-admin = leitet
js-mute = Stummschalten
js-unmute = Stummschaltung aufheben
js-mute-why = Was stumm ist, erscheint nicht auf der Startseite.
js-receipts = Hier zeigen, wie weit ich gelesen habe
js-compared = Verglichen
js-compare = Schlüssel vergleichen
js-compare-of = Schlüssel mit { $who } vergleichen
js-compare-why = Seht ihr beide dieselben Zahlen, dann kann niemand mitlesen, auch eure Box nicht. Vergleicht sie, wenn ihr euch seht, oder am Telefon, nie in diesem Chat.
js-compare-code = Dein Code, den { $who } scannt
js-compare-scan = Code der anderen Seite scannen
js-compare-digits = Lest euch diese Zahlen vor
js-compare-match = Sie sind gleich
js-compare-same = Die Schlüssel sind gleich. Das Zeichen bleibt, solange neue Schlüssel mit diesen unterschrieben sind.
js-compare-other = Die Schlüssel sind nicht gleich. Schreib hier nichts Vertrauliches und bitte { $who }, noch einmal persönlich zu vergleichen.
js-compare-unknown = Das ist nicht der Code von { $who }, oder die andere Seite ist neuer als deine. Ladet beide Seiten neu und versucht es noch einmal.
js-compare-none = { $who } hat keinen Schlüssel. Es gibt nichts zu vergleichen.
js-forget = Alles löschen, was ich hier geschrieben habe
js-forget-sure = Ja, für alle löschen
js-forget-why = Deine Nachrichten verschwinden für alle aus dieser Unterhaltung. Andere können Kopien haben.
js-forgotten = Was du hier geschrieben hast, ist gelöscht.
js-saved = Gespeichert.
js-saving = Wird gespeichert…

## Bevor jemand seine Daten löscht.

js-deletion = Was du anderen geschrieben hast
js-deletion-why = Andere behalten ihre Unterhaltungen. Lösch deinen Teil vorher, wenn er auch dort verschwinden soll.
js-deletion-go = Meine Nachrichten löschen
js-deletion-going = Wird gelöscht…

## Die Seite „Geräte“: Geheimnisse für andere Geräte

js-handover-some = { $count ->
    [one] Eine Unterhaltung ließ sich hier nicht öffnen, deshalb können deine anderen Geräte ihre älteren Nachrichten noch nicht lesen. Öffne sie hier, um zu sehen, woran es liegt, und versuch es dann unter „Geräte“ noch einmal.
   *[other] { $count } Unterhaltungen ließen sich hier nicht öffnen, deshalb können deine anderen Geräte ihre älteren Nachrichten noch nicht lesen. Öffne sie hier, um zu sehen, woran es liegt, und versuch es dann unter „Geräte“ noch einmal.
}

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-your-box-shows-conversation = Deine Box zeigt diese Unterhaltung mit einer Lücke.
says-your-box-shows-another = Deine Box zeigt für diese Unterhaltung einen anderen Verlauf als vorher.
says-your-box-shows-something = Deine Box zeigt hier etwas, das für eine andere Unterhaltung unterschrieben wurde.
says-your-box-shows-something-cannot = Deine Box zeigt etwas, das sich nicht lesen lässt.
says-your-box-shows-something-its = Deine Box zeigt etwas, das nicht von der Person unterschrieben ist, von der es stammen soll.
says-your-box-shows-something-else = Deine Box zeigt etwas anderes, als unterschrieben wurde.
says-your-box-shows-other = Deine Box zeigt andere Worte, als unterschrieben wurden.
says-your-box-shows-same = Deine Box zeigt dasselbe zweimal.
says-your-own-record-has = In deinem eigenen Verlauf ist etwas, das du nicht unterschrieben hast.
says-your-box-shows-other-keys = Deine Box zeigt für jemanden andere Schlüssel als die, die du kanntest.
says-somebody-has-newer-keys = Jemand hat neuere Schlüssel, als deine Box dir zeigt.
says-your-box-does-not-show-which = Deine Box zeigt nicht, in welcher Unterhaltung du geschrieben hast: Es könnte diese sein, verschlüsselt.
says-somebody-here-saw-another = Jemand hat hier einen anderen Verlauf gesehen, als deine Box dir zeigt.
says-somebody-has-read-messages = Jemand hat Nachrichten gelesen, die deine Box dir nicht zeigt.
says-history-you-had-another = Der Verlauf, den du vorher hattest, hat sich geändert.
says-your-box-shows-older = Deine Box zeigt einen älteren Stand, als du schon gesehen hast.
says-what-you-sent-not = Was du gesendet hast, ist nicht dort, wo deine Box es angegeben hat.
says-your-own-record-has-gap = Dein eigener Verlauf hat eine Lücke.
says-conversation-was-opened-by = Diese Unterhaltung wurde von jemandem begonnen, der das nicht darf.
says-somebody-was-let-in = Jemand wurde von einer Person aufgenommen, die das nicht darf.
says-somebody-was-put-out = Jemand wurde von einer Person entfernt, die das nicht darf.
says-somebody-got-another-role = Jemand hat eine andere Rolle von einer Person bekommen, die sie nicht vergeben darf.
says-who-in-was-changed = Die Leute in dieser Unterhaltung haben sich geändert, und niemand hat das unterschrieben.
says-secrets-conversation-are-out = Die Geheimnisse dieser Unterhaltung sind in falscher Reihenfolge.
says-somebody-who-not-in = Jemand, der nicht in dieser Unterhaltung ist, hat ein Geheimnis für sie erstellt.
says-secret-was-made-by = Ein Geheimnis wurde von jemandem erstellt, der eine andere Liste der Leute in dieser Unterhaltung sah.
says-secret-was-made-for = Ein Geheimnis wurde für andere erstellt als die Leute in dieser Unterhaltung.
says-secret-was-made-for-other = Ein Geheimnis wurde für andere Schlüssel erstellt, als ein Mitglied hat.
says-secret-was-made-for-keys = Ein Geheimnis wurde für Schlüssel erstellt, die ein Mitglied nicht mehr benutzt.
says-old-secret-was-used = Ein altes Geheimnis wurde noch einmal benutzt.
says-somebody-makes-new-secrets = Jemand erstellt immer wieder neue Geheimnisse.
says-secret-not-for-your = Das Geheimnis ist noch nicht für deine neuesten Schlüssel.
says-somebody-made-secret-for = Jemand hat ein Geheimnis für deine alten Schlüssel erstellt, nachdem du sie gewechselt hattest.
says-you-got-another-secret = Du hast ein anderes Geheimnis bekommen als die anderen, oder keins.
says-somebody-who-not-in-wrote = Hier hat jemand geschrieben, der nicht in dieser Unterhaltung ist.
says-message-under-older-secret = Eine Nachricht benutzt ein Geheimnis aus der Zeit, bevor sich die Leute in dieser Unterhaltung geändert haben.
says-somebody-who-wrote-here = Jemand, der hier geschrieben hat, sah eine andere Liste der Leute in dieser Unterhaltung.
says-something-in-encrypted-conversation = Etwas in dieser verschlüsselten Unterhaltung ist nicht verschlüsselt.
says-something-in-encrypted-conversation-signed = Etwas in dieser verschlüsselten Unterhaltung ist nicht unterschrieben.
says-your-box-says-somebody = Deine Box sagt, jemand hier hätte keinen Schlüssel, aber es gibt ihn.
says-message-not-valid = Diese Nachricht ist ungültig.
says-change-not-by-who = Diese Änderung ist nicht von der Person, die die Nachricht geschrieben hat.
says-message-missing-nobody-deleted = Eine Nachricht fehlt, die niemand gelöscht hat.
says-message-was-hidden-by = Eine Nachricht wurde von jemandem verborgen, der das nicht darf.
says-business-never-writes-first = Ein Unternehmen schreibt nie zuerst: Die Leute schreiben ihm, oder sie stimmen zu, dass es darf.
says-you-have-asked-as = Du hast heute so viele Leute angefragt, wie du kannst. Versuch es morgen noch einmal.
says-they-are-in-records = sie sind auch in den Verläufen ihrer Unterhaltungen. Lösch deine zuerst dort: Dann sind sie auch da weg
says-conversations-with-others = Unterhaltungen mit anderen
says-must-cid-bafyrei = muss eine CID sein: bafyrei…
says-must-text-at-most = muss ein Text aus höchstens 16 KiB ohne Steuerzeichen sein
says-must-name-conversation-did = muss der Name einer Unterhaltung sein: did:imajin:dm:…, did:imajin:group:… oder did:imajin:event:…
says-must-bytes = muss { $n } Bytes haben
says-must-sealed-text-256 = muss ein verschlüsselter Text aus 256, 512 … 32768 Bytes mit einer Prüfmarke aus 16 sein
says-must-link = muss ein Verweis sein
says-not-signed-in = nicht angemeldet
says-too-many-sockets = zu viele Verbindungen
says-session-ended = die Sitzung ist abgelaufen
says-no-message-protocol = Das ist keine Nachricht dieses Protokolls: { $wrong }.
says-one-socket-has-at = Eine Verbindung hat höchstens 64 Unterhaltungen.
says-you-are-not-in = Du bist in keiner solchen Unterhaltung.
says-conversation-closed = Diese Unterhaltung ist geschlossen.
says-conversation-end-end-encrypted = Diese Unterhaltung ist Ende-zu-Ende-verschlüsselt: Unterschreib mit deinem eigenen Schlüssel, was du hier einträgst.
says-nobody-let-into-conversation = In eine Unterhaltung dieser Art wird niemand hereingelassen.
says-people-who-lead-group = Wer die Gruppe leitet, lässt andere herein; Leute für die Leitung lässt nur ihr Besitzer herein.
says-one-these-people-in = Eine dieser Personen ist schon in der Unterhaltung.
says-one-these-people-not = Eine dieser Personen ist nicht in der Gruppe oder hat eine andere Rolle.
says-conversation-encrypted-has-no = Diese Unterhaltung ist verschlüsselt, und { $value } hat noch keinen Schlüssel dafür.
says-conversation-has-at-most = Diese Unterhaltung hat höchstens { $value } Leute.
says-turns-more-than-there = turns ist mehr, als es gab: Sieh dir die Unterhaltung noch einmal an.
says-there-no-request-theirs = Hier wartet keine Anfrage dieser Person auf diese Antwort.
says-you-cannot-block-yourself = Du kannst dich nicht selbst blockieren.
says-nothing-would-change-look = Es würde sich nichts ändern: Sieh dir die Unterhaltung noch einmal an.
says-no-business-on-box = Das ist kein Unternehmen auf dieser Box: Leute brauchen deine Einwilligung nicht.
says-until-must-in-next = until muss in den nächsten 12 Monaten liegen.
says-you-have-given-them = Du hast keine Einwilligung gegeben.
says-they-are-not-on = Diese Person ist nicht mehr auf dieser Box.
says-conversation-never-encrypted = Diese Unterhaltung wird nie verschlüsselt.
says-conversations-epoch-people-or = Die Epoche, die Leute oder die Schlüssel der Unterhaltung haben sich inzwischen geändert ({ $value }): Sieh noch einmal nach und mach eine neue Epoche.
says-has-no-encryption-key = { $value } hat noch keinen Schlüssel zum Verschlüsseln.
says-encrypted-conversation-has-at = Eine verschlüsselte Unterhaltung hat höchstens { $value } Leute.
says-nothing-calls-for-new = Nichts verlangt eine neue Epoche: Schreib unter der neuesten.
says-you-have-entered-something = Du hast hier seitdem etwas eingetragen: Sieh dir die Unterhaltung noch einmal an und unterschreib noch einmal.
says-members-names-key-twice = members nennt einen Schlüssel zweimal.
says-members-names-somebody-twice = members nennt jemanden zweimal.
says-sealed-message-says-in = Eine verschlüsselte Nachricht nennt nur verschlüsselt, wen sie erwähnt.
says-sealed-message-has-nonce = Eine verschlüsselte Nachricht hat nonce, commit und box und nichts sonst.
says-readable-message-has-type = Eine lesbare Nachricht hat einen type und ihre Worte, aber keine box.
says-re-must-name-message = re muss die Nachricht nennen, um die es geht.
says-text-must-not-empty = text darf nicht leer sein.
says-conversation-exists-already = Diese Unterhaltung gibt es schon: { $value }.
says-has-no-encryption-key-but = { $value } hat keinen Schlüssel zum Verschlüsseln, aber deine Liste sagt etwas anderes. Sieh noch einmal nach.
says-conversation-like-has-at = Eine solche Unterhaltung hat höchstens { $value } Leute.
says-open-encrypted-conversation-sign = Um eine verschlüsselte Unterhaltung zu eröffnen, unterschreib mit deinem eigenen Schlüssel.
says-kind-must-name-in = kind muss zum Namen in ref passen.
says-members-conversation-two-are = members einer Unterhaltung zu zweit seid ihr beide, aus denen ihr Name gemacht ist, jeder als member.
says-must-group-whose-conversation = of muss die Gruppe sein, deren Unterhaltung das ist.
says-people-who-lead-group-open = Die Unterhaltung einer Gruppe eröffnet, wer sie leitet.
says-members-names-somebody-who = members nennt jemanden, der nicht in der Gruppe ist oder dort eine andere Rolle hat.
says-owner-group-among-its = Der Besitzer der Gruppe ist unter ihren members.
says-events-room-never-encrypted = Der Raum einer Veranstaltung wird nie verschlüsselt: sealed ist 0.
says-who-in-events-room = Wer im Raum einer Veranstaltung ist, sagt die Veranstaltung: members ist allein, wer sie organisiert.
says-organiser-event-opens-its = Den Raum einer Veranstaltung eröffnet, wer sie organisiert.
says-name-had-no-conversation = Unter diesem Namen gab es noch keine Unterhaltung: Lass after weg.
says-you-have-already-marked = Du hast schon bis hierher oder weiter als gelesen markiert.
says-how-far-you-read = Wie weit du gelesen hast, wird alle zwei Minuten einmal aufgeschrieben.
says-you-can-only-read = Du kannst hier nur lesen.
says-they-have-not-taken = Diese Person hat deine Anfrage noch nicht angenommen. Sobald sie das tut, kannst du wieder schreiben.
says-business-answers-within-30 = Ein Unternehmen antwortet innerhalb von 30 Tagen nach der letzten Nachricht einer Person. Für mehr braucht es ihre Einwilligung und einen Markt auf dieser Box.
says-message-with-request-has = Die Nachricht zu einer Anfrage hat höchstens { $value } Zeichen.
says-conversation-needs-new-epoch = Diese Unterhaltung braucht zuerst eine neue Epoche ({ $value }): Mach eine und sende noch einmal.
says-there-message-with-id = Eine Nachricht mit dieser ID gibt es schon: Zieh eine andere ID.
says-has-encryption-key-by = { $value } hat inzwischen einen Schlüssel zum Verschlüsseln oder ist nicht in dieser Unterhaltung.
says-there-no-such-message = Diese Nachricht gibt es hier nicht.
says-only-people-in-conversation = Nur wer in dieser Unterhaltung ist, kann erwähnt werden.
says-only-its-author-changes = Nur wer eine Nachricht geschrieben hat, ändert sie oder nimmt eine Reaktion zurück.
says-message-was-deleted = Diese Nachricht wurde gelöscht.
says-groups-conversation-end-end = Die Unterhaltung der Gruppe ist Ende-zu-Ende-verschlüsselt: Unterschreib das mit deinem eigenen Schlüssel.
says-you-lack-role-for = Dir fehlt in der Unterhaltung der Gruppe die Rolle dafür: Bitte zuerst darum, dort hereingelassen zu werden.
says-they-are-not-in = Diese Person ist noch nicht in der Unterhaltung der Gruppe: Lass sie zuerst dort herein.
says-group-was-offered-you = Die Gruppe wurde dir angeboten, bevor sie eine Unterhaltung hatte: Bitte ihren Besitzer, sie dir noch einmal anzubieten.
says-only-its-author-deletes = Nur wer eine Nachricht geschrieben hat, löscht sie.
says-message-was-deleted-already = Diese Nachricht ist schon gelöscht.
says-there-nothing-here-you = Hier gibt es nichts, was du geschrieben und nicht gelöscht hast.
says-people-who-lead-conversation = Nachrichten verbirgt, wer eine Unterhaltung leitet.
says-message-hidden-or-deleted = Diese Nachricht ist schon verborgen oder gelöscht.
says-you-write-faster-than = Du schreibst schneller, als andere lesen können. Warte einen Moment.
says-you-are-not-in-such = Du bist auf dieser Box in keiner solchen Unterhaltung.
says-conversation-exists-already-2 = Diese Unterhaltung gibt es schon.
says-with-must-somebody-else = with muss jemand anderes sein.
says-send-one-with-group = Sende eins von with, group und event.
says-none-kind = { $field } ist nichts von dieser Art.
says-you-are-not-in-such-group = Du bist in keiner solchen Gruppe oder Veranstaltung.
says-people-who-lead-open = Die Unterhaltung eröffnet, wer sie leitet.
says-send-after-or-before = Sende after oder before, nicht beide.
says-contenttype-must-text-media = contentType muss text, media, voice oder location sein: Änderungen und Reaktionen haben eigene Wege.
says-you-have-no-such = Du hast hier keine solche Reaktion.
says-not-entry-which-box = Das ist nicht der Eintrag, den diese Box an der Stelle hat: Sieh dir die Unterhaltung noch einmal an.
says-turns-names-entry-box = turns nennt einen Eintrag, den diese Box an der Stelle nicht hat.
says-messages = { $count ->
    [one] { $count } Nachricht
   *[other] { $count } Nachrichten
}
says-conversations = { $count ->
    [one] { $count } Unterhaltung
   *[other] { $count } Unterhaltungen
}
says-requests = { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}
says-keyrings = { $count ->
    [one] { $count } Schlüsselbund
   *[other] { $count } Schlüsselbunde
}
says-conversations-with-others-2 = { $count ->
    [one] { $count } Unterhaltung mit anderen
   *[other] { $count } Unterhaltungen mit anderen
}
says-must-key-wrap = muss [key, wrap] sein
says-must-seq-link = muss [seq, link] sein
says-asking-app-named-no = die fragende App hat keine Gruppe genannt
says-your-session-has-ended = Deine Sitzung ist zu Ende.

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-chats =
    Chats
    Hier sind alle deine Unterhaltungen.
    Tipp auf eine, um sie zu lesen, oder beginne eine neue.
    Eine Ende-zu-Ende-verschlüsselte Unterhaltung können nur die Geräte der Leute darin öffnen; die Liste sagt, welche verschlüsselt sind.
help-new =
    Eine neue Unterhaltung
    Hier wählst du, mit wem du schreiben möchtest.
    Tipp auf einen Kontakt oder auf eine Gruppe oder Veranstaltung, die du leitest, oder gründe eine neue Gruppe.
    Alle in einer Unterhaltung sehen, wer sonst noch dabei ist.
help-conversation =
    Eine Unterhaltung
    Hier liest und schreibst du in einer Unterhaltung.
    Schreib unten und sende; unter Details siehst du, wer darin ist.
    Alle darin lesen, was du sendest, und die Seite sagt, wenn auch deine Box es lesen kann.
help-settings =
    Chat-Einstellungen
    Hier wählst du, wer dir eine Anfrage schicken darf, und was andere von dir sehen.
    Ändere, was du möchtest, und speichere.
    Andere sehen nur, wie weit du gelesen hast und wann du da bist, wenn du es zeigst, und du kannst das jederzeit ändern.
