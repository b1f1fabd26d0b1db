# Verzeichnisse und die Seite, auf der der Besitzer sie wählt. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

## Die Seite

service = Verzeichnisse
registries = Verzeichnisse
lead = Ein Verzeichnis sagt anderen, dass es deine Box gibt, und kann ihr einen Namen geben. Deine Box braucht keins: Alles auf ihr geht auch ohne. Was ein Verzeichnis zeigt, ist öffentlich: der Schlüssel deiner Box, ihr Name, ihre Version und was auf ihr läuft.
none = Deine Box steht in keinem öffentlichen Verzeichnis.
leave = Austragen
leave-hint = Wenn du deine Box austrägst, meldet sie sich dort nicht mehr. Das Verzeichnis streicht sie, sobald die Eintragung abläuft.
join = In ein Verzeichnis eintragen
join-address = Seine Adresse
join-it = Eintragen

## Der Name des Verzeichnisses zu Hause

home = Deine Box zu Hause
home-is = <name/> ist deine Box in diesem Netzwerk.
home-known = Jedes Telefon und jeder Browser kennt ihr Zertifikat, bis zum { $date }. Deine Box erneuert es automatisch.
home-no-https = Deine Box bietet kein HTTPS an: Schalte es mit „tls.listen“ in ihren Einstellungen ein.
home-coming = Das Zertifikat ist unterwegs. Das dauert ein bis zwei Minuten.
home-failed = Der letzte Versuch, es zu bekommen, ist gescheitert ({ $at }):
home-again = Deine Box versucht es automatisch noch einmal.
home-hidden = Von deiner Box aus führt der Name nicht zu ihr: Manche Router verbergen Namen, die ins Haus führen („DNS-Rebind-Schutz“). Erlaub diesen dort.
home-stop = Diesen Namen zu Hause nicht mehr benutzen
home-offer = { $name } zum Namen deiner Box zu Hause machen
home-offer-how = Dann erreicht jedes Telefon zu Hause deine Box privat unter diesem Namen, ohne etwas zu installieren und ohne offenen Port am Router. Das Verzeichnis leitet den Namen zur Adresse deiner Box in deinem Netzwerk und hilft ihr zu einem Zertifikat.
home-offer-what = Der Name und diese Adresse sind öffentlich. Die Leute hinter dem Verzeichnis könnten den Namen woandershin leiten: Wähl eins, dem du vertraust. Wer im Browser einen Schlüssel für einen anderen Namen der Box hat, meldet sich unter diesem noch einmal an. Du stimmst den Bedingungen der Stelle zu, die ihn beglaubigt.
home-use = Diesen Namen zu Hause benutzen

## Ob eine Box erreichbar ist

reach-title = Ist diese Box verbunden?
reach-connected = Diese Box ist verbunden, seit { $at }.
reach-gone = Diese Box ist nicht verbunden. Zuletzt verbunden: { $at }.
reach-unknown = Dieses Verzeichnis leitet keine Verbindungen zu einer Box mit diesem Namen weiter.

## Was der Code sagt
#
# Sätze aus dem Code: Ablehnungen, Warnungen, Befunde. en.ftl wiederholt sie Wort für Wort; kein Code nennt diese Namen.

says-did-must-did-imajin = did muss eine did:imajin sein.
says-registry-does-not-know = Dieses Verzeichnis kennt { $did } nicht.
says-there-no-such-node = diese Box gibt es hier nicht
says-no-answer-in-s = keine Antwort in { $look } s
says-publickey-must-nodes-key = publicKey muss der Schlüssel der Box sein: 64 Hexadezimalziffern
says-hostname-must-name-node = hostname muss der Name sein, den die Box möchte
says-version-must-programs-version = version muss die Version des Programms sein
says-sourcecommit-must-commit-7 = sourceCommit muss ein Commit sein: 7 bis 64 Hexadezimalziffern
says-must-list-at-most = { $name } muss eine Liste mit höchstens { $list-max } Texten sein
says-must-words-z-0 = { $name } muss aus Wörtern aus a-z 0-9 - _ . : / * mit höchstens { $word-bytes-max } Zeichen bestehen
says-not-ip-address-node = „{ $text }“ ist keine IP-Adresse einer Box
says-addresses-must-at-most = addresses dürfen höchstens { $addresses-max } sein
says-identity-node-was-deleted = die Identität dieser Box wurde gelöscht
says-key-not-in-force = dieser Schlüssel gilt in der Identitätskette der Box nicht
says-identity-chain-has-at = eine Identitätskette hat hier höchstens { $operations-max } Vorgänge
says-chainlog-another-branch-than = chainLog ist ein anderer Zweig als die bekannte Kette dieser Box
says-chain = das ist die Kette von { $did }
says-release-signed-by-registrys = eine Version wird vom Schlüssel des Verzeichnisses unterschrieben oder von dem eines zugelassenen Forks
says-belongs-another-release = { $hash } gehört zu einer anderen Version
says-release-withdrawn-by-registrys = eine Version wird vom Schlüssel des Verzeichnisses zurückgezogen oder von dem ihres Forks
says-there-no-such-release = diese Version gibt es nicht
says-buildhash-must-64-hexadecimal = buildHash muss aus 64 Hexadezimalziffern bestehen
says-build-not-among-approved = dieser Build gehört nicht zu den zugelassenen dieses Verzeichnisses
says-build-was-withdrawn = dieser Build wurde zurückgezogen: { $reason }
says-build-version-not = dieser Build hat die Version { $version }, nicht { $version-2 }
says-version-or-newer-needed = hier braucht es Version { $minimum } oder neuer
says-messages-type-must = type der Nachricht muss { $kind } sein
says-from-must-did-imajin = from muss die did:imajin des Schlüssels sein, der unterschreibt
says-only-key-registry-may = das darf nur ein Schlüssel dieses Verzeichnisses sagen
says-message-or-newer-one = diese Nachricht oder eine neuere desselben Schlüssels wurde schon angenommen
says-must-text = { $name } muss ein Text sein
says-registry-gives-no-names = dieses Verzeichnis vergibt keine Namen im DNS
says-challenge-or-newer-one = diese Aufgabe oder eine neuere wurde schon angenommen
says-challenge-must-43-characters = challenge muss aus 43 Zeichen in base64url bestehen oder null sein, um sie wegzunehmen
says-head-must-head-nodes = head muss ein Kopf des eigenen Verlaufs der Box sein, als kompaktes JWS
says-health-must-object-at = health muss ein Objekt mit höchstens { $health-bytes-max } Bytes sein
says-another-key-registered-for = für diese Box ist inzwischen ein anderer Schlüssel eingetragen
says-registry-has-newer-heartbeat = das Verzeichnis hat schon ein neueres Lebenszeichen dieser Box
says-database-registry-does-not = Die Datenbank dieses Verzeichnisses antwortet im Moment nicht. Nichts wurde geschrieben; versuch es in ein paar Sekunden noch einmal.
says-body-has-at-most = ein Inhalt hat hier höchstens 1 MiB
says-chainlog-must-list-tokens = chainLog muss eine Liste von Token sein
says-after-must-next-page = after muss das next der vorigen Seite sein
says-status-must-one = status muss all oder eins von diesen sein: { $names }
says-node-keeps-no-directory = Diese Box führt kein Verzeichnis von Boxen; ihr Besitzer kann sie eins führen lassen.
says-directory-cannot-used-at = Das Verzeichnis lässt sich im Moment nicht benutzen; wer es betreibt, findet den Grund im Log.
says-must-json-object = das muss ein JSON-Objekt sein
says-signature-must-128-hexadecimal = die Unterschrift muss aus 128 Hexadezimalziffern bestehen
says-nodeid-must-nodes-did = nodeId muss die DID der Box sein
says-signed-more-than-five = vor mehr als fünf Minuten unterschrieben: Unterschreib es noch einmal und prüf die Uhr der Box
says-dated-more-than-thirty = mehr als dreißig Sekunden vordatiert: Prüf die Uhr der Box
says-signature-does-not-verify = die Unterschrift passt nicht zum Schlüssel der Box
says-buildhash-must-sha-256 = buildHash muss der SHA-256 des Programms sein: 64 Hexadezimalziffern
says-timestamp-must-milliseconds-since = timestamp muss in Millisekunden seit 1970 oder als ISO 8601 in UTC mit Millisekunden angegeben sein
says-name-has-3-32 = ein Name hat 3 bis 32 Zeichen aus a-z 0-9 und -, und - steht weder am Anfang noch am Ende
says-registry-has-newer-attestation = das Verzeichnis hat schon eine neuere Bescheinigung dieser Box
says-node-was-revoked = diese Box wurde ausgeschlossen: { $reason }
says-node-suspended = diese Box ist gesperrt: { $reason }
says-until-must-time-come = until muss eine kommende Zeit sein, als ISO 8601 in UTC mit Millisekunden
says-node-has-at-most = eine Box hat höchstens { $registries-max } Verzeichnisse
says-join-registry-first = Trag deine Box zuerst in dieses Verzeichnis ein.
says-only-owner-box-chooses = Nur der Besitzer dieser Box wählt ihre Verzeichnisse.
says-your-box-isnt-listed = Deine Box steht in keinem öffentlichen Verzeichnis.
says-your-box-known-registry = Deine Box steht in einem Verzeichnis.
says-your-box-known-registries = Deine Box steht in { $all } Verzeichnissen.
says-registry-your-box-does = Das Verzeichnis deiner Box antwortet im Moment nicht. Alles geht auch ohne.
says-not-reached-since-everything = nicht erreicht seit { $since }: { $why }. Hier geht alles auch ohne; die Box versucht es weiter
says-not-registered-yet = noch nicht eingetragen
says-registered-as-your-box = eingetragen als { $name } (deine Box zu Hause) bis { $until }
says-registered-as-until = eingetragen als { $name } bis { $until }
says-registered-until = eingetragen bis { $until }
says-buildhashes-must-1-sha = buildHashes müssen 1 bis { $hashes-max } SHA-256-Hashes sein
says-name-reserved = dieser Name ist gesperrt
says-too-many-requests = zu viele Anfragen
says-name-reserved-for-its = dieser Name ist für seinen letzten Besitzer noch einige Tage gesperrt
says-disk-relay-nearly-full = der Datenträger dieses Relays ist fast voll
says-relay-full-accepts-no = dieses Relay ist voll: Es nimmt keine Daten von anderen mehr an
says-disk-registry-full = der Datenträger dieses Verzeichnisses ist voll
says-version-looks-like-1 = eine Version sieht aus wie 1.2.3 oder 1.2.3-beta.1
says-last-heard = { $said }, zuletzt gehört { $heard }
says-asks-for-newer-version = es bittet um eine neuere Version dieses Programms
says-ask-with-connection-upgrade = frag mit `Connection: Upgrade` und `Upgrade: mjn-tunnel`
says-mjn-node-must-nodes = MJN-Node muss die unterschriebene Anfrage der Box als base64url sein
says-registry-about-to-stop = dieses Verzeichnis hält gleich an: Versuch es in ein paar Sekunden noch einmal
says-heartbeats-node-missing = Lebenszeichen dieser Box fehlen: Schick zuerst eins
says-not-name-registry-keeps = { $name } ist kein Name, den dieses Verzeichnis für die Box führt
says-names-must-list-host = names muss eine Liste mit 1 bis { $names-max } Hostnamen sein
says-names-may-have-at = names darf höchstens { $owned-names-max } eigene Namen der Box enthalten
says-names-has-none-that = names enthält keinen, den dieses Verzeichnis für die Box führt
says-not-host-name = { $name } ist kein Hostname
says-request-or-newer-one = diese Anfrage oder eine neuere wurde schon angenommen
says-node-has-no-tunnel = diese Box hat hier keinen Tunnel
says-tunnel-must-true-false = tunnel muss true oder false sein
says-registration-ended-renew = die Anmeldung ist abgelaufen: Erneuere sie

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-registries =
    Verzeichnisse
    Ein Verzeichnis sagt anderen, dass es deine Box gibt, und kann ihr einen Namen geben.
    Tipp die Adresse eines Verzeichnisses ein, dem du vertraust, oder lass die Liste leer: Deine Box braucht keins.
    Was ein Verzeichnis zeigt, ist öffentlich, und du kannst es jederzeit verlassen.
