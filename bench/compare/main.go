// Command compare runs Likewise's encoder and indexes side by side with what a
// user could pick instead, and writes the result as Markdown. See README.md;
// run.sh is the usual way to start it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// config is what the flags say.
type config struct {
	python  string
	out     string
	sizes   []int
	rounds  int
	queries int
	skip    string // "embed", "search" or ""
	all     bool
	cpus    []int
}

func main() {
	run := func() error { return work(os.Getenv("COMPARE_WORKER")) }
	if os.Getenv("COMPARE_WORKER") == "" {
		runtime.LockOSThread() // workers end with the thread that starts them
		run = compare
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func parseFlags() (*config, error) {
	c := &config{}
	sizes := flag.String("n", "10000,100000", "entries in the index, a list")
	short := flag.Bool("short", false, "10,000 entries, 3 rounds of 100 queries: under two minutes")
	flag.StringVar(&c.python, "python", os.Getenv("COMPARE_PYTHON"), "interpreter with requirements.txt installed; empty leaves the Python peers out")
	flag.StringVar(&c.out, "o", "RESULTS.md", "file to write")
	flag.IntVar(&c.rounds, "rounds", 7, "turns of each peer; medians are over them")
	flag.IntVar(&c.queries, "queries", 200, "queries a round")
	flag.StringVar(&c.skip, "skip", "", "leave out \"embed\" or \"search\"")
	flag.BoolVar(&c.all, "all", false, "build every index at every size, however long it takes")
	flag.Parse()
	if *short {
		*sizes, c.rounds, c.queries = "10000", 3, 100
	}
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1000 {
			return nil, fmt.Errorf("-n %q: numbers of at least 1000 expected", *sizes)
		}
		c.sizes = append(c.sizes, n)
	}
	if c.rounds < 1 || c.queries < 1 || !slices.Contains([]string{"", "embed", "search"}, c.skip) {
		return nil, errors.New("-rounds and -queries are at least 1, -skip is embed or search")
	}
	cpus, err := processors()
	c.cpus = cpus[:min(2, len(cpus))]
	return c, err
}

// compare is the main function of the command.
func compare() error {
	c, err := parseFlags()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := os.MkdirAll(modelDir, 0o777); err != nil {
		return err
	}
	if err := c.makeModels(); err != nil {
		return err
	}
	r := newReport(c)
	if c.skip != "embed" {
		if err := c.compareEncoders(r); err != nil {
			return err
		}
	}
	if c.skip != "search" {
		if err := c.compareIndexes(r); err != nil {
			return err
		}
	}
	progress("%s after %v", c.out, time.Since(began).Round(time.Second))
	return os.WriteFile(c.out, []byte(r.markdown(time.Since(began))), 0o666)
}

// makeModels writes the ONNX files once, with the tokenizer beside them.
func (c *config) makeModels() error {
	if _, err := os.Stat(filepath.Join(modelDir, "tokenizer.json")); err == nil || c.python == "" {
		return nil
	}
	progress("making the ONNX models, once")
	cmd := exec.Command(c.python, "make_onnx.py", modelDir)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
