//go:build linux

package main

import (
	"fmt"
	"math"
	"slices"
)

// quantile returns the value below which the part q of the values lies.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// quartiles shows the half of the values that lies in the middle.
func quartiles(values []float64, format string) string {
	return fmt.Sprintf(format+"–"+format, quantile(values, 0.25), quantile(values, 0.75))
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratio compares two programs, after taking from each the time of one that it
// runs; "" takes nothing.
type ratio struct {
	what       string
	of, ofLess string
	to, toLess string
	most       float64 // the target, 0 for none
}

// row is a line of the table.
type row struct{ what, value, spread, target, verdict string }

// row gives the ratio of the medians, and the quartiles of the ratios of the
// single rounds.
func (r ratio) row(times map[string][]float64) row {
	var each []float64
	for i := range times[r.of] {
		at := func(name string) float64 {
			if name == "" {
				return 0
			}
			return times[name][i]
		}
		each = append(each, (at(r.of)-at(r.ofLess))/(at(r.to)-at(r.toLess)))
	}
	mid := func(name string) float64 {
		if name == "" {
			return 0
		}
		return median(times[name])
	}
	value := (mid(r.of) - mid(r.ofLess)) / (mid(r.to) - mid(r.toLess))
	return limited(r.what, value, r.most, "%.2f", quartiles(each, "%.2f"))
}

// limited is a row whose value must not be more than most, 0 for no limit.
func limited(what string, value, most float64, format, spread string) row {
	r := row{what: what, value: fmt.Sprintf(format, value), spread: spread}
	if most > 0 {
		r.target = "≤ " + fmt.Sprintf(format, most)
		r.verdict = verdict(value <= most)
	}
	return r
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "not met"
}
