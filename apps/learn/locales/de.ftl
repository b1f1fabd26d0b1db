# Kurse.

service = Lernen
summary = Kurse mit Lektionen, Prüfungen und Zeugnissen, gratis oder bezahlt
home = Lernen

## Was Vorgänge taten, gesagt zu der Person, in deren Verlauf sie stehen.

op-put = Du hast einen Kurs, ein Modul oder eine Lektion gemacht oder geändert
op-set = Du hast gewählt, wer einen Kurs oder eine Lektion sieht
op-attach = Du hast Bilder und Dateien eines Kurses oder einer Lektion gewählt
op-sort = Du hast deine Kurse oder Lektionen geordnet
op-remove = Du hast einen Kurs oder eine Lektion entfernt und die Worte gelöscht
op-follow = Du folgst einem Kurs
op-unfollow = Du folgst einem Kurs nicht mehr
op-offer = Du hast gesagt, was ein Kurs kostet
op-enroll = Du hast dich für einen Kurs angemeldet
op-enrolled = Jemand hat sich für einen Kurs angemeldet
op-promised = Ein Platz in einem Kurs wurde zugesagt
op-paid = Die Zahlung für einen zugesagten Platz ist gekommen
op-withdrawn = Die Zahlung für einen Platz geht zurück
op-leave = Du hast einen Kurs verlassen
op-refund = Du hast einen Kursplatz beendet und gibst das Geld zurück
op-dropped = Ein Platz in einem Kurs ging zu Ende
op-progress = Du hast gesagt, wie weit du in einem Kurs bist
op-answer = Du hast Fragen beantwortet
op-graded = Die Box hat Antworten bewertet
op-complete = Du hast einen Kurs abgeschlossen

## Was eine Vollmacht erlaubt.

scope-put = Kurse und Lektionen machen und ändern
scope-set = Wählen, wer deine Kurse sieht und wann
scope-attach = Deinen Kursen und Lektionen Bilder und Dateien beifügen
scope-sort = Deine Kurse und Lektionen ordnen
scope-follow = Kursen folgen
scope-unfollow = Kursen nicht mehr folgen
scope-leave = Kurse verlassen
scope-progress = Sagen, wie weit du in Kursen bist
scope-answer = Fragen von Kursen beantworten
scope-complete = Um Zeugnisse von Kursen bitten

## Arten von Nachrichten.

notice-student = Jemand hat einen Kurs von dir begonnen
notice-lesson = Neue Lektionen in Kursen, denen du folgst
notice-finished = Jemand hat einen Kurs von dir abgeschlossen
notice-certificate = Du hast ein Zeugnis bekommen

## Auf Home

home-students = { $count ->
    [one] { $who } hat einen Kurs von dir begonnen.
   *[other] { $count } Personen haben Kurse von dir begonnen, zuletzt { $who }.
}
home-lessons = { $count ->
    [one] Eine neue Lektion von { $name } in „{ $title }“
   *[other] { $count } neue Lektionen von { $name } in „{ $title }“
}
home-finished = { $count ->
    [one] { $who } hat einen Kurs von dir abgeschlossen.
   *[other] { $count } Personen haben Kurse von dir abgeschlossen, zuletzt { $who }.
}
home-certificates = { $count ->
    [one] Du hast ein neues Zeugnis von { $who }.
   *[other] Du hast { $count } neue Zeugnisse, das letzte von { $who }.
}
home-show = Zeigen
front-by = Ein Kurs von { $name }

## Die Seiten

title = { $name }: Kurse
change = Deine Kurse ändern
none = Noch kein Kurs hier.
no-such-course = Diesen Kurs gibt es hier nicht, oder er wird dir nicht gezeigt.
no-offer = Dieser Kurs kann jetzt nicht gekauft werden.
for-students = Das ist für die, die den Kurs besuchen.
free = gratis
by = von <teacher>{ $name }</teacher>
followers = { $count ->
    [0] Diesem Kurs folgt auf dieser Box noch niemand.
    [one] Eine Person auf dieser Box folgt diesem Kurs.
   *[other] { $count } Personen auf dieser Box folgen diesem Kurs.
}
progress = { $done } von { $count ->
    [one] { $count } Lektion
   *[other] { $count } Lektionen
}
begin = Beginnen
go-on = Weiter
students = Teilnehmende
teacher-sees = Die Lehrperson sieht, welche Lektionen du gemacht hast.
leave = Den Kurs verlassen
leave-why-free = Du kannst dich jederzeit wieder einschreiben.
leave-why = Du kannst die Lektionen dann nicht mehr lesen, außer der Kurs ist gratis. Was du bezahlt hast, kommt dadurch nicht zurück: Frag die Lehrperson.
enroll = Diesen Kurs besuchen
enroll-signin = Melde dich an, um diesen Kurs zu besuchen
done = Gemacht
graded = mit Prüfung
optional = freiwillig
no-lessons = Noch keine Lektion hier.
see-course = Zum Kurs
mark-done = Ich habe diese Lektion gemacht
keep = Auf diesem Gerät behalten
lessons = Lektionen
before = ← { $title }
after = Nächste Lektion: { $title }
to-course = Zurück zum Kurs
teach = Kurse, die du gibst
takes-none = Du besuchst noch keinen Kurs.
course-gone = Diesen Kurs gibt es hier nicht mehr.
waits = wartet auf deine Zahlung
no-students = Noch besucht niemand diesen Kurs.
since = seit <day/>

## Prüfungen

quiz = Fragen
needs = { $percent } Prozent müssen richtig sein.
kept-by-node = Deine Antworten kommen in deinen Verlauf. Die Box bewertet sie sofort.
for-practice = Zum Üben: Versuch es, so oft du willst.
quiz-scripts-off = Dein Browser zeichnet die Fragen mit einem Skript. Schalte Skripte für diese Adresse ein, um zu antworten:
answer = Antworten
tries = Du hast { $left } Versuche.
passed = Bestanden: { $right } von { $count } richtig.
not-passed = { $right } von { $count } richtig. { $left ->
    [0] Du hast keinen Versuch mehr: Frag die Lehrperson.
    [one] Du hast noch einen Versuch.
   *[other] Du hast noch { $left } Versuche.
}
student-grade = { $title }: { $right } von { $count } richtig ({ $tries ->
    [one] ein Versuch
   *[other] { $tries } Versuche
})
field-quiz = Fragen (freiwillig)
quiz-text = Die Fragen als Text
quiz-hint = Eine Frage beginnt mit ?, eine falsche Antwort mit -, eine richtige mit *. Was man selbst schreibt, kommt nach =.
quiz-example-question = Welches Mehl ist für Brot?
quiz-example-wrong = Kuchenmehl
quiz-example-right = Brotmehl
quiz-example-words = Was lässt Teig aufgehen?
quiz-example-answer = Hefe
field-pass = Bewertet: Prozent, die richtig sein müssen (freiwillig)
pass-hint = Leer sind die Fragen zum Üben, und die Antworten kommen mit. Mit einer Zahl behält die Box die Antworten, und alle haben fünf Versuche.

## Zeugnisse

all-done = Du hast alles gemacht
finish-why = Die Box unterschreibt, dass du diesen Kurs abgeschlossen hast. Die Datei beweist es überall, auch wenn es diese Box nicht mehr gibt.
certificate-public = Wer die Adresse hat oder den Code scannt, darf es sehen
finish = Das Zeugnis holen
finished = Du hast diesen Kurs abgeschlossen.
see-certificate = Zeugnis ansehen
download-certificate = Beweis herunterladen
certificates = Deine Zeugnisse
no-certificates = Noch keine.
certificate = Zeugnis
certificate-finished = hat diesen Kurs abgeschlossen:
certificate-teacher = Lehrperson: { $name }
certificate-signed = Unterschrieben von { $name } am <day/>
certificate-check = Prüfe es unter dieser Adresse:
certificate-private = Diese Seite sehen nur die Person, die den Kurs abgeschlossen hat, und die Lehrperson. Anderen zeigt der Code, wie sie die Datei mit dem Beweis prüfen: Schick sie ihnen.
certificate-ask = Hat es dir jemand gezeigt? Bitte um die Datei mit dem Beweis und prüfe sie hier.
print = Drucken
no-certificate = Dieses Zeugnis gibt es nicht, oder es ist nicht für dich.
public = öffentlich
check-title = Ein Zeugnis prüfen
check-why = Wähle die Datei eines Zeugnisses. Dein Browser prüft sie hier und schickt sie nirgendwohin.
check-scripts-off = Dein Browser prüft die Datei und braucht dazu Skripte. Ohne sie geht es mit imajin verify.
check-file = Die Datei

## Kaufen und kopieren

signed = Du unterschreibst genau diesen Preis und diese Anteile.
refund = Das Geld zurückgeben
copy = Selbst unterrichten
copy-why = Du bekommst eine Kopie des ganzen Kurses, die du ändern kannst. Ein Anteil von dem, was du damit verdienst, geht an die Person, die ihn gemacht hat.

## Kurse machen

teaching = Kurse, die du gibst
lead = Wen du wählst, der findet deine Kurse auf <page>deiner Seite</page>. Ein Kurs hat Module und Lektionen, oder nur Lektionen.
add-course = Einen Kurs machen
add-module = Ein Modul hinzufügen
add-lesson = Eine Lektion hinzufügen
templates = Mit einem Beispiel beginnen
template-craft-name = Ein Handwerk
template-craft-title = Brot aus dem eigenen Ofen
template-craft-note = Fünf Abende vom Mehl zur Kruste. Du brauchst einen Ofen, eine Schüssel und Zeit.
template-school-name = Eine Schule
template-school-title = Buchstaben und Laute
template-school-note = Für Familien, die zu Hause üben, was wir in der Klasse machen.
template-club-name = Ein Verein
template-club-title = Erste Schritte auf dem Wasser
template-club-note = Lies das vor deinem ersten Tag im Boot.
in-none = Noch nichts
field-in = Teil von
field-text = Was die Teilnehmenden lesen
text-hint = Markdown: # für einen Titel, - für eine Liste, **fett**, [Worte](https://…). HTML erscheint als Text.
files-hint = Im Text einer Lektion zeigt ![Worte](1) ihr erstes Bild.
field-required = Der Kurs ist nur mit dieser Lektion abgeschlossen
field-price = Preis (freiwillig)
field-currency = Währung
field-share = Andere dürfen diesen Kurs geben: dein Anteil an dem, was sie verdienen, in Prozent (freiwillig)
share-hint = Leer darf es niemand. Wer ihn besucht und kopiert, bekommt auch die richtigen Antworten.

## Skripte

js-a-course = Kurs
js-a-module = Modul
js-a-lesson = Lektion
js-nothing = Noch kein Kurs. Mach einen, oder beginne mit einem Beispiel.
js-empty = Noch nichts darin.
js-slug-taken = Etwas anderes von dir hat diese Adresse.
js-remove-all-sure = „{ $title }“ mit allem darin entfernen und die Worte löschen?
js-too-long = Eine Lektion hat höchstens 200 000 Bytes: Mach zwei daraus.
js-see = Öffnen
js-students = Teilnehmende
js-signing = Wird unterschrieben…
js-leave-sure = Diesen Kurs verlassen?
js-done = Gemacht und von dir unterschrieben.
js-followed = Du folgst diesem Kurs. Neue Lektionen erscheinen auf deiner Startseite.
js-unfollowed = Du folgst ihm nicht mehr.
js-copied = { $count ->
    [0] Kopiert.
   *[other] Kopiert, mit { $count } Modulen und Lektionen.
}
js-quiz-line = Beginne jede Zeile mit ?, -, * oder =. Nach jeder Frage kommen Antworten zur Auswahl, oder eine einzige Zeile mit =.
js-quiz-title = Schreib die Frage.
js-quiz-twice = Diese Antwort steht zweimal da.
js-quiz-add = Frage hinzufügen
js-quiz-add-choice = Antwort hinzufügen
js-quiz-choice-n = Antwort { $number }
js-quiz-question = Frage
js-quiz-question-n = Frage { $number }
js-quiz-remove = Diese Frage entfernen
js-quiz-remove-choice = Antwort { $number } entfernen
js-quiz-right = Antwort { $number } ist richtig
js-quiz-tick = Kreuze an, was richtig ist.
js-quiz-unread = Diese Fragen lassen sich hier nicht einzeln zeigen. Sie bleiben, wie sie sind: Ändere sie unten als Text.
js-quiz-words = Richtige Antwort
js-quiz-written = Die Antwort schreibt man selbst
js-quiz-choice = Jede Frage braucht eine richtige Antwort, und mindestens zwei zur Auswahl.
js-pass = Schreib eine Prozentzahl von 1 bis 100.
js-no-quiz = Was bewertet wird, braucht Fragen.
js-right = Richtig: { $right } von { $count }.
js-passed = Bestanden: { $right } von { $count } richtig.
js-not-passed = { $right } von { $count } richtig. Weitere Versuche: { $left }.
js-certificate-code = QR-Code mit der Adresse dieses Zeugnisses
js-check-good = Dieses Zeugnis ist echt.
js-check-bad = Das ist kein gültiges Zeugnis: { $why }
js-check-no-file = es ist nicht die Datei eines Zeugnisses
js-check-issuer = die Identität dahinter stimmt nicht
js-check-signature = die Unterschrift stammt nicht von dort
js-check-about = Über: { $did }
js-check-by = Unterschrieben von: { $did }
js-check-course = Kurs: { $title }
js-check-completed = Der Kurs wurde abgeschlossen
js-check-type = Aussage: { $type }
js-check-at = Am: { $day }
js-check-score = Ergebnis: { $score } Prozent
js-check-proves = Das beweist, wer dies gesagt hat, nicht, dass es wahr ist. Vergleiche die Unterschrift mit der Box oder der Lehrperson, der du vertraust.
js-no-currency = Schreib das Kürzel der Währung: CHF, EUR, CAD.
js-no-amount = Schreib einen Betrag: 5 oder 5,50.
js-share = Schreib einen Anteil in Prozent, von 0 bis 90.
js-origin = Das ist eine Kopie. { $share } Prozent von dem, was sie einbringt, gehen an die Person, die das Original gemacht hat. Andere sehen sie, sobald du sie hier gespeichert hast.
js-origin-closed = Das ist eine Kopie eines Kurses, den andere nicht mehr geben dürfen.
js-promised = Dein Platz ist vorgemerkt. Er gehört dir, sobald deine Überweisung da ist.
js-how-to-pay = So bezahlst du
js-refund-sure = { $amount } zurückgeben? Der Platz endet damit.
js-noted = Auf diesem Gerät notiert. Du unterschreibst es, sobald es ein Netz gibt.
js-sent = Was du ohne Netz gemacht hast, ist jetzt unterschrieben.
js-keeping = Wird geholt…
js-kept = Auf diesem Gerät: { $size } MB. Öffne diese Seite, wenn es kein Netz gibt.
js-kept-without = { $count ->
    [one] Eine Datei fehlt darin: Sie passt nicht in 200 MB, oder sie lässt sich nicht lesen.
   *[other] { $count } Dateien fehlen darin: Sie passen nicht in 200 MB, oder sie lassen sich nicht lesen.
}
js-keep-large = Dieser Kurs hat mehr als 200 MB, die hier keinen Platz haben.
js-keep-not = Er konnte nicht behalten werden: { $why }
js-keep-insecure = Kurse lassen sich nur unter einer Adresse behalten, die mit https beginnt, oder auf dieser Maschine.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-courses-lessons = Kurse und Lektionen
says-courses-with-progress = Kurse mit Fortschritt
says-you-arent-enrolled-in = Du nimmst an diesem Kurs nicht teil.
says-certificate-must-box-say = Ein Zeugnis muss von dieser Box sein und sagen, dass diese Person diesen Kurs abgeschlossen hat.
says-you-have-certificate-course = Du hast für diesen Kurs schon ein Zeugnis.
says-still-done-or-its = „{ $title }“ ist noch zu bearbeiten, oder die Prüfung darin ist noch zu bestehen.
says-course-has-no-lesson = Dieser Kurs hat keine Lektion, die sich bearbeiten ließe.
says-there-no-such-course = Diesen Kurs gibt es hier nicht, oder er wird dir nicht gezeigt.
says-your-own-course = Das ist dein eigener Kurs.
says-you-are-enrolled-in = Du nimmst an diesem Kurs schon teil.
says-price-or-its-shares = Der Preis oder seine Anteile haben sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und stimm den neuen zu.
says-teachers-record-isnt-kept = Der Verlauf der Person, die diesen Kurs gibt, ist nicht mehr auf dieser Box.
says-payment-bought-no-place = Mit dieser Zahlung wurde kein Platz in diesem Kurs von dir gekauft.
says-place-cost-in-minor = Dieser Platz hat { $value } gekostet: Erstatte so viel oder weniger.
says-place-was-paid-in = Dieser Platz wurde in { $value } bezahlt.
says-title-must-not-empty = title darf nicht leer sein.
says-course-in-nothing-else = Ein Kurs liegt in nichts anderem: Lass in weg.
says-text-has-at-most = text hat höchstens 200 000 Bytes.
says-only-lessons-have-leave = Nur Lektionen haben { $field }: Lass es weg.
says-graded-quiz-needs-question = Eine Prüfung braucht eine Frage mit correctAnswer.
says-you-have-no-course = Du hast keinen Kurs mit dieser ID: Leg ihn zuerst an.
says-copy-course-whose-owner = Das ist die Kopie eines Kurses, den andere nicht geben dürfen oder der nicht mehr hier ist.
says-fair-must-have-in = fair muss { $digest } in derivesFrom haben, mit mindestens { $share } Millionsteln dessen, was die Kopie einbringt.
says-lesson-was-done-at = Eine Lektion wurde zu einer Zeit bearbeitet, die noch kommt: Prüf die Uhr dieses Geräts.
says-there-no-graded-quiz = Hier gibt es keine Prüfung mit dieser ID.
says-you-have-passed-quiz = Du hast diese Prüfung schon bestanden.
says-you-have-used-all = Du hast alle fünf Versuche gebraucht. Frag die Person, die den Kurs gibt.
says-you-gave-these-answers = Genau diese Antworten hast du beim letzten Versuch gegeben, und der zählt.
says-courses-lessons-2 = { $count ->
    [one] { $count } Kurs oder Lektion
   *[other] { $count } Kurse und Lektionen
}
says-enrolments = { $count ->
    [one] { $count } Teilnahme
   *[other] { $count } Teilnahmen
}
says-courses-with-progress-2 = { $count ->
    [one] { $count } Kurs mit Fortschritt
   *[other] { $count } Kurse mit Fortschritt
}
says-answered-quizzes = { $count ->
    [one] { $count } beantwortete Prüfung
   *[other] { $count } beantwortete Prüfungen
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-mine =
    Lernen
    Hier sind die Kurse, die du besuchst, und deine Zeugnisse.
    Tipp auf einen Kurs, um dort weiterzumachen, wo du aufgehört hast.
    Die Lehrperson eines Kurses sieht, welche Lektionen du gemacht hast.
help-courses =
    Kurse einer Person
    Hier stehen die Kurse einer Person.
    Tipp auf einen, um seine Lektionen zu sehen und ihn zu besuchen.
    Du siehst nur Kurse, die für dich gedacht sind.
help-course =
    Ein Kurs
    Diese Seite zeigt die Lektionen eines Kurses und was er kostet.
    Wähle „Diesen Kurs besuchen“, dann beginne mit der ersten Lektion.
    Die Lehrperson sieht, welche Lektionen du gemacht hast, und du kannst den Kurs jederzeit verlassen.
help-lesson =
    Eine Lektion
    Das ist eine Lektion eines Kurses, mit ihren Dateien und ihren Fragen.
    Lies sie, beantworte ihre Fragen, wenn sie welche hat, und tipp dann auf „Ich habe diese Lektion gemacht“.
    Die Lehrperson sieht, dass du sie gemacht hast, und Antworten in einer Prüfung kommen in deinen Verlauf.
help-teaching =
    Kurse, die du gibst
    Hier machst du Kurse, aus Modulen und Lektionen oder nur aus Lektionen.
    Leg einen Kurs an oder beginne mit einem Beispiel, und füge dann Lektionen hinzu.
    Du wählst, wer einen Kurs sieht, und kannst ihn jederzeit ändern.
help-students =
    Teilnehmende
    Diese Seite zeigt, wer deinen Kurs besucht und wie weit alle sind.
    Sieh dir an, welche Lektionen und Prüfungen sie gemacht haben; wer bezahlt hat, dem kannst du das Geld zurückgeben.
    Nur du siehst diese Seite, und die Teilnehmenden wissen, dass du das siehst.
help-certificate =
    Ein Zeugnis prüfen
    Diese Seite sagt dir, ob jemand einen Kurs wirklich abgeschlossen hat.
    Wähle die Datei des Zeugnisses.
    Dein Browser prüft sie hier und schickt sie nirgendwohin.
help-one-certificate =
    Ein Zeugnis
    Diese Seite zeigt, dass jemand einen Kurs abgeschlossen hat.
    Druck es aus, oder behalte die Datei: Sie beweist es auch dann noch, wenn es diese Box nicht mehr gibt.
    Ist es nicht öffentlich, sehen es hier nur die Person, die es bekommen hat, und die Lehrperson.
