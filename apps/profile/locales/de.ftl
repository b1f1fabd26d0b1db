# Profile, Benutzernamen und wer wem folgt. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Profil
summary = Eine Seite über dich, für die Leute, die du auswählst
navigation = Name, Bild und Benutzername
navigation-privacy = Privatsphäre: wer was sieht

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-update = Du hast dein Profil geändert
op-handle-claim = Du hast einen Benutzernamen gewählt
op-handle-release = Du hast deinen Benutzernamen aufgegeben
op-follow = Du folgst jemandem
op-unfollow = Du folgst jemandem nicht mehr
op-follower = Jemand folgt dir
op-follower-end = Jemand folgt dir nicht mehr

## Was eine Vollmacht erlaubt.

scope-update = Dein Profil ändern: Name, Text, Bilder, Links
scope-follow = Leuten folgen
scope-unfollow = Leuten nicht mehr folgen

## Wo eine Datei von dir verwendet wird

uses-avatar = Dein Profilbild
uses-banner = Das Bild oben in deinem Profil

## Die Seite einer Person

somebody = Jemand
nobody = Auf dieser Box gibt es niemanden namens „{ $name }“.
deleted = Diese Person hat ihre Daten hier gelöscht.
damaged = Der Verlauf von { $name } ist auf dieser Box beschädigt.
damaged-from = Der Verlauf von { $name } ist auf dieser Box ab Eintrag { $entry } beschädigt.
damaged-why = Was du hier siehst, ist älter als der Schaden. Neues kann erst dazukommen, wenn der Besitzer der Box den Verlauf repariert hat.
private-own = Das siehst nur du: Dein Profil ist privat. <edit>Ändern</edit>
private = Diese Person behält ihr Profil für sich.
followers = { $count } Follower
following = { $count ->
    [one] folgt { $count } Person
   *[other] folgt { $count } Leuten
}
edit = Profil bearbeiten
follow = Folgen
picture-of = Bild von { $name }
block = { $name } blockieren
block-why = Was { $name } tut, erreicht deinen Verlauf dann nicht mehr: dir folgen, sich mit dir verbinden, für dich bürgen, dich bezahlen oder dir ein Ticket geben. Ihr seid nicht mehr verbunden und folgt einander nicht mehr. Die Person erfährt nichts davon.
unblock = { $name } nicht mehr blockieren
unblock-why = Du hast { $name } blockiert. Wenn du das aufhebst, bleibt beendet, was dadurch endete.
details = Details
details-id = ID: <did/>
details-signed = Jede Änderung dieser Seite ist mit dem Schlüssel unterschrieben, der zu dieser ID gehört. Die Box kann kein Wort daran ändern.
details-kept = Aufbewahrt von { $site }.

## Das Formular

title = Dein Profil
lead = Was du hier schreibst, steht auf deiner öffentlichen Seite, von dir unterschrieben.
scripts-off = Dein Browser unterschreibt, was du hier änderst, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
name = Dein Name
handle = Benutzername
handle-hint = Die Adresse deiner Seite. 3 bis 30 Zeichen aus a–z, 0–9 und _.
bio = Über dich
avatar = Dein Bild
avatar-hint = Am besten quadratisch.
banner = Ein breites Bild über deiner Seite
banner-hint = Viermal so breit wie hoch.
picture-kinds = JPEG, PNG, WebP, GIF oder AVIF, höchstens { $megabytes } MB.
picture-remove = Dieses Bild entfernen
links = Links
link-add = Link hinzufügen
link-title = Titel
link-url = Link
link-remove = Diesen Link entfernen
audience = Wer kann es sehen?
audience-hide = Mein ganzes Profil für mich behalten
audience-parts = Für jeden Teil auswählen
audience-banner = Das breite Bild
seen-public = Alle
seen-connections = Meine Kontakte
seen-private = Nur ich
save = Unterschreiben und speichern
record = Jedes Speichern ist ein Eintrag in <record>deinem Verlauf</record> auf { $site }.

## Skripte

js-follow = Folgen
js-unfollow = Nicht mehr folgen
js-signing = Wird unterschrieben …
js-saving = Wird unterschrieben und gespeichert …
js-saved-signed = Gespeichert und von dir unterschrieben.
js-saved = Gespeichert.
js-see = Deine Seite ansehen
js-whole-link = Gib den ganzen Link ein, mit https:// am Anfang.
js-handle-free = „{ $handle }“ ist frei.
js-sending = Das Bild wird gesendet …
js-ready = Fertig. Speichere, um es zu behalten.
js-removed = Entfernt. Endgültig wird es mit dem Speichern.
