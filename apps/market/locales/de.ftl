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
op-order = Du hast etwas bestellt
op-ordered = Etwas wurde bestellt und bezahlt
op-promised = Etwas wurde bestellt, und das Geld ist unterwegs
op-paid = Das Geld einer Bestellung ist angekommen
op-lost = Das Geld einer Bestellung ging zurück
op-hand = Du hast eine Bestellung übergeben, verschickt oder erhalten
op-handed = Eine Bestellung wurde übergeben oder verschickt
op-cancel = Du hast eine Bestellung storniert
op-cancelled = Eine Bestellung wurde storniert
op-review = Du hast eine Bestellung bewertet
op-reviewed = Eine Bestellung wurde bewertet
op-unreview = Du hast den Text einer Bewertung gelöscht
op-problem = Du hast ein Problem mit einer Bestellung gemeldet oder für gelöst erklärt
op-problem-said = Ein Problem mit einer Bestellung wurde gemeldet oder gelöst

## What a delegation allows.

scope-put = Für dich Inserate aufgeben und ändern
scope-set = Wählen, wer deine Inserate wann sieht
scope-attach = Bilder und Dateien zu deinen Inseraten hinzufügen
scope-sort = Deine Inserate ordnen
scope-follow = Für dich Inseraten folgen
scope-unfollow = Inseraten für dich nicht mehr folgen
scope-hand = Für dich sagen, dass eine Bestellung übergeben oder verschickt ist
scope-problem = Für dich Probleme mit Bestellungen melden und sagen, dass sie gelöst sind

## Mitteilungen

told-order = Von { $who } gibt es Neues zu einer Bestellung
told-ordered = { $who } hat „{ $title }“ bestellt
told-bought = { $who } hat dein Geld bekommen: „{ $title }“ ist bestellt
told-handed = { $who } sagt, dass „{ $title }“ übergeben ist
told-sent = { $who } hat „{ $title }“ verschickt
told-cancelled = { $who } hat die Bestellung von „{ $title }“ storniert: Dein Geld geht zurück
told-cancelled-free = { $who } hat die Bestellung von „{ $title }“ storniert
told-reviewed = { $who } hat „{ $title }“ bewertet
told-problem = { $who } meldet ein Problem mit „{ $title }“
told-solved = { $who } sagt, dass das Problem mit „{ $title }“ gelöst ist

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
deposit = Kaution: { $amount }
returns = { $count ->
    [one] Rückgabe innerhalb eines Tages möglich.
   *[other] Rückgabe innerhalb von { $count } Tagen möglich.
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
returns-never = Wie bar bezahlt: Danach kann nur noch Geld erstatten, wer verkauft hat.

## Kaufen

buy = Kaufen
rent = Mieten
sign-in-to-buy = Melde dich an, um es zu bestellen.
sold-out = Verkauft
no-rail = Diese Box kann hier gerade keine Zahlung annehmen.
how-many = Wie viele
in-all = Zusammen:
signed = Du unterschreibst die Bestellung mit deinem Schlüssel. Wer verkauft, sieht deinen Namen.
no-offer = Dieses Inserat gibt es hier nicht, oder man kann es hier nicht kaufen.
returns-changed = Wie lange man es zurückgeben kann, hat sich geändert: Sieh noch einmal hin.
held-rent = Bis zum Beginn der Miete kannst du stornieren. Die Box hält das Geld bis drei Tage nach dem Ende der Miete zurück.
field-from = Von
field-to = Bis
taken = Schon vergeben:
wrong-time = from und to gehören zu dem, was verliehen wird, und zu nichts anderem: Gib beide in Millisekunden an, to nach from.
wrong-quantity = quantity muss eine ganze Zahl ab 1 sein, und der Preis für so viele darf nicht zu groß werden.

## Bestellungen

orders = Bestellungen
to-hand = Zu übergeben
to-hand-none = Gerade ist nichts zu übergeben. Was man bei dir bestellt, erscheint hier.
bought = Was du gekauft hast
bought-none = Noch nichts. Was du im Markt kaufst, erscheint hier.
sold = Was du verkauft hast
sold-none = Noch nichts. Gib einem Inserat einen Preis, dann kann man es bestellen.
orders-older = Ältere Bestellungen
listing-gone = Ein Inserat, das es nicht mehr gibt
state-promised = Wartet auf die Zahlung
state-lapsed = Nicht rechtzeitig bezahlt
state-paid = Bezahlt, nicht übergeben
state-sent = Verschickt
state-handed = Übergeben
state-counted = Gilt als übergeben
state-refunded = Geld ging zurück
state-cancelled = Storniert
went-back = { $amount } gingen zurück
to-buyer = an { $name }
from-seller = von { $name }
somebody = jemand
no-such-order = Du hast keine solche Bestellung.
promised-buyer = Es ist für dich reserviert und gilt als bestellt, sobald dein Geld ankommt.
promised-seller = Es ist reserviert, bis das Geld ankommt. Kommt es per Überweisung, bestätige es, sobald es auf deinem Konto ist.
how-to-pay = So bezahlst du
see-money = Zu deinem Geld
deposit-hint = Gib die Kaution zurück, sobald du alles zurückhast:
deposit-gone = Die andere Person hat diese Box verlassen, und die Box hat deine Kaution nicht: Macht das unter euch aus.
see-listing = Inserat ansehen
write-to-them = Schreiben
cancel = Stornieren
refund-waits = Das Geld ist auf dem Weg zurück.
refund-send = Das Geld ist noch nicht zurück. Kam es per Überweisung, überweise es bitte zurück.
cancel-ask = Stornieren geht nicht mehr: Bitte die andere Person um dein Geld.
code-title = Deine sechs Ziffern
code-why = Zeig sie an der Tür, sobald du es hast. Mit ihnen kann die andere Person sagen, dass du es bekommen hast.
have = Ich habe es
hand-title = Übergeben
digits = Die sechs Ziffern der anderen Person
digits-hint = Wer gekauft hat, sieht sie auf der Seite dieser Bestellung. Fünf falsche Eingaben sind möglich.
hand = Bestätigen
send = Ich habe es verschickt
send-hint = Ohne die Ziffern sagst du nur, dass es unterwegs ist.

## Reviews and problems

record-sold = { $count } verkauft
record-stars = { $count ->
    [one] { $average } von 5 Sternen bei { $count } Bewertung
   *[other] { $average } von 5 Sternen bei { $count } Bewertungen
}
record-problems = { $count ->
    [one] { $count } offenes Problem
   *[other] { $count } offene Probleme
}
reviews = Bewertungen
review = Bewertung
stars = { $count ->
    [one] { $count } Stern
   *[other] { $count } Sterne
}
paid-price = Gekauft für { $amount }
text-removed = Text gelöscht
review-title = Wie war es?
field-stars = Sterne
choose-stars = Bitte wählen
field-text = In deinen Worten (freiwillig)
review-hint = Wer das Inserat sieht, liest deine Bewertung ohne deinen Namen; wer verkauft hat, weiß, von wem sie ist. Den Text kannst du später löschen, die Sterne nicht.
publish = Bewertung veröffentlichen
unreview = Text löschen
unreview-hint = Der Text wird gelöscht, die Sterne bleiben.
has-problem = Problem
problem = Problem:
problem-missing = Es kam nicht oder nicht alles
problem-other = Es ist nicht, was im Inserat steht
problem-broken = Es ist kaputt
problem-deposit = Die Kaution kam nicht zurück
problem-money = Das Geld kam nicht zurück
problem-seller = Schreib der anderen Person. Nur sie kann sagen, dass es gelöst ist.
report-title = Etwas stimmt nicht
field-about = Was nicht stimmt
report-hint = Schreib zuerst der anderen Person. Alle sehen, wie viele Bestellungen bei ihr ein Problem haben, bis es jeweils gelöst ist.
report = Problem melden
solve = Es ist gelöst

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
terms = Wie viele, und ob man es zurückgeben kann; eine Kaution
field-currency = Währung
field-quantity = Wie viele insgesamt, Verkauftes mitgezählt (leer: unbegrenzt)
field-returns = Wie lange man es zurückgeben kann
returns-hint = So lange und einen Tag länger hält die Box das Geld zurück. Eine Überweisung ist sofort auf deinem Konto.
returns-none = Gar nicht: wie bar bezahlt
returns-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
field-deposit = Kaution (nur für etwas, was du verleihst)
deposit-note = Sie wird mit dem Preis bezahlt. Du gibst sie zurück, sobald du alles zurückhast.
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
js-deposit-lent = Eine Kaution ist für etwas, was du verleihst: Wähl oben, wofür der Preis ist.
js-no-time = Wähle, von wann bis wann.
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
js-asking = Wird gefragt…
js-phone = Telefon
js-mail = E‑Mail
js-whatsapp = WhatsApp
js-signing = Wird unterschrieben …
js-gone = Hat die eigenen Daten gelöscht: Der Anteil geht an die anderen
js-somebody = Jemand
js-digits = Schreib die sechs Ziffern.
js-send-sure = Sagen, dass es unterwegs ist? Danach kann die andere Person nicht mehr stornieren.
js-have-sure = Sagen, dass du es hast? Danach kannst du nicht mehr stornieren.
js-cancel-seller = Die Bestellung stornieren? Was bezahlt wurde, geht zurück.
js-cancel-buyer = Die Bestellung stornieren? Was du bezahlt hast, geht an dich zurück.
js-stars = Wähle 1 bis 5 Sterne.
js-unreview-sure = Den Text löschen? Die Sterne bleiben, und einen neuen kannst du nicht schreiben.
js-reviews = Deine Bewertungen
js-reviews-why = Wenn du deine Daten löschst, verschwindet ihr Text auch bei denen, die verkauft haben. Die Sterne bleiben.
js-open-orders = Offene Bestellungen
js-open-orders-why = Sie sind noch zu bezahlen oder zu übergeben. Übergib oder storniere sie zuerst: Nach dem Löschen kann das hier niemand mehr.
js-open-orders-first = Die Bestellung „{ $title }“ ist noch offen: Übergib oder storniere sie zuerst. Es wurde nichts gelöscht.
js-listing-gone = Ein Inserat, das es nicht mehr gibt

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-title-must-not-empty = title darf nicht leer sein.
says-listing-in-nothing-else = Ein Inserat liegt in nichts anderem: Lass in weg.
says-lat-lon-go-together = lat und lon gehören zusammen: Gib beide an oder keines.
says-rent-for-listings = rent ist für Inserate: Lass es weg.
says-quantity-must-at-least = quantity muss mindestens 1 sein, oder -1 für unbegrenzt.
says-you-have-no-listing = Du hast kein Inserat mit dieser ID: Gib es zuerst auf.
says-deposit-for-something = Eine Kaution ist für etwas, was du verleihst: Sag im Inserat, wofür der Preis ist.
says-there-no-such-listing = Dieses Inserat gibt es hier nicht, oder man kann es hier nicht kaufen.
says-your-own-listing = Das ist dein eigenes Inserat.
says-lent-from-today-on = Verliehen wird es ab heute und höchstens 366 Tage im Voraus.
says-taken-then-choose-another = Für diese Zeit ist es schon vergeben: Wähle eine andere.
says-sellers-record-isnt-kept = Die Daten der anderen Person liegen nicht mehr auf dieser Box.
says-price-changed-since-you = Der Preis hat sich geändert: Sieh noch einmal hin und stimm den neuen Bedingungen zu.
says-somebody-took-last-one = Jemand hat das letzte Stück genommen.
says-fewer-left-than-you = Es sind weniger da, als du willst: { $value }.
says-you-have-open-orders = Du hast 10 offene Bestellungen, mehr geht nicht: Warte, bis eine übergeben ist, oder storniere eine.
says-you-have-no-such = Du hast keine solche Bestellung.
says-order-isnt-paid-yet = Diese Bestellung ist noch nicht bezahlt: Warte auf das Geld.
says-order-was-called-off = Diese Bestellung wurde storniert.
says-was-said-before-look = Das wurde schon gesagt: Sieh die Bestellung noch einmal an.
says-these-arent-digits-order = Das sind nicht die Ziffern dieser Bestellung: Sieh noch einmal auf der Seite der Bestellung nach.
says-wrong-digits-were-entered = Fünfmal wurden falsche Ziffern eingegeben, mehr geht nicht: Wer gekauft hat, kann selbst sagen, dass es da ist.
says-was-handed-over-ask = Es wurde übergeben: Bitte die andere Person um dein Geld.
says-money-order-went-back = Das Geld dieser Bestellung ging zurück: Es ist nichts mehr zu tun.
says-sellers-record-isnt-kept-2 = Die Daten der anderen Person liegen nicht mehr auf dieser Box: Bitte die Person, der diese Box gehört, um dein Geld.
says-money-sellers-by-now = Das Geld gehört schon der anderen Person: Bitte sie darum.
says-box-doesnt-find-payment = Diese Box findet die Zahlung dieser Bestellung nicht: Sieh gleich noch einmal nach.
says-their-stars-stay-in = ihre Sterne bleiben bei der Person, die verkauft hat. Auch ihr Text bleibt dort, außer er wird vorher gelöscht, wie es die Seite „Meine Daten löschen“ tut
says-only-buyer-order-can = Das kann nur, wer es gekauft hat.
says-isnt-handed-over-yet = Es ist noch nicht übergeben: Bewerte es, sobald du es hast.
says-was-free-only-what = Es war gratis, und bewertet wird nur, was bezahlt wurde.
says-you-speak-group-sells = Du sprichst für die Gruppe, die das verkauft: Überlass das Bewerten anderen.
says-you-wrote-no-words = Du hast zu dieser Bestellung keinen Text geschrieben, den du löschen könntest.
says-reviews-of-others = { $count ->
    [one] { $count } Bewertung von anderen
   *[other] { $count } Bewertungen von anderen
}
says-reviews = { $count ->
    [one] { $count } Bewertung
   *[other] { $count } Bewertungen
}
says-orders = { $count ->
    [one] { $count } Bestellung
   *[other] { $count } Bestellungen
}
says-listings = { $count ->
    [one] { $count } Inserat
   *[other] { $count } Inserate
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-near =
    In der Nähe
    Hier ist, was deine Nachbarn verkaufen, verleihen und suchen.
    Tipp ein Wort ein oder wähle eine Kategorie; mit deinem Standort siehst du, was in deiner Nähe ist.
    Dein Standort bleibt in dieser Seite, und die Box bekommt ihn nie.
help-person =
    Inserate einer Person
    Hier steht, was eine Person verkauft, verleiht und sucht.
    Tipp auf ein Inserat, um mehr zu lesen.
    Du siehst nur Inserate, die für dich gedacht sind.
help-listing =
    Ein Inserat
    Jemand verkauft, verleiht oder sucht hier etwas.
    Kauf oder miete es, schreib der Person, oder lass dir den Kontakt zeigen, je nachdem, was sie anbietet.
    Was ihr schreibt und bestellt, bleibt zwischen euch beiden.
help-edit =
    Deine Inserate
    Hier bietest du etwas an oder sagst, was du suchst.
    Ein Foto, ein Titel und ein Preis genügen, und niemand sonst sieht es, bevor du es teilst.
    Du wählst, wer es sieht, dein Standort wird auf etwa einen Kilometer gerundet, und du kannst es jederzeit entfernen.
help-orders =
    Bestellungen
    Hier steht, was du gekauft hast und was andere bei dir gekauft haben.
    Tipp auf eine Bestellung, um zu sehen, wie es weitergeht.
    Nur du und die andere Person sehen eine Bestellung.
help-order =
    Eine Bestellung
    Das ist ein Kauf zwischen zwei Menschen, von der Zahlung bis zur Übergabe.
    Wer kauft, zeigt bei der Übergabe sechs Ziffern, und wer verkauft, tippt sie ein; oder wer gekauft hat, bestätigt mit „Ich habe es“ und kann danach bewerten.
    Solange du stornieren kannst, ist hier der Knopf dafür; danach kann nur noch das Geld zurückgeben, wer verkauft hat.
