package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// configJSON is the part of a tokenizer_config.json that decides the ids,
// with the defaults that transformers gives a BertTokenizer.
type configJSON struct {
	Class        string               `json:"tokenizer_class"`
	Lowercase    *bool                `json:"do_lower_case"`
	SplitHan     *bool                `json:"tokenize_chinese_chars"`
	StripAccents *bool                `json:"strip_accents"`
	Unknown      tokenName            `json:"unk_token"`
	Sep          tokenName            `json:"sep_token"`
	Pad          tokenName            `json:"pad_token"`
	Cls          tokenName            `json:"cls_token"`
	Mask         tokenName            `json:"mask_token"`
	Added        map[string]addedJSON `json:"added_tokens_decoder"`
}

// A tokenName is a string, or an object with the string as its content.
type tokenName string

// UnmarshalJSON implements [json.Unmarshaler].
func (n *tokenName) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*n = tokenName(s)
		return nil
	}
	var o struct {
		Content string `json:"content"`
	}
	err := json.Unmarshal(data, &o)
	*n = tokenName(o.Content)
	return err
}

// loadVocab reads vocab.txt and tokenizer_config.json.
func loadVocab(dir string) (*Tokenizer, error) {
	vocab, err := os.ReadFile(filepath.Join(dir, "vocab.txt"))
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: neither tokenizer.json nor vocab.txt: %w", err)
	}
	config, err := os.ReadFile(filepath.Join(dir, "tokenizer_config.json"))
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: vocab.txt needs tokenizer_config.json beside it, which says whether the model is cased: %w", err)
	}
	s, err := parseVocab(vocab, config)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read vocab.txt and tokenizer_config.json in %q: %w", dir, err)
	}
	t, err := newTokenizer(s)
	if err != nil {
		return nil, fmt.Errorf("likewise/wordpiece: read vocab.txt and tokenizer_config.json in %q: %w", dir, err)
	}
	return t, nil
}

// parseVocab reads the contents of vocab.txt, one token a line, and of
// tokenizer_config.json.
func parseVocab(vocab, config []byte) (settings, error) {
	c := configJSON{Unknown: "[UNK]", Sep: "[SEP]", Pad: "[PAD]", Cls: "[CLS]", Mask: "[MASK]"}
	s := settings{cleanText: true, splitHan: true, lowercase: true, maxChars: 100, prefix: "##"}
	if err := json.Unmarshal(config, &c); err != nil {
		return s, err
	}
	switch c.Class {
	case "", "BertTokenizer", "BertTokenizerFast":
	default:
		return s, fmt.Errorf("tokenizer_class is %q, supported is BertTokenizer", c.Class)
	}
	set(&s.lowercase, c.Lowercase)
	set(&s.splitHan, c.SplitHan)
	s.stripAccents = s.lowercase
	set(&s.stripAccents, c.StripAccents)
	s.unknown = string(c.Unknown)

	ids := make(map[string]int64)
	for line := range strings.Lines(string(vocab)) {
		line = strings.TrimRight(line, "\r\n")
		ids[line] = int64(len(s.tokens))
		s.tokens = append(s.tokens, line)
	}
	for i, tok := range s.tokens { // of equal lines the last counts
		if ids[tok] != int64(i) {
			s.tokens[i] = ""
		}
	}
	list, err := c.addedTokens(ids)
	if err != nil {
		return s, err
	}
	if s.added, err = addedTokens(list, ids); err != nil {
		return s, err
	}
	cls, ok := ids[string(c.Cls)]
	sep, ok2 := ids[string(c.Sep)]
	if !ok || !ok2 {
		return s, fmt.Errorf("the vocabulary lacks %q or %q", c.Cls, c.Sep)
	}
	s.cls, s.sep = int32(cls), int32(sep)
	return s, nil
}

// addedTokens lists the added tokens: those of added_tokens_decoder, or else
// the five special tokens, as far as the vocabulary has them.
func (c *configJSON) addedTokens(ids map[string]int64) ([]addedJSON, error) {
	var list []addedJSON
	for key, a := range c.Added {
		if _, err := fmt.Sscan(key, &a.ID); err != nil {
			return nil, fmt.Errorf("added_tokens_decoder: id %q: %w", key, err)
		}
		if _, ok := ids[a.Content]; !ok {
			return nil, errors.New("added_tokens_decoder has tokens that vocab.txt lacks: keep the model's tokenizer.json")
		}
		list = append(list, a)
	}
	if len(list) > 0 {
		return list, nil
	}
	for _, n := range []tokenName{c.Pad, c.Unknown, c.Cls, c.Sep, c.Mask} {
		if id, ok := ids[string(n)]; ok && n != "" {
			list = append(list, addedJSON{ID: int32(id), Content: string(n), Special: true})
		}
	}
	return list, nil
}

func set(dst, src *bool) {
	if src != nil {
		*dst = *src
	}
}
