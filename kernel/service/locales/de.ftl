# Der Rahmen aller Seiten, und Seiten der Box, die zu keiner App gehören.

## Um jede Seite

skip = Zum Inhalt springen
main = Hauptmenü
home = Start
more = Mehr
search = Suche
sign-in = Anmelden
begin = Loslegen
bell = { $count ->
    [0] Benachrichtigungen
   *[other] Benachrichtigungen, { $count } neu
}
badge = , { $count } neu
own-box = Diese Box gehört jemandem privat. Was dir hier gehört, kannst du <data>ansehen, mitnehmen oder löschen</data>.
how-it-works = So funktioniert’s
check-a-copy = Kopie prüfen

## Wenn etwas nicht gezeigt werden kann

problem-nothing = Hier ist nichts
problem-signin = Bitte melde dich an
problem-forbidden = Das darfst du nicht öffnen
problem-busy = Einen Moment bitte
problem-refused = Das hat nicht geklappt
problem-broken = Etwas ist schiefgelaufen
problem-home = Zurück zum Start

## Eine gesperrte Box

locked = Diese Box ist gesperrt
locked-lead = Sie ist gestartet, aber was sie bewahrt, ist versiegelt. Gib ihre Passphrase ein, um sie für alle zu öffnen.
locked-plain = Über einfaches HTTP nimmt die Box ihre Passphrase nicht an, weil andere mitlesen könnten. Öffne die Box unter ihrer <https/>-Adresse oder in einem Browser auf dem Gerät selbst.
locked-certificate = Warnt dich dein Browser, weil er diese Box nicht kennt? <trust>Lass dieses Gerät ihr vertrauen</trust>.
locked-key-file = Auch eine Schlüsseldatei öffnet sie: Steck den Stick ein, auf dem sie liegt.
locked-which = Gemeint ist die Passphrase, die beim Sperren der Box gewählt wurde. Ist sie verloren, ist auch das Versiegelte verloren; eine Sicherung bringt die Box zurück.
locked-wrong = { $left ->
    [0] Das ist nicht die Passphrase. Vor dem nächsten Versuch musst du etwas warten.
    [one] Das ist nicht die Passphrase. Du hast noch { $left } Versuch, bevor du warten musst.
   *[other] Das ist nicht die Passphrase. Du hast noch { $left } Versuche, bevor du warten musst.
}
locked-wait-seconds = { $count ->
    [one] Es gab zu viele falsche Versuche, deshalb wurde dieser nicht geprüft. Versuch es in { $count } Sekunde noch einmal.
   *[other] Es gab zu viele falsche Versuche, deshalb wurde dieser nicht geprüft. Versuch es in { $count } Sekunden noch einmal.
}
locked-wait-minutes = { $count ->
    [one] Es gab zu viele falsche Versuche, deshalb wurde dieser nicht geprüft. Versuch es in { $count } Minute noch einmal.
   *[other] Es gab zu viele falsche Versuche, deshalb wurde dieser nicht geprüft. Versuch es in { $count } Minuten noch einmal.
}
locked-somebody = Gerade versucht jemand anderes eine Passphrase. Versuch es gleich noch einmal.
locked-passphrase = Passphrase
locked-open = Box öffnen

## Eine Box mit vollem Datenträger

full = Der Datenträger dieser Box ist voll
full-lead = Er ist so voll, dass die Box nicht öffnen kann, was sie bewahrt. Nichts ist verloren. Die Box macht ohne Neustart weiter, sobald Platz ist.
full-now = Im Moment sind { $free } von { $total } frei, und die Box reserviert { $reserve } fürs Anmelden, Löschen und für Kopien.
full-what = Entferne, was andere Programme auf dem Datenträger gelassen haben, oder verschieb den ganzen Datenordner auf einen größeren.
full-commands = Auf dem Gerät selbst zeigt <doctor/>, was den Platz belegt, und <export/> schreibt den Verlauf einer Person auf einen anderen Datenträger.
full-unavailable = Diese Box wartet auf Platz auf ihrem Datenträger. Bis dahin lässt sich nichts lesen oder schreiben; sie macht ohne Neustart weiter.

## Adressen

wrong-host-title = Das ist nicht die Adresse der Box
wrong-host = Diese Box benutzt den Namen in dieser Adresse nicht und antwortet dort nicht. Prüf die Adresse auf Tippfehler oder frag den Besitzer der Box nach der richtigen.
wrong-host-home = Zu Hause zeigt die Box ihre Adresse beim Start auf ihrem Bildschirm oder in ihrem Log.
no-host = Die Anfrage braucht einen Host-Header.
no-such-page = Unter dieser Adresse gibt es nichts.
metrics-refused = Nur Programme auf dem Gerät der Box können ihre Metriken lesen. Ihr Besitzer kann das mit { $setting } ändern.
