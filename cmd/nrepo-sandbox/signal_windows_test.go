package main

import "os"

// Windows has no interrupt to send to another process, so the test ends it.
const stopCode = 1

func interrupt(p *os.Process) error { return p.Kill() }
