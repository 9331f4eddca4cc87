package providers

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/pages"
)

//go:embed email_message.html
var messageHTML string

//go:embed email_message.txt
var messageText string

const defaultButton = "#1a56db"

// sendLink sends a sign-in link.
func (m *mailer) sendLink(ctx context.Context, link ginauth.SignInLink) error {
	plain, rich, err := m.message.render(link)
	if err != nil {
		return fmt.Errorf("sign-in message: %w", err)
	}
	subject := m.Subject
	if subject == "" {
		subject = "Sign in to " + siteName(m.Theme, link.Host)
	}
	return m.send(ctx, letter{to: link.To, subject: subject, plain: plain, rich: rich})
}

// message renders sign-in messages.
type message struct {
	parts
	theme  pages.Theme
	button template.CSS
	label  template.CSS
}

// newMessage takes a valid theme.
func newMessage(theme pages.Theme) *message {
	button := cmp.Or(theme.BrandColor, defaultButton)
	return &message{
		parts:  newParts(messageHTML, messageText),
		theme:  theme,
		button: template.CSS(button),                                       //nolint:gosec // G203: #rgb or #rrggbb, as Validate saw to
		label:  template.CSS(cmp.Or(theme.ButtonText, readableOn(button))), //nolint:gosec // G203: likewise
	}
}

// messageView is what the templates show.
type messageView struct {
	Site, URL, Lifetime string
	Button, Label       template.CSS
}

func (m *message) render(link ginauth.SignInLink) (plain, rich string, err error) {
	lifetime := inWords(time.Until(link.Expires))
	return m.parts.render(siteName(m.theme, link.Host), func(site string) any {
		return messageView{Site: site, URL: link.URL, Lifetime: lifetime, Button: m.button, Label: m.label}
	})
}

// siteName names the site that a message is about. A name alone could be anybody's, so the host is
// always there.
func siteName(theme pages.Theme, host string) string {
	if theme.Name == "" {
		return host
	}
	return theme.Name + " (" + host + ")"
}

// unlinked keeps mail programs from making a link of a host name, which people would then follow
// instead of the button, or believe.
func unlinked(site string) string { return strings.ReplaceAll(site, ".", "\u200b.") }

// inWords rounds up to something that people say.
func inWords(d time.Duration) string {
	count, unit := int((d+time.Minute-1)/time.Minute), "minute"
	switch {
	case d > 48*time.Hour:
		count, unit = int((d+12*time.Hour)/(24*time.Hour)), "day"
	case d > 90*time.Minute:
		count, unit = int((d+30*time.Minute)/time.Hour), "hour"
	}
	if count = max(count, 1); count != 1 {
		unit += "s"
	}
	return strconv.Itoa(count) + " " + unit
}

// readableOn is black or white, whichever has more contrast on a color written #rgb or #rrggbb.
func readableOn(color string) string {
	digits := strings.TrimPrefix(color, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	rgb, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return "#ffffff"
	}
	// Perceived brightness with the weights of ITU-R BT.601, of 255 at most.
	if brightness := (299*(rgb>>16&0xff) + 587*(rgb>>8&0xff) + 114*(rgb&0xff)) / 1000; brightness > 140 {
		return "#000000"
	}
	return "#ffffff"
}
