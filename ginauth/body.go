package ginauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// maxBody is the largest POST body that is read, in bytes.
const maxBody = 64 << 10

// readBody fills x.body. A content type that is neither a form nor JSON has no fields.
func (x *exchange) readBody() error {
	r := x.c.Request
	if r.Method != http.MethodPost {
		return nil
	}
	contentType := strings.ToLower(r.Header.Get("Content-Type"))
	isJSON := strings.Contains(contentType, "application/json")
	isForm := !isJSON && strings.Contains(contentType, "application/x-www-form-urlencoded")
	raw, err := x.rawBody()
	if len(raw) == 0 && !errors.Is(err, errTooLarge) {
		// Middleware may have read it before.
		if kept, ok := x.c.Get(gin.BodyBytesKey); ok {
			raw, _ = kept.([]byte)
		}
		switch {
		case len(raw) > 0:
			if err = nil; len(raw) > maxBody {
				err = errTooLarge
			}
		case isForm && len(r.PostForm) > 0:
			return x.usePostForm()
		case isForm || isJSON:
			x.warnBodyRead(err)
		}
		if errors.Is(err, errBodyClosed) {
			err = nil // it is as empty as one that was read
		}
	}
	switch {
	case err != nil:
		return err
	case len(raw) == 0:
		return nil
	case isJSON:
		var v any
		// A byte order mark is no part of the text, to fetch's json() neither.
		if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &v); err != nil {
			return errBadRequest
		}
		x.body, _ = v.(map[string]any)
	case isForm:
		x.body = map[string]any{}
		for k, v := range decodeForm(string(raw)) {
			x.body[k] = v
		}
	}
	return nil
}

// rawBody reads what is left of the body.
func (x *exchange) rawBody() ([]byte, error) {
	if x.c.Request.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(http.MaxBytesReader(x.c.Writer, x.c.Request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case errors.Is(err, http.ErrBodyReadAfterClose):
		return nil, errBodyClosed
	case err != nil:
		return nil, errBadRequest
	}
	return raw, nil
}

// errBodyClosed is a body that something closed before.
var errBodyClosed = errors.New("ginauth: the body was closed")

// usePostForm takes the fields of a form that net/http has parsed for middleware. The query's are not
// among them.
func (x *exchange) usePostForm() error {
	size := 0
	x.body = map[string]any{}
	for name, values := range x.c.Request.PostForm {
		for _, value := range values {
			size += len(name) + len(value)
		}
		// The last one counts, as in decodeForm.
		x.body[strings.ToValidUTF8(name, "\uFFFD")] = strings.ToValidUTF8(values[len(values)-1], "\uFFFD")
	}
	if size > maxBody {
		return errTooLarge
	}
	return nil
}

// warnBodyRead says once that a body is empty which should not be.
func (x *exchange) warnBodyRead(err error) {
	const text = "ginauth: the body of a POST was read before it got here, so its CSRF token and all else in it are missing: let no middleware on these routes read the body, or have it put the body back (Request.Body = io.NopCloser(bytes.NewReader(body)))"
	r := x.c.Request
	switch {
	case r.ContentLength > 0 || errors.Is(err, errBodyClosed):
		x.bodyRead.Do(func() { x.logger.LogAttrs(x.ctx, slog.LevelError, text, slog.String("action", x.action)) })
	case r.ContentLength < 0:
		// It came in chunks, and may have been empty from the first.
		x.bodyMissing.Do(func() {
			x.logger.LogAttrs(x.ctx, slog.LevelWarn, text+"; or a client sent none", slog.String("action", x.action))
		})
	}
}
