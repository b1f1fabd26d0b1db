# Helfer: Programme, die für jemanden lesen und schreiben.

service = Helfer
summary = Lass einen Assistenten für dich lesen und schreiben, in Grenzen, die du bestimmst
home = Helfer

## Was Vorgänge getan haben, gesagt zu der Person, in deren Aufzeichnung sie stehen.

op-name = Du hast einen Helfer benannt
op-read = Einer deiner Helfer hat an diesem Tag hier gelesen

## Die Seite

lead = Ein Helfer ist ein Programm, das für dich liest und schreibt, etwa ein Assistent auf deinem Computer. Du bestimmst, was er darf, du siehst, was er getan hat, und du kannst ihn jederzeit beenden.
none = Noch ist kein Helfer verbunden.
scripts-off = Ansehen kannst du hier alles. Wenn du einen Helfer verbinden oder beenden willst, erlaube Skripte für diese Adresse und lade die Seite neu: Dein Browser unterschreibt jede Änderung.
unnamed = Ein Helfer ohne Namen
until = Bis { $day }
used = Zuletzt hier { $used }, bis { $day }
ended = Beendet
end = Jetzt beenden
end-of = Jetzt beenden: { $label }
may = Was er darf
may-read = Lesen, was „{ $app }“ dir zeigt
did = Was er getan hat
did-nothing = Bisher hat er nichts getan.
did-hint = In deinem Namen:
did-read = { $day }: Er hat gelesen, was „{ $app }“ dir zeigt.

## Ein neuer Helfer

new = Einen Helfer verbinden
label = Name
label-hint = Nur du siehst ihn: „Assistent auf meinem Laptop“.
presets = Was er darf
preset-read = Nur lesen
preset-write = Nur schreiben: Er fügt Dinge hinzu und ändert sie, und sieht nichts
preset-all = Lesen und schreiben
list = Einzeln auswählen
list-legend = Was dieser Helfer darf
days = Wie lange
days-count = { $count ->
    [365] Ein Jahr
   *[other] { $count } Tage
}
seen = Ein Helfer gibt kein Geld aus, schreibt niemandem und löscht nichts. Was er anlegt, siehst nur du, wenn er nichts anderes angibt; was er ändert, sehen dieselben wie vorher. Was er liest, geht an seinen Hersteller, wenn das Programm nicht auf deinem eigenen Computer läuft. Darf er beides, kann er auch veröffentlichen, was er gelesen hat.
make = Token erzeugen
made = Dein Helfer ist bereit
made-lead = Trag die Adresse und das Token in dein Programm ein. Das Token wird jetzt und nie wieder gezeigt: Wer es hat, kann tun, was der Helfer darf.
made-done = Fertig
token = Token
address = Adresse
config = Als Datei für dein Programm
config-hint = Viele Programme lesen das aus einer Datei namens mcp.json.
command = Als Befehlszeile
command-hint = Für Programme, die ihre Werkzeuge selbst starten. Dazu muss das Programm „imajin“ auf demselben Computer sein.
command-label = Befehl

## Ablehnungen

too-many = Du hast { $max } Helfer, und mehr gehen nicht: Beende zuerst einen.
token-ended = Dieser Helfer wurde beendet.
no-token = Hier kommen nur Helfer herein, jeder mit einem Token, das sein Besitzer unter /agents erzeugt hat.
in-the-clear = Das Token würde hier unverschlüsselt übertragen: Verbinde dich mit https.
wrong-argument = { $name } fehlt oder ist nicht lesbar: Sieh in die Beschreibung dieses Werkzeugs.
unknown-argument = Dieses Werkzeug hat kein Argument { $name }: Seine Beschreibung sagt, was wohin gehört.
path-closed = { $path } gehört nicht zu den Pfaden dieses Werkzeugs: Seine Beschreibung zählt sie auf.
answer-too-long = Diese Antwort ist zu lang: Frag mit limit nach weniger.
not-read = Das lässt sich nicht lesen: { $why }

## Was Skripte sagen

js-address = die Adresse
js-token = das Token
js-config = die Datei
js-command = den Befehl
js-name-it = Gib deinem Helfer einen Namen.
js-signing = Wird unterschrieben …
js-nothing-chosen = Wähle mindestens eine Sache aus, die dein Helfer tun darf.

## Hilfe

help-helpers =
    Helfer
    Ein Helfer ist ein Programm, das hier für dich liest und schreibt, soweit du es erlaubst.
    Gib ihm einen Namen, wähle aus, was er darf, und trag das Token in dein Programm ein.
    Alles, was er tut, steht in deinem Verlauf, und du kannst ihn jederzeit beenden.

## Was der Code sagt

says-this-days-reading = Die Lesung dieses Tages ist schon vermerkt.
says-delegation-not-in-force = Diese Vollmacht gilt nicht.
says-helpers = { $count } Helfer
