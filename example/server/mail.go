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

// mailCatcher takes the place of a mail server on a developer's machine: it keeps sign-in links and
// notices in memory and shows them on a page. Anyone who sees that page can sign in as anyone, so it
// exists only where the site and the server are on this machine, and is shown to this machine only.
type mailCatcher struct {
	mu    sync.Mutex
	mails []caughtMail // oldest first
}

// caughtMail is a sign-in link, or the notice of a claim when it has no URL.
type caughtMail struct {
	To, URL       string
	Sent, Expires time.Time
	Notice        ginauth.Notice
}

// send is the Send of an e-mail provider.
func (m *mailCatcher) send(_ context.Context, link ginauth.SignInLink) error {
	m.keep(caughtMail{To: link.To, URL: link.URL, Sent: time.Now(), Expires: link.Expires.Local()})
	return nil
}

// notify is the Notify of an e-mail provider.
func (m *mailCatcher) notify(_ context.Context, n ginauth.Notice) error {
	m.keep(caughtMail{To: n.To, Sent: n.Time.Local(), Notice: n})
	return nil
}

func (m *mailCatcher) keep(mail caughtMail) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = append(m.mails, mail)
	if excess := len(m.mails) - maxMails; excess > 0 {
		m.mails = slices.Delete(m.mails, 0, excess)
	}
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
