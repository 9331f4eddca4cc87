package ceremony

import (
	"crypto/ed25519"
	"math/big"
	"slices"
)

// The field and the constant d of Ed25519 (RFC 8032, section 5.1).
var (
	fieldEd25519 = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	dEd25519     = ratio(big.NewInt(-121665), big.NewInt(121666))
)

// usableEd25519 reports whether an Ed25519 public key is the one encoding of a point on the curve
// whose order is not small. crypto/ed25519 decodes other keys too: under a key of small order one
// signature is good for many messages, and anybody can make it.
func usableEd25519(key []byte) bool {
	if len(key) != ed25519.PublicKeySize {
		return false
	}
	b := slices.Clone(key)
	slices.Reverse(b) // big.Int reads the highest byte first
	negative := b[0]&0x80 != 0
	b[0] &= 0x7f
	y := new(big.Int).SetBytes(b)
	if y.Cmp(fieldEd25519) >= 0 {
		return false // not canonical
	}
	xx := xSquared(y)
	if big.Jacobi(xx, fieldEd25519) < 0 {
		return false // not on the curve
	}
	if negative && xx.Sign() == 0 {
		return false // not canonical: there is no negative zero
	}
	// Eight times a point of small order is the neutral element (0, 1). The sign of x does not matter.
	for range 3 {
		y = doubleY(y)
	}
	return y.Cmp(big.NewInt(1)) != 0
}

// xSquared solves -x^2 + y^2 = 1 + d x^2 y^2 for x^2.
func xSquared(y *big.Int) *big.Int {
	one := big.NewInt(1)
	yy := new(big.Int).Mul(y, y)
	return ratio(new(big.Int).Sub(yy, one), new(big.Int).Add(new(big.Int).Mul(dEd25519, yy), one))
}

// doubleY is the y coordinate of a doubled point: (y^2 + x^2) / (1 - d x^2 y^2).
func doubleY(y *big.Int) *big.Int {
	xx, yy := xSquared(y), new(big.Int).Mul(y, y)
	product := new(big.Int).Mul(new(big.Int).Mul(dEd25519, xx), yy)
	return ratio(new(big.Int).Add(yy, xx), new(big.Int).Sub(big.NewInt(1), product))
}

// ratio divides in the field. The divisors above are never zero, since d is not a square and -1 is.
func ratio(a, b *big.Int) *big.Int {
	inverse := new(big.Int).ModInverse(new(big.Int).Mod(b, fieldEd25519), fieldEd25519)
	return inverse.Mod(inverse.Mul(inverse, a), fieldEd25519)
}
