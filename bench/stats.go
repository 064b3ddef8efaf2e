//go:build linux

package main

import (
	"fmt"
	"math"
	"slices"
)

// quantile returns the q-quantile of the values.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// quartiles returns the first and the third quartile as text.
func quartiles(values []float64, format string) string {
	return fmt.Sprintf(format+"–"+format, quantile(values, 0.25), quantile(values, 0.75))
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratio compares two programs. The time of the program that each runs is subtracted, unless it
// is "".
type ratio struct {
	what       string
	of, ofLess string
	to, toLess string
	most       float64 // the target, 0 for none
}

// row is a line of the table.
type row struct{ what, value, spread, target, verdict string }

// blocks is the number of parts into which the rounds are divided for the quartiles.
const blocks = 20

// row returns the ratio of the medians, and the quartiles of this ratio in each twentieth of the
// rounds, which show how much it would vary in another measurement.
func (r ratio) row(times map[string][]float64) row {
	value := func(from, to int) float64 {
		mid := func(name string) float64 {
			if name == "" {
				return 0
			}
			return median(times[name][from:to])
		}
		return (mid(r.of) - mid(r.ofLess)) / (mid(r.to) - mid(r.toLess))
	}
	rounds := len(times[r.of])
	size := max(1, rounds/blocks)
	var each []float64
	for from := 0; from+size <= rounds; from += size {
		each = append(each, value(from, from+size))
	}
	return limited(r.what, value(0, rounds), r.most, "%.2f", quartiles(each, "%.2f"))
}

// limited returns a row whose value must not be more than most, 0 for no limit.
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
