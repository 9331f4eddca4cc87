package providers

import (
	_ "embed"
	"html/template"
	"strings"
	texttemplate "text/template"
)

//go:embed email_layout.html
var layoutHTML string

// parts renders the two parts of a message. The HTML one defines the templates "title" and "rows" of
// the layout that all messages share.
type parts struct {
	rich  *template.Template
	plain *texttemplate.Template
}

func newParts(rich, plain string) parts {
	return parts{
		rich:  template.Must(template.Must(template.New("html").Parse(layoutHTML)).Parse(rich)),
		plain: texttemplate.Must(texttemplate.New("text").Parse(plain)),
	}
}

// render shows each part what view makes of the site's name.
func (p parts) render(site string, view func(site string) any) (plain, rich string, err error) {
	var b strings.Builder
	if err := p.plain.Execute(&b, view(site)); err != nil {
		return "", "", err
	}
	plain = b.String()
	b.Reset()
	err = p.rich.Execute(&b, view(unlinked(site)))
	return plain, b.String(), err
}
