# The page that opens a copy of a record (index.html).

index-whose = A copy of your record
index-title = { $name } · Imajin copy
index-skip = To the content
index-address = Your ID: <code>{ $did }</code>
index-taken = Taken on <time>{ $when }</time> from the box <short>{ $node }</short>.
index-footer = This page is a single file. It contacts nobody and runs no program.
index-unverified = This page has checked nothing
index-unverified-why = It shows what is in this folder. Anyone who changed the folder could have changed this page, too. To know that every entry is signed and that none was left out, let a program that you trust check the copy:
index-verify-here = on a computer:
index-this-folder = this folder
index-verify-there = or on your own box, under “Check a copy”.
index-head = If you know the newest fixed point of the record from elsewhere, compare it with this one:
index-word = Whose word it is
index-word-signed = { $count ->
    [one] A key signed what the one entry says.
   *[other] A key signed what each of the { $count } entries says.
}
index-word-of-box = { $count ->
    [one] <strong>One of the { $of } entries</strong> is
   *[other] <strong>{ $count } of the { $of } entries</strong> are
} the box's own word: nobody signed what it says, so trust it as far as you trust the box. A key signed the other { $others }. The table below marks each.
index-section-of-box = { $count ->
    [one] One entry behind this is the box's own word: nobody signed what it says.
   *[other] { $count } entries behind this are the box's own word: nobody signed what they say.
}
index-record = Your record
index-entries = { $count ->
    [one] One entry.
   *[other] { $count } entries.
} Each dot is an entry. Its place shows when, its row which app, and its colour who wanted it.
index-over-time = Your record over time
index-as-table = Show as a table
index-table = Entries
index-newest = The newest { $shown } of { $of }. <code>imajin log</code> shows them all.
index-column-number = No.
index-column-when = When
index-column-what = What
index-column-will = Who wanted it
index-column-content = Content
index-by = by <short>{ $did }</short>
index-box-says = ; the box's own word
index-kept = kept
index-erased = erased
index-will-signed = signed with a key
index-will-custodial = asked for, written by the box
index-will-derived = follows from another entry
index-will-node = the box's own word
index-dot = { $count ->
    [one] entry { $newest }
   *[other] { $count } entries up to { $newest }
}, { $service }, { $will }
index-profile = Your profile
index-handle = Username
index-visibility = Who sees it
index-following = You follow
index-followers = Following you
index-show-all = Show everything
index-identity = Your ID and keys
index-keys-of-box = Your key signs no entries: everything in this record is the box's word.
index-keys-own = Your own keys sign your entries. Anyone who has them can act as you, so keep your recovery sheet safe.
index-home = Your box
index-home-unknown = unknown
index-since = Since
index-show-keys = Show keys and permissions
index-your-files = Your files
index-manifests = Who made your works
index-show = Show
index-more = and { $count } more in <code>bundle.json</code>
index-yes = yes
index-no = no
index-none = none
index-left-out = Not in this copy
index-left-out-why = The record says that its owner has these. Their own records are not here.
index-left-out-event = The event <code>{ $did }</code>
index-left-out-group = The group <code>{ $did }</code>
index-files = What is in this folder
index-file-log = your record: every entry, with its signatures
index-file-media = { $count ->
    [one] one file, { $size }
   *[other] { $count } files, { $size }
}
index-file-bundle = what this page shows, for programs
index-file-manifest = the list of all files with their fingerprints, signed
index-import = Any Imajin box can take in this folder:
