# Fotos, Videos und Dateien. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Fotos
summary = Deine Fotos, Videos und Dateien, auf deiner eigenen Box
home = Fotos

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-add = Du hast ein Foto, ein Video oder eine Datei hinzugefügt
op-change = Du hast geändert, was zu einer Datei gesagt wird
op-move = Du hast Dateien verschoben oder aus dem Papierkorb zurückgeholt
op-remove = Du hast Dateien in den Papierkorb gelegt
op-access = Du hast gewählt, wer Dateien sieht
op-folder = Du hast einen Ordner angelegt oder geändert
op-folder-remove = Du hast einen Ordner entfernt
op-album = Du hast ein Album angelegt oder geändert
op-album-remove = Du hast ein Album entfernt
op-album-put = Du hast Bilder in ein Album oder zu deinen Favoriten gelegt oder herausgenommen
op-link = Du hast einen Link zu Dateien erstellt oder geändert
op-link-end = Du hast einen Link zu Dateien beendet
op-device = Du hast einen Computer benannt, der deine Dateien erreicht
op-erase = Du hast Dateien gelöscht
op-fair = Du hast gesagt, wer eine Datei gemacht hat
op-fair-agree = Du hast zugestimmt, wer die Datei von jemandem gemacht hat
op-fair-agreed = Jemand hat zugestimmt, wer eine Datei von dir gemacht hat
op-offer = Du hast gesagt, was ein Werk von dir kostet, oder dass es nicht mehr zu kaufen ist
op-buy = Du hast ein Werk gekauft
op-promised = Ein Werk wurde bestellt, und seine Zahlung ist unterwegs
op-paid = Die Zahlung eines bestellten Werks ist da
op-bought = Ein gekauftes Werk kam in deine Sammlung
op-sold = Jemand hat ein Werk von dir gekauft
op-refund = Du hast die Lizenz eines Werks beendet und gibst das Geld zurück
op-withdrawn = Die Zahlung eines Werks geht zurück
op-returned = Die Lizenz eines Werks endete

## Was eine Vollmacht erlaubt.

scope-add = Fotos, Videos und Dateien hinzufügen
scope-change = Ändern, was zu deinen Dateien gesagt wird
scope-move = Deine Dateien verschieben und aus dem Papierkorb zurückholen
scope-remove = Deine Dateien in den Papierkorb legen
scope-access = Wählen, wer deine Dateien sieht
scope-folder = Deine Ordner anlegen und ändern
scope-folder-remove = Deine Ordner entfernen
scope-album = Deine Alben anlegen und ändern
scope-album-remove = Deine Alben entfernen
scope-album-put = Bilder in deine Alben und zu deinen Favoriten legen und herausnehmen
scope-link = Links zu deinen Dateien erstellen
scope-link-end = Links zu deinen Dateien beenden

## Arten von Mitteilungen.

notice-on-this-day = Bilder, die du an diesem Tag in früheren Jahren gemacht hast
notice-agree = Werke, die du nach den Worten anderer gemacht hast und die auf deine Zustimmung warten
notice-trash = Dateien, die seit einem Monat im Papierkorb liegen

## Start

on-this-day = An diesem Tag
first-photo = Lade dein erstes Foto hoch
home-show = Deine Fotos ansehen
home-trash = { $count ->
    [one] Eine Datei liegt seit einem Monat im Papierkorb. Sie belegt { $size }.
   *[other] { $count } Dateien liegen seit einem Monat im Papierkorb. Sie belegen { $size }.
}
home-trash-show = Papierkorb ansehen
home-agree = { $name } sagt, dass du an „{ $title }“ mitgearbeitet hast, und bittet um deine Zustimmung.
home-agree-unseen = { $name } sagt, dass du an einer Datei mitgearbeitet hast, die nicht mit dir geteilt ist, und bittet um deine Zustimmung.
home-agree-shares = Wer was bekommt
home-agree-look = Mehr dazu
told-album = { $who } hat ein Album mit einer Gruppe geteilt
told-album-titled = { $who } hat das Album „{ $title }“ mit { $group } geteilt
told-sold = { $who } hat ein Werk von dir gekauft

## Fehler

no-such-file = Diese Datei gibt es hier nicht, oder sie ist nicht mit dir geteilt.
file-is-gone = Diese Datei gibt es hier nicht mehr: Wem sie gehört, hat sie entfernt.
no-such-album = Dieses Album gibt es hier nicht, oder es ist nicht mit dir geteilt.
no-such-folder = Diesen Ordner hast du nicht. Vielleicht wurde er entfernt.
no-such-link = Dieser Link ist abgelaufen, oder ein Teil seiner Adresse fehlt. Frag die Person, die ihn dir geschickt hat, nach einem neuen.
no-such-group = Du bist nicht in dieser Gruppe.
no-such-zip = Dieser Download ist abgelaufen. Wähle die Dateien noch einmal aus.
no-preview = Von dieser Datei gibt es keine Vorschau.
withheld = Aus dieser Art von Datei kann die Box nicht entfernen, wo und womit sie gemacht wurde. Darum kann nur ihr Besitzer sie herunterladen. Er kann sie aber so teilen, wie sie ist.
others-get-preview = Andere bekommen von dieser Datei höchstens ein Bild: Die Box kann Ort und Gerät nicht herausnehmen. Um ihnen die Datei zu geben, teile sie mit Ort und Gerät darin.
too-many-previews = Viele deiner Bilder warten schon auf eine Vorschau. Versuche es wieder, wenn die ersten da sind.
decoder-busy = Diese Box macht gerade so viele Vorschauen, wie sie kann. Versuche es gleich noch einmal.
keep-previews = Von dieser Datei siehst du nur eine Vorschau: Ort und Gerät lassen sich nicht herausnehmen. Bitte darum, dass sie samt beidem geteilt wird.
keep-sealed = Diese Datei ist versiegelt. Speichere sie aus der Unterhaltung, in der sie steht.
file-is-missing = Die Festplatte mit dieser Datei ist gerade nicht mit der Box verbunden.
fair-none = Noch hat niemand unterschrieben, wer diese Datei gemacht hat. Was bis dahin gilt, steht unter { $address }.
fair-of-original = Du bekommst diese Datei ohne Ort und Gerät, und eine .fair passt nur zur Datei, wie sie ist. Die .fair steht unter { $address }.
fair-beside = Die .fair kann nicht in diese Datei: { $why }. Sie steht unter { $address }: Bewahre sie neben der Datei auf.
training-reserved = Wer das gemacht hat, behält es sich vor: Programme dürfen damit nicht trainiert werden. Die Bedingungen stehen unter { $address }.
no-offer = Das ist nicht zu kaufen, oder nicht dafür.
work-for-sale = Diese Datei ist zu kaufen: { $price }. Kaufen kann man sie unter { $address }.
work-locked = Diese Datei ist zu kaufen, im Augenblick aber nicht: Wem sie gehört, muss das Angebot erneuern.
training-for-sale = Programme dürfen damit trainieren, wenn man das kauft: { $price }. Kaufen kann man es unter { $address }.

## Wer es gemacht hat

fair = Wer es gemacht hat
fair-who = Wer
fair-share = Anteil
fair-state = Unterschrift
fair-signed = unterschrieben
fair-unsigned = noch nicht
fair-source = Quelle
fair-missing = Verkauft werden kann es, sobald alle mit einem Anteil unterschrieben haben.
fair-nobody = Noch hat niemand unterschrieben, wer das gemacht hat. Bis dahin gilt es als deines allein, und Programme dürfen damit nicht trainiert werden.
fair-nobody-kept = Noch hat niemand unterschrieben, wer das gemacht hat, und Programme dürfen damit nicht trainiert werden. Du hast es übernommen: Bitte die andere Person, zu unterschreiben.
train-free = Programme dürfen damit trainiert werden.
train-priced = Programme dürfen damit trainieren, wenn man das kauft: { $price }.
train-reserved = Programme dürfen damit nicht trainiert werden. Das bindet, wer hinsieht; erzwingen lässt es sich nicht.
train-unreadable = Was in den Bedingungen über das Trainieren von Programmen steht, ist nicht lesbar. Darum dürfen Programme damit nicht trainiert werden.
fair-inside = Mit der .fair darin herunterladen
fair-beside-file = Nur die .fair
fair-edit = Sagen, wer es gemacht hat
fair-edit-hint = Alle mit einem Anteil werden um Zustimmung gebeten. Die Anteile ergeben zusammen 100 %. Hat schon jemand unterschrieben, fragt eine Änderung alle noch einmal.
fair-who-field = Wer (Name mit @ oder ID)
fair-role-field = Rolle, z. B. Text
fair-share-field = Anteil in %
fair-out = Herausnehmen
fair-add = Jemanden hinzufügen
fair-train = Programme dürfen damit trainiert werden
fair-train-hint = Alle dürfen dann Programme damit trainieren. Ohne Häkchen ist es vorbehalten.
fair-train-price = Preis einer Lizenz, um Programme damit zu trainieren
fair-train-price-hint = Leer gibt es keine, und niemand darf es.
fair-sign = Unterschreiben

## Selling and buying

sale = Zu kaufen
use-keep = Ein Exemplar zum Behalten: { $price }
use-train = Ein Exemplar, um Programme damit zu trainieren: { $price }
buy = Kaufen
sale-yours = Du hast das gekauft. Die Datei ist in deiner eigenen Sammlung.
sale-to-yours = Zu deiner Datei
sale-open = Das ist zu kaufen: { $price }. Bis zum Kauf sehen andere nur Bilder davon.
sale-closed = Das ist nicht zu kaufen.
sale-outdated = Du hast seither etwas anderes darüber gesagt, wer das gemacht hat. Niemand kann es kaufen, bis du den Preis neu setzt, und andere sehen nur Bilder davon.
sale-edit = Verkaufen
sale-edit-hint = Wer diese Datei sieht, kann ein Exemplar kaufen. Das Geld wird so geteilt, wie alle es unterschrieben haben. Andere sehen von da an nur Bilder davon.
sale-stays = Wer ein Exemplar gekauft hat, behält es, auch wenn du die Datei löschst, weggehst oder das Geld zurückgibst.
sale-price = Preis
sale-currency = Währung
sale-sign = Anbieten
sale-end = Nicht mehr verkaufen
sold = Verkauft
sold-promised = { $name } hat es am { $day } bestellt. Die Zahlung ist unterwegs.
sold-keep = { $name } hat am { $day } ein Exemplar gekauft.
sold-train = { $name } hat am { $day } ein Exemplar gekauft, um Programme damit zu trainieren.
sold-returned = Die Lizenz von { $name } endete am { $day }, und das Geld geht zurück.
sale-refund = { $amount } zurückgeben
sale-refund-hint = Geht das Geld zurück, endet die Lizenz. Die Datei bleibt bei der Person, die sie gekauft hat.
bought = Gekauft
bought-stays = Diese Datei bleibt dir, auch wenn die andere Seite ihre löscht oder weggeht. Geht das Geld an dich zurück, endet die Lizenz, und die Datei bleibt hier.
licence-promised = Du hast das am { $day } bei { $name } bestellt. Die Zahlung ist unterwegs.
licence-keep = Du hast am { $day } bei { $name } ein Exemplar gekauft.
licence-train = Du hast am { $day } bei { $name } ein Exemplar gekauft, um Programme damit zu trainieren.
licence-returned = Deine Lizenz von { $name } endete am { $day }: Das Geld geht an dich zurück.
licence-payment = Die Zahlung
buy-of = „{ $title }“ kaufen
buy-own = Das ist deine eigene Datei.
buy-signin = Anmelden und kaufen
buy-use = Wofür
buy-signed = Du unterschreibst den Preis, und wer wie viel davon bekommt.
buy-stays = Die Datei kommt in deine eigene Sammlung und bleibt dort, auch wenn die andere Seite sie löscht oder weggeht. Geht das Geld an dich zurück, endet die Lizenz, und du behältst die Datei.

## Zustimmen

agree = Du wirst um Zustimmung gebeten
agree-lead = Andere sagen, dass du das mitgemacht hast. Es zählt erst mit deiner Unterschrift; lässt du es liegen, geschieht nichts.
agree-empty = Gerade bittet dich niemand um etwas.
agree-of = Eine Datei von { $name }
agree-look = Die Datei ansehen
agree-unseen = Diese Datei ist nicht mit dir geteilt. Lass sie dir zeigen, bevor du zustimmst.
agree-sign = Zustimmen und unterschreiben

## Alle Seiten

scripts-off = Ansehen kannst du hier alles. Wenn du etwas ändern willst, erlaube Skripte für diese Adresse und lade die Seite neu: Dein Browser unterschreibt jede Änderung.
tabs = Fotos und Dateien
tab-photos = Fotos
tab-albums = Alben
tab-folders = Ordner
at-group = Geteilte Fotos
at-contact = Fotos ansehen
with = Fotos von { $name }
with-empty = Noch keine Fotos für dich. Was mit dir oder mit allen geteilt wird, erscheint hier.
tab-family = Familie
tab-links = Links
tab-devices = Computer
tab-trash = Papierkorb
tab-storage = Speicher
find = Suchen
find-what = Wort, Album, Monat
find-hint = Such nach Namen, Wörtern, Alben und Tagen: „See“, „Ferien 2026“, „Juli 2026“.
found-none = Keins deiner Fotos, keine Datei und kein Album hat „{ $words }“.
select = Auswählen
somebody = Jemand
alt-photo = Foto, { $day }
alt-video = Video, { $day }
count = { $count ->
    [0] Noch nichts darin
    [one] 1 Element
   *[other] { $count } Elemente
}
from = Von { $name }
more = Mehr zeigen

## Die Zeitleiste

add = Fotos hinzufügen
months = Monate
month-of = { $month } ({ $count })
timeline-empty = Hier gibt es noch keine Fotos. Füge welche von deinem Handy hinzu: Sie bleiben auf deiner eigenen Box, in voller Größe.
favourites = Favoriten
favourites-all = Alle Fotos
favourites-lead = Nur du siehst sie.
favourites-empty = Noch keine Favoriten. Wähl Fotos aus, oder öffne eins, und tipp auf „Favorit“. Nur du siehst deine Favoriten.
family = Familie
family-lead = Sieh, was alle in einer Gruppe mit ihr geteilt haben.
family-groups = Deine Gruppen
family-empty = Mit dieser Gruppe hat noch niemand ein Bild geteilt. Wähle einige deiner Fotos aus und teile sie mit der Gruppe.

## Eine Datei

download = Herunterladen
download-preview = Vorschau herunterladen
keep = Zu meinen Fotos
kept = In deinen Fotos
keep-all = Alle zu meinen Fotos
video-preview = Du siehst ein Bild aus diesem Video. Das Video selbst kannst du sehen, wenn es samt Ort und Gerät darin geteilt wird.
before = Davor
after = Danach
details = Details
details-name = Datei
details-size = Größe
undated = Ohne eigenes Datum, hinzugefügt am <time/>
details-taken = Datum von
details-place = Ort
details-map = In einer Karte öffnen
north = N
south = S
east = O
west = W
details-uses = Verwendet in
details-context = Hinzugefügt für
details-kept = Übernommen von
uses-link = Ein Link
details-cid = Fingerabdruck (CID)
taken-exif = der Kamera
taken-file = der Datei oder von dir
taken-upload = der Ankunft hier
in-trash = Das liegt im Papierkorb. Nur du kannst es sehen.
bring-back = Zurückholen
erase = Löschen
seen-private = Nur du
seen-connections = Deine Kontakte
seen-group = Eine Gruppe
seen-public = Alle
seen-exact = Samt Ort und Gerät darin.
favourite = Favorit
in-albums = In Alben:
share = Teilen
make-link = Link
album-download = Alle herunterladen
album-download-part = { $from } bis { $to } herunterladen
to-album = Album
to-folder = Ordner
to-trash = Papierkorb
edit = Titel, Text und Datum
field-title = Titel
field-alt = Was ist auf dem Bild?
field-alt-hint = Für Leute, die es nicht sehen können.
field-text = Text
field-taken = Aufgenommen am
save = Unterschreiben und speichern

## Alben

new-album = Neues Album
albums-empty = Noch keine Alben. Mach eins für eine Reise, einen Geburtstag oder ein Jahr.
album-empty = Dieses Album ist leer.
album-add = Fotos hinzufügen
edit-album = Bearbeiten
album-remove = Entfernen

## Ordner, Papierkorb, Hinzufügen

new-folder = Neuer Ordner
add-files = Dateien hinzufügen
loose = In keinem Ordner
folders-empty = Noch keine Ordner. Dokumente, Musik und alles, was kein Foto ist, passt in Ordner.
folder-way = Wo du bist
edit-folder = Bearbeiten
folder-remove = Entfernen
folder-empty = In diesem Ordner sind noch keine Dateien.
trash-empty = Der Papierkorb ist leer.
trash-lead = Diese Dateien belegen { $size }. Sie bleiben hier, bis du sie zurückholst oder löschst.
trash-erase-all = Papierkorb leeren
trash-old = { $count ->
    [one] Eine Datei liegt seit mehr als { $days } Tagen hier. Sie belegt { $size }.
   *[other] { $count } Dateien liegen seit mehr als { $days } Tagen hier. Sie belegen { $size }.
}
trash-old-group = Seit mehr als { $days } Tagen im Papierkorb
trash-erase-old = { $count ->
    [one] Endgültig löschen
   *[other] Diese { $count } endgültig löschen
}
upload-scripts-off = Wenn du Fotos hinzufügen willst, erlaube Skripte für diese Adresse und lade die Seite neu: Dein Browser prüft und unterschreibt jede Datei.
upload-lead = Lass diese Seite offen, bis alles da ist. Bricht die Verbindung ab, geht es danach an derselben Stelle weiter.
upload-gallery = Fotos und Videos aussuchen
upload-camera = Foto aufnehmen
upload-any = Andere Dateien aussuchen
upload-folder = Ordner aussuchen
upload-see = Ansehen

## Links

links-empty = Du hast noch keine Links erstellt. Ein Link zeigt ein Foto oder Album allen, die ihn haben, auch ohne Konto.
links-lead = Wer einen dieser Links hat, sieht, wohin er führt, bis er abläuft. Noch einmal anzeigen kann einen Link nur der Browser, in dem du ihn erstellt hast.
link-to-nothing = Etwas, das du entfernt hast
link-until = Läuft am { $day } ab
link-ended = Abgelaufen
link-exact = Mit Ort und Gerät
link-show = Link anzeigen
link-show-of = Link anzeigen: { $title }
link-end = Jetzt beenden
link-end-of = Jetzt beenden: { $title }
link-move = Ende ändern
link-move-of = Ende ändern: { $title }

## Storage

disk-where = Wo Fotos und Dateien liegen
disk-on-card = Auf der Karte der Box: { $size }; { $free } sind dort frei.
disk-on = Auf der Festplatte „{ $disk }“. Neue kommen auch dorthin.
disk-room = { $size }, { $free } frei
disk-none = Schließ eine Festplatte mit exFAT oder ext4 an die Box an, damit Fotos und Dateien dorthin umziehen können. Was auf ihr ist, bleibt.
disk-move = Auf diese Festplatte umziehen
disk-move-to = Auf diese Festplatte umziehen: { $disk }
disk-move-back = Zurück auf die Karte
disk-moving = Umzug auf die Festplatte „{ $disk }“
disk-moving-back = Umzug von „{ $disk }“ zurück auf die Karte
disk-moved = { $files } von { $of } Dateien, { $done } von { $bytes }
disk-moving-lead = Währenddessen geht alles. Wird die Box ausgeschaltet, geht der Umzug danach weiter.
disk-move-failed = Der Umzug geht nicht weiter: { $why }
disk-missing = Die Festplatte „{ $disk }“ mit den Fotos und Dateien ist nicht angeschlossen.
disk-missing-what = Zeitleisten und Vorschaubilder sind da. Originale lassen sich erst wieder öffnen, hinzufügen oder löschen, wenn sie angeschlossen ist.
disk-plug-in = Schließ sie wieder an, egal an welchem Anschluss: Alles geht sofort weiter.
disk-lost-title = Sie ist verloren oder für immer kaputt
disk-lost-means = Neue Fotos und Dateien kommen dann auf die Karte. Was nur auf dieser Festplatte ist, ist weg, außer eine Sicherung hat es: Repariere danach die beschädigten Verläufe daraus, auf der Seite Status.
disk-lost-sure = Die Festplatte „{ $disk }“ aufgeben? Was nur sie hat, ist weg.
disk-lost = Sie ist verloren
disk-was-lost = Die Festplatte „{ $disk }“ wurde am { $day } als verloren aufgegeben.
disk-for-owner = Nur der Besitzer dieser Box bestimmt, wo Fotos und Dateien liegen.
disk-to-or-lost = Gib eins von beiden an: wohin die Dateien sollen (`to`) oder welche Festplatte verloren ist (`lost`).
disk-unknown = Es gibt keine Festplatte „{ $disk }“: Schließ sie an und schau noch einmal nach.
disk-not-mounted = Dort ist keine Festplatte angeschlossen: Der Ordner liegt auf der Karte.
disk-unreadable = Diese Festplatte lässt sich nicht lesen. Schließ sie noch einmal an; hilft das nicht, ist sie vielleicht beschädigt.
disk-file-system = Diese Festplatte hat ein Dateisystem, auf das Fotos nicht umziehen können. Formatiere sie an einem Computer mit exFAT oder ext4: Was darauf ist, geht dabei verloren.
disk-read-only = Die Box kann auf diese Festplatte nicht schreiben. Ist ihr Schreibschutz an? Gib auf einer Festplatte, die du selbst eingehängt hast, den Ordner „imajin“ dem Benutzer der Box.
disk-other-node = Eine andere Box hat ihre Fotos auf dieser Festplatte.
disk-other = Die Fotos und Dateien liegen auf einer anderen Festplatte, „{ $disk }“: Hol sie zuerst auf die Karte zurück.
disk-already = Sie sind schon dort oder auf dem Weg dorthin.
disk-no-room = Der Platz reicht nicht: { $needed } MB werden gebraucht, und { $free } MB sind frei.
disk-not-lost = Die Festplatte „{ $disk }“ ist angeschlossen, also ist sie nicht verloren.
storage-taken = { $size } belegt
storage-taken-of = { $size } von { $quota } belegt
storage-kept = Fotos und Dateien
storage-uploads = Uploads, die noch nicht fertig sind
storage-open = Uploads, die noch nicht fertig sind
storage-open-lead = Füge dieselben Dateien noch einmal hinzu, dann geht es weiter, wo es aufgehört hat. Oder beende sie, dann wird ihr Platz frei.
storage-nameless = Eine Datei ohne Namen
storage-upload = { $offset } von { $length } sind hier; läuft ab am { $day }
storage-end = Beenden
storage-end-of = Upload beenden: { $name }
storage-people = Alle auf dieser Box
storage-people-lead = Ein Limit, das du hier setzt, gilt statt dem in den Einstellungen. 0 heißt: kein Limit außer dem Datenträger; ein leeres Feld: das aus den Einstellungen.
storage-nobody = Sonst hat hier noch niemand Dateien.
storage-limit-of = Limit für { $name }, in GB
storage-as-set = wie in den Einstellungen
storage-set = Setzen

## Von einem Stick

stick-from = Von einem Stick
stick-title = Fotos von einem Stick
stick-for-members = Die Sticks in dieser Box sind für die Leute, die auf ihr zu Hause sind.
stick-none = Steck einen USB-Stick mit Fotos in die Box und lade diese Seite neu.
stick-or-upload = Fotos von diesem Gerät hinzufügen
stick-gone = Dieser Stick ist nicht mehr in der Box: Steck ihn ein und schau noch einmal nach.
stick-unusable = Die Box kann diesen Stick nicht lesen. Er braucht FAT32, exFAT oder ext4.
stick-no-folder = Diesen Ordner gibt es auf dem Stick nicht: Wähl einen aus der Liste.
stick-no-import = Es läuft kein Import.
stick-busy = Du importierst schon von einem Stick: Warte, bis das fertig ist, oder beende es.
stick-refused-many = cids darf höchstens { $most } haben.
stick-pictures = { $count ->
    [one] 1 Bild
   *[other] { $count } Bilder
}
stick-videos = { $count ->
    [one] 1 Video
   *[other] { $count } Videos
}
stick-none-inside = Keine Bilder oder Videos
stick-others = { $count ->
    [one] 1 andere Datei kommt nicht mit.
   *[other] { $count } andere Dateien kommen nicht mit.
}
stick-more = Auf dem Stick ist mehr, als hier gezählt wurde. Alles davon kommt mit.
stick-lead = Die Box kopiert die Bilder und Videos mit ihren Ordnern und ändert nichts auf dem Stick. Was schon bei deinen Fotos ist, kommt nicht noch einmal dazu.
stick-folders = Ordner
stick-import-all = Alles importieren
stick-import = Importieren
stick-import-of = { $folder } importieren
stick-counting = Die Dateien werden gezählt …
stick-reading = { $done } von { $files } Dateien sind fertig.
stick-signing = { $done } von { $files } Dateien sind fertig. Die nächsten können mit deinem Schlüssel unterschrieben werden.
stick-done = Alles ist importiert.
stick-waits-stick = Der Stick „{ $stick }“ wurde entfernt, oder sein Ordner ist weg. Steck ihn wieder ein, dann geht der Import weiter.
stick-waits-room = Für die nächste Datei ist kein Platz. Lösch etwas, oder bitte den Besitzer der Box um mehr: Sobald Platz ist, geht der Import weiter.
stick-waits-disk = Die Festplatte mit den Fotos und Dateien ist nicht angeschlossen. Der Import geht weiter, wenn sie wieder da ist.
stick-waits-record = In deinen Verlauf lässt sich gerade nichts eintragen. Der Import geht weiter, wenn sich das ändert.
stick-bytes = { $done } von { $bytes }.
stick-current = Gerade im Ordner { $folder }.
stick-added = { $count ->
    [one] 1 hinzugefügt
   *[other] { $count } hinzugefügt
}
stick-here = { $count ->
    [one] 1 war schon hier
   *[other] { $count } waren schon hier
}
stick-left-out = Ausgelassen
stick-left-kind = { $count ->
    [one] 1 Datei ist kein Bild oder Video
   *[other] { $count } Dateien sind keine Bilder oder Videos
}
stick-left-programs = { $count ->
    [one] 1 Eintrag ist versteckt oder gehört zum System eines Computers
   *[other] { $count } Einträge sind versteckt oder gehören zum System eines Computers
}
stick-left-copy = { $count ->
    [one] 1 Ordner oder Datei ist eine Kopie der Daten einer Box
   *[other] { $count } Ordner oder Dateien sind Kopien der Daten einer Box
}
stick-left-link = { $count ->
    [one] 1 Verknüpfung wird ausgelassen, wohin sie auch führt
   *[other] { $count } Verknüpfungen werden ausgelassen, wohin sie auch führen
}
stick-left-special = { $count ->
    [one] 1 Eintrag ist keine gewöhnliche Datei
   *[other] { $count } Einträge sind keine gewöhnlichen Dateien
}
stick-left-name = { $count ->
    [one] 1 Name ist nicht lesbar
   *[other] { $count } Namen sind nicht lesbar
}
stick-left-deep = { $count ->
    [one] 1 Ordner steckt in zu vielen anderen
   *[other] { $count } Ordner stecken in zu vielen anderen
}
stick-left-crowded = { $count ->
    [one] 1 Ordner hat zu viele Dateien: Verteil sie auf mehrere Ordner
   *[other] { $count } Ordner haben zu viele Dateien: Verteil sie auf mehrere Ordner
}
stick-left-too-large = { $count ->
    [one] 1 Datei ist zu groß für diese Box
   *[other] { $count } Dateien sind zu groß für diese Box
}
stick-left-unreadable = { $count ->
    [one] 1 Datei ist nicht lesbar: Der Stick ist vielleicht beschädigt
   *[other] { $count } Dateien sind nicht lesbar: Der Stick ist vielleicht beschädigt
}
stick-left-changed = { $count ->
    [one] 1 Datei hat sich geändert, während die Box sie las
   *[other] { $count } Dateien haben sich geändert, während die Box sie las
}
stick-left-refused = { $count ->
    [one] 1 Datei konnte nicht hinzugefügt werden
   *[other] { $count } Dateien konnten nicht hinzugefügt werden
}
stick-keep-open = Die Box liest den Stick, und diese Seite unterschreibt, was gelesen ist. Wenn du die Seite schließt, wartet die Box nach etwa 200 Dateien; öffne die Seite wieder, dann geht es weiter.
stick-go-on = Unterschreiben und weiter
stick-end = Beenden
stick-end-sure = Den Import beenden? Was hinzugefügt ist, bleibt. Wenn du den Ordner später noch einmal importierst, kommt nur der Rest dazu.
stick-forget = Ausblenden

## Skripte

js-signing = Wird unterschrieben…
js-done-of = { $done } von { $all }
js-cancel = Abbrechen
js-close = Schließen
js-save = Unterschreiben und speichern
js-add = Hinzufügen
js-move = Verschieben
js-remove = Entfernen
js-name = Name
js-name-it = Gib einen Namen an.
js-album = Album
js-new-album = Ein neues Album
js-edit-album = Album ändern
js-album-title = Titel
js-album-text = Text
js-album-remove = Das Album „{ $title }“ entfernen? Die Bilder darin bleiben.
js-album-removed = Das Album „{ $title }“ ist entfernt. Die Bilder, die darin waren, sind noch da.
js-to-album = { $count ->
    [one] In ein Album legen
   *[other] { $count } in ein Album legen
}
js-folder = Ordner
js-no-folder = In keinem Ordner
js-new-folder = Ein neuer Ordner
js-edit-folder = Ordner umbenennen oder verschieben
js-folder-in = Darin
js-folder-remove = Den Ordner „{ $name }“ mit allen Ordnern darin entfernen? Die Dateien darin kommen in den Papierkorb.
js-folder-removed = Der Ordner „{ $name }“ ist entfernt. Die Dateien, die darin waren, sind im Papierkorb.
js-to-folder = { $count ->
    [one] In einen Ordner verschieben
   *[other] { $count } in einen Ordner verschieben
}
js-who-sees = Wer kann es sehen?
js-private = Nur ich
js-connections = Meine Kontakte
js-group = Die Gruppe { $name }
js-unnamed = Eine Gruppe ohne Namen
js-public = Alle
js-exact = Samt Ort und Gerät darin teilen
js-exact-hint = Sonst bekommen andere eine Kopie, die nicht sagt, wo und womit sie aufgenommen wurde.
js-family = Sehen, was mit dieser Gruppe geteilt ist
js-no-groups = Du bist noch in keiner Gruppe.
js-share = { $count ->
    [one] Teilen
   *[other] { $count } Dateien teilen
}
js-link = Link erstellen
js-link-lead = Wer den Link hat, sieht das hier, auch ohne Konto, bis der Link abläuft.
js-links = Deine Links
js-link-until = Er läuft ab am
js-link-day = Wähle einen Tag in der Zukunft.
js-link-label = Für wen ist er?
js-link-label-hint = Freiwillig. Nur du siehst das.
js-link-make = Link erstellen
js-link-made = Dein Link
js-link-address = Link
js-link-again = Du findest ihn unter „Links“ wieder, aber nur in diesem Browser.
js-link-send = Verschicken
js-link-move = Ändern, wann er abläuft
js-link-move-lead = Die Adresse bleibt dieselbe.
js-link-ended = Du hast den Link beendet.
js-ending = Wird beendet…
js-stick-begins = Beginnt …
js-disk-moved = { $files } von { $of } Dateien, { $done } von { $bytes }
js-saving = Wird gespeichert…
js-limit-wrong = Gib an, wie viele Gigabyte, oder lass das Feld leer.
js-erase = Löschen
js-erase-sure = { $count ->
    [one] Diese Datei endgültig löschen?
   *[other] { $count } Dateien endgültig löschen?
}
js-erase-gone = Was du dazu gesagt hast und die Datei selbst sind dann weg, und niemand kann sie zurückholen.
js-erase-uses = { $count ->
    [one] Sie wird hier verwendet:
   *[other] Einige davon werden hier verwendet:
}
js-erase-uses-more = { $count ->
    [one] Eine weitere Stelle
   *[other] { $count } weitere Stellen
}
js-erase-keeps = Profile, Kurse und dergleichen zeigen die Datei weiter, und so bleibt sie auf dieser Box, bis du sie dort herausnimmst.
js-erase-stays = Der Fingerabdruck (CID) bleibt in deinem Verlauf. Er zeigt nichts von der Datei, aber wer dieselbe Datei hat, kann erkennen, dass sie hier war.
js-erase-copies = Kopien, die andere behalten haben, bleiben bei ihnen. Auch Sicherungen und Kopien, die du mitgenommen hast, bleiben.
js-selection = Ausgewählte Dateien
js-selected = { $count ->
    [0] Nichts ausgewählt
    [one] 1 ausgewählt
   *[other] { $count } ausgewählt
}
js-select-some = Wähle zuerst etwas aus.
js-act-favourite = Favorit
js-act-album = Album
js-act-folder = Ordner
js-act-share = Teilen
js-act-download = Herunterladen
js-act-keep = Zu meinen Fotos
js-act-trash = Papierkorb
js-act-back = Zurückholen
js-act-erase = Löschen
js-act-out = Herausnehmen
js-act-cover = Titelbild
js-favourite = { $count ->
    [one] Es ist jetzt ein Favorit.
   *[other] Alle { $count } sind jetzt Favoriten.
}
js-unfavourite = { $count ->
    [one] Es ist kein Favorit mehr.
   *[other] { $count } Fotos sind keine Favoriten mehr.
}
js-in-album = { $count ->
    [one] Es ist im Album.
   *[other] Alle { $count } sind im Album.
}
js-moved = { $count ->
    [one] Es ist am neuen Ort.
   *[other] Alle { $count } sind am neuen Ort.
}
js-shared = Gespeichert: Du hast gewählt, wer das sieht.
js-undo = Rückgängig machen
js-trashed = { $count ->
    [one] Es liegt im Papierkorb.
   *[other] Alle { $count } liegen im Papierkorb.
}
js-preparing = Wird vorbereitet…
js-downloading = { $count ->
    [one] Der Download beginnt.
   *[other] Der Download von { $count } Dateien beginnt.
}
js-keeping = Wird übernommen…
js-in-yours = In deinen Fotos
js-kept = { $count ->
    [one] Es ist in deinen Fotos.
   *[other] Alle { $count } sind in deinen Fotos.
}
js-kept-see = Deine Fotos ansehen
js-kept-but = { $count } von { $all } sind in deinen Fotos. Bei einem fehlt es daran: { $why }
js-back = { $count ->
    [one] Es ist wieder da.
   *[other] Alle { $count } sind wieder da.
}
js-erased = { $count ->
    [one] Es ist gelöscht.
   *[other] Alle { $count } sind gelöscht.
}
js-out = { $count ->
    [one] Es ist nicht mehr in diesem Album.
   *[other] { $count } Bilder sind nicht mehr in diesem Album.
}
js-cover = Das Album hat ein neues Titelbild.
js-taken-wrong = Wähle ein Datum und eine Uhrzeit.
js-looking = Deine Dateien werden angesehen: { $done } von { $all }.
js-sending = Wird gesendet: { $done } von { $all } fertig.
js-offline = Du bist offline. Es geht weiter, sobald die Verbindung wieder da ist.
js-added = { $count ->
    [one] 1 hinzugefügt.
   *[other] { $count } hinzugefügt.
}
js-here = { $count ->
    [one] 1 ist schon hier.
   *[other] { $count } sind schon hier.
}
js-failed = { $count ->
    [one] 1 ist nicht angekommen.
   *[other] { $count } sind nicht angekommen.
}
js-unreadable = Dein Browser kann diese Datei nicht lesen. Vielleicht liegt sie in einer Cloud: Öffne sie einmal auf diesem Gerät und wähle sie dann noch einmal.
js-waiting = { $count ->
    [one] Hier wartet eine Datei aus einer anderen App.
   *[other] Hier warten { $count } Dateien aus einer anderen App.
}
js-waiting-discard = Nicht hinzufügen
js-waiting-none = Was du geteilt hast, ist nicht angekommen. Teil es noch einmal; wenn es viel war, in kleineren Teilen.
js-other-bytes = Bei der Box sind andere Bytes angekommen, als dieser Browser gelesen hat. Deshalb wurde nichts hinzugefügt. Wähle die Datei noch einmal.
js-fair-nobody = Auf dieser Box heißt niemand so.
js-fair-role = Eine Rolle hat höchstens 100 Zeichen.
js-fair-share = Ein Anteil ist eine Zahl von 0 bis 100.
js-fair-sum = Die Anteile müssen zusammen 100 % ergeben.
js-fair-changed = Das Manifest wurde inzwischen geändert. Lade die Seite neu und lies das neue.
js-ordered = Bestellt. Schreib das in die Überweisung:
js-how-to-pay = So bezahlst du
js-sale-price = Ein Preis ist eine Zahl über 0, etwa 5 oder 4,50.
js-sale-currency = Eine Währung hat drei oder vier Buchstaben, etwa CHF.
js-sale-refund-sure = { $amount } zurückgeben? Die Lizenz endet, und die Datei bleibt bei der Person, die sie gekauft hat.

## Computer, die verbunden sind

devices = Computer verbinden
devices-lead = Deine Ordner als Laufwerk im Dateimanager deines Computers: Er fügt Dateien hinzu, ändert und verschiebt sie, und was du dort löschst, kommt hier in den Papierkorb.
devices-address = Adresse
devices-user = Benutzername
devices-password = Das Passwort gilt für einen Computer, wird einmal gezeigt und ist ein Jahr gültig. Teilen oder endgültig löschen kann es nichts.
devices-seen = Die Box sieht es jedes Mal, wenn der Computer etwas anfragt.
devices-connect = Passwort erzeugen
devices-how = So verbindest du ihn
devices-windows = Windows: Wähle im Explorer „Dieser PC“, „Netzlaufwerk verbinden“, und gib die Adresse ein. Für Dateien über 50 MB muss der Wert FileSizeLimitInBytes des Dienstes WebClient erhöht werden.
devices-mac = macOS: Wähle im Finder „Gehe zu“, „Mit Server verbinden“, und gib die Adresse ein.
devices-linux = Linux: Wähle im Dateimanager „Mit Server verbinden“ und gib die Adresse mit davs:// statt https:// ein; oder binde sie mit davfs2 ein.
devices-rclone = rclone: Lege ein Ziel vom Typ webdav mit dem Anbieter owncloud an, dann bleiben die Zeiten der Dateien erhalten.
devices-all = Deine Computer
devices-empty = Noch ist kein Computer verbunden.
devices-unnamed = Ein Computer ohne Namen
devices-until = Bis { $day }
devices-used = Zuletzt hier am { $used }, bis { $day }
devices-ended = Beendet
devices-end = Jetzt beenden
devices-end-of = Jetzt beenden: { $label }
js-device = Computer verbinden
js-device-lead = Das erzeugt ein Passwort für einen Computer und unterschreibt mit deinem Schlüssel, dass er ein Jahr lang Dateien und Ordner hinzufügen, ändern, verschieben und entfernen darf.
js-device-label = Name des Computers
js-device-label-hint = Nur du siehst ihn: „Laptop“, „Büro“.
js-device-make = Passwort erzeugen
js-device-made = Das Passwort dieses Computers
js-device-password = Passwort
js-device-once = Es wird jetzt und nie wieder gezeigt. Wenn du es verlierst, beende es und erzeuge ein neues.
js-device-seen = Die Box sieht dieses Passwort jedes Mal, wenn der Computer etwas anfragt.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-file-no-picture-can = die Datei ist kein Bild, das sich lesen lässt
says-picture-too-large-at = das Bild ist zu groß: höchstens 64 MiB, und 24 Megapixel, wenn es sich nicht zeilenweise lesen lässt
says-picture-could-not-decoded = das Bild ließ sich mit dem Speicher und der Zeit, die dafür da sind, nicht lesen
says-you-have-no-record = Du hast auf dieser Box noch keinen Verlauf, deshalb gibt es keinen Ort für deine Dateien.
says-your-record-read-only = Dein Verlauf lässt sich hier nur lesen: { $reason }.
says-you-have-no-upload = Du hast keinen Upload mit dieser ID: Fang einen neuen an; was schon hier ist, muss nicht noch einmal gesendet werden.
says-another-request-sending-bytes = Eine andere Anfrage sendet gerade Bytes dieses Uploads: Warte, bis sie fertig ist, und frag, wie weit er gekommen ist.
says-upload-at-send-bytes = Dieser Upload ist bei { $offset }: Sende die Bytes ab dort.
says-upload-has-bytes-as = Dieser Upload hat laut Ankündigung { $length } Bytes, und es kamen mehr.
says-file-may-have-at = Eine Datei darf höchstens { $bytes-max } Bytes haben.
says-context = context: { $why }.
says-context-you-have-no = context: Du hast keinen Ordner mit dieser ID.
says-file-was-erased-as = Diese Datei wurde gelöscht, sobald sie eingetragen war.
says-bytes-came-have-another = Die angekommenen Bytes haben eine andere Prüfsumme als angekündigt: Keins davon wurde behalten, sende sie noch einmal.
says-programs-your-computers-keep = Programme deiner Computer bewahren hier schon so viele eigene Dateien, wie gehen: Jede endet nach einem Tag.
says-more-bytes-came-than = Es kamen mehr Bytes als angekündigt.
says-as-many-files-are = Gerade sind so viele Dateien unterwegs, wie diese Box verarbeiten kann: Versuch es gleich noch einmal.
says-your-files-are-on = { $each-max } deiner Dateien sind unterwegs: Versuch es wieder, sobald eine davon angekommen ist.
says-node-speaks-tus-1 = Diese Box spricht tus 1.0.0: Sende den Header Tus-Resumable: 1.0.0.
says-must-number-bytes = { $field } muss eine Anzahl Bytes sein.
says-upload-checksum-must-algorithm = Upload-Checksum muss aus einem Verfahren, einem Leerzeichen und base64 bestehen.
says-algorithm-upload-checksum-must = Das Verfahren von Upload-Checksum muss sha1 oder sha256 sein.
says-upload-checksum-must-checksum = Upload-Checksum muss eine Prüfsumme ihres Verfahrens in base64 sein.
says-upload-metadata-must-pairs = Upload-Metadata muss aus Paaren von Schlüssel und Wert in base64 bestehen, durch Kommas getrennt, jeder Schlüssel einmal.
says-upload-metadata-may-have = Upload-Metadata darf höchstens { $metadata-bytes-max } Bytes haben.
says-photos-files = Fotos und Dateien
says-links-photos = Links zu Fotos
says-what-somebody-bought-their = was jemand gekauft hat, gehört dieser Person: Die Datei und wer sie gemacht hat, bleiben bei ihr, und dass sie verkauft wurde, steht in den Büchern beider
says-password-would-travel-in = Hier würde ein Passwort offen übertragen: Verbinde dich mit https.
says-drive-somebodys-files-connect = Das ist das Laufwerk mit den Dateien von jemandem. Verbinde dich mit deinem Benutzernamen und einem App-Passwort, das du unter /media/devices erstellst.
says-path-cant-used = Dieser Pfad geht nicht.
says-whole-drive-isnt-told = Ein ganzes Laufwerk wird nicht auf einmal aufgelistet: Frag mit Depth: 0 oder 1.
says-file-sent-whole-without = Eine Datei wird als Ganzes gesendet, ohne Content-Range.
says-send-length-file-with = Sende die Länge der Datei mit (den Header Content-Length).
says-destination-must-address-on = Destination muss eine Adresse auf diesem Laufwerk sein.
says-there-no-such-file = Diese Datei gibt es auf deinem Laufwerk nicht.
says-folders-can-nested = Ordner liegen höchstens { $depth } tief ineinander
says-path-cant-used-2 = Dieser Pfad geht nicht: { $what }.
says-must-begin-code-two = nach einem % muss ein Code aus zwei Ziffern folgen, und das Ganze muss UTF-8 sein
says-name-cant-or = ein Name kann nicht . oder .. sein
says-name-has-at-most = ein Name hat höchstens 255 Bytes
says-drive-itself-stays = Das Laufwerk selbst bleibt.
says-only-files-are-copied = Nur Dateien lassen sich kopieren.
says-file-was-changed-just = Diese Datei wurde gerade eben geändert.
says-there-are-10-000 = Von dieser Datei gibt es 10 000 Kopien.
says-number-bytes-not-one = Die Anzahl der Bytes ist nicht die angekündigte.
says-request-drive-has-at = Eine Anfrage an dieses Laufwerk hat höchstens { $bytes-max } Bytes XML.
says-xml-must-be-utf = Das XML dieser Anfrage muss UTF-8 sein.
says-xml-no-document-type = Das XML dieser Anfrage darf keinen Dokumenttyp haben.
says-xml-levels-of-elements = Das XML dieser Anfrage darf höchstens { $most } Ebenen von Elementen haben.
says-xml-too-many-elements = Das XML dieser Anfrage hat zu viele Elemente und Namensräume.
says-xml-has-no-element = Das XML dieser Anfrage hat kein Element.
says-must-local-time-yyyy = muss eine Ortszeit sein: JJJJ-MM-TTThh:mm:ss
says-missing-group-whose-members = to fehlt: die Gruppe, deren Mitglieder es sehen.
says-for-access-conversation-leave = to ist für den Zugriff conversation: Lass es weg.
says-must-sha-256-64 = muss ein SHA-256 sein: 64 Zeichen aus 0-9 a-f
says-must-ed25519-signature-128 = muss eine Ed25519-Unterschrift sein: 128 Zeichen aus 0-9 a-f
says-you-have-another-order = Du hast eine andere Bestellung für diese Datei.
says-title-must-not-empty = title darf nicht leer sein.
says-you-have-no-album = Du hast kein Album mit dieser ID.
says-you-have-no-file = Du hast hier keine Datei mit der ID { $value }.
says-album-has-room-for = In ein Album passen 10 000 Dateien: Leg ein neues an.
says-you-have-2-000 = Du hast 2 000 Alben, und mehr passen nicht: Entfern zuerst eins.
says-ref-must-id-file = ref muss die ID dieser Datei sein: { $value }.
says-you-have-file-here = Diese Datei hast du hier schon.
says-there-no-copy-with = Es gibt keine Kopie mit einer kleineren Nummer: n muss 0 sein oder eins mehr als die einer anderen Kopie.
says-you-have-no-folder = Du hast keinen Ordner mit dieser ID.
says-you-have-no-file-with = Du hast keine Datei mit der ID, die diese ersetzt.
says-sealed-file-for-conversation = Eine verschlüsselte Datei ist für eine Unterhaltung: access muss conversation sein.
says-name-sealed-file-in = Der Name einer verschlüsselten Datei steht in der Nachricht: name muss sealed sein.
says-nobody-here-knows-what = Niemand weiß hier, was eine verschlüsselte Datei ist: kind muss application/octet-stream sein.
says-bytes-no-length-sealed = bytes ist keine Länge einer verschlüsselten Datei: Füll die Datei auf und verschlüssel sie in Stücken von 64 KiB.
says-there-no-preview-sealed = Von einer verschlüsselten Datei gibt es keine Vorschau.
says-message-says-what-sealed = Wofür eine verschlüsselte Datei ist, sagt die Nachricht: Lass context weg.
says-sealed-file-has-no = Eine verschlüsselte Datei hat hier keine Angaben: Ihr Titel, ihr Datum und Ähnliches stehen in der Nachricht.
says-bytes-must-files-length = bytes muss { $bytes } sein, die Länge der Datei.
says-kind-must-as-files = kind muss { $mime } sein, wie die ersten Bytes der Datei sagen.
says-there-no-file-yours = Du hast hier keine Datei { $cid }: Lad sie zuerst hoch.
says-preview-must-jpeg = Eine Vorschau muss ein JPEG sein.
says-file-sealed-its-details = Diese Datei ist verschlüsselt: Ihre Angaben stehen in der Nachricht, mit der sie kam.
says-exact-for-what-others = exact ist für das, was andere sehen.
says-you-have-named-1 = Du hast 1 000 Computer benannt, und mehr passen nicht.
says-one-these-was-changed = Eine davon wurde gerade eben geändert. Lösch sie noch einmal.
says-you-have-no-file-with-id = Du hast keine Datei mit dieser ID.
says-fair-must-digest-bodys = fair muss der Hash des Manifests im body sein: { $value }.
says-manifest-about-another-file = Das Manifest ist für eine andere Datei: Sein work muss die cid { $value } und { $second } Bytes haben.
says-agreed = agreed: { $value }.
says-signature-not-by-key = die Unterschrift von { $did } ist nicht von einem Schlüssel dieser Person
says-ref-must-digest-bodys = ref muss der Hash des Manifests im body sein: { $value }.
says-your-own-file-enter = Das ist deine eigene Datei: Trag deine Unterschrift mit dem Manifest ein (media.fair, agreed).
says-they-have-no-file = Diese Person hat keine Datei mit einem solchen Manifest, das dich nennt.
says-they-have-since-entered = Diese Person hat seitdem ein anderes Manifest für diese Datei eingetragen: { $value }. Lies es, bevor du zustimmst.
says-you-agreed-manifest-already = Du hast diesem Manifest schon zugestimmt.
says-signature-not-over-manifest = signature ist keine Unterschrift von dir über dieses Manifest.
says-their-record-isnt-kept = Der Verlauf dieser Person ist nicht mehr auf dieser Box.
says-you-have-no-folder-with = Du hast keinen Ordner mit dieser ID, in dem er liegen könnte.
says-folder-cant-in-itself = Ein Ordner kann nicht in sich selbst liegen und auch nicht in einem Ordner darin.
says-folders-can-nested-32-deep = Ordner liegen höchstens 32 tief ineinander, und das wäre tiefer.
says-you-have-10-000 = Du hast 10 000 Ordner, und mehr passen nicht: Entfern zuerst einen.
says-you-have-no-file-no = Du hast keine Datei und kein Album mit dieser ID.
says-link-id-leads-something = Ein Link mit dieser ID führt zu etwas anderem, und das bleibt so.
says-you-have-1-000 = Du hast 1 000 Links, und mehr passen nicht: Beende zuerst einen.
says-you-have-no-link = Du hast keinen Link mit dieser ID.
says-fair-must-digest-manifest = fair muss der Hash des Manifests sein, das du für diese Datei eingetragen hast (media.fair). Sag zuerst, wer sie gemacht hat, und biete sie danach an.
says-can-sold-once-everybody = Das lässt sich verkaufen, sobald alle unterschrieben haben, die es gemacht haben, und { $value } hat es noch nicht: Bitte um Zustimmung.
says-seller-one-who-signed = Verkaufen kann nur, wer das Manifest unterschrieben hat: Unterschreib es selbst und lass die anderen zustimmen.
says-you-bought-file-those = Du hast diese Datei gekauft: Verkaufen können sie die, die sie gemacht haben, und du behältst deine Kopie.
says-there-no-such-work = Ein solches Werk wird hier nicht verkauft oder wird dir nicht gezeigt.
says-your-own-file = Das ist deine eigene Datei.
says-you-bought-work-for = Du hast dieses Werk für diese Nutzung schon gekauft.
says-not-offered-at-price = Zu diesem Preis und diesen Bedingungen wird es nicht angeboten: Sieh noch einmal nach und stimm den aktuellen zu.
says-file-on-its-way = Diese Datei kommt schon durch eine andere Bestellung zu dir: Sieh gleich noch einmal nach.
says-sellers-record-isnt-kept = Der Verlauf der Person, die verkauft, ist nicht mehr auf dieser Box.
says-payment-bought-no-licence = Mit dieser Zahlung wurde keine Lizenz von dir gekauft.
says-amount-must-1-or = amount muss 1 oder mehr sein.
says-type-must-photo-video = type muss photo, video, audio, document oder other sein.
says-state-must-kept-or = state muss kept oder trash sein.
says-order-must-newest-oldest = order muss newest, oldest, added oder name sein.
says-kind-must-withdraw-soft = kind muss withdraw, soft oder hard sein.
says-send-form-with-its = Sende das Formular mit seiner Länge (dem Header Content-Length).
says-form-has-more-than = Das Formular hat mehr als eine Datei.
says-form-has-no-file = Das Formular hat keine Datei.
says-may-have-at-most = { $name } darf höchstens { $text-bytes-max } Bytes haben.
says-must-utf-8 = { $name } muss UTF-8 sein.
says-w-must-face-200 = w muss face, 200, 400, 800 oder og sein.
says-salt = salt: { $error }.
says-cids-may-have-at = cids darf höchstens { $cids-max } haben.
says-no-cid = { $wrong } ist keine CID.
says-use-must-keep-or = use muss keep oder train sein.
says-only-owner-node-says = Wie viel andere haben dürfen, sagt nur der Besitzer dieser Box.
says-you-own-node-so = Diese Box gehört dir, deshalb begrenzt nur der Datenträger deine Dateien.
says-bytes-are-more-than = bytes ist mehr, als irgendein Datenträger hat.
says-with-must-did-group = with muss die DID einer Gruppe sein.
says-month-must-yyyy-mm = month muss JJJJ-MM sein.
says-nothing-came-for-upload = Für diesen Upload kam drei Tage lang nichts, deshalb ist er beendet: Fang einen neuen an.
says-x-http-method-override = X-HTTP-Method-Override muss HEAD, PATCH oder DELETE sein.
says-part-upload-has-header = Ein Teil eines Uploads hat den Header Content-Type: { $part }.
says-connection-broke-before-all = Die Verbindung brach ab, bevor alle Bytes da waren: Frag, wie weit der Upload gekommen ist, und mach dort weiter.
says-file-arrived-not-here = Diese Datei kam an und ist nicht mehr hier: Fang einen neuen Upload an, um sie wieder zu haben.
says-ids-must-have-1 = ids muss 1 bis { $files-max } Dateien nennen.
says-photos-files-2 = { $count ->
    [one] { $count } Foto oder Datei
   *[other] { $count } Fotos und Dateien
}
says-folders = { $count ->
    [one] { $count } Ordner
   *[other] { $count } Ordner
}
says-albums = { $count ->
    [one] { $count } Album
   *[other] { $count } Alben
}
says-links-photos-2 = { $count ->
    [one] { $count } Link zu Fotos
   *[other] { $count } Links zu Fotos
}
says-connected-computers = { $count ->
    [one] { $count } verbundener Computer
   *[other] { $count } verbundene Computer
}
says-bought-works = { $count ->
    [one] { $count } gekauftes Werk
   *[other] { $count } gekaufte Werke
}
says-sold-works = { $count ->
    [one] { $count } verkauftes Werk
   *[other] { $count } verkaufte Werke
}
says-name-has-1-255 = Ein Name hat 1 bis 255 Bytes, ohne / und Steuerzeichen.
says-must-have-1-255 = muss 1 bis 255 Bytes Unicode (NFC) haben, ohne / und Steuerzeichen
says-must-ast-26-z = muss aus ast_ und 26 Zeichen aus a-z 2-7 bestehen
says-must-cid-delegation-bafyrei = muss die CID einer Vollmacht sein (bafyrei…)
says-must-favourites-or-id = muss favourites oder die ID eines Albums (alb_…) sein
says-must-id-asset-ast = muss die ID einer Datei (ast_…) oder eines Albums (alb_…) sein
says-fair-came-with-file = Mit dieser Datei kam ein .fair: Frag nach dem der Datei selbst (GET /media/api/assets/<id>/fair), das sagt, was work sein muss.
says-this-app-password-has = Dieses App-Passwort gilt nicht mehr.
says-caller-left-picture = wer das Bild wollte, wartet nicht mehr
says-box-too-busy-decode = die Box ist gerade zu beschäftigt, um das Bild zu lesen

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-photos =
    Fotos
    Hier sind deine Fotos und Videos, nach Monaten.
    Füge welche hinzu, oder tipp auf eins, um es groß zu sehen.
    Nur du siehst sie, bis du sie teilst, und was du entfernst, wartet im Papierkorb, bis du es löschst.
help-file =
    Ein Foto oder eine Datei
    Das ist ein Foto, ein Video oder eine Datei, mit allen Angaben dazu.
    Der Besitzer kann es teilen, in ein Album legen oder sagen, was auf dem Bild ist.
    Andere bekommen es ohne Ort und Gerät, solange der Besitzer nichts anderes wählt.
help-upload =
    Fotos hinzufügen
    Hier lädst du Fotos, Videos und andere Dateien von diesem Gerät hoch.
    Wähle sie hier aus, oder teile sie auf Android aus einer anderen App mit der Box auf deinem Startbildschirm.
    Nur du siehst sie, bis du sie teilst, und ein abgebrochenes Hochladen geht weiter, wo es aufgehört hat.
help-find =
    Fotos suchen
    Hier suchst du Fotos, Dateien und Alben nach Wörtern oder nach einem Tag.
    Tipp ein, was du suchst, etwa „See“ oder „Juli 2026“.
    Gesucht wird in deinen eigenen Sachen, und niemand erfährt davon.
help-albums =
    Alben
    Ein Album fasst Fotos zusammen, von einer Reise, einem Geburtstag oder einem Jahr.
    Leg eins an, und füge dann Fotos hinzu.
    Du wählst, wer ein Album sieht, und entfernst du es, bleiben seine Fotos, wo sie sind.
help-album =
    Ein Album
    Das sind die Fotos eines Albums.
    Tipp auf eins, um es groß zu sehen; in deinem eigenen Album kannst du weitere hinzufügen.
    Wer ein Album sehen darf, sieht auch seine Fotos, und der Besitzer kann das jederzeit ändern.
help-shared-album =
    Ein Album per Link
    Jemand hat dir einen Link zu diesem Album geschickt.
    Tipp auf ein Foto, um es groß zu sehen, oder lade herunter, was du möchtest.
    Du brauchst kein Konto, und das Album ist offen, bis der Link endet.
help-family =
    Familie
    Hier ist, was alle in einer Gruppe mit ihr geteilt haben.
    Wähle eine Gruppe, oder wähle eigene Fotos aus und teile sie mit ihr.
    Alle in der Gruppe sehen es, und was dir gefällt, kannst du in deinen eigenen Fotos behalten.
help-contact =
    Fotos von jemandem
    Hier sind die Fotos, die jemand mit dir teilt.
    Tipp auf eins, um es groß zu sehen.
    Du siehst nur, was mit dir oder mit allen geteilt ist.
help-folders =
    Ordner
    Ordner sind für Papiere, Musik und alles, was kein Foto ist.
    Leg einen Ordner an, und füge dann Dateien hinzu.
    Entfernst du einen Ordner, kommen seine Dateien in den Papierkorb, wo du sie zurückholen kannst.
help-links =
    Links zu Fotos
    Ein Link zeigt ein Foto oder ein Album allen, die ihn haben, auch ohne Konto.
    Um einen zu erstellen, öffne ein Foto oder ein Album, und wähle „Link“.
    Jeder Link endet an seinem Tag, und du kannst ihn sofort beenden.
help-devices =
    Computer verbinden
    Deine Ordner werden ein Laufwerk im Dateimanager deines Computers.
    Erzeuge ein Passwort für einen Computer, und gib es dort mit der Adresse ein.
    Ein Computer kann nichts teilen und nichts endgültig löschen, und du kannst sein Passwort jederzeit beenden.
help-trash =
    Papierkorb
    Hier ist, was du entfernt hast.
    Hol Dateien zurück, oder lösch sie, um ihren Platz zurückzubekommen.
    Den Papierkorb siehst nur du, und was gelöscht ist, kommt nicht zurück.
help-storage =
    Speicher
    Diese Seite zeigt, wie viel Platz deine Dateien brauchen.
    Um mehr Platz zu haben, beende unvollständige Uploads, oder leere den Papierkorb.
    Außer dir sieht nur der Besitzer der Box, wie viel Platz du brauchst.
help-stick =
    Fotos von einem Stick
    Die Box kopiert die Bilder und Videos eines USB-Sticks.
    Steck den Stick in die Box, wähle einen Ordner, und importier ihn.
    Auf dem Stick ändert sich nichts, und was schon bei deinen Fotos ist, kommt nicht doppelt dazu.
help-agree =
    Du wirst um Zustimmung gebeten
    Andere sagen, dass du eine Datei mit ihnen zusammen gemacht hast.
    Sieh dir die Datei und deinen Anteil an, und unterschreib, wenn es stimmt.
    Deine Unterschrift macht es gültig, und nichts geschieht, wenn du es lässt.
help-buy =
    Eine Datei kaufen
    Hier kaufst du eine Kopie von jemandes Datei.
    Wähle, wofür und wie du zahlst, und unterschreib den Preis.
    Die Datei bleibt bei deinen eigenen, auch wenn der Verkäufer seine löscht.
help-favourites =
    Favoriten
    Hier sind die Fotos und Dateien, denen du einen Stern gegeben hast.
    Um eins hinzuzufügen, öffne es und tipp auf den Stern, oder wähl mehrere Fotos aus und dann „Favorit“.
    Nur du siehst deine Favoriten, und was du herausnimmst, bleibt bei deinen Fotos.
