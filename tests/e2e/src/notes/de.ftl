service = Notizen
summary = Kurze Notizen für dich selbst
home = Deine Notizen
op-put = Du hast eine Notiz geschrieben
op-remove = Du hast eine Notiz entfernt und ihre Worte gelöscht
scope-put = Notizen schreiben und ändern

## Hilfetexte der Seiten: ein Titel und drei Sätze

help-notes =
    Deine Notizen
    Hier schreibst du kurze Notizen für dich selbst.
    Schreib eine und speichere sie.
    Nur du siehst deine Notizen, und eine entfernte Notiz ist gelöscht.
