package main

import (
	"io"

	"github.com/likewise-go/likewise/embed/bert"
	"github.com/likewise-go/likewise/embed/minilm"
)

type modelCmd struct {
	Pack packCmd `cmd:"" help:"Pack a model folder into one int8 file, and measure what it loses."`
}

type packCmd struct {
	Dir    string `arg:"" help:"A folder with config.json, model.safetensors, and tokenizer.json or vocab.txt."`
	Output string `help:"The file to write." short:"o" required:"" placeholder:"FILE"`
	Judge  bool   `help:"The folder holds a pair model, whose words are those of the built-in encoder."`
}

// Run packs a model folder.
func (c *packCmd) Run(a *app) error {
	if c.Judge {
		return c.packJudge(a)
	}
	var r bert.Report
	err := writeFile(c.Output, a.stdout, func(w io.Writer) (err error) {
		if r, err = bert.Pack(c.Dir, w); err != nil {
			return usageError{err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.write(r)
	}
	a.printf("%s: %s\n", c.Output, bytesOf(r.Bytes))
	a.printf("cosine to the float32 model over %s: least %.4f, mean %.4f\n", plural(r.Texts, "sentence", "sentences"), r.CosineMin, r.CosineMean)
	return nil
}

// packJudge packs a pair model.
func (c *packCmd) packJudge(a *app) error {
	words, err := minilm.New()
	if err != nil {
		return err
	}
	var r bert.JudgeReport
	err = writeFile(c.Output, a.stdout, func(w io.Writer) (err error) {
		if r, err = bert.PackJudge(c.Dir, w, words); err != nil {
			return usageError{err}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if a.json {
		return a.write(r)
	}
	a.printf("%s: %s\n", c.Output, bytesOf(r.Bytes))
	a.printf("probabilities beside the float32 model's over %s: largest difference %.4f, mean %.4f\n",
		plural(r.Pairs, "pair", "pairs"), r.DifferenceMax, r.DifferenceMean)
	return nil
}
