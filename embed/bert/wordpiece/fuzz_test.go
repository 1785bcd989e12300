package wordpiece

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// checkFrame reports what must hold for the ids of every text.
func checkFrame(tb testing.TB, tok *Tokenizer, ids []int32) {
	tb.Helper()
	if len(ids) < 2 || ids[0] != tok.cls || ids[len(ids)-1] != tok.sep {
		tb.Fatalf("ids %v are not framed by %d and %d", ids, tok.cls, tok.sep)
	}
	for _, id := range ids {
		if id < 0 || int(id) >= tok.Size() {
			tb.Fatalf("id %d is out of range, there are %d tokens", id, tok.Size())
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, g := range lines[golden](f, gunzip(f, "testdata/texts.jsonl.gz"))[:400] {
		f.Add(g.Text)
	}
	f.Add("\xff\xfe a\xc3 [SEP\x80]")
	tok := minilm(f)
	var odd []*Tokenizer // with added tokens of every kind
	for _, v := range lines[struct {
		Variants []struct{ Tokenizer json.RawMessage }
	}](f, gunzip(f, "testdata/variants.json.gz"))[0].Variants[:6] {
		s, err := parseJSON(v.Tokenizer)
		if err != nil {
			f.Fatal(err)
		}
		t, err := newTokenizer(s)
		if err != nil {
			f.Fatal(err)
		}
		odd = append(odd, t)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids := tok.Encode(nil, text)
		checkFrame(t, tok, ids)
		readable, err := tok.EncodeReadable(nil, text)
		if !slices.Equal(ids, readable) {
			t.Fatalf("Encode %v, EncodeReadable %v", ids, readable)
		}
		if err == nil && (slices.Contains(ids, tok.unkID) || len(ids) == 2) {
			t.Fatalf("ids %v of %q pass as readable", ids, text)
		}
		for _, o := range odd {
			checkFrame(t, o, o.Encode(nil, text))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(withTokens(f, []string{"a", "##b", "é"}).AppendBinary(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 8 { // a checksum must not keep the fuzzer out
			body := data[:len(data)-4]
			data = binary.LittleEndian.AppendUint32(slices.Clip(body), crc32.Checksum(body, castagnoli))
		}
		tok, err := Read(data)
		if err != nil {
			return
		}
		if !bytes.Equal(tok.AppendBinary(nil), data) {
			t.Fatal("another form was written than was read")
		}
		checkFrame(t, tok, tok.Encode(nil, "a\tbé [SEP] "+string(data)))
	})
}

func FuzzLoadJSON(f *testing.F) {
	f.Add([]byte(`{"added_tokens":[{"id":1,"content":"[CLS]","special":true}],"normalizer":{"type":"BertNormalizer","lowercase":true},
		"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]},
		"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":10,
		"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseJSON(data)
		if err != nil {
			return
		}
		tok, err := newTokenizer(s)
		if err != nil {
			return
		}
		checkFrame(t, tok, tok.Encode(nil, "ab [CLS] É "+string(data)))
		again, err := Read(tok.AppendBinary(nil))
		if err != nil || again.Hash() != tok.Hash() {
			t.Fatalf("the form of what was loaded cannot be read: %v", err)
		}
	})
}

func FuzzLoadVocab(f *testing.F) {
	f.Add([]byte("[PAD]\n[UNK]\r\n[CLS]\n[SEP]\n\na\n##b\na\n"), []byte(`{"do_lower_case":true,"added_tokens_decoder":{"2":{"content":"[CLS]"}}}`))
	f.Fuzz(func(t *testing.T, vocab, config []byte) {
		s, err := parseVocab(vocab, config)
		if err != nil {
			return
		}
		if tok, err := newTokenizer(s); err == nil {
			checkFrame(t, tok, tok.Encode(nil, "ab [CLS] É "+string(vocab)))
		}
	})
}

// TestSpacesDoNotMatter is a law of BERT's tokenizer: white space at the ends
// or in a row changes nothing, and two texts with a space between them have
// the ids of the one and then of the other.
func TestSpacesDoNotMatter(t *testing.T) {
	tok := minilm(t)
	body := func(s string) []int32 {
		ids := tok.Encode(nil, s)
		return ids[1 : len(ids)-1]
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if got, want := body(a+" \n\t "+b+"  "), slices.Concat(body(a), body(b)); !slices.Equal(got, want) {
			t.Fatalf("%+q and %+q: together %v, alone %v", a, b, got, want)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	tok := minilm(t)
	list := lines[golden](t, gunzip(t, "testdata/texts.jsonl.gz"))[:3000]
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			var dst []int32
			for i := range list {
				g := list[(i+k*371)%len(list)]
				if dst = tok.Encode(dst[:0], g.Text); !slices.Equal(dst, g.IDs) {
					t.Errorf("Encode(%+q) differs under concurrent use", g.Text)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	if raced {
		t.Skip("the race detector empties the pool")
	}
	tok := minilm(t)
	dst := make([]int32, 0, 256)
	for _, bt := range benchTexts {
		if n := testing.AllocsPerRun(100, func() { dst = tok.Encode(dst[:0], bt.text) }); n > 0.5 {
			t.Errorf("Encode(%q) allocates %v times", bt.text, n)
		}
	}
}
