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

scope-update = Dein Profil ändern: Name, Text, Bilder, Links, und wer sie sieht
scope-follow = Leuten folgen
scope-unfollow = Leuten nicht mehr folgen

## Wo eine Datei von dir verwendet wird

uses-avatar = Dein Profilbild
uses-banner = Das Bild oben in deinem Profil

## Auf der Startseite

first-picture = Füg ein Bild von dir hinzu

## Die Seite einer Person

somebody = Jemand
nobody = Auf dieser Box gibt es niemanden namens „{ $name }“.
deleted = Diese Person hat ihre Daten hier gelöscht.
damaged = Der Verlauf von { $name } ist auf dieser Box beschädigt.
damaged-from = Der Verlauf von { $name } ist auf dieser Box ab Eintrag { $entry } beschädigt.
damaged-why = Was du hier siehst, ist älter als der Schaden. Neues kann erst dazukommen, wenn der Besitzer der Box den Verlauf repariert hat.
moved = { $name } ist auf eine andere Box umgezogen: { $home }.
moved-there = Dorthin
private-own = Das siehst nur du: Dein Profil ist privat. <edit>Ändern</edit>
private = Diese Person behält ihr Profil für sich.
followers = { $count } Follower
following = { $count ->
    [one] folgt { $count } Person
   *[other] folgt { $count } Leuten
}
edit = Profil bearbeiten
write = Schreiben
follow = Folgen
picture-of = Bild von { $name }
block = { $name } blockieren
block-why = Was { $name } tut, erreicht deinen Verlauf dann nicht mehr: dir folgen, sich mit dir verbinden, für dich bürgen, dich bezahlen oder dir ein Ticket geben. Ihr seid nicht mehr verbunden und folgt einander nicht mehr. Die Person erfährt nichts davon.
unblock = { $name } nicht mehr blockieren
unblock-why = Du hast { $name } blockiert. Wenn du das aufhebst, bleibt beendet, was dadurch endete.
code = QR-Code
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
parts = Auf deiner Seite
parts-hint = Unter deinen Links, in dieser Reihenfolge. Wer deine Seite ansieht, sieht davon nur, was er auch sonst sehen darf.
part-up = { $title } nach oben
part-down = { $title } nach unten
audience = Wer kann es sehen?
audience-hide = Mein ganzes Profil für mich behalten
audience-parts = Für jeden Teil auswählen
audience-banner = Das breite Bild
seen-public = Alle
seen-connections = Meine Kontakte
seen-private = Nur ich
seen-selective = Ausgewählte Leute
save = Unterschreiben und speichern
record = Jedes Speichern ist ein Eintrag in <record>deinem Verlauf</record> auf { $site }.

## Skripte

js-part-moved = „{ $title }“ steht jetzt an Stelle { $place } von { $count }.
js-code = Die Adresse dieser Seite als QR-Code
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

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-kept-for-90-days = bleibt 90 Tage als Hash mit Schlüssel, damit ihn niemand nehmen und mit dir verwechselt werden kann
says-if-somebody-has-there = hat ihn dort schon jemand, behält diese Person ihn, und du wählst einen anderen
says-username-has-3-30 = Ein Benutzername hat 3 bis 30 Buchstaben.
says-word-needed-by-box = Dieses Wort braucht die Box selbst. Wähl einen anderen Benutzernamen.
says-you-cannot-follow-yourself = Du kannst dir nicht selbst folgen.
says-named-twice = { $value } ist zweimal genannt.
says-nobody-on-box-goes = Auf dieser Box heißt niemand { $value }.
says-you-follow-them-already = Du folgst dieser Person schon.
says-you-do-not-follow = Du folgst dieser Person nicht.
says-your-username-already = Das ist schon dein Benutzername.
says-somebody-on-box-has = Jemand auf dieser Box hat diesen Benutzernamen schon. Wähl einen anderen.
says-looks-like-username-somebody = Das sieht aus wie der Benutzername von jemandem auf dieser Box. Wähl einen anderen.
says-username-belonged-somebody-who = Dieser Benutzername gehörte jemandem, der gegangen ist, und ist 90 Tage gesperrt, damit niemand mit dieser Person verwechselt wird.
says-you-have-no-username = Du hast keinen Benutzernamen, den du aufgeben könntest.
says-must-written-as-small = muss { $form } geschrieben sein: kleine Buchstaben, ohne @
says-nothing-change-name-at = Es gibt nichts zu ändern: Nenn mindestens einen Teil des Profils.
says-fact-must-with-exactly = Der fact muss { $media } mit genau den Dateien sein, die avatar und banner nennen, oder fehlen, wenn sie keine nennen.
says-must-map-member-audience = muss eine Map von Teilen auf Sichtbarkeiten sein
says-can-name = kann { $hideable } nennen
says-must-selective-dids-at = muss {"{"}"selective":[DIDs]{"}"} sein, höchstens { $selected-max }
says-must-map-at-most = muss eine Map aus höchstens { $toggles-max } Namen auf true oder false sein
says-name-whom = Nenn die Person: { $did }.
says-name-handle-handle = Nenn den Benutzernamen: ?handle=…
says-username-belonged-somebody-who-left = Dieser Benutzername gehörte jemandem, der gegangen ist, und ist eine Weile gesperrt. Wähl einen anderen.
says-free = { $handle } ist frei.
says-you-have-no-record = Du hast auf dieser Box noch keinen Verlauf, deshalb gibt es keinen Ort für deine Bilder.
says-your-record-read-only = Dein Verlauf lässt sich hier nur lesen: { $reason }.
says-picture-ended-too-early = Das Bild brach zu früh ab. Sende es noch einmal.
says-form-has-no-file = Das Formular hat keine Datei.
says-picture-may-have-at = Ein Bild darf höchstens { $most } MB haben.
says-not-every-browser-shows = Nicht jeder Browser zeigt diese Art Datei: Sende ein JPEG, PNG, WebP, GIF oder AVIF.
says-file-may-have-at = Eine Datei darf höchstens { $bytes-max } Bytes haben.
says-there-no-such-picture = Dieses Bild gibt es hier nicht.
says-file-no-picture = Diese Datei ist kein Bild.
says-q-has-at-most = q hat höchstens { $words-bytes-max } Bytes.
says-you-can-change-your = Du kannst nur dein eigenes Profil ändern.
says-avatar-banner-must-cids = avatar und banner müssen die CIDs hochgeladener Bilder sein.
says-following = { $count ->
    [one] { $count } Person, der du folgst
   *[other] { $count } Leute, denen du folgst
}
says-followers = { $count ->
    [one] { $count } Person, die dir folgt
   *[other] { $count } Leute, die dir folgen
}
says-profile-updates = { $count ->
    [one] { $count } Änderung am Profil
   *[other] { $count } Änderungen am Profil
}
says-handle-claims = { $count ->
    [one] { $count } gewählter Benutzername
   *[other] { $count } gewählte Benutzernamen
}
says-username = { $count ->
    [one] { $count } Benutzername
   *[other] { $count } Benutzernamen
}
says-username-has-only-letters = Ein Benutzername hat nur die Buchstaben a bis z, Ziffern und _ (keine Leerzeichen, Punkte oder Akzente).
says-picture-longer-than-announced = Das Bild ist länger als angekündigt (Content-Length).

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-person =
    Die Seite einer Person
    Hier stellt sich jemand vor und zeigt, was es von dieser Person auf der Box gibt.
    Folge der Person, um Neues zu erfahren, oder schreib ihr, wenn ihr verbunden seid.
    Du kannst jederzeit aufhören zu folgen, und niemand erfährt, dass du ihn blockiert hast.
help-edit =
    Dein Profil
    Hier schreibst du deine eigene Seite: deinen Namen, dein Bild, ein paar Worte und Links.
    Beginne mit deinem Namen und einem Bild, wähle, wer welchen Teil sehen kann, und speichere.
    Andere sehen, was du ihnen zeigst, und du kannst jeden Teil später ändern oder verbergen.
