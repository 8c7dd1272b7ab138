# Texts of desk. Keys and arguments are the same in zh.ftl.

# Sentences that desk itself sends
desk-letter-commented = A new comment on “{ $about }”
desk-letter-why-follow = You follow this matter
desk-letter-objection-upheld = Your objection to “{ $about }” was upheld
desk-letter-objection-rejected = Your objection to “{ $about }” was not upheld
desk-letter-why-objected = You objected while the notice was public
desk-letter-open = Read it here:
desk-letter-due = Due:
desk-letter-why = Why you got this:

# Refusals
problem-desk-file-empty = The file is empty
problem-desk-file-empty-detail = Choose a file that has content.
problem-desk-file-too-large = The file is too large
problem-desk-file-too-large-detail = A file may have at most 20 MiB.
problem-desk-file-no-name = The file has no usable name
problem-desk-file-no-name-detail = Give the file a name and upload it again.
problem-desk-file-other-kind = This kind of file is not taken
problem-desk-file-other-kind-detail = “{ $name }” is none of the kinds that can be uploaded: pdf, png, jpg, docx, xlsx, txt, csv.
problem-desk-file-other-content = The content is not what the name says
problem-desk-file-other-content-detail = The content of “{ $name }” is not of the kind that its ending says. Office files with macros are not taken; text must be in UTF-8.
problem-desk-document-removed = The document was removed
problem-desk-document-removed-detail = A removed document cannot be changed.
problem-desk-reason-needed = A reason is needed
problem-desk-reason-needed-detail = Write a reason of at most 2,000 characters.
problem-desk-prove-first = Prove who you are first
problem-desk-prove-first-detail = To sign, confirm your identity again within the last five minutes.
problem-desk-text-hash = The hash of the text is missing
problem-desk-text-hash-detail = A signature needs the SHA-256 of the signed text (64 lower-case hex digits).
problem-desk-signed-already = You have signed already
problem-desk-signed-already-detail = Each person signs a text once.
problem-desk-notice-text = A notice needs title and text in both languages
problem-desk-notice-text-detail = A title of at most 200 and a text of at most 20,000 characters, in Chinese and English.
problem-desk-notice-period = The period is not right
problem-desk-notice-period-detail = The last day must not be before the first, and a notice stands for at most 366 days.
problem-desk-notice-past = The period is over
problem-desk-notice-past-detail = The last day must not be before today.
problem-desk-notice-replaced = This notice does not stand any more
problem-desk-notice-replaced-detail = A notice that was corrected or withdrawn cannot be changed.
problem-desk-notice-closed = The notice takes no objections now
problem-desk-notice-closed-detail = Objections are taken from { $from } to { $until }.
problem-desk-objected-already = You have objected already
problem-desk-objected-already-detail = Your objection waits for an answer; after that you may object again.
problem-desk-answered-already = The objection was answered
problem-desk-answered-already-detail = Each objection is answered once.
problem-desk-own-objection = You cannot answer your own objection
problem-desk-own-objection-detail = Somebody else has to answer it.
problem-desk-comment-text = The comment cannot be taken
problem-desk-comment-text-detail = Write a comment of 1 to { $longest } characters.
problem-desk-comment-removed = The comment was removed
problem-desk-comment-removed-detail = A removed comment cannot be edited or removed again.
problem-desk-comment-not-yours = Only its author edits a comment
problem-desk-comment-not-yours-detail = You can edit your own comments only.
problem-desk-mail-waiting = The mail waits to be sent
problem-desk-mail-waiting-detail = A mail in the queue need not be sent again.
problem-desk-mail-off = No mail server is configured
problem-desk-mail-off-detail = Configure an SMTP server first.

# Inbox
desk-inbox = Inbox
desk-inbox-all = All
desk-inbox-unread = Unread
desk-inbox-unread-count = { $count } unread
desk-inbox-mark-all = Mark all as read
desk-inbox-marked = Everything is marked as read
desk-inbox-empty = No messages
desk-inbox-empty-hint = What concerns you will appear here.
desk-inbox-due = Due
desk-inbox-why = Why you got this
desk-inbox-new = Unread
desk-inbox-preferences = Mail preferences

# Preferences
desk-wishes = Notifications
desk-wishes-hint = Messages always appear in your inbox. Choose here which of them also come by mail.
desk-wishes-mandatory = always sent
desk-wishes-save = Save
desk-wishes-saved = Saved
desk-wishes-empty = There is nothing to choose yet
desk-wishes-mail = By mail

# Notices
desk-notices = Public notices
desk-notices-empty = There are no notices
desk-notices-open = Public now
desk-notices-all = All
desk-notice-state-open = public now
desk-notice-state-ended = ended
desk-notice-state-corrected = corrected
desk-notice-state-withdrawn = withdrawn
desk-notice-period = Period
desk-notice-days = { $from } to { $until } (last day included)
desk-notice-published = Published
desk-notice-more = More about it
desk-notice-corrects = This notice corrects an earlier one
desk-notice-why = Reason
desk-notice-objections = Objections
desk-notice-objections-none = No objections
desk-notice-object = Object
desk-notice-object-hint = Give your reasons. Your name is shown only to those who answer.
desk-notice-object-sign-in = Sign in to object.
desk-notice-objected = Your objection has arrived; you will hear when it is answered
desk-notice-reason = Reason
desk-notice-from = Objector
desk-notice-answer = Answer
desk-notice-verdict = Verdict
desk-notice-verdict-open = waits for an answer
desk-notice-verdict-upheld = upheld
desk-notice-verdict-rejected = not upheld
desk-notice-answered = Answered
desk-anchors = Seals of the log
desk-anchors-hint = The hash of the newest seal of the event log. Whoever keeps it can notice later whether the log was rewritten.
desk-anchors-batch = Seal
desk-anchors-seq = Up to event
desk-anchors-hash = Hash
desk-anchors-at = Published

# Mail log
desk-mails = Mail log
desk-mails-empty = No mails
desk-mails-all = All
desk-mails-to = To
desk-mails-title = Title
desk-mails-state = State
desk-mails-state-queued = queued
desk-mails-state-sent = sent
desk-mails-state-failed = failed
desk-mails-state-no_address = no address
desk-mails-attempts = Attempts
desk-mails-error = Last error
desk-mails-made = Made
desk-mails-resend = Send again
desk-mails-resent = Queued again
