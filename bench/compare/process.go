package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// patience ends a worker that does not answer one request.
const patience = 10 * time.Minute

// A process is a running worker. Only the one whose turn it is computes.
type process struct {
	name     string
	cmd      *exec.Cmd
	requests *json.Encoder
	input    io.Closer
	answers  *json.Decoder
	log      string
	version  string
}

// start runs a worker bound to the processors, and opens its peer.
func (c *config) start(worker string, python bool, cpus []int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "COMPARE_WORKER="+worker)
	if python {
		if c.python == "" {
			return nil, errors.New("no Python was given")
		}
		cmd = exec.Command(c.python, "worker.py", worker)
	}
	p := &process{name: worker, cmd: cmd, log: filepath.Join(cacheDir, worker+".log")}
	stderr, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer stderr.Close()
	cmd.Stderr = stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	tie(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.input, p.requests, p.answers = in, json.NewEncoder(in), json.NewDecoder(out)
	if err := p.pin(cpus); err != nil {
		p.stop()
		return nil, err
	}
	a, err := p.call(request{Op: "open", Threads: len(cpus), Folder: modelDir})
	if err != nil {
		p.stop()
		return nil, err
	}
	p.version = a.Version
	return p, nil
}

func (p *process) pin(cpus []int) error { return pin(p.cmd.Process.Pid, cpus) }

// call sends a request and waits for its answer. The worker stands still
// before and after.
func (p *process) call(r request) (response, error) {
	if err := resume(p.cmd.Process.Pid); err != nil {
		return response{}, err
	}
	defer func() { _ = halt(p.cmd.Process.Pid) }() // it may have ended
	impatient := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer impatient.Stop()
	var a response
	err := p.requests.Encode(r)
	if err == nil {
		err = p.answers.Decode(&a)
	}
	switch {
	case err != nil:
		return a, fmt.Errorf("%s: %s: the worker ended: %w%s", p.name, r.Op, err, p.lastWords())
	case a.Error != "":
		return a, fmt.Errorf("%s: %s: %s", p.name, r.Op, a.Error)
	}
	return a, nil
}

// lastWords is the last line of what the worker wrote on standard error.
func (p *process) lastWords() string {
	text, err := os.ReadFile(p.log)
	text = bytes.TrimSpace(text)
	if err != nil || len(text) == 0 {
		return ""
	}
	return ": " + string(text[bytes.LastIndexByte(text, '\n')+1:])
}

// stop lets the worker end. How it ends is of no interest any more.
func (p *process) stop() {
	impatient := time.AfterFunc(5*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer impatient.Stop()
	_ = resume(p.cmd.Process.Pid)
	_ = p.input.Close()
	_ = p.cmd.Wait()
}
