package main

import (
	"context"
	"errors"
	"time"

	"github.com/knights-analytics/hugot"
	"github.com/knights-analytics/hugot/pipelines"

	"github.com/likewise-go/likewise/embed/bert"
	"github.com/likewise-go/likewise/embed/minilm"
)

// encoders opens the Go encoders by their workers' names, given the folder of
// the ONNX models.
var encoders = map[string]func(folder string) (encoder, error){
	"likewise": func(string) (encoder, error) {
		e, err := minilm.New()
		return ours{e}, err
	},
	"hugot": openHugot,
}

// ours is the built-in encoder.
type ours struct{ e *bert.Encoder }

func (o ours) embed(text string) ([]float32, error) {
	vs, err := o.e.Embed(context.Background(), text)
	if err != nil {
		return nil, err
	}
	return vs[0], nil
}

func (o ours) tokens(text string) int { return len(o.e.Tokenizer().Encode(nil, text)) }

func (o ours) tokeniseUS(text string) float64 {
	ids := make([]int32, 0, 512)
	var us []float64
	for range 200 {
		begin := time.Now()
		ids, _ = o.e.Tokenizer().EncodeReadable(ids[:0], text)
		us = append(us, since(begin))
	}
	return median(us)
}

// hugotEncoder is the pipeline that hugot's documentation shows.
type hugotEncoder struct {
	pipeline *pipelines.FeatureExtractionPipeline
}

func openHugot(folder string) (encoder, error) {
	session, err := hugot.NewGoSession(context.Background())
	if err != nil {
		return nil, err
	}
	p, err := hugot.NewPipeline(session, hugot.FeatureExtractionConfig{
		Name: "compare", ModelPath: folder, OnnxFilename: "minilm-fp32.onnx",
		Options: []hugot.FeatureExtractionOption{pipelines.WithNormalization()},
	})
	if err != nil {
		return nil, errors.Join(err, session.Destroy())
	}
	return hugotEncoder{p}, nil
}

func (h hugotEncoder) embed(text string) ([]float32, error) {
	out, err := h.pipeline.RunPipeline(context.Background(), []string{text})
	if err != nil {
		return nil, err
	}
	return out.Embeddings[0], nil
}

func (h hugotEncoder) tokens(string) int         { return 0 }
func (h hugotEncoder) tokeniseUS(string) float64 { return 0 }
