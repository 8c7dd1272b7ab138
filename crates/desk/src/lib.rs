//! Documents, signatures, public notices, comments, inbox, mail, search.
