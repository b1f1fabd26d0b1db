# Menschen auf anderen Boxen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Andere Boxen
summary = Menschen auf anderen Boxen finden

## Die Seite

home = Menschen auf anderen Boxen
who = Name der Person auf ihrer Box
find = Suchen
hint = Gib den Namen von jemandem auf einer anderen Box ein, zusammen mit der Box: @maya@box.example. Deine Box fragt dann dort nach.
at-box = { $host } führt den Verlauf dieser Person und hat das mit ihrer eigenen Unterschrift bewiesen. Den Namen oben nennt { $host }.
their-page = Zur Seite auf { $host }
somebody = Jemand ohne Namen
exactly = Wer das genau ist
exactly-did = Die ID der Person: <did/>
exactly-box = Die ID von { $host }: <did/>
exactly-key = Der Schlüssel des Zertifikats (SHA-256):
exactly-why = Vergleiche die ID mit der auf der eigenen Seite der Person oder frag sie. Die ID bleibt auch nach einem Umzug auf eine andere Box gleich.

## Hinter einem Namen steht jetzt jemand anderes

changed = Hinter { $who } steht jetzt jemand anderes
changed-why = Deine Box kennt diesen Namen, und früher gehörte er jemand anderem. Vielleicht wurde er abgegeben. Vielleicht gibt sich jemand als diese Person aus. Frag die Person, die du kennst, auf einem anderen Weg, bevor du diesem Namen traust.
changed-before = Die ID vorher: <did/>
changed-now = Die ID jetzt: <did/>
changed-accept = Ich habe gefragt: Der Name gehört jetzt der neuen Person

## Niemand wurde gefunden

no-address = Das ist kein Name auf einer Box. Er sieht so aus: @maya@box.example, ein Name und dann die Adresse der Box.
no-answer = { $host } antwortet nicht. Vielleicht ist die Box aus, oder in der Adresse ist ein Tippfehler. Prüfe die Adresse und versuch es später noch einmal.
untrusted = Dem Zertifikat von { $host } traut deine Box nicht: An ihrer Stelle könnte ein anderes Gerät antworten. Bitte die Besitzerin oder den Besitzer von { $host }, unter „Netzwerk“ eine öffentliche Adresse einzurichten.
private = { $host } ist eine Adresse in einem Heimnetz. Deine Box fragt nur Boxen im Internet, solange in ihren Einstellungen nichts anderes erlaubt ist (private_addresses).
nobody = Auf { $host } zeigt sich niemand als @{ $who }. Prüfe den Namen oder frag nach: Vielleicht ist das Profil verborgen.
homeless = Keine Box beweist, dass diese Person bei ihr zu Hause ist. Vielleicht ist ihre Box aus. Wer per E‑Mail dazukam und keinen eigenen Schlüssel hat, ist von einer anderen Box aus nicht zu finden.
invalid = Die Antwort von { $host } ist keine von einer Imajin-Box. Prüfe die Adresse der Box.
fault = Der Beweis von { $host } stimmt nicht, deshalb glaubt deine Box ihm nicht. Sag es der Besitzerin oder dem Besitzer von { $host }.
pinned = { $host } hat einen Beweis geschickt, der älter ist als einer, den deine Box schon kennt. Deshalb glaubt sie ihm nicht. Vielleicht läuft die Box mit einer alten Sicherung. Sag es der Besitzerin oder dem Besitzer.
two-homes = Zwei Boxen beweisen beide, dass diese Person bei ihnen zu Hause ist, und beide Beweise sind unterschrieben. Deine Box glaubt keinem. Frag die Person: Vielleicht wurde ihr Schlüssel gestohlen. Beide Beweise stehen unten.
too-many = Deine Box hat in kurzer Zeit nach vielen Menschen gesucht. Warte ein paar Minuten und versuch es noch einmal.
internal = Deine Box konnte nicht nach dieser Person suchen. Versuch es später noch einmal.
no-stranger = Nur wer auf dieser Box aufgenommen wurde, sucht nach Menschen auf anderen Boxen.
evidence = Was an dem Beweis nicht stimmt
proof-of = Beweis { $number }
proof-box = Von { $url }:
proof-copy = Der ganze Beweis:

## Antworten an andere Boxen

proof-not-here = Diese DID ist nicht auf dieser Box zu Hause.
proof-deleted = Diese Person hat ihre Daten hier gelöscht.
proof-bare-key = Diese Person hat keinen eigenen Schlüssel, deshalb gibt es keinen Beweis für ihr Zuhause.
webfinger-resource = Die Abfrage braucht eine „resource“ wie acct:maya@box.example.
webfinger-nobody = Niemand hier hat diesen Namen.

## Sicherungen von Boxen von Freunden

contracts = Sicherungen für Freunde aufbewahren
contracts-lead = Deine Box kann die Sicherungen der Box von Freunden aufbewahren. Sie sind verschlüsselt, bevor sie dort weggehen: Deine Box sieht Größen und Zeiten, sonst nichts.
contract-room = { $used } von { $room } belegt. Was die andere Box entfernt, bleibt 30 Tage und zählt so lange mit.
contract-last = Letzte Sicherung: <time/>.
contract-none = Es ist noch keine Sicherung gekommen.
contract-refused = Für die letzte Sicherung war kein Platz. Die andere Box meldet das auch. Mach Platz auf deiner Platte, oder beende das hier und gib einen neuen Code mit mehr Platz.
contract-ends = Du hast das beendet. Die Sicherungen hier können noch bis <time/> gelesen werden, dann verschwinden sie.
contract-end = Diese Sicherungen nicht mehr aufbewahren
contract-end-hint = Die andere Box erfährt davon. Was hier ist, bleibt 30 Tage, damit sich ein anderer Ort findet.
offer = Freunden Platz geben
offer-name = Name
offer-room = Platz in Gigabyte
offer-make = Code erstellen
offer-how = Platz für { $room }. Auf der anderen Box unter Sicherungen „Box von Freunden“ wählen und eingeben:
offer-address = Adresse:
offer-code = Code:
offer-until = Der Code gilt einmal, bis <time/>.
offer-link = Lieber einen Link schicken
offer-link-how = Der Link zeigt Adresse und Code.
offer-qr = QR-Code des Links
offer-withdraw = Diesen Code zurückziehen
offer-form = Gib einen Namen und den Platz in Gigabyte an.
code-title = Platz für deine Sicherungen
code-lead = Wem { $host } gehört, gibt deiner Box Platz für ihre Sicherungen. Öffne auf deiner eigenen Box Sicherungen, wähle „Box von Freunden“, und gib diese Adresse und diesen Code ein. Schreib die Adresse auch auf dein Wiederherstellungsblatt: Wenn deine Box verloren geht, sind deine Sicherungen dort.
contract-owner = Das darf nur, wem diese Box gehört.
contract-code = Dieser Code gilt hier nicht. Jeder Code gilt einmal, sieben Tage lang: Bitte um einen neuen.
contract-unknown = Unter diesem Namen gibt es hier nichts, was dieser Schlüssel benutzen darf.
contract-ended = Die andere Box nimmt keine Sicherungen von dir mehr an. Was dort ist, kann noch 30 Tage gelesen werden. Wähle einen anderen Ort.
contract-many = Diese Box bewahrt die Sicherungen von so vielen Boxen auf, wie sie kann. Beende eines, das nicht mehr gebraucht wird.
contract-chain = Die Identitätskette ist ungültig, oder sie enthält den Schlüssel nicht, der diese Anfrage unterschrieben hat.
contract-fork = Die Identitätskette setzt die hier bekannte nicht fort.
contract-owners = Diese Box hat zu oft den Besitzer gewechselt. Bitte um einen neuen Code.
contract-digest-form = sha256 muss aus 64 hexadezimalen Ziffern in Kleinbuchstaben bestehen.
contract-name-form = Ein Name besteht aus Buchstaben, Ziffern, Punkten, Binde- und Unterstrichen: höchstens 100, und am Anfang kein Punkt.
contract-full = Auf der anderen Box ist dafür kein Platz: Der Platz, den du bekommen hast, ist belegt, oder die Platte ist fast voll. Von dieser Datei ist dort nichts geblieben. Bitte um mehr Platz.
contract-long = Eine Datei darf höchstens 256 MiB groß sein.
contract-written = Diesen Namen hat schon eine andere Datei, und sie wird nur einmal geschrieben.
contract-replaced = Hier ist eine andere Fassung dieser Datei als die, die ersetzt werden sollte. Vielleicht benutzen zwei Boxen einen Ort.
contract-gap = Vor diesem Teil fehlen Bytes. Beginne dort, wo die Antwort es sagt.
contract-digest = Die Datei, die ankam, ist nicht die angekündigte. Beginne von vorn.
says-backups-other-boxes = hier werden Sicherungen anderer Boxen aufbewahrt: { $count }
says-no-room-backup-friend = für eine Sicherung von Freunden war hier kein Platz: { $names }
says-make-room-friend = mach Platz auf der Platte, oder gib auf der Seite Sicherungen mehr Platz

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-find =
    Menschen auf anderen Boxen
    Hier findest du jemanden, dessen Verlauf auf einer anderen Box ist.
    Tipp den Namen mit der Box ein, etwa @maya@box.example.
    Deine Box fragt dann die andere und glaubt nur, was unterschrieben ist.
help-backup-code =
    Platz für deine Sicherungen
    Jemand gibt deiner Box Platz für ihre Sicherungen, und diese Seite zeigt den Code dafür.
    Öffne auf deiner eigenen Box die Sicherungen, wähle „Box von Freunden“, und tipp die Adresse und den Code ein.
    Der Code funktioniert einmal, und deine Sicherungen werden verschlüsselt, bevor sie deine Box verlassen.
