package oidcflow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	// callTimeout bounds one call, from connecting to the last byte of the answer.
	callTimeout = 10 * time.Second
	// maxAnswer is the longest answer that is read, in bytes.
	maxAnswer = 1 << 20
)

// newClient copies c and bounds its calls in time and size.
func newClient(c *http.Client) *http.Client {
	var bounded http.Client
	if c != nil {
		bounded = *c
	}
	if bounded.Timeout == 0 {
		bounded.Timeout = callTimeout
	}
	base := bounded.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	bounded.Transport = limited{base}
	return &bounded
}

// limited cuts answers off at maxAnswer.
type limited struct{ base http.RoundTripper }

func (t limited) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &limitedBody{ReadCloser: res.Body, left: maxAnswer}
	return res, nil
}

type limitedBody struct {
	io.ReadCloser
	left int
}

func (b *limitedBody) Read(p []byte) (int, error) {
	// One byte over the limit is asked for, to tell a long answer from one that just fits.
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("the answer has more than %d bytes", maxAnswer)
	}
	return n, err
}

// withoutBOM leaves out a byte order mark, which does not belong in a JSON text (RFC 8259, section 8.1).
func withoutBOM(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }

// withoutURL strips what net/http wraps around a cause: the URL may hold a token.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the service"
	}
	return u.Host
}
