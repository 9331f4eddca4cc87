package pages

import (
	"embed"
	"html/template"
)

//go:embed templates/*.html
var templateFiles embed.FS

var (
	//go:embed assets/style.css
	styleSheet string
	//go:embed assets/light.css
	lightPalette string
	//go:embed assets/dark.css
	darkPalette string
	//go:embed assets/passkey.js
	passkeyScript template.JS
)
