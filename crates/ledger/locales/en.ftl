# Why the ledger says no
problem-ledger-key-wrong = The key will not do
problem-ledger-key-wrong-detail = Every posting needs a key of its own, of at most 200 bytes, that does not begin with open:, resolve: or reverse:.
problem-ledger-unknown-template = There is no such template
problem-ledger-unknown-template-detail = The book has no template { $template }. Value moves by templates only.
problem-ledger-variable-missing = Something is missing
problem-ledger-variable-missing-detail = The template needs { $name }.
problem-ledger-variable-unknown = Something is too much
problem-ledger-variable-unknown-detail = The template knows no { $name }.
problem-ledger-variable-wrong = Something is not as it should be
problem-ledger-variable-wrong-detail = { $name } is not of the type or value that the template wants.
problem-ledger-negative = An amount is below zero
problem-ledger-negative-detail = { $name } is below zero. To correct a posting, reverse it.
problem-ledger-sum-differs = The sums differ
problem-ledger-sum-differs-detail = { $check } must hold, but the left side is { $left } and the right side { $right } (smallest units).
problem-ledger-same-account = From and to are the same account
problem-ledger-same-account-detail = { $path } cannot move value to itself.
problem-ledger-key-reused = The key was used for something else
problem-ledger-key-reused-detail = { $key } was used before for another posting; nothing was posted now.
problem-ledger-period-closed = The month is closed
problem-ledger-period-closed-detail = { $month } is closed and takes no more postings. Post into the current month.
problem-ledger-asset-changed = The account has another asset
problem-ledger-asset-changed-detail = { $path } has another asset than the template moves; value does not cross assets.
problem-ledger-short = Not enough is available
problem-ledger-short-detail = { $path } has { $available } available and { $asked } is asked (smallest units of { $asset }, holds counted).
problem-ledger-over = More than the account gave
problem-ledger-over-detail = { $path } cannot take back more than it gave ({ $asset }).
problem-ledger-not-empty = The account is not at zero
problem-ledger-not-empty-detail = { $path } must be at zero afterwards; { $left } would be left (smallest units).
problem-ledger-too-large = The amount is too large
problem-ledger-too-large-detail = A sum is beyond what can be counted.
problem-ledger-hold-too-long = The hold ends too early or too late
problem-ledger-hold-too-long-detail = A hold must end after now and within 90 days.
problem-ledger-hold-resolved = The hold is resolved
problem-ledger-hold-resolved-detail = This hold was resolved before: { $state ->
        [posted] it was posted
        [expired] it ran out
       *[voided] it was voided
    }.
problem-ledger-hold-expired = The hold has run out
problem-ledger-hold-expired-detail = The time of this hold is over; what it held is being freed.
problem-ledger-hold-exceeded = More than is held
problem-ledger-hold-exceeded-detail = { $held } is held and { $asked } is asked (smallest units).
problem-ledger-hold-parts = This hold can only be posted whole
problem-ledger-hold-parts-detail = Its legs hold different amounts, so a part cannot be posted.
problem-ledger-not-reversible = This cannot be reversed
problem-ledger-not-reversible-detail = Only what was posted can be reversed; this is { $kind ->
        [hold] a hold (void it)
        [reverse] a reversal itself
       *[other] the release of a hold
    }.
problem-ledger-already-reversed = It was reversed before
problem-ledger-already-reversed-detail = This posting was reversed before and cannot be reversed again.
problem-ledger-period-not-over = The month cannot be closed yet
problem-ledger-period-not-over-detail = { $month } is not a month that is over (written like 2026-10).

# Mistakes in the definition of a book (pack check)
mistake-ledger-book-toml = The file is no valid TOML: { $what }
mistake-ledger-book-asset = The asset is not declared or not well written: { $what }
mistake-ledger-book-path = The name is not well written: { $what }
mistake-ledger-book-duplicate = Declared twice: { $what }
mistake-ledger-book-overlap = Could be the same account as one of the kind { $what }
mistake-ledger-book-opening = Accounts cannot be opened from { $what }
mistake-ledger-book-account = No kind of accounts fits { $what }
mistake-ledger-book-variable = The variable is not declared, of the wrong type or reserved: { $what }
mistake-ledger-book-unused = The variable is not used: { $what }
mistake-ledger-book-amount = The amount is not well written: { $what }
mistake-ledger-book-same-account = From and to are the same: { $what }
mistake-ledger-book-limit = A limit must use a quota asset and name one leg: { $what }
mistake-ledger-book-check = The equation is not well written: { $what }
mistake-ledger-book-crossing = A template moves one asset only: { $what }
mistake-ledger-book-legs = Too many legs or none: { $what }
