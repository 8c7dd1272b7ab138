# Shell
site-name = Hechuang Open Innovation
error-prefix = Error:{" "}
skip-to-content = Skip to main content
demo-label = Demo
side-label = Side bar
demo-ribbon = Demo data: people, projects and amounts here are made up
main-navigation = Main navigation
open-navigation = Open navigation
theme-switch = Switch between dark and light
scale-switch = Switch large text
inbox-open = Messages, { $n } unread
count-open = { $n } to do
sign-in = Sign in
sign-out = Sign out
search-hint = Search projects, people, documents…
search-label = Search
help = Help
breadcrumb = Breadcrumb
pages-label = Pages
next-page = Next page
copy = Copy
label-and-text = { $label }: { $text }
to-home = Back to the start
about-problem = What is this problem?
request-id = Request id
remaining-days = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
 }
remaining-today = Due today
remaining-overdue = { $n ->
    [one] { $n } day overdue
   *[other] { $n } days overdue
 }

# Catalogue of problems
problems-title = Problem codes
problems-intro = Every problem that the platform answers with has a stable code. The type field of the API points here.
problem-code-column = Code
problem-meaning-column = Meaning

# General problems
problem-absent = Not found
problem-absent-detail = There is nothing at this address, or you may not see it.
problem-sign-in-needed = Please sign in
problem-sign-in-needed-detail = This needs a signed-in person; for the API send a personal token.
problem-token-unknown = Unknown token
problem-token-unknown-detail = The token does not exist, has expired or was revoked. Please make a new one.
problem-denied = You lack the right to do this
problem-denied-detail = It needs the right { $right } (at { $node }). Ask the administrator there.
problem-other-site = The request comes from another site
problem-other-site-detail = To protect your account, nothing is done that another site asks for. Please use a page of this site.
problem-form-token-invalid = The page has expired
problem-form-token-invalid-detail = What you entered is still here: please submit it again.
problem-host-unknown = Unknown address
problem-host-unknown-detail = Please use the address that the administrator has published.
problem-method-not-allowed = This address does not do that
problem-method-not-allowed-detail = The API document lists the methods of each address.
problem-stale = Somebody has changed this
problem-stale-detail = It was changed after you opened it. Please load it again, compare, and submit again.
problem-refused = This cannot be done
problem-broken = Something broke
problem-broken-detail = Nothing was changed. Please try again later; if it still fails, tell the administrator the request id below.
problem-busy = Busy
problem-busy-detail = Please try again in a few seconds.
problem-database-away = The database cannot be reached
problem-database-away-detail = Nothing was changed. Please try again in a few seconds; the administrator can see the reason at /readyz.
problem-outcome-unknown = We do not know whether it was done
problem-outcome-unknown-detail = The connection to the database broke at the last moment. Please look whether it was done before you do it again; a request with an Idempotency-Key can be sent again as it is.
problem-storage-full = The disk is full
problem-storage-full-detail = Nothing was changed; what was there before is safe and can be read. Please tell the administrator; it goes on by itself as soon as there is room.
problem-too-often = Too many attempts
problem-too-often-detail = Please try again in { $seconds } seconds.
problem-too-large = Too large
problem-too-large-detail = A form may have 1 MiB, uploads 20 MiB in all.
problem-body-broken = The content did not arrive in full
problem-body-broken-detail = The connection broke off or was too slow. Please try again.
problem-body-not-utf8 = Wrong encoding
problem-body-not-utf8-detail = The content must be UTF-8.
problem-body-not-json = Not valid JSON
problem-body-not-json-detail = There is a mistake in line { $line }, column { $column }.
problem-body-not-readable = The uploaded form cannot be read
problem-body-not-readable-detail = Please check the multipart/form-data; at most 100 files.
problem-form-too-large = Too many fields, or nested too deeply
problem-media-type-unknown = This kind of content is not taken
problem-media-type-unknown-detail = Please send a form or application/json.
problem-files-not-taken = No files are taken here
problem-idempotency-key-malformed = Malformed Idempotency-Key
problem-idempotency-key-malformed-detail = It must be 1 to 200 visible ASCII characters.
problem-idempotency-key-reused = The Idempotency-Key was used for another request
problem-idempotency-key-reused-detail = A key can only repeat its own request. Please take a new one.

# Mistakes in fields
problem-input-invalid = { $count ->
    [one] { $count } thing needs to be changed
   *[other] { $count } things need to be changed
 }
problem-input-not-understood = The content cannot be understood
problem-input-not-understood-detail = { $message }
problem-field-missing = Please fill this in
problem-field-too-long = At most { $limit } characters
problem-field-too-short = At least { $limit } characters
problem-field-too-large = Must not be greater than { $limit }
problem-field-too-small = Must not be less than { $limit }
problem-field-too-many = At most { $limit } entries
problem-field-too-few = At least { $limit } entries
problem-field-too-deep = Nested too deeply
problem-field-unknown = There is no such field
problem-field-not-one-of = Please choose one of the options ({ $allowed })
problem-field-not-a-number = Please enter a number
problem-field-not-whole = Please enter a whole number
problem-field-not-yes-or-no = Please choose yes or no
problem-field-not-a-list = This must be a list
problem-field-not-an-object = This must be a group of fields
problem-field-not-text = This must be text
problem-field-bad-characters = Contains invisible control characters
problem-field-not-a-date = Please enter a date such as 2026-11-22
problem-field-not-a-moment = Please enter a moment such as 2026-11-22T08:00:00Z
problem-field-not-a-duration = Please enter a duration such as P30D
problem-field-not-an-email = Please enter an e-mail address such as name@example.cn
