# Umfragen.

service = Umfragen
summary = Umfragen, bei denen nichts eine Stimme mit einer Person verbindet
home = Deine Umfragen

## What operations did, said to the person whose record they are in.

op-put = Du hast eine Umfrage erstellt oder geändert
op-set = Du hast gewählt, wer eine Umfrage sieht
op-attach = Du hast Bilder und Dateien einer Umfrage gewählt
op-sort = Du hast deine Umfragen geordnet
op-remove = Du hast eine Umfrage entfernt und ihre Worte und Antworten gelöscht
op-follow = Du folgst den Umfragen von jemandem
op-unfollow = Du folgst den Umfragen von jemandem nicht mehr
op-status = Du hast eine Umfrage geöffnet oder geschlossen
op-answer = Du hast eine Umfrage mit deinem Namen beantwortet
op-answered = Jemand hat deine Umfrage mit Namen beantwortet
op-withdraw = Du hast deine Antworten auf eine Umfrage zurückgenommen
op-received = Die Box hat Antworten auf deine Umfrage eingetragen
op-totals = Die Box hat Summen deiner Umfrage eingetragen
op-roll = Die Box hat eingetragen, wer an deiner Umfrage teilgenommen hat

## What a delegation allows.

scope-put = Umfragen für dich erstellen und Entwürfe ändern
scope-set = Wählen, wer deine Umfragen wann sieht
scope-attach = Deinen Umfragen Bilder und Dateien beifügen
scope-sort = Deine Umfragen ordnen
scope-follow = Für dich Umfragen folgen
scope-unfollow = Für dich Umfragen nicht mehr folgen
scope-answer = Umfragen mit deinem Namen beantworten

## Kinds of notifications.

notice-open = Jemand, dessen Umfragen du folgst, hat eine geöffnet
notice-answers = Antworten auf deine Umfragen

## On Home

home-show = Zeigen
home-open = { $name } fragt: { $title }
home-answers = { $count ->
    [one] „{ $title }“ hat eine Antwort
   *[other] „{ $title }“ hat { $count } Antworten
}
home-lost = Die Antworten auf „{ $title }“ gingen verloren, als die Box wiederhergestellt wurde. Bitte wiederhole die Umfrage.

## The pages

title = { $name }: Umfragen
change = Deine Umfragen bearbeiten
none = Hier gibt es noch keine Umfragen.
by = Eine Umfrage von <page>{ $name }</page>
followers = { $count ->
    [0] Noch niemand auf dieser Box folgt dieser Umfrage.
    [one] Eine Person auf dieser Box folgt dieser Umfrage.
   *[other] { $count } Personen auf dieser Box folgen dieser Umfrage.
}
copy = Als Entwurf kopieren
status-draft = Entwurf
status-open = offen
status-closed = geschlossen
learns-named = Wer fragt, sieht sofort, wer was geantwortet hat.
learns-open = Wer fragt, sieht, was wann geantwortet wurde, aber nicht von wem.
learns-totals = Wer fragt, sieht Summen in Schritten von fünf Antworten und nie eine einzelne Antwort.
learns-totals-roll = Wer fragt, sieht Summen in Schritten von fünf Antworten und am Ende, wer teilgenommen hat, aber nie eine einzelne Antwort.
learns-secret = Wer fragt, sieht nach dem Ende alle Antworten, gemischt, und nie, wer was gesagt hat.
learns-secret-roll = Wer fragt, sieht nach dem Ende alle Antworten, gemischt, und wer teilgenommen hat, aber nie, wer was gesagt hat.
show-owner = Nur wer fragt, sieht die Ergebnisse.
show-answered = Du siehst die Ergebnisse, sobald du geantwortet hast.
show-all = Alle, die diese Seite sehen, sehen die Ergebnisse.
each-any = Alle können antworten, ohne Anmeldung.
each-member = Jedes Mitglied dieser Box kann einmal antworten.
each-guest = Jedes Mitglied und jeder Gast dieser Box kann einmal antworten. Gäste haben eine E‑Mail-Adresse nachgewiesen.
each-person = Alle mit einem Schlüssel können einmal antworten: Mitglieder, Gäste und Fremde. Fremde können sich viele Schlüssel machen und mit jedem antworten.
each-ticket = Jedes Ticket der Veranstaltung hat eine Antwort.
each-slip = Jeder Code auf Papier hat eine Antwort.
few = Wenn weniger als fünf Personen antworten, werden alle Antworten ungelesen vernichtet.
at-event = { $count ->
    [one] Eine Umfrage zu dieser Veranstaltung
   *[other] Umfragen zu dieser Veranstaltung
}
answer = An dieser Umfrage teilnehmen
when-before = Antworte, bevor die Veranstaltung beginnt.
when-after = Antworte, wenn die Veranstaltung vorbei ist.
closes = Sie endet <time/>.
keeper = Wer diese Box betreibt, könnte zusehen. Wenn du dieser Person nicht vertraust, stimme hier nicht ab.
spending-rounded = Summen werden für jede Gruppe gezeigt, auf fünf gerundet und ab fünf Haushalten. Beträge zählen bei der Gruppe, die du zuerst nennst.
spending-often = Ohne Anmeldung kann man oft antworten. Codes auf Papier verhindern das.
spending-accomplices = Vier Verbündete in einer Gruppe von fünf könnten ihre eigenen Beträge abziehen. Nichts verhindert das.
questions = Die Fragen
sign-in = <in>Melde dich an</in>, um zu antworten.
scripts-off = Um zu antworten, erlaube Skripte für diese Adresse und lade die Seite neu.
slip = Der Code auf deinem Zettel
send = Antworten senden
results = Ergebnisse
could-member = Mitglieder dieser Box konnten antworten.
could-guest = Mitglieder und Gäste dieser Box konnten antworten.
could-person = Mitglieder, Gäste und Fremde konnten antworten. Fremde können sich viele Schlüssel machen, also steht eine Antwort nicht für einen Menschen.
could-any = Alle konnten antworten, auch mehrmals: Mitglieder, Gäste und Fremde.
could-ticket = Wer ein Ticket der Veranstaltung hat, konnte antworten: Mitglieder, Gäste und Fremde.
could-slip = Wer einen Code auf Papier hat, konnte antworten: Mitglieder, Gäste und Fremde.
came = Von Mitgliedern: { $members }. Von Gästen: { $guests }. Von Fremden und Leuten, die gegangen sind: { $others }.
came-roll = Mitglieder, die teilgenommen haben: { $members }. Gäste: { $guests }. Fremde und Leute, die gegangen sind: { $others }.
split-few = Wie viele Mitglieder, Gäste und Fremde teilgenommen haben, wird nicht gezeigt: Weniger als fünf Leute haben eine dieser Rollen.
unsplit = Wie viele Antworten von Mitgliedern, Gästen oder Fremden kamen, ist nicht bekannt: Antworten sagen nicht, von wem sie sind.
unsplit-guest = Wie viele Antworten von Mitgliedern oder Gästen kamen, ist nicht bekannt: Antworten sagen nicht, von wem sie sind.
answers = { $count ->
    [0] Noch ist keine Antwort gezählt.
    [one] Eine Antwort ist gezählt.
   *[other] { $count } Antworten sind gezählt.
}
mean = { $mean } im Durchschnitt
yes = Ja
no = Nein
other = Etwas anderes
no-group = Ohne Gruppe
households = { $households ->
    [one] { $households } Haushalt
   *[other] { $households } Haushalte
}. { $members ->
    [one] { $members } Person
   *[other] { $members } Personen
} in denen, die diese Gruppe zuerst genannt haben.
places = Haushalte nach dem Anfang der Postleitzahl
category = Im Monat
total = Alle zusammen
each = Jeder Haushalt
ended-few = Weniger als fünf Personen haben geantwortet. Ihre Antworten wurden ungelesen vernichtet.
ended-lost = Diese Box wurde aus einer Sicherung wiederhergestellt, und die Antworten gingen verloren: Sie sind in keiner Sicherung. Bitte wiederholen.

## Spending

q-household = Wie viele Personen leben in deinem Haushalt?
q-postal = Postleitzahl (nur ihre ersten drei Zeichen werden gezählt)
q-streaming = Streaming, im Monat
q-rideshare-delivery = Taxis und Lieferungen, im Monat
q-cloud = Cloud-Speicher, im Monat
q-software = Software, im Monat
q-memberships = Mitgliedschaften, im Monat
q-internet-phone = Internet und Telefon, im Monat
q-utilities = Strom, Wasser und Heizung, im Monat
q-rent-mortgage = Miete oder Hypothek, im Monat
q-other = Andere laufende Kosten, im Monat
q-group = Zu welcher Gruppe gehörst du zuerst?
q-also = Zu welchen anderen Gruppen gehörst du?

## Problems

no-such-survey = Diese Umfrage gibt es hier nicht. Vielleicht wurde sie entfernt.
not-open = Diese Umfrage ist noch nicht offen.
is-closed = Diese Umfrage ist geschlossen.
no-event = Die Veranstaltung dieser Umfrage ist nicht auf dieser Box.
event-began = Die Veranstaltung hat begonnen, und diese Umfrage war für die Zeit davor.
event-not-over = Antworte hier, wenn die Veranstaltung vorbei ist.
no-ticket = Du brauchst ein Ticket der Veranstaltung, um zu antworten.
with-name = Diese Umfrage wird mit Namen beantwortet: durch die Operation dykil.answer.
sign-in-first = Melde dich an, um zu antworten.
members-only = Diese Umfrage beantworten nur Mitglieder dieser Box. Bitte ihren Besitzer um eine Einladung.
no-strangers = Diese Umfrage beantworten nur Mitglieder und Gäste dieser Box. Melde dich mit der E‑Mail-Adresse an, die ihr Besitzer kennt, oder bitte um eine Einladung.
too-large = Diese Antworten sind zu lang: höchstens 16 kB.
too-often = Von dieser Adresse kamen viele Antworten. Versuche es später wieder.
voted = Du hast diese Umfrage schon beantwortet.
receipt-taken = Eine andere Antwort hat diese Quittung. Lade die Seite neu.
box-full = Diese Umfrage hat 10 000 Antworten und nimmt keine mehr.
slip-missing = Schreib den Code von deinem Zettel.
slip-unknown = Diesen Code gibt es nicht. Sieh noch einmal auf deinen Zettel.
no-slips = Diese Umfrage wird nicht mit Codes auf Papier beantwortet.
slips-closed = Öffne zuerst die Umfrage: Codes gibt es, solange sie offen ist.
slips-full = Eine Umfrage hat höchstens { $most } Codes.
results-hidden = Die Ergebnisse werden dir nicht oder noch nicht gezeigt.
csv-own = Nur wer die Umfrage gemacht hat, bekommt ihre Tabelle.
boxes-open = Urnen können nicht umziehen. Schließ zuerst deine Umfragen, dann zieh um.

## Editing

lead = Frag die Leute etwas. <page>Sieh deine Umfragen</page>
begin = Beginne mit
template-when = Einen Termin finden
template-blank = Eine leere Umfrage
template-cafe = Ein Café: Meinungen
template-band = Eine Band: welches Datum
template-class = Eine Klasse: geheime Wahl
template-spending = Eine Straße: was wir ausgeben
field-title = Titel (leer: die erste Frage)
share-hint = Sobald die Umfrage veröffentlicht ist, bleiben ihre Fragen, wie sie sind.
field-mode = Was du erfährst
mode-option-secret = Nach dem Ende alle Antworten, nie von wem
mode-option-totals = Summen, in Schritten von fünf
mode-option-open = Antworten sofort, nie von wem
mode-option-named = Antworten mit Namen
field-each = Wer antwortet
each-option-member = Mitglieder dieser Box, je einmal
each-option-guest = Mitglieder und Gäste, je einmal
each-option-person = Alle mit einem Schlüssel, auch Fremde, einmal je Schlüssel
each-option-any = Alle, ohne Anmeldung
each-option-ticket = Jedes Ticket einer Veranstaltung, einmal
each-option-slip = Jeder Code auf Papier, einmal
field-show = Wer die Ergebnisse sieht
show-option-answered = Alle, die geantwortet haben; nach dem Ende alle
show-option-all = Alle, die die Umfrage sehen
show-option-owner = Nur du
field-roll = Sag mir nach dem Ende, wer teilgenommen hat (das wird vor der Antwort gesagt)
field-closes = Endet (freiwillig)
field-event = Veranstaltung
event-none = Keine
field-when = Wann geantwortet wird
when-option-none = Jederzeit
when-option-before = Vor der Veranstaltung
when-option-after = Nach der Veranstaltung
field-groups = Gruppen einer Ausgaben-Umfrage, eine pro Zeile
slips = Codes auf Papier
slips-why = Druck diese Seite und schneide sie auseinander. Die Box behält keine Codes, sie werden nur dieses eine Mal gezeigt.

## Scripts

js-a-survey = Umfrage
js-nothing = Du hast noch keine Umfragen. Beginne mit einer von oben.
js-slug-taken = Eine andere Umfrage von dir hat diese Adresse.
js-close = Schließen
js-see = Ansehen
js-table = Tabelle
js-slips = Codes
js-slips-number = Wie viele Codes?
js-publish-sure = „{ $title }“ veröffentlichen? Danach lässt sich die Umfrage nicht mehr ändern.
js-close-sure = „{ $title }“ für immer schließen?
js-close-few-sure = „{ $title }“ für immer schließen? Wenn weniger als fünf Personen geantwortet haben, werden alle Antworten ungelesen vernichtet.
js-closed = Die Umfrage ist geschlossen.
js-signing = Wird unterschrieben…
js-status-draft = Entwurf
js-status-open = offen
js-status-closed = geschlossen
js-answers = { $count ->
    [one] { $count } Antwort
   *[other] { $count } Antworten
}
js-question = Frage
js-question-n = Frage { $number }
js-type = Art der Antwort
js-type-radiogroup = Eine davon
js-type-dropdown = Eins von vielen, aus einer Liste
js-type-checkbox = Einige davon
js-type-ranking = Eine Reihenfolge
js-type-rating = 1 bis 5
js-type-boolean = Ja oder nein
js-type-number = Eine Zahl
js-type-date = Ein Tag
js-type-email = Eine E‑Mail-Adresse
js-type-text = Eine Zeile
js-type-comment = Worte
js-choices = Auswahl, eine pro Zeile
js-other-too = Man darf etwas anderes schreiben
js-required = Braucht eine Antwort
js-add-question = Frage hinzufügen
js-remove-question = Diese Frage entfernen
js-no-question = Schreibe mindestens eine Frage.
js-no-title = Schreibe die Frage.
js-no-choices = Schreibe die Auswahl, eine je Zeile.
js-no-literal = Sag, womit die Antwort verglichen wird.
js-if = Diese Frage stellen
js-if-always = immer
js-if-long = nach einer Bedingung, die du schreibst
js-if-how = Wie sie sich vergleicht
js-if-value = Die Antwort
js-if-equal = ist
js-if-unlike = ist nicht
js-if-less = ist kleiner als
js-if-greater = ist größer als
js-if-contains = enthält
js-if-answered = ist beantwortet
js-if-empty = ist nicht beantwortet
js-spending = Die Fragen nach Ausgaben sind überall gleich, damit sich Straßen vergleichen lassen.
js-says-secret = Die Leute lesen: Du siehst nach dem Ende alle Antworten, gemischt, und nie, wer was gesagt hat. Wer diese Box betreibt, könnte zusehen.
js-says-totals = Die Leute lesen: Du siehst Summen in Schritten von fünf Antworten und nie eine einzelne Antwort. Wer diese Box betreibt, könnte zusehen.
js-says-open = Die Leute lesen: Du siehst, was wann geantwortet wurde, aber nicht von wem.
js-says-named = Die Leute lesen: Du siehst sofort, wer was geantwortet hat.
js-question-more = Mehr: { $type }
js-what = Worum geht es?
js-dates = Termine
js-date-n = Termin { $number }
js-remove-date = Termin { $number } entfernen
js-add-date = Termin hinzufügen
js-no-date = Wähle mindestens einen Termin.
js-past-date = Dieser Termin ist vorbei. Wähle einen späteren.
js-maybe = Zur Not
js-t-when = Wann kannst du?
js-t-spending = Was wir ausgeben
js-t-cafe-1 = Wovon möchtest du mehr?
js-t-cafe-1-choices = Kuchen
    Suppe
    Ruhe
    Musik
js-t-cafe-2 = Wie war dein letzter Besuch?
js-t-cafe-3 = Sonst noch etwas?
js-t-band-1 = An welchen Abenden kannst du kommen?
js-t-band-1-choices = Freitag
    Samstag
    Sonntag
js-t-class-1 = Wer soll für uns sprechen?
js-t-class-1-choices = Erster Name
    Zweiter Name
js-sending = Wird gesendet…
js-sent = Deine Antworten sind gezählt. Deine Quittung ist { $receipt }.
js-sent-boxed = Deine Antworten sind in der Wahlurne. Deine Quittung ist { $receipt }.
js-sent-named = Deine Antworten sind gespeichert und von dir unterschrieben.
js-receipt = Deine Quittung { $receipt } ist unter den Ergebnissen.
js-receipt-missing = Deine Quittung { $receipt } ist nicht unter den Ergebnissen.
js-followed = Du folgst diesen Umfragen. Neue erscheinen auf deiner Startseite.
js-unfollowed = Du folgst diesen Umfragen nicht mehr.
js-copied = Die Umfrage ist unter deinen Entwürfen.
js-yes = Ja
js-no = Nein
js-other = Etwas anderes
js-mean = { $mean } im Durchschnitt
js-counted = { $count ->
    [0] Noch ist keine Antwort gezählt.
    [one] Eine Antwort ist gezählt.
   *[other] { $count } Antworten sind gezählt.
}
js-could-member = Mitglieder dieser Box konnten antworten.
js-could-guest = Mitglieder und Gäste dieser Box konnten antworten.
js-could-person = Mitglieder, Gäste und Fremde konnten antworten. Fremde können sich viele Schlüssel machen, also steht eine Antwort nicht für einen Menschen.
js-could-any = Alle konnten antworten, auch mehrmals: Mitglieder, Gäste und Fremde.
js-could-ticket = Wer ein Ticket der Veranstaltung hat, konnte antworten: Mitglieder, Gäste und Fremde.
js-could-slip = Wer einen Code auf Papier hat, konnte antworten: Mitglieder, Gäste und Fremde.
js-came = Von Mitgliedern: { $members }. Von Gästen: { $guests }. Von Fremden und Leuten, die gegangen sind: { $others }.
js-came-roll = Mitglieder, die teilgenommen haben: { $members }. Gäste: { $guests }. Fremde und Leute, die gegangen sind: { $others }.
js-split-few = Wie viele Mitglieder, Gäste und Fremde teilgenommen haben, wird nicht gezeigt: Weniger als fünf Leute haben eine dieser Rollen.
js-unsplit = Wie viele Antworten von Mitgliedern, Gästen oder Fremden kamen, ist nicht bekannt: Antworten sagen nicht, von wem sie sind.
js-unsplit-guest = Wie viele Antworten von Mitgliedern oder Gästen kamen, ist nicht bekannt: Antworten sagen nicht, von wem sie sind.
js-given = Antworten mit deinem Namen
js-given-why = Diese stehen bei anderen. Nimm sie zuerst zurück: Dann werden sie auch dort gelöscht.
js-take-back = Zurücknehmen
js-taken-back = Zurückgenommen und gelöscht.
js-a-poll = Eine Umfrage

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-object-has-member-for = ein Objekt hat einen Eintrag für jede Frage
says-all-together-have-at = alle zusammen haben höchstens { $answers-bytes-max } Bytes JSON
says-form-has-no-such = das Formular hat keine solche Frage
says-answer = die Antwort ist { $value }
says-question-needs-answer = diese Frage braucht eine Antwort
says-answer-at-least-one = beantworte mindestens eine Frage
says-choose-from-these-each = wähl aus diesen, jedes einmal: { $value }
says-number-at-most-with = eine Zahl ist höchstens { $number-max }, mit höchstens drei Stellen nach dem Komma
says-e-mail-address-reads = eine E‑Mail-Adresse sieht aus wie name@example.org
says-day-calendar-reads-like = ein Tag im Kalender sieht aus wie 2026-03-01
says-at-most-characters = höchstens { $answer-chars-max } Zeichen
says-only-choice-other-has = nur die Wahl „other“ hat einen Text
says-write-what-you-mean = schreib, was du mit „other“ meinst
says-from = von { $min } bis { $max }
says-at-least = mindestens { $min }
says-at-most = höchstens { $most }
says-write-object = schreib ein Objekt
says-write = schreib { $allowed }
says-text-at-most-characters = ein Text aus höchstens { $title-chars-max } Zeichen
says-list-1 = eine Liste mit 1 bis { $max } Einträgen
says-form-has-at-most = ein Formular hat höchstens { $form-bytes-max } Bytes JSON
says-another-question-called-too = eine andere Frage heißt auch { $name }
says-there-no-question = es gibt keine Frage {"{"}{ $name }{"}"}
says-question-cant-depend-on = eine Frage kann nicht von sich selbst abhängen
says-cant-compared-in-way = {"{"}{ $name }{"}"} lässt sich so nicht vergleichen: { $test }
says-answer-question-accepts = eine Antwort, die die Frage annimmt
says-one-text-comment-radiogroup = eins von text, comment, radiogroup, checkbox, dropdown, rating, boolean, ranking
says-one-text-number-email = eins von text, number, email, date
says-number-up-10-with = eine Zahl bis 10⁹ mit höchstens drei Stellen nach dem Komma
says-maximum-not-below-minimum = das Maximum ist nicht kleiner als das Minimum
says-whole-number-from-0 = eine ganze Zahl von 0 bis 100
says-scale-has-2-values = eine Skala hat 2 bis { $rates-max } Werte
says-value-has-no-no = ein Wert hat kein | und keine Leerzeichen am Rand und ist nicht „other“, das showOtherItem hinzufügt
says-choice-there-twice = die Wahl { $value } gibt es zweimal
says-write-text-or = schreib einen Text oder { $value-text }
says-write-or-or-before = schreib „and“ oder „or“ vor „{ $word }“
says-write-questions-name-in = schreib den Namen einer Frage in Klammern, {"{"}name{"}"}, vor „{ $near }“
says-text-ends-with = ein Text endet mit ’
says-write-empty-or-notempty = schreib empty oder notempty statt ''
says-write-text-number-true = schreib einen 'Text', eine Zahl, true oder false statt „{ $word }“
says-must-questions-in-json = müssen Fragen im JSON von SurveyJS sein, als Text: { $error }
says-must-json-object-as = muss ein JSON-Objekt sein, als Text aus höchstens { $answers-bytes-max } Bytes
says-surveys-with-named-answers = Umfragen mit namentlichen Antworten
says-surveys-with-answers = Umfragen mit Antworten
says-answers-others = Antworten an andere
says-they-are-in-record = sie stehen auch im Verlauf der Person, der die Umfrage gehört. Nimm sie zuerst zurück: Dann sind sie auch dort gelöscht
says-must-questions-in-json-surveyjs = müssen Fragen im JSON von SurveyJS sein, als Text, oder "{ $spending }": { $error }
says-name-at-most-groups = { $also }: Nenn höchstens { $groups-max } Gruppen
says-write-whole-number = { $name }: Schreib eine ganze Zahl
says-box-has-no-survey = Diese Box hat keine Umfrage mit dieser ID, auf die du mit deinem Namen antwortest.
says-survey-takes-no-answers = Diese Umfrage nimmt gerade keine Antworten.
says-their-record-isnt-kept = Der Verlauf dieser Person ist nicht mehr auf dieser Box.
says-seat-must-place-your = seat muss der Platz deines Tickets sein, wo jedes Ticket antwortet, und fehlt sonst.
says-you-gave-no-answer = Du hast hier mit deinem Namen keine Antwort gegeben, die du zurücknehmen könntest.
says-must-32-0-9 = müssen 32 Zeichen aus 0-9 a-f sein
says-there-no-such-survey = Diese Umfrage gibt es nicht.
says-was-entered-before = Das wurde schon eingetragen.
says-survey-has-10-000 = Diese Umfrage hat 10 000 Antworten und nimmt keine mehr.
says-there-no-such-survey-with = Es gibt keine solche Umfrage mit Summen.
says-these-totals-were-entered = Diese Summen wurden schon eingetragen.
says-totals-come-in-steps = Summen kommen in Schritten von mindestens fünf Antworten.
says-rows-must-not-name = rows darf nichts zweimal nennen.
says-there-no-such-survey-with-roll = Es gibt keine solche Umfrage mit einem Wählerverzeichnis.
says-roll-was-entered-before = Das Wählerverzeichnis wurde schon eingetragen.
says-you-have-no-survey = Du hast keine Umfrage mit dieser ID.
says-only-draft-can-opened = Nur ein Entwurf lässt sich öffnen, und nur eine offene Umfrage schließen.
says-time-at-which-survey = Die Zeit, zu der diese Umfrage schließt, ist vorbei: Ändere sie zuerst.
says-status-must-open-or = status muss open oder closed sein.
says-people-answer-as-survey = Darauf wird so geantwortet, wie sie ist: Eine Umfrage, die geöffnet wurde, ändert sich nicht mehr.
says-title-must-not-empty = title darf nicht leer sein.
says-survey-in-nothing-else = Eine Umfrage liegt in nichts anderem: Lass in weg.
says-each-must-person-or = each muss in einer namentlichen Umfrage member, guest, person oder ticket sein, in einer offenen any.
says-only-survey-totals-or = Nur eine Umfrage mit Summen oder eine geheime, auf die jede Person antwortet, hat ein Wählerverzeichnis.
says-event-must-name-event = event muss die Veranstaltung nennen, deren Tickets oder Zeiten zählen.
says-spending-survey-shows-totals = Eine Umfrage über Ausgaben zeigt Summen: mode muss totals sein.
says-groups-has-at-most = groups hat höchstens { $groups-max } Zeilen.
says-groups-cant-choices = groups können nicht zur Wahl stehen: { $error }
says-answered-in-words-which = Auf „{ $question }“ wird in Worten geantwortet, und die haben keine Summen: Nimm die Frage heraus oder wähl einen anderen mode.
says-number-must-from-1 = number muss von 1 bis 1 000 sein.
says-receipt-must-32-0 = receipt müssen 32 Zeichen aus 0-9 a-f sein.
says-surveys = { $count ->
    [one] { $count } Umfrage
   *[other] { $count } Umfragen
}
says-surveys-with-named-answers-2 = { $count ->
    [one] { $count } Umfrage mit namentlichen Antworten
   *[other] { $count } Umfragen mit namentlichen Antworten
}
says-surveys-with-answers-2 = { $count ->
    [one] { $count } Umfrage mit Antworten
   *[other] { $count } Umfragen mit Antworten
}
says-answers-others-2 = { $count ->
    [one] { $count } Antwort an andere
   *[other] { $count } Antworten an andere
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-edit =
    Deine Umfragen
    Hier fragst du Leute etwas: nach einem Termin, einer Meinung, einer geheimen Stimme.
    Beginne mit einem Beispiel oder einer leeren Umfrage, schreib deine Frage, und teile sie.
    Ist sie offen, bleiben ihre Fragen, wie sie sind, und die Leute sehen, was du erfährst, bevor sie antworten.
help-survey =
    Eine Umfrage
    Hier beantwortest du eine Umfrage oder siehst dir ihr Ergebnis an.
    Lies, was man von dir erfährt, dann antworte und sende.
    Bevor du antwortest, sagt die Seite, wer die Ergebnisse sieht.
help-list =
    Umfragen einer Person
    Hier stehen die Umfragen einer Person.
    Tipp auf eine, um sie zu beantworten oder ihr Ergebnis zu sehen.
    Du siehst nur Umfragen, die für dich gedacht sind.
