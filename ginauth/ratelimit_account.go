package ginauth

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// maxAccountName is how many letters and digits of a name tell it from others.
const maxAccountName = 256

// reserveAccounts takes tickets for the accounts that a form of credentials names. Authorize is not
// called without.
func (x *exchange) reserveAccounts(p *CredentialsProvider) error {
	// However it is written: what is one account to Authorize must not be several here.
	var names []string
	for _, field := range []string{"email", "username"} {
		s := textOf(x.body[field])
		if s == "" {
			continue
		}
		names = append(names, foldAccount(s))
		if number, ok := leadingNumber(s); ok && field == "username" { // a column of addresses holds text
			names = append(names, number)
		}
	}
	// In one order, so that no two attempts wait for each other's ticket; a name that came twice is
	// one attempt.
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := x.refuseAfterFailures("account", p.ID+"\x00"+name); err != nil {
			return err
		}
	}
	return nil
}

// foldAccount returns one text for everything that some database takes for the same name: its letters
// and digits by the primary weights of the Unicode Collation Algorithm, so without case, accents,
// width, ligatures, punctuation, white space, and what is invisible. A number is its value.
//
// Several names may become one, and then share a limit. That is the lesser evil: who wants to use up
// another account's attempts can do so by naming it.
func foldAccount(s string) string {
	if normal, err := addressOf(s); err == nil {
		s = normal // its domain has several spellings that look nothing alike
	}
	s = strings.ToValidUTF8(s, "")
	if front, whole := numberFront(s); whole {
		if number, ok := numberIn(front); ok {
			return number
		}
	}
	var b strings.Builder
	kept := 0
	var pieces norm.Iter
	for pieces.InitString(norm.NFKD, s); !pieces.Done() && kept < maxAccountName; {
		for _, r := range string(pieces.Next()) {
			switch {
			case unicode.IsMark(r) || isInvisible(r):
				continue
			case r > 0xffff:
				r = unicode.ReplacementChar // MySQL's older collations take all of these for one character
			case !unicode.IsLetter(r) && !unicode.IsNumber(r):
				continue
			}
			if kept < maxAccountName {
				b.WriteRune(r)
				kept++
			}
		}
	}
	// Some collations take ß for one s and others for two; some take ı for i.
	folded := strings.NewReplacer("ß", "s", "ı", "i").Replace(lowerCase(b.String()))
	for strings.Contains(folded, "ss") {
		folded = strings.ReplaceAll(folded, "ss", "s")
	}
	return "name:" + primaryWeights(folded)
}

// isInvisible reports what nothing is drawn for.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// numberIn returns the value of a text that a numeric column would take for a number.
func numberIn(s string) (string, bool) {
	s = trimNumber(s)
	if s == "" || !strings.ContainsAny(s[:1], "+-.0123456789") {
		return "", false
	}
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && !isOctal(s) {
		return "number:" + strconv.FormatInt(n, 10), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	return "number:" + strconv.FormatFloat(f, 'f', -1, 64), true
}

func trimNumber(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

var numberInFront = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?`)

// leadingNumber returns the value of the number that a text begins with. MySQL compares a numeric column
// with that, whatever comes behind it.
func leadingNumber(s string) (string, bool) {
	front, _ := numberFront(strings.ToValidUTF8(s, ""))
	return numberIn(numberInFront.FindString(trimNumber(front)))
}

// numberFront returns the beginning of a text as far as a number may be written like that, normalized, and
// whether that is all of it. Of a text that is none it reads little: normalizing may make it much longer.
func numberFront(s string) (front string, whole bool) {
	var b strings.Builder
	var pieces norm.Iter
	for pieces.InitString(norm.NFKC, s); !pieces.Done(); {
		piece := string(pieces.Next())
		if strings.ContainsFunc(piece, notInNumber) {
			return b.String(), false
		}
		b.WriteString(piece)
	}
	return b.String(), true
}

// notInNumber knows the signs, points, prefixes and exponents of every notation.
func notInNumber(r rune) bool {
	isWord := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !isWord && !strings.ContainsRune("+-.", r) && !unicode.IsSpace(r) && unicode.IsPrint(r)
}

// isOctal reports a number with leading zeros, which Go reads in base 8 and databases do not.
func isOctal(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
}

// collators compare letters without case, accents and width. One is used by one goroutine at a time.
var collators = sync.Pool{New: func() any { return collate.New(language.Und, collate.Loose) }}

func primaryWeights(s string) string {
	c, _ := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var b collate.Buffer
	return string(c.KeyFromString(&b, s))
}

// foldAddress returns one text for the spellings of an e-mail address that differ in case or width,
// or in what is invisible.
func foldAddress(s string) string {
	visible := func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return r
	}
	return strings.TrimSpace(lowerCase(strings.Map(visible, norm.NFKC.String(s))))
}
