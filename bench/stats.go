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

// blocks is in how many parts the rounds are taken for the quartiles.
const blocks = 20

// row gives the ratio of the medians, and the quartiles of the same for each twentieth
// of the rounds: how far the figure would be trusted if it were measured again.
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
