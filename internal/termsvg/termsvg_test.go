package termsvg

import (
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	t.Parallel()
	const session = "$ nrepo whoami | grep \"<a&b>\"\nLogged in\n  Name:    Älice\n\n$ $ x\n$x\n"
	picture := Draw("A session & more", session)
	got, err := Text(picture)
	if err != nil {
		t.Fatal(err)
	}
	if got != session {
		t.Errorf("it shows\n%s\nwant\n%s", got, session)
	}
	if n := strings.Count(picture, `class="command"`); n != 2 {
		t.Errorf("%d commands:\n%s", n, picture)
	}
	if !strings.Contains(picture, "<title>A session &amp; more</title>") {
		t.Errorf("no title:\n%s", picture)
	}
	// Six lines; the widest has 29 characters.
	if !strings.Contains(picture, `viewBox="0 0 283 160"`) {
		t.Errorf("the size is another:\n%s", picture)
	}
	if _, err := Text("<svg>"); err == nil {
		t.Error("a broken picture is read")
	}
}
