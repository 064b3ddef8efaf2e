package main

import "os"

// On Windows, a test cannot interrupt another process, so it kills it.
const stopCode = 1

func interrupt(p *os.Process) error { return p.Kill() }
