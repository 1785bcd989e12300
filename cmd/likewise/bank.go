package main

import (
	"bytes"
	"context"
	_ "embed" // for the demo's questions and answers
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/likewise-go/likewise/cache"
	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/eval"
)

// The demo's questions: 2,000 of Banking77 (PolyAI, CC BY 4.0), made by
// train/demo_questions.py. The answers are this project's own, one for each
// of the 77 intents.
var (
	//go:embed demo/questions.jsonl.gz
	bankQuestions []byte
	//go:embed demo/answers.json
	bankAnswers []byte
)

// The scripted provider. Prices are OpenAI's list prices of GPT-4.1 on the
// day of its release, 14 April 2025, in dollars per million tokens.
const (
	priceIn  = 2.00
	priceOut = 8.00

	// A call takes a log-normal time of median 1.2 s and 95th percentile
	// 3.0 s on a simulated clock: nobody waits for it.
	waitMedian = 1.2
	waitP95    = 3.0

	bankModel = "scripted"
	// bankPrompt is what the provider is told before each question.
	bankPrompt = `You are the support assistant of a retail bank with a mobile app. Answer the customer's question in two or three
short sentences that are true of every customer. Name the place in the app where a thing is done. Never ask for a PIN, a passcode or a full card
number, and never guess at what is in an account: if the answer depends on it, say where the customer finds it. Write plainly, without jargon,
in the language of the question. If a card or an account may be in the wrong hands, say first how to freeze it. Do not give legal or tax advice.`
)

// bank is the provider in front of which the demo's cache stands.
type bank struct {
	answers map[string]string
	rng     *rand.Rand
}

func openBank() (*bank, []eval.Question, error) {
	b := &bank{rng: rand.New(rand.NewPCG(77, 2000))}
	if err := json.Unmarshal(bankAnswers, &b.answers); err != nil {
		return nil, nil, err
	}
	stream, err := eval.ReadStream(bytes.NewReader(bankQuestions), eval.Stdin)
	for i := range stream {
		stream[i].Query.Scope = cache.Scope{Model: bankModel, System: bankPrompt}
	}
	return b, stream, err
}

// answer is what the provider says, and what it costs.
func (b *bank) answer(q *eval.Question) cache.Answer {
	text := b.answers[q.Intent]
	u := cache.Usage{InputTokens: tokens(bankPrompt) + tokens(q.Query.Text), OutputTokens: tokens(text)}
	u.Cost = (float64(u.InputTokens)*priceIn + float64(u.OutputTokens)*priceOut) / 1e6
	return cache.Answer{Text: text, Model: bankModel, Finish: "stop", Usage: u}
}

// tokens counts tokens as their makers estimate them for English: one for
// four characters.
func tokens(s string) int { return (len(s) + 3) / 4 }

// wait returns how long the next call takes.
func (b *bank) wait() time.Duration {
	const z95 = 1.6448536269514722 // of the standard normal distribution
	sigma := math.Log(waitP95/waitMedian) / z95
	return time.Duration(waitMedian * math.Exp(sigma*b.rng.NormFloat64()) * float64(time.Second))
}

// perIntent is how many of each intent's questions fillBank answers.
const perIntent = 5

// fillBank stores the provider's answers to the first few questions of each
// intent, and returns how many there are.
func fillBank(ctx context.Context, c *cache.Cache) (int, error) {
	b, stream, err := openBank()
	if err != nil {
		return 0, err
	}
	seen := make(map[string]int)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	n := 0
	for i := range stream {
		q := &stream[i]
		if seen[q.Intent]++; seen[q.Intent] > perIntent {
			continue
		}
		n++
		g.Go(func() error {
			_, err := c.Put(ctx, q.Query, b.answer(q))
			return err
		})
	}
	return n, g.Wait()
}

// warmUp makes an embedder ready: a first call may map and check weights.
func warmUp(ctx context.Context, e embed.Embedder) error {
	_, err := e.Embed(ctx, "Is everything ready?")
	return err
}
