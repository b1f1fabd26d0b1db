# Eine Seite mit Links. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Links
summary = Eine Seite mit deinen Links
home = Deine Links

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-put = Du hast einen Link auf deine Seite gesetzt
op-sort = Du hast deine Links sortiert
op-remove = Du hast einen Link entfernt und seinen Text gelöscht
op-counted = Die Box hat die Klicks eines Tages gezählt

## Was eine Vollmacht erlaubt.

scope-put = Links auf deine Seite setzen und ändern
scope-sort = Deine Links sortieren

## Die Seiten

somebody = Jemand
title = { $name }: Links
change = Deine Links bearbeiten
none = Hier gibt es noch keine Links.
clicks = { $count ->
    [one] { $count } Klick bis gestern. Wer geklickt hat, speichern wir nicht.
   *[other] { $count } Klicks bis gestern. Wer geklickt hat, speichern wir nicht.
}
scripts-off = Dein Browser unterschreibt, was du hier änderst, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
lead = Eine Seite für alle deine Links. <page>Ansehen</page>
add = Link hinzufügen
field-title = Titel
field-url = Link
field-note = Ein paar Worte dazu (freiwillig)
field-visibility = Wer kann ihn sehen?
seen-public = Alle
seen-connections = Deine Kontakte
seen-private = Nur du
save = Link hinzufügen
no-such-link = Diesen Link gibt es hier nicht. Vielleicht wurde er entfernt.

## Skripte

js-up = Nach oben
js-down = Nach unten
js-remove = Entfernen
js-of-link = { $text }: { $title }
js-seen = { $visibility ->
    [public] für alle sichtbar
    [connections] für deine Kontakte sichtbar
   *[private] nur für dich sichtbar
}
js-clicks = { $count ->
    [one] { $count } Klick bis gestern
   *[other] { $count } Klicks bis gestern
}
js-signing = Wird unterschrieben …
js-saving = Wird unterschrieben und gespeichert …
js-remove-sure = „{ $title }“ entfernen und den Text löschen?
js-removed = Entfernt. Der Link und sein Text sind gelöscht.
js-whole-link = Gib den ganzen Link ein, mit https:// am Anfang.
js-added = Der Link steht jetzt auf deiner Seite.
