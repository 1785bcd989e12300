package wordpiece

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// minilmDir holds the tokenizer.json of all-MiniLM-L6-v2 (Apache-2.0), whose
// vocabulary is bert-base-uncased's.
func minilmDir(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), gunzip(tb, "testdata/tokenizer.json.gz"), 0o600); err != nil {
		tb.Fatal(err)
	}
	return dir
}

var (
	minilmOnce sync.Once
	minilmTok  *Tokenizer
)

// minilm is the tokenizer of minilmDir, read once.
func minilm(tb testing.TB) *Tokenizer {
	tb.Helper()
	minilmOnce.Do(func() {
		t, err := Load(minilmDir(tb))
		if err != nil {
			tb.Fatal(err)
		}
		minilmTok = t
	})
	return minilmTok
}

func gunzip(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
