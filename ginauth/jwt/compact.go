package jwt

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// The compact form of a JWE with direct encryption (RFC 7516 section 7.1) is
// five parts with dots between: header, nothing, nonce, ciphertext, tag. It is
// read here rather than by a general JOSE library because the general rules
// allow more than Auth.js makes (compression, bytes moved between ciphertext
// and tag, line breaks in base64), and none of that may open. The ciphers are
// go-jose's and the standard library's.

// maxHeader is the most bytes of an encoded header that are looked at, about
// five times what Auth.js writes. It bounds the work before authentication.
const maxHeader = 1024

// b64 is base64url without padding (RFC 7515 section 2). Strict, so that unused
// bits must be zero and every part has one encoding only.
var b64 = base64.RawURLEncoding.Strict()

// compact is a token taken apart, its parts still encoded.
type compact struct {
	header, nonce, ciphertext, tag string
}

// splitCompact takes a token apart.
func splitCompact(token string) (compact, error) {
	if len(token) > MaxToken {
		return compact{}, fmt.Errorf("%w: longer than %d bytes", ErrMalformed, MaxToken)
	}
	// The base64 decoder would skip line breaks.
	if strings.IndexByte(token, '\n') >= 0 || strings.IndexByte(token, '\r') >= 0 {
		return compact{}, fmt.Errorf("%w: it has a line break", ErrMalformed)
	}
	header, rest, _ := strings.Cut(token, ".")
	encryptedKey, rest, _ := strings.Cut(rest, ".")
	nonce, rest, _ := strings.Cut(rest, ".")
	ciphertext, tag, ok := strings.Cut(rest, ".")
	if !ok { // a sixth part would be found in the tag, where a dot is no base64url
		return compact{}, fmt.Errorf("%w: it has not five parts", ErrMalformed)
	}
	if encryptedKey != "" {
		return compact{}, fmt.Errorf("%w: it brings a key of its own", ErrMalformed)
	}
	return compact{header: header, nonce: nonce, ciphertext: ciphertext, tag: tag}, nil
}

// header is what selects the key of a token.
type header struct {
	enc    string
	kid    string
	hasKid bool
}

// parseHeader reads an encoded header. It allows what Auth.js writes and the
// two names that say something about the content; zip, crit, b64 and all
// others are refused.
func parseHeader(encoded string) (header, error) {
	var h header
	if len(encoded) > maxHeader {
		return h, fmt.Errorf("%w: header longer than %d bytes", ErrMalformed, maxHeader)
	}
	raw, err := b64.DecodeString(encoded)
	if err != nil {
		return h, fmt.Errorf("%w: header is not base64url", ErrMalformed)
	}
	var fields map[string]any
	if json.Unmarshal(raw, &fields) != nil {
		return h, fmt.Errorf("%w: header is no JSON object", ErrMalformed)
	}
	direct := false
	for name, value := range fields {
		text, isText := value.(string)
		switch {
		case name == "typ" || name == "cty":
		case name == "alg" && text == "dir":
			direct = true
		case name == "enc" && isText:
			h.enc = text
		case name == "kid" && isText:
			h.kid, h.hasKid = text, true
		default:
			return header{}, fmt.Errorf("%w: header %q is not acceptable", ErrMalformed, name)
		}
	}
	if !direct || h.enc == "" {
		return header{}, fmt.Errorf("%w: header lacks alg or enc", ErrMalformed)
	}
	return h, nil
}

// open decrypts with one key. The lengths of nonce and tag must be exact:
// otherwise a byte could change sides between tag and ciphertext, and a second
// text would open as the same token.
func (c compact) open(k *key) ([]byte, error) {
	nonce, err1 := b64.DecodeString(c.nonce)
	tag, err2 := b64.DecodeString(c.tag)
	sealed := make([]byte, 0, b64.DecodedLen(len(c.ciphertext))+len(tag))
	sealed, err3 := b64.AppendDecode(sealed, []byte(c.ciphertext))
	if err1 != nil || err2 != nil || err3 != nil {
		return nil, fmt.Errorf("%w: a part is not base64url", ErrMalformed)
	}
	if len(nonce) != k.aead.NonceSize() || len(tag) != k.tag {
		return nil, fmt.Errorf("%w: nonce or tag of the wrong length", ErrMalformed)
	}
	plaintext, err := k.aead.Open(nil, nonce, append(sealed, tag...), []byte(c.header))
	if err != nil {
		return nil, ErrInvalid
	}
	return plaintext, nil
}

// seal makes a token of the plaintext.
func (k *key) seal(plaintext []byte) string {
	nonce := make([]byte, k.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the program ends instead
	sealed := k.aead.Seal(nil, nonce, plaintext, []byte(k.header))
	ciphertext, tag := sealed[:len(sealed)-k.tag], sealed[len(sealed)-k.tag:]

	b := make([]byte, 0, len(k.header)+4+b64.EncodedLen(len(nonce))+b64.EncodedLen(len(ciphertext))+b64.EncodedLen(len(tag)))
	b = append(b, k.header...)
	b = append(b, '.', '.')
	b = b64.AppendEncode(b, nonce)
	b = append(b, '.')
	b = b64.AppendEncode(b, ciphertext)
	b = append(b, '.')
	b = b64.AppendEncode(b, tag)
	return string(b)
}
