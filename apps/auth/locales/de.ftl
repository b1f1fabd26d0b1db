# Identität, Anmeldung, Bestätigungen und die Rechte an den eigenen Daten. Die Begriffe stehen am Anfang von apps/www/locales/de.ftl.

service = Identität
summary = Melde dich ohne Passwort an, und deine Daten bleiben deine

## Was ein Vorgang getan hat, gesagt zu der Person, in deren Verlauf er steht.

op-identity-create = Du hast hier angefangen, mit einem eigenen Schlüssel
op-identity-register = Du hast hier angefangen, und deine Box bewahrt deinen Schlüssel für dich auf
op-identity-update = Deine Schlüssel haben sich geändert
op-email-set = Du hast deine E-Mail-Adresse nachgewiesen
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

## Start

home-said = { $count ->
    [one] Jemand hat etwas über dich gesagt. Es zählt, sobald du es bestätigst.
   *[other] { $count } Dinge wurden über dich gesagt. Sie zählen, sobald du sie bestätigst.
}
home-said-do = Bestätigen oder ablehnen

## Die E-Mail mit einem Anmeldelink

mail-subject = Dein Anmeldelink für { $site }
mail-text =
    Jemand, hoffentlich du, möchte sich mit dieser E-Mail-Adresse bei { $site } anmelden.

    Öffne dazu diesen Link. Er gilt einmal, für die nächsten { $minutes } Minuten:

    { $link }

    Wenn du das nicht warst, musst du nichts tun: Ohne diesen Link kommt niemand hinein.
