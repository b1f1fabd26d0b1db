# Menschen auf anderen Boxen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Andere Boxen
summary = Menschen auf anderen Boxen finden

## Die Seite

home = Menschen auf anderen Boxen
who = Ihr Name auf ihrer Box
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
changed-dids = Die ID vorher: <before/>. Die ID jetzt: <now/>.
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
