package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// ErrNotLocal means that a login URL, or a redirect from it, leads to another machine.
var ErrNotLocal = errors.New("not an http address on this machine")

// Decide does what a person does in a browser with a login URL: it opens the page, signs in,
// presses Approve or Deny, and follows the redirect to the program that asked. It connects
// only to this machine and otherwise returns [ErrNotLocal]. Other errors name the page that
// failed.
func Decide(ctx context.Context, login string, approve bool) error {
	p, err := newPerson()
	if err != nil {
		return err
	}
	defer p.client.CloseIdleConnections()
	button := "deny"
	if approve {
		button = "approve"
	}
	at, err := p.open(ctx, login)
	if err != nil {
		return err
	}
	if at.form("continue") != nil {
		if at, err = p.submit(ctx, at, "continue"); err != nil {
			return err
		}
	}
	if at.form(button) == nil {
		return fmt.Errorf("%s has nothing to approve: %s", at.url.Path, at.text)
	}
	_, err = p.submit(ctx, at, button)
	return err
}

// person is a browser with its own cookies.
type person struct{ client *http.Client }

func newPerson() (*person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
			return ErrNotLocal // a name can resolve to any address
		}
		return nil
	}}
	return &person{&http.Client{
		Jar:       jar,
		Transport: &http.Transport{DialContext: dialer.DialContext}, // no proxy
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 10 {
				return errors.New("too many redirects")
			}
			return checkLocal(r.URL)
		},
	}}, nil
}

func checkLocal(u *url.URL) error {
	if u.Scheme != "http" || u.User != nil || u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback() {
		return ErrNotLocal
	}
	return nil
}

func (p *person) open(ctx context.Context, address string) (*webPage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, ErrNotLocal // the original error has the URL, which contains the state
	}
	return p.load(req)
}

func (p *person) submit(ctx context.Context, at *webPage, button string) (*webPage, error) {
	form := at.form(button)
	form.fields.Set("decision", button)
	target, err := at.url.Parse(form.action)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(form.fields.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", at.url.Scheme+"://"+at.url.Host)
	return p.load(req)
}

func (p *person) load(req *http.Request) (*webPage, error) {
	if err := checkLocal(req.URL); err != nil {
		return nil, err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		var call *url.Error // its text has the whole URL, with a code or a key
		if errors.As(err, &call) {
			err = call.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	doc, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	page := readPage(string(doc))
	page.url = resp.Request.URL
	if resp.StatusCode >= 400 {
		return nil, fmt.Errorf("%s answers %s %s", page.url.Path, resp.Status, page.text)
	}
	return page, nil
}
