# Trinkgeld.

service = Trinkgeld
summary = Ein Glas für Trinkgeld, ohne Konto für die, die geben
home = Dein Trinkgeld

## What operations did, said to the person whose record they are in.

op-put = Du hast ein Glas für Trinkgeld aufgestellt oder geändert
op-set = Du hast gewählt, wer ein Glas sieht
op-attach = Du hast Bilder und Dateien eines Glases gewählt
op-sort = Du hast deine Gläser geordnet
op-remove = Du hast ein Glas entfernt und seine Worte gelöscht
op-offer = Du hast gewählt, zu welchen Bedingungen ein Glas Trinkgeld nimmt
op-tip = Du hast Trinkgeld gegeben
op-promised = Ein Trinkgeld wurde versprochen
op-paid = Die Zahlung eines versprochenen Trinkgelds ist da
op-tipped = Ein Trinkgeld wurde gegeben
op-returned = Ein Trinkgeld geht zurück
op-say = Du hast etwas zu einem Trinkgeld gesagt
op-said = Jemand hat etwas zu einem Trinkgeld gesagt
op-unsay = Du hast zurückgenommen, was du zu einem Trinkgeld gesagt hast
op-show = Du hast gewählt, ob deine Seite zeigt, was jemand zu einem Trinkgeld gesagt hat
op-remind = Du wolltest an ein Glas erinnert werden

## What a delegation allows.

scope-put = Gläser für dein Trinkgeld aufstellen und ändern
scope-set = Wählen, wer deine Gläser sieht, und wann
scope-attach = Deinen Gläsern Bilder und Dateien beifügen
scope-sort = Deine Gläser ordnen
scope-say = Etwas zu Trinkgeld sagen, das du gegeben hast
scope-show = Wählen, welche Worte deine Seite zeigt
scope-remind = Dich an Gläser erinnern lassen

## Kinds of notifications.

notice-tip = Jemand hat dir Trinkgeld gegeben
notice-words = Jemand hat etwas zu einem Trinkgeld gesagt
notice-reminder = Ein Tag, an dem du Trinkgeld geben wolltest

## On Home

home-tips = { $count ->
    [one] { $who } hat dir Trinkgeld gegeben: { $sum }.
   *[other] Du hast { $count } Trinkgelder bekommen, zusammen { $sum }, das letzte von { $who }.
}
home-words = { $name } hat etwas zu einem Trinkgeld gesagt:
home-reminder = Du wolltest { $name } jeden Monat { $amount } geben. Bezahlt wird nur, was du selbst gibst.
home-show = Zeigen
home-give = Trinkgeld geben

## The pages

somebody = Jemand
title = { $name }: Trinkgeld
change = Deine Gläser ändern
none = Hier ist noch kein Glas.
no-such-jar = Dieses Glas gibt es hier nicht, oder es wird dir nicht gezeigt.
no-offer = Dieses Glas nimmt im Moment kein Trinkgeld.
progress = { $got } von { $goal }
no-rail = Hier lässt sich noch kein Trinkgeld bezahlen. Wem das Glas gehört, muss erst sagen, wohin das Geld soll.
scripts-off = Dein Browser macht für dein Trinkgeld einen Schlüssel, und dafür braucht er Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
how-much = Wie viel?
other-amount = Ein anderer Betrag
other-label = Betrag in { $currency }
at-least = Mindestens { $amount }.
shown = Mein Name darf dabei stehen
no-account = Du brauchst kein Konto: Dein Browser macht für dein Trinkgeld einen Schlüssel und behält ihn, damit du darauf zurückkommen kannst.
signed = Du unterschreibst genau das, was die Tabelle unten sagt.
give = Trinkgeld geben
thanks-title = Danke!
say-something = Sag etwas dazu
say-who-reads = Nur wer das Trinkgeld bekommt, liest es, bis es hier gezeigt wird. Du kannst es jederzeit zurücknehmen.
say-name = Dein Name (freiwillig)
say = Senden
remind = Erinnere mich jeden Monat
remind-why = Es wird nie etwas abgebucht: An diesem Tag erinnert dich deine Startseite.
remind-day = Tag im Monat
remind-set = Erinnere mich
said = Was Leute gesagt haben
meetups = Treffen
meetups-none = Lade an einen Tisch ein: klein, gratis, und die Adresse sieht nur, wer kommt.
meetup-new = Ein Treffen planen

## Changing jars

lead = Wer <page>deine Seite</page> öffnet, kann dir Trinkgeld geben. Du siehst, was gekommen ist und wer wie viel davon bekommt.
no-details = Noch kann dir niemand etwas überweisen: <details>sag, wohin</details>.
add = Ein Glas aufstellen
templates = Mit einem Beispiel anfangen
template-cafe-name = Ein Café
template-cafe-title = Ein Kaffee für die Barista
template-cafe-note = Wenn es dir hier gefallen hat, lass eine Münze da. Alle, die heute arbeiten, teilen sich, was kommt.
template-cafe-thanks = Danke, und bis bald!
template-teacher-name = Eine Lehrerin
template-teacher-title = Unterstütze meinen Unterricht
template-teacher-note = Der Unterricht bleibt gratis. Was du gibst, bezahlt Papier, Farbe und den Raum.
template-teacher-thanks = Danke. Die Kinder werden es sehen.
template-band-name = Eine Band
template-band-title = Der Hut geht herum
template-band-note = Wir spielen, weil wir es gern tun. Was im Hut landet, teilen sich die Band und die Tontechnikerin.
template-band-thanks = Danke! Bis zum nächsten Mal.
template-street-name = Eine Straße
template-street-title = Eine Bank für unsere Straße
template-street-note = Wir möchten eine Bank kaufen und sie unter die Linde stellen.
template-street-thanks = Danke. Setz dich einmal darauf.
tips = Was gekommen ist
no-tips = Noch nichts. Zeig jemandem deine Seite.
more-tips = Mehr zeigen
csv = Als Tabelle herunterladen
field-thanks = Was Leute lesen, nachdem sie etwas gegeben haben (freiwillig)
field-currency = Währung
field-price = Mindestens
field-amounts = Beträge zur Auswahl (freiwillig)
amounts-hint = Bis zu drei, mit Leerzeichen dazwischen: 3 5 10.
field-goal = Wie viel zusammenkommen soll (freiwillig)
shares = Wer wie viel bekommt
shares-hint = Anteile in Prozent, zusammen 100. Einer davon ist deiner.
add-share = Jemanden hinzufügen

## Scripts

js-a-jar = Glas
js-slug-taken = Ein anderes Glas von dir hat diese Adresse.
js-nothing = Noch kein Glas. Stell eines auf, oder fang mit einem Beispiel an.
js-no-currency = Schreib die Abkürzung der Währung: CHF, EUR, CAD.
js-no-amount = Schreib einen Betrag: 5 oder 5,50.
js-too-small = Ein Trinkgeld ist hier mindestens { $amount }.
js-amounts = Schreib bis zu drei Beträge, jeder mindestens so hoch wie der Mindestbetrag.
js-share = Schreib einen Anteil in Prozent, mehr als 0.
js-shares-sum = Die Anteile müssen zusammen 100 Prozent sein.
js-no-own-share = Einer der Anteile muss deiner sein, denn du unterschreibst für alle.
js-share-who = Wessen Anteil?
js-share-percent = Prozent
js-share-remove = Weglassen
js-split = Wer wie viel von { $amount } bekommt
js-giving = Wird gegeben…
js-given = Dein Trinkgeld ist da: { $amount }.
js-promised = Dein Trinkgeld ist vorgemerkt. Es ist da, sobald deine Überweisung angekommen ist.
js-how-to-pay = So bezahlst du
js-came = Deine Zahlung ist angekommen: { $amount }.
js-say-empty = Schreib ein paar Worte, oder lass es.
js-say-later = Für 7 Tage in diesem Browser aufgehoben. Es geht ab, wenn deine Zahlung da ist und du diese Seite wieder öffnest.
js-said = Gesendet.
js-reminded = Vorgemerkt: der { $day }. jedes Monats.
js-signing = Wird unterschrieben…
js-show = Auf meiner Seite zeigen
js-tip = { $amount } von { $name }
js-tip-back = { $amount } von { $name }, davon geht { $back } zurück
js-gone = Hat den eigenen Verlauf gelöscht: Der Anteil geht an die anderen
js-somebody = jemandem
js-words = Worte zu Trinkgeld
js-words-why = Diese Worte stehen im Verlauf der Leute, die dein Trinkgeld bekommen haben. Nimm sie zurück, dann sind sie auch dort gelöscht.
js-words-take = Zurücknehmen

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-words-with-tips = Worte zu Trinkgeldern
says-they-are-in-record = sie stehen auch im Verlauf der Person, die das Trinkgeld bekam. Nimm sie zuerst zurück: Dann sind sie auch dort gelöscht
says-words-others = Worte anderer
says-title-must-not-empty = title darf nicht leer sein.
says-jar-in-nothing-else = Ein Glas liegt in nichts anderem: Lass in weg.
says-goal-must-more-than = goal muss mehr als 0 sein.
says-you-have-no-jar = Du hast kein Glas mit dieser ID: Stell es zuerst auf.
says-there-no-such-jar = Dieses Glas gibt es nicht, oder es nimmt gerade kein Trinkgeld.
says-your-own-jar-somebody = Das ist dein eigenes Glas: Trinkgeld muss jemand anderes geben.
says-shares-have-changed-since = Die Anteile haben sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und stimm den neuen zu.
says-jar-takes-tips-in = Dieses Glas nimmt Trinkgeld in { $value }.
says-tip-for-jar-at = Ein Trinkgeld für dieses Glas beträgt mindestens { $value }.
says-amount-must-more-than = amount muss mehr als 0 sein.
says-you-gave-no-such = Ein solches Trinkgeld hast du nicht gegeben, oder seine Zahlung ist noch nicht angekommen.
says-you-said-something-with = Zu diesem Trinkgeld hast du schon etwas gesagt. Nimm das zuerst zurück.
says-their-record-isnt-kept = Der Verlauf dieser Person ist nicht mehr auf dieser Box.
says-text-must-not-empty = text darf nicht leer sein.
says-you-said-nothing-with = Zu diesem Trinkgeld hast du nichts gesagt, was du zurücknehmen könntest.
says-no-such-tip-you = Kein solches Trinkgeld an dich kam mit Worten.
says-amount-must-number-cents = amount muss eine Anzahl Cent sein, mehr als 0.
says-jars = { $count ->
    [one] { $count } Glas
   *[other] { $count } Gläser
}
says-tips = { $count ->
    [one] { $count } Trinkgeld
   *[other] { $count } Trinkgelder
}
says-words-with-tips-2 = { $count ->
    [one] { $count } Mal Worte zu einem Trinkgeld
   *[other] { $count } Mal Worte zu Trinkgeldern
}
says-words-others-2 = { $count ->
    [one] { $count } Mal Worte anderer
   *[other] { $count } Mal Worte anderer
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-edit =
    Dein Trinkgeld
    Mit einem Glas geben Leute dir Trinkgeld, ohne ein Konto zu brauchen.
    Stell ein Glas auf oder beginne mit einem Beispiel, sag, wer was bekommt, und teile deine Seite.
    Du wählst, wer ein Glas sieht, und du kannst es jederzeit ausschalten.
help-jar =
    Ein Glas für Trinkgeld
    Hier kannst du jemandem Trinkgeld geben.
    Wähle einen Betrag und wie du zahlst, und unterschreib.
    Dein Name steht nur dabei, wenn du es erlaubst, und was du dazu sagst, kannst du zurücknehmen.
