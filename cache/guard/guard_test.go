package guard

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeComparesAlike(t *testing.T) {
	for _, text := range corpus {
		f := Extract(text)
		data, err := f.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Decode(data)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if g.English() != f.English() || g.Volatile() != f.Volatile() || g.Personal() != f.Personal() {
			t.Errorf("%q: decoded %v %q %q", text, g.English(), g.Volatile(), g.Personal())
		}
		for _, other := range corpus {
			o := Extract(other)
			if d := cmp.Diff(Compare(&f, &o, nil), Compare(&g, &o, nil)); d != "" {
				t.Errorf("%q, %q: decoded facts compare otherwise\n%s", text, other, d)
			}
		}
	}
}

var corpus = []string{
	"", "How do I reset a password?", "What is 2+2?", "What is 2+3?", "convert 26.2 miles to kilometres",
	"Can I not take ibuprofen 2 hours after naproxen?", "What does `x = x or []` do in Python?", "`", "\"", "“a”",
	"git reset --hard vs --soft in /var/log/x.log at 10.0.0.5:5432", "Extract the date as JSON: \"Please pay 85.50 euros by 3 October.\"",
	"Explain in German how k8s works", "My latest order from Oslo to Rome on 2025-03-04 at 5pm",
}

func BenchmarkExtract(b *testing.B) {
	var n int
	for _, q := range corpus {
		n += len(q)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		Extract(corpus[i%len(corpus)])
		i++
	}
}

func BenchmarkCompare(b *testing.B) {
	x, y := Extract("How long does grout need to dry before I can use the shower?"), Extract("how many hours must grout dry before the shower can be used")
	dst := make([]Veto, 0, 8)
	b.ReportAllocs()
	for b.Loop() {
		dst = Compare(&x, &y, dst[:0])
	}
}
