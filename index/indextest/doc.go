// Package indextest is the conformance suite of index.Index.
//
// An implementation passes with one line in its own tests:
//
//	func TestConformance(t *testing.T) {
//		indextest.Run(t, func(dim int) index.Index { return mine.New(dim) })
//	}
//
// Every answer is compared with brute force: on random, clustered and real
// vectors ([Questions]), on duplicates, at the edges of k, floor, ids and
// input, through random adds, replacements and deletes, and while several
// goroutines write. An index that promises less than brute force says how much
// with [Approximate]; all else stays required of it.
//
// [Check] runs the same suite and returns what it found instead of failing, so
// that the known defects of someone else's index can be written down as
// expectations: the test then fails when one is mended or a new one appears.
package indextest
