package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
)

// templateJSON is the post-processor of a tokenizer.json: what stands around
// one text and around two.
type templateJSON struct {
	Type    string                 `json:"type"`
	Single  []partJSON             `json:"single"`
	Pair    []partJSON             `json:"pair"`
	Special map[string]specialJSON `json:"special_tokens"`
	// BertProcessing has a name and an id instead.
	Sep json.RawMessage `json:"sep"`
	Cls json.RawMessage `json:"cls"`
}

type partJSON struct {
	Special *placeJSON `json:"SpecialToken"`
	Text    *placeJSON `json:"Sequence"`
}

type placeJSON struct {
	ID   string `json:"id"`
	Type int    `json:"type_id"`
}

type specialJSON struct {
	IDs []int32 `json:"ids"`
}

// frame returns the ids of [CLS] and [SEP] if p puts them where BERT does.
func (p *templateJSON) frame() (cls, sep int32, err error) {
	const supported = "supported are BertProcessing and TemplateProcessing of the form [CLS] A [SEP] B:1 [SEP]:1"
	if p == nil {
		return 0, 0, errors.New("post_processor is missing, " + supported)
	}
	switch p.Type {
	case "BertProcessing":
		if cls, err = nameAndID(p.Cls); err != nil {
			return 0, 0, fmt.Errorf("post_processor.cls: %w", err)
		}
		if sep, err = nameAndID(p.Sep); err != nil {
			return 0, 0, fmt.Errorf("post_processor.sep: %w", err)
		}
		return cls, sep, nil
	case "TemplateProcessing":
		single, pair := shape(p.Single), shape(p.Pair)
		if single != "S0 A0 S0 " || pair != "S0 A0 S0 B1 S1 " {
			return 0, 0, fmt.Errorf("post_processor is a template of the form %q, %q; %s", single, pair, supported)
		}
		c, s := p.Single[0].Special.ID, p.Single[2].Special.ID
		if q := p.Pair; q[0].Special.ID != c || q[2].Special.ID != s || q[4].Special.ID != s {
			return 0, 0, errors.New("post_processor has other special tokens around two texts than around one; " + supported)
		}
		if len(p.Special[c].IDs) != 1 || len(p.Special[s].IDs) != 1 {
			return 0, 0, fmt.Errorf("post_processor lacks one id each for %q and %q", c, s)
		}
		return p.Special[c].IDs[0], p.Special[s].IDs[0], nil
	}
	return 0, 0, fmt.Errorf("post_processor is %q, %s", p.Type, supported)
}

// shape writes a template down: S for a special token, A and B for the texts,
// each with its segment.
func shape(parts []partJSON) string {
	s := ""
	for _, p := range parts {
		switch {
		case p.Special != nil && p.Text == nil:
			s += fmt.Sprintf("S%d ", p.Special.Type)
		case p.Text != nil && p.Special == nil:
			s += fmt.Sprintf("%s%d ", p.Text.ID, p.Text.Type)
		default:
			s += "? "
		}
	}
	return s
}

// nameAndID reads ["[SEP]", 102].
func nameAndID(raw json.RawMessage) (int32, error) {
	var name string
	var id int32
	pair := []any{&name, &id}
	if err := json.Unmarshal(raw, &pair); err != nil {
		return 0, err
	}
	if len(pair) != 2 {
		return 0, fmt.Errorf("has %d values, expected a name and an id", len(pair))
	}
	return id, nil
}
