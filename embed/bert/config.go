package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readShape reads what a model folder says of itself.
func readShape(dir string) (shape, error) {
	s, err := readConfig(dir)
	if err != nil {
		return shape{}, err
	}
	if s.Pooling, err = readPooling(dir); err != nil {
		return shape{}, err
	}
	if s.Window, err = readWindow(dir, s.Positions); err != nil {
		return shape{}, err
	}
	if err := s.validate(); err != nil {
		return shape{}, fmt.Errorf("%s: %w", filepath.Join(dir, "config.json"), err)
	}
	return s, nil
}

func readConfig(dir string) (shape, error) {
	c := struct {
		Type      string   `json:"model_type"`
		Names     []string `json:"architectures"`
		Layers    int      `json:"num_hidden_layers"`
		Width     int      `json:"hidden_size"`
		Heads     int      `json:"num_attention_heads"`
		Inner     int      `json:"intermediate_size"`
		Vocab     int      `json:"vocab_size"`
		Positions int      `json:"max_position_embeddings"`
		Types     int      `json:"type_vocab_size"`
		Act       string   `json:"hidden_act"`
		Eps       float64  `json:"layer_norm_eps"`
		Position  string   `json:"position_embedding_type"`
		Decoder   bool     `json:"is_decoder"`
	}{Types: 2, Act: actGELU, Eps: 1e-12, Position: "absolute"} // BERT's own defaults
	file := filepath.Join(dir, "config.json")
	if err := readJSON(file, &c); err != nil {
		return shape{}, err
	}
	switch {
	case c.Type == "" && len(c.Names) > 0 && strings.HasPrefix(c.Names[0], "Bert"):
	case c.Type != "bert":
		return shape{}, fmt.Errorf("%s: model type is %q (architectures %q), only %q is supported", file, c.Type, c.Names, "bert")
	}
	if c.Decoder || c.Position != "absolute" {
		return shape{}, fmt.Errorf("%s: decoder %t, positions %q; only encoders with %q positions are supported",
			file, c.Decoder, c.Position, "absolute")
	}
	if c.Act == "gelu_pytorch_tanh" {
		c.Act = actGELUNew
	}
	return shape{Layers: c.Layers, Width: c.Width, Heads: c.Heads, Inner: c.Inner, Vocab: c.Vocab,
		Positions: c.Positions, Types: c.Types, Act: c.Act, Eps: c.Eps}, nil
}

// readPairShape reads what the folder of a pair model says of itself: its
// config names the class and what goes into the one linear unit on top.
func readPairShape(dir string) (shape, error) {
	s, err := readConfig(dir)
	if err != nil {
		return shape{}, err
	}
	var c struct {
		Names  []string `json:"architectures"`
		Input  string   `json:"classifier_input"`
		Labels *int     `json:"num_labels"`
	}
	file := filepath.Join(dir, "config.json")
	if err := readJSON(file, &c); err != nil {
		return shape{}, err
	}
	if !slices.Contains(c.Names, pairClass) || c.Input != pairInput || c.Labels == nil || *c.Labels != 1 {
		return shape{}, fmt.Errorf("%s: architectures %q, classifier_input %q; a pair model has %q and %q and num_labels 1",
			file, c.Names, c.Input, pairClass, pairInput)
	}
	s.Pooling = poolPair
	if s.Window, err = readWindow(dir, s.Positions); err != nil {
		return shape{}, err
	}
	if err := s.validate(); err != nil {
		return shape{}, fmt.Errorf("%s: %w", file, err)
	}
	if s.Types < 2 {
		return shape{}, fmt.Errorf("%s: segment types are %d, a pair model needs 2", file, s.Types)
	}
	return s, nil
}

// What a pair model's config says.
const (
	pairClass = "BertForSequenceClassification"
	pairInput = "cls+mean"
)

// readPooling follows modules.json of sentence-transformers to the pooling.
// Without one it is the mean.
func readPooling(dir string) (string, error) {
	var modules []struct{ Path, Type string }
	file := filepath.Join(dir, "modules.json")
	if err := readJSON(file, &modules); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	pooling := poolMean
	for _, m := range modules {
		name := m.Type[strings.LastIndexByte(m.Type, '.')+1:]
		switch name {
		case "Transformer", "Normalize":
		case "Pooling":
			if !filepath.IsLocal(m.Path) {
				return "", fmt.Errorf("%s: path %q leads out of the folder", file, m.Path)
			}
			var err error
			if pooling, err = readPoolingConfig(filepath.Join(dir, m.Path, "config.json")); err != nil {
				return "", err
			}
		default:
			return "", fmt.Errorf("%s: module %q is not supported, only Transformer, Pooling and Normalize are", file, m.Type)
		}
	}
	return pooling, nil
}

// readPoolingConfig reads both forms: one flag a mode, or the mode by name.
func readPoolingConfig(file string) (string, error) {
	var c map[string]any
	if err := readJSON(file, &c); err != nil {
		return "", err
	}
	var modes []string
	for key, v := range c {
		if mode, ok := strings.CutPrefix(key, "pooling_mode_"); ok && v == true {
			modes = append(modes, mode)
		}
	}
	if mode, ok := c["pooling_mode"].(string); ok {
		modes = []string{mode}
	}
	if len(modes) == 1 {
		switch modes[0] {
		case "mean_tokens", "mean":
			return poolMean, nil
		case "cls_token", "cls":
			return poolCLS, nil
		}
	}
	return "", fmt.Errorf("%s: pooling is %q, only one of mean and cls is supported", file, modes)
}

// readWindow returns the smallest of the limits that the folder names, its
// own max_seq_length before the tokenizer's model_max_length.
func readWindow(dir string, positions int) (int, error) {
	var s struct {
		Max *int `json:"max_seq_length"`
	}
	err := readJSON(filepath.Join(dir, "sentence_bert_config.json"), &s)
	if err == nil && s.Max != nil {
		return min(*s.Max, positions), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	var t struct {
		Max float64 `json:"model_max_length"` // 1e30 where nobody set it
	}
	err = readJSON(filepath.Join(dir, "tokenizer_config.json"), &t)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if t.Max >= 1 && t.Max < float64(positions) {
		return int(t.Max), nil
	}
	return positions, nil
}

func readJSON(file string, v any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
