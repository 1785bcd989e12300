package cache

import (
	lru "github.com/hashicorp/golang-lru/v2"
)

// A Label is a vote on an entry as the answer to another question than its
// own.
type Label struct {
	Asked string `json:"asked"` // that question
	Right bool   `json:"right"`
}

// maxLabels is how many labels an entry keeps, the latest.
const maxLabels = 16

// Of so many questions that were answered by meaning, and are no longer than
// that, the text is remembered: an ID carries only its hash. It is remembered
// with the entry, so that a vote brings no question into another scope.
const (
	askedCount = 4096
	askedBytes = 2048
)

// askedTexts remembers the latest questions by the ID of their result.
type askedTexts struct {
	texts *lru.Cache[ID, string]
}

func newAskedTexts() askedTexts {
	c, err := lru.New[ID, string](askedCount)
	if err != nil {
		panic(err) // the size is no more than 0
	}
	return askedTexts{c}
}

func (a askedTexts) add(id ID, text string) {
	if len(text) <= askedBytes {
		a.texts.Add(id, text)
	}
}

// get returns the question's text, "" if it is not known.
func (a askedTexts) get(id ID) string {
	text, _ := a.texts.Get(id)
	return text
}
