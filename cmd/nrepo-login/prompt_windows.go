package main

import "golang.org/x/sys/windows"

// interruptSelf does what the console does with Ctrl-C where it is not in raw
// mode.
func interruptSelf() { windows.GenerateConsoleCtrlEvent(windows.CTRL_C_EVENT, 0) }

// suspendSelf does nothing: Windows has no job control.
func suspendSelf() {}
