//go:build !linux

package main

import (
	"os/exec"
	"runtime"
)

// processors counts the processors, as nothing here names them.
func processors() ([]int, error) {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus, nil
}

// pin does nothing: threads are bound on Linux alone.
func pin(int, []int) error { return nil }

// halt, resume and tie do nothing either.
func halt(int) error   { return nil }
func resume(int) error { return nil }
func tie(*exec.Cmd)    {}
