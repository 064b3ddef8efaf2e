// Package when parses dates as people type them and formats how long ago a time was.
package when

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errForm = errors.New(`must be a date: 2026-03-01, an RFC 3339 time, today, yesterday, 3d or "2 weeks ago"`)

// Parse parses a date in the time zone of now: 2026-03-01, an RFC 3339 time,
// "2026-03-01 15:04", today, yesterday, 3d, "2 weeks ago". A day means its beginning. A
// month is a calendar month; one month before 31 March is the last day of February. For
// anything else, the error lists these forms. It also refuses the zero time, which means
// that no time is set.
func Parse(text string, now time.Time) (time.Time, error) {
	at, err := parse(text, now)
	if err == nil && at.IsZero() {
		err = errForm
	}
	return at, err
}

func parse(text string, now time.Time) (time.Time, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "now":
		return now, nil
	case "today":
		return startOfDay(now), nil
	case "yesterday":
		return startOfDay(now).AddDate(0, 0, -1), nil
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return at, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02t15:04", time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	return ago(text, now)
}

// ago reads "3d", "3 days" and "3 days ago".
func ago(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(strings.TrimSuffix(text, " ago"))
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(text[:digits])
	if err != nil || n > 10_000 {
		return time.Time{}, errForm
	}
	switch unit := strings.TrimSpace(text[digits:]); strings.TrimSuffix(unit, "s") {
	case "min", "minute":
		return now.Add(-time.Duration(n) * time.Minute), nil
	case "h", "hour":
		return now.Add(-time.Duration(n) * time.Hour), nil
	case "d", "day":
		return now.AddDate(0, 0, -n), nil
	case "w", "week":
		return now.AddDate(0, 0, -7*n), nil
	case "month":
		return monthsBefore(now, n), nil
	case "y", "year":
		return monthsBefore(now, 12*n), nil
	}
	return time.Time{}, errForm
}

func monthsBefore(now time.Time, n int) time.Time {
	at := now.AddDate(0, -n, 0)
	if at.Day() != now.Day() { // AddDate converts 31 February to 3 March
		at = at.AddDate(0, 0, -at.Day())
	}
	return at
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Ago returns how long before now at was, such as "3 days ago". For a time that is not
// before now it returns "just now".
func Ago(at, now time.Time) string {
	n, unit := age(now.Sub(at))
	switch {
	case n == 0:
		return "just now"
	case n == 1:
		return fmt.Sprintf("1 %s ago", unit)
	}
	return fmt.Sprintf("%d %ss ago", n, unit)
}

// Age is [Ago] for a narrow column: "3d", "2mo", "now".
func Age(at, now time.Time) string {
	n, unit := age(now.Sub(at))
	if n == 0 {
		return "now"
	}
	if unit == "month" {
		return fmt.Sprintf("%dmo", n)
	}
	return fmt.Sprintf("%d%c", n, unit[0])
}

func age(d time.Duration) (n int, unit string) {
	const day = 24 * time.Hour
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"year", 365 * day}, {"month", 30 * day}, {"week", 7 * day}, {"day", day}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if d >= u.size && !(u.name == "week" && d < 2*u.size) {
			return int(d / u.size), u.name
		}
	}
	return 0, ""
}
