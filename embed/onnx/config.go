package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Pooling is how the vectors of a text's tokens become one.
type Pooling string

// The poolings of sentence-transformers that are supported.
const (
	PoolMean Pooling = "mean" // of all tokens, special ones included
	PoolCLS  Pooling = "cls"  // the first token's
	PoolMax  Pooling = "max"  // the largest value in each dimension
)

// config is what the folder's JSON files say about the use of the model.
type config struct {
	window  int
	pooling Pooling
	padID   int
}

func readConfig(dir string, o Options) (config, error) {
	var bert struct {
		Positions int    `json:"max_position_embeddings"`
		Offset    *int   `json:"pad_token_id"`
		Type      string `json:"model_type"`
	}
	var tokenizer struct {
		Max float64 `json:"model_max_length"` // 1e30 where it is not known
	}
	var sentence struct {
		Max int `json:"max_seq_length"`
	}
	var pool map[string]any
	err := errors.Join(
		readJSON(dir, "config.json", &bert),
		readJSON(dir, "tokenizer_config.json", &tokenizer),
		readJSON(dir, "sentence_bert_config.json", &sentence),
		readJSON(dir, "1_Pooling/config.json", &pool),
	)
	if err != nil {
		return config{}, err
	}
	c := config{pooling: o.Pooling}
	if bert.Offset != nil {
		c.padID = *bert.Offset
	}
	if strings.Contains(bert.Type, "roberta") && bert.Positions > 0 {
		bert.Positions -= c.padID + 1 // the first position is that after the pad token's id
	}
	c.window = least(bert.Positions, int(min(tokenizer.Max, 1<<30)), sentence.Max, o.MaxTokens)
	if c.window == 0 || c.window == 1<<30 {
		return config{}, errors.New("no configuration says how long a text may be: set Options.MaxTokens")
	}
	if c.pooling == "" {
		if c.pooling, err = poolingOf(pool); err != nil {
			return config{}, err
		}
	}
	if !slices.Contains([]Pooling{PoolMean, PoolCLS, PoolMax}, c.pooling) {
		return config{}, fmt.Errorf("Options.Pooling is %q, want %q, %q or %q", c.pooling, PoolMean, PoolCLS, PoolMax)
	}
	return c, nil
}

// poolingOf reads the pooling_mode_* switches of sentence-transformers.
func poolingOf(pool map[string]any) (Pooling, error) {
	var on []string
	for key, value := range pool {
		if mode, ok := strings.CutPrefix(key, "pooling_mode_"); ok && value == true {
			on = append(on, mode)
		}
	}
	slices.Sort(on)
	switch strings.Join(on, "+") {
	case "", "mean_tokens":
		return PoolMean, nil
	case "cls_token":
		return PoolCLS, nil
	case "max_tokens":
		return PoolMax, nil
	}
	return "", fmt.Errorf("1_Pooling/config.json asks for pooling by %s, which is not supported", strings.Join(on, " and "))
}

// least is the smallest of the numbers above 0, or 0.
func least(ns ...int) int {
	m := 0
	for _, n := range ns {
		if n > 0 && (m == 0 || n < m) {
			m = n
		}
	}
	return m
}

// readJSON leaves v alone if there is no such file.
func readJSON(dir, name string, v any) error {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// files are those that decide a vector.
type files struct {
	dir   string
	model string   // the .onnx file, relative to dir, with slashes
	all   []string // model, its external data and tokenizer.json, sorted
}

func findFiles(dir string, o Options) (files, error) {
	var models, data []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
		case strings.HasSuffix(name, ".onnx"):
			models = append(models, name)
		case strings.Contains(d.Name(), ".onnx") || strings.HasSuffix(name, ".data"):
			data = append(data, name) // weights over 2 GB are kept beside the model
		}
		return nil
	})
	if err != nil {
		return files{}, err
	}
	f := files{dir: dir}
	switch {
	case o.File != "" && slices.Contains(models, filepath.ToSlash(o.File)):
		f.model = filepath.ToSlash(o.File)
	case o.File != "":
		return files{}, fmt.Errorf("no file %q, there are %q", o.File, models)
	case len(models) == 1:
		f.model = models[0]
	default:
		return files{}, fmt.Errorf("want one .onnx file or Options.File, there are %q", models)
	}
	for _, m := range models {
		if m != f.model && path.Base(m) == path.Base(f.model) {
			return files{}, fmt.Errorf("%q and %q have the same name, and hugot knows files by name only", f.model, m)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "tokenizer.json")); err != nil {
		return files{}, err
	}
	f.all = append([]string{f.model, "tokenizer.json"}, data...)
	slices.Sort(f.all)
	return f, nil
}

// hash is 32 hex digits of the SHA-256 over the names and contents of all.
func (f files) hash() (string, error) {
	sum := sha256.New()
	for _, name := range f.all {
		h, err := os.Open(filepath.Join(f.dir, name))
		if err != nil {
			return "", err
		}
		part := sha256.New()
		_, err = io.Copy(part, h)
		if err = errors.Join(err, h.Close()); err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %x\n", filepath.Base(name), part.Sum(nil))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}
