package cache

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampleEntry() *entry {
	e := &entry{tenant: "acme", model: "gpt", tags: []string{"a", ""}, created: 1, expires: 2, bodyLen: 300, right: 3, wrong: 1 << 31, rejected: []uint64{7, 1 << 63}, labels: []Label{{"is it", true}, {"", false}}}
	e.scope[0], e.scope[31] = 1, 2
	e.used.Store(5)
	e.hits.Store(1 << 40)
	return e
}

func TestEntryRoundTrip(t *testing.T) {
	e, vec := sampleEntry(), []float32{0.6, -0.8, 0}
	head, state := encodeHead(e, vec), encodeState(e)
	var got entry
	v, err := decodeHead(head, &got, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := decodeState(state, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(vec, v); d != "" {
		t.Error(d)
	}
	if string(encodeHead(&got, v)) != string(head) || string(encodeState(&got)) != string(state) {
		t.Errorf("read back as %+v", &got)
	}
	b := &body{Text: "q", Answer: Answer{Text: "a", Tags: []string{"x"}, Data: []byte(`{"n":1}`)}}
	raw, err := encodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	gotBody, err := decodeBody(raw)
	if d := cmp.Diff(b, gotBody); err != nil || d != "" {
		t.Error(err, d)
	}
}

// The stored forms are a file format: what was written by a released version
// must be read for ever. These bytes are spelled out by hand.
func TestEntryFormat(t *testing.T) {
	head := "\x01" + "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS" + "\x01\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\xac\x02" + "\x04acme" + "\x00" + "\x01" + "\x03red" + "\x01" + "\x00\x00\x80\x3f"
	var e entry
	vec, err := decodeHead([]byte(head), &e, nil)
	if err != nil || e.scope[5] != 'S' || e.created != 1 || e.expires != 0 || e.bodyLen != 300 || e.tenant != "acme" || e.model != "" ||
		len(e.tags) != 1 || e.tags[0] != "red" || len(vec) != 1 || vec[0] != 1 || e.size != int64(len(head))+300 {
		t.Errorf("%+v, %v, %v", &e, vec, err)
	}
	state := "\x01" + "\x05\x00\x00\x00\x00\x00\x00\x00" + "\x07" + "\x01" + "\x02" + "\x01" + "\x09\x00\x00\x00\x00\x00\x00\x00"
	if err := decodeState([]byte(state), &e); err != nil || e.used.Load() != 5 || e.hits.Load() != 7 || e.right != 1 || e.wrong != 2 || len(e.rejected) != 1 || e.rejected[0] != 9 {
		t.Errorf("%+v, %v", &e, err)
	}
	e = entry{}
	state = "\x02" + state[1:] + "\x02" + "\x01" + "\x01a" + "\x00" + "\x02bc"
	if err := decodeState([]byte(state), &e); err != nil || len(e.labels) != 2 || e.labels[0] != (Label{"a", true}) || e.labels[1] != (Label{"bc", false}) || e.rejected[0] != 9 {
		t.Errorf("%+v, %v", &e, err)
	}
}

func FuzzDecodeEntry(f *testing.F) {
	e := sampleEntry()
	f.Add(encodeHead(e, []float32{1, 0}))
	f.Add(encodeState(e))
	f.Add([]byte("\x01q{\"text\":\"a\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got entry
		if v, err := decodeHead(b, &got, nil); err == nil {
			var again entry
			if w, err := decodeHead(encodeHead(&got, v), &again, nil); err != nil || len(v) != len(w) || got.tenant != again.tenant {
				t.Errorf("head does not round-trip: %v", err)
			}
		}
		got = entry{}
		_ = decodeState(b, &got)
		if v, err := decodeBody(b); err == nil {
			if _, err := encodeBody(v); err != nil {
				t.Error(err)
			}
		}
	})
}
