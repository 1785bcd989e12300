package wordpiece_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/likewise-go/likewise/embed"
	"github.com/likewise-go/likewise/embed/bert/wordpiece"
)

// A model folder with a small vocabulary, as it may come with a checkpoint.
func ExampleTokenizer_EncodeReadable() {
	dir, err := os.MkdirTemp("", "model")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"vocab.txt":             "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhow\ndo\ni\nreset\n##ting\n?\n",
		"tokenizer_config.json": `{"do_lower_case": true}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}

	t, err := wordpiece.Load(dir)
	if err != nil {
		panic(err)
	}
	ids := t.Encode(nil, "Resetting?")
	for _, id := range ids {
		fmt.Println(id, t.Token(id))
	}
	_, err = t.EncodeReadable(nil, "? 🥰")
	fmt.Println(errors.Is(err, embed.ErrUnreadable), err)
	// Output:
	// 2 [CLS]
	// 7 reset
	// 8 ##ting
	// 9 ?
	// 3 [SEP]
	// true likewise/wordpiece: text is not readable for the model: no token for "🥰"
}
