# What the pages of all apps that sell items say.

pay-with = Pay with
rail-ledger = your credit on this box
rail-emt = a bank transfer
rail-stripe = a card
who-gets = Who gets what
no-shares = Who gets what can’t be worked out now. Try again later.
somebody = Somebody
gone = Deleted their record: their share goes to the others
