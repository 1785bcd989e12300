package wordpiece

import "testing"

// Questions of the usual kind, and one that leaves ASCII.
var benchTexts = []struct{ name, text string }{
	{"words=12", "How do I reset the password of my online banking account today?"},
	{"words=12/unicode", "Where’s the “Café Zoë” that Zoë’s naïve friend mentioned to us?"},
	{"words=40", "I have been trying to set up recurring transfers from my savings account to my checking account, " +
		"but every time I confirm the form the app says that something went wrong; what should I do differently next time?"},
}

func BenchmarkEncode(b *testing.B) {
	t := minilm(b)
	for _, bt := range benchTexts {
		b.Run(bt.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bt.text)))
			var dst []int32
			for b.Loop() {
				dst = t.Encode(dst[:0], bt.text)
			}
		})
	}
}

func BenchmarkEncodeReadable(b *testing.B) {
	t := minilm(b)
	for _, bt := range benchTexts {
		b.Run(bt.name, func(b *testing.B) {
			b.ReportAllocs()
			var dst []int32
			for b.Loop() {
				dst, _ = t.EncodeReadable(dst[:0], bt.text)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	form := minilm(b).AppendBinary(nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(form)))
	for b.Loop() {
		if _, err := Read(form); err != nil {
			b.Fatal(err)
		}
	}
}
