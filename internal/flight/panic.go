package flight

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// ErrGoexit is what the callers get when the function ended its goroutine
// with runtime.Goexit (as testing.T.FailNow does).
var ErrGoexit = errors.New("flight: function called runtime.Goexit")

// PanicError carries a panic from the goroutine of a shared function to those
// who wait for it.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // the stack of the goroutine that panicked, as debug.Stack formats it
}

// Recovered makes a PanicError of what recover returned. It is called in the
// deferred function, while the stack still shows where the panic came from. A
// panic that came through another Group keeps its first stack.
func Recovered(v any) *PanicError {
	if p, ok := v.(*PanicError); ok {
		return p
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

// Error returns the panic's value and the stack it came from.
func (p *PanicError) Error() string {
	return fmt.Sprintf("flight: function panicked: %v\n\n%s", p.Value, p.Stack)
}

// Unwrap returns the panic's value if that is an error, else nil.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
