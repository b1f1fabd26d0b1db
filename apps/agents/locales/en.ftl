# Helpers: programs that read and write for a person.

service = Helpers
summary = Let an assistant read and write for you, within limits that you choose
home = Helpers

## What operations did, said to the person whose record they are in.

op-name = You named a helper
op-read = A helper of yours read here on this day

## The page

lead = A helper is a program that reads and writes for you, such as an assistant on your computer. You say what it may do, you see what it did, and you can end it at any time.
none = No helper is connected yet.
scripts-off = You can look at everything here. To connect or end a helper, allow scripts for this site and load the page again: your browser signs each change.
unnamed = A helper without a name
until = Until { $day }
used = Last here { $used }, until { $day }
ended = Has ended
end = End it now
end-of = End it now: { $label }
may = What it may do
may-read = Read what “{ $app }” shows you
did = What it did
did-nothing = It did nothing so far.
did-hint = In your name:
did-read = { $day }: It read what “{ $app }” shows you.

## A new helper

new = Connect a helper
label = Name
label-hint = Only you see it: “Assistant on my laptop”.
presets = What it may do
preset-read = Read only
preset-write = Write only: it adds things and changes them, and sees nothing
preset-all = Read and write
list = Choose one by one
list-legend = What this helper may do
days = For how long
days-count = { $count ->
    [365] A year
   *[other] { $count } days
}
seen = A helper spends no money, writes to nobody and erases nothing. What it makes is for you alone, unless it says who else sees it; what it changes is seen as before. What it reads goes to its maker, if the program doesn’t run on your own computer. If it reads and writes, it can also publish what it read.
make = Make a token
made = Your helper is ready
made-lead = Put the address and the token into your program. The token is shown now and never again: anyone who has it can do what the helper may do.
made-done = Done
token = Token
address = Address
config = As a file for your program
config-hint = Many programs read this from a file called mcp.json.
command = As a command line
command-hint = For programs that start their tools themselves. The program “imajin” must be on the same computer.
command-label = Command

## Refusals

too-many = You have { $max } helpers, and more don’t fit: end one first.
token-ended = This helper was ended.
no-token = Only helpers come in here, each with a token that its owner made at /agents.
in-the-clear = The token would travel in the clear here: connect with https.
wrong-argument = { $name } is missing or can’t be read: look at the description of this tool.
unknown-argument = This tool has no argument { $name }: its description says what goes where.
path-closed = { $path } isn’t among the paths of this tool: its description lists them.
answer-too-long = This answer is too long: ask for fewer items with limit.
not-read = This can’t be read: { $why }

## What scripts say

js-address = the address
js-token = the token
js-config = the file
js-command = the command
js-name-it = Give your helper a name.
js-signing = Signing…
js-nothing-chosen = Choose at least one thing that your helper may do.

## Help

help-helpers =
    Helpers
    A helper is a program that reads and writes here for you, within what you allow.
    Give it a name, choose what it may do, and put the token into your program.
    Everything that it does is in your record, and you can end it at any time.

## What the code says

says-this-days-reading = This day’s reading is noted already.
says-delegation-not-in-force = This delegation isn’t in force.
says-helpers = { $count } helpers
