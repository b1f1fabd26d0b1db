service = Notes
summary = Short notes for yourself
home = Your notes
op-put = You wrote a note
op-remove = You removed a note and erased its words
scope-put = Write notes, and change them
