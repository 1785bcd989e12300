package bolt

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/likewise-go/likewise/storage"
)

// Info may be asked while the file grows and its mapping moves; under the
// race detector, reading the mapping outside of a transaction shows here.
func TestInfoWhileTheFileGrows(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "x.db"), &Options{NoSync: true})
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if info := s.Info(); info.Free < 0 || info.Free > info.Bytes {
					t.Errorf("%d of %d bytes are free", info.Free, info.Bytes)
					return
				}
			}
		}
	})
	body := make([]byte, 100_000)
	for i := range 60 {
		if err := s.Put(t.Context(), &storage.Record{Key: storage.Key{byte(i)}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	wg.Wait()
	if n := s.Info().Records; n != 60 {
		t.Errorf("%d records, want 60", n)
	}
}
