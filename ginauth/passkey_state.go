package ginauth

import "github.com/ginauth/ginauth/ginauth/internal/ceremony"

// CounterEvent reports a signature counter that did not go up although it counts, after a signature
// that verified (WebAuthn Level 3, section 6.1.1). A copy of the passkey may be in use.
type CounterEvent struct {
	User User
	// Authenticator is the passkey as it was stored before the sign-in.
	Authenticator Authenticator
	// Stored and Signed are the two counters: Signed is not above Stored.
	Stored, Signed uint32
	// Refused reports that the sign-in failed. A single-device passkey is refused. One that may live
	// on several devices is accepted, because each of them counts for itself, and the higher counter
	// is kept.
	Refused bool
}

// advance decides on what an assertion says of its passkey, by its stored row, and returns the row as
// it is to be stored. The event has counters when they went back.
func advance(stored Authenticator, signed ceremony.State, allowUpgrade bool) (used Authenticator, back CounterEvent, err error) {
	switch {
	case stored.MultiDevice && !signed.BackupEligible:
		return stored, back, ceremony.Refuse(ceremony.BackupFlag, "backup flag: backup eligibility changed, it was lost")
	case signed.BackupEligible && !stored.MultiDevice && !allowUpgrade:
		return stored, back, ceremony.Refuse(ceremony.BackupFlag,
			"backup flag: backup eligibility changed, it was gained; AllowBackupEligibilityUpgrade accepts that")
	}
	if signed.Counter <= stored.Counter && stored.Counter != 0 {
		back = CounterEvent{Authenticator: stored, Stored: stored.Counter, Signed: signed.Counter, Refused: !stored.MultiDevice}
		// The row decides, not the signature: a copy of a single-device passkey could claim to be eligible.
		if back.Refused {
			return stored, back, ceremony.Refuse(ceremony.Counter, "counter: the signature counter went back, the passkey may have been copied")
		}
	}
	stored.Counter, stored.BackedUp, stored.MultiDevice = signed.Counter, signed.BackedUp, signed.BackupEligible
	return stored, back, nil
}

// tellCounter reports a counter that went back, if it did.
func (x *exchange) tellCounter(e CounterEvent) {
	if tell := x.cfg.Events.CounterWentBack; tell != nil && e.Stored != 0 {
		tell(x.ctx, e)
	}
}
