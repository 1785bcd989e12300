package bolt

import (
	"context"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storagetest.Run(t, storagetest.Suite{
		New: func(tb testing.TB) func() (storage.Store, error) {
			path := filepath.Join(tb.TempDir(), "x.db")
			return func() (storage.Store, error) { return Open(path, &Options{NoSync: true}) }
		},
		Persistent: true,
		Check:      func(tb storagetest.TB, s storage.Store) { verified(tb, s.(*Store)) },
	})
}

// verified fails the test if a store is not whole.
func verified(tb storagetest.TB, s *Store) {
	tb.Helper()
	r, err := s.Verify(context.Background())
	if err != nil {
		tb.Fatalf("verify: %v", err)
	}
	if !r.OK() {
		tb.Errorf("store is not whole: %+v", r)
	}
}

// open opens a store that is verified and closed when the test ends.
func open(tb testing.TB, path string, o *Options) *Store {
	tb.Helper()
	s, err := Open(path, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if s.Info().Bytes > 0 { // else the test has closed it
			verified(tb, s)
		}
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}
