// Package index finds the stored vectors that are near a query vector.
//
// An [Index] holds unit vectors under numeric ids and answers one question:
// which vectors have a cosine similarity of at least floor with q, best
// first, at most k of them. [Exact] answers it as comparing q with every vector
// would, bit for bit: it skips only those of which it has proved that they are
// below the floor. [Graph] follows links instead (HNSW), which is faster for
// many entries and finds nearly all; [Auto] begins as an Exact and becomes a
// Graph when that pays. Every implementation passes the conformance suite in
// index/indextest; index/coderhnsw (a module of its own) adapts
// github.com/coder/hnsw.
package index
