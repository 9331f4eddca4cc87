package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
)

const pageStyle = `:root{color-scheme:light dark}
body{max-width:44rem;margin:3rem auto;padding:0 1rem;font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;letter-spacing:-.02em}
li{margin:0 0 1rem}`

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.}}</title>
<style>` + pageStyle + `</style>
</head>
<body>
<h1>{{.}}</h1>
{{end}}
{{define "home"}}{{template "head" "The Go server of the example"}}
{{with .User}}<p>You are signed in{{with .Name}} as {{.}}{{end}}{{with .Email}} ({{.}}){{end}}.</p>
<p><a href="/api/me">The guarded route</a> · <a href="{{$.Base}}/signout">Sign out</a></p>
{{else}}<p>You are not signed in.</p>
<p><a href="{{$.Base}}/signin">Sign in or sign up</a></p>
{{end}}</body>
</html>
{{end}}
{{define "mail"}}{{template "head" "Caught e-mails"}}
{{if .}}<ol reversed>
{{range .}}{{if .URL}}<li><a href="{{.URL}}">Sign in as {{.To}}</a><br>asked for at {{.Sent.Format "15:04:05"}}, good until {{.Expires.Format "2 January 15:04"}}</li>
{{else}}<li>Notice to {{.To}}: the address was confirmed, and what was set up before is gone<br>sent at {{.Sent.Format "15:04:05"}}; passkeys: {{.Notice.Passkeys}}, linked accounts: {{.Notice.Accounts}}, every session: {{if .Notice.Sessions}}yes{{else}}no{{end}}</li>
{{end}}{{end}}</ol>
{{else}}<p>None yet. Ask for a sign-in link, then reload this page.</p>
{{end}}</body>
</html>
{{end}}`))

// home is what the server shows when it is opened without the Next.js app in front of it.
func home(cfg settings) gin.HandlerFunc {
	return func(c *gin.Context) {
		view := struct {
			User *ginauth.User
			Base string
		}{Base: cfg.basePath}
		if session := ginauth.SessionFrom(c); session != nil {
			view.User = &session.User
		}
		showPage(c, "home", view)
	}
}

func showPage(c *gin.Context, name string, view any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, view); err != nil {
		_ = c.Error(err)
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256([]byte(pageStyle))
	header := c.Writer.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Robots-Tag", "noindex")
	c.Data(http.StatusOK, "text/html; charset=utf-8", page.Bytes())
}
