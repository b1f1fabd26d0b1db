# Essays und Serien von Essays.

service = Essays
summary = Was die Leute hier schreiben, und Serien, denen man folgt
home = Schreiben

## What operations did, said to the person whose record they are in.

op-put = Du hast einen Essay oder eine Serie geschrieben oder geändert
op-set = Du hast gewählt, wer einen Essay oder eine Serie sieht
op-attach = Du hast die Bilder und Dateien eines Essays oder einer Serie gewählt
op-sort = Du hast die Essays einer Serie geordnet
op-remove = Du hast einen Essay oder eine Serie entfernt und den Text gelöscht
op-follow = Du folgst jetzt einer Serie
op-unfollow = Du folgst einer Serie nicht mehr
op-fair = Du hast gesagt, wer einen Essay gemacht hat und mit welchen Anteilen

## What a delegation allows.

scope-put = Für dich Essays schreiben und ändern
scope-set = Wählen, wer deine Essays wann sieht
scope-attach = Bilder und Dateien zu deinen Essays hinzufügen
scope-sort = Die Essays deiner Serien ordnen
scope-follow = Für dich Serien folgen
scope-unfollow = Serien für dich nicht mehr folgen

## Kinds of notifications.

notice-new-essays = In einer Serie, der du folgst, sind neue Essays

## On Home

home-new = { $count ->
    [one] { $name } hat einen Essay zu { $series } hinzugefügt
   *[other] { $name } hat { $count } Essays zu { $series } hinzugefügt
}

## The pages

title = { $name }: Essays
write = Einen Essay schreiben
change = Deine Essays bearbeiten
none = Hier sind noch keine Essays.
none-in-series = In dieser Serie sind noch keine Essays.
a-series = Serie
by = Von <page>{ $name }</page>
minutes = { $count ->
    [one] { $count } Minute Lesezeit
   *[other] { $count } Minuten Lesezeit
}
makers = Wer das gemacht hat
fair = Das unterschriebene Manifest (.fair)
tip = Hat es dir gefallen?
before = ← { $title }
after = { $title } →
followers = { $count ->
    [0] Auf dieser Box folgt noch niemand dieser Serie.
    [one] Auf dieser Box folgt jemand dieser Serie.
   *[other] Auf dieser Box folgen { $count } Leute dieser Serie.
}
sign-in = <in>Melde dich an</in>, um dieser Serie zu folgen.
no-such-essay = Diesen Essay gibt es hier nicht, oder er wird dir nicht gezeigt.

## Editing

own = Deine Essays
lead = Schreib, und wähle, wer es liest. <page>Sieh deine Seite an</page>
add-series = Eine Serie beginnen
field-text = Text
text-hint = Zwischen Absätzen bleibt eine Zeile leer. # beginnt eine Überschrift, > ein Zitat, - eine Liste; *ein Wort* wird hervorgehoben, [Wörter](https://…) sind ein Link, [^1] ist eine Fußnote. Füg Bilder ein, zieh sie hierher, oder wähle sie unter „Mehr“: ![](1) zeigt hier das erste.
show-text = Zeigen, wie andere es lesen
show-source = Zurück zum Text
field-in = Serie
in-none = Keine
field-jar = Dein Trinkgeldglas, das am Ende steht
jar-none = Keines
field-makers = Endgültig unterschreiben, dass du das allein gemacht hast (.fair)
files-hint = Was nicht im Text steht, folgt darunter.

## Skripte

js-an-essay = Essay
js-a-series = Serie
js-nothing = Noch nichts. Schreib deinen ersten Essay: mit dem Knopf oben.
js-empty = In dieser Serie sind noch keine Essays.
js-see = Ansehen
js-slug-taken = Ein anderer Essay oder eine andere Serie von dir hat diese Adresse.
js-too-long = Dieser Text ist zu lang: Es passen höchstens 200 000 Bytes. Mach zwei Essays daraus und eine Serie.
js-remove-all-sure = „{ $title }“ mit allen Essays darin entfernen und ihre Texte löschen?
js-drawing = Wird dargestellt …
js-followed = Du folgst dieser Serie. Neue Essays siehst du auf deiner Startseite.
js-unfollowed = Du folgst dieser Serie nicht mehr.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-title-must-not-empty = title darf nicht leer sein.
says-text-at-most = text hat höchstens 200 000 Bytes.
says-text-for-essays = text ist für Essays: Lass es weg.
says-jar-for-essays = jar ist für Essays: Lass es weg.
says-you-have-no-essay = Du hast keinen Essay mit dieser ID: Schreib ihn zuerst.
says-essays-and-series = Essays und Serien
says-essays-series = { $count ->
    [one] { $count } Essay oder Serie
   *[other] { $count } Essays und Serien
}
says-followed-series = { $count ->
    [one] { $count } Serie, der du folgst
   *[other] { $count } Serien, denen du folgst
}

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-essays =
    Essays einer Person
    Hier steht, was jemand geschrieben hat, das Neueste zuerst.
    Tipp auf einen Titel, um ihn zu lesen, oder abonniere den Feed.
    Du siehst nur, was für dich gedacht ist.
help-essay =
    Ein Essay
    Das hat jemand geschrieben und unterschrieben.
    Lies ihn; darunter stehen die anderen Essays seiner Serie, wenn er zu einer gehört, und die Feeds, durch die du von neuen erfährst.
    Die Box zählt nicht, wer liest, und niemand erfährt, dass du hier warst.
help-series =
    Eine Serie
    Diese Essays gehören zusammen und haben eine Reihenfolge.
    Fang beim ersten an, oder lies da weiter, wo du warst.
    Du siehst nur die, die für dich gedacht sind.
help-edit =
    Deine Essays
    Hier schreibst du, für wenige oder für alle.
    Ein Titel und ein Text genügen, und was du angefangen hast, wartet hier.
    Niemand sonst liest den Text, bevor du ihn teilst, und du kannst ihn jederzeit ändern oder entfernen.
