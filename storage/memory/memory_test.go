package memory_test

import (
	"context"
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/memory"
	"github.com/likewise-go/likewise/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storagetest.Run(t, storagetest.Suite{
		New: func(testing.TB) func() (storage.Store, error) {
			return func() (storage.Store, error) { return memory.New(), nil }
		},
	})
}

func Example() {
	s := memory.New()
	defer s.Close()

	ctx := context.Background()
	rec := &storage.Record{Key: storage.Key{1}, Head: []byte("question"), Body: []byte("answer")}
	if err := s.Put(ctx, rec); err != nil {
		panic(err)
	}
	got, err := s.GetByKey(ctx, storage.Key{1})
	fmt.Println(got.ID, string(got.Body), err)
	// Output: 1 answer <nil>
}
