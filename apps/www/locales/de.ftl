# Die Seiten der Box.
#
# Begriffe, für alle Dateien de.ftl: wir sagen du, schreiben kurz und aktiv, und nennen jede Sache immer gleich.
#   box: Box (die)                     key: Schlüssel             recovery sheet: Wiederherstellungsblatt
#   record: Verlauf                    entry: Eintrag             copy (bundle): Kopie
#   username (handle): Benutzername    email: E‑Mail              link: Link
#   your ID (DID): deine ID            connection: Kontakt        to connect: sich verbinden
#   owner: Besitzer                    member: Mitglied           guest: Gast
#   to vouch: bürgen                   invitation: Einladung      claim link: Besitzlink
#   sign (a change): unterschreiben    sign in/out: anmelden/abmelden
#   delegation: Vollmacht              device: Gerät              backup: Sicherung
#   ticket: Ticket                     event: Veranstaltung       group: Gruppe
#   refund: Erstattung, erstatten      currency: Währung          payment: Zahlung
#   passphrase: Passphrase (die)       claim code: Besitzcode     to withdraw: zurückziehen
#   standing: Vertrauen                to see: ansehen

service = Diese Box
data = Meine Daten
devices = Geräte
trust = Vertrauen
apps = Apps, die für mich handeln
copy = Kopie mitnehmen
move = Auf eine andere Box umziehen
delete = Meine Daten löschen
front = Name und Bild
invite = Leute einladen
letters = Wartende E‑Mails
health = Status
backups = Sicherungen
network = Netzwerk
lock = Sperre
owner = Diese Box übergeben
power = Neu starten oder ausschalten

## Start

home = Start
hello = Hallo, { $name }
hello-you = Hallo
home-waiting = Wartet auf dich
home-new = Neu
home-coming = Demnächst
first-steps = { $count ->
    [one] Noch eine Sache zu tun
   *[other] Noch { $count } Dinge zu tun
}
first-hide = Liste ausblenden
first-name = Gib der Box einen Namen
first-invite = Lade jemanden ein
first-backups = Wähle, wohin die Sicherungen gehen
first-mail = Richte den E‑Mail-Versand ein
first-way-in = Mach die Box von unterwegs erreichbar
home-quiet = Alles ruhig. Im Moment gibt es nichts zu tun.
home-quiet-why = Hier siehst du, was auf { $site } passiert.
home-try = Schau, was du hier machen kannst
new-address = Deine Box hat eine neue Adresse
new-address-why = Unter <strong>{ $address }</strong> warnt dich kein Browser mehr, weder zu Hause noch unterwegs. Möchtest du dort einen Schlüssel anlegen und ihn hier unter „Geräte“ bestätigen? Dein Wiederherstellungsblatt bleibt gültig, und diese Adresse funktioniert weiter.
new-address-key = Dort einen Schlüssel anlegen
this-box = Diese Box
box-fine = { $site } geht es gut.
backup-newest = Letzte Sicherung: <time/>.
backup-none = Noch keine Sicherung.
backup-risk = Wenn die Karte der Box kaputtgeht, ist alles darauf verloren.
backup-set-up = Sicherungen einrichten
backup-first = Jetzt die erste anlegen
alarm-warning = Warnung
alarm-urgent = braucht dich
alarm-todo = Das kannst du tun:
alarm-open = Ansehen

## Mehr und Einstellungen

more = Mehr
settings = Einstellungen
settings-you = Du
sign-out = Abmelden
language = Sprache
use-language = Diese Sprache verwenden
no-such-language = Diese Sprache spricht die Box noch nicht. Wähle eine aus der Liste.

## Suche

search = Suche
search-what = Wonach suchst du?
search-hint = Finde Leute, Unterhaltungen, Veranstaltungen, Fotos, Links, Kurse und was in deinem Verlauf steht. Jemanden auf einer anderen Box findest du unter dem Namen mit der Box: @maya@box.example.
search-nothing = Nichts gefunden für „{ $words }“. Prüf die Schreibweise oder versuch es mit weniger Wörtern.
search-people = Leute
search-found = Gefunden
search-record = In deinem Verlauf
search-places = Seiten

## Benachrichtigungen

notifications = Benachrichtigungen
notifications-none = Nichts Neues.
notifications-hint = Wenn sich jemand mit dir verbindet oder etwas deine Bestätigung braucht, findest du es hier.
mark-all-read = Alle als gelesen markieren
new = Neu

## Die Startseite für Besucher

front-lead = Eine kleine Box bei jemandem zu Hause. Sie bewahrt auf, was den Leuten gehört, die sie benutzen. Sie unterschreiben es selbst und können es jederzeit mitnehmen.
front-description = Eine private Box: Hier bewahren Leute ihre Daten auf, unterschreiben sie und behalten sie in der Hand.
front-why-keys = Was Leute hier tun, unterschreiben sie mit Schlüsseln, die in ihren eigenen Browsern bleiben. Die Box bewahrt den Verlauf auf, kann aber für niemanden unterschreiben.
front-why-copy = Alle können ihren ganzen Verlauf als eine Datei mitnehmen und sie ohne diese Box <verify>prüfen</verify>. <docs>So funktioniert’s</docs>
front-invited = Ich habe eine Einladung
front-sign-in = Anmelden
front-on = Was hier los ist
front-what = Was Leute hier machen
front-how = So funktioniert’s
people-here = Leute hier
somebody = Jemand
unclaimed = Diese Box gehört noch niemandem
unclaimed-how = Beim ersten Start hat sie einen Besitzlink und einen Code gezeigt. Wer den Link zuerst öffnet, wird Besitzer der Box.
unclaimed-code = Ich habe den Code
unclaimed-wifi = Mit deinem WLAN verbinden

## Teile von Seiten

scripts-off = Diese Seite braucht Skripte, und in diesem Browser sind sie ausgeschaltet. Erlaube sie für diese Adresse und lade die Seite neu.
lent-name = Der Name dieser Seite gehört { $registry } und könnte von dort anderswohin geleitet werden. Darum unterschreibt ein Schlüssel, den du hier anlegst, für dich, kann aber nicht ändern, welche Schlüssel deine sind. Dein Wiederherstellungsblatt kann das, ebenso ein Schlüssel, den du zu Hause oder unter einem eigenen Namen deiner Box anlegst. Sie können es ihm später erlauben.
how-do-i-know = Woher weiß ich das?
owner-only = Diese Seite ist nur für den Besitzer der Box.
sign-in-first = Melde dich zuerst an.
nobody-looks-after = Auf diesem Gerät verwaltet nichts die Box, deshalb kann sie das nicht.
back = Zurück
looking = Einen Moment…
continue = Weiter
print = Drucken
save-as-file = Als Datei speichern
have-sheet = Ich hab’s, weiter
open-sheet = Blatt öffnen
sheet-scan = Code mit der Kamera scannen
sheet-file = Die gespeicherte Datei oder ein Foto des Codes
sheet-letters = Oder die Buchstaben vom Papier
sheet-letters-hint = Zehn Zeilen mit je 25. Großschreibung und Leerzeichen spielen keine Rolle.
paper-title = Wiederherstellungsblatt von <name/>
paper-made = Erstellt am <date/>. Es öffnet sich nur mit deiner Passphrase, und die steht nicht darauf.
paper-box = Box: <address/>
paper-backups = Box von Freunden mit meinen Sicherungen:
paper-id = Deine ID: <did/>
paper-use = So kommst du wieder hinein: Öffne die Adresse deiner Box im Browser, wähle „Anmelden“ und dann „Vom Blatt wiederherstellen“.
sheet-passphrase = Eine Passphrase für dein Wiederherstellungsblatt
sheet-passphrase-hint = Sie schützt das Blatt. Wähl eine, die du auch in ein paar Jahren noch weißt.
show-typed = Zeigen, was ich tippe
suggest = Eine vorschlagen, die sich gut aussprechen lässt
elsewhere = Warst du schon unter einer anderen Adresse hier? Der Browser verwahrt die Schlüssel für jede Adresse getrennt, deiner liegt vielleicht dort:

## Vertrauen

trust-title = Wer für mich bürgt
trust-missing = Was noch fehlt, bis du hier etabliert bist
trust-established-may = Etablierte Mitglieder können für andere bürgen, bestätigen, was sie gesehen haben, vor jemandem warnen und Leute einladen.
trust-confirm = Braucht deine Bestätigung
trust-confirm-hint = Bestätige, was stimmt. Sobald deine Unterschrift neben der anderen steht, zählt es, und ihr habt es beide in eurem Verlauf.
trust-why-signed = Jede Aussage ist von der Person unterschrieben, die sie gemacht hat, und von der bestätigt, um die es geht. Beide haben sie in ihrem Verlauf. Deshalb kann sie niemand allein ändern, und diese Box kann keine erfinden.
trust-why-same = Die Tabelle unten zeigt jede Aussage, die zählt, und wie viel davon noch übrig ist. Mit denselben Aussagen kommen alle auf dasselbe Ergebnis.
trust-sum = Was es zusammen ergibt
trust-table = Als Tabelle zeigen
trust-who = Wer
trust-what = Was
trust-age = Nach Alter übrig
trust-share = Anteil
trust-how = Vertrauen beginnt beim Besitzer dieser Box und breitet sich über das aus, was Leute voneinander sagen. Mit der Zeit verblasst es; je mehr verschiedene Leute etwas sagen, desto mehr zählt es. Was du über dich selbst sagst, zählt nicht. <docs>So funktioniert’s</docs>, und <policy>das erlaubt diese Box</policy>.
js-trust-soft = Du bist als Gast hier, ohne eigenen Schlüssel. Tickets, Kurse, Chats und Lesen stehen dir offen.
js-trust-preliminary = Du hast einen eigenen Schlüssel. Du kannst Veranstaltungen anlegen und dich mit allen verbinden.
js-trust-established = Du bist hier etabliert. Du kannst für Leute bürgen, bestätigen, was du gesehen hast, warnen und einladen.
js-trust-connections = { $wanted ->
    [one] { $there } von { $wanted } bestätigten Kontakt
   *[other] { $there } von { $wanted } bestätigten Kontakten mit verschiedenen Leuten
}
js-trust-occasions = { $wanted ->
    [one] { $there } von { $wanted } besuchten Veranstaltung oder abgeschlossenen Zahlung hier
   *[other] { $there } von { $wanted } besuchten Veranstaltungen oder abgeschlossenen Zahlungen hier
}
js-trust-days = { $wanted ->
    [one] { $there } von { $wanted } Tag, seit dein Verlauf begonnen hat
   *[other] { $there } von { $wanted } Tagen, seit dein Verlauf begonnen hat
}
js-trust-warnings = { $there ->
    [one] { $there } offene Warnung ({ $wanted } erlaubt)
   *[other] { $there } offene Warnungen ({ $wanted } erlaubt)
}
js-trust-said-vouch = bürgt für dich
js-trust-said-accepted = ist mit dir verbunden
js-trust-said-invited = hat dich eingeladen, euch zu verbinden
js-trust-said-settled = hat eine abgeschlossene Zahlung gesehen
js-trust-said-customer = hat deinen ersten Kauf gesehen
js-trust-said-attendance = hat dich bei einer Veranstaltung gesehen
js-trust-said-root = hat dich kennengelernt: der Anfang deines Verlaufs hier
js-trust-said-yellow = warnt vor dir
js-trust-said-session = hat gesehen, dass du dich angemeldet hast
js-trust-said-completed = bestätigt, dass du einen Kurs abgeschlossen hast
js-trust-said-other = sagt „{ $type }“
js-trust-confirm = Bestätigen
js-trust-decline = Stimmt nicht
js-trust-signing = Wird unterschrieben …
js-trust-declining = Wird abgelehnt …
js-trust-root = Das Vertrauen beginnt bei dir: Du bist der Besitzer dieser Box.
js-trust-sum-few = { $count ->
    [0] Noch zählt keine Aussage über dich.
    [one] { $count } Aussage über dich zählt.
   *[other] { $count } Aussagen über dich zählen.
}
js-trust-sum = { $count ->
    [one] Das Vertrauen in dich ist { $share } von dem in den Besitzer, aus { $count } Aussage, die zählt.
   *[other] Das Vertrauen in dich ist { $share } von dem in den Besitzer, aus { $count } Aussagen, die zählen.
}
js-trust-withheld = { $count ->
    [one] { $count } weitere Aussage zählt, die du nicht sehen kannst.
   *[other] { $count } weitere Aussagen zählen, die du nicht sehen kannst.
}

## Eine Identität anlegen

create = Deine Identität anlegen
create-steps = Schritte
create-step-name = Name
create-step-key = Schlüssel
create-step-sheet = Blatt
create-step-test = Probe
create-step-done = Fertig
create-closed = Diese Box nimmt niemanden mehr auf
create-closed-why = Die Box ist für Neue geschlossen. Bist du schon hier? <signin>Melde dich an</signin>.
create-name = Wie heißt du?
create-signed-in = Du bist als { $name } angemeldet. Was du hier anlegst, ist eine zweite Identität mit eigenem Schlüssel und eigenem Verlauf.
create-signed-in-home = Zur Startseite
create-own = Du bist mit einem Link aus einer E‑Mail hereingekommen. Jetzt bekommst du einen eigenen Schlüssel. Deine ID und alles, was du hast, bleiben gleich. Mit einer Einladung kannst du hier mehr machen.
create-your-name = Dein Name
create-name-hint = So, wie deine Freunde dich nennen. Du kannst ihn jederzeit ändern.
create-before = Warst du schon hier? Dann <signin>melde dich an</signin>.
create-claim = Besitzcode
create-claim-hint = Diese Box gehört noch niemandem. Beim Start hat sie einen Code gezeigt. Wer ihn zuerst eingibt, wird Besitzer.
create-invite = Deine Einladung
create-invite-hint = Der Code von der Person, die dich eingeladen hat.
create-key = Dein Schlüssel
create-key-what = Dein Schlüssel ist eine sehr lange geheime Zahl. Dieser Browser erzeugt sie für dich und gibt sie nie heraus. Damit unterschreibst du, was du tust. So sehen alle, dass du es warst, und niemand kann sich als du ausgeben, auch nicht diese Box.
create-sheet-next = Als Nächstes kommt ein Blatt Papier. Es bringt dich zurück, wenn dieses Gerät kaputt- oder verloren geht. Das Blatt hat einen eigenen Schlüssel und funktioniert auch ohne dieses Gerät.
create-make = Meinen Schlüssel anlegen
create-over = Von vorn anfangen
create-sheet = Dein Wiederherstellungsblatt
create-sheet-lead = Druck dieses Blatt oder speichere es auf einem Stick und leg es zu deinen wichtigen Papieren. Ohne deine Passphrase öffnet es nichts.
create-over-key = Mit einem neuen Schlüssel von vorn anfangen
create-test = Funktioniert das Blatt?
create-test-lead = Lies es jetzt wieder ein, solange noch nichts davon abhängt. Auf ein Blatt, das du nie ausprobiert hast, ist kein Verlass.
create-passphrase = Deine Passphrase
create-back = Zurück zum Blatt
create-finishing = Das Blatt funktioniert. Deine Box erfährt es gerade…
create-almost = Fast fertig
create-almost-why = Dein Schlüssel und dein Blatt sind in Ordnung. Nur die Box hat dich noch nicht aufgenommen.
create-claim-again = Vergleich ihn mit dem Code, den deine Box zeigt.
create-again = Noch einmal versuchen
create-welcome = Willkommen, <name/>
create-done = Dein Schlüssel ist in diesem Browser, dein Blatt funktioniert, und dein Verlauf hat begonnen. Ab jetzt unterschreibst du, was du tust.
create-owner = Du bist Besitzer dieser Box. Du lädst Leute ein, kümmerst dich um Sicherungen und bestimmst die Einstellungen.
create-member = Du bist Mitglied dieser Box. Hier steht dir alles offen.
create-guest = Du bist Gast auf dieser Box. Du kannst hier fast alles nutzen. Mit einer Einladung des Besitzers wirst du Mitglied.
create-stranger = Deine ID gibt es jetzt, aber du bist hier noch kein Mitglied. Bitte den Besitzer dieser Box um eine Einladung.
create-connect = Einladung zur Verbindung annehmen
create-profile = Dein Profil ausfüllen
create-lock = Diese Box mit einer Passphrase sperren?
create-lock-why = Wer die Box oder ihre Karte stiehlt, kann lesen, was darauf ist. Mit einer Sperre öffnen sich ihre Schlüssel, Adressen und E‑Mails nur mit einer Passphrase. Dafür tippst du sie nach jedem Stromausfall ein.
create-lock-how = Was eine Sperre bedeutet und wie du sie einrichtest
create-lock-later = Das geht jederzeit, unter „Einstellungen“.
create-anywhere = Auch unterwegs öffnen?
create-anywhere-why = Im Moment antwortet deine Box nur zu Hause. Mit einem Namen aus einem Verzeichnis erreichst du sie von überall, deine Gäste auch, und niemand dazwischen kann mitlesen.
create-look = Oder schau dir <data>deine Daten</data> an.
create-resumed = Du machst da weiter, wo du aufgehört hast.
js-create-claimed = Dieser Link macht dich zum Besitzer dieser Box.
js-create-invited = Deine Einladung gilt.
js-create-invited-by = { $name } lädt dich auf { $box } ein. Deine Einladung gilt.
js-create-invited-connect = { $name } lädt dich auf { $box } ein. Sobald du deinen Schlüssel hast, seid ihr verbunden.
js-create-connected = Du und { $name } seid verbunden.
js-create-write = An { $name } schreiben
js-create-no-claim = Diese Box gehört noch niemandem, deshalb braucht sie zuerst ihren Besitzcode.
js-create-no-invite = Um hier anzufangen, brauchst du eine Einladung. Bitte den Besitzer dieser Box um eine.
js-create-no-name = Schreib den Namen, den andere sehen sollen. Du kannst ihn später ändern.
js-create-checking = Wird geprüft…
js-passphrase-short = Nimm mindestens { $count } Zeichen. Vier Wörter, die du dir merken kannst, sind gut.
js-create-making = Dein Schlüssel wird angelegt…
js-sheet-first = Lies zuerst dein Blatt ein: scanne es, wähl die gespeicherte Datei oder tipp die Buchstaben vom Papier ab.
js-sheet-needs-passphrase = Das Blatt öffnet sich nur mit seiner Passphrase.
js-sheet-opening = Das Blatt wird geöffnet…
js-create-other-sheet = Das Blatt ist in Ordnung, gehört aber zu einer anderen ID. Nimm das, das du gerade gedruckt oder gespeichert hast.
js-create-first-sheet = Mein erstes Blatt
js-create-own-already = Du hast schon einen eigenen Schlüssel. Weitere kannst du unter „Geräte“ hinzufügen.
js-codes-claim = Das ist nicht der Besitzcode dieser Box. Du findest ihn dort, wo die Box gestartet ist: auf ihrem Bildschirm, ihrer Karte oder ihrer Konsole.
js-codes-claimed = Diese Box hat schon einen Besitzer, deshalb gilt ihr Besitzcode nicht mehr. Bitte den Besitzer um eine Einladung.
js-codes-invite = Diese Einladung gilt nicht mehr: Sie ist aufgebraucht, abgelaufen oder enthält einen Tippfehler. Bitte um eine neue.

## Der Weg hinein

certificate-title = Der Weg hinein
certificate-trust = Dieses Gerät deiner Box vertrauen lassen
certificate-trust-why = Für Benachrichtigungen, Passkeys und keine Warnungen mehr. Das geht auch später, und einmal genügt.
certificate-get = 1. Zertifikat laden
certificate-apple = Für iPhone, iPad, Mac
certificate-others = Für alle anderen
certificate-install = 2. Installieren
certificate-compare = 3. Vergleichen
certificate-compare-how = In den Details des Zertifikats zeigt dein Gerät einen „SHA-256-Fingerabdruck“. Deine Box hat beim Start auch einen gezeigt („sha256“). Beide müssen gleich sein. Sind sie es nicht, steckt jemand zwischen dir und deiner Box: Entferne das Zertifikat wieder.
certificate-this-page = Diese Seite zeigt:
certificate-none = Diese Box hat kein eigenes Zertifikat
certificate-none-secure = Deine Verbindung zu dieser Box ist schon geschützt. Auf deinem Handy musst du nichts installieren.
certificate-none-plain = Diese Box nutzt gerade kein HTTPS. Ihr Besitzer kann es in ihren Einstellungen mit „tls.listen“ einschalten. Ist sie gerade erst gestartet, kennt sie vielleicht die Uhrzeit noch nicht: Warte eine Minute.
certificate-none-yet = Diese Box hat kein eigenes Zertifikat: Sie nutzt kein HTTPS oder kennt die Uhrzeit noch nicht.
certificate-back = Zurück zum Start
certificate-steps-ios = iPhone und iPad
certificate-ios-1 = Öffne diese Seite in Safari, tippe oben auf „Für iPhone, iPad, Mac“ und erlaube den Download.
certificate-ios-2 = Öffne die Einstellungen. Tippe ganz oben auf „Profil geladen“ und dann auf „Installieren“.
certificate-ios-3 = Geh zu Einstellungen › Allgemein › Info › Zertifikatsvertrauenseinstellungen und schalte <name/> ein.
certificate-android-1 = Tippe oben auf „Für alle anderen“. Dein Handy speichert die Datei imajin-box.crt.
certificate-android-2 = Öffne die Einstellungen und suche nach „CA-Zertifikat“ (Sicherheit › Weitere › Zertifikat installieren).
certificate-android-3 = Tippe auf „Trotzdem installieren“ und wähle die Datei.
certificate-mac-1 = Öffne das geladene Profil. Geh dann zu Systemeinstellungen › Allgemein › Geräteverwaltung und installiere es.
certificate-mac-2 = Öffne die Schlüsselbundverwaltung, such <name/>, öffne es und stell unter „Vertrauen“ auf „Immer vertrauen“.
certificate-windows-1 = Öffne die Datei imajin-box.crt. Wähle „Zertifikat installieren“, dann „Aktueller Benutzer“.
certificate-windows-2 = Wähle „Alle Zertifikate in folgendem Speicher speichern“, dann „Vertrauenswürdige Stammzertifizierungsstellen“.
certificate-steps-linux = Linux, und Firefox auf jedem System
certificate-linux-firefox = Firefox: Einstellungen › Datenschutz & Sicherheit › Zertifikate anzeigen › Zertifizierungsstellen › Importieren, und „Websites identifizieren“ ankreuzen.
certificate-linux-chromium = Chromium: Einstellungen › Datenschutz und Sicherheit › Sicherheit › Zertifikate verwalten › Benutzerdefiniert › Importieren.
certificate-linux-system = Das ganze System (Debian): Kopiere die Datei nach /usr/local/share/ca-certificates und führe update-ca-certificates aus.
certificate-other-device = Ein anderes Gerät
certificate-other-device-how = Um diese Seite auf einem anderen Gerät im selben Netzwerk zu öffnen, scanne das hier mit dessen Kamera.
certificate-code = Ein Code, der zu { $link } führt
certificate-can = Was dieses Zertifikat kann und was nicht
certificate-can-names = Deine Box hat es selbst gemacht, und der Schlüssel dazu verlässt sie nie. Es gilt nur für Namen zu Hause (<local/>), für den eigenen Namen dieser Box und für private Adressen. Niemand kann sich damit als deine Bank ausgeben, nicht einmal ein Dieb, der deine Box hat.
certificate-can-now = Im Moment benutzt deine Box diese Namen: { $names }. Ihr Zertifikat dafür gilt bis { $date }, und die Box erneuert es automatisch.
certificate-can-lost = Solltest du deine Box einmal verlieren, entferne „{ $name }“ von deinem Handy.
certificate-profile = Lässt dieses Gerät deiner eigenen Box vertrauen, nur zu Hause.
wayin-inside = Du bist drin
wayin-inside-why = Diese Verbindung ist geschützt. Dein Schlüssel liegt in diesem Browser, unter <host/>. Dein Wiederherstellungsblatt bringt ihn überall zurück.
wayin-continue = Weiter
wayin-here = Hier ist deine Box
wayin-looking = Der sicherste Weg hinein wird gesucht …
wayin-known = Dein Browser kennt deine Box schon.
wayin-unknown = Dein Browser kennt diese Box noch nicht und wird dich warnen. Mach nur zu Hause weiter, in deinem eigenen WLAN.
wayin-chromium = In Chrome, Edge und anderen Browsern tippst du auf der nächsten Seite auf „Erweitert“ und dann auf „Weiter zu …“.
wayin-firefox = In Firefox tippst du auf der nächsten Seite auf „Erweitert“, wartest eine Sekunde und tippst dann auf „Risiko akzeptieren und fortfahren“.
wayin-safari = In Safari tippst du auf der nächsten Seite auf „Details einblenden“ und dann auf „diese Website öffnen“.
wayin-only-here = Mach das nur für <host/> und nie für eine andere Adresse.
wayin-safari-week = Safari vergisst manchmal Seiten, die du eine Woche lang nicht geöffnet hast. Heb dein Wiederherstellungsblatt auf: Es bringt deinen Schlüssel zurück.
wayin-install = Stattdessen das Zertifikat installieren
wayin-warning = Was die Warnung bedeutet
wayin-warning-why = Deine Box hat ihr Zertifikat selbst gemacht, deshalb bürgt keine Firma dafür. Sobald du weitergehst, kann niemand mitlesen. Aber jemand, der genau jetzt im selben WLAN ist, könnte dir statt deiner Box eine falsche Seite zeigen. Mach das deshalb nur zu Hause.
wayin-warning-compare = Wenn du sichergehen willst, öffne in den Details der Warnung das Zertifikat. Vergleich den SHA-256-Fingerabdruck seines Ausstellers mit diesem und mit dem, den deine Box beim Start gezeigt hat:
wayin-scripts-off = In diesem Browser sind Skripte ausgeschaltet, deshalb kann diese Seite keinen besseren Weg suchen.

## Wiederherstellungsblätter

js-paper-code = Dieselben Buchstaben als Code für die Kamera
js-paper-title = Wiederherstellungsblatt von { $name }
js-paper-box = Box: { $address }
js-paper-backups = Box von Freunden mit meinen Sicherungen: ____________________
js-paper-id = Deine ID: { $did }
js-paper-made = Erstellt am { $date }
js-paper-use = Mit diesem Blatt und deiner Passphrase kommst du wieder hinein: Öffne die Adresse deiner Box im Browser, wähle „Anmelden“ und dann „Vom Blatt wiederherstellen“.
js-paper-keep = Leg es zu deinen wichtigen Papieren. Ohne die Passphrase öffnet es nichts.
js-paper-saved = Dein Browser speichert das Blatt als { $file }. Wähl diese Datei hier aus.
sheets-lead = Ein Wiederherstellungsblatt bringt dich zurück, wenn ein Gerät kaputt- oder verloren geht. Jedes Blatt hat einen eigenen Schlüssel und funktioniert deshalb, egal, was mit deinen Geräten passiert.
sheets-no-key = Du bist angemeldet, aber dieser Browser hat deinen Schlüssel nicht: Du kannst alles ansehen, aber nichts unterschreiben. <restore>Hol ihn von einem Blatt zurück</restore>.
sheets-shared = Ein Blatt aus der Zeit vor dieser Seite hat denselben Schlüssel wie das Gerät, auf dem du es angelegt hast. Nimmst du das Gerät außer Betrieb, gilt auch das Blatt nicht mehr. Leg zur Sicherheit ein neues an.
sheets-lent = Der Name dieser Seite gehört { $registry } und könnte von dort zu einer Seite geleitet werden, die mitliest, was du anlegst. Leg ein neues Blatt darum zu Hause an oder unter einem eigenen Namen deiner Box.
sheets-new = Neues Blatt anlegen
sheets-try = Ein Blatt ausprobieren
sheets-devices = Deine Geräte
sheets-make = Ein neues Wiederherstellungsblatt
sheets-where = Wo bewahrst du es auf?
sheets-where-hint = Ein Name für deine eigene Liste, zum Beispiel „Schublade“ oder „bei meiner Schwester“.
sheets-limits = Es bringt dich zurück und unterschreibt für dich wie ein Gerät. Kopien, die mit deinem Schlüssel verschlüsselt sind, und Sicherungen deiner eigenen Box öffnet nur dein allererstes Blatt: Heb das gut auf.
sheets-make-it = Blatt anlegen
sheets-yours = Dein neues Blatt
sheets-yours-lead = Druck dieses Blatt oder speichere es auf einem Stick. Es gilt, sobald du es im nächsten Schritt wieder eingelesen hast.
sheets-test-lead = Lies es ein. Dein Browser öffnet es gleich hier und schickt weder das Blatt noch deine Passphrase irgendwohin.
js-sheets-none = Du hast noch kein Blatt mit eigenem Schlüssel.
js-sheets-revoke-it = Das Blatt „{ $name }“ widerrufen
js-sheets-revoke = Widerrufen
js-sheets-made = Erstellt am { $date }
js-sheets-yes = Ja, widerrufen
js-sheets-revoke-why = Danach bringt „{ $name }“ deinen Schlüssel nicht mehr zurück. Deine anderen Geräte werden abgemeldet, und du meldest dich dort neu an.
js-sheets-revoked = „{ $name }“ ist widerrufen.
js-sheets-programs = Programme, die ein Schlüssel außer Betrieb verbunden hat, handeln weiter für dich: siehe „Geräte“.
js-sheets-no-name = Gib dem Blatt einen Namen, damit du deine Blätter unterscheiden kannst.
js-sheets-making = Das Blatt wird angelegt…
js-sheets-other = Das Blatt ist in Ordnung, aber es ist ein anderes. Nimm das, das du gerade gedruckt oder gespeichert hast.
js-sheets-valid = Das Blatt „{ $name }“ funktioniert und gilt ab jetzt.
js-sheets-not-yours = Dieses Blatt lässt sich öffnen, aber es ist nicht deins: Es gehört zu einer anderen ID.
js-sheets-was-revoked = Dieses Blatt lässt sich öffnen, aber du hast es widerrufen: Es bringt dich nicht zurück. Leg ein neues an.
js-sheets-works = Das Blatt „{ $name }“ funktioniert.
js-sheets-works-shared = Dieses Blatt funktioniert. Es hat denselben Schlüssel wie ein Gerät.

## Anmelden mit einem Link

mail-title = Anmelden
mail-ready = Deine E‑Mail hat dich hierher geführt. Einmal tippen, und du bist angemeldet.
mail-once = Der Link gilt einmal. Dieser Browser bleibt danach einen Tag lang angemeldet.
mail-code = Bewahre diesen Code auf
mail-code-why = Mit diesem Code und deiner E‑Mail-Adresse kannst du dich jederzeit wieder anmelden, auch wenn diese Box keine E‑Mails verschickt. Du siehst ihn nur dieses eine Mal, also schreib ihn auf.
mail-code-done = Ich habe ihn aufgeschrieben
mail-in = Du bist angemeldet
mail-in-read = Lies den Text oben, bevor du weitermachst.
mail-broken = Dieser Link ist unvollständig
mail-broken-why = Öffne ihn noch einmal aus der E‑Mail oder kopiere den ganzen Link in die Adresszeile.
mail-again = Noch einen Link anfordern
js-mail-in = Du wirst angemeldet …

## E‑Mails, die warten

letters-sending = Deine Box verschickt sie automatisch. Diese warten noch.
letters-handing = Deine Box hat keinen Mailserver und kann diese E‑Mails nicht verschicken. Gib jede nur der Person weiter, für die sie ist: Mit einem Anmeldelink kann sich jeder anmelden, der ihn hat. Ist er für einen Gast, der schon einmal hier war, enden alle seine Sitzungen, und in seinem Verlauf steht das für immer. Wer seinen Code noch hat, braucht dich dafür nicht.
letters-server = Mailserver nennen
letters-none = Keine E‑Mail wartet.
js-letters-to = An { $to }, geschrieben { $when }, läuft { $end } ab.
js-letters-tried = { $tries ->
    [one] Noch nicht verschickt, nach { $tries } Versuch: { $why }
   *[other] Noch nicht verschickt, nach { $tries } Versuchen: { $why }
}
js-letters-link = den Link
js-letters-text = Die ganze E‑Mail

## Diese Box übergeben

inherited-mail = Diese Box verschickt ihre E‑Mails noch über { $server }, wie es vorher eingerichtet war. Behalten oder vergessen?
inherited-backups = Sicherungen gehen noch nach { $to }, wie es vorher eingerichtet war. Behalten oder vergessen? Vorhandene Sicherungen bleiben auf jeden Fall.
inherited-keep = Behalten
inherited-forget = Vergessen
inherited-none = Hier gibt es nichts mehr zu vergessen.
owner-lead = Die Daten von allen bleiben, wo sie sind. Es ändert sich nur, wer sich um die Box kümmert: Einladungen, Sicherungen, Updates und ihr Name.
owner-looking = Die Leute hier werden geladen …
owner-heir = Wer kümmert sich ab jetzt darum?
owner-choose = Auswählen …
owner-nobody = Noch niemand: die Box freigeben
owner-released = Eine freigegebene Box zeigt auf Bildschirm und Konsole einen neuen Besitzcode. Wer ihn zuerst eingibt, wird ihr Besitzer.
owner-sure = Ich weiß, dass ich danach nicht mehr der Besitzer bin
owner-sign = Unterschreiben und übergeben
owner-keep = Box behalten
owner-done = Fertig
owner-leaves = Die Box behält Mailserver, Kartenzahlungen und Ort der Sicherungen, bis der nächste Besitzer sie behält oder vergessen lässt.
owner-home = Zum Start
owner-become = Besitzer dieser Box werden
owner-become-lead = Diese Box hat keinen Besitzer. Du bist schon angemeldet und brauchst keinen neuen Schlüssel: Ihr Besitzcode genügt.
owner-become-sign = Unterschreiben und Besitzer werden
owner-yours = Diese Box gehört dir
owner-finds = Hat der Besitzer vor dir Mailserver, Kartenzahlungen oder Sicherungen eingerichtet, fragt der Start, ob sie bleiben sollen.
owner-settings = Einstellungen dieser Box
owner-code = Besitzcode
owner-code-hint = Die Box zeigt ihn auf Bildschirm und Konsole.
js-owner-choose = Wähle jemanden aus oder gib die Box frei.
js-owner-tick = Kreuze das zuerst an: Nur der neue Besitzer kann es rückgängig machen.
js-owner-signing = Wird unterschrieben …
js-owner-handed = { $name } besitzt diese Box jetzt. Deine eigenen Daten bleiben hier, wie sie sind.
js-owner-released = Diese Box hat jetzt keinen Besitzer. Bildschirm und Konsole zeigen den neuen Besitzcode. Deine eigenen Daten bleiben hier, wie sie sind.
js-owner-on = Weiter

## Apps

apps-title = Apps
apps-lead = Programme von anderen, die in deinem Namen handeln dürfen, jedes nur für bestimmte Dinge und eine begrenzte Zeit.
apps-none = Keine App darf für dich handeln.
apps-hint = Dein Verlauf zeigt, was eine App für dich getan hat. Entziehst du ihr die Vollmacht, gilt das sofort.
apps-ask-title = Darf eine App für dich handeln?
apps-looking = Wer fragt, wird geprüft …
apps-ask = Darf <name/> für dich handeln?
apps-ask-from = Sie gibt an, unter <url/> zu sein. Wenn du nicht von dort kommst, wähle „Nein“.
apps-ask-scope = Was sie in deinem Namen tun könnte
apps-ask-days = Wie lange?
apps-day = einen Tag
apps-month = einen Monat
apps-year = ein Jahr
apps-allow = Erlauben
apps-no = Nein
apps-ask-hint = Deinen Schlüssel bekommt sie nie. Sie kann weder deine Schlüssel ändern noch etwas löschen, und unter „Apps“ kannst du es widerrufen.
apps-signin = Eine App möchte für dich handeln
apps-signin-why = Melde dich zuerst an, dann siehst du, was sie möchte.
apps-signin-go = Anmelden
js-apps-revoked = von dir widerrufen
js-apps-ended = abgelaufen { $when }
js-apps-until = läuft { $when } ab
js-apps-back = Widerrufen
js-apps-back-of = Widerrufen, was { $name } darf
js-apps-taking = Wird widerrufen …

## Anmelden

signin = Anmelden
signin-looking = Dein Schlüssel in diesem Browser wird gesucht…
signin-here = Dein Schlüssel ist in diesem Browser.
signin-none = In diesem Browser ist noch kein Schlüssel.
signin-others = Andere Wege hinein
signin-sheet = Ich habe mein Wiederherstellungsblatt
signin-sheet-why = Das Blatt und seine Passphrase bringen deinen Schlüssel in diesen Browser.
restore = Vom Blatt wiederherstellen
signin-bring = Ich habe eine Kopie meiner Daten
signin-bring-why = Von einer anderen Box oder von einer, die es nicht mehr gibt: Diese Box kann ihr neues Zuhause werden.
signin-device = Ich habe ein anderes Gerät
signin-device-why = Ein Gerät, auf dem du angemeldet bist, kann auch dieses hereinlassen, mit einem eigenen Schlüssel.
device = Dieses Gerät hinzufügen
signin-mail = Ich habe eine E‑Mail-Adresse
signin-mail-why = Wir mailen dir einen Anmeldelink. Einen eigenen Schlüssel kannst du später anlegen.
signin-mail-address = Deine E‑Mail-Adresse
signin-mail-send = Schick mir den Link
signin-code = Oder der Code von deinem ersten Besuch
signin-code-use = Mit dem Code anmelden
signin-new = Ich bin neu hier
signin-new-why = Das dauert ein paar Minuten. Ein Drucker oder ein USB-Stick hilft dabei.
signin-unclaimed = Beim Start hat sie einen Code gezeigt. Wer ihn zuerst eingibt, wird Besitzer.
js-signin-you = du
js-signin-as = Als { $name } anmelden
js-signin-going = Du wirst angemeldet…
js-signin-unknown = Diese Box kennt { $name } nicht. Gehört der Schlüssel zu einer anderen Box? Dann öffne die, oder bring zuerst eine Kopie deiner Daten hierher.
js-signin-right-box = Es ist die richtige Box: merken
js-signin-remembering = Wird gemerkt…
js-signin-remembered = Dieser Browser kennt jetzt die neue Box. Melde dich noch einmal an.
js-signin-set-up-again = Wurde sie neu eingerichtet? Dann ist es die richtige. Wenn nicht, benutzt vielleicht jemand anders ihre Adresse: Mach nicht weiter.
js-signin-securely = Sicher weiter
js-whole-address = Schreib deine ganze Adresse, zum Beispiel bob@example.com.
js-signin-sending = Wird verschickt…
js-signin-mailed = Dein Link ist unterwegs. Öffne ihn innerhalb von 15 Minuten und schau auch im Spam-Ordner nach.
js-signin-no-mail = Diese Box verschickt noch keine E‑Mails. Bitte den Besitzer um deinen Link: Er gilt 15 Minuten.
js-signin-coming = Du wirst angemeldet…
js-readmitted-read = Gelesen
js-readmitted = Jemand hat sich { $ago } als du angemeldet, mit einem Link, den der Besitzer dieser Box weitergegeben hat. Damit endeten alle deine Sitzungen, und dein Verlauf hält es fest.
js-readmitted-you = Warst du das? Dann ist alles gut. Wenn nicht, hatte jemand anders den Link: Frag den Besitzer dieser Box.
js-signin-plain = Anmelden

## Vom Blatt wiederherstellen

restore-lead = Dein Browser öffnet das Blatt gleich hier. Er schickt weder das Blatt noch deine Passphrase irgendwohin.
restore-passphrase = Seine Passphrase
restore-go = Meinen Schlüssel zurückholen
js-restore-back = Dein Schlüssel ist wieder in diesem Browser.
js-restore-unknown = Diese Box kennt dich noch nicht. Öffne die Box mit deinen Daten, oder bring eine Kopie davon hierher. Der Schlüssel passt.
js-restore-bring = Eine Kopie bringen
js-restore-revoked = Dieses Blatt lässt sich öffnen, aber du hast es widerrufen. Nimm ein anderes Blatt oder füge diesen Browser von einem anderen Gerät aus hinzu.

## Bringing a box back from a friend's box

box-restore = Meine Box zurückholen
box-restore-way = Ist deine alte Box verloren oder kaputt? Wenn ihre Sicherungen auf der Box von Freunden liegen, <restore>hol sie hierher zurück</restore>.
box-restore-lead = Auf der Box von Freunden liegen die Sicherungen deiner alten Box. Diese neue wird zu deiner alten: mit den Daten und Bildern von allen, mit ihren Einstellungen und Schlüsseln.
box-restore-interrupted = Das hat schon einmal begonnen und brach ab, als die Box ausging. Füll dasselbe noch einmal aus: Was angekommen ist, bleibt, und der Rest folgt.
box-restore-friend-hint = Schau auf dein Wiederherstellungsblatt: Vielleicht hast du sie dort notiert. Deine Freunde wissen sie auch.
box-restore-sheet = Dein Wiederherstellungsblatt
box-restore-here = Diese neue Box
box-restore-code-hint = Diese Box hat ihn beim Start gezeigt. Ohne ihn geht es nicht.
box-restore-keys = Was wohin geht: Dein Browser öffnet das Blatt, und deine Passphrase bleibt in ihm. Diese Box bekommt die beiden Schlüssel vom Blatt, denn damit holt und öffnet sie deine Sicherung. Sie behält sie im Arbeitsspeicher, bis alles fertig ist, und schreibt sie nirgends auf. Die Box deiner Freunde bekommt keinen Schlüssel.
box-restore-go = Meine Box zurückholen
box-restore-running = Deine Box kommt zurück
box-restore-stay = Lass die Box am Strom. Du kannst diese Seite schließen und wieder öffnen: Die Box macht weiter.
box-restore-late = Die Box ist als deine alte neu gestartet und hat deren Namen und Zertifikat. Wenn es auf dieser Seite nicht weitergeht, öffne die Adresse von früher und melde dich mit deinem Wiederherstellungsblatt an.
box-restore-late-open = Diese Box öffnen
box-restore-done = Deine Box ist wieder da
box-restore-done-why = Du bist angemeldet, und dein Verlauf geht hier weiter. Neue Sicherungen kommen an denselben Ort wie bisher.
box-restore-done-people = Alle anderen melden sich neu an und führen ihren eigenen Verlauf auf der Seite „Meine Daten“ weiter.
box-restore-done-sales = Wenn du hier etwas verkaufst: Das geht wieder, sobald der Zahlungsanbieter gemeldet hat, was seit der Sicherung verkauft wurde.
box-restore-done-card = Starte die alte Box nie wieder: Sonst gäbe es dieselbe Box zweimal.
box-restore-claimed = Diese Box ist in Gebrauch
box-restore-claimed-why = Nur eine neue Box ohne Besitzer kann zu deiner alten werden. Wenn das deine Box ist, melde dich an.
js-box-restore-no-address = Schreib die Adresse der Box deiner Freunde.
js-box-restore-no-code = Schreib den Code, den diese Box beim Start gezeigt hat.
js-box-restore-address = Das ist keine Adresse. Sie sieht aus wie box.example.
js-box-restore-asking = Die Box deiner Freunde wird gefragt…
js-box-restore-arrived = { $done } von { $total } sind angekommen.
js-box-restore-waiting = Die Box deiner Freunde antwortet gerade nicht. Diese Box versucht es jede Minute wieder: Nichts geht verloren.
js-box-restore-starting = Alles ist angekommen. Die Box startet neu…
js-box-restore-made = Stand vom { $time }
js-box-restore-away = Die Box deiner Freunde antwortet nicht. Ist sie an, und stimmt die Adresse? Versuch es noch einmal: Was angekommen ist, bleibt.
js-box-restore-refused = Unter dieser Adresse gibt es keine Box, die Sicherungen aufbewahrt. Vergleich die Adresse mit deinen Freunden.
js-box-restore-nothing = Auf der Box deiner Freunde sind keine Sicherungen, die dieses Blatt lesen darf. Ist es die richtige Box? Ein Blatt, das nach der letzten Sicherung entstand oder das du widerrufen hast, gilt dort nicht.
js-box-restore-several = Auf der Box deiner Freunde liegen Sicherungen mehrerer Boxen, die dein Blatt lesen darf. Gib statt der Adresse den Link zu deinen eigenen ein: Der Befehl imajin restore nennt die Links, mit /away/api/kept/ darin.
js-box-restore-unproven = Die Sicherungen unter dieser Adresse sind nicht von deiner Box: Nichts beweist es, und diese Box hat nichts davon übernommen. Prüf die Adresse mit deinen Freunden.
js-box-restore-locked = Dieses Blatt öffnet die Sicherung nicht. Nimm ein Blatt, das du hattest, als die Sicherung entstand.
js-box-restore-room = Die Platte dieser Box ist zu klein: Deine Sicherung braucht { $needed }, und { $free } sind frei. Nimm eine größere Karte oder Platte.
js-box-restore-damaged = Ein Teil der Sicherung auf der Box deiner Freunde hat sich verändert: { $part }. Hier wurde nichts ersetzt. Bitte deine Freunde, die Platte ihrer Box zu prüfen, und versuch es dann noch einmal.
js-box-restore-other = Auf dieser Box ist etwas fehlgeschlagen: { $says }. Versuch es noch einmal: Was angekommen ist, bleibt.

## Ein Gerät hinzufügen, auf dem neuen

device-lead = Dieses Gerät bekommt einen eigenen Schlüssel. Bestätige es auf einem Gerät, das du schon benutzt.
device-who = Wer bist du auf dieser Box?
device-who-hint = Dein Benutzername, oder deine ID aus „Geräte“ auf dem anderen Gerät.
device-code = Der Code unter „Geräte“ auf deinem anderen Gerät
device-code-hint = Drei Gruppen aus vier Buchstaben und Ziffern. Ohne ihn zeigt dieses Gerät einen eigenen Code, den du dort scannst.
device-now = Nimm jetzt dein anderes Gerät
device-scan = Öffne dort „Geräte“ und scanne diesen Code. Die Kamera-App geht auch.
device-compare = Vergleiche: Beide müssen <check/> zeigen.
device-sign = Unterschreib dort. Diese Seite merkt es.
device-copy = Keine Kamera? Kopier stattdessen den Text
device-waiting = Das andere Gerät ist dran…
device-stop = Abbrechen
js-device-making = Der Schlüssel für dieses Gerät wird angelegt…
js-device-nobody = So heißt hier niemand. Deinen Benutzernamen findest du auf dem anderen Gerät in deinem Profil, deine ID unter „Geräte“.
js-device-code-wrong = Ein Code hat drei Gruppen aus vier Buchstaben und Ziffern, wie 7KQ2-M9XT-04RB. Du findest ihn unter „Geräte“ auf deinem anderen Gerät.
js-device-code-used = Diesen Code hat schon ein anderes Gerät benutzt. Öffne „Geräte“ auf deinem anderen Gerät noch einmal: Es zeigt einen neuen.
js-device-code = Der öffentliche Schlüssel dieses Geräts als Code
js-device-key = den Schlüssel dieses Geräts

## Geräte

devices-id = Deine ID: <did/>
devices-sign = Geräte, die für dich unterschreiben
devices-no-key = Du bist angemeldet, aber dieser Browser hat deinen Schlüssel nicht: Du kannst alles ansehen, aber nichts unterschreiben. <restore>Hol deinen Schlüssel vom Blatt zurück</restore>.
devices-kept = Du bist mit einem Link aus einer E‑Mail hereingekommen, deshalb verwahrt diese Box deinen Schlüssel. Leg dir einen eigenen an: Dann kannst nur du für dich unterschreiben, und alles, was du hast, bleibt gleich.
devices-own = Einen eigenen Schlüssel anlegen
devices-add = Ein Gerät hinzufügen
devices-add-scan = Scanne diesen Code mit der Kamera des neuen Geräts und drück dort auf „Weiter“. Lass diese Seite offen: Sie fragt dich nach dem neuen Gerät.
devices-add-how = Es hat keine Kamera? Öffne darauf die Adresse dieser Box, wähle „Anmelden“ und dann „Dieses Gerät hinzufügen“.
devices-code = Wo es nach einem Code fragt, gib <code/> ein.
devices-add-other = Wenn es einen eigenen Code zeigt, scann ihn oder kopier seinen Text.
devices-scan = Seinen Code mit der Kamera scannen
devices-key = Der Text unter dem Code auf dem neuen Gerät
devices-is-it = Ist das dein Gerät?
devices-check = Es muss <check/> zeigen. Zeigt es etwas anderes, ist es nicht deins.
devices-call = Wie nennst du es?
devices-phone = Handy
devices-reads = Danach kann es deine Nachrichten lesen und schreiben, auch ältere.
devices-full = Es darf auch ändern, welche Geräte mir gehören (für ein Gerät, dem du so vertraust wie diesem)
devices-only-signs = Dieser Schlüssel entstand unter einem Namen, der einem Verzeichnis gehört. Darum unterschreibt er für dich, kann aber nicht ändern, welche Geräte dir gehören. Du kannst es ihm später in der Liste oben erlauben.
devices-sign-add = Unterschreiben und hinzufügen
devices-not-mine = Nicht meins
programs = Verbunden von einem Gerät, das außer Betrieb ist
programs-why = Diese Programme handeln weiter für dich. Ist das Gerät verloren oder gehört es dir nicht mehr, beende sie: Wer es hat, hat vielleicht auch ihre Passwörter.
programs-end = Alle beenden
devices-older = Ältere Nachrichten auf deinen anderen Geräten
devices-older-why = Ein Gerät liest, was geschrieben wird, nachdem du es hinzugefügt hast. Wenn sich ältere Nachrichten auf einem deiner Geräte nicht öffnen lassen, übergib sie von hier aus. Nur deine Geräte können sie lesen, die Box nicht.
devices-older-go = Ältere Nachrichten übergeben
sheets = Wiederherstellungs­blätter
devices-sheets-why = Ein Blatt bringt dich zurück, wenn ein Gerät kaputt- oder verloren geht.
devices-sheets = Deine Wiederherstellungs­blätter
devices-sessions = Wo du angemeldet bist
devices-sign-out = Hier abmelden
devices-sign-out-why = Dein Schlüssel bleibt beim Abmelden in diesem Browser.
devices-forget = Mich aus diesem Browser entfernen
devices-forget-why = Damit löschst du deinen Schlüssel aus diesem Browser, und er gilt nicht mehr. Zurück kommst du mit einem Wiederherstellungsblatt oder einem anderen Gerät. Deine Daten auf der Box bleiben, wie sie sind.
devices-forget-sure = Ich habe ein Wiederherstellungsblatt oder ein anderes Gerät
keylock = Deinen Schlüssel in diesem Browser sperren
keylock-why = Wer diesen Browser benutzt, kann als du unterschreiben. Mit einer Sperre fragt er zuerst nach deinem Fingerabdruck, deinem Gesicht, der PIN deines Geräts oder einer Passphrase.
keylock-passphrase = Eine Passphrase für diesen Browser
keylock-hint = Mindestens 8 Zeichen. Wenn du sie vergisst, bringt dich dein Wiederherstellungsblatt zurück.
keylock-with-passphrase = Mit einer Passphrase sperren
keylock-with-device = Mit diesem Gerät sperren
keylock-off = Sperre entfernen
js-signing = Wird unterschrieben…
js-devices-new = Die Adresse für ein neues Gerät als Code
js-devices-no-key = Das ist kein Geräteschlüssel. Er beginnt mit z6Mk. Du findest ihn unter dem Code auf dem neuen Gerät.
js-devices-another = Weiteres Gerät
js-devices-adding = Wird hinzugefügt…
js-devices-handing = Wird übergeben…
js-devices-handed = Fertig. Wenn du eine Unterhaltung auf einem anderen deiner Geräte öffnest, sind ihre älteren Nachrichten da.
js-devices-added = Das neue Gerät kann jetzt für dich unterschreiben. Es merkt das in ein paar Sekunden.
js-devices-removed = Dieser Schlüssel unterschreibt ab jetzt nichts Neues. Was er vorher unterschrieben hat, bleibt gültig.
js-programs-may = { $count ->
    [one] Ein Programm, das bis { $day } eine Sache darf
   *[other] Ein Programm, das bis { $day } { $count } Dinge darf
}
js-programs-ended = Sie sind beendet. Programme, die du noch benutzt, kannst du neu verbinden.
js-devices-box-keeps = Deine Box verwahrt deinen Schlüssel für dich.
js-devices-sheets = { $count ->
    [0] Du hast noch kein Blatt mit eigenem Schlüssel.
    [one] Du hast ein Blatt.
   *[other] Du hast { $count } Blätter.
}
js-devices-this = Dieses Gerät
js-devices-device = Gerät { $check }
js-devices-controls = Unterschreibt für dich und kann ändern, welche Geräte dir gehören.
js-devices-signs = Unterschreibt für dich.
js-devices-since = Seit { $month }.
js-devices-control = Darf meine Schlüssel ändern
js-devices-control-it = Darf meine Schlüssel ändern: { $name }
js-devices-control-sure = „{ $name }“ erlauben, deine Geräte hinzuzufügen und zu entfernen, so wie dieses Gerät? Falls der Schlüssel unter dem Namen eines Verzeichnisses entstand, könnte dieses ihn missbrauchen.
js-devices-rename = Umbenennen
js-devices-rename-it = { $name } umbenennen
js-devices-remove-it = Außer Betrieb nehmen: { $name }
js-devices-remove = Außer Betrieb nehmen
js-here = hier
js-save = Speichern
js-devices-call = Wie nennst du es?
js-devices-no-name = Schreib einen Namen, zum Beispiel „Handy“ oder „Tablet in der Küche“.
js-devices-saved = Gespeichert. Die Namen deiner Geräte siehst nur du.
js-devices-yes = Ja, außer Betrieb nehmen
js-keep-it = Behalten
js-devices-remove-why = Danach kann dieses Gerät nichts Neues mehr für dich unterschreiben. Deine Wiederherstellungsblätter gelten weiter, und deine Daten bleiben, wie sie sind.
js-devices-remove-shared = Danach können dieses Gerät und ein Wiederherstellungsblatt mit demselben Schlüssel nichts Neues mehr für dich unterschreiben. Deine Daten bleiben, wie sie sind.
js-devices-tick = Setz zuerst dieses Häkchen: Der Schlüssel in diesem Browser lässt sich nicht zurückholen.
js-devices-removing = Wird entfernt…
js-devices-only-key = Nur der Schlüssel in diesem Browser kann deine Geräte ändern. Leg zuerst ein Wiederherstellungsblatt an oder füge ein anderes Gerät hinzu.
js-devices-end = Beenden
js-devices-end-it = Sitzung auf { $name } beenden, seit { $month }
js-devices-ending = Wird beendet…
js-devices-session-since = , seit { $month }
js-devices-seen = zuletzt { $ago }
js-signing-out = Du wirst abgemeldet…
js-keys-box-keeps = Diese Box verwahrt deinen Schlüssel, deshalb kannst du das nicht unterschreiben. Leg dir zuerst einen eigenen Schlüssel an.
js-keys-cannot = Dieses Gerät kann für dich unterschreiben, aber nicht ändern, welche Geräte dir gehören. Nimm eins, das das darf, oder ein Wiederherstellungsblatt.
js-keys-last = Mindestens ein Schlüssel muss bleiben, der deine Geräte ändern kann.
js-keys-already = Dieser Schlüssel gehört dir schon.
js-keys-many = Acht deiner Geräte und Blätter haben einen Schlüssel, an den andere schreiben. Mehr geht nicht: Nimm zuerst eins außer Gebrauch.
js-browser-samsung = Samsung Internet
js-browser-imajin = Das Programm imajin
js-system-iphone = einem iPhone
js-system-ipad = einem iPad
js-system-mac = einem Mac
js-browser-on = { $browser } auf { $system }
js-browser-some = Ein Browser
js-keylock-short = Nimm mindestens { $count } Zeichen.
js-keylock-how = { $kind ->
    [prf] Dein Schlüssel in diesem Browser ist gesperrt: Zum Anmelden und Unterschreiben entsperrst du ihn so wie dieses Gerät.
   *[passphrase] Dein Schlüssel in diesem Browser ist gesperrt: Zum Anmelden und Unterschreiben entsperrst du ihn mit einer Passphrase.
}
js-keylock-locking = Wird gesperrt…
js-keylock-locked = Dein Schlüssel in diesem Browser ist gesperrt.
js-keylock-cannot = Dieses Gerät kann keinen Schlüssel sperren. Nimm stattdessen eine Passphrase.
js-keylock-refused = Nichts wurde gesperrt: Du hast es auf diesem Gerät nicht bestätigt.
js-keylock-unlocking = Wird entsperrt…
js-keylock-off = Die Sperre ist entfernt.

## Deine E-Mail-Adresse

email = Deine E‑Mail-Adresse
email-lead = An diese Adresse schickt die Box deine Tickets und was es für dich Neues gibt. Du meldest dich mit deinem Schlüssel an, nie per E‑Mail.
email-known = Diese Box kennt <address/>.
email-none = Diese Box kennt noch keine von dir.
email-other = Eine andere Adresse
email-yours = Deine Adresse
email-hint = Wir schicken einen Link dorthin. Sobald du ihn geöffnet hast, gilt die Adresse.
email-send = Link schicken
email-sent = Der Link ist unterwegs. Öffne ihn innerhalb von 15 Minuten in einem Browser, in dem du angemeldet bist, und sieh auch im Spam-Ordner nach.
email-guest = Du meldest dich per E‑Mail an, also kennt diese Box deine Adresse schon. Sie bleibt, wenn du dir einen eigenen Schlüssel machst.
email-no-server = Diese Box kann noch keine E‑Mails verschicken, also ließe sich nicht prüfen, ob eine Adresse dir gehört. Ihr Besitzer kann in den Einstellungen einen Mailserver angeben.
email-out = Melde dich hier zuerst an. Öffne dann den Link in der E‑Mail noch einmal.
email-ready = Ist das deine Adresse?
email-ready-why = Du hast den Link in der E‑Mail geöffnet. Noch ein Tippen, und diese Box verwendet die Adresse.
email-confirm = Ja, diese Adresse verwenden
js-email-sending = Wird geschickt…
js-email-confirming = Wird gespeichert…
js-email-known = Diese Box kennt { $email }.
js-email-confirmed = Deine Adresse steht jetzt in deinem Verlauf.

## Apps, die den Besitzer fragen

app-requests = Apps, die hierher wollen
app-requests-lead = Programme anderer, die sich den Leuten auf dieser Box vorstellen möchten. Auch mit deinem Ja entscheidet hier jeder selbst, was eine App für ihn tun darf.
app-requests-waiting = Warten auf deine Antwort
app-requests-allowed = Denen du Ja gesagt hast
app-requests-none = Keine.
js-app-requests-at = Sie sagt, sie ist hier:
js-app-requests-scope = Worum sie die Leute bitten wird:
js-app-requests-since = Gefragt { $when }
js-app-requests-yes-since = Du hast { $when } Ja gesagt
js-app-requests-yes = Ja
js-app-requests-no = Nein
js-app-requests-back = Zurücknehmen
js-app-requests-saving = Wird gespeichert…
js-app-requests-allowed = { $name } darf sich hier vorstellen.
js-app-requests-refused = { $name } darf das nicht. In einem Monat kann die App wieder fragen.
js-app-requests-taken = { $name } kann hier niemanden mehr anmelden.

## Status

health-fine-no-backup = Alles funktioniert, aber es gibt noch keine Sicherung.
health-fine = Alles in Ordnung.
health-wrong = { $count ->
    [one] { $count } Sache braucht dich.
   *[other] { $count } Sachen brauchen dich.
}
health-needs = Was dich braucht
health-program = Software
health-good = Geprüft und in Ordnung
health-doctor = Wenn die Box gestoppt ist, liest <doctor/> auch jeden Eintrag in jedem Verlauf.
health-unmanaged = Auf diesem Gerät verwaltet nichts die Box.
health-lock = Sperre
health-unlocked = Die Box ist nicht gesperrt: Sie startet automatisch, und wer ihre Karte hat, kann alles darauf lesen.
health-locked = Die Box ist gesperrt: Ihre Schlüssel, Adressen und Links öffnen sich nur mit etwas, das nicht auf der Karte ist.
health-lock-it = Diese Box mit einer Passphrase sperren
health-lock-change = Sperre ändern oder aufheben
health-power = Neu starten, ausschalten, zurücksetzen
health-power-go = Diese Box neu starten, ausschalten oder zurücksetzen
health-tag-good = in Ordnung
health-tag-warning = Warnung
health-tag-bad = braucht dich
health-todo = Das kannst du tun:
health-check-permissions = Schlüssel und Geheimnisse
health-check-disk = Platz auf der Karte
health-check-files = Festplatte der Fotos
health-check-wear = Abnutzung der Karte
health-check-clock = Uhr
health-check-settings = Einstellungen
health-check-registries = Verzeichnisse
health-check-drill = Probe einer Sicherung
health-check-keeping = Täglicher Blick auf die Box von Freunden
health-check-friends = Sicherungen von Freunden
health-check-restored = Aus einer Sicherung wiederhergestellt
health-check-records = Verläufe
health-check-verification = Daten auf der Karte
health-check-updates = Updates
health-check-payments = Zahlungen
health-check-refunds = Erstattungen
health-check-twin = Eine andere Box mit diesem Schlüssel
health-check-certificate = Zertifikat
health-check-name = Name
health-check-tunnel = Von überall erreichbar
health-check-port = Port des Routers
health-check-lan = Heimnetz
health-check-older = Älter als zuvor
health-last = { $logs ->
    [one] Die letzte Sicherung war <time/>: { $logs } Verlauf, { $bytes } insgesamt, davon { $added } neu.
   *[other] Die letzte Sicherung war <time/>: { $logs } Verläufe, { $bytes } insgesamt, davon { $added } neu.
}
health-last-where = Sie liegt in <place/> und ist für dich verschlüsselt: Nur dein Schlüssel oder dein erstes Wiederherstellungsblatt öffnet sie.
health-making = Eine Sicherung läuft: { $done } von { $total }.
health-backup-now = Jetzt sichern
health-no-place = Für Sicherungen ist noch kein Ort festgelegt.
health-version = Diese Box läuft mit Version { $version }.
health-refused = abgelehnt
health-refused-why = Das letzte Update wurde nicht installiert: { $why }
health-undone = zurückgenommen
health-undone-why = Das Update auf Version { $version } hat nicht funktioniert, deshalb ist die Box zur Version davor zurückgekehrt: { $why }
health-updating = Ein Update wird installiert. Die Box startet neu und prüft, ob alles funktioniert. Das dauert ein bis zwei Minuten.
health-update-how = Neue Versionen kommen auf einem USB-Stick: Kopiere die Datei (ihr Name endet auf <ending/>) in den obersten Ordner eines Sticks und steck ihn in die Box.
health-offer = Version { $version }, veröffentlicht am { $date } und unterschrieben mit einem Schlüssel, dem diese Box vertraut.
health-offer-no-date = Version { $version }, unterschrieben mit einem Schlüssel, dem diese Box vertraut.
health-runs-already = Diese Version läuft schon.
health-update-to = Auf Version { $version } aktualisieren
health-update-back = Falls etwas nicht funktioniert, kehrt die Box automatisch zu Version { $version } zurück.
health-not-taken = nicht brauchbar
health-unreadable = Die Datei lässt sich nicht lesen.
js-health-starting = Wird gestartet …
js-health-asking = Die Box wird gefragt …
js-health-removing = Wird entfernt …

## Platz auf dem Datenträger

room = Platz auf dem Datenträger
room-free = { $free } von { $total } sind frei. { $reserve } sind fürs Anmelden, Löschen und für Kopien reserviert.
room-little = knapp
room-scarce = Die Box nimmt keine neuen Leute mehr auf.
room-full = voll
room-reserve = Bis wieder Platz ist, gehen nur Anmelden, Löschen und Kopien.
room-remove-copies = Nie heruntergeladene Kopien entfernen
room-remove-media = Dateien entfernen, die nirgends mehr gezeigt werden
room-remove-backups = Ältere Sicherungen hier entfernen
room-remove-backups-sure = Alle Sicherungen auf diesem Datenträger außer der neuesten vollständigen entfernen? Was gelöscht oder beschädigt wurde, seit die älteren entstanden sind, lässt sich dann nicht mehr aus ihnen zurückholen.
room-frees = { $what } ({ $size })
room-records = Verläufe der Leute
room-records-how = Leute können löschen, was sie nicht mehr wollen, oder mit ihrem Verlauf auf eine andere Box umziehen.
room-media = Bilder und Dateien
room-media-how = Leute können Bilder von ihren Seiten nehmen. Dateien, die nirgends mehr gezeigt werden, verschwinden einen Tag nach ihrer Ankunft. „disk.person_bytes“ in den Einstellungen begrenzt, wie viel eine Person belegen kann.
room-tables = Tabellen aus den Verläufen
room-tables-how = Sie wachsen mit den Verläufen und lassen sich daraus neu aufbauen.
room-previews = Vorschaubilder
room-previews-how = Sie belegen höchstens ein Zwanzigstel des Speichers. Die ältesten machen Platz und entstehen neu, sobald jemand hinschaut.
room-journal = das Journal
room-journal-how = Es leert sich automatisch.
room-relay = Relay und Verzeichnis
room-relay-how = Was Fremde dort ablegen, ist begrenzt: „registry.limits.store_bytes“ in den Einstellungen.
room-backups = Sicherungen auf diesem Datenträger
room-backups-how = Eine Sicherung auf demselben Datenträger geht mit ihm verloren. Wähle unter „Sicherungen“ einen Stick oder einen Online-Speicher.
room-friends = Sicherungen von Boxen von Freunden
room-friends-how = Unter Sicherungen kannst du das beenden. Was dort ist, verschwindet nach 30 Tagen.
room-copies = Kopien, die auf den Download warten
room-copies-how = Jede wird einen Tag nach dem Anlegen entfernt.
room-arrivals = Kopien, die gerade ankommen
room-arrivals-how = Kommt eine nicht weiter an, wird sie nach zwei Tagen entfernt.
room-damaged = beschädigte, beiseitegelegte Dateien
room-damaged-how = Du kannst sie entfernen, sobald die Verläufe repariert sind („imajin repair“) und du sie nicht mehr brauchst.
room-reserved = für einen vollen Datenträger reserviert
room-reserved-how = Damit können sich Leute auch auf einer vollen Box anmelden, löschen und Kopien mitnehmen.
room-settings = Einstellungen, Schlüssel und Sitzungen
room-settings-how = Das bleibt klein.
room-log = das Systemprotokoll
room-log-how = „journalctl --vacuum-size=100M“ kürzt es.
room-other = alles andere auf diesem Datenträger
room-other-how = Andere Programme und Dateien, die jemand dort abgelegt hat. „du -xh / | sort -h“ zeigt sie.

## Beschädigte Verläufe

mending = Beschädigte Verläufe
mending-none = Jetzt ist nichts mehr beschädigt.
mending-busy = Die Box prüft und repariert Verläufe. Du kannst diese Seite schließen, es geht weiter.
mending-damage = { $count ->
    [one] Die Karte dieser Box hat { $count } Sache beschädigt. Ein beschädigter Verlauf lässt sich bis zu dieser Stelle lesen, aber es kommt nichts dazu, bis er repariert ist.
   *[other] Die Karte dieser Box hat { $count } Sachen beschädigt. Ein beschädigter Verlauf lässt sich bis zu dieser Stelle lesen, aber es kommt nichts dazu, bis er repariert ist.
}
mending-found = Was gefunden wurde
mending-more = und { $count } weitere
mending-no-source = Hier gibt es keine Kopie zum Reparieren: Für Sicherungen ist kein Ort festgelegt, und kein Stick steckt in der Box. Steck einen Stick mit einer Kopie ein oder sieh dir mit <repair/> andere Wege an.
mending-how = Was heil ist, bleibt, wie es ist. Nur was kaputt ist, kommt aus der Kopie.
mending-from-backup = Aus der neuesten vollständigen Sicherung reparieren
mending-from-stick = Vom Stick { $name } reparieren
mending-unusable = { $name } lässt sich gerade nicht verwenden: { $why }
mending-tag-not = nicht repariert
mending-failed = Aus { $from } ließ sich nichts reparieren: { $why }
mending-tag-done = repariert
mending-tag-partly = teilweise repariert
mending-done = { $count ->
    [one] { $count } Verlauf aus { $from } repariert.
   *[other] { $count } Verläufe aus { $from } repariert.
}
mending-what = Was repariert wurde
mending-left = Noch beschädigt:

## Berichte über eine Kopie

js-report-good = Diese Kopie ist vollständig und echt
js-report-good-why = Jeder Eintrag ist an seinem Platz, und jede Unterschrift stimmt.
js-report-bad = In dieser Kopie wurde etwas verändert, oder es fehlt etwas
js-report-bad-why = Die Prüfung ist fehlgeschlagen.
js-report-why = { $code ->
    [file] Das ist kein Verlauf von Imajin, oder die Datei ist beschädigt.
    [decode] Etwas darin lässt sich nicht lesen.
    [did] Ein Eintrag gehört in den Verlauf von jemand anderem.
    [seq] Ein Eintrag fehlt.
    [prev] Er folgt nicht auf den Eintrag davor: Einer wurde verändert, herausgenommen oder eingefügt.
    [at] Er ist älter als der Eintrag davor.
    [body] Was er sagt, wurde entfernt oder verändert.
    [proof] Die Unterschrift ist falsch.
    [key] Der Schlüssel, der unterschrieben hat, war nicht gültig.
    [order] Er steht nicht in der Reihenfolge, in der unterschrieben wurde.
    [aud] Er wurde für eine andere Box unterschrieben.
    [iat] Er wurde zu einer anderen Zeit unterschrieben, als er sagt.
    [identity] Ein Wechsel der Schlüssel folgt nicht auf den davor.
    [delegation] Unterschrieben hat jemand, der das nicht durfte.
    [will] Ein solcher Eintrag braucht eine andere Unterschrift.
    [cause] Woraus er folgt, fehlt oder erlaubt ihn nicht.
    [twice] Etwas, das einmal unterschrieben wurde, steht zweimal darin.
    [txn] Von dem, was zusammengehört, fehlt ein Teil.
    [home] Er verlegt den Verlauf gegen die Regeln auf eine andere Box.
    [head] Was die Box bestätigt hat, passt nicht zum Verlauf.
    [cut] Das Ende des Verlaufs fehlt.
    [erasure] Etwas wurde gelöscht, das bleiben muss.
    [stray] Etwas darin gehört zu keinem Eintrag.
    [tar] Die Datei ist keine Kopie, wie eine Box sie schreibt, oder ein Teil davon fehlt.
    [manifest] Eine Datei der Kopie fehlt, wurde verändert oder gehört nicht dazu.
    [media] Ein Bild oder eine Datei fehlt, wurde verändert oder gehört nicht dazu.
    [view] Die Zusammenfassung sagt etwas anderes als der Verlauf.
    [anchor] Er widerspricht dem, was die Box früher veröffentlicht hat.
    [path] Er lässt aus, was die Box damals schon veröffentlicht hatte.
   *[other] Die Prüfung ist fehlgeschlagen.
}
js-report-exactly = Genau
js-report-entry = Eintrag { $number }: { $why }
js-report-file = { $file }: { $why }
js-report-did = ID
js-report-entries = Einträge
js-report-signed = Mit dem eigenen Schlüssel unterschrieben
js-report-custodial = Angemeldet veranlasst und von der Box aufgezeichnet
js-report-derived = Ergab sich aus etwas, das jemand getan hat
js-report-node = Von der Box selbst aufgezeichnet
js-report-attested = Von ihrer Box bestätigt
js-report-attested-to = bis Eintrag { $number }
js-report-left-out = Nicht in dieser Kopie
js-report-left-out-event = die eigene Veranstaltung { $did }
js-report-left-out-group = die eigene Gruppe { $did }
js-report-erased = Gelöscht
js-report-erased-words = { $count ->
    [one] der Text von { $count } Eintrag; der Eintrag selbst bleibt
   *[other] der Text von { $count } Einträgen; die Einträge selbst bleiben
}

## Eine Kopie mitnehmen

copy-lead = Eine Datei mit allem: deinem ganzen Verlauf, deinen Bildern und einer Seite, mit der du alles ohne Box ansehen kannst.
copy-proves = Alle, denen du sie zeigst, können prüfen, dass nichts verändert oder weggelassen wurde. Eine andere Box kann damit weitermachen.
copy-lock = Mit einer Passphrase verschlüsseln, damit sie ohne die niemand lesen kann
copy-passphrase = Passphrase dieser Kopie
copy-passphrase-hint = Ohne sie kann niemand die Datei öffnen, auch du nicht.
copy-make = Kopie erstellen
copy-writing = Deine Box schreibt die Kopie.
copy-progress = Wie weit die Kopie ist
copy-come-back = Du kannst diese Seite schließen und wiederkommen. Die Box macht weiter.
copy-ready = Deine Kopie ist fertig, und du hast sie unterschrieben.
copy-save = Kopie speichern
copy-another = Noch eine erstellen
copy-open = Leg sie auf einen Stick oder eine andere Festplatte. Sie ist nicht verschlüsselt: Wer sie hat, kann sie lesen.
copy-locked = Leg sie auf einen Stick oder eine andere Festplatte. Sie öffnet sich nur mit ihrer Passphrase.
js-copy-beginning = Wird begonnen…
js-copy-save = Kopie speichern
js-copy-save-size = Kopie speichern ({ $size })
js-copy-failed = Die Kopie ließ sich nicht schreiben. Versuch es noch einmal.
js-copy-signing = Wird mit deinem Schlüssel unterschrieben…
js-copy-files = { $count ->
    [one] { $done } von { $count } Datei
   *[other] { $done } von { $count } Dateien
}
js-copy-bytes = { $done } von { $all }
js-copy-left = { $count ->
    [one] noch etwa { $count } Sekunde
   *[other] noch etwa { $count } Sekunden
}
js-copy-reading = Dein Verlauf wird gelesen…

## Eine Kopie prüfen

verify = Eine Kopie prüfen
verify-lead = Zieh eine Kopie hierher, und diese Box liest sie durch: Ist sie vollständig, und stimmt jede Unterschrift? Sie behält nichts davon.
verify-kinds = Eine Kopie (.tar) oder ein einzelner Verlauf (log.sqlite)
verify-drop = Zieh sie hierher oder wähl sie aus:
verify-how = Diese Box berechnet den Fingerabdruck jedes Eintrags neu und vergleicht ihn mit dem im nächsten Eintrag. Dann prüft sie jede Unterschrift mit dem Schlüssel der Person, von der sie stammt.
verify-elsewhere = Du musst dieser Box nicht glauben: Eine andere Box oder <code>imajin verify</code> auf deinem eigenen Computer sagt über dieselbe Datei dasselbe.
js-verify-reading = { $name } ({ $size }) wird gelesen…

## Auf eine andere Box umziehen

move-lead = Dein ganzer Verlauf zieht um, und andere finden dich weiter unter deinem Namen. Nichts geht verloren: Die andere Box prüft jede Zeile, bevor sie dich aufnimmt. Danach schickt diese Box alle dorthin, die dich suchen.
move-to = Adresse der anderen Box
move-to-hint = Nur der Anfang dessen, was dein Browser dort zeigt, zum Beispiel https://box.example.
move-look = Zeigen, was umzieht
move-stay = Hierbleiben
move-plan = Umzug auf <box/>
move-along = Was umzieht
move-record = Und jede Zeile deines Verlaufs, so wie du sie unterschrieben hast.
move-cannot = Was nicht umziehen kann, und warum
move-while = Während des Umzugs kommt nichts Neues in deinen Verlauf. Das dauert so lange, wie ihn zu übertragen.
move-after = Danach zeigt diese Box nur noch, was sie hatte, und schickt die Leute weiter zur neuen.
move-signin = Auf der neuen Box meldest du dich mit deinem Wiederherstellungsblatt an, denn der Browser verwahrt die Schlüssel für jede Adresse getrennt.
move-invite = Einladung zur anderen Box
move-invite-hint = Nur wenn du dort eine brauchst: der Code vom Besitzer der Box.
move-sheet = Ich habe mein Wiederherstellungsblatt zur Hand
move-go = Unterschreiben und umziehen
move-another = Eine andere Box
move-begun = Dein Umzug ist noch nicht fertig
move-begun-why = Du hast einen Umzug auf <box/> unterschrieben, und diese Box weiß noch nicht, ob alles angekommen ist. Bis dahin kommt nichts Neues in deinen Verlauf.
move-again = Umzug fortsetzen
move-done = Du bist umgezogen
move-lives = Dein Verlauf ist jetzt auf <box/>. Melde dich dort mit deinem Wiederherstellungsblatt an.
move-there = Zu deiner neuen Box
js-move-no-address = Das ist nicht die Adresse einer Box. Sie sieht so aus: https://box.example.
js-move-asking = Die andere Box wird gefragt…
js-move-no-sheet = Ohne das Blatt könntest du dich auf der neuen Box nicht anmelden. Du kannst eins unter „Geräte“ anlegen.
js-move-moving = Umzug läuft…
move-how = So läuft es ab

## Daten löschen

delete-lead = Damit löschst du deine Worte und Bilder auf dieser Box, endgültig. Nimm vorher eine Kopie mit: Du kannst sie später auf eine andere Box bringen.
delete-copy = Zuerst eine Kopie mitnehmen
delete-keep = Alles behalten
delete-owns = Diese Box gehört dir
delete-owns-why = Wenn du jetzt gehst, kümmert sich niemand mehr um sie. Entscheide zuerst, was mit ihr passiert.
delete-name-owner = An jemanden übergeben
delete-release = Die Box freigeben
cancel = Abbrechen
delete-looking = Es wird geprüft, was gelöscht würde…
delete-goes = Was gelöscht wird
delete-nothing = Von dir gibt es hier weder Worte noch Bilder.
delete-stays = Was bleibt, und warum
delete-reach = Was diese Box nicht erreicht
delete-sure = Mir ist klar, dass niemand das rückgängig machen kann
delete-go = Unterschreiben und löschen
delete-gone = Deine Daten sind gelöscht
delete-gone-why = Diese Box hat deine Worte und Bilder gelöscht. Heb die Quittung auf: Die Box hat sie unterschrieben, und darin steht, was wann gelöscht wurde.
delete-receipt = Quittung speichern
delete-leave = Verlassen
js-delete-tick = Setz zuerst dieses Häkchen: Niemand kann es rückgängig machen.
js-delete-erasing = Wird unterschrieben und gelöscht…
js-take-code = Gib zuerst den Besitzcode ein.
js-take-yours = Ab jetzt kümmerst du dich um sie: Einladungen, Sicherungen, Updates und ihren Namen.

## Meine Daten

data-nothing = Diese Box hat noch nichts über dich.
data-how-chain = Jeder Eintrag enthält den Fingerabdruck des vorigen. Wenn jemand einen Eintrag änderte, entfernte oder dazwischenschöbe, würden die Fingerabdrücke danach nicht mehr stimmen.
data-how-signed = Was du tust, unterschreibt dein Schlüssel, und der verlässt deinen Browser nie. Ohne ihn kann niemand deine Unterschrift machen, auch nicht diese Box.
data-how-check = Du musst dieser Seite nicht glauben: Nimm eine Kopie mit und <verify>prüf sie</verify> auf einer anderen Box oder mit dem Programm auf deinem eigenen Computer.
data-over-time = Dein Verlauf über die Zeit
data-as-table = Als Tabelle zeigen
data-trust = Wer für mich bürgt
data-apps = Apps
data-here = Was hier ist
data-entries = Eintrag für Eintrag
data-leaving = Gehen
data-leave = Du kannst <copy>eine Kopie mitnehmen</copy>, <bring>eine zurückbringen</bring>, mit allem <move>auf eine andere Box umziehen</move> oder <delete>löschen, was hier ist</delete>.
data-sticks = USB-Sticks
data-no-sticks = Steck einen Stick in deine Box, dann erscheint er hier. Du kannst eine Kopie von allem darauf speichern oder eine zurückbringen.
data-all = { $count ->
    [one] Alles, was diese Box über dich hat, findest du in deinem Verlauf: { $count } Eintrag.
   *[other] Alles, was diese Box über dich hat, findest du in deinem Verlauf: { $count } Einträge.
}
data-since = Er beginnt am { $date }.
data-signed = Dein eigener Schlüssel hat { $count } davon unterschrieben.
data-signed-newest = Von den neuesten { $of } hat dein eigener Schlüssel { $count } unterschrieben.
data-read-only = Du kannst deinen Verlauf hier lesen, aber nichts hinzufügen: { $reason }.
data-newest = Neuester Eintrag: <time/>.
data-damaged = Dein Verlauf ist auf dieser Box ab Eintrag { $entry } beschädigt.
data-damaged-shown = Was du hier siehst, kommt davor, und jede Zeile davon ist geprüft.
data-damaged-mend = Bis es jemand repariert, kommt nichts Neues dazu, und du kannst keine Kopie mitnehmen. Der Besitzer dieser Box kann ihn unter <health>Status</health> aus einer Kopie oder einer Sicherung wiederherstellen.
data-boxs-word = Dein eigener Schlüssel unterschreibt noch keine Einträge, deshalb steht hinter allem nur das Wort deiner Box.
data-each-word = Wo kein Schlüssel unterschrieben hat, gilt das Wort deiner Box. Bei jedem Eintrag unten siehst du, was es ist.
data-go-on-why = Du kannst deinen Verlauf von hier aus weiterführen. Dabei verlierst du alles Neuere, das diese Box nicht hat. Wenn eine andere Box oder eine deiner Kopien es hat, bring die zuerst hierher.
data-go-on = Von hier aus weitermachen
data-parts = Teile der Liste
data-newer = Neuere
data-older = Ältere

## Einträge

entry-at = Eintrag { $number }, <time/>.
entry-inside = Einzelheiten
entry-erased = die Worte wurden gelöscht
entry-by-helper = Unterschrieben von einer App, der du es erlaubt hast.
entry-by-you = Von dir unterschrieben.
entry-by-you-key = Von dir unterschrieben, mit dem Schlüssel <key>{ $key }</key>.
entry-by-other = Von jemand anderem unterschrieben.
entry-custodial = Angemeldet ausgelöst. Deine Box bürgt dafür; du hast es nicht unterschrieben.
entry-followed = Folgt aus etwas, das du getan hast.
entry-followed-other = Folgt aus etwas, das du oder jemand anders getan hat.
entry-box = Eine Notiz deiner Box: Niemand hat sie unterschrieben.
entry-word-paid = Dass es bezahlt ist, sagt nur deine Box. Wer wie viel bekommt, folgt aus dem, was unterschrieben ist.
entry-word-division = Dass es bezahlt ist und wer wie viel bekommt, sagt nur deine Box.
entry-word-all = Was darin steht, sagt nur deine Box: Niemand hat es unterschrieben.
entry-word-fact = Alles andere darin sagt nur deine Box: Niemand hat es unterschrieben.
entry-operation = Vorgang
entry-when = Wann
entry-fingerprint = Sein Fingerabdruck
entry-before = Der vorige
entry-about = Worum es geht
entry-key = Schlüssel
entry-signature = Unterschrift
entry-cause = Auslöser
entry-says = Was darin steht:
entry-stays = Was für immer bleibt:
entry-name = Name
entry-bio = über dich
entry-avatar = Bild
entry-banner = breites Bild
entry-links = Links
entry-visibility = Sichtbarkeit
entry-extras = Extras
will-signed = mit einem Schlüssel unterschrieben
will-custodial = angemeldet ausgelöst
will-derived = folgt aus einem anderen Eintrag
will-node = Notiz deiner Box
picture-label = Dein Verlauf über die Zeit. Jeder Punkt ist ein Eintrag. Die Tabelle darunter sagt dasselbe.
picture-dot = Eintrag { $number }: { $what }, { $will }, { $at }
picture-dots = { $count ->
    [one] { $count } Eintrag, { $will }, um den { $date }. Der neueste ist Eintrag { $newest }.
   *[other] { $count } Einträge, { $will }, um den { $date }. Der neueste ist Eintrag { $newest }.
}
picture-table = Dein Verlauf als Tabelle
picture-day = Tag
picture-service = Dienst

## Sicherungen

backups-lead = Eine Sicherung enthält die ganze Box: die Verläufe und Bilder von allen, die Schlüssel und Einstellungen der Box. Sie ist für dich verschlüsselt: Nur dein Schlüssel oder dein erstes Wiederherstellungsblatt öffnet sie.
backups-settings = In der Einstellungsdatei festgelegt
backups-settings-why = Die Einstellungen der Box (<file/> oder ihre Umgebung) legen fest, wohin Sicherungen gehen. Sie haben Vorrang vor dieser Seite. Um den Ort hier zu wählen, entferne dort <to/> unter <section/>.
backups-now = Deine Sicherungen
backups-paused = Sicherungen nach <to/> sind angehalten.
backups-asked = Sicherungen gehen nach <to/>, wenn du eine anlegst.
backups-every = { $hours ->
    [one] Sicherungen gehen nach <to/>, jede Stunde.
   *[other] Sicherungen gehen nach <to/>, alle { $hours } Stunden.
}
backups-none = <strong>Es werden keine Sicherungen gemacht.</strong> Wenn die Karte der Box kaputtgeht, ist alles darauf verloren.
backups-newest = Die neueste ist von <time/>, in <place/>: { $size }.
backups-at-friend = Bei { $host } liegt die Sicherung von <time/>: { $size }.
backups-drilled = Am { $day } kam alles davon zurück.
backups-proven = Zufällige Teile waren <time/> so, wie sie sein sollen. Die Box schaut jeden Tag nach.
backups-friend-sheet = Schreib { $host } auf dein Wiederherstellungsblatt: Wenn deine Box verloren geht, sind deine Sicherungen dort.
backups-failed = Die Sicherung ist fehlgeschlagen (<time/>):
backups-making = Eine Sicherung läuft.
backups-run = Jetzt sichern
backups-try = Diesen Ort testen
backups-resume = Fortsetzen
backups-pause = Anhalten
backups-forget = Beenden und diesen Ort vergessen
backups-forget-hint = Das entfernt den Ort und seinen Schlüssel aus der Box. Sicherungen, die schon dort sind, bleiben.
backups-choose = Ort wählen
backups-choose-other = Anderen Ort wählen
backups-kind = Wohin sie gehen
backups-kind-folder = USB-Stick, anderer Datenträger oder Netzlaufwerk
backups-kind-friend = Box von Freunden
backups-friend-hint = Auf der anderen Box unter Sicherungen „Freunden Platz geben“ wählen: Das ergibt eine Adresse und einen Code. Alles wird verschlüsselt, bevor es deine Box verlässt.
backups-friend = Adresse der anderen Box
backups-code = Code
backups-code-keep = Lass das leer, um den bisherigen Ort zu behalten.
backups-kind-bucket = Online-Speicher (S3)
backups-folder = Ordner
backups-folder-hint = Den Ordner muss es schon geben. Eingesteckte Sticks stehen in der Liste. Ein Ordner auf der Karte der Box hilft nicht, wenn diese Karte kaputtgeht.
backups-plug = Um einen USB-Stick zu verwenden, steck ihn in die Box und lade diese Seite neu.
backups-stick = Stick { $name } verwenden
backups-often = Wie oft
backups-often-6 = alle sechs Stunden
backups-often-24 = jeden Tag
backups-often-168 = jede Woche
backups-often-0 = nur, wenn ich es sage
backups-often-hours = { $count ->
    [one] jede Stunde
   *[other] alle { $count } Stunden
}
backups-save = Speichern
backups-try-first = Zuerst testen
backups-try-hint = Der Test schreibt dort eine kleine Datei, liest sie zurück und löscht sie.
backups-s3-url = Adresse des Speichers
backups-s3-bucket = Bucket, und auf Wunsch ein Ordner darin
backups-s3-region = Region
backups-s3-key = Zugriffsschlüssel-ID
backups-s3-secret = Geheimer Zugriffsschlüssel
backups-s3-secret-hint = Die Box bewahrt ihn verschlüsselt auf und zeigt ihn nie wieder.
backups-s3-secret-keep = Lass beide leer, um den bisherigen Schlüssel zu behalten.
js-backups-saving = Wird gespeichert …
js-backups-trying = Wird getestet …
js-backups-works = Es funktioniert: Die Box hat dort eine kleine Datei geschrieben, zurückgelesen und gelöscht.
js-backups-works-save = Es funktioniert: Die Box hat dort eine kleine Datei geschrieben, zurückgelesen und gelöscht. Speichere, um diesen Ort zu verwenden.
js-backups-starting = Wird gestartet …
js-backups-asking = Die Box wird gefragt …
js-backups-forgetting = Wird vergessen …
js-backups-making = Eine Sicherung läuft: { $done } von { $total }.

## Name und Bild

front-saved = Gespeichert. Besucher sehen das ab jetzt.
front-lead-settings = Das sehen Leute, bevor sie sich anmelden, und so heißt deine Box auf dem Startbildschirm eines Handys.
front-name = Wie heißt deine Box?
front-name-hint = Zum Beispiel „Adas Box“ oder „Rosengasse 4“. Lass es leer, um ihren Netzwerknamen zu verwenden.
front-zone = Zeitzone der Box
front-zone-hint = Zum Beispiel Europe/Zurich. In ihr stehen Zeiten ohne eigene Zone: in Briefen und für Besucher ohne Skripte. Ist das Feld leer, gilt die Zone des Geräts.
front-sentence = Ein Satz für Besucher
front-sentence-hint = Was hier passiert und für wen. Alle können ihn lesen.
front-people = Besuchern zeigen, wer hier ein Profil hat
front-save = Speichern
front-back = Zurück
front-picture = Bild
front-picture-alt = Das aktuelle Bild deiner Box
front-picture-none = Noch kein Bild.
front-picture-choose = Bild auswählen
front-picture-other = Anderes Bild auswählen
front-picture-hint = Wir schneiden es quadratisch zu. Alle können es sehen.
front-picture-remove = Bild entfernen
front-form = Schick das Formular mit Namen und Satz.
front-no-picture = Diese Box hat kein Bild.

## Der Server, der E-Mails verschickt

post = Mailserver
post-lead = Mit einem Mailserver verschickt diese Box Anmeldelinks, Tickets und das, wovon die Leute hören wollen. Ohne ihn gibst du die Links selbst weiter.
post-fixed = Die Einstellungsdatei dieser Box nennt ihren Mailserver, { $server }. Wenn du ihn hier festlegen willst, entferne ihn dort.
post-server = Server
post-server-hint = Bei deinem Mailanbieter heißt er Postausgangsserver oder SMTP-Server.
post-security = Verschlüsselung
post-tls = TLS von Anfang an (üblich)
post-starttls = STARTTLS
post-none = Keine: für einen Server auf diesem Gerät
post-port = Port
post-port-hint = Lass das Feld leer für den üblichen: 465, 587 oder 25.
post-user = Benutzername
post-password = Passwort
post-password-hint = Viele Anbieter wollen hier ein App-Passwort, nicht das, mit dem du dich anmeldest. Die Box bewahrt es verschlüsselt auf und zeigt es nie wieder.
post-password-keep = Lass das Feld leer, um das bisherige zu behalten.
post-from = Absender
post-from-hint = Die Adresse, von der E‑Mails kommen. Mit Namen: Unsere Box <box@example.org>
post-owner = Deine Adresse für Warnungen zur Box
post-owner-hint = Ist sie leer, gehen Warnungen an die Adresse, die du dieser Box gegeben hast, falls es eine gibt.
post-saved = Gespeichert. Es gilt ab jetzt.
post-wrong-server = Der Server ist ein Name wie smtp.example.org, ohne https:// und ohne Leerzeichen. Der Port hat ein eigenes Feld.
post-wrong-from = Der Absender muss eine Adresse wie box@example.org sein.
post-wrong-owner = Deine Adresse für Warnungen muss wie ada@example.org aussehen oder leer sein.
post-wrong-port = Der Port ist eine Zahl von 1 bis 65535 oder leer.
post-wrong-to = Schreib eine Adresse wie ada@example.org.
post-form = Dieses Formular ist nicht vollständig. Lade die Seite neu.
post-try = Ausprobieren
post-try-to = An
post-try-do = Test-E‑Mail verschicken
post-try-hint = Das dauert einen Moment. Es gilt, was gespeichert ist: Speichere zuerst.
post-sent = { $server } hat die E‑Mail für { $to } angenommen. Ist sie in ein paar Minuten nicht da, schau im Spam-Ordner nach.
post-refused = Die E‑Mail ging nicht hinaus. Das sagte { $server } oder das Netz:
post-letter = Eine Test-E‑Mail von { $name }
post-letter-text = Diese Box kann E‑Mails verschicken: { $name }, { $address }.
post-forget = Keine E‑Mails mehr verschicken
post-forget-why = Die Box vergisst den Server und sein Passwort. E‑Mails warten dann wieder unter „Wartende E‑Mails“.
post-forget-do = Server vergessen

## Wer mitmachen kann

joining = Wer mitmachen kann
joining-lead = Du entscheidest, wer auf dieser Box eine Identität anlegen kann. Wer schon hier ist, bleibt.
joining-who = Neue Leute
joining-invite = Wer eingeladen ist
joining-invite-why = Alle anderen können mit einer E‑Mail-Adresse als Gast kommen, für Tickets und zum Lesen.
joining-open = Alle, die diese Box erreichen
joining-open-why = Niemand braucht eine Einladung. Was Fremde an einem Tag verbrauchen können, ist begrenzt.
joining-closed = Niemand
joining-closed-why = Einladungen gelten nicht, bis du das änderst.
joining-saved = Gespeichert. Es gilt ab jetzt.
joining-fixed = Die Einstellungsdatei dieser Box legt das fest. Wenn du hier wählen willst, setz dort registration auf „auto“.
joining-form = Wähle eines von dreien.
joining-members = Mitglieder dürfen neue Leute hereinholen
joining-members-why = Jedes mit { $count } offenen Einladungen gleichzeitig. Sonst können das nur du und etablierte Mitglieder, und was Mitglieder schon verschickt haben, verbindet Leute, die hier sind.
js-front-unreadable = Dieser Browser kann das Bild nicht öffnen. Wähle eine JPEG- oder PNG-Datei.
js-front-too-big = Dieser Browser kann das Bild nicht verkleinern. Wähle ein anderes.

## Neu starten oder ausschalten

power-title = Neu starten, ausschalten, zurücksetzen
power-program = Die Box läuft als Programm auf einem Rechner mit anderen, deshalb startet und beendet diese Seite nur dieses Programm, nie den Rechner.
power-away = Ist unterwegs
power-restart-box = Box neu starten
power-restart-node = Node neu starten
power-restart-why = Sie ist etwa eine Minute weg und kommt automatisch zurück. Ist sie gesperrt, wartet sie dann auf ihre Passphrase.
power-restart = Neu starten
power-shut-down-box = Box ausschalten
power-shut-down-why = Alles ist auf der Karte gespeichert. Warte, bis das grüne Licht aus bleibt, bevor du den Stecker ziehst. Die Box startet wieder, sobald sie Strom bekommt.
power-shut-down = Ausschalten
power-stop-node = Node beenden
power-stop-why = Hier funktioniert dann nichts mehr, auch diese Seite nicht, bis jemand sie auf ihrem Rechner startet.
power-stop = Beenden
power-reset = Auf Werkseinstellungen zurücksetzen
power-reset-why = <strong>Das löscht alles auf der Box:</strong> die Verläufe, Bilder und Tickets von allen, ihre Schlüssel, ihre Einstellungen und wem sie gehört. Danach startet sie wie neu mit einem anderen Besitzcode. Wer den zuerst eingibt, wird ihr Besitzer.
power-reset-before = Sichere vorher, was du behalten willst:
power-reset-copy = <copy>Eine Kopie deiner eigenen Daten</copy>. Alle hier können ihre eigene anlegen.
power-reset-backup = <backup>Eine Sicherung der ganzen Box</backup>, auf einem Stick oder anderswo, nie auf dieser Karte.
power-reset-cells = Sicherungen anderswo bleiben, wo sie sind. Abgenutzte Stellen der Karte können Reste behalten, die die Box nicht löschen kann. Wenn du ganz sicher sein willst, zerstöre die Karte.
power-reset-copied = Ich habe eine Kopie oder will keine
power-reset-go = Alles löschen
power-type = Gib „{ $words }“ ein
js-power-restarting = Die Box startet neu. Diese Seite macht weiter, sobald sie wieder antwortet.
js-power-stopping = Die Box wird beendet. Starte sie wieder, wenn du sie brauchst.
js-power-erasing = Die Box löscht alles und startet dann wie neu. Den neuen Besitzcode findest du auf ihrem Bildschirm oder ihrer Konsole.
js-power-copy-first = Leg zuerst deine Kopie an oder sag, dass du keine willst.
js-power-asking = Die Box wird gefragt …

## Die Sperre der Box

lock-plain = Über einfaches HTTP könnten andere deine Passphrase mitlesen, deshalb nimmt die Box sie nicht an. Öffne die Box unter ihrer https://-Adresse.
lock-differ = Die beiden neuen Passphrasen sind nicht gleich. Es hat sich nichts geändert.
lock-box = Die Sperre deiner Box
lock-page-plain = Öffne diese Seite unter der <code>https://</code>-Adresse der Box: Über einfaches HTTP könnten andere deine Passphrase mitlesen.
lock-open = Deine Box ist nicht gesperrt: Sie startet automatisch, und wer ihre Karte stiehlt, kann lesen, was darauf ist.
lock-with = Diese Box mit einer Passphrase sperren
lock-it = Diese Box sperren
lock-sealed = Deine Box ist gesperrt: Nach jedem Start funktioniert sie erst, wenn du ihre Passphrase eingegeben hast.
lock-change = Eine andere Passphrase wählen
lock-change-it = Ändern
lock-off-why = Die Box startet dann wieder automatisch, und wer ihre Karte hat, kann sie lesen.
lock-reseal = Öffnet sich deine Box mit einer Schlüsseldatei oder mit Zugangsdaten des Geräts? Das änderst du mit <code>imajin init --reseal</code>.
lock-means-type = Nach jedem Stromausfall und jedem Neustart öffnest du die Seite der Box und gibst die Passphrase ein. Bis dahin funktioniert sie für niemanden.
lock-means-forget = Vergisst du sie, ist verloren, was gesperrt ist: der Schlüssel der Box, die Schlüssel, die sie für Gäste und Veranstaltungen verwahrt, Adressen und wartende E‑Mails. Dein eigener Schlüssel gehört nicht dazu: Er ist in deinem Browser und auf deinem Wiederherstellungsblatt.
lock-means-backup = Sorg also zuerst für dein Wiederherstellungsblatt und eine Sicherung. Eine Sicherung ist für dich verschlüsselt und öffnet sich mit deinem Schlüssel, ohne diese Passphrase.
lock-means-records = Verläufe und Bilder der Leute bleiben auf der Karte lesbar. Die Sperre schützt die Schlüssel, Adressen, Codes und E‑Mails der Box.
lock-new = Die neue Passphrase
lock-new-hint = Mindestens 8 Zeichen. Vier oder fünf Wörter, die du dir merken kannst, sind gut.
lock-again = Noch einmal dieselbe
lock-now = Die jetzige Passphrase

## Was Apps dürfen

js-scope-all = Alles in „{ $service }“
js-scope-one = „{ $verb }“ in „{ $service }“
js-authorize-unnamed = Diese App will dich zu einer Adresse schicken, die sie nie genannt hat. Vielleicht gibt sich jemand als diese App aus: Mach nicht weiter.

## Netzwerk

network-anywhere = Von überall
network-anywhere-title = Diese Box von überall erreichen
network-anywhere-why = Gäste und dein Handy unterwegs öffnen deine Box unter einem Namen, aus jedem Netz. Dafür öffnet sich kein Port deines Routers. Ein Verzeichnis leitet die Verbindungen weiter und kann sie nicht lesen: Die Verschlüsselung endet erst in deiner Box.
network-anywhere-no-https = Deine Box nutzt kein HTTPS und ist darum nicht von überall erreichbar.
network-anywhere-carries = { $registry } leitet die Verbindung weiter und kann sie nicht lesen.
network-anywhere-as = Unter { $name } erreichen
network-anywhere-by = Über { $registry } erreichen
network-anywhere-other = Über ein anderes Verzeichnis
network-anywhere-second = Zusätzlich über ein zweites Verzeichnis
network-anywhere-second-why = Fällt ein Verzeichnis aus, führt ein eigener Name über das andere weiter hierher.
network-anywhere-registry = Adresse des Verzeichnisses
network-anywhere-registry-hint = Wer es für eure Straße, euren Verein oder Ort betreibt, kann sie dir sagen.
network-anywhere-example = registry.example
network-anywhere-wrong = Das ist keine Adresse. Gib sie so ein: registry.example.
network-anywhere-go = Über dieses Verzeichnis erreichen
network-anywhere-keeper = Wer ein Verzeichnis betreibt, sieht, wer sich wann verbindet und wie viel übertragen wird, und kann ablehnen. Der Name gehört dem Verzeichnis: Wer es betreibt, könnte ihn anderswohin leiten und sich als deine Box ausgeben. Wähle eines, dem du vertraust, oder nimm einen eigenen Namen.
network-anywhere-terms = Der Name bekommt ein Zertifikat. Damit stimmst du den Bedingungen der Zertifizierungsstelle zu: Let’s Encrypt, wenn deine Einstellungsdatei keine andere nennt. Zertifikate sind öffentlich, und damit auch der Name.
network-anywhere-asking = { $registry } wird nach einem Namen gefragt. Das dauert ein paar Sekunden.
network-anywhere-no-name = { $registry } hat deiner Box keinen Namen gegeben:
network-anywhere-opening = Verbindung mit { $registry } wird aufgebaut …
network-anywhere-since = Erreichbar seit { $time }, über { $registry }.
network-anywhere-closed = Von außen gerade nicht erreichbar:
network-anywhere-again = Die Box versucht es automatisch noch einmal.
network-anywhere-today = Heute: { $bytes }.
network-anywhere-today-of = Heute: { $bytes } von { $most }.
network-anywhere-break = Letzte Unterbrechung: { $time } ({ $why }).
network-anywhere-certificate = Das Zertifikat ist unterwegs. Bis es da ist, warnen Browser vor diesem Namen. Das dauert höchstens ein paar Minuten.
network-anywhere-other-name = Deine Box bekommt ein Zertifikat für { $name } und keins für diesen Namen, darum warnen Browser vor ihm. Dieses Verzeichnis ist für einen eigenen Namen da.
network-anywhere-full = Deine Box nutzt schon zwei Verzeichnisse. Verzichte zuerst auf eins davon.
network-anywhere-stop = { $registry } nicht mehr verwenden
network-anywhere-unreadable = Die Datei mit deiner Wahl dazu lässt sich nicht lesen. Bitte wähle noch einmal:
network-anywhere-none = Kein Verzeichnis
network-nearby = Boxen in der Nähe
network-wifi = WLAN
network-wifi-go = Das WLAN deiner Box
network-owner-decides = Nur der Besitzer dieser Box kann ihre Netzwerkeinstellungen ändern.
network-on-or-off = port-mapping muss on oder off sein.
network-outside = Von außen
network-port-leads = Ein Port deines Routers führt hierher
network-asking = Der Router wird gefragt. Das dauert ein paar Sekunden.
network-open = TCP-Port <port/> deines Routers führt zu deiner Box, <inside/>. Sonst ist nichts offen.
network-open-at = TCP-Port <port/> deines Routers, <address/>, führt zu deiner Box, <inside/>. Sonst ist nichts offen.
network-until = Geöffnet mit { $by } bis { $until }; die Box verlängert das rechtzeitig.
network-for-good = Geöffnet mit { $by }; der Router lässt den Port offen, bis die Box ihn schließt.
network-not-public = Diese Adresse ist nicht öffentlich: Zwischen deinem Router und dem Internet ist noch ein anderer, oft der deines Anbieters. Bitte deinen Anbieter um eine öffentliche IPv4-Adresse.
network-other-port = Port 443 war belegt, deshalb enden Adressen von außen auf :{ $port }.
network-failed = Kein Port des Routers führt zu deiner Box:
network-failed-again = Die Box versucht es automatisch noch einmal.
network-everybody = Alle im Internet erreichen diese Box über diesen Port. Sie dürfen dort, was sie auch zu Hause dürfen.
network-close = Port schließen
network-open-title = Einen Port deines Routers öffnen
network-open-why = Im Moment erreichen alle zu Hause deine Box und niemand von außen. Deine Box kann deinen Router bitten, einen Port an sie weiterzuleiten, TCP 443 (mit UPnP, NAT-PMP oder PCP). Dann kann sich das ganze Internet mit ihr verbinden, auch Suchprogramme für schwache Boxen.
network-open-how = Geöffnet wird nur HTTPS. Der Port schließt sich, wenn du es hier sagst oder wenn die Box stoppt. Außerdem brauchst du einen Namen, der zur Adresse deines Routers führt. Ein VPN in dein Zuhause ist der vorsichtigere Weg.
network-open-go = Port öffnen
network-keep-closed = Geschlossen lassen
network-port-unreadable = Die Datei mit deiner Wahl zu diesem Port lässt sich nicht lesen, darum lässt die Box ihn geschlossen. Bitte wähle noch einmal:
network-not-announced = Diese Box gibt sich im lokalen Netz nicht bekannt und sucht dort deshalb auch keine anderen.
network-own-name = In diesem Netz heißt deine Box <name/>.
network-no-other = Hier wurde keine andere Box gefunden.
network-proved = Schlüssel bewiesen
network-not-proved = Schlüssel nicht bewiesen
network-certificates = Zertifikate
network-no-https = Deine Box nutzt kein HTTPS oder kennt die Uhrzeit noch nicht.
network-at-home = Zu Hause
network-own-names = Gilt für { $names } bis { $date }. Die Box erneuert es automatisch.
network-trust = Ein Handy dieser Box vertrauen lassen
network-public = Jeder Browser vertraut seinem Zertifikat, bis { $date }. Die Box erneuert es automatisch.
network-public-none = Dafür gibt es noch kein Zertifikat.
network-rebind = Von hier aus führt dieser Name nicht zu deiner Box. Manche Router unterdrücken Namen, die ins Heimnetz führen („DNS-Rebind-Schutz“): Erlaube diesen Namen in deinem Router. Bis dahin schickt die Box Leute zu ihrem Namen zu Hause.
network-attempt = Der letzte Versuch, eines zu bekommen, ist fehlgeschlagen ({ $time }):
network-attempt-check = Prüf, ob der Name zu dieser Box führt: mit einem Tunnel durch die Einträge unten, ohne einen über Port 443 deines Routers. Die Box versucht es automatisch noch einmal.
network-attempt-registry = Der Name kommt vom Verzeichnis { $registry }, das dabei helfen muss. Die Box versucht es automatisch noch einmal.
network-name = Ein eigener Name
network-name-fixed = Die Einstellungsdatei deiner Box gibt ihr diesen Namen: { $names }. Dort kannst du ihn ändern.
network-name-saved = Gespeichert. Die Box richtet sich in ein paar Sekunden danach.
network-name-asked = Ein Zertifikat wird beantragt. Das dauert höchstens eine Minute.
network-name-why = Wenn du einen Namen im Internet hast, zum Beispiel ada.example, kann deine Box dafür ein Zertifikat bekommen, dem jeder Browser vertraut. Dann erreichen alle deine Box unter diesem Namen, von überall.
network-name-how = Mit einem Tunnel führt der Name durch die Einträge zu deiner Box, die du nach dem Speichern hier siehst. Ohne Tunnel muss er zur Adresse deines Routers führen (das richtet dein Domain-Anbieter ein) und Port 443 deines Routers zu deiner Box (siehe unten, „Von außen“).
network-name-label = Der Name
network-name-wrong = Das ist kein Name im Internet. Gib ihn ohne https:// und ohne Port ein, zum Beispiel ada.example.
network-name-terms = Mit dem Namen stimmst du den Bedingungen der Zertifizierungsstelle zu: Let’s Encrypt, wenn deine Einstellungsdatei keine andere nennt. Zertifikate sind öffentlich, und damit auch der Name.
network-name-use = Diesen Namen verwenden
network-name-drop-why = Wenn du { $name } aufgibst, erreichen Browser, die deine Box nur unter diesem Namen kennen, sie nicht mehr, und Schlüssel, die dort gemacht wurden, sind für sie verloren. Füg vorher unter einer anderen Adresse einen Schlüssel hinzu.
network-name-drop = Nicht mehr verwenden
network-name-unreadable = Die Datei mit dem Namen, den du gewählt hast, lässt sich nicht lesen. Falls du einen hattest, behält ihn die Box vorerst. Wähle noch einmal, damit sie Bescheid weiß:
network-name-none = Kein eigener Name
network-records = Einträge für diesen Namen
network-records-why = Deine Box hat einen Tunnel, darum kann dieser Name ohne offenen Port zu ihr führen. Trag diese Einträge bei deinem Domain-Anbieter ein. Deine Box prüft jeden und hakt ihn hier ab, sobald das Internet ihn sieht.
network-records-asking = Deine Box fragt das Verzeichnis nach seinen Adressen.
network-records-caa = Mit dem CAA-Eintrag bekommt nur deine Box Zertifikate für diesen Namen. Ohne ihn könnte auch der Betreiber eines Verzeichnisses eines bekommen.
network-record-set = vorhanden
network-record-missing = noch nicht da
network-records-carried = { $registry } überträgt { $names }.
network-records-not-carried = { $registry } überträgt gerade nichts: Der Tunnel dorthin ist geschlossen.

## WLAN

wifi = Das WLAN deiner Box
wifi-plain = Über einfaches HTTP nimmt die Box das Passwort nicht an, weil andere mitlesen könnten. Öffne diese Box unter ihrer https://-Adresse.
wifi-form = Schick das Formular der Seite /wifi.
wifi-wrong-code = Das ist nicht der Besitzcode. Du findest ihn auf dem Bildschirm der Box und in hotspot.txt auf ihrer Karte. Es wurde nichts geändert.
wifi-unmanaged = Diese Box verwaltet das WLAN ihres Geräts nicht.
wifi-open-https = Öffne diese Seite unter der <https/>-Adresse der Box: Über einfaches HTTP könnten andere das Passwort mitlesen.
wifi-join-title = Mit einem WLAN verbinden
wifi-join = Verbinden
wifi-claim = Mach die Box danach zu deiner: <claim>Ich habe den Code</claim>.
wifi-off = Deine Box ist mit keinem WLAN verbunden.
wifi-card = Das WLAN ist in <file/> auf der Karte festgelegt, und das hat Vorrang vor dieser Seite. Ändere es dort.
wifi-own = Deine Box hat ein eigenes WLAN geöffnet. Sag ihr, mit welchem sie sich verbinden soll, dann verschwindet ihr eigenes.
wifi-joining = Deine Box versucht, sich mit dem gewählten WLAN zu verbinden. Lade diese Seite in einer Minute neu.
wifi-joined = Deine Box ist in dem WLAN, das auf dieser Seite gewählt wurde.
wifi-failed = Deine Box konnte sich mit dem gewählten WLAN nicht verbinden und ist beim vorherigen geblieben. Prüf Name und Passwort.
wifi-name = Name des WLANs
wifi-password = Passwort
wifi-password-hint = 8 bis 63 Zeichen. Lass es leer, wenn das WLAN keines hat.
wifi-country = Land, in dem du bist
wifi-country-hint = Zwei Buchstaben wie DE, damit die Box nur die dort erlaubten Kanäle benutzt.
wifi-code = Besitzcode der Box
wifi-code-hint = Du findest ihn auf dem Bildschirm der Box und in hotspot.txt auf ihrer Karte.
wifi-joining-title = Verbindung mit { $network }
wifi-joining-how = Falls du mit dem eigenen WLAN der Box verbunden bist, endet es jetzt. Verbinde dieses Gerät mit <network/> und öffne dort <address/> oder den Namen, den du der Box gegeben hast.
wifi-joining-back = Klappt es innerhalb einer Minute nicht, kehrt die Box zum vorherigen Zustand zurück, und diese Seite sagt es dir.
wifi-joining-claim = Mach die Box danach mit ihrem Besitzcode zu deiner: <address/>.

## Was diese Box erlaubt

policy = Was diese Box erlaubt
policy-lead = Das entscheidet der Besitzer von { $site }. Diese Regeln gelten gerade.
policy-in = Wer mitmachen kann
policy-in-open = Alle können mitmachen.
policy-in-invite = Mit einer Einladung kannst du mitmachen. Alle anderen können mit einer E‑Mail-Adresse als Gast kommen, für Tickets und zum Lesen.
policy-in-closed = Im Moment kann niemand Neues mitmachen.
policy-what = Wer was darf
policy-no-rank = Niemand bekommt einen Rang. Was du darfst, hängt davon ab, wie du dazugekommen bist und was du hier gemacht hast.
policy-established = Etabliert heißt: { $connections }, { $occasions }, { $days } und { $warnings }.
policy-connections = { $count ->
    [one] { $count } bestätigter Kontakt
   *[other] { $count } bestätigte Kontakte
}
policy-occasions = { $count ->
    [one] { $count } besuchte Veranstaltung oder abgeschlossene Zahlung
   *[other] { $count } besuchte Veranstaltungen oder abgeschlossene Zahlungen
}
policy-days = { $count ->
    [one] { $count } Tag Verlauf hier
   *[other] { $count } Tage Verlauf hier
}
policy-warnings = { $count ->
    [0] keine offene Warnung
    [one] höchstens { $count } offene Warnung
   *[other] höchstens { $count } offene Warnungen
}
policy-soft = Mit einer E‑Mail-Adresse kannst du
policy-preliminary = Mit einem eigenen Schlüssel kannst du auch
policy-established-can = Als etabliertes Mitglied kannst du auch
policy-can-read = lesen, was für die Leute dieser Box ist
policy-can-chat = chatten
policy-can-ticket = Tickets haben
policy-can-course = Kurse machen
policy-can-event = Veranstaltungen anlegen
policy-can-connect = dich mit anderen verbinden
policy-can-vouch = für andere bürgen
policy-can-attest = bestätigen, was andere getan haben
policy-can-warn = vor anderen warnen
policy-can-invite = Leute auf diese Box einladen
policy-can-quota = { $count ->
    [one] { $count } offene Einladung gleichzeitig haben
   *[other] { $count } offene Einladungen gleichzeitig haben
}
policy-can-bring = mit { $count } offenen Einladungen gleichzeitig neue Leute hereinholen
policy-invitations = Der Besitzer der Box kann beliebig viele Leute einladen. Eine Einladung gilt eine Woche.
policy-costs = Was es kostet
policy-nothing-sold = Auf dieser Box wird nichts verkauft.
policy-free = Diese Box nimmt nichts von dem, was auf ihr verkauft wird.
policy-fees = Von jedem Verkauf gehen { $network } an das Netzwerk, { $node } an diese Box und { $credit } als Guthaben zurück an die Käuferin oder den Käufer.
policy-card-fee = Ein Kartenanbieter nimmt seine eigene Gebühr. Jede Quittung zeigt jeden Anteil.
policy-fees-next = Ab <time/>: { $network } an das Netzwerk, { $node } an diese Box und { $credit } als Guthaben zurück an die Käuferin oder den Käufer.
policy-fees-change = Eine Gebühr kann sofort sinken und mit einem Tag Vorlauf steigen.
policy-limits = Grenzen
policy-private-too = Kommt eine Zahlung an, werden Läden an jeder Adresse benachrichtigt, die sie nennen, auch im eigenen Heimnetz dieser Box.
policy-public-only = Kommt eine Zahlung an, werden Läden nur an Adressen im öffentlichen Internet benachrichtigt.
policy-anchors-asked = Die Box veröffentlicht auf Wunsch, wie weit ihre Verläufe reichen.
policy-anchors = { $hours ->
    [one] Jede Stunde veröffentlicht die Box, wie weit ihre Verläufe reichen, damit sie sie nicht unbemerkt umschreiben kann.
   *[other] Alle { $hours } Stunden veröffentlicht die Box, wie weit ihre Verläufe reichen, damit sie sie nicht unbemerkt umschreiben kann.
}
policy-limit-body = Das Längste, was du auf einmal schreiben kannst
policy-limit-upload = Die größte Kopie, die du mitbringen kannst
policy-limit-session = Wie lange du angemeldet bleibst
policy-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
policy-limit-sessions = Gleichzeitig angemeldete Geräte
policy-limit-writes = Dauerhafte Schreibvorgänge pro Sekunde und Person
policy-limit-requests = Dauerhafte Anfragen pro Sekunde und Adresse
policy-limit-attempts = Dauerhafte Versuche pro Sekunde, sich anzumelden oder mitzumachen, je Adresse

## Ohne Netz

offline = Deine Box antwortet nicht
offline-why = Vielleicht ist dieses Gerät offline, oder die Box ist ausgeschaltet. Seiten, die du vor Kurzem geöffnet hast, gehen noch; diese ist nicht dabei.
offline-again = Noch einmal versuchen
offline-kept = Deine Box antwortet nicht. So sah die Seite am <time/> aus; was du hier änderst, wird nicht gespeichert.

## So funktioniert’s

docs = So funktioniert’s
docs-lead = Was trifft auf dich zu?
docs-live = Du lebst mit einer Box
docs-live-about = Was Haushalte fragen, in kurzen Antworten.
docs-run = Du betreibst eine Box
docs-run-about = Einrichten, aktuell halten und von überall erreichen.
docs-build = Du entwickelst für eine Box
docs-build-about = Eine Anleitung in Python, die API und jede Operation und Adresse.
docs-english = Diese Seiten gibt es nur auf Englisch.
docs-operations = Die Operationen der einzelnen Dienste
security-no-contact = Diese Box nennt keinen Kontakt für Hinweise auf Sicherheitslücken.
docs-none = Diese Seite gibt es in der Dokumentation nicht.
docs-markdown = Diese Seite als Markdown
docs-programs = Das OpenAPI-Dokument der einzelnen Dienste
docs-programs-all = <llms/> nennt alle Seiten, und <llms-full/> hat die für Entwickler in einem Text.
docs-live-all = Alle Hilfetexte

## Fragen aus Haushalten: die Frage, und die Antwort in Sätzen

ask-key =
    Was ist mein Schlüssel?
    Wenn du loslegst, erzeugt dein Browser eine geheime Zahl für dich: deinen Schlüssel. Er bleibt in diesem Browser.
    Damit unterschreibst du, was du tust, und alle können die Unterschrift prüfen, ohne jemanden zu fragen.
ask-lost =
    Was, wenn ich mein Handy verliere?
    Dein Wiederherstellungsblatt und seine Passphrase bringen deinen Schlüssel zurück. Hast du noch ein anderes Gerät, kannst du damit auch ein neues hinzufügen.
    Nimm danach unter „Geräte“ das verlorene Handy außer Betrieb: Ab dann unterschreibt sein Schlüssel nichts Neues.
ask-see =
    Wer sieht, was ich hier schreibe?
    Bei den meisten Dingen steht, wer sie sieht: alle, deine Kontakte oder nur du.
    Unterhaltungen, die Ende-zu-Ende-verschlüsselt sind, kann die Box nicht lesen. Alles andere könnte der Besitzer auf der Box finden.
ask-record =
    Was weiß die Box über mich?
    Alles, was diese Box über dich weiß, ist in einer Datei: deinem Verlauf. Du siehst ihn unter „Meine Daten“.
    Jeder Eintrag nennt den davor, deshalb lässt sich nichts unbemerkt einfügen, entfernen oder ändern. Deine Box schreibt ihn, und nur du kannst unterschreiben.
ask-erase =
    Kann ich löschen, was ich geschrieben habe?
    Ja. Es bleibt, dass da etwas war, wann es war und wer es unterschrieben hat. So beweist sich der Rest des Verlaufs weiterhin selbst.
    Andere haben es vielleicht vorher kopiert.
ask-copy =
    Kann ich meine Daten mitnehmen?
    Du kannst deinen ganzen Verlauf als eine Datei mitnehmen. Sie beweist sich selbst: Jede Box kann sie prüfen, und ein kleines Programm auf jedem Rechner auch.
    Auf einer anderen Box kannst du damit weitermachen, mit derselben ID, denselben Seiten und Freunden.
ask-leave =
    Wie gehe ich von hier weg?
    Unter „Meine Daten löschen“ löschst du deine Texte und Bilder auf dieser Box, endgültig. Nimm vorher eine Kopie mit.
    Möchtest du nur auf eine andere Box, wähle „Auf eine andere Box umziehen“: Unter deinem Namen finden dich die anderen weiterhin.
ask-owner =
    Was, wenn sich der Besitzer nicht mehr um die Box kümmern will?
    Er kann sie an eine andere Person übergeben. Die Daten von allen bleiben, wo sie sind.
    Du kannst auch mit deiner Kopie auf einer anderen Box weitermachen, selbst wenn es diese nicht mehr gibt.
ask-broken =
    Was, wenn die Box kaputtgeht oder gestohlen wird?
    In einer Sicherung ist die ganze Box. Sie kommt auf einen Stick, eine andere Platte, in einen Online-Speicher oder auf die Box von Freunden, und eine neue Box wird daraus zur alten.
    Nur der Schlüssel des Besitzers oder sein erstes Wiederherstellungsblatt öffnet sie. Mit einer Sperre öffnen sich die Schlüssel, Adressen und E‑Mails auf der Box nur mit einer Passphrase.
ask-offline =
    Was, wenn das Internet ausfällt?
    Zu Hause läuft die Box weiter, für alle in ihrem Netzwerk.
    Unterwegs zeigt dein Handy noch die Seiten, die du zuletzt geöffnet hast.
ask-outside =
    Wie erreiche ich die Box von unterwegs?
    Der Besitzer öffnet sie unter „Netzwerk“, mit „Diese Box von überall erreichen“. Niemand dazwischen kann mitlesen.
    Bis dahin antwortet sie nur zu Hause.
ask-credit =
    Was ist mein Guthaben wert?
    Guthaben ist ein Versprechen dieser Box. Du gibst es hier aus und kannst den Besitzer bitten, es auszuzahlen.
    Jede Quittung zeigt, wer welchen Teil bekommen hat, und du kannst sie ohne die Box prüfen.

## Skripte aller Seiten

js-too-short = Nimm mindestens { $count } Zeichen: Wer die Datei findet, kann beliebig oft raten.
js-went-wrong = Auf dieser Seite ist etwas schiefgegangen. Lade sie neu. Du hast nichts verloren.
js-just-now = gerade eben
js-bytes = Byte
js-your-id = deine ID
js-copy-what = Kopieren: { $what }
js-copy = Kopieren
js-copied = Kopiert
js-this-address = diese Adresse
js-signed-out = Du bist abgemeldet. Melde dich an und versuch es noch einmal. Was du geschrieben hast, ist noch auf dieser Seite.
js-key-number = Du hast diese Box mit einer Zahl geöffnet, { $number }. Zahlen ändern sich, und ein hier angelegter Schlüssel ginge damit verloren. Öffne die Box mit ihrem Namen, zum Beispiel https://imajin.local.
js-key-insecure = Diese Seite kam über eine ungeschützte Verbindung, und Schlüssel verwahrt der Browser nur bei geschützten. Öffne deine Box unter ihrer https://-Adresse oder auf der Box selbst.
js-key-old = Dieser Browser ist zu alt, um Schlüssel anzulegen (ihm fehlt Ed25519 oder X25519). Ein aktueller Chrome, Edge, Firefox oder Safari kann es.
js-key-restore = Mein Wiederherstellungsblatt benutzen
js-key-none = Dafür brauchst du deinen Schlüssel, und dieser Browser hat ihn nicht. Hol ihn von deinem Wiederherstellungsblatt zurück, oder öffne „Geräte“: Füge diesen Browser auf dem Gerät mit deinem Schlüssel hinzu, oder leg dir einen eigenen an, falls die Box deinen verwahrt.
js-sheet-line-short = Zeile { $line } von 10 fehlt oder ist zu kurz: Sie braucht 25 Buchstaben und hat { $count }.
js-sheet-line-letter = In Zeile { $line } von 10 stimmt ein Buchstabe nicht. Vergleich sie mit deinem Blatt.
js-sheet-order = Jede Zeile stimmt, aber sie gehören nicht zusammen. Sind alle zehn Zeilen vom selben Blatt, in der richtigen Reihenfolge?
js-sheet-passphrase = Das Blatt stimmt, aber diese Passphrase öffnet es nicht. Prüf Großbuchstaben und Leerzeichen.
js-unlock-refused = Dieses Gerät hat die Sperre nicht geöffnet. Dein Wiederherstellungsblatt bringt dich zurück.
js-unlock-wrong = Damit öffnet sich die Sperre nicht. Dein Wiederherstellungsblatt bringt dich zurück.
js-unlock-again = Dein Schlüssel ist gesperrt geblieben. Versuch es noch einmal und bestätige, dass du es bist.
js-sure-no = Zurück
js-cancel = Abbrechen
js-unlock-title = Deinen Schlüssel entsperren
js-unlock-passphrase = Die Passphrase für diesen Browser
js-unlock = Entsperren
js-unlock-check = Das ist nicht die Passphrase. Prüf Großbuchstaben und Leerzeichen.
js-unlock-nothing = Dein Schlüssel ist gesperrt geblieben, deshalb wurde nichts unterschrieben.
js-scan-off = Die Kamera ist aus geblieben. Erlaube sie für diese Seite oder tipp den Text ein.
js-scan-not-loaded = Der Teil dieser Seite, der Codes liest, ist nicht geladen. Prüf dein Netz und versuch es noch einmal, oder tipp den Text ein.
js-scan-stop = Kamera ausschalten
js-scan-large = Diese Datei ist zu groß für ein Wiederherstellungsblatt. Wähl die mit dem Namen „imajin-recovery…“.
js-scan-picture = Dieser Browser kann das Bild nicht öffnen. Speichere es als JPEG oder PNG oder tipp die Buchstaben ein.
js-scan-refused = { $what ->
    [several] Das ist nur einer von mehreren zusammengehörigen Codes. Diese Seite liest einzelne Codes.
    [gs1] Das ist ein Produktcode. Solche liest diese Seite nicht.
    [kanji] Dieser Code enthält japanische Zeichen in einer Form, die diese Seite nicht liest.
   *[charset] Dieser Code enthält Zeichen in einer Form, die diese Seite nicht liest.
}
js-scan-none = Auf diesem Bild ist kein lesbarer Code. Fotografier ihn näher, gerade und bei gutem Licht.
js-store-nothing = Dieser Browser speichert hier nichts (ein privates Fenster?). Dein Schlüssel braucht einen Platz: Öffne diese Seite in einem normalen Fenster.
js-store-full = Der Browser konnte das nicht speichern. Ist sein Speicher voll?
js-api-failed = Die Box konnte das nicht tun.
js-api-no-answer = Deine Box hat nicht geantwortet. Prüf, ob sie an ist und dieses Gerät im selben Netz ist, und versuch es noch einmal.
js-node-another = Unter dieser Adresse antwortet eine andere Box als die, die dieser Browser kennt, deshalb wurde nichts unterschrieben. Er kannte { $known }; diese nennt sich { $found }.
js-node-no-signin = Die Box wollte eine Unterschrift, die nichts mit dem Anmelden hier zu tun hat, deshalb wurde nichts unterschrieben.
js-node-no-list = Die Box wollte eine Unterschrift, die nichts mit deiner Kopie zu tun hat, deshalb wurde nichts unterschrieben.
js-confirm-own-key = Zum Bestätigen brauchst du einen eigenen Schlüssel. Leg ihn unter „Geräte“ an.
js-half-character = In diesem Text ist ein kaputtes Zeichen. Tipp ihn noch einmal.
js-dfos-no-keys = Diese ID hat keine Schlüssel.
js-dfos-no-key = Das ist kein Schlüssel.
js-proof-large = Das ist zu viel Text für eine Änderung (höchstens 1 MiB).
js-proof-somebody-else = Inzwischen hat sich in diesem Browser jemand anderes angemeldet, in einem anderen Tab. Lade diese Seite neu, damit du siehst, wer du bist.
js-kept = Das hast du vorhin geschrieben. Es ist noch nicht gespeichert.
js-kept-over = Von vorn anfangen

## USB-Sticks

js-sticks-writing = Eine Kopie wird geschrieben…
js-sticks-checking = Eine Kopie wird gelesen…
js-sticks-bringing = Eine Kopie wird hereingeholt…
js-sticks-stick = USB-Stick
js-sticks-progress = Fortschritt
js-sticks-passphrase = Passphrase dieser Kopie
js-sticks-passphrase-hint = Ohne sie kann niemand die Kopie öffnen, auch du nicht.
js-sticks-make = Meine Daten auf diesen Stick kopieren
js-sticks-eject = Sicher entfernen
js-sticks-lock = Mit einer Passphrase verschlüsseln
js-sticks-asking = Wird entfernt…
js-sticks-free = { $free } von { $all } frei
js-sticks-read-only = nur lesbar
js-sticks-pull = Du kannst ihn jetzt abziehen.
js-sticks-pull-paused = Du kannst ihn jetzt abziehen. Noch sind nicht alle Fotos von ihm kopiert: Der Import geht weiter, wenn du ihn wieder einsteckst.
js-sticks-photos = Fotos werden von ihm kopiert. Wenn du ihn entfernst, hält der Import an und geht weiter, wenn er wieder eingesteckt ist.
js-sticks-trouble = { $state ->
    [failed] Die Box kann diesen Stick nicht benutzen: { $why }.
   *[other] Der Stick ließ sich nicht entfernen: { $why }.
}
js-sticks-yours = Deine Kopie
js-sticks-somebodys = Eine fremde Kopie
js-sticks-made = { $what }, { $when }
js-sticks-locked = verschlüsselt
js-sticks-check = Prüfen
js-sticks-end-check = Prüfung beenden
js-sticks-bring = Auf diese Box bringen
js-sticks-reading = Wird gelesen…
js-sticks-its-passphrase = Die Passphrase dieser Kopie
js-sticks-open = Öffnen
js-sticks-needs-passphrase = Die Kopie öffnet sich nur mit ihrer Passphrase.
js-sticks-leave-it = Deine Box schreibt die Kopie. Lass den Stick stecken.
js-sticks-done = Deine Kopie ist auf dem Stick „{ $name }“, von dir unterschrieben.
js-sticks-done-eject = Entferne den Stick sicher, bevor du ihn abziehst.
js-sticks-home = Diese Box zu seinem Zuhause machen
js-sticks-backup = Als Sicherung behalten
js-sticks-leave = Doch nicht
js-sticks-is-home = Diese Box ist jetzt das Zuhause dieses Verlaufs.
js-sticks-keeping = Wird gespeichert…
js-sticks-is-backup = Die Box behält sie als Sicherung, die sich nur lesen lässt.
js-sticks-nothing = Es wurde nichts hereingeholt.
js-sticks-choose = Wird diese Box sein Zuhause, geht der Verlauf hier weiter, und keine andere Box kann mehr etwas hinzufügen. Eine Sicherung bleibt, wie sie ist.
js-sticks-no-key = Dieser Browser hat den Schlüssel zu diesem Verlauf nicht, deshalb kannst du ihn nur als Sicherung behalten: Er bleibt, wie er ist, und sein Besitzer kann damit weitermachen.
js-sticks-all-here = Es ist schon alles hier.

## Bausteine

components = Bausteine
components-lead = Nimm diese und keine anderen: Sie funktionieren auf dem Handy, mit der Tastatur, mit Screenreader und im Dunkeln.
component-button = Knopf
component-field = Feld
component-choice = Auswahl
component-card = Karte
component-row = Zeile einer Liste
component-person = Person
component-money = Geld und Zeit
component-tile = Kachel
component-tag = Schildchen und Zähler
component-notice = Hinweis
component-message = Meldung
component-steps = Schritte
component-progress = Fortschritt
component-empty = Leerer Zustand
component-facts = Angaben und Tabelle
component-question = Frage
component-folded = Zugeklappt
component-id = ID
component-one-main = Ein Hauptknopf pro Ansicht. Was etwas zerstört, bekommt einen eigenen Platz.
component-main = Haupt
component-other = Andere
component-link = Ein Link als Knopf
component-working = Einen Moment…
component-like-link = Wie ein Link
component-danger = Zerstörend
component-text = Text
component-hint = Wofür es ist, vor dem Feld.
component-mistake = Mit einem Fehler
component-mistake-why = Was falsch ist und was stattdessen richtig ist.
component-before = Mit etwas davor
component-with-button = Mit einem Knopf
component-long = Langer Text
component-file = Eine Datei
component-one-of = Eins von mehreren
component-first = Das erste
component-second = Das zweite
component-on-off = Etwas, das an oder aus ist
component-on = Etwas, das an ist
component-a-card = Eine Karte
component-together = Was zusammengehört.
component-home-card = Eine Karte auf der Startseite
component-tomorrow = Morgen um acht
component-accepted = Jemand hat deine Einladung angenommen
component-new = Eine neue.
component-place = Ein Ziel
component-another = Noch eins <detail>mit einer Einzelheit</detail>
component-a-tile = Eine Kachel
component-badge = Mit Zähler
component-plain = schlicht
component-good = gut
component-bad = braucht dich
component-know = Etwas Wissenswertes.
component-worked = Es hat geklappt.
component-happened = Was passiert ist, was es bedeutet und was zu tun ist.
component-top = Skripte melden sich oben auf der Seite, und Screenreader lesen es vor.
component-say-good = Sagen, dass es geklappt hat
component-say-bad = Sagen, dass es schiefging
component-steps-label = Beispielschritte
component-now = Jetzt
component-later = Später
component-three = Drei von zehn
component-endless = Niemand weiß, wie lange das dauert…
component-nothing = Hier ist noch nichts.
component-try = Etwas zum Ausprobieren
component-what = Was
component-this = Das hier
component-since = Seit
component-today = Heute
component-table = Eine Beispieltabelle
component-thing = Ding
component-number = Anzahl
component-entries = Einträge
component-few = Was nur wenige brauchen
component-all-same = Es ist trotzdem da.
component-why = Wenn eine Seite etwas behauptet, steht hier, warum du es glauben kannst.
js-component-good = Es hat geklappt.
js-component-sure = Das endgültig löschen?
js-component-bad = Es hat nicht geklappt. Dein Text ist noch da: Versuch es gleich noch einmal.

js-form-needed = (nötig)
js-form-choose = Auswählen …
js-form-other = Etwas anderes
js-form-other-what = Was denn?
js-form-other-missing = Schreib, was du meinst, oder wähle etwas anderes.
js-form-yes = Ja
js-form-no = Nein
js-form-up = „{ $what }“ nach oben
js-form-down = „{ $what }“ nach unten
js-form-place = „{ $what }“ ist jetzt { $place } von { $count }.
js-form-ranked = Das ist meine Reihenfolge
js-form-required = Bitte beantworte diese Frage.
js-form-empty = Beantworte bitte mindestens eine Frage.
js-form-type = Schreib eine Zahl, zum Beispiel 12,5.
js-form-choice = Wähle aus diesen aus.
js-form-min = Mindestens { $min }.
js-form-max = Höchstens { $max }.
js-form-range = Von { $min } bis { $max }.
js-form-number = Schreib eine Zahl unter einer Milliarde, mit höchstens drei Stellen nach dem Komma.
js-form-email = Schreib eine E‑Mail-Adresse wie name@example.org.
js-form-date = Wähle einen Tag.
js-form-long = Das ist zu lang. Eine Antwort hat höchstens 2000 Zeichen.
js-form-size = Deine Antworten sind zusammen zu lang. Kürze einige.

## What a device says of a push message

push-message = Du hast eine neue Nachricht
push-mention = Du wurdest erwähnt
push-request = Du hast eine neue Anfrage
push-turn = Jemand ist in eine Unterhaltung gekommen oder gegangen
push-connection = Du hast einen neuen Kontakt
push-ticket = Es gibt Neues zu einem Ticket
push-event = Eine Veranstaltung hat sich geändert
push-share = Jemand hat etwas mit dir geteilt
push-payment = Du hast eine neue Zahlung
push-security = An deinen Schlüsseln hat sich etwas geändert

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-at-must-page-navigation = at muss eine Seite der Navigation sein: /connections.
says-send-form-page-lock = Sende das Formular der Seite /lock.

## Jemanden auswählen

js-person-list = Personen
js-person-none = Wähle zuerst jemanden aus: Tippe einen Namen und wähle die Person.
js-person-looking = Einen Moment: Wir suchen die Person noch. Sieh nach, wer unter dem Feld steht, und versuch es dann noch einmal.
js-person-nobody = So heißt niemand auf dieser Box. Prüfe die Schreibweise, oder bitte die Person um einen Link zu ihrem Profil.
js-person-several = Mehrere Personen heißen so. Wähle eine aus der Liste, oder nimm ihren Benutzernamen.
js-person-elsewhere = Das führt zu einer anderen Box, { $host }. Gib hier die ID der Person ein: Sie steht auf ihrer Profilseite unter „Details“, und die Suche findet sie unter @name@{ $host }.

## Eine Kopie bringen

bring = Eine Kopie bringen
bring-lead = Dein Verlauf geht hier weiter, auch wenn es die Box, die ihn hatte, nicht mehr gibt. Wähl die Kopie, die du mitgenommen hast; dein Schlüssel macht diese Box zu ihrem neuen Zuhause.
bring-how = Die Box liest zuerst die ganze Kopie: Jeder Eintrag muss auf den vorigen folgen, und jede Unterschrift muss passen. Nichts wird aufgenommen, bevor dein Schlüssel unterschrieben hat, dass diese Box das neue Zuhause ist.
bring-unclaimed = Diese Box hat noch keinen Besitzer. Wer ihren Code hat, <claim>nimmt sie zuerst in Besitz</claim> und kann dann eine Kopie bringen.
bring-closed = Diese Box nimmt zurzeit niemanden auf. Ihr Besitzer kann eine Kopie für dich bringen oder in ihren Einstellungen ändern, wer dazukommen darf.
bring-file = Die Kopie
bring-file-hint = Eine Datei, die auf .tar endet, oder auf .tar.age, wenn sie verschlossen ist.
bring-passphrase = Die Passphrase, die sie verschließt
bring-invite = Einladung
bring-invite-hint = Der Code, den dir der Besitzer der Box gegeben hat. Du brauchst keinen, wenn der Besitzer oder ein Mitglied die Kopie bringt.
bring-go = An diese Box senden
bring-on-its-way = Deine Kopie ist unterwegs
bring-progress = Fortschritt
bring-stay = Lass diese Seite offen. Bricht die Verbindung ab, wartet sie und macht dann weiter. Kommst du später wieder, wähl dieselbe Datei noch einmal.
bring-found = Was die Box gefunden hat
bring-choose = Machst du diese Box zu ihrem Zuhause, geht der Verlauf hier weiter, und keine andere Box kann mehr etwas hinzufügen.
bring-sheet = Wem gehört sie?
bring-sheet-why = Nur wem sie gehört, kann diese Box zu ihrem Zuhause machen. Dieser Browser hat den Schlüssel noch nicht: Dein Wiederherstellungsblatt bringt ihn mit. Das Blatt und seine Passphrase bleiben in diesem Browser.
bring-home = Diese Box zum Zuhause machen
bring-backup = Als Sicherung aufbewahren
bring-leave = Eine andere Kopie wählen
js-bring-no-file = Wähl die Datei der Kopie.
js-bring-needs-passphrase = Die Kopie ist verschlossen. Gib ihre Passphrase ein.
js-bring-beginning = Es geht los…
js-bring-sending = Wird an die Box gesendet…
js-bring-waiting = Die Box antwortet nicht. Sobald sie es tut, geht es von selbst weiter.
js-bring-checking = Die Box prüft sie…
js-bring-gone = Die Kopie ist nicht mehr auf der Box. Sende sie noch einmal.
js-bring-other-sheet = Dieses Blatt gehört jemand anderem und nicht zu diesem Verlauf.
js-bring-leaving = Wird entfernt…

## Karten

js-cards-fetching = Einen Moment…

## Hilfe

all-help = Hilfe
all-help-lead = Drei Sätze zu jeder Seite: wofür sie da ist, was du zuerst tust, und was andere sehen oder was du zurücknehmen kannst.
all-help-search = Was möchtest du wissen?
all-help-nothing = Kein Hilfetext enthält alle diese Wörter. Versuch es mit weniger.
js-help-close = Schließen
js-help-all = Alle Hilfetexte

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-home =
    Start
    Hier siehst du, was auf dich wartet, was neu ist und was bald kommt.
    Beginne mit der Liste ganz oben, wenn da eine ist, dann mit dem, was auf dich wartet.
    Diese Seite siehst nur du; blendest du die Liste aus, findest du alles daraus weiter unter „Mehr“.
help-front =
    Die erste Seite
    Diese Seite sehen Leute, bevor sie sich anmelden.
    Hat dich jemand eingeladen, wähle „Ich habe eine Einladung“; warst du schon hier, wähle „Anmelden“.
    Alles, was hier öffentlich ist, kannst du ohne Konto ansehen.
help-create =
    Deine Identität anlegen
    Hier bekommst du einen eigenen Schlüssel, der unterschreibt, was du auf dieser Box tust.
    Schreib deinen Namen und geh die fünf Schritte durch; halte einen Drucker oder einen USB-Stick für dein Wiederherstellungsblatt bereit.
    Deinen Namen kannst du jederzeit ändern, und bis dein Blatt geprüft ist, kannst du von vorn anfangen.
help-claim =
    Besitzer dieser Box werden
    Diese Box hat noch keinen Besitzer, und mit ihrem Besitzcode wirst du es.
    Tipp den Code ein, den die Box auf ihrem Bildschirm oder ihrer Konsole zeigt, und unterschreib.
    Später kannst du die Box in den Einstellungen jemand anderem übergeben.
help-signin =
    Anmelden
    Hier kommst du wieder hinein: mit dem Schlüssel in diesem Browser, deinem Wiederherstellungsblatt, einem anderen Gerät oder deiner E‑Mail-Adresse.
    Tipp auf deinen Namen, wenn er da steht, oder wähle einen der anderen Wege.
    Dein Schlüssel bleibt in diesem Browser, auch wenn du dich abmeldest.
help-mail-link =
    Ein Anmeldelink
    Der Link in der E‑Mail meldet dich an, auch ohne eigenen Schlüssel.
    Tipp auf den Knopf, und schreib den Code auf, wenn die Seite einen zeigt.
    Der Link funktioniert einmal, und dieser Browser bleibt danach einen Tag lang angemeldet.
help-restore =
    Vom Blatt wiederherstellen
    Dein Wiederherstellungsblatt bringt deinen Schlüssel in diesen Browser, zum Beispiel auf einem neuen Handy.
    Scann das Blatt, wähle seine Datei oder tipp seine Buchstaben ab, und gib dann seine Passphrase ein.
    Weder das Blatt noch die Passphrase verlassen diesen Browser.
help-restore-box =
    Eine Box zurückholen
    Eine neue Box wird zu der, die du verloren hast, aus den Sicherungen auf der Box von Freunden.
    Leg drei Dinge bereit: die Adresse der Box deiner Freunde, dein Wiederherstellungsblatt mit seiner Passphrase und den Besitzcode der neuen Box.
    Die Verläufe und Bilder aller kommen zurück, und danach darf die alte Box nie wieder starten.
help-device =
    Dieses Gerät hinzufügen
    Dieses Gerät bekommt einen eigenen Schlüssel, damit es für dich unterschreiben kann.
    Schreib, wer du bist, und den Code unter „Geräte“ auf einem Gerät, das du schon benutzt, oder scann dort den Code, der hier erscheint.
    Nichts ändert sich, bis du dort zustimmst, und du kannst das Gerät jederzeit außer Betrieb nehmen.
help-more =
    Mehr
    Hier ist alles auf dieser Box, was in der Leiste keinen Platz hat.
    Tipp auf eine Kachel, um ihre Seite zu öffnen.
    Die Zahlen auf den Kacheln siehst nur du, und dein Schlüssel bleibt in diesem Browser, wenn du dich abmeldest.
help-settings =
    Einstellungen
    Hier steht alles, was du einstellen kannst; der Besitzer findet auch, was die Box betrifft.
    Tipp auf eine Zeile, um ihre Seite zu öffnen.
    Die Sprache gilt nur in diesem Browser, und du kannst sie jederzeit ändern.
help-search =
    Suche
    Eine Suche findet Leute, alles in den Apps, von Unterhaltungen bis zu Fotos, und was in deinem Verlauf steht.
    Tipp ein paar Wörter ein, in beliebiger Reihenfolge.
    Du findest nur, was du ohnehin sehen darfst, und andere sehen diese Seite nicht.
help-notifications =
    Benachrichtigungen
    Hier steht, was es Neues für dich gibt.
    Tipp auf eine Zeile, um zu öffnen, worum es geht, oder markiere alles als gelesen.
    Diese Liste siehst nur du, und in den Einstellungen wählst du, was hineinkommt.
help-data =
    Meine Daten
    Diese Seite zeigt, was die Box über dich hat: deinen Verlauf, Eintrag für Eintrag, und deine Sachen in jeder App.
    Sieh alles durch, oder nimm eine Kopie davon mit.
    Diese Seite siehst nur du, und du kannst mit deinen Daten jederzeit auf eine andere Box umziehen oder sie löschen.
help-copy =
    Eine Kopie mitnehmen
    Eine Kopie ist eine Datei mit deinem ganzen Verlauf, deinen Bildern und einer Seite, auf der du alles ohne eine Box ansiehst.
    Verschlüssle sie mit einer Passphrase, wenn jemand anderes sie finden könnte, und speichere sie dann auf einem Stick oder einer anderen Festplatte.
    Deine Daten hier bleiben, wie sie sind, und du kannst so viele Kopien machen, wie du magst.
help-verify =
    Eine Kopie prüfen
    Die Box liest eine Kopie durch und sagt, ob sie vollständig ist und jede Unterschrift stimmt.
    Wähle eine Kopie oder einen einzelnen Verlauf.
    Die Box behält nichts davon, und du brauchst dafür kein Konto.
help-bring =
    Eine Kopie bringen
    Aus einer Kopie geht dein Verlauf hier weiter, auch wenn es die Box, die ihn hatte, nicht mehr gibt.
    Wähle die Datei, und lass die Seite offen, bis alles angekommen ist.
    Nichts wird übernommen, bis dein Schlüssel unterschrieben hat, dass diese Box das neue Zuhause ist.
help-move =
    Auf eine andere Box umziehen
    Dein ganzer Verlauf zieht auf eine andere Box um, und andere finden dich weiter unter deinem Namen.
    Gib die Adresse der anderen Box ein, und sieh dir an, was umzieht, bevor du unterschreibst.
    Bis du unterschreibst, kannst du bleiben; danach zeigt diese Box nur noch, was sie hatte, und schickt Leute zur neuen.
help-delete =
    Meine Daten löschen
    Das löscht deine Worte und Bilder auf dieser Box, und zwar endgültig.
    Nimm zuerst eine Kopie mit, dann lies, was geht und was bleibt.
    Niemand kann es rückgängig machen, und du bekommst einen unterschriebenen Beleg darüber, was gelöscht wurde.
help-devices =
    Geräte
    Jedes deiner Geräte hat einen eigenen Schlüssel, der für dich unterschreibt, und diese Seite zeigt sie alle.
    Um ein Handy oder einen Computer hinzuzufügen, scann den Code hier mit seiner Kamera.
    Verlierst du ein Gerät, nimm seinen Schlüssel hier außer Betrieb: Von da an unterschreibt er nichts Neues.
help-sheets =
    Wiederherstellungsblätter
    Ein Wiederherstellungsblatt bringt deinen Schlüssel zurück, wenn ein Gerät kaputtgeht oder verloren ist.
    Mach eins, lies es wieder ein, und leg es zu deinen wichtigen Papieren.
    Ohne seine Passphrase öffnet ein Blatt nichts, und du kannst es hier widerrufen.
help-email =
    Deine E‑Mail-Adresse
    An diese Adresse schickt die Box deine Tickets und was es Neues für dich gibt.
    Tipp sie ein, und öffne innerhalb von 15 Minuten den Link in der E‑Mail.
    Sie gilt, sobald du den Link geöffnet hast, und du kannst jederzeit eine andere angeben.
help-trust =
    Vertrauen
    Diese Seite zeigt, wer für dich bürgt und was das hier ausmacht.
    Sieh nach, was noch fehlt, und bestätige, was andere über dich sagen, wenn es stimmt.
    Was du bestätigst, steht in euren beiden Verläufen, und keiner von euch kann es allein ändern.
help-apps =
    Apps, die für mich handeln
    Diese Programme anderer Leute dürfen eine Zeit lang bestimmte Dinge in deinem Namen tun.
    Sieh nach, was jedes davon darf.
    Du kannst einer App die Vollmacht hier sofort entziehen, und dein Verlauf zeigt, was sie für dich getan hat.
help-authorize =
    Eine App fragt dich
    Ein Programm von jemand anderem fragt, ob es bestimmte Dinge in deinem Namen tun darf.
    Lies, worum es bittet, und wähle „Nein“, wenn du nicht von seiner Adresse kommst.
    Deinen Schlüssel bekommt es nie, und du kannst ihm die Vollmacht jederzeit entziehen.
help-app-requests =
    Apps, die hierher wollen
    Programme anderer Leute fragen hier den Besitzer, ob sie sich auf dieser Box vorstellen dürfen.
    Sag Ja zu denen, die du kennst.
    Was eine App darf, entscheidet weiter jede Person selbst, und du kannst dein Ja zurücknehmen.
help-policy =
    Was diese Box erlaubt
    Das sind die Regeln der Box im Moment: wer dazukommen kann, wer was tun kann und was es kostet.
    Sieh hier nach, wenn dir etwas noch nicht offensteht.
    Diese Seite können alle lesen, und die Regeln bestimmt der Besitzer der Box.
help-docs =
    So funktioniert’s
    Hier steht, wie die Box funktioniert, für alle, die mit einer leben, eine betreiben oder für eine entwickeln.
    Wähle oben, was auf dich zutrifft.
    Diese Seite können alle lesen, auch ohne Konto.
help-help =
    Hilfe
    Zu jeder Seite dieser Box gibt es drei Sätze Hilfe, und hier stehen sie alle, nach Apps.
    Tipp ein Wort ein, um die richtigen zu finden, oder tipp auf das Fragezeichen der Seite, die du verstehen möchtest.
    Alle können sie lesen, auch ohne Konto.
help-certificate =
    Der Weg hinein
    Diese Seite findet den sichersten Weg von diesem Gerät zur Box.
    Geh weiter, wie sie es sagt, oder installier das Zertifikat, damit dein Browser nicht mehr warnt.
    Das Zertifikat gilt nur für diese Box und nur zu Hause, und du kannst es wieder vom Gerät entfernen.
help-joining =
    Wer mitmachen kann
    Hier entscheidet der Besitzer, wer auf dieser Box eine Identität anlegen kann.
    Wähle eine der drei Möglichkeiten, und speichere.
    Wer schon hier ist, bleibt, und du kannst es jederzeit ändern.
help-box-front =
    Name und Bild der Box
    Hier gibt der Besitzer der Box einen Namen, einen Satz und ein Bild.
    Schreib einen Namen, den die Leute erkennen, und speichere.
    Das alles sehen alle, auch bevor sie sich anmelden, und du kannst es jederzeit ändern.
help-mail-server =
    Mailserver
    Mit einem Mailserver verschickt die Box Anmeldelinks, Tickets und Neuigkeiten per E‑Mail.
    Trag ein, was dein Mailanbieter den Postausgangsserver nennt, speichere, und schick eine Test-E‑Mail.
    Die Box bewahrt das Passwort verschlüsselt auf und zeigt es nie wieder, und du kannst sie den Server vergessen lassen.
help-letters =
    Wartende E‑Mails
    Hier warten Anmeldelinks, Tickets und Nachrichten, bis die Box sie verschickt hat, oder bis du sie weitergibst, wenn sie keinen Mailserver hat.
    Gib jeden Link an seine Person und an niemanden sonst.
    Wer den Link hat, kann sich damit anmelden, und hat ihn einmal die falsche Person, lässt er sich nicht zurückholen.
help-health =
    Status
    Hier sagt die Box, wie es ihr geht: ihrem Speicher, ihrer Uhr, ihren Sicherungen, ihren Updates und mehr.
    Beginne mit dem, was dich braucht: Jede Zeile sagt, was zu tun ist.
    Diese Seite sieht nur der Besitzer.
help-backups =
    Sicherungen
    In einer Sicherung ist die ganze Box, damit nichts verloren ist, wenn die Karte kaputtgeht.
    Wähle einen Ort außerhalb der Box, zum Beispiel die Box von Freunden, prüf ihn, und speichere.
    Nur dein Schlüssel oder dein erstes Wiederherstellungsblatt öffnet eine Sicherung, und du kannst sie anhalten oder einen anderen Ort wählen.
help-network =
    Netzwerk
    Diese Seite zeigt, wie man die Box erreicht: zu Hause, und von überall, wenn du das möchtest.
    Damit du die Box auch unterwegs öffnen kannst, wähle „Diese Box von überall erreichen“.
    Namen und ihre Zertifikate sind öffentlich, und du kannst einen Namen wieder aufgeben oder einen Port wieder schließen.
help-wifi =
    Das WLAN der Box
    Hier sagst du der Box, mit welchem WLAN sie sich verbindet.
    Gib den Namen und das Passwort deines WLANs ein.
    Gelingt es der Box nicht innerhalb einer Minute, kehrt sie zu dem zurück, was vorher war.
help-lock =
    Die Sperre der Box
    Mit einer Sperre öffnen sich die Schlüssel, Adressen und E‑Mails auf der Box nur mit einer Passphrase.
    Sorg zuerst für dein Wiederherstellungsblatt und eine Sicherung, dann wähle die Passphrase.
    Nach jedem Stromausfall muss jemand sie eintippen, und du kannst die Sperre wieder aufheben.
help-owner =
    Die Box übergeben
    Hier übergibt der Besitzer die Box jemand anderem, oder er gibt sie frei.
    Wähle, wer sich von jetzt an um sie kümmert, und unterschreib.
    Alle Daten bleiben, wo sie sind, und nur der nächste Besitzer kann dir die Box zurückgeben.
help-power =
    Neu starten, ausschalten, zurücksetzen
    Hier startet der Besitzer die Box neu, schaltet sie aus oder setzt sie auf Werkseinstellungen zurück.
    Schalte die Box aus, bevor du den Stecker ziehst.
    Beim Neustarten und Ausschalten geht nichts verloren, aber das Zurücksetzen löscht alles für alle.
