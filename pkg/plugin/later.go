package plugin

import "sync"

// late is work for the end of a command.
type late struct {
	mu   sync.Mutex
	work []func()
}

func (l *late) add(work func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.work = append(l.work, work)
}

// finish does the work that was delayed until the end of the command, such as
// ending a session that only this command used.
func (e *Env) finish() {
	if e.late == nil {
		return
	}
	e.late.mu.Lock()
	work := e.late.work
	e.late.work = nil
	e.late.mu.Unlock()
	for _, do := range work {
		do()
	}
}
