package main

import (
	"strconv"
	"testing"

	"github.com/ginauth/ginauth/ginauth"
)

func TestMailCatcherKeepsTheNewest(t *testing.T) {
	m := &mailCatcher{}
	for i := range maxMails + 10 {
		if err := m.send(t.Context(), ginauth.SignInLink{URL: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	mails := m.caught()
	if len(mails) != maxMails {
		t.Fatalf("kept %d", len(mails))
	}
	if first, last := mails[0].URL, mails[maxMails-1].URL; first != "59" || last != "10" {
		t.Errorf("newest %s, oldest %s", first, last)
	}
}
