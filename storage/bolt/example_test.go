package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/likewise-go/likewise/storage"
	"github.com/likewise-go/likewise/storage/bolt"
)

func Example() {
	dir, err := os.MkdirTemp("", "likewise")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "answers.db")

	s, err := bolt.Open(path, &bolt.Options{Embedder: "model-a"})
	if err != nil {
		panic(err)
	}
	rec := &storage.Record{Key: storage.Key{1}, Head: []byte("question"), Body: []byte("answer")}
	if err := s.Put(context.Background(), rec); err != nil { // on the disk when it returns
		panic(err)
	}
	if err := s.Close(); err != nil {
		panic(err)
	}

	_, err = bolt.Open(path, &bolt.Options{Embedder: "model-b"})
	fmt.Println(errors.Is(err, storage.ErrModelMismatch))

	if s, err = bolt.Open(path, nil); err != nil {
		panic(err)
	}
	defer s.Close()
	got, err := s.GetByKey(context.Background(), storage.Key{1})
	fmt.Println(got.ID, string(got.Body), err)
	// Output:
	// true
	// 1 answer <nil>
}
