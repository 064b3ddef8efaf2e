package main

import "runtime/debug"

// limitMemory is for exports and imports: above the limit, which is enough for 100,000
// ideas, garbage is collected more often, and below it less often.
func limitMemory() {
	debug.SetMemoryLimit(18 << 20) // bytes
	debug.SetGCPercent(400)
}
