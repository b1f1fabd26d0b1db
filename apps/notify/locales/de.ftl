# Notifications.

service = Benachrichtigungen
summary = Was es Neues für dich gibt: hier, auf deinen Geräten und per E‑Mail
home = Benachrichtigungen einstellen

## What operations did, said to the person whose record they are in.

op-seen = Du hast deine Benachrichtigungen angesehen
op-settings = Du hast gewählt, wie dich Benachrichtigungen erreichen

## What a delegation allows.

scope-seen = Deine Benachrichtigungen als gelesen markieren
scope-settings = Wählen, wie dich Benachrichtigungen erreichen

## Kinds of notifications.

kind-message = Nachrichten
kind-mention = Erwähnungen
kind-request = Anfragen
kind-turn = Wer in deinen Unterhaltungen ist
kind-connection = Kontakte
kind-ticket = Tickets
kind-event = Veranstaltungen
kind-share = Geteilte Alben
kind-payment = Zahlungen
kind-security = Sicherheit

## The list

# For a person without a public name.
somebody = Jemand

## The settings

lead = Wähle, wovon du erfahren willst und wie. <centre>Sieh dir an, was neu ist</centre>
kinds = Wovon du erfährst
kinds-hint = Nimm alle drei Häkchen weg, um von etwas nie zu erfahren.
way-page = Hier zeigen
way-push = Auf meine Geräte schicken
way-mail = In E‑Mails aufnehmen
letters = E‑Mail
letters-no-address = Diese Box kennt deine E‑Mail-Adresse nicht und kann dir deshalb keine schicken. <add>Adresse angeben</add>
mail = Wie oft
mail-daily = Einmal am Tag
mail-hourly = Einmal in der Stunde
mail-off = Nie
quiet = Ruhezeit
quiet-hint = In dieser Zeit erreichen deine Geräte nur Sicherheitsmeldungen.
quiet-on = Ruhezeit einhalten
quiet-from = Von
quiet-to = Bis
zone = Zeitzone
zone-hint = Zum Beispiel Europe/Zurich. Ohne Angabe gilt die deiner Box.
save = Speichern
browser = Dieser Browser
browser-on = Push-Nachrichten einschalten
browser-off = Push-Nachrichten ausschalten
no-time = Gib eine Uhrzeit wie 22:00 ein.
no-zone = Diese Zeitzone kennen wir nicht. Gib eine wie Europe/Zurich ein.
no-form = Dieses Formular war nicht lesbar. Lade die Seite neu und versuche es noch einmal.

## Letters

letter-subject = Neues auf { $site }
letter = Das ist neu für dich auf { $site }:
letter-line = { $kind }: { $said }
letter-more = … und { $count } weitere
letter-links =
    Alles ansehen: { $page }
    Wählen, was dich erreicht: { $settings }
    Keine solchen E‑Mails mehr: { $stop }
stop = Keine E‑Mails mehr
stop-lead = { $site } schickt dir keine E‑Mails mehr über Neues.
stop-do = Diese E‑Mails beenden
stopped = Du bekommst keine E‑Mails mehr
stopped-lead = In den <settings>Einstellungen</settings> kannst du es wieder ändern.
no-link = Dieser Link ist nicht vollständig. Kopiere ihn ganz aus der E‑Mail.

## Scripts

js-on = Push-Nachrichten sind in diesem Browser eingeschaltet.
js-off = Push-Nachrichten sind in diesem Browser ausgeschaltet.
js-denied = Du hast Benachrichtigungen dieser Seite blockiert. Erlaube sie zuerst in den Einstellungen deines Browsers.
js-turning = Einen Moment…

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-devices-for-push-messages = Geräte für Push-Mitteilungen
says-choices-notifications = Auswahl der Benachrichtigungen
says-browsers-give-their-addresses = Browser geben ihre Adressen nur einer einzigen Box: Erlaub Benachrichtigungen auf der neuen noch einmal
says-upto-in-future-nobody = upto liegt in der Zukunft: Das kann noch niemand gesehen haben.
says-you-have-already-marked = Du hast schon so viel oder mehr als gesehen markiert.
says-how-much-you-saw = Wie viel du gesehen hast, wird alle zehn Minuten einmal aufgeschrieben.
says-endpoint-must-https-address = endpoint muss eine https-Adresse im offenen Internet sein, aus höchstens 1.000 Zeichen.
says-keys-p256dh-must-point = keys.p256dh muss ein Punkt von P-256 sein, als base64url.
says-keys-auth-must-16 = keys.auth muss 16 Bytes haben, als base64url.
says-you-allowed-notifications-on = Du hast Benachrichtigungen in zehn Browsern erlaubt, mehr geht nicht. Schalte sie zuerst in einem aus.
says-you-have-no-such = Du hast hier keinen solchen Browser.
says-before-must-what-last = before muss sein, was die letzte Antwort so genannt hat.
says-devices-for-push-messages-2 = { $count ->
    [one] { $count } Gerät für Push-Mitteilungen
   *[other] { $count } Geräte für Push-Mitteilungen
}
says-choices-notifications-2 = { $count ->
    [one] { $count } Auswahl der Benachrichtigungen
   *[other] { $count } Einstellungen zu Benachrichtigungen
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-settings =
    Benachrichtigungen einstellen
    Hier wählst du, was du erfährst: auf dieser Box, auf deinen Geräten oder per E‑Mail.
    Kreuz an, was du wissen möchtest, und speichere; weiter unten schaltest du Push-Nachrichten für diesen Browser ein.
    In der Ruhezeit kommen nur Sicherheitsmeldungen als Push-Nachricht, und du kannst alles jederzeit ändern.
help-stop =
    Keine E‑Mails mehr
    Der Link in einer E‑Mail hat dich hergebracht, um E‑Mails über Neuigkeiten abzustellen.
    Tipp auf den Knopf.
    Du kannst sie jederzeit wieder bekommen, in den Einstellungen deiner Benachrichtigungen.
