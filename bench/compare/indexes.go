package main

import (
	"context"
	"math/rand"
	"slices"
	"strconv"
	"sync"

	"github.com/coder/hnsw"
	"github.com/philippgille/chromem-go"

	"github.com/likewise-go/likewise/index"
)

// indexes opens the empty Go indexes by their workers' names.
var indexes = map[string]func() (vectorIndex, error){
	"likewise-exact": func() (vectorIndex, error) {
		ix, err := index.NewExact(dim)
		return &own{Index: ix}, err
	},
	"likewise-graph": func() (vectorIndex, error) {
		ix, err := index.NewGraph(dim, nil)
		return &own{Index: ix}, err
	},
	"coder-hnsw": openCoder,
	"chromem":    openChromem,
}

// own is an index of ours.
type own struct {
	index.Index
	hits []index.Hit
}

func (o *own) add(ids []int, vectors [][]float32, threads int) error {
	var all sync.WaitGroup
	failed := make([]error, threads)
	for t := range threads {
		all.Go(func() {
			for i := t; i < len(ids) && failed[t] == nil; i += threads {
				failed[t] = o.Add(uint64(ids[i]), vectors[i])
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *own) best(q []float32, k int, floor float32) int {
	o.hits = o.Search(q, k, floor, o.hits[:0])
	if len(o.hits) == 0 {
		return -1
	}
	return int(o.hits[0].ID)
}

func (o *own) says() int64 {
	if sized, ok := o.Index.(interface{ Bytes() int64 }); ok {
		return sized.Bytes()
	}
	return 0
}

// coder is coder/hnsw as its documentation shows it: M 16, EfSearch 20.
type coder struct{ graph *hnsw.Graph[int] }

func openCoder() (vectorIndex, error) {
	g := hnsw.NewGraph[int]()
	g.Rng = rand.New(rand.NewSource(1))
	return coder{g}, nil
}

func (c coder) add(ids []int, vectors [][]float32, _ int) error {
	for i, id := range ids {
		c.graph.Add(hnsw.MakeNode(id, slices.Clone(vectors[i])))
	}
	return nil
}

func (c coder) best(q []float32, k int, floor float32) int {
	found := c.graph.Search(q, k)
	best, at := floor, -1 // they come in no order
	for _, n := range found {
		if s := 1 - hnsw.CosineDistance(q, n.Value); s >= best {
			best, at = s, n.Key
		}
	}
	return at
}

func (c coder) says() int64 { return 0 }

// chromemIndex is a collection in memory, of documents without text.
type chromemIndex struct{ docs *chromem.Collection }

func openChromem() (vectorIndex, error) {
	docs, err := chromem.NewDB().CreateCollection("compare", nil, func(context.Context, string) ([]float32, error) {
		panic("every document brings its vector")
	})
	return chromemIndex{docs}, err
}

func (c chromemIndex) add(ids []int, vectors [][]float32, threads int) error {
	docs := make([]chromem.Document, len(ids))
	for i, id := range ids {
		docs[i] = chromem.Document{ID: strconv.Itoa(id), Embedding: slices.Clone(vectors[i])}
	}
	return c.docs.AddDocuments(context.Background(), docs, threads)
}

func (c chromemIndex) best(q []float32, k int, floor float32) int {
	found, err := c.docs.QueryEmbedding(context.Background(), q, min(k, c.docs.Count()), nil, nil)
	if err != nil || len(found) == 0 || found[0].Similarity < floor {
		return -1
	}
	id, err := strconv.Atoi(found[0].ID)
	if err != nil {
		return -1
	}
	return id
}

func (c chromemIndex) says() int64 { return 0 }
