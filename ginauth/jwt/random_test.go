package jwt

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
)

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// randomClaims is the text of claims as an application might have them, and as none should.
func randomClaims(r *rand.Rand) string {
	names := []string{"sub", "name", "email", "picture", "user", "roles", "iat", "exp", "jti", "nbf", "", "a.b", "__proto__", "toJSON", "длинный", "\u2028", `"`, "\x00"}
	var b strings.Builder
	b.WriteByte('{')
	for i := range r.IntN(6) {
		if i > 0 {
			b.WriteString(pick(r, ",", ",", " ,\n\t"))
		}
		name := pick(r, names...)
		b.WriteString(quoted(name) + pick(r, ":", ": "))
		if name == "nbf" {
			b.WriteString(pick(r, "1", "1.5", "4102444800", `"1"`, "null"))
			continue
		}
		b.WriteString(randomValue(r, 3))
	}
	b.WriteByte('}')
	return b.String()
}

func randomValue(r *rand.Rand, depth int) string {
	switch n := r.IntN(12); {
	case n == 0:
		return pick(r, "null", "true", "false")
	case n <= 3:
		return pick(r, "0", "-0", "1", "1.0", "1e2", "-1.5e-7", "9007199254740993", "12345678901234567890123", "1e308", "5e-324", "1E400", "-1", strconv.Itoa(r.IntN(1<<30)))
	case n == 4 && depth > 0:
		list := make([]string, r.IntN(4))
		for i := range list {
			list[i] = randomValue(r, depth-1)
		}
		return "[" + strings.Join(list, ",") + "]"
	case n == 5 && depth > 0:
		return `{"` + pick(r, "a", "", "x y", "__proto__") + `":` + randomValue(r, depth-1) + "}"
	case n == 6 && depth == 3: // several make several cookies
		return quoted(strings.Repeat(pick(r, "x", "é", "🔑", "<", `\`), r.IntN(2000)))
	case n == 7:
		return pick(r, `"\ud83d\ude00"`, `"\ud800"`, `"\udc00\ud800"`, `"\u0000"`, `"\/\b\f\n\r\t"`, `"\u2028\u2029"`, `"\uFEFF"`)
	}
	alphabet := []string{"a", "Z", "0", " ", "é", "山", "🔑", "<", "&", `"`, `\`, "\n", "\x00", "\x7f", "\u2028", "\u202e", "\ufffd", "\ufeff", "'", ";", "=", "%"}
	var text strings.Builder
	for range r.IntN(20) {
		text.WriteString(pick(r, alphabet...))
	}
	return quoted(text.String())
}

// randomHeader is mostly the usual one, else one with a parameter too many, too few or too odd.
func randomHeader(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return headerV5
	}
	list := []string{
		pick(r, `"alg":"dir"`, `"alg":"dir"`, `"alg":"dir"`, `"alg":"A256KW"`, `"alg":null`, `"ALG":"dir"`),
		pick(r, `"enc":"A256CBC-HS512"`, `"enc":"A256CBC-HS512"`, `"enc":"A256GCM"`, `"enc":"A128GCM"`, `"enc":1`),
		pick(r, `"kid":"KID"`, `"kid":"KID"`, `"kid":""`, `"kid":null`, `"x":0`, `"kid":"kid"`),
		pick(r, `"typ":"JWT"`, `"cty":"JWT"`, `"typ":1`, `"zip":"DEF"`, `"crit":["x"]`, `"crit":[]`, `"b64":true`, `"p2c":1`, `"epk":{}`, `"alg":"dir"`, `"enc":"A256GCM"`),
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return pick(r, "{", "{", "{", " {", "\ufeff{", "[{") + strings.Join(list[:2+r.IntN(3)], ",") + "}"
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}
