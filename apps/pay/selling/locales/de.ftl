# Was die Seiten aller Apps sagen, die etwas verkaufen.

pay-with = Bezahlen mit
rail-ledger = deinem Guthaben auf dieser Box
rail-emt = einer Überweisung
rail-stripe = einer Karte
who-gets = Wer wie viel bekommt
no-shares = Wer wie viel bekommt, lässt sich gerade nicht ausrechnen. Versuch es später noch einmal.
gone = Hat den eigenen Verlauf gelöscht: Der Anteil geht an die anderen
somebody = Jemand
