problem-review-rubric-unsound = The rubric cannot be used
problem-review-rubric-unsound-detail = The rubric has a mistake: { $mistake ->
    [empty] nothing in it is summed
    [twice] two criteria have the same name
    [scale] the scale of a criterion is not valid
    [weight] weights are negative or all zero
   *[too_fine] scales and weights are too odd to be summed exactly
}. Mend it before opening the review.
problem-review-quorum-unsound = The panel's numbers do not fit
problem-review-quorum-unsound-detail = There are { $size } seats and a quorum of { $quorum }. Seats, quorum and load cap are at least 1, and the quorum is not above the seats.
problem-review-due-in-the-past = The due date has passed
problem-review-due-in-the-past-detail = Choose a due date in the future.
problem-review-too-many-appointed = More members appointed than seats
problem-review-too-many-appointed-detail = { $appointed } members are appointed and there are { $size } seats.
problem-review-appointed-conflicted = An appointed member has a conflict
problem-review-appointed-conflicted-detail = Of the appointed members { $count } must stay out because of a conflict. Appoint others.
problem-review-too-few-eligible = Too few experts can be drawn
problem-review-too-few-eligible-detail = Without those who have a conflict or a full load, { $eligible } can be drawn and { $needed } are needed. Widen the pool or raise the load cap.
problem-review-round-not-open = This cannot be done in this review now
problem-review-round-not-open-detail = The review is { $state ->
    [gathering] waiting for the observers' commitments
    [drawing] frozen and waiting for the draw
    [reviewing] under way
    [closed] counted
    [decided] used in a decision
    [cancelled] called off
   *[other] { $state }
}.
problem-review-not-drawn = The panel is not drawn yet
problem-review-not-drawn-detail = It is drawn as soon as the log has its first seal after the list was frozen.
problem-review-quorum-short = Too few valid reviews
problem-review-quorum-short-detail = { $quorum } signed reviews are needed and there are { $signed }{ $voided ->
    [0] .
   *[other] ; { $voided } became void by recusal, and the replacements must sign first.
}
problem-review-recusal-pending = A request for recusal is open
problem-review-recusal-pending-detail = { $count } requests for recusal wait for an answer; the review is counted after that.
problem-review-still-writing = Reviewers are still writing
problem-review-still-writing-detail = { $open } reviewers may write until { $due }; the review is counted then, or when all have signed.
problem-review-due-not-later = The new due date is not later
problem-review-due-not-later-detail = A due date moves only forward, and not into the past.
problem-review-reason-missing = Please give a reason
problem-review-reason-missing-detail = A written reason is needed here, of at most 4,000 characters.
problem-review-rating-off-scale = The rating is 1 to 5
problem-review-rating-off-scale-detail = Give a whole number from 1 to 5.
problem-review-seat-not-open = This cannot be done with this assignment now
problem-review-seat-not-open-detail = The assignment is { $state ->
    [invited] an invitation
    [accepted] accepted, with the declaration open
    [declared] under review
    [signed] signed
    [abstained] an abstention
    [stood_aside] an abstention that was replaced
    [declined] declined
    [recused] recused
   *[lapsed] taken back
}.
problem-review-not-declared = First declare that you have no conflict
problem-review-not-declared-detail = You can read and score after you have accepted and declared that you have no conflict of interest.
problem-review-statement-missing = Please speak to the known relation
problem-review-statement-missing-detail = A relation between you and what is reviewed is on record. Your declaration must speak to it.
problem-review-sheet-unsound = The score sheet has mistakes
problem-review-sheet-unsound-detail = { $count } places need mending.
problem-review-criterion-unknown = There is no such criterion
problem-review-criterion-unknown-detail = The rubric has no “{ $criterion }”.
problem-review-mark-off-scale = The mark is off the scale
problem-review-mark-off-scale-detail = Give a whole number from { $min } to { $max }.
problem-review-marks-missing = Required criteria are not marked
problem-review-marks-missing-detail = { $count } marks are missing; you can sign when they are given.
problem-review-mark-missing = This criterion must be marked
problem-review-mark-missing-detail = “{ $criterion }” is required.
problem-review-vote-missing = You have not voted
problem-review-vote-missing-detail = Choose for or against; or abstain and say why.
problem-review-not-proved = Confirm who you are before signing
problem-review-not-proved-detail = A signature needs a confirmation of the last five minutes. Saved drafts stay as they are.
problem-review-text-too-long = The text is too long
problem-review-text-too-long-detail = At most { $longest } characters.
problem-review-asked-already = You have asked for more time already
problem-review-asked-already-detail = The due date moves by itself when more than a third of the panel asks.
problem-review-recusal-asked = You have asked for this recusal already
problem-review-recusal-asked-detail = Your request about this person waits for an answer.
problem-review-recusal-answered = This request has been answered
problem-review-recusal-answered-detail = A request for recusal is answered once.
problem-review-recusal-own-matter = You cannot answer a request that concerns you
problem-review-recusal-own-matter-detail = Neither who asked nor whom it is about may answer. Another member of the office does.
problem-review-nonce-too-late = This cannot be submitted now
problem-review-nonce-too-late-detail = Commitments are taken before the list is frozen, nonces between the freeze and the draw.
problem-review-commitment-unsound = The commitment is malformed
problem-review-commitment-unsound-detail = A commitment is a SHA-256 of 64 lower-case hexadecimal digits.
problem-review-committed-already = You have committed already
problem-review-committed-already-detail = A commitment cannot be changed.
problem-review-not-committed = You have not committed
problem-review-not-committed-detail = Who did not commit before the freeze cannot reveal a nonce.
problem-review-nonce-differs = The nonce does not match the commitment
problem-review-nonce-differs-detail = Submit the nonce that you committed to.
review-note-without-observers = No observer's nonce is in the seed of this draw: in theory, whoever can write to the log could have tried several freezes.
review-note-observer-silent = An observer did not reveal the nonce; the seed is without it.
review-note-passed-over = Someone came up and was passed over: their load was full, or a conflict became known, after the freeze.
