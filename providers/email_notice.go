package providers

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/pages"
)

//go:embed email_notice.html
var noticeHTML string

//go:embed email_notice.txt
var noticeText string

// sendNotice sends a notice of a kind that it has words for.
func (m *mailer) sendNotice(ctx context.Context, n ginauth.Notice) error {
	if n.Kind != ginauth.NoticeAddressClaimed {
		return fmt.Errorf("there are no words for a notice of kind %q; set EmailProvider.Notify to a function that has them", n.Kind)
	}
	plain, rich, err := m.notice.render(n)
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	subject := "Your address was confirmed at " + siteName(m.Theme, n.Host)
	return m.send(ctx, letter{to: n.To, subject: subject, plain: plain, rich: rich})
}

// noticeMessage renders notices.
type noticeMessage struct {
	parts
	theme pages.Theme
}

func newNoticeMessage(theme pages.Theme) *noticeMessage {
	return &noticeMessage{parts: newParts(noticeHTML, noticeText), theme: theme}
}

// noticeView is what the templates show.
type noticeView struct {
	Site, Time string
	// Removed are the things that are gone, in words.
	Removed []string
}

func (m *noticeMessage) render(n ginauth.Notice) (plain, rich string, err error) {
	return m.parts.render(siteName(m.theme, n.Host), func(site string) any {
		return noticeView{Site: site, Time: n.Time.UTC().Format("2 January 2006 at 15:04 UTC"), Removed: removed(n)}
	})
}

// removed lists what a claim removed.
func removed(n ginauth.Notice) []string {
	var list []string
	for _, item := range []struct {
		count int
		noun  string
	}{{n.Passkeys, "passkey"}, {n.Accounts, "linked account"}} {
		switch {
		case item.count == 1:
			list = append(list, "1 "+item.noun)
		case item.count > 1:
			list = append(list, strconv.Itoa(item.count)+" "+item.noun+"s")
		}
	}
	if n.Sessions {
		list = append(list, "every session that was open before")
	}
	return list
}
