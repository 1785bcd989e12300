package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Load reads the tokenizer of a model folder: tokenizer.json, or vocab.txt
// with tokenizer_config.json where there is no tokenizer.json. The truncation
// and padding that they may ask for are ignored. A tokenizer.json that is not
// BERT's (another normaliser, splitter, model or template) is refused with an
// error that names what it has and what is supported.
func Load(dir string) (*Tokenizer, error) {
	file := filepath.Join(dir, "tokenizer.json")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return loadVocab(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: %w", err)
	}
	s, err := parseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read %q: %w", file, err)
	}
	t, err := newTokenizer(s)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read %q: %w", file, err)
	}
	return t, nil
}

// tokenizerJSON is the part of a tokenizer.json that decides the ids.
type tokenizerJSON struct {
	Added      []addedJSON `json:"added_tokens"`
	Normalizer *struct {
		Type         string `json:"type"`
		CleanText    bool   `json:"clean_text"`
		SplitHan     bool   `json:"handle_chinese_chars"`
		StripAccents *bool  `json:"strip_accents"`
		Lowercase    bool   `json:"lowercase"`
	} `json:"normalizer"`
	PreTokenizer *struct {
		Type string `json:"type"`
	} `json:"pre_tokenizer"`
	PostProcessor *templateJSON `json:"post_processor"`
	Model         modelJSON     `json:"model"`
}

type modelJSON struct {
	Type     string          `json:"type"`
	Unknown  string          `json:"unk_token"`
	Prefix   *string         `json:"continuing_subword_prefix"`
	MaxChars *int            `json:"max_input_chars_per_word"`
	Vocab    json.RawMessage `json:"vocab"`
}

type addedJSON struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	Lstrip     bool   `json:"lstrip"`
	Rstrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// parseJSON reads the contents of a tokenizer.json.
func parseJSON(data []byte) (settings, error) {
	var s settings
	var j tokenizerJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return s, err
	}
	if err := j.supported(); err != nil {
		return s, err
	}
	n := j.Normalizer
	s.cleanText, s.splitHan, s.lowercase = n.CleanText, n.SplitHan, n.Lowercase
	s.stripAccents = n.Lowercase
	if n.StripAccents != nil {
		s.stripAccents = *n.StripAccents
	}
	s.prefix, s.unknown, s.maxChars = *j.Model.Prefix, j.Model.Unknown, *j.Model.MaxChars
	var vocab map[string]int64
	if err := json.Unmarshal(j.Model.Vocab, &vocab); err != nil {
		return s, fmt.Errorf("model.vocab: %w", err)
	}
	var err error
	if s.tokens, err = byID(vocab); err != nil {
		return s, err
	}
	if s.added, err = addedTokens(j.Added, vocab); err != nil {
		return s, err
	}
	s.cls, s.sep, err = j.PostProcessor.frame()
	return s, err
}

// supported reports every part that is not BERT's.
func (j *tokenizerJSON) supported() error {
	var errs []error
	if j.Model.Type != "WordPiece" && (j.Model.Type != "" || j.Model.Prefix == nil) {
		errs = append(errs, fmt.Errorf("model is %q, supported is WordPiece", j.Model.Type))
	} else if j.Model.Prefix == nil || j.Model.MaxChars == nil {
		errs = append(errs, errors.New("model lacks continuing_subword_prefix or max_input_chars_per_word"))
	}
	if n := j.Normalizer; n == nil {
		errs = append(errs, errors.New("normalizer is missing, supported is BertNormalizer"))
	} else if n.Type != "BertNormalizer" {
		errs = append(errs, fmt.Errorf("normalizer is %q, supported is BertNormalizer", n.Type))
	}
	if p := j.PreTokenizer; p == nil {
		errs = append(errs, errors.New("pre_tokenizer is missing, supported is BertPreTokenizer"))
	} else if p.Type != "BertPreTokenizer" {
		errs = append(errs, fmt.Errorf("pre_tokenizer is %q, supported is BertPreTokenizer", p.Type))
	}
	return errors.Join(errs...)
}

// byID turns a vocabulary around.
func byID(vocab map[string]int64) ([]string, error) {
	top := int64(-1)
	for tok, id := range vocab {
		if id < 0 || id >= maxTokens {
			return nil, fmt.Errorf("token %q has the id %d, expected 0 to %d", tok, id, maxTokens-1)
		}
		top = max(top, id)
	}
	tokens := make([]string, top+1)
	for tok, id := range vocab {
		if tokens[id] != "" {
			return nil, fmt.Errorf("tokens %q and %q have the same id %d", tokens[id], tok, id)
		}
		tokens[id] = tok
	}
	return tokens, nil
}

// addedTokens gives the added tokens their ids: the vocabulary's, or the next
// free one. A file that says otherwise is refused: no two readers of it would
// agree on which row of the model's embeddings is meant.
func addedTokens(list []addedJSON, vocab map[string]int64) ([]addedToken, error) {
	next := int64(len(vocab))
	seen := make(map[string]addedJSON, len(list))
	added := make([]addedToken, 0, len(list))
	for _, a := range list {
		if b, ok := seen[a.Content]; a.Content == "" || ok && a == b {
			continue
		} else if ok {
			return nil, fmt.Errorf("added token %q is listed twice, with other settings", a.Content)
		}
		seen[a.Content] = a
		id, ok := vocab[a.Content]
		if !ok {
			id = next
			next++
		}
		if int64(a.ID) != id {
			return nil, fmt.Errorf("added token %q has the id %d, expected %d", a.Content, a.ID, id)
		}
		added = append(added, addedToken{a.ID, a.Content, a.SingleWord, a.Lstrip, a.Rstrip, a.Normalized, a.Special})
	}
	slices.SortStableFunc(added, func(a, b addedToken) int { return int(a.id - b.id) })
	return added, nil
}
