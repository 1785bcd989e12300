package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/likewise-go/likewise/cache"
)

// scopeFlags select a scope.
type scopeFlags struct {
	Tenant string `help:"The scope's tenant." placeholder:"T"`
	Model  string `help:"The scope's model." placeholder:"M"`
	System string `help:"The scope's system prompt." placeholder:"TEXT"`
}

func (f *scopeFlags) scope() cache.Scope {
	return cache.Scope{Tenant: f.Tenant, Model: f.Model, System: f.System}
}

// admissionFlag says whether questions of the moment and of the asker may in.
type admissionFlag struct {
	Admission string `help:"strict: questions of the moment (today, latest) and of the asker (my, our) are neither stored nor compared by meaning; lenient: they are." enum:",strict,lenient" default:"" placeholder:"strict|lenient"`
}

// lifted returns the rules to lift; without the flag, those of the default.
func (f *admissionFlag) lifted(byDefault string) cache.Admission {
	if f.Admission == "lenient" || f.Admission == "" && byDefault == "lenient" {
		return cache.AllowVolatile | cache.AllowPersonal
	}
	return 0
}

type putCmd struct {
	dbFlag
	scopeFlags
	embedderFlags
	admissionFlag
	TTL  age      `name:"ttl" help:"How long the answer holds: 90m, 12h, 30d." placeholder:"AGE"`
	Tags []string `name:"tag" help:"Tags, for rm." placeholder:"TAG"`

	Question string `arg:"" help:"The question."`
	Answer   string `arg:"" optional:"" help:"The answer; - or nothing: from the standard input." default:"-"`
}

// Run stores one answer. The store is made if there is none.
func (c *putCmd) Run(ctx context.Context, a *app) error {
	if err := c.named(); err != nil {
		return err
	}
	if c.Answer == "-" {
		b, err := io.ReadAll(a.stdin)
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		c.Answer = strings.TrimSpace(string(b))
	}
	if c.Answer == "" {
		return bad("the answer is empty, expected a text")
	}
	e, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	kept, err := c.change(e, &cache.Options{Admission: c.lifted("strict")})
	if err != nil {
		return err
	}
	id, err := kept.Put(ctx, cache.Query{Scope: c.scope(), Text: c.Question},
		cache.Answer{Text: c.Answer, Tags: c.Tags, TTL: time.Duration(c.TTL)})
	if err = errors.Join(err, kept.Close()); err != nil {
		return hintAdmission(err)
	}
	if a.json {
		return a.write(map[string]any{"id": id})
	}
	a.printf("stored as entry %s\n", id)
	return nil
}

func hintAdmission(err error) error {
	var refused *cache.NotAdmittedError
	if errors.As(err, &refused) && (refused.Rule == "volatile" || refused.Rule == "personal") {
		return fmt.Errorf("%w: here, --admission=lenient does", err)
	}
	return err
}
