# Eine Seite mit Links. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Links
summary = Eine Seite mit deinen Links
home = Deine Links

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-put = Du hast etwas auf deine Linkseite gesetzt
op-set = Du hast gewählt, wer etwas auf deiner Linkseite sieht
op-attach = Du hast Bilder und Dateien für etwas auf deiner Linkseite gewählt
op-sort = Du hast deine Links sortiert
op-remove = Du hast etwas von deiner Linkseite entfernt und seinen Text gelöscht
op-follow = Du bist einer Linksammlung gefolgt
op-unfollow = Du folgst einer Linksammlung nicht mehr
op-counted = Die Box hat die Klicks eines Tages gezählt

## Was eine Vollmacht erlaubt.

scope-put = Links auf deine Seite setzen und ändern
scope-set = Wählen, wer deine Links wann sieht
scope-attach = Deinen Links Bilder und Dateien beifügen
scope-sort = Deine Links sortieren
scope-follow = Für dich Linksammlungen folgen
scope-unfollow = Für dich Linksammlungen nicht mehr folgen

## Arten von Mitteilungen.

notice-new-links = In einer Sammlung, der du folgst, sind neue Links

## Start

home-new = { $count ->
    [one] { $name } hat einen Link zu { $collection } hinzugefügt
   *[other] { $name } hat { $count } Links zu { $collection } hinzugefügt
}

## Die Seiten

title = { $name }: Links
change = Deine Links bearbeiten
none = Hier gibt es noch keine Links.
clicks = { $count ->
    [one] { $count } Klick bis gestern
   *[other] { $count } Klicks bis gestern
}
collection-of = Eine Sammlung von <page>{ $name }</page>
followers = { $count ->
    [0] Auf dieser Box folgt noch niemand dieser Sammlung.
    [one] Auf dieser Box folgt eine Person dieser Sammlung.
   *[other] Auf dieser Box folgen { $count } Leute dieser Sammlung.
}
copy = Auf meine Seite kopieren
sign-in = <in>Melde dich an</in>, um dieser Sammlung zu folgen oder sie auf deine Seite zu kopieren.
no-such-link = Diesen Link gibt es hier nicht. Vielleicht wurde er entfernt.

## Bearbeiten

lead = Eine Seite für alle deine Links. <page>Ansehen</page>
add-link = Link hinzufügen
add-collection = Sammlung hinzufügen
edit-page = Titel, Text und Farbe
share = Teilen
field-url = Link
field-in = Wo steht er?
in-page = Direkt auf der Seite
field-counts = Klicks zählen: wie viele am Tag, und nie von wem
bookmarks = Importieren und exportieren
bookmarks-why = Jeder Browser kann seine Lesezeichen als Datei exportieren. Wähle diese Datei: Du siehst, was darin ist, bevor etwas auf deiner Seite steht.
bookmarks-file = Eine Datei mit Lesezeichen
bookmarks-export = Deine Links als Lesezeichen exportieren

## Skripte

js-a-link = Link
js-a-collection = Sammlung
js-the-page = Deine Seite
js-empty = In dieser Sammlung sind noch keine Links.
js-nothing = Deine Seite ist leer. Füge deinen ersten Link hinzu.
js-clicks = { $count ->
    [one] { $count } Klick
   *[other] { $count } Klicks
}
js-day = { $count ->
    [one] { $day }: { $count } Klick.
   *[other] { $day }: { $count } Klicks.
}
js-days = { $count ->
    [one] Ein Klick in den letzten 31 Tagen, bis gestern.
   *[other] { $count } Klicks in den letzten 31 Tagen, bis gestern.
}
js-remove-all-sure = „{ $title }“ mit allen Links darin entfernen und alle Texte löschen?
js-whole-link = Gib den ganzen Link ein, mit https:// am Anfang.
js-slug-taken = Ein anderer Link oder eine Sammlung von dir hat diese Adresse.
js-found = { $links ->
    [one] Die Datei hat einen Link
   *[other] Die Datei hat { $links } Links
} in { $collections ->
    [one] einer Sammlung
   *[other] { $collections } Sammlungen
}. { $left ->
    [0] Nichts wird ausgelassen.
    [one] Ein Eintrag ist kein Link und wird ausgelassen.
   *[other] { $left } Einträge sind keine Links und werden ausgelassen.
}
js-import = Unterschreiben und importieren
js-import-seen = Wer kann diese Sammlungen sehen?
js-importing = Wird nacheinander unterschrieben …
js-imported = Die Lesezeichen stehen auf deiner Seite.
js-followed = Du folgst dieser Sammlung. Neue Links siehst du auf deiner Startseite.
js-unfollowed = Du folgst dieser Sammlung nicht mehr.
js-copied = { $count ->
    [one] Die Sammlung ist auf deiner Seite, mit einem Link.
   *[other] Die Sammlung ist auf deiner Seite, mit { $count } Links.
}

## Lesezeichen-Dateien

import-none = In dieser Datei sind keine Links. Wähle die HTML-Datei, die dein Browser beim Export deiner Lesezeichen anlegt.
import-many = Diese Datei hat mehr als { $most } Links. Teile sie in kleinere Dateien auf, oder entferne einige ihrer Links.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-days-clicks = Tage mit Klicks
says-title-must-not-empty = title darf nicht leer sein.
says-url-missing = url fehlt.
says-accent-for-pages-collections = accent ist für Seiten und Sammlungen.
says-url-for-links = url ist für Links.
says-in-for-links-only = in ist für Links: Nur sie können in einer Sammlung sein.
says-slug-for-links-collections = slug ist für Links und Sammlungen: Eine Seite hat keinen.
says-visibility-for-links-collections = visibility ist für Links und Sammlungen.
says-page-always-there-switch = Eine Seite ist immer da: Schalte stattdessen ihre Links aus.
says-count-for-pages = count ist für Seiten.
says-your-page-exists-already = Deine Seite gibt es schon: Ändere sie stattdessen.
says-day-counted-already = Dieser Tag ist schon gezählt.
says-links = { $count ->
    [one] { $count } Link
   *[other] { $count } Links
}
says-collections = { $count ->
    [one] { $count } Sammlung
   *[other] { $count } Sammlungen
}
says-link-pages = { $count ->
    [one] { $count } Seite mit Links
   *[other] { $count } Seiten mit Links
}
says-followed-collections = { $count ->
    [one] { $count } Sammlung, der du folgst
   *[other] { $count } Sammlungen, denen du folgst
}
says-days-clicks-2 = { $count ->
    [one] { $count } Tag mit Klicks
   *[other] { $count } Tage mit Klicks
}
says-follows = { $count ->
    [one] { $count } Sammlung, der du folgst
   *[other] { $count } Sammlungen, denen du folgst
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-edit =
    Deine Links
    Hier hältst du alle deine Links auf einer Seite.
    Füge einen Link oder eine Sammlung hinzu, oder bring die Lesezeichen deines Browsers.
    Du wählst, wer was davon sieht, und kannst es jederzeit ändern oder entfernen.
help-page =
    Eine Seite mit Links
    Auf dieser Seite sind die Links einer Person.
    Tipp auf einen Link, um ihn zu öffnen; angemeldet kannst du einer Sammlung folgen oder sie auf deine eigene Seite kopieren.
    Klicks werden höchstens pro Tag gezählt, und nie, wer geklickt hat.
