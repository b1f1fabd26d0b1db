# Der Markt einer Box.

service = Markt
summary = Was Nachbarinnen und Nachbarn verkaufen, verleihen und suchen
home = Markt

## What operations did, said to the person whose record they are in.

op-put = Du hast ein Inserat aufgegeben oder geändert
op-set = Du hast gewählt, wer ein Inserat sieht
op-attach = Du hast die Bilder und Dateien eines Inserats gewählt
op-sort = Du hast deine Inserate geordnet
op-remove = Du hast ein Inserat entfernt und seine Worte gelöscht
op-follow = Du folgst jetzt einem Inserat
op-unfollow = Du folgst einem Inserat nicht mehr
op-offer = Du hast den Preis eines Inserats gewählt

## What a delegation allows.

scope-put = Für dich Inserate aufgeben und ändern
scope-set = Wählen, wer deine Inserate wann sieht
scope-attach = Bilder und Dateien zu deinen Inseraten hinzufügen
scope-sort = Deine Inserate ordnen
scope-follow = Für dich Inseraten folgen
scope-unfollow = Inseraten für dich nicht mehr folgen

## Categories

category-furniture = Möbel
category-lamps = Lampen
category-decoration = Dekoration
category-textiles = Textilien und Teppiche
category-kitchen = Küche und Geschirr
category-appliances = Haushaltsgeräte
category-garden = Garten
category-plants = Pflanzen und Samen
category-tools = Werkzeug und Maschinen
category-materials = Baumaterial
category-bicycles = Fahrräder
category-vehicles = Autos und andere Fahrzeuge
category-parts = Ersatzteile
category-computers = Computer
category-phones = Telefone
category-audio = Audio und Fernsehen
category-cameras = Kameras
category-consoles = Konsolen und Videospiele
category-games = Spiele und Puzzles
category-toys = Spielzeug
category-baby = Für Babys und Kinder
category-clothes = Kleidung
category-shoes = Schuhe
category-bags = Taschen und Koffer
category-jewellery = Schmuck und Uhren
category-books = Bücher und Zeitschriften
category-music = Schallplatten und CDs
category-films = Filme
category-instruments = Musikinstrumente
category-art = Kunst
category-crafts = Basteln und Handarbeit
category-antiques = Antiquitäten
category-collections = Sammlungen
category-sports = Sport
category-camping = Camping und Reisen
category-pets = Für Haustiere
category-food = Essen und Trinken
category-office = Büro und Schule
category-help = Hilfe und Dienste
category-other = Anderes

## Near me

near = In der Nähe
near-lead = Was deine Nachbarinnen und Nachbarn verkaufen, verleihen und suchen.
near-words = Worte im Titel
near-all = Alle Kategorien
near-place = Dein Standort bleibt in dieser Seite. Die Box bekommt ihn nie.
near-none = Hier ist noch nichts. Mach den Anfang: Ein Foto, ein Titel und ein Preis genügen, und was du suchst, zählt auch.
near-more = Mehr zeigen
use-place = Meinen Standort nutzen
field-category = Kategorie
choose-category = Bitte wählen

## A listing

title = { $name }: Inserate
change = Deine Inserate bearbeiten
none = Hier sind noch keine Inserate. <near>Sieh, was es sonst gibt</near>
wanted = Gesucht
on-request = Preis auf Anfrage
free = Gratis
price-hour = { $price } pro Stunde
price-day = { $price } pro Tag
price-week = { $price } pro Woche
pieces = { $count } Stück
deposit = Pfand: { $amount }
returns = { $count ->
    [one] Du kannst es innerhalb eines Tages zurückgeben.
   *[other] Du kannst es innerhalb von { $count } Tagen zurückgeben.
}
seller = Von <page>{ $name }</page>
seller-for = Von { $group }, durch <page>{ $name }</page>
ask-seller = Nachfragen
ask-seeker = Schreiben
sign-in = Anmelden und Kontakt aufnehmen
contact = Kontakt zeigen
no-such-listing = Dieses Inserat gibt es hier nicht, oder es wird dir nicht gezeigt.
removed = Dieses Inserat wurde entfernt.
not-your-group = Für eine Gruppe sprechen nur ihre Admins und wem sie gehört: Wähl eine andere oder keine.
no-contact = Dieses Inserat hat keinen Kontakt: Schreib hier, wer es aufgegeben hat.
too-often = Du hast heute nach 20 Kontakten gefragt, mehr geht nicht. Versuche es morgen wieder.

## Editing

own = Deine Inserate
lead = Was du verkaufst, verleihst und suchst. <page>Sieh deine Seite an</page>
add-listing = Etwas verkaufen oder verleihen
add-wanted = Etwas suchen
field-price = Preis (freiwillig)
price-hint = Mit 0 ist es gratis. Ohne Preis fragen dich die Leute.
field-rent = Preis für
rent-none = Ein Stück (verkaufen)
rent-hour = Eine Stunde (verleihen)
rent-day = Einen Tag (verleihen)
rent-week = Eine Woche (verleihen)
terms = Wie viele, und ob man es zurückgeben kann
field-currency = Währung
field-quantity = Wie viele (leer: unbegrenzt)
field-returns = Wie lange man es zurückgeben kann
returns-none = Gar nicht: wie bar bezahlt
returns-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
place = Wo es ist
place-hint = Man findet es nach der Entfernung. Dein Standort wird auf etwa einen Kilometer gerundet, bevor er diese Seite verlässt.
field-area = Gegend, nicht deine Adresse (freiwillig)
drop-place = Standort entfernen
field-for = Wer es anbietet oder sucht
for-me = Du selbst
contact-own = Kontakt (freiwillig)
contact-hint = In keiner Liste: Leute dieser Box fragen danach, nach höchstens 20 Kontakten am Tag. Ohne Kontakt schreiben sie dir hier.
field-phone = Telefon
field-whatsapp = WhatsApp
field-email = E‑Mail

## Scripts

js-a-listing = Inserat
js-a-wish = Etwas, was du suchst
js-nothing = Noch nichts. Verkauf oder verleih etwas, oder sag, was du suchst: mit den Knöpfen oben.
js-slug-taken = Ein anderes Inserat von dir hat diese Adresse.
js-no-category = Wähle eine Kategorie.
js-see = Ansehen
js-no-currency = Schreib die Abkürzung der Währung: CHF, EUR, CAD.
js-no-amount = Schreib einen Betrag: 5 oder 5,50.
js-quantity = Schreib eine ganze Zahl von 1 bis 1000000, oder nichts.
js-price-stays = Einen Preis kannst du ändern und nicht wegnehmen. Gib ein neues Inserat ohne Preis auf und entfern dieses.
js-email = Schreib eine E‑Mail-Adresse: name@example.org.
js-wanted = Gesucht
js-on-request = Preis auf Anfrage
js-free = Gratis
js-place = Ein Standort ist gewählt, auf etwa einen Kilometer.
js-no-place = Kein Standort ist gewählt.
js-asking-place = Dein Browser wird nach deinem Standort gefragt…
js-place-refused = Dein Browser hat nicht gesagt, wo du bist. Erlaub es für diese Adresse, oder schreib die Gegend.
js-by-distance = Nach der Entfernung von hier geordnet.
js-by-time = Das Neueste zuerst.
js-price-hour = { $price } pro Stunde
js-price-day = { $price } pro Tag
js-price-week = { $price } pro Woche
js-at-dot = An diesem Punkt. Drücke noch einmal darauf, um alle zu sehen.
js-dots = Punkte um deinen Standort, Norden ist oben. Der äußere Ring ist { $km } km weit weg. Die Liste darunter zeigt dasselbe.
js-count = { $count ->
    [0] Nichts passt. Versuche andere Worte oder alle Kategorien, oder sag, was du suchst.
    [one] { $count } Inserat.
   *[other] { $count } Inserate.
}
js-close = unter 2 km
js-distance = { $km } km
js-asking = Fragt…
js-phone = Telefon
js-mail = E‑Mail
js-whatsapp = WhatsApp

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-title-must-not-empty = title darf nicht leer sein.
says-listing-in-nothing-else = Ein Inserat liegt in nichts anderem: Lass in weg.
says-lat-lon-go-together = lat und lon gehören zusammen: Gib beide an oder keines.
says-rent-for-listings = rent ist für Inserate: Lass es weg.
says-quantity-must-at-least = quantity muss mindestens 1 sein, oder -1 für unbegrenzt.
says-you-have-no-listing = Du hast kein Inserat mit dieser ID: Gib es zuerst auf.
says-deposit-for-something = Ein Pfand ist für etwas, was du verleihst: Sag im Inserat, wofür der Preis ist.
says-listings = { $count ->
    [one] { $count } Inserat
   *[other] { $count } Inserate
}
