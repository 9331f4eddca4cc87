package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
)

// maxMails is how many e-mails are kept; older ones go.
const maxMails = 50

// mailCatcher takes the place of a mail server on a developer's machine: it keeps sign-in links in
// memory and shows them on a page. Whoever sees that page can be anybody, so it exists only where
// the site is on this machine.
type mailCatcher struct {
	mu    sync.Mutex
	mails []caughtMail // oldest first
}

type caughtMail struct {
	To, URL       string
	Sent, Expires time.Time
}

// send is the Send of an e-mail provider.
func (m *mailCatcher) send(_ context.Context, link ginauth.SignInLink) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = append(m.mails, caughtMail{To: link.To, URL: link.URL, Sent: time.Now(), Expires: link.Expires.Local()})
	if excess := len(m.mails) - maxMails; excess > 0 {
		m.mails = slices.Delete(m.mails, 0, excess)
	}
	return nil
}

// caught returns the e-mails, newest first.
func (m *mailCatcher) caught() []caughtMail {
	m.mu.Lock()
	defer m.mu.Unlock()
	mails := slices.Clone(m.mails)
	slices.Reverse(mails)
	return mails
}

// show is GET /dev/mail.
func (m *mailCatcher) show(c *gin.Context) { showPage(c, "mail", m.caught()) }
