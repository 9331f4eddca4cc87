package main

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

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

func TestMailCatcherShowsNotices(t *testing.T) {
	gin.SetMode(gin.TestMode)
	m := &mailCatcher{}
	n := ginauth.Notice{To: "ann+<b>@example.com", Time: time.Now(), Passkeys: 2, Accounts: 1}
	if err := m.notify(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	m.show(c)
	if body := w.Body.String(); !strings.Contains(body, "Notice to ann&#43;&lt;b&gt;@example.com") || !strings.Contains(body, "passkeys: 2, linked accounts: 1, every session: no") || strings.Contains(body, "<a ") {
		t.Errorf("page\n%s", body)
	}
}
