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
op-return = Die Box hat eine Zahlung erstattet
op-returned = Geld wurde erstattet oder konnte nicht erstattet werden
op-disputed = Eine Bank hat Geld zurückverlangt
op-stray = Eine Zahlung ist angekommen, die dieser Verlauf nicht kennt
op-transfer = Dein Anteil an einem Verkauf ist auf dem Weg zu deinem Konto
op-transferred = Dein Anteil an einem Verkauf ging an dein Konto oder konnte nicht gesendet werden
op-account = Dein Konto für Auszahlungen hat sich geändert
op-pending = Eine Zahlung von dir ist offen
op-expected = Eine Zahlung an dich ist offen
op-emt-confirm = Du hast bestätigt, dass eine Zahlung angekommen ist
op-receipt = Eine Zahlung wurde gemacht, mit Beleg
op-credit = Dein Guthaben auf einer Box hat sich geändert
op-refund = Du hast eine Zahlung erstattet
op-refunded = Eine Zahlung wurde erstattet
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
op-topup-reversed = Du hast gesagt, dass eine Bank eine Einzahlung zurückgeholt hat
op-freed = Das Geld einer Zahlung ist frei
op-later = Was verkauft wurde, endet später

## Arten von Mitteilungen.

notice-transfer = Eine Überweisung, die du senden oder bestätigen kannst
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
whole-id = Füge die ID der Person ein. Du kannst sie auf ihrer Seite kopieren.
scripts-off = Dein Browser unterschreibt, was du hier tust, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
not-open = Du hast hier keine offene Zahlung. Vielleicht ist sie bezahlt oder abgelaufen.
no-receipt = Du hast keinen Beleg mit dieser ID. Nur wer bezahlt hat oder bezahlt wurde, hat einen.
receipt-erased = Dieser Beleg wurde aus deinem Verlauf gelöscht.

## Start

home-send = Überweise <sum/> an <name/>, mit der Referenz <memo/>.
home-arrived = Sind <sum/> von <name/> angekommen? Die Referenz ist <memo/>.
home-arrived-yes = Ja, ist angekommen
home-payout = <name/> möchte <sum/> ausgezahlt bekommen.
home-payout-own = Du hast eine Auszahlung von <sum/> angefordert.
home-payout-do = Bezahlen oder ablehnen

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
history-taken = Von deinem Guthaben abgezogen
history-came = Deinem Guthaben hinzugefügt
history-credit = dein Guthaben hat sich um { $sum } geändert
history-refunded = { $sum } erstattet
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
payout-to-hint = Für den Besitzer dieser Box: eine Kontonummer oder eine E-Mail-Adresse für die Überweisung.
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
fact-email = Überweisung per E-Mail an
fact-phone = Twint an
copy-reference = die Referenz
copy-iban = die IBAN
copy-email = die E-Mail-Adresse
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
details-email = E-Mail für Überweisungen
details-phone = Twint-Nummer
details-phone-hint = Die Handynummer, auf der du Twint-Zahlungen bekommst.
details-note = Was Käufer sonst noch wissen sollten
details-save = Unterschreiben und speichern
details-remove = Diese Angaben entfernen

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
   *[other] <sum/> davon wurden erstattet, an <name/>.
}
receipt-split = Wer was bekommt
receipt-split-why = Die Anteile stehen in den Manifesten, die die Verkäufer unterschrieben haben. Unter jeder Person steht, was sie weitergibt. Zusammen ergibt das auf den Cent, was bezahlt wurde.
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
js-whole-id = Füge die ganze ID der Person ein. Du kannst sie auf ihrer Seite kopieren.
js-payout-to = Gib an, wohin der Besitzer dieser Box es senden soll.
js-day = Wähle einen Tag in der Zukunft.
js-saved = Gespeichert. Käufer mit einer unbezahlten Bestellung sehen diese Angaben.
js-remove-sure = Deine Zahlungsangaben entfernen? Dann können Käufer dich nicht mehr per Überweisung bezahlen.
