package index

// A Hit is one neighbour of a query.
type Hit struct {
	ID    uint64
	Score float32 // cosine similarity, in [-1, 1] up to the 0.1% by which norms may be off
}

// An Index holds unit vectors under ids.
// Implementations are safe for concurrent use: searches run while vectors
// are added and deleted, and see each vector either whole or not at all.
type Index interface {
	// Add stores the unit vector v under id, replacing an earlier vector of
	// that id. It copies v. It fails when v has the wrong length, holds a
	// NaN or an infinity, or has an L2 norm outside 1 +- 0.001.
	Add(id uint64, v []float32) error

	// Delete removes id and reports whether it was there.
	Delete(id uint64) bool

	// Search appends to dst the at most k neighbours of the unit vector q
	// whose score is at least floor, best first (equal scores: smaller id
	// first), and returns the extended slice. It allocates only to grow dst.
	// A q that Add would refuse, and k < 1, give no neighbours.
	Search(q []float32, k int, floor float32, dst []Hit) []Hit

	// Len is the number of vectors held.
	Len() int
}
