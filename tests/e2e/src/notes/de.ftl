service = Notizen
summary = Kurze Notizen für dich selbst
home = Deine Notizen
op-put = Du hast eine Notiz geschrieben
op-remove = Du hast eine Notiz entfernt und ihre Worte gelöscht
scope-put = Notizen schreiben und ändern
