package when

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("Kiritimati", 14*3600)
	now := time.Date(2026, 3, 31, 12, 30, 0, 0, zone)
	for text, want := range map[string]string{
		"2026-03-01":                "2026-03-01T00:00:00+14:00",
		"2026-03-01 15:04":          "2026-03-01T15:04:00+14:00",
		"2026-03-01T15:04:05Z":      "2026-03-01T15:04:05Z",
		"2026-03-01t15:04:05+02:00": "2026-03-01T15:04:05+02:00",
		"today":                     "2026-03-31T00:00:00+14:00",
		" Yesterday ":               "2026-03-30T00:00:00+14:00",
		"3d":                        "2026-03-28T12:30:00+14:00",
		"2 weeks ago":               "2026-03-17T12:30:00+14:00",
		"1 month":                   "2026-02-28T12:30:00+14:00",
		"1 year ago":                "2025-03-31T12:30:00+14:00",
		"90 minutes ago":            "2026-03-31T11:00:00+14:00",
		"36h":                       "2026-03-30T00:30:00+14:00",
		"0d":                        "2026-03-31T12:30:00+14:00",
	} {
		got, err := Parse(text, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v, want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{"", "garbage", "2019-02-30", "last monday", "3", "d", "-3d", "3 moons", "march 3", "99999d", "2026-13-01", "3d ago ago"} {
		if got, err := Parse(text, now); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 12, 30, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for d, want := range map[time.Duration][2]string{
		-time.Hour:       {"just now", "now"},
		0:                {"just now", "now"},
		59 * time.Second: {"just now", "now"},
		time.Minute:      {"1 minute ago", "1m"},
		23 * time.Hour:   {"23 hours ago", "23h"},
		day:              {"1 day ago", "1d"},
		13 * day:         {"13 days ago", "13d"},
		14 * day:         {"2 weeks ago", "2w"},
		45 * day:         {"1 month ago", "1mo"},
		800 * day:        {"2 years ago", "2y"},
	} {
		if ago, age := Ago(now.Add(-d), now), Age(now.Add(-d), now); ago != want[0] || age != want[1] {
			t.Errorf("%v: %q, %q, want %q", d, ago, age, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2 weeks ago")
	f.Add("0001-01-01")
	f.Add("2026-03-01T15:04:05Z")
	f.Fuzz(func(t *testing.T, text string) {
		now := time.Date(2026, 3, 31, 12, 30, 0, 0, time.UTC)
		if at, err := Parse(text, now); err == nil && at.IsZero() {
			t.Errorf("%q is the zero time", text)
		}
	})
}
