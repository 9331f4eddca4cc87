package ginauth

// standIn is what an unknown credential is verified with where accounts are hidden, so that refusing
// it takes as long as refusing a known one whose signature is wrong. Whatever comes of it counts for
// nothing, so the key may be anybody's: its point is the generator of P-256.
func standIn(credentialID []byte) *Authenticator {
	return &Authenticator{CredentialID: credentialID, UserID: "\x00" + string(credentialID), PublicKey: standInKey()}
}

func standInKey() []byte {
	// {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
	return []byte("\xa5\x01\x02\x03\x26\x20\x01" +
		"\x21\x58\x20\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96" +
		"\x22\x58\x20\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5")
}
