# Polls and surveys.

service = Polls
summary = Polls and surveys, with ballots that nothing ties to voters
home = Your polls

## What operations did, said to the person whose record they are in.

op-put = You made or changed a poll
op-set = You chose who sees a poll
op-attach = You chose the pictures and files of a poll
op-sort = You ordered your polls
op-remove = You removed a poll and erased its words and answers
op-follow = You followed somebody’s polls
op-unfollow = You stopped following somebody’s polls
op-status = You opened or closed a poll
op-answer = You answered a poll with your name
op-answered = Somebody answered your poll with their name
op-withdraw = You took back your answers to a poll
op-received = The box entered answers to your poll
op-totals = The box entered totals of your poll
op-roll = The box entered who took part in your poll

## What a delegation allows.

scope-put = Make polls for you, and change drafts
scope-set = Choose who sees your polls, and when
scope-attach = Add pictures and files to your polls
scope-sort = Order your polls
scope-follow = Follow polls for you
scope-unfollow = Stop following polls for you
scope-answer = Answer polls with your name

## Kinds of notifications.

notice-open = Somebody whose polls you follow opened one
notice-answers = Answers to your polls

## On Home

home-show = Show
home-open = { $name } asks: { $title }
home-answers = { $count ->
    [one] “{ $title }” has one answer
   *[other] “{ $title }” has { $count } answers
}
home-lost = The answers to “{ $title }” were lost when the box was restored. Please repeat the poll.

## The pages

title = { $name }: polls
change = Edit your polls
none = No polls here yet.
by = A poll by <page>{ $name }</page>
followers = { $count ->
    [0] Nobody on this box follows this poll yet.
    [one] One person on this box follows this poll.
   *[other] { $count } people on this box follow this poll.
}
copy = Copy as a draft
status-draft = draft
status-open = open
status-closed = closed
learns-named = Its owner sees who answered, and what, at once.
learns-open = Its owner sees what was answered and when, but not by whom.
learns-totals = Its owner sees totals in steps of five answers, and never a single answer.
learns-totals-roll = Its owner sees totals in steps of five answers, and after the close who took part, but never a single answer.
learns-secret = Its owner sees all answers after the close, shuffled, and never who said what.
learns-secret-roll = Its owner sees all answers after the close, shuffled, and who took part, but never who said what.
show-owner = Only its owner sees the results.
show-answered = You see the results once you have answered.
show-all = Everybody who can see this page sees the results.
each-any = Anybody can answer, without signing up.
each-member = Each member of this box can answer once.
each-guest = Each member of this box and each guest can answer once. A guest has proved an email address.
each-person = Everybody with a key can answer once: members, guests and strangers. A stranger can make many keys and answer with each.
each-ticket = Each ticket of the event has one answer.
each-slip = Each code on paper has one answer.
few = If fewer than five people answer, all answers are destroyed unread.
at-event = { $count ->
    [one] A poll about this event
   *[other] Polls about this event
}
answer = Answer this poll
when-before = Answer before the event starts.
when-after = Answer once the event is over.
closes = It closes <time/>.
keeper = The keeper of this box could watch. If you do not trust them, do not vote here.
spending-rounded = Totals are shown for each group, rounded to five, from five households on. Amounts count with the first group that you name.
spending-often = Without sign-up one can answer often. Codes on paper stop that.
spending-accomplices = Four accomplices in a group of five could subtract their own amounts. Nothing stops that.
questions = The questions
sign-in = <in>Sign in</in> to answer.
scripts-off = To answer, turn on scripts for this address and load the page again.
slip = The code on your slip of paper
send = Send my answers
results = Results
could-member = Members of this box could answer.
could-guest = Members and guests of this box could answer.
could-person = Members, guests and strangers could answer. A stranger can make many keys, so an answer isn’t a person.
could-any = Anybody could answer, and more than once: members, guests and strangers.
could-ticket = People with a ticket of the event could answer: members, guests and strangers.
could-slip = People with a code on paper could answer: members, guests and strangers.
came = From members: { $members }. From guests: { $guests }. From strangers and people who have left: { $others }.
came-roll = Members who took part: { $members }. Guests: { $guests }. Strangers and people who have left: { $others }.
split-few = How many members, guests and strangers took part isn’t shown: fewer than five people have one of these roles.
unsplit = How many answers came from members, guests or strangers isn’t known: answers don’t say who gave them.
unsplit-guest = How many answers came from members or guests isn’t known: answers don’t say who gave them.
answers = { $count ->
    [0] No answers are counted yet.
    [one] One answer is counted.
   *[other] { $count } answers are counted.
}
mean = { $mean } on average
yes = Yes
no = No
other = Something else
no-group = Without a group
households = { $households ->
    [one] { $households } household
   *[other] { $households } households
}. { $members ->
    [one] { $members } person
   *[other] { $members } people
} in those that named this group first.
places = Households by the start of the postal code
category = A month
total = All together
each = Each household
ended-few = Fewer than five people answered. Their answers were destroyed unread.
ended-lost = This box was restored from a backup, and the answers were lost: they are in no backup. Please repeat.

## Spending

q-household = How many people are in your household?
q-postal = Postal code (only its first three characters are counted)
q-streaming = Streaming, a month
q-rideshare-delivery = Taxis and deliveries, a month
q-cloud = Cloud storage, a month
q-software = Software, a month
q-memberships = Memberships, a month
q-internet-phone = Internet and phone, a month
q-utilities = Power, water and heating, a month
q-rent-mortgage = Rent or mortgage, a month
q-other = Other running costs, a month
q-group = Which group do you belong to first?
q-also = Which other groups do you belong to?

## Problems

no-such-survey = This poll isn’t here. It may have been removed.
not-open = This poll isn’t open yet.
is-closed = This poll is closed.
no-event = The event of this poll isn’t on this box.
event-began = The event has started, and this poll was for the time before it.
event-not-over = Answer this once the event is over.
no-ticket = You need a ticket of the event to answer this.
with-name = This poll is answered with a name: by the operation dykil.answer.
sign-in-first = Sign in to answer this poll.
members-only = Only members of this box answer this poll. Ask the box’s owner for an invitation.
no-strangers = Only members and guests of this box answer this poll. Sign in with the email address that its owner knows, or ask for an invitation.
too-large = These answers are too long: 16 kB at most.
too-often = This address has answered often. Try again later.
voted = You have answered this poll already.
receipt-taken = Another answer has this receipt. Load the page again.
box-full = This poll has 10 000 answers, and takes no more.
slip-missing = Write the code from your slip of paper.
slip-unknown = There is no such code. Look again at your slip of paper.
no-slips = This poll isn’t answered with codes on paper.
slips-closed = Open the poll first: codes are drawn while it is open.
slips-full = A poll has at most { $most } codes.
results-hidden = The results aren’t shown to you, or not yet.
csv-own = Only the owner of a poll has its table.
boxes-open = Ballot boxes can’t move. Close your polls first, then move.

## Editing

lead = Ask people something. <page>See your polls</page>
begin = Begin with
template-when = Find a date
template-blank = An empty poll
template-cafe = A café: opinions
template-band = A band: which date
template-class = A class: a secret vote
template-spending = A street: what we spend
field-title = Title (empty: the first question)
share-hint = Once the poll is published, its questions stay as they are.
field-mode = What you learn
mode-option-secret = All answers after the close, never whose
mode-option-totals = Totals, in steps of five
mode-option-open = Answers at once, never whose
mode-option-named = Answers with names
field-each = Who answers
each-option-member = Members of this box, once each
each-option-guest = Members and guests, once each
each-option-person = Everybody with a key, strangers too, once for each key
each-option-any = Anybody, without signing up
each-option-ticket = Each ticket of an event, once
each-option-slip = Each code on paper, once
field-show = Who sees the results
show-option-answered = Those who answered; after the close everybody
show-option-all = Everybody who sees the poll
show-option-owner = Only you
field-roll = After the close, tell me who took part (people are told so before they answer)
field-closes = Closes (optional)
field-event = Event
event-none = None
field-when = When people answer
when-option-none = Any time
when-option-before = Before the event
when-option-after = After the event
field-groups = Groups of a spending poll, one a line
slips = Codes on paper
slips-why = Print this page and cut it up. The box keeps no codes, so they are shown this once.

## Scripts

js-a-survey = Poll
js-nothing = You have no polls yet. Begin with one of those above.
js-slug-taken = Another poll of yours has this address.
js-close = Close
js-see = See
js-table = Table
js-slips = Codes
js-slips-number = How many codes?
js-publish-sure = Publish “{ $title }”? From then on it can’t be changed.
js-close-sure = Close “{ $title }” for ever?
js-close-few-sure = Close “{ $title }” for ever? If fewer than five people have answered, all answers are destroyed unread.
js-closed = The poll is closed.
js-signing = Signing…
js-status-draft = draft
js-status-open = open
js-status-closed = closed
js-answers = { $count ->
    [one] { $count } answer
   *[other] { $count } answers
}
js-question = Question
js-question-n = Question { $number }
js-type = Kind of answer
js-type-radiogroup = One of these
js-type-dropdown = One of many, from a list
js-type-checkbox = Some of these
js-type-ranking = An order
js-type-rating = 1 to 5
js-type-boolean = Yes or no
js-type-number = A number
js-type-date = A day
js-type-email = An email address
js-type-text = A line
js-type-comment = Words
js-choices = Choices, one a line
js-other-too = People may write something else
js-required = Needs an answer
js-add-question = Add a question
js-remove-question = Remove this question
js-no-question = Write at least one question.
js-no-title = Write the question.
js-no-choices = Write the choices, one a line.
js-no-literal = Say with what the answer is compared.
js-if = Ask this
js-if-always = always
js-if-long = by a condition that you write
js-if-how = How it compares
js-if-value = The answer
js-if-equal = is
js-if-unlike = isn’t
js-if-less = is less than
js-if-greater = is greater than
js-if-contains = contains
js-if-answered = is answered
js-if-empty = isn’t answered
js-spending = The questions about spending are the same everywhere, so that streets can be compared.
js-says-secret = People read: you see all answers after the close, shuffled, and never who said what. The keeper of this box could watch.
js-says-totals = People read: you see totals in steps of five answers, and never a single answer. The keeper of this box could watch.
js-says-open = People read: you see what was answered and when, but not by whom.
js-says-named = People read: you see who answered, and what, at once.
js-question-more = More: { $type }
js-what = What is it about?
js-dates = Dates
js-date-n = Date { $number }
js-remove-date = Remove date { $number }
js-add-date = Add a date
js-no-date = Choose at least one date.
js-past-date = This date has passed. Choose a later one.
js-maybe = If need be
js-t-when = When can you come?
js-t-spending = What we spend
js-t-cafe-1 = What would you like more of?
js-t-cafe-1-choices = Cake
    Soup
    Quiet
    Music
js-t-cafe-2 = How was your last visit?
js-t-cafe-3 = Anything else?
js-t-band-1 = Which evenings can you come?
js-t-band-1-choices = Friday
    Saturday
    Sunday
js-t-class-1 = Who shall speak for us?
js-t-class-1-choices = First name
    Second name
js-sending = Sending…
js-sent = Your answers are counted. Your receipt is { $receipt }.
js-sent-boxed = Your answers are in the ballot box. Your receipt is { $receipt }.
js-sent-named = Your answers are saved and signed by you.
js-receipt = Your receipt { $receipt } is among the results.
js-receipt-missing = Your receipt { $receipt } isn’t among the results.
js-followed = You follow these polls. New ones appear on your Home.
js-unfollowed = You don’t follow these polls any more.
js-copied = The poll is among your drafts.
js-yes = Yes
js-no = No
js-other = Something else
js-mean = { $mean } on average
js-counted = { $count ->
    [0] No answers are counted yet.
    [one] One answer is counted.
   *[other] { $count } answers are counted.
}
js-could-member = Members of this box could answer.
js-could-guest = Members and guests of this box could answer.
js-could-person = Members, guests and strangers could answer. A stranger can make many keys, so an answer isn’t a person.
js-could-any = Anybody could answer, and more than once: members, guests and strangers.
js-could-ticket = People with a ticket of the event could answer: members, guests and strangers.
js-could-slip = People with a code on paper could answer: members, guests and strangers.
js-came = From members: { $members }. From guests: { $guests }. From strangers and people who have left: { $others }.
js-came-roll = Members who took part: { $members }. Guests: { $guests }. Strangers and people who have left: { $others }.
js-split-few = How many members, guests and strangers took part isn’t shown: fewer than five people have one of these roles.
js-unsplit = How many answers came from members, guests or strangers isn’t known: answers don’t say who gave them.
js-unsplit-guest = How many answers came from members or guests isn’t known: answers don’t say who gave them.
js-given = Answers with your name
js-given-why = These are in the records of others. Take them back first: then they are erased there, too.
js-take-back = Take back
js-taken-back = Taken back and erased.
js-a-poll = A poll

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-object-has-member-for = an object has a member for each question
says-all-together-have-at = all together have at most { $answers-bytes-max } bytes of JSON
says-form-has-no-such = the form has no such question
says-answer = the answer is { $value }
says-question-needs-answer = this question needs an answer
says-answer-at-least-one = answer at least one question
says-choose-from-these-each = choose from these, each once: { $value }
says-number-at-most-with = a number is at most { $number-max }, with at most three digits after the point
says-e-mail-address-reads = an email address reads like name@example.org
says-day-calendar-reads-like = a day of the calendar reads like 2026-03-01
says-at-most-characters = at most { $answer-chars-max } characters
says-only-choice-other-has = only the choice “other” has a text
says-write-what-you-mean = write what you mean by “other”
says-from = from { $min } to { $max }
says-at-least = at least { $min }
says-at-most = at most { $most }
says-write-object = write an object
says-write = write { $allowed }
says-text-at-most-characters = a text of at most { $title-chars-max } characters
says-list-1 = a list of 1 to { $max }
says-form-has-at-most = a form has at most { $form-bytes-max } bytes of JSON
says-another-question-called-too = another question is called { $name }, too
says-there-no-question = there is no question {"{"}{ $name }{"}"}
says-question-cant-depend-on = a question can’t depend on itself
says-cant-compared-in-way = {"{"}{ $name }{"}"} can’t be compared in this way: { $test }
says-answer-question-accepts = an answer that the question accepts
says-one-text-comment-radiogroup = one of text, comment, radiogroup, checkbox, dropdown, rating, boolean, ranking
says-one-text-number-email = one of text, number, email, date
says-number-up-10-with = a number up to 10⁹ with at most three digits after the point
says-maximum-not-below-minimum = the maximum is not below the minimum
says-whole-number-from-0 = a whole number from 0 to 100
says-scale-has-2-values = a scale has 2 to { $rates-max } values
says-value-has-no-no = a value has no | and no outer spaces, and isn’t “other”, which showOtherItem adds
says-choice-there-twice = the choice { $value } is there twice
says-write-text-or = write a text, or { $value-text }
says-write-or-or-before = write “and” or “or” before “{ $word }”
says-write-questions-name-in = write a question’s name in braces, {"{"}name{"}"}, before “{ $near }”
says-text-ends-with = a text ends with ’
says-write-empty-or-notempty = write empty or notempty instead of ''
says-write-text-number-true = write a 'text', a number, true or false instead of “{ $word }”
says-must-questions-in-json = must be questions in the JSON of SurveyJS, as a text: { $error }
says-must-json-object-as = must be a JSON object, as a text of at most { $answers-bytes-max } bytes
says-surveys-with-named-answers = surveys with named answers
says-surveys-with-answers = surveys with answers
says-answers-others = answers to others
says-they-are-in-record = they are in the record of the survey’s owner, too. Take them back first: then they are erased there as well
says-must-questions-in-json-surveyjs = must be questions in the JSON of SurveyJS, as a text, or "{ $spending }": { $error }
says-name-at-most-groups = { $also }: name at most { $groups-max } groups
says-write-whole-number = { $name }: write a whole number
says-box-has-no-survey = This box has no survey with this id that you answer with your name.
says-survey-takes-no-answers = This survey takes no answers now.
says-their-record-isnt-kept = Their record isn’t kept on this box any more.
says-seat-must-place-your = seat must be the place of your ticket, where each ticket answers, and is left out elsewhere.
says-you-gave-no-answer = You gave no answer with your name here that could be taken back.
says-must-32-0-9 = must be 32 of 0-9 a-f
says-there-no-such-survey = There is no such survey.
says-was-entered-before = This was entered before.
says-survey-has-10-000 = This survey has 10 000 answers, and takes no more.
says-there-no-such-survey-with = There is no such survey with totals.
says-these-totals-were-entered = These totals were entered before.
says-totals-come-in-steps = Totals come in steps of at least five answers.
says-rows-must-not-name = rows must not name the same twice.
says-there-no-such-survey-with-roll = There is no such survey with a roll.
says-roll-was-entered-before = The roll was entered before.
says-you-have-no-survey = You have no survey with this id.
says-only-draft-can-opened = Only a draft can be opened, and only an open survey closed.
says-time-at-which-survey = The time at which this survey closes has passed: change it first.
says-status-must-open-or = status must be open or closed.
says-people-answer-as-survey = People answer this as it is: a survey that was opened doesn’t change any more.
says-title-must-not-empty = title must not be empty.
says-survey-in-nothing-else = A survey is in nothing else: leave in out.
says-each-must-person-or = each must be member, guest, person or ticket in a named survey, and any in an open one.
says-only-survey-totals-or = Only a survey of totals or a secret one that each person answers has a roll.
says-event-must-name-event = event must name the event whose tickets or times count.
says-spending-survey-shows-totals = A spending survey shows totals: mode must be totals.
says-groups-has-at-most = groups has at most { $groups-max } lines.
says-groups-cant-choices = groups can't be choices: { $error }
says-answered-in-words-which = "{ $question }" is answered in words, which have no totals: take it out, or choose another mode.
says-number-must-from-1 = number must be from 1 to 1 000.
says-receipt-must-32-0 = receipt must be 32 of 0-9 a-f.
says-surveys = { $count } surveys
says-surveys-with-named-answers-2 = { $count } surveys with named answers
says-surveys-with-answers-2 = { $count } surveys with answers
says-answers-others-2 = { $count } answers to others

## Help texts of the pages: a title, and three sentences

help-edit =
    Your polls
    You ask people something here: a date, an opinion, a secret vote.
    Begin with an example or an empty poll, write your question, and share it.
    Once it is open its questions stay as they are, and people see what you will learn before they answer.
help-survey =
    A poll
    You answer a poll here, or look at its results.
    Read what the person who asks learns of you, then answer and send.
    Before you answer, the page says who sees the results.
help-list =
    Somebody’s polls
    The polls of one person are listed here.
    Tap one to answer it, or to see its results.
    You see only polls that are meant for you.
