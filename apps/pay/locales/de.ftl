# Zahlungen, Guthaben und Auszahlungen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Geld

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-fair-publish = Du hast festgelegt, wer an einem deiner Werke beteiligt ist
op-settle = Du hast bezahlt
op-checkout = Du hast etwas bestellt, das von außen bezahlt wird
op-topup = Du hast Guthaben angefordert, das von außen bezahlt wird
op-callback = Du hast festgelegt, wo du von Zahlungen erfährst
op-details = Du hast deine Zahlungsangaben geändert
op-called = Ein Verkäufer hat von einer Zahlung erfahren oder war nicht zu erreichen
op-opened = Eine Bezahlseite wurde geöffnet
op-paid = Eine Zahlung ist angekommen
op-failed = Eine Zahlung kommt nicht
op-fulfilled = Das Bezahlte wurde geliefert oder konnte nicht geliefert werden
op-return = Die Box gibt eine Zahlung zurück
op-returned = Geld wurde erstattet oder konnte nicht erstattet werden
op-disputed = Eine Bank hat Geld zurückverlangt
op-stray = Eine Zahlung ist angekommen, die dieser Verlauf nicht kennt
op-stray-return = Du hast eine Zahlung zurückgegeben, die doppelt kam
op-stray-due = Eine Zahlung, die doppelt kam, soll zurückgehen
op-stray-returned = Eine Zahlung, die doppelt kam, ging zurück oder konnte es nicht
op-transfer = Dein Anteil an einem Verkauf ist auf dem Weg zu deinem Konto
op-transferred = Dein Anteil an einem Verkauf ging an dein Konto oder konnte nicht gesendet werden
op-account = Dein Konto für Auszahlungen hat sich geändert
op-pending = Eine Zahlung von dir ist offen
op-expected = Eine Zahlung an dich ist offen
op-emt-confirm = Du hast bestätigt, dass eine Zahlung angekommen ist
op-receipt = Eine Zahlung wurde gemacht, mit Beleg
op-credit = Dein Guthaben auf einer Box hat sich geändert
op-refund = Du hast eine Zahlung zurückgegeben
op-refund-sent = Du hast gesagt, dass du eine Erstattung überwiesen hast
op-refunded = Eine Zahlung geht an dich zurück
op-fees-change = Du hast die Gebühren der Box geändert
op-fees-changed = Die Gebühren der Box haben sich geändert
op-held = Die Box wartet auf eine Zahlung
op-posted = Die Box hat eine Zahlung in ihre Bücher eingetragen
op-debt-pay = Du hast bezahlt, was du geschuldet hast
op-debt-forgive = Du hast gesagt, dass eine Schuld bei dir beglichen ist
op-debt-decline = Du hast abgelehnt, was dir jemand angeblich schuldet, oder es wieder angezeigt
op-owed = Was für eine Überweisung geschuldet wird, hat sich geändert
op-payout-ask = Du hast eine Auszahlung angefordert
op-payout-close = Du hast eine Auszahlung bezahlt oder abgelehnt
op-paid-out = Eine Auszahlung an dich wurde bezahlt oder abgelehnt
op-limit = Du hast ein Konto mehr ausgeben lassen, als es hat
op-limited = Wie weit ein Konto überzogen werden darf, hat sich geändert
op-cards = Du hast gewählt, wie diese Box Karten nimmt
op-topup-reversed = Du hast gesagt, dass eine Bank eine Einzahlung zurückgeholt hat
op-freed = Das Geld einer Zahlung ist frei
op-later = Was verkauft wurde, endet später

## Arten von Mitteilungen.

notice-transfer = Eine Überweisung, die du senden oder bestätigen kannst
notice-stray = Eine Zahlung, die doppelt kam
notice-payout = Jemand möchte eine Auszahlung

## Auf mehreren Seiten

money = Dein Geld
money-back = Zurück zu deinem Geld
you = du
the-box = { $site } (die Box)
how-to-pay = So bezahlst du
arrived = Ist angekommen
for-payment = Für diese Zahlung
how-much = Wie viel?
currency = Währung
sign-it = Unterschreiben
asked-on = Angefordert am <day/>
scripts-off = Dein Browser unterschreibt, was du hier tust, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
not-open = Du hast hier keine offene Zahlung. Vielleicht ist sie bezahlt oder abgelaufen.
no-receipt = Du hast keinen Beleg mit dieser ID. Nur wer bezahlt hat oder bezahlt wurde, hat einen.
receipt-erased = Dieser Beleg wurde aus deinem Verlauf gelöscht.

## Start

home-send = Überweise <sum/> an <name/>, mit der Referenz <memo/>.
home-arrived = Sind <sum/> von <name/> angekommen? Die Referenz ist <memo/>.
home-arrived-yes = Ja, ist angekommen
stray-twice = <name/> hat <sum/> mit Karte für eine Bestellung bezahlt, die schon bezahlt oder nicht mehr offen ist. Dafür wurde nichts verkauft.
stray-unknown = Jemand hat <sum/> mit Karte für etwas bezahlt, das der Verlauf dieser Box nicht kennt. Wurde eine ältere Kopie zurückgespielt, ist das Ticket vielleicht trotzdem gültig.
stray-return = Erstatten
stray-on-its-way = Das Geld ist auf dem Weg zurück auf die Karte. Die Bank braucht ein paar Tage.
stray-failed = Der Zahlungsdienst hat es nicht erstattet. Versuch es noch einmal oder tu es auf seinen Seiten.
home-send-back = Überweise <sum/> zurück, an <name/>. Die Referenz der Zahlung war <memo/>.
home-payout = <name/> möchte <sum/> ausgezahlt bekommen.
home-payout-own = Du hast eine Auszahlung von <sum/> angefordert.
home-payout-do = Bezahlen oder ablehnen
told-credit = { $who } hat dein Guthaben geändert
told-got = Du hast { $sum } von { $who } bekommen
told-got-back = Du hast { $sum } von { $who } zurückbekommen
told-got-back-left = { $who } hat dir { $sum } zurückgegeben: Du hattest an eine Person gezahlt, die gegangen ist
told-buyer-credit = Für deine Zahlung an { $who } hast du { $sum } Guthaben bekommen
told-parts-back = { $sum } aus der Zahlung von { $who } sind an dich zurückgegangen
told-kept = { $sum } von { $who } konnten nicht auf deine Karte zurückgebucht werden und sind jetzt dein Guthaben
told-debt-paid = { $who } hat dir { $sum } gezahlt und damit Schulden bei dir beglichen
told-not-sent = { $who } hat { $sum }, die für dein Konto bestimmt waren, wieder deinem Guthaben gutgeschrieben
told-added = { $who } hat deinem Guthaben { $sum } gutgeschrieben
told-refund = { $who } erstattet dir eine Zahlung
told-refund-sum = { $who } erstattet dir { $sum }
told-refund-sum-left = { $who } erstattet dir { $sum }: Du hattest an eine Person gezahlt, die gegangen ist
told-owed = Du schuldest anderen einen Teil dessen, was { $who } bezahlt hat
told-owed-sum = Du schuldest anderen { $sum } von dem, was { $who } bezahlt hat
told-payout = { $who } hat deinen Wunsch nach einer Auszahlung beantwortet
told-paid-out = { $who } hat dir { $sum } ausgezahlt
told-payout-refused = { $who } hat es abgelehnt, dir { $sum } auszuzahlen: Das Geld ist wieder in deinem Guthaben

## Dein Geld: was du hast

credit-why = Guthaben ist, was { $site } dir schuldet. Es steht in deinem Verlauf, und den Beweis hast du.
credit-none = Du hast auf dieser Box kein Guthaben. Was du verdienst oder einzahlst, siehst du hier.
credit-owe = Das schuldest du { $site }. Sobald es bezahlt ist, kannst du wieder Geld ausgeben; was du als Nächstes verdienst, wird zuerst damit verrechnet.
credit-yours = Du kannst es hier ausgeben oder dir auszahlen lassen.
credit-limit = Der Besitzer dieser Box lässt dich bis zu <sum/> mehr ausgeben, als du hast, bis <day/>.
coming = Kommt noch
coming-on = <sum/>, gehört dir ab <day/>
coming-later = <sum/>, gehört dir, sobald geliefert ist und keine Bank die Zahlung anficht
coming-why = Das ist bezahlt und wird zurückgehalten, bis das Verkaufte geliefert ist. Erstattungen gehen davon ab.
debts = Offene Schulden
debt-mine = <sum/> schuldest du <name/>
debt-theirs = <sum/> schuldet dir <name/>
debt-pay = Aus deinem Guthaben bezahlen
debt-settled = Das ist beglichen
debts-unknown = { $count ->
    [one] { $count } Notiz von jemandem, mit dem du nicht verbunden bist: angeblich eine Schuld bei dir
   *[other] { $count } Notizen von Leuten, mit denen du nicht verbunden bist: angeblich Schulden bei dir
}
debts-unknown-why = Wer etwas verkauft, kann darin jeden nennen. Du hast dafür nichts unterschrieben.
debts-decline = Für immer ablehnen
debts-declined = { $count ->
    [one] Du hast abgelehnt, was dir { $count } Person angeblich schuldet
   *[other] Du hast abgelehnt, was dir { $count } Leute angeblich schulden
}
debts-show = Wieder anzeigen
debts-why = Das Geld für diese Zahlungen ging von Bank zu Bank, diese Box kann es also nicht bewegen. Es ist kein Guthaben.
going-back = Auf dem Weg zurück zu den Käufern
going-back-why = Bei Kartenzahlungen braucht die Bank ein paar Tage.
elsewhere = Woanders für dich
elsewhere-one = <sum/> bei der Box <box/>. Das kannst du dort ausgeben, aber nicht hier.

## Dein Geld: offene Zahlungen und Verlauf

open = Offene Zahlungen
open-to = <sum/> an <name/>
open-from = <sum/> von <name/>
open-reference = Referenz <memo/>. <how>So bezahlst du</how>
open-transfer = Per Überweisung, mit der Referenz <memo/>. <see>Das sieht der Käufer</see>
open-card = Per Karte.
open-ends = Endet <time/>
open-go-on = Weiter zur Zahlung
history = Bisher
history-none = Noch nichts.
history-you-paid = Du hast <name/> bezahlt
history-paid-you = <name/> hat dich bezahlt
history-back = Erstattet
history-back-soon = Auf dem Weg zurück
history-taken = Von deinem Guthaben abgezogen
history-came = Deinem Guthaben hinzugefügt
history-credit = dein Guthaben hat sich um { $sum } geändert
history-refunded = { $sum } erstattet
history-going-back = { $sum } auf dem Weg zurück
history-receipt = Beleg
history-free = Gratis
history-parts = Weitere Seiten
newer = Neuere
older = Ältere

## Dein Geld: einzahlen und bezahlt werden

put-in = Geld einzahlen
put-in-hint = Zum Beispiel 20 oder 12,50.
by-card = Per Karte
by-transfer = Per Überweisung
put-in-why = Du unterschreibst, was du anforderst. Es gehört dir, sobald das Geld da ist.
get-paid = Bezahlt werden
get-paid-why = Wenn du etwas verkaufst, sehen Käufer, wohin sie das Geld senden.
get-paid-details = Deine Zahlungsangaben
payout = Auszahlen lassen
payout-one = <sum/>, { $status ->
    [asked] zurückgelegt, bis der Besitzer dieser Box es sendet
    [paid] ausgezahlt
   *[refused] vom Besitzer dieser Box abgelehnt: Es ist wieder dein Guthaben
}
payout-have = Du hast { $sums }.
payout-to = Wohin?
payout-to-hint = Für den Besitzer dieser Box: eine Kontonummer oder eine E‑Mail-Adresse für die Überweisung.
payout-ask = Anfordern
payout-why = Der Besitzer dieser Box sendet es oder lehnt ab. Bis dahin ist es zurückgelegt, und du kannst es nicht ausgeben.
pass = Gib weiter, was du verdienst
pass-none = Alles, was du verdienst, gehört dir. Du kannst einen Teil davon an jemanden weitergeben, automatisch und sofort.
pass-caption = Von allem, was du verdienst, von dir unterschrieben
pass-change = Ändern
pass-who = An wen?
pass-share = Welchen Anteil, in %?
pass-share-hint = 0 beendet es.
provider = Dein Konto beim Zahlungsanbieter
provider-ready = Was du per Karte verkaufst, wird dorthin gesendet, sobald es dir gehört. <tag>bereit</tag>
provider-ready-why = Alles andere, was du einzahlst oder verdienst, bleibt Guthaben. Erstattest du etwas, das schon gesendet wurde, geht das von deinem Guthaben hier ab. Zahle also vorher genug ein.
provider-begun = Dein Konto beim Zahlungsanbieter ist noch nicht vollständig. Bis dahin wird Guthaben auf dieser Box, was du per Karte verkaufst.
provider-none = Was du per Karte verkaufst, wird Guthaben auf dieser Box, sobald es dir gehört. Bitte ihren Besitzer um eine Auszahlung oder eröffne ein Konto: Von da an wird dorthin gesendet, was neu dir gehört.
provider-go-on = Weiter mit deinem Konto
provider-open = Konto eröffnen
transfer-sent = <sum/> wurden am <day/> gesendet.
transfer-due = <sum/> werden gerade gesendet.
transfer-refused = <sum/> konnten nicht gesendet werden. Der Zahlungsanbieter sagt <code/>. Es ist wieder dein Guthaben.
transfer-again = Wir versuchen es am <day/> noch einmal.
transfer-not-again = Bitte den Besitzer dieser Box um eine Auszahlung.
transfer-back = Der Besitzer dieser Box hat { $sum } davon zurückgeholt, das ist wieder dein Guthaben.

## Dein Geld: für den Besitzer der Box

owner = Als Besitzer dieser Box
asked = Angeforderte Auszahlungen
asked-none = Keine.
asked-sent = Habe ich gesendet
asked-refuse = Ablehnen
refused = Was der Zahlungsanbieter nicht sendet
refused-why = Das ist wieder Guthaben. <code>balance_insufficient</code> heißt, dass dein Stand dort zu niedrig ist: Lass dir weniger davon automatisch auf dein Bankkonto auszahlen.
refused-again = Wir versuchen es am <day/> noch einmal
refused-not-again = Wir versuchen es nicht noch einmal
late = Einzahlungen, die nicht rechtzeitig kamen
late-one = Referenz <memo/>, abgelaufen <time/>
late-yes = Ist doch noch angekommen
risk = Ausgeben auf dein Risiko
risk-one = <name/>: bis zu <sum/> mehr als vorhanden, bis <day/>
risk-end = Beenden
risk-let = Jemanden mehr ausgeben lassen, als da ist
risk-who = Wen?
risk-until = Bis
risk-why = Wird es nie bezahlt, ist es dein Verlust. Wenn du es beendest, kann nichts Neues ausgegeben werden; was geschuldet ist, bleibt geschuldet.
back = Eine Einzahlung, die deine Bank zurückgeholt hat
back-why = Sag es hier. Es geht vom Guthaben dieser Person ab, das damit unter null fallen kann: Dann kann sie nichts ausgeben, bis es bezahlt ist.
back-do = Meine Bank hat es zurückgeholt

## Etwas bezahlen

pay-title = { $sum } bezahlen
pay-from = { $sum } von <name/>
pay-done = Diese Zahlung ist angekommen. <receipt>Beleg ansehen</receipt>
pay-late = Die Zeit zum Bezahlen ist vorbei, und die Bestellung ist nicht mehr offen. Sende kein Geld, sondern bestelle neu.
pay-lead = Sende <sum/> an <name/> bis <time/>. Deine Bestellung ist fertig, sobald der Eingang bestätigt ist.
pay-lead-payee = Das sieht <name/>. Bestätige die Zahlung, sobald das Geld auf deinem Konto ist.
pay-change-details = Zahlungsangaben ändern
pay-no-details = <name/> hat noch nicht gesagt, wohin das Geld soll. Frag nach und benutze die Referenz <memo/>.
pay-scan = Scanne mit deiner Banking-App
pay-scan-why = Der Code enthält den Betrag und die Referenz.
pay-code-swiss = Swiss-QR-Code dieser Zahlung
pay-code-sepa = SEPA-QR-Code dieser Zahlung
pay-type = Oder tippe es ein
pay-where = Wohin das Geld geht
fact-amount = Betrag
fact-reference = Referenz
fact-qr-reference = Zahlungsreferenz im QR-Code
fact-by = Zahlbar bis
fact-holder = Kontoinhaber
fact-email = Überweisung per E‑Mail an
fact-phone = Twint an
copy-reference = die Referenz
copy-iban = die IBAN
copy-email = die E‑Mail-Adresse
copy-phone = die Twint-Nummer
pay-reference-why = Gib bei der Zahlung die Referenz an, dann ist klar, dass sie von dir ist.

## Zahlungsangaben

details = Zahlungsangaben
details-lead = Sag Käufern, wohin sie dein Geld senden. Das sehen nur Leute mit einer unbezahlten Bestellung bei dir.
details-account = Bankkonto
details-iban = IBAN
details-iban-hint = Zum Beispiel CH93 0076 2011 6238 5295 7.
details-holder-hint = Der Name, unter dem deine Bank dich kennt.
details-swiss = Adresse, für einen Swiss-QR-Code
details-swiss-why = Mit einer IBAN aus der Schweiz oder Liechtenstein können Käufer einen QR-Code scannen. Er braucht deine Postleitzahl, deinen Ort und dein Land.
details-street = Straße
details-building = Hausnummer
details-postcode = Postleitzahl
details-town = Ort
details-country = Land
details-country-hint = Zwei Buchstaben, zum Beispiel CH.
details-other = Andere Wege
details-email = E‑Mail für Überweisungen
details-phone = Twint-Nummer
details-phone-hint = Die Handynummer, auf der du Twint-Zahlungen bekommst.
details-note = Was Käufer sonst noch wissen sollten
details-save = Unterschreiben und speichern
details-remove = Diese Angaben entfernen

## Karten

cards = Kartenzahlung
cards-lead = Zahlungen mit Karte gehen an dein Konto bei Stripe, das seine Gebühr abzieht. Was andere davon bekommen, ist hier ihr Guthaben.
cards-none = Diese Box nimmt keine Karten.
cards-fixed = Die Einstellungsdatei dieser Box nennt ihr Konto bei Stripe. Wenn du hier eines wählen willst, entferne es dort.
cards-now = Kartenzahlungen gehen an <name/> bei Stripe.
cards-trial = Das ist ein Testkonto: Es fließt kein echtes Geld.
cards-details = Details
cards-account = Dein Konto bei Stripe
cards-account-why = Wenn du keines hast, eröffne es bei stripe.com. Stripe fragt, wer du bist und wo dein Bankkonto ist.
cards-key = Geheimer Schlüssel
cards-key-hint = Bei Stripe unter Entwickler, API-Schlüssel. Er beginnt mit sk_. Die Box bewahrt ihn verschlüsselt auf und zeigt ihn nie wieder.
cards-keep = Lass das Feld leer, um den bisherigen Wert zu behalten.
cards-tell = Was Stripe deiner Box meldet
cards-no-https = Deine Box hat noch keine https-Adresse im Internet. Nur dort kann Stripe sie erreichen.
cards-tell-why = Öffne bei Stripe Entwickler, Webhooks, und lege einen Endpunkt mit dieser Adresse an:
cards-events = Die { $count } Ereignisse, die du dort auswählst
cards-secret = Signaturgeheimnis
cards-secret-hint = Stripe zeigt es, sobald es den Endpunkt gibt. Es beginnt mit whsec_.
cards-save-hint = Die Box fragt Stripe, ob es den Schlüssel kennt, bevor sie etwas speichert.
cards-inherited = Diese Box nimmt Kartenzahlungen noch über das Konto von { $name } an, wie es vorher eingerichtet war. Behalten oder vergessen?
cards-forget = Vergessen
cards-end = Keine Karten mehr nehmen
cards-end-why = Die Box vergisst beide Geheimnisse. Rückzahlungen auf Karten warten, bis es wieder einen Schlüssel gibt.
cards-end-sign = Unterschreiben: keine Karten nehmen
cards-owner = Nur wem diese Box gehört, wählt aus, wie sie Karten nimmt.
cards-wrong-key = Der geheime Schlüssel beginnt mit sk_ oder rk_. Kopiere ihn bei Stripe unter Entwickler, API-Schlüssel.
cards-wrong-secret = Das Signaturgeheimnis beginnt mit whsec_. Kopiere es bei Stripe von deinem Endpunkt.
cards-unknown-key = Stripe nimmt diesen Schlüssel nicht an. Es sagt: { $why }

## Ein Beleg

receipt = Beleg
receipt-lead = { $you ->
    [payer] <sum/> von dir an <seller/>, { $rail }, <time/>.
    [seller] <sum/> von <payer/> an dich, { $rail }, <time/>.
   *[other] <sum/> von <payer/> an <seller/>, { $rail }, <time/>.
}
rail-credit = aus Guthaben
rail-free = gratis
rail-transfer = per Überweisung
rail-card = per Karte
receipt-yours-on = Dein Anteil, <sum/>, gehört dir ab <day/>.
receipt-yours-later = Dein Anteil, <sum/>, gehört dir, sobald geliefert ist und keine Bank die Zahlung anficht.
receipt-back = { $you ->
    [payer] <sum/> davon wurden dir erstattet.
   *[other] <sum/> davon wurden erstattet, an <payer/>.
}
receipt-back-send = { $you ->
    [payer] <seller/> überweist dir <sum/> davon zurück.
    [seller] Überweise <sum/> davon zurück, an <payer/>.
   *[other] <seller/> überweist <sum/> davon zurück, an <payer/>.
}
receipt-back-card = { $you ->
    [payer] <sum/> davon sind auf dem Weg zurück auf deine Karte. Die Bank braucht ein paar Tage.
   *[other] <sum/> davon sind auf dem Weg zurück auf die Karte von <payer/>. Die Bank braucht ein paar Tage.
}
receipt-back-kept = { $you ->
    [payer] Die Bank der Karte hat <sum/> davon nicht zurückgenommen: Es ist dein Guthaben auf dieser Box.
   *[other] Die Bank der Karte hat <sum/> davon nicht zurückgenommen: Es ist Guthaben von <payer/> auf dieser Box.
}
back-sent = Ich habe es zurücküberwiesen
receipt-split = Wer was bekommt
receipt-split-why = Die Anteile stehen in den Manifesten, die die Verkäufer unterschrieben haben. Unter jeder Person steht, was sie weitergibt. Zusammen ergibt das auf den Cent, was bezahlt wurde.
receipt-gone = { $count ->
    [one] { $count } Person mit einem Anteil hatte ihren Verlauf gelöscht: Ihr Anteil ging an die anderen.
   *[other] { $count } Leute mit einem Anteil hatten ihren Verlauf gelöscht: Ihre Anteile gingen an die anderen.
}
receipt-gone-since = { $count ->
    [one] { $count } Person ging nach der Bestellung, bevor das Geld kam.
   *[other] { $count } Leute gingen nach der Bestellung, bevor das Geld kam.
}
receipt-every-split = Alle Anteile
receipt-caption = Alle Anteile, in der Reihenfolge der Manifeste
receipt-shared = { $people ->
    [one] { $sum }, alles für eine Person
   *[other] { $sum }, geteilt durch { $people } Personen
}
receipt-who = Wer
receipt-as = Als
receipt-share = Anteil
receipt-amount = Betrag
fee-network = Gebühr des Netzes
fee-box = Gebühr der Box
fee-buyer = zurück an den Zahler
receipt-work = das Werk <id/>
receipt-passes = gibt weiter:
receipt-what = Was
kind-answer = Antwort
kind-ticket = Ticket
kind-tip = Trinkgeld
kind-course = Kurs
kind-listing = Ware
kind-work = Werk
role-artist = Kunst
role-author = Autorschaft
role-band = Band
role-drums = Schlagzeug
role-music = Musik
role-organiser = Veranstaltung
role-performer = Auftritt
role-photos = Fotos
role-producer = Produktion
role-venue = Veranstaltungsort
role-words = Worte
receipt-payment = Zahlung
receipt-save = Unterschriebenen Beleg speichern
receipt-how = Woher weiß ich, dass das stimmt?
receipt-how-why = Der gespeicherte Beleg enthält die Manifeste mit ihren Unterschriften, und die Box hat ihn unterschrieben. Jeder kann ihn prüfen und nachrechnen, ohne diese Box und noch in Jahren.

## Skripte

js-signing = Wird unterschrieben …
js-opening = Wird geöffnet …
js-sure = Bist du sicher? „{ $what }“
js-amount = Gib einen Betrag über null ein, zum Beispiel 20 oder 12,50.
js-send = Überweise das Geld jetzt an den Besitzer dieser Box und gib { $memo } als Referenz an.
js-send-then = Es gehört dir, sobald er den Eingang bestätigt hat. Überweise innerhalb von 72 Stunden.
js-share = Gib einen Anteil zwischen 0 und 100 ein.
js-payout-to = Gib an, wohin der Besitzer dieser Box es senden soll.
js-day = Wähle einen Tag in der Zukunft.
js-saved = Gespeichert. Käufer mit einer unbezahlten Bestellung sehen diese Angaben.
js-remove-sure = Deine Zahlungsangaben entfernen? Dann können Käufer dich nicht mehr per Überweisung bezahlen.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-rail-must-ledger-emt = rail muss ledger, emt oder stripe sein.
says-very-order-was-entered = Genau diese Bestellung wurde schon eingetragen.
says-box-moves-no-money = Diese Box bewegt kein Geld: Sie läuft ohne den Dienst pay.
says-was-done-before = Das ist schon geschehen.
says-nothing-was-promised-for = Für diese Zahlung wurde nichts versprochen.
says-known-already = Das ist schon bekannt.
says-answered = die Antwort war { $status }
says-box-was-restored-from = Diese Box wurde aus einer Sicherung wiederhergestellt und fragt ihren Zahlungsdienst, was seitdem verkauft wurde. Bis dahin verkauft sie nichts, damit nichts zweimal verkauft wird: Versuch es gleich noch einmal.
says-box-takes-no-cards = Diese Box nimmt keine Karten: Ihr Besitzer hat keine eingerichtet. Bezahl auf andere Weise.
says-box-has-just-started = Diese Box ist gerade erst gestartet und fragt ihren Zahlungsdienst, was inzwischen verkauft wurde. Bis dahin nimmt sie keine Karten: Versuch es gleich noch einmal oder bezahl auf andere Weise.
says-no-such-payment-expected = Eine solche Zahlung wird nicht erwartet.
says-payment-paid-already-or = Diese Zahlung ist schon bezahlt oder kommt nicht mehr.
says-payments-page-closed-already = Die Seite dieser Zahlung ist schon geschlossen.
says-amounts-without-words-stay = Beträge ohne Worte bleiben in deinem unterschriebenen Verlauf und in den Büchern der Box, weil die Beträge anderer davon abhängen
says-other-peoples-receipts = Quittungen anderer
says-people-who-paid-you = wer dir etwas bezahlt hat oder von dir bezahlt wurde, behält sein Exemplar als Beleg
says-kept-manifest-copies = bewahrte Kopien von Manifesten
says-what-was-paid-by = was mit einem Manifest von dir bezahlt wurde, belegt dessen Kopie in den Quittungen der Zahlenden und Verkaufenden
says-once-you-are-gone = bist du weg, kann dich niemand bezahlen, und niemand kann bestätigen, dass eine Zahlung ankam. Schließ sie zuerst ab oder warte, bis sie enden
says-close-with-provider-yourself = schließ es selbst beim Zahlungsdienst. Dein unterschriebener Verlauf behält die Nummer des Kontos
says-you-lose-when-you = du verlierst es, wenn du gehst. Gib es vorher aus oder bitte den Besitzer der Box, es auszuzahlen
says-credit-can-only-spent = Guthaben lässt sich nur auf der Box ausgeben, die es schuldet. Deine neue Box zeigt, wer es dir schuldet
says-they-are-between-you = sie sind zwischen dir und dieser Box. Schließ sie vor dem Umzug ab oder warte, bis sie enden
says-box-opened-open-another = diese Box hat es eröffnet. Eröffne ein anderes, wo du hinziehst
says-payment-detail-entries = Angaben für Zahlungen
says-account-with-payment-provider = Konto beim Zahlungsdienst
says-owes-you = { $amount }, die dir { $other } schuldet
says-once-you-are-gone-nobody = bist du weg, kann es dir auf dieser Box niemand mehr bezahlen. Klärt es vorher
says-you-owe = { $amount }, die du { $other } schuldest
says-you-still-owe-after = du schuldest es auch, wenn du gegangen bist, und kannst es auf dieser Box dann nicht mehr bezahlen. Bezahl es vorher
says-that-you-owe-box = { $amount }, die du dieser Box schuldest
says-that-you-owe-another = { $amount }, die du einer anderen Box schuldest
says-credit-box-owes-you = { $amount } Guthaben, das dir diese Box schuldet
says-credit-another-box-owes = { $amount } Guthaben, das dir eine andere Box schuldet
says-iban-starts-with-two = Eine IBAN beginnt mit zwei Buchstaben und zwei Ziffern, zum Beispiel CH93 0076 2011 6238 5295 7. Das hier ist keine.
says-iban-from-has-characters = Eine IBAN aus { $country } hat { $length } Zeichen, und diese hat { $iban }. Vergleich sie mit der von deiner Bank.
says-no-iban-has-characters = Keine IBAN hat { $iban } Zeichen. Vergleich sie mit der von deiner Bank.
says-theres-typo-in-iban = In dieser IBAN ist ein Tippfehler: Ihre Prüfziffern passen nicht. Schreib sie noch einmal von deiner Bank ab.
says-must-iban = muss eine IBAN sein: { $wrong }
says-manifest = Das Manifest { $digest }: { $why }
says-manifests-name-more-than = Die Manifeste nennen zusammen mehr als { $lines-max } Anteile
says-no-card-pays-in = Mit Karte lässt sich nicht in { $currency } bezahlen. Bezahl auf andere Weise.
says-no-card-can-pay = { $amount } lässt sich nicht mit Karte bezahlen: Wähl ein Vielfaches von { $step }.
says-no-card-can-pay-another = { $amount } lässt sich nicht mit Karte bezahlen: Wähl ein Vielfaches von { $step } oder bezahl auf andere Weise.
says-no-card-can-pay-least = { $amount } lässt sich nicht mit Karte bezahlen, weil { $least } das Mindeste ist. Bezahl auf andere Weise.
says-no-card-can-pay-most = { $amount } lässt sich nicht mit Karte bezahlen, weil { $most } das Höchste ist. Bezahl auf andere Weise.
says-no-card-can-pay-more = { $amount } lässt sich nicht mit Karte bezahlen: Wähl mindestens { $least }.
says-no-card-can-pay-less = { $amount } lässt sich nicht mit Karte bezahlen: Wähl höchstens { $most }.
says-no-card-can-get = { $amount } lässt sich nicht auf eine Karte erstatten: Wähl ein Vielfaches von { $step }.
says-no-payment-waits-for = keine Zahlung wartet auf eine Entscheidung
says-payments-came-that-no = { $count ->
    [one] eine Zahlung, auf die keine Bestellung wartete, kam vor mehr als einem Tag
   *[other] { $count } Zahlungen, auf die keine Bestellung wartete, kamen vor mehr als einem Tag
}
says-refund-them-on-the = erstatte sie auf der Startseite oder auf den Seiten des Zahlungsdienstes
says-no-refund-waits-for = keine Erstattung wartet auf den Zahlungsdienst
says-refunds-have-waited-for = { $count ->
    [one] eine Erstattung wartet seit mehr als einem Tag auf den Zahlungsdienst
   *[other] { $count } Erstattungen warten seit mehr als einem Tag auf den Zahlungsdienst
}
says-choose-the-account-again = wähl wieder das Konto, über das bezahlt wurde, falls die Box jetzt ein anderes oder keines nutzt, und behalte es, bis alle erledigt sind
says-there-is-no-payment-to = Unter dieser ID gibt es keine Zahlung, die du zurückgeben kannst.
says-this-is-not-the-amount = Das ist nicht der Betrag, der bezahlt wurde.
says-this-payment-is-on = Diese Zahlung ist schon auf dem Weg zurück.
says-no-e-transfer-you-sent = Unter dieser ID musst du keine Überweisung zurückschicken.
says-still-to-be-sent = Davon sind noch { $amount } zurückzuüberweisen.
says-no-e-transfer-you = Unter dieser ID wird keine Überweisung an dich erwartet.
says-e-transfer-for-confirm = Diese Überweisung beträgt { $value }: Bestätige genau das.
says-e-transfer-confirmed-already = Diese Überweisung ist schon bestätigt.
says-e-transfer-did-not = Diese Überweisung kam nicht innerhalb von 72 Stunden an und wurde storniert. Kam das Geld doch noch, schick es zurück oder lass die andere Person neu beginnen.
says-paid-already = Das ist schon bezahlt.
says-not-amount-was-due = Das ist nicht der fällige Betrag.
says-sellers-record-no-longer = Im Verlauf der Person, die verkauft, steht nicht mehr, was verkauft wurde: Erstatte das Geld.
says-payment-from-outside-must = Eine Zahlung von außen muss mehr als 0 sein.
says-two-payments-got-same = Zwei Zahlungen bekamen denselben Verwendungszweck: Versuch es noch einmal.
says-box-has-no-record = Diese Box hat noch keinen eigenen Verlauf für ihre Bücher.
says-only-owner-box-can = Nur der Besitzer dieser Box kann sie ihren eigenen Rechner anrufen lassen.
says-seller-has-no-record = Wer hier verkauft, hat keinen Verlauf auf dieser Box und kann deshalb hier nicht bezahlt werden.
says-what-you-can-spend = Auf dieser Box kannst du { $balance } ausgeben, und das hier kostet { $needed }. Lad dein Guthaben auf oder bezahl auf andere Weise.
says-there-no-such-debt = Diese Schuld gibt es nicht.
says-debt-in = Diese Schuld ist in { $value }.
says-still-owed = Davon sind noch { $value } offen.
says-name-somebody-else = Nenn jemand anderen.
says-say-whose-account-banks = Sag, wem dieses Konto gehört. Banken fragen nach dem Namen des Inhabers.
says-must-one-line-at = muss eine Zeile aus höchstens { $max } Zeichen sein, ohne Leerzeichen am Rand
says-must-countrys-two-letters = muss aus den zwei Buchstaben eines Landes bestehen, zum Beispiel CH
says-must-e-mail-address = muss eine E‑Mail-Adresse sein, zum Beispiel ada@example.com
says-must-telephone-number-for = muss eine Telefonnummer sein, zum Beispiel +41 79 123 45 67
says-was-paid-in-another = Das wurde in einer anderen Währung bezahlt.
says-there-no-such-top = Diese Aufladung gibt es nicht.
says-was-paid-in = Das wurde in { $value } bezahlt.
says-top-up-are-left = Von dieser Aufladung sind noch { $value } übrig.
says-seller-one-signed-manifest = Verkauft wird von der Person, die das Manifest unterschrieben hat: { $value }.
says-you-cannot-pay-yourself = Du kannst dich nicht selbst bezahlen.
says-cannot-paid = Das lässt sich nicht bezahlen: { $value }.
says-work-sold-once-everybody = Ein Werk wird verkauft, sobald alle unterschrieben haben, die es gemacht haben, und { $value } hat es nicht: Bitte um Zustimmung zum Manifest.
says-agreed = agreed: { $value }.
says-manifest-work-sold-names = Das Manifest eines Werks, das verkauft wird, nennt seine Datei: Es muss work haben, mit cid und bytes der Datei.
says-you-looked-at-more = Du hast das vor mehr als einer Stunde angesehen: Sieh noch einmal nach und stimm der neuen Fassung zu.
says-shares-have-changed-since = Die Anteile haben sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und stimm der neuen Fassung zu.
says-only-owner-box-chooses = Nur der Besitzer dieser Box bestimmt ihre Gebühren.
says-must-text-at-most = muss ein Text aus höchstens { $bytes-max } Bytes sein
says-wrong = ist falsch: { $error }
says-nothing-was-paid-so = Es wurde nichts bezahlt, also lässt sich nichts erstatten.
says-payment-can-still-refunded = Von dieser Zahlung lassen sich noch { $value } erstatten.
says-you-can-publish-what = Veröffentlichen kannst du, was du selbst unterschrieben hast, und weitergeben, was du selbst verdienst.
says-payout-must-more-than = Eine Auszahlung muss mehr als 0 sein.
says-there-no-such-payout = Diese Auszahlung gibt es nicht.
says-payout = Diese Auszahlung beträgt { $value }.
says-payout-paid-or-refused = Diese Auszahlung ist schon bezahlt oder abgelehnt.
says-you-sold-nothing-under = Unter dieser ID hast du nichts verkauft.
says-refund-must-more-than = Eine Erstattung muss mehr als 0 sein.
says-only-service-sells-can = Nur der Dienst, der verkauft, kann sagen, wann seine Teile frei sind: Lass free_at und about weg.
says-fair-digest-another-manifest = fair ist der Hash eines anderen Manifests als dem im body.
says-amount-has-changed-since = Der Betrag hat sich inzwischen geändert.
says-only-owner-box-can-do = Das kann nur der Besitzer dieser Box.
says-node-does-not-know = Diese Box kennt keine solche Zahlung.
says-payment-provider-did-not = der Zahlungsdienst hat nicht geantwortet: { $value }
says-payment-providers-answer-leaves = die Antwort des Zahlungsdienstes lässt das offen: { $value }
says-payment-provider-refused = der Zahlungsdienst hat abgelehnt: { $message }
says-payment-provider-refused-2 = Der Zahlungsdienst hat abgelehnt: { $message }
says-payment-provider-does-not = Der Zahlungsdienst antwortet im Moment nicht. Nichts wurde bezahlt; versuch es gleich noch einmal.
says-signatures-header-missing-or = der Header mit der Unterschrift fehlt oder ist fehlerhaft
says-none-signatures-over-body = keine der Unterschriften passt zu diesem Inhalt und unserem Geheimnis
says-was-signed-more-than = das wurde mehr als fünf Minuten von jetzt entfernt unterschrieben
says-no-event = das ist kein Ereignis
says-you-can-see-your = Du kannst dein eigenes Geld sehen und sonst keins.
says-url = url { $wrong }.
says-nothing-paid-without-fair = Ohne ein .fair-Manifest, das sagt, wer was bekommt, wird nichts bezahlt.
says-credit-on = Guthaben auf { $name }
says-you-have-no-open = Du hast keine offene Zahlung mit dieser ID, weder zu leisten noch zu bekommen.
says-you-have-no-open-card = Du hast keine offene Kartenzahlung mit dieser ID.
says-1-items-are-bought = Gekauft werden 1 bis { $items-max } Posten.
says-item-has-name-at = Ein Posten hat einen Namen aus höchstens { $name-chars-max } Zeichen.
says-item-costs-minor-units = Ein Posten kostet { $start } bis { $end } kleinste Einheiten (Cent) und wird { $start-2 }- bis { $end-2 }-mal gekauft.
says-must-address-https = Das muss eine Adresse sein: https://…
says-owner-box-has-set = Der Besitzer dieser Box hat keinen Zahlungsdienst eingerichtet.
says-salt = salt: { $error }.
says-nothing-here-has-salt = Hier hat nichts ein salt.
says-money-moves-only-with = Geld bewegt sich nur mit deiner Unterschrift: Unterschreib, was „sign“ sagt, und sende es mit einem MJN-Proof.
says-amount = amount { $bounds }.
says-profile-must-one-none = profile muss none oder mjn sein.
says-nobody-here-goes-by = Hier gibt es niemanden mit diesem Namen.
says-no-manifest-with-digest = Mit diesem Hash ist hier kein Manifest veröffentlicht.
says-box-was-restored-from-backup = Diese Box wurde aus einer Sicherung wiederhergestellt und fragt ihren Zahlungsdienst, was seitdem verkauft wurde; versuch es gleich noch einmal.
says-credit-on-box = Guthaben auf dieser Box.
says-what-costs-nothing = Was nichts kostet.
says-e-transfer-from-bank = Eine Überweisung von Bank zu Bank, die innerhalb von 72 Stunden bestätigt wird, wenn sie angekommen ist.
says-card-on-page-stripes = Eine Karte, auf einer Seite von Stripe.
says-box-has-just-started-asks = Diese Box ist gerade erst gestartet und fragt, was inzwischen mit Karte verkauft wurde; versuch es gleich noch einmal.
says-owner-box-has-set-up = Der Besitzer dieser Box hat keine Karten eingerichtet.
says-you-have-no-receipt = Du hast keine Quittung mit dieser ID: Weder hast du das bezahlt, noch wurdest du damit bezahlt.
says-receipt-was-erased-from = Diese Quittung wurde aus deinem Verlauf gelöscht.
says-only-box-itself-can = Dass eine Zahlung anderswo gedeckt ist, kann nur diese Box selbst wissen: Lass "funded" weg.
says-you-can-pay-with = Du kannst nur mit deinem eigenen Geld bezahlen.
says-box-has-no-payment = Diese Box hat keinen Zahlungsdienst.
says-does-not-count-as = Das gilt nicht als Wort des Zahlungsdienstes: { $error }.
says-credit-movements = { $count ->
    [one] { $count } Bewegung von Guthaben
   *[other] { $count } Bewegungen von Guthaben
}
says-receipts = { $count ->
    [one] { $count } Quittung
   *[other] { $count } Quittungen
}
says-other-peoples-receipts-2 = { $count ->
    [one] { $count } Quittung anderer
   *[other] { $count } Quittungen anderer
}
says-published-manifests = { $count ->
    [one] { $count } veröffentlichtes Manifest
   *[other] { $count } veröffentlichte Manifeste
}
says-kept-manifest-copies-2 = { $count ->
    [one] { $count } bewahrte Kopie eines Manifests
   *[other] { $count } bewahrte Kopien von Manifesten
}
says-payments = { $count ->
    [one] { $count } Zahlung
   *[other] { $count } Zahlungen
}
says-refunds = { $count ->
    [one] { $count } Erstattung
   *[other] { $count } Erstattungen
}
says-payment-callbacks = { $count ->
    [one] { $count } Rückruf zu Zahlungen
   *[other] { $count } Rückrufe zu Zahlungen
}
says-payment-detail-entries-2 = { $count ->
    [one] { $count } Angabe für Zahlungen
   *[other] { $count } Angaben für Zahlungen
}
says-open-payments = { $count ->
    [one] { $count } offene Zahlung
   *[other] { $count } offene Zahlungen
}
says-account-with-payment-provider-2 = { $count ->
    [one] { $count } Konto beim Zahlungsdienst
   *[other] { $count } Konten beim Zahlungsdienst
}
says-must-1-yes-or = muss 1 (ja) oder 0 (nein) sein
says-limit-must-0-or = limit muss 0 oder mehr kleinste Einheiten (Cent) sein.
says-pay-did-not-say = pay hat nicht gesagt, welche Zahlung es ist

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-money =
    Dein Geld
    Diese Seite zeigt, was du auf dieser Box hast, was noch kommt und was bezahlt wurde.
    Um Geld einzuzahlen, tipp einen Betrag ein und unterschreib; um Geld zu bekommen, gib deine Zahlungsangaben an.
    Diese Seite siehst nur du, und zu jeder Zahlung gibt es einen Beleg, den du prüfen kannst.
help-details =
    Zahlungsangaben
    Hier sagst du, wohin Käufer dir das Geld schicken.
    Gib deine IBAN ein; für einen Schweizer QR-Code auch deine Adresse.
    Nur Leute mit einer offenen Bestellung bei dir sehen das, und du kannst es jederzeit entfernen.
help-cards =
    Kartenzahlung
    Mit einem Konto bei Stripe nimmt der Besitzer der Box Kartenzahlungen an.
    Kopier den geheimen Schlüssel und das Signaturgeheimnis von Stripe, und speichere.
    Die Box bewahrt beide verschlüsselt auf und zeigt sie nie wieder, und du kannst Kartenzahlungen jederzeit abschalten.
help-payment =
    So bezahlst du
    Diese Seite sagt, wie du eine Bestellung per Überweisung bezahlst.
    Scann den Code mit deiner Banking-App, oder tipp ab, was da steht, mit der Referenz.
    Deine Bestellung ist fertig, sobald der Verkäufer das Geld bestätigt, und sie verfällt, wenn du nicht zahlst.
help-receipt =
    Ein Beleg
    Ein Beleg sagt, wer gezahlt hat, wer welchen Anteil bekam und was zurückgezahlt wurde.
    Sieh dir die Anteile an, oder speichere den unterschriebenen Beleg.
    Nur wer gezahlt oder Geld bekommen hat, sieht ihn, und niemand kann ihn nachträglich ändern.
