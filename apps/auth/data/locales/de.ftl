# Die Seite, die eine Kopie eines Verlaufs öffnet (index.html).

index-whose = Eine Kopie deines Verlaufs
index-title = { $name } · Imajin-Kopie
index-skip = Zum Inhalt
index-address = Deine ID: <code>{ $did }</code>
index-taken = Erstellt am <time>{ $when }</time> auf der Box <short>{ $node }</short>.
index-footer = Diese Seite ist eine einzige Datei. Sie nimmt mit niemandem Verbindung auf und führt kein Programm aus.
index-unverified = Diese Seite hat nichts geprüft
index-unverified-why = Sie zeigt, was in diesem Ordner steht. Wer den Ordner verändert hat, kann auch diese Seite verändert haben. Willst du wissen, ob jeder Eintrag unterschrieben ist und keiner fehlt, lass die Kopie von einem Programm prüfen, dem du vertraust:
index-verify-here = am Computer:
index-this-folder = dieser Ordner
index-verify-there = oder auf deiner eigenen Box unter „Eine Kopie prüfen“.
index-head = Kennst du den neuesten Fixpunkt des Verlaufs von anderswo, vergleiche ihn mit diesem:
index-word = Wer dafür einsteht
index-word-signed = { $count ->
    [one] Was der eine Eintrag sagt, hat ein Schlüssel unterschrieben.
   *[other] Was jeder der { $count } Einträge sagt, hat ein Schlüssel unterschrieben.
}
index-word-of-box = { $count ->
    [one] <strong>Einer der { $of } Einträge</strong> ist
   *[other] <strong>{ $count } der { $of } Einträge</strong> sind
} nur das Wort der Box: Niemand hat unterschrieben, was dort steht. Vertrau ihnen so weit, wie du der Box vertraust. Die übrigen { $others } hat ein Schlüssel unterschrieben. Die Tabelle unten kennzeichnet jeden.
index-section-of-box = { $count ->
    [one] Ein Eintrag dahinter ist nur das Wort der Box: Niemand hat unterschrieben, was er sagt.
   *[other] { $count } Einträge dahinter sind nur das Wort der Box: Niemand hat unterschrieben, was sie sagen.
}
index-record = Dein Verlauf
index-entries = { $count ->
    [one] Ein Eintrag.
   *[other] { $count } Einträge.
} Jeder Punkt ist ein Eintrag. Seine Stelle zeigt, wann, seine Zeile, in welcher App, und seine Farbe, wer ihn wollte.
index-over-time = Dein Verlauf über die Zeit
index-as-table = Als Tabelle zeigen
index-table = Einträge
index-newest = Die neuesten { $shown } von { $of }. <code>imajin log</code> zeigt alle.
index-column-number = Nr.
index-column-when = Wann
index-column-what = Was
index-column-will = Wer es wollte
index-column-content = Inhalt
index-by = von <short>{ $did }</short>
index-box-says = ; nur das Wort der Box
index-kept = vorhanden
index-erased = gelöscht
index-will-signed = mit einem Schlüssel unterschrieben
index-will-custodial = gewünscht, von der Box geschrieben
index-will-derived = folgt aus einem anderen Eintrag
index-will-node = nur das Wort der Box
index-dot = { $count ->
    [one] Eintrag { $newest }
   *[other] { $count } Einträge bis { $newest }
}, { $service }, { $will }
index-profile = Dein Profil
index-handle = Benutzername
index-visibility = Wer es sieht
index-following = Du folgst
index-followers = Dir folgen
index-show-all = Alles zeigen
index-identity = Deine ID und deine Schlüssel
index-keys-of-box = Dein Schlüssel unterschreibt keine Einträge: Alles in diesem Verlauf ist das Wort der Box.
index-keys-own = Deine eigenen Schlüssel unterschreiben deine Einträge. Wer sie hat, kann in deinem Namen handeln. Bewahre dein Wiederherstellungsblatt gut auf.
index-home = Deine Box
index-home-unknown = unbekannt
index-since = Seit
index-show-keys = Schlüssel und Berechtigungen zeigen
index-your-files = Deine Dateien
index-manifests = Wer deine Werke gemacht hat
index-show = Zeigen
index-more = und { $count } weitere in <code>bundle.json</code>
index-yes = ja
index-no = nein
index-none = nichts
index-left-out = Nicht in dieser Kopie
index-left-out-why = Laut dem Verlauf gehört das seinem Besitzer. Die eigenen Verläufe davon sind nicht hier.
index-left-out-event = Die Veranstaltung <code>{ $did }</code>
index-left-out-group = Die Gruppe <code>{ $did }</code>
index-files = Was in diesem Ordner ist
index-file-log = dein Verlauf: jeder Eintrag mit seinen Unterschriften
index-file-media = { $count ->
    [one] eine Datei, { $size }
   *[other] { $count } Dateien, { $size }
}
index-file-bundle = was diese Seite zeigt, für Programme
index-file-manifest = die unterschriebene Liste aller Dateien mit ihren Prüfsummen
index-import = Jede Imajin-Box nimmt diesen Ordner auf:
