package bolt

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// holder says who has a store open. It stands in a file beside the store, for
// the error message of whoever finds the store locked. The lock itself is
// bbolt's: a holder that a crash left behind locks nobody out.
type holder struct {
	PID     int       `json:"pid"`
	Program string    `json:"program"`
	Since   time.Time `json:"since"`
}

func holderPath(path string) string { return path + ".holder" }

// writeHolder names this process. A failure is not worth a store that does
// not open: the next one just learns less.
func writeHolder(path string) {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	h, err := json.Marshal(holder{os.Getpid(), filepath.Base(program), time.Now().Truncate(time.Second)})
	if err == nil {
		_ = os.WriteFile(holderPath(path), append(h, '\n'), 0o644)
	}
}

// removeHolder takes the name away, if it is still ours.
func removeHolder(path string) {
	if h, ok := readHolder(path); ok && h.PID == os.Getpid() {
		_ = os.Remove(holderPath(path))
	}
}

func readHolder(path string) (holder, bool) {
	b, err := os.ReadFile(holderPath(path))
	if err != nil {
		return holder{}, false
	}
	return parseHolder(b)
}

func parseHolder(b []byte) (h holder, ok bool) {
	err := json.Unmarshal(b, &h)
	return h, err == nil && h.PID > 0
}

// describeHolder is the "..." of "in use by ...".
func describeHolder(path string) string {
	h, ok := readHolder(path)
	switch {
	case !ok:
		return "another process, which left no name"
	case h.PID == os.Getpid():
		return fmt.Sprintf("this process (pid %d) since %s", h.PID, h.Since.Format(time.RFC3339))
	}
	return fmt.Sprintf("%.64q (pid %d) since %s", h.Program, h.PID, h.Since.Format(time.RFC3339))
}
