# What is missing: one sentence a kind, joined by missing-joiner, led by missing-prefix.
missing-prefix = Still missing:
missing-joiner = ;
missing-or = , or
missing-fact = { $what }
missing-fact-stands = to be ruled out first: { $what }
missing-thing = { $what }
missing-reason = a reason
missing-form = { $count ->
    [0] fill in and submit “{ $what }”
   *[other] “{ $what }” has { $count } empty fields ({ $fields })
 }
missing-signature = { $waiting ->
    [0] “{ $what }” has not been sent for signature
   *[other] “{ $what }” lacks { $waiting } of { $needed } signatures, { $signed } given (waiting for { $names })
 }
missing-review = the result of: { $what }
missing-review-not-passed = { $what } was not passed
missing-review-not-signed = the reviewers’ signatures: { $what }
missing-review-passed = { $what } was passed, so this does not apply
missing-too-early = { $what }: { $date } at the earliest ({ $days } days to go)
missing-too-late = { $what }: the last day was { $date } ({ $days } days ago)
missing-count = { $need ->
    [0] { $is } { $what } left
   *[other] { $what }: { $is }, must be { $sign } { $need }
 }
missing-sum = { $what }: { $is }, must be { $sign } { $need }
missing-budget = { $what } is short: { $have } there, { $need } needed, { $short } missing
missing-over-limit = { $what } would come to { $is }, above the limit of { $limit }
missing-over-table = { $what } is { $is }, above the { $limit } of row { $row } of “{ $table }”
missing-value-is = { $what } is “{ $is }”, must be “{ $wanted }”
missing-value-is-not = { $what } must not be “{ $is }”
missing-too-low = { $what } is { $is }, must not be below { $need }
missing-too-high = { $what } is { $is }, must not be above { $need }
missing-value = { $what } has not been given
missing-child-state = { $what } must be “{ $wanted }”, is “{ $is }”
missing-children-open = { $what }: { $open } still open
missing-not-concluded = { $what } has not come to a conclusion
missing-must-be = { $what }
missing-must-not = must not be so: { $what }
missing-any-of = any one of these
missing-not-computable = the numbers given cannot be reckoned with; check units and ranges
missing-role = one of these roles has to do it: { $roles }
missing-wrong-state = not possible while “{ $is }”
missing-no-such-move = there is no move “{ $what }”

# Mistakes of definitions
mistake-shape = the file has the wrong shape: { $what }
mistake-untranslated = the Chinese or the English name is missing
mistake-bad-id = the id “{ $what }” may have lower-case letters, digits, underscores and dots only
mistake-twice = “{ $what }” is defined twice
mistake-starts = there must be exactly one start, there are { $what }
mistake-no-state = there is no state “{ $what }”
mistake-from-end = no move may leave the end “{ $what }”
mistake-no-outcome = the outcome is missing
mistake-gate-review = a gate must have a review, and no other state may
mistake-quorum = the quorum must be above zero and within the size
mistake-period = “{ $what }” is neither a duration nor a parameter that is one
mistake-guard = the guard “{ $source }” is wrong at bytes { $from }–{ $to } ({ $fault }: { $what })
mistake-effect = the effect “{ $source }” is wrong ({ $fault }: { $what })
mistake-undeclared = [uses] does not declare { $kind } “{ $what }”
mistake-unused = [uses] declares { $kind } “{ $what }”, which nothing uses
mistake-no-clock = nothing starts the clock of this timed move
mistake-unreachable = this state cannot be reached from the start
mistake-trap = no end can be reached from this state
mistake-one-way = this gate has fewer than two ways out
mistake-absent = the pack has no { $kind } “{ $what }”
mistake-same-id = two definitions have the same id
mistake-no-such-move = the advanced definition has no parent move “{ $what }”
mistake-no-such-state = no linked definition has the state “{ $what }”
mistake-never-fires = walked together with linked cases, this move can never happen
mistake-advance-stuck = when it advances “{ $what }”, that case is in “{ $state }” and cannot
mistake-joint-trap = the joint state ({ $state }) has no way out
mistake-too-large = there are more than { $what } joint states
