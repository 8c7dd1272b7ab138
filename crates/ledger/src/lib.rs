//! Value: double entry, holds, quotas, periods, a sealed chain of batches.
