package apihttp

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The bundle is the file that crypto/x509 reads first.
func TestBundle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	one := certificate(t, "127.0.0.1", time.Now(), time.Now().Add(time.Hour))
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: one.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	if pool := bundle(); pool == nil || !pool.Equal(poolOf(one)) {
		t.Error("SSL_CERT_FILE is not read")
	}
	for _, bad := range []string{file + ".no", os.Args[0]} {
		t.Setenv("SSL_CERT_FILE", bad)
		if bundle() != nil {
			t.Errorf("%s is taken for a bundle", bad)
		}
	}
	if _, plain := newNetwork("http").(*trusting); plain {
		t.Error("authorities are read for plain http")
	}
}
