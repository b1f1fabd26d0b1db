# Was alle Dienste mit Einträgen sagen: Seiten mit Links, Trinkgeld, Kursen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

## Die Seiten

somebody = Jemand
picture-of = Bild von { $name }
copied-from = von <source/>
feeds = Mit einem Feedreader folgen:
tag-off = aus
tag-connections = deine Kontakte
tag-link = wer die Adresse hat
tag-private = nur du
tag-from = ab <day/>
tag-until = bis <day/>
home-show = Ansehen
no-such-file = Diese Datei gibt es hier nicht, oder sie wird dir nicht gezeigt.
file-number = Datei { $number }

## Bearbeiten

scripts-off = Dein Browser unterschreibt, was du hier änderst, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
field-title = Titel
field-note = Ein paar Worte dazu (freiwillig)
field-visibility = Wer kann es sehen?
seen-public = Alle
seen-connections = Deine Kontakte
seen-link = Wer die Adresse hat
seen-private = Nur du
field-accent = Farbe
accent-none = Wie sonst
accent-ember = Glut
accent-moss = Moos
accent-sea = Meer
accent-plum = Pflaume
accent-rose = Rose
accent-gold = Gold
accent-slate = Schiefer
field-on = Eingeschaltet
fold = Mehr
field-from = Zeigen ab
field-until = Zeigen bis
field-slug = Adresse (freiwillig)
slug-hint = Steht nach { $path }/ und hat a bis z, 0 bis 9 und Bindestriche.
field-files = Bilder und Dateien (freiwillig)
files-hint = Höchstens { $count }. Andere bekommen Bilder und Filme ohne Ort und Gerät.
file-withheld = { $name }: Aus dieser Art von Datei kann die Box Ort und Gerät nicht herausnehmen. Darum bekommt nur ihr Besitzer sie.
save = Speichern
publish = Veröffentlichen und teilen
cancel = Abbrechen

## Skripte

js-of-item = { $text }: { $title }
js-from = ab { $time }
js-until = bis { $time }
js-on = An
js-seen = Wer kann es sehen?
js-change = Ändern
js-remove = Entfernen
js-remove-sure = „{ $title }“ entfernen und den Text löschen?
js-removed = Entfernt. Die Box hat den Text gelöscht.
js-move = „{ $title }“ verschieben: ziehen, oder Pfeiltaste nach oben oder unten
js-moved = „{ $title }“ ist jetzt { $place } von { $count }.
js-sorted = In dieser Reihenfolge gespeichert.
js-signing = Wird unterschrieben …
js-saving = Wird unterschrieben und gespeichert …
js-saved = Gespeichert und von dir unterschrieben.
js-saved-draft = Gespeichert und von dir unterschrieben. Andere sehen es erst, wenn du es veröffentlichst.
js-no-title = Gib einen Titel ein.
js-slug = Nimm nur a bis z, 0 bis 9 und Bindestriche.
js-until-early = Wähle eine Zeit nach der, ab der es gezeigt wird.
js-stale = Das wurde inzwischen anderswo geändert und heißt dort „{ $title }“. Dein Text steht noch im Formular.
js-stale-save = Meine Fassung speichern
js-stale-take = Die andere Fassung nehmen
js-file-number = Datei { $number }
js-file-alt = Was „{ $name }“ zeigt oder wie es heißt
js-file-remove = „{ $name }“ entfernen
js-file-move = „{ $name }“ verschieben: ziehen, oder Pfeiltaste nach oben oder unten
js-file-removed = Aus der Liste entfernt. Speichere, damit es so bleibt.
js-file-sending = { $name } wird gesendet: { $percent } Prozent
js-file-ready = Bereit. Sag, was jede Datei zeigt, und speichere dann.
js-file-many = Es passen nur { $count } Dateien.
js-file-none = Diese Box nimmt keine Dateien an: Der Dienst dafür ist nicht eingeschaltet.
js-share = Teilen
js-shared = Geteilt und von dir unterschrieben.
js-chosen = { $label }: { $choice }
js-share-private = Das kannst nur du sehen. Wähle aus, wer es noch sehen darf, und teile es dann.
js-share-title = „{ $title }“ teilen
js-share-audience = Öffnen können es: { $audience }
js-share-conversation = In einem Chat oder einer Gruppe senden
js-share-device = In einer anderen App teilen
js-share-link = Link
js-share-code = QR-Code des Links
js-share-done = Fertig
js-draft = Das hast du vorhin geschrieben. Es ist noch nicht gespeichert.
js-follow = Folgen
js-unfollow = Nicht mehr folgen
js-copying = Wird kopiert …
js-copy-show = Deine Kopie ansehen
