# Kontakte, Gruppen und Blockieren. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Leute
groups = Gruppen

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-invite = Du hast jemanden eingeladen, sich mit dir zu verbinden
op-invite-withdraw = Du hast eine Einladung zurückgezogen
op-accept = Du hast eine Einladung angenommen: Ihr seid verbunden
op-accepted = Jemand hat deine Einladung angenommen: Ihr seid verbunden
op-confirm = Du hast unterschrieben, dass du jemanden kennst, der angenommen hat
op-disconnect = Du hast einen Kontakt getrennt
op-disconnected = Jemand hat den Kontakt mit dir getrennt
op-block = Du hast jemanden blockiert
op-block-end = Du hast eine Blockierung aufgehoben
op-nickname = Du hast jemandem einen Namen gegeben, den nur du siehst
op-policy = Du hast festgelegt, wessen Fragen du beantwortest
op-queried = Jemand hat etwas von dir bekommen und gesagt, wozu
op-ask = Du hast nach jemandem gefragt und für die Antwort bezahlt
op-asked = Jemand hat nach dir gefragt, gesagt, wozu, und bezahlt
op-group-create = Du hast eine Gruppe gegründet
op-group-update = Du hast eine Gruppe geändert
op-group-invite = Du hast jemanden in eine Gruppe eingeladen
op-group-invite-withdraw = Du hast eine Einladung in eine Gruppe zurückgezogen
op-group-join = Du bist einer Gruppe beigetreten
op-group-leave = Du hast eine Gruppe verlassen
op-group-role = Du hast jemandem in einer Gruppe eine andere Rolle gegeben
op-group-remove = Du hast jemanden aus einer Gruppe entfernt
op-group-offer = Du hast einem Mitglied eine Gruppe angeboten
op-group-take = Du hast eine Gruppe übernommen
op-group-dissolve = Du hast eine Gruppe aufgelöst
op-group-opened = Die Gruppe wurde gegründet
op-group-changed = Die Gruppe wurde geändert
op-group-invited = Jemand wurde in die Gruppe eingeladen
op-group-invite-ended = Eine Einladung in die Gruppe wurde zurückgezogen
op-group-joined = Jemand ist der Gruppe beigetreten
op-group-left = Jemand hat die Gruppe verlassen
op-group-role-changed = Jemand hat in der Gruppe eine andere Rolle
op-group-removed = Jemand wurde aus der Gruppe entfernt
op-group-offered = Die Gruppe wurde einem Mitglied angeboten
op-group-handed = Die Gruppe hat einen neuen Besitzer
op-group-dissolved = Die Gruppe wurde aufgelöst

## Arten von Mitteilungen.

notice-accepted = Jemand hat deine Einladung angenommen
notice-connected = Du hast einen neuen Kontakt
told-accepted = { $who } hat deine Einladung angenommen
told-asked = { $who } hat etwas über dich gefragt und für die Antwort bezahlt
told-offered = { $who } bietet dir eine Gruppe an
told-offered-group = { $who } bietet dir die Gruppe „{ $group }“ an

## Auf mehreren Seiten

scripts-off = Dein Browser unterschreibt, was du hier tust, und braucht dafür Skripte. Erlaube sie für diese Adresse und lade die Seite neu.
somebody = Jemand
no-name = Jemand ohne Namen
since = seit <time/>
newer = Neuere
older = Ältere
more-pages = Weitere
for-how-many = Für wie viele Personen?
sign-invitation = Einladung unterschreiben
made = Teile diese Einladung
made-link = Als Link:
made-code = Oder als Code zum Eintippen:
invites-open = Offene Einladungen
tabs = Teile dieser Seite
tab-list = Leute
tab-invites = Einladungen
write-to = An { $name } schreiben
sign-in = Anmelden
own-key-why = Dafür musst du mit deinem eigenen Schlüssel unterschreiben, und bisher bewahrt diese Box deinen Schlüssel für dich auf. Lege deinen eigenen an und öffne dann diese Seite noch einmal. Alles, was du hier hast, bleibt deins.
own-key = Eigenen Schlüssel anlegen

## Deine Kontakte

list = Deine Kontakte
list-lead = Leute, die du kennst und die dich kennen. Ihr habt es beide unterschrieben.
list-scan = Einladung scannen
list-none = Noch niemand. Lade jemanden ein, den du kennst.
list-elsewhere = Auf anderen Boxen
list-elsewhere-why = Ihr seid verbunden, aber diese Box hat ihren Verlauf nicht. Deshalb weiß sie nicht, wie sie heute heißen. Du kannst ihnen einen Namen geben.
list-waits = Dein Schlüssel ist gesperrt. Unterschreib einmal, dann zählt es für euch beide.
list-vouches = Du hast zugesagt, für diese Person zu bürgen.
list-sign = Unterschreiben
list-care = Umbenennen oder trennen
list-nickname = So nennst du diese Person
list-nickname-hint = Das siehst nur du. Lass es leer, dann gilt der selbst gewählte Name.
list-rename = Namen speichern
list-part = Verbindung mit { $name } trennen
list-part-why = Ihr seid dann sofort nicht mehr verbunden, und keiner von euch sieht mehr, was nur für Kontakte ist. Dass ihr verbunden wart, bleibt in beiden Verläufen.
list-part-yes = Ja, trennen
list-part-no = Nein, verbunden bleiben
blocked = Blockiert
blocked-why = Nichts, was diese Leute tun, erreicht deinen Verlauf. Sie erfahren nichts davon.
blocked-end = { $name } nicht mehr blockieren

## Start

home-accepted = <name/> hat deine Einladung angenommen.
home-connected = Du und <name/> seid verbunden.

## Jemanden einladen, sich zu verbinden

invite = Leute einladen
invite-lead = Wer annimmt, ist mit dir verbunden. Die Einladung gilt eine Woche.
invite-vouch = Ich bürge für alle, die annehmen: Ich kenne sie und stehe mit meinem Namen für sie ein
invites-none = Keine.

## Eine Einladung zum Verbinden annehmen

accept = { $name } möchte sich mit dir verbinden
accept-where = <id/> auf { $site }
accept-own = Das ist deine eigene Einladung. Teile ihren Link oder <all>sieh dir alle deine Einladungen an</all>.
accept-connected = Ihr seid schon verbunden. <list>Deine Kontakte ansehen</list>
accept-lead = Wenn du annimmst, seid ihr verbunden: Jeder von euch sieht, was der andere seinen Kontakten zeigt. Du kannst die Verbindung jederzeit trennen.
accept-vouches = { $name } wird auch für dich bürgen.
accept-do = Unterschreiben und annehmen
accept-title = { $name } lädt dich auf { $site } ein
accept-new = Mach dir einen eigenen Schlüssel: Dann bist du auf { $site } dabei und mit { $name } verbunden. Es dauert ein paar Minuten.
accept-begin = Loslegen
accept-sign-in = Ich bin schon auf dieser Box
accept-here = Schon auf { $site }? Melde dich an, um anzunehmen.
accept-not-here = Noch nicht auf dieser Box?
accept-allowance = { $name } hat so viele offene Einladungen, wie Mitglieder für neue Leute haben dürfen. Bitte { $name }, eine andere zurückzuziehen: Dann bringt dich diese hier herein.
accept-ask-owner = { $name } kann niemanden neu hereinholen. Bitte { $owner } um eine Einladung: Die Box gehört { $owner }.
accept-ask-some-owner = { $name } kann niemanden neu hereinholen. Bitte den Besitzer dieser Box um eine Einladung.
accept-closed = Im Moment nimmt sie niemanden neu auf. Frag { $owner }, wann es wieder geht: Die Box gehört { $owner }.
accept-closed-some-owner = Im Moment nimmt sie niemanden neu auf. Frag ihren Besitzer, wann es wieder geht.
accept-done = Du und { $name } seid verbunden
accept-done-why = Das steht, von dir unterschrieben, in euren beiden Verläufen. Der Browser von { $name } unterschreibt es beim nächsten Besuch von selbst.
accept-see = Deine Kontakte ansehen

## Gruppen

group-list = Deine Gruppen
group-list-lead = Familien, Chöre, Teams. Alle wurden eingeladen und sind mit ihrer eigenen Unterschrift beigetreten.
group-none = Noch keine.
group-needs-key = Um eine Gruppe zu gründen, brauchst du <key>deinen eigenen Schlüssel</key>.
group-no-name = Eine Gruppe ohne Namen
group-pod = Pod, nur für Mitglieder sichtbar
group-public = Gruppe, für alle sichtbar
group-private = Gruppe, nur für Mitglieder sichtbar
group-people = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
group-inside = in <group>{ $name }</group>
group-role-owner = Besitzer
group-role-admin = Admin, kann Leute einladen und entfernen
group-role-member = Mitglied
group-new = Gruppe gründen
group-new-inside = Gruppe in dieser Gruppe gründen
group-name = Name
group-about = Worum geht es?
group-optional = Freiwillig.
group-who-sees = Wer kann sie sehen?
group-sort-private = Eine Gruppe, die nur ihre Mitglieder sehen
group-sort-public = Eine Gruppe, die alle sehen
group-sort-pod = Ein Pod: ein kleiner Kreis, den nur seine Mitglieder sehen
group-create = Unterschreiben und gründen

## Eine Gruppe

group-members = Mitglieder
group-members-out = Melde dich an, um die Mitglieder zu sehen
group-groups-inside = Gruppen in dieser Gruppe
group-invite = Jemanden einladen
group-invite-admin = Wer beitritt, wird Admin und kann auch Leute einladen und entfernen
group-you = (du)
group-offered = Du hast dieser Person die Gruppe angeboten. Nimmt sie an, gehört die Gruppe ihr. Das Angebot gilt eine Woche.
group-care-member = Rolle ändern, Gruppe übergeben oder entfernen
group-care-remove = Entfernen
group-make-admin = { $name } zum Admin machen
group-make-member = { $name } zum Mitglied machen
group-keep = Angebot an { $name } zurückziehen
group-offer = Gruppe an { $name } übergeben
group-remove = { $name } aus der Gruppe entfernen
group-its-owner = Der Besitzer
group-take = { $name } bietet dir diese Gruppe an
group-take-why = Wenn du annimmst, gehört die Gruppe dir: Du kannst Namen und Beschreibung ändern oder sie auflösen. { $name } bleibt als Admin dabei.
group-take-do = Unterschreiben und annehmen
group-change = Ändern oder auflösen
group-change-public = Alle können sie sehen
group-change-do = Änderung unterschreiben
group-dissolve = Diese Gruppe auflösen
group-dissolve-why = Alle Mitglieder sind sofort draußen, und Name und Beschreibung der Gruppe werden gelöscht. Dass es eine Gruppe gab, bleibt in den Verläufen der Mitglieder. Das lässt sich nicht rückgängig machen.
group-dissolve-yes = Ja, auflösen
group-dissolve-no = Nein, behalten
group-leave = Diese Gruppe verlassen
group-leave-why = Du siehst dann nicht mehr, was nur Mitglieder sehen. Um zurückzukommen, brauchst du eine neue Einladung.
group-leave-yes = Ja, verlassen
group-leave-no = Nein, bleiben

## Einer Gruppe beitreten

join = { $name } lädt dich ein: { $group }
join-in = Du bist schon dabei. <group>Gruppe ansehen</group>
join-lead = Die Mitglieder sehen, dass du dabei bist. Du kannst die Gruppe jederzeit verlassen.
join-admin = Mit dieser Einladung wirst du Admin: Du kannst Leute einladen und entfernen.
join-do = Unterschreiben und beitreten
join-out = Melde dich an, um beizutreten.
join-done = Du bist jetzt dabei: { $group }
join-done-why = Das steht, von dir unterschrieben, in deinem Verlauf und in dem der Gruppe.
join-see = Gruppe ansehen

## Skripte

js-signing = Wird unterschrieben …
js-brings-granted = Auch neue Leute können damit auf diese Box kommen und bekommen einen eigenen Schlüssel.
js-brings-allowance = Sie gilt nur für Leute, die schon auf dieser Box sind: Von deinen Einladungen für neue Leute sind { $count } offen, und mehr gehen nicht gleichzeitig. Zieh eine davon zurück, dann wird ihr Platz frei.
js-brings-members = Sie gilt nur für Leute, die schon auf dieser Box sind: Neue Leute holt allein der Besitzer herein.
js-brings-inviter = Sie gilt nur für Leute, die schon auf dieser Box sind.
js-brings-closed = Sie gilt nur für Leute, die schon auf dieser Box sind: Im Moment nimmt die Box niemanden neu auf.
js-brings-only = Für Leute auf dieser Box
js-the-invitation = die Einladung
js-picture = Die Einladung als Code für eine Kamera
js-take-back = Zurückziehen
js-take-back-of = Einladung { $code } zurückziehen
js-used = { $uses } von { $max } benutzt, endet { $ends }
js-quota = { $invited ->
    [one] Du kannst bis zu { $quota } Personen gleichzeitig einladen. { $invited } Platz ist vergeben.
   *[other] Du kannst bis zu { $quota } Personen gleichzeitig einladen. { $invited } Plätze sind vergeben.
}
js-both-signed = Du und { $name } habt beide unterschrieben, dass ihr euch kennt.
js-renamed = Gespeichert. Diesen Namen siehst nur du.
js-parted = Du und { $name } seid nicht mehr verbunden.
js-block = { $name } blockieren
js-you-blocked = Du hast { $name } blockiert
js-blocked = Du hast { $name } blockiert. Die Person erfährt nichts davon.
js-unblocked = Du blockierst { $name } nicht mehr.
js-follow = Folgen
js-elsewhere = Diese Einladung kommt von { $host }.
js-open-at = Bei { $host } öffnen

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-questions-about-you = Fragen über dich
says-you-leave-all-them = du verlässt sie alle auf einmal. In ihren eigenen Verläufen bleibt, dass du Mitglied warst, ohne Worte von dir
says-group-has-its-own = eine Gruppe hat einen eigenen Verlauf und Namen, und die bleiben. Soll auch eine Gruppe weg, lös sie auf, bevor du gehst
says-connections-as-others-see = Kontakte, wie andere sie sehen
says-must-code-like-7kq2 = muss ein Code wie 7KQ2-M9XT-04RB sein, aus zufälligen Bytes
says-must-name-1-characters = muss ein Name aus 1 bis { $name-chars-max } Zeichen sein
says-must-have-1-characters = muss 1 bis { $about-chars-max } Zeichen haben oder weggelassen werden
says-must-name-1-characters-or = muss ein Name aus 1 bis { $nickname-chars-max } Zeichen sein oder null, um ihn wegzunehmen
says-must-list-one-did = muss eine Liste mit einer DID sein
says-must-groups-did-did = muss die DID der Gruppe sein: did:imajin:…
says-invitation-has-ended-was = Diese Einladung ist abgelaufen, verbraucht oder zurückgezogen. Bitte um eine neue.
says-there-no-invitation-into = Hier gibt es keine Einladung „{ $code }“ in eine Gruppe. Sieh dir den Code noch einmal an.
says-there-no-such-group = Diese Gruppe gibt es auf dieser Box nicht, oder du darfst sie nicht sehen.
says-you-are-not-in = Du bist nicht in dieser Gruppe.
says-they-are-not-on = Diese Person ist nicht mehr auf dieser Box.
says-nobody-on-box-goes = Auf dieser Box heißt niemand { $value }.
says-you-cannot-connect-with = Du kannst dich nicht mit dir selbst verbinden.
says-you-are-connected-already = Ihr seid schon verbunden.
says-accept-invitation-name-its = Um eine Einladung anzunehmen, nenn ihren Code in X-Imajin-Invite.
says-ref-must-cid-attestation = ref muss die CID der Bezeugung sein.
says-nobody-accepted-such-invitation = Niemand hat eine solche Einladung von dir angenommen.
says-you-confirmed-connection-already = Du hast diesen Kontakt schon bestätigt.
says-you-are-not-connected = Ihr seid nicht verbunden.
says-you-are-in-no = Du bist in keiner solchen Gruppe.
says-for-its-you-are = Das darf { $value ->
    [owner] nur der Besitzer der Gruppe
   *[other] nur, wer die Gruppe leitet
}; du bist { $second ->
    [owner] ihr Besitzer
    [admin] in der Leitung
    [member] Mitglied
   *[other] { $second }
}.
says-you-have-groups-which = Du hast { $value } Gruppen, mehr geht nicht: Lös zuerst eine auf.
says-only-people-who-lead = Nur wer eine Gruppe leitet, legt darin eine weitere an.
says-pod-has-no-groups = In einem Pod gibt es keine Gruppen.
says-groups-are-at-most = Gruppen liegen höchstens { $value } tief ineinander.
says-group-exists-already = Diese Gruppe gibt es schon.
says-pod-private-inside-no = Ein Pod ist privat und liegt in keiner anderen Gruppe: Wähl eine andere Art, oder lass parent weg und mach ihn privat.
says-pod-seen-by-its = Einen Pod sehen nur seine Mitglieder: visibility ist "private".
says-other-groups-are-inside = In dieser Gruppe liegen andere Gruppen: Lös zuerst die auf.
says-there-such-invitation-already = Eine solche Einladung gibt es schon. Mach einen neuen Code.
says-group-has-at-most = Eine Gruppe hat höchstens { $value } offene Einladungen. Zieh eine zurück oder warte, bis eine endet: Jede gilt eine Woche.
says-invitation-was-taken-back = Diese Einladung wurde schon zurückgezogen.
says-group-has-no-such = Die Gruppe hat keine solche Einladung.
says-you-are-in-group = Du bist schon in dieser Gruppe.
says-people-join-group-by = In eine Gruppe kommt man mit einer Einladung: Nenn ihren Code in X-Imajin-Invite.
says-role-invitation-gives = Die Rolle, die diese Einladung gibt, ist { $value ->
    [owner] Besitzer
    [admin] Leitung
    [member] Mitglied
   *[other] { $value }
}.
says-group-has-people-which = Diese Gruppe hat { $value } Leute, mehr geht nicht.
says-they-are-not-in = Diese Person ist nicht in der Gruppe.
says-owner-group-cannot-leave = Wem eine Gruppe gehört, der kann sie nicht verlassen: Übergib sie an ein Mitglied oder lös sie auf.
says-they-are-in-group = Diese Person ist in der Gruppe schon { $value ->
    [owner] Besitzer
    [admin] in der Leitung
    [member] Mitglied
   *[other] { $value }
}.
says-go-yourself-leave-group = Um selbst zu gehen, verlass die Gruppe.
says-only-owner-group-removes = Wer die Gruppe leitet, wird nur vom Besitzer der Gruppe entfernt.
says-group-offered-them-already = Die Gruppe ist dieser Person schon angeboten.
says-group-yours-offered-nobody = Die Gruppe gehört dir und ist niemandem angeboten.
says-group-not-offered-you = Diese Gruppe ist dir nicht angeboten oder nicht mehr: Frag ihren Besitzer.
says-you-may-have-people = Du kannst { $value } Leute gleichzeitig eingeladen haben, und hast { $second }. Zieh eine Einladung zurück oder warte, bis eine endet: Jede gilt eine Woche.
says-you-took-invitation-back = Du hast diese Einladung schon zurückgezogen.
says-you-have-no-such = Du hast keine solche Einladung.
says-you-blocked-them-already = Du hast diese Person schon blockiert.
says-ref-must-did-somebody = ref muss die DID von jemand anderem sein: did:imajin:…
says-you-did-not-block = Du hast diese Person nicht blockiert.
says-answer-costs-something-names = Eine Antwort, die etwas kostet, nennt, wer das Geld bekommt: fair ist der Hash eines .fair-Manifests, das du unterschrieben und veröffentlicht hast (pay.fair.publish).
says-declaration-use-kept-already = Diese Erklärung über die Nutzung ist schon gespeichert.
says-what-answer-costs-has = Was eine Antwort kostet, hat sich geändert, seit du nachgesehen hast: Frag noch einmal.
says-name-code-invitation-in = Nenn den Code der Einladung im Header X-Imajin-Invite.
says-there-no-invitation-here = Hier gibt es keine Einladung „{ $code }“. Sieh dir den Code noch einmal an.
says-connection-made-with-your = Ein Kontakt entsteht mit deiner Unterschrift: Unterschreib, was unter „sign“ steht, und sende es mit einem MJN-Proof.
says-there-no-such-invitation = Diese Einladung gibt es nicht.
says-only-people-lead-group = Die Einladungen einer Gruppe sieht nur, wer sie leitet.
says-no-service-here-answers = Kein Dienst beantwortet hier Fragen der Art „{ $kind }“.
says-they-charge-for-answer = Eine Antwort kostet etwas, aber diese Box hat das Manifest dafür nicht mehr, deshalb kannst du nicht bezahlen.
says-answer-paid-with-your = Eine Antwort wird mit deiner Unterschrift bezahlt: Unterschreib, was unter „sign“ steht, und sende es als MJN-Proof mit.
says-they-answer-only-people = Diese Person antwortet nur Leuten, die ihr näher sind als du.
says-invitations = { $count ->
    [one] { $count } Einladung
   *[other] { $count } Einladungen
}
says-nicknames = { $count ->
    [one] { $count } Spitzname
   *[other] { $count } Spitznamen
}
says-blocks = { $count ->
    [one] { $count } Blockierung
   *[other] { $count } Blockierungen
}
says-questions-about-you-2 = { $count ->
    [one] { $count } Frage über dich
   *[other] { $count } Fragen über dich
}
says-group-entries = { $count ->
    [one] { $count } Eintrag in Gruppen
   *[other] { $count } Einträge in Gruppen
}
says-group-memberships = { $count ->
    [one] { $count } Mitgliedschaft in Gruppen
   *[other] { $count } Mitgliedschaften in Gruppen
}
says-owned-groups = { $count ->
    [one] { $count } eigene Gruppe
   *[other] { $count } eigene Gruppen
}
says-connections-as-others-see-them = { $count ->
    [one] { $count } Kontakt, wie andere ihn sehen
   *[other] { $count } Kontakte, wie andere sie sehen
}
says-groups = { $count ->
    [one] { $count } Gruppe
   *[other] { $count } Gruppen
}
says-connections = { $count ->
    [one] { $count } Kontakt
   *[other] { $count } Kontakte
}
says-statements-were-not-checked = die Aussagen wurden nicht geprüft
says-ref-must-did-box = ref muss die DID sein, die diese Box für die Gruppe gemacht hat: Bitte POST /connections/api/groups/key darum.
says-question-asked-by-signed = Eine Frage wird durch einen unterschriebenen Austausch gestellt: POST /connections/api/query.

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-list =
    Deine Kontakte
    Das sind Leute, die du kennst und die dich kennen; ihr habt es beide unterschrieben.
    Lade jemanden ein, oder scann die Einladung von jemandem neben dir.
    Kontakte sehen, was du Kontakten zeigst, und du kannst die Verbindung jederzeit trennen.
help-invite =
    Leute einladen
    Eine Einladung verbindet dich mit allen, die sie annehmen.
    Sag, für wie viele Leute sie ist, unterschreib sie, und teile den Link oder den Code.
    Sie gilt eine Woche lang, und du kannst sie vorher zurückziehen.
help-accept =
    Eine Einladung, sich zu verbinden
    Jemand lädt dich ein, euch zu verbinden.
    Unterschreib und nimm an, oder wähle „Loslegen“, wenn du neu auf dieser Box bist.
    Dann sieht jeder von euch, was der andere seinen Kontakten zeigt, und du kannst die Verbindung jederzeit trennen.
help-groups =
    Deine Gruppen
    Eine Gruppe ist eine Familie, ein Chor oder ein Team, und alle darin sind mit ihrer eigenen Unterschrift beigetreten.
    Leg eine an, und lade dann auf ihrer Seite Leute ein.
    Du wählst, ob alle oder nur ihre Mitglieder eine Gruppe sehen können.
help-group =
    Eine Gruppe
    Diese Seite zeigt, wer in einer Gruppe ist und wo sie sich auf dieser Box trifft.
    Öffne einen ihrer Orte, oder lade jemanden ein, wenn du die Gruppe leitest.
    Mitglieder können jederzeit austreten, und eine aufgelöste Gruppe kommt nicht zurück.
help-join =
    Einer Gruppe beitreten
    Jemand lädt dich ein, einer Gruppe beizutreten.
    Melde dich an, wenn es nötig ist, dann unterschreib und tritt bei.
    Ihre Mitglieder sehen, dass du dabei bist, und du kannst jederzeit austreten.
