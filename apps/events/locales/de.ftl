# Veranstaltungen und Tickets. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Veranstaltungen
tickets = Tickets

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-create = Du hast eine Veranstaltung angelegt
op-update = Du hast eine Veranstaltung geändert
op-status = Du hast eine Veranstaltung geöffnet, pausiert oder beendet
op-cancel = Du hast eine Veranstaltung auf deiner Box abgesagt
op-picture = Du hast das Bild einer Veranstaltung geändert
op-erase = Du hast deine Texte zu einer Veranstaltung gelöscht
op-hold = Du hast Plätze bei einer Veranstaltung reserviert
op-release = Du hast reservierte Plätze freigegeben
op-approve = Du hast jemandem kostenlose Plätze zugesagt
op-buy = Du hast Tickets bestellt
op-transfer = Du hast ein Ticket weitergegeben
op-refund = Du hast ein Ticket zurückgenommen oder deins zurückgegeben
op-checkin = Du hast Leute eingelassen
op-paid = Reservierte Plätze wurden bezahlt
op-withdrawn = Tickets wurden zurückgenommen
op-offered = Für jemanden auf der Warteliste wurden Plätze reserviert
op-opened = Die Veranstaltung wurde angelegt
op-changed = Die Veranstaltung wurde geändert
op-status-changed = Die Veranstaltung wurde geöffnet, pausiert oder beendet
op-held = Plätze wurden für jemanden reserviert
op-released = Reservierte Plätze wurden freigegeben
op-ticket = Die Veranstaltung hat ein Ticket unterschrieben
op-voided = Ein Ticket wurde zurückgenommen und ist nicht mehr gültig
op-used = Ein Ticket wurde am Einlass benutzt

## Was eine Vollmacht erlaubt.

scope-checkin = Am Einlass deiner Veranstaltung Leute einlassen

## Arten von Benachrichtigungen.

notice-upcoming = Eine Veranstaltung steht bevor
notice-sold = Du hast Tickets verkauft

## Auf jeder Seite

scripts-off = Dein Browser unterschreibt, was du hier tust, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
status-draft = Entwurf: nur für dich sichtbar
status-paused = Gerade nicht im Verkauf
status-cancelled = Abgesagt
status-cancelled-by-owner = Vom Besitzer dieser Box abgesagt
status-over = Vorbei
untitled = Veranstaltung ohne Namen
ticket = Ticket
somebody = Jemand auf dieser Box
new = Veranstaltung anlegen
mine = Deine Tickets
guests-and-door = Gäste und Einlass

## Start und Mitteilungen

home-show = Ticket zeigen
home-look = Ansehen
home-sold = { $count ->
    [one] 1 Ticket für „{ $title }“ verkauft
   *[other] { $count } Tickets für „{ $title }“ verkauft
}
told-ticket-of = { $who } hat dir ein Ticket gegeben
told-ticket = { $who } hat dir ein Ticket für „{ $title }“ gegeben
told-own-ticket = { $count ->
    [one] Dein Ticket für „{ $title }“ von { $who } ist da
   *[other] Deine Tickets für „{ $title }“ von { $who } sind da
}
told-sold = { $who } kommt zu „{ $title }“
told-void-of = { $who } hat ein Ticket von dir zurückgenommen
told-void = { $count ->
    [one] { $who } hat dein Ticket für „{ $title }“ zurückgenommen
   *[other] { $who } hat deine Tickets für „{ $title }“ zurückgenommen
}
told-void-paid = { $count ->
    [one] { $who } hat dein Ticket für „{ $title }“ zurückgenommen: Du bekommst dein Geld zurück
   *[other] { $who } hat deine Tickets für „{ $title }“ zurückgenommen: Du bekommst dein Geld zurück
}
told-kept-one = { $who } hält dir einen Platz bei einer Veranstaltung frei
told-kept = { $who } hält dir einen Platz bei „{ $title }“ frei
told-changed-one = { $who } hat eine Veranstaltung geändert
told-changed = { $who } hat „{ $title }“ geändert
told-new = { $who } lädt { $group } zu „{ $title }“ ein
told-cancelled = { $who } hat „{ $title }“ abgesagt
told-cancelled-paid = { $who } hat „{ $title }“ abgesagt: Du bekommst dein Geld zurück

## Was los ist

list = Was los ist
list-lead = Veranstaltungen von Leuten auf dieser Box. Sie verkaufen ihre Tickets selbst, und alle können sehen, wohin das Geld geht.
list-none = Noch ist nichts geplant. Die erste Veranstaltung könnte deine sein.
list-group = Veranstaltungen für { $name }
list-group-lead = Nur Mitglieder der Gruppe sehen sie.
list-group-none = Noch ist nichts geplant. Jedes Mitglied kann eine Veranstaltung erstellen.
no-such-group = In so einer Gruppe bist du nicht.
list-later = Spätere Veranstaltungen
list-own = Deine Entwürfe und früheren Veranstaltungen
list-online = online
at-contact = Zu einer Veranstaltung einladen
invite = { $name } zu einer Veranstaltung einladen
invite-lead = Wähle eine Veranstaltung. Du kannst die Nachricht ändern, bevor du sie abschickst.
invite-none = Es gibt noch keine veröffentlichte Veranstaltung.
invite-write = { $name } einladen
invite-text = Kommst du zu „{ $title }“? { $when } { $page }

## Eine Veranstaltung

when = Wann
when-from-to = <starts/> bis <ends/>
where = Wo
online = Online
online-later = Sobald du ein Ticket hast, siehst du hier den Link.
where-later = Sobald du ein Ticket hast, siehst du hier die Adresse.
for = Für
for-group = Für eine Gruppe
some-group = Mitglieder einer Gruppe
by = Von
share = Veranstaltung teilen
calendar = In den Kalender
have-ticket = Du hast ein Ticket. <show>Anzeigen</show>
coming = { $count ->
    [one] { $count } Person kommt
   *[other] { $count } Personen kommen
}
coming-more = und { $count } weitere
guests-seen = Andere mit einem Ticket sehen, dass du kommst.
proof = Woher weiß ich, dass ein Ticket echt ist?
proof-how = Diese Veranstaltung hat einen eigenen Schlüssel und unterschreibt damit jedes Ticket. Ihre ID ist <did/>: Damit kann jeder ein Ticket prüfen, auch ohne diese Box und ohne Netz.
sold-out = ausverkauft
left = noch { $count }
free = kostenlos
how-many = Wie viele
how-many-of = Wie viele: { $type }
buy = Kaufen
come = Ich komme
bring = Jemanden mitbringen
ask = Um einen Platz bitten
wait = Auf die Warteliste
sign-in-to-buy = Zum Kaufen anmelden
sign-in-for-ticket = Für ein Ticket anmelden
have-account = Ich habe hier ein Konto
free-ticket = Dein kostenloses Ticket
free-type = Welches Ticket?
free-name = Dein Name
free-name-hint = Für den Veranstalter, der ihn den anderen Gästen zeigen kann.
free-email = Deine E‑Mail-Adresse
free-email-hint = Wir schicken dir das Ticket und Nachrichten des Veranstalters dorthin, sonst nichts.
free-companions = Wer kommt mit?
free-companions-hint = Die Namen, mit Kommas dazwischen. Lass das Feld leer, wenn du allein kommst.
free-take = Kostenloses Ticket nehmen
too-many-companions = Nenne höchstens so viele Personen, wie du Tickets nimmst.
no-address = An diese Adresse lässt sich keine E‑Mail schicken. Schreib sie wie ada@example.com.
free-mail = Kostenlose Tickets gibt es für Leute mit einer E‑Mail-Adresse: Melde dich mit einem Link per E‑Mail an oder komm mit einer Einladung.
free-mail-key = Kostenlose Tickets gibt es für Leute mit einer E‑Mail-Adresse. Du bist nur mit einem Schlüssel hier: Melde dich ab und mit einem Link per E‑Mail wieder an, oder verwende eine Einladung.
free-mail-own = Ein kostenloses Ticket bekommt, wer mit einem Link per E‑Mail oder mit einer Einladung gekommen ist.
free-approval = Wer ein kostenloses Ticket bekommt, entscheidet der Veranstalter. Bitte um eines: Er sieht deinen Namen, und die Antwort steht dann hier.
free-approval-key = Wer ein kostenloses Ticket bekommt, entscheidet der Veranstalter. Um darum zu bitten, melde dich zuerst mit einem Link per E‑Mail an oder verwende eine Einladung: Du bist nur mit einem Schlüssel hier.
free-approval-own = Leute bitten dich um kostenlose Tickets. Hier siehst du, wer wartet, und entscheidest.
order = Deine Bestellung
order-pay = Wie möchtest du bezahlen?
rail-ledger = Von deinem Guthaben auf dieser Box
rail-emt = Per Überweisung
rail-stripe = Mit Karte
order-held = Was du mit Guthaben oder Karte zahlst, bleibt bis drei Tage nach der Veranstaltung zurückgelegt. Wird sie vorher abgesagt, bekommst du das Geld zurück.
order-sign = Unterschreiben und kaufen
order-not-now = Jetzt nicht
no-details = Noch kann dir niemand Geld überweisen, weil deine Zahlungsangaben fehlen.
no-details-add = Zahlungsangaben hinzufügen
shares = Wer wie viel bekommt
shares-caption = Von jedem Ticket, vom Veranstalter unterschrieben. Auf der Quittung steht auch, was jemand von seinem Anteil weitergibt.
shares-who = Wer
shares-as = Rolle
shares-part = Anteil

## Eine Veranstaltung: für den Veranstalter und den Besitzer der Box

manage = Deine Veranstaltung
publish = Veröffentlichen
pause = Verkauf pausieren
complete = Als vorbei markieren
edit = Veranstaltung bearbeiten
erase = Texte löschen
record = Verlauf herunterladen
cancel-title = Falls sie ausfallen muss
cancel = Veranstaltung absagen
cancel-hint = Der Verkauf endet endgültig und alle Tickets werden sofort ungültig. Die Box erstattet Zahlungen mit Guthaben und Karte automatisch; Überweisungen schickst du selbst zurück. Du kannst bis drei Tage nach dem Ende absagen. Danach wird das Geld für die Tickets ausgezahlt.
cancel-hint-free = Niemand kann mehr ein Ticket bekommen, und alle Tickets werden sofort ungültig. Du kannst bis drei Tage nach dem Ende absagen.
owner = Als Besitzer dieser Box
owner-hint = Du kannst diese Veranstaltung absagen, zum Beispiel wenn der Veranstalter verschwunden ist oder etwas verkauft, das es nicht gibt. Alle Tickets werden sofort ungültig. Die Box erstattet Zahlungen mit Guthaben und Karte automatisch; Überweisungen muss der Veranstalter zurückschicken.
owner-hint-free = Du kannst diese Veranstaltung absagen, zum Beispiel wenn der Veranstalter verschwunden ist. Alle Tickets werden sofort ungültig.
refunds = Erstattungen
refunds-bar = Erstattete Zahlungen
refunds-done = { $count ->
    [one] { $done } von { $count } Zahlung erstattet.
   *[other] { $done } von { $count } Zahlungen erstattet.
}
refunds-by-hand = { $count ->
    [one] { $count } kam auf dein eigenes Konto: Du musst sie selbst zurückschicken.
   *[other] { $count } kamen auf dein eigenes Konto: Du musst sie selbst zurückschicken.
}
refunds-rest = Den Rest erstattet die Box automatisch. Du kannst diese Seite schließen.
refunds-waiting = { $count ->
    [one] { $count } Erstattung ist auf dem Weg zu einer Karte. Die Bank braucht ein paar Tage.
   *[other] { $count } Erstattungen sind auf dem Weg zu Karten. Die Banken brauchen ein paar Tage.
}
refunds-attention = Braucht dich
refund-no-cover = Diese Zahlung wurde dir schon ausgezahlt. { $amount } gehen von deinem Guthaben auf dieser Box zurück, sobald es reicht: Lade es bitte auf.
refund-part = { $amount } davon sind erstattet. Wird die Veranstaltung abgesagt, folgt der Rest automatisch.
refund-kept = Die Bank der Karte hat { $amount } nicht zurückgenommen. Der Betrag ist jetzt ein Guthaben auf dieser Box. Sag der Person Bescheid: Sie kann es hier ausgeben oder mit dem Besitzer der Box einen anderen Weg finden.
refund-by-hand = Das Geld kam auf dein eigenes Konto. Schick { $amount } von dort zurück, mit dem Zahlungszweck { $memo }.

## Kostenlose Plätze, um die jemand bittet

asks = Warten auf deine Antwort
asks-hint = Noch ist nichts für sie reserviert. Sagst du zu, bleiben ihre Plätze eine Woche reserviert, und sie holen ihre Tickets auf dieser Seite.
asks-approve = Zusagen
asks-decline = Absagen
ask-yours = Du hast um einen Platz gebeten
ask-hint = Der Veranstalter hat noch nicht geantwortet. Die Antwort steht dann auf dieser Seite.
ask-back = Zurückziehen

## Die Warteliste

waits = Warteliste
waits-hint = Wer hier steht, rückt in dieser Reihenfolge nach, sobald Plätze frei werden. Der Platz bleibt einen Tag lang reserviert.
waits-remove = Entfernen
wait-yours = Du stehst auf der Warteliste
wait-hint = Sobald ein Platz frei wird, bleibt er einen Tag lang für dich reserviert, und du erfährst es.
wait-leave = Warteliste verlassen

## Offene Bestellungen

open-orders = Offene Bestellungen
open-order = Deine offene Bestellung
open-places = Für dich reserviert
open-hint = Wenn jemand nicht zahlt, kannst du die Plätze freigeben. Kommt das Geld doch noch, gibt es Tickets, solange welche da sind; sonst geht es zurück.
open-ordered = Bestellt, noch nicht bezahlt. Reserviert bis <until/>
open-held = Während der Zahlung reserviert, bis <until/>
open-approved = Zugesagt. Reserviert bis <until/>
open-kept = Reserviert bis <until/>
open-take = Tickets holen
open-pay = So bezahlst du
open-release = Freigeben
open-give-up = Darauf verzichten

## Deine Tickets

mine-none = Du hast noch keine Tickets. <list>Schau, was los ist</list>
mine-older = Ältere Tickets
mine-welcome = Du bist dabei.
mine-mailed = Das Ticket ist auch unterwegs an deine E‑Mail-Adresse. Auf dieser Box siehst du es nur in diesem Browser.
mine-unsent = Speichere das Ticket jetzt als Bild: An deine Adresse konnte die Box es nicht schicken, und sonst liegt es nur in diesem Browser.
mine-number = { $holder } · Ticket <number/>
mine-valid = Gültig
mine-used = Benutzt
mine-passed = Weitergegeben
mine-void = Nicht mehr gültig
mine-cancelled = Die Veranstaltung wurde abgesagt. Das Geld geht an die Person zurück, die es bezahlt hat: siehe <money>dein Geld</money>.
mine-cancelled-send = Die Veranstaltung wurde abgesagt. { $name } überweist das Geld an die Person zurück, die es bezahlt hat: siehe <money>dein Geld</money>.
mine-cancelled-sent = Die Veranstaltung wurde abgesagt. { $name } hat das Geld an die Person zurücküberwiesen, die es bezahlt hat: siehe <money>dein Geld</money>.
mine-code = Der Code für den Einlass
mine-code-hint = Zeig ihn am Einlass. Er funktioniert ohne Netz.
mine-picture = Als Bild speichern
pass-on = An jemanden weitergeben
pass-on-hint = Die Person bekommt von der Veranstaltung ein neues Ticket, und dieses wird ungültig.
pass-on-to = An wen?
pass-on-sign = Unterschreiben und weitergeben

give-back = Ich kann nicht kommen
give-back-hint = Dein Ticket wird ungültig, und jemand anderes kann deinen Platz haben.
give-back-sign = Ticket zurückgeben

## Das Formular einer Veranstaltung

form-new = Neue Veranstaltung
form-edit = Veranstaltung bearbeiten
form-group = Für { $name }: Nur Mitglieder der Gruppe sehen sie.
form-title = Name
form-starts = Beginn
form-starts-hint = In der Zeitzone der Veranstaltung.
form-zone = Zeitzone
form-zone-hint = In ihr stehen die Zeiten der Veranstaltung für alle. Zum Beispiel Europe/Zurich.
form-place = Wo findet sie statt?
form-physical = An einem Ort
form-virtual = Online
form-hybrid = Beides
form-venue = Ort
form-venue-hint = Zum Beispiel der Name der Halle oder dein Garten.
form-url = Link zum Mitmachen
form-url-hint = Den sehen nur Leute mit einem Ticket.
form-picture = Bild
form-picture-hint = Es ist bei der Veranstaltung, in Listen und beim Teilen des Links zu sehen. Breite Bilder passen am besten.
form-picture-choose = Bild auswählen
form-picture-camera = Foto aufnehmen
form-picture-remove = Bild entfernen
form-picture-alt = Was auf dem Bild ist, für Leute, die es nicht sehen
form-fold = Mehr
form-more = Beschreibung, Ende, Zeitzone und Adresse
form-description = Beschreibung
form-ends = Ende
form-address = Straße und Hausnummer
form-address-for = Nur wer ein Ticket hat, sieht die Adresse
form-city = Stadt
form-country = Land
form-tickets = Tickets
form-plain = Tickets sind kostenlos und reichen für alle, außer du änderst es hier.
form-tickets-hint = Schreib Preise wie 12,50, oder 0 für kostenlose Tickets. Ohne Obergrenze lässt du „Wie viele“ leer.
form-price = Preis
form-most = Höchstens pro Bestellung. Bei kostenlosen Tickets: höchstens pro Person
form-currency = Währung
form-add-type = Ticketart hinzufügen
form-remove-type = Diese Art entfernen
form-guests-for = Wer ein Ticket hat, sieht, wer sonst noch kommt
form-free = Wer bekommt ein kostenloses Ticket?
form-free-hint = Viele Namen kann sich jeder ausdenken. Wenn Plätze knapp sind, verlange eine E‑Mail-Adresse oder entscheide selbst.
form-free-everybody = Alle
form-free-mail = Leute mit einem Link per E‑Mail oder einer Einladung
form-free-approval = Leute, denen ich zusage
form-orders = Unbezahlte Bestellungen pro Person
form-orders-hint = Die Plätze einer unbezahlten Bestellung bleiben bis zu drei Tage reserviert. Meistens reicht eine Bestellung; erlaube mehr, wenn Leute für andere bestellen.
form-money = Einnahmen teilen und Bestellungen begrenzen
form-shares = Wer das Geld bekommt
form-shares-hint = Von jedem Ticket. Die Anteile müssen zusammen 100 % ergeben.
form-organiser = Veranstalter
form-share = Anteil in %
form-add-share = Jemanden hinzufügen
form-remove = Entfernen
form-save = Unterschreiben und speichern
form-share-event = Veröffentlichen und teilen

## Der Einlass

door = Einlass
door-lead = Öffne diese Seite einmal mit Netz: Sie speichert alle Tickets auf diesem Gerät und funktioniert dann ohne. Du unterschreibst, wen du einlässt; gesendet wird es, sobald wieder Netz da ist.
door-device = Dieses Gerät
door-number = Welcher Eingang ist das?
door-number-hint = Bei mehreren Eingängen bekommt jeder eine eigene Nummer. So siehst du, wo ein Ticket zuerst benutzt wurde.
door-scan = Mit der Kamera scannen
door-code = Nach Namen oder Ticketnummer suchen
door-check = Prüfen
door-send = Unterschreiben und senden
door-reload = Tickets neu laden
door-guests = Gäste
door-guests-hint = Tippe auf jemanden in der Liste, um die Person einzulassen.
door-lend = Jemand anderen einlassen lassen
door-lend-hint = Die Person lässt Leute mit ihrem eigenen Schlüssel ein und kann sonst nichts für dich tun. Das gilt nur für deine Veranstaltungen, längstens bis zum Tag nach dieser, oder bis du es zurücknimmst.
door-keeper = Wer hilft am Einlass?
door-lend-sign = Unterschreiben
door-not-yours = Den Einlass können nur der Veranstalter und seine Helfer öffnen.

## Die Gästeliste

guests = Gästeliste
guests-none = Noch hat niemand ein Ticket.
guests-count = { $count ->
    [one] { $count } Ticket, { $came } gekommen
   *[other] { $count } Tickets, { $came } gekommen
}
guests-name = Name
guests-with = mit <holder/>
guests-came = Gekommen
guests-paid = Bezahlt
guests-csv = Als Tabelle herunterladen
message = Eine Nachricht an alle Gäste
message-text = Deine Nachricht
message-hint = Gäste mit einer E‑Mail-Adresse bekommen sie per E‑Mail. Danach kannst du sie in die Unterhaltung der Veranstaltung stellen, wo die anderen Gäste sie lesen.
message-send = Senden
no-message = Schreib zuerst eine Nachricht.
messages-daily = Du hast diesen Gästen heute schon dreimal geschrieben: Warte bis morgen.

## Briefe. In jeder der Sprachen: Die Box weiß nicht, welche jemand liest.

letter-tickets = Deine Tickets
letter-tickets-codes = Deine Tickets. Der Code für den Einlass ist jeweils als Bild angehängt:
letter-tickets-more =
    Du findest sie auch hier: { $mine }
    Die Veranstaltung: { $page }
letter-cancelled = Abgesagt
letter-cancelled-why = Diese Veranstaltung wurde abgesagt, und deine Tickets sind nicht mehr gültig.
letter-cancelled-money = Das Geld geht an die Person zurück, die es bezahlt hat, und zwar so, wie es kam: auf eine Karte oder als Guthaben auf dieser Box ({ $money }).
letter-cancelled-send = { $name } überweist das Geld an die Person zurück, die es bezahlt hat.
letter-message = Eine Nachricht
letter-message-why = { $name } hat das den Gästen von „{ $title }“ geschrieben: { $page }
letter-offer = Ein Platz für dich
letter-offer-why = Ein Platz bei „{ $title }“ ist frei geworden und bleibt einen Tag lang für dich reserviert. Hol dir hier dein Ticket: { $page }
letter-event = Die Veranstaltung: { $page }
the-organiser = Der Veranstalter

## Skripte: eine Veranstaltung

js-signing = Wird unterschrieben …
js-one-only = Von diesen Tickets kannst du 1 bestellen.
js-how-many = Gib ein, wie viele Tickets du möchtest: 1 bis { $most }.
js-looking = Wird geprüft …
js-asking = Wird gesendet …
js-order-free = { $count ->
    [one] { $count } Ticket, kostenlos.
   *[other] { $count } Tickets, kostenlos.
}
js-order = { $count ->
    [one] { $count } Ticket für { $amount }.
   *[other] { $count } Tickets für zusammen { $amount }.
}
js-gone = Hat den eigenen Verlauf gelöscht: Der Anteil geht an die anderen
js-somebody = Jemand auf dieser Box
js-split = Was du zahlst, geht an
js-paying = Wird unterschrieben und bezahlt …
js-no-name = Sag dem Veranstalter, wie du heißt.
js-no-address = Gib die ganze Adresse ein, zum Beispiel ada@example.com.
js-taking = Das Ticket wird ausgestellt …
js-bought = Es gehört dir, von der Veranstaltung unterschrieben.
js-show-it = Anzeigen
js-kept = Deine Plätze sind reserviert. Überweise das Geld innerhalb von 72 Stunden, mit diesem Zahlungszweck:
js-kept-then = Die Tickets gehören dir, sobald der Veranstalter bestätigt, dass das Geld da ist.
js-how-to-pay = So bezahlst du
js-erase-sure = Deine Texte zu dieser Veranstaltung löschen? Ihr Verlauf sagt weiterhin, welche Tickets es gab, aber ohne deine Worte. Wer ein Ticket hat, behält darauf Titel und Zeit.
js-cancel-sure = Die Veranstaltung endgültig absagen? Alle Tickets werden sofort ungültig. Die Box erstattet Zahlungen mit Guthaben und Karte; Überweisungen müssen von Hand zurückgeschickt werden.
js-cancel-sure-free = Die Veranstaltung endgültig absagen? Alle Tickets werden sofort ungültig.
js-refunds-done = { $count ->
    [one] { $done } von { $count } Zahlung erstattet.
   *[other] { $done } von { $count } Zahlungen erstattet.
}

## Skripte: das Formular einer Veranstaltung

js-saving = Wird unterschrieben und gespeichert …
js-picture-sending = Wird gesendet, { $percent } %
js-picture-ready = Wird mit der Veranstaltung gespeichert, sobald du unterschreibst.
js-picture-removed = Wird entfernt, sobald du unterschreibst.
js-picture-kind = Wähle ein JPEG, PNG, WebP oder GIF.
js-no-title = Gib deiner Veranstaltung einen Namen.
js-no-start = Wähle, wann sie beginnt.
js-in-zone = In der Zeitzone { $zone }. Weiter unten kannst du eine andere wählen.
js-no-zone = Diese Zeitzone kennt dein Browser nicht. Wähle eine aus der Liste, etwa Europe/Zurich.
js-no-such-time = Diese Uhrzeit gibt es an dem Tag nicht: Die Uhren werden vorgestellt. Wähle eine andere.
js-end-early = Das Ende muss nach dem Beginn liegen.
js-orders = Gib eine Zahl von 1 bis 20 ein.
js-type-name = Gib dieser Ticketart einen Namen.
js-type-currency = Gib die Währung mit drei Buchstaben an, zum Beispiel CHF.
js-type-price = Gib einen Preis wie 12,50 ein, oder 0 für kostenlose Tickets.
js-type-most = Gib eine Zahl von 1 bis 100 ein.
js-type-quantity = Gib ein, wie viele es gibt, oder lass das Feld leer, wenn es keine Obergrenze gibt.
js-share = Gib einen Anteil zwischen 0 und 100 ein.
js-shares-sum = Die Anteile müssen zusammen 100 % ergeben.
js-no-type = Füge mindestens eine Ticketart hinzu. Eine kostenlose kostet 0.
js-place = Platz
js-no-own-share = Du unterschreibst, wer wie viel bekommt. Gib deshalb auch dir einen Anteil, und sei er noch so klein.
js-past-sure = Diese Veranstaltung beginnt in der Vergangenheit, am { $time }. Stimmt das?
js-past-yes = Trotzdem speichern
js-past = Wähle ein Datum in der Zukunft.

## Skripte: der Einlass und das Weitergeben

js-taken = { $count ->
    [one] { $count } Ticket auf diesem Gerät, Stand { $time }
   *[other] { $count } Tickets auf diesem Gerät, Stand { $time }
}
js-unsent = { $count } eingelassen, noch nicht gesendet
js-other-tab = Dieser Einlass ist in einem anderen Tab offen. Mach dort weiter oder schließ ihn.
js-none-taken = Noch keine Tickets auf diesem Gerät.
js-ticket = Ticket
js-ticket-number = Ticket { $number }
js-guest-unsent = eingelassen, noch nicht gesendet
js-guest-unsent-void = eingelassen, noch nicht gesendet, Ticket zurückgenommen
js-guest-came = da seit { $time }
js-guest-came-door = da seit { $time }, Eingang { $door }
js-guest-came-void = da seit { $time }, Ticket zurückgenommen
js-guest-came-door-void = da seit { $time }, Eingang { $door }, Ticket zurückgenommen
js-guest-void = Ticket zurückgenommen
js-guest-expected = erwartet
js-guest-with = mit { $name }
js-guest-unnamed = Gast ohne öffentlichen Namen
js-refund = Ticket stornieren
js-refund-sure = Dieses Ticket stornieren und { $amount } erstatten? Der Platz wird dann für andere frei.
js-take-sure = Dieses Ticket stornieren? Der Platz wird dann für andere frei.
js-refunded = Storniert, von dir unterschrieben.
js-take-first = Öffne die Seite einmal mit Netz, damit die Tickets auf dieses Gerät kommen.
js-not-this-event = Das ist kein Ticket für diese Veranstaltung.
js-unknown = Niemand auf der Liste hat diesen Namen oder diese Nummer. Frag nach dem Code: Der funktioniert auch ohne Liste.
js-was-passed = Dieses Ticket wurde an jemand anderen weitergegeben.
js-is-void = Dieses Ticket ist nicht mehr gültig.
js-already = Schon eingelassen, um { $time }.
js-already-door = Schon eingelassen, um { $time } an Eingang { $door }.
js-already-here = Schon eingelassen, um { $time } an diesem Eingang.
js-welcome = Willkommen.
js-let-in = Einlassen
js-let-in-sure = { $name } einlassen?
js-choose = Mehrere Tickets haben die Nummer { $number }. Wähle eins aus.
js-told = { $result ->
    [already] war schon da
    [passed] weitergegeben
    [void] nicht mehr gültig
   *[unknown] unbekannt
}
js-told-line = { $name }: { $said }
js-told-line-first = { $name }: { $said }, { $time }
js-told-line-door = { $name }: { $said }, { $time }, Eingang { $door }
js-sent-but = Gesendet. Diese Tickets waren nicht gültig:
js-sent = Gesendet und von dir unterschrieben.
js-sending = Wird unterschrieben und gesendet …
js-reloading = Wird geladen …
js-stays-open = Dieser Browser behält die Seite nur, solange sie offen ist. Lass sie also offen. Unter einer sicheren Adresse (https) wird sie auf dem Gerät gespeichert.
js-stays = Diese Seite ist auf diesem Gerät gespeichert und öffnet sich auch ohne Netz.
js-stays-not = Diese Seite konnte auf diesem Gerät nicht gespeichert werden. Lass sie offen.
js-offline = Kein Netz: Dieser Eingang arbeitet mit den Tickets weiter, die er hat.
js-not-here = Niemand mit dieser ID kann hier Leute einlassen. Die Person braucht ein Konto auf dieser Box, mit ihrem ersten Schlüssel.
js-lent = Die Person kann jetzt Leute einlassen: auf ihrem eigenen Gerät, angemeldet, unter der Adresse dieser Seite.
js-take-back = Zurücknehmen

## Skripte: die Gästeliste

js-no-message = Schreib zuerst eine Nachricht.
js-message-sending = Wird gesendet …
js-message-sent = { $count ->
    [0] Kein Gast hat eine E‑Mail-Adresse angegeben.
    [one] { $count } Gast bekommt deine Nachricht per E‑Mail.
   *[other] { $count } Gäste bekommen deine Nachricht per E‑Mail.
}
js-message-say = In die Unterhaltung stellen

## Skripte: bevor jemand seine Daten löscht

js-events = Deine Veranstaltungen
js-events-why = Nur du kannst deine Veranstaltungen abschließen. Entscheide, bevor du gehst: Danach kann niemand mehr eingelassen werden oder sein Geld zurückbekommen.
js-event-untitled = Veranstaltung ohne Namen
js-event-over = Diese Veranstaltung hat stattgefunden. Markiere sie als vorbei, oder sag sie ab.
js-event-cancel-refunds = Wenn du absagst, erstattet die Box Zahlungen mit Guthaben und Karte. Überweisungen musst du selbst zurückschicken.
js-event-paid = { $count ->
    [0] Diese Veranstaltung steht noch bevor.
    [one] Für diese Veranstaltung gibt es { $count } Zahlung.
   *[other] Für diese Veranstaltung gibt es { $count } Zahlungen.
}
js-event-refunding = { $count ->
    [one] Abgesagt. Die Box erstattet noch { $open } von { $count } Zahlung.
   *[other] Abgesagt. Die Box erstattet noch { $open } von { $count } Zahlungen.
}
js-event-draft = Ein Entwurf. Niemand sonst sieht ihn.
js-event-by-hand = { $count ->
    [one] Schick { $count } Überweisung selbst zurück, falls du das noch nicht getan hast.
   *[other] Schick { $count } Überweisungen selbst zurück, falls du das noch nicht getan hast.
}
js-event-ended = Diese Veranstaltung ist vorbei. Du kannst löschen, was du über sie geschrieben hast.
js-event-cancel = Absagen
js-event-complete = Als vorbei markieren
js-event-erase = Texte löschen

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-event-keeps-which-tickets = die Veranstaltung bewahrt, welche Tickets sie unterschrieben hat, ohne Worte von dir: Davon hängen die Plätze anderer ab
says-only-you-can-close = nur du kannst sie abschließen. Sag vorher die Veranstaltungen ab, die noch kommen: Guthaben und Kartenzahlungen erstattet die Box, Überweisungen schickst du selbst zurück. Lösch danach, was du über vergangene Veranstaltungen geschrieben hast. Deine Kopie enthält ihre Verläufe. Bist du weg, wird niemand mehr eingelassen, und niemand kann ein Ticket kaufen oder Geld zurückbekommen
says-which-tickets-event-sold = welche Tickets eine Veranstaltung verkauft hat, bleibt in ihrem eigenen Verlauf, weil die Inhaber davon abhängen
says-events-stay-on-box = Veranstaltungen bleiben auf der Box, auf der du sie organisierst. Warte vor dem Umzug, bis sie vorbei sind, oder sag sie ab: Guthaben und Kartenzahlungen erstattet die Box, Überweisungen schickst du selbst zurück. Deine Kopie enthält ihre Verläufe. Nach deinem Umzug verkauft diese Box keine Tickets mehr dafür
says-there-no-such-event = Diese Veranstaltung gibt es auf dieser Box nicht.
says-only-organiser-event-may = Das sieht nur, wer diese Veranstaltung organisiert.
says-you-have-no-such = Du hast kein solches Ticket.
says-box-sells-no-tickets = Für eine solche Veranstaltung verkauft diese Box keine Tickets.
says-only-members-group-make = Nur Mitglieder einer Gruppe erstellen Veranstaltungen für sie.
says-event-stays-with-group = Eine Veranstaltung bleibt bei der Gruppe, für die sie erstellt wurde.
says-nobody-asked-for-these = Um diese Plätze hat niemand gebeten.
says-was-answered-already-or = Darauf wurde schon geantwortet, oder die Bitte wurde zurückgezogen.
says-you-have-no-such-places = Für dich sind keine solchen Plätze reserviert.
says-these-places-are-given = Diese Plätze sind zurückgegeben oder bezahlt.
says-seller-events-organiser = Verkauft wird von der Person, die die Veranstaltung organisiert: { $value }.
says-shares-have-changed-since = Die Anteile haben sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und stimm der neuen Fassung zu.
says-events-end-has-changed = Das Ende der Veranstaltung hat sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und stimm ihm zu.
says-price-has-changed-since = Der Preis hat sich geändert, seit du nachgesehen hast: Sieh noch einmal nach.
says-organiser-approves-who-gets = Wer diese kostenlosen Plätze bekommt, entscheidet die Organisation, und { $value } hat sie dir nicht gegeben: Bitte auf der Seite der Veranstaltung darum.
says-you-have-open-orders = Du hast { $value } offene Bestellungen für diese Veranstaltung, und mehr erlaubt sie nicht: Bezahl eine oder gib eine auf.
says-event-was-made-already = Diese Veranstaltung gibt es schon.
says-event-has-no-record = Diese Veranstaltung hat hier keinen eigenen Verlauf.
says-event-over-cant-changed = Diese Veranstaltung ist vorbei: Sie lässt sich nicht mehr ändern.
says-ticket-type-cannot-removed = Eine Ticketart lässt sich nicht entfernen: Setz ihre Anzahl auf so viele, wie verkauft sind.
says-ticket-type-has-sold = Von der Ticketart { $value } sind { $second } verkauft oder reserviert: Weniger können es nicht sein.
says-event-over-money-its = Diese Veranstaltung ist vorbei, und das Geld für ihre Tickets ist ausgezahlt: Leg eine neue an.
says-tickets-are-sold-their = Tickets sind verkauft, und ihr Geld wird höchstens 400 Tage verwahrt: Die Veranstaltung muss mindestens drei Tage davor enden. Sag sie ab oder wähl ein früheres Ende.
says-event-on-cancel-or = Diese Veranstaltung läuft noch: Sag sie zuerst ab oder schließ sie ab.
says-event-ends-after-begins = Eine Veranstaltung endet, nachdem sie beginnt.
says-fair-must-digest-bodys = fair muss der Hash des Manifests im body sein.
says-must-have-one-item = { $name } muss für jede Ticketart des body einen Eintrag haben, in derselben Reihenfolge.
says-ends-must-bodys-endsat = ends muss endsAt des body in Millisekunden sein oder, wo es kein endsAt gibt, ein Tag nach startsAt.
says-scans-must-not-in = scans darf nicht in der Zukunft liegen: Die Uhr am Einlass geht mehr als fünf Minuten vor.
says-must-text-at-most = muss ein Text aus höchstens { $max } Zeichen sein
says-must-not-empty = darf nicht leer sein
says-must-time-like-2026 = muss eine Zeit wie 2026-12-31T20:00:00.000Z sein
says-must-signed-fair-manifest = muss ein unterschriebenes .fair-Manifest sein, das sagt, wer was von den Tickets bekommt
says-organiser-gives-free-places = Kostenlose Plätze gibt es hier für Leute mit einer E‑Mail-Adresse. Komm mit einem Link per E‑Mail oder benutz eine Einladung dieser Box.
says-ticket-another-event = Dieses Ticket ist für eine andere Veranstaltung.
says-event-over-its-tickets = Diese Veranstaltung ist vorbei: Ihre Tickets lassen sich nicht mehr weitergeben.
says-ticket-was-used-cannot = Dieses Ticket wurde schon benutzt: Es lässt sich nicht mehr weitergeben.
says-you-can-pass-ticket = Du kannst ein Ticket nur an jemand anderen weitergeben, der auf dieser Box einen Verlauf hat.
says-ticket-has-been-passed = Dieses Ticket wurde schon zu oft weitergegeben.
says-ticket-cost-what-you = Dieses Ticket hat { $value } gekostet, und so viel erstattest du.
says-reason-has-at-most = Eine Begründung hat höchstens { $reason-bytes-max } Bytes.
says-event-there-are-no = Diese Veranstaltung ist { $value ->
    [draft] ein Entwurf
    [published] veröffentlicht
    [paused] angehalten
    [cancelled] abgesagt
    [completed] abgeschlossen
   *[other] { $value }
}: Im Moment gibt es keine Tickets.
says-event-over = Diese Veranstaltung ist vorbei.
says-organiser-event-has-left = Wer diese Veranstaltung organisiert hat, ist nicht mehr auf dieser Box: Es werden keine Tickets mehr verkauft.
says-event-has-no-such = Diese Veranstaltung hat keine solche Ticketart.
says-one-order-may-have = Eine Bestellung kann 1 bis { $value } dieser Tickets umfassen.
says-one-person-may-have = Eine Person kann { $value } dieser kostenlosen Tickets haben, und du hast { $second }.
says-you-asked-for-places = Du hast schon um Plätze gebeten: Warte auf die Antwort oder zieh die Bitte zurück.
says-you-have-places-kept = Für dich sind schon Plätze reserviert: Bezahl sie oder gib sie auf.
says-these-tickets-are-sold = Diese Tickets sind ausverkauft
says-other-people-are-paying = Andere bezahlen gerade die letzten dieser Tickets. In ein paar Minuten werden vielleicht wieder welche frei
says-only-left = Nur noch { $left } übrig
says-was-done-before = Das ist schon geschehen.
says-payment-has-no-places = Für diese Zahlung sind keine Plätze reserviert.
says-event-was-cancelled = Diese Veranstaltung wurde abgesagt.
says-there-no-such-event-here = Diese Veranstaltung gibt es hier nicht.
says-only-organiser-event-may-do = Das darf nur, wer diese Veranstaltung organisiert.
says-event-ended-more-than = Diese Veranstaltung ist seit mehr als drei Tagen vorbei, und das Geld für ihre Tickets ist ausgezahlt. Einzelne Tickets lassen sich noch von der Organisation erstatten.
says-event-cannot-become = Eine Veranstaltung, die { $value ->
    [draft] ein Entwurf
    [published] veröffentlicht
    [paused] angehalten
    [cancelled] abgesagt
    [completed] abgeschlossen
   *[other] { $value }
} ist, kann nicht { $second ->
    [draft] ein Entwurf
    [published] veröffentlicht
    [paused] angehalten
    [cancelled] abgesagt
    [completed] abgeschlossen
   *[other] { $second }
} werden.
says-events-words-were-erased = Die Worte dieser Veranstaltung wurden gelöscht: Sie lässt sich nicht veröffentlichen.
says-only-organiser-event-owner = Absagen kann eine Veranstaltung nur, wer sie organisiert, und der Besitzer dieser Box.
says-event-cancelled-already = Diese Veranstaltung ist schon abgesagt.
says-there-no-such-ticket = Dieses Ticket gibt es nicht.
says-ticket-void-was-returned = Dieses Ticket ist ungültig: Es wurde zurückgegeben.
says-ticket-was-passed-on = Dieses Ticket wurde an jemand anderen weitergegeben.
says-two-tickets-came-one = Zwei Tickets bekamen dieselbe Nummer: Versuch es noch einmal.
says-events-words-were-erased-sells = Die Worte dieser Veranstaltung wurden gelöscht: Sie verkauft nichts mehr.
says-too-many-tickets = Das sind zu viele Tickets.
says-very-order-was-entered = Genau diese Bestellung wurde schon eingetragen. Deine Tickets sind unter /events/mine.
says-ask-post-events-api = Bitte POST /events/api/events/key zuerst um die Adresse der Veranstaltung: Das Manifest und deine Unterschrift nennen sie.
says-only-organiser-decides-owner = Das entscheidet nur, wer die Veranstaltung organisiert. Der Besitzer dieser Box kann eine Veranstaltung absagen.
says-event = Die Veranstaltung: { $error }.
says-was-done-before-your = Das ist schon geschehen. Was für dich reserviert ist, wird nach zehn Minuten automatisch frei.
says-was-approved-before = Das wurde schon genehmigt.
says-ticket-no-longer-valid = Dieses Ticket ist nicht mehr gültig.
says-tickets = { $count ->
    [one] { $count } Ticket
   *[other] { $count } Tickets
}
says-issued-tickets = { $count ->
    [one] { $count } ausgestelltes Ticket
   *[other] { $count } ausgestellte Tickets
}
says-organised-events = { $count ->
    [one] { $count } Veranstaltung von dir
   *[other] { $count } Veranstaltungen von dir
}
says-erased-events = { $count ->
    [one] { $count } gelöschte Veranstaltung
   *[other] { $count } gelöschte Veranstaltungen
}
says-events = { $count ->
    [one] { $count } Veranstaltung
   *[other] { $count } Veranstaltungen
}
says-check-ins = { $count ->
    [one] { $count } Einlass
   *[other] { $count } Einlässe
}
says-ticket-refunds = { $count ->
    [one] { $count } erstattetes Ticket
   *[other] { $count } erstattete Tickets
}
says-event-entries = { $count ->
    [one] { $count } Eintrag zu Veranstaltungen
   *[other] { $count } Einträge zu Veranstaltungen
}
says-ref-must-did-box = ref muss die DID sein, die diese Box für die Veranstaltung gemacht hat: Bitte POST /events/api/events/key darum.
says-must-address-begins-with = muss eine Adresse sein, die mit https:// beginnt
says-event-no-picture = Diese Veranstaltung hat kein Bild.
says-media-must-picture = media muss ein Bild nennen, das du hochgeladen hast: JPEG, PNG, WebP oder GIF.

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-list =
    Was los ist
    Hier stehen die Veranstaltungen von Leuten auf dieser Box.
    Tipp auf eine, um mehr zu lesen und ein Ticket zu bekommen, oder leg selbst eine an.
    Deine Entwürfe sehen andere nicht, und eine Veranstaltung für eine Gruppe sehen nur ihre Mitglieder.
help-event =
    Eine Veranstaltung
    Diese Seite sagt, was wann und wo stattfindet und wie du ein Ticket bekommst.
    Wähle ein Ticket, bitte um einen Platz, wenn der Veranstalter entscheidet, wer kommt, oder setz dich auf die Warteliste, wenn alles voll ist.
    Der Veranstalter sieht, wer kommt, und kann die Namen den anderen Gästen zeigen; dein Ticket kannst du weitergeben.
help-edit =
    Eine Veranstaltung anlegen
    Hier beschreibst du deine Veranstaltung: was, wann, wo, und was ein Ticket kostet.
    Ein Name und eine Zeit genügen; alles andere kann folgen.
    Niemand sonst sieht sie, bevor du sie veröffentlichst oder teilst, und du kannst sie später ändern.
help-mine =
    Deine Tickets
    Hier sind alle deine Tickets, jedes mit seinem Code für den Einlass.
    Zeig den Code eines Tickets am Eingang, oder speichere ihn vorher als Bild.
    Der Veranstalter sieht, auf welchen Namen ein Ticket ist, und du kannst es weitergeben oder, wenn es kostenlos war, zurückgeben.
help-door =
    Einlass
    Hier lässt du Leute mit ihren Tickets ein.
    Öffne die Seite einmal, solange du online bist, dann scann Tickets oder tipp auf Leute in der Liste.
    Du unterschreibst, wen du einlässt, und ohne Netz wird es gesendet, sobald du wieder online bist.
help-invite =
    Jemanden zu einer Veranstaltung einladen
    Von hier lädst du jemanden, den du kennst, zu einer Veranstaltung ein.
    Wähle die Veranstaltung; du kannst die Nachricht ändern, bevor du sie sendest.
    Die andere Person bekommt nichts, bis du die Nachricht sendest.
help-guests =
    Gästeliste
    In dieser Tabelle stehen alle, die ein Ticket haben.
    Tipp auf eine Überschrift, um sie zu sortieren, lade sie als Datei herunter, oder schreib allen Gästen auf einmal.
    Die Tabelle siehst nur du, und eine gesendete Nachricht lässt sich nicht zurückholen.
