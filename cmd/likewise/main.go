// Command likewise is the semantic cache's tool: it shows what the cache does
// with real questions, measures it on labelled data, and looks after store
// files. Run likewise --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/eval"
	"github.com/likewise-go/likewise/storage"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1 // the check failed, or the work did
	exitBadInput    = 2 // what was given cannot be used
	exitInterrupted = 130
)

type commands struct {
	JSON bool `help:"Write JSON: one object, or one a line." short:"j"`

	Demo    demoCmd    `cmd:"" help:"Watch real questions being answered from a cache. Needs nothing else."`
	Replay  replayCmd  `cmd:"" help:"Replay a stream of questions, and count right and wrong hits."`
	Score   scoreCmd   `cmd:"" help:"Say what the cache would do with pairs of questions."`
	Explain explainCmd `cmd:"" help:"Show the way of one question, step by step."`

	Eval      evalCmd      `cmd:"" help:"Sum up what the cache would do with labelled pairs; a gate for CI." group:"Labelled data:"`
	Calibrate calibrateCmd `cmd:"" help:"Find the threshold that keeps a promise about wrong answers." group:"Labelled data:"`

	Stats  statsCmd  `cmd:"" help:"Count what a store holds." group:"Store files:"`
	Ls     lsCmd     `cmd:"" help:"List entries." group:"Store files:"`
	Get    getCmd    `cmd:"" help:"Show entries by id." group:"Store files:"`
	Put    putCmd    `cmd:"" help:"Store an answer." group:"Store files:"`
	Rm     rmCmd     `cmd:"" help:"Remove entries." group:"Store files:"`
	Export exportCmd `cmd:"" help:"Write entries as JSON lines." group:"Store files:"`
	Import importCmd `cmd:"" help:"Read entries, or questions and answers, from JSON lines." group:"Store files:"`

	Verify  verifyCmd  `cmd:"" help:"Check a store and every entry in it." group:"Store files:"`
	Reindex reindexCmd `cmd:"" help:"Move a store to another embedder." group:"Store files:"`
	Compact compactCmd `cmd:"" help:"Give a store's unused space back." group:"Store files:"`

	Model   modelCmd   `cmd:"" help:"Work on embedding models."`
	Version versionCmd `cmd:"" help:"Show the version."`
}

const description = `A semantic cache: it answers a question that was answered before, however it is worded this time.

Start with "likewise demo". A file name of - stands for the standard input, and files may be packed with gzip.
Exit codes: 0 done, 1 the check failed, 2 bad input.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends it the hard way
	code := run(ctx, os.Args[1:], newApp(os.Stdin, os.Stdout, os.Stderr))
	stop()
	os.Exit(code)
}

// exit is what kong's way to end the process (--help) panics with here.
type exit int

// run parses the arguments, runs the command and returns the exit code.
func run(ctx context.Context, args []string, a *app) (code int) {
	defer func() {
		if r := recover(); r != nil {
			c, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(c)
			_ = a.stdout.Flush() // of a help text
		}
	}()
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("likewise"), kong.Description(description), kong.Writers(a.stdout, a.stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.ShortUsageOnError(),
		kong.Exit(func(c int) { panic(exit(c)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(a),
	)
	if err != nil {
		panic(err) // the commands' own tags are wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(a.stderr, "likewise: %v\nTry \"likewise --help\".\n", err)
		return exitBadInput
	}
	a.json = cli.JSON
	return a.report(ctx, errors.Join(command.Run(), a.stdout.Flush()))
}

// report tells of an error and returns its exit code.
func (a *app) report(ctx context.Context, err error) int {
	code := exitFailed
	var input *eval.InputError
	var given usageError
	var data *eval.DataError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(a.stderr, "likewise: interrupted")
		return exitInterrupted
	case errors.Is(err, errSilent):
		return exitFailed
	case errors.Is(err, io.ErrClosedPipe), isBrokenPipe(err):
		return exitOK // the reader has seen enough
	case errors.As(err, &input), errors.As(err, &given), errors.As(err, &data), errors.Is(err, cache.ErrBadQuery), errors.Is(err, cache.ErrCalibration),
		errors.Is(err, storage.ErrFormat), errors.Is(err, storage.ErrModelMismatch):
		code = exitBadInput
	}
	fmt.Fprintf(a.stderr, "likewise: %v\n", err)
	if errors.Is(err, storage.ErrModelMismatch) {
		fmt.Fprintln(a.stderr, `Choose that embedder with --embedder, or move the store with "likewise reindex".`)
	}
	return code
}

// usageError is an error about what was given.
type usageError struct{ error }

func (b usageError) Unwrap() error { return b.error }

func bad(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errSilent fails a command that has said all on its output already.
var errSilent = errors.New("failed")
