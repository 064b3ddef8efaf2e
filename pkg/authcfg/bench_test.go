package authcfg

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkCredential measures the work of every command before its first request.
func BenchmarkCredential(b *testing.B) {
	path := filepath.Join(b.TempDir(), "config.json")
	doc := `{"api_url":"https://neuralrepo.com/api/v1","api_key":"` + key + `","user_id":"user_1","auth_method":"api_key"}`
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		b.Fatal(err)
	}
	s := &Store{Getenv: env("NEURALREPO_CONFIG", path)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Credential(); err != nil {
			b.Fatal(err)
		}
	}
}
