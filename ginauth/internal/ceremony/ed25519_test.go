package ceremony

import (
	"crypto/ed25519"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"github.com/ginauth/ginauth/ginauth/internal/testauthn"
)

// encoded is y in little endian, whether or not it is below the prime.
func encoded(y *big.Int) []byte {
	b := y.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

func TestUsableEd25519(t *testing.T) {
	for range 200 {
		public, _, err := ed25519.GenerateKey(nil)
		if err != nil || !usableEd25519(public) {
			t.Fatalf("%x is refused: %v", public, err)
		}
	}
	for _, point := range testauthn.SmallOrder {
		raw, err := hex.DecodeString(point)
		if err != nil || usableEd25519(raw) {
			t.Errorf("%s has a small order and is accepted: %v", point, err)
		}
	}
	// Each y below 19 has a second encoding, above the prime. Where y is on the curve, it alone counts.
	on := 0
	for y := range int64(19) {
		second := encoded(new(big.Int).Add(fieldEd25519, big.NewInt(y)))
		if usableEd25519(second) {
			t.Errorf("p + %d is accepted", y)
		}
		if usableEd25519(encoded(big.NewInt(y))) {
			on++
		}
	}
	if on == 0 || on == 19 {
		t.Errorf("%d of the first 19 values are on the curve", on)
	}
	if !usableEd25519(encoded(big.NewInt(3))) || usableEd25519(encoded(big.NewInt(2))) {
		t.Error("3 is on the curve, 2 is not")
	}
}
