package minilm_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/likewise-go/likewise/embed/bert"
)

// benchTexts are questions by their number of tokens, [CLS] and [SEP] included.
var benchTexts = map[int]string{
	8:  "How do I reset it?",
	16: "How do I reset my password if the email never arrives at all?",
	32: "How do I reset my password if the email never arrives, and my phone number has changed since I opened " +
		"the account with you in the early spring?",
	128: "I'm writing because the dishwasher that you delivered on the third of May leaks at the door. Your technician " +
		"has been here twice without success: the first time he changed the seal, the second time he brought the " +
		"wrong pump and left again after ten minutes. Since then we have washed everything by hand, and the floor of " +
		"the kitchen has begun to swell in front of the machine. I have called your service line four times and was " +
		"promised that someone would call back, which nobody did. I would now like either a replacement or my money " +
		"back; please do tell me by Friday which of the two it will be.",
}

func BenchmarkEmbed(b *testing.B) {
	e := encoder(b)
	for _, tokens := range []int{8, 16, 32, 128} {
		b.Run(fmt.Sprintf("tokens=%d", tokens), func(b *testing.B) { benchEmbed(b, e, tokens, benchTexts[tokens]) })
	}
}

// Run it with -cpu 2: threads do not help where there is one core.
func BenchmarkEmbedThreads(b *testing.B) {
	e, long := encoder(b), benchTexts[128]
	texts := map[int]string{32: benchTexts[32], 128: long, 254: long + " " + long}
	for _, tokens := range []int{32, 128, 254} {
		for _, n := range []int{1, 2} {
			b.Run(fmt.Sprintf("tokens=%d/threads=%d", tokens, n), func(b *testing.B) {
				benchEmbed(b, e.WithThreads(n), tokens, texts[tokens])
			})
		}
	}
}

func benchEmbed(b *testing.B, e *bert.Encoder, tokens int, text string) {
	b.Helper()
	if n := len(e.Tokenizer().Encode(nil, text)); n != tokens {
		b.Fatalf("text has %d tokens", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Embed(context.Background(), text); err != nil {
			b.Fatal(err)
		}
	}
}
