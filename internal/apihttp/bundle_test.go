package apihttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

// A server that the first transport does not trust is tried with the other. A server
// that neither trusts receives no request.
func TestTrusting(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ours := certificate(t, "127.0.0.1", now.Add(-time.Hour), now.Add(time.Hour))
	strangers := certificate(t, "127.0.0.1", now.Add(-time.Hour), now.Add(time.Hour))
	for name, tt := range map[string]struct {
		part, all tls.Certificate
		want      bool
	}{
		"in both":       {ours, ours, true},
		"in all":        {strangers, ours, true},
		"in the bundle": {ours, strangers, true},
		"in none":       {strangers, strangers, false},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				server, got := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ours}})
				part, all := newTransport(), newTransport()
				part.TLSClientConfig, all.TLSClientConfig = &tls.Config{RootCAs: poolOf(tt.part)}, &tls.Config{RootCAs: poolOf(tt.all)}
				c := withTransport(server.URL+"/api/v1", apiKey, &trusting{part, all})
				_, err := c.do(context.Background(), method, "/x", `{"a":1}`)
				switch requests := got.All(); {
				case tt.want && (err != nil || len(requests) != 1 || requests[0].Body != `{"a":1}`):
					t.Errorf("error %v, requests %v", err, requests)
				case !tt.want && (err == nil || !strings.Contains(err.Error(), "unknown authority") || len(requests) != 0):
					t.Errorf("error %v, requests %v", err, requests)
				}
			})
		}
	}
}

func poolOf(c tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	if leaf, err := x509.ParseCertificate(c.Certificate[0]); err == nil {
		pool.AddCert(leaf)
	}
	return pool
}
