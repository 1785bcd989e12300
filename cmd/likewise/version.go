package main

import (
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run shows which build this is.
func (*versionCmd) Run(a *app) error {
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit,omitempty"`
		Go      string `json:"go"`
		System  string `json:"system"`
	}{"(devel)", "", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Commit = s.Value
			}
		}
	}
	if a.json {
		return a.write(v)
	}
	a.printf("likewise %s %s %s\n", v.Version, v.Go, v.System)
	return nil
}
