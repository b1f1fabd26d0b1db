# Gespräche. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Chat
summary = Gespräche, Ende-zu-Ende-verschlüsselt, wenn alle darin einen Schlüssel haben

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-open = Du hast ein Gespräch eröffnet
op-opened = Ein Gespräch wurde eröffnet
op-requested = Jemand möchte dir schreiben
op-accept = Du hast eine Anfrage angenommen
op-accepted = Eine Anfrage wurde angenommen
op-decline = Du hast eine Anfrage nicht angenommen
op-block = Du nimmst im Chat nichts mehr von jemandem an
op-block-end = Du nimmst wieder Nachrichten von jemandem an
op-admit = Du hast Leute in ein Gespräch eingelassen
op-admitted = Leute wurden in ein Gespräch eingelassen
op-epoch = Du hast neue Geheimnisse für ein Gespräch gemacht
op-epoch-made = Ein Gespräch hat neue Geheimnisse
op-send = Du hast in einem Gespräch geschrieben
op-message = Jemand hat in einem Gespräch geschrieben
op-delete = Du hast eine Nachricht gelöscht
op-forget = Du hast alles gelöscht, was du in einem Gespräch geschrieben hast
op-hide = Du hast eine Nachricht verborgen
op-hidden = Eine Nachricht wurde verborgen
op-read = Du hast gesagt, wie weit du ein Gespräch gelesen hast
op-pin = Du hast Schlüssel mit jemandem verglichen
op-keyring = Du hast die Geheimnisse deiner Gespräche für deine Schlüssel aufbewahrt
op-settings = Du hast deine Einstellungen für den Chat geändert
op-consent = Du erlaubst einem Unternehmen, dir zu schreiben
op-consented = Jemand erlaubt dir zu schreiben
op-consent-end = Du erlaubst einem Unternehmen nicht mehr, dir zu schreiben
op-consent-ended = Jemand erlaubt dir nicht mehr zu schreiben
op-out = Jemand ist nicht mehr in einem Gespräch
op-role = Jemand hat eine andere Rolle in einem Gespräch

## Was eine Vollmacht erlaubt.

scope-open = Für dich Gespräche eröffnen
scope-accept = Anfragen an dich annehmen
scope-decline = Anfragen an dich nicht annehmen
scope-block = Im Chat nichts mehr von jemandem annehmen
scope-block-end = Wieder Nachrichten von jemandem annehmen
scope-send = Für dich in Gesprächen schreiben, die nicht Ende-zu-Ende-verschlüsselt sind
scope-delete = Nachrichten von dir löschen
scope-read = Sagen, wie weit du gelesen hast
scope-settings = Deine Einstellungen für den Chat ändern
