# Identität, Anmeldung und Bestätigungen. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Identität
summary = Melde dich ohne Passwort an, und deine Daten bleiben deine

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-identity-create = Du hast hier angefangen, mit einem eigenen Schlüssel
op-identity-register = Du hast hier angefangen, und deine Box bewahrt deinen Schlüssel für dich auf
op-identity-update = Deine Schlüssel haben sich geändert
op-email-set = Du hast deine E‑Mail-Adresse nachgewiesen
op-readmitted = Ein Link vom Besitzer der Box hat jemanden als dich angemeldet
op-app-describe = Du hast gesagt, was deine App ist und worum sie bittet
op-home = Dein Verlauf ist auf eine Box umgezogen
op-delegation-create = Du hast einem Helfer erlaubt, für dich zu handeln
op-delegation-end = Du hast beendet, was ein Helfer darf
op-settings-update = Du hast eine Einstellung geändert
op-body-erased = Etwas, das du geschrieben hast, wurde gelöscht
op-delete = Du hast deine Daten gelöscht
op-side-adopt = Du hast Einträge aus einem anderen Zweig übernommen
op-node-give = Du hast dieser Box einen neuen Besitzer gegeben oder sie freigegeben
op-node-take = Du bist Besitzer dieser Box geworden
op-node-claim = Die Box hat ihren Besitzer bekommen
op-anchor = Die Box hat veröffentlicht, wie weit ihre Verläufe reichen
op-key-name = Du hast einem deiner Schlüssel einen Namen gegeben
op-identity-chain = Die eigene Geschichte deines Schlüssels wurde hinzugefügt
op-attestation-issue = Du hast etwas über jemanden bezeugt
op-attestation-received = Jemand hat etwas über dich bezeugt
op-attestation-countersign = Du hast bestätigt, was jemand über dich sagt
op-attestation-countersigned = Jemand hat bestätigt, was du über ihn sagst
op-attestation-decline = Du hast abgelehnt, was jemand über dich sagt
op-attestation-declined = Jemand hat abgelehnt, was du über ihn sagst
op-attestation-revoke = Du hast zurückgenommen, was du über jemanden gesagt hast
op-attestation-revoked = Jemand hat zurückgenommen, was er über dich gesagt hat

## Arten von Mitteilungen.

notice-said = Jemand sagt etwas über dich
notice-joined = Jemand ist auf deiner Box dazugekommen
notice-app-asks = Eine App möchte auf deine Box

## Start

home-vouches = <name/> bürgt für dich.
home-attended = <name/> hat dich bei einer Veranstaltung gesehen.
home-settled = <name/> bestätigt eine Zahlung von dir.
home-customer = <name/> bestätigt, dass du dort zum ersten Mal etwas gekauft hast.
home-root = <name/> bestätigt, dass dein Verlauf hier begonnen hat.
home-session = <name/> bestätigt, dass du dich angemeldet hast.
home-completed = <name/> bestätigt, dass du „{ $course }“ abgeschlossen hast.
home-warns = <name/> warnt andere vor dir.
home-says = <name/> hat etwas über dich gesagt.
home-somebody = Jemand
told-keys = { $who } hat die Schlüssel deines Verlaufs geändert
told-delegation = { $who } hat jemandem erlaubt, für dich zu handeln
home-app-asks = Die App { $name } fragt, ob sie auf deine Box darf.
home-app-look = Ansehen, worum sie bittet
home-counts-once = Das zählt, sobald du es bestätigst.
home-confirm = Bestätigen
home-said-do = Lesen oder ablehnen
home-joined = { $more ->
    [0] <name/> ist jetzt auf { $site } dabei.
    [one] <name/> und noch eine Person sind jetzt auf { $site } dabei.
   *[other] <name/> und { $more } weitere sind jetzt auf { $site } dabei.
}
js-said-signing = Wird unterschrieben…
js-said-done = Bestätigt und unterschrieben: Was { $name } über dich gesagt hat, zählt jetzt.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-other-anchors-came-between = Andere Verankerungen kamen dazwischen; versuch es gleich noch einmal.
says-node-anchors-only-logs = Diese Box verankert nur die Verläufe, die hier zu Hause sind, und deiner ist es anderswo.
says-issuer-must-you = issuer musst du sein.
says-ref-must-attestations-cid = ref muss die CID der Bezeugung sein, { $cid }.
says-fact-must-name-other = Der fact muss die andere Seite nennen: {"{"}"dids":["{ $other }"]{"}"}.
says-signed-by-identity-chain = { $field } unterschreibt eine Identitätskette, und { $did } hat keine.
says-attested-of-themselves = { $kind } bescheinigen Leute sich selbst.
says-attested-by-node-itself = { $kind } bezeugt die Box selbst, wenn es geschieht.
says-payload-root-must-name = payload.root muss deinen Wurzeleintrag auf dieser Box nennen: { $cid }.
says-there-no-such-attestation = In deinem Verlauf gibt es keine solche Bezeugung.
says-only-person-attestation-about = Nur die Person, um die es in einer Bezeugung geht, kann darauf antworten.
says-attestation-already = Diese Bezeugung ist schon { $status ->
    [declined] abgelehnt
    [revoked] widerrufen
    [bilateral] bestätigt
   *[other] { $status }
}.
says-only-its-issuer-can = Nur wer etwas bezeugt hat, kann es widerrufen; die Person, um die es geht, kann es ablehnen.
says-attestation-revoked-already = Diese Bezeugung ist schon widerrufen.
says-attestation-was-revoked-or = Diese Bezeugung wurde widerrufen oder ist abgelaufen; sie lässt sich nicht mehr bestätigen.
says-its-issuer-did-not = Wer das bezeugt hat, hat die CID dieser Bezeugung nicht unterschrieben (author_jws), deshalb kann sie nicht beidseitig werden.
says-node-busy-writing-its = Die Box schreibt gerade in ihren eigenen Verlauf. Versuch es gleich noch einmal.
says-key-your-own-invite = ein eigener Schlüssel und eine Einladung
says-only-people-who-are = Nur wer hier { $tier ->
    [preliminary] vorläufiges Mitglied
    [established] etabliertes Mitglied
   *[other] { $tier }
} ist, darf { $words }. Was fehlt: { $lacking }.
says-everybody-can-ask-about = Jeder kann nur nach seinen eigenen Daten fragen: Melde dich als die Person an, um deren Daten es geht.
says-you-have-no-key = Du hast keinen gültigen Schlüssel, der eine Kopie unterschreiben könnte. Diese Box kann sie unterschreiben: { $sign }.
says-sticks-in-box-are = Die Sticks in dieser Box sind für ihren Besitzer und ihre Mitglieder.
says-node-takes-nobody-in = Diese Box nimmt niemanden auf. Ihr Besitzer kann das mit `registration` in der Konfiguration ändern.
says-node-takes-in-whom = Diese Box nimmt auf, wen ihr Besitzer einlädt. Sende den Code der Einladung als inviteCode, oder lass den Besitzer die Kopie bringen.
says-there-no-record-yours = Hier gibt es keinen Verlauf von dir.
says-your-record-deleted-already = Dein Verlauf ist schon gelöscht.
says-your-record-was-deleted = Dein Verlauf wurde schon früher gelöscht.
says-too-much-was-written = Inzwischen wurde zu viel geschrieben: Versuch es noch einmal.
says-deleting-takes-your-signature = Löschen braucht deine Unterschrift: Sende den Nachweis von auth.delete im Header MJN-Proof.
says-body-must-have-counts = Der body muss die Zahlen des Plans haben: siehe GET /auth/api/delete.
says-what-here-changed-since = Was hier ist, hat sich geändert, seit du nachgesehen hast: Sieh noch einmal nach und unterschreib, was jetzt da ist.
says-entries-without-their-words = Einträge ohne ihre Worte
says-when-something-was-entered = Wann etwas eingetragen wurde und von wem, bleibt, damit andere prüfen können, was sie von dir haben; was du geschrieben hast, bleibt nicht
says-copies-you-or-others = Kopien, die du oder andere mitgenommen haben: Dateien, Sticks, Sicherungen dieser Box.
says-files-on-lost-disk = Deine Dateien auf der Festplatte { $name }, die der Besitzer dieser Box am { $day } als verloren aufgegeben hat.
says-deleted-files-on-disk = Deine Daten sind hier gelöscht, außer deinen Dateien auf der Festplatte „{ $disk }“, die nicht angeschlossen ist. Sie verschwinden, sobald sie wieder angeschlossen ist oder ihr Besitzer sie als verloren aufgibt; schick dann dieselbe Anfrage, und du bekommst die Quittung.
says-copies-other-nodes-keep = Kopien, die andere Boxen von deinem Verlauf haben, bis sie von dieser Löschung erfahren.
says-what-others-wrote-or = Was andere selbst geschrieben oder fotografiert haben.
says-owner-node-can-see = { $text } Der Besitzer dieser Box sieht mit `imajin doctor` mehr.
says-there-not-enough-room = Auf dem Stick ist nicht genug Platz, deshalb ist nichts Neues darauf; was vorher darauf war, ist unverändert. Nimm einen anderen Stick oder schaff auf diesem Platz.
says-stick-was-pulled-out = Der Stick wurde herausgezogen, bevor das fertig war. Frühere Kopien darauf sind unverändert; steck ihn wieder ein und versuch es noch einmal.
says-there-no-such-copy = Diese Kopie gibt es nicht, oder sie wurde entfernt: Fang eine neue an.
says-node-keeps-as-many = Diese Box bewahrt so viele Kopien, wie sie kann. Einige werden in der nächsten Stunde entfernt; versuch es dann noch einmal.
says-copy-on-stick-not = Diese Kopie ist auf dem Stick { $stick }, nicht hier.
says-copy-not-finished-yet = Die Kopie ist noch nicht fertig: Sieh dir ihren Stand an.
says-copy-does-not-wait = Diese Kopie wartet nicht auf eine Unterschrift: Sieh dir ihren Stand an.
says-your-record-names-no = Dein Verlauf nennt keinen Schlüssel zum Verschlüsseln: Nimm eine Passphrase.
says-there-no-record-yours-here = Hier gibt es noch keinen Verlauf von dir: Er beginnt, wenn du dich das erste Mal anmeldest.
says-kid = kid: { $error }.
says-kid-must-name-key = kid muss einen Schlüssel der DID nennen, um deren Kopie es geht.
says-your-record-names-no-encryption = Dein Verlauf nennt keinen Schlüssel zum Verschlüsseln: Nimm { $passphrase }.
says-encrypt-must-or-owner = encrypt muss { $passphrase } oder "owner" sein.
says-there-no-such-copy-2 = Diese Kopie gibt es nicht.
says-copy-at-auth-api = Diese Kopie ist unter /auth/api/exports/{ $id }/bundle.{ $ending }.
says-send-or = Sende { $shape } oder { $sign }.
says-must-128-lower-case = { $field } muss aus 128 kleinen Hexadezimalziffern bestehen.
says-no-key-yours-in = { $kid } ist kein gültiger Schlüssel von dir.
says-not-signature-over-text = { $field } ist keine Unterschrift von { $kid } über den Text, wie er mit diesem kid ausgegeben wurde.
says-you-are-importing-as = Du importierst schon so viele Kopien, wie gleichzeitig gehen. Versuch es wieder, wenn die erste fertig ist.
says-node-receiving-as-many = Diese Box empfängt schon so viele Kopien, wie gleichzeitig gehen. Versuch es später noch einmal.
says-there-no-such-import = Diesen Import gibt es nicht, oder er wurde aufgegeben: Fang einen neuen an.
says-another-request-working-on = Eine andere Anfrage arbeitet gerade an diesem Import.
says-copy-larger-than-node = Die Kopie ist größer, als diese Box annimmt.
says-import-reads-its-copy = Dieser Import liest seine Kopie von einem Stick: Es gibt nichts zu senden.
says-body-request-ended-too = Der Inhalt dieser Anfrage brach zu früh ab; was ankam, bleibt. Frag, wie viel es ist, und mach dort weiter.
says-new-home-needs-owners = Ein neues Zuhause braucht den Nachweis des Besitzers von auth.home im Header MJN-Proof.
says-in-one-request-copy = In einer einzigen Anfrage wird eine Kopie nur als Sicherung aufgenommen: as=backup. Ein neues Zuhause braucht, was ihre Prüfung ergibt: siehe POST /auth/api/imports.
says-copy-becomes-home-here = Eine Kopie bekommt hier ein Zuhause mit einer Einladung des Besitzers oder durch ihn selbst: Fang den Import mit inviteCode neu an. Als Sicherung darf sie bleiben.
says-being-moved = er zieht gerade um nach { $url }
says-moved = er ist umgezogen nach { $url }
says-another-request-moving-record = Eine andere Anfrage zieht gerade mit diesem Verlauf um.
says-no-imajin-node = das ist keine Imajin-Box
says-its-identity-chain-does = ihre Identitätskette lässt sich nicht bestätigen: { $error }
says-its-answer-has-no = ihre Antwort hat keine ID
says-its-answer-has-no-head = ihre Antwort hat keinen Kopf
says-gave-no-reason = sie nannte keinen Grund
says-other-node-did-not = Die andere Box hat nicht geantwortet: { $text }. Nichts ist umgezogen; versuch es später noch einmal.
says-other-node-said-no = Die andere Box hat abgelehnt ({ $status }): { $says }
says-descriptions-app = Beschreibungen einer App
says-names-devices-sheets = Namen von Geräten und Blättern
says-what-you-signed-for = Was du für andere unterschrieben hast, ist ihr Beleg: Sie behalten ihr Exemplar. Widerruf es vorher, wenn es nicht mehr gelten soll.
says-attestations-you-gave-in = Bezeugungen von dir in den Verläufen anderer
says-they-name-keys-times = Sie nennen nur Schlüssel und Zeiten und zeigen, dass erlaubt war, was damit unterschrieben wurde.
says-without-them-nobody-could = Ohne sie könnte niemand prüfen, was du unterschrieben hast, weder in deinem eigenen Verlauf noch in denen anderer. Worte von dir enthalten sie nicht.
says-session-nodes-word-about = Eine Sitzung ist nur das, was diese Box von einem Browser weiß: Melde dich auf der anderen Box neu an.
says-key-node-keeps-for = Ein Schlüssel, den diese Box für dich bewahrt, bleibt hier, und deine Adresse auch: Mach die Schlüssel zuerst zu deinen eigenen.
says-signing-in-by-e = Anmelden per E‑Mail
says-very-node = Das ist genau diese Box.
says-your-record-deleted-there = Dein Verlauf ist gelöscht; es gibt nichts, was umziehen könnte.
says-node-not-home-your = Dein Verlauf ist nicht auf dieser Box zu Hause, sondern hier: { $url }.
says-proof-must-auth-home = Der Nachweis muss von auth.home sein und über genau diesen Inhalt.
says-body-must-have-node = Der body muss node, url und epoch haben: siehe GET /auth/api/transfer.
says-proof-must-addressed-node = Der Nachweis muss an die Box gerichtet sein, die der body nennt, und das ist eine andere als diese.
says-proof-must-name-newest = Der Nachweis muss den neuesten Eintrag als gesehen nennen.
says-move-record-on-its = Ein Umzug dieses Verlaufs läuft schon: Sende denselben noch einmal, um ihn abzuschließen.
says-epoch-next-home = Die epoch des nächsten Zuhauses ist { $epoch }.
says-at-address-proof-for = Unter dieser Adresse ist { $did }, und der Nachweis ist für { $target }.
says-something-was-written-since = Seit du unterschrieben hast, wurde etwas geschrieben: Frag noch einmal, was zu unterschreiben ist.
says-other-node-did-not-accept = Die andere Box hat nicht zugestimmt: { $says } Nichts ist umgezogen; dein Verlauf bleibt hier.
says-its-head-not-move = ihr Kopf ist nicht von diesem Umzug
says-other-node-has-your = Die andere Box hat deine unterschriebene Bitte, aber noch ist nicht bekannt, was daraus wurde: { $what }. Bis dahin bleibt dein Verlauf hier eingefroren; sende dieselbe Anfrage noch einmal.
says-stick-removed-by-person = Diesen Stick entfernt die Person, die ihn seit dem Einstecken zuerst benutzt hat, oder der Besitzer dieser Box.
says-stick-being-written-or = Der Stick wird gerade beschrieben oder gelesen. Du kannst ihn entfernen, wenn das fertig ist.
says-box-still-reading-file = Die Box liest noch eine Datei von diesem Stick. Versuch es gleich noch einmal.
says-of = of: { $error }.
says-say-which-copy-on = Sag, welche Kopie auf dem Stick gemeint ist: `copy`, oder `of` für die neueste von jemandem.
says-sign-in-choose-copy = Melde dich an, um eine Kopie auf einem Stick auszuwählen, oder frag nach der neuesten von jemandem: `of`.
says-sign-in-read-copy = Melde dich an, um eine Kopie von einem Stick in dieser Box zu lesen.
says-there-no-such-copy-yours = Auf keinem Stick in dieser Box ist eine solche Kopie von dir.
says-stick-being-removed-so = Der Stick wird gerade entfernt, deshalb hat niemand die Kopie zu Ende gelesen.
says-identity-has-keys-its = Diese Identität hat inzwischen eigene Schlüssel, deshalb meldet kein Brief mehr jemanden an. Melde dich mit dem Schlüssel an oder stell ihn aus dem Wiederherstellungsblatt wieder her.
says-address-code-do-not = Diese Adresse und dieser Code gehören nicht zusammen.
says-node-accepts-no-new = Diese Box nimmt im Moment keine neuen Leute auf.
says-log-must-identity-chain = log muss die Identitätskette sein, die dein Programm erstellt hat: ihre Vorgänge, die ältesten zuerst.
says-chain-must-have-controller = Die Kette muss einen gültigen Controller-Schlüssel und einen gültigen Auth-Schlüssel haben: deine, mit denen du ab jetzt unterschreibst.
says-signatures-needs-signature-over = signatures braucht die Unterschrift von { $name } über { $text }: Sie zeigt, dass du diesen Schlüssel hast.
says-signature-over-does-not = Die Unterschrift von { $name } über { $text } stimmt nicht.
says-chain-names-key-node = Die Kette nennt den Schlüssel, den diese Box bewahrt: Bring eigene Schlüssel mit.
says-node-keeps-no-key = Diese Box bewahrt keinen Schlüssel für dich: Dein Programm hat ihn. Gib deinem Verlauf seine Kette mit einem unterschriebenen auth.identity.create.
says-your-keys-are-your = Deine Schlüssel sind schon deine eigenen. Ändere sie mit einem unterschriebenen auth.identity.update.
says-your-record-being-written = In deinen Verlauf wird gerade auch anderes geschrieben. Versuch es gleich noch einmal.
says-node-has-owner-already = Diese Box hat schon einen Besitzer; ein Besitzcode gilt nur einmal.
says-box-being-restored-backup = Diese Box wird gerade aus einer Sicherung wiederhergestellt: Sie bekommt den Besitzer, den sie vorher hatte.
says-not-claim-code-node = Das ist nicht der Besitzcode. Die Box zeigt ihn, wenn sie startet.
says-node-does-not-know = Diese Box kennt diese Einladung nicht, oder sie ist verbraucht oder abgelaufen. Bitte die Person, die sie dir gab, um eine neue.
says-person-who-invited-you = Die Person, die dich eingeladen hat, ist nicht Mitglied dieser Box. Bitte den Besitzer dieser Box um eine Einladung.
says-invitation-for-people-who = Diese Einladung gilt für Leute, die schon auf dieser Box sind: Wer sie dir geschickt hat, hat so viele andere offen, wie Mitglieder für neue Leute haben dürfen. Bitte darum, eine davon zurückzuziehen, dann bringt dich diese herein.
says-on-box-only-owner = Auf dieser Box holt nur der Besitzer neue Leute herein. Bitte den Besitzer um eine Einladung; wer dir diese geschickt hat, kann für dich fragen.
says-owner-box-said-no = Der Besitzer dieser Box hat zu dieser App Nein gesagt.
says-only-owner-box-answers = Nur der Besitzer dieser Box antwortet Apps, die hierher wollen.
says-no-app-with-id = Keine App mit dieser ID hat gefragt.
says-other-apps-from-your = Andere Apps von deiner Adresse warten auf den Besitzer dieser Box. Versuch es wieder, wenn sie eine Antwort haben.
says-too-many-apps-wait = Zu viele Apps warten auf den Besitzer dieser Box. Versuch es später wieder.
says-so-far-your-e-mail = Bisher meldest du dich mit deiner E‑Mail-Adresse an. Mach dir zuerst einen eigenen Schlüssel.
says-box-cant-send-e = Diese Box kann keine E‑Mails verschicken, also könnte niemand zeigen, dass eine Adresse ihm gehört. Bitte ihren Besitzer, in den Einstellungen einen Mailserver anzugeben.
says-you-asked-for-enough = Du hast genug Links angefordert. Öffne den neuesten oder warte eine Viertelstunde.
says-challenge-was-used-or = Diese Aufgabe wurde schon gelöst oder ist abgelaufen: Bitte um eine neue.
says-challenge-was-given-at = Diese Aufgabe wurde unter { $host } gestellt: Löse sie dort.
says-challenge-was-given-somebody = Diese Aufgabe wurde jemand anderem gestellt.
says-copy-is-for-its-person = Diese Kopie wird nur für die Person aufbewahrt oder gelesen, deren Verlauf sie enthält, oder für den Besitzer dieser Box: Melde dich als eine der beiden an, oder unterschreibe `challenge` mit einem Schlüssel aus dem Verlauf und sende das als `presence`.
says-presence-signature-false = presence: Die Unterschrift gilt nicht der neusten Aufgabe, oder ihr Schlüssel ist im Verlauf dieser Kopie nicht gültig.
says-signature-over-challenge-does = Die Unterschrift über die Aufgabe stimmt mit keinem gültigen Schlüssel von dir überein.
says-was-deleted-by-its = { $did } wurde vom Besitzer gelöscht.
says-registration-has-ended-register = Diese Registrierung ist abgelaufen: Registrier dich noch einmal.
says-nobody-signs-in-here = Über einfaches HTTP meldet sich hier niemand mit einem Schlüssel an, weil andere die Sitzung mitlesen könnten. Öffne diese Box unter ihrer https://-Adresse oder auf dem Gerät selbst. Ihr Besitzer schaltet HTTPS in den Einstellungen ein (`[tls]`) oder nennt den Proxy, der es spricht, unter `limits.trusted_proxies`.
says-node-does-not-know-2 = Diese Box kennt { $did } nicht.
says-nobody-here-goes-by = Hier heißt niemand „{ $name }“.
says-another-anchor-came-between = Eine andere Verankerung kam dazwischen.
says-anchor-has-no-well = Die Verankerung hat kein wohlgeformtes { $member }.
says-must-list = muss eine Liste sein
says-must-have-1-characters = muss 1 bis { $name-chars-max } Zeichen haben, in einer Zeile
says-must-operation-like-profile = muss ein Vorgang wie profile.update sein, oder alle eines Dienstes wie profile.*
says-names-which-people-can = nennt { $text }, und das geht nur mit dem eigenen Schlüssel
says-you-have-issued-very = Genau das hast du schon bezeugt.
says-your-keys-changed-while = Deine Schlüssel haben sich geändert, während das geprüft wurde. Unterschreib es noch einmal mit einem gültigen Schlüssel.
says-attestation-answered-already = Auf diese Bezeugung wurde schon geantwortet.
says-there-nothing-revoke-any = Es gibt nichts mehr zu widerrufen.
says-must-public-key-as = muss ein öffentlicher Schlüssel als Multikey sein: z6Mk…
says-must-bytes = muss { $key-bytes } Bytes haben
says-must-time-like-2026 = muss eine Zeit wie 2026-11-20T12:00:00.000Z sein
says-must-link-body-entry = muss ein Verweis auf den body eines Eintrags sein
says-must-numbers-by-service = muss Zahlen nach Dienst und Art enthalten
says-address-entered-when-its = Eine Adresse wird eingetragen, wenn ihr Besitzer dem Link folgt, der ihm geschickt wurde: POST /auth/api/onboard.
says-address-belongs-another-identity = Diese Adresse gehört hier zu einer anderen Identität.
says-must-e-mail-address = muss eine E‑Mail-Adresse sein
says-node-takes-new-identities = Diese Box nimmt neue Identitäten mit einer Einladung auf. Bitte ihren Besitzer um einen Code und registrier dich damit als inviteCode.
says-home-node-must-node = home.node muss diese Box sein, { $value }.
says-another-chain-key-kept = Hier wird schon eine andere Kette dieses Schlüssels bewahrt, oder sie hat diesen Schlüssel abgelegt.
says-log-bare-key-begins = Der Verlauf eines bloßen Schlüssels beginnt, wenn der Schlüssel nachgewiesen ist: Bitte um eine Aufgabe und melde dich damit an.
says-identity-has-begun-already = Diese Identität hat schon begonnen.
says-log-has-chain-its = Dieser Verlauf hat eine eigene Kette: Ändere sie mit einem unterschriebenen auth.identity.update.
says-log-must-whole-chain = log muss die ganze Kette sein, die diese Box hat, { $known } Vorgänge, und mindestens einer mehr.
says-at-least-one-controller = Mindestens ein Controller-Schlüssel muss bleiben.
says-ref-must-name-key = ref muss einen gültigen Schlüssel von dir nennen.
says-only-owner-node-can = Nur der Besitzer dieser Box kann sie übergeben oder freigeben.
says-new-owner-needs-record = Der neue Besitzer braucht einen Verlauf auf dieser Box und einen eigenen Schlüssel. Um die Box freizugeben, nenn die Box selbst.
says-own-node-you-need = Um eine Box zu besitzen, brauchst du einen eigenen Schlüssel und einen Verlauf, der darauf zu Hause ist.
says-you-own-box-name = Diese Box gehört dir. Nenn zuerst einen anderen Besitzer oder gib sie frei; dann kannst du deinen Verlauf löschen.
says-something-was-written-while = Während diese Löschung vorbereitet wurde, kam etwas hinzu. Sieh dir den Plan noch einmal an und unterschreib ihn noch einmal.
says-whether-you-are-in = Ob du in einer Unterhaltung zu zweit bist, findet sich zusammen mit der anderen Person: Häng ?with=<did> an.
says-node-does-not-know-app = Diese Box kennt keine App { $did }.
says-person-has-not-let = Diese Person hat der App das nicht erlaubt oder erlaubt es nicht mehr. Schick sie auf die Seite, die danach fragt: /apps/authorize?app=…
says-no-token-app = das ist kein Token einer App
says-person-does-not-let = die Person lässt diese App nicht mehr handeln
says-say-whom-subject-did = Sag, über wen (?subject_did=…) oder von wem (?issuer_did=…), oder melde dich an, um deine eigenen zu sehen.
says-status-must-pending-bilateral = status muss pending, bilateral oder declined sein.
says-there-no-such-attestation-you = Es gibt keine solche Bezeugung, die du sehen darfst.
says-audience-must-public-or = audience muss public oder parties sein.
says-attestation-has-been-erased = Diese Bezeugung wurde gelöscht.
says-node-does-not-know-register = Diese Box kennt { $did } nicht: Registrier dich zuerst.
says-send-either-handle-or = Sende entweder handle oder did.
says-last-part-address-must = Der letzte Teil der Adresse muss die CID einer Vollmacht sein.
says-you-have-given-no = Du hast keine solche Vollmacht gegeben.
says-sign-with-your-key = Unterschreib das mit deinem Schlüssel (MJN-Proof) oder melde dich an.
says-has-no-identity-chain = { $did } hat hier keine Identitätskette.
says-was-deactivated-by-its = { $did } wurde vom Besitzer stillgelegt.
says-has-no-key = { $did } hat keinen Schlüssel.
says-maxuses-must-1 = maxUses muss 1 bis { $uses-max } sein.
says-expiresindays-must-1 = expiresInDays muss 1 bis { $days-max } sein.
says-there-no-such-invite = Diese Einladung gibt es nicht.
says-send-either-claim-or = Sende entweder claim oder invite.
says-log-must-whole-chain-node = log muss die ganze Kette sein, die diese Box hat, und ein Vorgang mehr.
says-at-least-one-controller-key = Mindestens ein Controller-Schlüssel muss bleiben, sonst könnte niemand diese Identität je wieder ändern.
says-salt-must-16-bytes = salt müssen die 16 Bytes des salt im unterschriebenen body sein, als 32 Hexadezimalziffern.
says-id-must-32-hexadecimal = id muss aus 32 Hexadezimalziffern bestehen.
says-sealed-must-have-at = sealed darf höchstens 1024 Zeichen haben.
says-another-device-used-code = Ein anderes Gerät hat diesen Code benutzt. Lass das Gerät, das ihn zeigt, einen neuen machen.
says-sign-in-with-key = Melde dich mit einem Schlüssel dieser Identität an, damit ihre Kette hier bewahrt wird.
says-log-its-owners-read = Einen Verlauf liest sein Besitzer, und wen er lesen lässt.
says-q-must-1-characters = q muss 1 bis { $query-chars-max } Zeichen haben, nach denen gesucht wird.
says-box-has-no-owner = Diese Box hat noch keinen Besitzer. Die erste Person kommt mit dem Besitzcode, den sie beim Start gezeigt hat.
says-name-has-1-characters = Ein Name hat 1 bis { $name-chars-max } Zeichen, in einer Zeile.
says-too-many-people-are = Zu viele kommen gerade auf einmal herein. Versuch es in einigen Minuten noch einmal.
says-link-was-used-already = Dieser Link wurde schon benutzt, oder seine 15 Minuten sind vorbei. Bitte um einen neuen.
says-log-may-have-bytes = log darf höchstens { $chain-bytes-max } Bytes haben.
says-encryptionkey-must-64-hexadecimal = encryptionKey muss aus 64 Hexadezimalziffern bestehen.
says-only-owner-node-reads = Nur der Besitzer dieser Box liest, was sie verschickt.
says-only-owner-node-sees = Das sieht nur der Besitzer dieser Box.
says-publickey-must-ed25519-key = publicKey muss ein Ed25519-Schlüssel aus 64 Hexadezimalziffern sein.
says-short-name-for-members = Ein Benutzername ist für Mitglieder: Registrier dich mit einer Einladung oder ohne handle.
says-handle-taken = Der Benutzername { $handle } ist vergeben.
says-handle-needs-signature-anybody = Ein Benutzername braucht eine Unterschrift: Sonst könnte ihn jeder nehmen.
says-signature-does-not-verify = Die Unterschrift stimmt nicht mit { $shape } als JSON in dieser Reihenfolge überein.
says-scope = scope { $error }.
says-subtype = subtype { $error }.
says-node-runs-no-service = Auf dieser Box läuft kein Dienst, der Benutzernamen vergibt.
says-you-have-no-such = Du hast keine solche Sitzung.
says-mode-must-community-or = mode muss community oder cross-node sein.
says-token-not-node-was = das Token ist nicht von dieser Box, wurde beendet oder ist abgelaufen
says-identity-was-deleted = diese Identität wurde gelöscht
says-message-too-large = Die Nachricht ist zu groß.
says-node-does-not-know-sender = diese Box kennt den Absender nicht
says-sender-has-no-key = der Absender hat keinen gültigen Schlüssel
says-e-mail-addresses = { $count ->
    [one] { $count } E‑Mail-Adresse
   *[other] { $count } E‑Mail-Adressen
}
says-descriptions-app-2 = { $count ->
    [one] { $count } Beschreibung einer App
   *[other] { $count } Beschreibungen einer App
}
says-names-devices-sheets-2 = { $count ->
    [one] { $count } Name eines Geräts oder Blatts
   *[other] { $count } Namen von Geräten und Blättern
}
says-attestations = { $count ->
    [one] { $count } Bezeugung
   *[other] { $count } Bezeugungen
}
says-attestations-you-gave-in-others = { $count ->
    [one] { $count } Bezeugung von dir in Verläufen anderer
   *[other] { $count } Bezeugungen von dir in Verläufen anderer
}
says-delegations = { $count ->
    [one] { $count } Vollmacht
   *[other] { $count } Vollmachten
}
says-sessions = Sitzungen
says-sessions-2 = { $count ->
    [one] { $count } Sitzung
   *[other] { $count } Sitzungen
}
says-author-jws = author_jws: { $error }.
says-witness-jws = witness_jws: { $error }.
says-expires-at-has-passed = expires_at ist schon vorbei.
says-issued-at-more-than = issued_at liegt mehr als fünf Minuten vor der Zeit dieser Box: Prüf die Uhr dieses Geräts.
says-payload-root-must-cid = payload.root muss die CID deines Wurzeleintrags auf dieser Box sein (POST /auth/api/attestations/root).
says-subject-did-must-did = subject_did muss die DID einer Person sein: did:imajin:…
says-passphrase-has-at-least = Eine Passphrase hat mindestens { $passphrase-chars-min } Zeichen; am besten sind ein paar Wörter.
says-must-address-node-like = to muss die Adresse einer Box sein, wie https://box.example
says-must-https-address-http = muss eine https://-Adresse sein (http:// auf localhost)
says-delegation-lasts-at-most = Eine Vollmacht gilt höchstens { $value } Tage; gib danach eine neue.
says-must-cid-dag-cbor = muss eine CID von dag-cbor sein (bafyrei…)
says-witness-jws-what-confirms = witness_jws ist die Bestätigung: Unterschreib sie mit deinem Schlüssel.
says-issued-at-must-whole = issued_at muss in ganzen Millisekunden seit 1970 angegeben sein oder als Zeit wie 2026-11-20T12:00:00.000Z.
says-issuer-did-must-you = issuer_did musst du sein: Niemand bezeugt im Namen anderer.
says-dfoschain-may-have-bytes = dfosChain darf hier höchstens { $chain-bytes-max } Bytes haben; sende eine längere, wenn du angemeldet bist.
says-type-must-sub-type = type muss eine Unterart sein (human, agent, device, presence, event, org) oder ein Bereich (actor, family, community, business).
