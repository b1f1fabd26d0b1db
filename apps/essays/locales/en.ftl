# Essays, and series of essays.

service = Essays
summary = What people here write, and series to follow
home = Writing

## What operations did, said to the person whose record they are in.

op-put = You wrote or changed an essay or a series
op-set = You chose who sees an essay or a series
op-attach = You chose the pictures and files of an essay or a series
op-sort = You ordered the essays of a series
op-remove = You removed an essay or a series and erased its words
op-follow = You followed somebody’s series
op-unfollow = You stopped following a series
op-fair = You said who made an essay, and in which shares

## What a delegation allows.

scope-put = Write essays for you, and change them
scope-set = Choose who sees your essays, and when
scope-attach = Add pictures and files to your essays
scope-sort = Order the essays of your series
scope-follow = Follow series for you
scope-unfollow = Stop following series for you

## Kinds of notifications.

notice-new-essays = Somebody added essays to a series that you follow

## On Home

home-new = { $count ->
    [one] { $name } added an essay to { $series }
   *[other] { $name } added { $count } essays to { $series }
}

## The pages

title = { $name }: essays
write = Write an essay
change = Edit your essays
none = No essays here yet.
none-in-series = No essays in this series yet.
a-series = Series
by = By <page>{ $name }</page>
minutes = { $count ->
    [one] { $count } minute to read
   *[other] { $count } minutes to read
}
makers = Who made it
fair = The signed manifest (.fair)
tip = Did you like it?
before = ← { $title }
after = { $title } →
followers = { $count ->
    [0] Nobody on this box follows this series yet.
    [one] One person on this box follows this series.
   *[other] { $count } people on this box follow this series.
}
sign-in = <in>Sign in</in> to follow this series.
no-such-essay = There is no such essay here, or it isn’t shown to you.

## Editing

own = Your essays
lead = Write, and choose who reads it. <page>See your page</page>
add-series = Begin a series
field-text = Text
text-hint = Leave an empty line between paragraphs. # begins a heading, > a quotation, - a list; *a word* is set off, [words](https://…) is a link, [^1] a footnote. Paste pictures, drop them here, or add them under “More”: ![](1) shows the first one here.
show-text = Show it as readers will see it
show-source = Back to the text
field-in = Series
in-none = None
field-jar = Your jar for tips, shown at the end
jar-none = None
field-makers = Sign for good that you alone made this (.fair)
files-hint = What isn’t in the text is shown below it.

## Scripts

js-an-essay = Essay
js-a-series = Series
js-nothing = Nothing yet. Write your first essay: the button above.
js-empty = No essays in this series yet.
js-see = See it
js-slug-taken = Another essay or series of yours has this address.
js-too-long = This text is too long: at most 200 000 bytes fit. Make two essays of it, and a series.
js-remove-all-sure = Remove “{ $title }” with all essays in it, and erase their words?
js-drawing = Drawing…
js-followed = You follow this series. New essays appear on your Home.
js-unfollowed = You don’t follow this series any more.

## What the code says
#
# Sentences of the code, word for word: refusals, warnings, findings. Other languages translate them; nothing names these messages.

says-title-must-not-empty = title must not be empty.
says-text-at-most = text has at most 200 000 bytes.
says-text-for-essays = text is for essays: leave it out.
says-jar-for-essays = jar is for essays: leave it out.
says-you-have-no-essay = You have no essay with this id: write it first.
says-essays-and-series = essays and series
says-essays-series = { $count } essays and series
says-followed-series = { $count } followed series

## Help texts of the pages: a title, and three sentences

help-essays =
    Essays of a person
    This page lists what somebody has written, the newest first.
    Tap a title to read it, or follow the feed.
    You see only what is meant for you.
help-essay =
    An essay
    Somebody wrote this, and signed it.
    Read it; below it are the other essays of its series, if it is in one, and the feeds by which you hear of new ones.
    The box doesn’t count who reads it, and nobody is told that you did.
help-series =
    A series
    These are essays that belong together, in their order.
    Begin with the first, or continue where you stopped.
    You see only those that are meant for you.
help-edit =
    Your essays
    You write here, for few people or for everybody.
    A title and a text are enough, and what you began waits here.
    Nobody sees it before you share it, and you can change or remove it at any time.
