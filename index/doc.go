// Package index finds the stored vectors that are near a query vector.
//
// An [Index] holds unit vectors under numeric ids and answers one question:
// which vectors have a cosine similarity of at least floor with q, best
// first, at most k of them. [Exact] answers it exactly. Every
// implementation passes the conformance suite in index/indextest;
// index/coderhnsw (a module of its own) adapts github.com/coder/hnsw.
package index
