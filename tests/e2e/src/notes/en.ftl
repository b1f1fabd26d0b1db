service = Notes
summary = Short notes for yourself
home = Your notes
op-put = You wrote a note
op-remove = You removed a note and erased its words
scope-put = Write notes, and change them

## Help texts of the pages: a title, and three sentences

help-notes =
    Your notes
    You write short notes for yourself here.
    Write one and save it.
    Only you see your notes, and a note that you remove is erased.
